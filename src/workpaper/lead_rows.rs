//! The rows of a lead schedule, told from what the forms declare.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::desk::Desk;
use crate::facts::{Submission, Table};
use crate::forms::declare::Measure;
use crate::forms::pairs::AMOUNT;
use crate::forms::reading::Figure;
use crate::model::Quantity;
use crate::model::unit::shift;

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

/// The column that a measure fills, by the year it is declared for and the words of its name.
#[must_use]
pub fn column(measure: &Measure) -> Option<Column> {
    let name = measure.name.as_str();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let spent = says(&["决算", "执行", "支出", "实际"]) && !says(&["率"]);
    if measure.year.is_some_and(|year| year < 0) || name.starts_with("上年") {
        return spent.then_some(Column::Prior);
    }
    if spent {
        Some(Column::Actual)
    } else if says(&["年初"]) {
        Some(Column::Initial)
    } else if says(&["调整"]) && !says(&["调整后", "全年"]) {
        Some(Column::Adjusted)
    } else if says(&["预算", "批复", "概算"]) {
        Some(Column::Budget)
    } else {
        None
    }
}

/// The column of a figure, by its table's form.
fn column_of(desk: &Desk<'_>, table: &Table, figure: &Figure) -> Option<Column> {
    if figure.quantity != Quantity::Money || figure.value.amount.is_none() {
        return None;
    }
    let form = &desk.report.forms.all[table.form];
    let block = form.blocks.iter().find(|block| *block.name == *figure.block)?;
    match block.measures.iter().find(|measure| measure.name == *figure.measure) {
        Some(measure) => column(measure),
        // A figure beside its label is taken as a column only where the label names one.
        None if &*figure.measure == AMOUNT => None,
        None => None,
    }
}

/// The lines of one table, in the order of its sheet.
#[must_use]
pub fn lines(desk: &Desk<'_>, submission: usize, table: usize) -> Vec<Line> {
    let (now, before) = desk.pair(submission);
    let Some(one) = now.tables.get(table) else { return Vec::new() };
    let mut rows: BTreeMap<(u32, &str), Vec<(Column, usize)>> = BTreeMap::new();
    for (number, figure) in one.reading.figures.iter().enumerate() {
        if let Some(column) = column_of(desk, one, figure) {
            rows.entry((figure.row, &*figure.block)).or_default().push((column, number));
        }
    }
    rows.into_values().filter_map(|figures| line(desk, one, before, &figures)).collect()
}

fn line(desk: &Desk<'_>, table: &Table, before: Option<&Submission>, figures: &[(Column, usize)]) -> Option<Line> {
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
        if let Some((_, figure)) = last_year(desk, table, before?, first).or(None) {
            take(Column::Prior, figure);
        }
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

/// What last year's submission says was executed on the same line of the same form and project.
fn last_year<'s>(
    desk: &Desk<'_>,
    table: &Table,
    before: &'s Submission,
    like: &Figure,
) -> Option<(&'s Table, &'s Figure)> {
    let project = |one: &Table| one.project.as_deref().map(crate::facts::gather::normal_entity);
    let old = before.tables_of(table.form).find(|old| project(old) == project(table))?;
    let same =
        |figure: &&Figure| figure.block == like.block && figure.line == like.line && figure.parent == like.parent;
    let spent = |figure: &&Figure| column_of(desk, old, figure) == Some(Column::Actual);
    old.reading.figures.iter().filter(same).find(spent).map(|figure| (old, figure))
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
