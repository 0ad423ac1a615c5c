//! A new workbook for files that cannot be marked in place: values, merges and widths, then the same marks.
//!
//! Formats, drawings and formulas' dependencies of the old file are not kept; whoever calls says so.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError};

use super::{AnnotateError, Listing, Mark, annotate, text_width};
use crate::model::CellRef;
use crate::model::cell::MAX_COLS;
use crate::read::{Book, Cell, CellValue, Sheet, Visibility};

/// UTF-16 units that a cell may hold.
const LONGEST_TEXT: usize = 32_767;
/// The narrowest and widest column, in characters.
const WIDTHS: (u32, u32) = (8, 48);

impl From<XlsxError> for AnnotateError {
    fn from(error: XlsxError) -> Self {
        Self::Rebuild { why: error.to_string() }
    }
}

/// Rebuilds a book as .xlsx and marks it.
///
/// # Errors
/// A sheet's name or a cell's place is none that .xlsx allows, or a mark names a sheet that is not there.
pub fn rebuild(book: &Book, marks: &[Mark], listing: Option<&Listing>) -> Result<Vec<u8>, AnnotateError> {
    let mut workbook = Workbook::new();
    // A fixed time, so that the same input gives the same bytes.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let first_visible = book.sheets.iter().position(|sheet| sheet.visibility == Visibility::Visible);
    for (index, sheet) in book.sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        match sheet.visibility {
            Visibility::Hidden if first_visible.is_some() => _ = worksheet.set_hidden(true),
            Visibility::VeryHidden if first_visible.is_some() => _ = worksheet.set_very_hidden(true),
            _ if first_visible.unwrap_or(0) == index => _ = worksheet.set_active(true).set_first_tab(true),
            _ => {}
        }
        write_sheet(worksheet, sheet)?;
    }
    if book.sheets.is_empty() {
        workbook.add_worksheet();
    }
    let bytes = workbook.save_to_buffer()?;
    Ok(annotate(&bytes, marks, listing)?.bytes)
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), AnnotateError> {
    let plain = Format::new();
    let merged = Format::new().set_align(FormatAlign::VerticalCenter).set_text_wrap();
    // Overlapping ranges would be refused; the first stays.
    let mut covered: Vec<crate::model::CellRange> = Vec::new();
    for range in &sheet.merges {
        let apart = |other: &crate::model::CellRange| {
            range.last.row < other.first.row
                || other.last.row < range.first.row
                || range.last.col < other.first.col
                || other.last.col < range.first.col
        };
        if range.first != range.last && range.last.col < MAX_COLS && covered.iter().all(apart) {
            let (first_col, last_col) = (column(range.first.col), column(range.last.col));
            worksheet.merge_range(range.first.row, first_col, range.last.row, last_col, "", &merged)?;
            covered.push(*range);
        }
    }
    let mut widths: BTreeMap<u32, u32> = BTreeMap::new();
    for (place, cell) in &sheet.cells {
        let within = covered.iter().find(|range| range.contains(*place));
        let format = if within.is_some() { &merged } else { &plain };
        write_cell(worksheet, *place, cell, format)?;
        if within.is_none_or(|range| range.first.col == range.last.col) {
            let width = cell.shown.lines().map(text_width::halves).max().unwrap_or(0) + 2;
            let widest = widths.entry(place.col).or_insert(WIDTHS.0);
            *widest = (*widest).max(width.clamp(WIDTHS.0, WIDTHS.1));
        }
    }
    for (col, width) in widths {
        worksheet.set_column_width(column(col), width)?;
    }
    for col in &sheet.hidden_cols {
        worksheet.set_column_hidden(column(*col))?;
    }
    for row in &sheet.hidden_rows {
        worksheet.set_row_hidden(*row)?;
    }
    Ok(())
}

fn column(col: u32) -> u16 {
    u16::try_from(col).unwrap_or(u16::MAX)
}

/// What markup can hold of a text; strings of cells are escaped by their writer, and nothing else is.
fn fit(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect()
}

fn write_cell(worksheet: &mut Worksheet, at: CellRef, cell: &Cell, base: &Format) -> Result<(), AnnotateError> {
    let (row, col) = (at.row, column(at.col));
    let format = match &cell.number_format {
        Some(code) => base.clone().set_num_format(fit(code)),
        None => base.clone(),
    };
    if let Some(formula) = cell.formula.as_deref().filter(|formula| !formula.is_empty()) {
        let result = match &cell.value {
            CellValue::Number(number) => number.normalize().to_string(),
            CellValue::Text(text) | CellValue::Date(text) | CellValue::Error(text) => text.clone(),
            CellValue::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            CellValue::Uncalculated => String::new(),
        };
        let formula = Formula::new(fit(formula)).set_result(fit(&result));
        worksheet.write_formula_with_format(row, col, formula, &format)?;
        return Ok(());
    }
    match &cell.value {
        // The file format stores numbers as floats, and the shortest text of one reads back as the same decimal.
        CellValue::Number(number) => match number.to_string().parse::<f64>() {
            Ok(number) => worksheet.write_number_with_format(row, col, number, &format)?,
            Err(_) => worksheet.write_string_with_format(row, col, number.to_string(), &format)?,
        },
        CellValue::Bool(value) => worksheet.write_boolean_with_format(row, col, *value, &format)?,
        CellValue::Text(text) | CellValue::Date(text) | CellValue::Error(text) => {
            let mut left = LONGEST_TEXT;
            let fits = |c: &char| {
                let fits = c.len_utf16() <= left;
                left = left.saturating_sub(c.len_utf16());
                fits
            };
            let text: String = text.chars().take_while(fits).collect();
            worksheet.write_string_with_format(row, col, text, &format)?
        }
        CellValue::Uncalculated => worksheet,
    };
    Ok(())
}
