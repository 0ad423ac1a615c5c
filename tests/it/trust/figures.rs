//! No figure but what is stored: check sums, the raw parts as an oracle, cells that have no one value.

use gouji::read::{CellValue, ReadError, read_book};
use rust_decimal::Decimal;

use super::{folder, put, submission};
use crate::support::package::{check_sum, parts, restate, with};
use crate::support::program::check_json;
use crate::support::tree::root;

/// Places of digits inside stored values of a sheet part.
fn digits(sheet: &str) -> Vec<usize> {
    let values = sheet.match_indices("<v>").map(|(at, _)| at + 3);
    values
        .flat_map(|from| (from..sheet.len()).take_while(|at| sheet.as_bytes()[*at] != b'<'))
        .filter(|at| sheet.as_bytes()[*at].is_ascii_digit())
        .collect()
}

#[test]
fn a_digit_flipped_under_an_old_check_sum_is_refused_a_hundred_times() {
    let sound = submission();
    let names: Vec<String> = parts(&sound)
        .into_iter()
        .filter(|(name, part)| name.starts_with("xl/worksheets/sheet") && String::from_utf8_lossy(part).contains("<v>"))
        .map(|(name, _)| name)
        .collect();
    let mut refused = 0;
    for number in 0..100 {
        let name = &names[number % names.len()];
        let old = check_sum(&sound, name);
        let flipped = with(&sound, name, |sheet| {
            let places = digits(sheet);
            let at = places[number * 7919 % places.len()];
            let mut bytes = sheet.as_bytes().to_vec();
            bytes[at] = b'0' + (bytes[at] - b'0' + 1 + (number % 9) as u8) % 10;
            String::from_utf8(bytes).expect("digits are ASCII")
        });
        let new = check_sum(&flipped, name);
        assert_ne!(new, old, "the digit is another one");
        // With the right sum it is a workbook like any other.
        assert!(read_book("甲.xlsx", flipped.clone()).is_ok());
        match read_book("甲.xlsx", restate(&flipped, new, old)) {
            Err(ReadError::Corrupted { part, .. }) if part == *name => refused += 1,
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(refused, 100);
}

/// What a part says of its cells, read by nothing but its own marks: address, type, stored text.
fn raw_cells(sheet: &str) -> Vec<(String, String, String)> {
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..].split('"').next()?.to_owned())
    };
    sheet
        .split("<c ")
        .skip(1)
        .filter_map(|cell| {
            let (tag, rest) = cell.split_once('>')?;
            let tag = format!(" {tag}");
            if tag.ends_with('/') {
                return None;
            }
            let inside = rest.split("</c>").next()?;
            let value = inside.split("<v>").nth(1)?.split("</v>").next()?;
            Some((attribute(&tag, "r")?, attribute(&tag, "t").unwrap_or_else(|| "n".into()), value.to_owned()))
        })
        .collect()
}

/// A stored number at 15 significant digits, by its digits alone.
fn stored(text: &str) -> Decimal {
    let number = Decimal::from_scientific(text).or_else(|_| text.parse()).expect("a number");
    number.round_sf(15).expect("a number").normalize()
}

#[test]
fn every_number_is_the_one_in_the_raw_part() {
    let mut compared = 0;
    for entry in walkdir::WalkDir::new(root().join("samples")).sort_by_file_name() {
        let entry = entry.expect("readable");
        if entry.path().extension().is_none_or(|extension| extension != "xlsx") {
            continue;
        }
        let bytes = std::fs::read(entry.path()).expect("readable");
        let parts = parts(&bytes);
        let book = read_book("甲.xlsx", bytes).expect("a sample is read");
        for (number, sheet) in book.sheets.iter().enumerate() {
            let name = format!("xl/worksheets/sheet{}.xml", number + 1);
            let (_, part) = parts.iter().find(|(part, _)| *part == name).expect("the sheet's part");
            let raw = raw_cells(std::str::from_utf8(part).expect("UTF-8"));
            let numbers = raw.iter().filter(|(_, kind, _)| kind == "n");
            for (address, _, value) in numbers {
                let at = address.parse().expect("an address");
                match &sheet.cells[&at].value {
                    CellValue::Number(read) => assert_eq!(read.normalize(), stored(value), "{} {address}", sheet.name),
                    CellValue::Date(_) => {}
                    other => panic!("{} {address}: {value} became {other:?}", sheet.name),
                }
                compared += 1;
            }
            let read = sheet.cells.values().filter(|cell| matches!(cell.value, CellValue::Number(_))).count();
            let there = raw.iter().filter(|(_, kind, _)| kind == "n").count();
            assert!(read <= there, "{}: a number that no part holds", sheet.name);
        }
    }
    assert!(compared > 500, "{compared}");
}

