//! Slips as people make them, done to a figure that was right.

use gouji::diagnose::{Hold, Problem, Slip};

use crate::draw::Draw;
use crate::forms::{Form, rounded};

/// A kind of slip that is planted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Transposed,
    Mistyped,
    DigitDropped,
    DigitAdded,
    ZeroDropped,
    ZeroAdded,
    Decimal,
    Unit,
    Sign,
    Neighbour,
    TotalInPart,
    PartOmitted,
    CountedTwice,
    LastYear,
    BudgetCopied,
    StaleFormula,
    /// Any other value: nothing about it tells the cause.
    Arbitrary,
}

impl Kind {
    pub const ALL: [Self; 17] = [
        Self::Transposed,
        Self::Mistyped,
        Self::DigitDropped,
        Self::DigitAdded,
        Self::ZeroDropped,
        Self::ZeroAdded,
        Self::Decimal,
        Self::Unit,
        Self::Sign,
        Self::Neighbour,
        Self::TotalInPart,
        Self::PartOmitted,
        Self::CountedTwice,
        Self::LastYear,
        Self::BudgetCopied,
        Self::StaleFormula,
        Self::Arbitrary,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Transposed => "transposed",
            Self::Mistyped => "digit mistyped",
            Self::DigitDropped => "digit dropped",
            Self::DigitAdded => "digit added",
            Self::ZeroDropped => "zero dropped",
            Self::ZeroAdded => "zero added",
            Self::Decimal => "decimal slip",
            Self::Unit => "unit, one cell",
            Self::Sign => "sign",
            Self::Neighbour => "neighbour's value",
            Self::TotalInPart => "total in a part",
            Self::PartOmitted => "part omitted",
            Self::CountedTwice => "counted twice",
            Self::LastYear => "last year's",
            Self::BudgetCopied => "budget copied",
            Self::StaleFormula => "stale formula",
            Self::Arbitrary => "any other value",
        }
    }

    /// Whether a cause names this slip.
    pub fn is(self, slip: Slip) -> bool {
        match self {
            Self::Transposed => slip == Slip::Transposed,
            Self::Mistyped => slip == Slip::Mistyped,
            Self::DigitDropped => slip == Slip::DigitDropped,
            Self::DigitAdded => slip == Slip::DigitAdded,
            // A zero at the end is a slip of the point as well.
            Self::ZeroDropped => matches!(slip, Slip::ZeroDropped | Slip::Decimal(1)),
            Self::ZeroAdded => matches!(slip, Slip::ZeroAdded | Slip::Decimal(-1)),
            Self::Decimal => matches!(slip, Slip::Decimal(_)),
            Self::Unit => matches!(slip, Slip::Unit(_)),
            Self::Sign => slip == Slip::Sign,
            Self::Neighbour => slip == Slip::Neighbour,
            Self::TotalInPart => slip == Slip::TotalInPart,
            Self::PartOmitted => slip == Slip::PartOmitted,
            Self::CountedTwice => slip == Slip::CountedTwice,
            Self::LastYear => slip == Slip::LastYear,
            Self::BudgetCopied => slip == Slip::BudgetCopied,
            Self::StaleFormula => slip == Slip::StaleFormula,
            Self::Arbitrary => slip == Slip::Unknown,
        }
    }
}

/// A figure that was changed, and what it was.
#[derive(Clone, Copy)]
pub struct Planted {
    pub cell: usize,
    pub truth: i128,
}

/// Does a slip to some cell of a form; nothing where the form has no place for it.
pub fn plant(form: &mut Form, kind: Kind, spared: &[usize], draw: &mut Draw) -> Option<Planted> {
    for _ in 0..40 {
        let on_total = matches!(kind, Kind::PartOmitted | Kind::CountedTwice | Kind::StaleFormula);
        let cell = if on_total { form.totals[draw.below(form.totals.len())].0 } else { draw.pick(&form.parts) };
        if spared.contains(&cell) {
            continue;
        }
        let truth = form.problem.cells[cell].value;
        let Some(value) = slipped(form, kind, cell, draw).filter(|value| *value != truth) else { continue };
        if kind == Kind::StaleFormula {
            let one = &mut form.problem.cells[cell];
            (one.hold, one.recomputed) = (Hold::Formula, Some(truth));
        }
        form.problem.cells[cell].value = value;
        return Some(Planted { cell, truth });
    }
    None
}

