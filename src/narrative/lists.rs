//! Totals and their parts inside one sentence.

use rust_decimal::prelude::ToPrimitive;

use super::grammar::{Grammar, Sense};
use super::mention::{Mention, Part};
use super::page::Sentence;

/// How surely the parts are said to be all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// They are some of it.
    Some,
    /// They may be all: 其中 with several parts.
    Open,
    /// They are all: declared names of a whole, 分别为, 分为.
    All,
}

/// A total with its parts, by their numbers among the sentence's mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub total: usize,
    /// Nothing stands between the total and the word that opens the list.
    pub adjacent: bool,
    pub parts: Vec<usize>,
    pub claim: Claim,
    /// The declared whole that the parts' names make up, by its number in the grammar.
    pub whole: Option<usize>,
    /// The total stands behind its parts: 合计.
    pub behind: bool,
}

/// Figures that are looked at before a list for its total.
const BACK: usize = 6;

/// Finds the lists of a sentence.
#[must_use]
pub fn lists(sentence: &Sentence, grammar: &Grammar) -> Vec<List> {
    let mentions = &sentence.mentions;
    let mut found = Vec::new();
    for first in 0..mentions.len() {
        if let Some(opening) = opening(mentions, first, grammar) {
            found.extend(open_list(mentions, first, opening, grammar));
        }
        found.extend(closing_sum(mentions, first, grammar));
    }
    found
}

/// The word that opens a list in front of a figure.
#[derive(Debug, Clone, Copy)]
struct Opening {
    /// What its words say of the parts.
    claim: Claim,
    /// Inside brackets.
    bracketed: bool,
    /// Letters of the gap in front of the word that say something.
    far: bool,
}

fn opening(mentions: &[Mention], first: usize, grammar: &Grammar) -> Option<Opening> {
    let this = &mentions[first];
    if first == 0 || !this.is_value() {
        return None;
    }
    let gap = &this.gap;
    let all = grammar.last(Sense::All, gap);
    let parts = grammar.last(Sense::Parts, gap);
    let colon = gap.ends_with(':') || gap.contains(':') && !gap.contains(';');
    let at = match (parts.map(|(at, _)| at), all.map(|(at, _)| at)) {
        (Some(a), Some(b)) => a.min(b),
        (Some(a), None) => a,
        // 甲、乙分别为: the names stand between.
        (None, Some(b)) if grammar.holds(Sense::Respectively, gap) => {
            gap[..b].rfind([',', '(', ':']).map_or(b, |at| at)
        }
        (None, Some(b)) => b,
        (None, None) if colon => gap.rfind(':')?,
        // 346人(执业医师128人、注册护士165人): a bracket right behind a figure opens its parts.
        // 27人中，男性12人、女性15人
        (None, None) if gap.starts_with("中,") || gap.starts_with("中:") => 0,
        (None, None) if gap.starts_with('(') && bracket_lists(mentions, first) => 0,
        (None, None) => return None,
    };
    let front: String =
        gap[..at].chars().filter(|c| !matches!(c, ',' | '(' | ':' | ';' | '。' | '"' | '“' | '”')).collect();
    let some = gap.contains("主要") || gap[at..].starts_with("含");
    let claim = match all {
        _ if some => Claim::Some,
        Some(_) => Claim::All,
        None => Claim::Open,
    };
    let sentence_over = gap.contains(';');
    (!sentence_over).then_some(Opening {
        claim,
        bracketed: this.depth > mentions[first - 1].depth,
        far: front.chars().count() > 6,
    })
}

/// Whether a bracket that opens in front of a figure holds one more like it, and the figure before is one too.
fn bracket_lists(mentions: &[Mention], first: usize) -> bool {
    let (before, this) = (&mentions[first - 1], &mentions[first]);
    let next = mentions.get(first + 1);
    let within = next.is_some_and(|next| next.depth == this.depth && !next.gap.contains(')') && next.like(this));
    before.is_value() && before.like(this) && within
}

