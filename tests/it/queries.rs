//! Query lists that go out and come back, and submissions that are filed anew.

use std::fs;
use std::path::{Path, PathBuf};

use gouji::model::CellRef;
use serde_json::Value;

use crate::support::program::gouji;
use crate::support::tree::{root, sample};
use crate::support::typing::Desk;

const SHEET: &str = "反馈单";

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let office = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir_all(office.path("filed")).unwrap();
        fs::copy(sample("2024/shuangpai-2024.xlsx"), office.path("filed/shuangpai.xlsx")).unwrap();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        text(&self.path(name))
    }

    /// Sends the list and gives it to be filled in.
    fn sent(&self) -> Desk {
        let ended = gouji(["query", &self.name("filed"), "-o", &self.name("sent")]);
        assert_eq!(ended.code, 0, "{}", ended.said());
        Desk::open(&self.path("sent/反馈单-双牌县社会保险服务中心-2024.xlsx"))
    }

    fn read(&self, paths: &[&str]) -> (i32, Value) {
        let back = self.name("back");
        let ended = gouji([&["query", "--read", back.as_str()][..], paths, &["--format", "json"]].concat());
        (ended.code, ended.json())
    }
}

fn states(read: &Value, code: &str) -> Vec<String> {
    let questions = read["lists"][0]["questions"].as_array().expect("questions");
    let own = questions.iter().filter(|one| one["code"] == code);
    own.map(|one| one["state"].as_str().expect("a state").to_owned()).collect()
}

#[test]
fn replies_close_reopen_and_are_missed() {
    let office = Office::new();
    let mut desk = office.sent();
    let rows = desk.rows(SHEET, "扣分未填原因");
    assert_eq!(rows.len(), 4);
    desk.type_in(SHEET, rows[0], "单位意见", "属实，年度考核统一扣分");
    desk.type_in(SHEET, rows[1], "单位意见", "属实");
    desk.type_in(SHEET, rows[2], "单位意见", "属实，已更正");
    desk.type_in(SHEET, desk.rows(SHEET, "执行数与决算数一致")[0], "单位意见", "口径不同，数字无误");
    let changed = desk.column(SHEET, "有关数字");
    desk.set(SHEET, gouji::model::CellRef::new(rows[3], changed), "得分 10分");
    let sign = desk.rows(SHEET, "填报人：")[0];
    desk.set(SHEET, gouji::model::CellRef::new(sign, 3), "王××");
    desk.save(&office.path("back/reply.xlsx"));

    let expected = ["closed", "no-reason", "promised", "not-answered"];
    let (code, alone) = office.read(&[]);
    assert_eq!((code, states(&alone, "GJ613")), (1, expected.map(str::to_owned).to_vec()));
    assert_eq!(states(&alone, "GJ301"), ["open"], "a balance is never explained");
    assert_eq!((alone["lists"][0]["who"].as_str(), alone["summary"]["altered"].as_u64()), (Some("王××"), Some(1)));
    let altered = alone["lists"][0]["questions"].as_array().unwrap().iter().find(|one| one["altered"][0].is_string());
    let said = altered.unwrap()["altered"][0].as_str().unwrap();
    assert!(said.contains("“有关数字”被改动") && said.contains("得分 10分"), "{said}");

    // Held against the filing it says the same; where the figure moves the question is open again, where it was mended
    // it is resolved.
    let filed = office.name("filed");
    assert_eq!(states(&office.read(&[&filed]).1, "GJ613"), expected);
    let (sheet, scores) = ("附件3", ["H15", "H16"]);
    let mut workbook = Desk::open(&office.path("filed/shuangpai.xlsx"));
    workbook.set(sheet, scores[0].parse().unwrap(), "8.5");
    workbook.set(sheet, scores[1].parse().unwrap(), "10");
    workbook.save(&office.path("filed/shuangpai.xlsx"));
    let (_, now) = office.read(&[&filed]);
    assert_eq!(states(&now, "GJ613"), ["reopened", "resolved", "promised", "not-answered"]);
    let why = now["lists"][0]["questions"].as_array().unwrap().iter().find(|one| one["state"] == "reopened").unwrap();
    assert!(why["why"].as_str().unwrap().contains("原9分，现8.5分"), "{why}");

    // A list is no submission, wherever it lies; and its replies are explanations.
    let back = office.name("back");
    let ended = gouji(["check", &filed, &back]);
    assert!(ended.out.contains("不再核对"), "{}", ended.out);
    let run = gouji(["check", &filed, "--explanations", &back, "--format", "json"]).json();
    let stale = run["findings"].as_array().unwrap().iter().filter(|one| one["explanation"]["state"] == "stale").count();
    assert_eq!(stale, 1);
}

