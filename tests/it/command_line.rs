//! The command line: exit codes, the JSON contract, determinism, bad input, languages.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gouji::model::{CellRef, Lang, Severity, Verdict};
use gouji::report::reference::{form_page, rule_page};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::pipeline::{forms, pack};
use crate::support::program::{check_json, files_below, gouji};
use crate::support::tree::sample;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is no list"))
}

fn of_severity<'v>(run: &'v Value, severity: &str) -> Vec<&'v Value> {
    list(run, "findings").iter().filter(|finding| finding["severity"] == severity).collect()
}

/// `GJ301 附件3!F5`, sheets by their first words.
fn marks(findings: &[&Value]) -> Vec<String> {
    let mark = |finding: &&Value| {
        let cell = &finding["cells"][0];
        let sheet = cell["sheet"].as_str().unwrap_or_default();
        let sheet = sheet.split([' ', '_']).next().unwrap_or_default();
        format!("{} {sheet}!{}", finding["code"].as_str().unwrap(), cell["cell"].as_str().unwrap_or("—"))
    };
    let mut marks: Vec<String> = findings.iter().map(mark).collect();
    marks.sort();
    marks
}

// ---- the samples

#[test]
fn the_published_submission_is_found_wrong_where_it_is() {
    let ended = check_json(&["samples/2024"]);
    assert_eq!(ended.code, 1);
    let run = ended.json();
    let errors = marks(&of_severity(&run, "error"));
    for expected in [
        "GJ301 附件3!F5",
        "GJ302 附件3!E5",
        "GJ303 附件3!F7",
        "GJ501 附件1!A13",
        "GJ504 附件1!A17",
        "GJ702 附件3!F14",
        "GJ711 附件3!A22",
        "GJ713 附件3!A22",
    ] {
        assert!(errors.iter().any(|mark| mark == expected), "{expected} is not among {errors:#?}");
    }
    let warnings = marks(&of_severity(&run, "warning"));
    for expected in [
        "GJ218 附件5!G7",
        "GJ312 附件2!D18",
        "GJ610 附件5!H22",
        "GJ613 附件3!I15",
        "GJ613 附件3!I16",
        "GJ613 附件5!I17",
        "GJ613 附件5!I22",
        "GJ802 附件2!B25",
    ] {
        assert!(warnings.iter().any(|mark| mark == expected), "{expected} is not among {warnings:#?}");
    }
    let notes = of_severity(&run, "note");
    let tails: Vec<&Value> = notes.into_iter().filter(|note| note["verdict"] == "rounding").collect();
    assert_eq!(marks(&tails), ["GJ213 附件3!E5", "GJ214 附件3!B7"], "266.9 + 8.57 against 275.5");
    let outturn = list(&run, "findings").iter().find(|finding| finding["code"] == "GJ301").unwrap();
    assert_eq!((outturn["reported"].as_str(), outturn["expected"].as_str()), (Some("275.3"), Some("283.87")));
}

#[test]
fn what_ties_is_left_alone() {
    for name in ["samples/ties", "samples/layouts", "samples/2023"] {
        let ended = check_json(&[name]);
        let run = ended.json();
        let loud = [of_severity(&run, "error"), of_severity(&run, "warning")].concat();
        assert_eq!(marks(&loud), Vec::<String>::new(), "{name}");
        assert_eq!((ended.code, list(&run, "submissions").len()), (0, 1), "{name}");
    }
}

#[test]
fn the_planted_fault_is_found_at_its_cell() {
    let ended = check_json(&["samples/layouts-fault"]);
    assert_eq!(ended.code, 1);
    let run = ended.json();
    let errors = of_severity(&run, "error");
    assert_eq!(errors.len(), 1, "{:?}", marks(&errors));
    let cells = list(errors[0], "cells");
    let planted = cells.iter().find(|cell| cell["cell"] == "E18").expect("the planted cell is listed");
    assert_eq!((planted["sheet"].as_str(), planted["suspect"].as_bool()), (Some("表二"), Some(true)));
}

