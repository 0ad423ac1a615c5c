//! Files that cannot be marked in place.

use std::collections::{BTreeMap, BTreeSet};

use super::{mark, text_of};
use crate::annotate::rebuild;
use crate::model::{CellRef, Severity};
use crate::read::{Book, BookFormat, Cell, CellValue, Sheet, Visibility};

fn cell(value: CellValue, formula: Option<&str>) -> Cell {
    Cell {
        value,
        shown: "三公经费".into(),
        formula: formula.map(str::to_owned),
        number_format: None,
        fixed_decimals: None,
        percent: false,
        digits_cut: false,
    }
}

fn book() -> Book {
    let cells = BTreeMap::from([
        (CellRef::new(0, 0), cell(CellValue::Text("=三公经费".into()), None)),
        (CellRef::new(1, 1), cell(CellValue::Number("275.47".parse().unwrap()), None)),
        (CellRef::new(2, 1), cell(CellValue::Number("3".parse().unwrap()), Some("SUM(B1:B2)"))),
        (CellRef::new(3, 1), cell(CellValue::Uncalculated, None)),
    ]);
    let ranges = ["A1:C1", "B1:D1", "A9:B9"];
    let sheet = Sheet {
        name: "Sheet1".into(),
        visibility: Visibility::Visible,
        cells,
        merges: ranges.iter().map(|range| range.parse().unwrap()).collect(),
        hidden_rows: BTreeSet::from([7]),
        hidden_cols: BTreeSet::new(),
        layout_known: false,
    };
    let hidden =
        Sheet { name: "Sheet2".into(), visibility: Visibility::Hidden, cells: BTreeMap::new(), ..sheet.clone() };
    Book {
        file: "甲.xls".into(),
        sha256: String::new(),
        size: 0,
        format: BookFormat::Xls,
        modified: None,
        date_1904: false,
        sheets: vec![hidden, sheet],
        notices: Vec::new(),
    }
}

#[test]
fn a_book_is_rebuilt_with_values_merges_and_marks() {
    let marks = [mark("B2", Severity::Error, "不平")];
    let bytes = rebuild(&book(), &marks, None).unwrap();
    assert_eq!(rebuild(&book(), &marks, None).unwrap(), bytes);
    let sheet = text_of(&bytes, "xl/worksheets/sheet2.xml");
    for part in ["<v>275.47</v>", "<f>SUM(B1:B2)</f><v>3</v>", "<mergeCell ref=\"A1:C1\"/>", "<legacyDrawing"] {
        assert!(sheet.contains(part), "{part} in {sheet}");
    }
    assert!(!sheet.contains("B1:D1") && text_of(&bytes, "xl/comments1.xml").contains("不平"));
    assert!(text_of(&bytes, "xl/workbook.xml").contains("state=\"hidden\""));
}
