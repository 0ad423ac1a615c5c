//! One finding through a whole season: found, explained in the sheet, stale, asked, answered, carried into the next year.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::program::{Ended, gouji};
use crate::support::tree::sample;
use crate::support::typing::Desk;

const UNIT: &str = "双牌县社会保险服务中心";

/// A desk with the published submission on it, and last year's.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().expect("a folder"));
        for (from, to) in [("2024/shuangpai-2024.xlsx", "now/a.xlsx"), ("2023/shuangpai-2023.xlsx", "before/a.xlsx")] {
            fs::create_dir_all(office.path(to).parent().unwrap()).unwrap();
            fs::copy(sample(from), office.path(to)).unwrap();
        }
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, command: &str, args: &[&str]) -> Ended {
        // A path of this desk is told from a word by its slash.
        let place = |arg: &&str| if arg.contains('/') { text(&self.path(arg)) } else { (*arg).to_owned() };
        gouji(std::iter::once(command.to_owned()).chain(args.iter().map(place)))
    }

    fn check(&self, args: &[&str]) -> Value {
        self.run("check", &[&["now/", "--prior", "before/", "--format", "json"], args].concat()).json()
    }

    fn desk(&self, name: &str) -> Desk {
        Desk::open(&self.path(name))
    }

    fn retype(&self, name: &str, sheet: &str, cell: &str, figure: &str) {
        let mut desk = self.desk(name);
        desk.set(sheet, cell.parse().unwrap(), figure);
        desk.save(&self.path(name));
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The finding of a code at a cell.
fn found<'v>(run: &'v Value, code: &str, cell: &str) -> &'v Value {
    let all = run["findings"].as_array().expect("findings");
    let here = |one: &&Value| one["code"] == code && one["cells"][0]["cell"] == cell;
    all.iter().find(here).unwrap_or_else(|| panic!("no {code} at {cell}"))
}

