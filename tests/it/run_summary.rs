//! `summary.xlsx`: submissions ranked by their findings, findings by rule, all findings, and what was not read.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::program::{Ended, check_json, gouji};
use crate::support::workbook::{Link, Written, open};

/// Rows over the first line of a list.
const TOP: u32 = 4;

fn check(args: &[&str], out: &Path) -> (Ended, Vec<u8>) {
    let out_name = out.to_string_lossy();
    let args: Vec<&str> = args.iter().copied().chain(["-o", &out_name]).collect();
    let ended = check_json(&args);
    let bytes = std::fs::read(out.join("summary.xlsx")).unwrap_or_else(|_| panic!("a summary: {}", ended.said()));
    (ended, bytes)
}

fn sheet<'b>(book: &'b [(String, Written)], name: &str) -> &'b Written {
    &book.iter().find(|(own, _)| own == name).unwrap_or_else(|| panic!("a sheet {name}")).1
}

fn number(written: &Written, row: u32, col: u32) -> usize {
    written.text(row, col).parse().unwrap_or_else(|_| panic!("a count at {row},{col}: {}", written.text(row, col)))
}

/// Errors, warnings and notes of each unit.
fn counts(report: &Value) -> BTreeMap<(String, String), [usize; 3]> {
    let mut counts: BTreeMap<(String, String), [usize; 3]> = BTreeMap::new();
    for one in report["submissions"].as_array().unwrap() {
        counts.insert((one["entity"].as_str().unwrap().to_owned(), one["year"].to_string()), [0; 3]);
    }
    for one in report["findings"].as_array().unwrap() {
        // A finding's submission is that of its key's last two names.
        let key: Vec<&str> = one["key"].as_str().unwrap().split('|').collect();
        let at = ["error", "warning", "note"].iter().position(|name| one["severity"] == *name).unwrap();
        let unit = (one["entity"].as_str().unwrap().to_owned(), key.get(6).copied().unwrap_or("null").to_owned());
        let unit = if counts.contains_key(&unit) { unit } else { (unit.0, "null".to_owned()) };
        counts.get_mut(&unit).unwrap_or_else(|| panic!("{unit:?}"))[at] += 1;
    }
    counts
}

#[test]
fn submissions_are_ranked_by_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let (ended, bytes) = check(&["samples"], folder.path());
    let report = ended.json();
    let counts = counts(&report);
    let book = open(&bytes);
    let ranking = sheet(&book, "报送件排名");
    let mut last: Option<[usize; 3]> = None;
    for row in (TOP..).take(counts.len()) {
        let unit = (ranking.text(row, 1), ranking.text(row, 2));
        let found = [3, 4, 5].map(|col| number(ranking, row, col));
        assert_eq!(Some(&found), counts.get(&unit), "{unit:?}");
        assert!(last.is_none_or(|last| last >= found), "row {row} weighs more than the one above it");
        let rank = number(ranking, row, 0);
        let same = last == Some(found);
        assert_eq!(rank, if same { number(ranking, row - 1, 0) } else { (row - TOP) as usize + 1 });
        last = Some(found);
    }
    assert!(counts.len() >= 5);
    assert_eq!(ranking.text(TOP + counts.len() as u32, 1), "");
}

#[test]
fn the_largest_difference_is_the_largest_of_errors_and_warnings_in_money() {
    let folder = tempfile::tempdir().unwrap();
    let (ended, bytes) = check(&["samples/2024"], folder.path());
    let report = ended.json();
    let money = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["unit"] == "万元" && one["severity"] != "note" && one["verdict"] == "unbalanced");
    let largest = money.map(|one| one["difference"].as_str().unwrap().parse::<Decimal>().unwrap().abs()).max();
    let book = open(&bytes);
    let ranking = sheet(&book, "报送件排名");
    assert_eq!(ranking.text(TOP, 7), "万元");
    assert_eq!(ranking.text(TOP, 6).parse::<Decimal>().ok().map(|amount| amount.abs()), largest);
    assert!(largest.is_some());
}

