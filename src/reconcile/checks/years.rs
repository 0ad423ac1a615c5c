//! Ties between two years that no formula says: renamed, added and dropped lines, and large changes.

use rust_decimal::Decimal;

use super::{Context, Noted, subject};
use crate::facts::Table;
use crate::forms::declare::{Block, Stage};
use crate::forms::reading::Figure;
use crate::model::Words;
use crate::model::finding::Role;
use crate::reconcile::outcome::{At, Place, Use};
use crate::years::lines::lines_of;
use crate::years::{LineAt, LineHow, LineMatch};

fn prior(table: usize, figure: usize) -> Use {
    Use { at: At::Figure { prior: true, table, figure }, role: Role::Subject, suspect: false, said: None }
}

/// A line of this year with its block, where the form says which columns are this year's and last year's outturn.
fn measured<'c>(context: &'c Context<'_>, table: &Table, line: &LineAt) -> Option<(&'c Block, &'c str, &'c str)> {
    let block = context.forms.all[table.form].block(&line.block)?;
    let name = |stage| block.stage(stage).map(|measure| measure.name.as_str());
    Some((block, name(Stage::Outturn)?, name(Stage::LastOutturn)?))
}

/// What last year's line filed for a measure that this year repeats.
fn filed<'c>(context: &'c Context<'_>, found: &LineMatch, measure: &str) -> Option<(Use, &'c Figure)> {
    let before = context.before?;
    let line = found.before.as_ref()?;
    let repeats = context.forms.all[found.form].repeats(&line.block, measure)?;
    let (at, figure) = line.figure(before.submission, repeats)?;
    Some((prior(line.table, at), figure))
}

fn is_amount(figure: Option<&Figure>) -> Option<Decimal> {
    figure.and_then(Figure::in_panel_unit).filter(|amount| !amount.is_zero())
}

/// Whether a unit named the line itself: it stands under a line whose parts are open.
fn is_own_row(context: &Context<'_>, line: &LineAt) -> bool {
    let form = &context.forms.all[context.submission.tables[line.table].form];
    let block = form.block(&line.block);
    let parent = line.parent.as_deref().and_then(|parent| block?.line_named(parent));
    parent.is_some_and(|parent| parent.open)
}

/// Lines of last year that bear another name now, with the ground on which they were matched; and lines that this
/// year's form prints and last year's did not.
pub fn renamed_lines(context: &Context<'_>) -> Vec<Noted> {
    let Some(before) = context.before else { return Vec::new() };
    let mut noted = Vec::new();
    for found in &before.lines.matches {
        if let (Some(now), None) = (&found.now, &found.before)
            && let Some((_, _, last)) = measured(context, &context.submission.tables[now.table], now)
            && let Some((at, _)) = now.figure(context.submission, last)
            && !is_own_row(context, now)
        {
            let words = Words::new(
                format!("“{}”是今年表样新列的行次，上年报送件没有，{last}无从核对", now.line),
                format!("“{}” is a line that last year’s form did not print: its {last} cannot be tied", now.line),
            );
            let place = context.place(now.table, Some(&now.line), Some(last));
            noted.push(Noted::fails(vec![subject(now.table, at)], words).at(place));
        }
        let (Some(now), Some(then), LineHow::Renamed { alike, carried }) = (&found.now, &found.before, found.how)
        else {
            continue;
        };
        let mut uses: Vec<Use> = now.figures.first().map(|at| subject(now.table, *at)).into_iter().collect();
        uses.extend(then.figures.first().map(|at| prior(then.table, *at)));
        let (zh, en) = if carried {
            (format!("金额一致，名称相似{alike}%"), format!("one amount, names {alike} % alike"))
        } else {
            (format!("名称相似{alike}%，金额未见一致"), format!("names {alike} % alike, no amount in common"))
        };
        let words = Words::new(
            format!("“{}”与上年“{}”对应（{zh}）", now.line, then.line),
            format!("“{}” was matched with last year’s “{}” ({en})", now.line, then.line),
        );
        noted.push(Noted::fails(uses, words).at(context.place(now.table, Some(&now.line), None)));
    }
    if noted.is_empty() && !before.lines.matches.is_empty() {
        noted.push(Noted::holds(Vec::new()));
    }
    noted
}

