//! The entries of a zip file: found by their central records, and written out again.
//!
//! An entry that is not touched goes over as it is: its compressed bytes, its name, times, attributes and extra
//! fields. Only what says where things stand is written anew: a data descriptor becomes sizes in the header, and sizes
//! or offsets past four gigabytes take the 64-bit form where the new file needs it.
//!
//! # Source
//! APPNOTE.TXT 4.3.7 (local header), 4.3.12 (central record), 4.3.14 to 4.3.16 (ends), 4.5.3 (64-bit sizes).

use std::io::{self, Read};

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const ZIP64_FIELD: u16 = 1;
const DEFLATED: u16 = 8;
/// The sizes stand behind the data.
const HAS_DESCRIPTOR: u16 = 1 << 3;
/// How hard the compressor tried.
const EFFORT: u16 = 0b110;
const NAME_IS_UTF8: u16 = 1 << 11;
/// Bytes given to the compressor at a time: what it gives depends on the pieces it gets, so all are of one size.
const PIECE: usize = 1 << 15;
/// Our parts are small and written often: the quickest level costs a tenth more bytes and half the time.
const LEVEL: u32 = 1;

/// What a header says of an entry, but for its size and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    made_by: u16,
    needed: u16,
    flags: u16,
    method: u16,
    time: u16,
    date: u16,
    internal: u16,
    external: u32,
    name: Vec<u8>,
    /// Extra fields of the local header and of the central record, without 64-bit sizes.
    local_extra: Vec<u8>,
    central_extra: Vec<u8>,
    comment: Vec<u8>,
}

impl Head {
    /// A new entry carries no time, so that the same input gives the same bytes.
    pub(super) fn new(name: &str) -> Self {
        Self {
            made_by: 20,
            needed: 20,
            flags: if name.is_ascii() { 0 } else { NAME_IS_UTF8 },
            method: DEFLATED,
            time: 0,
            date: (1 << 5) | 1,
            internal: 0,
            external: 0,
            name: name.as_bytes().to_vec(),
            local_extra: Vec::new(),
            central_extra: Vec::new(),
            comment: Vec::new(),
        }
    }

    /// Reads the head of an entry from where its two headers stand.
    pub(super) fn read(file: &[u8], local_at: u64, central_at: u64) -> Option<Self> {
        let central = file.get(usize::try_from(central_at).ok()?..)?;
        let local = file.get(usize::try_from(local_at).ok()?..)?;
        if long(central, 0)? != CENTRAL || long(local, 0)? != LOCAL {
            return None;
        }
        let length = |bytes: &[u8], at: usize| Some(usize::from(short(bytes, at)?));
        let (name, extra, comment) = (length(central, 28)?, length(central, 30)?, length(central, 32)?);
        let (local_name, local_extra) = (length(local, 26)?, length(local, 28)?);
        Some(Self {
            made_by: short(central, 4)?,
            needed: short(central, 6)?,
            flags: short(central, 8)? & !HAS_DESCRIPTOR,
            method: short(central, 10)?,
            time: short(central, 12)?,
            date: short(central, 14)?,
            internal: short(central, 36)?,
            external: long(central, 38)?,
            name: central.get(46..46 + name)?.to_vec(),
            central_extra: without_sizes(central.get(46 + name..46 + name + extra)?),
            comment: central.get(46 + name + extra..46 + name + extra + comment)?.to_vec(),
            local_extra: without_sizes(local.get(30 + local_name..30 + local_name + local_extra)?),
        })
    }