#[test]
fn the_year_before_ties_line_by_line() {
    let run = check_json(&["samples/2024", "--prior", "samples/2023"]).json();
    assert!(list(&run, "findings").iter().all(|finding| finding["code"] != "GJ401"));
    let ledger: Vec<&Value> = list(&run, "ledger").iter().filter(|entry| entry["code"] == "GJ401").collect();
    let balanced = ledger.iter().filter(|entry| entry["verdict"] == "balanced").count();
    assert!(balanced >= 12, "only {balanced} lines were tied");
    assert!(ledger.iter().all(|entry| entry["verdict"] == "balanced" || entry["verdict"] == "unchecked"));
    let both = ledger.iter().flat_map(|entry| list(entry, "cells")).map(|cell| cell["file"].as_str().unwrap());
    assert!(both.clone().any(|file| file.contains("2023")) && both.clone().any(|file| file.contains("2024")));
    assert_eq!(run["submissions"][0]["prior"]["year"], 2023);
}

#[test]
fn every_sample_is_listed_and_read() {
    let readme = fs::read_to_string(sample("README.md")).expect("readable");
    let run = check_json(&["samples"]).json();
    let submissions = list(&run, "submissions");
    let read: Vec<&str> =
        submissions.iter().flat_map(|one| list(one, "files")).map(|file| file["file"].as_str().unwrap()).collect();
    for (name, _) in files_below(&sample("")).iter().filter(|(name, _)| name.contains(".xlsx")) {
        assert!(read.contains(&format!("samples/{name}").as_str()), "{name} was not read");
        let folder = name.split('/').next().unwrap();
        assert!(readme.contains(&format!("`{folder}/")), "samples/README.md says nothing of {folder}/");
    }
}

#[test]
fn a_prior_year_of_another_unit_is_said() {
    let ended = gouji(["check", "samples/ties", "--prior", "samples/2023"]);
    assert_eq!(ended.code, 0);
    assert!(ended.out.contains("没有找到上年报送件"), "{}", ended.out);
}

// ---- the JSON contract

/// Keys with their types: `s` text, `n` whole number, `b` yes or no, `l` list, `o` object; `?` may be null.
const RUN: [&str; 6] = ["schema:s", "tool:o", "submissions:l", "findings:l", "ledger:l", "summary:o"];
const TOOL: [&str; 3] = ["name:s", "version:s", "rules_sha256:s"];
const SUBMISSION: [&str; 4] = ["entity:s", "year:n?", "files:l", "sheets:l"];
const FILE: [&str; 2] = ["file:s", "sha256:s"];
const SHEET: [&str; 7] = ["file:s", "sheet:s", "form:s?", "annex:s?", "project:s?", "figures:n", "unread:l"];
const UNREAD: [&str; 3] = ["cell:s", "text:s", "why:s"];
const FINDING: [&str; 15] = [
    "code:s",
    "severity:s",
    "verdict:s",
    "title:s",
    "message:s",
    "file:s",
    "entity:s",
    "cells:l",
    "expected:s?",
    "reported:s?",
    "difference:s?",
    "allowance:s?",
    "unit:s",
    "causes:l",
    "key:s",
];
const CELL: [&str; 9] =
    ["file:s", "sheet:s", "cell:s", "text:s", "value:s?", "unit:s", "role:s", "suspect:b", "proposed:s?"];
const ENTRY: [&str; 9] = [
    "code:s",
    "entity:s",
    "year:n?",
    "verdict:s",
    "cells:l",
    "expected:s?",
    "reported:s?",
    "difference:s?",
    "allowance:s?",
];
const SUMMARY: [&str; 13] = [
    "submissions:n",
    "figures:n",
    "checks:n",
    "balanced:n",
    "rounding:n",
    "rounding_large:n",
    "unbalanced:n",
    "unchecked:n",
    "not_applicable:n",
    "errors:n",
    "warnings:n",
    "notes:n",
    "figures_under_no_rule:n",
];

fn shape(what: &str, value: &Value, keys: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("{what} is no object"));
    for key in keys {
        let (name, kind) = key.split_once(':').unwrap();
        let found = object.get(name).unwrap_or_else(|| panic!("{what} has no `{name}`"));
        let right = match kind.trim_end_matches('?') {
            "s" => found.is_string(),
            "n" => found.is_i64() || found.is_u64(),
            "b" => found.is_boolean(),
            "l" => found.is_array(),
            _ => found.is_object(),
        };
        assert!(right || (kind.ends_with('?') && found.is_null()), "{what}: `{name}` is {found}");
    }
}

