//! 指标完成情况: what a target asks and a result gives, and the score that the published method makes of them.
//!
//! One piece for the rules and for the review of scores in the workpapers. The method, as printed under published
//! forms: full points where the target is met; else result ÷ target for what shall not be less, target ÷ result for
//! what shall not be more, times the points. What stands in words is scored by bands, which the rules hold.

mod deadline;
mod parts;
pub mod rows;

#[cfg(test)]
mod tests;

use rust_decimal::{Decimal, RoundingStrategy};

use super::holds::in_one_unit;
use crate::forms::normal::squash;
use crate::forms::reading::Figure;
use crate::model::unit::shift;
use crate::model::{Quantity, Unit};
use crate::read::{Comparator, Typed, parse_typed};

/// How a result stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The target is met.
    Full,
    /// Missed: result over target.
    Ratio,
    /// Missed: target over result, because the target is a ceiling.
    Ceiling,
    /// Nothing was to happen, and something did.
    Zero,
    /// Several figures in one cell: the mean of what each reached.
    Parts,
    /// A date was missed; no published method says by how many points.
    Late,
    /// Not in numbers, or in other units.
    Words,
    /// The numbers lie a magnitude apart: one of them is likely a slip.
    Apart,
}

/// A target beside its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attained {
    pub how: How,
    /// The part of the points that is due, from nought to one; none where nothing was computed.
    pub share: Option<Decimal>,
    /// The target as filed, where it is one number.
    pub target: Option<Decimal>,
    /// The result in the target's unit.
    pub result: Option<Decimal>,
    /// What the target prints: ≥, ≤ and so on.
    pub comparator: Option<Comparator>,
    /// No direction is printed, and the two are not equal.
    pub undirected: bool,
    /// The sign of the target was misread when the form was scanned, and is put right here by a guess.
    pub guessed: bool,
}

impl Attained {
    fn of(how: How) -> Self {
        Self { how, share: None, target: None, result: None, comparator: None, undirected: false, guessed: false }
    }

