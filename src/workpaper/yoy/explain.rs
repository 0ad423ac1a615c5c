//! 需说明: changes beyond the limits, with the reason that was found, or a cell to type one in.

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::lines::{side, two};
use super::view::{TOP, View, digits, held};
use crate::compare::{Row, YearOverYear};
use crate::model::{Lang, Severity};
use crate::workpaper::figures::{Digits, fitting};
use crate::workpaper::page::Page;
use crate::workpaper::style::{Fill, Look};

/// Writes the list.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let crossed = || view.units().iter().flat_map(YearOverYear::crossed);
    let sides = crossed().flat_map(|row| [held(row.last.as_ref()), held(row.now.as_ref())]).flatten();
    let figures = fitting(sides, Digits::Money, 9.0);
    let change = fitting(crossed().filter_map(|row| row.change), Digits::Money, 9.0);
    let rate = fitting(crossed().filter_map(|row| row.rate), Digits::Money, 8.0);
    let widths = [17.0, 17.0, 20.0, 10.5, figures, figures, change, rate, 12.0, 38.0, 26.0, 12.0, 7.0];
    let mut page = view.list(&view.sheets.explain, &widths)?;
    page.head(&view.head("Y7", view.say("需说明的变动", "Changes to be explained")))?;
    page.remark(&remark(view))?;
    page.header(&titles(view), 3)?;
    for (unit, it) in view.units().iter().enumerate() {
        for (number, row) in it.rows.iter().enumerate().filter(|(_, row)| row.crossed) {
            one(&mut page, view, (unit, number), row)?;
        }
    }
    if page.row == TOP {
        page.span(
            0,
            page.last(),
            view.say("没有超过限额的变动。", "No change is beyond the limits."),
            Look::Text.style(),
        )?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
        let words = if view.lang() == Lang::Zh {
            ["采纳", "补充材料", "不采纳"]
        } else {
            ["accepted", "more papers", "not accepted"]
        };
        page.choices(11, (TOP, end), &words)?;
    }
    view.write_unlinked(&mut page)?;
    page.close(book);
    Ok(())
}

fn remark(view: &View<'_>) -> String {
    let due = view.units().iter().map(|unit| unit.crossed().count()).sum::<usize>();
    let open = view.units().iter().map(YearOverYear::unexplained).sum::<usize>();
    match view.lang() {
        Lang::Zh => format!(
            "共{due}项，材料中已见说明{}项，未见说明{open}项。“已见”只表示有一句话提到该行次、变动和缘由，是否成立由人判断。浅黄各栏供填写。",
            due - open
        ),
        Lang::En => format!(
            "{due} changes; for {} a reason was found in the submission, for {open} none. Found means that a sentence names the line, a change and a ground; whether it holds is for people. Pale yellow cells are to be filled in.",
            due - open
        ),
    }
}

fn titles<'v>(view: &'v View<'_>) -> [&'v str; 13] {
    [
        view.say("单位", "Unit"),
        view.say("附件·项目", "Annex·project"),
        view.say("行次", "Line"),
        view.say("栏次", "Measure"),
        view.say("上年", "Last year"),
        view.say("今年", "This year"),
        view.say("增减", "Change"),
        view.say("增减率%", "Rate %"),
        view.say("行次对应", "Matched"),
        view.say("材料中的说明及出处", "Reason in the submission, and where"),
        view.say("单位补充说明", "The unit’s explanation"),
        view.say("审核意见", "Opinion"),
        view.say("详见", "Line"),
    ]
}

fn one(page: &mut Page, view: &View<'_>, at: (usize, usize), row: &Row) -> Result<(), XlsxError> {
    page.text(0, view.entity(at.0), Look::Text.style())?;
    page.text(1, &view.table(row.form, row.project.as_deref()), Look::Text.style())?;
    page.text(2, &row.line, Look::Text.style())?;
    page.text(3, &row.measure, Look::Text.style())?;
    side(page, view, 4, row.last.as_ref(), digits(row))?;
    side(page, view, 5, row.now.as_ref(), digits(row))?;
    let two = two(row, 4, 5);
    two.difference(page, 6, row.change, digits(row), Fill::None)?;
    two.change_rate(page, 7, row.rate, Fill::None)?;
    page.text(8, &view.matched(row), Look::Text.style())?;
    if let Some((words, place)) = view.reason(at.0, row) {
        page.text(9, &format!("{words}\n（{place}）"), Look::Text.style())?;
    } else {
        page.text(9, view.say("未见说明", "none found"), Look::Text.on(Fill::Of(Severity::Warning)))?;
        page.at_least(2);
    }
    page.blank(10, Look::Typed.style())?;
    page.blank(11, Look::Typed.style())?;
    match view.line_spot(at.0, at.1) {
        Some(target) => page.link(12, "→Y4", &target, Look::Index.style())?,
        None => page.blank(12, Look::Centre.style())?,
    }
    page.end_row()
}