#[test]
fn the_json_keeps_its_contract() {
    let run = check_json(&["samples/2024", "samples/ties", "samples/layouts-fault", "--prior", "samples/2023"]).json();
    shape("the run", &run, &RUN);
    assert_eq!(run["schema"], "gouji.run/1");
    shape("the tool", &run["tool"], &TOOL);
    for submission in list(&run, "submissions") {
        shape("a submission", submission, &SUBMISSION);
        for file in list(submission, "files") {
            shape("a file", file, &FILE);
        }
        for sheet in list(submission, "sheets") {
            shape("a sheet", sheet, &SHEET);
            for unread in list(sheet, "unread") {
                shape("an unread cell", unread, &UNREAD);
            }
        }
    }
    for finding in list(&run, "findings") {
        shape("a finding", finding, &FINDING);
        assert!(["error", "warning", "note"].contains(&finding["severity"].as_str().unwrap()), "{finding}");
        assert!(!finding["message"].as_str().unwrap().is_empty(), "{finding}");
        list(finding, "cells").iter().for_each(check_cell);
    }
    for entry in list(&run, "ledger") {
        shape("a ledger entry", entry, &ENTRY);
        list(entry, "cells").iter().for_each(check_cell);
        let reasons = entry["verdict"] != "unchecked" || entry["why"].as_str().is_some_and(|why| !why.is_empty());
        assert!(reasons, "an unchecked entry says which operand is missing: {entry}");
    }
}

fn check_cell(cell: &Value) {
    shape("a cell", cell, &CELL);
    let address = cell["cell"].as_str().unwrap();
    let parsed: CellRef = address.parse().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(parsed.to_string(), address);
    if let Some(value) = cell["value"].as_str() {
        value.parse::<rust_decimal::Decimal>().unwrap_or_else(|error| panic!("{value}: {error}"));
    }
    assert!(["total", "term", "subject"].contains(&cell["role"].as_str().unwrap()), "{cell}");
}

#[test]
fn the_summary_is_the_sum_of_findings_and_ledger() {
    let run = check_json(&["samples"]).json();
    let summary = &run["summary"];
    shape("the summary", summary, &SUMMARY);
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in list(&run, "ledger") {
        *verdicts.entry(entry["verdict"].as_str().unwrap()).or_default() += 1;
    }
    let count = |verdict: Verdict| verdicts.get(verdict.name()).copied().unwrap_or(0);
    let stated = |key: &str| usize::try_from(summary[key].as_u64().unwrap()).unwrap();
    for verdict in [
        Verdict::Balanced,
        Verdict::Rounding,
        Verdict::RoundingLarge,
        Verdict::Unbalanced,
        Verdict::Unchecked,
        Verdict::NotApplicable,
    ] {
        assert_eq!(stated(&verdict.name().replace('-', "_")), count(verdict), "{verdict:?}");
    }
    assert_eq!(stated("checks"), list(&run, "ledger").len() - count(Verdict::NotApplicable));
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        assert_eq!(stated(&format!("{}s", severity.name())), of_severity(&run, severity.name()).len());
    }
    assert_eq!(stated("submissions"), list(&run, "submissions").len());
    let raised = count(Verdict::Unbalanced) + count(Verdict::Rounding) + count(Verdict::RoundingLarge);
    assert_eq!(list(&run, "findings").len(), raised, "every failed tie is one finding");
    let figures: u64 = list(&run, "submissions")
        .iter()
        .flat_map(|one| list(one, "sheets"))
        .map(|sheet| sheet["figures"].as_u64().unwrap())
        .sum();
    assert_eq!(summary["figures"].as_u64(), Some(figures));
}

#[test]
fn keys_tell_findings_apart() {
    let run = check_json(&["samples/2024"]).json();
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    for finding in list(&run, "findings") {
        if let Some(other) = seen.insert(finding["key"].as_str().unwrap(), finding) {
            panic!("one key for two findings:\n{other}\n{finding}");
        }
    }
}

// ---- two runs, and the input