    /// Tells whether the data are compressed.
    pub(super) fn is_deflated(&self) -> bool {
        self.method == DEFLATED
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Leaves the field of 64-bit sizes out; fields cut short are left out too.
fn without_sizes(mut extra: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(extra.len());
    while let (Some(id), Some(size)) = (short(extra, 0), short(extra, 2)) {
        let Some(field) = extra.get(..4 + usize::from(size)) else { break };
        if id != ZIP64_FIELD {
            kept.extend_from_slice(field);
        }
        extra = &extra[field.len()..];
    }
    kept
}

/// Inflates one entry whole; nothing, when it is larger than a limit.
pub(super) fn inflate(
    inflater: &mut Decompress,
    data: &[u8],
    stated: u64,
    limit: usize,
) -> io::Result<Option<Vec<u8>>> {
    inflater.reset(false);
    let mut out = Vec::with_capacity(usize::try_from(stated).unwrap_or(limit).min(limit) + 64);
    loop {
        let before = (inflater.total_in(), out.len());
        let from = usize::try_from(before.0).unwrap_or(usize::MAX).min(data.len());
        let status = inflater
            .decompress_vec(&data[from..], &mut out, FlushDecompress::None)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if out.len() > limit {
            return Ok(None);
        }
        if matches!(status, Status::StreamEnd) {
            return Ok(Some(out));
        }
        if (inflater.total_in(), out.len()) == before && out.len() < out.capacity() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if out.len() == out.capacity() {
            out.reserve(out.len().max(PIECE));
        }
    }
}

/// Gives the check sum of bytes.
pub(super) fn check_sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A zip file being written.
pub(super) struct ZipOutput {
    bytes: Vec<u8>,
    central: Vec<u8>,
    entries: u64,
    compress: Compress,
}

impl ZipOutput {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let compress = Compress::new(Compression::new(LEVEL), false);
        Self { bytes: Vec::with_capacity(bytes), central: Vec::new(), entries: 0, compress }
    }

    /// Puts an entry in whose data are there as they shall stand.
    pub(super) fn copy(&mut self, head: &Head, data: &[u8], crc: u32, size: u64) {
        let at = self.bytes.len() as u64;
        self.open(head, crc, data.len() as u64, size);
        self.bytes.extend_from_slice(data);
        self.record(head, at, crc, data.len() as u64, size);
    }

    /// Compresses an entry into the file, piece by piece; `seen` is shown every piece.
    ///
    /// # Errors
    /// The reader fails.
    pub(super) fn deflate(
        &mut self,
        head: &Head,
        mut source: impl Read,
        mut seen: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        let head = Head { method: DEFLATED, flags: head.flags & !EFFORT, ..head.clone() };
        let at = self.bytes.len();
        self.open(&head, 0, 0, 0);
        let (from, mut crc, mut size) = (self.bytes.len(), Crc::new(), 0u64);
        self.compress.reset();
        let mut piece = Vec::with_capacity(PIECE);
        loop {
            piece.clear();
            let n = (&mut source).take(PIECE as u64).read_to_end(&mut piece)?;
            crc.update(&piece);
            seen(&piece);
            size += n as u64;
            let last = n < PIECE;
            self.squeeze(&piece, if last { FlushCompress::Finish } else { FlushCompress::None })?;
            if last {
                break;
            }
        }
        let (crc, packed) = (crc.sum(), (self.bytes.len() - from) as u64);
        // What is compressed here is far below four gigabytes, so its sizes fit the header that is there.
        for (offset, value) in [(14, crc), (18, clipped(packed)), (22, clipped(size))] {
            self.bytes[at + offset..at + offset + 4].copy_from_slice(&value.to_le_bytes());
        }
        self.record(&head, at as u64, crc, packed, size);
        Ok(())
    }

    fn squeeze(&mut self, mut piece: &[u8], flush: FlushCompress) -> io::Result<()> {
        loop {
            self.bytes.reserve(piece.len() / 4 + 256);
            let before = self.compress.total_in();
            let status = self.compress.compress_vec(piece, &mut self.bytes, flush).map_err(io::Error::other)?;
            let taken = usize::try_from(self.compress.total_in() - before).unwrap_or(usize::MAX);
            piece = piece.get(taken..).unwrap_or_default();
            let done = match flush {
                FlushCompress::Finish => matches!(status, Status::StreamEnd),
                _ => piece.is_empty(),
            };
            if done {
                return Ok(());
            }
        }
    }

    fn open(&mut self, head: &Head, crc: u32, packed: u64, size: u64) {
        let sizes = sizes_64(&[size, packed], packed.max(size) >= u64::from(u32::MAX));
        let out = &mut self.bytes;
        put_long(out, LOCAL);
        put_shorts(out, &[head.needed.max(version_for(&sizes)), head.flags, head.method, head.time, head.date]);
        put_long(out, crc);
        put_long(out, if sizes.is_empty() { clipped(packed) } else { u32::MAX });
        put_long(out, if sizes.is_empty() { clipped(size) } else { u32::MAX });
        put_shorts(out, &[length(&head.name), length(&head.local_extra) + length(&sizes)]);
        for bytes in [&head.name, &sizes, &head.local_extra] {
            out.extend_from_slice(bytes);
        }
    }

    fn record(&mut self, head: &Head, at: u64, crc: u32, packed: u64, size: u64) {
        let far: Vec<u64> = [size, packed, at].into_iter().filter(|n| *n >= u64::from(u32::MAX)).collect();
        let sizes = sizes_64(&far, !far.is_empty());
        let out = &mut self.central;
        put_long(out, CENTRAL);
        let needed = head.needed.max(version_for(&sizes));
        put_shorts(out, &[head.made_by, needed, head.flags, head.method, head.time, head.date]);
        for value in [crc, clipped(packed), clipped(size)] {
            put_long(out, value);
        }
        let extra = length(&head.central_extra) + length(&sizes);
        put_shorts(out, &[length(&head.name), extra, length(&head.comment), 0, head.internal]);
        put_long(out, head.external);
        put_long(out, clipped(at));
        for bytes in [&head.name, &sizes, &head.central_extra, &head.comment] {
            out.extend_from_slice(bytes);
        }
        self.entries += 1;
    }

    /// Ends the file with its directory and comment.
    pub(super) fn finish(mut self, comment: &[u8]) -> Vec<u8> {
        let (at, size, entries) = (self.bytes.len() as u64, self.central.len() as u64, self.entries);
        let mut out = std::mem::take(&mut self.bytes);
        out.extend_from_slice(&self.central);
        let few = u16::try_from(entries).unwrap_or(u16::MAX);
        if few == u16::MAX || at.max(size) >= u64::from(u32::MAX) {
            let end = out.len() as u64;
            put_long(&mut out, END_64);
            out.extend_from_slice(&44u64.to_le_bytes());
            put_shorts(&mut out, &[45, 45]);
            out.extend_from_slice(&[0; 8]);
            for value in [entries, entries, size, at] {
                out.extend_from_slice(&value.to_le_bytes());
            }
            put_long(&mut out, LOCATOR_64);
            put_long(&mut out, 0);
            out.extend_from_slice(&end.to_le_bytes());
            put_long(&mut out, 1);
        }
        put_long(&mut out, END);
        put_shorts(&mut out, &[0, 0, few, few]);
        put_long(&mut out, clipped(size));
        put_long(&mut out, clipped(at));
        put_shorts(&mut out, &[length(comment)]);
        out.extend_from_slice(comment);
        out
    }
}

fn sizes_64(values: &[u64], needed: bool) -> Vec<u8> {
    let mut field = Vec::new();
    if needed {
        put_shorts(&mut field, &[ZIP64_FIELD, length(values) * 8]);
        for value in values {
            field.extend_from_slice(&value.to_le_bytes());
        }
    }
    field
}

fn version_for(sizes: &[u8]) -> u16 {
    if sizes.is_empty() { 20 } else { 45 }
}

fn clipped(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn length<T>(items: &[T]) -> u16 {
    u16::try_from(items.len()).unwrap_or(u16::MAX)
}

fn put_long(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_shorts(out: &mut Vec<u8>, values: &[u16]) {
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let long: Vec<u8> = (0..200_000u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
        let mut out = ZipOutput::with_capacity(0);
        let mut shown = 0;
        out.deflate(&Head::new("长.xml"), long.as_slice(), |piece| shown += piece.len()).unwrap();
        out.deflate(&Head::new("empty.xml"), &b""[..], |_| ()).unwrap();
        out.copy(&Head { method: 0, ..Head::new("stored.bin") }, b"abc", check_sum(b"abc"), 3);
        let file = out.finish("注".as_bytes());
        assert_eq!(shown, long.len());
        let mut archive = zip::ZipArchive::new(Cursor::new(file.as_slice())).unwrap();
        assert_eq!(archive.comment(), "注".as_bytes());
        for (name, expect) in [("长.xml", long.as_slice()), ("empty.xml", b""), ("stored.bin", b"abc")] {
            let mut entry = archive.by_name(name).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, expect);
            let head = Head::read(&file, entry.header_start(), entry.central_header_start()).unwrap();
            assert_eq!(head.name, name.as_bytes());
        }
    }

    #[test]
    fn sizes_past_four_gigabytes_take_the_long_form() {
        let mut out = ZipOutput::with_capacity(0);
        out.copy(&Head::new("a"), b"\x03\0", 0, 5_000_000_000);
        let file = out.finish(b"");
        let mut archive = zip::ZipArchive::new(Cursor::new(file.as_slice())).unwrap();
        assert_eq!(archive.by_index_raw(0).unwrap().size(), 5_000_000_000);
    }

    #[test]
    fn inflating_stops_at_the_limit_and_at_nonsense() {
        let mut out = ZipOutput::with_capacity(0);
        out.deflate(&Head::new("a"), vec![7u8; 100_000].as_slice(), |_| ()).unwrap();
        let file = out.finish(b"");
        let packed = &file[31..];
        let mut inflater = Decompress::new(false);
        assert_eq!(inflate(&mut inflater, packed, 3, 200_000).unwrap(), Some(vec![7; 100_000]));
        assert_eq!(inflate(&mut inflater, packed, 3, 99_999).unwrap(), None);
        assert!(inflate(&mut inflater, &packed[..20], 3, 200_000).is_err());
        assert!(inflate(&mut inflater, b"\xFF\xFF\xFF", 3, 200_000).is_err());
    }

    #[test]
    fn fields_cut_short_are_left_out() {
        assert_eq!(without_sizes(b"\x01\0\x02\0ab\x05\0\x01\0c"), b"\x05\0\x01\0c");
        assert!(without_sizes(b"\x05\0\xFF\xFFc").is_empty());
    }
}
