//! The likely causes of a wrong figure, weighed against each other.
//!
//! The weight of a cause is its prior divided by the chance that it would fit a figure that is right: for a slip of the
//! fingers, how many values it could have been typed for among all that the failing tie could ask for; for a copy, how
//! seldom two figures are equal by chance. `docs/DIAGNOSIS.md` writes the formula down.

use super::copies;
use super::digits::edits;
use super::evidence::decades;
use super::problem::{Amount, Cell, Equation, Hold};
use super::table::{Range, Table};

/// What may have gone wrong with one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slip {
    Transposed,
    JumpTransposed,
    Mistyped,
    DigitDropped,
    DigitAdded,
    ZeroDropped,
    ZeroAdded,
    /// The point slipped: the true value is this power of ten times the one that stands.
    Decimal(i32),
    /// The unit slipped, likewise.
    Unit(i32),
    Sign,
    /// The value of the cell above or below.
    Neighbour,
    /// Two values changed places.
    Swapped,
    /// The total typed where a part belongs.
    TotalInPart,
    /// The total typed where a part belongs, two digits changed.
    TotalTransposed,
    PartOmitted,
    CountedTwice,
    /// A subtotal added together with its parts.
    SubtotalAdded,
    LastYear,
    BudgetCopied,
    StaleFormula,
    RoundingTail,
    RatioSwapped,
    /// The ties ask for another value and nothing tells why.
    Unknown,
}

impl Slip {
    /// How often it is met, in thousandths of all slips. Digits follow the published shares of slips of the fingers
    /// in codes; units, signs and copies, which those studies do not know, are set by judgement.
    #[must_use]
    pub fn prior(self) -> u128 {
        match self {
            Self::Mistyped => 300,
            Self::Decimal(_) => 160,
            Self::Unit(_) => 100,
            Self::Transposed => 80,
            Self::Sign | Self::RoundingTail => 60,
            Self::TotalInPart => 50,
            Self::DigitDropped | Self::DigitAdded => 40,
            Self::Neighbour | Self::PartOmitted | Self::StaleFormula => 30,
            Self::ZeroDropped
            | Self::ZeroAdded
            | Self::Swapped
            | Self::CountedTwice
            | Self::SubtotalAdded
            | Self::LastYear
            | Self::BudgetCopied
            | Self::Unknown => 20,
            Self::TotalTransposed | Self::RatioSwapped | Self::JumpTransposed => 10,
        }
    }
}

/// One cause of one change, with its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    pub slip: Slip,
    /// What the figure probably should be.
    pub value: Amount,
    /// The cell of which it is a copy, or that was left out or counted twice.
    pub other: Option<usize>,
    /// A thousand is a factor of ten.
    pub weight: i64,
}

/// What the weights of all changes of one problem rest on.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// The largest amount among the cells of the failing ties.
    pub reach: Amount,
    /// Thousandths of the ties that hold without any tail.
    pub exact: u128,
}

/// Causes of one change that are shown at most.
const SHOWN: usize = 3;
/// How much less a cause must fit a figure that is right: a thousand is a factor of ten.
const EVIDENCE: i64 = 500;
/// Figures below zero are this seldom meant.
const BELOW_ZERO: i64 = 2000;

impl Scene {
    /// How many values of this cell a failing tie could ask for.
    fn choices(self, step: Amount) -> u128 {
        (2 * self.reach / step.max(1) + 1).unsigned_abs()
    }

    /// How likely the true value leaves the tail that this one leaves: in tables that tie exactly, none.
    fn tail(self, range: Range, value: Amount, step: Amount) -> i64 {
        let wide = ((range.hi - range.lo) / step.max(1) + 1).unsigned_abs().max(1);
        let spread = (1000 - self.exact).max(10) * 1000 / wide;
        let share = if value == range.fit { self.exact * 1000 + spread } else { spread };
        decades(share.max(1)) - 6000
    }
}

