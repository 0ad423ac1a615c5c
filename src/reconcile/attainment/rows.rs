//! The rows of a score sheet: indicators, and the lines of money that carry a score.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Attained, How, attain, execution};
use crate::facts::Table;
use crate::forms::declare::{Form, Shape};
use crate::forms::reading::Figure;
use crate::forms::tables::GROUPS;

const WEIGHT: &str = "分值";
const SCORE: &str = "得分";
const TARGET: &str = "年度指标值";
const RESULT: &str = "实际完成值";
const REASON: &str = "偏差原因";
const BUDGETS: [&str; 2] = ["全年预算数", "年初预算数"];
const SPENT: &str = "全年执行数";

/// A figure with its number among the table's figures.
pub type Numbered<'t> = (usize, &'t Figure);

/// One row of a score sheet.
#[derive(Debug, Clone)]
pub struct ScoreRow<'t> {
    /// The first-level label over it; empty for money.
    pub group: String,
    pub name: &'t str,
    /// Of money, the budget.
    pub target: Option<Numbered<'t>>,
    /// Of money, what was spent.
    pub result: Option<Numbered<'t>>,
    pub weight: Option<Numbered<'t>>,
    pub score: Option<Numbered<'t>>,
    /// What the form says of the deviation.
    pub reason: Option<Numbered<'t>>,
    /// The row of the budget's execution, which some totals leave out.
    pub execution: bool,
    pub attained: Attained,
}

impl ScoreRow<'_> {
    #[must_use]
    pub fn weight(&self) -> Option<Decimal> {
        self.weight.and_then(|(_, figure)| figure.value.amount)
    }

    #[must_use]
    pub fn score(&self) -> Option<Decimal> {
        self.score.and_then(|(_, figure)| figure.value.amount)
    }

    /// The score by the published method; none where nothing was computed.
    #[must_use]
    pub fn due(&self) -> Option<Decimal> {
        self.attained.points(self.weight()?)
    }
}

/// The figures of one row, by measure.
type Row<'t> = BTreeMap<&'t str, Numbered<'t>>;

/// The rows of a table whose blocks have a shape, from top to bottom.
fn rows_of<'t>(form: &Form, table: &'t Table, shape: Shape) -> Vec<Row<'t>> {
    let mut rows: BTreeMap<u32, Row<'t>> = BTreeMap::new();
    for (number, figure) in table.reading.figures.iter().enumerate() {
        let block = form.blocks.iter().find(|block| *block.name == *figure.block);
        if block.is_some_and(|block| block.shape == shape) && &*figure.block != GROUPS {
            rows.entry(figure.row).or_default().entry(&*figure.measure).or_insert((number, figure));
        }
    }
    rows.into_values().collect()
}

/// Every indicator of a table, with points or without.
#[must_use]
pub fn indicators<'t>(form: &Form, table: &'t Table) -> Vec<ScoreRow<'t>> {
    rows_of(form, table, Shape::Indicators).iter().map(|row| indicator(table, row)).collect()
}

/// The rows of a table that carry points and a score; money last.
#[must_use]
pub fn scored<'t>(form: &Form, table: &'t Table) -> Vec<ScoreRow<'t>> {
    let has = |row: &Row<'_>| row.contains_key(WEIGHT) && row.contains_key(SCORE);
    let mut all: Vec<ScoreRow<'t>> = rows_of(form, table, Shape::Indicators)
        .iter()
        .filter(|row| has(row))
        .map(|row| indicator(table, row))
        .collect();
    let lines = rows_of(form, table, Shape::Lines);
    // A line of money that carries a score is the execution of the budget.
    let filled = |row: &&Row<'_>| {
        [WEIGHT, SCORE].iter().any(|name| row.get(name).is_some_and(|(_, figure)| figure.value.amount.is_some()))
    };
    let scoring: Vec<&Row<'t>> = lines.iter().filter(|row| has(row)).filter(filled).collect();
    let parent = |row: &Row<'t>| row.values().find_map(|(_, figure)| figure.parent.as_deref());
    let names: Vec<&str> = scoring.iter().map(|row| name_of(row)).collect();
    // A part of a line that scores does not score again.
    let whole = scoring.iter().filter(|row| parent(row).is_none_or(|parent| !names.contains(&parent)));
    all.extend(whole.map(|row| money(row)));
    all
}

/// Points and score of the total row, as filed.
#[must_use]
pub fn total<'t>(form: &Form, table: &'t Table) -> (Option<Numbered<'t>>, Option<Numbered<'t>>) {
    let lines: Vec<&str> =
        form.blocks.iter().filter(|block| block.shape == Shape::Indicators).map(|block| block.line.as_str()).collect();
    let of = |measure: &str| {
        let mut figures = table.reading.figures.iter().enumerate();
        figures.find(|(_, figure)| lines.contains(&&*figure.line) && &*figure.measure == measure)
    };
    (of(WEIGHT), of(SCORE))
}

fn name_of<'t>(row: &Row<'t>) -> &'t str {
    row.values().next().map(|(_, figure)| &*figure.line).unwrap_or_default()
}

fn indicator<'t>(table: &'t Table, row: &Row<'t>) -> ScoreRow<'t> {
    let (target, result) = (row.get(TARGET).copied(), row.get(RESULT).copied());
    let year = table.reading.year;
    let attained = target.zip(result).map(|((_, target), (_, result))| attain(target, result, year));
    built(row, group(table, row), target, result, attained)
}

fn money<'t>(row: &Row<'t>) -> ScoreRow<'t> {
    let filled = |name: &&str| row.get(name).copied().filter(|(_, figure)| figure.value.amount.is_some());
    let (budget, spent) = (BUDGETS.iter().find_map(filled), row.get(SPENT).copied());
    let attained = budget.zip(spent).map(|((_, budget), (_, spent))| execution(budget, spent));
    ScoreRow { execution: true, ..built(row, String::new(), budget, spent, attained) }
}

fn built<'t>(
    row: &Row<'t>,
    group: String,
    target: Option<Numbered<'t>>,
    result: Option<Numbered<'t>>,
    attained: Option<Attained>,
) -> ScoreRow<'t> {
    ScoreRow {
        group,
        name: name_of(row),
        target,
        result,
        weight: row.get(WEIGHT).copied(),
        score: row.get(SCORE).copied(),
        reason: row.get(REASON).copied(),
        execution: false,
        attained: attained.unwrap_or_else(|| Attained::of(How::Words)),
    }
}

/// The first-level label over a row: the last one that stands no lower.
fn group(table: &Table, row: &Row<'_>) -> String {
    let at = row.values().map(|(_, figure)| figure.row).next().unwrap_or(0);
    let labels = table.reading.figures.iter().filter(|figure| &*figure.block == GROUPS && figure.row <= at);
    let own = row.values().find_map(|(_, figure)| figure.parent.as_deref());
    labels
        .max_by_key(|figure| figure.row)
        .map(|figure| figure.line.to_string())
        .or_else(|| own.map(str::to_owned))
        .unwrap_or_default()
}
