//! Shares and changes of which the sentence tells only the rate, while the amounts stand in the tables.

use rust_decimal::Decimal;

use super::lines::Entry;
use super::table::in_base;
use super::{Context, Noted, Spoken, fault, judged, percent, shown_rate, verdict, worked};
use crate::forms::declare::Stage;
use crate::forms::reading::Figure;
use crate::model::finding::Role;
use crate::model::{Interval, Verdict};
use crate::narrative::grammar::{Sense, called};
use crate::reconcile::outcome::{Use, figure_at};
use crate::reconcile::working::Calc;

type Side = (Decimal, Interval);

/// A figure of a table, with what it can stand for.
#[derive(Clone, Copy)]
struct Filed<'c> {
    entry: &'c Entry,
    figure: &'c Figure,
    side: Side,
}

impl Filed<'_> {
    fn term(self) -> Use {
        Use::figure(self.entry.table, self.entry.figure, Role::Term)
    }

    /// As a message names it.
    fn named(self) -> String {
        format!("{}·{} {}{}", self.figure.line, self.figure.measure, self.figure.text.trim(), self.figure.value.unit)
    }
}

/// The figures of a line, or of the total that is called so, of some stages.
fn figures<'c>(context: &Context<'c>, name: &str, stages: &[Stage]) -> Vec<Filed<'c>> {
    let lines = &context.shared.words.lines;
    let own = lines.named(name).iter();
    let totals = context.grammar.text.total.iter().filter(|total| total.words.iter().any(|word| called(name, word)));
    let all = own.chain(totals.flat_map(|total| lines.named(&total.line)));
    let wanted = all.filter(|entry| entry.stage.is_some_and(|stage| stages.contains(&stage)));
    let known = wanted.filter_map(|entry| {
        let figure = figure_at(context.submission, entry.table, entry.figure)?;
        Some(Filed { entry, figure, side: in_base(figure)? })
    });
    known.collect()
}

/// `项目支出占总支出的18.4%`: both stand in tables, and the year's outturn or budget gives the rate.
pub fn share(context: &Context<'_>, spoken: Spoken<'_>, at: usize) -> Option<Noted> {
    let mention = spoken.mention(at);
    let (part, whole) = mention.core.split_once('占')?;
    // 会议费、培训费占公用经费: the line of both.
    let wide = mention.wide.split_once('占').map(|(wide, _)| wide);
    let part = wide.filter(|wide| !context.shared.words.lines.named(wide).is_empty()).unwrap_or(part);
    // 公务接待费1.46万元，占三公经费的33%: the part is the figure before it.
    let before = at.checked_sub(1).map(|before| spoken.mention(before)).filter(|before| before.is_value());
    let part = if part.is_empty() { before.map_or("", |before| before.core.as_str()) } else { part };
    let (part, whole) = (context.grammar.without_start(Sense::Filler, part), whole_name(context, whole));
    let area = context.grammar.holds(Sense::Area, &mention.gap);
    if area
        || !of_whole(context, spoken)
        || part.is_empty()
        || whole.is_empty()
        || spoken.sentence.text.contains("上年")
    {
        return None;
    }
    let mut first = None;
    for stages in [&[Stage::Outturn][..], &[Stage::Budget, Stage::Initial][..]] {
        for top in figures(context, part, stages) {
            for bottom in figures(context, whole, stages) {
                let Some(rate) = percent(top.side, bottom.side).filter(|_| top.entry != bottom.entry) else { continue };
                let found = rated(context, spoken, at, rate, &[top, bottom])?;
                if found.verdict == Verdict::Balanced {
                    return Some(found);
                }
                first.get_or_insert(found);
            }
        }
    }
    first
}

/// 部门总支出的 is 总支出.
fn whole_name<'t>(context: &Context<'_>, text: &'t str) -> &'t str {
    let text = text.trim_start_matches(['比', '到', '了']);
    let text = text.trim_end_matches("比重").trim_end_matches("比例").trim_end_matches(['的', '为', '约', '近', '达']);
    context.grammar.without_start(Sense::Filler, text)
}

/// A sentence of the whole submission, and no result of an indicator.
fn of_whole(context: &Context<'_>, spoken: Spoken<'_>) -> bool {
    context.forms.all[context.submission.tables[spoken.sentence.table].form].single
        && spoken.sentence.indicator.is_none()
}

