//! 未更正差异汇总: what stays uncorrected, net and gross, unit by unit, against a materiality.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::Desk;
use super::lead::{SHARE_DIGITS, share_of};
use super::names::Spot;
use super::page::{Page, Paper, Target, as_number};
use super::papers::{Column, Kind};
use super::plan::{Plan, money};
use super::style::{Fill, Look, Style};
use crate::model::{Finding, Lang, Stated, Verdict};

const FROM: u16 = 0;
const NUMBER: u16 = 1;
const MATTER: u16 = 2;
const SEVERITY: u16 = 3;
const REPORTED: u16 = 4;
const EXPECTED: u16 = 5;
pub const NET: u16 = 6;
pub const GROSS: u16 = 7;
const SHARE: u16 = 8;
const WIDTHS: [f64; 9] = [9.0, 8.0, 46.0, 8.0, 13.0, 13.0, 13.0, 13.0, 12.0];
/// Its columns.
pub const COLUMNS: [Column; 9] = [
    Column::new("来自", "From").kept("链接到勾稽底稿", "it leads to the tie-out"),
    Column::new("编号", "No.").kept("链接到问题汇总表", "it leads to the list of issues"),
    Column::new("事项", "Matter").kept("差异要有名称", "a difference needs its name"),
    Column::new("级别", "Severity"),
    Column::new("所报数", "Reported").read_by(&[NET]),
    Column::new("应为数", "Expected").read_by(&[NET]),
    Column::new("差异（净额）", "Difference (net)").read_by(&[GROSS]),
    Column::new("绝对额（毛额）", "Absolute (gross)").read_by(&[SHARE]),
    Column::new("占重要性水平", "Of materiality"),
];

/// One difference in the unit of its group.
struct Line<'d> {
    number: usize,
    submission: usize,
    finding: &'d Finding,
    reported: Decimal,
    expected: Decimal,
    difference: Decimal,
}

/// Writes the summary.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.page(Kind::Uncorrected, &plan.sheets.uncorrected, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head("B2", desk.title(Kind::Uncorrected)))?;
    page.remark(&explain(desk))?;
    page.header(&desk.titles(Kind::Uncorrected), 2)?;
    let groups = groups(desk);
    if groups.is_empty() {
        page.span(0, page.last(), desk.say("没有未更正的差异。", "No uncorrected difference."), Look::Text.style())?;
        page.end_row()?;
    }
    for (unit, lines) in &groups {
        write_group(&mut page, desk, plan, unit, lines)?;
    }
    page.remark(&left_out(desk))?;
    desk.write_unlinked(&mut page)?;
    page.remark(desk.say("审计结论：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "Conclusion: ____________________"))?;
    page.close(book);
    Ok(())
}

fn explain(desk: &Desk<'_>) -> String {
    let level = match (desk.settings.materiality, desk.lang()) {
        (Some(level), Lang::Zh) => format!("重要性水平 {level} 万元。"),
        (Some(level), Lang::En) => format!("Materiality {level} 万元. "),
        (None, Lang::Zh) => "未给定重要性水平（--materiality）。".to_owned(),
        (None, Lang::En) => "No materiality was given (--materiality). ".to_owned(),
    };
    let rest = desk.say(
        "净额为差异代数和，毛额为绝对值之和；不同计量单位分别汇总，不相加。一个数字参与多项勾稽时，差异会重复计入，汇总数是上限而非错报额。",
        "Net is the sum with signs, gross the sum of absolute values; units are summed apart. A figure in several ties counts in each: a sum is an upper bound, not the misstatement.",
    );
    format!("{level}{rest}")
}

/// Whether a finding is a difference between two amounts that stays.
fn is_difference(desk: &Desk<'_>, number: usize, finding: &Finding) -> bool {
    let outcome = &desk.run().outcomes[desk.run().made_of[number]];
    finding.verdict == Verdict::Unbalanced && outcome.figures.as_ref().is_some_and(|figures| figures.op == "=")
}

/// Differences by unit, money first and all of it in 万元.
fn groups<'d>(desk: &Desk<'d>) -> BTreeMap<(u8, String), Vec<Line<'d>>> {
    let mut groups: BTreeMap<(u8, String), Vec<Line<'d>>> = BTreeMap::new();
    for (number, submission, finding) in desk.findings().filter(|(number, _, f)| is_difference(desk, *number, f)) {
        let amount = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Decimal>().ok());
        let all = (amount(&finding.reported), amount(&finding.expected), amount(&finding.difference));
        let (Some(reported), Some(expected), Some(difference)) = all else { continue };
        let unit = crate::model::Unit::parse(&finding.unit);
        let line = Line { number, submission, finding, reported, expected, difference };
        let (key, line) = if unit.noun == "元" {
            let wan = |value: Decimal| crate::model::unit::shift(value, unit.power - 4);
            let (Some(reported), Some(expected), Some(difference)) = (wan(reported), wan(expected), wan(difference))
            else {
                continue;
            };
            ((0, "万元".to_owned()), Line { reported, expected, difference, ..line })
        } else {
            ((1, finding.unit.clone()), line)
        };
        groups.entry(key).or_default().push(line);
    }
    groups
}

