//! Formulas over panels: filled in chunks of submissions, evaluated by polars, read back as outcomes.

use std::collections::BTreeMap;

use polars::prelude::*;
use rust_decimal::Decimal;

use super::Keep;
use super::columns::columns;
use super::filled::Filled;
use super::outcome::{At, Judged, Outcome, Outcomes, Place, Use};
use super::panel::{Indexed, Precision, Row, fill, rows_of};
use super::shape::Shape;
use super::working::Working;
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::reading::Required;
use crate::model::finding::Role;
use crate::model::unit::shift;
use crate::model::{Class, Quantity, Unit, Verdict, Words};
use crate::rules::plan::{Alternative, Plan, alternatives, code, state};
use crate::rules::resolve::Resolved;
use crate::rules::{Body, Goal, Pack, Rule, Scope, Slot, Source, Term};
use crate::years::Before;

/// A submission with last year's, where it has one.
pub type Paired<'s> = (&'s Submission, Option<Before<'s>>);

/// Rules that share a scope, and so a panel.
struct Group<'r> {
    scope: &'r Scope,
    members: Vec<Member<'r>>,
    slots: Vec<&'r Slot>,
}

struct Member<'r> {
    index: usize,
    rule: &'r Rule,
    resolved: &'r Resolved,
    /// The panel's slot for each of the formula's.
    slots: Vec<usize>,
    alternatives: Vec<Alternative>,
}

/// Evaluates every formula of a pack over some submissions, whose panels are in memory together.
///
/// # Errors
/// What polars says; ranges were checked while filling, so none is expected of data.
pub fn evaluate(
    submissions: &[Paired<'_>],
    forms: &Forms,
    pack: &Pack,
    keep: Keep,
    outcomes: &mut Outcomes,
) -> PolarsResult<()> {
    let indexed: Vec<Indexed<'_>> = submissions.iter().map(|(now, prior)| Indexed::new(now, *prior)).collect();
    for group in &group(pack) {
        run_group(group, &indexed, forms, keep, outcomes)?;
    }
    Ok(())
}

fn group(pack: &Pack) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<&Scope, Group<'_>> = BTreeMap::new();
    for (index, rule) in pack.rules.iter().enumerate() {
        for place in &rule.places {
            let Body::Formula(resolved) = &place.body else { continue };
            let group = groups.entry(&place.scope).or_insert_with(|| Group {
                scope: &place.scope,
                members: Vec::new(),
                slots: Vec::new(),
            });
            let slots = resolved.slots.iter().map(|slot| slot_in(&mut group.slots, slot)).collect();
            let alternatives = alternatives(&resolved.goal);
            group.members.push(Member { index, rule, resolved, slots, alternatives });
        }
    }
    groups.into_values().collect()
}

fn slot_in<'r>(slots: &mut Vec<&'r Slot>, slot: &'r Slot) -> usize {
    slots.iter().position(|old| *old == slot).unwrap_or_else(|| {
        slots.push(slot);
        slots.len() - 1
    })
}

