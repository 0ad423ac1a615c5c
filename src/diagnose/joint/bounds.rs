//! Narrowing intervals: what a tie leaves of a cell, the others being anywhere in theirs.

use super::super::problem::Amount;
use super::super::table::{div_ceil, div_floor};
use super::Tie;

/// How narrowing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowed {
    /// An interval became empty: the ties cannot hold together, whatever they look like.
    Empty,
    /// No tie narrows anything any more.
    Still,
    /// The bound of work was reached first.
    Unfinished,
}

/// The least and the greatest that a tie's sum can be.
pub fn reach(tie: &Tie, bounds: &[(Amount, Amount)]) -> (Amount, Amount) {
    tie.terms.iter().fold((tie.constant, tie.constant), |(lo, hi), (cell, by)| {
        let (a, b) = ends(*by, bounds[*cell]);
        (lo + a, hi + b)
    })
}

/// The ends of coefficient times interval.
fn ends(by: Amount, (lo, hi): (Amount, Amount)) -> (Amount, Amount) {
    if by > 0 { (by * lo, by * hi) } else { (by * hi, by * lo) }
}

/// Narrows until nothing moves. Ends stay whole: where a coefficient divides them, the interval keeps the wider end.
///
/// Every round goes through the ties forwards or backwards; without a ring, as many rounds as ties are enough.
pub fn narrow(ties: &[&Tie], bounds: &mut [(Amount, Amount)], left: &mut usize) -> Narrowed {
    for round in 0..ties.len() + 2 {
        let mut moved = false;
        for step in 0..ties.len() {
            let tie = ties[if round % 2 == 0 { step } else { ties.len() - 1 - step }];
            let Some(rest) = left.checked_sub(tie.terms.len()) else { return Narrowed::Unfinished };
            *left = rest;
            match narrow_by(tie, bounds) {
                None => return Narrowed::Empty,
                Some(own) => moved |= own,
            }
        }
        if !moved {
            return Narrowed::Still;
        }
    }
    Narrowed::Unfinished
}

/// Narrows the cells of one tie; nothing where one of them has no value left.
fn narrow_by(tie: &Tie, bounds: &mut [(Amount, Amount)]) -> Option<bool> {
    let (all_lo, all_hi) = reach(tie, bounds);
    if all_lo > 0 || all_hi < 0 {
        return None;
    }
    let mut moved = false;
    for (cell, by) in &tie.terms {
        let old = bounds[*cell];
        let (own_lo, own_hi) = ends(*by, old);
        // by × cell lies between these two.
        let (least, most) = (own_hi - all_hi, own_lo - all_lo);
        let (lo, hi) = if *by > 0 { (least, most) } else { (most, least) };
        let new = (old.0.max(div_floor(lo, *by)), old.1.min(div_ceil(hi, *by)));
        if new.0 > new.1 {
            return None;
        }
        moved |= new != old;
        bounds[*cell] = new;
    }
    Some(moved)
}
