//! Changes: this year less the year before, and the rate of it.

use rust_decimal::Decimal;

use super::{Context, Noted, Spoken, fault, judged, percent, shown_rate, verdict, worked};
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict};
use crate::narrative::grammar::Sense;
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::Use;
use crate::reconcile::working::Calc;

/// The figures of one statement of a change, by their numbers.
struct Change {
    now: Vec<usize>,
    before: Option<usize>,
    amount: Option<(usize, bool)>,
    rate: Option<(usize, bool)>,
}

type Side = (Decimal, Interval);

/// Every change that a sentence states with what it comes from.
pub fn change(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for change in changes(context, spoken) {
            noted.extend(difference(context, spoken, &change));
            noted.extend(growth(context, spoken, &change));
            if change.before.is_none() {
                let now = change.now.first().copied();
                noted.extend(super::filed::change(context, spoken, now, change.amount, change.rate));
            }
        }
        noted.extend((2..spoken.sentence.mentions.len()).filter_map(|at| points(context, spoken, at)));
    }
    noted
}

fn changes(context: &Context<'_>, spoken: Spoken<'_>) -> Vec<Change> {
    let mentions = &spoken.sentence.mentions;
    let mut found = Vec::new();
    let mut at = 0;
    while at < mentions.len() {
        let (amount, rate, next) = match mentions[at].part {
            Part::Change { down } => match mentions.get(at + 1).map(|m| (&m.part, m.segment)) {
                Some((Part::ChangeRate { down: rate_down }, segment)) if segment == mentions[at].segment => {
                    (Some((at, down)), Some((at + 1, *rate_down)), at + 2)
                }
                _ => (Some((at, down)), None, at + 1),
            },
            Part::ChangeRate { down } => match mentions.get(at + 1).map(|m| (&m.part, m.segment)) {
                // 增长9.4%，增加23.58万元
                Some((Part::Change { down: amount_down }, segment)) if segment == mentions[at].segment => {
                    (Some((at + 1, *amount_down)), Some((at, down)), at + 2)
                }
                _ => (None, Some((at, down)), at + 1),
            },
            _ => {
                at += 1;
                continue;
            }
        };
        let floor = at.saturating_sub(5);
        let noun = amount.map(|(amount, _)| mentions[amount].noun.clone());
        let like = |other: usize| noun.as_ref().is_none_or(|noun| mentions[other].noun == *noun);
        let changed = |other: &usize| matches!(mentions[*other].part, Part::Change { .. } | Part::ChangeRate { .. });
        // Nothing from beyond the change before.
        let floor = (floor..at).rev().find(changed).map_or(floor, |before| before + 1);
        // 比计划120场多6场: what it is compared with stands right before.
        let compared = |other: usize| other + 1 == at && mentions[other].lead.starts_with(['比', '较']);
        let is_before = |other: &usize| mentions[*other].part == Part::Previous || compared(*other);
        let before = (floor..at).rev().find(|other| is_before(other) && like(*other));
        let reached = (floor..at).rev().find(|other| is_reached(context, &mentions[*other]));
        let from = reached
            .and_then(|to| to.checked_sub(1))
            .filter(|from| *from >= floor && mentions[*from].lead.contains(['由', '从']) && like(*from));
        // 2024年为1.46万元，2023年为1.76万元，减少0.3万元
        let year = |at: usize| mentions[at].year.filter(|_| mentions[at].is_value() && like(at));
        let last = at.checked_sub(1).filter(|last| *last > floor && year(last - 1) == year(*last).map(|year| year + 1));
        let last = last.filter(|last| year(*last).is_some() && mentions[*last].lead.contains('年'));
        let before = before.or(from).or(last);
        let now = match reached {
            Some(to) => vec![to],
            None => (floor..at).rev().filter(|o| Some(*o) != before && mentions[*o].is_value() && like(*o)).collect(),
        };
        found.push(Change { now, before, amount, rate });
        at = next;
    }
    found
}

/// Whether a figure is the value after a change; 增加到2024年的 and 增加到约 say so too.
fn is_reached(context: &Context<'_>, mention: &Mention) -> bool {
    let plain = context.grammar.without_end(Sense::Copula, &mention.lead);
    context.grammar.holds(Sense::Reached, &mention.lead) || context.grammar.reached(plain)
}

/// `由91.2%提高到97.5%，提高6.3个百分点`: the two rates stand right before their difference.
fn points(context: &Context<'_>, spoken: Spoken<'_>, at: usize) -> Option<Noted> {
    let mentions = &spoken.sentence.mentions;
    let (before, now, step) = (at - 2, at - 1, &mentions[at]);
    let plain = context.grammar.without_end(Sense::Copula, &step.lead);
    let down = context.grammar.ends(Sense::Down, plain);
    let rate = |at: usize| mentions[at].quantity() == Quantity::Ratio && mentions[at].segment == step.segment;
    let stated = step.noun == "百分点"
        && (down || context.grammar.ends(Sense::Up, plain))
        && rate(before)
        && rate(now)
        && mentions[before].lead.contains(['由', '从'])
        && is_reached(context, &mentions[now])
        && mentions[now].gap.chars().count() <= 8
        && step.gap.chars().count() <= 8;
    let change = Change { now: vec![now], before: Some(before), amount: Some((at, down)), rate: None };
    stated.then(|| difference(context, spoken, &change))?
}

fn side(spoken: Spoken<'_>, at: usize) -> Option<Side> {
    Some((spoken.value(at)?, spoken.interval(at)?))
}

