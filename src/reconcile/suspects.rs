//! Which cells of a failed tie no other tie vouches for.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::outcome::{At, Outcome};
use crate::model::{Class, Verdict};
use crate::rules::Pack;

/// Marks the suspect operands of every failed balance: of those that stand in no balance that holds, the ones that stand
/// in the most that fail. Where every operand is vouched for, or all are alike, the tie points at nobody.
pub fn mark(outcomes: &mut [Outcome], pack: &Pack) {
    let balance = |outcome: &Outcome| pack.rules[outcome.rule].class == Class::Balance;
    let mut vouched: HashSet<Place> = HashSet::new();
    for outcome in outcomes.iter().filter(|outcome| balance(outcome)) {
        if matches!(outcome.verdict, Verdict::Balanced | Verdict::Rounding) && outcome.uses.len() > 1 {
            vouched.extend(outcome.uses.iter().filter_map(|one| key(outcome.submission, &one.at)));
        }
    }
    let mut failed: HashMap<Place, usize> = HashMap::new();
    for outcome in outcomes.iter().filter(|outcome| balance(outcome) && outcome.verdict == Verdict::Unbalanced) {
        for place in outcome.uses.iter().filter_map(|one| key(outcome.submission, &one.at)) {
            *failed.entry(place).or_default() += 1;
        }
    }
    for outcome in outcomes.iter_mut().filter(|outcome| balance(outcome)) {
        if outcome.verdict != Verdict::Unbalanced {
            continue;
        }
        let submission = outcome.submission;
        let weight = |at: &At| {
            key(submission, at).filter(|place| !vouched.contains(place)).and_then(|place| failed.get(&place).copied())
        };
        let most = outcome.uses.iter().filter_map(|one| weight(&one.at)).max();
        let count = outcome.uses.iter().filter(|one| weight(&one.at) == most).count();
        if most.is_none() || count == outcome.uses.len() {
            continue;
        }
        for one in &mut outcome.uses {
            one.suspect = weight(&one.at) == most;
        }
    }
}

/// A submission's figure: whether it is last year's, its table and its number.
type Place = (usize, bool, usize, usize);

fn key(submission: usize, at: &At) -> Option<Place> {
    match at {
        At::Figure { prior, table, figure } => Some((submission, *prior, *table, *figure)),
        At::Field { .. } | At::Cell { .. } => None,
    }
}
