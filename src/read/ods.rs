//! An `OpenDocument` spreadsheet: measured and tidied, then read by calamine behind a fence.
//!
//! The reader refuses indented documents and multiplies repeated cells out, so the content is first walked once:
//! white space outside paragraphs is dropped, and the area that the cells spread over is measured.
//!
//! # Source
//! ODF 1.2 part 1, 9.1 (tables), 19.675 and 19.677 (repetition), part 3, 4 (encryption).

use std::io::{Cursor, Write};

use calamine::{Ods, OdsError, Reader as _};
use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::book::{Book, BookFormat};
use super::error::{Bound, ReadError};
use super::guard::fenced;
use super::legacy::{Gathering, failed, too_many};
use super::limits::Limits;
use super::package::Package;
use super::xml::{self, XmlFault};
use crate::model::cell::{MAX_COLS, MAX_ROWS};

const CONTENT: &str = "content.xml";
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// Reads a spreadsheet from its checked package.
pub(super) fn read_ods(package: &mut Package<'_>, limits: Limits, mut book: Book) -> Result<Book, ReadError> {
    let file = book.file.clone();
    if package.text("META-INF/manifest.xml")?.is_some_and(|m| m.contains("encryption-data")) {
        return Err(ReadError::Password { file });
    }
    let Some(text) = package.text(CONTENT)? else { return Err(package.corrupted(CONTENT, "the part is missing")) };
    book.modified = modified(package)?;
    book.format = BookFormat::Ods;
    let (tidy, spread) = tidy(&text).map_err(|fault| package.corrupted(CONTENT, fault))?;
    if spread.cells > limits.cells {
        return Err(too_many(&file, CONTENT, limits, spread.cells));
    }
    if spread.blanks > limits.text_bytes {
        let (part, limit) = (CONTENT.to_owned(), limits.text_bytes);
        return Err(ReadError::TooLarge { file, part, bound: Bound::Text, limit, found: spread.blanks });
    }
    let small = pack(&tidy).map_err(|error| package.corrupted(CONTENT, error.to_string()))?;
    fenced(|| gather(&small, limits, book)).unwrap_or_else(|why| Err(failed(&file, ".ods", &why)))
}

