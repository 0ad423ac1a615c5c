//! The workbook while it is written, and the links that lead out of it.
//!
//! The writer of workbooks keeps some 800 bytes for every link to another file, and a relationship for each; a county
//! has hundreds of thousands. Those links wait here in twenty bytes each, and go into the finished package with one
//! relationship a file.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::names::address;
use super::page::clean;
use crate::model::CellRef;

/// The namespace of relationships.
///
/// # Source
/// ECMA-376 part 1, 12.3 and 18.3.1.47 (`hyperlink`).
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const HYPERLINK: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";

/// A cell that leads to a cell of a workbook beside this one.
#[derive(Debug, Clone, Copy)]
struct Outward {
    from: CellRef,
    path: u32,
    sheet: u32,
    to: CellRef,
}

/// The links that lead out of one sheet.
#[derive(Debug, Default)]
pub struct Outwards {
    links: Vec<Outward>,
    paths: Names,
    sheets: Names,
}

/// Names by number, each once.
#[derive(Debug, Default)]
struct Names {
    all: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn get(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", String::as_str)
    }
}

impl Outwards {
    /// Keeps one link.
    pub fn add(&mut self, from: CellRef, path: &str, sheet: &str, to: CellRef) {
        let (path, sheet) = (self.paths.number(path), self.sheets.number(sheet));
        self.links.push(Outward { from, path, sheet, to });
    }

    fn elements(&self) -> String {
        let mut text = String::new();
        for link in &self.links {
            let location = escaped(&address(self.sheets.get(link.sheet), link.to));
            let (from, path) = (link.from, link.path);
            let _ = write!(text, "<hyperlink ref=\"{from}\" r:id=\"beside{path}\" location=\"{location}\"/>");
        }
        text
    }

    fn relationships(&self) -> String {
        let one = |(number, path): (usize, &String)| {
            let target = escaped(&encoded(path));
            format!(
                "<Relationship Id=\"beside{number}\" Type=\"{HYPERLINK}\" Target=\"{target}\" TargetMode=\"External\"/>"
            )
        };
        self.paths.all.iter().enumerate().map(one).collect()
    }
}

/// A path as a relationship names it: what would end it or be taken for an escape is escaped.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace(' ', "%20").replace('#', "%23").replace('?', "%3F")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A workbook without a clock: the same sheets give the same bytes.
pub struct Book {
    workbook: Workbook,
    sheets: usize,
    /// By the number of the sheet, from one.
    outwards: BTreeMap<usize, Outwards>,
}

impl Book {
    /// Begins a workbook; its properties tell where it comes from.
    ///
    /// # Errors
    /// None is expected.
    pub fn new(title: &str, origin: &str) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new().set_title(clean(title)).set_comment(clean(origin)).set_creation_datetime(&created),
        );
        Ok(Self { workbook, sheets: 0, outwards: BTreeMap::new() })
    }

    /// A sheet whose rows wait in a temporary file; in memory where none can be made.
    pub fn long_sheet(&mut self) -> Worksheet {
        self.workbook.new_worksheet_with_low_memory().unwrap_or_else(|_| Worksheet::new())
    }

    /// Puts a sheet behind those that are there.
    pub fn push(&mut self, sheet: Worksheet, outwards: Outwards) {
        self.workbook.push_worksheet(sheet);
        self.sheets += 1;
        if !outwards.links.is_empty() {
            self.outwards.insert(self.sheets, outwards);
        }
    }

    /// Puts the hidden sheet behind all others by which a workbook of ours is known.
    ///
    /// # Errors
    /// None is expected.
    pub fn seal(&mut self) -> Result<(), XlsxError> {
        self.seal_with(&[])
    }

    /// Puts that sheet with more to keep under the seal, a text a row.
    ///
    /// # Errors
    /// A text that is longer than a cell takes.
    pub fn seal_with(&mut self, kept: &[String]) -> Result<(), XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("gouji")?.set_very_hidden(true).write_string(0, 0, super::SEAL)?;
        for (row, text) in (1..).zip(kept) {
            sheet.write_string(row, 0, text)?;
        }
        self.push(sheet, Outwards::default());
        Ok(())
    }

    /// The workbook as .xlsx.
    ///
    /// # Errors
    /// What Excel does not take, or a package that cannot be written.
    pub fn save(mut self) -> Result<Vec<u8>, XlsxError> {
        let bytes = self.workbook.save_to_buffer()?;
        drop(self.workbook);
        if self.outwards.is_empty() {
            Ok(bytes)
        } else {
            linked(&bytes, &self.outwards).map_err(|error| XlsxError::ParameterError(error.to_string()))
        }
    }
}

