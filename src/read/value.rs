//! A stored value becomes a cell: exact number, text, date or error, and the text as shown.
//!
//! # Source
//! ECMA-376 part 1, 18.18.11 (`ST_CellType`).

use calamine::DataRef;

use super::book::{Cell, CellValue};
use super::dates;
use super::numfmt::{NumberFormat, Shows};
use super::scan::{RawCell, Type};
use super::xml;
use crate::model::amount::{Stored, from_stored, from_written};

/// What a value is read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub format: &'a NumberFormat,
    /// Whether the file gave the format.
    pub format_known: bool,
    pub date_1904: bool,
}

/// What a value as written turned out to be.
enum Told<'s> {
    /// Nothing is written.
    Nothing,
    Data(DataRef<'s>),
    Number(Stored),
    /// It is no value of its type; an error that spreadsheets do not all know is one, and no surprise.
    Unreadable,
}

/// Makes a cell of what the part says, and says whether its value could not be read; none for a cell that holds
/// nothing.
pub(super) fn cell(raw: RawCell<'_>, strings: &[String], reading: Reading<'_>) -> Option<(Cell, bool)> {
    let stored = raw.value.as_deref().unwrap_or_default();
    let trimmed = stored.trim();
    let told = if raw.kind == Type::Inline || raw.value.is_none() {
        raw.inline.map_or(Told::Nothing, |text| Told::Data(DataRef::String(text)))
    } else {
        tell(raw.kind, stored, trimmed, strings)
    };
    let unreadable = matches!(told, Told::Unreadable);
    let mut cell = match told {
        Told::Unreadable => plain(CellValue::Error(trimmed.to_owned())),
        Told::Nothing if raw.has_formula => plain(CellValue::Uncalculated),
        Told::Nothing => return None,
        Told::Number(number) => numeric(number.value, number.digits_cut, reading),
        Told::Data(value) => of_data(value, stored, reading),
    };
    cell.formula = raw.formula;
    if reading.format_known && !reading.format.is_general() {
        cell.number_format = Some(reading.format.code().to_owned());
    }
    Some((cell, unreadable && !trimmed.starts_with('#')))
}

fn tell<'s>(kind: Type, stored: &str, trimmed: &str, strings: &'s [String]) -> Told<'s> {
    match kind {
        Type::Text => Told::Data(DataRef::String(xml::unescape(stored))),
        Type::Date => Told::Data(DataRef::DateTimeIso(stored.to_owned())),
        _ if trimmed.is_empty() => Told::Nothing,
        Type::Shared => match trimmed.parse().ok().and_then(|at: usize| strings.get(at)) {
            Some(text) => Told::Data(DataRef::SharedString(text)),
            None => Told::Unreadable,
        },
        Type::Bool if trimmed == "1" || trimmed.eq_ignore_ascii_case("true") => Told::Data(DataRef::Bool(true)),
        Type::Bool if trimmed == "0" || trimmed.eq_ignore_ascii_case("false") => Told::Data(DataRef::Bool(false)),
        Type::Number | Type::Untyped => match (from_written(trimmed), trimmed.parse::<f64>()) {
            (Some(number), _) => Told::Number(number),
            (None, Ok(number)) => Told::Data(DataRef::Float(number)),
            (None, Err(_)) if kind == Type::Untyped => Told::Data(DataRef::String(stored.to_owned())),
            (None, Err(_)) => Told::Unreadable,
        },
        Type::Bool | Type::Error | Type::Unknown | Type::Inline => Told::Unreadable,
    }
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
