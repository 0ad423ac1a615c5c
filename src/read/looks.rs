//! How the cells of a workbook look, for whoever draws them again: alignment, weight, wrapping, widths of columns.
//!
//! A pass of its own, asked for only where a sheet is drawn: what a figure is does not hang on how it looks. Of other
//! containers than .xlsx and .xlsm, and of a part that is damaged, no looks are known.
//!
//! # Source
//! ECMA-376 part 1, 18.3.1.13 (`col`), 18.3.1.81 (`sheetFormatPr`), 18.8.1 (`alignment`), 18.8.2 (`b`),
//! 18.8.10 (`cellXfs`), 18.8.22 (`font`).

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::limits::Limits;
use super::package::Package;
use super::workbook::{TabKind, read_workbook};
use super::{main_part, xml};
use crate::model::CellRef;
use crate::model::cell::{MAX_COLS, MAX_ROWS};

/// Where a text stands between the left and the right edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    Left,
    Centre,
    Right,
}

/// Where a text stands between the upper and the lower edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Down {
    Top,
    Centre,
    #[default]
    Bottom,
}

/// The look of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// None where the kind of value decides: numbers right, words left.
    pub across: Option<Across>,
    pub down: Down,
    pub wrap: bool,
    pub bold: bool,
}

/// The look of one sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetLook {
    /// Cells that look otherwise than [`Look::default`].
    pub cells: BTreeMap<CellRef, Look>,
    /// Widths of columns that state one, zero-based, in hundredths of a digit's width.
    pub widths: BTreeMap<u32, u32>,
    /// The width of all others, where it is stated.
    pub usual_width: Option<u32>,
}

/// Reads the looks of every sheet of a package, by the sheet's name; nothing of what cannot be read.
#[must_use]
pub fn read_looks(file: &str, bytes: &[u8]) -> BTreeMap<String, SheetLook> {
    let mut looks = BTreeMap::new();
    let Ok(mut package) = Package::open(file, bytes, Limits::default()) else { return looks };
    let Ok(Some(main)) = main_part(&mut package) else { return looks };
    let Ok(workbook) = read_workbook(&mut package, &main) else { return looks };
    let styles = package.text(workbook.styles.as_deref().unwrap_or("xl/styles.xml")).ok().flatten();
    let styles = styles.and_then(|text| read_styles(&text).ok()).unwrap_or_default();
    for tab in workbook.tabs {
        let TabKind::Worksheet(part) = &tab.kind else { continue };
        if let Ok(Some(text)) = package.text(part) {
            looks.insert(tab.name, read_sheet(&text, &styles).unwrap_or_default());
        }
    }
    looks
}

/// Gives the look of every cell style.
fn read_styles(text: &str) -> Result<Vec<Look>, xml::XmlFault> {
    let mut reader = xml::reader(text);
    let (mut bold, mut looks): (Vec<bool>, Vec<Look>) = (Vec::new(), Vec::new());
    let (mut in_fonts, mut in_cells) = (false, false);
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => match e.local_name().into_inner() {
                "fonts" => in_fonts = true,
                "cellXfs" => in_cells = true,
                "font" if in_fonts => bold.push(false),
                "b" if in_fonts => {
                    let off = xml::attribute(&e, "val").is_some_and(|val| val == "0" || val == "false");
                    if let Some(last) = bold.last_mut() {
                        *last = !off;
                    }
                }
                "xf" if in_cells => {
                    let font = xml::attribute(&e, "fontId").and_then(|id| id.parse::<usize>().ok()).unwrap_or(0);
                    looks.push(Look { bold: bold.get(font).copied().unwrap_or_default(), ..Look::default() });
                }
                "alignment" if in_cells => {
                    if let Some(last) = looks.last_mut() {
                        align(&e, last);
                    }
                }
                _ => {}
            },
            Event::End(e) => match e.local_name().into_inner() {
                "fonts" => in_fonts = false,
                "cellXfs" => in_cells = false,
                _ => {}
            },
            Event::Eof => return Ok(looks),
            _ => {}
        }
    }
}

