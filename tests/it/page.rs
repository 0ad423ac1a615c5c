//! The page of a run: one inert file that says what JSON says, with every annex as its own grid.

use std::collections::BTreeMap;

use base64::Engine as _;
use gouji::compare::{Limits, compare};
use gouji::model::{CellRef, Lang};
use gouji::read::{Book, BookFormat, Sheet};
use gouji::report::Report;
use gouji::report::page::{Drawn, Page};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::specs::base;
use crate::support::pipeline::{filed, forms, pack, submissions, tie};
use crate::support::program::{check_json, gouji};

const SAMPLE: [&str; 3] = ["samples/2024", "--prior", "samples/2023"];

/// A page taken apart as a browser takes it apart.
struct Opened {
    blocks: BTreeMap<String, Value>,
    script: String,
    style: String,
    policy: String,
    html: String,
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<(&'t str, &'t str)> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to)
}

fn open(html: &str) -> Opened {
    let mut blocks = BTreeMap::new();
    let mut rest = html;
    while let Some((inside, after)) = between(rest, "<script type=\"application/json\" id=\"data-", "</script>") {
        let (id, json) = inside.split_once("\">").expect("an id");
        blocks.insert(id.to_owned(), serde_json::from_str(json).expect("JSON"));
        rest = after;
    }
    let text = |from, to| between(html, from, to).expect(from).0.to_owned();
    Opened {
        blocks,
        script: text("<script>", "</script>"),
        style: text("<style>", "</style>"),
        policy: text("Content-Security-Policy\" content=\"", "\">"),
        html: html.to_owned(),
    }
}

impl Opened {
    /// A text of a block, looked up where it is a number.
    fn text(&self, value: &Value) -> String {
        let value = value.as_u64().map_or(value, |at| &self.blocks["texts"][usize::try_from(at).unwrap()]);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The texts of a drawn sheet by address.
    fn cells(&self, sheet: &Value) -> BTreeMap<CellRef, String> {
        let rows = sheet["grid"]["cells"].as_array().map_or(&[][..], Vec::as_slice);
        let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let row = |row: &Value| {
            let row = row.as_array().unwrap().clone();
            let at = number(&row[0]);
            let cells = row[1..].chunks(3).map(|cell| (CellRef::new(at, number(&cell[0])), self.text(&cell[1])));
            cells.collect::<Vec<_>>()
        };
        rows.iter().flat_map(row).collect()
    }
}

fn sample() -> Opened {
    let ended = gouji(["check"].iter().chain(&SAMPLE).chain(&["--format", "html"]));
    assert_eq!(ended.code, 1, "{}", ended.err);
    open(&ended.out)
}

#[test]
fn the_page_says_what_json_says() {
    let page = sample();
    let run = check_json(&SAMPLE).json();
    let (listed, found) = (page.blocks["findings"].as_array().unwrap(), run["findings"].as_array().unwrap());
    assert_eq!(listed.len(), found.len());
    for (at, (one, finding)) in listed.iter().zip(found).enumerate() {
        assert_eq!(page.text(&one["c"]), finding["code"].as_str().unwrap());
        assert_eq!(page.text(&one["m"][0]), finding["message"].as_str().unwrap());
        let detail = &page.blocks["unit-0"]["findings"][at];
        assert_eq!(detail["key"], finding["key"]);
        // As people print it: the digits that JSON has, as far as they are shown.
        let number = |value: &Value| value.as_str().and_then(|text| text.parse::<Decimal>().ok());
        match number(&detail["expected"]) {
            Some(shown) => {
                let exact = number(&finding["expected"]).expect("a number in JSON too");
                assert_eq!(shown, exact.round_dp_with_strategy(shown.scale(), RoundingStrategy::MidpointAwayFromZero));
            }
            None => assert_eq!(detail["expected"], finding["expected"]),
        }
        // All likely causes in their order, with what each would mend and break.
        let [shown, causes] = [&detail["causes"], &finding["causes"]].map(|all| all.as_array().unwrap());
        assert_eq!(shown.len(), causes.len());
        for (one, cause) in shown.iter().zip(causes) {
            for key in ["set", "repairs", "of", "breaks", "proposed", "unit"] {
                assert_eq!(one[key], cause[key], "{key}");
            }
            assert_eq!(page.text(&one["why"][0]), cause["why"].as_str().unwrap());
        }
        let (cells, operands) = (detail["cells"].as_array().unwrap(), finding["cells"].as_array().unwrap());
        assert_eq!(cells.len(), operands.len());
        for (cell, operand) in cells.iter().zip(operands) {
            let at = |key: &str| u32::try_from(cell[key].as_u64().unwrap()).unwrap();
            let place = CellRef::new(at("row"), at("col")).to_string();
            assert_eq!(place, operand["cell"].as_str().unwrap());
            // Every operand is drawn where it stands, last year's too.
            let drawn = cell["at"].as_array().expect("its sheet is on the page");
            let index = |at: usize| usize::try_from(drawn[at].as_u64().unwrap()).unwrap();
            let file = &page.blocks["unit-0"]["files"][index(0)];
            assert_eq!(file["name"], operand["file"]);
            assert_eq!(file["sheets"][index(1)]["name"], operand["sheet"]);
        }
    }
    let files = page.blocks["unit-0"]["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|one| one["prior"].as_bool().unwrap()).collect::<Vec<_>>(), [false, true]);
    for chart in ["execution", "years"] {
        assert!(!page.blocks["unit-0"][chart].as_array().unwrap().is_empty(), "{chart}");
    }
}

#[test]
fn the_policy_allows_this_script_and_nothing_else() {
    let page = sample();
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    assert!(page.policy.starts_with("default-src 'none'; "), "{}", page.policy);
    assert!(page.policy.contains(&format!("script-src 'sha256-{}'", hash(&page.script))));
    assert!(page.policy.contains(&format!("style-src 'sha256-{}'", hash(&page.style))));
    assert!(page.policy.contains("connect-src 'none'"));
    for address in ["src=", "href=\"http", "url(", "@import", "<link", "<img", "<iframe"] {
        assert!(!page.html.contains(address), "{address}");
    }
}

/// The page of one workbook made of sheets.
fn page_of(sheets: Vec<Sheet>, show_personal: bool) -> Opened {
    let run = tie(submissions(vec![filed("报送件.xlsx", &sheets)]), Vec::new());
    let comparison = compare(&run.submissions, &run.priors, &run.pairing, forms(), Limits::default());
    let report = Report { run: &run, forms: forms(), pack: pack(), lang: Lang::Zh, show_personal, problems: &[] };
    let book = Book {
        file: "报送件.xlsx".to_owned(),
        sha256: String::new(),
        size: 0,
        format: BookFormat::Xlsx,
        modified: None,
        date_1904: false,
        sheets,
        notices: Vec::new(),
    };
    let open_again = |_: &str| Ok(Drawn { book: book.clone(), looks: BTreeMap::new() });
    let mut out = Vec::new();
    Page { report: &report, comparison: &comparison, served: false }.write(&mut out, &open_again).expect("written");
    open(&String::from_utf8(out).expect("UTF-8"))
}

#[test]
fn what_was_submitted_is_inert() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)> <!-- ]]>";
    let mut grids = base("本年");
    let report = grids.iter_mut().find(|grid| grid.name == "附件1").expect("the report");
    report.set("A40".parse().unwrap(), hostile);
    let page = page_of(grids.iter().map(crate::support::grid::Grid::sheet).collect(), false);
    assert_eq!(page.html.matches("<script").count(), page.html.matches("</script>").count());
    assert!(!page.html.contains("<img") && !page.html.contains("alert(1)<"));
    let sheets = page.blocks["unit-0"]["files"][0]["sheets"].as_array().unwrap();
    let drawn: Vec<String> = sheets.iter().flat_map(|sheet| page.cells(sheet).into_values()).collect();
    assert!(drawn.iter().any(|text| text == hostile), "it is shown as it was typed");
}

