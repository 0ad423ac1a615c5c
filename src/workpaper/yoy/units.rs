//! 单位一览: one row a unit.

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::lines::two;
use super::view::{View, held};
use crate::compare::Row;
use crate::model::Severity;
use crate::workpaper::figures::{Digits, Two, amount, count, fitting, linked_count, rate};
use crate::workpaper::page::{Page, Paper, Target};
use crate::workpaper::style::{Fill, Look};

/// Columns before the headline lines: number, unit, year, ground.
const BEFORE: u16 = 4;
/// Columns of one headline line: last, now, change, rate.
const EACH: u16 = 4;
/// Rows over the first unit: title, header, remark, two lines of column titles.
const UNITS_TOP: u32 = 5;

/// Where a unit's row stands.
#[must_use]
pub fn spot(view: &View<'_>, unit: usize) -> Target {
    Target::inside(&view.sheets.units, UNITS_TOP + unit as u32, 1)
}

/// Writes the list of units.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&view.sheets.units, Paper::Landscape, &widths(view))?;
    page.head(&view.head("Y3", view.say("单位一览", "Units")))?;
    page.remark(view.say(
        "金额为决算（执行）数，万元，显示两位小数，单元格内为全部位数。点单位名称到其逐项对比，点“需说明”到清单。执行率取整体支出资金总额。",
        "Outturn in 万元, shown to two decimals and held with all. A unit’s name leads to its lines, a count of reasons due to their list. The execution rate is that of the whole funds.",
    ))?;
    header(&mut page, view)?;
    for unit in 0..view.units().len() {
        one(&mut page, view, unit)?;
    }
    if view.units().is_empty() {
        page.span(0, page.last(), view.say("没有报送件。", "No submission."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(UNITS_TOP - 1, 0, end, last)?;
    }
    view.write_unlinked(&mut page)?;
    page.close(book);
    Ok(())
}

fn widths(view: &View<'_>) -> Vec<f64> {
    let mut widths = vec![4.5, 21.0, 5.5, 11.0];
    for line in &view.headlines {
        let rows: Vec<&Row> = (0..view.units().len()).filter_map(|unit| view.headline(unit, line)).collect();
        let sides = rows.iter().flat_map(|row| [held(row.last.as_ref()), held(row.now.as_ref())]).flatten();
        let figures = fitting(sides, Digits::Short, 6.5);
        let change = fitting(rows.iter().filter_map(|row| row.change), Digits::Short, 6.5);
        widths.extend([figures, figures, change, fitting(rows.iter().filter_map(|row| row.rate), Digits::Short, 6.5)]);
    }
    widths.extend([6.5, 6.5, 5.0, 5.5, 5.5]);
    widths
}

/// Two lines of titles: the headline line over its four columns.
fn header(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    let head = Look::Header.style();
    let titles = [("序号", "No."), ("单位", "Unit"), ("年度", "Year"), ("配对依据", "Paired by")];
    page.blanks(0, BEFORE - 1, head)?;
    let mut col = BEFORE;
    for line in &view.headlines {
        page.span(col, col + EACH - 1, &line.line, head)?;
        col += EACH;
    }
    page.span(col, col + 1, view.say("执行率%", "Execution rate %"), head)?;
    page.span(col + 2, col + 4, view.say("需说明的变动", "Reasons due"), head)?;
    page.at_least(2);
    page.end_row()?;
    let mut names: Vec<&str> = titles.iter().map(|(zh, en)| view.say(zh, en)).collect();
    for _ in &view.headlines {
        names.extend(
            [("上年", "Last"), ("今年", "Now"), ("增减", "Change"), ("增减率%", "Rate %")]
                .map(|(zh, en)| view.say(zh, en)),
        );
    }
    names.extend(
        [("上年", "Last"), ("今年", "Now"), ("项数", "Due"), ("已说明", "Given"), ("未说明", "Open")]
            .map(|(zh, en)| view.say(zh, en)),
    );
    page.at_least(2);
    page.header(&names, 2)?;
    let row = page.row;
    page.sheet().set_repeat_rows(row - 2, row - 1)?;
    Ok(())
}

fn one(page: &mut Page, view: &View<'_>, unit: usize) -> Result<(), XlsxError> {
    let Some(it) = view.units().get(unit) else { return Ok(()) };
    count(page, 0, unit + 1, Fill::None)?;
    match view.line_spot(unit, 0).filter(|_| !it.rows.is_empty()) {
        Some(target) => page.link(1, &it.entity, &target, Look::Link.style())?,
        None => page.text(1, &it.entity, Look::Text.style())?,
    }
    page.text(2, &it.year.map(|year| year.to_string()).unwrap_or_default(), Look::Centre.style())?;
    let unpaired = if it.prior.is_none() { Fill::Of(Severity::Note) } else { Fill::None };
    page.text(3, view.report.ground(it).get(view.lang()), Look::Text.on(unpaired))?;
    let mut col = BEFORE;
    for line in &view.headlines {
        match view.headline(unit, line) {
            Some(row) => headline(page, col, row)?,
            None => page.blanks(col, col + EACH - 1, Look::Figure.style())?,
        }
        col += EACH;
    }
    let whole = it.whole();
    rate(page, col, whole.and_then(|whole| whole.rate_before), Fill::None)?;
    rate(page, col + 1, whole.and_then(|whole| whole.rate), Fill::None)?;
    let (due, open) = (it.crossed().count(), it.unexplained());
    let first = it.rows.iter().position(|row| row.crossed).and_then(|row| view.explain_spot(unit, row));
    match first {
        Some(target) => linked_count(page, col + 2, due, &target, Fill::None)?,
        None => count(page, col + 2, due, Fill::None)?,
    }
    count(page, col + 3, due - open, Fill::None)?;
    count(page, col + 4, open, if open > 0 { Fill::Of(Severity::Warning) } else { Fill::None })?;
    page.end_row()
}

fn headline(page: &mut Page, col: u16, row: &Row) -> Result<(), XlsxError> {
    let fill = if row.crossed { Fill::Of(Severity::Warning) } else { Fill::None };
    let both: Two = two(row, col, col + 1);
    amount(page, col, held(row.last.as_ref()), Digits::Short, Fill::None)?;
    amount(page, col + 1, held(row.now.as_ref()), Digits::Short, Fill::None)?;
    both.difference(page, col + 2, row.change, Digits::Short, fill)?;
    both.change_rate(page, col + 3, row.rate, fill)
}
