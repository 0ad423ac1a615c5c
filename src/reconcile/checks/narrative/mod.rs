//! Ties in sentences, and between sentences and tables.
//!
//! A tie in words can have several readings: which total is meant, which numerator. If one reading ties, it holds. If
//! none does, it is the rule's own severity only where the sentence leaves one reading; else it is a warning.

mod balances;
mod change;
mod copies;
mod filed;
mod goals;
mod lines;
mod named_rates;
mod rates;
mod results;
mod same;
mod shares;
mod slips;
mod staff;
mod statements;
mod sums;
mod table;
mod totals;

use rust_decimal::Decimal;

use super::{Context, Noted};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::finding::Role;
use crate::model::mask::mask_text;
use crate::model::unit::shift;
use crate::model::{Interval, Quantity, Verdict, Words};
use crate::narrative::{Grammar, List, Mention, Narrative, Sentence, lists, read_narrative};
use crate::reconcile::outcome::{Judged, Place, Said, Use};
use crate::reconcile::working::{Calc, Working};

/// What the sentences of one submission say, made ready for the checks.
#[derive(Debug, Default)]
pub struct Read {
    pub narrative: Narrative,
    /// For each sentence, its totals with their parts.
    pub lists: Vec<Vec<List>>,
    pub lines: lines::Lines,
    /// For each sentence, the units that are certainly or likely not meant.
    pub slips: Vec<Vec<slips::Slip>>,
}

impl Read {
    #[must_use]
    pub fn of(submission: &Submission, forms: &Forms, grammar: &Grammar) -> Self {
        let narrative = read_narrative(submission, forms, grammar);
        let lists: Vec<Vec<List>> =
            narrative.sentences.iter().map(|sentence| lists::lists(sentence, grammar)).collect();
        let lines = lines::Lines::of(submission, forms);
        let slips = narrative
            .sentences
            .iter()
            .zip(&lists)
            .map(|(sentence, lists)| slips::slips(sentence, lists, &lines, submission))
            .collect();
        Self { narrative, lists, lines, slips }
    }

    /// The sentences in front of one in the same table, the nearest first.
    pub fn before(&self, spoken: Spoken<'_>) -> impl Iterator<Item = Spoken<'_>> {
        let table = spoken.sentence.table;
        (0..spoken.at).rev().map(|at| self.spoken(at)).take_while(move |one| one.sentence.table == table)
    }

    fn spoken(&self, at: usize) -> Spoken<'_> {
        Spoken { at, sentence: &self.narrative.sentences[at], lists: &self.lists[at], slips: &self.slips[at] }
    }

    /// The sentences with their lists and slips.
    pub fn all(&self) -> impl Iterator<Item = Spoken<'_>> {
        (0..self.narrative.sentences.len()).map(|at| self.spoken(at))
    }
}

/// One sentence with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'r> {
    pub at: usize,
    pub sentence: &'r Sentence,
    pub lists: &'r [List],
    pub slips: &'r [slips::Slip],
}

/// Runs a check of this room; nothing for a name that is not one of them.
#[must_use]
pub fn run(check: &str, context: &Context<'_>) -> Vec<Noted> {
    match check {
        "words-parts" => sums::parts(context),
        "words-within" => sums::within(context),
        "words-share" => shares::share(context),
        "words-shares" => shares::hundred(context),
        "words-rate" => rates::rate(context),
        "words-change" => change::change(context),
        "words-unit" => slips::unit(context),
        "words-table" => table::table(context),
        "words-indicator" => results::indicator(context),
        "words-same" => same::same(context),
        "words-staff" => staff::parts(context),
        "words-retired" => staff::retired(context),
        "words-unit-type" => staff::unit_type(context),
        "words-list" => staff::listed(context),
        "words-against" => statements::against(context),
        "words-claim" => statements::claim(context),
        "words-none" => statements::none(context),
        "words-activity" => statements::activity(context),
        "words-projects" => statements::projects(context),
        "words-copied" => copies::copied(context),
        "words-procured" => statements::procured(context),
        "words-goal" => goals::goal(context),
        "words-balance" => balances::balance(context),
        "words-total" => totals::total(context),
        _ => Vec::new(),
    }
}

