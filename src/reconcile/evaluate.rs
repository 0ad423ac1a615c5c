//! Formulas over panels: filled in chunks of submissions, evaluated by polars, read back as outcomes.

use std::collections::BTreeMap;

use super::Keep;
use super::clause::{self, Clause};
use super::columns::columns;
use super::filled::Filled;
use super::outcome::{Outcome, Outcomes, Place};
use super::panel::{Indexed, Precision, Row, fill, rows_of};
use super::shape::Shape;
use super::working::Working;
use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::{Class, Verdict};
use crate::rules::plan::{Alternative, Plan, Worked, alternatives, code, state};
use crate::rules::resolve::Resolved;
use crate::rules::{Body, Goal, Pack, Rule, Scope, Slot};
use crate::years::Before;
use polars::prelude::{PolarsError, PolarsResult};

/// A submission with last year's, where it has one.
pub type Paired<'s> = (&'s Submission, Option<Before<'s>>);

/// Rules that share a scope, and so a panel.
struct Group<'r> {
    scope: &'r Scope,
    members: Vec<Member<'r>>,
    slots: Vec<&'r Slot>,
    plan: Plan,
}

struct Member<'r> {
    index: usize,
    rule: &'r Rule,
    resolved: &'r Resolved,
    /// The panel's slot for each of the formula's.
    slots: Vec<usize>,
    alternatives: Vec<Alternative>,
}

/// The formulas of a pack, planned once for all submissions of a run.
pub struct Formulas<'r> {
    groups: Vec<Group<'r>>,
}

impl<'r> Formulas<'r> {
    /// # Errors
    /// A formula needs more digits than a decimal has; the pack refuses such a one when it is read.
    pub fn new(pack: &'r Pack) -> PolarsResult<Self> {
        let mut groups: BTreeMap<&Scope, Group<'_>> = BTreeMap::new();
        for (index, rule) in pack.rules.iter().enumerate() {
            for place in &rule.places {
                let Body::Formula(resolved) = &place.body else { continue };
                let group = groups.entry(&place.scope).or_insert_with(|| Group {
                    scope: &place.scope,
                    members: Vec::new(),
                    slots: Vec::new(),
                    plan: Plan::default(),
                });
                let slots: Vec<usize> = resolved.slots.iter().map(|slot| slot_in(&mut group.slots, slot)).collect();
                group.plan.add(resolved, &slots).map_err(|problem| PolarsError::ComputeError(problem.into()))?;
                let alternatives = alternatives(&resolved.goal);
                group.members.push(Member { index, rule, resolved, slots, alternatives });
            }
        }
        Ok(Self { groups: groups.into_values().collect() })
    }

