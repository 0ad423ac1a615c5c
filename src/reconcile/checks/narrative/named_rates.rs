//! Rates that no list declares: `集中供养372人，集中供养率30%` names its own numerator.

use super::shares::{Reading, ratio};
use super::{Context, Noted, Spoken, Spot};
use crate::model::Quantity;
use crate::narrative::grammar::Sense;
use crate::narrative::mention::Measure;
use crate::narrative::{Mention, Part};

/// Figures before a rate among which its numerator is sought.
const NEAR: usize = 3;
/// Figures of a sentence among which its denominator is sought.
const LOOK: usize = 12;
/// Sentences before a rate in which its denominator is sought.
const BACK: usize = 2;

/// Rates whose name, without 率, stands in the words of a figure before them.
pub fn named(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            if mention.part == Part::Other && mention.quantity() == Quantity::Ratio {
                noted.extend(one(context, spoken, at));
            }
        }
    }
    noted
}

/// One rate by its name, whether it is declared or not.
pub fn one<'r>(context: &Context<'r>, spoken: Spoken<'r>, at: usize) -> Option<Noted> {
    let stem = stem(context, spoken.mention(at))?;
    let reading = reading(context, spoken, at, &stem)?;
    ratio(context, spoken, at, &reading)
}

/// 集中供养 of 集中供养率.
fn stem(context: &Context<'_>, mention: &Mention) -> Option<String> {
    // 支出进度 is a rate where it is declared to be one.
    let words = context.grammar.words(Sense::RateName).chain(matches!(mention.part, Part::Rate(_)).then_some("进度"));
    let stem = words.filter_map(|word| mention.name.strip_suffix(word)).min_by_key(|stem| stem.len())?;
    (stem.chars().count() > 1 && !context.grammar.holds(Sense::Qualified, stem)).then(|| stem.to_owned())
}

/// 186个行政村中已建成…172个: the figure is some of the one before it.
fn among(gap: &str) -> bool {
    let head = gap.split([',', ';', ':', '、', '(']).next().unwrap_or_default();
    let mut cuts = head.match_indices('中').map(|(at, word)| (head[..at].chars().count(), &head[at + word.len()..]));
    cuts.any(|(before, after)| {
        before <= 8
            && (after.is_empty() || ["已", "有", "共", "完成", "实际"].iter().any(|word| after.starts_with(word)))
    })
}

/// 应种 and 实种, 应检 and 已检: what was due, and what was done of it.
fn due_and_done(due: &str, done: &str) -> bool {
    let verb = due.rfind('应').and_then(|at| due[at + '应'.len_utf8()..].chars().next());
    verb.is_some_and(|verb| ["实", "实际", "已"].iter().any(|word| done.contains(&format!("{word}{verb}"))))
}

/// The nearest figure whose words hold the rate's name is the numerator, or the one right before the rate, where it says
/// that a task was done; the denominators are those it is a part of, else the like figures before it.
fn reading<'r>(context: &Context<'r>, spoken: Spoken<'r>, at: usize, stem: &str) -> Option<Reading<'r>> {
    let mentions = &spoken.sentence.mentions;
    let mut near = (at.saturating_sub(NEAR)..at).rev().filter(|near| mentions[*near].segment == mentions[at].segment);
    // 使用 is the numerator of 资金使用率 too.
    // 外县图书归还率 is of 外县图书, where that stands between.
    let between = |near: usize, name: &str| {
        let head = stem.strip_suffix(name).unwrap_or_default();
        near + 2 == at && !head.is_empty() && mentions[at - 1].name.contains(head)
    };
    let ends = |near: usize, name: &str| {
        near + 2 >= at && name.chars().count() > 1 && stem.ends_with(name) && !between(near, name)
    };
    // 成功处置 is the numerator of 处置成功率.
    let turned = |name: &str| stem.chars().count() > 2 && stem.chars().all(|letter| name.contains(letter));
    // 已整改 is the numerator of 整改到位率.
    let begins = |near: usize, name: &str| {
        let plain = context.grammar.without_start(Sense::Done, name);
        near + 2 >= at && plain.len() < name.len() && plain.chars().count() > 1 && stem.starts_with(plain)
    };
    let told = |near: usize, name: &str| name.contains(stem) || ends(near, name) || begins(near, name) || turned(name);
    let holds = near.find(|near| told(*near, &mentions[*near].name) && mentions[*near].is_value());
    let top = holds.or(at.checked_sub(1))?;
    let numerator = &mentions[top];
    // 未完成2项 is the numerator of nothing.
    if context.grammar.holds(Sense::Qualified, &numerator.name) {
        return None;
    }
    let task = top.checked_sub(1).filter(|task| {
        let due = mentions[*task].part == Part::Task || mentions[*task].measure == Some(Measure::Budget);
        let told = due && (numerator.part == Part::Done || numerator.measure == Some(Measure::Outturn));
        // 床位386张，实际占用286张，使用率74%
        let shares = || stem.chars().rev().take(2).any(|letter| numerator.name.contains(letter));
        let alike = || numerator.part == Part::Done && shares();
        let linked = due_and_done(&mentions[*task].lead, &numerator.lead)
            || among(&numerator.gap)
            || top + 1 == at && alike() && mentions[*task].is_value();
        mentions[*task].like(numerator) && (told || linked)
    });
    let usable = numerator.is_value() && numerator.segment == mentions[at].segment && (holds.or(task)).is_some();
    if !usable {
        return None;
    }
    let larger = |one: &Spot<'r>| {
        let (other, at) = *one;
        let mention = other.mention(at);
        mention.is_value() && mention.like(numerator) && other.value(at) >= spoken.value(top)
    };
    let list = spoken.lists.iter().find(|list| list.parts.contains(&top) && !list.behind);
    // Beyond a semicolon something else is told, unless a word says that it is the same.
    // 床位620张，入住老人386人，入住率62%: what the rate is of is counted otherwise.
    let before = top.checked_sub(1).map(|before| &mentions[before]);
    let counted = before.is_some_and(|one| one.is_value() && one.segment == numerator.segment && !one.like(numerator));
    let related = |at: &usize| {
        let other = &mentions[*at];
        other.segment == numerator.segment
            || !counted && super::results::common(&other.lead, &numerator.lead, "").is_some()
    };
    let own = (top.saturating_sub(LOOK)..top).rev().filter(related).map(|at| (spoken, at));
    let earlier = context.shared.words.before(spoken).take_while(|one| one.sentence.cell == spoken.sentence.cell);
    let earlier =
        earlier.take(BACK).flat_map(|one| (0..one.sentence.mentions.len()).rev().take(LOOK).map(move |at| (one, at)));
    let others: Vec<Spot<'r>> = own.chain(earlier).filter(larger).collect();
    let bottoms = match (task, list) {
        (Some(task), _) => vec![(spoken, task)],
        (_, Some(list)) => vec![(spoken, list.total)],
        _ => others.iter().copied().take(1).collect(),
    };
    (!bottoms.is_empty()).then_some(Reading { top, more: Vec::new(), bottoms, others, certain: false })
}
