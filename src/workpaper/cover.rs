//! 封面与索引: what the set is about, who signs, where each paper is, and what the marks mean.

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::Desk;
use super::page::{Page, Paper, Target};
use super::papers::Kind;
use super::plan::Plan;
use super::style::{Fill, Look};
use super::tick::Tick;
use crate::model::{Lang, Verdict};

const WIDTHS: [f64; 6] = [13.0, 20.0, 20.0, 20.0, 13.0, 11.0];
/// Lead schedules that the cover lists one by one; with more, the overview has them.
const LEADS: usize = 20;

/// Writes the cover.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.page(Kind::Cover, &plan.sheets.cover, Paper::Portrait, &WIDTHS)?;
    write_logo(&mut page, desk)?;
    page.head(&super::page::Head { meta: Vec::new(), ..desk.head("A1", desk.title(Kind::Cover)) })?;
    page.remark("")?;
    for (label, content) in about(desk) {
        page.at_least(2);
        page.text(0, &label, Look::Header.style())?;
        page.span(1, page.last(), &content, Look::Text.style())?;
        page.end_row()?;
    }
    write_signatures(&mut page, desk)?;
    page.heading(desk.say("底稿索引", "Index of papers"))?;
    page.text(0, desk.say("索引号", "Index"), Look::Header.style())?;
    page.span(1, 3, desk.say("底稿名称", "Paper"), Look::Header.style())?;
    page.text(4, desk.say("内容", "Holds"), Look::Header.style())?;
    page.text(5, desk.say("页次", "Pages"), Look::Header.style())?;
    page.end_row()?;
    for (index, title, sheet, holds) in papers(desk, plan) {
        page.text(0, &index, Look::Centre.style())?;
        page.link_span(1, 3, &title, &Target::inside(&sheet, 0, 0), Look::Link.style())?;
        page.text(4, &holds, Look::Text.style())?;
        page.blank(5, Look::Typed.style())?;
        page.end_row()?;
    }
    page.heading(desk.say("审计标识", "Tickmarks"))?;
    page.span(0, 1, desk.say("标识", "Mark"), Look::Header.style())?;
    page.span(2, page.last(), desk.say("含义", "Meaning"), Look::Header.style())?;
    page.end_row()?;
    for (mark, meaning) in Tick::legend() {
        page.span(0, 1, desk.of(&mark), Look::Centre.style())?;
        page.span(2, page.last(), desk.of(&meaning), Look::Text.style())?;
        page.end_row()?;
    }
    page.remark(desk.say(
        "来源写在数字左侧，去向写在数字右侧；两端互有链接。级别同时以文字和底色表示，黑白打印不失其义。页脚的页码：打印整个工作簿时为全册页次，只打印一张底稿时为该张页次；装订后将页次填入上表。",
        "Sources stand to the left of a figure, where it leads to the right; both ends are linked. Severity is said in words as well as by a fill. Page numbers in the footer run through the whole book where all of it is printed, and through one paper where that is printed alone; fill them in above when the book is bound.",
    ))?;
    page.fit_one_page();
    page.sheet().set_active(true).set_first_tab(true);
    page.close(book);
    Ok(())
}

/// The office's logo, in a row of its own over the title.
fn write_logo(page: &mut Page, desk: &Desk<'_>) -> Result<(), XlsxError> {
    let Some(logo) = &desk.settings.logo else { return Ok(()) };
    let row = page.row;
    page.sheet().set_row_height(row, 50)?;
    page.sheet().insert_image_with_offset(row, 0, logo.image(), 4, 4)?;
    page.skip();
    Ok(())
}

