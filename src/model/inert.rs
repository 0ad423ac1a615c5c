//! Text that other people wrote, made unable to act: on a terminal, in a table that a spreadsheet opens, in a page.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Shows a text on one line of a terminal: control characters and marks that turn the reading direction are spelled
/// out (`⟨U+001B⟩`), so that nothing in it moves the cursor, colours, hides or reorders what stands around it.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    spell_out(text, |c| c.is_control() || turns(c))
}

/// As [`one_line`], for a text of several lines: line feeds stay.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    spell_out(text, |c| (c.is_control() && c != '\n') || turns(c))
}

fn spell_out(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // A line feed in a name or a cell is one space to the eye.
            '\n' | '\t' if acts(c) => out.push(' '),
            c if acts(c) => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Marks that turn or isolate the reading direction, and line ends that terminals and scripts know beside `\n`.
///
/// # Source
/// Unicode Standard Annex 9, 2 (explicit directional formatting characters).
fn turns(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A field of a table that a spreadsheet may open: what would be taken for a formula gets an apostrophe in front.
/// A number stays a number.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    if text.parse::<rust_decimal::Decimal>().is_ok() {
        return Cow::Borrowed(text);
    }
    // Spreadsheets pass over blanks, and over marks without width, before they look for a formula.
    let start = text.trim_start_matches([' ', '\u{A0}', '\u{3000}', '\u{200B}', '\u{FEFF}']);
    let begins = start.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠']);
    // A dash alone is how offices write that there is nothing.
    let dash = start.trim_end().chars().all(|c| matches!(c, '-' | '－'));
    if begins && !dash { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_line() {
        assert_eq!(one_line("绩效\u{1b}[2J\u{202e}cod\na"), "绩效⟨U+001B⟩[2J⟨U+202E⟩cod a");
        assert_eq!(lines("a\nb\u{9b}31m"), "a\nb⟨U+009B⟩31m");
        assert!(matches!(one_line("一般公共预算 257.5"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_spreadsheet_finds_no_formula() {
        for text in
            ["=1+1", "+1+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1", "　=1", "\u{200b}=1", "-cmd"]
        {
            assert_eq!(field(text), format!("'{text}"), "{text}");
        }
        for text in ["-3.2", "12", "无", "—", "--", "-", "附件2", ""] {
            assert_eq!(field(text), text);
        }
    }
}
