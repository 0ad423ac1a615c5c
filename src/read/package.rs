//! A zip package that was walked once and found sound: its parts by name, whole and checked.
//!
//! Takes a file's bytes; gives parts; refuses what no honest package holds (two parts of one name, a document
//! type, another encoding than UTF-8, a bomb, a part whose check sum differs).
//!
//! # Source
//! ECMA-376 part 2, 6.2 (part names are compared without case) and annex B (mapping to zip).

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::{Bound, ReadError};
use super::limits::Limits;
use super::sniff::Kind;
use super::xmlcheck::XmlCheck;

/// Bytes inflated at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of inflated parts that are kept for reading; an annex has a tenth of a million.
const KEPT: u64 = 8 << 20;
/// Length of a central directory header before its name.
const HEADER: usize = 46;
/// Length of the header before an entry, before its name.
const LOCAL_HEADER: usize = 30;

/// A checked package; names are kept without case and with `/` between their pieces.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    index: HashMap<String, usize>,
    /// Parts as they were inflated for checking, up to [`KEPT`] bytes together; a larger one is inflated again.
    inflated: HashMap<usize, Vec<u8>>,
    file: &'a str,
    limits: Limits,
}

impl<'a> Package<'a> {
    /// Opens a package and inflates every part once, under the limits, to check it.
    ///
    /// # Errors
    /// Says which part is damaged, doubled, unsafe or in another encoding.
    pub(super) fn open(file: &'a str, bytes: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken_archive(file, bytes, &error))?;
        let mut package = Self { archive, index: HashMap::new(), inflated: HashMap::new(), file, limits };
        package.refuse_too_many(bytes)?;
        package.index_names()?;
        if !package.is_office() {
            return Err(ReadError::NotWorkbook { file: file.to_owned(), kind: Kind::ZipArchive });
        }
        package.check_parts()?;
        Ok(package)
    }

