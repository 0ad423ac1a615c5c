//! One submission as the page shows it: its sheets, last year's, and the operands of its findings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::sheet::{Pen, draw};
use super::texts::Texts;
use super::{Drawn, Open, Page, charts, masked};
use crate::annotate::is_listing;
use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::explanation::closes;
use crate::model::finding::{Cause, FindingCell};
use crate::model::{CellRef, Finding, Since, Words};
use crate::redact::People;

/// Where sheets stand: `(file, sheet)` by their names.
type Places = BTreeMap<(String, String), (usize, usize)>;

/// Lays one submission out; gives with it the annex of each of its findings.
pub(super) fn unit(page: &Page<'_>, at: usize, open: &Open<'_>, texts: &mut Texts) -> (Value, Vec<String>) {
    let run = page.report.run;
    let findings = run.findings_of(at);
    let now = &run.submissions[at];
    let mut places = Places::new();
    let mut files = Vec::new();
    for (one, prior) in std::iter::once((now, false)).chain(run.prior_of(at).map(|prior| (prior, true))) {
        for file in &one.files {
            let drawn = open(&file.file);
            let sheets = drawn.as_ref().map(|drawn| sheets(page, one, drawn, findings, texts)).unwrap_or_default();
            let absent = drawn.err().map(|words| [words.zh, words.en]);
            for (number, sheet) in sheets.iter().enumerate() {
                let name = sheet["name"].as_str().unwrap_or_default().to_owned();
                places.insert((file.file.to_string(), name), (files.len(), number));
            }
            files.push(json!({
                "name": &*file.file, "prior": prior, "sha256": file.sha256, "absent": absent, "sheets": sheets,
            }));
        }
    }
    let annexes = findings.iter().map(|finding| annex(page, at, finding)).collect();
    let details: Vec<Value> = findings.iter().map(|one| detail(page, one, &places, texts)).collect();
    let notices: Vec<[String; 2]> = now.notices.iter().map(|words| masked(page.report, words)).collect();
    let compared = page.comparison.units.get(at);
    let value = json!({
        "files": files,
        "findings": details,
        "notices": notices,
        "execution": compared.map(|unit| charts::execution(unit, page.report.forms)),
        "years": compared.map(|unit| charts::years(unit, page.report.forms)),
    });
    (value, annexes)
}

/// The sheets of one workbook, without our own list of findings.
fn sheets(page: &Page<'_>, of: &Submission, drawn: &Drawn, findings: &[Finding], texts: &mut Texts) -> Vec<Value> {
    let file = drawn.book.file.as_str();
    let own = drawn.book.sheets.iter().filter(|sheet| !is_listing(sheet));
    // A name in the roster is one in every sentence.
    let people = People::of(std::slice::from_ref(&drawn.book));
    own.map(|sheet| {
        let here = |cell: &&FindingCell| *cell.file == *file && *cell.sheet == *sheet.name;
        let wanted: BTreeSet<CellRef> =
            findings.iter().flat_map(|one| &one.cells).filter(here).map(|cell| cell.cell).collect();
        let pen = Pen {
            forms: page.report.forms,
            personal: page.report.show_personal,
            people: &people,
            look: drawn.looks.get(&sheet.name),
            wanted: &wanted,
        };
        let (annexes, titles) = forms_of(of, page.report.forms, file, &sheet.name);
        json!({
            "name": sheet.name, "annex": annexes.join("、"), "title": titles, "grid": draw(sheet, &pen, texts),
        })
    })
    .collect()
}

/// The annexes that a sheet holds, and their titles in both languages.
fn forms_of(of: &Submission, forms: &Forms, file: &str, sheet: &str) -> (Vec<String>, [String; 2]) {
    let mut annexes: Vec<String> = Vec::new();
    let (mut zh, mut en): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for note in of.sheets.iter().filter(|note| &*note.file == file && &*note.sheet == sheet) {
        let Some(form) = note.form.map(|form| &forms.all[form]) else { continue };
        if !annexes.contains(&form.annex) {
            annexes.push(form.annex.clone());
            zh.push(&form.title.zh);
            en.push(&form.title.en);
        }
    }
    (annexes, [zh.join("、"), en.join(", ")])
}

/// The annex in which a finding is marked.
fn annex(page: &Page<'_>, at: usize, finding: &Finding) -> String {
    let Some(cell) = finding.cells.first() else { return String::new() };
    let run = page.report.run;
    let of = std::iter::once(&run.submissions[at]).chain(run.prior_of(at));
    let found = of.map(|one| forms_of(one, page.report.forms, &cell.file, &cell.sheet).0.join("、"));
    found.into_iter().find(|annexes| !annexes.is_empty()).unwrap_or_else(|| cell.sheet.to_string())
}

