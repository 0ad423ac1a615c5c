//! Runs `tests/specs/*.md`: cases that a finance officer can read.
//!
//! A case is a `## ` heading with prose and fenced blocks: `改动` (what differs from the base submission), `公式`
//! (rules of its own, TOML), `上年` (a prior year is given, and what differs in it), `问题` (all findings, exactly),
//! `核对` (what the ledger says of some rules) and `读数` (what some cells were read as). Grids under `### ` headings
//! stand in place of a sheet of the base. `GOUJI_BLESS=1` fills the expected blocks in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use gouji::facts::Submission;
use gouji::model::{CellRange, CellRef, Finding, Verdict};
use gouji::reconcile::outcome::Outcome;
use gouji::reconcile::{Run, reconcile};
use gouji::rules::Pack;

use crate::support::grid::Grid;
use crate::support::pipeline;
use crate::support::tree;

/// A fenced block: its kind, its text, and its lines in the file (from zero, fences left out).
#[derive(Debug, Clone)]
struct Block {
    kind: String,
    lines: Vec<String>,
    from: usize,
}

#[derive(Debug, Clone)]
struct Case {
    file: String,
    line: usize,
    title: String,
    grids: Vec<Grid>,
    blocks: Vec<Block>,
}

/// What one case came to.
struct Done {
    run: usize,
    submissions: std::ops::Range<usize>,
}

const TOPICS: [&str; 10] = [
    "within",
    "between",
    "prior-year",
    "narrative",
    "indicators",
    "units-and-dates",
    "completeness",
    "reading",
    "rounding",
    "three-public",
];

/// Rules of which no case shows that they hold, and why.
const NEVER_HOLDS: [(&str, &str); 3] = [
    ("GJ604", "its condition is that the total leaves execution out, and then it always has something to say"),
    ("GJ730", "it gathers ties that fail, and where none does there is nothing to gather"),
    ("GJ731", "it gathers ties that fail, and where none does there is nothing to gather"),
];

#[test]
fn the_base_submission_raises_nothing() {
    let run = run_all(&[case_of_base()]);
    assert_eq!(findings(&run.0[0], &run.1[0]), Vec::<String>::new());
}

#[test]
fn every_case_finds_what_it_says() {
    let (cases, runs, done) = all();
    let mut wrong = Vec::new();
    for (case, done) in cases.iter().zip(done) {
        wrong.extend(compare(case, &runs[done.run], done));
    }
    if tree::blessing() {
        bless(cases, &wrong);
    } else {
        let report: Vec<String> = wrong.iter().map(|one| one.report.clone()).collect();
        assert!(report.is_empty(), "\n{}\n(GOUJI_BLESS=1 fills in what came out)", report.join("\n"));
    }
}

#[test]
fn every_rule_has_a_case_that_triggers_it_and_one_that_does_not() {
    let (_, runs, done) = all();
    let (mut raised, mut held) = (BTreeSet::new(), BTreeSet::new());
    for done in done {
        let run = &runs[done.run];
        let mine = |submission: &usize| done.submissions.contains(submission);
        let found: BTreeSet<&str> = run
            .with_submissions()
            .filter(|(at, finding)| mine(at) && finding.verdict == Verdict::Unbalanced)
            .map(|(_, finding)| finding.code.as_str())
            .collect();
        for outcome in run.outcomes.iter().filter(|outcome| mine(&outcome.submission)) {
            let Some(rule) = pipeline::pack().rules.get(outcome.rule) else { continue };
            if outcome.verdict == Verdict::Balanced && !found.contains(rule.code.as_str()) {
                held.insert(rule.code.clone());
            }
        }
        raised.extend(found.iter().map(|code| (*code).to_owned()));
    }
    let missing: Vec<String> = pipeline::pack()
        .rules
        .iter()
        .flat_map(|rule| {
            let never = NEVER_HOLDS.iter().any(|(code, _)| *code == rule.code);
            let raised = (!raised.contains(&rule.code)).then(|| format!("{}: no case triggers it", rule.code));
            let held = (!held.contains(&rule.code) && !never).then(|| format!("{}: in no case it holds", rule.code));
            raised.into_iter().chain(held)
        })
        .collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

// ---- running

type All = (Vec<Case>, Vec<Run>, Vec<Done>);

/// Every case with what it came to, run once for all tests.
fn all() -> &'static All {
    static ALL: OnceLock<All> = OnceLock::new();
    ALL.get_or_init(|| {
        let cases: Vec<Case> = TOPICS.iter().flat_map(|topic| read_cases(&format!("tests/specs/{topic}.md"))).collect();
        let (runs, done) = run_all(&cases);
        (cases, runs, done)
    })
}

