//! 三公经费: the three-public lines apart, budget and outturn of both years.

use std::sync::Arc;

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::view::{TOP, View, held};
use crate::compare::{Row, YearOverYear, percent, rate};
use crate::forms::declare::Stage;
use crate::model::Severity;
use crate::workpaper::figures::{Digits, Two, amount, fitting};
use crate::workpaper::page::{Page, Paper};
use crate::workpaper::style::{Fill, Look};

/// A line by form, block, parent and name.
type Key = (usize, Arc<str>, Option<Arc<str>>, Arc<str>);

/// Budget and outturn of one line in both years, in 万元.
#[derive(Debug, Clone, Default)]
struct Line {
    budget: (Option<Decimal>, Option<Decimal>),
    outturn: (Option<Decimal>, Option<Decimal>),
}

/// Writes the sheet.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let units: Vec<Vec<(Key, Line)>> = view.units().iter().map(lines).collect();
    let all = totals(&units);
    let every = || units.iter().flatten().chain(&all).map(|(_, line)| line);
    let money = |line: &Line| [line.budget.0, line.budget.1, line.outturn.0, line.outturn.1];
    let figures = fitting(every().flat_map(money).flatten(), Digits::Money, 9.0);
    let widths = [
        if view.is_many() { 22.0 } else { 16.0 },
        24.0,
        figures,
        figures,
        figures,
        8.5,
        figures,
        figures,
        figures,
        8.5,
        figures,
        8.5,
        20.0,
    ];
    let mut page = Page::new(&view.sheets.three_public, Paper::Landscape, &widths)?;
    page.head(&view.head("Y6", view.say("三公经费", "Three-public expenses")))?;
    page.remark(view.say(
        "万元。预算、决算各与上年相比；“增加”提示只减不增的要求。较预算 = 今年决算 − 今年预算。",
        "In 万元. Budget and outturn each against last year; “up” stands against the rule that these expenses do not grow. Against budget = this year’s outturn − this year’s budget.",
    ))?;
    page.header(&titles(view), 2)?;
    if view.is_many() {
        for (key, line) in &all {
            one(&mut page, view, view.say("全部单位合计", "All units"), key, line, Fill::Group)?;
        }
    }
    for (unit, lines) in units.iter().enumerate() {
        for (key, line) in lines {
            one(&mut page, view, view.entity(unit), key, line, Fill::None)?;
        }
    }
    if page.row == TOP {
        page.span(0, page.last(), view.say("报送件中没有三公经费。", "No three-public line."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
    }
    page.close(book);
    Ok(())
}

fn titles<'v>(view: &'v View<'_>) -> [&'v str; 13] {
    [
        view.say("单位", "Unit"),
        view.say("行次", "Line"),
        view.say("上年预算", "Budget last year"),
        view.say("今年预算", "Budget this year"),
        view.say("预算增减", "Change of budget"),
        view.say("增减率%", "Rate %"),
        view.say("上年决算", "Outturn last year"),
        view.say("今年决算", "Outturn this year"),
        view.say("决算增减", "Change of outturn"),
        view.say("增减率%", "Rate %"),
        view.say("较预算", "Against budget"),
        view.say("执行率%", "Execution %"),
        view.say("提示", "Remark"),
    ]
}

fn lines(unit: &YearOverYear) -> Vec<(Key, Line)> {
    let mut found: Vec<(Key, Line)> = Vec::new();
    for row in unit.rows.iter().filter(|row| row.three_public && row.project.is_none()) {
        let side = (held(row.last.as_ref()), held(row.now.as_ref()));
        let Some(Stage::Budget | Stage::Initial | Stage::Outturn) = row.stage else { continue };
        let line = line_of(&mut found, row);
        match row.stage {
            Some(Stage::Outturn) => line.outturn = side,
            Some(Stage::Budget) => line.budget = side,
            // The adjusted budget goes before the initial one.
            _ if line.budget == (None, None) => line.budget = side,
            _ => {}
        }
    }
    found
}

fn line_of<'f>(found: &'f mut Vec<(Key, Line)>, row: &Row) -> &'f mut Line {
    let key: Key = (row.form, row.block.clone(), row.parent.clone(), row.line.clone());
    let at = found.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        found.push((key, Line::default()));
        found.len() - 1
    });
    &mut found[at].1
}

/// The sums over all units, line by line.
fn totals(units: &[Vec<(Key, Line)>]) -> Vec<(Key, Line)> {
    let mut all: Vec<(Key, Line)> = Vec::new();
    for (key, line) in units.iter().flatten() {
        let at = all.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            all.push((key.clone(), Line::default()));
            all.len() - 1
        });
        let sum = &mut all[at].1;
        let add = |to: &mut Option<Decimal>, more: Option<Decimal>| {
            if let Some(more) = more {
                *to = to.unwrap_or_default().checked_add(more);
            }
        };
        add(&mut sum.budget.0, line.budget.0);
        add(&mut sum.budget.1, line.budget.1);
        add(&mut sum.outturn.0, line.outturn.0);
        add(&mut sum.outturn.1, line.outturn.1);
    }
    all
}

/// Change and rate of two amounts; a blank beside an amount is nothing.
fn change((last, now): (Option<Decimal>, Option<Decimal>)) -> (Option<Decimal>, Option<Decimal>) {
    if last.is_none() || now.is_none() {
        return (None, None);
    }
    let from = last.unwrap_or_default();
    let change = now.unwrap_or_default().checked_sub(from);
    (change, change.and_then(|change| rate(change, from)))
}

fn one(
    page: &mut Page,
    view: &View<'_>,
    entity: &str,
    (_, _, parent, name): &Key,
    line: &Line,
    fill: Fill,
) -> Result<(), XlsxError> {
    let indent = if parent.is_some() && &**name != crate::compare::entity::THREE_PUBLIC { "　" } else { "" };
    page.text(0, entity, Look::Text.on(fill))?;
    page.text(1, &format!("{indent}{name}"), Look::Text.on(fill))?;
    let mut hints: Vec<&str> = Vec::new();
    for (col, sides, up) in
        [(2, line.budget, view.say("预算增加", "budget up")), (6, line.outturn, view.say("决算增加", "outturn up"))]
    {
        let (change, rate) = change(sides);
        let grew = change.is_some_and(|change| change > Decimal::ZERO);
        let marked = if grew { Fill::Of(Severity::Warning) } else { fill };
        amount(page, col, sides.0, Digits::Money, fill)?;
        amount(page, col + 1, sides.1, Digits::Money, fill)?;
        let two = Two { from: (col, sides.0), to: (col + 1, sides.1) };
        two.difference(page, col + 2, change, Digits::Money, marked)?;
        two.change_rate(page, col + 3, rate, marked)?;
        if grew {
            hints.push(up);
        }
    }
    let (budget, outturn) = (line.budget.1, line.outturn.1);
    let against = Two { from: (3, budget), to: (7, outturn) };
    let difference = outturn.zip(budget).and_then(|(outturn, budget)| outturn.checked_sub(budget));
    let over = difference.is_some_and(|difference| difference > Decimal::ZERO);
    against.difference(page, 10, difference, Digits::Money, if over { Fill::Of(Severity::Warning) } else { fill })?;
    let share = outturn.zip(budget).and_then(|(outturn, budget)| percent(outturn, budget));
    against.share(page, 11, share, fill)?;
    if over {
        hints.push(view.say("超预算", "over budget"));
    }
    page.text(12, &hints.join(view.say("、", ", ")), Look::Text.on(fill))?;
    page.end_row()
}
