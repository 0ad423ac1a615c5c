//! A book as text between two processes: what the worker that reads older formats hands back.
//!
//! Every number goes as its digits, so that the book on the other side is equal to this one, to the last decimal place.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use super::book::{Book, Cell};
use super::error::ReadError;
use super::limits::Limits;
use crate::model::CellRef;

/// What the worker is asked: the name to call the file by, and the limits. The file's bytes follow behind a line feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub file: String,
    pub limits: Limits,
}

impl Order {
    /// Writes the order and the bytes behind it.
    ///
    /// # Errors
    /// What the writer says.
    pub fn send(&self, bytes: &[u8], mut out: impl Write) -> std::io::Result<()> {
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")?;
        out.write_all(bytes)?;
        out.flush()
    }

    /// Reads an order and the bytes behind it; none where it is no order.
    ///
    /// # Errors
    /// What the reader says.
    pub fn receive(mut from: impl Read) -> std::io::Result<Option<(Self, Vec<u8>)>> {
        let mut all = Vec::new();
        from.read_to_end(&mut all)?;
        let Some(end) = all.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let order = serde_json::from_slice(&all[..end]).ok();
        all.drain(..=end);
        Ok(order.map(|order| (order, all)))
    }
}

/// Writes what became of the file.
///
/// # Errors
/// What the writer says.
pub fn send(outcome: &Result<Book, ReadError>, out: impl Write) -> std::io::Result<()> {
    serde_json::to_writer(out, outcome).map_err(std::io::Error::from)
}

/// Reads what became of the file; none where the text is not whole.
#[must_use]
pub fn receive(text: &[u8]) -> Option<Result<Book, ReadError>> {
    serde_json::from_slice(text).ok()
}

/// A decimal as its digits.
pub(super) mod exact {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Decimal::from_str_exact(&digits).map_err(D::Error::custom)
    }
}

/// Cells as a list of places and contents.
pub(super) mod listed {
    use serde::de::{SeqAccess, Visitor};
    use serde::{Deserializer, Serializer};

    use super::{BTreeMap, Cell, CellRef, fmt};

    pub fn serialize<S: Serializer>(cells: &BTreeMap<CellRef, Cell>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(cells)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<CellRef, Cell>, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = BTreeMap<CellRef, Cell>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cells with their places")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut cells = BTreeMap::new();
                while let Some((at, cell)) = list.next_element()? {
                    cells.insert(at, cell);
                }
                Ok(cells)
            }
        }
        deserializer.deserialize_seq(Cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Words;
    use crate::read::error::Bound;
    use crate::read::{BookFormat, CellValue, Notice, Sheet, Visibility};
    use rust_decimal::Decimal;
    use std::collections::BTreeSet;

    #[test]
    fn a_book_comes_back_equal_to_the_last_decimal_place() {
        let numbers = ["0", "-0.1", "275.470", "0.0000000000000000000000000001", "79228162514264337593543950335"];
        let values = numbers.iter().map(|n| CellValue::Number(Decimal::from_str_exact(n).unwrap()));
        let others = [
            CellValue::Text("甲\u{1b}\n\u{0}".into()),
            CellValue::Bool(true),
            CellValue::Date("2024-11-28".into()),
            CellValue::Error("#DIV/0!".into()),
            CellValue::Uncalculated,
        ];
        let cells = values.chain(others).enumerate();
        let cells = cells.map(|(row, value)| (CellRef::new(row as u32, 16_383), Cell { value, ..Cell::of_text("示") }));
        let sheet = Sheet {
            name: "a'b".into(),
            visibility: Visibility::VeryHidden,
            cells: cells.collect(),
            merges: vec!["A1:B2".parse().unwrap()],
            hidden_rows: BTreeSet::from([3]),
            hidden_cols: BTreeSet::new(),
            layout_known: false,
        };
        let book = Book {
            file: "甲.xls".into(),
            sha256: "00".into(),
            size: 3,
            format: BookFormat::Xls,
            modified: None,
            date_1904: true,
            sheets: vec![sheet],
            notices: vec![Notice {
                sheet: None,
                cell: Some(CellRef::new(1, 2)),
                words: Words::new("一", "one"),
                lost: true,
            }],
        };
        let mut text = Vec::new();
        send(&Ok(book.clone()), &mut text).unwrap();
        assert_eq!(format!("{:?}", receive(&text).unwrap().unwrap()), format!("{book:?}"));
        assert!(receive(&text[..text.len() - 1]).is_none());
        let refusal = ReadError::TooLarge {
            file: "甲.xls".into(),
            part: "Workbook".into(),
            bound: Bound::Cells,
            limit: 5,
            found: 6,
        };
        let mut text = Vec::new();
        send(&Err(refusal.clone()), &mut text).unwrap();
        assert_eq!(receive(&text).unwrap().unwrap_err(), refusal);
    }

    #[test]
    fn an_order_and_its_bytes_come_apart_where_they_were_joined() {
        let order = Order { file: "甲\n乙.xls".into(), limits: Limits::default() };
        let mut sent = Vec::new();
        order.send(b"\n\xff{", &mut sent).unwrap();
        assert_eq!(Order::receive(sent.as_slice()).unwrap(), Some((order, b"\n\xff{".to_vec())));
        assert_eq!(Order::receive(&b"{}"[..]).unwrap(), None);
    }
}
