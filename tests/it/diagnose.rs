//! Which cell is wrong, why, and what it probably should be: on published, fictional and planted submissions.

use serde_json::Value;

use crate::support::package::parts;
use crate::support::program::{check_json, files_below, gouji};
use crate::support::tree::root;

/// The causes of every finding of some codes: `GJ301 total-in-part F6 266.73 1/1/0`.
fn causes(run: &Value, codes: &[&str]) -> Vec<String> {
    let findings = run["findings"].as_array().expect("findings");
    let asked = findings.iter().filter(|one| codes.iter().any(|code| one["code"] == *code));
    asked
        .flat_map(|one| {
            let code = one["code"].as_str().unwrap_or_default();
            one["causes"].as_array().expect("causes").iter().map(move |cause| {
                let text = |key: &str| cause[key].as_str().unwrap_or_default();
                let (repairs, of, breaks) = (&cause["repairs"], &cause["of"], &cause["breaks"]);
                format!("{code} {} {} {} {repairs}/{of}/{breaks}", text("cause"), text("cell"), text("proposed"))
            })
        })
        .collect()
}

fn likely(run: &Value, code: &str) -> String {
    let findings = run["findings"].as_array().expect("findings");
    let one = findings.iter().find(|one| one["code"] == code).expect("the finding is there");
    one["likely"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_published_submission_names_the_total_typed_in_the_basic_row() {
    let run = check_json(&["samples/2024", "--prior", "samples/2023"]).json();
    assert_eq!(causes(&run, &["GJ301"]), ["GJ301 total-in-part F6 266.73 1/1/0"]);
    let transposed = ["transposed D6 266.93 2/3/0", "total-in-part D6 266.93 2/3/0"];
    for code in ["GJ302", "GJ303"] {
        let expected = transposed.map(|cause| format!("{code} {cause}"));
        assert_eq!(causes(&run, &[code]), expected);
    }
    assert_eq!(
        likely(&run, "GJ301"),
        "附件2 F6“部门基本支出·本年决算数”疑为266.73：误将合计填入部门基本支出；改后2处勾稽全部相符"
    );
    let cells = |code: &str| {
        let findings = run["findings"].as_array().expect("findings");
        let one = findings.iter().find(|one| one["code"] == code).expect("the finding is there");
        let suspects = one["cells"].as_array().expect("cells").iter().filter(|cell| cell["suspect"] == true);
        let said = suspects.map(|cell| format!("{} {}", cell["cell"], cell["proposed"]));
        said.collect::<Vec<String>>()
    };
    assert_eq!(cells("GJ301"), ["\"F6\" \"266.73\""]);
    assert_eq!(cells("GJ302"), ["\"D6\" \"266.93\""]);
}

#[test]
fn a_planted_transposition_is_named_in_a_layout_of_its_own() {
    let run = check_json(&["samples/layouts-fault"]).json();
    assert_eq!(causes(&run, &["GJ203"]), ["GJ203 transposed E18 10236 1/1/0"]);
}

#[test]
fn nothing_is_named_where_every_tie_holds() {
    for folder in ["samples/ties", "samples/layouts"] {
        let run = check_json(&[folder]).json();
        let named =
            run["findings"].as_array().expect("findings").iter().filter(|one| one["causes"] != Value::Array(vec![]));
        assert_eq!(named.count(), 0, "{folder}");
    }
}

#[test]
fn what_if_shows_the_ties_that_turn_and_writes_nothing() {
    let before = files_below(&root().join("samples/2024"));
    let asked = |args: &[&str]| gouji(["check", "samples/2024/shuangpai-2024.xlsx"].iter().chain(args));
    let ended =
        asked(&["--what-if", "附件2!F6=266.73", "--what-if", "附件2 基础数据表!D6=2669300元", "--format", "json"]);
    let run = ended.json();
    let turned: Vec<&str> = run["ties"]
        .as_array()
        .expect("ties")
        .iter()
        .filter(|tie| tie["turn"] == "holds")
        .filter_map(|tie| tie["code"].as_str())
        .collect();
    assert_eq!(turned, ["GJ301", "GJ302", "GJ303"]);
    assert_eq!((run["summary"]["breaks"].as_u64(), run["changes"][1]["to"].as_str()), (Some(0), Some("266.93")));
    assert_eq!(files_below(&root().join("samples/2024")), before);
    let page = asked(&["--what-if", "shuangpai-2024.xlsx!附件2!F6=266.73", "--lang", "en"]);
    assert!(
        page.out.contains("failed, and would hold: 1") && page.out.contains("held, and would fail: 0"),
        "{}",
        page.out
    );
    // The total changed instead: its rate no longer holds.
    let worse = asked(&["--what-if", "附件3!F5=283.87"]);
    assert!(worse.out.contains("原来相符，改后不平：") && worse.out.contains("GJ206"), "{}", worse.out);
    for (wrong, said) in [
        ("附件2!F6", "附件2!F6=266.73"),
        ("附件9!F6=1", "附件6"),
        ("附件2!Z9=1", "F6"),
        ("附件2!F6=约三百", "附件2!F6=266.73"),
    ] {
        let ended = asked(&["--what-if", wrong]);
        assert!(ended.code == 2 && ended.err.contains(said), "{wrong}: {}", ended.said());
    }
    let twice = asked(&["--what-if", "附件2!F6=1", "--what-if", "附件2 基础数据表!F6=2"]);
    assert!(twice.code == 2 && twice.err.contains("给了两次"), "{}", twice.said());
    let ended = asked(&["--what-if", "附件2!F6=1", "--format", "html"]);
    assert!(ended.code == 2 && ended.err.contains("JSON"), "{}", ended.said());
    let ended = asked(&["--what-if", "附件2!F6=266.73", "-o", "nowhere"]);
    assert!(ended.code == 2 && !root().join("nowhere").exists(), "{}", ended.said());
}

#[test]
fn the_cell_that_is_probably_wrong_says_so_in_its_own_note() {
    let out = tempfile::tempdir().expect("a folder");
    gouji(["check", "samples/2024", "-o", &out.path().to_string_lossy()]);
    let bytes = std::fs::read(out.path().join("shuangpai-2024.annotated.xlsx")).expect("it was written");
    let all = parts(&bytes).into_iter().filter(|(name, _)| name.contains("comments"));
    let notes: String = all.map(|(_, bytes)| String::from_utf8(bytes).expect("UTF-8")).collect();
    let note = |at: &str, holds: &str| {
        let all = notes.split("<comment ").filter(|one| one.contains(&format!("ref=\"{at}\"")));
        all.filter(|one| one.contains(holds)).any(|one| one.contains("疑为266.73"))
    };
    assert!(note("F5", "应为 283.87万元") && note("F6", "说明见 附件3 整体支出自评表!F5"), "{notes}");
}