    /// Evaluates every formula over some submissions, whose panels are in memory together.
    ///
    /// # Errors
    /// What polars says; ranges were checked while filling, so none is expected of data.
    pub fn evaluate(
        &self,
        submissions: &[Paired<'_>],
        forms: &Forms,
        keep: Keep,
        outcomes: &mut Outcomes,
    ) -> PolarsResult<()> {
        let indexed: Vec<Indexed<'_>> = submissions.iter().map(|(now, prior)| Indexed::new(now, *prior)).collect();
        for group in &self.groups {
            run_group(group, &indexed, forms, keep, outcomes)?;
        }
        Ok(())
    }
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
    let stored = Pass::run(group, &all, indexed, Precision::Stored)?;
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
    stored: &Pass<'_>,
    made: &mut [Vec<(usize, Outcome)>],
) -> PolarsResult<()> {
    let fails = |outcomes: &[(usize, Outcome)]| outcomes.iter().any(|(_, one)| one.verdict == Verdict::Unbalanced);
    let coarse = |number: usize| stored.filled[number].iter().any(|filled| filled.coarse);
    let again: Vec<usize> = (0..rows.len()).filter(|number| fails(&made[*number]) && coarse(*number)).collect();
    if again.is_empty() {
        return Ok(());
    }
    let chosen: Vec<&Row> = again.iter().map(|number| &rows[*number]).collect();
    let shown = Pass::run(group, &chosen, indexed, Precision::Shown)?;
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
struct Pass<'g> {
    filled: Vec<Vec<Filled>>,
    worked: Worked<'g>,
}

impl<'g> Pass<'g> {
    fn run(group: &'g Group<'_>, rows: &[&Row], indexed: &[Indexed<'_>], precision: Precision) -> PolarsResult<Self> {
        let filled: Vec<Vec<Filled>> = rows.iter().map(|row| fill_row(group, row, indexed, precision)).collect();
        let worked = group.plan.run(&columns(&group.slots, &filled)?)?;
        Ok(Self { filled, worked })
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
        let clauses = self.read(position, member, number, &filled, keep);
        let (alternative, verdict) = clause::best(&clauses);
        let submission = indexed[row.submission].submission;
        let quiet = !keep.reads(verdict);
        let place = if quiet { Place::default() } else { place_of(row, submission) };
        let chosen = clauses.iter().filter(|clause| clause.alternative == alternative);
        // The clause that decides: the worst of its alternative, the first of several.
        let deciding = chosen.clone().rev().max_by_key(|clause| clause::rank(clause.code));
        let mut outcome = Outcome { place, ..Outcome::new(member.index, row.submission, verdict) };
        let Some(deciding) = deciding else { return outcome };
        // Of what does not concern a place nothing is kept but its number.
        if quiet && verdict == Verdict::NotApplicable {
            return outcome;
        }
        outcome.uses = clause::uses(deciding, &filled);
        if verdict == Verdict::Unbalanced {
            clause::add_others(&mut outcome.uses, chosen.filter(|clause| clause.code == code::UNBALANCED), &filled);
        }
        if matches!(member.rule.class, Class::Balance | Class::Logic) {
            outcome.shapes = clause::shapes(&clauses, verdict, member.resolved, &filled);
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
            clause::judged(deciding, &filled, member.resolved, submission, indexed[row.submission].prior())
        {
            outcome.figures = Some(Box::new(figures));
            let working = Working::of(deciding.goal, &member.resolved.slots, &filled, &outcome.uses, power);
            outcome.working = working.map(Box::new);
        }
        outcome.likely = indexed[row.submission].is_likely(&outcome.uses);
        match verdict {
            Verdict::Unchecked => {
                outcome.blocked = clause::is_blocked(deciding, &filled, submission)
                    || (row.measure.is_some() && clause::is_total_blank(deciding, &filled));
                outcome.words = Some(clause::why_unchecked(deciding, &filled, member.resolved));
            }
            Verdict::Rounding if clause::is_large(deciding, &filled) => outcome.verdict = Verdict::RoundingLarge,
            _ => {}
        }
        outcome
    }

    fn read<'m>(
        &self,
        position: usize,
        member: &'m Member<'_>,
        number: usize,
        filled: &[&Filled],
        keep: Keep,
    ) -> Vec<Clause<'m>> {
        let goals = member.alternatives.iter().enumerate().flat_map(|(at, alternative)| {
            alternative.clauses.iter().map(move |goal| (at, alternative.guards.as_slice(), goal))
        });
        let clause = |(at, (alternative, guards, goal)): (usize, (usize, &'m [Goal], &'m Goal))| {
            let (left, right) = clause::goal_slots(goal);
            let unreadable = left.iter().chain(&right).any(|slot| filled[*slot].state == state::UNUSABLE);
            let code = self.worked.code(position, at, number);
            // The figures of what holds are asked for by the ledger alone.
            let wanted = keep.reads(clause::verdict_of(code));
            let sides = if wanted { self.worked.sides(position, at, number) } else { None };
            Clause { alternative, guards, goal, code, sides, unreadable }
        };
        goals.enumerate().map(clause).collect()
    }
}

fn fill_row(group: &Group<'_>, row: &Row, indexed: &[Indexed<'_>], precision: Precision) -> Vec<Filled> {
    group.slots.iter().map(|slot| fill(slot, row, &indexed[row.submission], precision)).collect()
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
