//! 勾稽底稿: every tie that was tried, with its operands, the recomputed value and a mark.
//!
//! A tie is a row with the reported figure, and a row for every other operand under it. A source stands to the left of
//! a figure, where the tie leads to stands to its right.

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::Desk;
use super::formula::{Operand, formula};
use super::names::Spot;
use super::page::{Page, Paper, Target, as_number};
use super::papers::{Column, Kind};
use super::plan::{Group, Plan, Tie, TieSheet};
use super::style::{Fill, Look, Style};
use super::tick::shown;
use crate::model::finding::{FindingCell, Role};
use crate::model::{Severity, Unit, Verdict};
use crate::reconcile::findings::cells;
use crate::reconcile::outcome::{At, Judged, Outcome, figure_at};
use rust_decimal::Decimal;

/// Columns, by what stands in them.
pub const INDEX: u16 = 0;
const CODE: u16 = 1;
const WHAT: u16 = 2;
const SOURCE: u16 = 3;
const TEXT: u16 = 5;
pub const REPORTED: u16 = 6;
const UNIT: u16 = 7;
pub const COMPUTED: u16 = 8;
pub const EXACT: u16 = 9;
pub const DIFFERENCE: u16 = 10;
const ALLOWANCE: u16 = 11;
pub const VERDICT: u16 = 12;
pub const MARK: u16 = 13;
pub const TO: u16 = 14;
const WIDTHS: [f64; 15] = [8.0, 6.5, 38.5, 17.5, 5.5, 10.0, 10.0, 5.5, 10.0, 10.0, 9.5, 8.5, 9.0, 12.5, 9.5];
/// Its columns.
pub const COLUMNS: [Column; 15] = [
    Column::new("索引", "Index").kept("其他底稿的链接指向它", "links of other papers lead to it"),
    Column::new("公式", "Rule"),
    Column::new("勾稽关系／操作数", "Tie / operand").kept("每个操作数要有名称", "every operand needs its name"),
    Column::new("来源（文件·表）", "From (file · sheet)"),
    Column::new("单元格", "Cell").kept("链接到标注工作簿的单元格", "it leads to the cell in the annotated workbook"),
    Column::new("原文", "As filed"),
    Column::new("所报数", "Reported").kept("计算数由它计算", "computed values are computed from it"),
    Column::new("单位", "Unit"),
    Column::new("计算数", "Computed").read_by(&[DIFFERENCE]),
    Column::new("准确值", "Exact value"),
    Column::new("差异", "Difference"),
    Column::new("允许尾差", "Allowance"),
    Column::new("结论", "Verdict"),
    Column::new("标识", "Tickmark").kept("已核对的每一项都要有标识", "nothing that was tested is left without a mark"),
    Column::new("去向", "To").kept("链接到问题汇总表", "it leads to the list of issues"),
];

/// Writes the sheets of ties.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    for sheet in &plan.tie_sheets {
        let mut page = desk.long_page(book, Kind::TieOut, &sheet.name, Paper::Landscape, &WIDTHS)?;
        page.head(&desk.head(&sheet.index, &sheet.title))?;
        page.remark(desk.say(
            "每一项已执行的勾稽占一行，其余操作数列于其下；来源在数字左侧（未写文件的，为组首所列文件），去向在右侧。计算数为可重算的公式，准确值以文本列示。",
            "Every tie that was tried has a row, its other operands under it; sources to the left of a figure (in the file named over the group unless another is named), where it leads to the right. Computed values are live formulas; the exact value stands beside as text.",
        ))?;
        page.header(&desk.titles(Kind::TieOut), 3)?;
        let mut groups = sheet.groups.iter().peekable();
        let mut over = None;
        for number in &sheet.ties {
            if let Some(group) = groups.next_if(|group| group.row == page.row) {
                over = file_over(desk, group);
                write_group(&mut page, desk, group, over, &sheet.apart)?;
            }
            write_tie(&mut page, desk, plan, &plan.ties[*number], over)?;
        }
        close(&mut page, desk, plan, sheet)?;
        page.close(book);
    }
    Ok(())
}

/// The file that stands over the rows of a group: the table's own, or the only one of the submission.
fn file_over<'d>(desk: &Desk<'d>, group: &Group) -> Option<&'d str> {
    let submission = desk.submission(group.submission);
    match (group.table.and_then(|table| submission.tables.get(table)), submission.files.as_slice()) {
        (Some(table), _) => Some(&table.file),
        (None, [only]) => Some(&only.file),
        (None, _) => None,
    }
}

