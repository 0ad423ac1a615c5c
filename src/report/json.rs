//! The JSON contract `gouji.run/1` and `gouji.facts/1`.

use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::Report;
use crate::facts::Submission;
use crate::facts::columns::{Datum, FACTS, rows};
use crate::facts::origin::Origin;
use crate::forms::Forms;
use crate::model::explanation::{Baseline, Gone, Moved, Since, Standing};
use crate::model::finding::{Cause, FindingCell};
use crate::model::{Finding, Lang, Words};
use crate::reconcile::findings::cells;
use crate::reconcile::outcome::{Judged, Outcome};
use crate::years::How;

/// One run as one object, written piece by piece: a county's findings never stand in memory as JSON.
pub struct RunJson<'r> {
    pub report: &'r Report<'r>,
    /// The ledger of every check is added.
    pub ledger: bool,
}

impl Serialize for RunJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.report;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("schema", "gouji.run/1")?;
        object.serialize_entry("tool", &tool(report))?;
        let submissions = report.run.submissions.iter().enumerate();
        object.serialize_entry("submissions", &List(submissions.map(|(index, one)| submission(report, index, one))))?;
        if !report.run.priors.is_empty() {
            object.serialize_entry("pairing", &pairing(report))?;
        }
        object.serialize_entry("findings", &List(report.run.findings.iter().map(|one| FindingJson(report, one))))?;
        if self.ledger {
            object.serialize_entry("ledger", &List(report.run.outcomes.iter().map(|one| OutcomeJson(report, one))))?;
        }
        let problems = report
            .problems
            .iter()
            .map(|one| json!({"file": one.file, "message": one.words.get(report.lang), "failed": one.failed}));
        object.serialize_entry("problems", &List(problems))?;
        if report.run.answers.given {
            object.serialize_entry("unused_explanations", &unused(report))?;
        }
        if let Some(baseline) = &report.run.answers.baseline {
            object.serialize_entry("baseline", &self::baseline(report, baseline))?;
        }
        object.serialize_entry("summary", &summary(report))?;
        object.end()
    }
}

