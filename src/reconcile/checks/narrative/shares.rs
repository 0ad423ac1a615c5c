//! Shares: part over whole, and shares of all parts making a hundred.

use std::ops::Range;

use rust_decimal::Decimal;

use super::sums::totals;
use super::{Context, Noted, Spoken, Spot, fault, judged, percent, shown_rate, verdict, worked_rate};
use crate::model::finding::Role;
use crate::model::{Interval, Verdict};
use crate::narrative::{Claim, List, Mention, Part, Sense};
use crate::reconcile::outcome::Use;

/// Sentences before a share in which its whole is sought, and figures of each.
const BACK: usize = 6;
const LOOK: usize = 24;

/// Words for a whole that say nothing more of it.
const WHOLES: [&str; 16] = [
    "总数",
    "总额",
    "总人数",
    "总量",
    "总支出",
    "全部",
    "合计",
    "总收入",
    "总计",
    "总户数",
    "总预算",
    "预算总额",
    "支出总额",
    "总件数",
    "全年支出",
    "总",
];

/// A numerator, the denominators that may be meant, and whether the sentence leaves no other.
pub struct Reading<'r> {
    pub top: usize,
    /// Figures that may be meant together with `top`: 调解结案 and 裁决结案 of 结案率.
    pub more: Vec<usize>,
    pub bottoms: Vec<Spot<'r>>,
    /// Figures that no word makes the denominator: where one of them gives the printed rate, it was meant.
    pub others: Vec<Spot<'r>>,
    pub certain: bool,
}

impl<'r> Reading<'r> {
    /// Denominators of the sentence itself.
    #[must_use]
    pub fn within(spoken: Spoken<'r>, top: usize, bottoms: &[usize], certain: bool) -> Self {
        let bottoms = bottoms.iter().map(|at| (spoken, *at)).collect();
        Self { top, more: Vec::new(), bottoms, others: Vec::new(), certain }
    }
}

/// Every share of the sentences, recomputed.
pub fn share(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            if mention.part == Part::Share {
                match reading(context, spoken, at) {
                    Some(reading) => noted.extend(ratio(context, spoken, at, &reading)),
                    None => noted.extend(super::filed::share(context, spoken, at)),
                }
            }
        }
    }
    noted
}

