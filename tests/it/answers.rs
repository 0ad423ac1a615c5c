//! What people say of findings: explained in the sheet, read back, gone stale; an earlier run held against a new one.

use std::fs;
use std::path::Path;

use gouji::model::CellRef;
use serde_json::Value;

use crate::support::program::{Ended, gouji};
use crate::support::tree::sample;
use crate::support::typing::Desk;

const LIST: &str = "勾稽结果";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn check(args: &[&str]) -> Ended {
    gouji(["check"].iter().chain(args))
}

fn json(args: &[&str]) -> Value {
    check(&[args, &["--format", "json"]].concat()).json()
}

fn findings<'v>(run: &'v Value, code: &str) -> Vec<&'v Value> {
    run["findings"].as_array().expect("findings").iter().filter(|one| one["code"] == code).collect()
}

fn states<'v>(run: &'v Value, code: &str) -> Vec<&'v str> {
    findings(run, code).iter().map(|one| one["explanation"]["state"].as_str().unwrap_or("none")).collect()
}

/// The published submission, with points that were taken off without a reason in four rows of its annexes.
struct County {
    folder: tempfile::TempDir,
}

impl County {
    fn new() -> Self {
        let county = Self { folder: folder() };
        fs::create_dir_all(county.path("filed")).unwrap();
        fs::copy(sample("2024/shuangpai-2024.xlsx"), county.path("filed/shuangpai.xlsx")).unwrap();
        county
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        text(&self.path(name))
    }

    /// Checks the filed workbook into a folder and gives the annotated one.
    fn marked(&self, out: &str, more: &[&str]) -> Desk {
        let (filed, out) = (self.name("filed"), self.name(out));
        let ended = check(&[&[filed.as_str(), "-o", &out][..], more].concat());
        assert_eq!(ended.code, 1, "{}", ended.said());
        Desk::open(&Path::new(&out).join("shuangpai.annotated.xlsx"))
    }

    /// Explains every finding of a code in the annotated workbook.
    fn explained(&self, code: &str) {
        let mut desk = self.marked("out", &[]);
        for row in desk.rows(LIST, code) {
            for (heading, words) in [
                ("审核说明", "按考核办法扣分"),
                ("说明人", "李××"),
                ("说明日期", "2025-6-20"),
                ("有效期至", "2025-12-31"),
            ] {
                desk.type_in(LIST, row, heading, words);
            }
        }
        desk.save(&self.path("answers/explained.xlsx"));
    }

    fn run(&self, more: &[&str]) -> Value {
        let (filed, answers) = (self.name("filed"), self.name("answers"));
        json(&[&[filed.as_str(), "--explanations", &answers][..], more].concat())
    }
}

#[test]
fn words_in_the_sheet_close_what_was_to_be_verified() {
    let county = County::new();
    county.explained("GJ613");
    let run = county.run(&[]);
    assert_eq!(states(&run, "GJ613"), ["accepted"; 4]);
    let one = &findings(&run, "GJ613")[0]["explanation"];
    assert_eq!(
        [&one["reason"], &one["who"], &one["when"], &one["expiry"]],
        ["按考核办法扣分", "李××", "2025-06-20", "2025-12-31"]
    );
    let before = json(&[&county.name("filed")]);
    let count = |run: &Value, what: &str| run["summary"][what].as_u64().unwrap();
    assert_eq!((count(&before, "warnings") - count(&run, "warnings"), count(&run, "explained")), (4, 4));
    let page = check(&[&county.name("filed"), "--explanations", &county.name("answers")]);
    assert!(
        page.out.contains("审核说明：按考核办法扣分（李××，2025-06-20）。有效期至2025-12-31，本项已关闭。"),
        "{}",
        page.out
    );
    assert!(page.out.contains("已说明关闭4，失效0"), "{}", page.out);
}

#[test]
fn words_never_close_a_balance() {
    let county = County::new();
    county.explained("GJ301");
    let run = county.run(&[]);
    assert_eq!(states(&run, "GJ301"), ["not-accepted"]);
    let words = findings(&run, "GJ301")[0]["explanation"]["words"].as_str().unwrap().to_owned();
    assert!(words.contains("平衡关系不符，说明不能代替更正"), "{words}");
    assert_eq!(run["summary"]["explained"], 0);
}