/// A prior-year figure whose line last year's filing lacks, and an outturn of last year that no line shows now.
pub fn line_continuity(context: &Context<'_>) -> Vec<Noted> {
    let Some(before) = context.before else { return Vec::new() };
    let mut noted = Vec::new();
    for found in &before.lines.matches {
        let (table, side) = match (&found.now, &found.before) {
            (Some(now), _) => (&context.submission.tables[now.table], now),
            (None, Some(then)) => (&before.submission.tables[then.table], then),
            (None, None) => continue,
        };
        let Some((_, outturn, last)) = measured(context, table, side) else { continue };
        match (&found.now, &found.before) {
            (Some(now), None) => {
                let stated = now.figure(context.submission, last);
                let Some((at, _)) = stated.filter(|(_, figure)| is_amount(Some(*figure)).is_some()) else { continue };
                // A line of a changed form is no project: `renamed_lines` says it.
                if !is_own_row(context, now) {
                    continue;
                }
                let words = Words::new(
                    format!("“{}”填有{last}，上年报送件没有这一行", now.line),
                    format!("“{}” shows {last}, and last year’s filing has no such line", now.line),
                );
                let place = context.place(now.table, Some(&now.line), Some(last));
                noted.push(likely(Noted::fails(vec![subject(now.table, at)], words).at(place), context));
            }
            (None, Some(then)) => {
                let Some((at, figure)) = then.figure(before.submission, outturn) else { continue };
                let Some(amount) = is_amount(Some(figure)) else { continue };
                // It is marked where the line would stand: at its parent, else at the table's heading.
                let here = context.tables().find(|(_, one)| one.form == found.form);
                let Some((number, own)) = here else { continue };
                let parent = then.parent.as_deref().and_then(|parent| {
                    own.reading.figures.iter().position(|one| *one.line == *parent && *one.measure == *last)
                });
                let mark = parent.map_or(Use::cell(number, own.heading()), |figure| subject(number, figure));
                let words = Words::new(
                    format!("上年“{}”决算{amount}万元，今年没有这一行，上年决算数未列示", then.line),
                    format!(
                        "last year’s “{}” had an outturn of {amount}万元, and this year has no such line",
                        then.line
                    ),
                );
                let place = Place { line: Some(then.line.to_string()), ..context.place(number, None, Some(last)) };
                noted.push(likely(Noted::fails(vec![mark, prior(then.table, at)], words).at(place), context));
            }
            (Some(now), Some(_)) => {
                let stated = now.figure(context.submission, last);
                if let (Some((at, _)), Some((twin, _))) = (stated, filed(context, found, last)) {
                    let place = context.place(now.table, Some(&now.line), Some(last));
                    noted.push(Noted::holds(vec![subject(now.table, at), twin]).at(place));
                }
            }
            (None, None) => {}
        }
    }
    noted
}

fn likely(mut noted: Noted, context: &Context<'_>) -> Noted {
    noted.likely = context.before.is_some_and(|before| !before.sure);
    noted
}

/// One line's outturn in two years, with the operands.
struct Change {
    table: usize,
    line: LineAt,
    outturn: String,
    now: Option<Decimal>,
    last: Option<Decimal>,
    uses: Vec<Use>,
}

