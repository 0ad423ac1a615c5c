//! Figures of a stated goal beside the target of the indicator of that name.

use super::{Context, Noted, Spoken};
use crate::model::finding::Role;
use crate::model::{Verdict, Words};
use crate::reconcile::outcome::Use;

/// Letters of a subject from which on it is specific enough.
const SPECIFIC: usize = 3;

/// A goal that gives a figure under an indicator's own name gives its target.
pub fn goal(context: &Context<'_>) -> Vec<Noted> {
    let targets: Vec<Spoken<'_>> =
        context.words.all().filter(|spoken| matches!(spoken.sentence.indicator, Some((_, false)))).collect();
    let is_goal = |spoken: &Spoken<'_>| {
        let table = &context.submission.tables[spoken.sentence.table];
        table.reading.figures.iter().any(|f| f.cell == spoken.sentence.cell && &*f.measure == "预期目标")
    };
    let mut noted = Vec::new();
    for spoken in context.words.all().filter(|spoken| is_goal(spoken)) {
        for at in 0..spoken.sentence.mentions.len() {
            noted.extend(one(context, spoken, at, &targets));
        }
    }
    noted
}

fn one(context: &Context<'_>, spoken: Spoken<'_>, at: usize, targets: &[Spoken<'_>]) -> Option<Noted> {
    let mention = spoken.mention(at);
    if mention.core.chars().count() < SPECIFIC || mention.noun.is_empty() || mention.approximate {
        return None;
    }
    let mut same = targets.iter().filter_map(|target| {
        let (name, _) = target.sentence.indicator.as_ref()?;
        let [only] = target.sentence.mentions.as_slice() else { return None };
        let own = target.sentence.table == spoken.sentence.table && crate::forms::normal::squash(name) == mention.core;
        (own && only.like(mention)).then_some(*target)
    });
    let target = same.next().filter(|_| same.next().is_none())?;
    let holds = spoken.interval(at).zip(target.interval(0)).is_some_and(|(a, b)| a.intersect(b).is_some());
    let uses: Vec<Use> = vec![spoken.said(at, Role::Total), target.said(0, Role::Term)];
    let mut found = spoken.noted(context, at, if holds { Verdict::Balanced } else { Verdict::Unbalanced }, uses);
    if !holds {
        let (stated, aim, name) = (&mention.text, &target.mention(0).text, &mention.core);
        found.words = Some(Words::new(
            format!("年度目标写“{name}”{stated}，指标值为{aim}，请核实"),
            format!("the goal gives “{name}” as {stated}, and its indicator’s target is {aim}; please verify"),
        ));
    }
    Some(found)
}
