//! A scan of one sheet part for what the cell reader does not tell: merges, hidden rows and columns, formulas
//! without a result, and the text of a value as it was stored.
//!
//! It yields one record for every `<c>`, in the order of the part, so that the cell reader can walk beside it.
//!
//! # Source
//! ECMA-376 part 1, 18.3.1.4 (`c`), 18.3.1.13 (`col`), 18.3.1.40 (`f`), 18.3.1.55 (`mergeCell`), 18.3.1.73 (`row`).

use std::collections::{BTreeSet, HashMap};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::xml::{self, XmlFault};
use crate::model::cell::{MAX_COLS, MAX_ROWS};
use crate::model::{CellRange, CellRef};

/// Bytes of formulas that are spelled out for the followers of shared formulas.
const SHARED_BUDGET: usize = 32 << 20;

/// One `<c>` as it stands in the part.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct RawCell {
    /// None where the address is outside a sheet or not an address.
    pub at: Option<CellRef>,
    pub address: String,
    /// The type as written; `n` where none is.
    pub kind: String,
    pub has_formula: bool,
    pub formula: Option<String>,
    /// The text of `<v>`; none where there is no `<v>`.
    pub value: Option<String>,
    /// `<v>` is one plain run of characters, or absent.
    pub plain: bool,
}

/// What a sheet part says beside its cells.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub merges: Vec<CellRange>,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_cols: BTreeSet<u32>,
    /// References of merged ranges that are no ranges.
    pub bad_merges: Vec<String>,
}

