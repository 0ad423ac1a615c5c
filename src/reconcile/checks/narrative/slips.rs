//! Units that slipped inside a sentence: 基本支出266.9元 where 万元 is meant.

use super::lines::Lines;
use super::{Context, Noted, fault, percent};
use crate::facts::Submission;
use crate::model::finding::Role;
use crate::model::unit::shift;
use crate::model::{Interval, Quantity, Unit, Verdict};
use crate::narrative::{Claim, List, Mention, Part, Sentence};
use crate::reconcile::outcome::{Use, figure_at};

/// A figure whose unit is not the one that is meant, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    pub mention: usize,
    /// The power of ten of the unit that is meant.
    pub power: i32,
    pub why: Why,
}

/// What speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The line of that name holds the same digits in the other unit.
    Line { table: usize, figure: usize },
    /// The share printed beside it holds in the other unit only.
    Share { share: usize, total: usize },
    /// The sum holds in the other unit only.
    Sum { total: usize },
}

/// Carries an interval to another power of ten.
#[must_use]
pub fn scaled(interval: Interval, power: i32) -> Option<Interval> {
    Some(Interval { lo: shift(interval.lo, power)?, hi: shift(interval.hi, power)?, ..interval })
}

/// The slips of one sentence.
#[must_use]
pub fn slips(sentence: &Sentence, lists: &[List], lines: &Lines, submission: &Submission) -> Vec<Slip> {
    let money = sentence.mentions.iter().enumerate().filter(|(_, m)| m.quantity() == Quantity::Money && m.is_value());
    money
        .filter_map(|(at, mention)| {
            let why = by_line(mention, lines, submission)
                .or_else(|| by_share(sentence, at, lists))
                .or_else(|| by_sum(sentence, at, lists));
            why.map(|(power, why)| Slip { mention: at, power, why })
        })
        .collect()
}

fn by_line(mention: &Mention, lines: &Lines, submission: &Submission) -> Option<(i32, Why)> {
    let entries = lines.named(&mention.core);
    let figures =
        || entries.iter().filter_map(|entry| Some((entry, figure_at(submission, entry.table, entry.figure)?)));
    let base = |value: rust_decimal::Decimal, unit: &Unit| shift(value, unit.power);
    let own = mention.base()?;
    if own.is_zero() || figures().any(|(_, f)| f.value.amount.and_then(|a| base(a, &f.value.unit)) == Some(own)) {
        return None;
    }
    let (entry, figure) = figures().find(|(_, figure)| {
        figure.value.amount == Some(mention.value)
            && figure.value.unit.noun == "元"
            && figure.value.unit.power != mention.unit.power
    })?;
    Some((figure.value.unit.power, Why::Line { table: entry.table, figure: entry.figure }))
}

/// The list of which a figure is a part, with the units of its total and of the other parts that are not the figure's.
fn in_other_unit<'l>(sentence: &Sentence, at: usize, lists: &'l [List]) -> Option<(&'l List, Vec<i32>)> {
    let list = lists.iter().find(|list| list.parts.contains(&at) && (list.adjacent || list.behind))?;
    let power = |at: usize| sentence.mentions[at].unit.power;
    let mut powers: Vec<i32> = std::iter::once(list.total).chain(list.parts.iter().copied()).map(power).collect();
    // 万元 is what amounts are mostly told in.
    powers.push(4);
    powers.retain(|other| *other != power(at));
    powers.sort_unstable();
    powers.dedup();
    (!powers.is_empty()).then_some((list, powers))
}

fn by_share(sentence: &Sentence, at: usize, lists: &[List]) -> Option<(i32, Why)> {
    let (list, powers) = in_other_unit(sentence, at, lists)?;
    powers.into_iter().find_map(|power| fits_share(sentence, at, list, power))
}

