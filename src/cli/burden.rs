//! What a file takes in memory, counted and not measured, so that every machine refuses the same files.
//!
//! A figure is read once and then stands in ties, outcomes, findings, marks, papers and the page; a sentence in its
//! words, figures and readings. What each costs in all was measured on workbooks that hold little else
//! (`tests/heavy.py --write-out`), and is counted as soon as a sheet is read.

use crate::forms::SheetReading;
use crate::forms::reading::Reading;
use crate::read::{Book, CELL, Limits, Sheet};

/// Bytes that a cell costs while its sheet is laid out and read.
const LAID_OUT: u64 = 600;
/// Bytes of a place in a row, blank or not, and of a merged one.
const PLACE: u64 = 16;
const COVERED: u64 = 64;
/// Bytes that a figure costs in everything that is made of it.
const FIGURE: u64 = 16 << 10;
/// Bytes that a byte of a sentence costs.
const SPOKEN: u64 = 400;
/// Bytes that a cell that was not understood, or a piece that is no form, costs beside its text.
const UNREAD: u64 = 1 << 10;

/// What a book takes as it was read.
pub fn of_book(book: &Book) -> u64 {
    let cells = book.sheets.iter().flat_map(|sheet| sheet.cells.values());
    cells.map(|cell| CELL + (2 * cell.shown.len() + cell.formula.as_ref().map_or(0, String::len)) as u64).sum()
}

/// What a sheet takes while it is laid out and read; nothing where it is not looked at.
pub fn of_layout(sheet: &Sheet, limits: &Limits) -> u64 {
    // Cells stand in the order of their rows.
    let (rows, _) = sheet
        .cells
        .keys()
        .fold((0u64, None), |(rows, before), at| (rows + u64::from(before != Some(at.row)), Some(at.row)));
    if rows > limits.rows {
        return 0;
    }
    let width = sheet.cells.keys().map(|at| u64::from(at.col) + 1).max().unwrap_or(0).min(1024);
    let area = |first: u32, last: u32| u64::from(last.saturating_sub(first)) + 1;
    let merged = sheet
        .merges
        .iter()
        .map(|one| area(one.first.row, one.last.row).saturating_mul(area(one.first.col, one.last.col)));
    let covered = merged.fold(0u64, u64::saturating_add).min(limits.covered);
    sheet.cells.len() as u64 * LAID_OUT + rows * width * PLACE + covered * COVERED
}

/// What the reading of a sheet takes in the whole run.
pub fn of_reading(reading: &SheetReading) -> u64 {
    let one = |reading: &Reading| {
        let spoken: usize = reading.passages.iter().map(|passage| passage.text.len()).sum();
        let unread: u64 = reading.unread.iter().map(|one| UNREAD + 4 * one.text.len() as u64).sum();
        reading.figures.len() as u64 * FIGURE + spoken as u64 * SPOKEN + unread
    };
    reading.readings.iter().map(one).sum::<u64>() + reading.unknown.len() as u64 * UNREAD
}