fn about(desk: &Desk<'_>) -> Vec<(String, String)> {
    let of = |verdict: Verdict| desk.outcomes().filter(|(_, outcome)| outcome.verdict == verdict).count();
    let (balanced, rounding, large) = (of(Verdict::Balanced), of(Verdict::Rounding), of(Verdict::RoundingLarge));
    let (unbalanced, unchecked, none) = (of(Verdict::Unbalanced), of(Verdict::Unchecked), of(Verdict::NotApplicable));
    let all = balanced + rounding + large + unbalanced + unchecked;
    let result = match desk.lang() {
        Lang::Zh => format!(
            "核对{all}处：{balanced}平，{rounding}尾差，{large}尾差偏大，{unbalanced}不平，{unchecked}未核；另{none}处不适用。"
        ),
        Lang::En => format!(
            "{all} ties: {balanced} balanced, {rounding} rounding, {large} large rounding, {unbalanced} unbalanced, {unchecked} unchecked; {none} not applicable."
        ),
    };
    let files: usize = desk.submissions.iter().map(|at| desk.submission(*at).files.len()).sum();
    let line = |zh: &str, en: &str, content: String| (desk.say(zh, en).to_owned(), content);
    vec![
        line("被评价单位", "Unit", desk.entity()),
        line("事项", "Matter", desk.matter().to_owned()),
        line("期间", "Period", desk.period()),
        line(
            "资料",
            "Sources",
            match desk.lang() {
                Lang::Zh => format!("{}份报送件，{files}个文件（见资料索引 G2）", desk.submissions.len()),
                Lang::En => {
                    let many = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
                    format!("{}, {} (see G2)", many(desk.submissions.len(), "submission"), many(files, "file"))
                }
            },
        ),
        line("核对结果", "Result", result),
    ]
}

/// Who prepared and reviewed: blank to sign, unless names were given.
fn write_signatures(page: &mut Page, desk: &Desk<'_>) -> Result<(), XlsxError> {
    let settings = desk.settings;
    let own = [
        ("编制人", "Prepared by", &settings.prepared_by, true),
        ("复核人", "Reviewed by", &settings.reviewed_by, false),
    ];
    let own = own.map(|(zh, en, name, dated)| (desk.say(zh, en), name, dated));
    let others = settings.template.signers.iter().map(|(role, name)| (role.as_str(), name, false));
    for (role, name, dated) in own.into_iter().chain(others) {
        page.at_least(2);
        page.text(0, role, Look::Header.style())?;
        page.span(1, 2, name, Look::Typed.style())?;
        page.text(3, desk.say("日期", "Date"), Look::Header.style())?;
        page.span(4, 5, if dated { &settings.date } else { "" }, Look::Typed.style())?;
        page.end_row()?;
    }
    Ok(())
}

/// Index, title, sheet and what it holds.
fn papers(desk: &Desk<'_>, plan: &Plan) -> Vec<(String, String, String, String)> {
    let sheets = &plan.sheets;
    let count = |n: usize, zh: &str, en: &str| match desk.lang() {
        Lang::Zh => format!("{n}{zh}"),
        Lang::En => format!("{n} {en}"),
    };
    let mut all: Vec<(String, String, String, String)> = Vec::new();
    let mut add = |index: &str, title: &str, sheet: &str, holds: String| {
        all.push((index.to_owned(), title.to_owned(), sheet.to_owned(), holds));
    };
    if desk.is_many() {
        add("A2", desk.title(Kind::Overview), &sheets.overview, count(desk.submissions.len(), "份", "units"));
    }
    let findings = desk.findings().count();
    add("B1", desk.title(Kind::Issues), &sheets.issues, count(findings, "个问题", "findings"));
    add("B2", desk.title(Kind::Uncorrected), &sheets.uncorrected, String::new());
    for sheet in &plan.tie_sheets {
        add(&sheet.index, &sheet.title, &sheet.name, count(sheet.ties.len(), "项勾稽", "ties"));
    }
    if sheets.leads.len() <= LEADS {
        for (place, name) in sheets.leads.iter().enumerate() {
            let entity = desk.submissions.get(place).map_or("", |at| desk.submission(*at).entity.as_str());
            add(
                &format!("D{}", place + 1),
                &format!("{}{}{entity}", desk.title(Kind::Lead), desk.say("：", ": ")),
                name,
                String::new(),
            );
        }
    } else {
        let title = desk.say("审定表（逐单位，见单位一览）", "Lead schedules (by unit, see the overview)");
        add(&format!("D1–D{}", sheets.leads.len()), title, &sheets.overview, count(sheets.leads.len(), "张", "sheets"));
    }
    add("E", desk.title(Kind::Evidence), &sheets.evidence, count(plan.evidence.len(), "份", "sheets"));
    add("F", desk.title(Kind::Scores), &sheets.scores, String::new());
    add("G1", desk.title(Kind::Basis), &sheets.basis, count(desk.report.pack.rules.len(), "条公式", "rules"));
    add("G2", desk.title(Kind::Sources), &sheets.sources, String::new());
    add("G3", desk.title(Kind::Record), &sheets.record, String::new());
    all
}

/// The fill of a line that counts errors.
#[must_use]
pub fn fill_of(errors: usize) -> Fill {
    if errors > 0 { Fill::Of(crate::model::Severity::Error) } else { Fill::None }
}
