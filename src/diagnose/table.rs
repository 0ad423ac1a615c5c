//! The values of a problem as they stand, with the ties that hold; a change can be made and taken back.

use std::cell::Cell;

use super::problem::{Amount, Binding, Equation, Problem};

/// Beyond every amount.
pub const FAR: Amount = Amount::MAX / 8;

/// The values that one cell may take, and the one that leaves no tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub lo: Amount,
    pub hi: Amount,
    pub fit: Amount,
}

impl Range {
    pub const ALL: Self = Self { lo: -FAR, hi: FAR, fit: 0 };

    #[must_use]
    pub fn contains(self, value: Amount) -> bool {
        self.lo <= value && value <= self.hi
    }

    #[must_use]
    pub fn is_bounded(self) -> bool {
        self.lo > -FAR && self.hi < FAR
    }

    /// What both allow; the fit of the first where it stays inside.
    #[must_use]
    pub fn meet(self, other: Self) -> Option<Self> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        let own = if self.is_bounded() || !other.is_bounded() { self.fit } else { other.fit };
        let fit = if lo <= own && own <= hi { own } else { other.fit.clamp(lo, hi.max(lo)) };
        (lo <= hi).then_some(Self { lo, hi, fit })
    }
}

/// Terms that may be looked at for one group of failing ties, and for all of a problem. A table of some dozens of rows
/// takes a hundredth of it; one of thousands is said to be not located, whatever the machine.
const MOST_FOR_A_GROUP: u64 = 20_000_000;
const MOST_IN_ALL: u64 = 200_000_000;

/// Values with the changes made so far.
pub struct Table<'p> {
    pub problem: &'p Problem,
    pub values: Vec<Amount>,
    /// For each cell, the ties in which it stands.
    pub ties_of: Vec<Vec<usize>>,
    pub holds: Vec<bool>,
    /// Terms that were looked at, and how many may have been before a search ends.
    looked_at: Cell<u64>,
    most: u64,
}

impl<'p> Table<'p> {
    #[must_use]
    pub fn new(problem: &'p Problem) -> Self {
        let values = problem.cells.iter().map(|cell| cell.value).collect();
        let mut ties_of: Vec<Vec<usize>> = vec![Vec::new(); problem.cells.len()];
        for (at, tie) in problem.ties.iter().enumerate() {
            for cell in tie.options.iter().flat_map(Equation::cells) {
                if ties_of[cell].last() != Some(&at) {
                    ties_of[cell].push(at);
                }
            }
        }
        let (looked_at, most) = (Cell::new(0), MOST_IN_ALL);
        let mut table = Self { problem, values, ties_of, holds: Vec::new(), looked_at, most };
        table.holds = (0..problem.ties.len()).map(|tie| table.check(tie)).collect();
        table
    }

    /// Begins the search of one group: it may look at so many terms, and all groups together at no more than theirs.
    pub fn begin_group(&mut self) {
        self.most = self.looked_at.get().saturating_add(MOST_FOR_A_GROUP).min(MOST_IN_ALL);
    }

    /// Counts what is looked at.
    pub fn look_at(&self, terms: usize) {
        self.looked_at.set(self.looked_at.get().saturating_add(terms as u64));
    }

