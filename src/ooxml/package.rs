//! One package: its entries in order, read through the edits made so far, written with what was not touched as it was.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::splice::{Edit, Spliced, in_order, inverse};
use super::{PackageError, part_names, scanner};

/// Bytes that all parts read from one package may inflate to.
pub const INFLATED_LIMIT: u64 = 1 << 30;
/// How many times its compressed bytes a part may inflate to, once it is larger than [`FREE_OF_RATIO`].
const MOST_RATIO: u64 = 200;
const FREE_OF_RATIO: u64 = 16 << 20;
/// Bytes that a part held in memory whole may inflate to.
const IN_MEMORY_LIMIT: u64 = 256 << 20;

/// A part that was edited in this run, with what undoes the edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub name: String,
    /// SHA-256 of the part as written, in lower-case hexadecimal.
    pub sha256: String,
    /// Edits that give the part as it was, one list for each layer, to be applied in this order.
    pub undo: Vec<Vec<Edit>>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    body: Body,
    /// Lists of edits, each on top of the one before.
    layers: Vec<Vec<Edit>>,
    /// How many layers were there when the run's own edits began.
    base: usize,
    /// Bytes this entry inflated to when read.
    inflated: u64,
}

#[derive(Debug, Clone)]
enum Body {
    /// An entry of the source, by its index there.
    Source(usize),
    Folder(usize),
    Made(Vec<u8>),
    Deleted,
}

/// A workbook's package over the bytes of its file.
#[derive(Debug, Clone)]
pub struct Package<'s> {
    archive: ZipArchive<Cursor<&'s [u8]>>,
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    /// Bytes that all parts read so far inflated to.
    inflated: u64,
    /// For names asked for, the number to try next.
    next_free: HashMap<String, u32>,
}

