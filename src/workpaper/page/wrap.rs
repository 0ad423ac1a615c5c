//! How much room a text takes: its columns, and the lines into which a cell of a given width breaks it.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// UTF-16 units that a cell may hold.
const LONGEST_TEXT: usize = 32_767;
/// Marks that never begin a line: they go where the letter before them goes.
const CLOSING: &str = "，。、；：？！）》」』】〕”’…％,.;:?!)]}%";
/// Marks that never end a line.
const OPENING: &str = "（《「『【〔“‘([{";

/// Text that a cell can hold: no control characters but line breaks, nothing that no markup can, no more than Excel
/// takes.
#[must_use]
pub fn clean(text: &str) -> String {
    let unfit = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let shown = |c: char| if unfit(c) { ' ' } else { c };
    let mut left = LONGEST_TEXT - 1;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars().map(shown) {
        if c.len_utf16() > left {
            kept.push('…');
            break;
        }
        left -= c.len_utf16();
        kept.push(c);
    }
    kept
}

/// The columns that a text takes, an ideograph counting as two.
#[must_use]
pub fn width_of(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width_cjk).max().unwrap_or(0)
}

/// Lines that a text takes in a column so many characters wide.
#[must_use]
pub fn lines(text: &str, width: f64) -> usize {
    // Nine-point type on a grid of eleven points leaves room; a tenth is kept for wide letters and the frame.
    #[allow(clippy::float_arithmetic, clippy::cast_sign_loss)]
    let room = ((width * 1.1) as usize).max(2);
    text.split('\n').map(|line| broken(line, room)).sum::<usize>().max(1)
}

/// Lines of one paragraph: broken at blanks and between ideographs, and inside a word only where it alone is too long.
fn broken(line: &str, room: usize) -> usize {
    if line.width_cjk() <= room {
        return 1;
    }
    let (mut lines, mut used) = (1, 0);
    for piece in pieces(line) {
        let width = piece.width_cjk();
        // Blanks hang over the end of a line.
        let needed = piece.trim_end_matches(' ').width_cjk();
        if used + needed <= room {
            used += width;
        } else if needed <= room {
            lines += 1;
            used = width;
        } else {
            // A long word begins a line of its own.
            lines += usize::from(used > 0) + (needed - 1) / room;
            used = (needed - 1) % room + 1 + (width - needed);
        }
    }
    lines
}

/// What stays together on a line: a word with the blanks behind it, or an ideograph; each with the marks about it.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut before = rest.chars().next()?;
        let ends = rest.char_indices().skip(1).find(|(_, next)| {
            let apart = breaks_between(before, *next);
            before = *next;
            apart
        });
        let (piece, left) = rest.split_at(ends.map_or(rest.len(), |(at, _)| at));
        rest = left;
        Some(piece)
    })
}

fn breaks_between(before: char, after: char) -> bool {
    if CLOSING.contains(after) || OPENING.contains(before) || after == ' ' {
        return false;
    }
    let wide = |c: char| c.width_cjk().unwrap_or(0) > 1;
    before == ' ' || wide(before) || wide(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_takes_lines_by_its_width() {
        assert_eq!(lines("勾稽底稿", 8.0), 1);
        assert_eq!(lines("勾稽底稿勾稽底稿", 8.0), 2);
        assert_eq!(lines("a\nb\n", 8.0), 3);
        assert_eq!(lines("", 8.0), 1);
        assert_eq!(clean("a\u{0}b\tc\nd"), "a b c\nd");
    }

    #[test]
    fn words_stay_whole_and_marks_stay_with_their_letters() {
        // Twelve columns: "expenditure" does not share a line with what is before it.
        assert_eq!(lines("the basic expenditure of 2024", 11.0), 3);
        assert_eq!(pieces("更正，重报（F5）").collect::<Vec<_>>(), ["更", "正，", "重", "报", "（F5）"]);
        assert_eq!(pieces("see G2 now").collect::<Vec<_>>(), ["see ", "G2 ", "now"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(lines(&"a".repeat(64), 20.0), 3);
        assert_eq!(lines(&format!("号 {}", "a".repeat(22)), 20.0), 2);
    }
}