/// A walk through one sheet part.
pub(super) struct Scan<'a> {
    reader: Reader<&'a [u8]>,
    layout: Layout,
    row: u32,
    col: u32,
    columns_seen: u32,
    in_data: bool,
    shared: HashMap<String, (String, CellRef)>,
    budget: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            reader: xml::reader(text),
            layout: Layout::default(),
            row: 0,
            col: 0,
            columns_seen: 0,
            in_data: false,
            shared: HashMap::new(),
            budget: SHARED_BUDGET,
        }
    }

    /// Gives the next cell; none at the end of the sheet's data.
    pub(super) fn next_cell(&mut self) -> Result<Option<RawCell>, XmlFault> {
        loop {
            match xml::next(&mut self.reader)? {
                Event::Start(e) => match e.local_name().into_inner() {
                    "sheetData" => self.in_data = true,
                    "row" if self.in_data => self.open_row(&e),
                    "c" if self.in_data => return self.cell(&e).map(Some),
                    "col" if !self.in_data => self.column(&e),
                    _ => {}
                },
                Event::End(e) => match e.local_name().into_inner() {
                    "row" if self.in_data => {
                        self.row = self.row.saturating_add(1);
                        self.col = 0;
                    }
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                Event::Eof => {
                    return if self.in_data { Err("the part ends in the sheet's data".into()) } else { Ok(None) };
                }
                _ => {}
            }
        }
    }

    /// Says whether the part has sheet data at all.
    pub(super) fn has_data(&self) -> bool {
        self.in_data
    }

    /// Walks to the end of the part and gives its layout.
    pub(super) fn finish(mut self) -> Result<Layout, XmlFault> {
        loop {
            match xml::next(&mut self.reader)? {
                Event::Start(e) if e.local_name().into_inner() == "mergeCell" => {
                    let reference = xml::attribute(&e, "ref").unwrap_or_default();
                    match reference.parse() {
                        Ok(range) => self.layout.merges.push(range),
                        Err(_) => self.layout.bad_merges.push(reference),
                    }
                }
                Event::Eof => return Ok(self.layout),
                _ => {}
            }
        }
    }

    fn open_row(&mut self, element: &BytesStart<'_>) {
        if let Some(number) = xml::attribute(element, "r").and_then(|r| r.parse::<u32>().ok()) {
            self.row = number.saturating_sub(1);
        }
        if xml::flag(element, "hidden") && self.row < MAX_ROWS {
            self.layout.hidden_rows.insert(self.row);
        }
    }

    fn column(&mut self, element: &BytesStart<'_>) {
        self.columns_seen += 1;
        if !xml::flag(element, "hidden") || self.columns_seen > MAX_COLS {
            return;
        }
        let number = |name| xml::attribute(element, name).and_then(|n| n.parse::<u32>().ok());
        if let (Some(min), Some(max)) = (number("min"), number("max")) {
            self.layout.hidden_cols.extend(min.saturating_sub(1)..max.min(MAX_COLS));
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) -> Result<RawCell, XmlFault> {
        let mut cell = RawCell { plain: true, ..RawCell::default() };
        cell.kind = xml::attribute(element, "t").unwrap_or_else(|| "n".to_owned());
        cell.address = xml::attribute(element, "r").unwrap_or_default();
        cell.at = self.place(&cell.address);
        loop {
            match xml::next(&mut self.reader)? {
                Event::Start(e) => match e.local_name().into_inner() {
                    "v" => {
                        let (text, plain) = xml::pieces(&mut self.reader)?;
                        (cell.value, cell.plain) = (Some(text), plain);
                    }
                    "f" => self.formula(&e, &mut cell)?,
                    _ => {
                        self.reader.read_to_end(e.name()).map_err(|error| error.to_string())?;
                    }
                },
                Event::End(_) => return Ok(cell),
                Event::Eof => return Err("the part ends in a cell".into()),
                _ => {}
            }
        }
    }

    fn place(&mut self, address: &str) -> Option<CellRef> {
        let at = if address.is_empty() {
            Some(CellRef::new(self.row, self.col)).filter(|at| at.row < MAX_ROWS && at.col < MAX_COLS)
        } else {
            read_address(address)
        };
        self.col = at.map_or(self.col, |at: CellRef| at.col).saturating_add(1);
        at
    }

    fn formula(&mut self, element: &BytesStart<'_>, cell: &mut RawCell) -> Result<(), XmlFault> {
        let shared = xml::attribute(element, "t").is_some_and(|t| t == "shared");
        let index = xml::attribute(element, "si").filter(|_| shared);
        let text = xml::text(&mut self.reader)?;
        cell.has_formula = true;
        match (index, cell.at) {
            (Some(index), Some(at)) if !text.is_empty() => {
                self.shared.insert(index, (text.clone(), at));
            }
            (Some(index), Some(at)) => cell.formula = self.follower(&index, at),
            _ => {}
        }
        if !text.is_empty() {
            cell.formula = Some(text);
        }
        Ok(())
    }

    /// Spells out a shared formula for one of its followers.
    fn follower(&mut self, index: &str, at: CellRef) -> Option<String> {
        let (master, from) = self.shared.get(index)?;
        self.budget = self.budget.checked_sub(master.len())?;
        calamine::expand_shared_formula(master, (from.row, from.col), (at.row, at.col)).ok()
    }
}

/// Reads the address of a cell, which has no `$`.
fn read_address(address: &str) -> Option<CellRef> {
    Some(address).filter(|a| !a.contains('$')).and_then(|a| a.parse().ok())
}

/// Bad addresses that are masked at most; a part with more of them is broken.
const MOST_BAD: usize = 100;

/// Lists the addresses of cells and rows that are none, as they are written.
pub(super) fn bad_addresses(text: &str) -> Result<BTreeSet<String>, XmlFault> {
    let mut reader = xml::reader(text);
    let mut found = BTreeSet::new();
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => {
                let written = || e.attributes().with_checks(false).flatten().find(|a| a.key.0 == "r");
                let row = |r: &str| r.parse::<u32>().is_ok_and(|n| (1..=MAX_ROWS).contains(&n));
                let sound: &dyn Fn(&str) -> bool = match e.local_name().into_inner() {
                    "c" => &|r| read_address(r).is_some(),
                    "row" => &row,
                    _ => continue,
                };
                found.extend(written().map(|a| a.value.into_owned()).filter(|r| !sound(r)));
            }
            Event::Eof if found.len() <= MOST_BAD => return Ok(found),
            Event::Eof => return Err("too many bad addresses".into()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scan_sees_what_the_cell_reader_does_not_tell() {
        let text = r#"<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>
            <row r="2" hidden="1"><c r="A2"><v>NaN</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f></c><c/></row>
            <row r="3"><c r="B3" t="str"><f t="shared" si="0"/><v>1<!-- -->2</v></c><c r="1X"/></row>
            </sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A"/></mergeCells></worksheet>"#;
        let mut scan = Scan::new(text);
        let mut cells = Vec::new();
        while let Some(cell) = scan.next_cell().unwrap() {
            cells.push(cell);
        }
        let addresses: Vec<String> = cells.iter().map(|c| c.at.map_or("?".into(), |at| at.to_string())).collect();
        assert_eq!(addresses, ["A2", "B2", "C2", "B3", "?"]);
        assert_eq!(cells[0].value.as_deref(), Some("NaN"));
        assert_eq!((cells[1].formula.as_deref(), cells[1].value.as_deref()), (Some("A2*2"), None));
        assert_eq!(
            (cells[3].formula.as_deref(), cells[3].value.as_deref(), cells[3].plain),
            (Some("A3*2"), Some("12"), false)
        );
        let layout = scan.finish().unwrap();
        assert_eq!(layout.merges, ["A1:B2".parse().unwrap()]);
        assert_eq!(layout.bad_merges, ["A"]);
        assert_eq!(
            (layout.hidden_rows.into_iter().collect::<Vec<_>>(), layout.hidden_cols.into_iter().collect::<Vec<_>>()),
            (vec![1], vec![1, 2])
        );
    }

    #[test]
    fn a_sheet_that_breaks_off_is_an_error() {
        let mut scan = Scan::new("<worksheet><sheetData><row><c><v>1</v></c>");
        assert!(scan.next_cell().unwrap().is_some());
        assert!(scan.next_cell().is_err());
    }
}
