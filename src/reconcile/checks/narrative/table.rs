//! Sentences against tables: a figure under a line's own name, and a result that an indicator states too.

use rust_decimal::Decimal;

use super::lines::Entry;
use super::{Context, Noted, Spoken, cut, judged, worked};
use crate::forms::declare::Stage;
use crate::forms::reading::Figure;
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict, Words};
use crate::narrative::grammar::Sense;
use crate::narrative::mention::Measure;
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::{Use, figure_at};
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
    let entries = context.shared.words.lines.named(&mention.core);
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

/// A result that a sentence and an indicator both state.
pub fn indicator(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    let said: Vec<Spoken<'_>> =
        context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()).collect();
    for result in context.shared.words.all() {
        let Some((name, true)) = &result.sentence.indicator else { continue };
        for at in 0..result.sentence.mentions.len() {
            noted.extend(result_of(context, result, at, name, &said));
        }
    }
    noted
}

/// Whether two figures are the same digits, two neighbours of them in the other order: 24.6 and 26.4.
fn transposed(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let apart: Vec<usize> = (0..a.len()).filter(|at| a.get(*at) != b.get(*at)).collect();
    let [first, second] = apart[..] else { return false };
    let digits = |chars: &[char]| chars.iter().filter(|c| c.is_ascii_digit()).count();
    let between = a.get(first + 1..second).is_some_and(|between| between.iter().all(|c| *c == '.'));
    a.len() == b.len() && digits(&a) > 2 && a[first] == b[second] && a[second] == b[first] && between
}

/// A figure of a sentence that no indicator gives, with the digits of one that shares a word with it changed over.
fn changed_over<'r>(
    context: &Context<'_>,
    mention: &Mention,
    name: &str,
    said: &[Spoken<'r>],
    project: Option<&str>,
) -> Option<(Spoken<'r>, usize, String)> {
    let printed = mention.value.to_string();
    let own = format!("{name}{}", mention.core);
    let near = said.iter().filter(|spoken| {
        let table = &context.submission.tables[spoken.sentence.table];
        table.project.as_deref() == project
    });
    let all = || near.clone().flat_map(|spoken| spoken.sentence.mentions.iter().map(move |other| (spoken, other)));
    // Where an annex tells the indicator's figure too, the other is another one.
    let told = |table: usize| {
        let same = |one: &Mention| one.like(mention) && one.base() == mention.base();
        all().any(|(spoken, other)| spoken.sentence.table == table && same(other))
    };
    all().find_map(|(spoken, other)| {
        let fits = other.like(mention)
            && other.unit == mention.unit
            && other.is_value()
            && other.part != Part::Task
            && transposed(&other.value.to_string(), &printed);
        let words = format!("{}{}", other.lead, other.tail);
        let shared = fits.then(|| common(&words, &own, "")).flatten().filter(|_| !told(spoken.sentence.table))?;
        let at = spoken.sentence.mentions.iter().position(|one| std::ptr::eq(one, other))?;
        Some((*spoken, at, shared))
    })
}

/// The subject without words of task and result.
fn bare(context: &Context<'_>, core: &str) -> String {
    let mut text = core.to_owned();
    for sense in [Sense::Done, Sense::Task] {
        for word in context.grammar.words(sense).filter(|word| word.chars().count() > 1) {
            text = text.replace(word, "");
        }
    }
    text
}

fn result_of(context: &Context<'_>, result: Spoken<'_>, at: usize, name: &str, said: &[Spoken<'_>]) -> Option<Noted> {
    let mention = result.mention(at);
    let own = bare(context, if mention.core.is_empty() { name } else { &mention.core });
    if own.chars().count() < 3 || !mention.is_value() || mention.noun.is_empty() {
        return None;
    }
    let project = &context.submission.tables[result.sentence.table].project;
    if let Some((spoken, other, shared)) = changed_over(context, mention, name, said, project.as_deref()) {
        let quote = spoken.quote(other, other);
        let uses = vec![spoken.said(other, Role::Total), result.said(at, Role::Term)];
        let mut noted = spoken.noted(context, other, Verdict::Unbalanced, uses);
        noted.words = Some(Words::new(
            format!(
                "“{quote}”：指标“{}”的完成值为{}，请核实是否同一数（依据：同有“{shared}”，数字相同而次序不同）",
                cut(name),
                mention.text
            ),
            format!(
                "“{quote}”: the indicator “{}” reports {}; please verify whether it is one figure (both say “{shared}”, and the digits are the same in another order)",
                cut(name),
                mention.text
            ),
        ));
        return Some(noted);
    }
    let mut found: Vec<(Spoken<'_>, usize, String)> = Vec::new();
    for spoken in said {
        if context.submission.tables[spoken.sentence.table].project != *project {
            continue;
        }
        for (other_at, other) in spoken.sentence.mentions.iter().enumerate() {
            let same = other.like(mention)
                && other.is_value()
                && other.part != Part::Task
                && bare(context, &other.core) == own;
            if !same {
                continue;
            }
            // Under a heading, the heading has to speak of the indicator too.
            let nearest = spoken.sentence.heading.rsplit('/').next().unwrap_or_default();
            let shared = if nearest.is_empty() { Some(String::new()) } else { common(nearest, name, &own) };
            if let Some(shared) = shared {
                found.push((*spoken, other_at, shared));
            }
        }
    }
    let holds = found.iter().find(|(spoken, other, _)| {
        spoken.interval(*other).zip(result.interval(at)).is_some_and(|(a, b)| a.intersect(b).is_some())
    });
    let (spoken, other, shared) = holds.or(found.first())?;
    let uses: Vec<Use> = vec![spoken.said(*other, Role::Total), result.said(at, Role::Term)];
    let mut noted = spoken.noted(context, *other, Verdict::Balanced, uses);
    noted.figures =
        judged(spoken.mention(*other), result.value(at)?, result.interval(at)?, spoken.interval(*other)?, "=");
    noted.working = Some(worked(spoken.mention(*other), Calc::operand(1)));
    if holds.is_none() {
        let also = if shared.is_empty() { String::new() } else { format!("，标题与指标名同有“{shared}”") };
        let also_en =
            if shared.is_empty() { String::new() } else { format!(", and heading and indicator share “{shared}”") };
        let quote = spoken.quote(*other, *other);
        noted.words = Some(Words::new(
            format!(
                "“{quote}”：指标“{}”的完成值为{}，请核实是否同一数（依据：“{own}”相同{also}）",
                cut(name),
                mention.text
            ),
            format!(
                "“{quote}”: the indicator “{}” reports {}; please verify whether it is one figure (matched by “{own}”{also_en})",
                cut(name),
                mention.text
            ),
        ));
        noted.verdict = Verdict::Unbalanced;
        noted.uses.extend(spoken.copied(*other));
    }
    Some(noted)
}

/// Two letters or more that both hold, besides the matched words themselves.
fn common(heading: &str, name: &str, own: &str) -> Option<String> {
    let letters: Vec<char> = heading.chars().take(24).collect();
    letters.windows(2).map(|pair| pair.iter().collect::<String>()).find(|pair| {
        name.contains(pair.as_str())
            && !own.contains(pair.as_str())
            && !["保险", "工作", "情况", "完成", "人数"].contains(&pair.as_str())
    })
}
