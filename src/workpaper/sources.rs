//! 资料索引 and 运行记录: what was read, by what, and what no rule looked at.

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::{Apart, Desk};
use super::page::{Page, Paper};
use super::papers::{Column, Kind};
use super::plan::Plan;
use super::style::{Fill, Look, Style};
use crate::facts::{SheetNote, Submission, SubmittedFile};
use crate::model::{Lang, Verdict, Words};
use crate::reconcile::outcome::figure_at;

const SOURCE_WIDTHS: [f64; 8] = [5.0, 20.0, 26.0, 10.0, 38.0, 20.0, 24.0, 28.0];
/// Its columns.
pub const COLUMNS: [Column; 8] = [
    Column::new("序号", "No."),
    Column::new("单位", "Unit"),
    Column::new("文件", "File").kept("来源以文件名为准", "sources are named by it"),
    Column::new("大小（字节）", "Bytes"),
    Column::new("SHA-256", "SHA-256"),
    Column::new("工作表", "Sheet").kept("来源以表名为准", "sources are named by it"),
    Column::new("识别为", "Recognised as").kept("未识别的表要看得见", "a sheet that was not recognised must be seen"),
    Column::new("数字、未读单元格及说明", "Figures, unread cells, remarks"),
];
const RECORD_WIDTHS: [f64; 6] = [26.0, 36.0, 38.0, 22.0, 14.0, 12.0];
/// Figures under no rule that are named one by one.
const NAMED: usize = 5_000;

/// Writes the index of sources: every file with size, fingerprint, and what its sheets turned out to be.
pub fn write_sources(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.long_page(book, Kind::Sources, &plan.sheets.sources, Paper::Landscape, &SOURCE_WIDTHS)?;
    page.head(&desk.head("G2", desk.title(Kind::Sources)))?;
    page.remark(desk.say(
        "由被评价单位提供的文件（PBC）。SHA-256 为文件内容的指纹：文件改动一个字节，指纹即不同。",
        "Files provided by the unit (PBC). SHA-256 is the fingerprint of a file’s content: one byte changed changes it.",
    ))?;
    page.header(&desk.titles(Kind::Sources), 1)?;
    let mut number = 0;
    for at in &desk.submissions {
        let (now, before) = desk.pair(*at);
        for (submission, prior) in std::iter::once((now, false)).chain(before.map(|before| (before, true))) {
            for file in &submission.files {
                number += 1;
                write_file(&mut page, desk, (submission, file), number, prior)?;
            }
        }
    }
    for one in if desk.is_whole() { &desk.settings.apart[..] } else { &[] } {
        number += 1;
        write_apart(&mut page, desk, one, number)?;
    }
    for notice in desk.submissions.iter().flat_map(|at| &desk.submission(*at).notices) {
        page.remark(&desk.report.masked(desk.of(notice)))?;
    }
    page.close(book);
    Ok(())
}

fn write_file(
    page: &mut Page,
    desk: &Desk<'_>,
    (submission, file): (&Submission, &SubmittedFile),
    number: usize,
    prior: bool,
) -> Result<(), XlsxError> {
    let sheets: Vec<&SheetNote> = submission.sheets.iter().filter(|note| note.file == file.file).collect();
    let nothing = [None];
    let notes: Vec<Option<&SheetNote>> = sheets.into_iter().map(Some).collect();
    let notes = if notes.is_empty() { &nothing[..] } else { &notes };
    for (line, note) in notes.iter().enumerate() {
        if line == 0 {
            page.text(0, &number.to_string(), Look::Centre.style())?;
            let year = submission.year.map(|year| format!(" {year}")).unwrap_or_default();
            let last = if prior { desk.say("（上年）", " (prior year)") } else { "" };
            page.text(1, &format!("{}{year}{last}", submission.entity), Look::Text.style())?;
            page.text(2, &file.file, Look::Text.style())?;
            page.amount(3, Decimal::from(file.size), Style::figure(0))?;
            page.text(4, &file.sha256, Look::Text.style())?;
        } else {
            page.blanks(0, 4, Look::Text.style())?;
        }
        match note {
            Some(note) => write_note(page, desk, note)?,
            None => page.blanks(5, 7, Look::Text.style())?,
        }
        page.end_row()?;
    }
    Ok(())
}

