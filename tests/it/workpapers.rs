//! The workpapers of the sample submission: every tie, every link, every number, in both languages.

use std::collections::BTreeMap;
use std::path::Path;

use gouji::model::Lang;
use gouji::read::{CellValue, Sheet};
use gouji::report::Report;
use gouji::workpaper::{Settings, workpapers};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::pipeline;
use crate::support::program::{Ended, check_json, files_below, gouji};
use crate::support::workbook::{Link, Written, open};

const SAMPLE: [&str; 3] = ["samples/2024/shuangpai-2024.xlsx", "--prior", "samples/2023"];
/// Columns of the tie-out.
const INDEX: u32 = 0;
const CODE: u32 = 1;
const REPORTED: u32 = 6;
const UNIT: u32 = 7;
const COMPUTED: u32 = 8;
const EXACT: u32 = 9;
const DIFFERENCE: u32 = 10;
const ALLOWANCE: u32 = 11;
const VERDICT: u32 = 12;
const MARK: u32 = 13;
const TO: u32 = 14;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Checks the sample into a folder, with more arguments.
fn check_into(folder: &Path, more: &[&str]) -> Ended {
    let out = folder.to_string_lossy();
    let args: Vec<&str> = SAMPLE.iter().copied().chain(["-o", &out]).chain(more.iter().copied()).collect();
    let ended = check_json(&args);
    assert!((0..=1).contains(&ended.code), "{}", ended.said());
    ended
}

fn papers(folder: &Path) -> Vec<(String, Written)> {
    open(&std::fs::read(folder.join("workpapers.xlsx")).expect("workpapers.xlsx was written"))
}

/// The rows of ties on all sheets: the sheet's name, its content, the row.
fn ties(book: &[(String, Written)]) -> Vec<(&str, &Written, u32)> {
    let is_index = |text: &str| {
        text.strip_prefix('C').and_then(|rest| rest.split_once('-')).is_some_and(|(a, b)| {
            a.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !b.is_empty() && b.bytes().all(|b| b.is_ascii_digit())
        })
    };
    book.iter()
        .filter(|(name, _)| name.starts_with('C'))
        .flat_map(|(name, sheet)| {
            (0..=sheet.last_row())
                .filter(move |row| is_index(&sheet.text(*row, INDEX)) && !sheet.text(*row, CODE).is_empty())
                .map(move |row| (name.as_str(), sheet, row))
        })
        .collect()
}

/// A number as text, the same however it was stored.
fn plain(text: &str) -> String {
    text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |value| value.normalize().to_string())
}

fn count<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

#[test]
fn every_tie_of_the_ledger_stands_in_the_tie_out_once() {
    let folder = folder();
    let run = check_into(folder.path(), &[]).json();
    let verdicts: BTreeMap<&str, &str> = [
        ("balanced", "平"),
        ("rounding", "尾差"),
        ("rounding-large", "尾差偏大"),
        ("unbalanced", "不平"),
        ("unchecked", "未核"),
    ]
    .into();
    let text = |one: &Value, name: &str| plain(one[name].as_str().unwrap_or_default());
    let ledger = run["ledger"].as_array().expect("a ledger").iter().filter(|one| one["verdict"] != "not-applicable");
    let expected = count(ledger.map(|one| {
        let figures = ["reported", "expected", "difference", "allowance"].map(|name| text(one, name));
        let unit = one["unit"].as_str().unwrap_or_default().to_owned();
        let verdict = verdicts[one["verdict"].as_str().expect("a verdict")].to_owned();
        (one["code"].as_str().expect("a code").to_owned(), verdict, figures, unit)
    }));
    let book = papers(folder.path());
    let written = count(ties(&book).into_iter().map(|(_, sheet, row)| {
        let figures = [REPORTED, EXACT, DIFFERENCE, ALLOWANCE].map(|col| plain(&sheet.text(row, col)));
        let verdict = sheet.text(row, VERDICT).lines().next().unwrap_or_default().to_owned();
        (sheet.text(row, CODE), verdict, figures, sheet.text(row, UNIT))
    }));
    assert!(expected.values().sum::<usize>() > 200, "the sample has ties to show");
    assert_eq!(written, expected);
    assert!(ties(&book).iter().all(|(_, sheet, row)| !sheet.text(*row, MARK).is_empty()), "no tie is left unmarked");
}

