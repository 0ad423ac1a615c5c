//! Totals and their parts: what claims to be all must add up, what is a part cannot be above its whole.

use rust_decimal::Decimal;

use super::{Context, Noted, Spoken, fault, judged, verdict, worked};
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict};
use crate::narrative::grammar::Sense;
use crate::narrative::{Claim, List};
use crate::reconcile::outcome::Use;
use crate::reconcile::working::{Calc, Working};

/// The whole that is looked at by a rule of its own.
pub const STAFF: &str = "人员构成";

/// Whether a list names kinds of staff.
#[must_use]
pub fn is_staff(context: &Context<'_>, list: &List) -> bool {
    list.whole.and_then(|whole| context.grammar.text.whole.get(whole)).is_some_and(|whole| whole.name == STAFF)
}

/// Sums of every list but those of staff.
pub fn parts(context: &Context<'_>) -> Vec<Noted> {
    let spoken = context.shared.words.all();
    spoken
        .flat_map(|spoken| {
            let lists = spoken.lists.iter().filter(|list| list.parts.len() > 1 && !is_staff(context, list));
            lists.filter_map(|list| sum(context, spoken, list)).collect::<Vec<_>>()
        })
        .collect()
}

/// The sum of some figures, and all values it can have.
fn add(spoken: Spoken<'_>, parts: &[usize]) -> Option<(Decimal, Interval)> {
    parts.iter().try_fold((Decimal::ZERO, Interval::exact(Decimal::ZERO)), |(sum, within), at| {
        Some((sum.checked_add(spoken.value(*at)?)?, within.checked_add(spoken.interval(*at)?)?))
    })
}

/// The totals that the sentence may mean, the nearest first.
pub fn totals(spoken: Spoken<'_>, list: &List) -> Vec<usize> {
    if list.adjacent || list.behind {
        return vec![list.total];
    }
    let first = spoken.mention(list.parts[0]);
    let mentions = &spoken.sentence.mentions;
    let before = (list.parts[0].saturating_sub(6)..list.parts[0]).rev();
    before.filter(|at| mentions[*at].is_value() && mentions[*at].like(first)).collect()
}

/// Judges one list; none where nothing can be said.
pub fn sum(context: &Context<'_>, spoken: Spoken<'_>, list: &List) -> Option<Noted> {
    let totals = totals(spoken, list);
    let mut runs: Vec<&[usize]> = vec![&list.parts];
    if list.behind {
        runs.extend((1..list.parts.len() - 1).map(|from| &list.parts[from..]));
    } else if let [named @ .., last] = list.parts.as_slice()
        && named.len() > 1
        && context.grammar.holds(Sense::Carried, &spoken.mention(*last).lead)
    {
        // What is left at the end of a list may be no part of it.
        runs.push(named);
    }
    if !list.behind {
        // Nor is what was spent of the total, told behind its parts.
        let spent = |count: &usize| context.grammar.holds(Sense::Outturn, &spoken.mention(list.parts[*count]).lead);
        runs.extend((2..list.parts.len()).filter(spent).take(2).map(|count| &list.parts[..count]));
        // 其中站内186人次、街面140人次，护送返乡86人次: what goes on behind the parts may be none of them.
        let open = list.claim == Claim::Open;
        runs.extend((2..list.parts.len()).rev().filter(|_| open).map(|count| &list.parts[..count]));
    }
    let approximate = list.parts.iter().chain(&totals).any(|at| spoken.mention(*at).approximate);
    let mut nearest = None;
    for total in &totals {
        for run in &runs {
            let (sum, within) = add(spoken, run)?;
            let (value, printed) = (spoken.value(*total)?, spoken.interval(*total)?);
            let found = verdict(value, printed, sum, within, approximate);
            if found != Verdict::Unbalanced {
                let mut noted = spoken.noted(context, *total, found, uses(spoken, *total, run));
                noted.figures = judged(spoken.mention(*total), sum, within, printed, "=");
                noted.working = Some(added(spoken, *total, run));
                if found == Verdict::Rounding {
                    let quote = spoken.quote(*total.min(&run[0]), (*total).max(run[run.len() - 1]));
                    noted.words = Some(fault(
                        &quote,
                        false,
                        "各项之和与合计之差可由取整解释",
                        "rounding explains the difference between the parts and their total",
                    ));
                }
                return Some(noted);
            }
            if nearest.is_none() {
                nearest = Some((*total, sum, within, printed, value));
            }
        }
    }
    let (total, sum, within, printed, value) = nearest?;
    let (fails, likely) = failing(context, spoken, list, total, (sum, within), (value, printed))?;
    let uses = uses(spoken, total, &list.parts);
    if !fails || likely && rated(spoken, list, (sum, within), (value, printed)) {
        // Named parts of a larger whole.
        if list.behind {
            return None;
        }
        let mut noted = spoken.noted(context, total, Verdict::Balanced, uses);
        noted.figures = judged(spoken.mention(total), sum, within, printed, "<=");
        noted.working = Some(added(spoken, total, &list.parts));
        return Some(noted);
    }
    let end = list.parts.iter().copied().max()?.max(total);
    let quote = spoken.quote(total.min(list.parts[0]), end);
    let shown =
        judged(spoken.mention(total), sum, within, printed, if list.claim == Claim::Some { ">=" } else { "=" })?;
    let terms: Vec<String> = list.parts.iter().map(|at| term(spoken, *at)).collect();
    let terms = terms.join("+");
    let slip = list.parts.iter().any(|at| spoken.slips.iter().any(|slip| slip.mention == *at));
    let (as_zh, as_en) = if slip { ("（计量单位更正后）", " (with the unit set right)") } else { ("", "") };
    let zh = format!(
        "{terms}={}{}{as_zh}，与{}{}相差{}{}",
        shown.expected,
        shown.unit,
        shown.reported,
        shown.unit,
        shown.difference.abs(),
        shown.unit
    );
    let en = format!(
        "{terms} = {}{}{as_en}, which is {}{} off from {}{}",
        shown.expected,
        shown.unit,
        shown.difference.abs(),
        shown.unit,
        shown.reported,
        shown.unit
    );
    let mut noted = spoken.noted(context, total, Verdict::Unbalanced, uses);
    noted.words = Some(fault(&quote, likely, &zh, &en));
    noted.likely = likely;
    noted.figures = Some(shown);
    noted.working = Some(added(spoken, total, &list.parts));
    Some(noted)
}