/// A file of which nothing was checked, with what is said of it.
fn write_apart(page: &mut Page, desk: &Desk<'_>, apart: &Apart, number: usize) -> Result<(), XlsxError> {
    page.text(0, &number.to_string(), Look::Centre.style())?;
    page.blank(1, Look::Text.style())?;
    page.text(2, &apart.file, Look::Text.style())?;
    match &apart.content {
        Some((size, sha256)) => {
            page.amount(3, Decimal::from(*size), Style::figure(0))?;
            page.text(4, sha256, Look::Text.style())?;
        }
        None => page.blanks(3, 4, Look::Text.style())?,
    }
    page.blank(5, Look::Text.style())?;
    page.text(6, desk.say("未核对", "not checked"), Look::Text.style())?;
    let said = desk.report.problems.iter().filter(|problem| problem.file == apart.file);
    let said: Vec<&str> = said.map(|problem| desk.of(&problem.words)).collect();
    page.text(7, &desk.report.masked(&said.join(desk.say("；", "; "))), Look::Text.style())?;
    page.end_row()
}

fn write_note(page: &mut Page, desk: &Desk<'_>, note: &SheetNote) -> Result<(), XlsxError> {
    page.text(5, &note.sheet, Look::Text.style())?;
    let form = note.form.and_then(|form| desk.report.forms.all.get(form));
    let known = match form {
        Some(form) => {
            let project = note.project.as_deref().map(|project| format!("\n{project}")).unwrap_or_default();
            format!("{} {}{project}", form.annex, desk.of(&form.title))
        }
        None => desk.say("未识别", "not recognised").to_owned(),
    };
    page.text(6, &desk.report.masked(&known), Look::Text.style())?;
    let mut said: Vec<String> = Vec::new();
    if form.is_some() {
        said.push(match desk.lang() {
            Lang::Zh => format!("{}个数", note.figures),
            Lang::En => format!("{} figures", note.figures),
        });
    }
    if !note.unread.is_empty() {
        let cells: Vec<String> = note.unread.iter().take(6).map(|unread| unread.cell.to_string()).collect();
        let more = if note.unread.len() > cells.len() { "…" } else { "" };
        said.push(match desk.lang() {
            Lang::Zh => format!("未读{}格：{}{more}", note.unread.len(), cells.join("、")),
            Lang::En => format!("{} unread cells: {}{more}", note.unread.len(), cells.join(", ")),
        });
    }
    said.extend(note.why.as_ref().map(|why| desk.of(why).to_owned()));
    let said = said.join(desk.say("；", "; "));
    page.text(7, &desk.report.masked(&said), Look::Text.style())
}

/// Writes the run record: tool, rules, parameters, counts, and every figure under no rule.
pub fn write_record(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.long_page(book, Kind::Record, &plan.sheets.record, Paper::Landscape, &RECORD_WIDTHS)?;
    page.head(&desk.head("G3", desk.title(Kind::Record)))?;
    page.heading(desk.say("程序与参数", "Tool and parameters"))?;
    for (name, value) in facts_of_run(desk) {
        pair(&mut page, desk.of(&name), &value)?;
    }
    page.heading(desk.say("核对结果", "Results"))?;
    let none: Vec<(usize, usize, usize)> =
        desk.run().figures_under_no_rule().into_iter().filter(|(at, _, _)| desk.place(*at) > 0).collect();
    for (name, value) in counts(desk, none.len()) {
        pair(&mut page, desk.of(&name), &value)?;
    }
    page.heading(desk.say("没有规则涉及的数字", "Figures under no rule"))?;
    write_untied(&mut page, desk, &none)?;
    if !desk.report.problems.is_empty() {
        page.heading(desk.say("未能核对或需说明的文件", "Files not checked, and remarks"))?;
        for problem in desk.report.problems {
            pair(&mut page, &problem.file, &desk.report.masked(desk.of(&problem.words)))?;
        }
    }
    page.close(book);
    Ok(())
}

