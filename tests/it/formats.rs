//! The formats that machines read, as the program prints them: SARIF and CSV.

use std::collections::HashSet;

use gouji::model::Lang;
use gouji::report::Report;
use gouji::report::sarif::Log;
use serde_json::Value;

use crate::support::pipeline::{filed, forms, pack, submissions, tie};
use crate::support::program::{Ended, check_json, gouji};

const SAMPLE: [&str; 3] = ["samples/2024", "--prior", "samples/2023"];

fn check(args: &[&str], format: &str) -> Ended {
    gouji(["check"].iter().chain(args).chain(&["--format", format]))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn sarif_says_what_json_says() {
    let sarif = check(&SAMPLE, "sarif");
    let run = check_json(&SAMPLE).json();
    assert_eq!(sarif.code, 1, "{}", sarif.said());
    let log = sarif.json();
    assert_eq!(log["version"], "2.1.0");
    let log = &log["runs"][0];
    let findings = list(&run, "findings");
    assert_eq!(list(log, "results").len(), findings.len());
    for (result, finding) in list(log, "results").iter().zip(findings) {
        assert_eq!((&result["ruleId"], &result["level"]), (&finding["code"], &finding["severity"]));
        assert_eq!(result["message"]["text"], finding["message"]);
        let cells = list(finding, "cells");
        let named: Vec<String> = cells
            .iter()
            .map(|cell| format!("{}!{}", cell["sheet"].as_str().unwrap(), cell["cell"].as_str().unwrap()))
            .collect();
        let places: Vec<&Value> = list(result, "locations").iter().chain(list(result, "relatedLocations")).collect();
        let told: Vec<&str> =
            places.iter().filter_map(|one| one["logicalLocations"][0]["fullyQualifiedName"].as_str()).collect();
        assert_eq!(told, named);
    }
    let files: Vec<&Value> = list(&run, "submissions").iter().flat_map(|one| list(one, "files")).collect();
    for file in files {
        let artifacts = list(log, "artifacts");
        let hashed = artifacts.iter().filter(|one| one["hashes"]["sha-256"] == file["sha256"]).count();
        assert_eq!(hashed, 1, "{file}");
    }
    assert!(list(log, "artifacts").iter().any(|one| one["roles"][0] == "referencedOnCommandLine"), "last year's too");
}

#[test]
fn fingerprints_are_stable_and_apart() {
    let prints = || -> Vec<String> {
        let log = check(&SAMPLE, "sarif").json();
        let results = list(&log["runs"][0], "results").to_vec();
        results.iter().map(|one| one["partialFingerprints"]["goujiKey/v1"].as_str().unwrap().to_owned()).collect()
    };
    let first = prints();
    assert_eq!(first, prints());
    let keys: HashSet<String> = list(&check_json(&SAMPLE).json(), "findings")
        .iter()
        .map(|one| one["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), keys.len());
}

#[test]
fn rules_explain_themselves_in_both_languages() {
    let log = check(&SAMPLE, "sarif").json();
    let rules = list(&log["runs"][0]["tool"]["driver"], "rules");
    let one = rules.iter().find(|rule| rule["id"] == "GJ203").expect("GJ203 is there");
    let help = one["help"]["text"].as_str().unwrap();
    for words in [&one["properties"]["title.zh"], &one["properties"]["title.en"]] {
        assert!(help.contains(words.as_str().unwrap()), "{help}");
    }
}

#[test]
fn what_could_not_be_checked_is_a_notification() {
    let ended = check(&["samples/2023", "nowhere.xlsx"], "sarif");
    assert_eq!(ended.code, 2);
    let log = ended.json();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert!(list(invocation, "toolExecutionNotifications").iter().any(|one| {
        one["level"] == "error" && one["message"]["text"].as_str().unwrap().starts_with("nowhere.xlsx")
    }));
}

#[test]
fn csv_has_one_row_a_finding() {
    let ended = check(&SAMPLE, "csv");
    let findings = list(&check_json(&SAMPLE).json(), "findings").len();
    let text = ended.out.strip_prefix('\u{feff}').expect("a byte-order mark");
    // Line breaks inside quotation marks end no row.
    let rows = text.split('\n').fold((0, false), |(rows, open), line| {
        let open = open ^ (line.matches('"').count() % 2 == 1);
        (rows + usize::from(!open && !line.is_empty()), open)
    });
    assert_eq!(rows, (findings + 1, false), "{text}");
    assert!(text.starts_with("entity,year,code,severity,"));
}

#[test]
fn explanations_and_an_earlier_run_stand_in_sarif() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let run = check_json(&SAMPLE).json();
    let open = list(&run, "findings").iter().find(|one| one["class"] == "verify" && one["verdict"] == "unbalanced");
    let open = open.expect("something to explain");
    let said = serde_json::json!({
        "schema": "gouji.explanations/1",
        "explanations": [{"key": open["key"], "reason": "按合同分两年支付", "figures": []}],
    });
    std::fs::write(place("said.json"), said.to_string()).expect("written");
    // The earlier run knows one finding by another key: one is new, one is gone.
    let mut earlier = run.clone();
    let changed = &mut earlier["findings"][0];
    changed["key"] = format!("{}|x", changed["key"].as_str().unwrap()).into();
    std::fs::write(place("run.json"), earlier.to_string()).expect("written");
    let (said, earlier) = (place("said.json"), place("run.json"));
    let args = [&SAMPLE[..], &["--explanations", said.as_str(), "--baseline", earlier.as_str()]].concat();
    let log = check(&args, "sarif").json();
    let results = list(&log["runs"][0], "results");
    let of = |key: &Value| results.iter().find(|one| one["properties"]["key"] == *key).expect("it is there");
    let explained = of(&open["key"]);
    assert_eq!(explained["suppressions"][0]["justification"], "按合同分两年支付");
    assert_eq!(explained["baselineState"], "unchanged");
    let first = of(&run["findings"][0]["key"]);
    assert_eq!((&first["baselineState"], &first["suppressions"]), (&"new".into(), &serde_json::json!([])));
    assert_eq!(results.iter().filter(|one| one["baselineState"] == "absent").count(), 1);
    // The same in the table of findings.
    let csv = check(&args, "csv").out;
    assert!(csv.contains(",false,stale,审核说明：按合同分两年支付。"), "{csv}");
    assert!(csv.contains(",false,,,,,,,new") && csv.contains(",false,,,,,,,unchanged"), "{csv}");
}

/// What a fingerprint hangs on: rule, form, project, line, measure, unit and year; no file, sheet, row or figure.
#[test]
fn fingerprints_outlive_a_renamed_file_and_inserted_rows() {
    let prints = |file: &str, rows: u32| -> Vec<String> {
        let mut grids = crate::specs::base("本年");
        let table = grids.iter_mut().find(|grid| grid.name == "附件2").expect("the table");
        let total = "D6".parse().unwrap();
        table.set(total, "1");
        (0..rows).for_each(|_| table.insert_row(1));
        table.name = format!("附件2 {file}");
        let sheets: Vec<_> = grids.iter().map(crate::support::grid::Grid::sheet).collect();
        let run = tie(submissions(vec![filed(file, &sheets)]), Vec::new());
        let report =
            Report { run: &run, forms: forms(), pack: pack(), lang: Lang::Zh, show_personal: false, problems: &[] };
        let log = serde_json::to_value(Log(&report)).expect("JSON");
        let mut prints: Vec<String> = list(&log["runs"][0], "results")
            .iter()
            .map(|one| one["partialFingerprints"]["goujiKey/v1"].as_str().unwrap().to_owned())
            .collect();
        prints.sort();
        prints
    };
    let before = prints("报送件.xlsx", 0);
    assert!(before.len() >= 3, "{before:?}");
    assert_eq!(prints("另一个名字.xlsx", 2), before);
}
