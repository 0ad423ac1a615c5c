//! Names that a workbook allows: of sheets, of files, of places to link to.

use std::collections::HashSet;

use crate::model::CellRef;

/// UTF-16 units that a sheet's name may hold.
pub const LONGEST_SHEET_NAME: usize = 31;

/// Names already given, told apart without regard to case as Excel does.
#[derive(Debug, Default)]
pub struct SheetNames(HashSet<String>);

impl SheetNames {
    /// Makes a name that Excel allows and that no other sheet has.
    ///
    /// # Examples
    /// ```
    /// let mut names = gouji::workpaper::names::SheetNames::default();
    /// assert_eq!(names.give("C1 附件2/3: [草稿]"), "C1 附件2 3 草稿");
    /// assert_eq!(names.give("c1 附件2 3 草稿"), "c1 附件2 3 草稿(2)");
    /// ```
    pub fn give(&mut self, wanted: &str) -> String {
        let allowed: String = wanted
            .chars()
            .map(|c| if c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c })
            .collect();
        let allowed = allowed.split_whitespace().collect::<Vec<_>>().join(" ");
        let trimmed = allowed.trim_matches(|c: char| c == '\'' || c.is_whitespace());
        // Excel keeps the name History for itself.
        let base = if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("history") { "Sheet" } else { trimmed };
        let mut name = cut(base, LONGEST_SHEET_NAME);
        let mut number = 2;
        while !self.0.insert(name.to_lowercase()) {
            let suffix = format!("({number})");
            name = format!("{}{suffix}", cut(base, LONGEST_SHEET_NAME - suffix.len()));
            number += 1;
        }
        name
    }
}

/// The beginning of a text, in UTF-16 units, without an apostrophe or a space at its end.
fn cut(text: &str, most: usize) -> String {
    let mut left = most;
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    kept.trim_end_matches(|c: char| c == '\'' || c.is_whitespace()).to_owned()
}

/// A part of a file's name that every system allows: `A/B*` is `A_B_`.
#[must_use]
pub fn file_stem(text: &str) -> String {
    let allowed = |c: char| {
        !(c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '\u{202A}'..='\u{202E}'))
    };
    let safe: String = text.trim().chars().map(|c| if allowed(c) { c } else { '_' }).take(80).collect();
    let safe = safe.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    let reserved = ["con", "prn", "aux", "nul"].iter().any(|name| safe.eq_ignore_ascii_case(name));
    if safe.is_empty() || reserved { format!("_{safe}") } else { safe }
}

/// A cell of one of the workbook's own sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub sheet: String,
    pub cell: CellRef,
}

impl Spot {
    #[must_use]
    pub fn new(sheet: &str, row: u32, col: u32) -> Self {
        Self { sheet: sheet.to_owned(), cell: CellRef::new(row, col) }
    }

    /// The address as a link or a formula names it: `'C1 附件2'!A5`.
    #[must_use]
    pub fn address(&self) -> String {
        address(&self.sheet, self.cell)
    }
}

/// A cell with its sheet, quoted.
#[must_use]
pub fn address(sheet: &str, cell: CellRef) -> String {
    format!("'{}'!{cell}", sheet.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_valid_and_apart() {
        let mut names = SheetNames::default();
        let long = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三";
        let first = names.give(long);
        let second = names.give(long);
        assert_eq!(first.encode_utf16().count(), 31);
        assert_eq!(second.encode_utf16().count(), 31);
        assert!(second.ends_with("(2)") && first != second);
        assert_eq!(names.give("'单位'"), "单位");
        assert_eq!(names.give("History"), "Sheet");
        assert_eq!(names.give("::"), "Sheet(2)");
    }

    #[test]
    fn file_names_are_safe_everywhere() {
        assert_eq!(file_stem("A/B:C?"), "A_B_C_");
        assert_eq!(file_stem(" .. "), "_");
        assert_eq!(file_stem("CON"), "_CON");
        assert_eq!(file_stem("双牌县某局"), "双牌县某局");
    }

    #[test]
    fn an_apostrophe_is_doubled_in_an_address() {
        assert_eq!(Spot::new("it's", 4, 0).address(), "'it''s'!A5");
    }
}
