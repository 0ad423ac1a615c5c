//! Text as characters, with full-width forms brought to one form; every character keeps its place.

/// Turns full-width digits, letters and signs into the plain ones, one character for one.
///
/// The full-width comma stays: between figures it separates, and only inside a well-formed number does it group.
pub(super) fn half_width(text: &str) -> Vec<char> {
    text.chars().map(plain).collect()
}

fn plain(c: char) -> char {
    match c {
        '，' => c,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '−' | '﹣' | '‐' | '‑' | '‒' | '–' => '-',
        '﹪' => '%',
        '﹦' | '═' => '=',
        '≧' | '⩾' => '≥',
        '≦' | '⩽' => '≤',
        '﹥' => '>',
        '﹤' => '<',
        '￥' => '¥',
        c if is_space(c) && c != '\n' => ' ',
        c => c,
    }
}

/// White space, and the marks without width that copying leaves behind.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// Whether a text shows other figures than it stores: written from right to left by force, a soft hyphen that may
/// look like a minus, a digit with an exponent.
pub(super) fn shows_otherwise(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let exponent = |c: char| matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉');
    text.chars().zip(text.chars().skip(1).map(Some).chain([None])).any(|(c, next)| {
        c == '\u{202E}' || (c == '\u{AD}' && digit(next)) || (digit(Some(c)) && next.is_some_and(exponent))
    })
}

/// Drops white space at both ends and gives the first index kept.
pub(super) fn trim(chars: &[char]) -> (&[char], usize) {
    let start = chars.iter().take_while(|c| is_space(**c)).count();
    let end = chars.len() - chars[start..].iter().rev().take_while(|c| is_space(**c)).count();
    (&chars[start..end], start)
}

/// Says whether a word stands at a place.
pub(super) fn stands_at(chars: &[char], at: usize, word: &str) -> bool {
    let mut rest = chars[at.min(chars.len())..].iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

/// Says whether a word ends right before a place.
pub(super) fn ends_at(chars: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    at >= length && stands_at(chars, at - length, word)
}