/// Judges a printed rate against a numerator and the denominators that may be meant.
pub fn ratio(context: &Context<'_>, spoken: Spoken<'_>, at: usize, reading: &Reading<'_>) -> Option<Noted> {
    let top = reading.top;
    let printed = spoken.interval(at)?;
    let reported = spoken.value(at)?;
    let side = |(spoken, at): Spot<'_>| Some((spoken.value(at)?, spoken.interval(at)?));
    let mut first = None;
    let tops: Vec<usize> = std::iter::once(top).chain(reading.more.iter().copied()).collect();
    let all = tops.iter().try_fold((Decimal::ZERO, Interval::exact(Decimal::ZERO)), |(sum, within), at| {
        let (value, around) = side((spoken, *at))?;
        Some((sum.checked_add(value)?, within.checked_add(around)?))
    })?;
    for bottom in reading.bottoms.iter().filter(|_| tops.len() > 1) {
        let Some((rate, within)) = percent(all, side(*bottom)?) else { continue };
        if verdict(reported, printed, rate, within, false) != Verdict::Unbalanced {
            let terms = tops.iter().map(|top| spoken.said(*top, Role::Term));
            let uses = std::iter::once(spoken.said(at, Role::Total))
                .chain(terms)
                .chain([bottom.0.said(bottom.1, Role::Term)])
                .collect();
            let mut noted = spoken.noted(context, at, Verdict::Balanced, uses);
            noted.figures = judged(spoken.mention(at), rate, within, printed, "=");
            return Some(noted);
        }
    }
    // Where the numerator is a guess, another figure of the sentence over the same denominator may be meant.
    let also = reading.others.iter().filter(|(one, _)| !reading.certain && one.at == spoken.at);
    let also = also.flat_map(|(_, top)| reading.bottoms.iter().map(move |bottom| (*top, *bottom)));
    for (other, bottom) in also {
        let Some((rate, within)) = percent(side((spoken, other))?, side(bottom)?) else { continue };
        if verdict(reported, printed, rate, within, false) != Verdict::Unbalanced {
            let mut noted = spoken.noted(context, at, Verdict::Balanced, uses(spoken, at, other, bottom));
            noted.figures = judged(spoken.mention(at), rate, within, printed, "=");
            noted.working = Some(worked_rate(spoken.mention(at)));
            return Some(noted);
        }
    }
    for bottom in reading.bottoms.iter().chain(&reading.others) {
        let Some((rate, within)) = percent(side((spoken, top))?, side(*bottom)?) else { continue };
        let approximate = [(spoken, at), (spoken, top), *bottom].iter().any(|(one, at)| one.mention(*at).approximate);
        let found = verdict(reported, printed, rate, within, approximate);
        if found != Verdict::Unbalanced {
            let mut noted = spoken.noted(context, at, Verdict::Balanced, uses(spoken, at, top, *bottom));
            noted.figures = judged(spoken.mention(at), rate, within, printed, "=");
            noted.working = Some(worked_rate(spoken.mention(at)));
            return Some(noted);
        }
        first.get_or_insert((*bottom, rate, within));
    }
    let (bottom, rate, within) = first?;
    let swapped = percent(side(bottom)?, side((spoken, top))?)
        .is_some_and(|(other, around)| verdict(reported, printed, other, around, false) != Verdict::Unbalanced);
    let mention = spoken.mention(at);
    let cut = is_cut(reported, mention.value.scale(), rate);
    let mut noted = spoken.noted(context, at, Verdict::Unbalanced, uses(spoken, at, top, bottom));
    noted.figures = judged(mention, rate, within, printed, "=");
    noted.working = Some(worked_rate(mention));
    let elsewhere = bottom.0.at != spoken.at;
    let (first, last) =
        if elsewhere { (top.min(at), top.max(at)) } else { (top.min(bottom.1).min(at), top.max(bottom.1).max(at)) };
    let quote = spoken.quote(first, last);
    let (a, b) = (&spoken.mention(top).text, &bottom.0.mention(bottom.1).text);
    if cut {
        noted.verdict = Verdict::Rounding;
        let (zh, en) = ("比率只舍不入，按四舍五入应大一个末位", "the rate was cut, not rounded");
        noted.words = Some(fault(&quote, false, zh, en));
        return Some(noted);
    }
    // What was done beyond a task is often reported as a hundred percent.
    let capped = reported == Decimal::ONE_HUNDRED && rate > reported;
    let likely = !reading.certain || reading.bottoms.len() > 1 || capped;
    let shown = shown_rate(rate, mention);
    let (swap_zh, swap_en) = if swapped {
        (
            format!("；{b}÷{a}才等于{}，疑为分子分母颠倒", mention.text),
            format!("; {b} ÷ {a} gives {}: numerator and denominator seem to have changed places", mention.text),
        )
    } else {
        (String::new(), String::new())
    };
    let (from_zh, from_en) = if elsewhere {
        let quote = bottom.0.quote(bottom.1, bottom.1);
        (format!("（前文“{quote}”）"), format!(" (stated before: “{quote}”)"))
    } else {
        (String::new(), String::new())
    };
    let zh = format!("{a}÷{b}{from_zh}={shown}，不是{}{swap_zh}", mention.text);
    let en = format!("{a} ÷ {b}{from_en} = {shown}, not {}{swap_en}", mention.text);
    noted.words = Some(fault(&quote, likely, &zh, &en));
    noted.likely = likely;
    Some(noted)
}

/// Whether a rate is what remains when further digits are dropped.
fn is_cut(reported: Decimal, decimals: u32, rate: Decimal) -> bool {
    rate.trunc_with_scale(decimals) == reported && rate > reported
}

