//! A county of two hundred units that filed in two years, with errors planted between the years.
//!
//! Every unit files in one of the five layouts; last year's filing is the plain one. Half of the errors are typed into
//! this year's prior-year column, half into last year's outturn; each must be found at its cell, with the other year's
//! cell named, and nothing may be found between the years of a unit that is clean.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use gouji::facts::dataset;
use gouji::facts::{Aliases, Submission, gather};
use gouji::model::{CellRef, Finding, Severity};
use gouji::reconcile::{Run, reconcile};
use gouji::rules::Pack;
use gouji::years::{How, PairNoticeKind};

use crate::layouts::{Dice, LAYOUTS, Laid, Landed, at, slip};
use crate::specs::base;
use crate::support::grid::Grid;
use crate::support::pipeline::{filed, forms, pack, submissions, tie};

const UNITS: usize = 200;
const NAME: &str = "云溪县图书服务中心";
const PLACES: [&str; 20] = [
    "城东", "城西", "城南", "城北", "河口", "白沙", "青山", "石桥", "柳林", "新田", "大塘", "古塔", "花园", "马埠",
    "梅岭", "平安", "泉塘", "太和", "文昌", "永兴",
];
const KINDS: [&str; 10] = [
    "图书服务中心",
    "文化服务中心",
    "水利工程服务站",
    "畜牧水产服务站",
    "森林资源服务站",
    "农机推广服务站",
    "市政设施服务中心",
    "环境卫生服务中心",
    "就业创业服务中心",
    "妇幼保健计划生育服务中心",
];

/// One unit's two years.
struct Unit {
    /// Its name this year.
    now: String,
    /// Its name last year; none where it did not file.
    before: Option<String>,
    laid: Laid,
    prior: Vec<Grid>,
    planted: Option<Planted>,
}

/// An error: where it was typed, and the cell of the other year that it ought to equal.
struct Planted {
    now: Landed,
    before: CellRef,
}

fn name(unit: usize) -> String {
    format!("云溪县{}{}", PLACES[unit % PLACES.len()], KINDS[unit / PLACES.len()])
}

/// Last year's name: mostly the same, sometimes spaced or short, sometimes none at all.
fn name_before(unit: usize) -> Option<String> {
    let name = name(unit);
    match unit % 20 {
        3 => Some(name.replace("云溪县", "云溪县　")),
        7 => Some(name.replacen("服务", "", 1)),
        11 => None,
        _ => Some(name),
    }
}

fn renamed(grids: &[Grid], to: &str) -> Vec<Grid> {
    let mut grids = grids.to_vec();
    for text in grids.iter_mut().flat_map(|grid| grid.typed.values_mut()) {
        *text = text.replace(NAME, to);
    }
    grids
}

fn county() -> Vec<Unit> {
    let (plain, plain_prior) = (base("本年"), base("上年"));
    let mut dice = Dice(20_231_107);
    // Rows of the basic data that hold an amount last year, by the row's number.
    let rows = [6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 19, 20];
    (0..UNITS)
        .map(|unit| {
            let (now, before) = (name(unit), name_before(unit));
            let mut grids = renamed(&plain, &now);
            let mut prior = renamed(&plain_prior, before.as_deref().unwrap_or(&now));
            let row = rows[unit / 2 % rows.len()];
            let (here, there) = (at(&format!("B{row}")), at(&format!("D{row}")));
            let plant = unit % 2 == 1 && before.is_some();
            if plant {
                let (sheets, cell) = if unit % 4 == 1 { (&mut grids, here) } else { (&mut prior, there) };
                let sheet = sheets.iter_mut().find(|sheet| sheet.name == "附件2").expect("the base has it");
                let typed = slip(&sheet.typed[&cell], &mut dice);
                sheet.set(cell, &typed);
            }
            let laid = LAYOUTS[unit % LAYOUTS.len()].1(&grids);
            let now_cell = laid.landed[&("附件2".to_owned(), here)].clone();
            let planted = plant.then_some(Planted { now: now_cell, before: there });
            Unit { now, before, laid, prior, planted }
        })
        .collect()
}

fn file(unit: usize, name: &str) -> String {
    format!("2024/{unit:03}/{name}")
}

fn prior_file(unit: usize) -> String {
    format!("2023/{unit:03}.xlsx")
}

/// Both years as they are gathered.
fn both(county: &[Unit]) -> (Vec<Submission>, Vec<Submission>) {
    let sheets = |grids: &[Grid]| grids.iter().map(Grid::sheet).collect::<Vec<_>>();
    let now = county.iter().enumerate().flat_map(|(unit, one)| {
        one.laid.files.iter().map(move |(name, grids)| filed(&file(unit, name), &sheets(grids)))
    });
    let before = county.iter().enumerate().filter(|(_, one)| one.before.is_some()).map(|(unit, one)| {
        let mut filed = filed(&prior_file(unit), &sheets(&one.prior));
        filed.sha256 = format!("{unit:064x}");
        filed
    });
    (submissions(now.collect()), submissions(before.collect()))
}

