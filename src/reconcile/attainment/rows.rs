//! The rows of a score sheet: indicators, and the lines of money that carry a score.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Attained, How, attain, execution};
use crate::facts::Table;
use crate::forms::declare::{Form, Shape};
use crate::forms::indicators::GROUPS;
use crate::forms::reading::Figure;

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

/// The score sheet of a table: what its indicators and its money are due, worked out once.
#[derive(Debug, Clone, Default)]
pub struct Sheet<'t> {
    /// Every indicator, with points or without, from top to bottom.
    pub indicators: Vec<ScoreRow<'t>>,
    /// The lines of money that carry points and a score.
    pub money: Vec<ScoreRow<'t>>,
}

impl<'t> Sheet<'t> {
    #[must_use]
    pub fn of(form: &Form, table: &'t Table) -> Self {
        let (mut indicators, mut lines) = (BTreeMap::new(), BTreeMap::new());
        let mut groups: Vec<&'t Figure> = Vec::new();
        for numbered in table.reading.figures.iter().enumerate() {
            let figure = numbered.1;
            if &*figure.block == GROUPS {
                groups.push(figure);
                continue;
            }
            let rows: &mut BTreeMap<u32, Row<'t>> = match form.block(&figure.block).map(|block| block.shape) {
                Some(Shape::Indicators) => &mut indicators,
                Some(Shape::Lines) => &mut lines,
                _ => continue,
            };
            rows.entry(figure.row).or_default().entry(&*figure.measure).or_insert(numbered);
        }
        // The last label of a row is the one that counts.
        groups.sort_by_key(|figure| figure.row);
        let year = table.reading.year;
        Self {
            indicators: indicators
                .into_iter()
                .map(|(at, row)| indicator(&row, year, group(&groups, at, &row)))
                .collect(),
            money: money(lines.into_values().collect()),
        }
    }

    /// The rows that carry points and a score; money last.
    pub fn scored(&self) -> impl Iterator<Item = &ScoreRow<'t>> + Clone {
        self.indicators.iter().filter(|row| row.weight.is_some() && row.score.is_some()).chain(&self.money)
    }
}

/// The lines of money that score: a line that carries a score is the execution of the budget.
fn money(lines: Vec<Row<'_>>) -> Vec<ScoreRow<'_>> {
    let has = |row: &Row<'_>| row.contains_key(WEIGHT) && row.contains_key(SCORE);
    let filled = |row: &Row<'_>| {
        [WEIGHT, SCORE].iter().any(|name| row.get(name).is_some_and(|(_, figure)| figure.value.amount.is_some()))
    };
    let scoring: Vec<_> = lines.into_iter().filter(|row| has(row) && filled(row)).collect();
    let parent = |row: &Row<'_>| row.values().find_map(|(_, figure)| figure.parent.clone());
    let names: Vec<&str> = scoring.iter().map(name_of).collect();
    // A part of a line that scores does not score again.
    let whole = scoring.iter().filter(|row| parent(row).is_none_or(|parent| !names.contains(&&*parent)));
    whole.map(execution_of).collect()
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

fn indicator<'t>(row: &Row<'t>, year: Option<i32>, group: String) -> ScoreRow<'t> {
    let (target, result) = (row.get(TARGET).copied(), row.get(RESULT).copied());
    let attained = target.zip(result).map(|((_, target), (_, result))| attain(target, result, year));
    built(row, group, target, result, attained)
}

fn execution_of<'t>(row: &Row<'t>) -> ScoreRow<'t> {
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

/// The first-level label over a row: the last one that stands no lower; labels come from top to bottom.
fn group(labels: &[&Figure], at: u32, row: &Row<'_>) -> String {
    let above = labels.partition_point(|figure| figure.row <= at);
    let own = || row.values().find_map(|(_, figure)| figure.parent.as_deref());
    let label = above.checked_sub(1).map(|last| &*labels[last].line);
    label.or_else(own).unwrap_or_default().to_owned()
}