fn uses(spoken: Spoken<'_>, at: usize, top: usize, bottom: Spot<'_>) -> Vec<Use> {
    vec![spoken.said(at, Role::Total), spoken.said(top, Role::Term), bottom.0.said(bottom.1, Role::Term)]
}

/// What a share is of what.
fn reading<'r>(context: &Context<'r>, spoken: Spoken<'r>, at: usize) -> Option<Reading<'r>> {
    let mentions = &spoken.sentence.mentions;
    let this = &mentions[at];
    // What stands in brackets before is a detail of what the share is of.
    let outside = |at: &usize| mentions[*at].depth <= this.depth;
    let values =
        |from: usize| (from.saturating_sub(8)..from).rev().filter(|at| mentions[*at].is_value()).filter(outside);
    if this.gap.starts_with('的') && this.gap.chars().count() <= 2 {
        let bottom = at.checked_sub(1)?;
        let top = values(bottom).find(|top| mentions[*top].like(&mentions[bottom]))?;
        let certain = mentions[bottom].segment == mentions[top].segment;
        return Some(Reading::within(spoken, top, &[bottom], certain));
    }
    if let Some(run) = in_order(context, spoken, at) {
        let fits = |list: &&List| !list.behind && list.parts.len() == run.len();
        let before = |list: &&List| list.parts.iter().all(|part| *part < run.start);
        // Where the figures before are not as many, the sentence is left alone.
        let list = spoken.lists.iter().rev().filter(fits).find(before)?;
        return Some(Reading::within(spoken, list.parts[at - run.start], &[list.total], true));
    }
    let lead = this.lead.as_str();
    let cut = lead.rfind('占').unwrap_or(lead.len());
    let (subject, whole) = (&lead[..cut], lead.get(cut + '占'.len_utf8()..).unwrap_or_default());
    let subject = subject.trim_end_matches('所');
    // 其中甲3人、乙4人，合计占70%: the parts together.
    if context.grammar.ends(Sense::Sum, subject) && subject.chars().count() <= 4 {
        let before = |list: &&List| !list.behind && list.parts.iter().all(|part| *part < at);
        let list = spoken.lists.iter().rev().find(before)?;
        let (top, more) = list.parts.split_first()?;
        return Some(Reading { more: more.to_vec(), ..Reading::within(spoken, *top, &[list.total], false) });
    }
    let named = |words: &str| {
        (at.saturating_sub(12)..at).rev().find(|other| {
            let other = &mentions[*other];
            other.is_value()
                && words.chars().count() > 1
                && !other.core.is_empty()
                && words.ends_with(other.core.as_str())
        })
    };
    // 甲、乙分别占: the names were given to the shares.
    let respective = !this.core.is_empty() && !this.core.contains('占') && this.lead != this.core;
    let whole = whole.trim_start_matches(['比', '为', '到', '了']);
    let whole = whole.trim_end_matches(|c| "的为达到约近".contains(c));
    let whole = whole.trim_end_matches("比重").trim_end_matches("比例").trim_end_matches('的');
    // 62户178人，占监测户数的72.1%: what is counted in 户 is meant.
    let counted = whole.strip_suffix('数').and_then(|rest| {
        let unit = rest.chars().next_back()?;
        context.grammar.noun(&unit.to_string())
    });
    let top = if respective && mentions[..at].iter().any(|m| m.core == this.core) {
        mentions[..at].iter().rposition(|m| m.core == this.core && m.is_value())?
    } else if subject.chars().count() > 1 {
        named(subject)?
    } else {
        let near = || values(at).filter(|top| mentions[*top].segment == this.segment);
        let same = counted.and_then(|noun| near().take(2).find(|top| mentions[*top].noun == noun));
        same.or_else(|| near().next())?
    };
    let before: Vec<usize> = values(top).filter(|bottom| mentions[*bottom].like(&mentions[top])).collect();
    let of_top = |behind: bool| spoken.lists.iter().find(|list| list.parts.contains(&top) && list.behind == behind);
    let in_list = of_top(false);
    if whole.is_empty() || WHOLES.contains(&whole) || whole.starts_with('总') {
        if let Some(list) = in_list {
            let across = mentions[list.parts[0]].gap.contains('。');
            let totals = if across { totals(spoken, list) } else { vec![list.total] };
            return Some(Reading::within(spoken, top, &totals, totals.len() == 1));
        }
        // 甲3万元(占60%)、乙2万元(占40%)，合计5万元
        if let Some(list) = of_top(true).filter(|_| whole.is_empty()) {
            return Some(Reading::within(spoken, top, &[list.total], false));
        }
        // Nothing says what the whole is: a larger figure before it that has no share of its own.
        let own = spoken.value(top)?;
        let larger = |at: &usize| {
            let shared = mentions.get(at + 1).is_some_and(|next| next.part == Part::Share);
            !shared && spoken.value(*at).is_some_and(|value| value >= own)
        };
        let bottoms: Vec<usize> = before.into_iter().filter(larger).collect();
        if !bottoms.is_empty() || whole.is_empty() {
            return (!bottoms.is_empty()).then(|| Reading::within(spoken, top, &bottoms, false));
        }
    }
    named_whole(context, spoken, (at, top), whole)
}

