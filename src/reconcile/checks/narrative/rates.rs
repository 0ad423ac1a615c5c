//! Rates that sentences print, recomputed from what they are declared to come from.

use super::shares::{Reading, ratio};
use super::{Context, Noted, Spoken};
use crate::model::Quantity;
use crate::narrative::grammar::{RateText, Sense};
use crate::narrative::{Mention, Part};

/// Which operand the words before a figure make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Top,
    Bottom,
    Unsaid,
}

/// Every declared rate of the sentences.
pub fn rate(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = super::named_rates::named(context);
    let all: Vec<Spoken<'_>> = context.shared.words.all().collect();
    for spoken in &all {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            let Part::Rate(number) = mention.part else { continue };
            let Some(rate) = context.grammar.text.rate.get(number) else { continue };
            let found = operands(context, *spoken, at, rate);
            if found.is_none() {
                noted.extend(super::named_rates::one(context, *spoken, at));
            }
            if let Some((top, bottom, certain)) = found {
                let others = (at.saturating_sub(8)..at).filter(|other| {
                    let other_mention = spoken.mention(*other);
                    ![top, bottom].contains(other)
                        && other_mention.is_value()
                        && other_mention.like(spoken.mention(top))
                });
                // Where the words name both sides, no other figure is meant but a total of the one named.
                let both = |one: usize, wanted: Side| side(spoken.mention(one), rate) == wanted;
                let told = both(top, Side::Top) && both(bottom, Side::Bottom);
                let others = others
                    .filter(|other| !told || spoken.lists.iter().any(|list| list.total == *other))
                    .map(|other| (*spoken, other))
                    .collect();
                let more = alike(*spoken, (top, bottom, at));
                let reading = Reading { more, others, ..Reading::within(*spoken, top, &[bottom], certain) };
                noted.extend(ratio(context, *spoken, at, &reading));
            }
        }
    }
    noted
}

/// Figures like the numerator between the denominator and the rate: with it they may be meant together.
fn alike(spoken: Spoken<'_>, (top, bottom, rate): (usize, usize, usize)) -> Vec<usize> {
    let mentions = &spoken.sentence.mentions;
    let between = bottom.min(top)..rate;
    between
        .filter(|at| ![top, bottom].contains(at) && mentions[*at].is_value() && mentions[*at].like(&mentions[top]))
        .collect()
}

fn side(mention: &Mention, rate: &RateText) -> Side {
    let last = |words: &[String]| {
        words.iter().filter_map(|word| Some((mention.lead.rfind(word.as_str())? + word.len(), word.len()))).max()
    };
    match (last(&rate.of), last(&rate.to)) {
        (Some(of), Some(to)) if of > to => Side::Top,
        (_, Some(_)) => Side::Bottom,
        (Some(_), None) => Side::Top,
        // 目标任务：新增市场主体3000户
        (None, None) if mention.part == Part::Task && rate.to.iter().any(|word| word == "任务") => Side::Bottom,
        (None, None) => Side::Unsaid,
    }
}

/// The numerator, the denominator, and whether there is no other reading.
fn operands(context: &Context<'_>, spoken: Spoken<'_>, at: usize, rate: &RateText) -> Option<(usize, usize, bool)> {
    let mentions = &spoken.sentence.mentions;
    let this = &mentions[at];
    let usable = |at: &usize| mentions[*at].is_value();
    if this.gap.starts_with('的') && this.gap.chars().count() <= 2 {
        let bottom = at.checked_sub(1).filter(usable)?;
        let top = (bottom.saturating_sub(4)..bottom)
            .rev()
            .filter(usable)
            .find(|top| mentions[*top].like(&mentions[bottom]))?;
        // 造林3万亩，其中甲1万亩、乙2万亩，占任务的…: the total may be meant as well as its last part.
        let part = spoken.lists.iter().any(|list| list.parts.contains(&top));
        return Some((top, bottom, !part && mentions[top].segment == mentions[bottom].segment));
    }
    // Back to the rate before, or to the beginning of the clause.
    let floor = mentions[..at].iter().rposition(|m| matches!(m.part, Part::Rate(_))).map_or(0, |before| before + 1);
    let floor = floor.max(at.saturating_sub(8));
    let near: Vec<usize> = (floor..at).filter(usable).filter(|o| mentions[*o].segment == this.segment).collect();
    let wide: Vec<usize> = (floor..at).filter(usable).collect();
    let sides = |pool: &[usize]| pair(context, spoken, pool, rate);
    sides(&near).or_else(|| sides(&wide).map(|(top, bottom, _)| (top, bottom, false)))
}

