//! Amounts of a sentence that make up another: a budget and its adjustments, income less expenditure.

use rust_decimal::Decimal;

use super::{Context, Noted, Spoken, Spot, fault, judged, verdict, worked};
use crate::model::finding::Role;
use crate::model::{Interval, Quantity, Verdict};
use crate::narrative::grammar::{BalanceText, called};
use crate::narrative::{Mention, Part};
use crate::reconcile::outcome::Use;
use crate::reconcile::working::Calc;

/// Sentences before one in which what it does not say itself is sought.
const BACK: usize = 2;

/// What a figure is in a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Start,
    Plus,
    Minus,
    Carried,
    End,
}

/// Figures of one balance, each with its role.
#[derive(Default)]
struct Terms<'r> {
    start: Vec<Spot<'r>>,
    plus: Vec<Spot<'r>>,
    minus: Vec<Spot<'r>>,
    carried: Vec<Spot<'r>>,
}

/// One way to add the terms up.
struct Sum<'r> {
    plus: Vec<Spot<'r>>,
    minus: Vec<Spot<'r>>,
}

/// Every declared balance of the sentences that the rule looks at.
pub fn balance(context: &Context<'_>) -> Vec<Noted> {
    let names = context.words("balances");
    let declared = context.grammar.text.balance.iter().filter(|one| names.iter().any(|name| *name == one.name));
    let declared: Vec<&BalanceText> = declared.collect();
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for balance in &declared {
            let ends =
                (0..spoken.sentence.mentions.len()).filter(|at| role(spoken, *at, balance) == Some(Standing::End));
            noted.extend(ends.filter_map(|end| judge(context, spoken, end, balance)));
        }
    }
    noted
}

/// The role that the longest declared name gives a figure; none for parts of a total and for last year's.
fn role(spoken: Spoken<'_>, at: usize, balance: &BalanceText) -> Option<Standing> {
    let mention = spoken.mention(at);
    let changed = matches!(mention.part, Part::Change { .. });
    let usable = mention.quantity() == Quantity::Money && !mention.inherited && (mention.is_value() || changed);
    if !usable || spoken.is_part(at) {
        return None;
    }
    let lists = [
        (Standing::Start, &balance.start),
        (Standing::Plus, &balance.plus),
        (Standing::Minus, &balance.minus),
        (Standing::Carried, &balance.carried),
        (Standing::End, &balance.end),
    ];
    let name: String = mention.name.chars().filter(|c| !matches!(c, '"' | '“' | '”')).collect();
    let fits = lists.iter().flat_map(|(role, words)| words.iter().map(move |word| (*role, word)));
    fits.filter(|(_, word)| called(&name, word)).max_by_key(|(_, word)| word.chars().count()).map(|(role, _)| role)
}

/// The figures that go with an end: of its own sentence, and what is missing there from those before it.
fn terms<'r>(context: &Context<'r>, spoken: Spoken<'r>, end: usize, balance: &BalanceText) -> Terms<'r> {
    let mut terms = Terms::default();
    let same_year = |mention: &Mention| {
        mention.year.is_none() || spoken.mention(end).year.is_none() || mention.year == spoken.mention(end).year
    };
    let earlier = context.shared.words.before(spoken).take_while(|one| one.sentence.cell == spoken.sentence.cell);
    for one in std::iter::once(spoken).chain(earlier.take(BACK)) {
        let mut here = Terms::default();
        for at in 0..one.sentence.mentions.len() {
            let list = match role(one, at, balance) {
                Some(Standing::Start) => &mut here.start,
                Some(Standing::Plus) => &mut here.plus,
                Some(Standing::Minus) => &mut here.minus,
                Some(Standing::Carried) => &mut here.carried,
                Some(Standing::End) | None => continue,
            };
            if same_year(one.mention(at)) {
                list.push((one, at));
            }
        }
        let changes = terms.plus.is_empty() && terms.minus.is_empty();
        if changes {
            terms.plus = here.plus;
            terms.minus = here.minus;
        }
        if terms.start.is_empty() {
            terms.start = here.start;
            terms.carried.extend(here.carried);
        }
    }
    terms
}

