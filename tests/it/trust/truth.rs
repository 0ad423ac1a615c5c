//! The truth about itself: strictness, sums, where an output comes from, the same bytes everywhere.

use std::process::Command;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{folder, put, submission, text};
use crate::support::package::{parts, with};
use crate::support::program::{check_json, files_below, gouji};
use crate::support::tree::root;

#[test]
fn strict_fails_where_a_required_tie_was_not_checked() {
    let folder = folder();
    let broken = with(&submission(), "xl/worksheets/sheet2.xml", |sheet| {
        let from = sheet.find("<c r=\"B6\"").expect("the cell is there");
        let to = from + sheet[from..].find("</c>").expect("it ends") + 4;
        format!("{}<c r=\"B6\" t=\"e\"><v>#REF!</v></c>{}", &sheet[..from], &sheet[to..])
    });
    let file = put(folder.path(), "甲.xlsx", &broken);
    assert_eq!(gouji(["check", &file]).code, 1);
    for (lang, word) in [("zh", "应核而未核"), ("en", "were not checked")] {
        let ended = gouji(["check", &file, "--strict", "--lang", lang]);
        assert_eq!(ended.code, 2, "{}", ended.said());
        assert!(ended.err.contains("--strict") && ended.err.contains(word), "{}", ended.err);
    }
    assert_eq!(gouji(["check", "samples/ties", "--strict"]).code, 0);
}

#[test]
fn strict_fails_where_an_annex_is_missing_and_with_it_the_ties_that_need_it() {
    let folder = folder();
    let sample = std::fs::read(root().join("samples/ties/qingxi-2024.xlsx")).expect("the sample");
    // 附件2 is no longer a table of basic data: its cells are gone.
    let without = with(&sample, "xl/worksheets/sheet2.xml", |sheet| {
        let (from, to) = (sheet.find("<sheetData>").expect("rows"), sheet.find("</sheetData>").expect("their end"));
        format!("{}{}", &sheet[..from + 11], &sheet[to..])
    });
    let file = put(folder.path(), "甲.xlsx", &without);
    assert_eq!(gouji(["check", &file]).code, 0, "what is missing is a warning");
    for (lang, word) in [("zh", "缺附件"), ("en", "an annex")] {
        let ended = gouji(["check", &file, "--strict", "--lang", lang]);
        assert_eq!(ended.code, 2, "{}", ended.said());
        assert!(ended.err.contains("--strict") && ended.err.contains(word), "{}", ended.err);
    }
    assert_eq!(gouji(["check", &file, "--strict", "--ignore", "GJ801"]).code, 0, "what is left out is not due");
}

#[test]
fn strict_fails_whichever_sheet_of_a_submission_is_missing() {
    let folder = folder();
    let sample = std::fs::read(root().join("samples/ties/qingxi-2024.xlsx")).expect("the sample");
    let sheets = parts(&sample).iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")).count();
    assert!(sheets > 8, "several projects, each with two annexes");
    for number in 1..=sheets {
        let without = with(&sample, &format!("xl/worksheets/sheet{number}.xml"), |sheet| {
            let (from, to) = (sheet.find("<sheetData>").expect("rows"), sheet.find("</sheetData>").expect("their end"));
            format!("{}{}", &sheet[..from + 11], &sheet[to..])
        });
        let ended = gouji(["check", &put(folder.path(), "甲.xlsx", &without), "--strict"]);
        assert_eq!(ended.code, 2, "sheet {number}: {}", ended.said());
    }
}

#[test]
fn the_ledger_adds_up_to_the_summary() {
    for path in ["samples/2024", "samples/ties", "samples/layouts-fault"] {
        let run = check_json(&[path]).json();
        let ledger = run["ledger"].as_array().expect("a ledger");
        let summary = &run["summary"];
        let of = |verdict: &str| ledger.iter().filter(|one| one["verdict"] == verdict).count() as u64;
        let said = |name: &str| summary[name].as_u64().expect("a count");
        for (name, verdict) in [
            ("balanced", "balanced"),
            ("rounding", "rounding"),
            ("rounding_large", "rounding-large"),
            ("unbalanced", "unbalanced"),
            ("unchecked", "unchecked"),
            ("not_applicable", "not-applicable"),
        ] {
            assert_eq!(said(name), of(verdict), "{path}: {name}");
        }
        assert_eq!(said("checks") + said("not_applicable"), ledger.len() as u64, "{path}");
        let findings = run["findings"].as_array().expect("findings").len() as u64;
        assert_eq!(said("errors") + said("warnings") + said("notes"), findings, "{path}");
    }
}

