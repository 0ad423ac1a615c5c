//! Sentences against tables: a figure under a line's own name, and a result that an indicator states too.

use rust_decimal::Decimal;

use super::lines::Entry;
use super::{Context, Noted, Spoken, judged, worked};
use crate::forms::declare::Stage;
use crate::forms::reading::Figure;
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict, Words};
use crate::narrative::Part;
use crate::narrative::grammar::Sense;
use crate::narrative::mention::Measure;
use crate::reconcile::outcome::figure_at;
use crate::reconcile::working::Calc;

/// Words in a total that make its parts something else than the lines of the tables.
const OTHER_FUNDS: [&str; 9] = ["基金", "国有资本", "社会保险", "专户", "上级", "结转", "下属", "机关本级", "二级"];

/// Amounts under the exact name of a line.
pub fn table(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        let own = &context.submission.tables[spoken.sentence.table];
        if !context.forms.all[own.form].single {
            continue;
        }
        for at in 0..spoken.sentence.mentions.len() {
            noted.extend(one(context, spoken, at));
        }
    }
    noted
}

/// The measure that a figure states, else that of the total of which it is a part.
#[must_use]
pub fn measure_of(spoken: Spoken<'_>, at: usize) -> (Option<Measure>, bool) {
    let mention = spoken.mention(at);
    if mention.measure.is_some() {
        return (mention.measure, true);
    }
    let list = spoken.lists.iter().find(|list| list.parts.contains(&at) && !list.behind);
    (list.and_then(|list| spoken.mention(list.total).measure), false)
}

/// A figure in 元, in percent or in its bare noun, with all it can stand for.
#[must_use]
pub fn in_base(figure: &Figure) -> Option<(Decimal, Interval)> {
    let unit = &figure.value.unit;
    let power = if unit.noun.is_empty() && figure.quantity == Quantity::Money { 4 } else { unit.power };
    let value = crate::model::unit::shift(figure.value.amount?, power)?;
    let printed =
        Interval::reported(figure.value.amount?, figure.value.decimals, crate::model::interval::Rounding::Nearest)?;
    Some((value, super::slips::scaled(printed, power)?))
}

/// Whether a figure of a line is its budget, or its outturn.
pub fn stage_is(entry: &Entry, measure: Measure) -> bool {
    match measure {
        Measure::Budget => matches!(entry.stage, Some(Stage::Initial | Stage::Budget)),
        Measure::Outturn => entry.stage == Some(Stage::Outturn),
    }
}

