//! Filled rows as the fixed-scale columns of a panel.

use polars::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::filled::Filled;
use crate::rules::plan::{PRECISION, SLOT_SCALE, decimal};
use crate::rules::{Slot, Source};

/// Turns filled rows into the columns that [`plan`](crate::rules::plan) describes.
///
/// # Errors
/// What polars says of the columns.
pub fn columns(slots: &[&Slot], rows: &[Vec<Filled>]) -> PolarsResult<DataFrame> {
    let mut columns = Vec::with_capacity(slots.len() * 6);
    for (index, slot) in slots.iter().enumerate() {
        let name = |letter: char| format!("{letter}{index}");
        let states: Vec<i32> = rows.iter().map(|row| row[index].state).collect();
        columns.push(Column::new(name('t').into(), states));
        if matches!(slot.source, Source::Test { .. }) {
            continue;
        }
        let scale = match &slot.source {
            Source::Constant(number) => number.scale() as usize,
            _ => SLOT_SCALE,
        };
        let column = |letter: char, of: &dyn Fn(&Filled) -> Decimal, up: RoundingStrategy| {
            decimals(&name(letter), rows.iter().map(|row| fixed(of(&row[index]), scale, up)).collect(), scale)
        };
        columns.push(column('v', &|f| f.value, RoundingStrategy::MidpointAwayFromZero));
        columns.push(column('l', &|f| f.interval.lo, RoundingStrategy::ToNegativeInfinity));
        columns.push(column('h', &|f| f.interval.hi, RoundingStrategy::ToPositiveInfinity));
        let flags = |of: &dyn Fn(&Filled) -> bool| rows.iter().map(|row| of(&row[index])).collect::<Vec<bool>>();
        columns.push(Column::new(name('a').into(), flags(&|f| f.interval.lo_closed)));
        columns.push(Column::new(name('b').into(), flags(&|f| f.interval.hi_closed)));
    }
    DataFrame::new(rows.len(), columns)
}

/// The integer of a decimal at a scale; digits beyond the scale go the way that keeps an interval whole.
fn fixed(value: Decimal, scale: usize, strategy: RoundingStrategy) -> i128 {
    let scale = u32::try_from(scale).unwrap_or(0);
    let cut = value.round_dp_with_strategy(scale, strategy);
    let missing = scale.saturating_sub(cut.scale());
    cut.mantissa().saturating_mul(10i128.pow(missing))
}

fn decimals(name: &str, values: Vec<i128>, scale: usize) -> Column {
    let chunked = Int128Chunked::from_vec(name.into(), values);
    let series = chunked.into_decimal_unchecked(PRECISION, scale).into_series();
    debug_assert_eq!(series.dtype(), &decimal(scale));
    series.into_column()
}