#[test]
fn words_expire_on_a_day_that_somebody_names() {
    let county = County::new();
    county.explained("GJ613");
    assert_eq!(states(&county.run(&["--date", "2025-12-31"]), "GJ613"), ["accepted"; 4]);
    let late = county.run(&["--date", "2026-01-01"]);
    assert_eq!(states(&late, "GJ613"), ["expired"; 4]);
    assert!(findings(&late, "GJ613")[0]["explanation"]["words"].as_str().unwrap().contains("按2026-01-01判断"));
}

#[test]
fn words_are_stale_where_a_figure_moved_and_hold_again_when_renewed() {
    let county = County::new();
    county.explained("GJ613");
    let before = county.run(&[]);
    let cell = findings(&before, "GJ613")[0]["cells"][1].clone();
    let (sheet, at) = (cell["sheet"].as_str().unwrap().to_owned(), cell["cell"].as_str().unwrap().to_owned());
    let mut filed = Desk::open(&county.path("filed/shuangpai.xlsx"));
    filed.set(&sheet, at.parse().unwrap(), "8.5");
    filed.save(&county.path("filed/shuangpai.xlsx"));

    let run = county.run(&[]);
    let stale: Vec<&Value> =
        findings(&run, "GJ613").into_iter().filter(|one| one["explanation"]["state"] == "stale").collect();
    assert_eq!(stale.len(), 1, "{:?}", states(&run, "GJ613"));
    let moved = &stale[0]["explanation"]["moved"][0];
    assert_eq!(
        (moved["before"].as_str(), moved["now"].as_str()),
        (cell["value"].as_str().map(|v| format!("{v}分")).as_deref(), Some("8.5分"))
    );

    // Marked anew, the sheet holds the words still, and they are still those for the old figure.
    let answers = county.name("answers");
    let mut desk = county.marked("again", &["--explanations", &answers]);
    desk.save(&county.path("second/explained.xlsx"));
    let filed = county.name("filed");
    let again = json(&[&filed, "--explanations", &county.name("second")]);
    assert_eq!(states(&again, "GJ613"), states(&run, "GJ613"));

    // Whoever touches the words speaks of the figures beside them.
    let row = desk.rows(LIST, "说明失效").into_iter().find(|row| desk.rows(LIST, "GJ613").contains(row)).unwrap();
    desk.type_in(LIST, row, "说明日期", "2025-07-01");
    desk.save(&county.path("third/explained.xlsx"));
    let renewed = json(&[&filed, "--explanations", &county.name("third")]);
    assert_eq!(states(&renewed, "GJ613"), ["accepted"; 4]);
}

#[test]
fn the_unit_s_opinion_in_the_workpapers_is_read() {
    let county = County::new();
    county.marked("out", &[]);
    let mut papers = Desk::open(&county.path("out/workpapers.xlsx"));
    let rows = papers.rows("问题汇总表", "GJ613");
    papers.type_in("问题汇总表", rows[0], "单位意见", "情况属实，因考核扣分");
    papers.type_in("问题汇总表", rows[1], "单位意见", "属实");
    papers.type_in("问题汇总表", rows[2], "单位意见", "考核扣分");
    papers.type_in("问题汇总表", rows[2], "状态", "不采纳");
    papers.save(&county.path("answers/workpapers.xlsx"));
    let run = county.run(&[]);
    let mut all = states(&run, "GJ613");
    all.sort_unstable();
    assert_eq!(all, ["accepted", "none", "none", "not-accepted"]);
    let one = findings(&run, "GJ613").into_iter().find(|one| one["closed"] == true).unwrap();
    assert_eq!(one["explanation"]["who"], "双牌县社会保险服务中心");
    // The next workpapers show the words again.
    let answers = county.name("answers");
    county.marked("next", &["--explanations", &answers]);
    let next = Desk::open(&county.path("next/workpapers.xlsx"));
    assert_eq!(next.rows("问题汇总表", "情况属实，因考核扣分").len(), 1);
}

