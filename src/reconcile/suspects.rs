//! Which cells of a failed tie no other tie vouches for.

use std::collections::HashSet;

use super::outcome::{At, Outcome};
use crate::model::{Class, Verdict};
use crate::rules::Pack;

/// Marks the suspect operands of every failed balance: those that stand in no balance that holds. Where every operand
/// is vouched for, or none is, the tie points at nobody and all stay unmarked.
pub fn mark(outcomes: &mut [Outcome], pack: &Pack) {
    let balance = |outcome: &Outcome| pack.rules[outcome.rule].class == Class::Balance;
    let mut vouched: HashSet<(usize, bool, usize, usize)> = HashSet::new();
    for outcome in outcomes.iter().filter(|outcome| balance(outcome)) {
        if matches!(outcome.verdict, Verdict::Balanced | Verdict::Rounding) && outcome.uses.len() > 1 {
            vouched.extend(outcome.uses.iter().filter_map(|one| key(outcome.submission, &one.at)));
        }
    }
    for outcome in outcomes.iter_mut().filter(|outcome| balance(outcome)) {
        if outcome.verdict != Verdict::Unbalanced {
            continue;
        }
        let submission = outcome.submission;
        let open = |at: &At| key(submission, at).is_some_and(|key| !vouched.contains(&key));
        let count = outcome.uses.iter().filter(|one| open(&one.at)).count();
        if count == 0 || count == outcome.uses.len() {
            continue;
        }
        for one in &mut outcome.uses {
            one.suspect = open(&one.at);
        }
    }
}

fn key(submission: usize, at: &At) -> Option<(usize, bool, usize, usize)> {
    match at {
        At::Figure { prior, table, figure } => Some((submission, *prior, *table, *figure)),
        At::Field { .. } | At::Cell { .. } => None,
    }
}
