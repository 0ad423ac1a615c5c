//! Failing ties that share cells belong together.

use super::problem::Equation;
use super::table::Table;

/// Groups the failing ties by the cells they share, in the order of the ties.
#[must_use]
pub fn components(table: &Table<'_>, failing: &[usize]) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..failing.len()).collect();
    let mut owner: Vec<Option<usize>> = vec![None; table.values.len()];
    for (at, tie) in failing.iter().enumerate() {
        for cell in table.problem.ties[*tie].options.iter().flat_map(Equation::cells) {
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
    let mut place: Vec<Option<usize>> = vec![None; failing.len()];
    for (at, tie) in failing.iter().enumerate() {
        let first = root(&group_of, at);
        let group = *place[first].get_or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(*tie);
    }
    groups
}

fn root(group_of: &[usize], mut at: usize) -> usize {
    while group_of[at] != at {
        at = group_of[at];
    }
    at
}