fn run_all(cases: &[Case]) -> (Vec<Run>, Vec<Done>) {
    // Cases of one pack and no prior year are tied in one go: polars plans once for all.
    let mut together: Vec<Submission> = Vec::new();
    let mut runs = Vec::new();
    let mut done = Vec::new();
    for case in cases {
        let submissions = submissions_of(case);
        let (prior, rule) = (block(case, "上年"), block(case, "公式"));
        if prior.is_none() && rule.is_none() {
            let from = together.len();
            together.extend(submissions);
            done.push(Done { run: 0, submissions: from..together.len() });
            continue;
        }
        let priors = prior.map(|changes| prior_of(case, changes)).unwrap_or_default();
        let count = submissions.len();
        let run = match rule {
            Some(rule) => {
                let file = (case.file.clone(), rule.lines.join("\n"));
                let own = Pack::read(&[file], pipeline::forms())
                    .unwrap_or_else(|e| panic!("{}:{}: {e:?}", case.file, rule.from));
                reconcile(submissions, priors, pipeline::forms(), &own).expect("polars runs the plans")
            }
            None => pipeline::tie(submissions, priors),
        };
        runs.push(run);
        done.push(Done { run: runs.len(), submissions: 0..count });
    }
    runs.insert(0, pipeline::tie(together, Vec::new()));
    (runs, done)
}

fn submissions_of(case: &Case) -> Vec<Submission> {
    let mut grids = base("本年");
    for own in &case.grids {
        match grids.iter_mut().find(|grid| grid.name == own.name) {
            Some(grid) => *grid = own.clone(),
            None => grids.push(own.clone()),
        }
    }
    if let Some(changes) = block(case, "改动") {
        change(&mut grids, case, changes);
    }
    let sheets: Vec<_> = grids.iter().map(Grid::sheet).collect();
    pipeline::submissions(vec![pipeline::filed("报送件.xlsx", &sheets)])
}

fn prior_of(case: &Case, changes: &Block) -> Vec<Submission> {
    let mut grids = base("上年");
    change(&mut grids, case, changes);
    let sheets: Vec<_> = grids.iter().map(Grid::sheet).collect();
    pipeline::submissions(vec![pipeline::filed("上年报送件.xlsx", &sheets)])
}

fn case_of_base() -> Case {
    Case { file: "tests/specs/base.md".into(), line: 1, title: String::new(), grids: Vec::new(), blocks: Vec::new() }
}

fn change(grids: &mut Vec<Grid>, case: &Case, block: &Block) {
    for (at, line) in block.lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        change_line(grids, line.trim())
            .unwrap_or_else(|| panic!("{}:{}: `{line}` is no change", case.file, block.from + at + 1));
    }
}