/// Decimals of a group's amounts: of all their digits, for the formulas, and of what is shown.
#[derive(Debug, Clone, Copy)]
struct Decimals {
    exact: u32,
    shown: u32,
}

impl Decimals {
    fn of(lines: &[Line<'_>], unit: &str) -> Self {
        let most = |of: &dyn Fn(&Line<'_>) -> [Decimal; 3]| {
            lines.iter().flat_map(of).map(|value| value.normalize().scale()).max().unwrap_or(0)
        };
        let exact = most(&|line| [line.reported, line.expected, line.difference]);
        let shown = most(&|line| {
            let Line { reported, expected, difference, .. } = *line;
            let one = Stated::of(Stated { reported, expected, difference, allowance: Decimal::ZERO }, unit);
            [one.reported, one.expected, one.difference]
        });
        Self { exact, shown }
    }
}

fn write_group(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    (rank, unit): &(u8, String),
    lines: &[Line<'_>],
) -> Result<(), XlsxError> {
    let shown = if unit.is_empty() { desk.say("个数", "counts") } else { unit };
    page.span(0, page.last(), &format!("{}{shown}", desk.say("计量单位：", "Unit: ")), Look::Strong.on(Fill::Group))?;
    page.end_row()?;
    let decimals = Decimals::of(lines, unit);
    let level = desk.settings.materiality.filter(|_| *rank == 0);
    let first = page.row;
    for line in lines {
        write_line(page, desk, plan, line, decimals, level)?;
    }
    write_totals(page, desk, lines, (first, decimals), level)
}

fn write_line(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    line: &Line<'_>,
    decimals: Decimals,
    level: Option<Decimal>,
) -> Result<(), XlsxError> {
    match plan.tie_of_finding(desk, line.number) {
        Some(tie) => {
            page.link(FROM, &format!("{}→", tie.index), &Target::Inside(tie.spot.clone()), Look::Index.style())?;
        }
        None => page.blank(FROM, Look::Centre.style())?,
    }
    let issue = Target::inside(&plan.sheets.issues, plan.issue_rows.get(&line.number).copied().unwrap_or(0), 0);
    page.link(NUMBER, &desk.finding_number(line.number, line.submission), &issue, Look::Index.style())?;
    let label = line.finding.cells.first().map(|cell| cell.label.as_str()).unwrap_or_default();
    let entity = if desk.is_many() { format!("{}　", line.finding.entity) } else { String::new() };
    let matter = format!("{entity}{} {}　{label}", line.finding.code, desk.of(&line.finding.title));
    page.text(MATTER, &desk.report.masked(&matter), Look::Text.style())?;
    page.text(SEVERITY, desk.of(&line.finding.severity.words()), Look::Centre.on(Fill::Of(line.finding.severity)))?;
    page.amount(REPORTED, line.reported, Style::figure(decimals.shown))?;
    page.amount(EXPECTED, line.expected, Style::figure(decimals.shown))?;
    let row = page.row;
    let at = |col: u16| Spot::new("", row, u32::from(col)).cell.to_string();
    let whole = as_number(line.reported).is_some() && as_number(line.expected).is_some();
    if whole && line.reported.checked_sub(line.expected) == Some(line.difference) {
        let text = format!("ROUND({}-{},{})", at(REPORTED), at(EXPECTED), decimals.exact);
        page.formula(NET, &text, &line.difference.normalize().to_string(), Style::figure(decimals.shown))?;
    } else {
        page.amount(NET, line.difference, Style::figure(decimals.shown))?;
    }
    let gross = line.difference.abs();
    page.formula(GROSS, &format!("ABS({})", at(NET)), &gross.normalize().to_string(), Style::figure(decimals.shown))?;
    share(page, &at(GROSS), gross, level)?;
    page.end_row()
}

/// An amount in per cent of the materiality.
fn share(page: &mut Page, cell: &str, amount: Decimal, level: Option<Decimal>) -> Result<(), XlsxError> {
    match level.and_then(|level| Some((level, share_of(amount, level)?))) {
        Some((level, share)) => {
            let share = share.normalize().to_string();
            page.formula(SHARE, &format!("ROUND({cell}/{level},{SHARE_DIGITS})"), &share, Style::percent(1))
        }
        None => page.blank(SHARE, Look::Figure.style()),
    }
}

fn write_totals(
    page: &mut Page,
    desk: &Desk<'_>,
    lines: &[Line<'_>],
    (first, decimals): (u32, Decimals),
    level: Option<Decimal>,
) -> Result<(), XlsxError> {
    let last = page.row - 1;
    let total = |of: fn(Decimal) -> Decimal| {
        lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(of(line.difference)))
    };
    let (net, gross) = (total(|one| one), total(|one| one.abs()));
    let at = |row: u32, col: u16| Spot::new("", row, u32::from(col)).cell.to_string();
    page.span(FROM, EXPECTED, desk.say("合计", "Total"), Look::Strong.on(Fill::Group))?;
    for (col, value) in [(NET, net), (GROSS, gross)] {
        let style = Style::figure(decimals.shown).on(Fill::Group);
        match value {
            Some(value) => {
                let text = format!("ROUND(SUM({}:{}),{})", at(first, col), at(last, col), decimals.exact);
                page.formula(col, &text, &value.normalize().to_string(), style)?;
            }
            None => page.blank(col, style)?,
        }
    }
    let row = page.row;
    share(page, &at(row, GROSS), gross.unwrap_or_default(), level)?;
    page.end_row()?;
    let Some(level) = level else { return Ok(()) };
    page.span(FROM, EXPECTED, desk.say("与重要性水平比较", "Against materiality"), Look::Strong.on(Fill::Group))?;
    let (reaches, below) = (desk.say("达到或超过", "reached"), desk.say("低于", "below"));
    for (col, value) in [(NET, net), (GROSS, gross)] {
        let said = if value.is_some_and(|value| value.abs() >= level) { reaches } else { below };
        let text = format!("IF(ABS({})>={level},\"{reaches}\",\"{below}\")", at(row, col));
        page.formula(col, &text, said, Look::Centre.on(Fill::Group))?;
    }
    page.blank(SHARE, Look::Centre.on(Fill::Group))?;
    page.end_row()
}

/// What is not in the sums, counted.
fn left_out(desk: &Desk<'_>) -> String {
    let count = |of: &dyn Fn(usize, &Finding) -> bool| desk.findings().filter(|(number, _, f)| of(*number, f)).count();
    let tails = count(&|_, finding| matches!(finding.verdict, Verdict::Rounding | Verdict::RoundingLarge));
    let others =
        count(&|number, finding| finding.verdict == Verdict::Unbalanced && !is_difference(desk, number, finding));
    let unchecked = count(&|_, finding| finding.verdict == Verdict::Unchecked);
    let below = desk.settings.materiality.map(|level| {
        count(&|number, finding| {
            is_difference(desk, number, finding) && money(finding).is_some_and(|amount| amount.abs() < level)
        })
    });
    let below = below.map(|n| match desk.lang() {
        Lang::Zh => format!("其中单项低于重要性水平的金额差异{n}项。"),
        Lang::En => format!(" Of the differences in money {n} are below materiality each."),
    });
    let text = match desk.lang() {
        Lang::Zh => {
            format!("未计入：取整可解释的尾差{tails}项，不以金额计量的问题{others}项，未能核对的问题{unchecked}项。")
        }
        Lang::En => format!(
            "Left out: {tails} explained by rounding, {others} not measured by an amount, {unchecked} that could not be checked."
        ),
    };
    text + &below.unwrap_or_default()
}
