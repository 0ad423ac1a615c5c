//! Whatever the file, a bounded run: limits are options, their errors name them, and a worker that dies is a message.

use std::time::{Duration, Instant};

use gouji::forms::read_sheet_within;
use gouji::read::Limits;
use gouji::reconcile::{Keep, reconcile_within};

use super::{folder, put, submission, text};
use crate::support::package::with;
use crate::support::pipeline;
use crate::support::program::gouji;
use crate::support::tree::root;

fn samples(name: &str) -> String {
    text(&root().join("tests/hostile").join(name))
}

#[test]
fn every_limit_is_an_option_and_its_error_names_it() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &submission());
    for (flag, value) in [
        ("--max-seconds", "0"),
        ("--max-memory", "0"),
        ("--max-file", "0"),
        ("--max-unpacked", "0"),
        ("--max-part", "0"),
        ("--max-entries", "3"),
        ("--max-cells", "10"),
        ("--max-text", "0"),
        ("--max-merges", "1"),
        ("--max-figures", "10"),
    ] {
        for (lang, word) in [("zh", "超出读取上限"), ("en", "goes past a limit")] {
            let ended = gouji(["check", &file, flag, value, "--lang", lang]);
            assert_eq!(ended.code, 2, "{flag}");
            let line = ended
                .out
                .lines()
                .find(|line| line.contains(word))
                .unwrap_or_else(|| panic!("{flag}: {}", ended.said()));
            assert!(line.contains(flag) && line.contains("甲.xlsx"), "{flag}: {line}");
        }
    }
    let help = gouji(["check", "--help"]).out;
    for default in ["[default: 60]", "[default: 1024]", "[default: 256]", "[default: 512]", "[default: 5000000]"] {
        assert!(help.contains(default), "{default}");
    }
}

#[test]
fn a_worker_that_ends_is_a_message_and_the_other_files_are_done() {
    let folder = folder();
    let good = put(folder.path(), "甲.xlsx", &submission());
    let old = samples("ledger.xls");
    let plain = gouji(["check", &good]);
    for (flag, value) in [("--max-memory", "1"), ("--max-seconds", "0")] {
        // The limits of the .xlsx stay those of before: it is read first, on its own.
        let ended = gouji(["check", &old, flag, value]);
        assert_eq!(ended.code, 2);
        assert!(ended.out.contains(flag), "{}", ended.said());
        assert!(!ended.said().contains("panicked"), "{}", ended.said());
    }
    let both = gouji(["check", &good, &samples("broken.xls")]);
    assert_eq!(both.code, 2);
    assert!(both.out.contains("broken.xls") && both.out.contains("GJ301"), "{}", both.said());
    assert_eq!(plain.code, 1);
}

/// Sheet, cell and amount of every figure.
fn amounts(file: &str) -> Vec<(String, String, String)> {
    let folder = folder();
    let facts = text(&folder.path().join("facts.json"));
    let ended = gouji(["import", file, "-o", &facts]);
    assert_eq!(ended.code, 0, "{}", ended.said());
    let facts: serde_json::Value = serde_json::from_slice(&std::fs::read(&facts).expect("written")).expect("JSON");
    let word = |figure: &serde_json::Value, key: &str| figure[key].as_str().unwrap_or_default().to_owned();
    let figures = facts["figures"].as_array().expect("figures");
    figures.iter().map(|one| (word(one, "sheet"), word(one, "cell"), word(one, "amount"))).collect()
}

#[test]
fn what_a_worker_reads_is_what_the_same_submission_holds_as_xlsx() {
    let plain = amounts("samples/ties/qingxi-2024.xlsx");
    assert!(plain.len() > 200, "{}", plain.len());
    for old in ["ledger.xls", "ledger.ods"] {
        assert_eq!(amounts(&samples(old)), plain, "{old}");
    }
}

