//! 报送件排名: one row a submission, the one with the most errors first.

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::{Board, Rank};
use crate::model::{CellRef, Severity};
use crate::workpaper::figures::{Digits, amount, count, fitting, rate};
use crate::workpaper::page::{Page, Paper, Target};
use crate::workpaper::style::{Fill, Look};

/// Rows over the first submission: title, header, remark, column titles.
pub const TOP: u32 = 4;
const COLUMNS: usize = 15;

/// Writes the ranking.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, board: &Board<'_>) -> Result<(), XlsxError> {
    let largest = board.ranks.iter().filter_map(|one| Some(one.largest.as_ref()?.0));
    let figures = fitting(largest, Digits::Money, 9.0);
    let widths = [5.5, 28.0, 6.5, 6.5, 8.5, 6.5, figures, 7.0, 7.0, 8.0, 9.5, 8.5, 8.5, 9.0, 40.0];
    let mut page = Page::new(&board.sheets.ranking, Paper::Landscape, &widths)?;
    page.head(&board.head("S2", board.say("报送件排名", "Submissions by findings")))?;
    page.remark(board.say(
        "按错误、警告、提示数排，三者相同的名次相同。最大差额取错误和警告中金额（万元）最大者，没有金额差的取其他单位的。未读文件按所在文件夹归到唯一的报送件。",
        "By errors, warnings and notes; equal counts share a rank. The largest difference is of errors and warnings, in 万元 where any is money. A file not read counts with the only submission of its folder.",
    ))?;
    page.at_least(2);
    page.header(&titles(board), 2)?;
    for one in &board.ranks {
        line(&mut page, board, one)?;
    }
    if board.ranks.is_empty() {
        page.span(0, page.last(), board.say("没有报送件。", "No submission."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let end = page.row - 1;
        page.sheet().autofilter(TOP - 1, 0, end, COLUMNS as u16 - 1)?;
    }
    page.close(book);
    Ok(())
}

fn titles<'b>(board: &'b Board<'_>) -> [&'b str; COLUMNS] {
    [
        board.say("名次", "Rank"),
        board.say("单位", "Unit"),
        board.say("年度", "Year"),
        board.say("错误", "Errors"),
        board.say("警告", "Warnings"),
        board.say("提示", "Notes"),
        board.say("最大差额", "Largest difference"),
        board.say("单位", "In"),
        board.say("核对", "Checks"),
        board.say("平", "Balanced"),
        board.say("未核", "Unchecked"),
        board.say("未识别工作表", "Sheets unknown"),
        board.say("未读文件", "Files not read"),
        board.say("执行率%", "Execution %"),
        board.say("标注后的工作簿", "Annotated workbooks"),
    ]
}

fn line(page: &mut Page, board: &Board<'_>, one: &Rank) -> Result<(), XlsxError> {
    let Some(submission) = board.report.run.submissions.get(one.submission) else { return Ok(()) };
    let mark = |count: usize, severity: Severity| if count > 0 { Fill::Of(severity) } else { Fill::None };
    count(page, 0, one.rank, Fill::None)?;
    page.text(1, &submission.entity, Look::Text.style())?;
    page.text(2, &submission.year.map(|year| year.to_string()).unwrap_or_default(), Look::Centre.style())?;
    count(page, 3, one.errors, mark(one.errors, Severity::Error))?;
    count(page, 4, one.warnings, mark(one.warnings, Severity::Warning))?;
    count(page, 5, one.notes, Fill::None)?;
    let (largest, unit) = one.largest.clone().map_or((None, String::new()), |(amount, unit)| (Some(amount), unit));
    let digits = if unit == "万元" { Digits::Money } else { Digits::Own };
    amount(page, 6, largest, digits, Fill::None)?;
    page.text(7, &unit, Look::Centre.style())?;
    count(page, 8, one.counts.checks(), Fill::None)?;
    count(page, 9, one.counts.balanced, Fill::None)?;
    count(page, 10, one.counts.unchecked, mark(one.counts.unchecked, Severity::Note))?;
    count(page, 11, one.unrecognised, mark(one.unrecognised, Severity::Note))?;
    count(page, 12, one.unread, mark(one.unread, Severity::Error))?;
    rate(page, 13, one.execution, Fill::None)?;
    workbooks(page, board, 14, submission)?;
    page.end_row()
}

/// The submission's workbooks; the cell leads to the first that was annotated.
fn workbooks(
    page: &mut Page,
    board: &Board<'_>,
    col: u16,
    submission: &crate::facts::Submission,
) -> Result<(), XlsxError> {
    let files: Vec<(&str, Option<&str>)> =
        submission.files.iter().map(|file| (&*file.file, board.annotated(&file.file))).collect();
    let first = files.iter().find_map(|(file, path)| Some((*file, (*path)?)));
    let text = match (first, files.len()) {
        (None, _) => files.iter().map(|(file, _)| board.files.short(file)).collect::<Vec<_>>().join("\n"),
        (Some((_, path)), 1) => path.to_owned(),
        (Some((_, path)), more) => {
            format!("{path}（{}{}{}）", board.say("共", "of "), more, board.say("个", ""))
        }
    };
    // The sheet to open at is the first that holds an annex of the file.
    let sheet = first.and_then(|(file, _)| submission.sheets.iter().find(|sheet| &*sheet.file == file));
    match first.zip(sheet) {
        Some(((_, path), sheet)) => {
            let target =
                Target::Beside { path: path.to_owned(), sheet: sheet.sheet.to_string(), cell: CellRef::new(0, 0) };
            page.link(col, &text, &target, Look::Link.style())
        }
        None => page.text(col, &text, Look::Text.style()),
    }
}