fn fits_share(sentence: &Sentence, at: usize, list: &List, power: i32) -> Option<(i32, Why)> {
    let share = sentence.mentions.get(at + 1).filter(|next| next.part == Part::Share)?;
    let (mention, total) = (&sentence.mentions[at], &sentence.mentions[list.total]);
    let whole = (total.base()?, total.interval);
    let as_printed = percent((mention.base()?, mention.interval), whole)?;
    let shifted = scaled(mention.interval, power - mention.unit.power)?;
    let as_meant = percent((shift(mention.value, power)?, shifted), whole)?;
    let fits = share.interval.intersect(as_meant.1).is_some() && share.interval.intersect(as_printed.1).is_none();
    fits.then_some((power, Why::Share { share: at + 1, total: list.total }))
}

fn by_sum(sentence: &Sentence, at: usize, lists: &[List]) -> Option<(i32, Why)> {
    let (list, powers) = in_other_unit(sentence, at, lists)?;
    let whole = list.claim != Claim::Some && list.parts.len() > 1;
    powers.into_iter().filter(|_| whole).find_map(|power| fits_sum(sentence, at, list, power))
}

fn fits_sum(sentence: &Sentence, at: usize, list: &List, power: i32) -> Option<(i32, Why)> {
    let total = sentence.mentions[list.total].interval;
    let sum = |own: Option<Interval>| {
        let rest = list.parts.iter().filter(|part| **part != at).map(|part| sentence.mentions[*part].interval);
        rest.chain(own).try_fold(Interval::exact(rust_decimal::Decimal::ZERO), Interval::checked_add)
    };
    let mention = &sentence.mentions[at];
    let meets = |sum: Option<Interval>| sum.is_some_and(|sum| sum.intersect(total).is_some());
    let meant = scaled(mention.interval, power - mention.unit.power)?;
    // A figure without which the sum holds too is no part of it.
    let fits = meets(sum(Some(meant))) && !meets(sum(Some(mention.interval))) && !meets(sum(None));
    fits.then_some((power, Why::Sum { total: list.total }))
}

/// Says the slips; where a sentence names a line of a table in the table's own measure, that it holds.
pub fn unit(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        let money = spoken.sentence.mentions.iter().enumerate();
        for (at, mention) in money.filter(|(_, m)| m.quantity() == Quantity::Money && m.is_value()) {
            let Some(slip) = spoken.slips.iter().find(|slip| slip.mention == at) else {
                let named = !context.shared.words.lines.named(&mention.core).is_empty();
                if named || spoken.lists.iter().any(|list| list.parts.contains(&at)) {
                    noted.push(spoken.noted(context, at, Verdict::Balanced, vec![spoken.said(at, Role::Subject)]));
                }
                continue;
            };
            let meant = Unit { noun: "元".to_owned(), power: slip.power };
            let (uses, zh, en): (Vec<Use>, String, String) = match &slip.why {
                Why::Line { table, figure } => {
                    let shown = figure_at(context.submission, *table, *figure).map(|f| f.text.trim().to_owned());
                    let shown = shown.unwrap_or_default();
                    (
                        vec![super::super::subject(*table, *figure)],
                        format!("表中“{}”为{shown}{meant}", mention.core),
                        format!("the table has “{}” as {shown}{meant}", mention.core),
                    )
                }
                Why::Share { share, total } => {
                    let share_text = &spoken.mention(*share).text;
                    (
                        vec![spoken.said(*share, Role::Subject), spoken.said(*total, Role::Subject)],
                        format!("按{meant}计才占{}的{share_text}", spoken.mention(*total).text),
                        format!("only in {meant} is it {share_text} of {}", spoken.mention(*total).text),
                    )
                }
                Why::Sum { total } => (
                    vec![spoken.said(*total, Role::Subject)],
                    format!("按{meant}计各项之和才等于{}", spoken.mention(*total).text),
                    format!("only in {meant} do the parts make {}", spoken.mention(*total).text),
                ),
            };
            let uses = std::iter::once(spoken.said(at, Role::Subject)).chain(uses).collect();
            let mut found = spoken.noted(context, at, Verdict::Unbalanced, uses);
            let zh = format!("计量单位疑应为“{meant}”（{zh}）");
            let en = format!("the unit should be {meant} ({en})");
            found.words = Some(fault(&spoken.quote(at, at), false, &zh, &en));
            noted.push(found);
        }
    }
    noted
}
