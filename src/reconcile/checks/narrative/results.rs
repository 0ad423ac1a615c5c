//! Results that sentences and indicators both state.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::table::in_base;
use super::{Context, Noted, Spoken, cut, judged, worked};
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict, Words};
use crate::narrative::grammar::Sense;
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::Use;
use crate::reconcile::working::Calc;

/// Ends of an indicator's name that say only what is counted.
const COUNTED: [&str; 10] = ["场次", "次数", "人次", "人数", "个数", "户数", "件数", "数量", "天数", "数"];

/// The result of an indicator: a figure of the table, or one in its words.
struct Reported<'r> {
    name: &'r str,
    /// What it counts: the words beside it, else the indicator's name.
    own: String,
    noun: &'r str,
    power: i32,
    /// As printed.
    value: Decimal,
    base: Decimal,
    around: Interval,
    shown: String,
    term: Use,
    project: Option<&'r str>,
    /// The table whose own sentences may tell what is aimed at.
    apart: Option<usize>,
}

/// A result that a sentence and an indicator both state.
pub fn indicator(context: &Context<'_>) -> Vec<Noted> {
    // A goal tells what is aimed at, and no result.
    let goals = super::goals::cells(context);
    let told = |spoken: &Spoken<'_>| {
        let sentence = spoken.sentence;
        let goal = goals.contains(&(sentence.table, sentence.cell));
        sentence.indicator.is_none() && !sentence.mentions.is_empty() && !goal
    };
    let said: Vec<Spoken<'_>> = context.shared.words.all().filter(told).collect();
    let reported = worded(context).into_iter().chain(filed(context));
    reported.flat_map(|one| result_of(context, &one, &said)).collect()
}

/// Results told in words.
fn worded<'r>(context: &Context<'r>) -> Vec<Reported<'r>> {
    let mut found = Vec::new();
    for result in context.shared.words.all() {
        let Some((name, true)) = &result.sentence.indicator else { continue };
        for (at, mention) in result.sentence.mentions.iter().enumerate().filter(|(_, mention)| mention.is_value()) {
            let own = bare(context, if mention.core.is_empty() { name } else { &mention.core });
            let Some((base, around)) = result.value(at).zip(result.interval(at)) else { continue };
            found.push(Reported {
                name,
                own,
                noun: &mention.noun,
                power: mention.unit.power,
                value: mention.value,
                base,
                around,
                shown: mention.text.clone(),
                term: result.said(at, Role::Term),
                project: context.submission.tables[result.sentence.table].project.as_deref(),
                apart: None,
            });
        }
    }
    found
}

/// Results that are figures of the table, but for those told in words.
fn filed<'r>(context: &Context<'r>) -> Vec<Reported<'r>> {
    let told = context.shared.words.all().filter(|spoken| matches!(spoken.sentence.indicator, Some((_, true))));
    let told: BTreeSet<_> = told.map(|spoken| (spoken.sentence.table, spoken.sentence.cell)).collect();
    let mut found = Vec::new();
    for (number, sheet) in context.shared.sheets.iter().enumerate() {
        for row in &sheet.indicators {
            let Some((at, figure)) = row.result.filter(|(_, figure)| !told.contains(&(number, figure.cell))) else {
                continue;
            };
            let unit = &figure.value.unit;
            let counted = (unit.quantity() == Quantity::Count).then(|| context.grammar.noun(&unit.noun)).flatten();
            let (Some(noun), Some(value)) = (counted, figure.value.amount) else { continue };
            let Some((base, around)) = in_base(figure) else { continue };
            found.push(Reported {
                name: row.name,
                own: bare(context, row.name),
                noun,
                power: unit.power,
                value,
                base,
                around,
                shown: figure.text.trim().to_owned(),
                term: Use::figure(number, at, Role::Term),
                project: context.submission.tables[number].project.as_deref(),
                apart: Some(number),
            });
        }
    }
    found
}

/// Whether two figures are the same digits, two neighbours of them in the other order: 24.6 and 26.4.
fn transposed(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let apart: Vec<usize> = (0..a.len()).filter(|at| a.get(*at) != b.get(*at)).collect();
    let [first, second] = apart[..] else { return false };
    let digits = |chars: &[char]| chars.iter().filter(|c| c.is_ascii_digit()).count();
    let between = a.get(first + 1..second).is_some_and(|between| between.iter().all(|c| *c == '.'));
    a.len() == b.len() && digits(&a) > 1 && a[first] == b[second] && a[second] == b[first] && between
}