/// A denominator and the numerator that goes with it.
fn pair(context: &Context<'_>, spoken: Spoken<'_>, pool: &[usize], rate: &RateText) -> Option<(usize, usize, bool)> {
    let mentions = &spoken.sentence.mentions;
    // Where names alone tell the sides, a part of what they name is not meant.
    let part = |at: usize| spoken.lists.iter().any(|list| list.parts.len() > 1 && list.parts.contains(&at));
    let is_bottom = |at: &&usize| side(&mentions[**at], rate) == Side::Bottom && !(rate.named && part(**at));
    let bottom = *pool.iter().rev().find(is_bottom)?;
    let counts = |at: usize| rate.named && !part(at) && mentions[at].quantity() == Quantity::Count;
    let both = |at: usize| counts(at) && counts(bottom) && side(&mentions[at], rate) == Side::Top;
    let like = |at: &&usize| **at != bottom && (mentions[**at].like(&mentions[bottom]) || both(**at));
    // 未完成2项 is what was not done.
    let refused = |at: usize| context.grammar.holds(Sense::Qualified, &mentions[at].name);
    let after = pool.iter().filter(|at| **at > bottom && !refused(**at));
    let after: Vec<usize> = after.filter(like).copied().collect();
    // 完成目标18项 may be what was done, or what was to be done.
    let clear = !rate.of.iter().any(|word| mentions[bottom].lead.contains(word.as_str()));
    let said: Vec<usize> = after.iter().filter(|at| side(&mentions[**at], rate) == Side::Top).copied().collect();
    let unsaid: Vec<usize> = after.iter().filter(|at| side(&mentions[**at], rate) == Side::Unsaid).copied().collect();
    match (said.as_slice(), unsaid.as_slice()) {
        ([one], _) => Some((*one, bottom, clear && *one == bottom + 1)),
        // Nothing says that it was done: a guess, unless both speak of one thing.
        ([], [one]) => {
            let (top, task) = (&mentions[*one], &mentions[bottom]);
            Some((*one, bottom, *one == bottom + 1 && same_thing(context, top, task)))
        }
        ([first, ..], _) | ([], [first, ..]) => Some((*first, bottom, false)),
        // What was done stands first: only where it speaks of the same thing.
        ([], []) => {
            let before = pool.iter().filter(|at| **at < bottom).filter(like);
            let top = before.rev().find(|at| {
                let side = side(&mentions[**at], rate);
                side != Side::Bottom
                    && (same_thing(context, &mentions[**at], &mentions[bottom]) || rate.named && side == Side::Top)
            });
            // 新建户厕3260户，超额完成年度任务3200户: what was done stands right before.
            let done = || {
                let said = rate.of.iter().any(|word| mentions[bottom].lead.contains(word.as_str()));
                let before = bottom.checked_sub(1).filter(|before| said && pool.contains(before))?;
                let fits = mentions[before].like(&mentions[bottom]) && side(&mentions[before], rate) != Side::Bottom;
                fits.then_some((before, bottom, false))
            };
            top.map_or_else(done, |top| Some((*top, bottom, *top + 1 == bottom)))
        }
    }
}

/// The subjects agree once words of task and result are taken off, or one of them says nothing more.
fn same_thing(context: &Context<'_>, a: &Mention, b: &Mention) -> bool {
    let bare = |mention: &Mention| {
        let mut text = mention.core.clone();
        for sense in [Sense::Task, Sense::Done] {
            for word in context.grammar.words(sense) {
                text = text.replace(word, "");
            }
        }
        for word in
            ["比", "较", "年度", "数", "全年", "任务", "应", "已", "人", "量", "额", "预算", "支出", "安排", "资金"]
        {
            text = text.replace(word, "");
        }
        text
    };
    let (a, b) = (bare(a), bare(b));
    a == b || a.is_empty() || b.is_empty() || a.ends_with(&b) || b.ends_with(&a)
}