/// Whether a list that does not tie is at fault, and whether that is to be verified only.
fn failing(
    context: &Context<'_>,
    spoken: Spoken<'_>,
    list: &List,
    total: usize,
    (sum, within): (Decimal, Interval),
    (value, printed): (Decimal, Interval),
) -> Option<(bool, bool)> {
    let least = list.parts.iter().filter_map(|at| spoken.value(*at)).min()?;
    let above = within.lo > printed.hi;
    let gap = value.checked_sub(sum)?.abs();
    let carried =
        list.parts.last().is_some_and(|last| context.grammar.holds(Sense::Carried, &spoken.mention(*last).lead));
    Some(match list.claim {
        Claim::All => (true, !list.adjacent),
        // 收入总计 that names what was carried over names all that makes it up.
        Claim::Open if !list.behind && carried => (true, true),
        // Nearly all: what is missing is less than the least that was named.
        Claim::Open if list.behind => {
            let close = gap.checked_mul(Decimal::from(5)).is_some_and(|gap| gap < value);
            let alone = context.grammar.words(Sense::Sum).any(|word| spoken.mention(total).lead == word);
            (gap < least || alone && close, true)
        }
        // People stand in several kinds at once: women, members of the party.
        Claim::Open => {
            let apart = spoken.mention(total).noun != "人"
                || parallel(spoken, &list.parts)
                || !across(context, spoken, &list.parts);
            (gap < least || (above && apart) || changed_over(spoken, list, total), true)
        }
        Claim::Some => (above, true),
    })
}

/// Whether a person may stand in several of the parts.
fn across(context: &Context<'_>, spoken: Spoken<'_>, parts: &[usize]) -> bool {
    parts.iter().any(|at| {
        let mention = spoken.mention(*at);
        let core = &mention.core;
        core.is_empty() || context.grammar.holds(Sense::Across, core)
    })
}

/// Names of one build tell things apart: 县级, 乡级 and 村级.
fn parallel(spoken: Spoken<'_>, parts: &[usize]) -> bool {
    let build = |at: &usize| {
        let core = &spoken.mention(*at).core;
        (core.chars().count(), core.chars().next_back())
    };
    let first = parts.first().map(build);
    first.is_some_and(|first| first.0 > 1 && parts.iter().all(|at| build(at) == first))
}

/// Whether the sum holds once two neighbouring digits of one part change places.
fn changed_over(spoken: Spoken<'_>, list: &List, total: usize) -> bool {
    let Some((value, sum)) = spoken.value(total).zip(add(spoken, &list.parts)) else { return false };
    list.parts.iter().any(|at| {
        let mention = spoken.mention(*at);
        let Some(rest) = spoken.value(*at).and_then(|own| sum.0.checked_sub(own)) else { return false };
        let digits: Vec<char> = mention.value.to_string().chars().collect();
        (1..digits.len()).any(|second| {
            let mut other = digits.clone();
            let first = if other[second - 1] == '.' { second.saturating_sub(2) } else { second - 1 };
            other.swap(first, second);
            let meant = other.iter().collect::<String>().parse::<Decimal>().ok();
            let meant = meant.filter(|_| digits.len() > 2 && other != digits);
            let meant = meant.and_then(|meant| crate::narrative::number::base(meant, &mention.unit));
            meant.and_then(|meant| rest.checked_add(meant)) == Some(value)
        })
    })
}