/// A figure of a sentence.
pub type Spot<'r> = (Spoken<'r>, usize);

impl<'r> Spoken<'r> {
    /// A part of a total that its sentence names.
    #[must_use]
    pub fn is_part(&self, at: usize) -> bool {
        self.lists.iter().any(|list| !list.behind && list.parts.contains(&at))
    }

    #[must_use]
    pub fn mention(&self, at: usize) -> &'r Mention {
        &self.sentence.mentions[at]
    }

    /// What a figure can stand for; a unit that is certainly a slip is set right.
    #[must_use]
    pub fn interval(&self, at: usize) -> Option<Interval> {
        let mention = self.mention(at);
        match self.slips.iter().find(|slip| slip.mention == at) {
            Some(slip) => slips::scaled(mention.interval, slip.power - mention.unit.power),
            None => Some(mention.interval),
        }
    }

    /// The value in 元, in percent or in the bare noun, with a slip set right.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<Decimal> {
        let mention = self.mention(at);
        match self.slips.iter().find(|slip| slip.mention == at) {
            Some(slip) => shift(mention.value, slip.power),
            None => mention.base(),
        }
    }

    /// A figure of the sentence as an operand.
    #[must_use]
    pub fn said(&self, at: usize, role: Role) -> Use {
        let mention = self.mention(at);
        let subject = if mention.core.is_empty() { &mention.lead } else { &mention.core };
        let label = if subject.is_empty() { &mention.tail } else { subject };
        let said = Said {
            span: mention.span,
            text: mention.text.clone(),
            value: Some(mention.value),
            unit: mention.unit.to_string(),
            label: label.clone(),
        };
        Use::words(self.sentence.table, self.sentence.cell, role, said)
    }

    /// The sentence, or a clause of it, as an operand without a value.
    #[must_use]
    pub fn clause(&self, words: &str) -> Use {
        let said = Said {
            span: self.sentence.span,
            text: cut(words),
            value: None,
            unit: String::new(),
            label: "正文".to_owned(),
        };
        Use::words(self.sentence.table, self.sentence.cell, Role::Subject, said)
    }

    /// The same figure in the copies of the sentence.
    #[must_use]
    pub fn copied(&self, at: usize) -> Vec<Use> {
        let span = self.mention(at).span;
        self.sentence
            .copies
            .iter()
            .map(|copy| {
                let mut one = self.said(at, Role::Subject);
                one.at = crate::reconcile::outcome::At::Cell { table: copy.table, cell: copy.cell };
                if let Some(said) = &mut one.said {
                    let from = copy.from + span.0.saturating_sub(self.sentence.span.0);
                    said.span = (from, from + span.1 - span.0);
                }
                one
            })
            .collect()
    }

    /// The words from one figure to another, as quoted in a message.
    #[must_use]
    pub fn quote(&self, first: usize, last: usize) -> String {
        let (from, to) = (self.mention(first), self.mention(last));
        let lead = from.lead.chars().count();
        let start = from.at.0.saturating_sub(lead);
        let end = to.at.1.max(start);
        cut(&self.sentence.printed.iter().skip(start).take(end - start).collect::<String>())
    }

    /// An outcome at a figure of this sentence.
    #[must_use]
    pub fn noted(&self, context: &Context<'_>, at: usize, verdict: Verdict, mut uses: Vec<Use>) -> Noted {
        if verdict != Verdict::Balanced {
            uses.extend(self.copied(at));
        }
        let mention = self.mention(at);
        let subject = if mention.core.is_empty() { &mention.lead } else { &mention.core };
        let line = if self.sentence.heading.is_empty() {
            subject.clone()
        } else {
            format!("{}/{subject}", self.sentence.heading)
        };
        let place = Place { line: Some(line), ..context.place(self.sentence.table, None, None) };
        Noted { verdict, ..Noted::holds(uses) }.at(place)
    }
}