/// What the card of a finding shows beside its sentence.
fn detail(page: &Page<'_>, one: &Finding, places: &Places, texts: &mut Texts) -> Value {
    let cells: Vec<Value> = one.cells.iter().map(|cell| operand(page, cell, places, texts)).collect();
    let [zh, en] = masked(page.report, &one.hint);
    let likely = one.likely.as_ref().map(|words| masked(page.report, words));
    let causes: Vec<Value> = one.causes.iter().map(|cause| self::cause(page, cause, places, texts)).collect();
    let refused = closes(one.class, one.verdict).err();
    // As people print them; JSON and papers keep every digit.
    let stated = one.stated();
    let figures: Vec<Value> = match refused {
        None => {
            one.figures().iter().map(|one| json!([texts.put(&one.label), texts.put(&one.value), one.unit])).collect()
        }
        Some(_) => Vec::new(),
    };
    json!({
        "likely": likely, "causes": causes, "explained": explained(page, one), "figures": figures,
        "refused": refused.map(|words| [texts.put(&words.zh), texts.put(&words.en)]),
        "verdict": [one.verdict.words().zh, one.verdict.words().en],
        "hint": [texts.put(&zh), texts.put(&en)],
        "expected": stated.as_ref().map(|own| own.expected.to_string()).or_else(|| one.expected.clone()), "reported": stated.as_ref().map(|own| own.reported.to_string()).or_else(|| one.reported.clone()),
        "difference": stated.as_ref().map(|own| own.difference.to_string()).or_else(|| one.difference.clone()), "allowance": stated.as_ref().map(|own| own.allowance.to_string()).or_else(|| one.allowance.clone()), "unit": one.unit, "key": one.key, "file": texts.put(&one.file), "cells": cells,
    })
}

/// What was said of a finding, and what changed since an earlier run.
fn explained(page: &Page<'_>, one: &Finding) -> Value {
    let moved = |part: fn(Words) -> String| match &one.since {
        Some(Since::Changed(moved)) => moved.iter().map(|one| part(one.words())).collect::<Vec<_>>().join("；"),
        _ => String::new(),
    };
    let moved = [moved(|words| words.zh), moved(|words| words.en)];
    let said = one.explained.as_ref().map(|one| {
        json!({
            "words": masked(page.report, &one.sentence()), "state": [one.standing.words().zh, one.standing.words().en],
            "closes": one.closes(), "reason": page.report.masked(&one.reason), "who": page.report.masked(&one.who),
            "expiry": one.expiry, "carry": one.carry,
        })
    });
    json!({ "said": said, "moved": moved })
}

/// A cell that may be the wrong one, why, and what it probably should be.
fn cause(page: &Page<'_>, one: &Cause, places: &Places, texts: &mut Texts) -> Value {
    let at = places.get(&(one.file.to_string(), one.sheet.to_string()));
    let [zh, en] = masked(page.report, &one.why);
    json!({
        "at": at.map(|(file, sheet)| [file, sheet]), "file": texts.put(&one.file), "sheet": texts.put(&one.sheet), "row": one.cell.row, "col": one.cell.col,
        "label": texts.put(&page.report.masked(&one.label)), "proposed": one.proposed.map(|value| value.to_string()),
        "unit": one.unit, "set": one.set, "repairs": one.repairs, "of": one.of, "breaks": one.breaks,
        "why": [texts.put(&zh), texts.put(&en)],
    })
}

/// One operand with its place; `at` is `[file, sheet]` where that sheet is drawn.
fn operand(page: &Page<'_>, cell: &FindingCell, places: &Places, texts: &mut Texts) -> Value {
    let at = places.get(&(cell.file.to_string(), cell.sheet.to_string()));
    json!({
        "at": at.map(|(file, sheet)| [file, sheet]),
        "file": texts.put(&cell.file), "sheet": texts.put(&cell.sheet), "row": cell.cell.row, "col": cell.cell.col,
        "label": texts.put(&page.report.masked(&cell.label)), "text": texts.put(&page.report.masked(&cell.text)),
        "unit": cell.unit, "role": cell.role.name(), "suspect": cell.suspect,
        "proposed": cell.proposed.map(|value| value.to_string()),
    })
}