fn sha(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).expect("readable"));
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn two_runs_give_the_same_bytes_and_leave_the_input_alone() {
    let input = sample("2024/shuangpai-2024.xlsx");
    let before = sha(&input);
    let (first, second) = (folder(), folder());
    let run = |out: &Path| check_json(&["samples/2024", "samples/layouts", "-o", &text(out)]);
    let (a, b) = (run(first.path()), run(second.path()));
    assert_eq!(a.out, b.out);
    let (files, again) = (files_below(first.path()), files_below(second.path()));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "report.html",
            "shuangpai-2024.annotated.xlsx",
            "summary.xlsx",
            "workpapers.xlsx",
            "yunling-2024-1.annotated.xlsx",
            "yunling-2024-2.annotated.xlsx"
        ]
    );
    assert!(files == again, "annotated workbooks differ between two runs");
    assert_eq!(sha(&input), before);
    let stated = a.json()["submissions"][0]["files"][0]["sha256"].as_str().map(str::to_owned);
    assert_eq!(stated.as_deref(), Some(before.as_str()));
}

#[test]
fn two_years_of_a_unit_side_by_side_are_told() {
    let both = [sample("2023"), sample("2024")].map(|folder| folder.to_string_lossy().into_owned());
    let ended = gouji(["check", &both[0], &both[1]]);
    assert!(ended.out.contains("2023、2024几个年度") && ended.out.contains("--prior"), "{}", ended.out);
    let ended = gouji(["check", &both[1], "--prior", &both[0]]);
    assert!(!ended.out.contains("几个年度"), "{}", ended.out);
}

#[test]
fn what_is_named_is_written_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let sample = sample("ties").to_string_lossy().into_owned();
    let wrote = |what: Option<&str>, name: &str| {
        let out = folder.path().join(name);
        let out_name = out.to_string_lossy().into_owned();
        let mut args = vec!["check", &sample, "-o", &out_name];
        args.extend(what.into_iter().flat_map(|what| ["--write", what]));
        let ended = gouji(&args);
        assert!(matches!(ended.code, 0 | 1), "{}", ended.said());
        let mut names: Vec<String> = std::fs::read_dir(&out)
            .unwrap()
            .map(|one| one.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let all = wrote(None, "all");
    let marked: Vec<String> = all.iter().filter(|name| name.ends_with(".annotated.xlsx")).cloned().collect();
    assert!(!marked.is_empty());
    let papers = ["report.html", "summary.xlsx", "workpapers.xlsx"];
    assert_eq!(all.len(), marked.len() + papers.len());
    assert_eq!(wrote(Some("marked"), "marked"), marked);
    assert_eq!(wrote(Some("summary,papers"), "two"), papers[1..]);
    assert_eq!(wrote(Some("page"), "page"), papers[..1]);
    assert_eq!(gouji(["check", &sample, "--write", "page"]).code, 2);
}

#[test]
fn an_annotated_copy_still_ties_the_same() {
    let out = folder();
    let plain = check_json(&["samples/layouts-fault", "-o", &text(out.path())]).json();
    let written = files_below(out.path());
    let copies: Vec<PathBuf> = written
        .iter()
        .filter(|(name, _)| name.contains(".annotated."))
        .map(|(name, _)| out.path().join(name))
        .collect();
    let args: Vec<String> = copies.iter().map(|path| text(path)).collect();
    let again = check_json(&args.iter().map(String::as_str).collect::<Vec<_>>()).json();
    let marks_of = |run: &Value| marks(&list(run, "findings").iter().collect::<Vec<_>>());
    assert_eq!(marks_of(&plain), marks_of(&again));
}

// ---- bad input

/// Writes a file into a folder.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("writable");
    text(&path)
}

