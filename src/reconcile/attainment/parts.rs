//! Several figures in one cell: `扩面11700人，缴费8653人` beside `扩面完成11700人，缴费人数8518人`.

use rust_decimal::Decimal;

use super::single;
use crate::forms::normal::squash;
use crate::forms::reading::Figure;
use crate::model::unit::shift;
use crate::read::typed::TypedNumber;
use crate::read::{Typed, parse_typed};

/// The mean of what each figure reached; none where the two cells do not hold the same figures in the same order.
#[must_use]
pub fn mean(target: &Figure, result: &Figure) -> Option<Decimal> {
    let (aims, given) = (numbers(&target.text)?, numbers(&result.text)?);
    if squash(&target.text) == squash(&result.text) {
        return Some(Decimal::ONE);
    }
    if aims.len() != given.len() {
        return None;
    }
    let mut sum = Decimal::ZERO;
    for (aim, done) in aims.iter().zip(&given) {
        if aim.unit.noun != done.unit.noun {
            return None;
        }
        let done = shift(done.value, done.unit.power - aim.unit.power)?;
        sum = sum.checked_add(single(aim.comparator, aim.value, done).share?)?;
    }
    sum.checked_div(Decimal::from(aims.len()))
}

/// The figures of a cell that holds two or more.
fn numbers(text: &str) -> Option<Vec<TypedNumber>> {
    match parse_typed(text) {
        Typed::Numbers(numbers) if numbers.len() > 1 => Some(numbers),
        _ => None,
    }
}