    /// The points that are due, to two decimals; none where nothing was computed.
    #[must_use]
    pub fn points(&self, weight: Decimal) -> Option<Decimal> {
        let due = weight.checked_mul(self.share?)?;
        Some(due.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }
}

/// Compares a result with its target; `year` is the form's, for dates that name none.
#[must_use]
pub fn attain(target: &Figure, result: &Figure, year: Option<i32>) -> Attained {
    if let (Some((sign, aim)), Some(amount)) = (misread_sign(target), result.value.amount) {
        return Attained { guessed: true, ..single(Some(sign), aim, amount) };
    }
    if let Some((target, result)) = in_targets_unit(target, result) {
        let comparator = target.0;
        if let Some(least) = misread_least(target.1, result) {
            let own = single(Some(Comparator::AtLeast), least, result);
            return Attained { guessed: true, ..own };
        }
        return single(comparator, target.1, result);
    }
    if let Some(met) = deadline::met(&target.text, &result.text, year) {
        return Attained {
            share: met.then_some(Decimal::ONE),
            ..Attained::of(if met { How::Full } else { How::Late })
        };
    }
    match parts::mean(target, result) {
        Some(share) => Attained { share: Some(share), ..Attained::of(How::Parts) },
        None => Attained::of(How::Words),
    }
}

/// Share of the points for money spent of a budget.
#[must_use]
pub fn execution(budget: &Figure, spent: &Figure) -> Attained {
    match in_targets_unit(budget, spent) {
        Some(((_, budget), spent)) if budget > Decimal::ZERO => Attained {
            share: spent.max(Decimal::ZERO).checked_div(budget).map(|share| share.min(Decimal::ONE)),
            target: Some(budget),
            result: Some(spent),
            ..Attained::of(How::Ratio)
        },
        Some(((_, budget), spent)) => {
            Attained { target: Some(budget), result: Some(spent), ..Attained::of(How::Words) }
        }
        None => Attained::of(How::Words),
    }
}

/// A target as filed with its sign, and the result in its unit.
fn in_targets_unit(target: &Figure, result: &Figure) -> Option<((Option<Comparator>, Decimal), Decimal)> {
    let (_, base) = in_one_unit(target, result)?;
    let (own, other) = (&target.value.unit, &result.value.unit);
    let power = if own.noun.is_empty() && own.power == 0 { other.power } else { own.power };
    Some(((target.value.comparator, target.value.amount?), shift(base, -power)?.normalize()))
}

/// Compares two numbers of one unit.
fn single(comparator: Option<Comparator>, target: Decimal, result: Decimal) -> Attained {
    let ceiling = matches!(comparator, Some(Comparator::AtMost | Comparator::Less));
    let undirected = matches!(comparator, None | Some(Comparator::Equal)) && result != target;
    let (how, share) = missed_by(comparator, ceiling, target, result);
    Attained { share, target: Some(target), result: Some(result), comparator, undirected, ..Attained::of(how) }
}

fn missed_by(
    comparator: Option<Comparator>,
    ceiling: bool,
    target: Decimal,
    result: Decimal,
) -> (How, Option<Decimal>) {
    if ceiling && target.is_zero() {
        let kept = result <= Decimal::ZERO;
        return if kept { (How::Full, Some(Decimal::ONE)) } else { (How::Zero, Some(Decimal::ZERO)) };
    }
    let within = |a: Decimal, b: Decimal| b.checked_mul(Decimal::TEN).is_some_and(|ten| a.abs() <= ten.abs());
    let near = within(result, target) && within(target, result);
    if !(result.is_zero() || near) {
        return (How::Apart, None);
    }
    let met = match comparator {
        Some(Comparator::AtMost) => result <= target,
        Some(Comparator::Less) => result < target,
        Some(Comparator::More) => result > target,
        Some(Comparator::PlusMinus) => result.abs() <= target.abs(),
        _ => result >= target,
    };
    let share = |of: Decimal, over: Decimal| of.checked_div(over).map(|share| share.min(Decimal::ONE));
    match (met, comparator) {
        (true, _) => (How::Full, Some(Decimal::ONE)),
        (false, Some(Comparator::PlusMinus)) => (How::Words, None),
        _ if target <= Decimal::ZERO || result < Decimal::ZERO => (How::Words, None),
        _ if ceiling => (How::Ceiling, share(target, result)),
        _ => (How::Ratio, share(result, target)),
    }
}

/// `290%` that a scan made of `≥90%`: a rate above 200 whose digits after the first are a rate up to 100, beside a
/// result that is a rate up to 100.
fn misread_least(target: Decimal, result: Decimal) -> Option<Decimal> {
    let hundred = Decimal::ONE_HUNDRED;
    let rest: Decimal = target.normalize().to_string().strip_prefix('2')?.parse().ok()?;
    let two = target >= Decimal::TWO * hundred;
    (two && rest > Decimal::TEN && rest <= hundred && result <= hundred && result > rest / Decimal::TWO).then_some(rest)
}

/// Whether a scan likely made the digits of a target out of its sign: `290%` beside a result of 95 %.
#[must_use]
pub fn is_misread(target: &Figure, result: &Figure) -> bool {
    let rate = |figure: &Figure| figure.value.unit.quantity() == Quantity::Ratio;
    let numbers = target.value.amount.zip(result.value.amount);
    let least = rate(target)
        && rate(result)
        && target.value.comparator.is_none()
        && numbers.is_some_and(|(target, result)| misread_least(target, result).is_some());
    least || misread_sign(target).is_some()
}

/// `工5%`, `^80%`, `Q100%`: what scans make of ≥ and ≤ before a rate.
fn misread_sign(target: &Figure) -> Option<(Comparator, Decimal)> {
    let text = squash(&target.text);
    let mut letters = text.chars();
    let sign = match letters.next()? {
        '工' | '^' | 'Z' => Comparator::AtLeast,
        'Q' | 'W' | 'S' => Comparator::AtMost,
        _ => return None,
    };
    match parse_typed(letters.as_str()) {
        Typed::Number(number) if number.unit == Unit::percent() && number.start == 0 => Some((sign, number.value)),
        _ => None,
    }
}
