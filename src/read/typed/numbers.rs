//! All numbers of a text, without what only looks like one.

use crate::model::Unit;

use super::TypedNumber;
use super::literal::{self, Literal};
use super::states::date_at;
use super::text::{ends_at, is_space, stands_at, trim};
use super::units::{self, Suffix};
use super::words;

/// Words before a number that only names something: 第3季度, 附件2.
const ORDINAL_WORDS: [&str; 4] = ["第", "附件", "附表", "附录"];

/// Finds the numbers of a text; none where something in it is malformed or a telephone number.
pub(super) fn find(chars: &[char]) -> Option<Vec<TypedNumber>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        if is_telephone(&chars[at..]) {
            return None;
        }
        match passed_over(chars, at) {
            Some(length) => at += length,
            None => at = take(chars, at, &mut found)?,
        }
    }
    if let [only] = found.as_mut_slice() {
        only.parenthesised = is_parenthesised(chars, only);
    }
    Some(found)
}

/// Reads the number at a place and gives the place behind it; none where it is malformed.
fn take(chars: &[char], at: usize, found: &mut Vec<TypedNumber>) -> Option<usize> {
    if follows_bare(chars, at, found.last()) {
        return None;
    }
    let point = leads_with_point(chars, at);
    let (value, decimals, length) = match literal::read(&chars[at..], point) {
        Literal::Malformed => return None,
        Literal::Code { length } => return Some(at + length),
        Literal::Number { value, decimals, length } => (value, decimals, length),
    };
    let behind = at + length;
    if is_trailing_minus(chars, behind) {
        return None;
    }
    let suffix = units::read(&chars[behind..]);
    if chars.get(behind).is_some_and(char::is_ascii_alphabetic) && suffix.length == 0 {
        return Some(behind);
    }
    if is_calendar(chars, at, length, &suffix) {
        return Some(behind + suffix.length);
    }
    let first = at - usize::from(point);
    let negative = is_minus(chars, first);
    let start = first - usize::from(negative);
    let end = behind + suffix.length;
    let (comparator, near) = words::around(chars, start, end);
    found.push(TypedNumber {
        value: if negative { -value } else { value },
        decimals,
        unit: unit(chars, start, &suffix),
        comparator,
        parenthesised: false,
        approximate: near || suffix.approximate,
        start,
        len: end - start,
    });
    Some(end)
}

fn unit(chars: &[char], start: usize, suffix: &Suffix) -> Unit {
    let currency = ends_at(chars, start, "¥");
    match (suffix.words.is_empty(), currency) {
        (true, true) => Unit::yuan(),
        _ => Unit::parse(&suffix.words),
    }
}

/// `1 234` and `3 00`: nobody can say whether that is one number or two.
fn follows_bare(chars: &[char], at: usize, before: Option<&TypedNumber>) -> bool {
    before.is_some_and(|number| {
        let end = number.start + number.len;
        number.unit.noun.is_empty() && number.unit.power == 0 && end < at && chars[end..at].iter().all(|c| *c == ' ')
    })
}

/// `.5` at the start, or behind a sign.
fn leads_with_point(chars: &[char], at: usize) -> bool {
    at > 0
        && chars[at - 1] == '.'
        && (at == 1 || matches!(chars[at - 2], ' ' | '-' | '(' | ':' | '≥' | '≤' | '>' | '<' | '=' | '¥'))
}

/// `1234-`: a minus that some programs write behind.
fn is_trailing_minus(chars: &[char], behind: usize) -> bool {
    chars.get(behind) == Some(&'-') && chars[behind + 1..].iter().all(|c| is_space(*c))
}

/// A minus sign stands at the start, or behind what cannot be subtracted from.
fn is_minus(chars: &[char], at: usize) -> bool {
    if at == 0 || chars[at - 1] != '-' {
        return false;
    }
    chars[..at - 1].iter().rev().find(|c| **c != ' ').is_none_or(|c| "([:,;，、=≥≤><\n".contains(*c))
}

/// What begins with a digit and is no quantity: gives the characters to pass over.
fn passed_over(chars: &[char], at: usize) -> Option<usize> {
    let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    if let Some((_, length)) = date_at(&chars[at..]) {
        return Some(length);
    }
    if at > 0 && (chars[at - 1].is_ascii_alphabetic() || chars[at - 1] == '_') {
        return Some(word_length(&chars[at..]));
    }
    if ORDINAL_WORDS.iter().any(|word| ends_at(chars, skip_back(chars, at), word)) {
        return Some(digits);
    }
    numbering(chars, at, digits).or_else(|| year_with_dash(chars, at, digits))
}

