//! What a score sheet says, and each score computed again from target and result.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::desk::Desk;
use crate::facts::Table;
use crate::forms::declare::Shape;
use crate::forms::reading::Figure;
use crate::forms::tables::GROUPS;
use crate::model::Quantity;
use crate::model::unit::shift;
use crate::read::Comparator;
use crate::reconcile::holds::in_one_unit;

const WEIGHT: &str = "分值";
const SCORE: &str = "得分";
const TARGET: &str = "年度指标值";
const RESULT: &str = "实际完成值";
const REASON: &str = "偏差原因";
const BUDGETS: [&str; 2] = ["全年预算数", "年初预算数"];
const SPENT: &str = "全年执行数";

/// How a score was computed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The target is met.
    Full,
    /// Result over target.
    Ratio,
    /// Target over result: the target is a ceiling.
    Ceiling,
    /// Not in numbers, or in other units.
    Words,
    /// The numbers lie a magnitude apart.
    Apart,
}

/// One row of a score sheet.
#[derive(Debug, Clone)]
pub struct Scored {
    pub group: String,
    pub name: String,
    pub target_text: String,
    pub target: Option<Decimal>,
    pub result_text: String,
    pub result: Option<Decimal>,
    pub weight: Option<Decimal>,
    pub score: Option<Decimal>,
    pub again: Option<Decimal>,
    pub how: Again,
    /// No direction is printed with the target.
    pub undirected: bool,
    /// What the form says of the deviation.
    pub reason: String,
    /// The number of the score among the table's figures.
    pub figure: Option<usize>,
    /// The row of the budget's execution, which some totals leave out.
    pub execution: bool,
}

