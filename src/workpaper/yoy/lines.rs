//! 逐项对比: every line and measure of both years, with the cells of both files.

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::view::{PER_SHEET, TOP, View, digits, held};
use crate::compare::{Row, Side};
use crate::model::{Lang, Severity};
use crate::workpaper::figures::{Digits, Two, amount, fitting};
use crate::workpaper::page::Page;
use crate::workpaper::style::{Fill, Look};

const LAST: u16 = 5;
const NOW: u16 = 6;
const COLUMNS: usize = 14;

/// Writes the list, on as many sheets as it takes.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let mut all = view
        .units()
        .iter()
        .take(view.units_listed)
        .enumerate()
        .flat_map(|(unit, one)| one.rows.iter().enumerate().map(move |(row, it)| (unit, row, it)))
        .peekable();
    let widths = widths(view);
    for name in &view.sheets.lines {
        let mut page = view.list(name, &widths)?;
        page.head(&view.head("Y4", view.say("逐项对比", "Line by line")))?;
        page.remark(&remark(view))?;
        page.header(&titles(view), 4)?;
        let mut written = 0;
        while written < PER_SHEET {
            let Some((unit, row, it)) = all.next() else { break };
            one(&mut page, view, (unit, row), it)?;
            written += 1;
        }
        if written == 0 {
            page.span(0, page.last(), view.say("没有可对比的行次。", "No line to compare."), Look::Text.style())?;
            page.end_row()?;
        } else {
            let last = page.row - 1;
            page.sheet().autofilter(TOP - 1, 0, last, (COLUMNS - 1) as u16)?;
        }
        view.write_unlinked(&mut page)?;
        page.close(book);
    }
    Ok(())
}

fn widths(view: &View<'_>) -> [f64; COLUMNS] {
    let rows = || view.units().iter().take(view.units_listed).flat_map(|unit| &unit.rows);
    let sides = rows().flat_map(|row| [held(row.last.as_ref()), held(row.now.as_ref())]).flatten();
    let figures = fitting(sides, Digits::Money, 9.0);
    let change = fitting(rows().filter_map(|row| row.change), Digits::Money, 9.0);
    let rate = fitting(rows().filter_map(|row| row.rate), Digits::Money, 8.0);
    // One count of hundreds of millions makes no column wide: it is set smaller.
    let (figures, change) = (figures.min(13.0), change.min(13.0));
    [15.0, 20.0, 21.0, 10.5, 5.5, figures, figures, change, rate, 25.0, 25.0, 13.0, 8.0, 26.0]
}

fn remark(view: &View<'_>) -> String {
    let left = view.units().len() - view.units_listed;
    let mut text = view
        .say(
            "金额统一为万元，比率为%，其变动为百分点。出处为“文件·表·单元格”。增减、增减率为公式；上年为零的没有增减率。",
            "Money in 万元, rates in % and their change in points. Sources read file·sheet·cell. Change and rate are formulas; there is no rate on nothing.",
        )
        .to_owned();
    if left > 0 {
        let more = match view.lang() {
            Lang::Zh => format!(
                "行数过多，后{left}份报送件未在本表列出；请分批对比，或用 --format json。其需说明的变动仍列在“需说明”。"
            ),
            Lang::En => format!(
                " The last {left} submissions do not stand here, for length: compare in parts, or use --format json. Their changes that need a reason are listed all the same."
            ),
        };
        text.push_str(&more);
    }
    text
}

fn titles<'v>(view: &'v View<'_>) -> [&'v str; COLUMNS] {
    [
        view.say("单位", "Unit"),
        view.say("附件·项目", "Annex·project"),
        view.say("行次", "Line"),
        view.say("栏次", "Measure"),
        view.say("单位", "In"),
        view.say("上年", "Last year"),
        view.say("今年", "This year"),
        view.say("增减", "Change"),
        view.say("增减率%", "Rate %"),
        view.say("上年出处", "Last year’s cell"),
        view.say("今年出处", "This year’s cell"),
        view.say("行次对应", "Matched"),
        view.say("需说明", "Reason due"),
        view.say("材料中的说明及出处", "Reason in the submission, and where"),
    ]
}

fn one(page: &mut Page, view: &View<'_>, (unit, number): (usize, usize), row: &Row) -> Result<(), XlsxError> {
    let fill = if row.crossed { Fill::Of(Severity::Warning) } else { Fill::None };
    let indent = if row.parent.is_some() { "　" } else { "" };
    page.text(0, view.entity(unit), Look::Text.style())?;
    page.text(1, &view.table(row.form, row.project.as_deref()), Look::Text.style())?;
    page.text(2, &format!("{indent}{}", row.line), Look::Text.style())?;
    page.text(3, &row.measure, Look::Text.style())?;
    page.text(4, &row.unit, Look::Centre.style())?;
    side(page, view, LAST, row.last.as_ref(), digits(row))?;
    side(page, view, NOW, row.now.as_ref(), digits(row))?;
    let two = two(row, LAST, NOW);
    two.difference(page, 7, row.change, digits(row), fill)?;
    two.change_rate(page, 8, row.rate, fill)?;
    page.text(9, &view.source(row.last.as_ref()), Look::Text.style())?;
    page.text(10, &view.source(row.now.as_ref()), Look::Text.style())?;
    page.text(11, &view.matched(row), Look::Text.style())?;
    let reason = view.reason(unit, row);
    if row.crossed {
        let word =
            if reason.is_some() { view.say("已说明", "explained") } else { view.say("未见说明", "none found") };
        match view.explain_spot(unit, number) {
            Some(target) => page.link(12, word, &target, Look::Index.on(fill))?,
            None => page.text(12, word, Look::Centre.on(fill))?,
        }
    } else {
        page.blank(12, Look::Centre.style())?;
    }
    match reason {
        Some((words, place)) => page.text(13, &format!("{words}\n（{place}）"), Look::Text.style())?,
        None => page.blank(13, Look::Text.style())?,
    }
    page.end_row()
}

/// Both sides of a row in their columns.
pub fn two(row: &Row, last: u16, now: u16) -> Two {
    Two { from: (last, held(row.last.as_ref())), to: (now, held(row.now.as_ref())) }
}

/// An amount; where there is none, the words or the dash that stand in the cell.
pub fn side(page: &mut Page, view: &View<'_>, col: u16, side: Option<&Side>, digits: Digits) -> Result<(), XlsxError> {
    match side {
        Some(one) if one.amount.is_none() && !one.text.is_empty() => {
            page.text(col, &view.report.masked(&one.text), Look::Centre.style())
        }
        other => amount(page, col, held(other), digits, Fill::None),
    }
}
