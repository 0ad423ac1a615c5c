//! What an open document shows of a number, held against what it stores.
//!
//! A cell holds both: `office:value` is the figure, its paragraphs are what a person sees. Programs write them alike; a
//! hand, or a program that is not sound, may not. The stored figure counts, and a difference is said at its cell.
//!
//! # Source
//! ODF 1.2 part 1, 9.1.4 (table cells), 19.385 (`office:value-type`), 14.1 (annotations).

use quick_xml::events::BytesStart;
use rust_decimal::Decimal;

use super::book::Notice;
use super::typed::{Typed, parse_typed};
use super::xml::attribute;
use crate::model::amount::from_written;
use crate::model::{CellRef, Words};

/// The table and the cell being walked, and what was found so far.
#[derive(Debug, Default)]
pub(super) struct Shown {
    sheet: String,
    /// Where it stands, what it stores, and what it shows so far.
    cell: Option<(CellRef, String, String)>,
    /// Notes hang inside cells and have paragraphs of their own.
    in_note: bool,
    pub notices: Vec<Notice>,
}

impl Shown {
    /// Sees an element open; `row` and `col` are where a cell that opens now stands.
    pub(super) fn open(&mut self, element: &BytesStart<'_>, row: u64, col: u64) {
        match element.name().0 {
            "table:table" => self.sheet = attribute(element, "name").unwrap_or_default(),
            "office:annotation" => self.in_note = true,
            "table:table-cell" => {
                let kind = attribute(element, "value-type").unwrap_or_default();
                let value =
                    attribute(element, "value").filter(|_| matches!(&*kind, "float" | "percentage" | "currency"));
                let place = u32::try_from(row).ok().zip(u32::try_from(col).ok());
                self.cell = value.zip(place).map(|(value, (row, col))| (CellRef::new(row, col), value, String::new()));
            }
            _ => {}
        }
    }

    /// Sees letters inside a paragraph.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, _, shown)) = self.cell.as_mut().filter(|_| !self.in_note) {
            shown.push_str(text);
        }
    }

    /// Sees an element close.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "office:annotation" => self.in_note = false,
            "table:table-cell" => {
                if let Some((cell, stored, shown)) =
                    self.cell.take().filter(|(_, stored, shown)| differs(stored, shown))
                {
                    let words = Words::new(
                        format!("显示为“{shown}”，存储的是{stored}；按存储的数核对。"),
                        format!("shows \"{shown}\" and stores {stored}; the stored figure is checked."),
                    );
                    self.notices.push(Notice { sheet: Some(self.sheet.clone()), cell: Some(cell), words, lost: false });
                }
            }
            _ => {}
        }
    }
}

/// Whether a text shows another number than the one stored, beyond the rounding of its own last digit.
///
/// Where the text is no one number (a date, words, a fraction) nothing can be said.
fn differs(stored: &str, shown: &str) -> bool {
    let Some(stored) = from_written(stored.trim()).map(|stored| stored.value) else { return false };
    let Typed::Number(shown) = parse_typed(shown) else { return false };
    let scaled = if shown.unit.to_string() == "%" { stored.checked_mul(Decimal::ONE_HUNDRED) } else { Some(stored) };
    let Some(stored) = scaled else { return false };
    // Brackets may stand for a minus.
    let apart =
        if shown.parenthesised { stored.abs().checked_sub(shown.value.abs()) } else { stored.checked_sub(shown.value) };
    let half = Decimal::try_new(5, shown.decimals + 1).unwrap_or_default();
    apart.is_none_or(|apart| apart.abs() > half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_none_and_another_number_is() {
        for (stored, shown) in [
            ("257.5", "257.50"),
            ("257.496", "257.50"),
            ("0.96", "96%"),
            ("0.9987", "99.9%"),
            ("1234567.5", "1,234,567.50"),
            ("-3.2", "(3.20)"),
            ("-3.2", "-3.20"),
            ("12", "12万元"),
            ("0", "——"),
            ("45624", "2024-11-28"),
            ("0.5", "1/2"),
            ("5", ""),
            ("NaN", "5"),
        ] {
            assert!(!differs(stored, shown), "{stored} {shown}");
        }
        for (stored, shown) in [("257.5", "300.00"), ("0.96", "69%"), ("3.2", "-3.2"), ("1000", "100")] {
            assert!(differs(stored, shown), "{stored} {shown}");
        }
    }
}
