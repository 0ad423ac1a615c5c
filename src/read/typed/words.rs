//! Words and signs beside a number that bound it or say it is not exact.

use super::Comparator;
use super::text::{ends_at, is_space, stands_at};

/// What a word beside a number does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Compares(Comparator),
    Approximates,
    /// Says nothing: 达到, 为.
    Neutral,
}

use Comparator::{AtLeast, AtMost, Equal, Less, More, PlusMinus};

/// What may stand in front of a number, the longest first where one ends another.
const PREFIXES: [(&str, Effect); 46] = [
    ("大于或等于", Effect::Compares(AtLeast)),
    ("小于或等于", Effect::Compares(AtMost)),
    ("大于等于", Effect::Compares(AtLeast)),
    ("小于等于", Effect::Compares(AtMost)),
    ("不得低于", Effect::Compares(AtLeast)),
    ("不得少于", Effect::Compares(AtLeast)),
    ("不得超过", Effect::Compares(AtMost)),
    ("不得高于", Effect::Compares(AtMost)),
    ("不少于", Effect::Compares(AtLeast)),
    ("不低于", Effect::Compares(AtLeast)),
    ("不小于", Effect::Compares(AtLeast)),
    ("不超过", Effect::Compares(AtMost)),
    ("不高于", Effect::Compares(AtMost)),
    ("不大于", Effect::Compares(AtMost)),
    ("不多于", Effect::Compares(AtMost)),
    ("不超出", Effect::Compares(AtMost)),
    ("至少", Effect::Compares(AtLeast)),
    ("至多", Effect::Compares(AtMost)),
    ("最多", Effect::Compares(AtMost)),
    ("大于", Effect::Compares(More)),
    ("超过", Effect::Compares(More)),
    ("高于", Effect::Compares(More)),
    ("多于", Effect::Compares(More)),
    ("小于", Effect::Compares(Less)),
    ("低于", Effect::Compares(Less)),
    ("少于", Effect::Compares(Less)),
    ("不足", Effect::Compares(Less)),
    ("等于", Effect::Compares(Equal)),
    (">=", Effect::Compares(AtLeast)),
    ("=>", Effect::Compares(AtLeast)),
    ("<=", Effect::Compares(AtMost)),
    ("=<", Effect::Compares(AtMost)),
    ("≥", Effect::Compares(AtLeast)),
    ("≤", Effect::Compares(AtMost)),
    (">", Effect::Compares(More)),
    ("<", Effect::Compares(Less)),
    ("=", Effect::Compares(Equal)),
    ("±", Effect::Compares(PlusMinus)),
    ("大约", Effect::Approximates),
    ("大概", Effect::Approximates),
    ("约为", Effect::Approximates),
    ("约", Effect::Approximates),
    ("将近", Effect::Approximates),
    ("近", Effect::Approximates),
    ("达到", Effect::Neutral),
    ("达", Effect::Neutral),
];

/// What may stand behind a number and its unit.
pub(super) const SUFFIXES: [(&str, Effect); 13] = [
    ("及以上", Effect::Compares(AtLeast)),
    ("(含)以上", Effect::Compares(AtLeast)),
    ("以上", Effect::Compares(AtLeast)),
    ("及以下", Effect::Compares(AtMost)),
    ("(含)以下", Effect::Compares(AtMost)),
    ("以下", Effect::Compares(AtMost)),
    ("以内", Effect::Compares(AtMost)),
    ("之内", Effect::Compares(AtMost)),
    ("左右", Effect::Approximates),
    ("上下", Effect::Approximates),
    ("余", Effect::Approximates),
    ("多", Effect::Approximates),
    ("内", Effect::Compares(AtMost)),
];

/// Gathers what stands before and behind one number.
pub(super) fn around(chars: &[char], start: usize, end: usize) -> (Option<Comparator>, bool) {
    let mut comparator = None;
    let mut approximate = false;
    let mut note = |effect: Effect| match effect {
        Effect::Compares(found) => comparator = comparator.or(Some(found)),
        Effect::Approximates => approximate = true,
        Effect::Neutral => {}
    };
    let mut at = skip_spaces_back(chars, start);
    while let Some((word, effect)) = PREFIXES.iter().find(|(word, _)| ends_at(chars, at, word)) {
        note(*effect);
        at = skip_spaces_back(chars, at - word.chars().count());
    }
    let behind = end + chars[end.min(chars.len())..].iter().take_while(|c| **c == ' ').count();
    if let Some((_, effect)) = SUFFIXES.iter().find(|(word, _)| stands_at(chars, behind, word)) {
        note(*effect);
    }
    (comparator, approximate)
}

fn skip_spaces_back(chars: &[char], at: usize) -> usize {
    at - chars[..at].iter().rev().take_while(|c| is_space(**c) && **c != '\n').count()
}