fn modified(package: &mut Package<'_>) -> Result<Option<String>, ReadError> {
    let Some(text) = package.text("meta.xml")? else { return Ok(None) };
    let mut reader = xml::reader(&text);
    while let Ok(event) = xml::next(&mut reader) {
        match event {
            Event::Start(e) if e.name().0 == "dc:date" => {
                return Ok(xml::text(&mut reader).ok().filter(|date| !date.is_empty()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(None)
}

fn gather(bytes: &[u8], limits: Limits, book: Book) -> Result<Book, ReadError> {
    let mut ods: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => ReadError::Password { file: book.file.clone() },
        other => failed(&book.file, ".ods", &other.to_string()),
    })?;
    let mut gathering = Gathering::new(book, limits);
    for tab in ods.sheets_metadata().to_vec() {
        let values = ods.worksheet_range(&tab.name).map_err(|error| error.to_string());
        let formulas = ods.worksheet_formula(&tab.name).unwrap_or_default();
        gathering.spread(&tab, values, &formulas, &[])?;
    }
    Ok(gathering.book)
}

/// What the content would grow to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Spread {
    /// Cells of the boxes that hold every filled cell, and of the rows as they stand.
    cells: u64,
    /// Blanks that repetition marks ask for.
    blanks: u64,
}

/// Sizes of the table being walked.
#[derive(Debug, Default)]
struct Table {
    rows: u64,
    /// Rows down to the last one that holds something.
    filled_rows: u64,
    widest: u64,
    repeated: u64,
    width: u64,
    filled_width: u64,
}

impl Table {
    fn close_row(&mut self, spread: &mut Spread) {
        self.rows = (self.rows + self.repeated).min(u64::from(MAX_ROWS));
        if self.filled_width > 0 {
            self.filled_rows = self.rows;
            self.widest = self.widest.max(self.filled_width);
            spread.cells = spread.cells.saturating_add(self.filled_width);
        }
    }

    fn close(&self, spread: &mut Spread) {
        spread.cells = spread.cells.saturating_add(self.filled_rows.saturating_mul(self.widest));
    }
}

/// Drops the white space between elements and measures what repetition asks for.
fn tidy(text: &str) -> Result<(String, Spread), XmlFault> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut reader = xml::reader(text);
    reader.config_mut().expand_empty_elements = false;
    let (mut out, mut spread, mut table) = (String::with_capacity(text.len()), Spread::default(), Table::default());
    let (mut paragraphs, mut unclosed) = (0usize, 0usize);
    loop {
        let from = position(reader.buffer_position());
        let event = xml::next(&mut reader)?;
        let raw = &text[from..position(reader.buffer_position()).min(text.len())];
        match &event {
            Event::Start(e) => {
                open(e, &mut table, &mut spread);
                paragraphs += usize::from(is_text(e.name().0));
                unclosed += 1;
            }
            Event::Empty(e) => {
                open(e, &mut table, &mut spread);
                close(e.name().0, &mut table, &mut spread);
            }
            Event::End(e) => {
                close(e.name().0, &mut table, &mut spread);
                paragraphs -= usize::from(is_text(e.name().0)).min(paragraphs);
                unclosed = unclosed.saturating_sub(1);
            }
            Event::Text(_) if paragraphs == 0 && raw.trim().is_empty() => continue,
            Event::Comment(_) => continue,
            // The reader waits for ever for the end of an element that is cut off.
            Event::Eof if unclosed > 0 => return Err(format!("it ends inside {unclosed} elements")),
            Event::Eof => return Ok((out, spread)),
            _ => {}
        }
        out.push_str(raw);
    }
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn is_text(name: &str) -> bool {
    name.starts_with("text:")
}

fn open(element: &BytesStart<'_>, table: &mut Table, spread: &mut Spread) {
    let count = |name: &str| xml::attribute(element, name).map_or(1, |n| n.trim().parse().unwrap_or(u64::MAX));
    match element.name().0 {
        "table:table" => *table = Table::default(),
        "table:table-row" => {
            table.repeated = count("number-rows-repeated");
            (table.width, table.filled_width) = (0, 0);
        }
        "table:table-cell" | "table:covered-table-cell" => {
            let columns = table.width.saturating_add(count("number-columns-repeated"));
            table.width = columns.min(u64::from(MAX_COLS));
            let holds = ["value-type", "value", "string-value", "date-value", "time-value", "boolean-value", "formula"];
            if holds.iter().any(|name| xml::attribute(element, name).is_some()) {
                table.filled_width = table.width;
            }
        }
        "text:s" => spread.blanks = spread.blanks.saturating_add(count("c")),
        _ => {}
    }
}

fn close(name: &str, table: &mut Table, spread: &mut Spread) {
    match name {
        "table:table-row" => table.close_row(spread),
        "table:table" => table.close(spread),
        _ => {}
    }
}

/// The reader takes a package, so the tidied content is put into one, unpacked.
fn pack(content: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(content.len() + 512)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in [("mimetype", MIMETYPE), ("META-INF/manifest.xml", "<manifest:manifest/>"), (CONTENT, content)]
    {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &str) -> String {
        format!("<office:spreadsheet>\n <table:table table:name=\"A\">\n{rows}</table:table></office:spreadsheet>")
    }

    #[test]
    fn space_between_elements_goes_and_text_keeps_its_own() {
        let (out, _) = tidy(&table("<table:table-row> <table:table-cell office:value-type=\"string\">\n<text:p> a <text:span> </text:span></text:p>\n</table:table-cell></table:table-row>")).unwrap();
        assert!(out.ends_with("<table:table-row><table:table-cell office:value-type=\"string\"><text:p> a <text:span> </text:span></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"));
    }

    #[test]
    fn content_that_is_cut_off_is_refused() {
        let whole =
            table("<table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell></table:table-row>");
        assert!(tidy(&whole).is_ok());
        let cut = whole.replace("</table:table></office:spreadsheet>", "");
        assert_eq!(tidy(&cut).unwrap_err(), "it ends inside 2 elements");
        assert!(tidy(&whole.replace("</text:p>", "</text:s>")).is_err());
    }

    #[test]
    fn repetition_counts_where_something_stands() {
        for (rows, cells) in [
            (
                r#"<table:table-row><table:table-cell office:value-type="float"/></table:table-row><table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
                2,
            ),
            (
                r#"<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="10" office:value="1"/></table:table-row>"#,
                10_010,
            ),
            (
                r#"<table:table-row table:number-rows-repeated="18446744073709551615"><table:table-cell table:number-columns-repeated="4294967295" office:value="1"/></table:table-row>"#,
                16_384 + 16_384 * 1_048_576,
            ),
        ] {
            assert_eq!(tidy(&table(rows)).unwrap().1.cells, cells, "{rows}");
        }
    }
}
