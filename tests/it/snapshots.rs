//! Both emitters over one canned run, in both languages.

use std::sync::OnceLock;

use gouji::model::{CellRef, Lang};
use gouji::reconcile::Run;
use gouji::report::text::Colour;
use gouji::report::{Problem, Report, json, text};

use crate::specs::base;
use crate::support::pipeline::{filed, forms, pack, submissions, tie};

/// The base submission with one error, one warning, one note and one tail.
fn canned() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let mut grids = base("本年");
        let changes =
            [("附件2", "D11", "5.54"), ("附件2", "C8", "'　8.25　"), ("附件3", "I15", ""), ("附件4甲", "B4", "30万元")];
        for (sheet, cell, typed) in changes {
            let grid = grids.iter_mut().find(|grid| grid.name == sheet).expect("the sheet is there");
            let cell: CellRef = cell.parse().expect("an address");
            grid.set(cell, typed);
        }
        let sheets: Vec<_> = grids.iter().map(crate::support::grid::Grid::sheet).collect();
        tie(submissions(vec![filed("报送件.xlsx", &sheets)]), Vec::new())
    })
}

fn problems() -> Vec<Problem> {
    let words = gouji::model::Words::new("文件是空的。", "the file is empty.");
    vec![Problem { file: "空.xlsx".into(), words, failed: true }]
}

fn with_report<T>(lang: Lang, show: impl FnOnce(&Report<'_>) -> T) -> T {
    let problems = problems();
    show(&Report { run: canned(), forms: forms(), pack: pack(), lang, show_personal: false, problems: &problems })
}

fn page(lang: Lang) -> String {
    with_report(lang, |report| text::render(report, Colour(false)))
}

/// The JSON without what changes with every release.
fn object(lang: Lang) -> String {
    with_report(lang, |report| {
        let mut object = serde_json::to_value(json::RunJson { report, ledger: false }).unwrap();
        object["tool"]["version"] = "…".into();
        object["tool"]["rules_sha256"] = "…".into();
        serde_json::to_string_pretty(&object).expect("JSON")
    })
}

#[test]
fn the_text_report_in_chinese() {
    insta::assert_snapshot!(page(Lang::Zh));
}

#[test]
fn the_text_report_in_english() {
    insta::assert_snapshot!(page(Lang::En));
}

#[test]
fn the_json_in_chinese() {
    insta::assert_snapshot!(object(Lang::Zh));
}

#[test]
fn the_json_in_english() {
    insta::assert_snapshot!(object(Lang::En));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = page(Lang::Zh);
    let coloured = with_report(Lang::Zh, |report| text::render(report, Colour(true)));
    let mut stripped = String::new();
    let mut inside = false;
    for c in coloured.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            c if !inside => stripped.push(c),
            _ => {}
        }
    }
    assert_eq!(stripped, plain);
    assert_ne!(coloured, plain);
}