#[test]
fn an_officer_s_explanation_is_not_put_into_the_unit_s_mouth_and_is_read_from_the_papers_too() {
    let county = County::new();
    let plain = json(&[&county.name("filed")]);
    let key = findings(&plain, "GJ613")[0]["key"].as_str().unwrap().to_owned();
    fs::create_dir_all(county.path("answers")).unwrap();
    let words = format!("[[explanation]]\nkey = \"{key}\"\nreason = \"因考核扣分，已核实\"\nwho = \"县财政局\"\n");
    fs::write(county.path("answers/words.toml"), words).unwrap();
    let answers = county.name("answers");
    county.marked("out", &["--explanations", &answers]);
    let papers = Desk::open(&county.path("out/workpapers.xlsx"));
    let opinion = papers.column("问题汇总表", "单位意见");
    let book = papers.book();
    let sheet = book.sheets.iter().find(|sheet| sheet.name.contains("问题汇总表")).unwrap();
    let holds = |at: &CellRef| sheet.cells[at].shown.contains("因考核扣分，已核实");
    assert!(sheet.cells.keys().any(|at| at.col < opinion && holds(at)), "the matter says it");
    assert!(!sheet.cells.keys().any(|at| at.col == opinion && holds(at)), "the unit did not say it");
    // Read from the papers alone, it closes the finding again.
    let papers = county.name("out/workpapers.xlsx");
    let run = json(&[&county.name("filed"), "--explanations", &papers]);
    let closed = findings(&run, "GJ613").into_iter().find(|one| one["closed"] == true).expect("closed again");
    assert_eq!(closed["explanation"]["who"], "县财政局");
}

#[test]
fn a_form_to_fill_in_is_read_back_in_all_its_kinds() {
    let county = County::new();
    let filed = county.name("filed");
    for kind in ["csv", "toml", "json"] {
        let file = county.name(&format!("{kind}/words.{kind}"));
        check(&[&filed, "--to-explain", &file]);
        let empty = fs::read_to_string(&file).unwrap();
        let offered = empty.matches("|双牌县社会保险服务中心|2024").count();
        let run = json(&[&filed, "--explanations", &file]);
        assert_eq!(run["summary"]["explained"], 0, "{kind}: nothing is said yet");
        assert!(run["unused_explanations"].as_array().unwrap().is_empty(), "{kind}: {run:#}");
        let mark = |with: &str, words: &str| empty.replace(with, words);
        let filled = match kind {
            "toml" => mark("reason = \"\"", "reason = \"已核实，属政策性支出\""),
            "json" => mark("\"reason\": \"\"", "\"reason\": \"已核实，属政策性支出\""),
            _ => mark(",,,,,,GJ", ",\"已核实，属政策性支出\",,,,,GJ"),
        };
        assert_ne!(filled, empty);
        fs::write(&file, filled).unwrap();
        let run = json(&[&filed, "--explanations", &file]);
        assert_eq!(run["summary"]["explained"].as_u64().unwrap() as usize, offered, "{kind}");
        assert!(offered >= 15, "{kind}: {offered}");
        assert_eq!(run["summary"]["warnings"].as_u64().unwrap(), 0, "{kind}: only errors are open");
    }
}

