//! A set of true values found by trying: one cell after another is set, and what the ties then leave is narrowed.

use super::super::problem::Amount;
use super::Tie;
use super::bounds::{Narrowed, narrow};

/// Whether values were found with which every tie holds. Nothing is taken back, so finding none proves nothing.
pub fn is_found(ties: &[&Tie], bounds: &[(Amount, Amount)], reported: &[Amount], left: &mut usize) -> bool {
    let mut now = bounds.to_vec();
    let mut order: Vec<usize> = ties.iter().flat_map(|tie| tie.cells()).collect();
    order.sort_unstable();
    let count = |cell: usize| order.partition_point(|own| *own <= cell) - order.partition_point(|own| *own < cell);
    let mut by_ties: Vec<(usize, usize)> = order.iter().map(|cell| (usize::MAX - count(*cell), *cell)).collect();
    by_ties.sort_unstable();
    by_ties.dedup();
    for (_, cell) in by_ties {
        let (lo, hi) = now[cell];
        // As near to what was reported as may be, else one of the ends.
        let set = [reported[cell].clamp(lo, hi), lo, hi].into_iter().find_map(|value| {
            let mut next = now.clone();
            next[cell] = (value, value);
            (narrow(ties, &mut next, left) != Narrowed::Empty && *left > 0).then_some(next)
        });
        let Some(set) = set else { return false };
        now = set;
    }
    let sum = |tie: &Tie| tie.constant + tie.terms.iter().map(|(cell, by)| by * now[*cell].0).sum::<Amount>();
    ties.iter().all(|tie| sum(tie) == 0) && order.iter().all(|cell| now[*cell].0 == now[*cell].1)
}