/// Texts of all parts of a workbook, or of a file that is none.
fn words(bytes: &[u8]) -> String {
    if bytes.starts_with(b"PK") {
        parts(bytes).iter().map(|(_, part)| String::from_utf8_lossy(part).into_owned()).collect()
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    }
}

#[test]
fn every_output_says_where_it_comes_from() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &submission());
    let input: String = Sha256::digest(submission()).iter().map(|byte| format!("{byte:02x}")).collect();
    let rules = check_json(&[&file]).json()["tool"]["rules_sha256"].as_str().expect("a hash").to_owned();
    let version = env!("CARGO_PKG_VERSION");
    let out = folder.path().join("out");
    gouji(["check", &file, "-o", &text(&out), "--findings", &text(&out.join("findings.csv"))]);
    gouji(["check", &file, "--findings", &text(&out.join("findings.parquet"))]);
    for name in ["facts.json", "facts.csv", "facts.parquet"] {
        gouji(["import", &file, "-o", &text(&out.join(name))]);
    }
    gouji(["compare", &file, "--prior", "samples/2023", "-o", &text(&out.join("yoy.xlsx"))]);
    let written = files_below(&out);
    assert!(written.len() >= 10, "{:?}", written.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, bytes) in &written {
        // A table of commas has no room for it; a file beside it tells.
        let said = match written.iter().find(|(other, _)| *other == format!("{name}-metadata.json")) {
            Some((_, beside)) => words(beside),
            None => words(bytes),
        };
        for (what, word) in [("version", version), ("rules", rules.as_str()), ("input", input.as_str())] {
            assert!(said.contains(word), "{name} does not tell its {what}");
        }
    }
}

/// Exit status, standard output, and the files written, each with its name.
type Everything = (Option<i32>, Vec<u8>, Vec<(String, Vec<u8>)>);

/// Everything that a run prints and writes, under an environment.
fn outcome(settings: &[(&str, &str)]) -> Everything {
    let folder = folder();
    let out = folder.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gouji"));
    command.args([
        "check",
        "samples/2024",
        "samples/layouts-fault",
        "--prior",
        "samples/2023",
        "--ledger",
        "--format",
        "json",
    ]);
    command.arg("-o").arg(&out).current_dir(root()).env("NO_COLOR", "1").envs(settings.iter().copied());
    let ended = command.output().expect("it starts");
    (ended.status.code(), ended.stdout, files_below(&out))
}

#[test]
fn every_core_count_and_locale_gives_the_same_bytes() {
    let one = outcome(&[
        ("RAYON_NUM_THREADS", "1"),
        ("POLARS_MAX_THREADS", "1"),
        ("LANG", "C"),
        ("LC_ALL", "C"),
        ("TZ", "UTC"),
    ]);
    assert!(!one.2.is_empty());
    for settings in [
        [
            ("RAYON_NUM_THREADS", "2"),
            ("POLARS_MAX_THREADS", "2"),
            ("LANG", "zh_CN.UTF-8"),
            ("LC_ALL", "zh_CN.GB18030"),
            ("TZ", "Asia/Shanghai"),
        ],
        [
            ("RAYON_NUM_THREADS", "7"),
            ("POLARS_MAX_THREADS", "5"),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "America/St_Johns"),
        ],
    ] {
        let other = outcome(&settings);
        let printed: (Value, Value) =
            (serde_json::from_slice(&one.1).expect("JSON"), serde_json::from_slice(&other.1).expect("JSON"));
        assert_eq!(one.0, other.0);
        assert!(one.1 == other.1 && printed.0 == printed.1, "{settings:?}");
        for (before, after) in one.2.iter().zip(&other.2) {
            assert!(before == after, "{settings:?}: {} differs from {}", before.0, after.0);
        }
        assert_eq!(one.2.len(), other.2.len());
    }
}