    /// Whether a search has looked at all that it may.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.looked_at.get() >= self.most
    }

    /// Whether some equation of a tie holds as the values stand.
    #[must_use]
    pub fn check(&self, tie: usize) -> bool {
        self.problem.ties[tie].options.iter().any(|equation| self.satisfied(equation))
    }

    /// Whether one equation holds as the values stand.
    #[must_use]
    pub fn satisfied(&self, equation: &Equation) -> bool {
        match equation {
            Equation::Sum { least, most, .. } => {
                let (sum, slack) = self.sum(equation);
                least.is_none_or(|least| sum + slack >= least) && most.is_none_or(|most| sum - slack <= most)
            }
            Equation::Product { left, .. } => {
                left.first().is_none_or(|cell| self.product_range(equation, *cell).contains(self.values[*cell]))
            }
        }
    }

    /// The sum of an equation's terms and the slack of their half-units.
    #[must_use]
    pub fn sum(&self, equation: &Equation) -> (Amount, Amount) {
        let Equation::Sum { terms, constant, .. } = equation else { return (0, 0) };
        self.look_at(terms.len());
        terms.iter().fold((*constant, 0), |(sum, slack), (cell, coefficient)| {
            (sum + coefficient * self.values[*cell], slack + coefficient.abs() * self.problem.cells[*cell].half)
        })
    }

    /// The values of a cell with which one equation holds, the other cells as they stand.
    #[must_use]
    pub fn range(&self, equation: &Equation, cell: usize) -> Range {
        match equation {
            Equation::Sum { terms, least, most, .. } => {
                let own: Amount = terms.iter().filter(|(at, _)| *at == cell).map(|(_, by)| by).sum();
                if own == 0 {
                    return Range::ALL;
                }
                let (sum, slack) = self.sum(equation);
                let rest = sum - own * self.values[cell];
                let low = least.map(|least| least - slack - rest);
                let high = most.map(|most| most + slack - rest);
                let fit = least.or(*most).map_or(0, |target| nearest(target - rest, own));
                let (lo, hi) = if own > 0 { (low, high) } else { (high, low) };
                Range { lo: lo.map_or(-FAR, |lo| div_ceil(lo, own)), hi: hi.map_or(FAR, |hi| div_floor(hi, own)), fit }
            }
            Equation::Product { .. } => self.product_range(equation, cell),
        }
    }

    /// As [`Table::range`], for a product; everything is allowed where a factor is not above zero or digits run out.
    fn product_range(&self, equation: &Equation, cell: usize) -> Range {
        let Equation::Product { left, right, left_factor, right_factor } = equation else { return Range::ALL };
        let (own, own_factor, other, other_factor) = if left.contains(&cell) {
            (left, *left_factor, right, *right_factor)
        } else {
            (right, *right_factor, left, *left_factor)
        };
        if own.iter().filter(|at| **at == cell).count() != 1 || other.contains(&cell) {
            return Range::ALL;
        }
        let rest = own.iter().filter(|at| **at != cell).copied();
        let (Some(below), Some(above)) =
            (self.bounds(rest, own_factor), self.bounds(other.iter().copied(), other_factor))
        else {
            return Range::ALL;
        };
        if below.0 <= 0 || above.0 <= 0 {
            return Range::ALL;
        }
        // A recomputed figure stands for whatever rounds to it, even where it is given.
        let half = self.problem.cells[cell].half.max(self.problem.cells[cell].step / 2);
        Range {
            lo: div_floor(above.0, below.2) - half,
            hi: div_ceil(above.2, below.0) + half,
            fit: nearest(above.1, below.1),
        }
    }

    /// The least, plain and greatest product of some cells.
    fn bounds(&self, cells: impl Iterator<Item = usize>, factor: Amount) -> Option<(Amount, Amount, Amount)> {
        let mut product = (factor, factor, factor);
        for cell in cells {
            let (value, half) = (self.values[cell], self.problem.cells[cell].half);
            let low = if value - half > 0 { value - half } else { value };
            product =
                (product.0.checked_mul(low)?, product.1.checked_mul(value)?, product.2.checked_mul(value + half)?);
        }
        (product.2 < FAR && product.0 > -FAR).then_some(product)
    }

    /// Gives a cell another value; the ties whose state turned are noted in `turned`.
    pub fn set(&mut self, cell: usize, value: Amount, turned: &mut Vec<usize>) {
        self.values[cell] = value;
        for at in 0..self.ties_of[cell].len() {
            let tie = self.ties_of[cell][at];
            let holds = self.check(tie);
            if holds != self.holds[tie] {
                self.holds[tie] = holds;
                if self.problem.ties[tie].binding != Binding::Weigh {
                    turned.push(tie);
                }
            }
        }
    }

    /// The ties that fail and have to be explained.
    pub fn failing(&self) -> impl Iterator<Item = usize> + '_ {
        let must = |tie: &usize| self.problem.ties[*tie].binding == Binding::Must;
        (0..self.holds.len()).filter(|tie| !self.holds[*tie]).filter(must)
    }
}

/// The quotient towards minus infinity.
#[must_use]
pub fn div_floor(a: Amount, b: Amount) -> Amount {
    match b {
        // Nearly every coefficient is one, and a long division is slow.
        1 => a,
        -1 => -a,
        _ if b < 0 => (-a).div_euclid(-b),
        _ => a.div_euclid(b),
    }
}

#[must_use]
pub fn div_ceil(a: Amount, b: Amount) -> Amount {
    -div_floor(-a, b)
}

/// The nearest whole quotient, halves away from zero.
#[must_use]
pub fn nearest(a: Amount, b: Amount) -> Amount {
    let (a, b) = if b < 0 { (-a, -b) } else { (a, b) };
    if b == 1 {
        a
    } else if a >= 0 {
        (a + b / 2) / b
    } else {
        -((-a + b / 2) / b)
    }
}