/// The ways in which the terms may be meant: the whole first, then each start and each subtrahend alone.
fn sums<'r>(terms: &Terms<'r>) -> Vec<Sum<'r>> {
    let minuses = std::iter::once(terms.minus.clone())
        .chain((terms.minus.len() > 1).then(|| terms.minus.iter().map(|one| vec![*one])).into_iter().flatten());
    let minuses: Vec<Vec<Spot<'r>>> = minuses.collect();
    let mut found = Vec::new();
    for start in terms.start.iter().rev() {
        for minus in &minuses {
            let plain: Vec<Spot<'r>> = std::iter::once(*start).chain(terms.plus.iter().copied()).collect();
            if !terms.carried.is_empty() {
                let all = plain.iter().chain(&terms.carried).copied().collect();
                found.push(Sum { plus: all, minus: minus.clone() });
            }
            found.push(Sum { plus: plain, minus: minus.clone() });
        }
    }
    found
}

fn add(from: (Decimal, Interval), spots: &[Spot<'_>], less: bool) -> Option<(Decimal, Interval)> {
    spots.iter().try_fold(from, |(sum, within), (spoken, at)| {
        let (value, around) = (spoken.value(*at)?, spoken.interval(*at)?);
        if less {
            Some((sum.checked_sub(value)?, within.checked_sub(around)?))
        } else {
            Some((sum.checked_add(value)?, within.checked_add(around)?))
        }
    })
}

fn judge<'r>(context: &Context<'r>, spoken: Spoken<'r>, end: usize, balance: &BalanceText) -> Option<Noted> {
    let terms = terms(context, spoken, end, balance);
    if terms.start.is_empty() || (terms.plus.is_empty() && terms.minus.is_empty()) {
        return None;
    }
    let said = |spoken: Spoken<'_>| balance.except.iter().any(|word| spoken.sentence.text.contains(word.as_str()));
    if said(spoken) || terms.start.iter().chain(&terms.minus).any(|(one, _)| said(*one)) {
        return None;
    }
    let mention = spoken.mention(end);
    let (value, printed) = (spoken.value(end)?, spoken.interval(end)?);
    let mut first = None;
    for sum in sums(&terms) {
        let (total, within) = add((Decimal::ZERO, Interval::exact(Decimal::ZERO)), &sum.plus, false)?;
        let (total, within) = add((total, within), &sum.minus, true)?;
        let mut spots = sum.plus.iter().chain(&sum.minus);
        let approximate = mention.approximate || spots.any(|(one, at)| one.mention(*at).approximate);
        let holds = verdict(value, printed, total, within, approximate) != Verdict::Unbalanced;
        if holds || first.is_none() {
            first = Some((sum, total, within, holds));
        }
        if holds {
            break;
        }
    }
    let (sum, total, within, holds) = first?;
    let terms = sum.plus.iter().chain(&sum.minus);
    let uses: Vec<Use> = std::iter::once(spoken.said(end, Role::Total))
        .chain(terms.map(|(one, at)| one.said(*at, Role::Term)))
        .collect();
    let found = if holds { Verdict::Balanced } else { Verdict::Unbalanced };
    let mut noted = spoken.noted(context, end, found, uses);
    noted.figures = judged(mention, total, within, printed, "=");
    noted.working = Some(worked(mention, working(sum.plus.len(), sum.minus.len())));
    if !holds {
        let shown = noted.figures.as_ref()?;
        let text = |(one, at): &Spot<'_>| one.mention(*at).text.clone();
        let plus: Vec<String> = sum.plus.iter().map(text).collect();
        let minus = sum.minus.iter().map(text);
        let terms: Vec<String> = std::iter::once(plus.join("+")).chain(minus).collect();
        let terms = terms.join("-");
        let zh = format!("{terms}={}{}，不是{}", shown.expected, shown.unit, mention.text);
        let en = format!("{terms} = {}{}, not {}", shown.expected, shown.unit, mention.text);
        let own = sum.plus.iter().chain(&sum.minus).filter(|(one, _)| one.at == spoken.at).map(|(_, at)| *at);
        let from = own.clone().min().unwrap_or(end).min(end);
        let to = own.max().unwrap_or(end).max(end);
        noted.words = Some(fault(&spoken.quote(from, to), true, &zh, &en));
        noted.likely = true;
    }
    Some(noted)
}

/// The terms stand behind the end among the operands: first those that are added, then those taken off.
fn working(plus: usize, minus: usize) -> Calc {
    let added = Calc::Operands((1..=plus).collect());
    if minus == 0 {
        return added;
    }
    Calc::Sub(Box::new(added), Box::new(Calc::Operands((plus + 1..=plus + minus).collect())))
}
