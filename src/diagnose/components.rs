//! Ties that share cells belong together.

use super::problem::Equation;
use super::table::Table;

/// Groups the failing ties by the cells they share, in the order of the ties.
#[must_use]
pub fn components(table: &Table<'_>, failing: &[usize]) -> Vec<Vec<usize>> {
    let cells = |at: usize| table.problem.ties[failing[at]].options.iter().flat_map(Equation::cells);
    let groups = grouped(table.values.len(), failing.len(), cells);
    groups.into_iter().map(|group| group.into_iter().map(|at| failing[at]).collect()).collect()
}

/// Groups so many ties by the cells they share, in their order; cells are counted from zero below `cells`.
pub fn grouped<I: Iterator<Item = usize>>(cells: usize, ties: usize, of: impl Fn(usize) -> I) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..ties).collect();
    let mut owner: Vec<Option<usize>> = vec![None; cells];
    for at in 0..ties {
        for cell in of(at) {
            match owner[cell] {
                None => owner[cell] = Some(at),
                Some(other) => {
                    let (a, b) = (root(&group_of, at), root(&group_of, other));
                    group_of[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut place: Vec<Option<usize>> = vec![None; ties];
    for at in 0..ties {
        let first = root(&group_of, at);
        let group = *place[first].get_or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(at);
    }
    groups
}

/// The first of the group that one belongs to.
pub fn root(group_of: &[usize], mut at: usize) -> usize {
    while group_of[at] != at {
        at = group_of[at];
    }
    at
}