fn one(context: &Context<'_>, spoken: Spoken<'_>, at: usize) -> Option<Noted> {
    let mention = spoken.mention(at);
    let lines = &context.shared.words.lines;
    // 会议费、培训费 is one line.
    let wide = (!mention.wide.is_empty()).then(|| lines.named(&mention.wide)).filter(|entries| !entries.is_empty());
    let entries = wide.unwrap_or_else(|| lines.named(&mention.core));
    let whole = spoken.lists.iter().find(|list| list.parts.contains(&at)).map(|list| spoken.mention(list.total));
    let grammar = context.grammar;
    let other = |text: &str| {
        OTHER_FUNDS.iter().any(|word| text.contains(word)) && !text.contains("一般公共预算")
            || grammar.holds(Sense::Area, text)
    };
    let usable = mention.quantity() == Quantity::Money
        && matches!(mention.part, Part::Value | Part::Done | Part::Previous)
        && !mention.inherited
        && !entries.is_empty()
        && !spoken.slips.iter().any(|slip| slip.mention == at)
        && !other(&mention.gap)
        && !whole.is_some_and(|whole| other(&whole.gap));
    if !usable {
        return None;
    }
    let year = context.submission.tables[spoken.sentence.table].reading.year.or(context.submission.year);
    let last_year =
        mention.part == Part::Previous || (mention.year.is_some() && mention.year == year.map(|year| year - 1));
    if !last_year && mention.year.is_some() && mention.year != year {
        return None;
    }
    let (measure, stated) = measure_of(spoken, at);
    if last_year && measure == Some(Measure::Budget) {
        return None;
    }
    let of_year = |entry: &&Entry| (entry.stage == Some(Stage::LastOutturn)) == last_year;
    let pool: Vec<&Entry> = entries.iter().filter(of_year).collect();
    let asked: Vec<&Entry> = match measure.filter(|_| !last_year) {
        Some(measure) => pool.iter().filter(|entry| stage_is(entry, measure)).copied().collect(),
        None => pool.clone(),
    };
    // A budget is not held to the outturn of a line that gives no budget.
    let open = pool.iter().filter(|entry| entry.stage.is_none());
    // 支出 that states no measure is more likely what was spent than what was planned.
    let spent = asked.iter().find(|entry| measure.is_none() && entry.stage == Some(Stage::Outturn));
    let first = *spent.or(asked.first()).or(open.clone().next())?;
    let (value, printed) = (spoken.value(at)?, spoken.interval(at)?);
    let ties = |entry: &&&Entry| {
        figure_at(context.submission, entry.table, entry.figure)
            .and_then(in_base)
            .is_some_and(|(other, around)| other == value || printed.intersect(around).is_some())
    };
    // A figure beside its label states no measure: it may be the one that is meant.
    let holds = asked.iter().chain(open).find(ties).copied();
    let entry = holds.unwrap_or(first);
    let figure = figure_at(context.submission, entry.table, entry.figure)?;
    let (expected, around) = in_base(figure)?;
    let mut term = super::super::subject(entry.table, entry.figure);
    term.role = Role::Term;
    let uses = vec![spoken.said(at, Role::Total), term];
    let mut noted = spoken.noted(context, at, Verdict::Balanced, uses);
    noted.figures = judged(mention, expected, around, printed, "=");
    noted.working = Some(worked(mention, Calc::operand(1)));
    if holds.is_none() {
        // A bare mention, or a part whose measure is its total's, may speak of another figure of the line.
        let certain = stated && measure.is_some() && !asked.is_empty() && mention.year.is_some() && whole.is_none();
        let nothing_else = asked.len() == 1
            || asked.iter().all(|e| {
                figure_at(context.submission, e.table, e.figure).and_then(|f| f.value.amount) == figure.value.amount
            });
        noted.likely = !(certain && nothing_else);
        // A figure of another order of size is of something else, unless it has the same digits.
        if noted.likely && apart(value, expected) {
            return None;
        }
        noted.verdict = Verdict::Unbalanced;
        noted.uses.extend(spoken.copied(at));
        noted.words = Some(words(context, spoken, at, entry, figure, noted.likely));
    }
    Some(noted)
}

/// Whether two amounts are more than tenfold apart and no digits show one to be the other with its point moved.
fn apart(a: Decimal, b: Decimal) -> bool {
    let digits = |value: Decimal| value.abs().normalize().mantissa().to_string().trim_end_matches('0').to_owned();
    let far = |a: Decimal, b: Decimal| a.checked_mul(Decimal::TEN).is_some_and(|ten| ten < b);
    (far(a, b) || far(b, a)) && digits(a) != digits(b)
}

fn words(context: &Context<'_>, spoken: Spoken<'_>, at: usize, entry: &Entry, figure: &Figure, likely: bool) -> Words {
    let mention = spoken.mention(at);
    let annex = &context.forms.all[context.submission.tables[entry.table].form].annex;
    let quote = spoken.quote(at, at);
    let shown = format!("{}{}", figure.text.trim(), figure.value.unit);
    let year = mention.year.map(|year| format!("，{year}年")).unwrap_or_default();
    let verify = if likely { ("，请核实", "; please verify") } else { ("", "") };
    Words::new(
        format!(
            "“{quote}”：{annex}“{}·{}”为{shown}{}（依据：名称“{}”相同{year}）",
            figure.line, figure.measure, verify.0, mention.core
        ),
        format!(
            "“{quote}”: {annex} has “{} · {}” as {shown}{} (matched by the name “{}”{year})",
            figure.line, figure.measure, verify.1, mention.core
        ),
    )
}
