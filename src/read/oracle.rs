//! Our reading of a sheet beside calamine's, which nobody here wrote: every cell of the samples, and of random sheets.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use proptest::prelude::*;

use super::tests::{pack, parts};
use super::*;
use crate::model::CellRef;
use crate::model::amount::from_stored;

/// Compares every cell of both; gives how many held something.
fn compare(file: &str, bytes: Vec<u8>) -> usize {
    let ours = read_book(file, bytes.clone()).unwrap();
    let mut theirs = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut seen = 0;
    for sheet in &ours.sheets {
        let range = theirs.worksheet_range(&sheet.name).unwrap();
        let start = range.start().unwrap_or_default();
        let mut used = 0;
        for (row, col, value) in range.used_cells() {
            let at = CellRef::new(start.0 + u32::try_from(row).unwrap(), start.1 + u32::try_from(col).unwrap());
            let found = sheet.cells.get(&at).map(|cell| &cell.value);
            assert!(same(found, value), "{file} {} {at}: {found:?} and {value:?}", sheet.name);
            used += 1;
        }
        let told = |value: &CellValue| *value != CellValue::Uncalculated;
        assert_eq!(sheet.cells.values().filter(|cell| told(&cell.value)).count(), used, "{file} {}", sheet.name);
        seen += used;
    }
    seen
}

fn same(ours: Option<&CellValue>, theirs: &Data) -> bool {
    match (ours, theirs) {
        (Some(CellValue::Number(number)), Data::Float(float)) => {
            from_stored(*float).is_some_and(|f| f.value == *number)
        }
        // What no decimal holds is an error value of its own.
        (Some(CellValue::Error(_)), Data::Float(float)) => from_stored(*float).is_none(),
        (Some(CellValue::Number(number)), Data::Int(whole)) => *number == rust_decimal::Decimal::from(*whole),
        (Some(CellValue::Date(_) | CellValue::Number(_)), Data::DateTime(_) | Data::DateTimeIso(_)) => true,
        (Some(CellValue::Text(text)), Data::String(string)) => text == string,
        (Some(CellValue::Bool(ours)), Data::Bool(theirs)) => ours == theirs,
        (Some(CellValue::Error(text)), Data::Error(error)) => *text == error.to_string(),
        _ => false,
    }
}

#[test]
fn every_cell_of_the_samples_is_what_calamine_reads() {
    let samples = walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"));
    let workbooks = samples.into_iter().flatten().filter(|entry| entry.path().extension().is_some_and(|e| e == "xlsx"));
    let mut seen = 0;
    for entry in workbooks {
        seen += compare(&entry.path().to_string_lossy(), std::fs::read(entry.path()).unwrap());
    }
    assert!(seen > 1000, "{seen}");
}

/// One cell as a program may write it.
fn a_cell() -> impl Strategy<Value = String> {
    let style = prop_oneof![Just(""), Just(" s=\"1\""), Just(" s=\"2\""), Just(" s=\"9\"")];
    let body = prop_oneof![
        "-?[0-9]{1,16}(\\.[0-9]{1,16})?(E-?[0-9]{1,2})?".prop_map(|number| format!("><v>{number}</v></c>")),
        "[0-9]{1,15}(\\.[0-9]{1,4})?".prop_map(|number| format!(" t=\"n\"><f>A1+1</f><v>{number}</v></c>")),
        Just(" t=\"s\"><v>0</v></c>".to_owned()),
        "[ a&<十五。_x0DF\\r\\n]{0,9}".prop_map(|text| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!(" t=\"str\"><f>B1&amp;\"\"</f><v>{text}</v></c>")
        }),
        "[ab十 ]{0,9}".prop_map(|text| {
            format!(
                " t=\"inlineStr\"><is><r><t xml:space=\"preserve\">{text}</t></r><r><t> {text}&#22235;</t></r></is></c>"
            )
        }),
        "[01]".prop_map(|truth| format!(" t=\"b\"><v>{truth}</v></c>")),
        Just(" t=\"e\"><v>#DIV/0!</v></c>".to_owned()),
        Just("/>".to_owned()),
        Just("><f>A1</f></c>".to_owned()),
    ];
    (style, body).prop_map(|(style, body)| format!("<c{style}{body}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_cell_of_a_random_sheet_is_what_calamine_reads(rows in proptest::collection::vec(proptest::collection::vec(a_cell(), 0..6), 1..6)) {
        let rows: Vec<String> = rows.iter().map(|cells| format!("<row>{}</row>", cells.concat())).collect();
        let rows = rows.concat();
        let related = |text: Vec<u8>| {
            let types = "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
            String::from_utf8(text).unwrap().replace("\"x/", types).replace("strings.xml", "sharedStrings.xml").replace("1000000000000", "1").into_bytes()
        };
        let parts: Vec<_> = parts(&rows).into_iter().map(|(name, text)| (name.replace("strings", "sharedStrings"), related(text))).collect();
        compare("a.xlsx", pack(&parts));
    }
}