fn run_group(
    group: &Group<'_>,
    indexed: &[Indexed<'_>],
    forms: &Forms,
    keep: Keep,
    outcomes: &mut Outcomes,
) -> PolarsResult<()> {
    let rows: Vec<Row> =
        indexed.iter().enumerate().flat_map(|(at, one)| rows_of(group.scope, at, one, forms)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let all: Vec<&Row> = rows.iter().collect();
    let stored = Pass::run(group, &all, indexed, Precision::Stored, keep)?;
    let mut made: Vec<Vec<(usize, Outcome)>> = Vec::with_capacity(rows.len());
    for (number, row) in rows.iter().enumerate() {
        let looks = |member: &Member<'_>| row.line.as_ref().is_none_or(|(_, line)| member.rule.looks_at(line));
        let members = group.members.iter().enumerate().filter(|(_, member)| looks(member));
        let outcome = |(at, member)| (at, stored.outcome(at, member, number, row, indexed, keep));
        made.push(members.map(outcome).collect());
    }
    try_as_shown(group, &rows, indexed, keep, &stored, &mut made)?;
    made.into_iter().flatten().for_each(|(_, outcome)| outcomes.push(outcome));
    Ok(())
}

/// Tries again, with figures as they are shown, what fails in a row whose cells store more digits than they show.
fn try_as_shown(
    group: &Group<'_>,
    rows: &[Row],
    indexed: &[Indexed<'_>],
    keep: Keep,
    stored: &Pass,
    made: &mut [Vec<(usize, Outcome)>],
) -> PolarsResult<()> {
    let fails = |outcomes: &[(usize, Outcome)]| outcomes.iter().any(|(_, one)| one.verdict == Verdict::Unbalanced);
    let coarse = |number: usize| stored.filled[number].iter().any(|filled| filled.coarse);
    let again: Vec<usize> = (0..rows.len()).filter(|number| fails(&made[*number]) && coarse(*number)).collect();
    if again.is_empty() {
        return Ok(());
    }
    let chosen: Vec<&Row> = again.iter().map(|number| &rows[*number]).collect();
    let shown = Pass::run(group, &chosen, indexed, Precision::Shown, keep)?;
    for (at, number) in again.into_iter().enumerate() {
        for (position, outcome) in made[number].iter_mut().filter(|(_, one)| one.verdict == Verdict::Unbalanced) {
            let again = shown.outcome(*position, &group.members[*position], at, &rows[number], indexed, keep);
            if matches!(again.verdict, Verdict::Balanced | Verdict::Rounding) {
                *outcome = Outcome { verdict: Verdict::Rounding, shown_only: true, ..again };
            }
        }
    }
    Ok(())
}

/// One evaluation of a panel.
struct Pass {
    filled: Vec<Vec<Filled>>,
    /// For each member, what each of its clauses came to.
    results: Vec<Vec<ClauseResult>>,
}

/// What one clause came to in every row.
struct ClauseResult {
    codes: Vec<i32>,
    sides: Vec<Option<Sides>>,
}

impl Pass {
    fn run(
        group: &Group<'_>,
        rows: &[&Row],
        indexed: &[Indexed<'_>],
        precision: Precision,
        keep: Keep,
    ) -> PolarsResult<Self> {
        let filled: Vec<Vec<Filled>> = rows.iter().map(|row| fill_row(group, row, indexed, precision)).collect();
        let panel = columns(&group.slots, &filled)?;
        let mut plan = Plan::default();
        for (at, member) in group.members.iter().enumerate() {
            plan.add(member.resolved, &member.slots, &format!("r{at}"))
                .map_err(|problem| PolarsError::ComputeError(problem.into()))?;
        }
        let frame = plan.run(panel)?;
        let read = |(at, member): (usize, &Member<'_>)| {
            let clauses: usize = member.alternatives.iter().map(|one| one.clauses.len()).sum();
            (0..clauses).map(|clause| read_clause(&frame, at, clause, keep)).collect()
        };
        let results = group.members.iter().enumerate().map(read).collect();
        Ok(Self { filled, results })
    }

    fn outcome(
        &self,
        position: usize,
        member: &Member<'_>,
        number: usize,
        row: &Row,
        indexed: &[Indexed<'_>],
        keep: Keep,
    ) -> Outcome {
        let filled: Vec<&Filled> = member.slots.iter().map(|slot| &self.filled[number][*slot]).collect();
        let clauses = self.read(position, member, number, &filled);
        let (alternative, verdict) = best(&clauses);
        let submission = indexed[row.submission].submission;
        let quiet = !keep.reads(verdict);
        let place = if quiet { Place::default() } else { place_of(row, submission) };
        let chosen = clauses.iter().filter(|clause| clause.alternative == alternative);
        // The clause that decides: the worst of its alternative, the first of several.
        let deciding = chosen.clone().rev().max_by_key(|clause| rank(clause.code));
        let mut outcome = Outcome { place, ..Outcome::new(member.index, row.submission, verdict) };
        let Some(deciding) = deciding else { return outcome };
        outcome.uses = uses(deciding, &filled);
        if verdict == Verdict::Unbalanced {
            add_others(&mut outcome.uses, chosen.filter(|clause| clause.code == code::UNBALANCED), &filled);
        }
        if matches!(member.rule.class, Class::Balance | Class::Logic) {
            outcome.shapes = shapes(&clauses, verdict, member.resolved, &filled);
            if outcome.shapes.is_empty() && matches!(verdict, Verdict::Balanced | Verdict::Rounding) {
                let own = clauses.iter().filter(|clause| clause.alternative == alternative);
                outcome.shapes = own.filter_map(|one| Shape::of(one.goal, &member.resolved.slots, &filled)).collect();
                outcome.shapes_all = true;
            }
        }
        if quiet {
            return outcome;
        }
        if let Some((figures, power)) =
            judged(deciding, &filled, member.resolved, submission, indexed[row.submission].prior())
        {
            outcome.figures = Some(Box::new(figures));
            let working = Working::of(deciding.goal, &member.resolved.slots, &filled, &outcome.uses, power);
            outcome.working = working.map(Box::new);
        }
        outcome.likely = indexed[row.submission].is_likely(&outcome.uses);
        match verdict {
            Verdict::Unchecked => {
                outcome.blocked = is_blocked(deciding, &filled, submission)
                    || (row.measure.is_some() && is_total_blank(deciding, &filled));
                outcome.words = Some(why_unchecked(deciding, &filled, member.resolved));
            }
            Verdict::Rounding if is_large(deciding, &filled) => outcome.verdict = Verdict::RoundingLarge,
            _ => {}
        }
        outcome
    }

    fn read<'m>(&self, position: usize, member: &'m Member<'_>, number: usize, filled: &[&Filled]) -> Vec<Clause<'m>> {
        let goals = member.alternatives.iter().enumerate().flat_map(|(at, alternative)| {
            alternative.clauses.iter().map(move |goal| (at, alternative.guards.as_slice(), goal))
        });
        let clause = |((alternative, guards, goal), result): ((usize, &'m [Goal], &'m Goal), &ClauseResult)| {
            let (left, right) = goal_slots(goal);
            let unreadable = left.iter().chain(&right).any(|slot| filled[*slot].state == state::UNUSABLE);
            let (code, sides) = (result.codes[number], result.sides[number]);
            Clause { alternative, guards, goal, code, sides, unreadable }
        };
        goals.zip(&self.results[position]).map(clause).collect()
    }
}

/// The comparisons of which one has to hold: those of every alternative that concerns the place and is one comparison.
fn shapes(clauses: &[Clause<'_>], verdict: Verdict, resolved: &Resolved, filled: &[&Filled]) -> Vec<Shape> {
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

fn fill_row(group: &Group<'_>, row: &Row, indexed: &[Indexed<'_>], precision: Precision) -> Vec<Filled> {
    group.slots.iter().map(|slot| fill(slot, row, &indexed[row.submission], precision)).collect()
}

/// One clause as it came out.
struct Clause<'m> {
    alternative: usize,
    guards: &'m [Goal],
    goal: &'m Goal,
    code: i32,
    sides: Option<Sides>,
    /// Words or an error stand where a figure is needed.
    unreadable: bool,
}

#[derive(Clone, Copy)]
struct Sides {
    left: Decimal,
    right: Decimal,
    allowance: Decimal,
}

/// Puts both sides together from the columns of a clause; a denominator that is not there is kept as zero.
fn sides_of(number_in: impl Fn(char) -> Option<Decimal>) -> Option<Sides> {
    let one = |denominator: Decimal| if denominator.is_zero() { Decimal::ONE } else { denominator };
    let (left_den, right_den) = (one(number_in('d')?), one(number_in('e')?));
    let width = number_in('q')? - number_in('p')? + number_in('s')? - number_in('r')?;
    Some(Sides {
        left: number_in('n')?.checked_div(left_den)?,
        right: number_in('m')?.checked_div(right_den)?,
        allowance: width.checked_div(left_den.checked_mul(right_den)?.checked_mul(Decimal::TWO)?)?,
    })
}

/// Reads the result columns of one clause; where one is missing, nothing was decided.
fn read_clause(frame: &DataFrame, member: usize, clause: usize, keep: Keep) -> ClauseResult {
    let column = |letter: char| frame.column(&format!("r{member}{letter}{clause}")).ok();
    let codes = column('c').and_then(|column| column.i32().ok());
    let numbers: BTreeMap<char, &DecimalChunked> =
        "ndmepqrs".chars().filter_map(|letter| Some((letter, column(letter)?.decimal().ok()?))).collect();
    let code = |row| codes.and_then(|codes| codes.get(row)).unwrap_or(code::UNCHECKED);
    let codes: Vec<i32> = (0..frame.height()).map(code).collect();
    // The figures of what holds are asked for by the ledger alone.
    let wanted = |code: i32| keep.reads(verdict_of(code));
    let sides = |(row, code): (usize, &i32)| {
        wanted(*code).then(|| sides_of(|letter| decimal_at(numbers.get(&letter)?, row))).flatten()
    };
    let sides = codes.iter().enumerate().map(sides).collect();
    ClauseResult { codes, sides }
}

fn decimal_at(decimals: &DecimalChunked, row: usize) -> Option<Decimal> {
    let mut mantissa = decimals.physical().get(row)?;
    let mut scale = u32::try_from(decimals.scale()).ok()?;
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// The worse outranks, so that one failing clause fails its alternative.
fn rank(clause: i32) -> i32 {
    match clause {
        code::NOT_APPLICABLE => 0,
        code::BALANCED => 1,
        code::ROUNDING => 2,
        code::UNCHECKED => 3,
        _ => 4,
    }
}

fn verdict_of(clause: i32) -> Verdict {
    match clause {
        code::BALANCED => Verdict::Balanced,
        code::ROUNDING => Verdict::Rounding,
        code::UNBALANCED => Verdict::Unbalanced,
        code::NOT_APPLICABLE => Verdict::NotApplicable,
        _ => Verdict::Unchecked,
    }
}

/// Whether words or an error stand where the clause needs a figure; a cell that the form requires is reported as such.
fn is_blocked(clause: &Clause<'_>, filled: &[&Filled], submission: &Submission) -> bool {
    let required = |one: &Use| match one.at {
        At::Figure { prior: false, table, figure } => {
            super::outcome::figure_at(submission, table, figure).is_some_and(|f| f.required != Required::No)
        }
        _ => false,
    };
    let (left, right) = goal_slots(clause.goal);
    let mut unusable = left.iter().chain(&right).map(|slot| filled[*slot]).filter(|f| f.state == state::UNUSABLE);
    unusable.any(|filled| !filled.uses.iter().any(required))
}

/// Whether a total is blank although its parts are filled in.
fn is_total_blank(clause: &Clause<'_>, filled: &[&Filled]) -> bool {
    let (left, right) = goal_slots(clause.goal);
    let blank =
        matches!(left.as_slice(), [one] if filled[*one].state == state::NOTHING && !filled[*one].uses.is_empty());
    blank && right.iter().any(|slot| filled[*slot].state == state::NUMBER && !filled[*slot].value.is_zero())
}

/// Chooses the alternative that holds best; of several that fail, the nearest. An alternative that could not be read
/// may be the one that holds, so it outranks those that fail.
fn best(clauses: &[Clause<'_>]) -> (usize, Verdict) {
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

fn goal_slots(goal: &Goal) -> (Vec<usize>, Vec<usize>) {
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
fn uses(clause: &Clause<'_>, filled: &[&Filled]) -> Vec<Use> {
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
fn add_others<'c>(found: &mut Vec<Use>, failing: impl Iterator<Item = &'c Clause<'c>>, filled: &[&Filled]) {
    for one in failing.flat_map(|clause| uses(clause, filled)) {
        if !found.iter().any(|old| old.at == one.at) {
            found.push(Use { role: Role::Subject, ..one });
        }
    }
}

/// States both sides in the unit in which the reported side was filed, with the power of ten that leads there.
fn judged(
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
        At::Figure { prior: false, table, figure } => super::outcome::figure_at(submission, table, figure),
        At::Figure { prior: true, table, figure } => super::outcome::figure_at(prior?, table, figure),
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
fn is_large(clause: &Clause<'_>, filled: &[&Filled]) -> bool {
    let Some(sides) = clause.sides else { return false };
    let Goal::Compare { op: crate::rules::ast::Op::Eq, left, right } = clause.goal else { return false };
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

fn place_of(row: &Row, submission: &Submission) -> Place {
    let table = row.table.map(|table| &submission.tables[table]);
    Place {
        form: table.map(|table| table.form),
        project: table.and_then(|table| table.project.clone()).or_else(|| row.project_name.clone()),
        line: row.line.as_ref().map(|(_, line)| line.clone()),
        measure: row.measure.clone(),
    }
}

fn why_unchecked(clause: &Clause<'_>, filled: &[&Filled], resolved: &Resolved) -> Words {
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