/// A quotation short enough for a message, without personal data.
#[must_use]
pub fn cut(words: &str) -> String {
    let masked = mask_text(words);
    if masked.chars().count() <= 80 { masked } else { masked.chars().take(79).chain(['…']).collect() }
}

/// How a reported figure stands to a recomputed one.
#[must_use]
pub fn verdict(
    reported: Decimal,
    printed: Interval,
    computed: Decimal,
    within: Interval,
    approximate: bool,
) -> Verdict {
    if reported == computed || printed.contains(computed) {
        Verdict::Balanced
    } else if printed.intersect(within).is_some() {
        if approximate { Verdict::Balanced } else { Verdict::Rounding }
    } else {
        Verdict::Unbalanced
    }
}

/// States a comparison in the unit of the reported figure.
#[must_use]
pub fn judged(mention: &Mention, computed: Decimal, within: Interval, printed: Interval, op: &str) -> Option<Judged> {
    let power = if mention.quantity() == Quantity::Ratio { 0 } else { -mention.unit.power };
    let state = |value: Decimal| shift(value, power).map(|value| value.round_dp(6).normalize());
    let slack = within.hi.checked_sub(within.lo)?.checked_add(printed.hi.checked_sub(printed.lo)?)?;
    let reported = mention.base()?;
    Some(Judged {
        reported: state(reported)?,
        expected: state(computed)?,
        difference: state(reported.checked_sub(computed)?)?,
        allowance: state(slack.checked_div(Decimal::TWO)?)?,
        unit: if mention.quantity() == Quantity::Ratio { "%".to_owned() } else { mention.unit.to_string() },
        op: op.to_owned(),
    })
}

/// The working of a comparison whose reported figure is the first operand; it says no more than `judged` does.
#[must_use]
pub fn worked(mention: &Mention, right: Calc) -> Working {
    let power = if mention.quantity() == Quantity::Ratio { 0 } else { -mention.unit.panel_power() };
    Working { left: Calc::operand(0), right, power }
}

/// The working of a rate: the second operand over the third, in percent.
#[must_use]
pub fn worked_rate(mention: &Mention) -> Working {
    let hundredfold = Calc::Mul(Box::new(Calc::operand(1)), Box::new(Calc::Number(Decimal::ONE_HUNDRED)));
    worked(mention, Calc::Div(Box::new(hundredfold), Box::new(Calc::operand(2))))
}

/// `numerator / denominator × 100`, and all values it can have; none where the denominator can be nought.
#[must_use]
pub fn percent(top: (Decimal, Interval), bottom: (Decimal, Interval)) -> Option<(Decimal, Interval)> {
    let hundred = Decimal::ONE_HUNDRED;
    let positive = bottom.1.lo > Decimal::ZERO && top.1.lo >= Decimal::ZERO;
    if !positive {
        return None;
    }
    let rate = |a: Decimal, b: Decimal| a.checked_mul(hundred)?.checked_div(b);
    let within = Interval {
        lo: rate(top.1.lo, bottom.1.hi)?,
        hi: rate(top.1.hi, bottom.1.lo)?,
        lo_closed: true,
        hi_closed: true,
    };
    Some((rate(top.0, bottom.0)?, within))
}

/// A rate as people read it: as many decimals as were printed, and one more.
#[must_use]
pub fn shown_rate(rate: Decimal, printed: &Mention) -> String {
    format!("{}%", rate.round_dp(printed.value.scale() + 1).normalize())
}

/// Says a fault of a sentence: the quotation, then what is wrong with it.
#[must_use]
pub fn fault(quote: &str, likely: bool, zh: &str, en: &str) -> Words {
    let (verify_zh, verify_en) = if likely { ("，请核实", "; please verify") } else { ("", "") };
    Words::new(format!("“{quote}”：{zh}{verify_zh}"), format!("“{quote}”: {en}{verify_en}"))
}

#[cfg(test)]
mod tests;
