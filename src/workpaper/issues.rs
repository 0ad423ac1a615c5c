//! 问题汇总表: every finding, with what the unit says of it and where it stands.

use rust_xlsxwriter::XlsxError;

use super::authority::cited;
use super::book::Book;
use super::cause::cause;
use super::desk::Desk;
use super::page::{Page, Paper, Target};
use super::papers::{Column, Kind};
use super::plan::Plan;
use super::style::{Fill, Look, Style};
use crate::model::explanation::{Carried, FIGURES_MARKER, Field, GIVEN_MARKER, KEY_MARKER, Typed, spell_figures};
use crate::model::{Finding, Lang};
use crate::report::answers as said;
use rust_decimal::Decimal;

const FROM: u16 = 0;
pub const NUMBER: u16 = 1;
const ENTITY: u16 = 2;
const MATTER: u16 = 3;
pub const AMOUNT: u16 = 4;
const UNIT: u16 = 5;
const CLASS: u16 = 6;
const SEVERITY: u16 = 7;
const CELLS: u16 = 8;
const FIRST: u16 = 9;
const CAUSE: u16 = 10;
const BASIS: u16 = 11;
const OPINION: u16 = 12;
const DEADLINE: u16 = 13;
const STATE: u16 = 14;
pub const EVIDENCE: u16 = 15;
const WIDTHS: [f64; 16] = [8.5, 5.5, 11.0, 40.0, 11.0, 7.0, 8.5, 7.5, 19.0, 5.5, 25.0, 12.0, 10.0, 8.5, 7.0, 6.5];
/// Its columns.
pub const COLUMNS: [Column; 16] = [
    Column::new("来自", "From").kept("其他底稿的链接指向它", "links of other papers lead to it"),
    Column::new("编号", "No.").kept("其他底稿按编号引用", "other papers name findings by it"),
    Column::new("单位", "Unit"),
    Column::new("事项", "Matter").kept("问题要有内容", "a finding needs its sentence"),
    Column::new("金额（差异）", "Amount"),
    Column::new("计量", "Measure"),
    Column::new("类别", "Class"),
    Column::new("级别", "Severity"),
    Column::new("单元格", "Cells"),
    Column::new("首格", "First"),
    Column::new("可能原因", "Likely cause"),
    Column::new("依据", "Basis"),
    Column::new("单位意见", "Unit’s reply"),
    Column::new("整改期限", "Mend by"),
    Column::new("状态", "State"),
    Column::new("去向", "To").kept("链接到取证单", "it leads to the evidence sheet"),
];
/// Cells of a finding that are named here; the tie-out names all.
pub const CELLS_NAMED: usize = 6;