fn write_group(
    page: &mut Page,
    desk: &Desk<'_>,
    group: &Group,
    over: Option<&str>,
    apart: &str,
) -> Result<(), XlsxError> {
    let submission = desk.submission(group.submission);
    let mut words: Vec<String> = Vec::new();
    if desk.is_many() {
        words.push(format!("{} {}", desk.place(group.submission), submission.entity));
    }
    if let Some(table) = group.table.and_then(|table| submission.tables.get(table)) {
        let form = &desk.report.forms.all[table.form];
        words.push(format!("{} {}", form.annex, desk.of(&form.title)));
        words.extend(table.project.clone());
        words.push(format!("{}·{}", desk.file(&table.file), table.sheet));
    } else {
        words.push(apart.to_owned());
        words.extend(over.map(|file| desk.file(file).to_owned()));
    }
    page.span(0, page.last(), &desk.report.masked(&words.join("　")), Look::Strong.on(Fill::Group))?;
    page.end_row()
}

/// A tie with all that its rows need.
struct Written<'d> {
    tie: &'d Tie,
    /// The file that stands over its group.
    over: Option<&'d str>,
    outcome: &'d Outcome,
    cells: Vec<FindingCell>,
    /// For each use, where it stands in the paper.
    operands: Vec<Option<Operand>>,
}

fn write_tie(page: &mut Page, desk: &Desk<'_>, plan: &Plan, tie: &Tie, over: Option<&str>) -> Result<(), XlsxError> {
    let outcome = &desk.run().outcomes[tie.outcome];
    let cells = cells(outcome, desk.pair(outcome.submission), desk.report.forms);
    let operands = place_operands(desk, tie, outcome, &cells, page.row);
    let written = Written { tie, over, outcome, cells, operands };
    write_first(page, desk, plan, &written)?;
    for (at, cell) in written.cells.iter().enumerate().filter(|(at, _)| Some(*at) != tie.lead) {
        let decimals = cell.value.map_or(0, |value| decimals(desk, outcome, at, value));
        write_operand(page, desk, cell, over, decimals)?;
    }
    Ok(())
}

/// Where each use of an outcome stands: the lead in the tie's row, the others under it.
fn place_operands(
    desk: &Desk<'_>,
    tie: &Tie,
    outcome: &Outcome,
    cells: &[FindingCell],
    first: u32,
) -> Vec<Option<Operand>> {
    if cells.len() != outcome.uses.len() {
        return Vec::new();
    }
    let (now, before) = desk.pair(outcome.submission);
    let mut next = first;
    outcome
        .uses
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let row = if tie.lead == Some(at) {
                first
            } else {
                next += 1;
                next
            };
            let (value, power) = match (&one.at, &one.said) {
                (At::Figure { prior, table, figure }, _) => {
                    let found = figure_at(if *prior { before? } else { now }, *table, *figure)?;
                    (found.value.amount, found.panel_power())
                }
                (_, Some(said)) => (Some(said.value?), Unit::parse(&said.unit).panel_power()),
                _ => return None,
            };
            // What no cell holds as a number cannot be computed with.
            if value.is_some_and(|value| as_number(value).is_none()) {
                return None;
            }
            let address = Spot::new("", row, u32::from(REPORTED)).cell.to_string();
            Some(Operand { address, row, value, power })
        })
        .collect()
}

fn write_first(page: &mut Page, desk: &Desk<'_>, plan: &Plan, written: &Written<'_>) -> Result<(), XlsxError> {
    let Written { tie, outcome, cells, .. } = written;
    let rule = desk.rule(outcome);
    page.text(INDEX, &tie.index, Look::Centre.on(Fill::Group))?;
    page.text(CODE, &rule.code, Look::Centre.on(Fill::Group))?;
    page.text(WHAT, &what(desk, outcome), Look::Text.on(Fill::Group))?;
    match tie.lead.and_then(|lead| cells.get(lead)) {
        Some(cell) => {
            desk.write_source(page, SOURCE, cell, written.over, Fill::Group)?;
            page.text(TEXT, &desk.report.masked(&cell.text), Look::Figure.on(Fill::Group))?;
        }
        None => page.blanks(SOURCE, TEXT, Look::Text.on(Fill::Group))?,
    }
    match &outcome.figures {
        Some(judged) => write_judged(page, desk, written, judged)?,
        None => page.blanks(REPORTED, ALLOWANCE, Look::Text.on(Fill::Group))?,
    }
    let severity = tie.finding.map(|finding| desk.run().findings[finding].severity);
    let fill = severity.map_or(Fill::Group, Fill::Of);
    page.text(VERDICT, &verdict(desk, outcome.verdict, severity), Look::Centre.on(fill))?;
    page.text(MARK, &mark(desk, tie, outcome), Look::Centre.on(fill))?;
    match tie.finding {
        Some(finding) => {
            let number = desk.finding_number(finding, outcome.submission);
            let target = Target::inside(&plan.sheets.issues, plan.issue_rows.get(&finding).copied().unwrap_or(0), 0);
            let text = format!("→{}{number}", desk.say("问题", "finding "));
            page.link(TO, &text, &target, Look::Index.on(Fill::Group))?;
        }
        None => page.blank(TO, Look::Centre.on(Fill::Group))?,
    }
    page.end_row()
}

