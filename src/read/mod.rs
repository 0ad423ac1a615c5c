//! Bytes become a [`Book`]: what a file is, whether its package is sound, and its cells with exact numbers.
//!
//! Takes a file's bytes and the path to name it by; gives a sparse grid for every worksheet, and what was noticed
//! on the way. Refuses, with a cure, what is no workbook, is damaged or unsafe. This is the only user of calamine.
//!
//! The way: know the kind by content → walk the package once under [`Limits`], checking every part →
//! read cells by stream. A number becomes a decimal once, in [`crate::model::amount::from_stored`]; no float
//! arithmetic follows. Older formats give values without formats, which the book says.

pub mod book;
pub mod looks;
pub mod numfmt;
pub mod typed;

mod biff;
mod compound;
mod dates;
mod error;
mod guard;
mod legacy;
mod limits;
mod ods;
mod ods_shown;
mod package;
mod relations;
mod scan;
mod sheet;
mod sniff;
mod strings;
mod styles;
mod value;
mod walk;
pub mod wire;
mod workbook;
mod xlsx;
mod xml;
mod xmlcheck;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

pub use book::*;
pub use error::{Bound, ReadError};
pub use guard::fenced;
pub use limits::{CELL, Limits};
pub use sniff::Kind;
pub use typed::{Comparator, Typed, TypedNumber, parse_typed};

use sha2::{Digest, Sha256};

use crate::model::Words;
use package::Package;

/// Reads a workbook of any known format, recognised by its content.
///
/// `file` names it in the book and in every message; it is not opened.
///
/// # Errors
/// The file is empty, no workbook, protected, cut off, damaged or unsafe, or holds no worksheet that can be read.
///
/// # Examples
/// ```
/// use gouji::read::{ReadError, read_book};
/// let refused = read_book("甲单位/附件2.xlsx", b"%PDF-1.7".to_vec()).unwrap_err();
/// assert!(refused.words().zh.contains("PDF"));
/// ```
pub fn read_book(file: &str, bytes: Vec<u8>) -> Result<Book, ReadError> {
    read_book_within(file, bytes, Limits::default())
}

/// Reads a workbook under given limits; see [`read_book`].
///
/// # Errors
/// As [`read_book`].
#[allow(clippy::needless_pass_by_value, reason = "the bytes of a large file should not outlive its reading")]
pub fn read_book_within(file: &str, bytes: Vec<u8>, limits: Limits) -> Result<Book, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { file: file.to_owned() });
    }
    let (limit, found) = (limits.file_bytes, bytes.len() as u64);
    if found > limit {
        let (file, part) = (file.to_owned(), String::new());
        return Err(ReadError::TooLarge { file, part, bound: Bound::File, limit, found });
    }
    let book = empty_book(file, &bytes);
    let book = match sniff::sniff(&bytes) {
        Kind::Zip => read_package(file, &bytes, limits, book)?,
        Kind::Compound => legacy::read_compound(&bytes, limits, book)?,
        kind => return Err(not_workbook(file, kind)),
    };
    if book.sheets.is_empty() { Err(no_sheets(book)) } else { Ok(book) }
}

/// Whether a file's kind is read by a reader that was seen to end its whole process on damaged bytes.
///
/// Such a file belongs in a worker of its own: the older formats, and whatever is no plain package of XML parts.
#[must_use]
pub fn is_fragile(bytes: &[u8]) -> bool {
    match sniff::sniff(bytes) {
        Kind::Compound => true,
        // The names of a package stand unpacked in its directory.
        Kind::Zip => [&b"workbook.bin"[..], b"content.xml"].iter().any(|name| holds(bytes, name)),
        _ => false,
    }
}

fn holds(bytes: &[u8], name: &[u8]) -> bool {
    // The directory stands at the end: at most 10,000 entries of some hundred bytes.
    let tail = &bytes[bytes.len().saturating_sub(1 << 20)..];
    tail.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name))
}

/// The SHA-256 of a file's bytes, in hexadecimal.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn empty_book(file: &str, bytes: &[u8]) -> Book {
    Book {
        file: file.to_owned(),
        sha256: fingerprint(bytes),
        size: bytes.len() as u64,
        format: BookFormat::Xlsx,
        modified: None,
        date_1904: false,
        sheets: Vec::new(),
        notices: Vec::new(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// What was noticed on the way says why nothing is left.
fn no_sheets(book: Book) -> ReadError {
    let mut why = Words::default();
    for notice in book.notices.iter().filter(|n| n.sheet.is_some()).take(3) {
        let name = notice.sheet.as_deref().unwrap_or_default();
        for piece in ["“", name, "”：", &notice.words.zh] {
            why.zh.push_str(piece);
        }
        for piece in ["\"", name, "\": ", &notice.words.en, " "] {
            why.en.push_str(piece);
        }
    }
    ReadError::NoSheets { file: book.file, why }
}

fn not_workbook(file: &str, kind: Kind) -> ReadError {
    ReadError::NotWorkbook { file: file.to_owned(), kind }
}

fn read_package(file: &str, bytes: &[u8], limits: Limits, mut book: Book) -> Result<Book, ReadError> {
    let mut package = Package::open(file, bytes, limits)?;
    if let Some(mimetype) = package.part("mimetype")? {
        return match mimetype.as_slice() {
            m if m.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => {
                ods::read_ods(&mut package, limits, book)
            }
            _ => Err(not_workbook(file, Kind::OpenDocument)),
        };
    }
    let main = main_part(&mut package)?.ok_or_else(|| not_workbook(file, Kind::ZipArchive))?;
    let content = relations::content_type(&mut package, &main)?.to_lowercase();
    let format = match content.as_str() {
        c if c.contains("wordprocessingml") || c.contains("ms-word") => {
            return Err(not_workbook(file, Kind::WordDocument));
        }
        c if c.contains("presentationml") || c.contains("powerpoint") => {
            return Err(not_workbook(file, Kind::Presentation));
        }
        c if c.contains("sheet.binary") => BookFormat::Xlsb,
        c if c.contains("macroenabled") => BookFormat::Xlsm,
        c if c.contains("spreadsheetml") => BookFormat::Xlsx,
        _ if main.to_lowercase().ends_with(".bin") => BookFormat::Xlsb,
        _ if main.to_lowercase().contains("word") => return Err(not_workbook(file, Kind::WordDocument)),
        _ if main.to_lowercase().contains("workbook") => BookFormat::Xlsx,
        _ => return Err(not_workbook(file, Kind::ZipArchive)),
    };
    book.modified = xlsx::modified(&mut package)?;
    match format {
        BookFormat::Xlsb => legacy::read_xlsb(&mut package, bytes, &main, limits, book),
        format => xlsx::read_xlsx(&mut package, &main, format, limits, book),
    }
}

/// Finds the main part by its relation to the package, or where it usually stands.
fn main_part(package: &mut Package<'_>) -> Result<Option<String>, ReadError> {
    let related = relations::relations(package, "")?.into_iter().find(|r| r.kind == "officeDocument");
    let usual = || ["xl/workbook.xml", "xl/workbook.bin", "word/document.xml"].into_iter().map(str::to_owned);
    Ok(related.map(|r| r.target).filter(|name| package.has(name)).or_else(|| usual().find(|name| package.has(name))))
}