/// A package that is a Word document.
fn word_document() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
        ),
        ("word/document.xml", "<w:document xmlns:w=\"w\"/>"),
    ];
    for (name, part) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_bad_file_gets_one_message_and_the_others_go_on() {
    let here = folder();
    let empty_folder = here.path().join("没有表");
    fs::create_dir(&empty_folder).unwrap();
    let bad = [
        (write(here.path(), "空.xlsx", b""), "空的"),
        (write(here.path(), "文字.xlsx", "这不是工作簿".as_bytes()), "不是工作簿"),
        (write(here.path(), "报告.xlsx", &word_document()), "Word"),
        (write(here.path(), "断.xlsx", b"PK\x03\x04broken"), ""),
        (text(&empty_folder), "没有工作簿"),
        (text(&here.path().join("不存在.xlsx")), "找不到"),
    ];
    for (path, word) in &bad {
        let ended = check_json(&[path, "samples/ties"]);
        assert_eq!(ended.code, 2, "{path}: {}", ended.said());
        let run = ended.json();
        assert_eq!(list(&run, "submissions").len(), 1, "{path}: the other file goes on");
        let problems: Vec<&Value> = list(&run, "problems").iter().filter(|problem| problem["failed"] == true).collect();
        assert_eq!(problems.len(), 1, "{path}: {problems:?}");
        assert_eq!(problems[0]["file"].as_str(), Some(path.as_str()));
        assert!(problems[0]["message"].as_str().unwrap().contains(word), "{path}: {}", problems[0]);
        let page = gouji(["check", path, "samples/ties"]);
        assert_eq!((page.code, page.out.matches(path.as_str()).count()), (2, 1), "{path}: {}", page.said());
        let english = gouji(["check", path, "--lang", "en"]);
        assert!(!english.out.replace(path.as_str(), "").chars().any(is_chinese), "{}", english.out);
    }
}

#[test]
fn a_workbook_without_an_annex_is_said() {
    let here = folder();
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "课程表").unwrap();
    let path = write(here.path(), "课程表.xlsx", &book.save_to_buffer().unwrap());
    let ended = gouji(["check", &path]);
    assert_eq!(ended.code, 2);
    assert!(ended.out.contains("没有可识别的附件"), "{}", ended.said());
}

#[test]
fn output_that_cannot_be_written_is_said_and_nothing_is_left() {
    let here = folder();
    let file = write(here.path(), "普通文件", b"x");
    let below = text(&Path::new(&file).join("下面"));
    let checked = gouji(["check", "samples/ties", "-o", &below]);
    assert_eq!(checked.code, 2);
    assert!(checked.said().contains(&below), "{}", checked.said());
    let out = text(&Path::new(&file).join("figures.json"));
    let imported = gouji(["import", "samples/ties", "-o", &out]);
    assert_eq!(imported.code, 2);
    assert!(imported.said().contains(&file), "{}", imported.said());
    assert_eq!(files_below(here.path()), [("普通文件".to_owned(), b"x".to_vec())]);
}