/// Title, place, and what a check had to say.
fn what(desk: &Desk<'_>, outcome: &Outcome) -> String {
    let rule = desk.rule(outcome);
    let mut text = desk.of(&rule.title).to_owned();
    let place = &outcome.place;
    let parts: Vec<&str> = [&place.line, &place.measure].into_iter().flatten().map(String::as_str).collect();
    if !parts.is_empty() {
        text.push_str(desk.say("：", ": "));
        text.push_str(&parts.join("·"));
    }
    if let Some(judged) = outcome.figures.as_ref().filter(|judged| judged.op != "=") {
        let op = match judged.op.as_str() {
            "<=" => "≤",
            ">=" => "≥",
            "!=" => "≠",
            other => other,
        };
        let (before, after) = (desk.say("（所报 ", " (reported "), desk.say(" 计算）", " computed)"));
        text.extend([before, op, after]);
    }
    if let Some(words) = outcome.words.as_ref().filter(|_| outcome.verdict != Verdict::Balanced) {
        text.push('\n');
        text.push_str(desk.of(words));
    }
    if outcome.shown_only {
        text.push('\n');
        text.push_str(desk.say("按显示位数相符，按存储值不符", "as shown they agree, as stored they do not"));
    }
    desk.report.masked(&text)
}

fn write_judged(page: &mut Page, desk: &Desk<'_>, written: &Written<'_>, judged: &Judged) -> Result<(), XlsxError> {
    let Written { tie, outcome, operands, .. } = written;
    let row = page.row + 1;
    let working = outcome.working.as_ref();
    // What is computed is shown with the decimals of what it is held against.
    let least = match tie.lead {
        Some(lead) => decimals(desk, outcome, lead, judged.reported),
        None => judged.reported.normalize().scale(),
    };
    let stated = judged.stated();
    let style = |shown: Decimal| Style::figure(shown.scale().max(least)).on(Fill::Group);
    let left =
        working.filter(|_| tie.lead.is_none()).and_then(|w| formula(&w.left, operands, w.power, judged.reported));
    match left {
        Some(left) => computed(page, REPORTED, &left, judged.reported, style(stated.reported))?,
        None => page.amount(REPORTED, judged.reported, style(stated.reported))?,
    }
    page.text(UNIT, &judged.unit, Look::Centre.on(Fill::Group))?;
    match working.and_then(|w| formula(&w.right, operands, w.power, judged.expected)) {
        Some(right) => computed(page, COMPUTED, &right, judged.expected, style(stated.expected))?,
        None => page.amount(COMPUTED, judged.expected, style(stated.expected))?,
    }
    page.text(EXACT, &judged.expected.normalize().to_string(), Look::Figure.on(Fill::Group))?;
    let digits = judged.difference.normalize().scale();
    let whole = as_number(judged.reported).is_some() && as_number(judged.expected).is_some();
    if whole && judged.reported.checked_sub(judged.expected) == Some(judged.difference) {
        let (from, take) = (address(REPORTED, row), address(COMPUTED, row));
        let text = format!("ROUND({from}-{take},{digits})");
        computed(page, DIFFERENCE, &text, judged.difference, style(stated.difference))?;
    } else {
        page.amount(DIFFERENCE, judged.difference, style(stated.difference))?;
    }
    page.amount(ALLOWANCE, judged.allowance, Style::figure(stated.allowance.scale()).on(Fill::Group))
}

fn address(col: u16, row: u32) -> String {
    Spot::new("", row - 1, u32::from(col)).cell.to_string()
}

/// A live formula with its exact result; a plain amount where no number holds the result.
fn computed(page: &mut Page, col: u16, formula: &str, value: Decimal, style: Style) -> Result<(), XlsxError> {
    if as_number(value).is_none() {
        return page.amount(col, value, style);
    }
    page.formula(col, formula, &value.normalize().to_string(), style)
}

