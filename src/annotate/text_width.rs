//! How much room text takes: ideographs are twice as wide as letters, and lines break anywhere between them.

/// Tells whether a character takes the width of an ideograph.
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2014}'..='\u{2026}' | '\u{2190}'..='\u{21FF}' | '\u{2460}'..='\u{257F}'
        | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Measures a line in halves of an ideograph.
pub(super) fn halves(line: &str) -> u32 {
    line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Counts the lines that text takes in a box so many halves wide.
pub(super) fn lines(text: &str, width: u32) -> u32 {
    let width = width.max(2);
    text.split('\n').map(|line| lines_of_paragraph(line, width)).sum()
}

fn lines_of_paragraph(text: &str, width: u32) -> u32 {
    let (mut lines, mut used) = (1u32, 0u32);
    let mut word = 0u32;
    for c in text.chars() {
        if c.is_ascii_graphic() {
            word += 1;
            continue;
        }
        place(&mut lines, &mut used, word, width);
        word = 0;
        place(&mut lines, &mut used, if is_wide(c) { 2 } else { 1 }, width);
    }
    place(&mut lines, &mut used, word, width);
    lines
}

/// Puts a piece on the line, or on the next one when it does not fit; a long word is broken.
fn place(lines: &mut u32, used: &mut u32, piece: u32, width: u32) {
    if piece == 0 {
        return;
    }
    if *used + piece <= width {
        *used += piece;
        return;
    }
    *lines += 1 + (piece - 1) / width;
    *used = (piece - 1) % width + 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ideographs_take_two_and_lines_break() {
        assert_eq!(halves("勾稽ab"), 6);
        assert_eq!(lines("勾稽勾稽", 4), 2);
        assert_eq!(lines("勾稽\n勾稽", 40), 2);
        assert_eq!(lines("", 10), 1);
        assert_eq!(lines("abcdefghij", 4), 4);
        assert_eq!(lines("aa bb cc", 5), 2);
    }
}
