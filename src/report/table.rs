//! Columns that line up in a terminal, where a Chinese character is two wide.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::model::inert::one_line;

/// The columns that a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width_cjk()
}

/// Pads a text on the right to a width in columns.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width_cjk())))
}

/// Pads a text on the left, as figures stand.
#[must_use]
pub fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width_cjk())))
}

/// Cuts a text to a width in columns, with an ellipsis where something was cut.
#[must_use]
pub fn clip(text: &str, width: usize) -> String {
    let text = one_line(text);
    if text.width_cjk() <= width {
        return text.into_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width_cjk() + c.to_string().width_cjk() + 2 > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Lays rows out in columns; those named in `right` stand to the right. Nothing in a text acts on the terminal.
#[must_use]
pub fn lay_out(rows: &[Vec<String>], right: &[usize], indent: &str) -> String {
    let rows: Vec<Vec<Cow<'_, str>>> = rows.iter().map(|row| row.iter().map(|text| one_line(text)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|text| text.width_cjk()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(
                |(column, text)| {
                    if right.contains(&column) { pad_left(text, widths[column]) } else { pad(text, widths[column]) }
                },
            )
            .collect();
        out.push_str(indent);
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_line_up() {
        let rows = [vec!["三公经费".to_owned(), "3.08".to_owned()], vec!["A1".to_owned(), "12.5".to_owned()]];
        assert_eq!(lay_out(&rows, &[1], "  "), "  三公经费  3.08\n  A1        12.5\n");
        assert_eq!(clip("一二三四五六", 8), "一二三…");
    }
}
