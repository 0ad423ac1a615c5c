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

/// Figures before an end, or before the close of an earlier sentence, and after it, that are looked at.
const NEAR: usize = 12;
const AFTER: usize = 6;

/// What a figure is in a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Start,
    Plus,
    Minus,
    Carried,
    End,
}

/// A figure in a balance, with the letters before its name that others must share.
#[derive(Clone)]
struct Term<'r> {
    spot: Spot<'r>,
    front: String,
    /// It may be one of several that are added.
    added: bool,
}

/// Figures of one balance, each with its role.
#[derive(Default)]
struct Terms<'r> {
    start: Vec<Term<'r>>,
    plus: Vec<Term<'r>>,
    minus: Vec<Term<'r>>,
    carried: Vec<Term<'r>>,
}

/// One way to add the terms up.
struct Sum<'r> {
    plus: Vec<Spot<'r>>,
    minus: Vec<Spot<'r>>,
}

/// Every declared balance of the sentences that the rule looks at.
pub fn balance(context: &Context<'_>) -> Vec<Noted> {
    let chosen = context.words("balances");
    let declared = context.grammar.text.balance.iter().filter(|one| chosen.iter().any(|name| *name == one.name));
    let declared: Vec<&BalanceText> = declared.collect();
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for balance in &declared {
            // Most figures end no balance, and their names say so at once.
            let named = |at: &usize| balance.end.iter().any(|word| called(&spoken.mention(*at).name, word));
            let is_end = |at: &usize| standings(spoken, *at, balance).0.contains(&Standing::End);
            let ends = (0..spoken.sentence.mentions.len()).filter(named).filter(is_end);
            noted.extend(ends.filter_map(|end| judge(context, spoken, end, balance)));
        }
    }
    noted
}