/// `附件2!D11 = 5.54` · `附件2!D11 =` · `删表 附件6` · `只留 附件2 附件3` · `增表 附件5丙 = 附件5甲` ·
/// `删行 附件2!7` · `插行 附件2!7` · `合并 附件3!B14:B16`
fn change_line(grids: &mut Vec<Grid>, line: &str) -> Option<()> {
    let grid = |grids: &mut Vec<Grid>, name: &str| grids.iter().position(|grid| grid.name == name);
    if let Some(name) = line.strip_prefix("删表 ") {
        let at = grid(grids, name)?;
        grids.remove(at);
    } else if let Some(names) = line.strip_prefix("只留 ") {
        grids.retain(|grid| names.split_whitespace().any(|name| name == grid.name));
    } else if let Some(rest) = line.strip_prefix("增表 ") {
        let (new, old) = rest.split_once(" = ")?;
        let at = grid(grids, old)?;
        let copy = Grid { name: new.to_owned(), ..grids[at].clone() };
        grids.push(copy);
    } else if let Some((word, rest)) =
        ["删行 ", "插行 ", "合并 "].iter().find_map(|word| Some((*word, line.strip_prefix(word)?)))
    {
        let (sheet, place) = rest.split_once('!')?;
        let at = grid(grids, sheet)?;
        match word {
            "删行 " => grids[at].remove_row(place.parse::<u32>().ok()? - 1),
            "插行 " => grids[at].insert_row(place.parse::<u32>().ok()? - 1),
            _ => grids[at].merges.push(place.parse::<CellRange>().ok()?),
        }
    } else {
        let (place, text) = line.split_once('=')?;
        let (sheet, cell) = place.trim().split_once('!')?;
        let at = grid(grids, sheet)?;
        grids[at].set(cell.parse().ok()?, &typed(text));
    }
    Some(())
}

/// What was typed: a line break is written `<br>`; only half-width space at the ends is ours.
fn typed(text: &str) -> String {
    text.trim_matches(' ').replace("<br>", "\n")
}

// ---- comparing

struct Wrong {
    file: String,
    block: Block,
    now: Vec<String>,
    report: String,
}

fn compare(case: &Case, run: &Run, done: &Done) -> Vec<Wrong> {
    assert!(
        case.blocks.iter().any(|block| ["问题", "核对", "读数"].contains(&block.kind.as_str())),
        "{}:{}: the case “{}” expects nothing",
        case.file,
        case.line,
        case.title
    );
    let mut wrong = Vec::new();
    for block in &case.blocks {
        let now = match block.kind.as_str() {
            "问题" => findings(run, done),
            "核对" => ledger(run, done, &block.lines),
            "读数" => figures(run, done, &block.lines),
            _ => continue,
        };
        let then: Vec<String> = block.lines.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
        if now != then {
            let mut report = format!("{}:{}: {}", case.file, block.from, case.title);
            report.extend(then.iter().filter(|line| !now.contains(line)).map(|line| format!("\n  - {line}")));
            report.extend(now.iter().filter(|line| !then.contains(line)).map(|line| format!("\n  + {line}")));
            wrong.push(Wrong { file: case.file.clone(), block: block.clone(), now, report });
        }
    }
    wrong
}

