//! Calamine's bare read of every workbook under a folder, as the yardstick for reading: `bare FOLDER`.
//!
//! Opens each file from its bytes and takes every sheet as a dense range of values; nothing is checked, recognised or
//! kept. Prints files, sheets and cells. `benches/county_run.py` runs it and measures the process.

#![allow(clippy::expect_used, reason = "a benchmark may stop where it stands")]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|word| !word.starts_with("--")) else {
        println!("bare: give a folder of .xlsx files");
        return;
    };
    let (mut files, mut sheets, mut cells) = (0u64, 0u64, 0u64);
    for path in workbooks(Path::new(&folder)) {
        let bytes = std::fs::read(path).expect("a file");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        files += 1;
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name).expect("a sheet");
            sheets += 1;
            cells += range.used_cells().filter(|(_, _, value)| !matches!(value, Data::Empty)).count() as u64;
        }
    }
    println!("{files} files, {sheets} sheets, {cells} cells");
}

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path))
        .filter(|path| path.extension().is_some_and(|extension| extension == "xlsx"))
        .collect();
    paths.sort();
    paths
}
