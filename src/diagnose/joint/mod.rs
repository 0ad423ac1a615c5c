//! Whether ties that hold one by one can hold together.
//!
//! A reported figure stands for every true value within its half-unit. Each tie alone may be explained by rounding, and
//! yet no one set of true values explain them all. Asked of every group of ties that share figures, in this order:
//! narrowing intervals (`bounds`), which refutes where one becomes empty and decides where no ties and figures close
//! a ring; a flow (`flow`), which decides where every figure stands in two ties at most, as in rows × columns; the
//! simplex in exact fractions (`simplex`), which decides the rest. What needs more work or digits than they are given is
//! said to be undecided. Where there is no such set, ties are left out one by one until every one that is left is needed
//! for the contradiction.

mod bounds;
mod flow;
mod simplex;
mod tails;
#[cfg(test)]
mod tests;

use super::components::{grouped, root};
use super::problem::{Amount, Binding, Equation, Problem};
use super::table::Table;
use bounds::{Narrowed, narrow};

pub use tails::{OneSided, one_sided};

/// What is known of a group of ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// One set of true values satisfies them all.
    Feasible,
    /// None does; proved.
    Infeasible,
    /// Neither was shown within the bound of work.
    NotDecided,
}

/// Ties of a problem that contradict each other, and their cells; with any one tie left out, nothing is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub ties: Vec<usize>,
    pub cells: Vec<usize>,
}

/// What came of a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joint {
    /// One at most of every group of ties that share cells.
    pub conflicts: Vec<Conflict>,
    /// Ties that were asked about: those of groups in which one leaves a tail.
    pub asked: usize,
    /// Of those, the ties of groups that were not decided.
    pub undecided: usize,
}

/// Σ coefficient × cell + constant is nothing; each cell once, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tie {
    terms: Vec<(usize, Amount)>,
    constant: Amount,
}

/// Closed intervals of cells, their reported values, and ties that bind them.
#[derive(Debug)]
struct System {
    bounds: Vec<(Amount, Amount)>,
    reported: Vec<Amount>,
    ties: Vec<Tie>,
}

/// Terms looked at for one group of ties; some milliseconds.
const MOST_WORK: usize = 300_000;

/// Asks every group of a problem's sums that hold, and of which one leaves a tail.
#[must_use]
pub fn joint(problem: &Problem) -> Joint {
    let (system, tie_of) = System::of(problem);
    let mut found = Joint::default();
    let cells = |at: usize| system.ties[at].cells();
    for group in grouped(system.bounds.len(), system.ties.len(), cells) {
        if group.len() < 2 || group.iter().all(|at| system.tail(&system.ties[*at]) == 0) {
            continue;
        }
        found.asked += group.len();
        let mut left = MOST_WORK;
        match system.decide(&group, &mut left) {
            Together::Feasible => {}
            Together::NotDecided => found.undecided += group.len(),
            Together::Infeasible => {
                let needed = system.needed(group, &mut MOST_WORK.clone());
                let mut cells: Vec<usize> = needed.iter().flat_map(|at| system.ties[*at].cells()).collect();
                cells.sort_unstable();
                cells.dedup();
                found.conflicts.push(Conflict { ties: needed.iter().map(|at| tie_of[*at]).collect(), cells });
            }
        }
    }
    found
}

/// The one equality by which a tie holds; nothing where it fails, or where several of its equations could be meant.
///
/// An equation that fails alone fails together with others too, so where one holds it is what the tie asks for.
fn meant(table: &Table<'_>, tie: usize) -> Option<Tie> {
    let own = &table.problem.ties[tie];
    let holding = own.options.iter().filter(|equation| table.satisfied(equation));
    let mut holding = holding.map(Tie::of);
    let one = holding.next().filter(|_| own.binding == Binding::Must)??;
    // The same sum may be written in two ways.
    holding.all(|other| other.as_ref() == Some(&one)).then_some(one)
}