fn pair(page: &mut Page, name: &str, value: &str) -> Result<(), XlsxError> {
    page.text(0, name, Look::Strong.on(Fill::Group))?;
    page.span(1, page.last(), value, Look::Text.style())?;
    page.end_row()
}

fn facts_of_run(desk: &Desk<'_>) -> Vec<(Words, String)> {
    let mut facts = vec![
        (Words::new("程序", "Tool"), format!("gouji 勾稽 {}", env!("CARGO_PKG_VERSION"))),
        (Words::new("公式包 SHA-256", "Rule pack SHA-256"), desk.report.pack.sha256.clone()),
        (Words::new("公式数", "Rules"), desk.report.pack.rules.len().to_string()),
        (Words::new("表样数", "Forms"), desk.report.forms.all.len().to_string()),
    ];
    facts.extend(desk.settings.parameters.iter().cloned());
    let shown = if desk.report.show_personal { ("显示", "shown") } else { ("遮盖", "masked") };
    facts.push((Words::new("姓名、电话", "Names and telephones"), desk.say(shown.0, shown.1).to_owned()));
    if let Some(level) = desk.settings.materiality {
        facts.push((Words::new("重要性水平（万元）", "Materiality (万元)"), level.to_string()));
    }
    facts
}

fn counts(desk: &Desk<'_>, untied: usize) -> Vec<(Words, String)> {
    let of = |verdict: Verdict| desk.outcomes().filter(|(_, outcome)| outcome.verdict == verdict).count();
    let figures: usize = desk.submissions.iter().map(|at| crate::facts::amounts(desk.submission(*at))).sum();
    let mut all = vec![
        (Words::new("报送件", "Submissions"), desk.submissions.len().to_string()),
        (Words::new("数字", "Figures"), figures.to_string()),
    ];
    for verdict in [
        Verdict::Balanced,
        Verdict::Rounding,
        Verdict::RoundingLarge,
        Verdict::Unbalanced,
        Verdict::Unchecked,
        Verdict::NotApplicable,
    ] {
        all.push((verdict.words(), of(verdict).to_string()));
    }
    all.push((Words::new("没有规则涉及的数字", "Figures under no rule"), untied.to_string()));
    all
}

fn write_untied(page: &mut Page, desk: &Desk<'_>, none: &[(usize, usize, usize)]) -> Result<(), XlsxError> {
    if none.is_empty() {
        return page.remark(
            desk.say("每个数字都在至少一项已执行的勾稽中。", "Every figure stands in some tie that was tried."),
        );
    }
    page.titles(&[
        desk.say("被评价单位", "Unit"),
        desk.say("来源（文件·表·单元格）", "From (file · sheet · cell)"),
        desk.say("行次", "Line"),
        desk.say("栏次", "Measure"),
        desk.say("数值", "Value"),
        desk.say("计量单位", "In"),
    ])?;
    for (at, table, figure) in none.iter().take(NAMED) {
        let submission = desk.submission(*at);
        let (Some(one), Some(found)) = (submission.tables.get(*table), figure_at(submission, *table, *figure)) else {
            continue;
        };
        page.text(0, &submission.entity, Look::Text.style())?;
        let source = format!("{}·{}·{}", desk.file(&one.file), one.sheet, found.cell);
        page.text(1, &source, Look::Text.style())?;
        page.text(2, &desk.report.masked(&found.line), Look::Text.style())?;
        page.text(3, &found.measure, Look::Text.style())?;
        match found.value.amount {
            Some(value) => page.amount(4, value, Style::figure(found.value.decimals.max(value.normalize().scale())))?,
            None => page.blank(4, Look::Figure.style())?,
        }
        page.text(5, &found.value.unit.to_string(), Look::Centre.style())?;
        page.end_row()?;
    }
    let rest = none.len().saturating_sub(NAMED);
    if rest > 0 {
        page.remark(&match desk.lang() {
            Lang::Zh => format!("另有{rest}个未逐一列出；按单位分别生成底稿（--per-entity）可看到全部。"),
            Lang::En => format!("{rest} more are not named here; papers for each unit (--per-entity) name them all."),
        })?;
    }
    Ok(())
}
