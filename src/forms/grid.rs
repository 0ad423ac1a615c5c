//! A sheet as a reader sees it: merged ranges stand as one cell at their anchor, and every cell's words are brought
//! to their shape once, however many blocks look at them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::normal::{Label, is_empty, label_of, squash};
use crate::model::cell::CellMap;
use crate::model::{CellRange, CellRef, Unit};
use crate::read::{Cell, CellValue, Limits, Sheet};

/// A sheet's cells with merges resolved, and the box that holds content.
pub struct Grid<'a> {
    pub sheet: &'a Sheet,
    covers: CellMap<CellRange>,
    /// Rows of the content, zero-based, both included; an empty sheet has none.
    pub rows: Option<(u32, u32)>,
    pub last_col: u32,
    /// It holds more than any form does, and none is looked for.
    pub beyond: bool,
    /// The first caption and the first label that state a unit of money, each with its row; found when asked for.
    pub stated: OnceCell<[Option<(u32, Unit)>; 2]>,
    /// Rows that show something; a sheet may declare a million others.
    content: BTreeMap<u32, Row>,
    said: CellMap<Said>,
}

/// The cells of a row from left to right: each merged range once, and those of them that show something.
#[derive(Default)]
struct Row {
    spans: Vec<Span>,
    filled: Vec<Span>,
}

/// The words of one cell, read when they are first asked for.
#[derive(Default)]
struct Said {
    squashed: OnceCell<String>,
    label: OnceCell<Label>,
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
/// Columns in which a form is looked for; cells beyond are listed as unread.
const LAST_COL: u32 = 1023;

impl<'a> Grid<'a> {
    #[must_use]
    pub fn new(sheet: &'a Sheet) -> Self {
        Self::within(sheet, &Limits::default())
    }

    /// Lays a sheet out; one with more rows or merged cells than a form may have gives no rows.
    #[must_use]
    pub fn within(sheet: &'a Sheet, limits: &Limits) -> Self {
        let filled: Vec<CellRef> = sheet.cells.iter().filter(|(_, cell)| !is_blank(cell)).map(|(at, _)| *at).collect();
        let mut content: BTreeSet<u32> = filled.iter().map(|at| at.row).collect();
        let rows = filled.first().zip(filled.last()).map(|(first, last)| (first.row, last.row));
        let last_col = filled.iter().map(|at| at.col).max().unwrap_or(0).min(LAST_COL);
        let mut covers = CellMap::default();
        let said = filled.iter().map(|at| (*at, Said::default())).collect();
        let none = |beyond| Self {
            sheet,
            beyond,
            stated: OnceCell::new(),
            covers: CellMap::default(),
            rows: None,
            last_col,
            content: BTreeMap::new(),
            said: CellMap::default(),
        };
        let Some((_, bottom)) = rows else { return none(false) };
        if content.len() as u64 > limits.rows {
            return none(true);
        }
        let (mut right, mut covered) = (last_col, 0u64);
        for range in &sheet.merges {
            let inside = range.first.row <= bottom && range.first.col <= last_col;
            let small = range.last.col - range.first.col < WIDEST && range.last.row - range.first.row < TALLEST;
            if !inside || !small {
                continue;
            }
            right = right.max(range.last.col);
            let (rows, cols) = (range.last.row - range.first.row + 1, range.last.col - range.first.col + 1);
            covered += u64::from(rows) * u64::from(cols);
            if covered > limits.covered {
                return none(true);
            }
            if sheet.cells.get(&range.first).is_some_and(|cell| !is_blank(cell)) {
                content.extend(range.first.row..=range.last.row.min(bottom));
            }
            for row in range.first.row..=range.last.row {
                for col in range.first.col..=range.last.col {
                    covers.insert(CellRef::new(row, col), *range);
                }
            }
        }
        let mut grid = Self { covers, rows, last_col: right, said, ..none(false) };
        let read = |row| {
            let spans = grid.lay_out(row);
            let filled = spans.iter().copied().filter(|span| !grid.blank(span.anchor)).collect();
            (row, Row { spans, filled })
        };
        grid.content = content.into_iter().map(read).collect();
        grid
    }