fn align(element: &BytesStart<'_>, look: &mut Look) {
    look.across = match xml::attribute(element, "horizontal").as_deref() {
        Some("left" | "justify" | "fill") => Some(Across::Left),
        Some("center" | "centerContinuous" | "distributed") => Some(Across::Centre),
        Some("right") => Some(Across::Right),
        _ => None,
    };
    look.down = match xml::attribute(element, "vertical").as_deref() {
        Some("top") => Down::Top,
        Some("center" | "justify" | "distributed") => Down::Centre,
        _ => Down::Bottom,
    };
    look.wrap = xml::flag(element, "wrapText");
}

fn read_sheet(text: &str, styles: &[Look]) -> Result<SheetLook, xml::XmlFault> {
    let mut reader = xml::reader(text);
    let mut sheet = SheetLook::default();
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => match e.local_name().into_inner() {
                "sheetFormatPr" => sheet.usual_width = width(&e, "defaultColWidth"),
                "col" => column(&e, &mut sheet),
                "c" => {
                    let at = xml::attribute(&e, "r").and_then(|r| r.parse::<CellRef>().ok());
                    let style = xml::attribute(&e, "s").and_then(|s| s.parse::<usize>().ok()).unwrap_or(0);
                    let look = styles.get(style).copied().unwrap_or_default();
                    if let Some(at) = at.filter(|at| at.row < MAX_ROWS && look != Look::default()) {
                        sheet.cells.insert(at, look);
                    }
                }
                _ => {}
            },
            Event::End(e) if e.local_name().into_inner() == "sheetData" => return Ok(sheet),
            Event::Eof => return Ok(sheet),
            _ => {}
        }
    }
}

fn column(element: &BytesStart<'_>, sheet: &mut SheetLook) {
    let number = |name| xml::attribute(element, name).and_then(|n| n.parse::<u32>().ok());
    if let (Some(min), Some(max), Some(width)) = (number("min"), number("max"), width(element, "width")) {
        // A width for all columns to the last is the usual one.
        if max >= MAX_COLS {
            sheet.usual_width = Some(width);
        }
        let last = max.min(min.saturating_add(255)).min(MAX_COLS);
        sheet.widths.extend((min.saturating_sub(1)..last).map(|col| (col, width)));
    }
}

/// A width in hundredths of a digit's width.
fn width(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    let stated: Decimal = xml::attribute(element, name)?.parse().ok()?;
    stated.checked_mul(Decimal::ONE_HUNDRED)?.to_u32()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_from_styles_and_columns() {
        let styles = read_styles(
            r#"<styleSheet><fonts><font><sz val="11"/></font><font><b/></font></fonts><cellStyleXfs><xf/></cellStyleXfs>
            <cellXfs><xf/><xf fontId="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf></cellXfs></styleSheet>"#,
        )
        .unwrap();
        let sheet = r#"<worksheet><sheetFormatPr defaultColWidth="9"/><cols><col min="2" max="3" width="12.625"/></cols>
            <sheetData><row r="1"><c r="A1"/><c r="B1" s="1"><v>1</v></c><c r="C1" s="9"/></row></sheetData></worksheet>"#;
        let look = read_sheet(sheet, &styles).unwrap();
        let set = Look { across: Some(Across::Centre), down: Down::Centre, wrap: true, bold: true };
        assert_eq!(look.cells, BTreeMap::from([(CellRef::new(0, 1), set)]));
        assert_eq!((look.usual_width, look.widths), (Some(900), BTreeMap::from([(1, 1262), (2, 1262)])));
    }

    #[test]
    fn what_is_no_package_has_no_looks() {
        assert!(read_looks("a.xlsx", b"no package").is_empty());
    }
}