/// A printed figure beside the one that the tables give, with no words for a fault yet.
fn beside(
    context: &Context<'_>,
    spoken: Spoken<'_>,
    at: usize,
    (given, within): Side,
    terms: &[Filed<'_>; 2],
) -> Option<Noted> {
    let mention = spoken.mention(at);
    let (reported, printed) = (spoken.value(at)?, spoken.interval(at)?);
    let holds = verdict(reported, printed, given, within, mention.approximate) != Verdict::Unbalanced;
    let uses = std::iter::once(spoken.said(at, Role::Total)).chain(terms.iter().map(|term| term.term())).collect();
    let found = if holds { Verdict::Balanced } else { Verdict::Unbalanced };
    let mut noted = spoken.noted(context, at, found, uses);
    noted.figures = judged(mention, given, within, printed, "=");
    Some(noted)
}

/// A printed rate beside the one that the tables give.
fn rated(context: &Context<'_>, spoken: Spoken<'_>, at: usize, given: Side, terms: &[Filed<'_>; 2]) -> Option<Noted> {
    let mention = spoken.mention(at);
    let mut noted = beside(context, spoken, at, given, terms)?;
    noted.working = Some(super::worked_rate(mention));
    if noted.verdict == Verdict::Unbalanced {
        let shown = shown_rate(given.0, mention);
        let (a, b) = (terms[0].named(), terms[1].named());
        let zh = format!("表中{a}，{b}，应为{shown}");
        let en = format!("by the tables ({a}; {b}) it is {shown}");
        noted.words = Some(fault(&spoken.quote(at, at), true, &zh, &en));
        noted.likely = true;
    }
    Some(noted)
}

/// What a change is said of: the line of this year's figure before it, or of the change's own words.
fn changed_line(context: &Context<'_>, spoken: Spoken<'_>, at: usize, now: Option<usize>) -> String {
    if let Some(now) = now {
        return spoken.mention(now).core.clone();
    }
    let grammar = context.grammar;
    let mut name = spoken.mention(at).core.as_str();
    name = grammar.without_end(Sense::Down, grammar.without_end(Sense::Up, name));
    let cut = ["比", "较", "同"].iter().filter_map(|word| name.rfind(word)).min().unwrap_or(name.len());
    grammar.without_start(Sense::Filler, &name[..cut]).to_owned()
}

/// `公务接待费较上年减少0.3万元，下降17.05%`: the table has both years.
pub fn change(
    context: &Context<'_>,
    spoken: Spoken<'_>,
    now: Option<usize>,
    amount: Option<(usize, bool)>,
    rate: Option<(usize, bool)>,
) -> Vec<Noted> {
    let Some((at, down)) = amount.or(rate).filter(|_| of_whole(context, spoken)) else { return Vec::new() };
    let mention = spoken.mention(at);
    let year = context.submission.tables[spoken.sentence.table].reading.year.or(context.submission.year);
    let ours = mention.year.is_none() || mention.year == year || mention.year == year.map(|year| year - 1);
    let words = format!("{}{}", now.map(|now| spoken.mention(now).lead.clone()).unwrap_or_default(), mention.gap);
    // A budget beside a budget is another comparison, and the table has last year's outturn only.
    let area = context.grammar.holds(Sense::Area, &words);
    if !ours || area || spoken.sentence.text.contains("预算") || words.contains("计划") || words.contains("预期")
    {
        return Vec::new();
    }
    let name = changed_line(context, spoken, at, now);
    let (this, last) = (figures(context, &name, &[Stage::Outturn]), figures(context, &name, &[Stage::LastOutturn]));
    let (Some(this), Some(last)) = (this.first(), last.first()) else { return Vec::new() };
    // The figure told is the table's, else it is of something else, or said to be wrong already.
    let meets = |now: usize| spoken.interval(now).is_some_and(|own| own.intersect(this.side.1).is_some());
    if now.is_some_and(|now| !meets(now)) {
        return Vec::new();
    }
    let less = |a: Side, b: Side| Some((a.0.checked_sub(b.0)?, a.1.checked_sub(b.1)?));
    let step = if down { less(last.side, this.side) } else { less(this.side, last.side) };
    let Some(step) = step else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(amount.and_then(|(at, _)| stepped(context, spoken, at, step, &[*this, *last], down)));
    let grown = percent(step, last.side);
    // An amount that is wrong takes its rate along.
    let wrong = found.iter().any(|one| one.verdict == Verdict::Unbalanced);
    if let (Some((at, _)), Some(grown), false) = (rate, grown, wrong) {
        found.extend(rated(context, spoken, at, grown, &[*this, *last]).map(|one| Noted { working: None, ..one }));
    }
    found
}

/// A change beside the difference of the table's two years.
fn stepped(
    context: &Context<'_>,
    spoken: Spoken<'_>,
    at: usize,
    step: Side,
    terms: &[Filed<'_>; 2],
    down: bool,
) -> Option<Noted> {
    let mention = spoken.mention(at);
    let mut noted = beside(context, spoken, at, step, terms)?;
    let (more, less) = if down { (2, 1) } else { (1, 2) };
    noted.working = Some(worked(mention, Calc::Sub(Box::new(Calc::operand(more)), Box::new(Calc::operand(less)))));
    if noted.verdict == Verdict::Unbalanced {
        let shown = noted.figures.as_ref()?;
        let (a, b) = (terms[0].named(), terms[1].named());
        let rose = shown.expected.is_sign_negative() == down;
        let by = format!("{}{}", shown.expected.abs(), shown.unit);
        let (way_zh, way_en) = if rose { ("增加", "a rise") } else { ("减少", "a fall") };
        let zh = format!("表中{a}，{b}，为{way_zh}{by}");
        let en = format!("by the tables ({a}; {b}) it is {way_en} of {by}");
        noted.words = Some(fault(&spoken.quote(at, at), true, &zh, &en));
        noted.likely = true;
    }
    Some(noted)
}