/// The rows of one sheet, by measure.
type Rows<'t> = BTreeMap<u32, BTreeMap<&'t str, (usize, &'t Figure)>>;

/// The rows of a table that carry points and a score.
#[must_use]
pub fn scored(desk: &Desk<'_>, table: &Table) -> Vec<Scored> {
    let form = &desk.report.forms.all[table.form];
    let rows_of = |shape_is: &dyn Fn(Shape) -> bool| {
        let mut rows: Rows<'_> = BTreeMap::new();
        for (number, figure) in table.reading.figures.iter().enumerate() {
            let block = form.blocks.iter().find(|block| *block.name == *figure.block);
            if block.is_some_and(|block| shape_is(block.shape)) && &*figure.block != GROUPS {
                rows.entry(figure.row).or_default().entry(&*figure.measure).or_insert((number, figure));
            }
        }
        rows
    };
    let has = |row: &BTreeMap<&str, (usize, &Figure)>| row.contains_key(WEIGHT) && row.contains_key(SCORE);
    let indicators = rows_of(&|shape| shape == Shape::Indicators);
    let mut all: Vec<Scored> = indicators.values().filter(|row| has(row)).map(|row| indicator(table, row)).collect();
    let lines = rows_of(&|shape| shape == Shape::Lines);
    // A line of money that carries a score is the execution of the budget.
    let filled = |row: &&BTreeMap<&str, (usize, &Figure)>| {
        [WEIGHT, SCORE].iter().any(|name| row.get(name).is_some_and(|(_, figure)| figure.value.amount.is_some()))
    };
    let scoring: Vec<&BTreeMap<&str, (usize, &Figure)>> =
        lines.values().filter(|row| has(row)).filter(filled).collect();
    let named = |row: &BTreeMap<&str, (usize, &Figure)>, of: fn(&Figure) -> Option<&str>| {
        row.values().find_map(|(_, figure)| of(figure).map(str::to_owned))
    };
    let lines_scored: Vec<Option<String>> = scoring.iter().map(|row| named(row, |figure| Some(&figure.line))).collect();
    // A part of a line that scores does not score again.
    let whole = scoring.iter().filter(|row| {
        let parent = named(row, |figure| figure.parent.as_deref());
        parent.is_none() || !lines_scored.contains(&parent)
    });
    all.extend(whole.map(|row| execution(row)));
    all
}

/// Points and score of the total row, as filed.
#[must_use]
pub fn total(desk: &Desk<'_>, table: &Table) -> (Option<Decimal>, Option<Decimal>) {
    let form = &desk.report.forms.all[table.form];
    let lines: Vec<&str> =
        form.blocks.iter().filter(|block| block.shape == Shape::Indicators).map(|block| block.line.as_str()).collect();
    let of = |measure: &str| {
        let own = |figure: &&Figure| lines.contains(&&*figure.line) && &*figure.measure == measure;
        table.reading.figures.iter().find(own).and_then(|figure| figure.value.amount)
    };
    (of(WEIGHT), of(SCORE))
}

fn amount(row: &BTreeMap<&str, (usize, &Figure)>, name: &str) -> Option<Decimal> {
    row.get(name).and_then(|(_, figure)| figure.value.amount)
}

fn text(row: &BTreeMap<&str, (usize, &Figure)>, name: &str) -> String {
    row.get(name).map(|(_, figure)| figure.text.trim().to_owned()).unwrap_or_default()
}

fn indicator(table: &Table, row: &BTreeMap<&str, (usize, &Figure)>) -> Scored {
    let (weight, score) = (amount(row, WEIGHT), amount(row, SCORE));
    let name = row.values().next().map(|(_, figure)| figure.line.to_string()).unwrap_or_default();
    let (target, result) = (row.get(TARGET).map(|(_, f)| *f), row.get(RESULT).map(|(_, f)| *f));
    let compared = target.zip(result).and_then(|(target, result)| in_targets_unit(target, result));
    let comparator = target.and_then(|target| target.value.comparator);
    let (how, undirected) = match compared {
        Some((target, result)) => how(comparator, target, result),
        None => (Again::Words, false),
    };
    let again = weight.and_then(|weight| match (how, compared) {
        (Again::Full, _) => Some(weight),
        (Again::Ratio, Some((target, result))) => part(weight, result, target),
        (Again::Ceiling, Some((target, result))) => part(weight, target, result),
        _ => score,
    });
    Scored {
        group: group(table, row),
        name,
        target_text: text(row, TARGET),
        target: compared.map(|(target, _)| target),
        result_text: text(row, RESULT),
        result: compared.map(|(_, result)| result),
        weight,
        score,
        again,
        how,
        undirected,
        reason: text(row, REASON),
        figure: row.get(SCORE).map(|(number, _)| *number),
        execution: false,
    }
}

/// A target as filed, and the result in its unit.
fn in_targets_unit(target: &Figure, result: &Figure) -> Option<(Decimal, Decimal)> {
    let (_, base) = in_one_unit(target, result)?;
    let (own, other) = (&target.value.unit, &result.value.unit);
    let power = if own.noun.is_empty() && own.power == 0 { other.power } else { own.power };
    Some((target.value.amount?, shift(base, -power)?.normalize()))
}

/// Points in proportion, to two decimals, as the formula beside them rounds.
fn part(weight: Decimal, of: Decimal, over: Decimal) -> Option<Decimal> {
    let share = of.checked_div(over)?.min(Decimal::ONE);
    Some(weight.checked_mul(share)?.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

/// Chooses how to compute; and whether the direction was not printed.
fn how(comparator: Option<Comparator>, target: Decimal, result: Decimal) -> (Again, bool) {
    let ten = Decimal::TEN;
    let below = |a: Decimal, b: Decimal| b.checked_mul(ten).is_some_and(|ten| a.abs() <= ten.abs());
    if !below(result, target) || !below(target, result) {
        return (Again::Apart, false);
    }
    let ceiling = matches!(comparator, Some(Comparator::AtMost | Comparator::Less));
    let met = match comparator {
        Some(Comparator::AtMost) => result <= target,
        Some(Comparator::Less) => result < target,
        Some(Comparator::More) => result > target,
        _ => result >= target,
    };
    let undirected = matches!(comparator, None | Some(Comparator::Equal | Comparator::PlusMinus)) && result != target;
    let positive = target > Decimal::ZERO && result > Decimal::ZERO;
    match (met, ceiling, positive) {
        (true, _, _) => (Again::Full, undirected),
        (false, _, false) => (Again::Words, undirected),
        (false, true, true) => (Again::Ceiling, undirected),
        (false, false, true) => (Again::Ratio, undirected),
    }
}

/// The first-level label over a row: the last one that stands no lower.
fn group(table: &Table, row: &BTreeMap<&str, (usize, &Figure)>) -> String {
    let at = row.values().map(|(_, figure)| figure.row).next().unwrap_or(0);
    let labels = table.reading.figures.iter().filter(|figure| &*figure.block == GROUPS && figure.row <= at);
    labels.max_by_key(|figure| figure.row).map(|figure| figure.line.to_string()).unwrap_or_default()
}

fn execution(row: &BTreeMap<&str, (usize, &Figure)>) -> Scored {
    let (weight, score) = (amount(row, WEIGHT), amount(row, SCORE));
    let budget =
        BUDGETS.iter().find_map(|name| row.get(name).filter(|(_, f)| f.value.amount.is_some()).map(|(_, f)| *f));
    let spent = row.get(SPENT).map(|(_, figure)| *figure);
    let compared = budget.zip(spent).and_then(|(budget, spent)| in_targets_unit(budget, spent));
    let again = weight.and_then(|weight| match compared {
        Some((budget, spent)) if budget > Decimal::ZERO => part(weight, spent.max(Decimal::ZERO), budget),
        _ => score,
    });
    let money = |figure: Option<&Figure>| {
        figure.filter(|figure| figure.quantity == Quantity::Money).map(|f| f.text.trim().to_owned()).unwrap_or_default()
    };
    Scored {
        group: String::new(),
        name: row.values().next().map(|(_, figure)| figure.line.to_string()).unwrap_or_default(),
        target_text: money(budget),
        target: compared.map(|(budget, _)| budget),
        result_text: money(spent),
        result: compared.map(|(_, spent)| spent),
        weight,
        score,
        again,
        how: if compared.is_some_and(|(budget, _)| budget > Decimal::ZERO) { Again::Ratio } else { Again::Words },
        undirected: false,
        reason: text(row, REASON),
        figure: row.get(SCORE).map(|(number, _)| *number),
        execution: true,
    }
}