impl<'s> Package<'s> {
    /// Opens a package.
    ///
    /// # Errors
    /// The bytes are no zip, an encrypted or old binary workbook, name a part twice (also in another case), or hold an
    /// encrypted entry.
    pub fn open(source: &'s [u8]) -> Result<Self, PackageError> {
        if source.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let encrypted = source.windows(marker.len()).any(|window| window == marker);
            return Err(if encrypted { PackageError::Encrypted } else { PackageError::CompoundFile });
        }
        let mut archive = ZipArchive::new(Cursor::new(source))
            .map_err(|error| PackageError::NotAPackage { why: error.to_string() })?;
        let mut entries = Vec::with_capacity(archive.len());
        let mut by_key = HashMap::new();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(|e| PackageError::NotAPackage { why: e.to_string() })?;
            let name = file.name().map_or_else(|_| format!("?{index}"), |name| name.replace('\\', "/"));
            let odd = file.encrypted()
                || !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
            if odd {
                return Err(PackageError::OddEntry { name });
            }
            let body = if file.is_dir() { Body::Folder(index) } else { Body::Source(index) };
            let is_part = matches!(body, Body::Source(_));
            if is_part && by_key.insert(part_names::key(&name), entries.len()).is_some() {
                return Err(PackageError::DuplicatePart { name });
            }
            entries.push(Entry { name, body, layers: Vec::new(), base: 0, inflated: 0 });
        }
        if archive.has_duplicate_names() {
            return Err(PackageError::DuplicatePart { name: duplicate_name(source).unwrap_or_default() });
        }
        Ok(Self { archive, entries, by_key, inflated: 0, next_free: HashMap::new() })
    }

    /// Gives a second package over the same bytes, to try edits on.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.clone()
    }

    fn index(&self, name: &str) -> Option<usize> {
        let found = self.by_key.get(&part_names::key(name));
        found.or_else(|| self.by_key.get(&part_names::key(&part_names::percent_decoded(name)))).copied()
    }

    /// Tells whether a part is there; case does not matter.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// Lists the parts in the order of the package.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|e| matches!(e.body, Body::Source(_) | Body::Made(_))).map(|e| e.name.as_str())
    }

    /// Finds a free name such as `xl/comments3.xml`: no part bears it, and it was not given before.
    pub fn free_name(&mut self, before: &str, after: &str) -> String {
        let pattern = format!("{before}#{after}");
        let first = self.next_free.get(&pattern).copied().unwrap_or(1);
        let free = (first..=u32::MAX).find(|n| !self.has(&format!("{before}{n}{after}"))).unwrap_or(u32::MAX);
        self.next_free.insert(pattern, free.saturating_add(1));
        format!("{before}{free}{after}")
    }

    /// Opens a part for reading, with the edits made so far.
    ///
    /// # Errors
    /// There is no such part. A part that inflates too far gives an error while it is read.
    pub fn reader(&mut self, name: &str) -> Result<BufReader<Box<dyn Read + '_>>, PackageError> {
        let index = self.index(name).ok_or_else(|| PackageError::Missing { name: name.to_owned() })?;
        let entry = &mut self.entries[index];
        let others = self.inflated.saturating_sub(entry.inflated);
        let body: Box<dyn Read + '_> = match &entry.body {
            Body::Made(bytes) => Box::new(bytes.as_slice()),
            Body::Source(at) | Body::Folder(at) => {
                let file = self
                    .archive
                    .by_index(*at)
                    .map_err(|e| PackageError::Damaged { name: entry.name.clone(), why: e.to_string() })?;
                let ratio = file.compressed_size().saturating_mul(MOST_RATIO).max(FREE_OF_RATIO);
                let left = INFLATED_LIMIT.saturating_sub(others).min(ratio);
                Box::new(Limited { inner: file, left, most: &mut entry.inflated, total: &mut self.inflated, read: 0 })
            }
            Body::Deleted => return Err(PackageError::Missing { name: name.to_owned() }),
        };
        Ok(BufReader::with_capacity(1 << 15, layered(body, &entry.layers)))
    }

    /// Reads a part whole.
    ///
    /// # Errors
    /// There is no such part, it is damaged, or too big to hold.
    pub fn part(&mut self, name: &str) -> Result<Vec<u8>, PackageError> {
        let mut bytes = Vec::new();
        let mut reader = self.reader(name)?.take(IN_MEMORY_LIMIT + 1);
        reader.read_to_end(&mut bytes).map_err(|e| scanner::damaged(name, &e))?;
        if bytes.len() as u64 > IN_MEMORY_LIMIT {
            return Err(PackageError::TooBig { name: name.to_owned(), limit: IN_MEMORY_LIMIT });
        }
        Ok(bytes)
    }

    /// Gives the SHA-256 of a part as it now reads.
    ///
    /// # Errors
    /// There is no such part or it is damaged.
    pub fn digest(&mut self, name: &str) -> Result<String, PackageError> {
        let mut hasher = Hashing { inner: std::io::sink(), hasher: Sha256::new() };
        let mut reader = self.reader(name)?;
        std::io::copy(&mut reader, &mut hasher).map_err(|e| scanner::damaged(name, &e))?;
        Ok(hex(&hasher.hasher.finalize()))
    }

    /// Edits a part; offsets are those of the part as it now reads.
    ///
    /// # Errors
    /// There is no such part, or two edits claim the same bytes.
    pub fn splice(&mut self, name: &str, edits: Vec<Edit>) -> Result<(), PackageError> {
        let index = self.index(name).ok_or_else(|| PackageError::Missing { name: name.to_owned() })?;
        let edits = in_order(edits)
            .ok_or_else(|| PackageError::Damaged { name: name.to_owned(), why: "two edits overlap".to_owned() })?;
        if !edits.is_empty() {
            self.entries[index].layers.push(edits);
        }
        Ok(())
    }

    /// Adds a part at the package's end.
    pub fn create(&mut self, name: &str, bytes: Vec<u8>) {
        self.delete(name);
        self.by_key.insert(part_names::key(name), self.entries.len());
        let body = Body::Made(bytes);
        self.entries.push(Entry { name: name.to_owned(), body, layers: Vec::new(), base: 0, inflated: 0 });
    }

    /// Takes a part out; nothing happens when there is none.
    pub fn delete(&mut self, name: &str) {
        if let Some(index) = self.index(name) {
            let key = part_names::key(&self.entries[index].name);
            self.entries[index].body = Body::Deleted;
            self.by_key.remove(&key);
        }
    }

    /// Counts everything done so far as the state that an undo shall lead back to.
    pub fn settle(&mut self) {
        self.next_free.clear();
        for entry in &mut self.entries {
            entry.base = entry.layers.len();
        }
    }

    /// Names the parts added since the package was opened and still there.
    pub fn made(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|e| matches!(e.body, Body::Made(_))).map(|e| e.name.as_str())
    }

    /// Writes the package: entries in their order, what was not touched copied as compressed, new parts last.
    ///
    /// `seal` sees the parts edited since the last [`Package::settle`] and may give one more part to stand at the end.
    ///
    /// # Errors
    /// A touched part is damaged or too big, or the package cannot be written.
    pub fn write(
        mut self,
        seal: impl FnOnce(&[Touched]) -> Option<(String, Vec<u8>)>,
    ) -> Result<Vec<u8>, PackageError> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let comment: Box<[u8]> = self.archive.comment().into();
        if !comment.is_empty() {
            writer.set_raw_comment(comment).map_err(|e| unwritable(&e))?;
        }
        let mut touched = Vec::new();
        for index in 0..self.entries.len() {
            if let Some(part) = self.write_entry(&mut writer, index)? {
                touched.push(part);
            }
        }
        if let Some((name, bytes)) = seal(&touched) {
            writer.start_file(name, new_entry_options()).map_err(|e| unwritable(&e))?;
            copy_evenly(&mut bytes.as_slice(), &mut writer).map_err(|e| unwritable(&e))?;
        }
        Ok(writer.finish().map_err(|e| unwritable(&e))?.into_inner())
    }

    fn write_entry(
        &mut self,
        writer: &mut ZipWriter<Cursor<Vec<u8>>>,
        index: usize,
    ) -> Result<Option<Touched>, PackageError> {
        let entry = &self.entries[index];
        let (name, edited) = (entry.name.clone(), !entry.layers.is_empty());
        match entry.body {
            Body::Deleted => return Ok(None),
            Body::Source(at) | Body::Folder(at) if !edited => {
                let file = self.archive.by_index_raw(at).map_err(|e| unwritable(&e))?;
                writer.raw_copy_file(file).map_err(|e| unwritable(&e))?;
                return Ok(None);
            }
            Body::Source(at) | Body::Folder(at) => {
                let file = self.archive.by_index_raw(at).map_err(|e| unwritable(&e))?;
                let stored_name = file.name().map_or_else(|_| name.clone(), std::borrow::Cow::into_owned);
                writer.start_file(stored_name, file.options()).map_err(|e| unwritable(&e))?;
            }
            Body::Made(_) => writer.start_file(name.clone(), new_entry_options()).map_err(|e| unwritable(&e))?,
        }
        let mut hashing = Hashing { inner: writer, hasher: Sha256::new() };
        let mut reader = self.reader(&name)?;
        copy_evenly(&mut reader, &mut hashing).map_err(|e| scanner::damaged(&name, &e))?;
        let sha256 = hex(&hashing.hasher.finalize());
        drop(reader);
        let entry = &self.entries[index];
        let own = &entry.layers[entry.base.min(entry.layers.len())..];
        let made = matches!(entry.body, Body::Made(_));
        let undo: Vec<_> = own.iter().rev().map(|edits| inverse(edits)).collect();
        Ok((!made && !undo.is_empty()).then_some(Touched { name, sha256, undo }))
    }
}

