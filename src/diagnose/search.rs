//! The smallest sets of changes that satisfy every failing tie of a group and break none.

use std::collections::HashSet;

use super::cause::{Guess, Scene, guesses};
use super::problem::{Binding, Equation, Hold};
use super::table::{Range, Table};

/// Cells changed together at most.
pub const MOST_CHANGES: usize = 3;
/// Sets that are kept at most; more say nothing.
const MOST_SETS: usize = 64;
/// Changes tried at most for one group, so that no submission takes long.
const MOST_TRIED: usize = 3000;
/// Ranges of one cell that are followed at most, where ties have several equations.
const MOST_RANGES: usize = 6;

/// One set: each cell with what it may be.
pub type Set = Vec<(usize, Vec<Guess>)>;

/// A change that is tried: the cell, what it may be, and the failing ties it mends.
type Step = (usize, Range, Vec<usize>);

/// A search over the failing ties of one group.
pub struct Search<'t, 'p> {
    pub table: &'t mut Table<'p>,
    pub group: &'t [usize],
    pub scene: Scene,
    /// A change may break as much as it mends, as long as a later one mends that.
    pub detours: bool,
    found: Vec<Vec<Step>>,
    tried: usize,
}

impl<'t, 'p> Search<'t, 'p> {
    pub fn new(table: &'t mut Table<'p>, group: &'t [usize], scene: Scene) -> Self {
        Self { table, group, scene, detours: false, found: Vec::new(), tried: 0 }
    }

    /// The sets of one size; none where there is no such set, or it was not found within the bound.
    pub fn of_size(&mut self, size: usize) -> Vec<Set> {
        (self.found, self.tried) = (Vec::new(), 0);
        if size == 1 {
            self.singles();
        } else {
            self.deeper(&mut Vec::new(), size, self.group);
        }
        // Causes are asked for when every figure is back at its own value.
        let found = std::mem::take(&mut self.found);
        let causes = |(cell, range, own): &Step| (*cell, guesses(self.table, *cell, *range, own, self.scene));
        found.iter().map(|steps| steps.iter().map(causes).collect()).collect()
    }

    /// Cells that stand in every failing tie.
    fn singles(&mut self) {
        let Some((first, rest)) = self.group.split_first() else { return };
        let cells = cells_of(self.table, *first);
        for cell in cells {
            if self.table.is_spent() {
                return;
            }
            if rest.iter().all(|tie| self.table.ties_of[cell].contains(tie)) {
                for range in ranges(self.table, cell, self.group) {
                    self.try_one(&mut Vec::new(), cell, range, 1, self.group);
                }
            }
        }
    }

    /// Mends one failing tie after another; what is left after each change must have become less.
    fn deeper(&mut self, set: &mut Vec<Step>, left: usize, failing: &[usize]) {
        let Some(tie) = failing.iter().copied().min_by_key(|tie| cells_of(self.table, *tie).len()) else { return };
        for cell in cells_of(self.table, tie) {
            if set.iter().any(|(own, ..)| *own == cell) {
                continue;
            }
            if self.table.is_spent() {
                return;
            }
            let own: Vec<usize> =
                failing.iter().copied().filter(|tie| self.table.ties_of[cell].contains(tie)).collect();
            for range in follow(self.table, cell, &own) {
                self.try_one(set, cell, range, left, failing);
            }
        }
    }

    fn try_one(&mut self, set: &mut Vec<Step>, cell: usize, range: Range, left: usize, failing: &[usize]) {
        if self.tried >= MOST_TRIED || self.found.len() >= MOST_SETS || self.table.is_spent() {
            return;
        }
        self.tried += 1;
        let old = self.table.values[cell];
        let own: Vec<usize> = failing.iter().copied().filter(|tie| self.table.ties_of[cell].contains(tie)).collect();
        // The plain fit shows whether the change helps; what caused it is asked only of those that do.
        let mut turned = Vec::new();
        self.table.set(cell, range.fit, &mut turned);
        let broken = turned.iter().filter(|tie| !self.table.holds[**tie]).count();
        let mended = turned.len() - broken;
        let helps = if left == 1 { broken == 0 } else { mended > broken || (self.detours && mended == broken) };
        let rest: Vec<usize> = if helps { self.still(failing, &turned) } else { Vec::new() };
        let done = helps && rest.is_empty();
        if done || (helps && left > 1) {
            set.push((cell, range, own));
            if done {
                self.keep(set);
            } else {
                self.deeper(set, left - 1, &rest);
            }
            set.pop();
        }
        self.table.set(cell, old, &mut Vec::new());
    }

