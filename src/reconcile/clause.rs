//! One clause of a formula as it came out in one row: which decides, on which operands, and what it says.

use rust_decimal::Decimal;

use super::filled::Filled;
use super::outcome::{At, Judged, Use, figure_at};
use super::shape::Shape;
use crate::facts::Submission;
use crate::forms::reading::Required;
use crate::model::finding::Role;
use crate::model::unit::shift;
use crate::model::{Quantity, Unit, Verdict, Words};
use crate::rules::ast::Op;
use crate::rules::plan::{Sides, code, state};
use crate::rules::resolve::Resolved;
use crate::rules::{Goal, Source, Term};

/// One clause as it came out.
pub struct Clause<'m> {
    pub alternative: usize,
    pub guards: &'m [Goal],
    pub goal: &'m Goal,
    pub code: i32,
    pub sides: Option<Sides>,
    /// Words or an error stand where a figure is needed.
    pub unreadable: bool,
}

/// The worse outranks, so that one failing clause fails its alternative.
pub fn rank(clause: i32) -> i32 {
    match clause {
        code::NOT_APPLICABLE => 0,
        code::BALANCED => 1,
        code::ROUNDING => 2,
        code::UNCHECKED => 3,
        _ => 4,
    }
}

pub fn verdict_of(clause: i32) -> Verdict {
    match clause {
        code::BALANCED => Verdict::Balanced,
        code::ROUNDING => Verdict::Rounding,
        code::UNBALANCED => Verdict::Unbalanced,
        code::NOT_APPLICABLE => Verdict::NotApplicable,
        _ => Verdict::Unchecked,
    }
}

/// Whether words or an error stand where the clause needs a figure; a cell that the form requires is reported as such.
pub fn is_blocked(clause: &Clause<'_>, filled: &[&Filled], submission: &Submission) -> bool {
    let required = |one: &Use| match one.at {
        At::Figure { prior: false, table, figure } => {
            figure_at(submission, table, figure).is_some_and(|f| f.required != Required::No)
        }
        _ => false,
    };
    let (left, right) = goal_slots(clause.goal);
    let mut unusable = left.iter().chain(&right).map(|slot| filled[*slot]).filter(|f| f.state == state::UNUSABLE);
    unusable.any(|filled| !filled.uses.iter().any(required))
}

/// Whether a total is blank although its parts are filled in.
pub fn is_total_blank(clause: &Clause<'_>, filled: &[&Filled]) -> bool {
    let (left, right) = goal_slots(clause.goal);
    let blank =
        matches!(left.as_slice(), [one] if filled[*one].state == state::NOTHING && !filled[*one].uses.is_empty());
    blank && right.iter().any(|slot| filled[*slot].state == state::NUMBER && !filled[*slot].value.is_zero())
}