#[test]
fn the_input_is_never_the_output() {
    let here = folder();
    let bytes = fs::read(sample("ties/qingxi-2024.xlsx")).unwrap();
    let book = write(here.path(), "甲.xlsx", &bytes);
    let figures = write(here.path(), "甲.json", &bytes);
    let marks = write(here.path(), "marks", br#"{"marks":[]}"#);
    let before = files_below(here.path());
    let annotated = gouji(["annotate", &book, "--marks", &marks, "-o", &book]);
    let imported = gouji(["import", &figures, "-o", &figures]);
    for (ended, path) in [(annotated, &book), (imported, &figures)] {
        assert_eq!(ended.code, 2);
        assert!(ended.err.contains(path.as_str()) && ended.err.contains("never written over"), "{}", ended.err);
    }
    assert!(files_below(here.path()) == before, "something was written");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_input_is_the_input_and_a_lock_beside_it_does_not_matter() {
    let here = folder();
    let bytes = fs::read(sample("ties/qingxi-2024.xlsx")).unwrap();
    let book = write(here.path(), "甲.xlsx", &bytes);
    write(here.path(), "~$甲.xlsx", b"\x03lock");
    let marks = write(
        here.path(),
        "marks",
        "{\"marks\":[{\"sheet\":\"附件2 基础数据表\",\"cell\":\"B3\",\"severity\":\"error\",\"note\":\"不平\"}]}"
            .as_bytes(),
    );
    let link = here.path().join("链接.xlsx");
    std::os::unix::fs::symlink(&book, &link).unwrap();
    let refused = gouji(["annotate", &book, "--marks", &marks, "-o", &text(&link)]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("never written over"), "{}", refused.err);
    assert_eq!(fs::read(&book).unwrap(), bytes);
    let out = text(&here.path().join("标注.xlsx"));
    let written = gouji(["annotate", &book, "--marks", &marks, "-o", &out]);
    assert_eq!(written.code, 0, "{}", written.said());
    assert!(fs::read(&out).unwrap() != bytes && fs::read(&book).unwrap() == bytes);
}

#[test]
fn usage_is_exit_two_and_help_is_not() {
    assert_eq!(gouji(["check"]).code, 2);
    assert_eq!(gouji(["check", "samples/ties", "--format", "nonsense"]).code, 2);
    assert_eq!(gouji(["--help"]).code, 0);
    assert_eq!(gouji(["--version"]).code, 0);
}

// ---- choosing rules, and rules of one's own

fn codes(ended: &Value, key: &str) -> Vec<String> {
    let mut codes: Vec<String> = list(ended, key).iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn rules_are_selected_and_ignored_by_code_or_its_beginning() {
    let only = check_json(&["samples/2024", "--select", "GJ301,gj30"]).json();
    assert!(codes(&only, "ledger").iter().all(|code| code.starts_with("GJ30")));
    assert!(codes(&only, "findings").contains(&"GJ301".to_owned()));
    let without = check_json(&["samples/2024", "--select", "GJ3", "--ignore", "GJ301", "--ignore", "GJ302"]).json();
    let left = codes(&without, "ledger");
    assert!(
        left.contains(&"GJ303".to_owned())
            && !left.contains(&"GJ301".to_owned())
            && !left.contains(&"GJ302".to_owned())
    );
    assert_eq!(check_json(&["samples/2024", "--select", "GJ802"]).code, 0, "warnings alone are no failure");
}

const RULE: &str = r#"[[rule]]
code    = "U1"
title   = { zh = "接待费", en = "Reception" }
for     = "each measure"
form    = ["附件2"]
block   = "经费控制情况"
formula = '公务接待 <= 三公经费 * 10%'
class   = "verify"
why     = { zh = "接待费不宜超过一成。", en = "Reception should stay below a tenth." }
source  = "example"
"#;

#[test]
fn a_rule_of_ones_own_runs_beside_the_others() {
    let here = folder();
    let file = write(here.path(), "own.toml", RULE.as_bytes());
    let run = check_json(&["samples/ties", "--rules", &file, "--select", "U1"]).json();
    assert_eq!(codes(&run, "findings"), ["U1"]);
    assert!(gouji(["explain", "U1", "--rules", &file]).out.contains("接待费不宜超过一成"));
}

#[test]
fn a_bad_rule_stops_the_run_and_says_where() {
    let here = folder();
    for (from, to, place, word) in [
        ("公务接待 <=", "公务接侍 <=", ":7:12: ", "did you mean `公务接待`"),
        ("each measure", "each measures", ":4:", "did you mean `each measure`"),
        ("经费控制情况", "经费控制情況", ":6:", "did you mean `经费控制情况`"),
        ("三公经费 *", "三公经费 * (", ":7:", ""),
        ("class ", "klass ", ":8:", "klass"),
    ] {
        let file = write(here.path(), "bad.toml", RULE.replace(from, to).as_bytes());
        let ended = gouji(["check", "samples/ties", "--rules", &file]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.said());
        assert!(ended.err.contains(&format!("{file}{place}")), "{to}: {}", ended.err);
        assert!(ended.err.contains(word), "{to}: {}", ended.err);
    }
}

#[test]
fn an_unknown_rule_or_form_names_the_nearest() {
    assert!(gouji(["explain", "GJ2033"]).err.contains("did you mean `GJ203`"));
    assert_eq!(gouji(["explain", "GJ2033"]).code, 2);
    assert_eq!(gouji(["forms", "附件九"]).code, 2);
}

// ---- languages

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || "，。；：、（）".contains(c)
}

#[test]
fn english_says_nothing_of_ours_in_chinese() {
    let fixed = [
        "错误",
        "警告",
        "提示：",
        "报送件，",
        "未能核对",
        "应为",
        "相差",
        "允许尾差",
        "核对",
        "不平",
        "未核",
        "尾差",
        "已标注",
    ];
    let page = gouji(["check", "samples", "--lang", "en"]).out;
    for word in fixed {
        assert!(!page.contains(word), "`{word}` in\n{page}");
    }
    for rule in &pack().rules {
        for words in [&rule.why, &rule.hint].into_iter().filter(|words| !words.zh.is_empty()) {
            assert!(!page.contains(&words.zh), "{}: {}", rule.code, words.zh);
            assert!(!words.en.is_empty() && !words.en.chars().any(is_chinese_sentence), "{}: {}", rule.code, words.en);
        }
        assert!(!rule.title.en.chars().any(is_chinese), "{}: {}", rule.code, rule.title.en);
        let page = rule_page(rule, forms(), Lang::En).replace(&rule.formula, "");
        assert!(!page.contains('。') && !page.contains(&rule.title.zh), "{}:\n{page}", rule.code);
    }
    for form in &forms().all {
        assert!(!form_page(form, Lang::En).contains('。'), "{}", form.kind);
    }
    let run = gouji(["check", "samples/2024", "--lang", "en", "--format", "json"]).json();
    for finding in list(&run, "findings") {
        let rule = pack().rule(finding["code"].as_str().unwrap()).unwrap();
        assert_eq!(finding["title"].as_str(), Some(rule.title.en.as_str()));
        assert_eq!(finding["hint"].as_str(), Some(rule.hint.en.as_str()));
    }
    let rules = gouji(["rules", "--lang", "en"]).out;
    assert!(pack().rules.iter().all(|rule| rules.contains(&rule.title.en)));
}

/// A unit such as 万元 may stand in an English sentence; a Chinese sentence may not.
fn is_chinese_sentence(c: char) -> bool {
    "，。；：、".contains(c)
}

#[test]
fn a_form_that_is_named_is_read_where_none_was_recognised() {
    let folder = folder();
    let drawing = crate::support::drawing::Drawing::parse(
        "# 表.xlsx!汇总\n情况表\n资金|年初预算数|全年预算数|全年执行数|执行率\n资金总额|10|12|12|100%\n财政拨款|10|12|12|100%",
    );
    let (_, bytes) = drawing.workbooks().remove(0);
    let file = write(folder.path(), "表.xlsx", &bytes);
    let unnamed = gouji(["check", &file, "--lang", "en"]);
    assert_eq!(unnamed.code, 2, "{}", unnamed.said());
    assert!(unnamed.said().contains("--form") && unnamed.said().contains("nearest is"), "{}", unnamed.said());
    for said in ["附件5", "project-self-evaluation=汇总"] {
        let run = gouji(["check", &file, "--form", said, "--format", "json"]).json();
        let sheet = &run["submissions"][0]["sheets"][0];
        assert_eq!(sheet["form"], "project-self-evaluation", "{said}: {sheet}");
        assert_eq!(sheet["figures"], 8, "{said}: {sheet}");
    }
    let absent = gouji(["check", &file, "--form", "附件5=别的", "--lang", "en"]);
    assert_eq!(absent.code, 2, "{}", absent.said());
    let wrong = gouji(["check", &file, "--form", "附件55"]);
    assert!(wrong.code == 2 && wrong.err.contains("附件5"), "{}", wrong.said());
}

#[test]
fn coverage_agrees_with_the_run() {
    let covered = gouji(["rules", "--coverage", "samples/2024", "--format", "json"]).json();
    let run = gouji(["check", "samples/2024", "--format", "json"]).json();
    assert_eq!(covered["schema"], "gouji.coverage/1");
    assert_eq!(covered["figures"], run["summary"]["figures"]);
    assert_eq!(covered["figures_under_no_rule"], run["summary"]["figures_under_no_rule"]);
    let rows = list(&covered, "rows");
    let row = rows.iter().find(|row| row["line"] == "三公经费" && row["measure"] == "本年决算数").expect("it is there");
    assert!(list(row, "codes").contains(&Value::from("GJ203")), "{row}");
    let number = |row: &Value, key: &str| row[key].as_u64().expect("a number");
    for row in rows {
        let under = ["under_no_rule", "under_one", "under_two", "under_three_or_more"];
        assert_eq!(number(row, "figures"), under.iter().map(|key| number(row, key)).sum::<u64>(), "{row}");
    }
}

#[test]
fn without_a_command_a_script_gets_the_help_and_nothing_is_served() {
    let ended = gouji(Vec::<&str>::new());
    assert_eq!(ended.code, 2);
    assert!(ended.out.is_empty() && ended.err.contains("check") && ended.err.contains("serve"), "{}", ended.said());
}
