//! Addresses on a sheet: zero-based in memory, A1 in every output.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Rows of a sheet in Office Open XML (ECMA-376 part 1, 18.3.1.73).
pub const MAX_ROWS: u32 = 1_048_576;
/// Columns of a sheet in Office Open XML.
pub const MAX_COLS: u32 = 16_384;

/// One cell's absolute place on its sheet, row and column zero-based; orders by row, then column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", from = "(u32, u32)")]
pub struct CellRef {
    pub row: u32,
    pub col: u32,
}

impl CellRef {
    #[must_use]
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }
}

impl From<(u32, u32)> for CellRef {
    fn from((row, col): (u32, u32)) -> Self {
        Self::new(row, col)
    }
}

impl From<CellRef> for (u32, u32) {
    fn from(cell: CellRef) -> Self {
        (cell.row, cell.col)
    }
}

/// Spells a zero-based column as letters: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_letters(col: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = col + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_letters(self.col), self.row + 1)
    }
}

/// A map by place. A sheet's own addresses are dense and no text, so their hash is two multiplications.
pub type CellMap<T> = HashMap<CellRef, T, BuildHasherDefault<PlaceHasher>>;

/// Hashes the two numbers of a place.
#[derive(Debug, Default, Clone, Copy)]
pub struct PlaceHasher(u64);

impl Hasher for PlaceHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(26) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The text is not an A1 address inside a sheet's limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a cell address such as B3")]
pub struct BadAddress(pub String);

impl FromStr for CellRef {
    type Err = BadAddress;

    /// Reads `B3`, `b3` or `$B$3`.
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(text.to_owned());
        let (mut letters, mut digits) = (0, 0);
        let (mut col, mut row) = (0u32, 0u32);
        for byte in text.bytes() {
            match byte {
                b'$' => {}
                letter if letter.is_ascii_alphabetic() && digits == 0 && letters < 3 => {
                    col = col * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
                    letters += 1;
                }
                digit if digit.is_ascii_digit() && letters > 0 => {
                    row = row.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
                    digits += 1;
                }
                _ => return Err(bad()),
            }
        }
        if digits == 0 {
            return Err(bad());
        }
        if row == 0 || row > MAX_ROWS || col > MAX_COLS {
            return Err(bad());
        }
        Ok(Self::new(row - 1, col - 1))
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellRange {
    pub first: CellRef,
    pub last: CellRef,
}

impl CellRange {
    /// Builds the rectangle that spans two corners, given in any order.
    #[must_use]
    pub fn new(a: CellRef, b: CellRef) -> Self {
        Self {
            first: CellRef::new(a.row.min(b.row), a.col.min(b.col)),
            last: CellRef::new(a.row.max(b.row), a.col.max(b.col)),
        }
    }

    #[must_use]
    pub fn contains(&self, cell: CellRef) -> bool {
        (self.first.row..=self.last.row).contains(&cell.row) && (self.first.col..=self.last.col).contains(&cell.col)
    }
}

impl fmt::Display for CellRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}:{}", self.first, self.last) }
    }
}

impl FromStr for CellRange {
    type Err = BadAddress;

    /// Reads `A1:C4` or a single cell.
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let (a, b) = text.split_once(':').unwrap_or((text, text));
        Ok(Self::new(a.parse()?, b.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_the_round_trip() {
        for text in ["A1", "Z9", "AA10", "XFD1048576", "B3"] {
            assert_eq!(text.parse::<CellRef>().unwrap().to_string(), text);
        }
        assert_eq!("$b$3".parse::<CellRef>().unwrap(), CellRef::new(2, 1));
        for text in ["", "A", "1", "A0", "XFE1", "A1048577", "甲1", "AAAA1", "A-1"] {
            assert!(text.parse::<CellRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_spans_its_corners_in_any_order() {
        let range: CellRange = "C4:A1".parse().unwrap();
        assert_eq!(range.to_string(), "A1:C4");
        assert!(range.contains(CellRef::new(3, 2)) && !range.contains(CellRef::new(4, 2)));
    }
}
