//! What figures of one column or row share: their decimals, and whether they are percentages.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::reading::Figure;
use super::value::{State, UnitFrom, is_fraction};
use crate::model::unit::shift;
use crate::model::{Quantity, Unit};

/// In a column of amounts, every figure whose decimals no number format fixes takes the column's most decimals;
/// where amounts add up along the row, those of all columns.
pub fn share_decimals(figures: &mut [Figure], across: bool) {
    let mut most: BTreeMap<(Arc<str>, Arc<str>), u32> = BTreeMap::new();
    let counts = |figure: &Figure| {
        figure.value.state == State::Amount
            && figure.value.unit_from != UnitFrom::Cell
            && matches!(figure.quantity, Quantity::Money | Quantity::Points)
    };
    let column = |figure: &Figure| {
        let measure = if across { Arc::from(figure.quantity.name()) } else { figure.measure.clone() };
        (figure.block.clone(), measure)
    };
    for figure in figures.iter().filter(|figure| counts(figure)) {
        let entry = most.entry(column(figure)).or_default();
        *entry = (*entry).max(figure.value.decimals);
    }
    for figure in figures.iter_mut().filter(|figure| counts(figure) && !figure.value.fixed) {
        if let Some(decimals) = most.get(&column(figure)) {
            figure.value.decimals = *decimals;
        }
    }
}

/// A total score takes the most decimals of the scores that it adds, whatever block they stand in.
pub fn share_total_decimals(figures: &mut [Figure]) {
    let scores = figures.iter().filter(|figure| &*figure.measure == "得分" && figure.value.amount.is_some());
    let most = scores.map(|figure| figure.value.decimals).max().unwrap_or(0);
    for figure in figures.iter_mut().filter(|figure| &*figure.block == "total" && !figure.value.fixed) {
        figure.value.decimals = most;
    }
}

/// A bare fraction beside a percentage in one row is a percentage too: `≥90%` against a stored 0.96.
pub(super) fn share_percent(row: &mut [Figure]) {
    let rate = |f: &Figure| f.quantity == Quantity::Plain && f.value.unit.quantity() == Quantity::Ratio;
    // A unit column that says % does not tell 0.88 from 88; another rate of the row does.
    let whole = row.iter().any(|f| rate(f) && f.value.amount.is_some_and(|amount| amount >= Decimal::TEN));
    if !row.iter().any(rate) {
        return;
    }
    let bare = |f: &Figure| {
        f.quantity == Quantity::Plain
            && (f.value.unit.noun.is_empty() || (whole && rate(f) && f.value.unit_from == UnitFrom::Row))
    };
    for figure in row.iter_mut().filter(|f| bare(f)) {
        let Some(amount) = figure.value.amount.filter(|amount| is_fraction(*amount)) else { continue };
        if let Some(shifted) = shift(amount, 2).map(|amount| amount.normalize()) {
            figure.value.amount = Some(shifted);
            figure.value.unit = Unit::percent();
            figure.value.stored_decimals = shifted.scale();
            figure.value.decimals = figure.value.decimals.saturating_sub(2);
        }
    }
}
