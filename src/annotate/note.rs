//! The words in a note and the size of its box.

use super::Mark;
use super::text_width::{halves, lines};
use crate::model::Severity;
use crate::ooxml::xml::escape_xstring;

/// UTF-16 units that a note may hold.
const LONGEST: usize = 32_000;
/// The line between notes of several marks on one cell.
const BETWEEN: &str = "\n────────\n";
/// The line that parts our words from a note that was there; it names our author.
pub(super) const SEPARATOR: &str = "──── 勾稽 gouji ────";
/// Pixels of half an ideograph at nine points, of a line, and of the margins around the text.
const HALF: u32 = 7;
const LINE: u32 = 18;
const MARGIN: u32 = 18;
/// The widest and highest box, in pixels.
const WIDEST: u32 = 440;
const HIGHEST: u32 = 520;

/// What one cell gets from all its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellNote {
    pub severity: Severity,
    pub text: String,
}

/// Joins the marks of one cell: the heaviest first, otherwise in the order given.
pub(super) fn join(marks: &[&Mark]) -> CellNote {
    let mut marks = marks.to_vec();
    marks.sort_by_key(|mark| mark.severity);
    let severity = marks.first().map_or(Severity::Note, |mark| mark.severity);
    let texts: Vec<String> = marks.iter().map(|mark| headed(mark)).collect();
    CellNote { severity, text: cut(&texts.join(BETWEEN)) }
}

/// Puts the severity in words before a text that does not say it, for colour must not be the only sign.
fn headed(mark: &Mark) -> String {
    let words = mark.severity.words();
    let note = mark.note.replace("\r\n", "\n").replace('\r', "\n");
    let first = note.lines().next().unwrap_or_default();
    if first.contains(&words.zh) || first.to_lowercase().contains(&words.en) {
        return note;
    }
    let english = note.is_ascii() && !note.is_empty();
    let head = if english { format!("[{}]", words.en) } else { format!("【{}】", words.zh) };
    if note.is_empty() {
        head
    } else if english {
        format!("{head} {note}")
    } else {
        format!("{head}{note}")
    }
}

fn cut(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST {
        return text.to_owned();
    }
    let mut left = LONGEST - 1;
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    kept.chain(std::iter::once('…')).collect()
}

/// Spells a note as rich text, in a font that shows both scripts.
pub(super) fn runs(text: &str) -> String {
    format!(
        "<r><rPr><sz val=\"9\"/><color indexed=\"81\"/><rFont val=\"宋体\"/><family val=\"3\"/><charset val=\"134\"/></rPr>\
         <t xml:space=\"preserve\">{}</t></r>",
        escape_xstring(text)
    )
}

/// Sizes the box of a note, in pixels: wide enough to read, high enough for all lines, within reason.
pub(super) fn box_size(text: &str) -> (u32, u32) {
    let longest = text.split('\n').map(halves).max().unwrap_or(0) * HALF;
    let mut width = longest.clamp(150, 300);
    if lines(text, width / HALF) > 14 {
        width = longest.clamp(150, WIDEST);
    }
    let height = lines(text, width / HALF) * LINE;
    (width + MARGIN, (height + MARGIN).clamp(50, HIGHEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CellRef;

    fn mark(severity: Severity, note: &str) -> Mark {
        Mark { sheet: "s".into(), cell: CellRef::new(0, 0), severity, note: note.into() }
    }

    #[test]
    fn the_heaviest_mark_comes_first_and_says_so() {
        let marks = [mark(Severity::Note, "尾差"), mark(Severity::Error, "GJ203 错误：不平")];
        let joined = join(&marks.iter().collect::<Vec<_>>());
        assert_eq!(joined.severity, Severity::Error);
        assert_eq!(joined.text, "GJ203 错误：不平\n────────\n【提示】尾差");
        assert_eq!(join(&[&mark(Severity::Warning, "off by 2")]).text, "[warning] off by 2");
    }

    #[test]
    fn boxes_grow_with_their_text_up_to_a_limit() {
        let (small, large) = (box_size("短"), box_size(&"很长的说明".repeat(40)));
        assert!(small.0 < large.0 && small.1 < large.1);
        assert!(box_size(&"很长\n".repeat(4000)).1 <= HIGHEST);
        assert!(cut(&"长".repeat(40_000)).encode_utf16().count() <= LONGEST);
    }
}