#[test]
fn a_file_whose_time_is_over_is_not_recognised_further() {
    let book = pipeline::book("甲.xlsx", submission());
    let read = |until: Option<Instant>| {
        let limits = Limits { until, ..Limits::default() };
        read_sheet_within(&book.sheets[1], pipeline::forms(), &limits)
    };
    assert!(read(None).is_some_and(|read| !read.readings.is_empty()));
    assert!(read(Some(Instant::now())).is_none());
}

#[test]
fn a_submission_whose_checks_take_too_long_is_said_and_no_other_suffers() {
    let filed = || vec![pipeline::filed("甲.xlsx", &pipeline::book("甲.xlsx", submission()).sheets)];
    let run = |patience: Duration| {
        let submissions = pipeline::submissions(filed());
        let (forms, pack) = (pipeline::forms(), pipeline::pack());
        reconcile_within(submissions, Vec::new(), forms, pack, Keep::Ledger, patience).expect("polars runs the plans")
    };
    let whole = run(Duration::MAX);
    assert!(whole.late.is_empty() && whole.counts.checks() > 100);
    let late = run(Duration::ZERO);
    assert_eq!((late.late.as_slice(), late.counts.checks()), (&[0][..], 0));
    assert!(late.outcomes.is_empty() && late.findings.is_empty() && late.submissions.len() == 1);
}

#[test]
fn a_sheet_with_more_rows_than_any_form_is_said_and_the_others_are_checked() {
    let rows: String = (1..=20_001)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>甲</t></is></c></row>"))
        .collect();
    let long = with(&submission(), "xl/worksheets/sheet6.xml", |sheet| {
        let (from, to) =
            (sheet.find("<sheetData>").expect("rows") + 11, sheet.find("</sheetData>").expect("their end"));
        format!("{}{rows}{}", &sheet[..from], &sheet[to..])
    });
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &long);
    for (lang, word) in [("zh", "没有识别"), ("en", "not looked at")] {
        let ended = gouji(["check", &file, "--lang", lang]);
        assert!(ended.said().contains(word) && ended.said().contains("附件6"), "{}", ended.said());
        assert!(ended.out.contains("GJ301"), "{}", ended.said());
    }
}

#[test]
fn memory_is_counted_through_recognition_and_what_follows() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &submission());
    // Its cells take less than 1 MB, its figures and sentences more than 2.
    for (lang, word) in [("zh", "所用的内存"), ("en", "the memory that it takes")] {
        let ended = gouji(["check", &file, "--max-memory", "2", "--lang", lang]);
        let line = ended.out.lines().find(|line| line.contains("--max-memory")).unwrap_or_default();
        assert!(ended.code == 2 && line.contains(word) && line.contains("附件"), "{}", ended.said());
    }
    assert_eq!(gouji(["check", &file, "--max-memory", "64"]).code, gouji(["check", &file]).code);
}

#[test]
fn rows_and_merged_cells_of_a_form_are_limits_that_can_be_set() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &submission());
    for (flag, other) in [("--max-rows", "20000"), ("--max-covered", "4000000")] {
        let ended = gouji(["check", &file, flag, "9"]);
        assert!(ended.out.contains("没有识别") && ended.out.contains(flag), "{}", ended.said());
        assert_eq!(gouji(["check", &file, flag, other]).out, gouji(["check", &file]).out);
    }
}

#[test]
fn the_worker_is_typed_by_nobody() {
    let ended = gouji(["read-worker"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("程序自己调用"), "{}", ended.err);
    assert!(!gouji(["--help"]).out.contains("read-worker"));
}

#[test]
fn every_fixture_ends_in_a_message_or_a_result() {
    for entry in std::fs::read_dir(root().join("tests/hostile")).expect("the fixtures") {
        let path = entry.expect("readable").path();
        let ended = gouji(["import", &text(&path), "-o", &text(&folder().path().join("f.json"))]);
        assert!((0..=2).contains(&ended.code), "{}: {}", path.display(), ended.said());
        assert!(!ended.said().contains("panicked") && !ended.said().is_empty(), "{}", ended.said());
    }
}