fn minus(a: Side, b: Side) -> Option<Side> {
    Some((a.0.checked_sub(b.0)?, a.1.checked_sub(b.1)?))
}

/// This year less the year before is the change.
fn difference(context: &Context<'_>, spoken: Spoken<'_>, change: &Change) -> Option<Noted> {
    let ((amount, down), before) = (change.amount?, change.before?);
    let printed = side(spoken, amount)?;
    let mut first = None;
    for now in &change.now {
        let (this, last) = (side(spoken, *now)?, side(spoken, before)?);
        let (value, within) = if down { minus(last, this)? } else { minus(this, last)? };
        let uses: Vec<Use> =
            vec![spoken.said(amount, Role::Total), spoken.said(*now, Role::Term), spoken.said(before, Role::Term)];
        let approximate = [amount, *now, before].iter().any(|at| spoken.mention(*at).approximate);
        let found = verdict(printed.0, printed.1, value, within, approximate);
        let mut noted = spoken.noted(context, amount, Verdict::Balanced, uses);
        noted.figures = judged(spoken.mention(amount), value, within, printed.1, "=");
        let (more, less) = if down { (2, 1) } else { (1, 2) };
        let change = Calc::Sub(Box::new(Calc::operand(more)), Box::new(Calc::operand(less)));
        noted.working = Some(worked(spoken.mention(amount), change));
        if found != Verdict::Unbalanced {
            return Some(noted);
        }
        first.get_or_insert((noted, *now));
    }
    let (mut noted, now) = first?;
    let likely = change.now.len() > 1;
    let shown = noted.figures.as_ref()?;
    let (a, b) = (&spoken.mention(now).text, &spoken.mention(before).text);
    let (a, b) = if down { (b, a) } else { (a, b) };
    let zh = format!("{a}-{b}={}{}，不是{}", shown.expected, shown.unit, spoken.mention(amount).text);
    let en = format!("{a} - {b} = {}{}, not {}", shown.expected, shown.unit, spoken.mention(amount).text);
    noted.words = Some(fault(&spoken.quote(now.min(before), amount.max(now)), likely, &zh, &en));
    noted.verdict = Verdict::Unbalanced;
    noted.likely = likely;
    noted.uses.extend(spoken.copied(amount));
    Some(noted)
}

/// The change over the year before is the rate.
fn growth(context: &Context<'_>, spoken: Spoken<'_>, change: &Change) -> Option<Noted> {
    let (rate, down) = change.rate?;
    let printed = side(spoken, rate)?;
    let amount = change.amount.map(|(amount, _)| amount);
    let mut first = None;
    let zero = Interval::exact(Decimal::ZERO);
    let nows: Vec<Option<usize>> =
        if change.now.is_empty() { vec![None] } else { change.now.iter().copied().map(Some).collect() };
    for now in &nows {
        let this = now.and_then(|now| side(spoken, now));
        let (top, bottom) = match (amount, change.before, this) {
            (Some(amount), Some(before), _) => (side(spoken, amount)?, side(spoken, before)?),
            (Some(amount), None, Some(this)) => {
                let step = side(spoken, amount)?;
                let back = if down { (-step.0, zero.checked_sub(step.1)?) } else { step };
                (step, minus(this, back)?)
            }
            (None, Some(before), Some(this)) => {
                let last = side(spoken, before)?;
                (if down { minus(last, this)? } else { minus(this, last)? }, last)
            }
            _ => continue,
        };
        let Some((value, within)) = percent(top, bottom) else { continue };
        let approximate =
            [amount, change.before, *now, Some(rate)].iter().flatten().any(|at| spoken.mention(*at).approximate);
        let found = verdict(printed.0, printed.1, value, within, approximate);
        let parts = [amount, *now, change.before].into_iter().flatten();
        let uses = std::iter::once(spoken.said(rate, Role::Total)).chain(parts.map(|at| spoken.said(at, Role::Term)));
        let mut noted = spoken.noted(context, rate, Verdict::Balanced, uses.collect());
        noted.figures = judged(spoken.mention(rate), value, within, printed.1, "=");
        let cut = value.trunc_with_scale(spoken.mention(rate).value.scale()) == printed.0;
        if found != Verdict::Unbalanced || cut {
            return Some(noted);
        }
        first.get_or_insert((noted, *now, value, top, bottom));
    }
    let (mut noted, now, value, top, bottom) = first?;
    let likely = change.now.len() > 1;
    let mention = spoken.mention(rate);
    let shown = shown_rate(value, mention);
    let inverted = percent(top, (bottom.0.checked_add(top.0)?, bottom.1.checked_add(top.1)?))
        .is_some_and(|(other, around)| verdict(printed.0, printed.1, other, around, false) != Verdict::Unbalanced);
    let (hint_zh, hint_en) = if inverted && !down {
        ("；所报比率是以本年数为分母算的", "; the rate reported was taken over this year's figure")
    } else {
        ("", "")
    };
    let zh = format!("变动率应为{shown}，不是{}{hint_zh}", mention.text);
    let en = format!("the rate of change is {shown}, not {}{hint_en}", mention.text);
    let from = [now, change.before, amount].into_iter().flatten().min().unwrap_or(rate);
    noted.words = Some(fault(&spoken.quote(from, rate.max(from)), likely, &zh, &en));
    noted.verdict = Verdict::Unbalanced;
    noted.likely = likely;
    noted.uses.extend(spoken.copied(rate));
    Some(noted)
}
