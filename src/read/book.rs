//! What a workbook says, whatever file kept it: a sparse grid of cells with exact numbers.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{CellRange, CellRef, Words};

/// The container a workbook came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BookFormat {
    Xlsx,
    Xlsm,
    Xlsb,
    Xls,
    Ods,
}

/// Something worth saying about a file, a sheet or a cell that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub sheet: Option<String>,
    pub cell: Option<CellRef>,
    pub words: Words,
    /// The sheet could not be read at all, though it should have been.
    pub lost: bool,
}

/// One workbook, read whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Book {
    /// The path as the user gave it, with `/` between its parts.
    pub file: String,
    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes of the file.
    pub size: u64,
    pub format: BookFormat,
    /// `dcterms:modified` of the package as written there (W3CDTF), where it has one.
    pub modified: Option<String>,
    /// Dates count from 1904 (ECMA-376 part 1, 18.2.28).
    pub date_1904: bool,
    /// In the order of the tabs; charts and macro sheets are left out with a notice.
    pub sheets: Vec<Sheet>,
    pub notices: Vec<Notice>,
}

/// How a tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Visibility {
    Visible,
    Hidden,
    VeryHidden,
}

/// One worksheet: only cells that hold something, at their absolute addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    pub visibility: Visibility,
    #[serde(with = "super::wire::listed")]
    pub cells: BTreeMap<CellRef, Cell>,
    pub merges: Vec<CellRange>,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_cols: BTreeSet<u32>,
    /// Whether number formats, hidden rows and hidden columns are known (.xlsx and .xlsm only).
    pub layout_known: bool,
}

/// What a cell stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellValue {
    /// The stored number at 15 significant digits, as Excel shows it.
    Number(#[serde(with = "super::wire::exact")] Decimal),
    Text(String),
    Bool(bool),
    /// A date or a time, as the ISO text `2024-11-28` or `2024-11-28T09:30:00`.
    Date(String),
    /// `#DIV/0!` and its kin, or a value that is no number (`NaN`, `1e309`).
    Error(String),
    /// A formula whose result was never stored: no figure can be read from it.
    Uncalculated,
}

/// One cell that holds something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub value: CellValue,
    /// The text as shown, as far as the number format is known; else the stored text.
    pub shown: String,
    /// Without the leading `=`.
    pub formula: Option<String>,
    /// The number format's code, where it is known and not `General`.
    pub number_format: Option<String>,
    /// Decimals that the number format fixes (`0.00` is 2; `0%` is 0 of a percentage); none for `General`.
    pub fixed_decimals: Option<u32>,
    /// The number format shows a percentage: the stored 0.96 is shown as 96%.
    pub percent: bool,
    /// The stored number had more than 15 significant digits and was cut to 15.
    pub digits_cut: bool,
}

impl Cell {
    /// A cell that holds words and no more.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self {
            value: CellValue::Text(text.to_owned()),
            shown: text.to_owned(),
            formula: None,
            number_format: None,
            fixed_decimals: None,
            percent: false,
            digits_cut: false,
        }
    }
}

impl Sheet {
    /// Finds the merged range that covers a cell.
    #[must_use]
    pub fn merge_at(&self, cell: CellRef) -> Option<CellRange> {
        self.merges.iter().copied().find(|range| range.contains(cell))
    }
}
