//! One package: its entries in order, read through the edits made so far, written with what was not touched as it was.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use flate2::Decompress;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive};

use super::entry::{Body, Entry, Limited, duplicate_name, find};
use super::scanner::Scanner;
use super::splice::{Edit, Spliced, apply, in_order, inverse};
use super::xml::hex;
use super::zip_entries::{Head, ZipOutput, check_sum, inflate};
use super::{PackageError, part_names, scanner};

/// Bytes that all parts read from one package may inflate to.
pub const INFLATED_LIMIT: u64 = 1 << 30;
/// How many times its compressed bytes a part may inflate to, once it is larger than [`FREE_OF_RATIO`].
const MOST_RATIO: u64 = 200;
const FREE_OF_RATIO: u64 = 16 << 20;
/// Bytes that a part held in memory whole may inflate to.
const IN_MEMORY_LIMIT: u64 = 256 << 20;
/// A part up to this size is inflated once and kept; a larger one is streamed whenever it is read.
const KEPT_LIMIT: usize = 4 << 20;
/// Bytes that all kept parts may take together.
const KEPT_IN_ALL: u64 = 64 << 20;

/// A part that was edited in this run, with what undoes the edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub name: String,
    /// SHA-256 of the part as written, in lower-case hexadecimal.
    pub sha256: String,
    /// Edits that give the part as it was, one list for each layer, to be applied in this order.
    pub undo: Vec<Vec<Edit>>,
}