/// What the longest declared name makes of a figure, with the letters before it; nothing of parts of a total and of last
/// year's. One name may stand for several: 预算 is what is adjusted, or what comes of it.
fn standings(spoken: Spoken<'_>, at: usize, balance: &BalanceText) -> (Vec<Standing>, String) {
    let mention = spoken.mention(at);
    let changed = matches!(mention.part, Part::Change { .. });
    let usable = matches!(mention.quantity(), Quantity::Money | Quantity::Count)
        && !mention.inherited
        && (mention.is_value() || changed);
    // What was carried over may be said to be in a total.
    let part = spoken.is_part(at);
    let lists = [
        (Standing::Start, &balance.start),
        (Standing::Plus, &balance.plus),
        (Standing::Minus, &balance.minus),
        (Standing::Carried, &balance.carried),
        (Standing::End, &balance.end),
    ];
    let lists = lists.iter().filter(|(standing, _)| usable && (!part || *standing == Standing::Carried));
    let words = || lists.clone().flat_map(|(standing, words)| words.iter().map(move |word| (*standing, word.as_str())));
    let name = mention.name.as_str();
    let length = |word: &str| word.chars().count();
    let fits: Vec<(Standing, &str)> = words().filter(|(_, word)| called(name, word)).collect();
    if let Some(most) = fits.iter().map(|(_, word)| length(word)).max() {
        let longest = fits.into_iter().filter(|(_, word)| length(word) == most);
        return (longest.map(|(standing, _)| standing).collect(), String::new());
    }
    let fronted = words().filter(|(standing, _)| matches!(standing, Standing::Start | Standing::Minus));
    let nearest = fronted
        .filter_map(|(standing, word)| Some((standing, name.strip_suffix(word)?)))
        .filter(|(_, front)| length(front) <= balance.shared)
        .min_by_key(|(_, front)| front.len());
    nearest.map_or_else(Default::default, |(standing, front)| (vec![standing], front.to_owned()))
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
        let near = if one.at == spoken.at { end } else { one.sentence.mentions.len() };
        for at in near.saturating_sub(NEAR)..(near + AFTER).min(one.sentence.mentions.len()) {
            let (standings, own) = standings(one, at, balance);
            // 社会保险基金总收入1元、总支出1元: both are of the fund.
            let joined = own.is_empty() && one.mention(at).gap.starts_with('、');
            let before = || here.start.last().filter(|term| term.spot.1 + 1 == at).map(|term| term.front.clone());
            let front = if joined { before().unwrap_or(own) } else { own };
            let list = match standings.first() {
                Some(Standing::Start) => &mut here.start,
                Some(Standing::Plus) => &mut here.plus,
                Some(Standing::Minus) => &mut here.minus,
                Some(Standing::Carried) => &mut here.carried,
                // What was left at the end of the year before.
                Some(Standing::End) if is_year_before(one.mention(at), spoken.mention(end)) => {
                    here.carried.push(Term { spot: (one, at), front, added: false });
                    continue;
                }
                Some(Standing::End) | None => continue,
            };
            let itself = one.at == spoken.at && at == end;
            if !itself && same_year(one.mention(at)) && one.mention(at).like(spoken.mention(end)) {
                let added = balance.added.iter().any(|word| one.mention(at).name.ends_with(word.as_str()));
                list.push(Term { spot: (one, at), front, added });
            }
        }
        if terms.plus.is_empty() && terms.minus.is_empty() {
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

fn is_year_before(mention: &Mention, end: &Mention) -> bool {
    mention.like(end) && mention.year.zip(end.year).is_some_and(|(before, year)| before + 1 == year)
}

/// The ways in which the terms may be meant: the whole first, then each start, subtrahend and carry-over alone.
fn sums<'r>(terms: &Terms<'r>) -> Vec<Sum<'r>> {
    let spots = |terms: &[Term<'r>]| terms.iter().map(|term| term.spot).collect::<Vec<_>>();
    let mut starts: Vec<(Vec<Spot<'r>>, &str)> =
        terms.start.iter().rev().map(|start| (vec![start.spot], start.front.as_str())).collect();
    let added: Vec<Spot<'r>> = terms.start.iter().filter(|start| start.added).map(|start| start.spot).collect();
    if added.len() > 1 {
        starts.push((added, ""));
    }
    let mut carried = all_or_each(&spots(&terms.carried));
    carried.push(Vec::new());
    let mut found = Vec::new();
    for (start, front) in starts {
        // 培训经费3万元，实际支出2.95万元: spent of what stands right before.
        let next = |term: &&Term<'r>| {
            let one = |spot: &Spot<'r>| spot.0.at == term.spot.0.at && spot.1 + 1 == term.spot.1;
            term.front.is_empty() && start.len() == 1 && start.iter().any(one)
        };
        let minus = terms.minus.iter().filter(|term| is_one_front(&term.front, front) || next(term));
        let minus: Vec<Spot<'r>> = minus.map(|term| term.spot).collect();
        if minus.is_empty() && (terms.plus.is_empty() || !front.is_empty()) {
            continue;
        }
        let minuses = if minus.is_empty() { vec![Vec::new()] } else { all_or_each(&minus) };
        for minus in minuses {
            for carried in &carried {
                let plus = start.iter().chain(&spots(&terms.plus)).chain(carried).copied().collect();
                found.push(Sum { plus, minus: minus.clone() });
            }
        }
    }
    found
}

/// All of them, and each alone.
fn all_or_each<'r>(spots: &[Spot<'r>]) -> Vec<Vec<Spot<'r>>> {
    let all = (!spots.is_empty()).then(|| spots.to_vec());
    let each = spots.iter().filter(|_| spots.len() > 1).map(|one| vec![*one]);
    all.into_iter().chain(each).collect()
}

/// 经费支出 goes with 工会经费收入.
fn is_one_front(a: &str, b: &str) -> bool {
    a == b || (!a.is_empty() && !b.is_empty() && (a.ends_with(b) || b.ends_with(a)))
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
    let said = |spoken: Spoken<'_>| balance.except.iter().any(|word| spoken.sentence.text.contains(word.as_str()));
    if said(spoken) || terms.start.iter().chain(&terms.minus).any(|term| said(term.spot.0)) {
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
