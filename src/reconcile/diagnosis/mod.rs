//! Which figure of a submission is wrong, why, and what it probably should be: outcomes → problem → suspects.
//!
//! Runs only where a balance fails, or leaves a tail. `state` turns the comparisons of a submission into a problem of whole numbers,
//! `diagnose` solves it, and what it found is written back to the outcomes. Sentences come second: they are weighed
//! while the tables are looked at, and where they still disagree with the tables so mended, they are looked at
//! themselves. `together` asks of the tails whether all can be explained at once.

mod formula;
mod say;
mod scaled;
mod state;
mod together;

use rust_decimal::Decimal;

use super::evaluate::Paired;
use super::outcome::{self, Diagnosis, Outcome, Suspected};
use crate::diagnose::{Binding, Found, Group, Located, locate};
use crate::forms::Forms;
use crate::model::{Class, Verdict, Words};
use crate::rules::Pack;
use say::Speaker;
use state::Stated;

/// Causes of the first set that are told, and sets that are.
const CAUSES: usize = 3;
const SETS: usize = 12;

/// Finds the likely causes of the failing balances of some submissions and lets the comparisons go.
pub fn diagnose(outcomes: &mut Vec<Outcome>, pairs: &[Paired<'_>], forms: &Forms, pack: &Pack) {
    let mut more = Vec::new();
    let mut from = 0;
    while from < outcomes.len() {
        let submission = outcomes[from].submission;
        let own = outcomes[from..].iter().take_while(|one| one.submission == submission).count();
        let range = from..from + own;
        from += own;
        let own = &mut outcomes[range];
        if own.iter().any(|one| concerns(one, pack)) {
            more.extend(one_submission(own, pairs[submission], forms, pack));
        }
    }
    for outcome in outcomes.iter_mut() {
        outcome.shapes = Vec::new();
    }
    if !more.is_empty() {
        outcomes.extend(more);
        outcome::sort(outcomes, pack);
    }
}

/// Whether an outcome gives a reason to look: it fails, or a balance holds by rounding.
fn concerns(one: &Outcome, pack: &Pack) -> bool {
    let tail = || pack.rules[one.rule].class == Class::Balance;
    let asks = match one.verdict {
        Verdict::Unbalanced => true,
        Verdict::Rounding | Verdict::RoundingLarge => tail(),
        Verdict::Balanced | Verdict::Unchecked | Verdict::NotApplicable => false,
    };
    asks && !one.shapes.is_empty()
}

fn one_submission(own: &mut [Outcome], pair: Paired<'_>, forms: &Forms, pack: &Pack) -> Vec<Outcome> {
    let Some(mut stated) = Stated::of(own, pair, forms, pack) else { return Vec::new() };
    let speaker = Speaker { pair, forms };
    let mut more = together::ask(own, &stated, &speaker, pack);
    if !stated.fails {
        return more;
    }
    let tables = locate(&stated.problem);
    more.extend(scaled::gather(own, &stated, &tables, &speaker, pack));
    write(own, &stated, &tables, &speaker);
    // The tables as they probably should be; then the sentences are the ones to explain.
    stated.mend(&tables);
    stated.turn(Binding::Must, Binding::Guard);
    stated.turn(Binding::Weigh, Binding::Must);
    if !stated.problem.ties.is_empty() {
        let mut said = locate(&stated.problem);
        // Of two figures in words that nothing tells apart there is nothing more to say.
        said.groups.retain(|found| !found.sets.is_empty());
        write(own, &stated, &said, &speaker);
    }
    more
}

/// Writes what was found to the outcomes of the ties that it explains.
fn write(own: &mut [Outcome], stated: &Stated, located: &Located, speaker: &Speaker<'_>) {
    for found in &located.groups {
        let diagnosis = diagnosis(stated, found, speaker);
        for tie in &found.ties {
            let outcome = &mut own[stated.outcome_of[*tie]];
            if outcome.gathered || outcome.diagnosis.is_some() {
                continue;
            }
            if !diagnosis.causes.is_empty() {
                for one in &mut outcome.uses {
                    let named = |cause: &Suspected| (cause.set == 1 || !found.sure) && cause.figure.is(one);
                    one.suspect = diagnosis.causes.iter().any(named);
                }
            }
            outcome.diagnosis = Some(Box::new(diagnosis.clone()));
        }
    }
}

fn diagnosis(stated: &Stated, found: &Found, speaker: &Speaker<'_>) -> Diagnosis {
    let mut causes = Vec::new();
    for (number, set) in found.sets.iter().take(SETS).enumerate() {
        let shown = if number == 0 { CAUSES } else { 1 };
        for change in &set.changes {
            let own: Vec<Suspected> = change
                .causes
                .iter()
                .take(shown)
                .flat_map(|guess| {
                    let proposed = stated.amount(change.cell, guess.value);
                    say::names(guess.slip).iter().map(move |cause| Suspected {
                        figure: stated.uses[change.cell].clone(),
                        cause,
                        proposed,
                        repairs: set.repairs,
                        of: set.of,
                        breaks: set.breaks,
                        set: number + 1,
                        why: speaker.why(stated, change.cell, guess),
                    })
                })
                .collect();
            causes.extend(own);
        }
    }
    Diagnosis { line: line(stated, found, speaker), causes }
}

/// Suspects that one line names.
const NAMED: usize = 3;

/// Says in one line what is probably wrong.
fn line(stated: &Stated, found: &Found, speaker: &Speaker<'_>) -> Words {
    let Some(first) = found.sets.first() else {
        return Words::new(
            "未能定位：没有哪一格（或两三格）改动后能使这些勾稽相符而不破坏其他勾稽，或无从区分",
            "not located: no cell, pair or triple could be changed so that these ties hold and no other breaks, or nothing tells them apart",
        );
    };
    if found.sure || found.sets.len() == 1 {
        let (zh, en) = speaker.set(stated, first);
        let after = effect(first);
        return Words::new(format!("{zh}；{}", after.zh), format!("{en}; then {}", after.en));
    }
    let sets: Vec<&Group> = found.sets.iter().take(NAMED).collect();
    let said: Vec<(String, String)> = sets.iter().map(|set| speaker.set(stated, set)).collect();
    let join = |of: fn(&(String, String)) -> &String, between: &str| {
        said.iter().map(|one| of(one).as_str()).collect::<Vec<_>>().join(between)
    };
    let (count, after) = (found.sets.len(), effect(first));
    let (more_zh, more_en) = if count > NAMED { ("……", " …") } else { ("", "") };
    Words::new(
        format!("可能有{count}处，按可能性排列：{}{more_zh}；任改其一，{}", join(|one| &one.0, "；或 "), after.zh),
        format!(
            "{count} candidates, the likeliest first: {}{more_en}; with any one of them changed, {}",
            join(|one| &one.1, "; or "),
            after.en
        ),
    )
}

/// Says what a change mends and breaks.
fn effect(set: &Group) -> Words {
    let (repairs, of, breaks, all) = (set.repairs, set.of, set.breaks, set.stands_in);
    if breaks == 0 && repairs == of {
        let all = all.max(of);
        let en = match all {
            1 => "the tie holds".to_owned(),
            2 => "both ties hold".to_owned(),
            more => format!("all {more} ties hold"),
        };
        return Words::new(format!("改后{all}处勾稽全部相符"), en);
    }
    let (zh, en) = if breaks == 0 {
        (String::new(), ", none breaks".to_owned())
    } else {
        (format!("，另有{breaks}处转为不符"), format!(", {breaks} break"))
    };
    Words::new(format!("改后{of}处不平中有{repairs}处相符{zh}"), format!("{repairs} of {of} failing ties hold{en}"))
}

/// A proposal as people write it.
fn shown(value: Decimal) -> String {
    value.normalize().to_string()
}