/// A list that is made while it is written.
pub(super) struct List<I>(pub(super) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for List<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

fn tool(report: &Report<'_>) -> Value {
    json!({"name": "gouji", "version": env!("CARGO_PKG_VERSION"), "rules_sha256": report.pack.sha256})
}

fn summary(report: &Report<'_>) -> Value {
    let s = report.summary();
    let c = s.counts;
    json!({
        "submissions": s.submissions,
        "figures": s.figures,
        "checks": c.checks(),
        "balanced": c.balanced,
        "rounding": c.rounding,
        "rounding_large": c.rounding_large,
        "unbalanced": c.unbalanced,
        "unchecked": c.unchecked,
        "not_applicable": c.not_applicable,
        "errors": s.errors,
        "warnings": s.warnings,
        "notes": s.notes,
        "explained": s.explained,
        "figures_under_no_rule": s.figures_under_no_rule,
    })
}

fn unused(report: &Report<'_>) -> Vec<Value> {
    let all = report.run.answers.unused.iter();
    all.map(|one| {
        json!({"key": one.key, "reason": report.masked(&one.reason), "who": report.masked(&one.who),
               "source": one.source, "why": one.why.get(report.lang)})
    })
    .collect()
}

fn baseline(report: &Report<'_>, one: &Baseline) -> Value {
    let gone = |gone: &Gone| {
        json!({"key": gone.key, "code": gone.code, "severity": gone.severity, "title": gone.title,
               "message": report.masked(&gone.message), "entity": gone.entity, "place": gone.place})
    };
    json!({
        "file": one.file,
        "new": one.new,
        "unchanged": one.unchanged,
        "changed": one.changed,
        "resolved": one.resolved.len(),
        "not_checked": one.not_checked,
        "resolved_findings": one.resolved.iter().map(gone).collect::<Vec<_>>(),
    })
}

/// What was said of a finding; null where nothing was.
fn explanation(report: &Report<'_>, finding: &Finding) -> Value {
    let Some(one) = &finding.explained else { return Value::Null };
    let moved_figures = match &one.standing {
        Standing::Stale(all) => moved(all),
        _ => Value::Null,
    };
    json!({
        "reason": report.masked(&one.reason),
        "who": report.masked(&one.who),
        "when": one.when,
        "expiry": one.expiry,
        "carry": one.carry,
        "evidence": one.evidence,
        "year": one.year,
        "state": one.standing.name(),
        "closes": one.closes(),
        "words": report.masked(one.sentence().get(report.lang)),
        "moved": moved_figures,
        "figures": one.figures,
        "source": one.source,
    })
}

fn moved(all: &[Moved]) -> Value {
    all.iter().map(|one| json!({"label": one.label, "before": one.before, "now": one.now})).collect()
}

fn submission(report: &Report<'_>, index: usize, one: &Submission) -> Value {
    let files: Vec<Value> =
        one.files.iter().map(|f| json!({"file": &*f.file, "sha256": f.sha256, "size": f.size})).collect();
    let sheets: Vec<Value> = one
        .sheets
        .iter()
        .map(|note| {
            let form = note.form.map(|form| &report.forms.all[form]);
            let unread: Vec<Value> = note
                .unread
                .iter()
                .map(|u| json!({"cell": u.cell.to_string(), "text": report.masked(&u.text), "why": u.why.get(report.lang)}))
                .collect();
            json!({
                "file": &*note.file,
                "sheet": &*note.sheet,
                "form": form.map(|form| form.kind.as_str()),
                "annex": form.map(|form| form.annex.as_str()),
                "project": note.project,
                "figures": note.figures,
                "unread": unread,
                "why": note.why.as_ref().map(|why| why.get(report.lang)),
            })
        })
        .collect();
    let notices: Vec<&str> = one.notices.iter().map(|words| words.get(report.lang)).collect();
    let prior = report.run.prior_of(index);
    let prior = prior.map(|prior| {
        let files: Vec<&str> = prior.files.iter().map(|file| &*file.file).collect();
        json!({"entity": prior.entity, "year": prior.year, "files": files, "paired": paired(report, index)})
    });
    json!({"entity": one.entity, "year": one.year, "files": files, "sheets": sheets, "notices": notices, "prior": prior})
}

/// On what ground a submission was paired with its prior.
fn paired(report: &Report<'_>, index: usize) -> Value {
    match report.run.pairing.pairs[index].map(|pair| pair.how) {
        None => Value::Null,
        Some(How::Name) => json!({"by": "name"}),
        Some(How::Alias) => json!({"by": "alias"}),
        Some(How::Likeness(e)) => {
            json!({"by": "likeness", "names_alike_percent": e.alike, "figures_compared": e.compared, "figures_equal": e.equal})
        }
    }
}

/// Pairs by likeness, and what was paired with nothing or more than once.
fn pairing(report: &Report<'_>) -> Vec<Value> {
    let run = report.run;
    let named = |of: &[Submission], at: Option<usize>| at.map(|at| of[at].entity.clone());
    run.pairing
        .notices
        .iter()
        .map(|notice| {
            json!({
                "kind": notice.kind.name(),
                "entity": named(&run.submissions, notice.submission),
                "prior": named(&run.priors, notice.prior),
                "message": notice.words.get(report.lang),
            })
        })
        .collect()
}

/// A likely cause; causes of one `set` belong to cells that change together.
fn cause(report: &Report<'_>, one: &Cause) -> Value {
    json!({
        "cause": one.cause,
        "file": &*one.file,
        "sheet": &*one.sheet,
        "cell": one.cell.to_string(),
        "label": report.masked(&one.label),
        "proposed": one.proposed.map(|value| value.to_string()),
        "unit": one.unit,
        "repairs": one.repairs,
        "of": one.of,
        "breaks": one.breaks,
        "set": one.set,
        "why": report.masked(one.why.get(report.lang)),
    })
}

/// One finding, written entry by entry: a county has hundreds of thousands of them.
struct FindingJson<'r>(&'r Report<'r>, &'r Finding);

impl Serialize for FindingJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, one) = self;
        let words = |words: &'_ Words| words.get(report.lang).to_owned();
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("code", &one.code)?;
        object.serialize_entry("class", one.class.name())?;
        object.serialize_entry("severity", one.severity.name())?;
        object.serialize_entry("verdict", one.verdict.name())?;
        object.serialize_entry("title", one.title.get(report.lang))?;
        object.serialize_entry("message", &report.masked(&words(&one.message)))?;
        object.serialize_entry("hint", one.hint.get(report.lang))?;
        object.serialize_entry("file", &*one.file)?;
        object.serialize_entry("entity", &one.entity)?;
        object.serialize_entry("year", &one.year)?;
        object.serialize_entry("cells", &List(one.cells.iter().map(|cell| CellJson(report, cell))))?;
        object.serialize_entry("expected", &one.expected)?;
        object.serialize_entry("reported", &one.reported)?;
        object.serialize_entry("difference", &one.difference)?;
        object.serialize_entry("allowance", &one.allowance)?;
        object.serialize_entry("unit", &one.unit)?;
        object.serialize_entry("causes", &List(one.causes.iter().map(|one| cause(report, one))))?;
        object.serialize_entry("likely", &one.likely.as_ref().map(|likely| report.masked(likely.get(report.lang))))?;
        object.serialize_entry("explanation", &explanation(report, one))?;
        object.serialize_entry("closed", &one.is_closed())?;
        object.serialize_entry("key", &one.key)?;
        if let Some(since) = &one.since {
            object.serialize_entry("baseline", since.name())?;
            if let Since::Changed(all) = since {
                object.serialize_entry("moved", &moved(all))?;
            }
        }
        object.end()
    }
}