#[test]
fn live_formulas_carry_the_exact_value() {
    let folder = folder();
    check_into(folder.path(), &["--materiality", "1"]);
    let book = papers(folder.path());
    let (mut live, mut plain_only) = (0, Vec::new());
    for (name, sheet, row) in ties(&book) {
        assert_eq!(plain(&sheet.text(row, COMPUTED)), plain(&sheet.text(row, EXACT)), "{name} {row}");
        if let Some(formula) = sheet.formulas.get(&(row, COMPUTED)) {
            live += 1;
            assert!(formula.contains('G'), "{formula} computes from the reported figures");
        } else if !sheet.text(row, EXACT).is_empty() {
            plain_only.push(sheet.text(row, CODE));
        }
    }
    let stated = ties(&book).iter().filter(|(_, sheet, row)| !sheet.text(*row, EXACT).is_empty()).count();
    assert!(live * 10 >= stated * 9, "{live} of {stated} computed values are live, not {plain_only:?}");
    let functions = ["SUM", "ROUND", "MIN", "MAX", "ABS", "IF"];
    for (name, sheet) in &book {
        for (place, formula) in &sheet.formulas {
            let words = formula.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1);
            let strings = formula.contains('"');
            assert!(words.clone().all(|word| functions.contains(&word)), "{name} {place:?} {formula}");
            assert!(strings || formula.is_ascii(), "{name} {place:?} {formula}: no submitted text in a formula");
        }
    }
}

#[test]
fn ties_in_sentences_state_their_figures() {
    let folder = folder();
    let run = check_into(folder.path(), &[]).json();
    let ledger = run["ledger"].as_array().expect("a ledger");
    for code in ["GJ501", "GJ505", "GJ506", "GJ508", "GJ511"] {
        let mut decided = ledger
            .iter()
            .filter(|tie| {
                tie["code"] == code && ["balanced", "unbalanced"].iter().any(|verdict| tie["verdict"] == *verdict)
            })
            .peekable();
        assert!(decided.peek().is_some(), "{code} is tried");
        for tie in decided {
            let number = |name: &str| tie[name].as_str().and_then(|text| text.parse::<Decimal>().ok());
            let (reported, expected) = (number("reported").expect(code), number("expected").expect(code));
            assert_eq!(number("difference"), Some(reported - expected), "{tie}");
        }
    }
    let book = papers(folder.path());
    let live = ties(&book).into_iter().filter(|(_, sheet, row)| {
        sheet.text(*row, CODE).starts_with("GJ5") && sheet.formulas.contains_key(&(*row, COMPUTED))
    });
    assert!(live.count() > 10, "sums and rates of sentences are formulas too");
}