#[test]
fn what_no_finding_took_is_listed_with_the_reason() {
    let county = County::new();
    let words = [
        "[[explanation]]\nkey = \"GJ613|project-self-evaluation||甲|得分|别的局|2024\"\nreason = \"甲\"",
        "[[explanation]]\nkey = \"GJ613|project-self-evaluation||乙||双牌县社会保险服务中心|2024\"\nreason = \"乙\"",
        "[[explanation]]\nkey = \"GJ613|three-public||乙||双牌县社会保险服务中心|2024\"\nreason = \"乙\"",
        "[[explanation]]\nkey = \"GJ613|x||丙||双牌县社会保险服务中心|2022\"\nreason = \"丙\"",
        "[[explanation]]\nkey = \"GJ613|x||丁||双牌县社会保险服务中心|2024\"\nwho = \"丁\"",
        "[[explanation]]\nreason = \"戊\"",
    ];
    fs::create_dir_all(county.path("answers")).unwrap();
    fs::write(county.path("answers/words.toml"), words.join("\n")).unwrap();
    let run = county.run(&[]);
    let why: Vec<&str> =
        run["unused_explanations"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(
        why,
        [
            "本次没有核对这个单位（别的局）",
            "这个问题已不存在，说明不再需要",
            "本次的文件里没有这张附件，没有核对",
            "2024年没有同样的问题，无须沿用",
            "只填了说明人或有效期，没有写说明"
        ]
    );
    let said = run["problems"].to_string();
    assert!(said.contains("没有“key”"), "{said}");
}

#[test]
fn last_year_s_words_are_offered_and_close_only_where_they_carry_on() {
    let county = County::new();
    let filed = county.name("filed");
    let file = county.name("last/words.toml");
    check(&[&filed, "--to-explain", &file, "--select", "GJ613"]);
    let form = fs::read_to_string(&file).unwrap();
    let said = form.replace("reason = \"\"", "reason = \"长期扣分\"").replace("|2024\"", "|2023\"");
    let states_with = |words: String| {
        fs::write(&file, words).unwrap();
        let run = json(&[&filed, "--explanations", &file]);
        assert!(findings(&run, "GJ613").iter().all(|one| one["explanation"]["year"] == 2023));
        let mut all: Vec<String> = states(&run, "GJ613").into_iter().map(str::to_owned).collect();
        all.dedup();
        all
    };
    assert_eq!(states_with(said.clone()), ["offered"]);
    let carried = said.replace("carry = \"\"", "carry = \"沿用\"");
    assert_eq!(states_with(carried.clone()), ["accepted"]);
    // Every full weight of ten was nine and a half: five percent are not far enough, six are.
    let moved = |carry: &str| {
        said.replace("carry = \"\"", &format!("carry = \"{carry}\"")).replace("\"10\",\"分\"", "\"9.5\",\"分\"")
    };
    assert_ne!(moved("6%"), said.replace("carry = \"\"", "carry = \"6%\""));
    assert!(states_with(moved("5%")).contains(&"stale".to_owned()));
    assert_eq!(states_with(moved("6%")), ["accepted"]);
    assert_eq!(states_with(carried.replace("沿用", "也许")), ["offered"]);
}

#[test]
fn an_earlier_run_tells_new_from_known() {
    let county = County::new();
    let (filed, run) = (county.name("filed"), county.name("run.json"));
    let before = check(&[&filed, "--format", "json"]);
    fs::write(&run, &before.out).unwrap();
    let same = check(&[&filed, "--baseline", &run, "--fail-on", "new"]);
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(same.out.contains("新增0") && same.out.contains("有变动0，已消除0"), "{}", same.out);

    // One figure of a failed balance is another, one balance that held fails, and one is not tried again.
    let mut desk = Desk::open(&county.path("filed/shuangpai.xlsx"));
    desk.set("附件3", "F5".parse().unwrap(), "276.3");
    desk.save(&county.path("filed/shuangpai.xlsx"));
    let after = json(&[&filed, "--baseline", &run, "--ignore", "GJ501"]);
    let changed = findings(&after, "GJ301")[0];
    assert_eq!(changed["baseline"], "changed");
    let moved = changed["moved"].as_array().unwrap();
    assert!(moved.iter().any(|one| one["before"] == "275.3万元" && one["now"] == "276.3万元"), "{moved:?}");
    let baseline = &after["baseline"];
    let lost = before.json()["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "GJ501").count();
    assert_eq!(baseline["not_checked"].as_u64().unwrap() as usize, lost);
    let kinds = |state: &str| {
        after["findings"].as_array().unwrap().iter().filter(|one| one["baseline"] == state).count() as u64
    };
    for state in ["new", "unchanged", "changed"] {
        assert_eq!(baseline[state].as_u64(), Some(kinds(state)), "{state}");
    }
    // What is new here is an error: the rate of execution.
    assert_eq!(findings(&after, "GJ206")[0]["baseline"], "new");
    assert_eq!(check(&[&filed, "--baseline", &run, "--fail-on", "new"]).code, 1);
    assert_eq!(check(&[&filed, "--fail-on", "new"]).code, 2, "new against what");
    assert_eq!(check(&[&filed, "--baseline", &filed]).code, 2);
}

#[test]
fn what_was_read_is_never_written_over() {
    let county = County::new();
    county.marked("out", &[]);
    let (filed, out) = (county.name("filed"), county.name("out"));
    let ended = check(&[&filed, "--explanations", &out, "-o", &out]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("另给一个文件夹"), "{}", ended.err);
}
