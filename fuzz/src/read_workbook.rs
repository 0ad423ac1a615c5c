//! A workbook is read or refused in words; what was read is exact, crosses to another process, and is recognised.

use std::time::{Duration, Instant};

use gouji::forms::look_at_sheet;
use gouji::read::{Book, CellValue, Limits, read_book_within, wire};
use rust_decimal::Decimal;
use zip::CompressionMethod;

/// Limits under which one input takes a moment.
pub(crate) fn limits() -> Limits {
    Limits {
        file_bytes: 1 << 20,
        total_bytes: 8 << 20,
        part_bytes: 4 << 20,
        entries: 100,
        cells: 20_000,
        merges: 1_000,
        text_bytes: 4 << 20,
        memory_bytes: 64 << 20,
        seconds: 5,
        until: Some(Instant::now() + Duration::from_secs(5)),
        ..Limits::default()
    }
}

pub fn run(data: &[u8]) {
    let outcome = read_book_within("甲.xlsx", super::parts::workbook(data, CompressionMethod::Stored), limits());
    let mut sent = Vec::new();
    wire::send(&outcome, &mut sent).expect("memory");
    let received = wire::receive(&sent).expect("what was sent is read again");
    match (outcome, received) {
        (Ok(book), Ok(received)) => {
            assert!(!book.sheets.is_empty());
            for (sheet, other) in book.sheets.iter().zip(&received.sheets) {
                assert_eq!(sheet.cells, other.cells, "the worker hands back what it read");
            }
            check_numbers(&book);
            recognise(&book);
        }
        (Err(why), Err(received)) => {
            assert_eq!(why, received);
            let words = why.words();
            assert!(!words.zh.is_empty() && !words.en.is_empty());
        }
        (outcome, received) => panic!("{outcome:?} became {received:?}"),
    }
}

/// No number has more digits than a spreadsheet keeps.
fn check_numbers(book: &Book) {
    for cell in book.sheets.iter().flat_map(|sheet| sheet.cells.values()) {
        if let CellValue::Number(number) = cell.value {
            assert_eq!(number.round_sf(15).map(|kept| kept.normalize()), Some(number.normalize()), "{cell:?}");
            assert!(number.scale() <= Decimal::MAX_SCALE);
        }
    }
}

/// Every figure stands at a cell of its sheet.
fn recognise(book: &Book) {
    for sheet in &book.sheets {
        for (reading, _) in &look_at_sheet(sheet, super::forms()).readings {
            let rows = reading.piece.top..=reading.piece.bottom;
            assert!(reading.figures.iter().all(|figure| rows.contains(&figure.cell.row)));
        }
    }
}