/// A workbook's package over the bytes of its file.
pub struct Package<'s> {
    file: &'s [u8],
    archive: ZipArchive<Cursor<&'s [u8]>>,
    inflater: Decompress,
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    /// Bytes that all parts read so far inflated to.
    inflated: u64,
    /// For names asked for, the number to try next.
    next_free: HashMap<String, u32>,
    /// Names that are not free though no part bears them, spelled for comparing.
    promised: HashSet<String>,
    /// What stands as the zip's comment in the place of its own.
    comment: Option<Vec<u8>>,
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
        let mut by_key = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(|e| PackageError::NotAPackage { why: e.to_string() })?;
            let name = file.name().map_or_else(|_| format!("?{index}"), |name| name.replace('\\', "/"));
            let odd = file.encrypted()
                || !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
            if odd {
                return Err(PackageError::OddEntry { name });
            }
            let entry = find(source, index, &file)
                .ok_or_else(|| PackageError::NotAPackage { why: format!("entry `{name}` is cut off") })?;
            if file.is_dir() {
                entries.push(Entry::new(name, Body::Folder(Arc::new(entry))));
                continue;
            }
            if by_key.insert(part_names::key(&name), entries.len()).is_some() {
                return Err(PackageError::DuplicatePart { name });
            }
            entries.push(Entry::new(name, Body::Source(Arc::new(entry))));
        }
        if archive.has_duplicate_names() {
            return Err(PackageError::DuplicatePart { name: duplicate_name(source).unwrap_or_default() });
        }
        let inflater = Decompress::new(false);
        Ok(Self {
            file: source,
            archive,
            inflater,
            entries,
            by_key,
            inflated: 0,
            next_free: HashMap::new(),
            promised: HashSet::new(),
            comment: None,
        })
    }

    /// Gives a second package over the same bytes, to try edits on.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            file: self.file,
            archive: self.archive.clone(),
            inflater: Decompress::new(false),
            entries: self.entries.clone(),
            by_key: self.by_key.clone(),
            inflated: self.inflated,
            next_free: self.next_free.clone(),
            promised: self.promised.clone(),
            comment: self.comment.clone(),
        }
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
        self.entries.iter().filter(|e| matches!(e.body, Body::Source(_) | Body::Made)).map(|e| e.name.as_str())
    }

    /// Keeps names from being given to new parts: something leads there already, so a part of that name would show in
    /// a place that is not ours.
    pub fn promise(&mut self, names: impl IntoIterator<Item = String>) {
        self.promised.extend(names.into_iter().map(|name| part_names::key(&name)));
    }

    /// Tells whether a new part may bear a name.
    #[must_use]
    pub fn is_free(&self, name: &str) -> bool {
        !self.has(name) && !self.promised.contains(&part_names::key(name))
    }

    /// Finds a free name such as `xl/comments3.xml`: nothing bears or claims it, and it was not given before.
    pub fn free_name(&mut self, before: &str, after: &str) -> String {
        let pattern = format!("{before}#{after}");
        let first = self.next_free.get(&pattern).copied().unwrap_or(1);
        let free = (first..=u32::MAX).find(|n| self.is_free(&format!("{before}{n}{after}"))).unwrap_or(u32::MAX);
        self.next_free.insert(pattern, free.saturating_add(1));
        format!("{before}{free}{after}")
    }

    /// Gives a part as it now reads, if it is small enough to keep.
    fn keep(&mut self, index: usize) -> Result<Option<&Arc<Vec<u8>>>, PackageError> {
        let entry = &mut self.entries[index];
        if entry.kept.is_none()
            && let Body::Source(source) | Body::Folder(source) = &entry.body
        {
            if source.size > KEPT_LIMIT as u64 || self.inflated.saturating_add(source.size) > KEPT_IN_ALL {
                return Ok(None);
            }
            let data = source.data(self.file);
            let bytes = if source.head.is_deflated() {
                inflate(&mut self.inflater, data, source.size, KEPT_LIMIT)
                    .map_err(|error| scanner::damaged(&entry.name, &error))?
            } else {
                Some(data.to_vec())
            };
            let Some(bytes) = bytes else { return Ok(None) };
            if check_sum(&bytes) != source.crc {
                let why = "its check sum does not fit".to_owned();
                return Err(PackageError::Damaged { name: entry.name.clone(), why });
            }
            self.inflated += (bytes.len() as u64).saturating_sub(entry.inflated);
            entry.inflated = entry.inflated.max(bytes.len() as u64);
            entry.kept = Some((0, Arc::new(bytes)));
        }
        let Some((under, bytes)) = &mut entry.kept else { return Ok(None) };
        for layer in entry.layers.iter().skip(*under) {
            *bytes = Arc::new(apply(bytes, layer).map_err(|error| scanner::damaged(&entry.name, &error))?);
            *under += 1;
        }
        Ok(Some(bytes))
    }

    fn find(&self, name: &str) -> Result<usize, PackageError> {
        self.index(name).ok_or_else(|| PackageError::Missing { name: name.to_owned() })
    }

    /// Opens a part for reading piece by piece, with the edits made so far.
    fn stream(&mut self, index: usize) -> Result<Box<dyn Read + '_>, PackageError> {
        let entry = &mut self.entries[index];
        let missing = || PackageError::Missing { name: entry.name.clone() };
        let (Body::Source(source) | Body::Folder(source)) = &entry.body else { return Err(missing()) };
        let others = self.inflated.saturating_sub(entry.inflated);
        let file = self
            .archive
            .by_index(source.at)
            .map_err(|e| PackageError::Damaged { name: entry.name.clone(), why: e.to_string() })?;
        let ratio = (source.packed as u64).saturating_mul(MOST_RATIO).max(FREE_OF_RATIO);
        let left = INFLATED_LIMIT.saturating_sub(others).min(ratio);
        let body = Limited { inner: file, left, most: &mut entry.inflated, total: &mut self.inflated, read: 0 };
        Ok(layered(Box::new(body), &entry.layers))
    }

    /// Opens a part for scanning, with the edits made so far.
    ///
    /// # Errors
    /// There is no such part, or it is damaged. A part that inflates too far gives an error while it is read.
    pub fn scan(&mut self, name: &str) -> Result<Scanner<'_>, PackageError> {
        let index = self.find(name)?;
        if self.keep(index)?.is_none() {
            let stream = BufReader::with_capacity(1 << 15, self.stream(index)?);
            return Scanner::stream(name, Box::new(stream));
        }
        let kept = self.entries[index].kept.as_ref().map_or(&[][..], |(_, bytes)| bytes.as_slice());
        Scanner::over(name, kept)
    }

    /// Reads a part whole.
    ///
    /// # Errors
    /// There is no such part, it is damaged, or too big to hold.
    pub fn part(&mut self, name: &str) -> Result<Arc<Vec<u8>>, PackageError> {
        let index = self.find(name)?;
        if let Some(kept) = self.keep(index)? {
            return Ok(Arc::clone(kept));
        }
        let mut bytes = Vec::new();
        let mut reader = self.stream(index)?.take(IN_MEMORY_LIMIT + 1);
        reader.read_to_end(&mut bytes).map_err(|e| scanner::damaged(name, &e))?;
        if bytes.len() as u64 > IN_MEMORY_LIMIT {
            return Err(PackageError::TooBig { name: name.to_owned(), limit: IN_MEMORY_LIMIT });
        }
        Ok(Arc::new(bytes))
    }

    /// Gives the SHA-256 of a part as it now reads.
    ///
    /// # Errors
    /// There is no such part or it is damaged.
    pub fn digest(&mut self, name: &str) -> Result<String, PackageError> {
        let index = self.find(name)?;
        if let Some(kept) = self.keep(index)? {
            return Ok(hex(&Sha256::digest(kept.as_slice())));
        }
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 15];
        let mut reader = self.stream(index)?;
        loop {
            match reader.read(&mut piece).map_err(|e| scanner::damaged(name, &e))? {
                0 => return Ok(hex(&hasher.finalize())),
                n => hasher.update(&piece[..n]),
            }
        }
    }

    /// Edits a part; offsets are those of the part as it now reads.
    ///
    /// # Errors
    /// There is no such part, or two edits claim the same bytes.
    pub fn splice(&mut self, name: &str, edits: Vec<Edit>) -> Result<(), PackageError> {
        let index = self.find(name)?;
        let edits = in_order(edits)
            .ok_or_else(|| PackageError::Damaged { name: name.to_owned(), why: "two edits overlap".to_owned() })?;
        if !edits.is_empty() {
            self.entries[index].layers.push(edits);
        }
        Ok(())
    }

    /// Gives the comment of the zip.
    #[must_use]
    pub fn comment(&self) -> String {
        String::from_utf8_lossy(self.archive.comment()).into_owned()
    }

    /// Sets another comment.
    pub fn set_comment(&mut self, comment: &str) {
        self.comment = Some(comment.as_bytes().to_vec());
    }

    /// Adds a part at the package's end.
    pub fn create(&mut self, name: &str, bytes: Vec<u8>) {
        self.delete(name);
        self.by_key.insert(part_names::key(name), self.entries.len());
        let mut entry = Entry::new(name.to_owned(), Body::Made);
        entry.kept = Some((0, Arc::new(bytes)));
        self.entries.push(entry);
    }

    /// Takes a part out; nothing happens when there is none.
    pub fn delete(&mut self, name: &str) {
        if let Some(index) = self.index(name) {
            let key = part_names::key(&self.entries[index].name);
            self.entries[index].body = Body::Deleted;
            self.entries[index].kept = None;
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
        self.entries.iter().filter(|e| matches!(e.body, Body::Made)).map(|e| e.name.as_str())
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
        let mut output = ZipOutput::with_capacity(self.file.len() + (1 << 16));
        let mut touched = Vec::new();
        for index in 0..self.entries.len() {
            touched.extend(self.write_entry(&mut output, index)?);
        }
        if let Some((name, bytes)) = seal(&touched) {
            output.deflate(&Head::new(&name), bytes.as_slice(), |_| ()).map_err(|e| unwritable(&e))?;
        }
        Ok(output.finish(self.comment.as_deref().unwrap_or(self.archive.comment())))
    }

    fn write_entry(&mut self, output: &mut ZipOutput, index: usize) -> Result<Option<Touched>, PackageError> {
        let entry = &self.entries[index];
        let head = match &entry.body {
            Body::Deleted => return Ok(None),
            Body::Source(source) | Body::Folder(source) if entry.layers.is_empty() => {
                output.copy(&source.head, source.data(self.file), source.crc, source.size);
                return Ok(None);
            }
            Body::Source(source) | Body::Folder(source) => source.head.clone(),
            Body::Made => {
                let bytes = self.keep(index)?.cloned().unwrap_or_default();
                let name = &self.entries[index].name;
                output.deflate(&Head::new(name), bytes.as_slice(), |_| ()).map_err(|e| unwritable(&e))?;
                return Ok(None);
            }
        };
        let mut hasher = Sha256::new();
        let wrong = |name: &str, error: &std::io::Error| scanner::damaged(name, error);
        if let Some(kept) = self.keep(index)?.cloned() {
            hasher.update(kept.as_slice());
            let done = output.deflate(&head, kept.as_slice(), |_| ());
            done.map_err(|e| wrong(&self.entries[index].name, &e))?;
        } else {
            let done = output.deflate(&head, self.stream(index)?, |piece| hasher.update(piece));
            done.map_err(|e| wrong(&self.entries[index].name, &e))?;
        }
        let entry = &self.entries[index];
        let own = &entry.layers[entry.base.min(entry.layers.len())..];
        let undo: Vec<_> = own.iter().rev().map(|edits| inverse(edits)).collect();
        let touched = || Touched { name: entry.name.clone(), sha256: hex(&hasher.finalize()), undo };
        Ok((!own.is_empty()).then(touched))
    }
}

fn layered<'a>(body: Box<dyn Read + 'a>, layers: &'a [Vec<Edit>]) -> Box<dyn Read + 'a> {
    layers.iter().fold(body, |inner, edits| Box::new(Spliced::new(inner, edits)))
}

fn unwritable(error: &impl ToString) -> PackageError {
    PackageError::Unwritable { why: error.to_string() }
}
