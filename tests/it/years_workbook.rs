//! The workbook of a comparison: every line with its exact figures, live formulas, links and charts, in both languages.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

use gouji::model::CellRef;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use crate::support::program::{Ended, gouji};
use crate::support::workbook::{Link, Written, open};

const ONE: [&str; 3] = ["samples/2024", "--prior", "samples/2023"];
const MANY: [&str; 3] = ["samples", "--prior", "samples/2023"];
const SHEETS: [&str; 9] =
    ["汇总", "图表", "单位一览", "逐项对比", "预算与执行", "三公经费", "需说明", "新增与消失", "配对"];
/// Rows over the first line of a list.
const TOP: u32 = 4;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn compare(args: &[&str], more: &[&str]) -> (Ended, Vec<u8>) {
    let folder = folder();
    let place = folder.path().join("yoy.xlsx");
    let out = place.to_string_lossy();
    let last = ["-o", &out, "--format", "json"];
    let ended = gouji(["compare"].iter().chain(args).chain(&last).chain(more).copied());
    let bytes = std::fs::read(&place).unwrap_or_else(|_| panic!("a workbook was written: {}", ended.said()));
    (ended, bytes)
}

fn sheet<'b>(book: &'b [(String, Written)], name: &str) -> &'b Written {
    &book.iter().find(|(own, _)| own == name).unwrap_or_else(|| panic!("a sheet {name}")).1
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// What a formula of ours comes to, from the cells that it names.
fn computed(written: &Written, formula: &str) -> Decimal {
    let inner = formula.strip_prefix("ROUND(").and_then(|rest| rest.strip_suffix(')')).expect("ROUND");
    let (inner, digits) = inner.rsplit_once(',').expect("digits");
    let value = |name: &str| {
        let bare = name.strip_prefix("N(").map_or(name, |rest| rest.trim_end_matches(')'));
        let at = bare.parse::<CellRef>().unwrap_or_else(|_| panic!("an address: {name}"));
        decimal(&written.text(at.row, at.col)).unwrap_or_default()
    };
    let exact = match inner.strip_suffix("*100") {
        None => {
            let (to, from) = inner.split_once('-').expect("a difference");
            value(to) - value(from)
        }
        Some(share) => {
            if let Some((change, from)) = share.split_once(")/ABS(") {
                let (to, _) = change.trim_start_matches('(').split_once('-').expect("a change");
                let from = value(from.trim_end_matches(')'));
                (value(to) - from) * Decimal::ONE_HUNDRED / from.abs()
            } else {
                let (part, whole) = share.split_once('/').expect("a share");
                value(part) * Decimal::ONE_HUNDRED / value(whole)
            }
        }
    };
    exact.round_dp_with_strategy(digits.parse().expect("digits"), RoundingStrategy::MidpointAwayFromZero)
}

fn charts(bytes: &[u8]) -> Vec<String> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a package");
    let names: Vec<String> = package.file_names().map(|name| name.expect("a name").into_owned()).collect();
    names
        .iter()
        .filter(|name| name.starts_with("xl/charts/chart"))
        .map(|name| {
            let mut text = String::new();
            package.by_name(name).expect("a part").read_to_string(&mut text).expect("UTF-8");
            text
        })
        .collect()
}

fn rows(report: &Value) -> Vec<(&Value, &Value)> {
    let units = report["units"].as_array().expect("units");
    units.iter().flat_map(|unit| unit["rows"].as_array().expect("rows").iter().map(move |row| (unit, row))).collect()
}

#[test]
fn every_line_of_both_years_stands_with_its_exact_figures() {
    for args in [&ONE[..], &MANY[..]] {
        let (ended, bytes) = compare(args, &[]);
        let report = ended.json();
        let book = open(&bytes);
        let list = sheet(&book, "逐项对比");
        let rows = rows(&report);
        assert!(rows.len() > 50);
        for (row, (unit, one)) in (TOP..).zip(&rows) {
            assert_eq!(list.text(row, 0), unit["entity"].as_str().unwrap());
            assert_eq!(list.text(row, 2).trim(), one["line"].as_str().unwrap().trim());
            assert_eq!(list.text(row, 3), one["measure"].as_str().unwrap());
            for (col, value) in [
                (5, &one["last"]["amount"]),
                (6, &one["now"]["amount"]),
                (7, &one["change"]),
                (8, &one["rate_percent"]),
            ] {
                let expected = value.as_str().and_then(decimal);
                let found = list.text(row, col);
                assert_eq!(decimal(&found), expected, "row {row} column {col}: {found}");
            }
            let cell = one["now"]["cell"].as_str().unwrap_or_default();
            assert!(list.text(row, 10).ends_with(cell), "{}", list.text(row, 10));
            assert_eq!(!list.text(row, 12).is_empty(), one["needs_reason"].as_bool().unwrap());
        }
        assert_eq!(list.text(TOP + rows.len() as u32, 2), "", "nothing stands under the last line");
    }
}