fn open_list(mentions: &[Mention], first: usize, opening: Opening, grammar: &Grammar) -> Option<List> {
    let head = &mentions[first];
    let total = (first.saturating_sub(BACK)..first)
        .rev()
        .find(|at| mentions[*at].is_value() && mentions[*at].like(head) && mentions[*at].depth <= head.depth)?;
    let between_values = (total + 1..first).any(|at| mentions[at].is_value());
    let mut parts = vec![first];
    let mut some = opening.claim == Claim::Some;
    let mut end = first;
    for at in first + 1..mentions.len() {
        let (before, this) = (&mentions[at - 1], &mentions[at]);
        let left = opening.bracketed
            && (this.depth < head.depth
                || this.gap.contains(')') && this.depth == head.depth && !this.gap.contains('('));
        if left {
            break;
        }
        // A nested list belongs to the part before it.
        if grammar.holds(Sense::Parts, &this.gap) || this.depth > head.depth {
            if this.depth > head.depth || !this.gap.contains(';') {
                if this.depth <= head.depth && this.is_value() && this.like(head) {
                    // Nothing tells where the inner list ends.
                    let inner_ends = mentions[at..].iter().position(|m| m.gap.contains(';'));
                    if inner_ends.is_none() {
                        break;
                    }
                }
                if this.depth <= head.depth {
                    some = true;
                }
                continue;
            }
            break;
        }
        if !this.is_value() {
            if matches!(
                this.part,
                Part::Share
                    | Part::Rate(_)
                    | Part::ChangeRate { .. }
                    | Part::Change { .. }
                    | Part::Previous
                    | Part::Other
            ) {
                continue;
            }
            break;
        }
        if !this.like(head) || this.gap.contains("等") && !this.gap.starts_with("等,") {
            some |= this.gap.contains("等");
            if !this.like(head) {
                break;
            }
        }
        // 占任务3万亩的106%: what the total is a share of.
        if lead_is_share(this, grammar) {
            break;
        }
        let new_segment = this.segment != before.segment;
        let lead = this.lead.as_str();
        let carried = begins(Sense::Carried, lead, grammar)
            && whole_of(&named(mentions, &parts), grammar).is_none()
            && holds_carried(&mentions[total]);
        let broken = !carried && begins(Sense::Break, lead, grammar)
            || lead.contains("年") && lead.chars().any(|c| c.is_ascii_digit()) && !(is_year(this) && is_year(head));
        let same_whole = whole_of(&[head, this], grammar).is_some();
        let same_shape = mentions.get(first + 1).is_some_and(|m| m.part == Part::Share)
            && mentions.get(at + 1).is_some_and(|m| m.part == Part::Share && m.segment == this.segment);
        // 其中就业年龄段3400人，已就业1870人: what was done of a part is no part beside it.
        let result = this.part == Part::Done && head.part != Part::Done;
        if broken || result || (new_segment && !same_whole && !same_shape) {
            break;
        }
        parts.push(at);
        end = at;
    }
    some |= mentions[end].tail.starts_with('等') || mentions[end].tail.ends_with('等');
    let whole = whole_of(&named(mentions, &parts), grammar)
        .filter(|whole| parts.len() > 1 && is_whole_of(*whole, &mentions[total], grammar));
    // A full stop in between leaves open which of the figures before it is meant.
    let adjacent = !between_values && !opening.far && !head.gap.contains('。');
    let claim = if whole.is_some() && !some {
        Claim::All
    } else if some || parts.len() < 2 {
        Claim::Some
    } else if opening.claim == Claim::All && adjacent {
        Claim::All
    } else {
        Claim::Open
    };
    Some(List { total, adjacent, parts, claim, whole, behind: false })
}

/// 2022年420万株、2023年418万株: the parts are years.
fn is_year(mention: &Mention) -> bool {
    mention.core.is_empty() && mention.lead.contains('年')
}

/// A figure behind 占 is the whole of a share.
fn lead_is_share(mention: &Mention, grammar: &Grammar) -> bool {
    mention.is_value() && begins(Sense::Share, &mention.lead, grammar)
}

/// Whether money carried over can be part of a total: of income and of 总计, not of what was spent.
fn holds_carried(total: &Mention) -> bool {
    !total.gap.contains("支出") || total.gap.contains("总计") || total.gap.contains("收入")
}

fn named<'m>(mentions: &'m [Mention], parts: &[usize]) -> Vec<&'m Mention> {
    parts.iter().map(|at| &mentions[*at]).collect()
}

/// Whether words begin with one of a sense.
fn begins(sense: Sense, lead: &str, grammar: &Grammar) -> bool {
    grammar.words(sense).any(|word| lead.starts_with(word))
}

