//! One quantity stated twice in words.

use std::collections::BTreeMap;

use super::table::measure_of;
use super::{Context, Noted, Spoken};
use crate::model::finding::Role;
use crate::model::{Quantity, Verdict, Words};
use crate::narrative::mention::Measure;
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::Use;

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
    let uses: Vec<Use> = places.iter().map(|(spoken, at)| spoken.said(*at, Role::Subject)).collect();
    let Some((other, other_at)) = apart else {
        return Some(first.noted(context, at, Verdict::Balanced, uses));
    };
    let mut noted = first.noted(context, at, Verdict::Unbalanced, uses);
    let measure = match key.measure {
        Some(Measure::Budget) => ("预算", " (budget)"),
        Some(Measure::Outturn) => ("决算", " (outturn)"),
        None => ("", ""),
    };
    let year = key.year.map(|year| format!("{year}年")).unwrap_or_default();
    let (a, b) = (first.quote(at, at), other.quote(*other_at, *other_at));
    noted.words = Some(Words::new(
        format!("{year}“{}”{}前后不一：“{a}”，又作“{b}”，请核实", key.subject, measure.0),
        format!("“{}”{} is stated twice: “{a}” and “{b}”; please verify", key.subject, measure.1),
    ));
    Some(noted)
}
