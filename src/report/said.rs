//! The figures of sentences, each with its place and its words.

use serde_json::{Value, json};

use crate::facts::Submission;
use crate::forms::Forms;
use crate::narrative::mention::Measure;
use crate::narrative::page::Stand;
use crate::narrative::{Grammar, Mention, Part, Sentence, read_narrative};

/// Every figure of every sentence; a sentence that stands in several cells once for each.
#[must_use]
pub fn said(
    submissions: &[Submission],
    forms: &Forms,
    grammar: &Grammar,
    masked: &dyn Fn(&str) -> String,
) -> Vec<Value> {
    let mut found = Vec::new();
    for submission in submissions {
        let narrative = read_narrative(submission, forms, grammar);
        for sentence in &narrative.sentences {
            let own = Stand { table: sentence.table, cell: sentence.cell, from: sentence.span.0 };
            for stand in std::iter::once(&own).chain(&sentence.copies) {
                let one = |mention: &Mention| figure(submission, sentence, *stand, mention, grammar, masked);
                found.extend(sentence.mentions.iter().map(one));
            }
        }
    }
    found
}

fn figure(
    submission: &Submission,
    sentence: &Sentence,
    stand: Stand,
    mention: &Mention,
    grammar: &Grammar,
    masked: &dyn Fn(&str) -> String,
) -> Value {
    let table = &submission.tables[stand.table];
    let from = stand.from + mention.span.0.saturating_sub(sentence.span.0);
    json!({
        "entity": &submission.entity,
        "file": &*table.file,
        "sheet": &*table.sheet,
        "cell": stand.cell.to_string(),
        "span": [from, from + mention.span.1 - mention.span.0],
        "text": masked(&mention.text),
        "value": mention.value.to_string(),
        "unit": mention.unit.to_string(),
        "subject": masked(if mention.core.is_empty() { &mention.name } else { &mention.core }),
        "measure": mention.measure.map(|measure| match measure {
            Measure::Budget => "budget",
            Measure::Outturn => "outturn",
        }),
        "part": part(&mention.part, grammar),
        "year": mention.year.or(table.reading.year).or(submission.year),
        "low": mention.interval.lo.normalize().to_string(),
        "high": mention.interval.hi.normalize().to_string(),
        "approximate": mention.approximate,
    })
}

/// What a figure is in its sentence; a declared rate by its name.
fn part(part: &Part, grammar: &Grammar) -> String {
    match part {
        Part::Value => "value".to_owned(),
        Part::Task => "task".to_owned(),
        Part::Done => "done".to_owned(),
        Part::Previous => "previous".to_owned(),
        Part::Change { down: false } => "increase".to_owned(),
        Part::Change { down: true } => "decrease".to_owned(),
        Part::ChangeRate { down: false } => "growth".to_owned(),
        Part::ChangeRate { down: true } => "decline".to_owned(),
        Part::Share => "share".to_owned(),
        Part::Rate(number) => grammar.text.rate.get(*number).map(|rate| rate.name.clone()).unwrap_or_default(),
        Part::Other => "other".to_owned(),
    }
}