/// The whole county, tied once for all tests.
fn tied() -> &'static (Vec<Unit>, Run) {
    static TIED: OnceLock<(Vec<Unit>, Run)> = OnceLock::new();
    TIED.get_or_init(|| {
        let county = county();
        let (now, before) = both(&county);
        let run = tie(now, before);
        (county, run)
    })
}

fn between_years(run: &Run) -> BTreeMap<String, Vec<&Finding>> {
    let mut found: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for (submission, finding) in run.with_submissions().filter(|(_, finding)| finding.code.starts_with("GJ4")) {
        if finding.severity != Severity::Note {
            found.entry(run.submissions[submission].entity.clone()).or_default().push(finding);
        }
    }
    found
}

#[test]
fn every_error_between_years_is_found_in_both_files_and_nothing_else_is() {
    let (county, run) = tied();
    assert_eq!(run.submissions.len(), UNITS);
    let found = between_years(run);
    let mut wrong = Vec::new();
    let mut planted = 0;
    for (unit, one) in county.iter().enumerate() {
        let findings = found.get(&one.now).map(Vec::as_slice).unwrap_or_default();
        let Some(error) = &one.planted else {
            wrong.extend(findings.iter().map(|f| format!("{} is clean: {} {}", one.now, f.code, f.message.zh)));
            continue;
        };
        planted += 1;
        let named = findings.iter().filter(|finding| finding.code == "GJ401").any(|finding| {
            let has =
                |file: &str, cell: CellRef| finding.cells.iter().any(|one| *one.file == *file && one.cell == cell);
            has(&file(unit, &error.now.file), error.now.cell) && has(&prior_file(unit), error.before)
        });
        if !named {
            let raised: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
            wrong.push(format!("{}: the error at {} was not named; raised {raised:?}", one.now, error.now.cell));
        }
    }
    assert!(planted >= 90, "{planted} errors are planted");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn pairs_are_known_or_shown_and_never_guessed() {
    let (county, run) = tied();
    for (at, submission) in run.submissions.iter().enumerate() {
        let unit = county.iter().position(|one| one.now == submission.entity).expect("a unit of the county");
        let shown =
            |kind| run.pairing.notices.iter().any(|notice| notice.kind == kind && notice.submission == Some(at));
        match (unit % 20, run.pairing.pairs[at].map(|pair| pair.how)) {
            (11, None) => assert!(shown(PairNoticeKind::Unpaired), "{} is listed", submission.entity),
            (7, Some(How::Likeness(evidence))) => {
                assert!(evidence.compared >= 10, "{evidence:?}");
                assert!(shown(PairNoticeKind::Likely), "{} is shown", submission.entity);
            }
            (7 | 11, other) => panic!("{}: {other:?}", submission.entity),
            (_, how) => assert_eq!(how, Some(How::Name), "{}", submission.entity),
        }
        if let Some(prior) = run.prior_of(at) {
            assert_eq!(&*prior.files[0].file, prior_file(unit), "{}", submission.entity);
        }
    }
}

#[test]
fn last_year_out_of_the_store_is_last_year_out_of_the_files() {
    let county: Vec<Unit> = county().into_iter().take(24).collect();
    let (now, before) = both(&county);
    let folder = tempfile::tempdir().expect("a folder");
    let shown = |text: &str| text.to_owned();
    let aliases = Aliases::default();
    let store = |these: &[Submission]| dataset::write(folder.path(), these, forms(), &aliases, "", &shown).unwrap();
    let first = store(&before);
    assert_eq!((first.added, first.replaced), (before.len(), 0));
    let again = store(&before[..5]);
    assert_eq!((again.added, again.replaced), (0, 5));
    let mut stored = dataset::read(folder.path(), forms(), &|_| true).unwrap().0;
    stored.sort_by(|a, b| a.files[0].file.cmp(&b.files[0].file));
    let entities = |these: &[Submission]| these.iter().map(|one| one.entity.clone()).collect::<Vec<_>>();
    assert_eq!(entities(&stored), entities(&before));
    for (from_store, from_file) in stored.iter().zip(&before) {
        let figures = |one: &Submission| {
            let all = one.tables.iter().flat_map(|table| table.reading.figures.clone());
            all.map(|f| (f.cell, f.line, f.parent, f.measure, f.value.amount, f.value.unit, f.value.decimals, f.exact))
                .collect::<Vec<_>>()
        };
        assert_eq!(figures(from_store), figures(from_file));
    }
    let (of_files, of_store) = (tie(now.clone(), before), tie(now, stored));
    assert_eq!(of_files.findings, of_store.findings);
    assert!(of_files.findings.iter().any(|finding| finding.code == "GJ401"));
}

#[test]
fn a_corrected_filing_takes_the_place_of_the_first() {
    let county: Vec<Unit> = county().into_iter().take(1).collect();
    let (_, before) = both(&county);
    let folder = tempfile::tempdir().expect("a folder");
    let shown = |text: &str| text.to_owned();
    let aliases = Aliases::new(&[vec![county[0].now.clone(), "云溪县城东图书馆".to_owned()]]);
    let store = |these: &[Submission]| dataset::write(folder.path(), these, forms(), &aliases, "", &shown).unwrap();
    store(&before);
    // Other content under the unit's other name, then the same content under a name of its own.
    let mut corrected = before.clone();
    corrected[0].entity = "云溪县城东图书馆".to_owned();
    corrected[0].files[0].sha256 = "c".repeat(64);
    assert_eq!(store(&corrected).replaced, 1);
    corrected[0].entity = "云溪县河东图书馆".to_owned();
    assert_eq!(store(&corrected).replaced, 1);
    let held = dataset::read(folder.path(), forms(), &|year| year == Some(2023)).unwrap().0;
    assert_eq!(held.iter().map(|one| one.entity.as_str()).collect::<Vec<_>>(), ["云溪县河东图书馆"]);
    assert!(dataset::read(folder.path(), forms(), &|year| year == Some(2022)).unwrap().0.is_empty());
}

/// The Parquet files of a store, by name.
fn tables_below(folder: &std::path::Path) -> Vec<String> {
    let files = crate::support::program::files_below(folder).into_iter().map(|(name, _)| name);
    files.filter(|name| name.ends_with(".parquet")).collect()
}

#[test]
fn one_unreadable_file_leaves_the_rest_of_the_store() {
    let county: Vec<Unit> = county().into_iter().filter(|unit| unit.before.is_some()).take(3).collect();
    let (_, before) = both(&county);
    let folder = tempfile::tempdir().expect("a folder");
    let shown = |text: &str| text.to_owned();
    dataset::write(folder.path(), &before, forms(), &Aliases::default(), "", &shown).unwrap();
    let files = tables_below(folder.path());
    assert_eq!(files.len(), 3);
    std::fs::write(folder.path().join(&files[1]), "PAR1 and no more").unwrap();
    let (held, unreadable) = dataset::read(folder.path(), forms(), &|_| true).unwrap();
    assert_eq!((held.len(), unreadable.len()), (2, 1));
    assert!(unreadable[0].to_string().contains(&files[1]), "{}", unreadable[0]);
}

#[test]
fn writers_of_one_submission_leave_one_of_it() {
    let county: Vec<Unit> = county().into_iter().filter(|unit| unit.before.is_some()).take(1).collect();
    let (_, before) = both(&county);
    let folder = tempfile::tempdir().expect("a folder");
    let shown = |text: &str| text.to_owned();
    std::thread::scope(|scope| {
        for letter in ["a", "b", "c", "d", "e", "f"] {
            let mut own = before.clone();
            own[0].files[0].sha256 = letter.repeat(64);
            let place = folder.path();
            scope.spawn(move || dataset::write(place, &own, forms(), &Aliases::default(), "", &shown).unwrap());
        }
    });
    let files = tables_below(folder.path());
    assert_eq!(files.len(), 1, "{files:?}");
}

#[test]
fn a_prior_of_another_year_is_named() {
    let county: Vec<Unit> = county().into_iter().take(1).collect();
    let (now, _) = both(&county);
    let run = tie(now.clone(), now);
    assert!(run.pairing.pairs[0].is_none());
    let said = run.pairing.notices.iter().find(|notice| notice.kind == PairNoticeKind::Unpaired).expect("said");
    let year = run.submissions[0].year.expect("a year");
    assert!(said.words.zh.contains(&format!("应为{}年度，给出的是{year}年度", year - 1)), "{}", said.words.zh);
    assert!(said.words.en.contains(&format!("should be of {}; the one given is of {year}", year - 1)));
}

#[test]
fn aliases_pair_years_and_gather_files() {
    let text = "[[alias]]\nnames = [\"云溪县图书服务中心\", \"云溪县阅览中心\"]\n";
    let pack = Pack::read(&[("别名.toml".to_owned(), text.to_owned())], forms()).expect("sound");
    let sheets = |grids: &[Grid]| grids.iter().map(Grid::sheet).collect::<Vec<_>>();
    let overrides = gouji::facts::Overrides { aliases: pack.aliases.clone(), ..Default::default() };
    let all = |grids: Vec<Grid>, file: &str| gather(vec![filed(file, &sheets(&grids))], forms(), &overrides);
    let now = all(base("本年"), "2024.xlsx");
    let before = all(renamed(&base("上年"), "云溪县阅览中心"), "2023.xlsx");
    let run = reconcile(now, before, forms(), &pack).unwrap();
    assert_eq!(run.pairing.pairs[0].map(|pair| pair.how), Some(How::Alias));
    let unrelated = tie(run.submissions, run.priors);
    // Without the alias the names are nothing alike; the figures that are carried over speak for the pair.
    assert!(matches!(unrelated.pairing.pairs[0].map(|pair| pair.how), Some(How::Likeness(e)) if e.bears_out()));
    assert_eq!(pack_codes(&pack), pack_codes(self::pack()));
}

fn pack_codes(pack: &Pack) -> Vec<&str> {
    pack.rules.iter().map(|rule| rule.code.as_str()).collect()
}
