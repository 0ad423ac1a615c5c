//! The rows of a lead schedule, told from what the forms declare.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::desk::Desk;
use crate::facts::{Submission, Table};
use crate::forms::declare::Stage;
use crate::forms::reading::Figure;
use crate::model::Quantity;
use crate::model::unit::shift;
use crate::years::LineMap;

/// A column of the schedule that figures fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Initial,
    Adjusted,
    Budget,
    Actual,
    Prior,
}

/// One line with its amounts, all in one unit.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: String,
    /// How many lines it is a part of, one within the other.
    pub depth: usize,
    pub values: BTreeMap<Column, Decimal>,
    pub unit: String,
    pub decimals: u32,
    /// Numbers of its figures in the table: what was executed first.
    pub figures: Vec<usize>,
}

impl Line {
    /// Has both a budget and what was executed.
    #[must_use]
    pub fn charted(&self) -> bool {
        let has = |column| self.values.contains_key(&column);
        has(Column::Actual) && (has(Column::Budget) || has(Column::Initial))
    }
}

/// The column that a step of the budget's year fills.
#[must_use]
pub fn column(stage: Stage) -> Option<Column> {
    match stage {
        Stage::Initial => Some(Column::Initial),
        Stage::Adjustment => Some(Column::Adjusted),
        Stage::Budget => Some(Column::Budget),
        Stage::Outturn => Some(Column::Actual),
        Stage::LastOutturn => Some(Column::Prior),
        Stage::Received | Stage::Rate => None,
    }
}

/// The column of a figure, by its table's form.
fn column_of(desk: &Desk<'_>, table: &Table, figure: &Figure) -> Option<Column> {
    if figure.quantity != Quantity::Money || figure.value.amount.is_none() {
        return None;
    }
    let form = &desk.report.forms.all[table.form];
    column(form.measure(&figure.block, &figure.measure)?.stage?)
}

/// The lines of one table, in the order of its sheet.
#[must_use]
pub fn lines(desk: &Desk<'_>, submission: usize, table: usize, before: Option<(&Submission, &LineMap)>) -> Vec<Line> {
    let now = desk.submission(submission);
    let Some(one) = now.tables.get(table) else { return Vec::new() };
    let mut rows: BTreeMap<(u32, &str), Vec<(Column, usize)>> = BTreeMap::new();
    for (number, figure) in one.reading.figures.iter().enumerate() {
        if let Some(column) = column_of(desk, one, figure) {
            rows.entry((figure.row, &*figure.block)).or_default().push((column, number));
        }
    }
    rows.into_values().filter_map(|figures| line(desk, one, (table, before), &figures)).collect()
}

fn line(
    desk: &Desk<'_>,
    table: &Table,
    (number, before): (usize, Option<(&Submission, &LineMap)>),
    figures: &[(Column, usize)],
) -> Option<Line> {
    let all = &table.reading.figures;
    let first = all.get(figures.first()?.1)?;
    let unit = &first.value.unit;
    let mut values = BTreeMap::new();
    let mut decimals = 0;
    let mut take = |column: Column, figure: &Figure| {
        // Amounts of one line in several units are carried to the first one's, exactly.
        let value = shift(figure.value.amount?, figure.value.unit.power - unit.power)?;
        decimals = decimals.max(value.normalize().scale()).max(figure.value.decimals.min(6));
        values.entry(column).or_insert(value);
        Some(())
    };
    for (column, number) in figures {
        take(*column, all.get(*number)?);
    }
    if !figures.iter().any(|(column, _)| *column == Column::Prior) {
        let figure = before.and_then(|before| last_year(desk, before, number, first));
        figure.and_then(|figure| take(Column::Prior, figure));
    }
    let mut numbers: Vec<(Column, usize)> = figures.to_vec();
    numbers.sort_by_key(|(column, number)| (*column != Column::Actual, *number));
    Some(Line {
        name: first.line.to_string(),
        depth: depth(all, first),
        values,
        unit: unit.to_string(),
        decimals,
        figures: numbers.into_iter().map(|(_, number)| number).collect(),
    })
}

/// What last year's submission says was executed on the line that is paired with this one.
fn last_year<'s>(
    desk: &Desk<'_>,
    (before, lines): (&'s Submission, &LineMap),
    table: usize,
    like: &Figure,
) -> Option<&'s Figure> {
    let old = lines.before(table, like.row, &like.line)?.before.as_ref()?;
    let one = before.tables.get(old.table)?;
    let figures = old.figures.iter().filter_map(|at| one.reading.figures.get(*at));
    figures.into_iter().find(|figure| column_of(desk, one, figure) == Some(Column::Actual))
}

/// How many lines a figure's line is a part of.
fn depth(all: &[Figure], figure: &Figure) -> usize {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut parent = figure.parent.as_deref();
    while let Some(name) = parent.filter(|name| seen.insert(name)) {
        parent = all
            .iter()
            .find(|one| &*one.line == name && one.block == figure.block)
            .and_then(|one| one.parent.as_deref());
    }
    seen.iter().filter(|name| all.iter().any(|one| &*one.line == **name && one.block == figure.block)).count()
}

/// Amounts of money of a submission that no column takes.
#[must_use]
pub fn unplaced(desk: &Desk<'_>, submission: usize) -> usize {
    let now = desk.submission(submission);
    let left = |table: &Table| {
        let money = table.reading.figures.iter().filter(|f| f.quantity == Quantity::Money && f.value.amount.is_some());
        money.filter(|figure| column_of(desk, table, figure).is_none()).count()
    };
    now.tables.iter().map(left).sum()
}