fn slipped(form: &Form, kind: Kind, cell: usize, draw: &mut Draw) -> Option<i128> {
    let problem = &form.problem;
    let one = &problem.cells[cell];
    let (truth, step) = (one.value, one.step);
    let of_total = || form.totals.iter().find(|(total, _)| *total == cell);
    Some(match kind {
        Kind::Decimal => {
            let power = 10i128.pow(1 + u32::try_from(draw.below(2)).ok()?);
            if draw.below(2) == 0 {
                truth * power
            } else {
                Some(truth / power).filter(|less| less * power == truth && less % step == 0)?
            }
        }
        Kind::Unit => {
            let power = 10i128.pow(draw.pick(&[3, 4, 8]));
            let larger = if draw.below(2) == 0 { truth * power } else { rounded(truth / power, step) };
            // A blank is no slip of the unit, and heads have none.
            Some(larger).filter(|value| *value != 0 && one.money)?
        }
        Kind::Sign => -truth,
        Kind::Neighbour => beside(problem, cell, draw.below(3) > 0)?,
        Kind::TotalInPart => {
            let total = form.totals.iter().find(|(_, parts)| parts.contains(&cell))?.0;
            problem.cells[total].value
        }
        Kind::PartOmitted => truth - problem.cells[draw.pick(&of_total()?.1)].value,
        Kind::CountedTwice => truth + problem.cells[draw.pick(&of_total()?.1)].value,
        Kind::LastYear => one.last_year?,
        Kind::BudgetCopied => one.budget?,
        Kind::StaleFormula | Kind::Arbitrary => {
            let by = i128::try_from(300 + draw.below(1500)).ok()?;
            rounded(truth * by / 1000, step)
        }
        _ => typed(truth / step, kind, one.step, problem.digits, draw)? * step,
    })
}

/// The figure above or below in the column.
fn beside(problem: &Problem, cell: usize, above: bool) -> Option<i128> {
    let at = problem.cells[cell].at;
    let row = if above { at.row.checked_sub(1)? } else { at.row + 1 };
    let near = |one: &&gouji::diagnose::Cell| one.at.column == at.column && one.at.row == row;
    problem.cells.iter().find(near).map(|one| one.value)
}

/// Slips of the fingers on the printed digits, without trailing zeros behind the point.
fn typed(steps: i128, kind: Kind, step: i128, digits: u32, draw: &mut Draw) -> Option<i128> {
    let places = digits as usize - step.ilog10() as usize;
    let mut whole: Vec<char> = format!("{:0>width$}", steps, width = places + 1).chars().collect();
    let mut behind = whole.split_off(whole.len() - places);
    match kind {
        Kind::Transposed => {
            let mut all = [whole.clone(), behind.clone()].concat();
            let at = draw.below(all.len() - 1);
            all.swap(at, at + 1);
            behind = all.split_off(all.len() - places);
            whole = all;
        }
        Kind::Mistyped => {
            let count = whole.len() + behind.len();
            let at = draw.below(count);
            let digit = char::from_digit(u32::try_from(draw.below(10)).ok()?, 10)?;
            if at < whole.len() { whole[at] = digit } else { behind[at - whole.len()] = digit }
        }
        Kind::DigitDropped => {
            let at = draw.below(whole.len());
            (whole.len() > 1 && whole[at] != '0').then(|| whole.remove(at))?;
        }
        Kind::ZeroDropped => {
            let at = whole.iter().rposition(|digit| *digit == '0')?;
            (whole.len() > 1).then(|| whole.remove(at))?;
        }
        Kind::DigitAdded | Kind::ZeroAdded => {
            let digit = if kind == Kind::ZeroAdded { 0 } else { 1 + draw.below(9) };
            whole.insert(1 + draw.below(whole.len()), char::from_digit(u32::try_from(digit).ok()?, 10)?);
        }
        _ => return None,
    }
    [whole, behind].concat().iter().collect::<String>().parse().ok()
}