/// `甲3人、乙4人，合计7人`; `甲3人、乙4人，两项合计7人`; `甲支出3元、乙支出4元，支出合计7元`.
fn closing_sum(mentions: &[Mention], at: usize, grammar: &Grammar) -> Option<List> {
    let this = &mentions[at];
    let ended = grammar.words(Sense::Sum).filter_map(|word| this.lead.strip_suffix(word)).min_by_key(|kind| kind.len());
    // 甲3元、乙4元，合计到位资金7元: the sum says of itself what it is.
    let opened = || {
        let word = grammar.words(Sense::Sum).find(|word| this.lead.starts_with(word))?;
        let closes = !begins(Sense::Break, word, grammar) && this.gap.starts_with(',');
        closes.then_some("")
    };
    // 甲1项、18万元，乙3项、9万元，合计4项、27万元: the second of two sums.
    let second = || {
        let first = at.checked_sub(1).map(|before| &mentions[before])?;
        let summed = grammar.words(Sense::Sum).any(|word| first.lead == word);
        (summed && matches!(this.gap.as_str(), "、" | "" | ",") && !this.like(first)).then_some("")
    };
    let paired = ended.is_none().then(second).flatten();
    let kind = ended.or_else(opened).or(paired)?;
    if this.inherited && paired.is_none() || !this.is_value() || this.gap.contains(';') {
        return None;
    }
    let count = at.checked_sub(1).and_then(|before| terms_counted(&mentions[before], this));
    let end = if count.is_some() || paired.is_some() { at - 1 } else { at };
    let mut parts: Vec<usize> = Vec::new();
    let mut skipped = false;
    for before in (end.saturating_sub(BACK * 2)..end).rev() {
        let mention = &mentions[before];
        // 甲3万元(占60%)、乙2万元(占40%)
        if mention.part == Part::Share && mention.segment == this.segment {
            continue;
        }
        // The other figure of a pair.
        let apart = mention.segment != this.segment && count.is_none();
        let other = mention.is_value() && !mention.like(this) && !apart;
        if other && !skipped && mention.depth == this.depth {
            skipped = true;
            continue;
        }
        skipped = false;
        if apart || !mention.is_value() || !mention.like(this) || mention.depth != this.depth {
            break;
        }
        // 支出合计 is the sum of what is called 支出.
        if count.is_some_and(|count| parts.len() == count) || !mention.core.contains(kind) {
            break;
        }
        parts.push(before);
    }
    if count.is_some_and(|count| parts.len() != count) {
        return None;
    }
    parts.reverse();
    let whole = whole_of(&named(mentions, &parts), grammar);
    (parts.len() > 1).then_some(List {
        total: at,
        adjacent: false,
        parts,
        claim: if count.is_some() { Claim::All } else { Claim::Open },
        whole,
        behind: true,
    })
}

/// How many figures `三项` in front of `合计` says are summed.
fn terms_counted(count: &Mention, sum: &Mention) -> Option<usize> {
    let alone = matches!(count.lead.as_str(), "" | "以上" | "上述" | "这" | "前述") && !count.approximate;
    let close = sum.gap == sum.lead && count.segment == sum.segment && !count.like(sum);
    let number = (alone && close).then(|| count.value.to_usize())??;
    (2..=BACK * 2).contains(&number).then_some(number)
}

/// The declared whole of which every name is a part, each of another.
#[must_use]
pub fn whole_of(names: &[&Mention], grammar: &Grammar) -> Option<usize> {
    grammar.text.whole.iter().position(|whole| {
        let name = |mention: &&Mention| {
            let words = format!("{}{}", mention.core, if mention.core.is_empty() { &mention.tail } else { "" });
            let barred = whole.except.iter().any(|word| words.contains(word.as_str()));
            (!barred && whole.parts.iter().any(|part| words.contains(part.as_str()))).then_some(words)
        };
        let found: Vec<String> = names.iter().filter_map(name).collect();
        let mut distinct = found.clone();
        distinct.sort();
        distinct.dedup();
        found.len() == names.len() && distinct.len() == found.len()
    })
}

fn is_whole_of(whole: usize, total: &Mention, grammar: &Grammar) -> bool {
    let Some(whole) = grammar.text.whole.get(whole) else { return false };
    whole.of.is_empty() || whole.of.iter().any(|word| total.gap.contains(word.as_str()))
}