/// Chooses the alternative that holds best; of several that fail, the nearest. An alternative that could not be read
/// may be the one that holds, so it outranks those that fail.
pub fn best(clauses: &[Clause<'_>]) -> (usize, Verdict) {
    let count = clauses.iter().map(|clause| clause.alternative + 1).max().unwrap_or(0);
    let order = |verdict: Verdict, unreadable: bool| match verdict {
        Verdict::Balanced => 0,
        Verdict::Rounding | Verdict::RoundingLarge => 1,
        Verdict::Unchecked if unreadable => 2,
        Verdict::Unbalanced => 3,
        Verdict::Unchecked => 4,
        Verdict::NotApplicable => 5,
    };
    (0..count)
        .map(|at| {
            let own = || clauses.iter().filter(move |clause| clause.alternative == at);
            let worst = own().map(|clause| clause.code).max_by_key(|code| rank(*code)).unwrap_or(code::UNCHECKED);
            let failing = own().filter(|clause| clause.code == code::UNBALANCED);
            let distance = failing
                .map(|clause| clause.sides.map_or(Decimal::MAX, |sides| (sides.left - sides.right).abs()))
                .fold(Decimal::ZERO, |sum, one| sum.checked_add(one).unwrap_or(Decimal::MAX));
            let unreadable = own().any(|clause| clause.unreadable);
            (at, verdict_of(worst), unreadable, distance)
        })
        .min_by_key(|(at, verdict, unreadable, distance)| (order(*verdict, *unreadable), *distance, *at))
        .map_or((0, Verdict::NotApplicable), |(at, verdict, _, _)| (at, verdict))
}

fn slots_of(term: &Term, found: &mut Vec<usize>) {
    match term {
        Term::Slot(slot) => found.push(*slot),
        Term::Neg(inner) | Term::Abs(inner) => slots_of(inner, found),
        Term::Add(a, b) | Term::Sub(a, b) | Term::Mul(a, b) | Term::Div(a, b) | Term::Min(a, b) | Term::Max(a, b) => {
            slots_of(a, found);
            slots_of(b, found);
        }
    }
}

pub fn goal_slots(goal: &Goal) -> (Vec<usize>, Vec<usize>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    match goal {
        Goal::Compare { left: l, right: r, .. } => {
            slots_of(l, &mut left);
            slots_of(r, &mut right);
        }
        Goal::Test(slot) => left.push(*slot),
        Goal::All(_) | Goal::OneOf(_) | Goal::If { .. } => {}
    }
    (left, right)
}

/// The operands of the deciding clause, its left side first, then those of the condition.
pub fn uses(clause: &Clause<'_>, filled: &[&Filled]) -> Vec<Use> {
    let mut uses: Vec<Use> = Vec::new();
    let mut add = |slots: &[usize], role: Role| {
        for one in slots.iter().flat_map(|slot| &filled[*slot].uses) {
            if !uses.iter().any(|old| old.at == one.at) {
                uses.push(Use { role, ..one.clone() });
            }
        }
    };
    let (left, right) = goal_slots(clause.goal);
    let role = if matches!(clause.goal, Goal::Test(_)) { Role::Subject } else { Role::Total };
    add(&left, role);
    add(&right, Role::Term);
    for guard in clause.guards {
        let (left, right) = goal_slots(guard);
        add(&left, Role::Subject);
        add(&right, Role::Subject);
    }
    uses
}

/// Adds what else failed beside the deciding clause, as places to look at.
pub fn add_others<'c>(found: &mut Vec<Use>, failing: impl Iterator<Item = &'c Clause<'c>>, filled: &[&Filled]) {
    for one in failing.flat_map(|clause| uses(clause, filled)) {
        if !found.iter().any(|old| old.at == one.at) {
            found.push(Use { role: Role::Subject, ..one });
        }
    }
}

/// States both sides in the unit in which the reported side was filed, with the power of ten that leads there.
pub fn judged(
    clause: &Clause<'_>,
    filled: &[&Filled],
    resolved: &Resolved,
    submission: &Submission,
    prior: Option<&Submission>,
) -> Option<(Judged, i32)> {
    let sides = clause.sides?;
    let Goal::Compare { left, op, .. } = clause.goal else { return None };
    let (left_slots, right_slots) = goal_slots(clause.goal);
    let first = left_slots
        .iter()
        .chain(&right_slots)
        .find(|slot| !matches!(resolved.slots[**slot].source, Source::Constant(_)))?;
    let quantity = if is_ratio(left) { Quantity::Ratio } else { resolved.slots[*first].quantity };
    let source = filled[*first].uses.first().and_then(|one| match one.at {
        At::Figure { prior: false, table, figure } => figure_at(submission, table, figure),
        At::Figure { prior: true, table, figure } => figure_at(prior?, table, figure),
        _ => None,
    });
    let (power, unit) = match quantity {
        Quantity::Money => {
            let unit = source.map_or_else(Unit::wan_yuan, |figure| figure.value.unit.clone());
            let unit = if unit.noun == "元" { unit } else { Unit::wan_yuan() };
            (4 - unit.power, unit.to_string())
        }
        Quantity::Ratio => (2, Unit::percent().to_string()),
        Quantity::Points => (0, Unit::points().to_string()),
        _ => (0, source.map(|figure| figure.value.unit.panel_unit().to_string()).unwrap_or_default()),
    };
    let exact = |value: Decimal| shift(value, power).map(|value| value.normalize());
    // Two digits more than were reported tell a reader enough.
    let digits = exact(sides.left)?.scale().clamp(2, 6) + 2;
    let state = |value: Decimal| exact(value).map(|value| value.round_dp(digits).normalize());
    let (reported, expected) = (state(sides.left)?, state(sides.right)?);
    let figures = Judged {
        difference: state(sides.left - sides.right)?,
        allowance: state(sides.allowance)?,
        reported,
        expected,
        unit,
        op: op.to_string(),
    };
    Some((figures, power))
}