#[test]
fn people_are_masked_unless_asked_for() {
    let mut grids = base("本年");
    let table = grids.iter_mut().find(|grid| grid.name == "附件2").expect("the table");
    table.set("A40".parse().unwrap(), "填表人：欧阳某 联系电话：13800000000");
    let sheets: Vec<Sheet> = grids.iter().map(crate::support::grid::Grid::sheet).collect();
    let (masked, shown) = (page_of(sheets.clone(), false), page_of(sheets, true));
    assert!(!masked.html.contains("13800000000") && !masked.html.contains("欧阳某"));
    assert!(shown.html.contains("13800000000"));
}

#[test]
fn a_workbook_that_cannot_be_drawn_says_why() {
    let grids = base("本年");
    let sheets: Vec<Sheet> = grids.iter().map(crate::support::grid::Grid::sheet).collect();
    let run = tie(submissions(vec![filed("报送件.xlsx", &sheets)]), Vec::new());
    let comparison = compare(&run.submissions, &run.priors, &run.pairing, forms(), Limits::default());
    let report =
        Report { run: &run, forms: forms(), pack: pack(), lang: Lang::Zh, show_personal: false, problems: &[] };
    let mut out = Vec::new();
    let gone = |_: &str| Err(gouji::model::Words::new("文件被改动", "the file was changed"));
    Page { report: &report, comparison: &comparison, served: false }.write(&mut out, &gone).expect("written");
    let page = open(&String::from_utf8(out).expect("UTF-8"));
    let file = &page.blocks["unit-0"]["files"][0];
    assert_eq!(file["absent"], serde_json::json!(["文件被改动", "the file was changed"]));
    assert_eq!(file["sheets"], serde_json::json!([]));
}

#[test]
fn the_output_folder_holds_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let ended = gouji(["check", "samples/ties", "-o", &out.to_string_lossy()]);
    assert!(ended.out.contains("report.html"), "{}", ended.said());
    let page = open(&std::fs::read_to_string(out.join("report.html")).expect("it was written"));
    assert_eq!(page.blocks["run"]["units"].as_array().unwrap().len(), 1);
    let sheets = page.blocks["unit-0"]["files"][0]["sheets"].as_array().unwrap();
    assert!(sheets.iter().all(|sheet| sheet["name"] != "勾稽结果"));
    assert!(sheets.iter().any(|sheet| sheet["annex"] == "附件2" && !page.cells(sheet).is_empty()));
}

#[test]
fn a_run_without_a_submission_has_a_page_that_says_why() {
    let ended = gouji(["check", "nowhere.xlsx", "--format", "html"]);
    assert_eq!(ended.code, 2);
    let page = open(&ended.out);
    assert_eq!(page.blocks["run"]["problems"][0]["file"], "nowhere.xlsx");
}
