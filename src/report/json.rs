//! The JSON contract `gouji.run/1` and `gouji.facts/1`.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::Report;
use crate::facts::Submission;
use crate::facts::columns::{Datum, FACTS, rows};
use crate::facts::origin::Origin;
use crate::forms::Forms;
use crate::model::finding::FindingCell;
use crate::model::{Finding, Lang, Words};
use crate::reconcile::findings::cells;
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
        object.serialize_entry("findings", &List(report.run.findings.iter().map(|one| finding(report, one))))?;
        if self.ledger {
            object.serialize_entry("ledger", &List(ledger(report)))?;
        }
        let problems = report
            .problems
            .iter()
            .map(|one| json!({"file": one.file, "message": one.words.get(report.lang), "failed": one.failed}));
        object.serialize_entry("problems", &List(problems))?;
        object.serialize_entry("summary", &summary(report))?;
        object.end()
    }
}

/// A list that is made while it is written.
struct List<I>(I);

impl<I: Iterator<Item = Value> + Clone> Serialize for List<I> {
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
        "figures_under_no_rule": s.figures_under_no_rule,
    })
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

fn finding(report: &Report<'_>, one: &Finding) -> Value {
    let words = |words: &Words| words.get(report.lang).to_owned();
    json!({
        "code": one.code,
        "severity": one.severity.name(),
        "verdict": one.verdict.name(),
        "title": words(&one.title),
        "message": report.masked(&words(&one.message)),
        "hint": words(&one.hint),
        "file": one.file,
        "entity": one.entity,
        "year": one.year,
        "cells": one.cells.iter().map(|cell| self::cell(report, cell)).collect::<Vec<_>>(),
        "expected": one.expected,
        "reported": one.reported,
        "difference": one.difference,
        "allowance": one.allowance,
        "unit": one.unit,
        "causes": [],
        "key": one.key,
    })
}

fn cell(report: &Report<'_>, one: &FindingCell) -> Value {
    let mut cell = json!({
        "file": one.file,
        "sheet": one.sheet,
        "cell": one.cell.to_string(),
        "text": report.masked(&one.text),
        "value": one.value.map(|value| value.to_string()),
        "unit": one.unit,
        "role": one.role.name(),
        "label": one.label,
        "suspect": one.suspect,
        "proposed": one.proposed.map(|value| value.to_string()),
    });
    // Letters of the cell's text, half-open, where a part of a sentence is meant.
    if let (Some((from, to)), Some(object)) = (one.span, cell.as_object_mut()) {
        object.insert("span".into(), json!([from, to]));
    }
    cell
}

fn ledger<'r>(report: &'r Report<'_>) -> impl Iterator<Item = Value> + Clone + 'r {
    let run = report.run;
    run.outcomes.iter().map(move |outcome| {
        let now = &run.submissions[outcome.submission];
        let prior = run.prior_of(outcome.submission);
        let cells: Vec<Value> =
            cells(outcome, (now, prior), report.forms).iter().map(|one| cell(report, one)).collect();
        let text = |of: fn(&crate::reconcile::outcome::Judged) -> rust_decimal::Decimal| {
            outcome.figures.as_ref().map(|judged| of(judged).to_string())
        };
        json!({
            "code": report.pack.rules[outcome.rule].code,
            "entity": now.entity,
            "year": now.year,
            "verdict": outcome.verdict.name(),
            "line": outcome.place.line,
            "measure": outcome.place.measure,
            "project": outcome.place.project,
            "cells": cells,
            "expected": text(|j| j.expected),
            "reported": text(|j| j.reported),
            "difference": text(|j| j.difference),
            "allowance": text(|j| j.allowance),
            "unit": outcome.figures.as_ref().map(|judged| judged.unit.clone()),
            "why": outcome.words.as_ref().map(|words| words.get(report.lang)),
        })
    })
}

/// All figures of some submissions, and what was not read of them.
#[must_use]
pub fn facts(
    submissions: &[Submission],
    forms: &Forms,
    origin: &Origin,
    lang: Lang,
    masked: &dyn Fn(&str) -> String,
) -> Value {
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
    json!({"schema": "gouji.facts/1", "tool": from["tool"], "files": from["files"], "figures": figures, "unread": unread})
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