/// Weighs every cause that gives a cell a value in the range; the heaviest first, one of a kind, never none.
#[must_use]
pub fn guesses(table: &Table<'_>, cell: usize, range: Range, failing: &[usize], scene: Scene) -> Vec<Guess> {
    let own = &table.problem.cells[cell];
    let typed = own.value;
    let fit = in_steps(range, own.step);
    let ratio = |tie: &usize| {
        table.problem.ties[*tie].options.iter().any(|equation| matches!(equation, Equation::Product { .. }))
    };
    // Beside a rate stand figures of another kind: each is measured by itself.
    let own_reach = if failing.iter().any(ratio) { typed.abs().max(fit.abs()) } else { scene.reach };
    let choices = Scene { reach: own_reach, ..scene }.choices(own.step);
    let range = Range { fit, ..range };
    let mut found: Vec<Guess> = Vec::new();
    let tail = |value: Amount| {
        let below = if value < 0 && typed >= 0 { BELOW_ZERO } else { 0 };
        scene.tail(range, value, own.step) - below
    };
    found.push(Guess { slip: Slip::Unknown, value: fit, other: None, weight: weigh(Slip::Unknown, 1, 1) + tail(fit) });
    if own.hold != Hold::Formula {
        edits(own, typed, table.problem.digits, &mut |edit| {
            if range.contains(edit.value) {
                let weight = weigh(edit.slip, choices, edit.ways) + tail(edit.value);
                found.push(Guess { slip: edit.slip, value: edit.value, other: None, weight });
            }
        });
    }
    lost_digits(own, range, &mut |slip, value, ways| {
        let weight = weigh(slip, choices, ways) + tail(value);
        found.push(Guess { slip, value, other: None, weight });
    });
    copies::copies(table, cell, range, failing, &mut |copy| {
        // A copy is known by being one: two figures are seldom equal. A part left out is known by the tail it leaves.
        let among = if copy.by_tail { choices } else { seldom(typed).min(choices) };
        let weight = weigh(copy.slip, if copy.common > 0 { 1000 } else { among }, copy.ways.max(copy.common));
        found.push(Guess { slip: copy.slip, value: copy.value, other: copy.other, weight: weight + tail(copy.value) });
    });
    if let Some(value) = own.recomputed.filter(|value| *value != typed && range.contains(*value)) {
        let weight = weigh(Slip::StaleFormula, choices, 1) + tail(value);
        found.push(Guess { slip: Slip::StaleFormula, value, other: None, weight });
    }
    if let Some(ways) = rounding_tail(table, cell, failing) {
        let ways = (ways / own.step.max(1)).unsigned_abs().max(1);
        let weight = weigh(Slip::RoundingTail, choices, ways) + tail(fit);
        found.push(Guess { slip: Slip::RoundingTail, value: fit, other: None, weight });
    }
    // What would fit nearly any figure is no evidence: heads are a digit away from one another.
    found.retain(|guess| {
        let evidence = guess.weight - decades(guess.slip.prior()) - tail(guess.value);
        guess.slip == Slip::Unknown || evidence >= EVIDENCE
    });
    if found.len() > 1 {
        found.retain(|guess| guess.slip != Slip::Unknown);
    }
    found.sort_by_key(|guess| -guess.weight);
    let mut kept: Vec<Guess> = Vec::new();
    for guess in found {
        let same = |old: &Guess| std::mem::discriminant(&old.slip) == std::mem::discriminant(&guess.slip);
        if kept.len() < SHOWN && !kept.iter().any(same) {
            kept.push(guess);
        }
    }
    kept
}

/// The prior over the chance `ways` in `choices`, which is never above one.
fn weigh(slip: Slip, choices: u128, ways: u128) -> i64 {
    decades(slip.prior()) + (decades(choices) - decades(ways)).max(0)
}

/// Among how many figures of as many significant digits one is equal by chance: many a figure is 10 or 20.
fn seldom(value: Amount) -> u128 {
    let mut digits = value.unsigned_abs().max(1);
    while digits.is_multiple_of(10) {
        digits /= 10;
    }
    10u128.pow(digits.ilog10() + 1)
}

/// The fit in whole steps of the cell, where the range has one.
fn in_steps(range: Range, step: Amount) -> Amount {
    let fit = super::table::nearest(range.fit, step.max(1)) * step.max(1);
    if range.contains(fit) { fit } else { range.fit }
}

/// A larger unit, or a point that slipped to the left, with the last digits lost: what the ties ask for rounds to what
/// stands there.
fn lost_digits(cell: &Cell, range: Range, visit: &mut dyn FnMut(Slip, Amount, u128)) {
    let powers: &[u32] = if cell.money { &[1, 2, 3, 4, 8] } else { &[1, 2] };
    for power in powers.iter().copied().filter(|_| cell.value != 0 && cell.step > 0 && cell.hold != Hold::Formula) {
        let by = (10 as Amount).pow(power);
        let wide = cell.step * by / 2;
        let Some(middle) = cell.value.checked_mul(by).filter(|middle| middle.abs() < super::table::FAR) else {
            continue;
        };
        let whole = Range { lo: middle - wide, hi: middle + wide, fit: range.fit };
        if let Some(both) = range.meet(whole).filter(|both| both.fit != middle) {
            let signed = i32::try_from(power).unwrap_or(0);
            let slip = if power > 2 { Slip::Unit(signed) } else { Slip::Decimal(signed) };
            visit(slip, both.fit, (if power > 2 { 6 } else { 4 }) * by.unsigned_abs());
        }
    }
}

/// The widest residual of the failing sums, where each is within twice its slack and the cell is the total of each.
fn rounding_tail(table: &Table<'_>, cell: usize, failing: &[usize]) -> Option<Amount> {
    let mut widest = None;
    for tie in failing {
        let [equation @ Equation::Sum { terms, .. }] = table.problem.ties[*tie].options.as_slice() else { return None };
        let (sum, slack) = table.sum(equation);
        let own = terms.iter().find(|(at, _)| *at == cell).map(|(_, by)| *by > 0)?;
        let total = terms.iter().filter(|(_, by)| (*by > 0) == own).count() == 1;
        if terms.len() < 3 || !total || sum.abs() > 2 * slack {
            return None;
        }
        widest = widest.max(Some(2 * slack));
    }
    widest
}
