//! One entry of a package: where its bytes come from, what was done to it, and how far it may inflate.

use std::io::{Cursor, Read};
use std::sync::Arc;

use super::scanner;
use super::splice::Edit;
use super::zip_entries::Head;

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) body: Body,
    /// Lists of edits, each on top of the one before.
    pub(super) layers: Vec<Vec<Edit>>,
    /// How many layers were there when the run's own edits began.
    pub(super) base: usize,
    /// Bytes this entry inflated to when read.
    pub(super) inflated: u64,
    /// The part under so many layers, where it is small enough to keep.
    pub(super) kept: Option<(usize, Arc<Vec<u8>>)>,
}

impl Entry {
    pub(super) fn new(name: String, body: Body) -> Self {
        Self { name, body, layers: Vec::new(), base: 0, inflated: 0, kept: None }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Source(Arc<Source>),
    Folder(Arc<Source>),
    Made,
    Deleted,
}

/// An entry of the file that the package was opened on.
#[derive(Debug)]
pub(super) struct Source {
    /// Index in the archive.
    pub(super) at: usize,
    pub(super) head: Head,
    /// Where its bytes begin in the file, and how many there are.
    pub(super) start: usize,
    pub(super) packed: usize,
    pub(super) size: u64,
    pub(super) crc: u32,
}

impl Source {
    /// Gives the entry's bytes as they stand in the file.
    pub(super) fn data<'f>(&self, file: &'f [u8]) -> &'f [u8] {
        file.get(self.start..self.start.saturating_add(self.packed)).unwrap_or_default()
    }
}

/// Finds where an entry stands in the file; nothing, when it does not stand whole in it.
pub(super) fn find(file: &[u8], at: usize, entry: &zip::read::ZipFile<'_, Cursor<&[u8]>>) -> Option<Source> {
    let head = Head::read(file, entry.header_start(), entry.central_header_start())?;
    let start = usize::try_from(entry.data_start()?).ok()?;
    let packed = usize::try_from(entry.compressed_size()).ok()?;
    file.get(start..start.checked_add(packed)?)?;
    Some(Source { at, head, start, packed, size: entry.size(), crc: entry.crc32() })
}

/// Finds the name that stands twice in the central directory.
///
/// # Source
/// APPNOTE.TXT 4.3.12: a record is 46 bytes, then name, extra field and comment.
pub(super) fn duplicate_name(source: &[u8]) -> Option<String> {
    let mut seen = std::collections::HashSet::new();
    let mut from = 0;
    while let Some(at) = source.get(from..)?.windows(4).position(|w| w == b"PK\x01\x02") {
        let record = source.get(from + at..)?;
        let length = |i: usize| Some(usize::from(u16::from_le_bytes([*record.get(i)?, *record.get(i + 1)?])));
        let name = record.get(46..46 + length(28)?)?;
        if !seen.insert(name) {
            return Some(String::from_utf8_lossy(name).into_owned());
        }
        from += at + 46;
    }
    None
}

/// Passes bytes on until there are too many.
pub(super) struct Limited<'m, R> {
    pub(super) inner: R,
    pub(super) left: u64,
    pub(super) read: u64,
    /// The most that this part and all parts together inflated to.
    pub(super) most: &'m mut u64,
    pub(super) total: &'m mut u64,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(out)?;
        self.read += n as u64;
        let more = self.read.saturating_sub(*self.most);
        *self.most += more;
        *self.total += more;
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::FileTooLarge, scanner::OVER_LIMIT))?;
        Ok(n)
    }
}