/// `GJ203 error 附件2!D11`, and the verdict where it is no plain 不平.
fn findings(run: &Run, done: &Done) -> Vec<String> {
    let own = run.with_submissions().filter(|(at, _)| done.submissions.contains(at));
    let mut lines: Vec<(String, String)> =
        own.map(|(_, finding)| (finding.code.clone(), finding_line(finding))).collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

fn finding_line(finding: &Finding) -> String {
    let at = finding.cells.first().map_or_else(|| "—".to_owned(), |cell| format!("{}!{}", cell.sheet, cell.cell));
    let verdict = match finding.verdict {
        Verdict::Unbalanced => String::new(),
        other => format!(" {}", other.words().zh),
    };
    format!("{} {} {at}{verdict}", finding.code, finding.severity)
}

/// `GJ301 平 1`: for the codes that the block names, how often each verdict was given.
fn ledger(run: &Run, done: &Done, lines: &[String]) -> Vec<String> {
    let codes: BTreeSet<&str> = lines.iter().filter_map(|line| line.split_whitespace().next()).collect();
    let mut counts: BTreeMap<(&str, Verdict), usize> = BTreeMap::new();
    for outcome in run.outcomes.iter().filter(|outcome: &&Outcome| done.submissions.contains(&outcome.submission)) {
        let code = pipeline::pack().rules[outcome.rule].code.as_str();
        if codes.contains(code) {
            *counts.entry((code, outcome.verdict)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((code, verdict), count)| format!("{code} {} {count}", verdict.words().zh)).collect()
}

/// `附件2!D6 部门基本支出·本年预算数 = 210.35 万元`: what the cells that the block names were read as.
fn figures(run: &Run, done: &Done, lines: &[String]) -> Vec<String> {
    let wanted = lines.iter().filter_map(|line| line.split_whitespace().next());
    wanted.map(|place| figure_line(&run.submissions[done.submissions.clone()], place)).collect()
}

fn figure_line(submissions: &[Submission], place: &str) -> String {
    let (sheet, cell) = place.split_once('!').expect("a sheet and a cell");
    let cell: CellRef = cell.parse().expect("a cell address");
    let found = submissions.iter().flat_map(|submission| &submission.tables).filter(|table| &*table.sheet == sheet);
    let figures: Vec<String> = found
        .flat_map(|table| table.reading.figures.iter().filter(|figure| figure.cell == cell))
        .map(|figure| {
            let value = &figure.value;
            let amount = value.amount.map_or_else(
                || value.state.name().to_owned(),
                |amount| format!("{amount} {} {}位小数", value.unit, value.decimals),
            );
            format!("{}·{} = {amount}", figure.line, figure.measure)
        })
        .collect();
    let what = if figures.is_empty() { "未读作数字".to_owned() } else { figures.join("；") };
    format!("{place} {what}")
}

fn bless(cases: &[Case], wrong: &[Wrong]) {
    let files: BTreeSet<&str> = cases.iter().map(|case| case.file.as_str()).collect();
    for file in files {
        let path = tree::root().join(file);
        let text = fs::read_to_string(&path).expect("the spec is readable");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut own: Vec<&Wrong> = wrong.iter().filter(|one| one.file == file).collect();
        own.sort_by_key(|one| std::cmp::Reverse(one.block.from));
        for one in own {
            let range = one.block.from..one.block.from + one.block.lines.len();
            lines.splice(range, one.now.iter().cloned());
        }
        fs::write(&path, lines.join("\n") + "\n").expect("the spec is writable");
    }
}

// ---- reading Markdown

fn block<'c>(case: &'c Case, kind: &str) -> Option<&'c Block> {
    case.blocks.iter().find(|block| block.kind == kind)
}

pub fn base(part: &str) -> Vec<Grid> {
    let cases = read_cases("tests/specs/base.md");
    cases.into_iter().find(|case| case.title == part).expect("the base has this part").grids
}

fn read_cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(tree::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in text.lines().enumerate() {
        if let Some(block) = &mut open {
            if line == "```" {
                let case = cases.last_mut().unwrap_or_else(|| panic!("{file}:{}: a block before any case", at + 1));
                case.blocks.extend(open.take());
            } else {
                block.lines.push(line.to_owned());
            }
        } else if let Some(kind) = line.strip_prefix("```") {
            assert!(
                ["改动", "公式", "上年", "问题", "核对", "读数"].contains(&kind),
                "{file}:{}: no block is called `{kind}`",
                at + 1
            );
            open = Some(Block { kind: kind.to_owned(), lines: Vec::new(), from: at + 1 });
        } else if let Some(title) = line.strip_prefix("## ") {
            let title = title.trim().to_owned();
            cases.push(Case { file: file.to_owned(), line: at + 1, title, grids: Vec::new(), blocks: Vec::new() });
        } else if let (Some(name), Some(case)) = (line.strip_prefix("### "), cases.last_mut()) {
            case.grids.push(Grid::new(name.trim()));
        } else if let Some(grid) =
            cases.last_mut().and_then(|case| case.grids.last_mut()).filter(|_| line.starts_with('|'))
        {
            grid_line(grid, line);
        }
    }
    assert!(open.is_none(), "{file}: a block is never closed");
    cases
}

/// `| 6 | 一、部门基本支出 | 200.55 |`: a row number, then columns from A.
fn grid_line(grid: &mut Grid, line: &str) {
    let mut cells = line.trim().trim_start_matches('|').trim_end_matches('|').split('|');
    let Some(row) = cells.next().and_then(|cell| cell.trim().parse::<u32>().ok()) else { return };
    for (col, text) in (0..).zip(cells) {
        grid.set(CellRef::new(row - 1, col), &typed(text));
    }
}
