//! Figures of a stated goal beside the target of the indicator of that name.

use std::collections::BTreeSet;

use super::table::in_base;
use super::{Context, Noted, Spoken};
use crate::forms::normal::squash;
use crate::model::finding::Role;
use crate::model::{CellRef, Verdict, Words};
use crate::reconcile::outcome::Use;

/// Letters of a subject from which on it is specific enough.
const SPECIFIC: usize = 3;

/// A goal that gives a figure under an indicator's own name gives its target.
pub fn goal(context: &Context<'_>) -> Vec<Noted> {
    let cells = cells(context);
    let mut noted = Vec::new();
    let stands = |spoken: &Spoken<'_>| cells.contains(&(spoken.sentence.table, spoken.sentence.cell));
    for spoken in context.shared.words.all().filter(stands) {
        for at in 0..spoken.sentence.mentions.len() {
            noted.extend(one(context, spoken, at));
        }
    }
    noted
}

/// The cells of stated goals, with their tables.
#[must_use]
pub fn cells(context: &Context<'_>) -> BTreeSet<(usize, CellRef)> {
    let tables = context.submission.tables.iter().enumerate();
    let goals = tables.flat_map(|(number, table)| {
        let goals = table.reading.figures.iter().filter(|figure| &*figure.measure == "预期目标");
        goals.map(move |figure| (number, figure.cell))
    });
    goals.collect()
}

fn one(context: &Context<'_>, spoken: Spoken<'_>, at: usize) -> Option<Noted> {
    let mention = spoken.mention(at);
    if mention.core.chars().count() < SPECIFIC || mention.noun.is_empty() || mention.approximate {
        return None;
    }
    let number = spoken.sentence.table;
    let mut same = context.shared.sheets[number].indicators.iter().filter(|row| squash(row.name) == mention.core);
    let (figure, target) = same.next().filter(|_| same.next().is_none())?.target?;
    if target.value.unit.noun != mention.unit.noun {
        return None;
    }
    let (value, around) = in_base(target)?;
    let printed = spoken.interval(at)?;
    let holds = spoken.value(at) == Some(value) || printed.intersect(around).is_some();
    let uses: Vec<Use> = vec![spoken.said(at, Role::Total), Use::figure(number, figure, Role::Term)];
    let mut found = spoken.noted(context, at, if holds { Verdict::Balanced } else { Verdict::Unbalanced }, uses);
    if !holds {
        let (stated, aim, name) = (&mention.text, target.text.trim(), &mention.core);
        found.words = Some(Words::new(
            format!("年度目标写“{name}”{stated}，指标值为{aim}，请核实"),
            format!("the goal gives “{name}” as {stated}, and its indicator’s target is {aim}; please verify"),
        ));
    }
    Some(found)
}
