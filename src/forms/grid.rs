//! A sheet as a reader sees it: merged ranges stand as one cell at their anchor.

use std::collections::HashMap;

use super::normal::squash;
use crate::model::{CellRange, CellRef};
use crate::read::{Cell, CellValue, Sheet};

/// A sheet's cells with merges resolved, and the box that holds content.
pub struct Grid<'a> {
    pub sheet: &'a Sheet,
    covers: HashMap<CellRef, CellRange>,
    /// Rows of the content, zero-based, both included; an empty sheet has none.
    pub rows: Option<(u32, u32)>,
    pub last_col: u32,
}

/// One cell of a row: the anchor it stands for and the columns it covers in that row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub anchor: CellRef,
    pub first: u32,
    pub last: u32,
}

/// Columns and rows that a merged range may cover; what lies beyond is formatting, not a form.
const WIDEST: u32 = 256;
const TALLEST: u32 = 4096;

impl<'a> Grid<'a> {
    #[must_use]
    pub fn new(sheet: &'a Sheet) -> Self {
        let filled: Vec<CellRef> = sheet.cells.iter().filter(|(_, cell)| !is_blank(cell)).map(|(at, _)| *at).collect();
        let rows = filled.first().zip(filled.last()).map(|(first, last)| (first.row, last.row));
        let last_col = filled.iter().map(|at| at.col).max().unwrap_or(0);
        let mut covers = HashMap::new();
        let Some((_, bottom)) = rows else { return Self { sheet, covers, rows, last_col } };
        let mut right = last_col;
        for range in &sheet.merges {
            let inside = range.first.row <= bottom && range.first.col <= last_col;
            let small = range.last.col - range.first.col < WIDEST && range.last.row - range.first.row < TALLEST;
            if !inside || !small {
                continue;
            }
            right = right.max(range.last.col);
            for row in range.first.row..=range.last.row {
                for col in range.first.col..=range.last.col {
                    covers.insert(CellRef::new(row, col), *range);
                }
            }
        }
        Self { sheet, covers, rows, last_col: right }
    }

    /// The cell that shows at a place: the anchor of its merged range, or itself.
    #[must_use]
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.covers.get(&at).map_or(at, |range| range.first)
    }

    /// The range that a cell covers.
    #[must_use]
    pub fn range(&self, at: CellRef) -> CellRange {
        self.covers.get(&at).copied().unwrap_or_else(|| CellRange::new(at, at))
    }

    #[must_use]
    pub fn cell(&self, at: CellRef) -> Option<&'a Cell> {
        self.sheet.cells.get(&self.anchor(at))
    }

    /// The text shown at a place; empty where nothing is.
    #[must_use]
    pub fn text(&self, at: CellRef) -> &'a str {
        self.cell(at).map_or("", |cell| cell.shown.as_str())
    }

    #[must_use]
    pub fn blank(&self, at: CellRef) -> bool {
        self.cell(at).is_none_or(is_blank)
    }

    /// The cells of a row from left to right, blank ones too, each merged range once.
    #[must_use]
    pub fn spans(&self, row: u32) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut col = 0;
        while col <= self.last_col {
            let at = CellRef::new(row, col);
            let range = self.range(at);
            spans.push(Span { anchor: range.first, first: col, last: range.last.col.max(col) });
            col = range.last.col.max(col) + 1;
        }
        spans
    }

    /// The filled cells of a row from left to right.
    #[must_use]
    pub fn filled(&self, row: u32) -> Vec<Span> {
        self.spans(row).into_iter().filter(|span| !self.blank(span.anchor)).collect()
    }

    /// Whether a cell holds a number rather than words.
    #[must_use]
    pub fn is_number(&self, at: CellRef) -> bool {
        self.cell(at).is_some_and(|cell| matches!(cell.value, CellValue::Number(_)))
    }
}

/// Whether a cell shows nothing.
#[must_use]
pub fn is_blank(cell: &Cell) -> bool {
    match &cell.value {
        CellValue::Text(text) => squash(text).is_empty(),
        _ => false,
    }
}
