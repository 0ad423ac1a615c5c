//! The digits of one number: grouping, point, stray full stop.

use rust_decimal::Decimal;

/// Digits of a number that a decimal surely holds.
const MOST_DIGITS: usize = 20;

/// What stands where digits begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// A number, its printed decimals and its length in characters.
    Number { value: Decimal, decimals: u32, length: usize },
    /// Digits that are no number, as `1.00.5` or `12,34`.
    Malformed,
    /// Digits that name something, as `007` or eighteen digits in a row; and their length.
    Code { length: usize },
}

/// Reads the digits at the front of the characters, which begin with a digit; `point` where a point stood before.
pub(super) fn read(chars: &[char], point: bool) -> Literal {
    let length = run_length(chars);
    let run = chars[..length].iter().map(|c| if *c == '，' { ',' } else { *c });
    let run: String = if point { "0.".chars().chain(run).collect() } else { run.collect() };
    let (whole, fraction) = match run.split_once('.') {
        Some((_, rest)) if rest.contains(['.', ',']) => return Literal::Malformed,
        Some((whole, fraction)) => (whole, fraction),
        None => (run.as_str(), ""),
    };
    if !well_grouped(whole) {
        return Literal::Malformed;
    }
    let digits = whole.replace(',', "");
    if digits.len() + fraction.len() > MOST_DIGITS || (digits.len() > 1 && digits.starts_with('0')) {
        return Literal::Code { length };
    }
    let text = if fraction.is_empty() { digits } else { format!("{digits}.{fraction}") };
    match (Decimal::from_str_exact(&text), u32::try_from(fraction.len())) {
        (Ok(value), Ok(decimals)) => Literal::Number { value, decimals, length: with_stray_stop(chars, length) },
        _ => Literal::Malformed,
    }
}

/// Digits with commas and points between digits; a full-width comma only where it groups thousands.
fn run_length(chars: &[char]) -> usize {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut at = 0;
    while digit(at) || (at > 0 && digit(at - 1) && digit(at + 1) && joins(chars, at)) {
        at += 1;
    }
    at
}

fn joins(chars: &[char], at: usize) -> bool {
    match chars[at] {
        '.' | ',' => true,
        '，' => {
            let behind = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
            let before = chars[..at].iter().rev().take_while(|c| c.is_ascii_digit()).count();
            behind == 3 && before <= 3
        }
        _ => false,
    }
}

/// Groups after the first have three digits, the first one to three.
fn well_grouped(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    rest.peek().is_none() || (first.len() <= 3 && rest.all(|group| group.len() == 3))
}

/// `9.` and `7.50.` at the end of a line keep a full stop that belongs to nothing.
fn with_stray_stop(chars: &[char], length: usize) -> usize {
    let stop = chars.get(length) == Some(&'.');
    let ends = chars[(length + 1).min(chars.len())..].iter().take_while(|c| **c != '\n').all(|c| *c == ' ');
    if stop && ends { length + 1 } else { length }
}