    /// The rows between two that show something, from the top down.
    pub fn rows_between(&self, top: u32, bottom: u32) -> impl Iterator<Item = u32> + '_ {
        // A range that ends before it begins is empty, and `BTreeSet::range` would not take it.
        self.content.range(top..=bottom.max(top)).map(|(row, _)| *row).filter(move |row| *row <= bottom)
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

    /// The text shown at a place, half-width and without any space.
    #[must_use]
    pub fn squashed(&self, at: CellRef) -> &str {
        let at = self.anchor(at);
        self.said.get(&at).map_or("", |said| self.squash_once(at, said))
    }

    /// The text shown at a place as a label; of a place that shows nothing, one without words.
    #[must_use]
    pub fn label(&self, at: CellRef) -> &Label {
        let at = self.anchor(at);
        match self.said.get(&at) {
            Some(said) => said.label.get_or_init(|| label_of(self.squash_once(at, said).to_owned())),
            None => Label::none(),
        }
    }

    fn squash_once<'s>(&self, at: CellRef, said: &'s Said) -> &'s str {
        said.squashed.get_or_init(|| squash(self.sheet.cells.get(&at).map_or("", |cell| cell.shown.as_str())))
    }

    #[must_use]
    pub fn blank(&self, at: CellRef) -> bool {
        !self.said.contains_key(&self.anchor(at))
    }

    /// The cells of a row from left to right, blank ones too, each merged range once.
    #[must_use]
    pub fn spans(&self, row: u32) -> Cow<'_, [Span]> {
        self.content.get(&row).map_or_else(|| Cow::Owned(self.lay_out(row)), |row| Cow::Borrowed(row.spans.as_slice()))
    }

    fn lay_out(&self, row: u32) -> Vec<Span> {
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
    pub fn filled(&self, row: u32) -> &[Span] {
        self.content.get(&row).map_or(&[], |row| row.filled.as_slice())
    }

    /// Whether a cell shows a figure, stored as a number or typed, that is no year and no short number of a row.
    #[must_use]
    pub fn is_figure(&self, at: CellRef) -> bool {
        let text = self.squashed(at);
        let year = text.len() == 4 && text.starts_with("20");
        let digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'%' | b'-'));
        digits && !year && (text.len() > 2 || text == "0")
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
        CellValue::Text(text) => is_empty(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Visibility;

    fn sheet(cells: &[(CellRef, &str)], merges: Vec<CellRange>) -> Sheet {
        Sheet {
            name: "表".to_owned(),
            visibility: Visibility::Visible,
            cells: cells.iter().map(|(at, text)| (*at, Cell::of_text(text))).collect(),
            merges,
            hidden_rows: BTreeSet::new(),
            hidden_cols: BTreeSet::new(),
            layout_known: true,
        }
    }

    #[test]
    fn merges_over_more_cells_than_any_form_are_not_laid_out() {
        let wide = CellRange::new(CellRef::new(0, 0), CellRef::new(TALLEST - 1, WIDEST - 1));
        let words = [(CellRef::new(0, 0), "甲")];
        let few = sheet(&words, vec![wide; 3]);
        let grid = Grid::new(&few);
        assert!(grid.rows.is_some() && !grid.beyond);
        let many = sheet(&words, vec![wide; 1_000_000]);
        let grid = Grid::new(&many);
        assert!(grid.rows.is_none() && grid.beyond);
    }

    #[test]
    fn two_cells_at_the_ends_of_a_sheet_are_two_rows() {
        let sheet = sheet(&[(CellRef::new(0, 0), "甲"), (CellRef::new(1_048_575, 16_383), "乙")], Vec::new());
        let grid = Grid::new(&sheet);
        assert_eq!(grid.rows_between(0, 1_048_575).collect::<Vec<_>>(), [0, 1_048_575]);
        assert!(grid.filled(1_048_575).is_empty(), "no form reaches column 16384");
        assert_eq!(grid.rows_between(5, 4).count(), 0);
    }
}