#[test]
fn what_another_program_saved_is_read_as_well() {
    // Saved by openpyxl: shared strings, its own styles, the hidden sheet kept.
    let saved = root().join("docs/guide/example/season/回复");
    let read = gouji(["query", "--read", &text(&saved), "--format", "json"]).json();
    assert_eq!(read["summary"]["altered"], 0);
    assert_eq!((&read["summary"]["closed"], &read["summary"]["promised"]), (&1.into(), &1.into()));
    assert_eq!(read["lists"][0]["when"], "2025-06-27");
}

#[test]
fn what_is_no_list_is_said() {
    let ended = gouji(["query", "--read", "samples/2024"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("没有读到反馈单"), "{}", ended.err);
    assert_eq!(gouji(["query", "samples/2024"]).code, 2, "neither -o nor --read");
    let nothing = tempfile::tempdir().unwrap();
    let ended = gouji(["query", "samples/ties", "-o", &text(nothing.path())]);
    assert!(ended.code == 0 && ended.out.contains("不发反馈单"), "{}", ended.said());
}

#[test]
fn a_new_filing_is_lined_up_with_the_old() {
    let refiled = text(&root().join("docs/guide/example/season/重报"));
    let ended = gouji(["resubmit", &refiled, "--old", "samples/2024", "--format", "json"]);
    let pair = &ended.json()["submissions"][0];
    assert_eq!(ended.code, 1);
    let sheets = pair["sheets"].as_array().unwrap();
    let changes: Vec<(&str, &str)> = sheets
        .iter()
        .flat_map(|sheet| sheet["changes"].as_array().unwrap())
        .map(|one| (one["new"].as_str().unwrap(), one["asked"].as_str().unwrap()))
        .collect();
    assert_eq!(changes, [("F8", "no"), ("F5", "finding")]);
    let renamed: Vec<&str> =
        sheets.iter().filter(|one| one["renamed"] == true).map(|one| one["old"]["sheet"].as_str().unwrap()).collect();
    assert_eq!(renamed, ["附件3 整体支出自评表"]);
    let codes = |what: &str| -> Vec<String> {
        let all = pair["findings"][what].as_array().unwrap();
        all.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes("went"), ["GJ301"]);
    assert!(codes("stayed").contains(&"GJ302".to_owned()) && codes("came").contains(&"GJ206".to_owned()));
    assert_eq!(pair["quiet"], 1);
}

#[test]
fn names_of_a_roster_stay_masked_in_what_changed() {
    let office = Office::new();
    let mut desk = Desk::open(&office.path("filed/shuangpai.xlsx"));
    let at = CellRef::new(3, 1);
    desk.set("附件6", at, "王小芳");
    desk.save(&office.path("old/a.xlsx"));
    desk.set("附件6", at, "赵一鸣");
    desk.save(&office.path("new/a.xlsx"));
    let (old, new) = (text(&office.path("old")), text(&office.path("new")));
    for format in ["text", "json"] {
        let run = |more: &[&str]| gouji([&["resubmit", &new, "--old", &old, "--format", format], more].concat()).out;
        let masked = run(&[]);
        assert!(!masked.contains("小芳") && !masked.contains("一鸣") && masked.contains("赵×"), "{masked}");
        assert!(run(&["--show-personal"]).contains("赵一鸣"));
    }
}

#[test]
fn the_same_filing_twice_has_no_change() {
    let ended = gouji(["diff", "samples/ties", "--old", "samples/ties", "--lang", "en"]);
    assert_eq!(ended.code, 0, "{}", ended.said());
    assert!(ended.out.contains("Nothing was changed."), "{}", ended.out);
    let ended = gouji(["resubmit", "samples/ties", "--old", "samples/2024"]);
    assert!(ended.code == 2 && ended.err.contains("没有同一单位"), "{}", ended.said());
}

/// Where one file of two is filed anew, nothing of the other counts as mended.
#[test]
fn what_was_not_filed_anew_is_not_called_gone() {
    for (file, went, not_judged) in [("yunling-fault-2024-1.xlsx", 0, 0), ("yunling-fault-2024-2.xlsx", 0, 3)] {
        let new = tempfile::tempdir().expect("a folder");
        fs::copy(sample("layouts-fault").join(file), new.path().join(file)).unwrap();
        let ended = gouji(["resubmit", &text(new.path()), "--old", "samples/layouts-fault", "--format", "json"]);
        let findings = &ended.json()["submissions"][0]["findings"];
        let count = |what: &str| findings[what].as_array().unwrap().len();
        assert_eq!((count("went"), count("not_judged")), (went, not_judged), "{file}");
    }
}