/// Decimals with which an operand is shown: as reported, and never fewer than its value has.
fn decimals(desk: &Desk<'_>, outcome: &Outcome, at: usize, value: Decimal) -> u32 {
    let (now, before) = desk.pair(outcome.submission);
    let found = match outcome.uses.get(at).map(|one| &one.at) {
        Some(At::Figure { prior: false, table, figure }) => figure_at(now, *table, *figure),
        Some(At::Figure { prior: true, table, figure }) => before.and_then(|before| figure_at(before, *table, *figure)),
        _ => None,
    };
    found.map_or(0, |found| found.value.decimals).max(value.normalize().scale())
}

fn write_operand(
    page: &mut Page,
    desk: &Desk<'_>,
    cell: &FindingCell,
    over: Option<&str>,
    decimals: u32,
) -> Result<(), XlsxError> {
    page.blanks(INDEX, CODE, Look::Text.style())?;
    let part = match cell.role {
        Role::Total => desk.say("　所报：", "  reported: "),
        Role::Term => desk.say("　计算：", "  computed from: "),
        Role::Subject => desk.say("　条件：", "  looked at: "),
    };
    let suspect = if cell.suspect { desk.say("（疑点）", " (suspect)") } else { "" };
    page.text(WHAT, &desk.report.masked(&format!("{part}{}{suspect}", cell.label)), Look::Text.style())?;
    desk.write_source(page, SOURCE, cell, over, Fill::None)?;
    page.text(TEXT, &desk.report.masked(&cell.text), Look::Figure.style())?;
    match cell.value {
        Some(value) => page.amount(REPORTED, value, Style::figure(decimals))?,
        None => page.blank(REPORTED, Look::Figure.style())?,
    }
    page.text(UNIT, &cell.unit, Look::Centre.style())?;
    page.blanks(COMPUTED, TO, Look::Text.style())?;
    page.end_row()
}

/// The verdict in words, with the severity of what it led to.
fn verdict(desk: &Desk<'_>, verdict: Verdict, severity: Option<Severity>) -> String {
    let words = verdict.words();
    let words = desk.of(&words);
    match severity {
        Some(severity) => format!("{words}\n{}", desk.of(&severity.words())),
        None => words.to_owned(),
    }
}

/// The tickmark; a tie that failed names its finding, one that was not tried its reason.
#[must_use]
pub fn mark(desk: &Desk<'_>, tie: &Tie, outcome: &Outcome) -> String {
    let done = shown(&tie.tick, desk.lang());
    match outcome.verdict {
        Verdict::Rounding => format!("{done}\n≈ {}", desk.say("尾差", "rounding")),
        Verdict::RoundingLarge => format!("{done}\n≈! {}", desk.say("尾差偏大", "large rounding")),
        Verdict::Unchecked => format!("? {}{}", desk.say("未核原因", "unchecked, reason "), tie.reason.unwrap_or(0)),
        Verdict::Unbalanced => match tie.finding {
            Some(finding) => {
                let number = desk.finding_number(finding, outcome.submission);
                format!("× {}{number}", desk.say("不符见问题", "see finding "))
            }
            None => format!("× {}", desk.say("不符", "does not hold")),
        },
        Verdict::Balanced | Verdict::NotApplicable => done,
    }
}

fn close(page: &mut Page, desk: &Desk<'_>, plan: &Plan, sheet: &TieSheet) -> Result<(), XlsxError> {
    let of = |verdict: Verdict| {
        sheet.ties.iter().filter(|tie| desk.run().outcomes[plan.ties[**tie].outcome].verdict == verdict).count()
    };
    let counts = [
        of(Verdict::Balanced),
        of(Verdict::Rounding),
        of(Verdict::RoundingLarge),
        of(Verdict::Unbalanced),
        of(Verdict::Unchecked),
    ];
    let [balanced, rounding, large, unbalanced, unchecked] = counts;
    let all = sheet.ties.len();
    page.remark(&match desk.lang() {
        crate::model::Lang::Zh => format!(
            "审计说明：本表共核对{all}项：平{balanced}，尾差{rounding}，尾差偏大{large}，不平{unbalanced}，未核{unchecked}。标识含义见封面。"
        ),
        crate::model::Lang::En => format!(
            "Note: {all} ties: {balanced} balanced, {rounding} rounding, {large} large rounding, {unbalanced} unbalanced, {unchecked} unchecked. The legend of marks is on the cover."
        ),
    })?;
    desk.write_unlinked(page)?;
    page.remark(desk.say("审计结论：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "Conclusion: ____________________"))
}
