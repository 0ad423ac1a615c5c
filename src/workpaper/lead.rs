//! 审定表: the money lines of one submission, from budget to execution to last year, with room for what is approved.
//!
//! Which column a measure belongs in is told from what the form declares of it (its year, its name), so that a form
//! nobody has seen here finds its place too; what finds none is counted under the table.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::Desk;
use super::lead_rows::{Column, Line, lines, unplaced};
use super::names::Spot;
use super::page::{Page, Paper, Target, as_number};
use super::papers::{self, Kind};
use super::plan::Plan;
use super::style::{Fill, Look, Style};
use crate::model::finding::Role;
use crate::model::{CellRef, Lang, Severity};
use crate::reconcile::outcome::{At, figure_at};
use crate::years::LineMap;

const LINE: u16 = 0;
pub const INITIAL: u16 = 1;
pub const ADJUSTED: u16 = 2;
pub const BUDGET: u16 = 3;
pub const ACTUAL: u16 = 4;
pub const APPROVED: u16 = 5;
const DIFFERENCE: u16 = 6;
pub const RATE: u16 = 7;
pub const PRIOR: u16 = 8;
const CHANGE: u16 = 9;
const GROWTH: u16 = 10;
const UNIT: u16 = 11;
const INDEX: u16 = 12;
const WIDTHS: [f64; 13] = [34.0, 12.0, 11.0, 12.0, 12.0, 12.0, 11.0, 9.5, 12.0, 11.0, 9.5, 7.0, 13.0];
/// Its columns.
pub const COLUMNS: [papers::Column; 13] = [
    papers::Column::new("行次", "Line").kept("其他底稿的链接指向它", "links of other papers lead to it"),
    papers::Column::new("年初预算", "Initial budget").read_by(&[ADJUSTED, RATE]),
    papers::Column::new("调整", "Adjustment"),
    papers::Column::new("全年预算", "Adjusted budget").read_by(&[ADJUSTED, RATE]),
    papers::Column::new("执行数", "Executed").kept("审定的对象", "it is what is approved"),
    papers::Column::new("核定数", "Approved").read_by(&[DIFFERENCE]),
    papers::Column::new("差异", "Difference"),
    papers::Column::new("执行率", "Rate"),
    papers::Column::new("上年决算", "Last year").read_by(&[CHANGE, GROWTH]),
    papers::Column::new("增减", "Change").read_by(&[GROWTH]),
    papers::Column::new("增减率", "Growth"),
    papers::Column::new("单位", "Unit"),
    papers::Column::new("索引", "Index").kept("链接到勾稽底稿", "it leads to the tie-out"),
];
/// Decimals to which a share is stated: more than are shown, fewer than a float loses.
pub const SHARE_DIGITS: u32 = 10;
/// Lines that a chart shows.
const CHARTED: usize = 12;

/// The lines of a chart: rows that follow each other.
pub struct Charted {
    pub first: u32,
    pub last: u32,
    pub title: String,
    /// The columns in which some of them have an amount.
    pub columns: BTreeSet<Column>,
}