/// 占参保人数的: the whole is named, and has to be found: here, else in the sentences before.
fn named_whole<'r>(
    context: &Context<'r>,
    spoken: Spoken<'r>,
    (at, top): (usize, usize),
    whole: &str,
) -> Option<Reading<'r>> {
    let mentions = &spoken.sentence.mentions;
    let values = (at.saturating_sub(8)..at).rev().filter(|other| mentions[*other].is_value());
    let values = values.filter(|other| mentions[*other].depth <= mentions[at].depth);
    let in_list = spoken.lists.iter().find(|list| list.parts.contains(&top) && !list.behind);
    let bottoms: Vec<usize> = values
        .filter(|bottom| *bottom != top && mentions[*bottom].like(&mentions[top]))
        .filter(|bottom| is_named(&mentions[*bottom], whole))
        // A part with a share of its own is not the whole of another.
        .filter(|bottom| mentions.get(*bottom + 1).is_none_or(|next| next.part != Part::Share))
        .collect();
    if !bottoms.is_empty() {
        let exact = |at: usize| {
            [&mentions[at].core, &mentions[at].name]
                .iter()
                .any(|name| whole.starts_with(name.as_str()) && !name.is_empty())
        };
        return Some(Reading::within(spoken, top, &bottoms, bottoms.len() == 1 && exact(bottoms[0])));
    }
    let bottoms: Vec<Spot<'r>> = context
        .shared
        .words
        .before(spoken)
        .take(BACK)
        .flat_map(|before| (0..before.sentence.mentions.len()).rev().take(LOOK).map(move |at| (before, at)))
        .filter(|(before, other)| {
            let other = before.mention(*other);
            other.is_value()
                && other.like(&mentions[top])
                && (other.year.is_none() || other.year == mentions[top].year)
                && is_named(other, whole)
        })
        .collect();
    // 占规上企业总数: the total of which it is a part, by a shorter name.
    if let Some(list) = in_list.filter(|_| bottoms.is_empty()) {
        let total = &mentions[list.total];
        let ends = WHOLES.iter().any(|word| whole.ends_with(word)) || total.core.ends_with(&last_letters(whole, 2));
        return ends.then(|| Reading::within(spoken, top, &[list.total], false));
    }
    (!bottoms.is_empty()).then_some(Reading { top, more: Vec::new(), bottoms, others: Vec::new(), certain: false })
}

fn last_letters(text: &str, count: usize) -> String {
    let skip = text.chars().count().saturating_sub(count);
    text.chars().skip(skip).collect()
}