/// Whether a side is a quotient, or a sum or difference of quotients: it has no unit of the figures in it.
fn is_ratio(side: &Term) -> bool {
    match side {
        Term::Div(..) => true,
        Term::Neg(inner) | Term::Abs(inner) => is_ratio(inner),
        Term::Add(a, b) | Term::Sub(a, b) | Term::Min(a, b) | Term::Max(a, b) => is_ratio(a) || is_ratio(b),
        Term::Slot(_) | Term::Mul(..) => false,
    }
}

/// Whether a tail inside the bound is larger than three standard deviations of independent rounding: `r² > 3 Σ h²`.
pub fn is_large(clause: &Clause<'_>, filled: &[&Filled]) -> bool {
    let Some(sides) = clause.sides else { return false };
    let Goal::Compare { op: Op::Eq, left, right } = clause.goal else { return false };
    let mut slots = Vec::new();
    if !linear(left, &mut slots) || !linear(right, &mut slots) {
        return false;
    }
    let squares = slots.iter().try_fold(Decimal::ZERO, |sum, slot| {
        let half = (filled[*slot].interval.hi - filled[*slot].interval.lo).checked_div(Decimal::TWO)?;
        // A folded sum of n parts has n half-units; its square is at most theirs together, and this is the smallest.
        let parts = Decimal::from(filled[*slot].uses.len().max(1));
        sum.checked_add(half.checked_mul(half)?.checked_div(parts)?)
    });
    let residual = sides.left - sides.right;
    match (squares.and_then(|s| s.checked_mul(Decimal::from(3))), residual.checked_mul(residual)) {
        (Some(bound), Some(square)) => square > bound && !bound.is_zero(),
        _ => false,
    }
}

/// Collects the slots of a sum; not linear where there is a product, a quotient or a choice.
fn linear(term: &Term, slots: &mut Vec<usize>) -> bool {
    match term {
        Term::Slot(slot) => {
            slots.push(*slot);
            true
        }
        Term::Neg(inner) => linear(inner, slots),
        Term::Add(a, b) | Term::Sub(a, b) => linear(a, slots) && linear(b, slots),
        Term::Mul(..) | Term::Div(..) | Term::Min(..) | Term::Max(..) | Term::Abs(_) => false,
    }
}

pub fn why_unchecked(clause: &Clause<'_>, filled: &[&Filled], resolved: &Resolved) -> Words {
    let (left, right) = goal_slots(clause.goal);
    let mut zh: Vec<String> = Vec::new();
    let mut en: Vec<String> = Vec::new();
    for slot in left.into_iter().chain(right) {
        let printed = &resolved.slots[slot].printed;
        let (z, e) = match filled[slot].state {
            state::NOTHING => ("为空", "is blank"),
            state::ABSENT => ("表中没有", "is not printed"),
            state::UNUSABLE => ("不是可用的数字", "is no usable figure"),
            _ => continue,
        };
        zh.push(format!("{printed}{z}"));
        en.push(format!("{printed} {e}"));
    }
    if zh.is_empty() {
        return Words::new("分母为零或数值超出范围", "a denominator is zero, or a figure out of range");
    }
    Words::new(zh.join("；"), en.join("; "))
}

/// The comparisons of which one has to hold: those of every alternative that concerns the place and is one comparison.
pub fn shapes(clauses: &[Clause<'_>], verdict: Verdict, resolved: &Resolved, filled: &[&Filled]) -> Vec<Shape> {
    if matches!(verdict, Verdict::NotApplicable | Verdict::Unchecked) {
        return Vec::new();
    }
    let decided = |clause: &&Clause<'_>| !matches!(clause.code, code::NOT_APPLICABLE | code::UNCHECKED);
    let alone =
        |clause: &&Clause<'_>| clauses.iter().filter(|other| other.alternative == clause.alternative).count() == 1;
    clauses
        .iter()
        .filter(decided)
        .filter(alone)
        .filter_map(|one| Shape::of(one.goal, &resolved.slots, filled))
        .collect()
}