/// Writes the list of findings.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.long_page(book, Kind::Issues, &plan.sheets.issues, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head("B1", desk.title(Kind::Issues)))?;
    page.remark(&summary(desk))?;
    let mut titles = desk.titles(Kind::Issues);
    if !desk.is_many() {
        titles[usize::from(ENTITY)] = desk.say("表", "Sheet");
    }
    hide(&mut page)?;
    page.header(&titles, 2)?;
    let first = page.row;
    for (number, submission, finding) in desk.findings() {
        write_one(&mut page, desk, plan, (number, submission), finding)?;
    }
    if page.row > first {
        let rows = (first, page.row - 1);
        offer(&mut page, desk, rows)?;
    } else {
        page.span(0, page.last(), desk.say("未发现问题。", "No finding."), Look::Text.style())?;
        page.end_row()?;
    }
    desk.write_unlinked(&mut page)?;
    page.remark(desk.say("审计结论：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "Conclusion: ____________________"))?;
    page.close(book);
    Ok(())
}

fn summary(desk: &Desk<'_>) -> String {
    let open = || desk.findings().filter(|(_, _, finding)| !finding.is_closed());
    let of = |severity| open().filter(|(_, _, finding)| finding.severity == severity).count();
    let closed = desk.findings().count() - open().count();
    let [errors, warnings, notes] =
        [crate::model::Severity::Error, crate::model::Severity::Warning, crate::model::Severity::Note].map(of);
    let all = errors + warnings + notes;
    let counts = match desk.lang() {
        Lang::Zh => format!(
            "共{all}个问题：错误{errors}，警告{warnings}，提示{notes}。编号与标注工作簿一致；“来自”为勾稽底稿索引，“去向”为取证单。"
        ),
        Lang::En => format!(
            "{all} findings: {errors} errors, {warnings} warnings, {notes} notes. Numbers are those of the annotated workbook; “from” is the tie-out, “to” the evidence sheet."
        ),
    };
    match (closed, desk.lang()) {
        (0, _) => counts,
        (n, Lang::Zh) => format!("{counts}另有{n}个已说明关闭，状态为“予以说明”。"),
        (n, Lang::En) => format!("{counts} {n} more are explained and closed."),
    }
}

fn write_one(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    (number, submission): (usize, usize),
    finding: &Finding,
) -> Result<(), XlsxError> {
    let rule = desk.rule(&desk.run().outcomes[desk.run().made_of[number]]);
    match plan.tie_of_finding(desk, number) {
        Some(tie) => {
            page.link(FROM, &format!("{}→", tie.index), &Target::Inside(tie.spot.clone()), Look::Index.style())?;
        }
        None => page.blank(FROM, Look::Centre.style())?,
    }
    page.text(NUMBER, &desk.finding_number(number, submission), Look::Centre.style())?;
    let sheet = finding.cells.first().map(|cell| &*cell.sheet).unwrap_or_default();
    page.text(ENTITY, if desk.is_many() { &finding.entity } else { sheet }, Look::Text.style())?;
    page.text(MATTER, &matter(desk, finding), Look::Text.style())?;
    match finding.difference.as_deref().and_then(|text| text.parse::<Decimal>().ok()) {
        Some(amount) => {
            let decimals = finding.stated().map_or(amount.normalize().scale(), |stated| stated.difference.scale());
            page.amount(AMOUNT, amount, Style::figure(decimals))?;
        }
        None => page.blank(AMOUNT, Look::Figure.style())?,
    }
    // Where things are counted the difference has no unit of its own.
    let counted = finding.unit.is_empty() && finding.difference.is_some();
    let unit = if counted { desk.say("个数", "counts") } else { finding.unit.as_str() };
    page.text(UNIT, unit, Look::Centre.style())?;
    page.text(CLASS, desk.of(&rule.class.words()), Look::Centre.style())?;
    page.text(SEVERITY, desk.of(&finding.severity.words()), Look::Centre.on(Fill::Of(finding.severity)))?;
    write_cells(page, desk, finding)?;
    page.text(CAUSE, &cause(desk, finding), Look::Text.style())?;
    page.text(BASIS, &cited(desk, &rule.source), Look::Text.style())?;
    write_answer(page, desk, finding)?;
    match plan.evidence_of(number) {
        Some(sheet) => {
            let target = Target::Inside(sheet.spot.clone());
            page.link(EVIDENCE, &format!("→{}", sheet.index), &target, Look::Index.style())?;
        }
        None => page.blank(EVIDENCE, Look::Centre.style())?,
    }
    page.end_row()
}

/// Hidden columns behind those that show: the key, the figures, the words with their figures, and an explanation that
/// is not the unit's: the matter shows it, and the next run reads it here.
const HIDDEN: u16 = COLUMNS.len() as u16;
const MARKERS: [&str; 3] = [KEY_MARKER, FIGURES_MARKER, GIVEN_MARKER];
const EXPLANATION: [Field; 5] = [Field::Reason, Field::Who, Field::When, Field::Expiry, Field::Carry];

/// Heads the hidden columns, by which what people type here is read back.
fn hide(page: &mut Page) -> Result<(), XlsxError> {
    for (col, marker) in (HIDDEN..).zip(MARKERS.into_iter().chain(EXPLANATION.map(|field| field.headings().0))) {
        page.sheet().set_column_hidden(col)?;
        page.aside(col, marker)?;
    }
    Ok(())
}

/// What the unit said, until when it is mended and where it stands; what was typed earlier stands there again.
fn write_answer(page: &mut Page, desk: &Desk<'_>, finding: &Finding) -> Result<(), XlsxError> {
    let beside = desk.run().answers.typed.get(&finding.key);
    let mut typed = Typed::new();
    for field in [Field::Reply, Field::Deadline, Field::Status] {
        typed.extend(beside.and_then(|beside| Some((field, beside.get(&field)?.clone()))));
    }
    let own = finding.explained.as_deref().filter(|one| one.year.is_none());
    if let Some(one) = own {
        if one.who == finding.entity {
            typed.insert(Field::Reply, one.reason.clone());
        } else {
            let words = [&one.reason, &one.who, &one.when, &one.expiry, &one.carry];
            let given = EXPLANATION.into_iter().zip(words).filter(|(_, words)| !words.is_empty());
            typed.extend(given.map(|(field, words)| (field, words.clone())));
        }
        if one.closes() {
            typed.insert(Field::Status, desk.say("予以说明", "explained").to_owned());
        }
    }
    for (col, field) in [(OPINION, Field::Reply), (DEADLINE, Field::Deadline), (STATE, Field::Status)] {
        page.text(col, typed.get(&field).map_or("", String::as_str), Look::Typed.style())?;
    }
    let carried = own.map(|one| Carried::new(&typed, one.figures.clone()).spell()).unwrap_or_default();
    let hidden = [finding.key.clone(), spell_figures(&finding.figures()), carried];
    let explained = EXPLANATION.map(|field| typed.get(&field).cloned().unwrap_or_default());
    (HIDDEN..).zip(hidden.into_iter().chain(explained)).try_for_each(|(col, text)| page.aside(col, &text))
}

/// Code, title and sentence.
#[must_use]
pub fn matter(desk: &Desk<'_>, finding: &Finding) -> String {
    let mut text = format!("{} {}\n{}", finding.code, desk.of(&finding.title), desk.of(&finding.message));
    for line in said::lines(finding, desk.lang()) {
        text.push('\n');
        text.push_str(&line);
    }
    desk.report.masked(&text)
}

fn write_cells(page: &mut Page, desk: &Desk<'_>, finding: &Finding) -> Result<(), XlsxError> {
    let named = desk.sources(&finding.cells[..finding.cells.len().min(CELLS_NAMED)]);
    let more = finding.cells.len().saturating_sub(CELLS_NAMED);
    let mut lines = named;
    if more > 0 {
        lines.push(match desk.lang() {
            Lang::Zh => format!("等{}格，见底稿", finding.cells.len()),
            Lang::En => format!("and {more} more, see the tie"),
        });
    }
    let text = lines.join("\n");
    page.text(CELLS, &text, Look::Text.style())?;
    let first = finding.cells.first();
    let name = first.map(|cell| cell.cell.to_string()).unwrap_or_default();
    match first.and_then(|cell| desk.beside(cell)) {
        Some(target) => page.link(FIRST, &name, &target, Look::Index.style()),
        None => page.text(FIRST, &name, Look::Centre.style()),
    }
}

/// Lists to choose from; other words may be typed.
fn offer(page: &mut Page, desk: &Desk<'_>, rows: (u32, u32)) -> Result<(), XlsxError> {
    let zh = desk.lang() == Lang::Zh;
    let (opinion, deadline, state): (&[&str], &[&str], &[&str]) = if zh {
        (
            &["属实", "部分属实", "不属实", "另附说明"],
            &["立即整改", "5个工作日内", "10个工作日内", "30日内", "下一年度编报时"],
            &["待核实", "已反馈", "已整改", "予以说明", "不采纳"],
        )
    } else {
        (
            &["agreed", "agreed in part", "not agreed", "see letter"],
            &[
                "at once",
                "within 5 working days",
                "within 10 working days",
                "within 30 days",
                "with next year’s filing",
            ],
            &["open", "answered", "mended", "explained", "dropped"],
        )
    };
    page.choices(OPINION, rows, opinion)?;
    page.choices(DEADLINE, rows, deadline)?;
    page.choices(STATE, rows, state)
}