/// Findings and notices that name a cell.
fn said_of(bytes: &[u8], cell: &str) -> (Vec<String>, String) {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", bytes);
    let ended = check_json(&[&file]);
    let run = ended.json();
    let here = |finding: &&serde_json::Value| {
        finding["cells"].as_array().is_some_and(|cells| cells.iter().any(|one| one["cell"] == cell))
    };
    let codes = run["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(here)
        .map(|f| f["code"].as_str().unwrap().to_owned())
        .collect();
    (codes, format!("{}{}{}", run["submissions"], run["problems"], run["findings"]))
}

/// The sheet of 附件2, with the stored value of a cell replaced by another cell.
fn with_cell(address: &str, cell: &str) -> Vec<u8> {
    let name = "xl/worksheets/sheet2.xml";
    with(&submission(), name, |sheet| {
        let from = sheet.find(&format!("<c r=\"{address}\"")).expect("the cell is there");
        let to = from + sheet[from..].find("</c>").expect("it ends") + 4;
        let style = sheet[from..to].split(" s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0");
        let cell = cell.replace("{}", &format!("r=\"{address}\" s=\"{style}\""));
        format!("{}{cell}{}", &sheet[..from], &sheet[to..])
    })
}

/// A figure of 附件2 that stands in sums.
const FIGURE: &str = "B6";

#[test]
fn a_cell_without_one_value_is_said_at_its_place_and_never_used() {
    for (cell, notice) in [
        ("<c {}><v>NaN</v></c>", "NaN"),
        ("<c {}><v>1e309</v></c>", "1e309"),
        ("<c {} t=\"e\"><v>#SPILL!</v></c>", ""),
        ("<c {}><f>SUM(D6:D9)</f></c>", ""),
        ("<c {}><v>1</v></c><c {}><v>2</v></c>", "两个不同的值"),
    ] {
        let (codes, said) = said_of(&with_cell(FIGURE, cell), FIGURE);
        assert!(codes.iter().any(|code| code == "GJ103"), "{cell}: {codes:?}");
        assert!(said.contains(notice), "{cell}: {said}");
        // The other cells of the sheet are read as ever.
        let book = read_book("甲.xlsx", with_cell(FIGURE, cell)).expect("the rest is read");
        let sound = read_book("甲.xlsx", submission()).expect("the sample is read");
        assert_eq!(book.sheets[1].cells.len(), sound.sheets[1].cells.len(), "{cell}");
    }
}

#[test]
fn a_damaged_sheet_beside_sound_ones_fails_the_run_and_is_named() {
    let broken = with(&submission(), "xl/worksheets/sheet2.xml", |sheet| sheet[..sheet.len() / 2].to_owned());
    let folder = folder();
    let ended = check_json(&[&put(folder.path(), "甲.xlsx", &broken)]);
    let run = ended.json();
    let failed: Vec<&str> = run["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["failed"] == true)
        .map(|p| p["message"].as_str().unwrap())
        .collect();
    assert_eq!((ended.code, failed.len()), (2, 1), "{failed:?}");
    assert!(failed[0].contains("附件2") && failed[0].contains("没有读入"), "{failed:?}");
    assert!(run["summary"]["figures"].as_u64().unwrap() > 0, "the other sheets are checked");
}

#[test]
fn two_truths_in_one_package_are_refused() {
    let sound = submission();
    let twice = |name: &str, as_name: &str| {
        let mut all = parts(&sound);
        let copy = all.iter().find(|(part, _)| part == name).expect("the part").1.clone();
        all.push((as_name.to_owned(), copy));
        crate::support::package::pack(&all)
    };
    let name = "xl/worksheets/sheet2.xml";
    assert!(matches!(read_book("甲", twice(name, "XL/Worksheets/Sheet2.xml")), Err(ReadError::DuplicatePart { .. })));
    let utf16 = with(&sound, name, |sheet| format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{sheet}"));
    assert!(matches!(read_book("甲", utf16), Err(ReadError::Encoding { .. })));
    let entity =
        with(&sound, name, |sheet| sheet.replacen("<worksheet", "<!DOCTYPE a [<!ENTITY b \"9\">]><worksheet", 1));
    assert!(matches!(read_book("甲", entity), Err(ReadError::DocumentType { .. })));
}
