//! Whether any true values satisfy all ties at once, by the simplex in exact fractions.
//!
//! The general simplex for feasibility (Dutertre and de Moura, 2006): every tie is a row whose sum has one value it may
//! take, every cell a column with its interval. A row that is outside its bounds is brought back by a column that can
//! still move; always the first of both, so that it ends (Bland's rule). Where no column can move, the row is a
//! combination of ties that no values satisfy. Its bound of work and of digits is told as not decided.

use std::collections::BTreeMap;

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};

use super::super::problem::Amount;
use super::Tie;

type Fraction = Ratio<Amount>;

/// The answer with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// True values of the cells that stand in the ties.
    Values(BTreeMap<usize, Fraction>),
    /// How many times each tie goes into a sum that cannot be nothing, whatever the true values.
    Refuted(BTreeMap<usize, Fraction>),
}

/// Looks for true values within the bounds; nothing where the work or the digits do not suffice.
pub fn solve(ties: &[&Tie], bounds: &[(Amount, Amount)], reported: &[Amount], left: &mut usize) -> Option<Answer> {
    let mut tableau = Tableau::new(ties, bounds, reported)?;
    loop {
        *left = left.checked_sub(tableau.size())?;
        let Some(row) = tableau.first_outside() else { return Some(Answer::Values(tableau.cells())) };
        let short = tableau.lacks(row)?;
        let Some(column) = tableau.first_movable(row, &short) else {
            return Some(Answer::Refuted(tableau.multipliers(row)));
        };
        tableau.exchange(row, column, &short)?;
    }
}

struct Variable {
    value: Fraction,
    lo: Fraction,
    hi: Fraction,
}

/// Rows say one variable by others. Variables are the cells, in their order, and behind them the sums of the ties.
struct Tableau {
    cells: Vec<usize>,
    variables: Vec<Variable>,
    /// What each row says, and how: coefficients of variables that no row says.
    rows: Vec<(usize, BTreeMap<usize, Fraction>)>,
}

impl Tableau {
    fn new(ties: &[&Tie], bounds: &[(Amount, Amount)], reported: &[Amount]) -> Option<Self> {
        let mut cells: Vec<usize> = ties.iter().flat_map(|tie| tie.cells()).collect();
        cells.sort_unstable();
        cells.dedup();
        let whole = Fraction::from_integer;
        let cell = |cell: &usize| {
            let (lo, hi) = bounds[*cell];
            Variable { value: whole(reported[*cell].clamp(lo, hi)), lo: whole(lo), hi: whole(hi) }
        };
        let mut variables: Vec<Variable> = cells.iter().map(cell).collect();
        let mut rows = Vec::with_capacity(ties.len());
        for tie in ties {
            let terms = tie.terms.iter().map(|(cell, by)| Some((cells.binary_search(cell).ok()?, whole(*by))));
            let terms: BTreeMap<usize, Fraction> = terms.collect::<Option<_>>()?;
            let mut value = Fraction::zero();
            for (at, by) in &terms {
                value = value.checked_add(&by.checked_mul(&variables[*at].value)?)?;
            }
            let asked = whole(tie.constant.checked_neg()?);
            rows.push((variables.len(), terms));
            variables.push(Variable { value, lo: asked, hi: asked });
        }
        Some(Self { cells, variables, rows })
    }

    /// How much one exchange looks at.
    fn size(&self) -> usize {
        self.rows.iter().map(|(_, terms)| terms.len() + 1).sum()
    }

    /// The row of the first variable that is outside its bounds.
    fn first_outside(&self) -> Option<usize> {
        let outside = |(_, (at, _)): &(usize, &(usize, BTreeMap<usize, Fraction>))| {
            let Variable { value, lo, hi } = &self.variables[*at];
            value < lo || value > hi
        };
        self.rows.iter().enumerate().filter(outside).min_by_key(|(_, (at, _))| *at).map(|(row, _)| row)
    }

    /// What a row that is outside its bounds lacks; nothing where the digits do not suffice.
    fn lacks(&self, row: usize) -> Option<Fraction> {
        let Variable { value, lo, hi } = &self.variables[self.rows[row].0];
        if value < lo { lo.checked_sub(value) } else { hi.checked_sub(value) }
    }

    /// The first variable of a row that can still move the way that the row lacks.
    fn first_movable(&self, row: usize, lacks: &Fraction) -> Option<usize> {
        let movable = |(at, by): &(&usize, &Fraction)| {
            let Variable { value, lo, hi } = &self.variables[**at];
            if by.is_positive() == lacks.is_positive() { value < hi } else { value > lo }
        };
        self.rows[row].1.iter().find(movable).map(|(at, _)| *at)
    }

    /// Brings a row into its bounds by one of its variables, which the row says from then on.
    fn exchange(&mut self, row: usize, column: usize, lacks: &Fraction) -> Option<()> {
        let by = self.rows[row].1[&column];
        let step = lacks.checked_div(&by)?;
        for (at, terms) in &self.rows {
            if let Some(by) = terms.get(&column) {
                let moved = self.variables[*at].value.checked_add(&by.checked_mul(&step)?)?;
                self.variables[*at].value = moved;
            }
        }
        self.variables[column].value = self.variables[column].value.checked_add(&step)?;
        // What the row said is said by the others.
        let (said, mut terms) = std::mem::take(&mut self.rows[row]);
        terms.remove(&column);
        let minus = -by;
        for term in terms.values_mut() {
            *term = term.checked_div(&minus)?;
        }
        terms.insert(said, by.recip());
        for (_, other) in &mut self.rows {
            let Some(times) = other.remove(&column) else { continue };
            for (at, term) in &terms {
                let more = times.checked_mul(term)?;
                let sum = other.get(at).map_or(Some(more), |old| old.checked_add(&more))?;
                if sum.is_zero() {
                    other.remove(at);
                } else {
                    other.insert(*at, sum);
                }
            }
        }
        self.rows[row] = (column, terms);
        Some(())
    }

    fn cells(&self) -> BTreeMap<usize, Fraction> {
        self.cells.iter().zip(&self.variables).map(|(cell, variable)| (*cell, variable.value)).collect()
    }

    /// The ties that a row is made of.
    fn multipliers(&self, row: usize) -> BTreeMap<usize, Fraction> {
        let (said, terms) = &self.rows[row];
        let own = std::iter::once((*said, Fraction::from_integer(-1)));
        let all = own.chain(terms.iter().map(|(at, by)| (*at, *by)));
        all.filter_map(|(at, by)| Some((at.checked_sub(self.cells.len())?, by))).collect()
    }
}
