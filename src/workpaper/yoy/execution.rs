//! 预算与执行: budget against outturn, line by line, with last year's rate beside this year's.

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::view::{TOP, View};
use crate::compare::Execution;
use crate::model::Severity;
use crate::workpaper::figures::{Digits, Two, amount, fitting, rate};
use crate::workpaper::page::Page;
use crate::workpaper::style::{Fill, Look};

const INITIAL: u16 = 3;
const BUDGET: u16 = 4;
const OUTTURN: u16 = 5;
const RATE: u16 = 7;
const RATE_LAST: u16 = 8;

/// Writes the list.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let all = || view.units().iter().flat_map(|unit| &unit.execution);
    let money = fitting(all().flat_map(|one| [one.initial, one.budget, one.outturn]).flatten(), Digits::Money, 10.0);
    let difference = fitting(all().filter_map(|one| one.difference), Digits::Money, 9.0);
    let rates = fitting(all().flat_map(|one| [one.rate, one.rate_before]).flatten(), Digits::Money, 9.0);
    let widths = [18.0, 22.0, 24.0, money, money, money, difference, rates, rates, 9.0, 9.0, 30.0];
    let mut page = view.list(&view.sheets.execution, &widths)?;
    page.head(&view.head("Y5", view.say("预算与执行", "Budget and outturn")))?;
    page.remark(view.say(
        "万元。差额 = 执行数 − 全年预算数；没有全年预算数的以年初预算数计。执行率 = 执行数 ÷ 预算数。“超预算”指执行数大于预算数。",
        "In 万元. Difference = outturn − adjusted budget, or the initial one where none is printed; rate = outturn ÷ budget. “over” marks an outturn above its budget.",
    ))?;
    page.header(&titles(view), 3)?;
    for (unit, it) in view.units().iter().enumerate() {
        for line in &it.execution {
            one(&mut page, view, unit, line)?;
        }
    }
    if page.row == TOP {
        page.span(0, page.last(), view.say("没有同时有预算和执行数的行次。", "No line has both."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
    }
    page.close(book);
    Ok(())
}

fn titles<'v>(view: &'v View<'_>) -> [&'v str; 12] {
    [
        view.say("单位", "Unit"),
        view.say("附件·项目", "Annex·project"),
        view.say("行次", "Line"),
        view.say("年初预算", "Initial budget"),
        view.say("全年预算", "Adjusted budget"),
        view.say("执行数", "Outturn"),
        view.say("差额", "Difference"),
        view.say("执行率%", "Rate %"),
        view.say("上年执行率%", "Last year %"),
        view.say("增减（百分点）", "Change, points"),
        view.say("提示", "Remark"),
        view.say("执行数出处", "Cell of the outturn"),
    ]
}

fn one(page: &mut Page, view: &View<'_>, unit: usize, line: &Execution) -> Result<(), XlsxError> {
    let over = line.difference.is_some_and(|difference| difference > Decimal::ZERO);
    let fill = if over { Fill::Of(Severity::Note) } else { Fill::None };
    let indent = if line.parent.is_some() { "　" } else { "" };
    page.text(0, view.entity(unit), Look::Text.style())?;
    page.text(1, &view.table(line.form, line.project.as_deref()), Look::Text.style())?;
    page.text(2, &format!("{indent}{}", line.line), Look::Text.style())?;
    amount(page, INITIAL, line.initial, Digits::Money, Fill::None)?;
    amount(page, BUDGET, line.budget, Digits::Money, Fill::None)?;
    amount(page, OUTTURN, line.outturn, Digits::Money, Fill::None)?;
    let base = if line.budget.is_some() { (BUDGET, line.budget) } else { (INITIAL, line.initial) };
    let two = Two { from: base, to: (OUTTURN, line.outturn) };
    two.difference(page, 6, line.difference, Digits::Money, fill)?;
    two.share(page, RATE, line.rate, fill)?;
    rate(page, RATE_LAST, line.rate_before, Fill::None)?;
    let points = line.rate.zip(line.rate_before).and_then(|(now, last)| now.checked_sub(last));
    let rates = Two { from: (RATE_LAST, line.rate_before), to: (RATE, line.rate) };
    rates.difference(page, 9, points, Digits::Money, Fill::None)?;
    page.text(10, if over { view.say("超预算", "over") } else { "" }, Look::Centre.on(fill))?;
    page.text(11, &view.place(&line.file, &line.sheet, &line.cell.to_string()), Look::Text.style())?;
    page.end_row()
}