struct CellJson<'r>(&'r Report<'r>, &'r FindingCell);

impl Serialize for CellJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, one) = self;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("file", &*one.file)?;
        object.serialize_entry("sheet", &*one.sheet)?;
        object.serialize_entry("cell", &Shown(one.cell))?;
        object.serialize_entry("text", &report.masked(&one.text))?;
        object.serialize_entry("value", &one.value.map(Shown))?;
        object.serialize_entry("unit", &one.unit)?;
        object.serialize_entry("role", one.role.name())?;
        object.serialize_entry("label", &one.label)?;
        object.serialize_entry("suspect", &one.suspect)?;
        object.serialize_entry("proposed", &one.proposed.map(Shown))?;
        // Letters of the cell's text, half-open, where a part of a sentence is meant.
        if let Some((from, to)) = one.span {
            object.serialize_entry("span", &[from, to])?;
        }
        object.end()
    }
}

/// A value as the text that it shows.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// One outcome of the ledger.
struct OutcomeJson<'r>(&'r Report<'r>, &'r Outcome);

impl Serialize for OutcomeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report, outcome) = self;
        let now = &report.run.submissions[outcome.submission];
        let prior = report.run.prior_of(outcome.submission);
        let cells = cells(outcome, (now, prior), report.forms);
        let text = |of: fn(&Judged) -> Decimal| outcome.figures.as_ref().map(|judged| Shown(of(judged)));
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("code", &report.pack.rules[outcome.rule].code)?;
        object.serialize_entry("entity", &now.entity)?;
        object.serialize_entry("year", &now.year)?;
        object.serialize_entry("verdict", outcome.verdict.name())?;
        object.serialize_entry("line", &outcome.place.line)?;
        object.serialize_entry("measure", &outcome.place.measure)?;
        object.serialize_entry("project", &outcome.place.project)?;
        object.serialize_entry("cells", &List(cells.iter().map(|one| CellJson(report, one))))?;
        object.serialize_entry("expected", &text(|j| j.expected))?;
        object.serialize_entry("reported", &text(|j| j.reported))?;
        object.serialize_entry("difference", &text(|j| j.difference))?;
        object.serialize_entry("allowance", &text(|j| j.allowance))?;
        object.serialize_entry("unit", &outcome.figures.as_ref().map(|judged| &judged.unit))?;
        object.serialize_entry("why", &outcome.words.as_ref().map(|words| words.get(report.lang)))?;
        object.end()
    }
}

/// All figures of some submissions, those of their sentences, and what was not read.
#[must_use]
pub fn facts(
    submissions: &[Submission],
    forms: &Forms,
    grammar: &crate::narrative::Grammar,
    origin: &Origin,
    lang: Lang,
    masked: &dyn Fn(&str) -> String,
) -> Value {
    let said = super::said::said(submissions, forms, grammar, masked);
    let figures: Vec<Value> = submissions
        .iter()
        .flat_map(|one| rows(one, forms))
        .map(|row| FACTS.iter().map(|column| (column.name.to_owned(), datum((column.of)(&row), masked))).collect())
        .collect();
    let unread: Vec<Value> = submissions
        .iter()
        .flat_map(|one| &one.sheets)
        .flat_map(|note| note.unread.iter().map(move |unread| (note, unread)))
        .map(|(note, unread)| {
            json!({
                "file": &*note.file,
                "sheet": &*note.sheet,
                "cell": unread.cell.to_string(),
                "text": masked(&unread.text),
                "why": unread.why.get(lang),
            })
        })
        .collect();
    let from = origin.json();
    json!({"schema": "gouji.facts/1", "tool": from["tool"], "files": from["files"], "figures": figures, "said": said, "unread": unread})
}

fn datum(datum: Datum, masked: &dyn Fn(&str) -> String) -> Value {
    match datum {
        Datum::Text(text) => json!(text),
        Datum::Shown(text) => json!(masked(&text)),
        Datum::Year(year) => json!(year),
        Datum::Number(number) => json!(number),
        Datum::Flag(flag) => json!(flag),
        Datum::Amount(amount) => json!(amount.map(|amount| amount.to_string())),
    }
}