    /// Says whether a part is there, by name without case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(&canonical(name))
    }

    /// Inflates a part; none where there is none of that name.
    ///
    /// # Errors
    /// The part is damaged; after the first walk that does not happen to an unchanged file.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(&index) = self.index.get(&canonical(name)) else { return Ok(None) };
        // A part is read once as a rule; whoever asks again has it inflated again.
        if let Some(bytes) = self.inflated.remove(&index) {
            return Ok(Some(bytes));
        }
        let (file, limit) = (self.file, self.limits.part_bytes);
        let damaged = |detail: String| ReadError::Corrupted { file: file.to_owned(), part: name.to_owned(), detail };
        let entry = self.archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let mut bytes = Vec::new();
        entry.take(limit).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        Ok(Some(bytes))
    }

    /// Inflates an XML part as text; none where there is none of that name.
    ///
    /// # Errors
    /// The part is damaged or not UTF-8.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(bytes) = self.part(name)? else { return Ok(None) };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(error) => Err(self.corrupted(name, error.utf8_error().to_string())),
        }
    }

    /// Builds the error that a part is damaged.
    pub(super) fn corrupted(&self, part: &str, detail: impl Into<String>) -> ReadError {
        ReadError::Corrupted { file: self.file.to_owned(), part: part.to_owned(), detail: detail.into() }
    }

    /// The directory itself is walked first: the archive keeps only the last of two equal names.
    fn refuse_too_many(&self, bytes: &[u8]) -> Result<(), ReadError> {
        let mut seen = std::collections::HashSet::new();
        let mut at = usize::try_from(self.archive.central_directory_start()).unwrap_or(usize::MAX);
        while let Some(header) = at.checked_add(HEADER).and_then(|end| bytes.get(at..end)) {
            if !header.starts_with(b"PK\x01\x02") {
                break;
            }
            let length = |from: usize| usize::from(u16::from_le_bytes([header[from], header[from + 1]]));
            let name_bytes = bytes.get(at + HEADER..at + HEADER + length(28)).unwrap_or_default();
            let name = String::from_utf8_lossy(name_bytes);
            if !seen.insert(canonical(&name)) {
                return Err(ReadError::DuplicatePart { file: self.file.to_owned(), part: name.into_owned() });
            }
            if seen.len() > self.limits.entries {
                let limit = self.limits.entries as u64;
                return Err(self.too_large(&name, Bound::Entries, limit, seen.len() as u64));
            }
            if self.is_named_otherwise(bytes, header, name_bytes) {
                return Err(self.corrupted(&name, "its own head in the package bears another name"));
            }
            at += HEADER + length(28) + length(30) + length(32);
        }
        Ok(())
    }

    /// Programs that read a package from its start go by the head before an entry, others by the directory.
    fn is_named_otherwise(&self, bytes: &[u8], header: &[u8], name: &[u8]) -> bool {
        let offset = u32::from_le_bytes([header[42], header[43], header[44], header[45]]);
        // A package beyond 4 GB says elsewhere where its entries begin.
        let at = u64::from(offset).checked_add(self.archive.offset()).filter(|_| offset != u32::MAX);
        let Some(head) = at.and_then(|at| bytes.get(usize::try_from(at).ok()?..)) else { return false };
        if !head.starts_with(b"PK\x03\x04") || head.len() < LOCAL_HEADER {
            return false;
        }
        let length = usize::from(u16::from_le_bytes([head[26], head[27]]));
        head.get(LOCAL_HEADER..LOCAL_HEADER + length) != Some(name)
    }

    fn index_names(&mut self) -> Result<(), ReadError> {
        for number in 0..self.archive.len() {
            let name = match self.archive.name_for_index(number) {
                Some(Ok(name)) => name.into_owned(),
                _ => return Err(self.corrupted(&format!("#{number}"), "unreadable name")),
            };
            if name.ends_with('/') || name.ends_with('\\') {
                continue;
            }
            if self.index.insert(canonical(&name), number).is_some() {
                return Err(ReadError::DuplicatePart { file: self.file.to_owned(), part: name });
            }
        }
        Ok(())
    }

    /// Any other archive is told apart before its contents are inflated.
    fn is_office(&self) -> bool {
        ["[Content_Types].xml", "_rels/.rels", "mimetype", "xl/workbook.xml"].iter().any(|name| self.has(name))
    }

    fn check_parts(&mut self) -> Result<(), ReadError> {
        let mut numbers: Vec<usize> = self.index.values().copied().collect();
        numbers.sort_unstable();
        let mut total = 0;
        let mut chunk = vec![0; CHUNK];
        for number in numbers {
            let name = self.archive.name_for_index(number).and_then(Result::ok).unwrap_or_default().into_owned();
            self.check_part(number, &name, &mut total, &mut chunk)?;
        }
        Ok(())
    }

    /// Inflates one part to its end, so that its check sum is compared.
    fn check_part(&mut self, number: usize, name: &str, total: &mut u64, chunk: &mut [u8]) -> Result<(), ReadError> {
        let (file, limits) = (self.file, self.limits);
        let mut entry = self.archive.by_index(number).map_err(|error| refused_entry(file, name, &error))?;
        let (packed, declared) = (entry.compressed_size().max(1), entry.size());
        let mut check = XmlCheck::for_part(name);
        let mut size = 0u64;
        let keep = *total + declared <= KEPT && !is_skipped(name);
        let mut kept = Vec::with_capacity(if keep { usize::try_from(declared).unwrap_or(0) } else { 0 });
        loop {
            let read = entry.read(chunk).map_err(|error| refused_entry(file, name, &ZipError::Io(error)))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            *total += read as u64;
            let over = |bound, limit, found| too_large(file, name, bound, limit, found);
            if size > limits.part_bytes {
                return Err(over(Bound::Part, limits.part_bytes, size));
            }
            if *total > limits.total_bytes {
                return Err(over(Bound::Package, limits.total_bytes, *total));
            }
            if size > limits.ratio_from && size / packed > limits.ratio {
                return Err(over(Bound::Ratio, limits.ratio, size / packed));
            }
            limits.in_time().map_err(|(bound, limit, found)| over(bound, limit, found))?;
            check.feed(&chunk[..read]).map_err(|fault| fault.at(file, name))?;
            if keep && size <= declared {
                kept.extend_from_slice(&chunk[..read]);
            }
        }
        check.finish().map_err(|fault| fault.at(file, name))?;
        if size == declared {
            if keep {
                self.inflated.insert(number, kept);
            }
            return Ok(());
        }
        let (file, part) = (file.to_owned(), name.to_owned());
        Err(ReadError::Corrupted { file, part, detail: format!("{declared} bytes declared, {size} found") })
    }

    fn too_large(&self, part: &str, bound: Bound, limit: u64, found: u64) -> ReadError {
        too_large(self.file, part, bound, limit, found)
    }
}

/// Parts that reading never asks for.
fn is_skipped(name: &str) -> bool {
    let name = canonical(name);
    ["xl/theme/", "xl/media/", "xl/drawings/", "xl/embeddings/"].iter().any(|folder| name.starts_with(folder))
}

/// Spells a part's name as it is compared: lower case, `/` between pieces, none in front.
pub(super) fn canonical(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

fn too_large(file: &str, part: &str, bound: Bound, limit: u64, found: u64) -> ReadError {
    ReadError::TooLarge { file: file.to_owned(), part: part.to_owned(), bound, limit, found }
}

/// A zip without its directory at the end was cut off; anything else is damage.
fn broken_archive(file: &str, bytes: &[u8], error: &ZipError) -> ReadError {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    if tail.windows(4).any(|w| w == b"PK\x05\x06") {
        let part = "zip".to_owned();
        ReadError::Corrupted { file: file.to_owned(), part, detail: error.to_string() }
    } else {
        let detail = format!("{} bytes without a zip directory at the end", bytes.len());
        ReadError::Truncated { file: file.to_owned(), detail }
    }
}

fn refused_entry(file: &str, part: &str, error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => {
            ReadError::Password { file: file.to_owned() }
        }
        ZipError::InvalidPassword => ReadError::Password { file: file.to_owned() },
        other => ReadError::Corrupted { file: file.to_owned(), part: part.to_owned(), detail: other.to_string() },
    }
}
