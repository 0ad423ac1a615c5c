//! A workbook that is marked reads back with the same cells, and every part that no mark touches keeps its bytes;
//! marking twice equals marking once, and taking the marks out gives every part back.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use gouji::annotate::{Listing, ListingRow, Mark, annotate, is_listing, remove};
use gouji::model::{CellRef, Lang, Severity};
use gouji::read::{Book, Cell, read_book_within};
use gouji::redact::{People, redact};
use zip::read::ZipFile;
use zip::result::ZipResult;
use zip::{CompressionMethod, ZipArchive};

use super::read_workbook::limits;

/// Marks set in one run.
const MARKS: usize = 5;

pub fn run(data: &[u8]) {
    let bytes = super::parts::workbook(data, CompressionMethod::Deflated);
    let Ok(book) = read_book_within("甲.xlsx", bytes.clone(), limits()) else {
        // What cannot be read need not be marked, but nothing may break.
        let _ = (annotate(&bytes, &[], Some(&listing(&[]))), remove(&bytes));
        return;
    };
    let marks = marks(&book, data);
    let listing = listing(&marks);
    let Ok(marked) = annotate(&bytes, &marks, Some(&listing)) else { return };
    same_cells(&book, &marked.bytes);
    untouched(&bytes, &marked.bytes);
    let again = annotate(&marked.bytes, &marks, Some(&listing)).expect("a marked workbook is marked again");
    same_parts(&packed(&again.bytes), &packed(&marked.bytes), "marking twice equals marking once");
    let back = remove(&marked.bytes).expect("a marked workbook is given back");
    same_parts(&unpacked(&back.bytes), &unpacked(&bytes), "every part comes back");
    masked(&book, &bytes);
}

/// Cells that hold something and cells that do not, drawn from the input.
fn marks(book: &Book, data: &[u8]) -> Vec<Mark> {
    let seed = data.iter().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    let levels = [Severity::Error, Severity::Warning, Severity::Note];
    book.sheets
        .iter()
        .filter(|sheet| !is_listing(sheet))
        .flat_map(|sheet| {
            let held: Vec<CellRef> = sheet.cells.keys().copied().collect();
            (0..MARKS).map(move |number| {
                let drawn = (seed.rotate_left(number as u32 * 5) >> 8) as usize;
                let free = CellRef::new(drawn as u32 % 40, (drawn >> 6) as u32 % 12);
                let cell =
                    if number % 3 == 2 { free } else { held.get(drawn % held.len().max(1)).copied().unwrap_or(free) };
                let note = format!("合计与分项之和不符：{drawn} <&> ]]>");
                Mark { sheet: sheet.name.clone(), cell, severity: levels[drawn % 3], note }
            })
        })
        .take(MARKS * 4)
        .collect()
}

fn listing(marks: &[Mark]) -> Listing {
    let rows = marks.iter().enumerate().map(|(number, mark)| ListingRow {
        number: number + 1,
        code: "GJ203".to_owned(),
        severity: mark.severity,
        file: "甲.xlsx".to_owned(),
        sheet: mark.sheet.clone(),
        cell: Some(mark.cell),
        here: true,
        what: mark.note.clone(),
        expected: "275.3".to_owned(),
        reported: "=275".to_owned(),
        difference: String::new(),
        unit: "万元".to_owned(),
        related: String::new(),
        likely: String::new(),
        state: String::new(),
        figures: Vec::new(),
        typed: gouji::model::explanation::Typed::default(),
        given_for: None,
        key: format!("{number}"),
    });
    Listing { lang: Lang::Zh, headline: "甲".to_owned(), rows: rows.collect() }
}

/// What was read of every sheet that is not our list.
fn sheets(book: &Book) -> Vec<(&str, &BTreeMap<CellRef, Cell>)> {
    book.sheets.iter().filter(|sheet| !is_listing(sheet)).map(|sheet| (sheet.name.as_str(), &sheet.cells)).collect()
}

fn same_cells(before: &Book, marked: &[u8]) {
    let after = read_book_within("甲.xlsx", marked.to_vec(), limits()).expect("what was marked is read back");
    assert_eq!(sheets(before), sheets(&after), "patching changes no cell");
}

type Parts = BTreeMap<String, Vec<u8>>;

/// Every part as it is compressed.
fn packed(bytes: &[u8]) -> Parts {
    parts(bytes, ZipArchive::by_index_raw)
}

fn unpacked(bytes: &[u8]) -> Parts {
    parts(bytes, ZipArchive::by_index)
}

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

fn parts<'b>(
    bytes: &'b [u8],
    open: impl for<'a> Fn(&'a mut Archive<'b>, usize) -> ZipResult<ZipFile<'a, Cursor<&'b [u8]>>>,
) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    (0..archive.len())
        .map(|number| {
            let mut entry = open(&mut archive, number).expect("an entry");
            let mut part = Vec::new();
            entry.read_to_end(&mut part).expect("its bytes");
            (entry.name().expect("a name").into_owned(), part)
        })
        .collect()
}

fn same_parts(some: &Parts, others: &Parts, law: &str) {
    let differ = |name: &&String| some.get(*name) != others.get(*name);
    let odd: Vec<&String> = some.keys().chain(others.keys()).filter(differ).collect();
    assert!(odd.is_empty(), "{law}: {odd:?}");
}

/// Parts whose content is the same are the same bytes, and none is gone.
fn untouched(before: &[u8], after: &[u8]) {
    let (old, new) = (unpacked(before), unpacked(after));
    let (old_packed, new_packed) = (packed(before), packed(after));
    for (name, part) in &old {
        let now = new.get(name).unwrap_or_else(|| panic!("{name} is gone"));
        if now == part {
            assert_eq!(old_packed[name], new_packed[name], "{name} was written anew");
        }
    }
}

/// A masked copy holds the same numbers.
fn masked(book: &Book, bytes: &[u8]) {
    let people = People::of(std::slice::from_ref(book));
    let Ok(masked) = redact("甲.xlsx", bytes, &people) else { return };
    let after = read_book_within("甲.xlsx", masked.bytes, limits()).expect("what was masked is read back");
    for (sheet, other) in book.sheets.iter().zip(&after.sheets) {
        let places = |cells: &BTreeMap<CellRef, Cell>| cells.keys().copied().collect::<Vec<_>>();
        assert_eq!(places(&sheet.cells), places(&other.cells), "masking keeps every cell");
    }
}