/// Puts the links into a package; every other part stays as it lies.
fn linked(bytes: &[u8], outwards: &BTreeMap<usize, Outwards>) -> Result<Vec<u8>, ZipError> {
    let mut package = ZipArchive::new(Cursor::new(bytes))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let part = |number: &usize| format!("xl/worksheets/sheet{number}.xml");
    let relations = |number: &usize| format!("xl/worksheets/_rels/sheet{number}.xml.rels");
    let sheets: HashMap<String, &Outwards> = outwards.iter().map(|(number, own)| (part(number), own)).collect();
    let mut left: BTreeMap<String, &Outwards> = outwards.iter().map(|(number, own)| (relations(number), own)).collect();
    for at in 0..package.len() {
        let mut entry = package.by_index(at)?;
        let name = entry.name()?.into_owned();
        let (own, related) = (sheets.get(&name), left.remove(&name));
        if own.is_none() && related.is_none() {
            out.raw_copy_file(entry)?;
            continue;
        }
        let mut text = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or(0));
        entry.read_to_end(&mut text)?;
        drop(entry);
        out.start_file(name, options)?;
        if let Some(own) = own {
            write_with_links(&mut out, &text, &own.elements())?;
        } else if let Some(own) = related {
            let end = text.len() - b"</Relationships>".len().min(text.len());
            out.write_all(&text[..end])?;
            out.write_all(own.relationships().as_bytes())?;
            out.write_all(&text[end..])?;
        }
    }
    for (name, own) in left {
        out.start_file(name, options)?;
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"{RELATIONS}\">"
        );
        out.write_all(head.as_bytes())?;
        out.write_all(own.relationships().as_bytes())?;
        out.write_all(b"</Relationships>")?;
    }
    Ok(out.finish()?.into_inner())
}

/// Writes a sheet with more links: behind those that it has, or in a list of their own before the print options, which
/// every sheet of ours has. Neither tag can stand in a text, where `<` is written as `&lt;`.
fn write_with_links(out: &mut impl Write, sheet: &[u8], links: &str) -> Result<(), ZipError> {
    let end = sheet.len();
    // Backwards, for what stands behind the rows is short beside them.
    let tags = (0..end).rev().filter(|at| sheet.get(*at) == Some(&b'<'));
    let mut tags = tags.map(|at| (at, sheet.get(at..).unwrap_or_default()));
    let mut before_options = None;
    let own = tags.find_map(|(at, tag)| {
        before_options = before_options.or(tag.starts_with(b"<printOptions").then_some(at));
        let ends = tag.starts_with(b"</sheetData>") || tag.starts_with(b"<sheetData/>");
        (ends || tag.starts_with(b"</hyperlinks>")).then_some((!ends).then_some(at))
    });
    let (at, before, after) = match (own.flatten(), before_options) {
        (Some(at), _) => (at, "", ""),
        (None, Some(at)) => (at, "<hyperlinks>", "</hyperlinks>"),
        (None, None) => return Err(ZipError::InvalidArchive("a sheet without print options".into())),
    };
    for part in [&sheet[..at], before.as_bytes(), links.as_bytes(), after.as_bytes(), &sheet[at..]] {
        out.write_all(part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_relationship_however_often_it_is_linked() {
        let mut outwards = Outwards::default();
        let at = |row| CellRef::new(row, 4);
        for row in 0..3 {
            outwards.add(at(row), "甲 局 & 乙.xlsx", "it's", at(row));
        }
        outwards.add(at(9), "b.xlsx", "表", at(0));
        let relations = outwards.relationships();
        assert_eq!(relations.matches("<Relationship ").count(), 2);
        assert!(relations.contains("Target=\"甲%20局%20&amp;%20乙.xlsx\""), "{relations}");
        assert_eq!(outwards.elements().matches("r:id=\"beside0\"").count(), 3);
        assert!(outwards.elements().contains("ref=\"E10\" r:id=\"beside1\" location=\"'表'!E1\""));
        assert!(outwards.elements().contains("location=\"'it''s'!E2\""));
    }

    #[test]
    fn links_stand_where_the_format_wants_them() {
        let said = |sheet: &str| {
            let mut out = Vec::new();
            write_with_links(&mut out, sheet.as_bytes(), "<hyperlink/>").map(|()| String::from_utf8(out).unwrap())
        };
        assert_eq!(said("<a/><printOptions/>").unwrap(), "<a/><hyperlinks><hyperlink/></hyperlinks><printOptions/>");
        assert_eq!(
            said("<hyperlinks><b/></hyperlinks><printOptions/>").unwrap(),
            "<hyperlinks><b/><hyperlink/></hyperlinks><printOptions/>"
        );
        assert!(said("<a/>").is_err());
    }
}
