//! One worksheet of a package: the cell reader and our own scan walk the part side by side.

use std::io::{BufReader, Cursor, Write};

use calamine::{DataRef, XlsxCellReader, XlsxError};
use quick_xml::reader::Reader;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::book::{Cell, CellValue, Notice, Sheet, Visibility};
use super::error::Bound;
use super::guard::fenced;
use super::limits::{Limits, Spent};
use super::scan::{RawCell, Scan, bad_addresses};
use super::styles::Styles;
use super::value::{self, Reading};
use crate::model::{CellRef, Words};

/// What the sheets of a package share.
pub(super) struct Context<'a> {
    pub strings: &'a [String],
    pub styles: &'a Styles,
    pub date_1904: bool,
    pub limits: Limits,
}

/// Why a sheet could not be read.
#[derive(Debug)]
pub(super) enum SheetFault {
    Broken(String),
    Over(Bound, u64, u64),
}

impl<E: std::fmt::Display> From<E> for SheetFault {
    fn from(error: E) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Reads the text of a sheet part.
pub(super) fn read_sheet(
    name: &str,
    visibility: Visibility,
    mut text: String,
    context: &Context<'_>,
    spent: &mut Spent,
) -> Result<(Sheet, Vec<Notice>), SheetFault> {
    hide_dimension(&mut text);
    let before = *spent;
    let mut outcome = fenced(|| walk(name, &text, context, spent)).unwrap_or_else(|why| Err(SheetFault::Broken(why)));
    if matches!(outcome, Err(SheetFault::Broken(_))) && mask_bad_addresses(&mut text) {
        *spent = before;
        outcome = fenced(|| walk(name, &text, context, spent)).unwrap_or_else(|why| Err(SheetFault::Broken(why)));
    }
    outcome.map(|(mut sheet, notices)| {
        sheet.visibility = visibility;
        (sheet, notices)
    })
}

/// Some bad addresses break the cell reader for good; put as `?` they cost their own cell only.
fn mask_bad_addresses(text: &mut String) -> bool {
    let Ok(addresses) = bad_addresses(text) else { return false };
    for address in &addresses {
        for quote in ['"', '\''] {
            *text = text.replace(&format!(" r={quote}{address}{quote}"), &format!(" r={quote}?{quote}"));
        }
    }
    !addresses.is_empty()
}

/// The declared extent is often wrong and never needed, so its tag is renamed and the cell reader passes over it.
fn hide_dimension(text: &mut String) {
    let head = text.find("sheetData").unwrap_or(0);
    if let Some(at) = text[..head].find("dimension") {
        text.replace_range(at..at + "dimension".len(), "dimensioN");
    }
}

fn walk(name: &str, text: &str, context: &Context<'_>, spent: &mut Spent) -> Result<(Sheet, Vec<Notice>), SheetFault> {
    let mut gathered = Gathered::new(name, context.limits);
    let mut scan = Scan::new(text);
    let Some(mut raw) = scan.next_cell()? else {
        if !scan.has_data() {
            gathered.say(None, no_data());
        }
        return gathered.finish(scan);
    };
    let package = pack(text)?;
    let mut archive = ZipArchive::new(Cursor::new(package.as_slice()))?;
    let mut reader = Reader::from_reader(BufReader::new(archive.by_index(0)?));
    let config = reader.config_mut();
    (config.check_end_names, config.check_comments, config.expand_empty_elements) = (false, false, true);
    let mut cells = XlsxCellReader::new(reader, context.strings, &[], &[], context.date_1904)?;
    loop {
        let (value, style) = next_value(&mut cells, &raw)?;
        gathered.take(raw, value, style, context, spent)?;
        match scan.next_cell()? {
            Some(next) => raw = next,
            None => return gathered.finish(scan),
        }
    }
}

/// The cell reader takes a package, so the part is put into one, unpacked.
fn pack(text: &str) -> Result<Vec<u8>, SheetFault> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(text.len() + 256)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("sheet.xml", options)?;
    zip.write_all(text.trim_start_matches('\u{FEFF}').as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// Gives the value and style of a scanned cell; a value that the reader refuses is none, and it goes on behind it.
fn next_value<'a, RS: std::io::Read + std::io::Seek>(
    cells: &mut XlsxCellReader<'a, RS>,
    raw: &RawCell,
) -> Result<(Option<DataRef<'a>>, usize), SheetFault> {
    loop {
        return match cells.next_cell_with_style_id() {
            Ok(Some((cell, style))) if in_step(cell.get_position(), raw) => Ok((Some(cell.get_value().clone()), style)),
            Ok(_) => Err(SheetFault::Broken(format!("the cells at {} are out of order", raw.address))),
            // A bad number of a row is passed over; a bad address of a cell is that cell's.
            Err(error) if is_address(&error) && raw.at.is_some() => continue,
            Err(error) if is_address(&error) || is_value(&error) => Ok((None, 0)),
            Err(error) => Err(error.into()),
        };
    }
}

/// Reader and scan must speak of the same cell; without an address, or behind a refused cell, only the scan knows.
fn in_step(position: (u32, u32), raw: &RawCell) -> bool {
    raw.address.is_empty() || raw.at.is_none_or(|at| position == (at.row, at.col))
}

fn is_address(error: &XlsxError) -> bool {
    matches!(
        error,
        XlsxError::Alphanumeric(_)
            | XlsxError::NumericColumn(_)
            | XlsxError::RangeWithoutColumnComponent
            | XlsxError::RangeWithoutRowComponent
            | XlsxError::ColumnNumberOverflow
            | XlsxError::RowNumberOverflow
            | XlsxError::ParseInt(_)
    )
}

fn is_value(error: &XlsxError) -> bool {
    matches!(
        error,
        XlsxError::CellError(_)
            | XlsxError::CellTAttribute(_)
            | XlsxError::ParseFloat(_)
            | XlsxError::Unexpected(_)
            | XlsxError::Unrecognized { .. }
    )
}

/// What was gathered of a sheet so far.
struct Gathered {
    sheet: Sheet,
    notices: Vec<Notice>,
    limits: Limits,
}

impl Gathered {
    fn new(name: &str, limits: Limits) -> Self {
        let sheet = Sheet {
            name: name.to_owned(),
            visibility: Visibility::Visible,
            cells: std::collections::BTreeMap::new(),
            merges: Vec::new(),
            hidden_rows: std::collections::BTreeSet::new(),
            hidden_cols: std::collections::BTreeSet::new(),
            layout_known: true,
        };
        Self { sheet, notices: Vec::new(), limits }
    }

