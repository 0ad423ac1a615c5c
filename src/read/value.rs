//! A stored value becomes a cell: exact number, text, date or error, and the text as shown.

use calamine::DataRef;

use super::book::{Cell, CellValue};
use super::dates;
use super::numfmt::{NumberFormat, Shows};
use super::scan::RawCell;
use super::xml;
use crate::model::amount::from_stored;

/// What a value is read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub format: &'a NumberFormat,
    /// Whether the file gave the format.
    pub format_known: bool,
    pub date_1904: bool,
}

/// Makes a cell of what the cell reader gave and what the part says; none for a cell that holds nothing.
pub(super) fn cell(raw: RawCell, value: Option<DataRef<'_>>, strings: &[String], reading: Reading<'_>) -> Option<Cell> {
    let stored = raw.value.as_deref().unwrap_or_default();
    let value = match value {
        _ if needs_own_reading(&raw) => own_reading(&raw, strings),
        Some(value) => value,
        None => DataRef::Empty,
    };
    let mut cell = match value {
        DataRef::Empty if unreadable(&raw) => plain(CellValue::Error(stored.trim().to_owned())),
        DataRef::Empty if raw.has_formula => plain(CellValue::Uncalculated),
        DataRef::Empty => return None,
        value => of_data(value, stored, reading),
    };
    cell.formula = raw.formula;
    if reading.format_known && !reading.format.is_general() {
        cell.number_format = Some(reading.format.code().to_owned());
    }
    Some(cell)
}

/// A value in pieces, or a string's number that is no number, is not left to the cell reader.
fn needs_own_reading(raw: &RawCell) -> bool {
    let bad_index =
        raw.kind == "s" && raw.value.as_deref().is_some_and(|v| v.is_empty() || !v.bytes().all(|b| b.is_ascii_digit()));
    raw.value.is_some() && (!raw.plain || bad_index) && !matches!(raw.kind.as_str(), "inlineStr" | "is")
}

fn own_reading<'a>(raw: &RawCell, strings: &'a [String]) -> DataRef<'a> {
    let text = raw.value.as_deref().unwrap_or_default().trim();
    match raw.kind.as_str() {
        "n" => text.parse().map_or(DataRef::Empty, DataRef::Float),
        "s" => {
            text.parse().ok().and_then(|at: usize| strings.get(at)).map_or(DataRef::Empty, |s| DataRef::SharedString(s))
        }
        "b" => DataRef::Bool(text == "1" || text.eq_ignore_ascii_case("true")),
        "d" => DataRef::DateTimeIso(text.to_owned()),
        "str" => DataRef::String(xml::unescape(raw.value.as_deref().unwrap_or_default())),
        _ => DataRef::Empty,
    }
}

/// A value that is there and that nobody could read: an unknown error, a string that is not in the table.
fn unreadable(raw: &RawCell) -> bool {
    raw.value.as_deref().is_some_and(|v| !v.trim().is_empty()) && !matches!(raw.kind.as_str(), "inlineStr" | "is")
}

/// Makes a cell of a value of any reader; `stored` is the text of the value where it is known.
pub(super) fn of_data(value: DataRef<'_>, stored: &str, reading: Reading<'_>) -> Cell {
    match value {
        DataRef::Int(number) => numeric(rust_decimal::Decimal::from(number), false, reading),
        DataRef::Float(number) => of_float(number, stored, reading),
        DataRef::DateTime(date) => match from_stored(date.as_f64()) {
            Some(serial) => of_serial(serial.value, date.is_duration(), reading),
            None => of_float(date.as_f64(), stored, reading),
        },
        DataRef::String(text) => plain(CellValue::Text(text)),
        DataRef::SharedString(text) => plain(CellValue::Text(text.to_owned())),
        DataRef::Bool(truth) => plain(CellValue::Bool(truth)),
        DataRef::DateTimeIso(text) => {
            plain(dates::tidy_iso(&text).map_or_else(|| CellValue::Error(text.clone()), CellValue::Date))
        }
        DataRef::DurationIso(text) => plain(CellValue::Date(text)),
        DataRef::Error(error) => plain(CellValue::Error(error.to_string())),
        DataRef::Empty => plain(CellValue::Text(String::new())),
    }
}

fn of_float(number: f64, stored: &str, reading: Reading<'_>) -> Cell {
    match from_stored(number) {
        Some(found) => numeric(found.value, found.digits_cut, reading),
        None if stored.trim().is_empty() => plain(CellValue::Error(number.to_string())),
        None => plain(CellValue::Error(stored.trim().to_owned())),
    }
}

fn of_serial(serial: rust_decimal::Decimal, span: bool, reading: Reading<'_>) -> Cell {
    let date = if span { dates::iso_span(serial) } else { dates::iso_date(serial, reading.date_1904) };
    date.map_or_else(|| numeric(serial, false, reading), |date| plain(CellValue::Date(date)))
}

fn numeric(value: rust_decimal::Decimal, digits_cut: bool, reading: Reading<'_>) -> Cell {
    let format = reading.format;
    let date = match format.shows(value) {
        Shows::Number => None,
        Shows::Date => dates::iso_date(value, reading.date_1904),
        Shows::Elapsed => dates::iso_span(value),
    };
    let mut cell = plain(date.map_or(CellValue::Number(value), CellValue::Date));
    if cell.value == CellValue::Number(value) {
        cell.shown = format.show(value);
        cell.fixed_decimals = format.fixed_decimals(value);
        cell.percent = format.percent(value);
        cell.digits_cut = digits_cut;
    }
    cell
}

/// A cell that shows what it stores.
fn plain(value: CellValue) -> Cell {
    let shown = match &value {
        CellValue::Number(number) => number.to_string(),
        CellValue::Text(text) | CellValue::Date(text) | CellValue::Error(text) => text.clone(),
        CellValue::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        CellValue::Uncalculated => String::new(),
    };
    Cell { value, shown, formula: None, number_format: None, fixed_decimals: None, percent: false, digits_cut: false }
}
