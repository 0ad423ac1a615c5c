//! Which changes somebody asked for: by a finding of the old run, or by a tie with such a cell that holds now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, SheetChanges, findings_at};
use crate::model::{CellRef, Severity, Verdict};
use crate::reconcile::Run;
use crate::reconcile::outcome::{At, Outcome, figure_at};

/// A cell of the new submission: file, sheet and address.
type Cell = (String, String, CellRef);

/// Says of every change of a figure whether it was asked for.
pub(super) fn mark(mut sheets: Vec<SheetChanges>, old: (&Run, usize), new: (&Run, usize)) -> Vec<SheetChanges> {
    let mut asked: BTreeSet<Cell> = BTreeSet::new();
    let mut open: BTreeSet<Cell> = BTreeSet::new();
    for sheet in &mut sheets {
        let here = |at: CellRef| sheet.new.as_ref().map(|place| (place.file.clone(), place.sheet.clone(), at));
        for change in &mut sheet.changes {
            let found: Vec<(usize, String)> = sheet
                .old
                .iter()
                .zip(change.old)
                .flat_map(|(place, at)| findings_at(old.0, old.1, place, at))
                .filter(|(_, finding)| finding.severity != Severity::Note)
                .map(|(number, finding)| (number + 1, finding.code.clone()))
                .collect();
            let cell = change.new.and_then(here);
            if found.is_empty() {
                open.extend(cell.filter(|_| change.asked == Asked::No));
            } else {
                asked.extend(cell);
                change.asked = Asked::By(found);
            }
        }
    }
    let follows = following(asked, open, new);
    for sheet in &mut sheets {
        let Some(place) = &sheet.new else { continue };
        for change in sheet.changes.iter_mut().filter(|change| change.asked == Asked::No) {
            let cell = change.new.map(|at| (place.file.clone(), place.sheet.clone(), at));
            if cell.is_some_and(|cell| follows.contains(&cell)) {
                change.asked = Asked::Follows;
            }
        }
    }
    sheets
}

/// The changed cells that a tie which holds now leads to, from those that were asked for.
fn following(mut known: BTreeSet<Cell>, mut open: BTreeSet<Cell>, new: (&Run, usize)) -> BTreeSet<Cell> {
    // Only an equality makes one figure follow from another.
    let equal = |one: &Outcome| one.figures.as_ref().is_some_and(|judged| judged.op == "=");
    let holds = |one: &&Outcome| equal(one) && matches!(one.verdict, Verdict::Balanced | Verdict::Rounding);
    let ties: Vec<BTreeSet<Cell>> = new.0.outcomes_of(new.1).iter().filter(holds).map(|one| cells(one, new)).collect();
    let by_cell = ties.iter().enumerate().flat_map(|(at, tie)| tie.iter().map(move |cell| (cell, at)));
    let mut ties_of: BTreeMap<&Cell, Vec<usize>> = BTreeMap::new();
    by_cell.for_each(|(cell, at)| ties_of.entry(cell).or_default().push(at));
    let mut follows = BTreeSet::new();
    let mut queue: Vec<Cell> = known.iter().cloned().collect();
    while let Some(cell) = queue.pop() {
        for tie in ties_of.get(&cell).into_iter().flatten() {
            let next: Vec<Cell> = ties[*tie].iter().filter(|one| open.contains(*one)).cloned().collect();
            for one in next {
                open.remove(&one);
                known.insert(one.clone());
                follows.insert(one.clone());
                queue.push(one);
            }
        }
    }
    follows
}

fn cells(outcome: &Outcome, (run, at): (&Run, usize)) -> BTreeSet<Cell> {
    let submission = &run.submissions[at];
    let place = |table: usize, cell: CellRef| {
        let table = submission.tables.get(table)?;
        Some((table.file.to_string(), table.sheet.to_string(), cell))
    };
    let cell = |at: &At| match at {
        At::Figure { prior: false, table, figure } => place(*table, figure_at(submission, *table, *figure)?.cell),
        At::Cell { table, cell } => place(*table, *cell),
        _ => None,
    };
    outcome.uses.iter().filter_map(|one| cell(&one.at)).collect()
}
