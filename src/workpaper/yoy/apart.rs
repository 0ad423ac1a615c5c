//! 新增与消失: lines and projects of one year only.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::view::{TOP, View, held};
use crate::compare::{Row, Side, YearOverYear};
use crate::forms::declare::Stage;
use crate::workpaper::figures::{Digits, amount, fitting};
use crate::workpaper::page::{Page, Target};
use crate::workpaper::style::{Fill, Look};
use crate::years::LineHow;

/// A line or a project that only one year has.
struct Apart<'v> {
    unit: usize,
    is_new: bool,
    is_project: bool,
    table: String,
    name: String,
    measure: &'v str,
    /// The unit of measure.
    noun: &'v str,
    side: Option<&'v Side>,
    target: Option<Target>,
}

/// Writes the list.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let all: Vec<Apart<'_>> = view
        .units()
        .iter()
        .enumerate()
        .filter(|(_, it)| it.prior.is_some())
        .flat_map(|(unit, it)| {
            let mut found = projects(view, unit, it);
            found.extend(lines(view, unit, it));
            found
        })
        .collect();
    let figures = fitting(all.iter().filter_map(|one| held(one.side)), Digits::Money, 10.0);
    let widths = [20.0, 11.0, 17.0, 38.0, 12.0, 6.0, figures, figures, 32.0, 7.0];
    let mut page = view.list(&view.sheets.apart, &widths)?;
    page.head(&view.head("Y8", view.say("新增与消失的行次和项目", "New and vanished lines and projects")))?;
    page.remark(view.say(
        "只列与上年报送件配对的单位。改了名称的行次不在此列，见“配对”。数为决算（执行）数；没有的取该行第一个金额，再没有的取第一个数。",
        "Of units whose prior year was filed. Lines that only changed their names stand in Pairing. The figure is the outturn; without one the line’s first amount of money, without that its first figure.",
    ))?;
    page.header(&titles(view), 2)?;
    for one in &all {
        write_one(&mut page, view, one)?;
    }
    if all.is_empty() {
        page.span(0, page.last(), view.say("没有新增或消失的行次和项目。", "None."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
    }
    view.write_unlinked(&mut page)?;
    page.close(book);
    Ok(())
}

fn titles<'v>(view: &'v View<'_>) -> [&'v str; 10] {
    [
        view.say("单位", "Unit"),
        view.say("情况", "What"),
        view.say("附件", "Annex"),
        view.say("行次或项目", "Line or project"),
        view.say("栏次", "Measure"),
        view.say("单位", "In"),
        view.say("上年", "Last year"),
        view.say("今年", "This year"),
        view.say("出处", "Cell"),
        view.say("详见", "Line"),
    ]
}

fn write_one(page: &mut Page, view: &View<'_>, one: &Apart<'_>) -> Result<(), XlsxError> {
    let what = match (one.is_new, one.is_project) {
        (true, true) => view.say("新增项目", "new project"),
        (true, false) => view.say("新增行次", "new line"),
        (false, true) => view.say("消失的项目", "project gone"),
        (false, false) => view.say("消失的行次", "line gone"),
    };
    let fill = if one.is_project { Fill::Group } else { Fill::None };
    page.text(0, view.entity(one.unit), Look::Text.style())?;
    page.text(1, what, Look::Centre.on(fill))?;
    page.text(2, &one.table, Look::Text.style())?;
    page.text(3, &one.name, Look::Text.style())?;
    page.text(4, one.measure, Look::Text.style())?;
    page.text(5, one.noun, Look::Centre.style())?;
    let value: Option<Decimal> = held(one.side);
    let (last, now) = if one.is_new { (None, value) } else { (value, None) };
    let digits = if one.noun == "万元" { Digits::Money } else { Digits::Own };
    amount(page, 6, last, digits, Fill::None)?;
    amount(page, 7, now, digits, Fill::None)?;
    page.text(8, &view.source(one.side), Look::Text.style())?;
    match &one.target {
        Some(target) => page.link(9, "→Y4", target, Look::Index.style())?,
        None => page.blank(9, Look::Centre.style())?,
    }
    page.end_row()
}

/// The side that a row of one year has.
fn own(row: &Row) -> Option<&Side> {
    if row.how == LineHow::Dropped { row.last.as_ref() } else { row.now.as_ref() }
}

/// The row that stands for several: the outturn, else the first amount of money, else the first.
fn best<'v>(rows: &[(usize, &'v Row)]) -> Option<(usize, &'v Row)> {
    let has = |row: &Row| held(own(row)).is_some();
    let outturn = rows.iter().find(|(_, row)| row.stage == Some(Stage::Outturn) && has(row));
    let money = || rows.iter().find(|(_, row)| super::view::is_money(row) && has(row));
    outturn.or_else(money).or_else(|| rows.first()).copied()
}

fn projects<'v>(view: &View<'v>, unit: usize, it: &'v YearOverYear) -> Vec<Apart<'v>> {
    let changes = it.projects.iter().filter(|one| one.now.is_none() != one.before.is_none());
    changes
        .map(|change| {
            let is_new = change.now.is_some();
            let name = change.now.as_ref().or(change.before.as_ref()).cloned().unwrap_or_default();
            let how = if is_new { LineHow::Added } else { LineHow::Dropped };
            let rows: Vec<(usize, &Row)> = it
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| row.how == how && row.project.as_deref() == Some(name.as_str()))
                .collect();
            let chosen = best(&rows);
            Apart {
                unit,
                is_new,
                is_project: true,
                table: chosen.map(|(_, row)| view.table(row.form, None)).unwrap_or_default(),
                name,
                measure: chosen.map_or("", |(_, row)| &row.measure),
                noun: chosen.map_or("", |(_, row)| &row.unit),
                side: chosen.and_then(|(_, row)| own(row)),
                target: chosen.and_then(|(number, _)| view.line_spot(unit, number)),
            }
        })
        .collect()
}

/// Lines of tables that both years have.
fn lines<'v>(view: &View<'v>, unit: usize, it: &'v YearOverYear) -> Vec<Apart<'v>> {
    type Key<'k> = (usize, Option<&'k str>, &'k str, Option<&'k str>, &'k str, bool);
    let alone = |row: &Row| {
        let name = row.project.as_deref();
        it.projects.iter().any(|one| {
            (one.now.is_none() && name == one.before.as_deref()) || (one.before.is_none() && name == one.now.as_deref())
        })
    };
    let mut order: Vec<Key<'_>> = Vec::new();
    let mut held_by: BTreeMap<Key<'_>, Vec<(usize, &Row)>> = BTreeMap::new();
    for (number, row) in it.rows.iter().enumerate() {
        if !matches!(row.how, LineHow::Added | LineHow::Dropped) || (row.project.is_some() && alone(row)) {
            continue;
        }
        let parent: Option<&Arc<str>> = row.parent.as_ref();
        let key: Key<'_> = (
            row.form,
            row.project.as_deref(),
            &row.block,
            parent.map(AsRef::as_ref),
            &row.line,
            row.how == LineHow::Added,
        );
        held_by.entry(key).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        if let Some(rows) = held_by.get_mut(&key) {
            rows.push((number, row));
        }
    }
    order
        .iter()
        .filter_map(|key| {
            let (number, row) = best(held_by.get(key)?)?;
            Some(Apart {
                unit,
                is_new: key.5,
                is_project: false,
                table: view.table(row.form, row.project.as_deref()),
                name: row.line.to_string(),
                measure: &row.measure,
                noun: &row.unit,
                side: own(row),
                target: view.line_spot(unit, number),
            })
        })
        .collect()
}