#[test]
fn formulas_come_to_what_is_stored_with_them() {
    let (_, bytes) = compare(&MANY, &[]);
    let book = open(&bytes);
    let mut all = 0;
    for (name, written) in &book {
        for ((row, col), formula) in &written.formulas {
            let stored = decimal(&written.text(*row, *col));
            assert_eq!(stored, Some(computed(written, formula)), "{name} {row},{col}: {formula}");
            all += 1;
        }
    }
    assert!(all > 300, "{all} formulas");
}

#[test]
fn both_languages_have_every_sheet_and_no_word_of_the_other() {
    let names = |lang: &str| -> Vec<String> {
        let (_, bytes) = compare(&ONE, &["--lang", lang]);
        open(&bytes).into_iter().filter(|(name, _)| name != "gouji").map(|(name, _)| name).collect()
    };
    assert_eq!(names("zh"), SHEETS);
    let english = names("en");
    assert_eq!(english.len(), SHEETS.len());
    assert!(english.iter().all(|name| name.is_ascii()), "{english:?}");
    let (_, bytes) = compare(&ONE, &["--lang", "en"]);
    for (name, written) in open(&bytes).iter().filter(|(name, _)| name != "gouji") {
        assert!(written.text(0, 0).is_ascii(), "{name}: {}", written.text(0, 0));
        assert!(!written.xml.contains("增减率"), "{name}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for args in [&ONE[..], &MANY[..]] {
        assert_eq!(compare(args, &[]).1, compare(args, &[]).1);
    }
}

#[test]
fn links_lead_to_cells_that_hold_something() {
    let (_, bytes) = compare(&MANY, &[]);
    let book = open(&bytes);
    let mut links = 0;
    for (name, written) in &book {
        for (place, link) in &written.links {
            let Link::Inside { sheet: to, cell } = link else { panic!("{name} {place} leads outside") };
            let at = cell.parse::<CellRef>().expect("an address");
            assert!(!sheet(&book, to).text(at.row, at.col).is_empty(), "{name} {place} → {to} {cell}");
            links += 1;
        }
    }
    assert!(links > 10, "{links} links");
}

#[test]
fn a_reason_due_leads_to_its_line_and_back() {
    let (_, bytes) = compare(&MANY, &[]);
    let book = open(&bytes);
    let (list, due) = (sheet(&book, "逐项对比"), sheet(&book, "需说明"));
    let mut followed = 0;
    for row in TOP..=due.last_row() {
        let Some(Link::Inside { cell, .. }) = due.links.get(&CellRef::new(row, 12).to_string()) else { continue };
        let there = cell.parse::<CellRef>().expect("an address").row;
        assert_eq!(due.text(row, 2).trim(), list.text(there, 2).trim());
        assert_eq!(due.text(row, 6), list.text(there, 7));
        let back = list.links.get(&CellRef::new(there, 12).to_string());
        assert_eq!(back, Some(&Link::Inside { sheet: "需说明".to_owned(), cell: CellRef::new(row, 2).to_string() }));
        followed += 1;
    }
    assert!(followed > 5, "{followed}");
}

#[test]
fn what_needs_a_reason_follows_the_limits() {
    for limits in
        [["--rate", "0", "--amount", "0"], ["--rate", "20", "--amount", "0.5"], ["--rate", "500", "--amount", "9"]]
    {
        let (ended, bytes) = compare(&ONE, &limits);
        let report = ended.json();
        let due = rows(&report).into_iter().filter(|(_, row)| row["needs_reason"] == true).count();
        let book = open(&bytes);
        let listed = sheet(&book, "需说明");
        let shown = (TOP..=listed.last_row()).filter(|row| !listed.text(*row, 3).is_empty()).count();
        assert_eq!(shown, due, "{limits:?}");
    }
}

#[test]
fn charts_have_titles_and_draw_cells_that_are_there() {
    for (args, least) in [(&ONE[..], 5), (&MANY[..], 8)] {
        let (_, bytes) = compare(args, &[]);
        let charts = charts(&bytes);
        assert!(charts.len() >= least, "{} charts", charts.len());
        for chart in &charts {
            assert!(chart.contains("<c:title>") && chart.contains("宋体"));
            let points = chart.matches("<c:pt idx=").count();
            assert!(points > 1, "a chart without points");
            let named: BTreeSet<&str> =
                chart.split("<c:f>").skip(1).filter_map(|rest| rest.split("</c:f>").next()).collect();
            assert!(!named.is_empty() && named.iter().all(|range| range.starts_with("图表!")), "{named:?}");
        }
    }
}

#[test]
fn unpaired_units_are_listed_and_not_dropped() {
    let (ended, bytes) = compare(&MANY, &[]);
    let report = ended.json();
    let units = report["units"].as_array().unwrap();
    assert!(units.iter().any(|unit| unit["prior"].is_null()) && units.iter().any(|unit| !unit["prior"].is_null()));
    let book = open(&bytes);
    let (list, pairs) = (sheet(&book, "单位一览"), sheet(&book, "配对"));
    for (at, unit) in (0u32..).zip(units) {
        assert_eq!(list.text(TOP + 1 + at, 1), unit["entity"].as_str().unwrap());
        assert_eq!(pairs.text(TOP + at, 1), unit["entity"].as_str().unwrap());
        let last = unit["prior"]["entity"].as_str().unwrap_or("—");
        assert_eq!(pairs.text(TOP + at, 3), last);
    }
    let words: Vec<String> = (0..=pairs.last_row()).map(|row| pairs.text(row, 1)).collect();
    let unpaired = report["pairing"].as_array().unwrap().iter().filter(|one| one["kind"] == "unpaired").count();
    assert!(unpaired > 0);
    assert_eq!(words.iter().filter(|word| *word == "未配对").count(), unpaired);
}

#[test]
fn new_and_vanished_projects_are_shown() {
    let (ended, bytes) = compare(&ONE, &[]);
    let report = ended.json();
    let book = open(&bytes);
    let apart = sheet(&book, "新增与消失");
    let listed = |what: &str| -> Vec<String> {
        (TOP..=apart.last_row()).filter(|row| apart.text(*row, 1) == what).map(|row| apart.text(row, 3)).collect()
    };
    let projects = report["units"][0]["projects"].as_array().unwrap();
    let only = |side: &str, other: &str| -> Vec<String> {
        let of = projects.iter().filter(|one| one[other].is_null());
        of.map(|one| one[side].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("新增项目"), only("now", "last"));
    assert_eq!(listed("消失的项目"), only("last", "now"));
    assert!(!listed("消失的项目").is_empty());
}

#[test]
fn no_unit_at_all_is_a_workbook_that_says_so() {
    let folder = folder();
    let junk = folder.path().join("junk.xlsx");
    std::fs::write(&junk, "no workbook").unwrap();
    let (ended, bytes) = compare(&[&junk.to_string_lossy()], &[]);
    assert_eq!(ended.code, 2);
    let book = open(&bytes);
    assert_eq!(sheet(&book, "逐项对比").text(TOP, 0), "没有可对比的行次。");
    let pairs = sheet(&book, "配对");
    assert!((0..=pairs.last_row()).any(|row| pairs.text(row, 3).ends_with("junk.xlsx")));
}

#[test]
fn an_input_is_never_written_over() {
    let folder = folder();
    let copy = folder.path().join("a.xlsx");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/ties/qingxi-2024.xlsx"), &copy).unwrap();
    let before = std::fs::read(&copy).unwrap();
    let name = copy.to_string_lossy();
    let ended = gouji(["compare", &name, "-o", &name]);
    assert_eq!(ended.code, 2, "{}", ended.said());
    assert_eq!(std::fs::read(&copy).unwrap(), before);
}

#[test]
fn our_own_workbooks_are_passed_over() {
    let folder = folder();
    let (_, bytes) = compare(&ONE, &[]);
    std::fs::write(folder.path().join("对比.xlsx"), bytes).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/ties/qingxi-2024.xlsx");
    std::fs::copy(sample, folder.path().join("qingxi.xlsx")).unwrap();
    let ended = gouji(["check", &folder.path().to_string_lossy()]);
    assert_eq!(ended.code, 0, "{}", ended.said());
    assert!(ended.out.contains("本程序生成的工作簿"), "{}", ended.said());
}
