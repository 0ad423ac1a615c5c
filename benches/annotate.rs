//! What marking costs, beside reading and beside openpyxl, in one run: `cargo bench --bench annotate`.
//!
//! Reads and marks the 2024 sample many times in this process, on one core; then lets `benches/openpyxl_mark.py` load,
//! mark and save the same file as often. Prints medians and ratios; the machine is noisy, so only ratios are worth
//! quoting. Without Python and openpyxl that side is left out, and that is said.

#![allow(clippy::expect_used, reason = "a benchmark may stop where it stands")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use gouji::annotate::{Listing, ListingRow, Mark, annotate};
use gouji::model::{CellRef, Lang, Severity};
use gouji::read::read_book;

const SAMPLE: &str = "samples/2024/shuangpai-2024.xlsx";
const ROUNDS: usize = 60;

fn main() {
    let bytes = std::fs::read(SAMPLE).expect("run from the project's folder");
    let book = read_book(SAMPLE, bytes.clone()).expect("the sample is sound");
    let marks: Vec<Mark> = book
        .sheets
        .iter()
        .flat_map(|sheet| {
            [(4, 1), (6, 3), (8, 2)].map(|(row, col)| Mark {
                sheet: sheet.name.clone(),
                cell: CellRef::new(row, col),
                severity: Severity::Error,
                note: "应为 283.87，所报 275.3".to_owned(),
            })
        })
        .collect();
    let read = median(|| drop(read_book(SAMPLE, bytes.clone())));
    let listing = list(&marks);
    let mark = median(|| drop(annotate(&bytes, &marks, Some(&listing))));
    println!("{} sheets, {} marks and a list of them, median of {ROUNDS} rounds", book.sheets.len(), marks.len());
    println!("read         {read:>10.2?}");
    println!("mark         {mark:>10.2?}   {} of reading", ratio(mark, read));
    match openpyxl(marks.len()) {
        Some(other) => {
            println!("openpyxl     {other:>10.2?}   load, mark, save");
            println!("openpyxl / mark          {}", ratio(other, mark));
            println!("openpyxl / (read + mark) {}", ratio(other, read + mark));
        }
        None => println!("openpyxl     not compared: python3 with openpyxl was not found"),
    }
}

/// A list with a row for each mark.
fn list(marks: &[Mark]) -> Listing {
    let row = |(index, mark): (usize, &Mark)| ListingRow {
        number: index + 1,
        code: "GJ203".to_owned(),
        severity: mark.severity,
        file: SAMPLE.to_owned(),
        sheet: mark.sheet.clone(),
        cell: Some(mark.cell),
        here: true,
        what: "三公经费合计不等于各项之和：应为 283.87，所报 275.3，差 8.57".to_owned(),
        expected: "283.87".to_owned(),
        reported: "275.3".to_owned(),
        difference: "8.57".to_owned(),
        unit: "万元".to_owned(),
        related: "B6、C6、D6".to_owned(),
        likely: String::new(),
        state: String::new(),
        figures: Vec::new(),
        typed: gouji::model::explanation::Typed::default(),
        given_for: None,
        key: format!("GJ203/{index}"),
    };
    let rows = marks.iter().enumerate().map(row).collect();
    Listing { lang: Lang::Zh, headline: "共核对 120 项，发现 18 项".to_owned(), rows }
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

/// One duration over another, in hundredths.
fn ratio(one: Duration, other: Duration) -> String {
    let hundredths = one.as_nanos() * 100 / other.as_nanos().max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The median of openpyxl's rounds, as its script prints it in microseconds.
fn openpyxl(marks: usize) -> Option<Duration> {
    let script = Path::new("benches/openpyxl_mark.py");
    let out = Command::new("python3").arg(script).args([SAMPLE, &marks.to_string(), "15"]).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.trim().parse().ok().map(Duration::from_micros)
}
