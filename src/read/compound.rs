//! A compound file looked through before it is trusted: no chain may loop or leave the file.
//!
//! # Source
//! MS-CFB 2.2 (header), 2.3 (FAT), 2.4 (mini FAT), 2.6 (directory entries).

/// Marks the end of a chain; ids from here on are no sectors.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const HEADER: usize = 512;
const ENTRY: usize = 128;
const MINI_SECTOR: usize = 64;
/// Streams below this many bytes stand in the mini stream.
const MINI_BELOW: u64 = 4096;

/// What is wrong with a compound file.
pub(super) type CompoundFault = String;

/// One directory entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    start: u32,
    size: u64,
}

/// A compound file whose directory and mini stream were read.
#[derive(Debug)]
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

impl<'a> Compound<'a> {
    /// Reads header, tables and directory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, CompoundFault> {
        let sector = match half(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err("unknown sector size".into()),
        };
        let mut file =
            Self { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), mini: Vec::new(), entries: Vec::new() };
        file.fat = file.read_fat()?;
        let directory = file.chain(word(bytes, 48)?, u64::MAX)?;
        file.entries = directory.chunks_exact(ENTRY).filter_map(|e| entry(e, sector)).collect();
        let root = file.entries.first().cloned().ok_or("empty directory")?;
        let mini_sectors = u64::from(word(bytes, 64)?);
        if mini_sectors > 0 {
            file.mini = file.chain(root.start, root.size)?;
            let table = file.chain(word(bytes, 60)?, mini_sectors.saturating_mul(sector as u64))?;
            file.mini_fat = words(&table);
        }
        Ok(file)
    }

    /// Says whether a stream or storage of that name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Reads a stream whole; none where there is none of that name.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, CompoundFault> {
        let Some(entry) = self.find(name) else { return Ok(None) };
        let bytes = if entry.size < MINI_BELOW { self.mini_chain(entry) } else { self.chain(entry.start, entry.size) };
        bytes.map(Some)
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name))
    }

    fn sector(&self, id: u32) -> Result<&'a [u8], CompoundFault> {
        let start = (id as usize).saturating_add(1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|s| !s.is_empty()).ok_or_else(|| format!("sector {id} is outside the file"))
    }

    /// The FAT's own sectors: 109 in the header, more in a chain of their own.
    fn read_fat(&self) -> Result<Vec<u32>, CompoundFault> {
        let most = self.bytes.len() / self.sector + 1;
        let mut ids = words(self.bytes.get(76..HEADER).ok_or("short header")?);
        let mut next = word(self.bytes, 68)?;
        let mut seen = 0;
        while next < LAST_SECTOR {
            seen += 1;
            if seen > most {
                return Err("the list of tables loops".into());
            }
            ids.extend(words(self.sector(next)?));
            next = ids.pop().unwrap_or(END_OF_CHAIN);
        }
        let mut fat = Vec::new();
        for id in ids.into_iter().filter(|id| *id < LAST_SECTOR).take(most) {
            fat.extend(words(self.sector(id)?));
        }
        Ok(fat)
    }

    fn chain(&self, start: u32, size: u64) -> Result<Vec<u8>, CompoundFault> {
        let most = self.bytes.len() / self.sector + 1;
        let mut bytes = Vec::new();
        let mut id = start;
        for _ in 0..=most {
            if id == END_OF_CHAIN || bytes.len() as u64 >= size {
                bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
                return Ok(bytes);
            }
            bytes.extend_from_slice(self.sector(id)?);
            id = *self.fat.get(id as usize).ok_or_else(|| format!("sector {id} is in no table"))?;
        }
        Err("a chain of sectors loops".into())
    }

    fn mini_chain(&self, entry: &Entry) -> Result<Vec<u8>, CompoundFault> {
        let most = self.mini.len() / MINI_SECTOR + 1;
        let mut bytes = Vec::new();
        let mut id = entry.start;
        for _ in 0..=most {
            if id == END_OF_CHAIN || bytes.len() as u64 >= entry.size {
                bytes.truncate(usize::try_from(entry.size).unwrap_or(usize::MAX));
                return Ok(bytes);
            }
            let start = (id as usize).saturating_mul(MINI_SECTOR);
            let end = start.saturating_add(MINI_SECTOR).min(self.mini.len());
            bytes.extend_from_slice(self.mini.get(start..end).ok_or("a small stream leaves the file")?);
            id = *self.mini_fat.get(id as usize).ok_or("a small stream is in no table")?;
        }
        Err("a chain of small sectors loops".into())
    }
}

fn entry(bytes: &[u8], sector: usize) -> Option<Entry> {
    let units: Vec<u16> =
        bytes[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).take_while(|u| *u != 0).collect();
    let size = if sector == 512 {
        u64::from(word(bytes, 120).ok()?)
    } else {
        u64::from(word(bytes, 120).ok()?) | u64::from(word(bytes, 124).ok()?) << 32
    };
    Some(Entry { name: String::from_utf16_lossy(&units), start: word(bytes, 116).ok()?, size })
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn word(bytes: &[u8], at: usize) -> Result<u32, CompoundFault> {
    let found = bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    found.ok_or_else(|| "short header".into())
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of a header, a table and a directory sector that follows `next`.
    fn file(next: u32) -> Vec<u8> {
        let mut bytes = vec![0; 3 * 512];
        bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        bytes[30] = 9;
        let mut put = |at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        put(48, 1);
        put(60, END_OF_CHAIN);
        put(68, END_OF_CHAIN);
        (0..109).for_each(|n| put(76 + 4 * n, u32::MAX));
        put(76, 0);
        put(512, 0xFFFF_FFFD);
        put(516, next);
        bytes[1024..1034].copy_from_slice(b"R\0o\0o\0t\0\0\0");
        bytes
    }

    #[test]
    fn a_looping_chain_is_found() {
        let sound = file(END_OF_CHAIN);
        assert!(Compound::open(&sound).unwrap().has("root"));
        assert_eq!(Compound::open(&file(1)).unwrap_err(), "a chain of sectors loops");
        assert!(Compound::open(&file(77)).is_err());
        assert!(Compound::open(&sound[..600]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_break_it(mut tail in proptest::collection::vec(0u8.., 0..2000), at in 0usize..1500, value in 0u8..) {
            let mut bytes = file(END_OF_CHAIN);
            bytes[at] = value;
            bytes.append(&mut tail);
            if let Ok(compound) = Compound::open(&bytes) {
                let _ = compound.stream("Root");
            }
        }
    }
}