/// A figure of a sentence that no indicator gives, with the digits of one that shares a word with it changed over.
fn changed_over<'r>(
    context: &Context<'_>,
    one: &Reported<'_>,
    said: &[Spoken<'r>],
) -> Option<(Spoken<'r>, usize, String)> {
    let printed = one.value.to_string();
    let own = format!("{}{}", one.name, one.own);
    let near = said.iter().filter(|spoken| {
        let table = &context.submission.tables[spoken.sentence.table];
        table.project.as_deref() == one.project && one.apart != Some(spoken.sentence.table)
    });
    let all = || near.clone().flat_map(|spoken| spoken.sentence.mentions.iter().map(move |other| (spoken, other)));
    // Where an annex tells the indicator's figure too, the other is another one.
    let told = |table: usize| {
        let same = |other: &Mention| other.noun == one.noun && other.base() == Some(one.base);
        all().any(|(spoken, other)| spoken.sentence.table == table && same(other))
    };
    all().find_map(|(spoken, other)| {
        // An amount is held to its table.
        let fits = other.noun == one.noun
            && other.unit.power == one.power
            && other.quantity() == Quantity::Count
            && other.is_value()
            && other.part != Part::Task
            && transposed(&other.value.to_string(), &printed);
        let words = format!("{}{}", other.lead, other.tail);
        let shared = fits.then(|| common(&words, &own, "")).flatten().filter(|_| !told(spoken.sentence.table))?;
        // Two digits are soon the same: there the words have to be.
        if printed.chars().filter(char::is_ascii_digit).count() < 3 && !alike(&words, &own) {
            return None;
        }
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

/// Whether a subject is what an indicator counts: its name, or the name without 场次 and the like.
fn is_same(core: &str, own: &str) -> bool {
    let short = COUNTED.iter().find_map(|end| own.strip_suffix(end));
    core == own || short.is_some_and(|short| short.chars().count() > 3 && core == short)
}

fn result_of(context: &Context<'_>, one: &Reported<'_>, said: &[Spoken<'_>]) -> Vec<Noted> {
    let (name, own) = (one.name, &one.own);
    if own.chars().count() < 3 || one.noun.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Spoken<'_>, usize, String)> = Vec::new();
    for spoken in said {
        let other_project = context.submission.tables[spoken.sentence.table].project.as_deref() != one.project;
        if other_project || one.apart == Some(spoken.sentence.table) {
            continue;
        }
        for (other_at, other) in spoken.sentence.mentions.iter().enumerate() {
            let counted = other.noun == one.noun && other.is_value() && other.part != Part::Task;
            if !counted || !is_same(&bare(context, &other.core), own) {
                continue;
            }
            // Under a heading, the heading has to speak of the indicator too.
            let nearest = spoken.sentence.heading.rsplit('/').next().unwrap_or_default();
            let shared = if nearest.is_empty() { Some(String::new()) } else { common(nearest, name, own) };
            if let Some(shared) = shared {
                found.push((*spoken, other_at, shared));
            }
        }
    }
    let meets = |spoken: Spoken<'_>, at: usize| spoken.interval(at).is_some_and(|a| a.intersect(one.around).is_some());
    let holds = found.iter().find(|(spoken, other, _)| meets(*spoken, *other));
    let turned = || {
        let found = changed_over(context, one, said).map(|(spoken, other, shared)| {
            let why = (
                format!("同有“{shared}”，数字相同而次序不同"),
                format!("both say “{shared}”, and the digits are the same in another order"),
            );
            apart(context, one, (spoken, other), &why)
        });
        found.into_iter().collect()
    };
    let Some((spoken, other, shared)) = holds.or(found.first()) else { return turned() };
    if holds.is_none() {
        let also = if shared.is_empty() { String::new() } else { format!("，标题与指标名同有“{shared}”") };
        let also_en =
            if shared.is_empty() { String::new() } else { format!(", and heading and indicator share “{shared}”") };
        let why = (format!("“{own}”相同{also}"), format!("matched by “{own}”{also_en}"));
        return vec![apart(context, one, (*spoken, *other), &why)];
    }
    let mut noted: Vec<Noted> = turned();
    noted.push(compared(context, one, (*spoken, *other)));
    noted
}

/// The sentence's figure beside the indicator's.
fn compared(context: &Context<'_>, one: &Reported<'_>, (spoken, other): (Spoken<'_>, usize)) -> Noted {
    let uses: Vec<Use> = vec![spoken.said(other, Role::Total), one.term.clone()];
    let mut noted = spoken.noted(context, other, Verdict::Balanced, uses);
    let mention = spoken.mention(other);
    noted.figures = spoken.interval(other).and_then(|printed| judged(mention, one.base, one.around, printed, "="));
    noted.working = Some(worked(mention, Calc::operand(1)));
    noted
}

/// As [`compared`], with what speaks for their being one figure.
fn apart(context: &Context<'_>, one: &Reported<'_>, at: (Spoken<'_>, usize), why: &(String, String)) -> Noted {
    let mut noted = compared(context, one, at);
    let (spoken, other) = at;
    let (quote, name, shown) = (spoken.quote(other, other), cut(one.name), &one.shown);
    noted.words = Some(Words::new(
        format!("“{quote}”：指标“{name}”的完成值为{shown}，请核实是否同一数（依据：{}）", why.0),
        format!(
            "“{quote}”: the indicator “{name}” reports {shown}; please verify whether it is one figure ({})",
            why.1
        ),
    ));
    noted.verdict = Verdict::Unbalanced;
    noted.uses.extend(spoken.copied(other));
    noted
}

/// Four letters in a row that both hold.
fn alike(words: &str, own: &str) -> bool {
    let letters: Vec<char> = words.chars().take(24).collect();
    letters.windows(4).any(|run| own.contains(&run.iter().collect::<String>()))
}

/// Two letters or more that both hold, besides the matched words themselves.
#[must_use]
pub fn common(heading: &str, name: &str, own: &str) -> Option<String> {
    let letters: Vec<char> = heading.chars().take(24).collect();
    letters.windows(2).map(|pair| pair.iter().collect::<String>()).find(|pair| {
        name.contains(pair.as_str())
            && !own.contains(pair.as_str())
            && !["保险", "工作", "情况", "完成", "人数"].contains(&pair.as_str())
    })
}
