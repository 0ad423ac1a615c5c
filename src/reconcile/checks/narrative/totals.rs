//! Totals that sentences call by other names than the tables: 全年支出 is the outturn of 年度资金总额.

use rust_decimal::Decimal;

use super::table::in_base;
use super::{Context, Noted, Spoken, judged, worked};
use crate::forms::reading::Figure;
use crate::model::finding::Role;
use crate::model::{Quantity, Verdict, Words};
use crate::narrative::grammar::{TotalText, called};
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::Use;
use crate::reconcile::working::Calc;

/// Words of money that is not all of a unit's.
const OF_OTHER: [&str; 6] = ["项目", "专项", "基金", "工程", "专户", "补助"];

/// Every figure under a declared name of a table's total.
pub fn total(context: &Context<'_>) -> Vec<Noted> {
    let near = context.decimal("near").unwrap_or(Decimal::ZERO);
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        let form = &context.forms.all[context.submission.tables[spoken.sentence.table].form];
        if form.single && spoken.sentence.indicator.is_none() {
            let mentions = 0..spoken.sentence.mentions.len();
            noted.extend(mentions.filter_map(|at| one(context, spoken, at, near)));
        }
    }
    noted
}

/// The figures of a total in the annexes of which there is one, with their places.
fn figures<'c>(context: &Context<'c>, total: &TotalText) -> Vec<(usize, usize, &'c Figure)> {
    let tables = context.submission.tables.iter().enumerate();
    let single = tables.filter(|(_, table)| context.forms.all[table.form].single);
    let all = single.flat_map(|(number, table)| {
        table.reading.figures.iter().enumerate().map(move |(at, figure)| (number, at, figure))
    });
    let mut found: Vec<_> = all
        .filter(|(_, _, figure)| {
            *figure.line == *total.line && total.measures.iter().any(|one| **one == *figure.measure)
        })
        .collect();
    found.sort_by_key(|(_, _, figure)| total.measures.iter().position(|one| **one == *figure.measure));
    found
}

fn one(context: &Context<'_>, spoken: Spoken<'_>, at: usize, near: Decimal) -> Option<Noted> {
    let mention = spoken.mention(at);
    let usable = mention.quantity() == Quantity::Money
        && matches!(mention.part, Part::Value | Part::Done)
        && !mention.inherited
        && mention.depth == 0
        && !spoken.is_part(at)
        && !context.grammar.holds(crate::narrative::Sense::Area, &mention.gap)
        && !spoken.slips.iter().any(|slip| slip.mention == at);
    let year = context.submission.tables[spoken.sentence.table].reading.year.or(context.submission.year);
    if !usable || mention.year.is_some_and(|stated| Some(stated) != year) {
        return None;
    }
    // 项目资金500万元，支出487万元: spent of that.
    let of_other = |before: &Mention| {
        let words = &before.lead;
        before.quantity() == Quantity::Money && OF_OTHER.iter().any(|word| words.contains(word))
    };
    if mention.name.chars().count() <= 2 && spoken.sentence.mentions[..at].iter().any(of_other) {
        return None;
    }
    let declared =
        context.grammar.text.total.iter().filter(|one| one.words.iter().any(|word| called(&mention.name, word)));
    let found: Vec<_> = declared.flat_map(|total| figures(context, total)).collect();
    let (value, printed) = (spoken.value(at)?, spoken.interval(at)?);
    let ties = |figure: &Figure| {
        in_base(figure).is_some_and(|(other, around)| other == value || printed.intersect(around).is_some())
    };
    let close = |figure: &Figure| {
        in_base(figure).is_some_and(|(other, _)| {
            let gap = other.checked_sub(value).map(|gap| gap.abs());
            gap.zip(other.checked_mul(near)).is_some_and(|(gap, most)| gap <= most)
        })
    };
    let holds = found.iter().find(|(_, _, figure)| ties(figure));
    // A figure far from the total is that of something smaller.
    let (table, number, figure) = holds.or_else(|| found.iter().find(|(_, _, figure)| close(figure)))?;
    let (expected, around) = in_base(figure)?;
    let uses = vec![spoken.said(at, Role::Total), Use::figure(*table, *number, Role::Term)];
    let mut noted = spoken.noted(context, at, Verdict::Balanced, uses);
    noted.figures = judged(mention, expected, around, printed, "=");
    noted.working = Some(worked(mention, Calc::operand(1)));
    if holds.is_none() {
        let annex = &context.forms.all[context.submission.tables[*table].form].annex;
        let quote = spoken.quote(at, at);
        let shown = format!("{}{}", figure.text.trim(), figure.value.unit);
        noted.verdict = Verdict::Unbalanced;
        noted.likely = true;
        noted.uses.extend(spoken.copied(at));
        noted.words = Some(Words::new(
            format!("“{quote}”：{annex}“{}·{}”为{shown}，请核实是否同一数", figure.line, figure.measure),
            format!(
                "“{quote}”: {annex} has “{} · {}” as {shown}; please verify whether it is one figure",
                figure.line, figure.measure
            ),
        ));
    }
    Some(noted)
}
