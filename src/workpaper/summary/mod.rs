//! The summary of a run: submissions ranked by their findings, findings by rule, all findings, and what was not read.

mod list;
mod overview;
mod ranking;
mod rules;

use std::collections::BTreeMap;

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::files::FileNames;
use super::names::SheetNames;
use super::page::Head;
use crate::compare::percent;
use crate::model::{Finding, Lang, Severity, Unit, Verdict};
use crate::reconcile::Counts;
use crate::report::Report;

/// The summary as it is written.
pub struct Board<'r> {
    pub report: &'r Report<'r>,
    /// Annotated workbooks by the file they come from; paths from the folder of the summary.
    annotated: &'r BTreeMap<String, String>,
    pub files: FileNames,
    pub sheets: Sheets,
    /// The heaviest first.
    pub ranks: Vec<Rank>,
}

/// The names of the sheets.
pub struct Sheets {
    pub overview: String,
    pub ranking: String,
    pub rules: String,
    pub list: String,
}

/// One submission among all.
#[derive(Debug, Clone)]
pub struct Rank {
    pub submission: usize,
    /// From one; submissions with the same counts share it.
    pub rank: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    /// The largest difference of an error or a warning with its unit; money, in 万元, goes before all else.
    pub largest: Option<(Decimal, String)>,
    pub counts: Counts,
    pub unrecognised: usize,
    pub unread: usize,
    /// In percent.
    pub execution: Option<Decimal>,
}

impl<'r> Board<'r> {
    #[must_use]
    pub fn new(report: &'r Report<'r>, annotated: &'r BTreeMap<String, String>) -> Self {
        let mut names = SheetNames::default();
        let mut give = |zh: &str, en: &str| names.give(if report.lang == Lang::Zh { zh } else { en });
        let run = report.run;
        Self {
            report,
            annotated,
            files: FileNames::of(run.submissions.iter().chain(&run.priors)),
            sheets: Sheets {
                overview: give("总览", "Overview"),
                ranking: give("报送件排名", "Ranking"),
                rules: give("按公式汇总", "By rule"),
                list: give("问题清单", "Findings"),
            },
            ranks: ranks(report),
        }
    }

    #[must_use]
    pub fn lang(&self) -> Lang {
        self.report.lang
    }

    /// One of two texts, by language.
    #[must_use]
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang() == Lang::Zh { zh } else { en }
    }

    #[must_use]
    pub fn head(&self, index: &str, title: &str) -> Head {
        let pair = |zh: &str, en: &str, content: String| (self.say(zh, en).to_owned(), content);
        let run = self.report.run;
        let years: Vec<i32> = run.submissions.iter().filter_map(|one| one.year).collect();
        let years = match (years.iter().min(), years.iter().max()) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first}–{last}"),
            _ => String::new(),
        };
        Head {
            title: title.to_owned(),
            meta: vec![
                pair("报送件", "Submissions", run.submissions.len().to_string()),
                pair("年度", "Years", years),
                pair("问题", "Findings", run.findings.len().to_string()),
            ],
            index: index.to_owned(),
            lang: self.lang(),
        }
    }

    /// The annotated workbook of a file, by its path from here.
    #[must_use]
    pub fn annotated(&self, file: &str) -> Option<&'r str> {
        self.annotated.get(file).map(String::as_str)
    }
}

/// Writes the summary of a run as .xlsx; `annotated` holds paths from the folder it will lie in.
///
/// # Errors
/// A sheet that would be larger than Excel takes.
pub fn summary(report: &Report<'_>, annotated: &BTreeMap<String, String>) -> Result<Vec<u8>, XlsxError> {
    let board = Board::new(report, annotated);
    let mut book = Book::new(board.say("核对结果汇总", "Summary of a run"), &report.origin().line(report.lang))?;
    overview::write(&mut book, &board)?;
    ranking::write(&mut book, &board)?;
    rules::write(&mut book, &board)?;
    list::write(&mut book, &board)?;
    book.seal()?;
    book.save()
}

fn ranks(report: &Report<'_>) -> Vec<Rank> {
    let run = report.run;
    let unread = unread(report);
    let mut all: Vec<Rank> = (0..run.submissions.len())
        .map(|at| {
            let findings = run.findings_of(at);
            let of = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
            let submission = &run.submissions[at];
            let tally = run.tallies[at];
            Rank {
                submission: at,
                rank: 0,
                errors: of(Severity::Error),
                warnings: of(Severity::Warning),
                notes: of(Severity::Note),
                largest: largest(findings),
                counts: tally.counts,
                unrecognised: submission.sheets.iter().filter(|sheet| sheet.form.is_none()).count(),
                unread: unread.get(&at).copied().unwrap_or_default(),
                execution: tally.whole.and_then(|whole| percent(whole.outturn, whole.budget)),
            }
        })
        .collect();
    let weight = |one: &Rank| (one.errors, one.warnings, one.notes);
    let amount = |one: &Rank| one.largest.as_ref().map(|(amount, unit)| (unit == "万元", amount.abs()));
    all.sort_by(|a, b| {
        let name = |one: &Rank| (&run.submissions[one.submission].entity, run.submissions[one.submission].year);
        weight(b).cmp(&weight(a)).then_with(|| amount(b).cmp(&amount(a))).then_with(|| name(a).cmp(&name(b)))
    });
    for at in 0..all.len() {
        let same = at > 0 && weight(&all[at]) == weight(&all[at - 1]);
        all[at].rank = if same { all[at - 1].rank } else { at + 1 };
    }
    all
}

/// The largest difference of what weighs more than a note: money in 万元 before all else, else in its own unit.
fn largest(findings: &[Finding]) -> Option<(Decimal, String)> {
    let heavy = findings.iter().filter(|one| one.severity != Severity::Note && one.verdict == Verdict::Unbalanced);
    let differences = heavy.filter_map(|one| {
        let amount: Decimal = one.difference.as_deref()?.parse().ok()?;
        let unit = Unit::parse(&one.unit);
        if unit.noun == "元" {
            Some((true, crate::model::unit::shift(amount, unit.power - 4)?, "万元".to_owned()))
        } else {
            Some((false, amount, one.unit.clone()))
        }
    });
    let first = differences.max_by(|a, b| (a.0, a.1.abs()).cmp(&(b.0, b.1.abs())))?;
    Some((first.1, first.2))
}

/// Files that were not read, by the submission whose folder they lie in; none where several share the folder.
fn unread(report: &Report<'_>) -> BTreeMap<usize, usize> {
    let folder = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let mut owners: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (at, submission) in report.run.submissions.iter().enumerate() {
        for file in &submission.files {
            let owner = owners.entry(folder(&file.file)).or_insert(Some(at));
            if *owner != Some(at) {
                *owner = None;
            }
        }
    }
    let mut unread = BTreeMap::new();
    for problem in report.problems.iter().filter(|problem| problem.failed) {
        let own = report.run.submission_of(&problem.file);
        if let Some(at) = own.or_else(|| owners.get(&folder(&problem.file)).copied().flatten()) {
            *unread.entry(at).or_default() += 1;
        }
    }
    unread
}
