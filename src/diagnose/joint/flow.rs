//! Ties as the knots of a net and cells as its pipes: what flows in flows out.
//!
//! Where every cell stands in two ties at most, once with each sign (a tie may be turned round), values that satisfy
//! all ties are a flow within the cells' intervals. There is one just where the excess that the lower ends leave at
//! some knots can be led to the others; whole ends give a whole flow, so the answer is exact.

use super::super::problem::Amount;
use super::Tie;

/// Whether there is such a flow; nothing where the ties are no net, or the work is used up.
pub fn feasible(ties: &[&Tie], bounds: &[(Amount, Amount)], left: &mut usize) -> Option<bool> {
    let pipes = pipes(ties, bounds.len())?;
    // What stands in one tie only comes from outside, or goes there.
    let outside = ties.len();
    let (source, sink) = (outside + 1, outside + 2);
    let mut net = Net { ends: Vec::new(), rest: Vec::new(), at: vec![Vec::new(); sink + 1] };
    let mut excess: Vec<Amount> = vec![0; outside + 1];
    for (cell, from, to) in &pipes.list {
        let (lo, hi) = bounds[*cell];
        let (from, to) = (from.unwrap_or(outside), to.unwrap_or(outside));
        excess[from] -= lo;
        excess[to] += lo;
        net.join(from, to, hi - lo);
    }
    for (tie, sign) in pipes.signs.iter().enumerate() {
        excess[tie] += sign * ties[tie].constant;
        excess[outside] -= sign * ties[tie].constant;
    }
    let mut wanted = 0;
    for (knot, excess) in excess.into_iter().enumerate() {
        if excess > 0 {
            net.join(source, knot, excess);
            wanted += excess;
        } else if excess < 0 {
            net.join(knot, sink, -excess);
        }
    }
    while wanted > 0 {
        *left = left.checked_sub(net.ends.len())?;
        match net.push(source, sink) {
            0 => return Some(false),
            pushed => wanted -= pushed,
        }
    }
    Some(true)
}

/// Each cell with the tie that it flows out of and the one that it flows into.
struct Pipes {
    list: Vec<(usize, Option<usize>, Option<usize>)>,
    /// For each tie, one, or minus one where it is turned round.
    signs: Vec<Amount>,
}

fn pipes(ties: &[&Tie], cells: usize) -> Option<Pipes> {
    let mut stands: Vec<Vec<(usize, Amount)>> = vec![Vec::new(); cells];
    for (at, tie) in ties.iter().enumerate() {
        for (cell, by) in &tie.terms {
            stands[*cell].push((at, *by));
            (by.abs() == 1 && stands[*cell].len() < 3).then_some(())?;
        }
    }
    let signs = signs(ties, &stands)?;
    let mut list = Vec::new();
    for (cell, own) in stands.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
        let with = |sign: Amount| own.iter().find(|(tie, by)| by * signs[*tie] == sign).map(|(tie, _)| *tie);
        list.push((cell, with(-1), with(1)));
    }
    Some(Pipes { list, signs })
}

/// Turns ties round until every cell stands once with each sign; nothing where that cannot be.
fn signs(ties: &[&Tie], stands: &[Vec<(usize, Amount)>]) -> Option<Vec<Amount>> {
    let mut signs: Vec<Amount> = vec![0; ties.len()];
    for first in 0..ties.len() {
        if signs[first] != 0 {
            continue;
        }
        signs[first] = 1;
        let mut open = vec![first];
        while let Some(tie) = open.pop() {
            for (cell, by) in &ties[tie].terms {
                for (other, other_by) in stands[*cell].iter().filter(|(other, _)| *other != tie) {
                    let sign = -by * signs[tie] * other_by;
                    if signs[*other] == 0 {
                        signs[*other] = sign;
                        open.push(*other);
                    } else if signs[*other] != sign {
                        return None;
                    }
                }
            }
        }
    }
    Some(signs)
}

/// Pipes with what they can still take; the one after an even pipe leads back.
struct Net {
    ends: Vec<usize>,
    rest: Vec<Amount>,
    at: Vec<Vec<usize>>,
}

impl Net {
    fn join(&mut self, from: usize, to: usize, most: Amount) {
        for (from, to, most) in [(from, to, most), (to, from, 0)] {
            self.at[from].push(self.ends.len());
            self.ends.push(to);
            self.rest.push(most);
        }
    }

    /// Leads as much as fits along a shortest way; none where there is no way.
    fn push(&mut self, source: usize, sink: usize) -> Amount {
        let mut by: Vec<Option<usize>> = vec![None; self.at.len()];
        let mut reached = vec![source];
        let mut next = 0;
        while next < reached.len() && by[sink].is_none() {
            for pipe in &self.at[reached[next]] {
                let to = self.ends[*pipe];
                if self.rest[*pipe] > 0 && by[to].is_none() && to != source {
                    by[to] = Some(*pipe);
                    reached.push(to);
                }
            }
            next += 1;
        }
        let mut way = Vec::new();
        let mut knot = sink;
        while let Some(pipe) = by[knot] {
            way.push(pipe);
            knot = self.ends[pipe ^ 1];
        }
        let fits = way.iter().map(|pipe| self.rest[*pipe]).min().unwrap_or(0);
        for pipe in way {
            self.rest[pipe] -= fits;
            self.rest[pipe ^ 1] += fits;
        }
        fits
    }
}