/// Digits and letters that belong to a code such as `GB2312-80`.
fn word_length(chars: &[char]) -> usize {
    chars.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).count().max(1)
}

fn skip_back(chars: &[char], at: usize) -> usize {
    at - chars[..at].iter().rev().take_while(|c| is_space(**c)).count()
}

/// `1.`, `2、`, `3)`, `(4)` at the start of a line or a sentence that goes on with words.
fn numbering(chars: &[char], at: usize, digits: usize) -> Option<usize> {
    if digits > 2 {
        return None;
    }
    let start = chars[..at].iter().rposition(|c| matches!(c, '\n' | '。' | ';' | '；')).map_or(0, |n| n + 1);
    let before: String = chars[start..at].iter().filter(|c| !is_space(**c)).collect();
    let mark = *chars.get(at + digits)?;
    let rest = &chars[at + digits + 1..];
    let goes_on = mark == '、' || rest.iter().take_while(|c| **c != '\n').any(|c| !is_space(*c));
    let next_is_digit = rest.first().is_some_and(char::is_ascii_digit);
    let marked = match before.as_str() {
        "" => mark == '、' || mark == ')' || (mark == '.' && (!next_is_digit || year_after(rest))),
        "(" => mark == ')' && rest.first() != Some(&'%'),
        _ => false,
    };
    (marked && goes_on).then_some(digits + 1)
}

/// `1.2024年…` numbers a line and goes on with a year.
fn year_after(rest: &[char]) -> bool {
    rest.len() > 4 && is_year(&rest[..4]) && rest[4] == '年'
}

/// `2016-执行数`, `2018-2020年`: years on both sides of a dash.
fn year_with_dash(chars: &[char], at: usize, digits: usize) -> Option<usize> {
    let year = digits == 4 && is_year(&chars[at..at + 4]);
    let next = *chars.get(at + digits)?;
    let dash = matches!(next, '-' | '—' | '~' | '至' | '到');
    let behind = chars[at + digits + 1..].iter().find(|c| **c != '-' && **c != '—');
    let year_follows = chars[at + digits + 1..].windows(5).next().is_some_and(|w| is_year(&w[..4]) && w[4] == '年');
    let words_follow = next == '-' && behind.is_some_and(|c| units::is_ideograph(*c));
    (year && dash && (year_follows || words_follow)).then_some(digits)
}

fn is_year(chars: &[char]) -> bool {
    chars.len() == 4 && chars.iter().all(char::is_ascii_digit) && matches!(chars[..2], ['1', '9'] | ['2', '0'])
}

/// A year, a month, or a day of a month beside its name.
fn is_calendar(chars: &[char], at: usize, length: usize, suffix: &Suffix) -> bool {
    let next = chars[at + length..].iter().find(|c| **c != ' ').copied();
    let after_month = ends_at(chars, skip_back(chars, at), "月");
    match next {
        Some('年') => length == 4 && is_year(&chars[at..at + 4]),
        Some('月') => suffix.words != "个月",
        Some('日' | '号') => after_month || next == Some('号'),
        _ => false,
    }
}

/// Eleven digits that begin with 1, or at least seven with a dash between.
fn is_telephone(chars: &[char]) -> bool {
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let behind = chars.get(digits).copied();
    if digits == 11 && chars[0] == '1' && !matches!(behind, Some('.' | '元' | '万' | '%' | '亿')) {
        return true;
    }
    let tail = &chars[(digits + 1).min(chars.len())..];
    let after = tail.iter().take_while(|c| c.is_ascii_digit()).count();
    let ends = !matches!(tail.get(after), Some('.' | ',' | '%'));
    behind == Some('-') && (3..=4).contains(&digits) && (7..=8).contains(&after) && ends
        || behind == Some('-') && digits == 3 && after >= 4 && ends && chars[0] == '0'
}

/// The whole text is this number in brackets.
fn is_parenthesised(chars: &[char], number: &TypedNumber) -> bool {
    let (text, offset) = trim(chars);
    let inner = text.first() == Some(&'(') && text.last() == Some(&')');
    let start = chars[..number.start].iter().skip(offset).all(|c| is_space(*c) || "(¥≥≤><=±".contains(*c));
    inner && start && stands_at(chars, skip_forward(chars, number.start + number.len), ")")
}

fn skip_forward(chars: &[char], at: usize) -> usize {
    at + chars[at.min(chars.len())..].iter().take_while(|c| is_space(**c)).count()
}
