//! Year over year through the public doors: what changed, what needs a reason, and what is said of it.

use gouji::compare::{Comparison, Limits, Row, Source, compare};
use gouji::facts::{Aliases, Submission};
use gouji::forms::declare::Stage;
use gouji::years::{LineHow, pair};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::layouts::at;
use crate::specs::base;
use crate::support::grid::Grid;
use crate::support::pipeline::{filed, forms, submissions};
use crate::support::program::gouji;

fn read(mut grids: Vec<Grid>, file: &str, changes: &[(&str, &str, &str)]) -> Vec<Submission> {
    for (sheet, cell, typed) in changes {
        grids.iter_mut().find(|grid| grid.name == *sheet).expect("the base has it").set(at(cell), typed);
    }
    let sheets: Vec<_> = grids.iter().map(Grid::sheet).collect();
    submissions(vec![filed(file, &sheets)])
}

type Changes<'c> = &'c [(&'c str, &'c str, &'c str)];

fn compared(now: Changes<'_>, before: Option<Changes<'_>>, limits: Limits) -> Comparison {
    let now = read(base("本年"), "今年.xlsx", now);
    let priors = before.map(|changes| read(base("上年"), "上年.xlsx", changes)).unwrap_or_default();
    let pairing = pair(&now, &priors, forms(), &Aliases::default());
    compare(&now, &priors, &pairing, forms(), limits)
}

fn row<'c>(comparison: &'c Comparison, line: &str, stage: Stage) -> &'c Row {
    let rows = comparison.units[0].rows.iter();
    let mut found = rows.filter(|row| &*row.line == line && row.stage == Some(stage) && row.project.is_none());
    found.next().unwrap_or_else(|| panic!("{line} {stage:?} is compared"))
}

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn changes_are_exact_and_name_both_cells() {
    let comparison = compared(&[], Some(&[]), Limits::default());
    let basic = row(&comparison, "部门基本支出", Stage::Outturn);
    assert_eq!((basic.change, basic.rate), (Some(d("7.90")), Some(d("3.94"))));
    let (now, last) = (basic.now.as_ref().unwrap(), basic.last.as_ref().unwrap());
    assert_eq!((&*now.file, now.cell, &*last.file, last.cell), ("今年.xlsx", at("D6"), "上年.xlsx", at("D6")));
    assert!(!basic.crossed);
    let budget = row(&comparison, "部门基本支出", Stage::Budget);
    assert_eq!(budget.change, Some(d("9.00")));
    let whole = comparison.units[0].whole().expect("the fund total");
    assert_eq!((whole.rate, whole.difference), (Some(d("98.93")), Some(d("-2.80"))));
}

#[test]
fn a_change_beyond_both_limits_needs_a_reason() {
    let change = [("附件2", "D7", "24.00")];
    let limits = |rate: &str, amount: &str| Limits { rate: d(rate), amount: d(amount) };
    let asked = |limits, now: Changes<'_>| {
        let comparison = compared(now, Some(&[]), limits);
        let public = row(&comparison, "公用经费", Stage::Outturn);
        (public.crossed, public.reason.is_some())
    };
    // 30.05 → 24.00 is −6.05万元, −20.13 %.
    assert_eq!(asked(Limits::default(), &change), (true, false));
    assert_eq!(asked(limits("20.13", "0.5"), &change), (false, false));
    assert_eq!(asked(limits("20", "6.05"), &change), (false, false));
    assert_eq!(asked(limits("20", "6.04"), &change), (true, false));
    let told = [change[0], ("附件1", "A13", "公用经费比上年减少6.05万元，主要是闭馆期间停用空调。")];
    assert_eq!(asked(Limits::default(), &told), (true, true));
}

#[test]
fn without_a_prior_the_form_s_own_column_serves() {
    let comparison = compared(&[], None, Limits::default());
    let unit = &comparison.units[0];
    assert!(unit.prior.is_none() && unit.projects.is_empty());
    let basic = row(&comparison, "部门基本支出", Stage::Outturn);
    assert_eq!((basic.change, basic.last.as_ref().unwrap().cell), (Some(d("7.90")), at("B6")));
    assert_eq!(row(&comparison, "部门基本支出", Stage::Budget).change, None);
}

#[test]
fn new_vanished_and_renamed_lines_are_shown() {
    let before = [("附件2", "A19", "2.图书下乡经费"), ("附件2", "A20", "3.古籍修复经费"), ("附件2", "D20", "3.15")];
    let comparison = compared(&[], Some(&before), Limits::default());
    let renamed = row(&comparison, "送书下乡补助", Stage::Outturn);
    assert!(matches!(renamed.how, LineHow::Renamed { carried: true, .. }));
    assert_eq!(renamed.line_before.as_deref(), Some("图书下乡经费"));
    let gone = row(&comparison, "古籍修复经费", Stage::Outturn);
    assert_eq!((gone.how, gone.change, gone.crossed), (LineHow::Dropped, Some(d("-3.15")), true));
    let new = row(&comparison, "政府采购金额", Stage::Outturn);
    // Last year's filing lacks the line; this year's own column says what it was.
    assert_eq!((new.how, new.source, new.change), (LineHow::Added, Source::OwnColumn, Some(d("0.80"))));
    // The base filed a table for one project last year and for two this year.
    let projects = &comparison.units[0].projects;
    assert!(projects.iter().any(|one| one.before.is_none() && one.now.as_deref() == Some("送书下乡补助")));
    assert!(projects.iter().any(|one| one.before.as_deref() == one.now.as_deref()));
}