/// The outturn of every line in two years: last year's from the form's own column, else from last year's filing.
fn changes(context: &Context<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (number, table) in context.tables() {
        for line in lines_of(table, number) {
            let Some((_, outturn, last)) = measured(context, table, &line) else { continue };
            let Some((now_at, now)) = line.figure(context.submission, outturn) else { continue };
            let stated = line.figure(context.submission, last);
            let own = stated.filter(|(_, figure)| figure.value.amount.is_some());
            let from_file = || {
                let found = context.before?.lines.before(number, line.row, &line.line)?;
                filed(context, found, last)
            };
            let (other, before) = match own {
                Some((at, figure)) => (Some(subject(number, at)), Some(figure)),
                None => match from_file() {
                    Some((at, figure)) => (Some(at), Some(figure)),
                    None => (stated.map(|(at, _)| subject(number, at)), None),
                },
            };
            let unusable = |figure: Option<&Figure>| {
                figure.is_some_and(|figure| figure.value.amount.is_none() && !figure.value.state.is_nothing())
            };
            if unusable(Some(now)) || unusable(stated.map(|(_, figure)| figure)) {
                continue;
            }
            let uses = std::iter::once(subject(number, now_at)).chain(other).collect();
            let (now, last) = (now.in_panel_unit(), before.and_then(Figure::in_panel_unit));
            changes.push(Change { table: number, outturn: outturn.to_owned(), now, last, uses, line });
        }
    }
    // A part that is the whole of its parent says nothing more.
    let repeats = |one: &Change| {
        changes.iter().any(|other| {
            other.table == one.table
                && one.line.parent.as_ref() == Some(&other.line.line)
                && (other.now, other.last) == (one.now, one.last)
        })
    };
    let keep: Vec<bool> = changes.iter().map(|one| !repeats(one)).collect();
    changes.into_iter().zip(keep).filter_map(|(one, keep)| keep.then_some(one)).collect()
}

/// Lines that moved by more than the rate and the amount, and of which no annex gives the reason.
pub fn large_change(context: &Context<'_>) -> Vec<Noted> {
    let (Some(rate), Some(floor)) = (context.decimal("rate"), context.decimal("amount")) else { return Vec::new() };
    let mut noted = Vec::new();
    let changes = changes(context);
    for change in changes.iter().filter(|change| context.rule.looks_at(&change.line.line)) {
        let (Some(now), Some(last)) = (change.now, change.last.filter(|last| !last.is_zero())) else { continue };
        let place = context.place(change.table, Some(&change.line.line), Some(&change.outturn));
        let moved = now - last;
        let bound = last.abs().checked_mul(rate);
        let is_large = moved.abs() > floor && bound.is_some_and(|bound| moved.abs() > bound);
        let (name, block) = (&change.line.line, &change.line.block);
        let given = || context.shared.reasons.reason(context.forms, change.table, change.line.row, block, name);
        if !is_large {
            noted.push(Noted::holds(change.uses.clone()).at(place));
        } else if let Some(given) = given() {
            let mut uses = change.uses.clone();
            uses.push(Use::cell(given.table, given.cell));
            noted.push(Noted::holds(uses).at(place));
        } else {
            let percent = (moved * Decimal::ONE_HUNDRED).checked_div(last.abs()).map(|p| p.round_dp(1).normalize());
            let percent = percent.map(|percent| percent.to_string()).unwrap_or_default();
            let sign = if moved.is_sign_negative() { "" } else { "+" };
            let words = Words::new(
                format!("“{name}”决算{now}万元，上年{last}万元，变动{sign}{percent}%，各附件中未见说明"),
                format!("“{name}”: outturn {now}万元, last year {last}万元, {sign}{percent} %; no annex explains it"),
            );
            noted.push(Noted::fails(change.uses.clone(), words).at(place));
        }
    }
    noted
}

/// Spending of one year only.
pub fn new_or_gone(context: &Context<'_>) -> Vec<Noted> {
    let Some(floor) = context.decimal("amount") else { return Vec::new() };
    let mut noted = Vec::new();
    for change in changes(context).into_iter().filter(|change| context.rule.looks_at(&change.line.line)) {
        let (now, last) = (change.now.unwrap_or_default(), change.last.unwrap_or_default());
        let name = &change.line.line;
        let words = match (now.is_zero(), last.is_zero()) {
            (false, true) if now.abs() > floor => Words::new(
                format!("“{name}”今年决算{now}万元，上年为空或零"),
                format!("“{name}” has an outturn of {now}万元 and nothing last year"),
            ),
            (true, false) if last.abs() > floor => Words::new(
                format!("“{name}”上年决算{last}万元，今年为空或零"),
                format!("“{name}” had an outturn of {last}万元 last year and has nothing now"),
            ),
            (true, true) => continue,
            _ => {
                let place = context.place(change.table, Some(name), Some(&change.outturn));
                noted.push(Noted::holds(change.uses).at(place));
                continue;
            }
        };
        let place = context.place(change.table, Some(name), Some(&change.outturn));
        noted.push(Noted::fails(change.uses, words).at(place));
    }
    noted
}