/// Whether a figure bears the name of a whole: 参保人数, 持证残疾人总数.
fn is_named(mention: &Mention, whole: &str) -> bool {
    let bare = WHOLES.iter().find_map(|word| whole.strip_suffix(word)).unwrap_or(whole);
    // 监测户数 is the count in 户 of what is called 监测对象.
    let counted = bare.strip_suffix('数').and_then(|rest| rest.strip_suffix(mention.unit.noun.as_str()));
    let bare = counted.filter(|rest| rest.chars().count() > 1).unwrap_or(bare);
    // 在校生 is short for 在校学生.
    let short = |name: &str| {
        let mut letters = name.chars();
        let in_order = bare.chars().all(|one| letters.any(|letter| letter == one));
        bare.chars().count() > 2 && in_order && name.chars().count() <= bare.chars().count() + 2
    };
    let fits = |name: &str| name.chars().count() > 1 && (name.contains(bare) || whole.ends_with(name) || short(name));
    bare.chars().count() > 1 && (fits(&mention.core) || fits(&mention.name))
}

/// `甲3元、乙2元，分别占60%、40%`: the shares that stand in the order of the figures before them; none where it is no such
/// sentence, or its names were given to the shares.
fn in_order(context: &Context<'_>, spoken: Spoken<'_>, at: usize) -> Option<Range<usize>> {
    let mentions = &spoken.sentence.mentions;
    let goes_on =
        |at: usize| mentions[at].part == Part::Share && matches!(mentions[at].gap.as_str(), "、" | "和" | ",");
    let first = (0..=at).rev().find(|at| !goes_on(*at))?;
    let end = (first + 1..mentions.len()).find(|at| !goes_on(*at)).unwrap_or(mentions.len());
    let says = |words: &str| context.grammar.holds(Sense::Respectively, words);
    let opens = mentions[first].part == Part::Share && says(&mentions[first].lead);
    let core = &mentions[at].core;
    let named = !core.is_empty() && !core.contains('占') && !mentions[at].inherited && !says(core);
    (end - first > 1 && opens && !named).then_some(first..end)
}

/// The shares of all parts make a hundred.
pub fn hundred(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for list in spoken.lists.iter().filter(|list| list.parts.len() > 1 && list.claim != Claim::Some) {
            let mentions = &spoken.sentence.mentions;
            let shares: Vec<usize> = list
                .parts
                .iter()
                .map(|part| part + 1)
                .filter(|at| mentions.get(*at).is_some_and(|m| m.part == Part::Share && of_total(&m.lead)))
                .collect();
            if shares.len() == list.parts.len() {
                noted.extend(make_hundred(context, spoken, &shares, list.claim == Claim::All && list.adjacent));
            }
        }
    }
    noted
}

/// 占, 占比 and 占总支出 speak of the list's total; 占全县 does not.
fn of_total(lead: &str) -> bool {
    let rest = lead.trim_start_matches(['占', '比', '为', '约', '达']);
    let rest = rest.trim_end_matches(['的', '为', '约']);
    rest.is_empty() || rest.starts_with('总')
}

fn make_hundred(context: &Context<'_>, spoken: Spoken<'_>, shares: &[usize], certain: bool) -> Option<Noted> {
    let (sum, within) = shares.iter().try_fold((Decimal::ZERO, Interval::exact(Decimal::ZERO)), |(sum, all), at| {
        Some((sum.checked_add(spoken.value(*at)?)?, all.checked_add(spoken.interval(*at)?)?))
    })?;
    let uses = shares.iter().map(|at| spoken.said(*at, Role::Term)).collect();
    let holds = within.contains(Decimal::ONE_HUNDRED);
    let near = (sum - Decimal::ONE_HUNDRED).abs() < Decimal::TEN;
    if !holds && !certain && !near {
        return None;
    }
    let found = if holds { Verdict::Balanced } else { Verdict::Unbalanced };
    let mut noted = spoken.noted(context, shares[0], found, uses);
    if !holds {
        let quote = spoken.quote(shares[0].saturating_sub(1), *shares.last()?);
        let zh = format!("各项占比之和为{}%，不是100%", sum.normalize());
        let en = format!("the shares make {}%, not 100%", sum.normalize());
        noted.words = Some(fault(&quote, !certain, &zh, &en));
        noted.likely = !certain;
    }
    Some(noted)
}
