//! Edits of one worksheet: other styles for cells, new blank cells in their order, the element that leads to notes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Edit;
use super::sheet::{FoundRow, SheetMap, Span};
use super::xml::{escape_attribute, prefix};
use crate::model::CellRef;

impl SheetMap {
    /// Gives the style that a cell shows, whether it is there or not.
    ///
    /// # Source
    /// ECMA-376 part 1, 18.3.1.73 (`customFormat` of a row) and 18.3.1.13 (`style` of a column).
    #[must_use]
    pub fn style_of(&self, cell: CellRef) -> usize {
        if let Some(found) = self.cells.get(&cell).and_then(|found| found.last()) {
            return found.style;
        }
        if let Some(style) = self.rows.get(&cell.row).and_then(|row| row.style) {
            return style;
        }
        self.columns.iter().find(|c| (c.first..=c.last).contains(&cell.col)).map_or(0, |c| c.style)
    }

    /// Gives the edits that set the styles of cells, adding those that are not there as blank ones.
    #[must_use]
    pub fn restyle(&self, styles: &BTreeMap<CellRef, usize>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut new_rows: BTreeMap<u32, Vec<(CellRef, usize)>> = BTreeMap::new();
        let mut new_cells: BTreeMap<u32, Vec<(CellRef, usize)>> = BTreeMap::new();
        for (&cell, &style) in styles {
            if let Some(found) = self.cells.get(&cell) {
                edits.extend(found.iter().map(|found| match &found.style_value {
                    Some((at, old)) => Edit::replace(*at, old.as_str(), style.to_string()),
                    None => Edit::insert(found.attribute_at, format!(" s=\"{style}\"")),
                }));
            } else if self.rows.contains_key(&cell.row) {
                new_cells.entry(cell.row).or_default().push((cell, style));
            } else {
                new_rows.entry(cell.row).or_default().push((cell, style));
            }
        }
        for (row, cells) in new_cells {
            edits.extend(self.rows.get(&row).map(|found| add_cells(found, &cells)).unwrap_or_default());
        }
        edits.extend(self.add_rows(&new_rows));
        edits
    }

    fn add_rows(&self, rows: &BTreeMap<u32, Vec<(CellRef, usize)>>) -> Vec<Edit> {
        let Some(data) = &self.sheet_data else { return Vec::new() };
        let prefix = prefix(&data.name);
        let markup = |row: &u32, cells: &[(CellRef, usize)]| {
            format!("<{prefix}row r=\"{}\">{}</{prefix}row>", row + 1, cell_markup(prefix, cells))
        };
        if data.empty {
            let all: String = rows.iter().map(|(row, cells)| markup(row, cells)).collect();
            return if all.is_empty() { Vec::new() } else { vec![fill_empty(data, &all)] };
        }
        rows.iter()
            .map(|(row, cells)| {
                let at = self.rows_before.get(row).copied().unwrap_or(data.close);
                Edit::insert(at, markup(row, cells))
            })
            .collect()
    }

    /// Gives the edit that leads the sheet to its drawing of notes.
    #[must_use]
    pub fn lead_to_drawing(&self, id: &str) -> Edit {
        let (prefix, namespace) = (&self.prefix, self.dialect.office());
        let id = escape_attribute(id);
        Edit::insert(self.legacy_at, format!("<{prefix}legacyDrawing xmlns:r=\"{namespace}\" r:id=\"{id}\"/>"))
    }
}

fn cell_markup(prefix: &str, cells: &[(CellRef, usize)]) -> String {
    cells.iter().fold(String::new(), |mut text, (cell, style)| {
        let _ = write!(text, "<{prefix}c r=\"{cell}\" s=\"{style}\"/>");
        text
    })
}

fn add_cells(row: &FoundRow, cells: &[(CellRef, usize)]) -> Vec<Edit> {
    let prefix = prefix(&row.span.name);
    if row.span.empty {
        return vec![fill_empty(&row.span, &cell_markup(prefix, cells))];
    }
    cells
        .iter()
        .map(|cell| {
            let at = row.before.get(&cell.0.col).copied().unwrap_or(row.span.close);
            Edit::insert(at, cell_markup(prefix, std::slice::from_ref(cell)))
        })
        .collect()
}

fn fill_empty(span: &Span, markup: &str) -> Edit {
    Edit::replace(span.open_end - 2, "/>", format!(">{markup}</{}>", span.name))
}