#[test]
fn three_public_lines_are_told_apart() {
    let comparison = compared(&[], Some(&[]), Limits::default());
    let of = |line: &str| row(&comparison, line, Stage::Outturn).three_public;
    assert!(of("三公经费") && of("公务接待") && of("公务车运行维护"));
    assert!(!of("公用经费") && !of("会议费、培训费") && !of("项目支出小计"));
}

#[test]
fn all_units_together_have_sums_spread_and_outliers() {
    let mut now = Vec::new();
    let mut priors = Vec::new();
    for unit in 0..9 {
        let name = format!("云溪县第{}小学", ["一", "二", "三", "四", "五", "六", "七", "八", "九"][unit]);
        let named = |part: &str| {
            let mut grids = base(part);
            for text in grids.iter_mut().flat_map(|grid| grid.typed.values_mut()) {
                *text = text.replace("云溪县图书服务中心", &name);
            }
            grids
        };
        // Eight units move a little, each otherwise, and the ninth doubles.
        let outturn = if unit == 8 { "400.00".to_owned() } else { format!("20{unit}.55") };
        now.extend(read(named("本年"), &format!("今年{unit}.xlsx"), &[("附件2", "D6", &outturn)]));
        priors.extend(read(named("上年"), &format!("上年{unit}.xlsx"), &[]));
    }
    let pairing = pair(&now, &priors, forms(), &Aliases::default());
    let comparison = compare(&now, &priors, &pairing, forms(), Limits::default());
    let basic = comparison.summary.lines.iter().find(|line| &*line.line == "部门基本支出").unwrap();
    assert_eq!((basic.units, basic.up, basic.same), (9, 8, 1));
    assert_eq!((basic.last, basic.now), (d("1804.95"), d("2032.40")));
    assert_eq!(basic.outliers.iter().map(|(unit, _)| *unit).collect::<Vec<_>>(), [8]);
    let execution = comparison.summary.execution.expect("every unit has a fund table");
    assert_eq!((execution.count, execution.median), (9, d("98.93")));
}

#[test]
fn filings_of_several_years_are_not_added_up() {
    let mut all = read(base("上年"), "上年.xlsx", &[]);
    all.extend(read(base("本年"), "今年.xlsx", &[]));
    let pairing = pair(&all, &[], forms(), &Aliases::default());
    let both = compare(&all, &[], &pairing, forms(), Limits::default());
    let newest = compared(&[], None, Limits::default());
    assert_eq!((both.units.len(), newest.units.len()), (2, 1));
    let sums = |of: &Comparison| {
        let lines = of.summary.lines.iter();
        lines.map(|line| (line.line.to_string(), line.units, line.last, line.now)).collect::<Vec<_>>()
    };
    assert!(sums(&newest).iter().any(|(line, units, ..)| line == "部门基本支出" && *units == 1));
    assert_eq!(sums(&both), sums(&newest));
    let paths = ["samples/2023", "samples/2024"];
    let said = gouji([&["compare"], paths.as_slice()].concat());
    assert!(said.said().contains("不止一个年度；1份不是2024年度的"), "{}", said.said());
}

#[test]
fn the_command_prints_text_and_its_json_contract() {
    let page = gouji(["compare", "samples/2024", "--prior", "samples/2023"]);
    assert_eq!(page.code, 0, "{}", page.said());
    assert!(
        page.out.contains("部门基本支出") && page.out.contains("+23.58") && page.out.contains("需说明"),
        "{}",
        page.out
    );
    let ended = gouji(["compare", "samples/2024", "--prior", "samples/2023", "--format", "json", "--lang", "en"]);
    let object = ended.json();
    assert_eq!(object["schema"], "gouji.compare/1");
    assert_eq!(object["limits"]["rate_percent"], "20");
    let rows = object["units"][0]["rows"].as_array().expect("rows");
    let basic = rows.iter().find(|row| row["line"] == "部门基本支出" && row["measure"] == "本年决算数").unwrap();
    assert_eq!((&basic["change"], &basic["rate_percent"]), (&Value::from("23.58"), &Value::from("9.37")));
    assert_eq!(basic["last"]["cell"], "F6");
    for key in ["form", "annex", "unit", "match", "needs_reason", "reason", "last_from", "three_public"] {
        assert!(basic.get(key).is_some(), "{key}");
    }
    assert!(object["summary"]["lines"].as_array().is_some_and(|lines| !lines.is_empty()));
    let wrong = gouji(["compare", "samples/2024", "--rate", "viel"]);
    assert!(wrong.code == 2 && wrong.err.contains("--rate"), "{}", wrong.said());
    let english = gouji(["compare", "samples/2024", "--lang", "en"]).out;
    assert!(!english.contains("需说明") && !english.contains("报送件"), "{english}");
}