#[test]
fn rules_and_findings_are_all_counted_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (ended, bytes) = check(&["samples"], folder.path());
    let report = ended.json();
    let findings = report["findings"].as_array().unwrap();
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    for one in findings {
        *by_code.entry(one["code"].as_str().unwrap()).or_default() += 1;
    }
    let book = open(&bytes);
    let (rules, list) = (sheet(&book, "按公式汇总"), sheet(&book, "问题清单"));
    let mut before = usize::MAX;
    for row in (TOP..).take(by_code.len()) {
        let found = number(rules, row, 3);
        assert_eq!(Some(&found), by_code.get(rules.text(row, 0).as_str()), "{}", rules.text(row, 0));
        assert_eq!(found, (5..=7).map(|col| number(rules, row, col)).sum::<usize>());
        assert!(found <= before && number(rules, row, 4) <= found);
        before = found;
    }
    let listed: Vec<u32> = (TOP..=list.last_row()).filter(|row| !list.text(*row, 3).is_empty()).collect();
    assert_eq!(listed.len(), findings.len());
    let messages: std::collections::BTreeSet<&str> =
        findings.iter().map(|one| one["message"].as_str().unwrap()).collect();
    assert!(listed.iter().all(|row| messages.contains(list.text(*row, 5).as_str())));
}

#[test]
fn links_lead_to_annotated_workbooks_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, bytes) = check(&["samples"], folder.path());
    let book = open(&bytes);
    let mut beside = 0;
    for (name, written) in &book {
        for (place, link) in &written.links {
            match link {
                Link::Beside { path, .. } => {
                    let path = path.trim_start_matches("file:///");
                    assert!(folder.path().join(path).is_file(), "{name} {place}: {path}");
                    beside += 1;
                }
                Link::Inside { sheet: to, .. } => assert!(book.iter().any(|(own, _)| own == to), "{to}"),
            }
        }
    }
    assert!(beside > 10, "{beside} links");
}

#[test]
fn a_file_that_was_not_read_is_listed_with_its_reason_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    std::fs::create_dir_all(&input).unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/ties/qingxi-2024.xlsx");
    std::fs::copy(sample, input.join("a.xlsx")).unwrap();
    std::fs::write(input.join("坏.xlsx"), "no workbook").unwrap();
    let (ended, bytes) = check(&[&input.to_string_lossy()], &folder.path().join("out"));
    assert_eq!(ended.code, 2);
    let book = open(&bytes);
    let overview = sheet(&book, "总览");
    let row = (0..=overview.last_row()).find(|row| overview.text(*row, 0).ends_with("坏.xlsx")).expect("the file");
    assert!(overview.text(row, 3).chars().count() > 5, "{}", overview.text(row, 3));
    assert_eq!(number(sheet(&book, "报送件排名"), TOP, 12), 1);
}

#[test]
fn one_submission_and_none_have_a_summary_too() {
    let folder = tempfile::tempdir().unwrap();
    let (_, one) = check(&["samples/ties"], &folder.path().join("one"));
    assert_eq!(number(sheet(&open(&one), "报送件排名"), TOP, 0), 1);
    let junk = folder.path().join("junk.xlsx");
    std::fs::write(&junk, "no workbook").unwrap();
    let (ended, none) = check(&[&junk.to_string_lossy()], &folder.path().join("none"));
    assert_eq!(ended.code, 2);
    assert_eq!(sheet(&open(&none), "报送件排名").text(TOP, 0), "没有报送件。");
}

#[test]
fn the_same_run_gives_the_same_bytes_in_both_languages_with_charts() {
    for lang in ["zh", "en"] {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |name: &str| check(&["samples", "--lang", lang], &folder.path().join(name)).1;
        let first = bytes("a");
        assert_eq!(first, bytes("b"));
        let package = zip::ZipArchive::new(Cursor::new(first.clone())).unwrap();
        let is_chart = |name: &str| name.starts_with("xl/charts/chart");
        assert_eq!(package.file_names().filter(|name| name.as_ref().is_ok_and(|name| is_chart(name))).count(), 2);
        let names: Vec<String> = open(&first).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.iter().all(|name| name.is_ascii()), lang == "en", "{names:?}");
    }
}

#[test]
fn output_folders_are_passed_over_when_they_are_checked_again() {
    let folder = tempfile::tempdir().unwrap();
    check(&["samples/ties"], folder.path());
    let ended = gouji(["check", &folder.path().to_string_lossy()]);
    assert!(ended.said().contains("summary.xlsx"), "{}", ended.said());
    assert!(ended.said().contains("本程序生成的工作簿"), "{}", ended.said());
}
