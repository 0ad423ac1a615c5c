//! Targets that are dates: `9月前`, `2024年12月底前`, `6月30日`.

use crate::forms::normal::squash;
use crate::forms::value::read_day;

/// Whether a result's date keeps its target's; none where either is no date.
#[must_use]
pub fn met(target: &str, result: &str, year: Option<i32>) -> Option<bool> {
    let (limit, done) = (moment(target, year)?, moment(result, year)?);
    // A month without a day is kept until it ends, and is done as soon as it begins.
    let limit = (limit.0, limit.1, limit.2.unwrap_or(31));
    Some((done.0, done.1, done.2.unwrap_or(1)) <= limit)
}

/// The one month that a text names, with its year and its day.
fn moment(text: &str, year: Option<i32>) -> Option<(i32, u32, Option<u32>)> {
    let text = squash(text);
    if let Some(day) = read_day(&text) {
        return Some((day.year, day.month, Some(day.day)));
    }
    let mut months = text.match_indices('月');
    let (at, _) = months.next()?;
    if months.next().is_some() || text.chars().count() > 16 {
        return None;
    }
    let month = digits_before(&text[..at])?;
    let before = &text[..at - month.to_string().len().min(at)];
    let year = before.strip_suffix('年').map_or(year, |stem| digits_before(stem).and_then(|y| i32::try_from(y).ok()));
    let rest = &text[at + '月'.len_utf8()..];
    let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let span =
        rest.starts_with(['-', '至', '~', '份']) && day.is_empty() && rest.contains(|c: char| c.is_ascii_digit());
    ((1..=12).contains(&month) && !span && !before.ends_with(['个', '-', '至', '~', '到', '—'])).then_some((
        year.unwrap_or(0),
        month,
        day.parse().ok(),
    ))
}

fn digits_before(text: &str) -> Option<u32> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    text[text.len() - digits..].parse().ok()
}
