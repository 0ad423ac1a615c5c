//! Packages taken apart and put together again, rightly or wrongly.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The parts of a package in their order.
pub fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    try_parts(bytes).expect("a package of sound entries")
}

/// As [`parts`]; nothing where an entry cannot be read.
pub fn try_parts(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..archive.len())
        .map(|number| {
            let mut entry = archive.by_index(number).ok()?;
            let mut part = Vec::new();
            entry.read_to_end(&mut part).ok()?;
            Some((entry.name().ok()?.into_owned(), part))
        })
        .collect()
}

pub fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        zip.write_all(part).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A package with some parts changed; a part that was not there is added.
pub fn with(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut parts = parts(bytes);
    match parts.iter_mut().find(|(part, _)| part == name) {
        Some((_, part)) => *part = change(std::str::from_utf8(part).expect("UTF-8")).into_bytes(),
        None => parts.push((name.to_owned(), change("").into_bytes())),
    }
    pack(&parts)
}

/// The check sum of a part, as the directory states it.
pub fn check_sum(bytes: &[u8], name: &str) -> u32 {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    archive.by_name(name).expect("the part").crc32()
}

/// States another check sum for a part, in the directory and in front of the part.
pub fn restate(bytes: &[u8], from: u32, to: u32) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let places: Vec<usize> = (0..out.len() - 3).filter(|at| out[*at..*at + 4] == from.to_le_bytes()).collect();
    assert_eq!(places.len(), 2, "the check sum stands twice");
    for at in places {
        out[at..at + 4].copy_from_slice(&to.to_le_bytes());
    }
    out
}
