//! Tails that all lie on one side: figures cut off, not rounded.

use foldhash::{HashSet, HashSetExt};

use super::super::problem::{Amount, Problem};
use super::super::table::Table;
use super::{Tie, meant};

/// Totals of one table that are all above their parts, or all below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneSided {
    pub table: u32,
    /// The totals are above: the parts were cut off. Else they were all rounded up.
    pub above: bool,
    /// The ties with a tail.
    pub ties: Vec<usize>,
    /// The cells of their totals.
    pub totals: Vec<usize>,
}

/// Tails that are independent: no figure is a part of two, or the total of two. Rounding leaves each above with a chance
/// of at most a half, and below likewise, so that eight lie on one side by chance in 2 × 2⁻⁸, 0.78 % of tables, at most.
/// Where the total of one is a part of another, its own error moves the two tails apart, and the chance is less still.
const FEWEST: usize = 8;

/// Looks at every table's totals of two or more parts that leave a tail.
#[must_use]
pub fn one_sided(problem: &Problem) -> Vec<OneSided> {
    let table = Table::new(problem);
    let mut found: Vec<OneSided> = Vec::new();
    let mut sums: Vec<(u32, usize, Tie)> = Vec::new();
    let mut mixed: HashSet<u32> = HashSet::new();
    for tie in 0..problem.ties.len() {
        let Some((own, sum)) = meant(&table, tie).and_then(|sum| Some((total(problem, &sum)?, sum))) else { continue };
        let (total, above) = own;
        let own = problem.cells[total].at.table;
        sums.push((own, total, sum));
        match found.iter_mut().find(|one| one.table == own) {
            Some(one) if one.above == above => {
                one.ties.push(tie);
                one.totals.push(total);
            }
            Some(_) => {
                mixed.insert(own);
            }
            None => found.push(OneSided { table: own, above, ties: vec![tie], totals: vec![total] }),
        }
    }
    found.retain(|one| {
        let own = sums.iter().filter(|(table, ..)| *table == one.table);
        !mixed.contains(&one.table) && independent(own.map(|(_, total, sum)| (*total, sum))) >= FEWEST
    });
    found
}

/// The cell of a total within one table, and whether it is above its parts; nothing where it leaves no tail.
fn total(problem: &Problem, sum: &Tie) -> Option<(usize, bool)> {
    let cells = &problem.cells;
    let first = sum.cells().next()?;
    let alike = sum.terms.iter().all(|(cell, by)| by.abs() == 1 && cells[*cell].at.table == cells[first].at.table);
    let of = |sign: Amount| sum.terms.iter().filter(move |(_, by)| *by == sign);
    let plain = alike && sum.constant == 0 && sum.terms.len() > 2;
    let sign = [1, -1].into_iter().find(|sign| of(*sign).count() == 1).filter(|_| plain)?;
    let tail: Amount = sum.terms.iter().map(|(cell, by)| sign * by * cells[*cell].value).sum();
    let total = of(sign).next()?.0;
    // Parts below zero are cut off the other way.
    let below_zero = sum.cells().any(|cell| cells[cell].value < 0);
    (tail != 0 && !below_zero).then_some((total, tail > 0))
}

/// How many of some sums are independent, taken as they come.
fn independent<'t>(sums: impl Iterator<Item = (usize, &'t Tie)>) -> usize {
    let mut used: HashSet<(usize, bool)> = HashSet::new();
    let free = |(total, sum): &(usize, &Tie)| {
        let parts: Vec<(usize, bool)> = sum.cells().map(|cell| (cell, cell == *total)).collect();
        let free = parts.iter().all(|part| !used.contains(part));
        if free {
            used.extend(parts);
        }
        free
    };
    sums.filter(free).count()
}