    fn say(&mut self, cell: Option<CellRef>, words: Words) {
        self.notices.push(Notice { sheet: Some(self.sheet.name.clone()), cell, words, lost: false });
    }

    fn take(
        &mut self,
        raw: RawCell,
        value: Option<DataRef<'_>>,
        style: usize,
        context: &Context<'_>,
        spent: &mut Spent,
    ) -> Result<(), SheetFault> {
        let refused = value.is_none();
        let reading =
            Reading { format: context.styles.format(style), format_known: true, date_1904: context.date_1904 };
        let (at, address, stored) = (raw.at, raw.address.clone(), raw.value.clone().unwrap_or_default());
        let Some(cell) = value::cell(raw, value, context.strings, reading) else { return Ok(()) };
        let Some(at) = at else {
            self.say(None, bad_address(&address, &cell.shown));
            return Ok(());
        };
        if refused && !stored.starts_with('#') {
            self.say(Some(at), unreadable(&stored));
        }
        self.spend(&cell, spent)?;
        self.put(at, cell);
        Ok(())
    }

    fn spend(&self, cell: &Cell, spent: &mut Spent) -> Result<(), SheetFault> {
        let text = cell.shown.len() + cell.formula.as_ref().map_or(0, String::len);
        spent.cell(text, &self.limits).map_err(|(bound, limit, found)| SheetFault::Over(bound, limit, found))
    }

    /// A cell given twice with different values has no value that could be trusted.
    fn put(&mut self, at: CellRef, cell: Cell) {
        match self.sheet.cells.get_mut(&at) {
            Some(before) if before.value != cell.value => {
                let words = given_twice(&before.shown, &cell.shown);
                before.shown = format!("{} | {}", before.shown, cell.shown);
                before.value = CellValue::Error(before.shown.clone());
                self.say(Some(at), words);
            }
            Some(_) => {}
            None => {
                self.sheet.cells.insert(at, cell);
            }
        }
    }

    fn finish(mut self, scan: Scan<'_>) -> Result<(Sheet, Vec<Notice>), SheetFault> {
        let layout = scan.finish()?;
        let merges = layout.merges.len() as u64;
        if merges > self.limits.merges {
            return Err(SheetFault::Over(Bound::Merges, self.limits.merges, merges));
        }
        for reference in layout.bad_merges {
            self.say(None, bad_merge(&reference));
        }
        (self.sheet.merges, self.sheet.hidden_rows, self.sheet.hidden_cols) =
            (layout.merges, layout.hidden_rows, layout.hidden_cols);
        Ok((self.sheet, self.notices))
    }
}

fn no_data() -> Words {
    Words::new("这张表里没有单元格数据。", "this sheet holds no cell data.")
}

fn bad_address(address: &str, shown: &str) -> Words {
    Words::new(
        format!("单元格地址“{address}”不在工作表范围内，其内容“{shown}”没有读入。"),
        format!("the cell address \"{address}\" is outside a sheet; its content \"{shown}\" was not read."),
    )
}

fn unreadable(stored: &str) -> Words {
    Words::new(
        format!("单元格的存储值“{stored}”读不出来，按错误值处理。请在 Excel 或 WPS 里重新录入。"),
        format!(
            "the stored value \"{stored}\" cannot be read and counts as an error value. Type it again in Excel or WPS."
        ),
    )
}

fn given_twice(first: &str, second: &str) -> Words {
    Words::new(
        format!(
            "同一单元格在文件里给了两个不同的值（“{first}”和“{second}”），两个都不采用。请在 Excel 或 WPS 里打开、核对后另存。"
        ),
        format!(
            "the file gives this cell two different values (\"{first}\" and \"{second}\"); neither is used. Open it in Excel or WPS, look it over and save a copy."
        ),
    )
}

fn bad_merge(reference: &str) -> Words {
    Words::new(
        format!("合并区域“{reference}”不是有效的区域，没有读入。"),
        format!("the merged range \"{reference}\" is no range and was not read."),
    )
}