impl Tie {
    fn of(equation: &Equation) -> Option<Self> {
        let Equation::Sum { terms, constant, least: Some(0), most: Some(0) } = equation else { return None };
        let mut own = terms.clone();
        own.sort_unstable_by_key(|(cell, _)| *cell);
        own.dedup_by(|(cell, by), (kept, sum)| {
            let same = cell == kept;
            *sum += if same { *by } else { 0 };
            same
        });
        own.retain(|(_, by)| *by != 0);
        (!own.is_empty()).then_some(Self { terms: own, constant: *constant })
    }

    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.terms.iter().map(|(cell, _)| *cell)
    }
}

impl System {
    fn of(problem: &Problem) -> (Self, Vec<usize>) {
        let table = Table::new(problem);
        let (mut ties, mut tie_of) = (Vec::new(), Vec::new());
        for at in 0..problem.ties.len() {
            if let Some(tie) = meant(&table, at) {
                ties.push(tie);
                tie_of.push(at);
            }
        }
        let bounds = problem.cells.iter().map(|cell| (cell.value - cell.half, cell.value + cell.half)).collect();
        (Self { bounds, reported: table.values, ties }, tie_of)
    }

    /// What is left of a tie with the reported values.
    fn tail(&self, tie: &Tie) -> Amount {
        tie.constant + tie.terms.iter().map(|(cell, by)| by * self.reported[*cell]).sum::<Amount>()
    }

    /// Decides some of the ties, each group that shares cells by itself.
    fn decide(&self, ties: &[usize], left: &mut usize) -> Together {
        let mut all = Together::Feasible;
        for group in grouped(self.bounds.len(), ties.len(), |at| self.ties[ties[at]].cells()) {
            let own: Vec<&Tie> = group.iter().map(|at| &self.ties[ties[*at]]).collect();
            match self.decide_group(&own, left) {
                Together::Infeasible => return Together::Infeasible,
                Together::NotDecided => all = Together::NotDecided,
                Together::Feasible => {}
            }
        }
        all
    }

    fn decide_group(&self, ties: &[&Tie], left: &mut usize) -> Together {
        if ties.len() < 2 && ties.iter().all(|tie| self.holds_alone(tie)) {
            return Together::Feasible;
        }
        if ties.iter().all(|tie| self.tail(tie) == 0) {
            return Together::Feasible;
        }
        let mut bounds = self.bounds.clone();
        match narrow(ties, &mut bounds, left) {
            Narrowed::Empty => return Together::Infeasible,
            Narrowed::Still if has_no_ring(ties, bounds.len()) => return Together::Feasible,
            Narrowed::Still | Narrowed::Unfinished => {}
        }
        match flow::feasible(ties, &bounds, left) {
            Some(true) => Together::Feasible,
            Some(false) => Together::Infeasible,
            None => match simplex::solve(ties, &bounds, &self.reported, left) {
                Some(simplex::Answer::Values(_)) => Together::Feasible,
                Some(simplex::Answer::Refuted(_)) => Together::Infeasible,
                None => Together::NotDecided,
            },
        }
    }

    fn holds_alone(&self, tie: &Tie) -> bool {
        let (lo, hi) = bounds::reach(tie, &self.bounds);
        lo <= 0 && hi >= 0
    }

    /// Leaves out every tie without which the others still contradict each other.
    fn needed(&self, mut ties: Vec<usize>, left: &mut usize) -> Vec<usize> {
        let mut at = 0;
        while at < ties.len() {
            let mut fewer = ties.clone();
            fewer.remove(at);
            if self.decide(&fewer, left) == Together::Infeasible {
                ties = fewer;
            } else {
                at += 1;
            }
        }
        ties
    }
}

/// Whether ties and cells, joined where a cell stands in a tie with a coefficient of one, close no ring.
fn has_no_ring(ties: &[&Tie], cells: usize) -> bool {
    let mut group_of: Vec<usize> = (0..cells + ties.len()).collect();
    for (at, tie) in ties.iter().enumerate() {
        for (cell, by) in &tie.terms {
            let (a, b) = (root(&group_of, *cell), root(&group_of, cells + at));
            if a == b || by.abs() != 1 {
                return false;
            }
            group_of[a.max(b)] = a.min(b);
        }
    }
    true
}