/// Writes the lead schedule of one submission.
pub fn write(
    book: &mut Book,
    desk: &Desk<'_>,
    plan: &Plan,
    ties: &Ties,
    (place, at): (usize, usize),
) -> Result<(), XlsxError> {
    let Some(name) = plan.sheets.leads.get(place) else { return Ok(()) };
    let (submission, prior) = desk.pair(at);
    let paired = prior.map(|prior| (prior, LineMap::new(submission, prior, desk.report.forms)));
    let before = paired.as_ref().map(|(prior, lines)| (*prior, lines));
    let mut page = desk.page(Kind::Lead, name, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head_of(&format!("D{}", place + 1), desk.title(Kind::Lead), &submission.entity))?;
    page.remark(desk.say(
        "核定数由复核人填写，差异＝核定数－执行数。执行率以全年预算为基数，未报全年预算的以年初预算为基数。上年决算取本表上年栏，没有的取上年报送件。",
        "The reviewer fills in the approved figure; difference = approved − executed. The rate is of the adjusted budget, or of the initial one where no other is reported. Last year is the form’s own column, else last year’s submission.",
    ))?;
    page.header(&desk.titles(Kind::Lead), 1)?;
    let mut charted: Option<Charted> = None;
    for (table, one) in submission.tables.iter().enumerate() {
        let lines = lines(desk, at, table, before);
        if lines.is_empty() {
            continue;
        }
        let form = &desk.report.forms.all[one.form];
        let project = one.project.as_deref().map(|project| format!("　{project}")).unwrap_or_default();
        let title = format!("{} {}{project}", form.annex, desk.of(&form.title));
        let place = format!("{title}　{}·{}", desk.file(&one.file), one.sheet);
        page.span(0, page.last(), &desk.report.masked(&place), Look::Strong.on(Fill::Group))?;
        page.end_row()?;
        let first = page.row;
        for line in &lines {
            write_line(&mut page, desk, plan, ties, (at, table), line)?;
        }
        let shown = lines.len().min(CHARTED);
        let usable = if lines.iter().take(shown).any(Line::charted) { shown as u32 } else { 0 };
        let wider = charted.as_ref().is_none_or(|known| usable > known.last - known.first + 1);
        if usable > 0 && wider {
            charted = {
                let charted = lines.iter().take(usable as usize);
                let columns = charted.flat_map(|line| line.values.keys().copied()).collect();
                Some(Charted { first, last: first + usable - 1, title, columns })
            };
        }
    }
    if page.row == super::plan::TOP {
        page.span(0, page.last(), desk.say("没有可列入本表的金额。", "No amount belongs here."), Look::Text.style())?;
        page.end_row()?;
    }
    let left = unplaced(desk, at);
    page.remark(&match desk.lang() {
        Lang::Zh => format!("未列入本表的金额{left}个（表头不属于上述各栏，或在叙述中），均在勾稽底稿或运行记录中。"),
        Lang::En => format!("{left} amounts are not in this table (their header belongs to none of its columns, or they stand in sentences); they are in the tie-out or the run record."),
    })?;
    desk.write_unlinked(&mut page)?;
    page.remark(desk.say("审计结论：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "Conclusion: ____________________"))?;
    if let Some(charted) = charted {
        super::chart::insert(&mut page, desk, name, &charted)?;
    }
    page.close(book);
    Ok(())
}

/// The ties in which a figure stands, by submission, table and figure.
pub struct Ties(HashMap<(usize, usize, usize), (Rank, usize)>);

/// How little a tie says of a figure.
type Rank = (bool, bool, bool);

impl Ties {
    /// Takes for every figure the tie that says most of it: one that found an error, one of its own line, one that
    /// computes, the first.
    #[must_use]
    pub fn of(desk: &Desk<'_>, plan: &Plan) -> Self {
        let mut found: HashMap<(usize, usize, usize), (Rank, usize)> = HashMap::new();
        for (number, tie) in plan.ties.iter().enumerate() {
            let outcome = &desk.run().outcomes[tie.outcome];
            let error = tie.finding.is_some_and(|finding| desk.run().findings[finding].severity == Severity::Error);
            for one in &outcome.uses {
                let At::Figure { prior: false, table, figure } = one.at else { continue };
                let line = figure_at(desk.submission(outcome.submission), table, figure).map(|figure| &*figure.line);
                let own = one.role == Role::Total || outcome.place.line.as_deref() == line;
                let rank = (!error, !own, outcome.working.is_none());
                let entry = found.entry((outcome.submission, table, figure)).or_insert((rank, number));
                *entry = (*entry).min((rank, number));
            }
        }
        Self(found)
    }

    /// The best tie of several figures.
    #[must_use]
    pub fn best(&self, submission: usize, table: usize, figures: &[usize]) -> Option<usize> {
        figures.iter().filter_map(|figure| self.0.get(&(submission, table, *figure))).min().map(|(_, tie)| *tie)
    }

    #[must_use]
    pub fn get(&self, submission: usize, table: usize, figure: usize) -> Option<usize> {
        self.best(submission, table, &[figure])
    }
}

/// One row as it is written: addresses and values of what stands in it.
struct Row {
    row: u32,
    values: BTreeMap<Column, Decimal>,
}

impl Row {
    fn at(&self, col: u16) -> String {
        CellRef::new(self.row, u32::from(col)).to_string()
    }

    fn value(&self, column: Column) -> Option<Decimal> {
        self.values.get(&column).copied().filter(|value| as_number(*value).is_some())
    }
}

fn write_line(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    ties: &Ties,
    (at, table): (usize, usize),
    line: &Line,
) -> Result<(), XlsxError> {
    let indent = "　".repeat(line.depth.min(4));
    page.text(LINE, &desk.report.masked(&format!("{indent}{}", line.name)), Look::Text.style())?;
    let style = Style::figure(line.decimals);
    let row = Row { row: page.row, values: line.values.clone() };
    for (col, column) in
        [(INITIAL, Column::Initial), (BUDGET, Column::Budget), (ACTUAL, Column::Actual), (PRIOR, Column::Prior)]
    {
        match line.values.get(&column) {
            Some(value) => page.amount(col, *value, style)?,
            None => page.blank(col, style)?,
        }
    }
    let (initial, budget) = (row.value(Column::Initial), row.value(Column::Budget));
    match (line.values.get(&Column::Adjusted), initial, budget) {
        (Some(value), _, _) => page.amount(ADJUSTED, *value, style)?,
        (None, Some(initial), Some(budget)) => {
            let text = format!("ROUND({}-{},{})", row.at(BUDGET), row.at(INITIAL), line.decimals);
            computed(page, ADJUSTED, &text, budget.checked_sub(initial), style)?;
        }
        _ => page.blank(ADJUSTED, style)?,
    }
    page.blank(APPROVED, Style { look: Look::Typed, ..style })?;
    let (approved, actual) = (row.at(APPROVED), row.at(ACTUAL));
    page.formula(
        DIFFERENCE,
        &format!("IF({approved}=\"\",\"\",ROUND({approved}-{actual},{}))", line.decimals),
        "",
        style,
    )?;
    write_rates(page, &row, line.decimals)?;
    page.text(UNIT, &line.unit, Look::Centre.style())?;
    match ties.best(at, table, &line.figures) {
        Some(tie) => {
            let tie = &plan.ties[tie];
            let failed = tie.finding.is_some();
            let text = format!("→{}{}", tie.index, if failed { " ×" } else { "" });
            page.link(INDEX, &text, &Target::Inside(tie.spot.clone()), Look::Index.style())?;
        }
        None => page.text(INDEX, desk.say("无规则涉及", "no rule"), Look::Centre.style())?,
    }
    page.end_row()
}

fn write_rates(page: &mut Page, row: &Row, decimals: u32) -> Result<(), XlsxError> {
    let (actual, prior) = (row.value(Column::Actual), row.value(Column::Prior));
    let base = match (row.value(Column::Budget), row.value(Column::Initial)) {
        (Some(budget), _) => Some((BUDGET, budget)),
        (None, initial) => initial.map(|initial| (INITIAL, initial)),
    };
    match (base, actual) {
        (Some((col, base)), Some(actual)) if !base.is_zero() => {
            let text = format!("IF({0}=0,\"\",ROUND({1}/{0},{SHARE_DIGITS}))", row.at(col), row.at(ACTUAL));
            computed(page, RATE, &text, share_of(actual, base), Style::percent(2))?;
        }
        _ => page.blank(RATE, Look::Figure.style())?,
    }
    let change = actual.zip(prior).and_then(|(actual, prior)| actual.checked_sub(prior));
    match change {
        Some(change) => {
            let text = format!("ROUND({}-{},{decimals})", row.at(ACTUAL), row.at(PRIOR));
            computed(page, CHANGE, &text, Some(change), Style::figure(decimals))?;
        }
        None => page.blank(CHANGE, Look::Figure.style())?,
    }
    match (change, prior) {
        (Some(change), Some(prior)) if !prior.is_zero() => {
            let text = format!("IF({0}=0,\"\",ROUND({1}/{0},{SHARE_DIGITS}))", row.at(PRIOR), row.at(CHANGE));
            computed(page, GROWTH, &text, share_of(change, prior), Style::percent(2))
        }
        _ => page.blank(GROWTH, Look::Figure.style()),
    }
}

/// A share of a base, as the formulas state it.
#[must_use]
pub fn share_of(part: Decimal, base: Decimal) -> Option<Decimal> {
    Some(part.checked_div(base)?.round_dp_with_strategy(SHARE_DIGITS, RoundingStrategy::MidpointAwayFromZero))
}

/// A live formula with its value to fifteen digits.
fn computed(page: &mut Page, col: u16, formula: &str, value: Option<Decimal>, style: Style) -> Result<(), XlsxError> {
    match value {
        Some(value) => {
            let value = value.round_sf(15).unwrap_or(value).normalize();
            page.formula(col, formula, &value.to_string(), style)
        }
        None => page.blank(col, style),
    }
}

/// The place of a lead schedule in the book.
#[must_use]
pub fn spot(plan: &Plan, place: usize) -> Option<Target> {
    plan.sheets.leads.get(place).map(|name| Target::Inside(Spot::new(name, 0, 0)))
}