    fn still(&self, failing: &[usize], turned: &[usize]) -> Vec<usize> {
        let open = |tie: &usize| !self.table.holds[*tie];
        let mut rest: Vec<usize> = failing.iter().copied().filter(open).collect();
        rest.extend(turned.iter().copied().filter(|tie| open(tie) && !failing.contains(tie)));
        rest
    }

    fn keep(&mut self, steps: &[Step]) {
        let mut sorted = steps.to_vec();
        sorted.sort_by_key(|(cell, ..)| *cell);
        let same = |old: &Vec<Step>| old.iter().map(|(cell, ..)| cell).eq(sorted.iter().map(|(cell, ..)| cell));
        if !self.found.iter().any(same) {
            self.found.push(sorted);
        }
    }
}

/// The cells of a tie that may be the wrong one, each once.
#[must_use]
pub fn cells_of(table: &Table<'_>, tie: usize) -> Vec<usize> {
    let mut seen: HashSet<usize> = HashSet::new();
    let cells = table.problem.ties[tie].options.iter().flat_map(Equation::cells);
    cells.filter(|cell| table.problem.cells[*cell].hold != Hold::Fixed && seen.insert(*cell)).collect()
}

/// What a cell may be for every one of some ties, and for those that hold.
#[must_use]
pub fn ranges(table: &Table<'_>, cell: usize, failing: &[usize]) -> Vec<Range> {
    let mut ranges = vec![Range::ALL];
    for tie in failing {
        let options = &table.problem.ties[*tie].options;
        let mut next: Vec<Range> = Vec::new();
        for range in &ranges {
            let more = options.iter().filter(|e| e.is_equality()).filter_map(|e| range.meet(table.range(e, cell)));
            next.extend(more.filter(|range| range.is_bounded()));
        }
        next.truncate(MOST_RANGES);
        ranges = next;
    }
    ranges.into_iter().filter_map(|range| within_holding(table, cell, range)).collect()
}

/// Narrows a range to what the ties that hold allow; none where they allow nothing of it.
fn within_holding(table: &Table<'_>, cell: usize, range: Range) -> Option<Range> {
    let weighs = |tie: usize| table.problem.ties[tie].binding == Binding::Weigh;
    let holding = table.ties_of[cell].iter().filter(|tie| table.holds[**tie] && !weighs(**tie));
    let single = holding.filter_map(|tie| match table.problem.ties[*tie].options.as_slice() {
        [one] => Some(one),
        _ => None,
    });
    single.into_iter().try_fold(range, |range, equation| range.meet(table.range(equation, cell)))
}

/// What a cell may be to mend some of its failing ties: from each of them, with as many of the others as agree.
fn follow(table: &Table<'_>, cell: usize, failing: &[usize]) -> Vec<Range> {
    let mut found: Vec<Range> = Vec::new();
    for tie in failing {
        for equation in table.problem.ties[*tie].options.iter().filter(|e| e.is_equality()) {
            let mut range = table.range(equation, cell);
            if !range.is_bounded() || range.lo > range.hi {
                continue;
            }
            for other in failing.iter().filter(|other| *other != tie) {
                for equation in &table.problem.ties[*other].options {
                    range = range.meet(table.range(equation, cell)).unwrap_or(range);
                }
            }
            range = within_holding(table, cell, range).unwrap_or(range);
            if found.len() < MOST_RANGES && !found.iter().any(|old| old.contains(range.fit)) {
                found.push(range);
            }
        }
    }
    found
}

/// Whether a tie has to be explained.
#[must_use]
pub fn must(table: &Table<'_>, tie: usize) -> bool {
    table.problem.ties[tie].binding == Binding::Must
}