#[test]
fn words_follow_a_finding_from_the_first_check_to_the_next_year() {
    let office = Office::new();
    let first = office.run("check", &["now/", "--prior", "before/", "-o", "first/"]);
    assert_eq!(first.code, 1, "{}", first.said());

    // Explained in the sheet: the one to be verified, and a balance, which no words close.
    let mut desk = office.desk("first/a.annotated.xlsx");
    for (code, place) in [("GJ613", "I15"), ("GJ301", "F5")] {
        let row = *desk.rows("勾稽结果", code).iter().find(|row| desk.rows("勾稽结果", place).contains(row)).unwrap();
        for (heading, words) in
            [("审核说明", "年度考核统一扣分"), ("说明人", "李××"), ("有效期至", "2026-12-31"), ("跨年沿用", "沿用")]
        {
            desk.type_in("勾稽结果", row, heading, words);
        }
    }
    desk.save(&office.path("said/a.xlsx"));
    let run = office.check(&["--explanations", "said/"]);
    assert_eq!(found(&run, "GJ613", "I15")["closed"], true);
    let balance = found(&run, "GJ301", "F5");
    assert_eq!((&balance["closed"], balance["explanation"]["state"].as_str()), (&false.into(), Some("not-accepted")));

    // A figure moves: the words are stale, and the old and the new one are said.
    office.retype("now/a.xlsx", "附件3", "H15", "8.5");
    let stale = office.run("check", &["now/", "--prior", "before/", "--explanations", "said/"]);
    assert!(
        stale.out.contains("说明失效") && stale.out.contains("9分") && stale.out.contains("8.5分"),
        "{}",
        stale.out
    );
    assert_eq!(found(&office.check(&["--explanations", "said/"]), "GJ613", "I15")["closed"], false);

    // It is asked for again, with the figures of today; what else is closed is not.
    let sent = office.run("query", &["now/", "--prior", "before/", "--explanations", "said/", "-o", "sent/"]);
    assert_eq!(sent.code, 0, "{}", sent.said());
    let mut list = office.desk(&format!("sent/反馈单-{UNIT}-2024.xlsx"));
    let row = *list.rows("反馈单", "I15").first().expect("the stale one is asked");
    list.type_in("反馈单", row, "单位意见", "按第二次考核结果扣1.5分");
    list.save(&office.path("back/reply.xlsx"));
    let read = office.run("query", &["--read", "back/", "now/", "--prior", "before/", "--format", "json"]).json();
    let answered = read["lists"][0]["questions"].as_array().unwrap().iter().find(|one| one["reply"] != "").unwrap();
    assert_eq!((answered["code"].as_str(), answered["state"].as_str()), (Some("GJ613"), Some("closed")));
    let silent = read["summary"]["not-answered"].as_u64().unwrap();
    assert_eq!(silent + 1, read["lists"][0]["questions"].as_array().unwrap().len() as u64);

    // Both together: the later words, for today's figures, count; until they expire.
    let both = ["--explanations", "said/", "back/"];
    assert_eq!(found(&office.check(&both), "GJ613", "I15")["explanation"]["reason"], "按第二次考核结果扣1.5分");
    let late = office.check(&["--explanations", "said/", "--date", "2027-01-01"]);
    let expired = found(&late, "GJ613", "I15");
    assert_eq!((&expired["closed"], expired["explanation"]["state"].as_str()), (&false.into(), Some("expired")));

    // The next year: the score is the old one again, and the words say that they carry on.
    office.retype("now/a.xlsx", "附件3", "H15", "9");
    let next = office.check(&["--year", "2025", "--explanations", "said/"]);
    let carried = found(&next, "GJ613", "I15");
    assert_eq!((&carried["closed"], &carried["explanation"]["year"]), (&true.into(), &2024.into()));

    // Mended, there is nothing left to explain, and that is said.
    office.retype("now/a.xlsx", "附件3", "H15", "10");
    let mended = office.check(&["--explanations", "said/"]);
    let unused: Vec<&str> =
        mended["unused_explanations"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(unused, ["这个问题已不存在，说明不再需要"]);
}

#[test]
fn what_looks_back_is_not_gone_where_last_year_is_missing() {
    let office = Office::new();
    let with_prior = office.run("check", &["now/", "--prior", "before/", "--format", "json"]);
    fs::write(office.path("run.json"), &with_prior.out).unwrap();
    let run = with_prior.json();
    let looks_back = |code: &str| run["findings"].as_array().unwrap().iter().filter(|one| one["code"] == code).count();
    assert_eq!((looks_back("GJ405"), looks_back("GJ402"), looks_back("GJ413")), (1, 1, 2));
    let alone =
        office.run("check", &["now/", "--baseline", &text(&office.path("run.json")), "--format", "json"]).json();
    assert_eq!((alone["baseline"]["resolved"].as_u64(), alone["baseline"]["not_checked"].as_u64()), (Some(0), Some(3)));

    let sent = office.run("query", &["now/", "--prior", "before/", "-o", "sent/"]);
    assert_eq!(sent.code, 0, "{}", sent.said());
    let list = office.desk(&format!("sent/反馈单-{UNIT}-2024.xlsx"));
    list.save(&office.path("back/reply.xlsx"));
    let state = |args: &[&str]| {
        let read = office.run("query", &[&["--read", "back/", "now/", "--format", "json"], args].concat()).json();
        let questions = read["lists"][0]["questions"].as_array().unwrap().clone();
        let one = questions.into_iter().find(|one| one["code"] == "GJ405").unwrap();
        (one["state"].as_str().unwrap().to_owned(), one["why"].as_str().unwrap_or_default().to_owned())
    };
    let (name, why) = state(&[]);
    assert!(name == "not-checked" && why.contains("--prior"), "{name}: {why}");
    assert_eq!(state(&["--prior", "before/"]).0, "not-answered");
    let (name, why) = state(&["--prior", "before/", "--ignore", "GJ405"]);
    assert!(name == "not-checked" && why.contains("没有用这条公式"), "{name}: {why}");
}

#[test]
fn a_list_asks_only_of_the_rules_that_were_chosen() {
    let office = Office::new();
    let written = office
        .run("query", &["now/", "--select", "GJ301,GJ613", "--ignore", "GJ301", "-o", "sent/", "--format", "json"]);
    assert_eq!(written.json()["lists"][0]["questions"], 4, "{}", written.said());
    let refused = office.run("query", &["now/", "--select", "GJ999", "-o", "sent/"]);
    assert!(refused.code == 2 && refused.err.contains("GJ999"), "{}", refused.said());
    let again = |args: &[&str]| {
        let ended = office.run("resubmit", &[&["now/", "--old", "now/", "--format", "json"], args].concat());
        ended.json()["submissions"][0]["findings"]["stayed"].as_array().unwrap().len()
    };
    assert_eq!(again(&["--select", "GJ405"]), 0, "nothing to look back at");
    assert_eq!(again(&["--select", "GJ405", "--prior", "before/"]), 1);
}
