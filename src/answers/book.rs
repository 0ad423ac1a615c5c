//! A workbook of ours that came back: any sheet with a hidden column of keys, whoever saved it.
//!
//! ```text
//!        A     …  N          O   P        …  S            T                 U
//!   3    序号      审核说明    …   处理意见      gouji.key/1  gouji.figures/1   gouji.given/1
//!   4    1         因…                        GJ613|…      [["附件3 …",…]]
//! ```
//!
//! Columns are told by their headings, rows by their keys; what was moved, sorted or deleted does not matter.

use std::collections::BTreeMap;

use super::entry::Entry;
use crate::model::CellRef;
use crate::model::explanation::{
    Carried, FIGURES_MARKER, Field, GIVEN_MARKER, KEY_MARKER, SIGN_MARKER, Typed, read_figures,
};
use crate::read::{Book, Cell, CellValue, Sheet};

/// Rows from the top among which the headings are looked for.
const HEADER_WITHIN: u32 = 40;

/// Reads what was typed in the lists of a workbook.
#[must_use]
pub fn entries(book: &Book) -> Vec<Entry> {
    book.sheets
        .iter()
        .flat_map(|sheet| Table::find(sheet).map(|table| table.entries(&book.file)).unwrap_or_default())
        .collect()
}

/// A list on a sheet.
pub(super) struct Table<'s> {
    sheet: &'s Sheet,
    pub header: CellRef,
    columns: BTreeMap<u32, Field>,
    figures: Option<u32>,
    given: Option<u32>,
}

impl<'s> Table<'s> {
    pub(super) fn find(sheet: &'s Sheet) -> Option<Self> {
        let top = sheet.cells.range(..CellRef::new(HEADER_WITHIN, 0));
        let header = top.into_iter().find(|(_, cell)| text(cell) == KEY_MARKER).map(|(at, _)| *at)?;
        let in_header = || row(sheet, header.row);
        let marked = |marker: &str| in_header().find(|(_, cell)| text(cell) == marker).map(|(at, _)| at.col);
        let columns = in_header().filter_map(|(at, cell)| Some((at.col, Field::headed(&text(cell))?))).collect();
        Some(Self { sheet, header, columns, figures: marked(FIGURES_MARKER), given: marked(GIVEN_MARKER) })
    }

    /// The rows that bear a key: the row, and the key.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, String)> + '_ {
        let below = self.sheet.cells.range(CellRef::new(self.header.row + 1, 0)..);
        let keys = below.filter(|(at, _)| at.col == self.header.col).map(|(at, cell)| (at.row, text(cell)));
        keys.filter(|(_, key)| !key.is_empty() && key != SIGN_MARKER)
    }

    fn entries(&self, file: &str) -> Vec<Entry> {
        let signed = self.signed();
        self.rows()
            .map(|(row, key)| {
                let mut typed = self.typed(row);
                if typed.contains_key(&Field::Reply) {
                    for (field, said) in &signed {
                        typed.entry(*field).or_insert_with(|| said.clone());
                    }
                }
                let hidden = |col: Option<u32>| self.at(row, col?);
                let shown = hidden(self.figures).and_then(|text| read_figures(&text));
                let carried = hidden(self.given).and_then(|text| Carried::read(&text));
                let place = format!("{file} · {}!A{}", self.sheet.name, row + 1);
                Entry::new(&key, typed, shown.as_deref(), carried.as_ref(), place)
            })
            .collect()
    }

    pub(super) fn sheet(&self) -> &'s Sheet {
        self.sheet
    }

    /// The figures in the hidden column of a row, as they stand.
    pub(super) fn figures(&self, row: u32) -> Option<String> {
        self.at(row, self.figures?)
    }

    pub(super) fn at(&self, row: u32, col: u32) -> Option<String> {
        self.sheet.cells.get(&CellRef::new(row, col)).map(text).filter(|text| !text.is_empty())
    }

    fn typed(&self, row: u32) -> Typed {
        self.columns.iter().filter_map(|(col, field)| Some((*field, self.at(row, *col)?))).collect()
    }

    /// Who signed under the list and when: the cell to the right of a label in a row of signatures.
    pub(super) fn signed(&self) -> Typed {
        let mut signed = Typed::new();
        let below = self.sheet.cells.range(CellRef::new(self.header.row + 1, 0)..);
        let rows = below.filter(|(at, cell)| at.col == self.header.col && text(cell) == SIGN_MARKER);
        for row in rows.map(|(at, _)| at.row) {
            let mut label = None;
            for (at, cell) in self::row(self.sheet, row).filter(|(at, _)| at.col < self.header.col) {
                let said = text(cell);
                match (label_of(&said), label) {
                    (Some(next), _) => label = Some((next, at.col)),
                    (None, Some((field, _))) if !said.is_empty() => {
                        signed.entry(field).or_insert(said);
                        label = None;
                    }
                    _ => {}
                }
            }
        }
        signed
    }
}

/// What a label under a list asks for.
fn label_of(text: &str) -> Option<Field> {
    let label = text.trim_end_matches(['：', ':']);
    if label.len() == text.len() {
        return None;
    }
    match label {
        "填报人" | "Answered by" => Some(Field::Who),
        "回复日期" | "Date" => Some(Field::When),
        // Another label: what stands behind it belongs to neither.
        _ => Some(Field::Status),
    }
}

fn row(sheet: &Sheet, row: u32) -> impl Iterator<Item = (CellRef, &Cell)> {
    sheet.cells.range(CellRef::new(row, 0)..CellRef::new(row + 1, 0)).map(|(at, cell)| (*at, cell))
}

/// The text of a cell; of a date its day.
fn text(cell: &Cell) -> String {
    match &cell.value {
        CellValue::Text(text) => text.trim().to_owned(),
        CellValue::Date(date) => date.split('T').next().unwrap_or(date).to_owned(),
        _ => cell.shown.trim().to_owned(),
    }
}
