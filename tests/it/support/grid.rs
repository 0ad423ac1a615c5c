//! Sheets as people write them down: addresses and the text that would be typed.

use std::collections::{BTreeMap, BTreeSet};

use gouji::model::{CellRange, CellRef};
use gouji::read::{Cell, CellValue, Sheet, Visibility};
use rust_decimal::{Decimal, RoundingStrategy};

/// A sheet before it is one: what was typed, by address.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub name: String,
    pub typed: BTreeMap<CellRef, String>,
    pub merges: Vec<CellRange>,
}

impl Grid {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Types into a cell; nothing typed clears it.
    pub fn set(&mut self, at: CellRef, text: &str) {
        if text.is_empty() {
            self.typed.remove(&at);
        } else {
            self.typed.insert(at, text.to_owned());
        }
    }

    /// Moves every row from `row` on down by one.
    pub fn insert_row(&mut self, row: u32) {
        self.shift(|at| if at.row >= row { CellRef::new(at.row + 1, at.col) } else { at });
    }

    /// Takes a row out; those below move up.
    pub fn remove_row(&mut self, row: u32) {
        self.typed.retain(|at, _| at.row != row);
        self.shift(|at| if at.row > row { CellRef::new(at.row - 1, at.col) } else { at });
    }

    fn shift(&mut self, to: impl Fn(CellRef) -> CellRef) {
        self.typed = std::mem::take(&mut self.typed).into_iter().map(|(at, text)| (to(at), text)).collect();
        self.merges = self.merges.iter().map(|range| CellRange::new(to(range.first), to(range.last))).collect();
    }

    pub fn sheet(&self) -> Sheet {
        Sheet {
            name: self.name.clone(),
            visibility: Visibility::Visible,
            cells: self.typed.iter().map(|(at, text)| (*at, cell(text))).collect(),
            merges: self.merges.clone(),
            hidden_rows: BTreeSet::new(),
            hidden_cols: BTreeSet::new(),
            layout_known: true,
        }
    }
}

/// Reads what was typed: a number is a number, `'12` is text, `0.998 {0.0%}` a number with a format.
pub fn cell(typed: &str) -> Cell {
    let plain = |value: CellValue, shown: String| Cell {
        value,
        shown,
        formula: None,
        number_format: None,
        fixed_decimals: None,
        percent: false,
        digits_cut: false,
    };
    if let Some(text) = typed.strip_prefix('\'') {
        return plain(CellValue::Text(text.to_owned()), text.to_owned());
    }
    if typed.starts_with('#') {
        return plain(CellValue::Error(typed.to_owned()), typed.to_owned());
    }
    if let Some((number, format)) = typed.split_once(" {") {
        let number: Decimal = number.parse().expect("a number stands before its format");
        let format = format.trim_end_matches('}');
        let percent = format.ends_with('%');
        let places = format.trim_end_matches('%').split_once('.').map_or(0, |(_, places)| places.len());
        let decimals = u32::try_from(places).expect("a few decimals");
        let value = if percent { number * Decimal::ONE_HUNDRED } else { number };
        let cut = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        let shown = format!("{cut:.*}{}", places, if percent { "%" } else { "" });
        return Cell {
            number_format: Some(format.to_owned()),
            fixed_decimals: Some(decimals),
            percent,
            ..plain(CellValue::Number(number), shown)
        };
    }
    match typed.parse::<Decimal>() {
        // Without a format, zeros at the end are not kept.
        Ok(number) => plain(CellValue::Number(number.normalize()), number.normalize().to_string()),
        Err(_) => plain(CellValue::Text(typed.to_owned()), typed.to_owned()),
    }
}
