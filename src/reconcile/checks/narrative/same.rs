//! One quantity stated twice in words.

use std::collections::BTreeMap;

use super::lines::Entry;
use super::table::{in_base, measure_of, stage_is};
use super::{Context, Noted, Spoken};
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict, Words};
use crate::narrative::mention::Measure;
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::{Use, figure_at};

/// Letters of a subject from which on it is specific enough.
const SPECIFIC: usize = 5;

/// What makes two figures one quantity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    project: Option<String>,
    heading: String,
    subject: String,
    measure: Option<Measure>,
    year: Option<i32>,
    noun: String,
    part: u8,
}

/// Figures of one line, or of one specific subject in two annexes, that cannot be one value.
pub fn same(context: &Context<'_>) -> Vec<Noted> {
    let mut stated: BTreeMap<Key, Vec<(Spoken<'_>, usize)>> = BTreeMap::new();
    for spoken in context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()) {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            if let Some(key) = key(context, spoken, at, mention) {
                stated.entry(key).or_default().push((spoken, at));
            }
        }
    }
    stated.into_iter().filter_map(|(key, places)| judge(context, &key, &places)).collect()
}

fn key(context: &Context<'_>, spoken: Spoken<'_>, at: usize, mention: &Mention) -> Option<Key> {
    let part = match mention.part {
        Part::Value => 0,
        Part::Task => 1,
        Part::Done => 2,
        _ => return None,
    };
    let table = &context.submission.tables[spoken.sentence.table];
    let line = context.shared.words.lines.canonical(&mention.core).filter(|_| mention.quantity() == Quantity::Money);
    let form = &context.forms.all[table.form];
    let (measure, _) = measure_of(spoken, at);
    let year = mention.year.or(table.reading.year).or(context.submission.year);
    if mention.inherited {
        return None;
    }
    // A line is one of the whole submission where its measure is known; other subjects need their heading.
    let (subject, heading) = match line {
        Some(line) if form.single => {
            measure?;
            (line.to_owned(), String::new())
        }
        _ if mention.core.chars().count() >= SPECIFIC && !mention.noun.is_empty() => {
            (mention.core.clone(), spoken.sentence.heading.clone())
        }
        _ => return None,
    };
    Some(Key { project: table.project.clone(), heading, subject, measure, year, noun: mention.noun.clone(), part })
}

fn judge(context: &Context<'_>, key: &Key, places: &[(Spoken<'_>, usize)]) -> Option<Noted> {
    let is_line = context.shared.words.lines.canonical(&key.subject).is_some();
    let (first, at) = *places.first()?;
    let apart = places.iter().skip(1).find(|(spoken, other)| {
        let elsewhere = is_line || spoken.sentence.table != first.sentence.table;
        let meet = first.interval(at).zip(spoken.interval(*other)).is_none_or(|(a, b)| a.intersect(b).is_some());
        elsewhere && !meet
    });
    if places.len() < 2 {
        return None;
    }
    let mut uses: Vec<Use> = places.iter().map(|(spoken, at)| spoken.said(*at, Role::Subject)).collect();
    if apart.is_none() {
        return Some(first.noted(context, at, Verdict::Balanced, uses));
    }
    let mut values: Vec<(Spoken<'_>, usize)> = Vec::new();
    for (spoken, other) in places {
        let known = |one: &(Spoken<'_>, usize)| {
            let meet = one.0.interval(one.1).zip(spoken.interval(*other));
            meet.is_none_or(|(a, b)| a.intersect(b).is_some())
        };
        if !values.iter().any(known) {
            values.push((*spoken, *other));
        }
    }
    let filed = filed(context, key, &values);
    uses.extend(filed.iter().map(|one| Use::figure(one.table, one.figure, Role::Subject)));
    let mut noted = first.noted(context, at, Verdict::Unbalanced, uses);
    let measure = match key.measure {
        Some(Measure::Budget) => ("预算", " (budget)"),
        Some(Measure::Outturn) => ("决算", " (outturn)"),
        None => ("", ""),
    };
    let year = key.year.map(|year| format!("{year}年")).unwrap_or_default();
    let quotes: Vec<String> = values.iter().map(|(spoken, at)| format!("“{}”", spoken.quote(*at, *at))).collect();
    let tables: Vec<(String, String)> = filed.iter().filter_map(|one| in_table(context, one)).collect();
    let (tables_zh, tables_en): (Vec<_>, Vec<_>) = tables.into_iter().unzip();
    let (zh, en) = (quotes.join("，又作"), quotes.join(" and "));
    let zh = std::iter::once(zh).chain(tables_zh).collect::<Vec<_>>().join("；");
    let en = std::iter::once(en).chain(tables_en).collect::<Vec<_>>().join("; ");
    noted.words = Some(Words::new(
        format!("{year}“{}”{}前后不一：{zh}，请核实", key.subject, measure.0),
        format!("“{}”{} is stated with several values: {en}; please verify", key.subject, measure.1),
    ));
    Some(noted)
}

/// Figures of the tables for the same line and measure that are none of the values told.
fn filed<'c>(context: &'c Context<'_>, key: &Key, values: &[(Spoken<'_>, usize)]) -> Vec<&'c Entry> {
    let Some(measure) = key.measure else { return Vec::new() };
    let mut found: Vec<(&Entry, Interval)> = Vec::new();
    for entry in context.shared.words.lines.named(&key.subject).iter().filter(|entry| stage_is(entry, measure)) {
        let table = &context.submission.tables[entry.table];
        let year = table.reading.year.or(context.submission.year);
        let Some((_, around)) = figure_at(context.submission, entry.table, entry.figure).and_then(in_base) else {
            continue;
        };
        let told = values.iter().filter_map(|(spoken, at)| spoken.interval(*at));
        let known = told.chain(found.iter().map(|(_, other)| *other)).any(|other| other.intersect(around).is_some());
        if year == key.year && !known {
            found.push((entry, around));
        }
    }
    found.into_iter().map(|(entry, _)| entry).collect()
}

/// A figure of a table in words, in Chinese and English.
fn in_table(context: &Context<'_>, entry: &Entry) -> Option<(String, String)> {
    let figure = figure_at(context.submission, entry.table, entry.figure)?;
    let annex = &context.forms.all[context.submission.tables[entry.table].form].annex;
    let shown = format!("{}{}", figure.text.trim(), figure.value.unit);
    let name = format!("{} · {}", figure.line, figure.measure);
    Some((format!("{annex}“{}·{}”为{shown}", figure.line, figure.measure), format!("{annex} has “{name}” as {shown}")))
}