/// A rate behind the parts that is their sum over the total: 结案率96.7% says that not all were closed.
fn rated(spoken: Spoken<'_>, list: &List, sum: (Decimal, Interval), total: (Decimal, Interval)) -> bool {
    let Some(end) = list.parts.iter().max().filter(|_| !list.behind) else { return false };
    let mentions = &spoken.sentence.mentions;
    let after = mentions.iter().enumerate().skip(end + 1).take(2);
    let Some((rate, within)) = super::percent(sum, total) else { return false };
    after.filter(|(_, mention)| mention.quantity() == Quantity::Ratio).any(|(at, _)| {
        let printed = spoken.value(at).zip(spoken.interval(at));
        printed.is_some_and(|(value, printed)| verdict(value, printed, rate, within, false) != Verdict::Unbalanced)
    })
}

/// The working of a total beside the sum of its parts, which stand behind it among the operands.
fn added(spoken: Spoken<'_>, total: usize, parts: &[usize]) -> Working {
    worked(spoken.mention(total), Calc::Operands((1..=parts.len()).collect()))
}

fn term(spoken: Spoken<'_>, at: usize) -> String {
    spoken.mention(at).value.normalize().to_string()
}

fn uses(spoken: Spoken<'_>, total: usize, parts: &[usize]) -> Vec<Use> {
    let terms = parts.iter().map(|at| spoken.said(*at, Role::Term));
    std::iter::once(spoken.said(total, Role::Total)).chain(terms).collect()
}

/// One part stands within its whole.
pub fn within(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for list in spoken.lists.iter().filter(|list| list.parts.len() == 1 && !list.behind) {
            let part = list.parts[0];
            let mentions = &spoken.sentence.mentions;
            let wholes: Vec<usize> = (part.saturating_sub(6)..part)
                .rev()
                .filter(|at| mentions[*at].is_value() && mentions[*at].like(&mentions[part]))
                .collect();
            noted.extend(above(context, spoken, part, &wholes));
        }
        noted.extend(declared(context, spoken));
    }
    noted
}

/// Counts that the grammar declares to be within others.
fn declared(context: &Context<'_>, spoken: Spoken<'_>) -> Vec<Noted> {
    let mentions = &spoken.sentence.mentions;
    let mut noted = Vec::new();
    for (at, mention) in mentions.iter().enumerate().filter(|(_, mention)| mention.is_value()) {
        for pair in &context.grammar.text.within {
            let is = |words: &[String], text: &str| words.iter().any(|word| text.contains(word.as_str()));
            if !is(&pair.part, &mention.lead) || is(&pair.whole, &mention.lead) {
                continue;
            }
            // The nearest of its kind in the same clause; what follows 其中 is judged as a list.
            let whole = (at.saturating_sub(3)..at).rev().find(|other| {
                let other = &mentions[*other];
                other.is_value()
                    && other.like(mention)
                    && other.segment == mention.segment
                    && other.part != crate::narrative::Part::Task
                    && is(&pair.whole, &other.lead)
                    && !is(&pair.part, &other.lead)
            });
            let listed = spoken.lists.iter().any(|list| list.parts.contains(&at));
            if let Some(whole) = whole.filter(|_| !listed) {
                noted.extend(
                    above(context, spoken, at, &[whole]).map(|one| Noted { likely: one.words.is_some(), ..one }),
                );
            }
        }
    }
    noted
}

fn above(context: &Context<'_>, spoken: Spoken<'_>, part: usize, wholes: &[usize]) -> Option<Noted> {
    let own = spoken.interval(part)?;
    let holds = wholes.iter().find(|at| spoken.interval(**at).is_some_and(|whole| own.lo <= whole.hi));
    let whole = *holds.or(wholes.first())?;
    let uses = vec![spoken.said(part, Role::Total), spoken.said(whole, Role::Term)];
    let figures = judged(spoken.mention(part), spoken.value(whole)?, spoken.interval(whole)?, own, "<=");
    let mut noted = spoken.noted(context, part, Verdict::Balanced, uses);
    noted.figures = figures;
    noted.working = Some(worked(spoken.mention(part), Calc::operand(1)));
    if holds.is_none() {
        let likely = wholes.len() > 1;
        let (small, large) = (spoken.mention(part), spoken.mention(whole));
        let zh = format!("部分（{}）大于整体（{}）", small.text, large.text);
        let en = format!("a part ({}) is above its whole ({})", small.text, large.text);
        noted.words = Some(fault(&spoken.quote(whole, part), likely, &zh, &en));
        noted.verdict = Verdict::Unbalanced;
        noted.likely = likely;
        noted.uses.extend(spoken.copied(part));
    }
    Some(noted)
}