/// New entries carry no time, so that the same input gives the same bytes.
fn new_entry_options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
}

/// Copies in pieces of one size, because what a compressor gives depends on the pieces it gets.
fn copy_evenly(reader: &mut impl Read, writer: &mut impl Write) -> std::io::Result<()> {
    const PIECE: u64 = 1 << 15;
    let mut piece = Vec::with_capacity(1 << 15);
    loop {
        piece.clear();
        if reader.take(PIECE).read_to_end(&mut piece)? == 0 {
            return Ok(());
        }
        writer.write_all(&piece)?;
    }
}

fn layered<'a>(body: Box<dyn Read + 'a>, layers: &'a [Vec<Edit>]) -> Box<dyn Read + 'a> {
    layers.iter().fold(body, |inner, edits| Box::new(Spliced::new(inner, edits)))
}

fn unwritable(error: &impl ToString) -> PackageError {
    PackageError::Unwritable { why: error.to_string() }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Finds the name that stands twice in the central directory.
///
/// # Source
/// APPNOTE.TXT 4.3.12: a record is 46 bytes, then name, extra field and comment.
fn duplicate_name(source: &[u8]) -> Option<String> {
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
struct Limited<'m, R> {
    inner: R,
    left: u64,
    read: u64,
    /// The most that this part and all parts together inflated to.
    most: &'m mut u64,
    total: &'m mut u64,
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

struct Hashing<W> {
    inner: W,
    hasher: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
