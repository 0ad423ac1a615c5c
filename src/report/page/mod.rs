//! A run as one page that opens anywhere: every annex drawn as its own grid, each finding at its cell.
//!
//! Takes a report, the comparison of both years and a way to open the workbooks again; writes one self-contained HTML
//! file. What was submitted stands in it as JSON in blocks that never run, and the page's script puts it on screen as
//! text only; its content policy allows that script and its style by their hashes, and no address at all. Script,
//! style and frame are the readable files of `web/`.
//!
//! The blocks: `run` (counts, units, rules, what could not be read), `unit-N` (the sheets of one submission and the
//! operands of its findings, parsed when somebody looks at it), `findings` (one line a finding, for list and search),
//! `texts` (what occurs more than once). Wherever a text may stand in them, a number stands for an entry of `texts`.

mod charts;
mod inert;
mod sheet;
mod shell;
mod texts;
mod unit;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Report;
use crate::compare::Comparison;
use crate::model::explanation::Baseline;
use crate::model::{Finding, Severity, Since, Words};
use crate::read::Book;
use crate::read::looks::SheetLook;
use inert::block;
pub use shell::policy;
use texts::Texts;

/// A workbook as it is drawn.
pub struct Drawn {
    pub book: Book,
    /// By the name of the sheet; empty where none are known.
    pub looks: BTreeMap<String, SheetLook>,
}

/// Opens a workbook by its name, once more; of one that cannot be drawn, the reason.
pub type Open<'o> = dyn Fn(&str) -> Result<Drawn, Words> + 'o;

/// Everything that the page shows.
#[derive(Clone, Copy)]
pub struct Page<'r> {
    pub report: &'r Report<'r>,
    /// Both years of every submission, for the charts.
    pub comparison: &'r Comparison,
    /// The page stands on a server that takes files and hands results out.
    pub served: bool,
}

impl Page<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: &mut dyn Write, open: &Open<'_>) -> io::Result<()> {
        let mut texts = Texts::default();
        shell::begin(out, self.report.lang, self.served)?;
        block(out, "run", &self.run())?;
        let mut annexes = Vec::new();
        for at in 0..self.report.run.submissions.len() {
            let (value, of_findings) = unit::unit(self, at, open, &mut texts);
            block(out, &format!("unit-{at}"), &value)?;
            annexes.extend(of_findings);
        }
        let findings: Vec<Value> = self
            .report
            .run
            .with_submissions()
            .zip(annexes)
            .map(|((unit, one), annex)| finding(self.report, unit, one, &annex, &mut texts))
            .collect();
        block(out, "findings", &Value::Array(findings))?;
        block(out, "texts", &texts.into_value())?;
        shell::end(out, self.served)
    }

    fn run(&self) -> Value {
        let report = self.report;
        let (summary, counts, run) = (report.summary(), report.run.counts, report.run);
        let problems: Vec<Value> = report
            .problems
            .iter()
            .map(|one| json!({ "file": one.file, "words": masked(report, &one.words), "failed": one.failed }))
            .collect();
        json!({
            "schema": "gouji.page/1",
            "version": env!("CARGO_PKG_VERSION"),
            "rules_sha256": report.pack.sha256,
            "summary": {
                "figures": summary.figures, "checks": counts.checks(), "balanced": counts.balanced,
                "rounding": counts.rounding + counts.rounding_large, "unbalanced": counts.unbalanced,
                "unchecked": counts.unchecked,
                "severities": [summary.errors, summary.warnings, summary.notes], "explained": summary.explained,
            },
            "baseline": run.answers.baseline.as_ref().map(|one| resolved(report, one)),
            "units": (0..report.run.submissions.len()).map(|at| self.head_of(at)).collect::<Vec<_>>(),
            "rules": rules(report),
            "problems": problems,
        })
    }

    /// One line about a submission.
    fn head_of(&self, at: usize) -> Value {
        let run = self.report.run;
        let one = &run.submissions[at];
        let open = || run.findings_of(at).iter().filter(|finding| !finding.is_closed());
        let count = |severity| open().filter(|finding| finding.severity == severity).count();
        let whole = run.tallies.get(at).and_then(|tally| tally.whole);
        json!({
            "name": one.entity,
            "year": one.year,
            "prior": run.prior_of(at).map(|prior| json!({ "name": prior.entity, "year": prior.year })),
            "severities": [count(Severity::Error), count(Severity::Warning), count(Severity::Note)],
            "budget": whole.map(|whole| whole.budget.normalize().to_string()),
            "outturn": whole.map(|whole| whole.outturn.normalize().to_string()),
        })
    }
}

/// What an earlier run found and this one does not.
fn resolved(report: &Report<'_>, one: &Baseline) -> Value {
    let gone = one.resolved.iter().map(|gone| {
        json!({ "code": gone.code, "title": gone.title, "message": report.masked(&gone.message), "entity": gone.entity, "place": gone.place })
    });
    json!({
        "file": one.file, "new": one.new, "unchanged": one.unchanged, "changed": one.changed,
        "not_checked": one.not_checked, "resolved": gone.collect::<Vec<_>>(),
    })
}

/// The pages of the rules that found something.
fn rules(report: &Report<'_>) -> Value {
    let found: BTreeSet<&str> = report.run.findings.iter().map(|finding| finding.code.as_str()).collect();
    let of = report.pack.rules.iter().filter(|rule| found.contains(rule.code.as_str()));
    let page = |rule: &crate::rules::pack::Rule| json!({ "title": both(&rule.title), "why": both(&rule.why), "class": both(&rule.class.words()), "formula": rule.formula });
    Value::Object(of.map(|rule| (rule.code.clone(), page(rule))).collect::<Map<_, _>>())
}

/// One finding as the list shows it.
fn finding(report: &Report<'_>, unit: usize, one: &Finding, annex: &str, texts: &mut Texts) -> Value {
    let place = one.cells.first().map(|cell| format!("{}!{}", cell.sheet, cell.cell)).unwrap_or_default();
    let title = [texts.put(&one.title.zh), texts.put(&one.title.en)];
    let state = one.explained.as_ref().map(|one| one.standing.name());
    let since = one.since.as_ref().map(Since::name);
    let message = [texts.put(&report.masked(&one.message.zh)), texts.put(&report.masked(&one.message.en))];
    json!({
        "u": unit, "c": texts.put(&one.code), "s": level(one.severity), "t": title, "m": message,
        "p": texts.put(&place), "a": texts.put(annex), "e": state, "b": since,
    })
}

fn level(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

fn both(words: &Words) -> [&str; 2] {
    [&words.zh, &words.en]
}

fn masked(report: &Report<'_>, words: &Words) -> [String; 2] {
    [report.masked(&words.zh), report.masked(&words.en)]
}
