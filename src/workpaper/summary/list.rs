//! 问题清单: every finding of the run, as far as one sheet holds them.

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::Board;
use crate::model::{Finding, Lang};
use crate::workpaper::figures::{Digits, amount};
use crate::workpaper::page::{MOST_ROWS, Page, Paper, Target};
use crate::workpaper::style::{Fill, Look};

const WIDTHS: [f64; 10] = [24.0, 6.5, 7.0, 8.0, 22.0, 58.0, 11.0, 7.0, 26.0, 7.0];
/// Rows over the first finding: title, header, remark, column titles.
const TOP: u32 = 4;
/// Findings that one sheet holds, with room for a remark at its end.
const MOST: usize = (MOST_ROWS - TOP - 10) as usize;

/// Writes the list.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, board: &Board<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&board.sheets.list, Paper::Landscape, &WIDTHS)?;
    page.head(&board.head("S4", board.say("问题清单", "All findings")))?;
    let all: usize = board.report.run.findings.len();
    let cut = all.saturating_sub(MOST);
    let cut_words = match (cut, board.lang()) {
        (0, _) => String::new(),
        (n, Lang::Zh) => format!("Excel 每表行数有限，名次靠后的{n}个问题未列，请看 --format json。"),
        (n, Lang::En) => {
            format!(" Excel’s rows are limited: {n} findings of the last ranks are left out; see --format json.")
        }
    };
    page.remark(&format!(
        "{}{cut_words}",
        board.say(
            "按报送件名次排列。点单元格到标注后的工作簿。",
            "In the order of the ranking. A cell leads into the annotated workbook."
        )
    ))?;
    page.header(
        &[
            board.say("单位", "Unit"),
            board.say("年度", "Year"),
            board.say("级别", "Severity"),
            board.say("代码", "Code"),
            board.say("公式", "Rule"),
            board.say("问题", "Finding"),
            board.say("差额", "Difference"),
            board.say("单位", "In"),
            board.say("文件·表", "File·sheet"),
            board.say("单元格", "Cell"),
        ],
        1,
    )?;
    let findings = board.ranks.iter().flat_map(|one| board.report.run.findings_of(one.submission));
    for finding in findings.take(MOST) {
        line(&mut page, board, finding)?;
    }
    if all == 0 {
        page.span(0, page.last(), board.say("没有问题。", "No finding."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
    }
    if page.unlinked > 0 {
        let n = page.unlinked;
        page.remark(&match board.lang() {
            Lang::Zh => format!("本表链接已达 Excel 每表 65,530 个的上限，另有{n}处只列文字，不带链接。"),
            Lang::En => format!("The sheet holds the 65,530 links that Excel allows; {n} cells stand as text."),
        })?;
    }
    page.close(book);
    Ok(())
}

fn line(page: &mut Page, board: &Board<'_>, finding: &Finding) -> Result<(), XlsxError> {
    let fill = Fill::Of(finding.severity);
    page.text(0, &finding.entity, Look::Text.style())?;
    page.text(1, &finding.year.map(|year| year.to_string()).unwrap_or_default(), Look::Centre.style())?;
    page.text(2, finding.severity.words().get(board.lang()), Look::Centre.on(fill))?;
    page.text(3, &finding.code, Look::Centre.style())?;
    page.text(4, finding.title.get(board.lang()), Look::Text.style())?;
    page.text(5, &board.report.masked(finding.message.get(board.lang())), Look::Text.style())?;
    let difference: Option<Decimal> = finding.difference.as_deref().and_then(|text| text.parse().ok());
    amount(page, 6, difference, Digits::Own, Fill::None)?;
    page.text(7, &finding.unit, Look::Centre.style())?;
    let Some(cell) = finding.cells.first() else {
        page.text(8, board.files.short(&finding.file), Look::Text.style())?;
        page.blank(9, Look::Centre.style())?;
        return page.end_row();
    };
    page.text(8, &format!("{}·{}", board.files.short(&cell.file), cell.sheet), Look::Text.style())?;
    match board.annotated(&cell.file) {
        Some(path) => {
            let target = Target::Beside { path: path.to_owned(), sheet: cell.sheet.to_string(), cell: cell.cell };
            page.link(9, &cell.cell.to_string(), &target, Look::Index.style())?;
        }
        None => page.text(9, &cell.cell.to_string(), Look::Centre.style())?,
    }
    page.end_row()
}
