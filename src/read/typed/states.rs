//! Texts that are no figure and no words either: blank-like states and dates.

use super::Typed;
use super::text::{is_space, trim};

/// Words that say there is nothing.
const NONE_WORDS: [&str; 9] = ["无", "暂无", "没有", "无此项", "不涉及", "(无)", "N/A", "n/a", "NA"];
/// Longest row of dashes that is still a dash and no ruled line.
const LONGEST_DASH: usize = 8;

/// Recognises the blank-like states; none for anything else.
pub(super) fn blank_like(chars: &[char]) -> Option<Typed> {
    let bare: Vec<char> = chars.iter().copied().filter(|c| !is_space(*c)).collect();
    if bare.is_empty() {
        return Some(Typed::Blank);
    }
    if bare.len() <= LONGEST_DASH && bare.iter().all(|c| is_dash(*c)) {
        return Some(Typed::Dash);
    }
    if bare.len() <= 2 && bare.iter().all(|c| *c == '/') {
        return Some(Typed::Slash);
    }
    let text: String = bare.iter().collect();
    if NONE_WORDS.contains(&text.trim_end_matches(['。', '.', ',', '，', ';'])) {
        return Some(Typed::None_);
    }
    is_filler(&bare, &text).then_some(Typed::Filler)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '—' | '―' | '─' | '━' | 'ー' | '﹘' | '⸺' | '⸻')
}

fn is_filler(bare: &[char], text: &str) -> bool {
    let dots = bare.iter().all(|c| matches!(c, '…' | '.' | '。' | '·' | '⋯'));
    if dots && (bare.len() > 1 || matches!(bare[0], '…' | '⋯')) {
        return true;
    }
    is_numbered_label(bare) || is_length_hint(text) || is_placeholder(bare)
}

/// `指标2:` and nothing behind it.
fn is_numbered_label(bare: &[char]) -> bool {
    let Some(rest) = bare.strip_prefix(&['指', '标']) else { return false };
    let rest = rest.strip_suffix(&[':']).unwrap_or(rest);
    !rest.is_empty() && rest.iter().all(|c| c.is_ascii_digit() || *c == '…' || "一二三四五六七八九十".contains(*c))
}

/// `(100字以内)`: the form's own instruction.
fn is_length_hint(text: &str) -> bool {
    let Some((before, _)) = text.split_once("字以内").or_else(|| text.split_once("字左右")) else { return false };
    before.ends_with(|c: char| c.is_ascii_digit()) && (text.starts_with('(') || text.ends_with([')', '。']))
}

/// `×××`, `XX`, `**`, `___`, also with a unit behind: `XX万元`, `××%`.
fn is_placeholder(bare: &[char]) -> bool {
    let mark = bare[0];
    if !matches!(mark, '×' | 'X' | 'x' | '*' | '_' | '□' | '〇' | '╳' | '✕') {
        return false;
    }
    let run = bare.iter().take_while(|c| **c == mark).count();
    let rest: String = bare[run..].iter().collect();
    (run > 1 || matches!(mark, '×' | '□')) && (rest.is_empty() || super::units::is_unit(&rest))
}

/// Reads a text that is one date, with or without a time of day.
pub(super) fn whole_date(chars: &[char]) -> Option<(i32, u32, u32)> {
    let (text, _) = trim(chars);
    let (date, length) = date_at(text)?;
    let rest: String = text[length..].iter().filter(|c| !is_space(**c)).collect();
    let rest = rest.trim_end_matches(['。', '.']);
    let time = !rest.is_empty() && rest.contains(':') && rest.chars().all(|c| c.is_ascii_digit() || c == ':');
    (rest.is_empty() || time).then_some(date)
}

/// Reads `2024.11.28`, `2024-11-28`, `2024/11/28` or `2024年11月28日` at the front, and its length.
pub(super) fn date_at(text: &[char]) -> Option<((i32, u32, u32), usize)> {
    let (year, at) = digits(text, 0, 4, 4)?;
    let separator = *text.get(at).filter(|c| matches!(c, '.' | '-' | '/' | '年'))?;
    let (month, at) = digits(text, skip_spaces(text, at + 1), 1, 2)?;
    let between = if separator == '年' { '月' } else { separator };
    text.get(at).filter(|c| **c == between)?;
    let (day, mut at) = digits(text, skip_spaces(text, at + 1), 1, 2)?;
    if separator == '年' {
        text.get(at).filter(|c| matches!(c, '日' | '号'))?;
        at += 1;
    } else if text.get(at).is_some_and(char::is_ascii_digit)
        || text.get(at) == Some(&separator) && text.get(at + 1).is_some_and(char::is_ascii_digit)
    {
        return None;
    }
    let valid = (1900..=2200).contains(&year) && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    valid.then_some(((i32::try_from(year).ok()?, month, day), at))
}

fn skip_spaces(text: &[char], at: usize) -> usize {
    at + text[at.min(text.len())..].iter().take_while(|c| **c == ' ').count()
}

fn digits(text: &[char], at: usize, least: usize, most: usize) -> Option<(u32, usize)> {
    let run: String = text.get(at..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    if (least..=most).contains(&run.len()) { Some((run.parse().ok()?, at + run.len())) } else { None }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