#[test]
fn every_link_leads_somewhere_and_findings_are_chained_both_ways() {
    let folder = folder();
    check_into(folder.path(), &[]);
    let book = papers(folder.path());
    let sheets: BTreeMap<&str, &Written> = book.iter().map(|(name, sheet)| (name.as_str(), sheet)).collect();
    let mut beside: BTreeMap<String, Vec<(String, Written)>> = BTreeMap::new();
    let (mut inside, mut outside) = (0, 0);
    for (name, sheet) in &book {
        for (at, link) in &sheet.links {
            match link {
                Link::Inside { sheet: target, cell } => {
                    inside += 1;
                    let found = sheets.get(target.as_str()).unwrap_or_else(|| panic!("{name} {at}: no sheet {target}"));
                    let row: u32 = cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().expect("a row");
                    assert!(!found.text(row - 1, 0).is_empty(), "{name} {at} → {target}!{cell} is empty");
                }
                Link::Beside { path, sheet: target, .. } => {
                    outside += 1;
                    let bytes = || std::fs::read(folder.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
                    let other = beside.entry(path.clone()).or_insert_with(|| open(&bytes()));
                    assert!(other.iter().any(|(name, _)| name == target), "{path} has no sheet {target}");
                }
            }
        }
    }
    assert!(inside > 100 && outside > 300, "{inside} links inside, {outside} to the annotated workbook");
    // From a tie to its finding, and from there back to the same tie; the same with its evidence sheet.
    let issues = sheets["B1 问题汇总表"];
    let mut chained = 0;
    for (name, sheet, row) in ties(&book) {
        let Some(Link::Inside { sheet: target, cell }) = sheet.links.get(&address(row, TO)) else { continue };
        assert_eq!(target, "B1 问题汇总表");
        let back = issues.links.get(cell).unwrap_or_else(|| panic!("{cell} of the issues leads back"));
        assert_eq!(*back, Link::Inside { sheet: name.to_owned(), cell: address(row, INDEX) });
        let issue: u32 = cell[1..].parse().expect("a row");
        if let Some(Link::Inside { sheet: paper, cell: block }) = issues.links.get(&address(issue - 1, 15)) {
            let first: u32 = block[1..].parse().expect("a row");
            let from = sheets[paper.as_str()].links.get(&address(first + 2, 1)).expect("evidence leads to its tie");
            let to = sheets[paper.as_str()].links.get(&address(first + 2, 5)).expect("evidence leads to its finding");
            assert_eq!(*from, Link::Inside { sheet: name.to_owned(), cell: address(row, INDEX) });
            assert_eq!(*to, Link::Inside { sheet: "B1 问题汇总表".to_owned(), cell: cell.clone() });
            chained += 1;
        }
    }
    assert!(chained >= 5, "{chained} evidence sheets are chained");
}

fn address(row: u32, col: u32) -> String {
    format!("{}{}", char::from(b'A' + col as u8), row + 1)
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (folder(), folder());
    check_into(first.path(), &["--date", "2025-06-30"]);
    check_into(second.path(), &["--date", "2025-06-30"]);
    let (first, second) = (files_below(first.path()), files_below(second.path()));
    // The annotated workbook, the workpapers, the summary and the page.
    assert_eq!(first.len(), 4);
    assert!(first == second, "two runs differ");
}

#[test]
fn english_papers_are_english_and_print_on_a4() {
    let folder = folder();
    check_into(folder.path(), &["--lang", "en", "--materiality", "5"]);
    let book = papers(folder.path());
    let chinese = |text: &str| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    for (name, sheet) in &book {
        // The number of an annex is the form's own name.
        assert!(!chinese(&name.replace("附件", "")), "{name}");
        assert!(sheet.xml.contains("paperSize=\"9\""), "{name} is A4");
        let one_page = name.starts_with("A1");
        assert!(sheet.xml.contains("fitToPage=\"1\""), "{name} is one page wide");
        assert_eq!(sheet.xml.contains("fitToHeight=\"0\""), !one_page, "{name} is as tall as it is");
        assert!(sheet.xml.contains("&amp;P") && sheet.xml.contains("&amp;N"), "{name} has its pages numbered");
    }
    let of =
        |start: &str| &book.iter().find(|(name, _)| name.starts_with(start)).unwrap_or_else(|| panic!("{start}")).1;
    for start in ["B1", "B2", "C1", "D1", "F", "G1"] {
        let sheet = of(start);
        let header = (0..16).map(|col| sheet.text(4, col)).collect::<Vec<_>>().join(" ");
        assert!(!chinese(&header) && header.len() > 40, "{start}: {header}");
        assert!(!chinese(&sheet.text(0, 0).replace("附件", "")), "{start}: {}", sheet.text(0, 0));
    }
    let tied = ties(&book);
    assert!(tied.iter().all(|(_, sheet, row)| !chinese(&sheet.text(*row, VERDICT))));
    assert!(tied.iter().any(|(_, sheet, row)| sheet.text(*row, MARK).contains("footed")));
}

/// The sample with names and telephone numbers in place of its masks.
fn with_people() -> Vec<Sheet> {
    let name = SAMPLE[0];
    let bytes = std::fs::read(crate::support::tree::root().join(name)).expect("the sample");
    let mut sheets = pipeline::book(name, bytes).sheets;
    let cells = sheets.iter_mut().flat_map(|sheet| sheet.cells.values_mut());
    for cell in cells {
        let open = |text: &str| text.replace("××", "小二").replace("0000-0000000", "0746-4213579");
        if let CellValue::Text(text) = &cell.value {
            cell.value = CellValue::Text(open(text));
        }
        cell.shown = open(&cell.shown);
    }
    sheets
}

#[test]
fn people_stay_masked_unless_they_are_asked_for() {
    let sheets = with_people();
    let said = |text: &str| sheets.iter().flat_map(|one| one.cells.values()).any(|cell| cell.shown.contains(text));
    assert!(said("小二") && said("4213579"), "there is something to mask");
    let run = pipeline::tie(pipeline::submissions(vec![pipeline::filed("a.xlsx", &sheets)]), Vec::new());
    let report = Report {
        run: &run,
        forms: pipeline::forms(),
        pack: pipeline::pack(),
        lang: Lang::Zh,
        show_personal: false,
        problems: &[],
    };
    let settings = Settings { prepared_by: "张三".to_owned(), ..Settings::default() };
    let book = open(&workpapers(&report, &settings, None).expect("papers"));
    let all: Vec<String> = book.iter().flat_map(|(_, sheet)| sheet.cells.values().map(ToString::to_string)).collect();
    assert!(all.iter().any(|text| text.contains("编制人：张三")), "who prepared the papers is no secret");
    let leaked: Vec<&String> = all.iter().filter(|text| text.contains("小二") || text.contains("4213579")).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[test]
fn submitted_text_is_never_a_formula() {
    let mut sheets = with_people();
    let label = sheets
        .iter_mut()
        .flat_map(|sheet| sheet.cells.values_mut())
        .find(|cell| matches!(&cell.value, CellValue::Text(text) if text.contains("提高城乡居民水平")))
        .expect("an open row of the sample");
    label.value = CellValue::Text("=HYPERLINK(\"http://x\",\"提高\")".to_owned());
    label.shown = "=HYPERLINK(\"http://x\",\"提高\")".to_owned();
    let run = pipeline::tie(pipeline::submissions(vec![pipeline::filed("a'[b].xlsx", &sheets)]), Vec::new());
    let report = Report {
        run: &run,
        forms: pipeline::forms(),
        pack: pipeline::pack(),
        lang: Lang::Zh,
        show_personal: false,
        problems: &[],
    };
    let book = open(&workpapers(&report, &Settings::default(), None).expect("papers"));
    let shown = book.iter().flat_map(|(_, sheet)| sheet.cells.values()).filter(|v| v.to_string().contains("HYPERLINK"));
    assert!(shown.count() > 0, "the text stands in the papers");
    for (name, sheet) in &book {
        assert!(sheet.formulas.values().all(|formula| !formula.contains("HYPERLINK")), "{name}");
        assert!(!sheet.xml.contains("<f>HYPERLINK"), "{name}");
    }
}

#[test]
fn each_entity_gets_its_own_papers_where_that_is_asked() {
    let folder = folder();
    let out = folder.path().to_string_lossy().into_owned();
    let ended = gouji(["check", "samples", "-o", &out, "--per-entity"]);
    assert!(ended.said().contains("workpapers.xlsx"), "{}", ended.said());
    let written: Vec<String> = files_below(folder.path())
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.contains("workpapers"))
        .collect();
    assert!(written.len() >= 4 && !written.contains(&"workpapers.xlsx".to_owned()), "{written:?}");
    assert!(written.iter().all(|name| name.ends_with(" workpapers.xlsx") && name.contains('/')), "{written:?}");
    let one = open(&std::fs::read(folder.path().join(&written[0])).expect("readable"));
    assert!(!one.iter().any(|(name, _)| name.starts_with("A2")), "one unit needs no overview");
    for (_, sheet) in &one {
        for link in sheet.links.values() {
            if let Link::Beside { path, .. } = link {
                let place = folder.path().join(Path::new(&written[0]).parent().expect("a folder")).join(path);
                assert!(place.exists(), "{}", place.display());
            }
        }
    }
    // One book for the run has an overview first, with a lead schedule for each.
    let all = gouji(["check", "samples", "-o", &out]);
    assert!(all.said().contains("workpapers.xlsx"));
    let book = papers(folder.path());
    assert!(book[1].0.starts_with("A2"));
    assert_eq!(book.iter().filter(|(name, _)| name.starts_with('D')).count(), written.len());
}

const TEMPLATE: &str = "docs/guide/example/workpapers.toml";

/// The columns of a sheet that are hidden, by letter, from `<col min= max= hidden=>`.
fn hidden(sheet: &Written) -> Vec<usize> {
    let number = |one: &str, name: &str| -> usize {
        let rest = one.split(&format!("{name}=\"")).nth(1).expect("a number");
        rest.split('"').next().and_then(|text| text.parse().ok()).expect("a number")
    };
    let columns = sheet.xml.split("<col ").skip(1).map(|one| one.split("/>").next().unwrap_or_default());
    let hidden = columns.filter(|one| one.contains("hidden=\"1\""));
    hidden.flat_map(|one| number(one, "min") - 1..number(one, "max")).collect()
}

#[test]
fn an_office_sets_its_papers_with_a_template() {
    let folder = folder();
    check_into(folder.path(), &["--workpaper-config", TEMPLATE]);
    let book = papers(folder.path());
    let of =
        |start: &str| &book.iter().find(|(name, _)| name.starts_with(start)).unwrap_or_else(|| panic!("{start}")).1;
    let cover = of("A1");
    let all: Vec<String> = cover.cells.values().map(ToString::to_string).collect();
    for said in [
        "××县财政局　部门整体支出绩效自评复核工作底稿",
        "2024年度部门整体支出绩效自评复核",
        "主审",
        "审批",
        "审计事项清单",
    ] {
        assert!(all.iter().any(|text| text == said), "{said} on the cover: {all:?}");
    }
    assert!(cover.xml.contains("<drawing "), "the logo stands on the cover");
    assert!(book.iter().any(|(name, _)| name == "B1 审计事项清单"), "the tab has the title too");
    assert_eq!(of("E ").text(0, 0), "审　计　取　证　单");
    // Columns that the template leaves out are hidden and nothing else changes: 首格 and 类别, 可能原因; 原文, 准确值.
    // The last eight of the list hold what explanations are known by and whose they are, and are always hidden.
    assert_eq!(hidden(of("B1")), [6, 9, 10, 16, 17, 18, 19, 20, 21, 22, 23]);
    assert_eq!(hidden(of("C2")), [5, 9]);
    assert!(hidden(of("D1")).is_empty());
    assert!(ties(&book).iter().all(|(_, sheet, row)| !sheet.text(*row, MARK).is_empty()));
    let record: Vec<String> = of("G3").cells.values().map(ToString::to_string).collect();
    assert!(record.iter().any(|text| text == TEMPLATE), "the run record names the template");
}

#[test]
fn the_command_line_wins_over_a_template() {
    let folder = folder();
    let template = folder.path().join("t.toml");
    let write = |text: &str| std::fs::write(&template, text).expect("written");
    let path = template.to_string_lossy().into_owned();
    write("language = \"en\"\n[sign]\nprepared-by = \"Office\"\nreviewed-by = \"Chief\"\n");
    let said = |more: &[&str]| {
        let args: Vec<&str> = ["--workpaper-config", &path].into_iter().chain(more.iter().copied()).collect();
        check_into(folder.path(), &args);
        let book = papers(folder.path());
        book[0].1.cells.values().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let own = said(&[]);
    assert!(own.contains("Office") && own.contains("Chief") && own.contains("Prepared by"), "{own}");
    let typed = said(&["--lang", "zh", "--prepared-by", "Typed"]);
    assert!(typed.contains("Typed") && typed.contains("Chief") && typed.contains("编制人"), "{typed}");
    assert!(!typed.contains("Office"));
}

#[test]
fn a_wrong_template_is_refused_before_anything_is_written() {
    let folder = folder();
    let (template, out) = (folder.path().join("t.toml"), folder.path().join("out"));
    std::fs::write(folder.path().join("broken.png"), b"\x89PNG\r\n\x1a\nxx").expect("written");
    for (text, said) in [
        ("titel = \"x\"", "t.toml:1:1: "),
        ("titel = \"x\"", "did you mean `title`?"),
        ("\n[papers.issues]\ncolumns = [\"事相\"]", "t.toml:3:12: "),
        ("logo = \"none.png\"", "t.toml:1:8: "),
        ("logo = \"broken.png\"", "damaged or cut off"),
        ("logo = \"t.toml\"", "neither PNG nor JPEG"),
    ] {
        std::fs::write(&template, text).expect("written");
        let args =
            ["check", SAMPLE[0], "-o", &out.to_string_lossy(), "--workpaper-config", &template.to_string_lossy()];
        let ended = gouji(args);
        assert_eq!(ended.code, 2, "{text}: {}", ended.said());
        assert!(ended.err.contains(said), "{text}: {}", ended.err);
        assert!(!out.exists(), "{text}: nothing is written");
    }
    // A column that is needed stays, and that is said.
    std::fs::write(&template, "[papers.tie-out]\ncolumns = [\"差异\"]").expect("written");
    let ended = check_into(&out, &["--workpaper-config", &template.to_string_lossy()]);
    assert!(ended.err.contains("列“计算数”仍予保留"), "{}", ended.err);
}

#[test]
fn what_is_said_of_the_papers_is_checked() {
    let folder = folder();
    let out = folder.path().to_string_lossy().into_owned();
    for (wrong, said) in [
        (["--date", "2025-02-30"], "no such day"),
        (["--date", "30/6/2025"], "2025-06-30"),
        (["--materiality", "-5"], "above zero"),
        (["--materiality", "many"], "above zero"),
    ] {
        let ended = gouji(["check", SAMPLE[0], "-o", &out, &format!("{}={}", wrong[0], wrong[1])]);
        assert_eq!(ended.code, 2, "{wrong:?}");
        assert!(ended.err.contains(said), "{wrong:?}: {}", ended.err);
    }
    let ended = gouji(["check", SAMPLE[0], "--materiality", "5"]);
    assert_eq!(ended.code, 2, "papers need a folder");
    // A folder of results is not checked again.
    check_into(folder.path(), &[]);
    let again = gouji(["check", &out, "--format", "json"]);
    assert!(
        again.json()["problems"]
            .as_array()
            .expect("problems")
            .iter()
            .all(|one| one["file"] != "workpapers.xlsx" || one["failed"] == false)
    );
}
