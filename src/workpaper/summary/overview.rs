//! 总览: what the run came to, submissions by their errors, findings by rule, and what was not read.

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::{Board, rules};
use crate::model::Severity;
use crate::report::Problem;
use crate::report::text::closing;
use crate::workpaper::figures::count;
use crate::workpaper::graph::{Graph, Ink, Series};
use crate::workpaper::page::{Page, Paper, Target};
use crate::workpaper::style::{Fill, Look};

const WIDTHS: [f64; 6] = [18.0, 14.0, 14.0, 14.0, 18.0, 18.0];

/// Writes the sheet.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, board: &Board<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&board.sheets.overview, Paper::Portrait, &WIDTHS)?;
    page.head(&board.head("S1", board.say("核对结果总览", "Overview of the run")))?;
    page.remark(closing(board.report).trim())?;
    contents(&mut page, board)?;
    by_errors(&mut page, board)?;
    if let Some((chart, bars)) = rules::chart(board) {
        page.heading(board.say("问题按公式", "Findings by rule"))?;
        chart.insert_below(&mut page, &WIDTHS, 100 + 22 * bars as u32)?;
    }
    let failed: Vec<&Problem> = board.report.problems.iter().filter(|one| one.failed).collect();
    let noted: Vec<&Problem> = board.report.problems.iter().filter(|one| !one.failed).collect();
    let title = board.say("未能核对的文件", "Files that could not be checked");
    problems(&mut page, board, title, &failed, Fill::Of(Severity::Error))?;
    if !noted.is_empty() {
        problems(&mut page, board, board.say("说明", "Notes"), &noted, Fill::None)?;
    }
    page.fit_one_page();
    page.sheet().set_active(true).set_first_tab(true);
    page.close(book);
    Ok(())
}

fn contents(page: &mut Page, board: &Board<'_>) -> Result<(), XlsxError> {
    let all = [
        (&board.sheets.ranking, "报送件按问题多少排名", "submissions ranked by findings"),
        (&board.sheets.rules, "每条公式的问题数和报送件数", "findings and submissions by rule"),
        (&board.sheets.list, "全部问题，可筛选", "all findings, with filters"),
    ];
    for (name, zh, en) in all {
        page.link(0, name, &Target::inside(name, 0, 0), Look::Link.style())?;
        page.span(1, page.last(), board.say(zh, en), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}

/// How many submissions have how many errors.
fn by_errors(page: &mut Page, board: &Board<'_>) -> Result<(), XlsxError> {
    page.heading(board.say("报送件按错误数", "Submissions by number of errors"))?;
    page.titles(&[board.say("错误数", "Errors"), board.say("报送件数", "Submissions")])?;
    let bands: [(&str, std::ops::RangeInclusive<usize>); 7] = [
        ("0", 0..=0),
        ("1", 1..=1),
        ("2", 2..=2),
        ("3–5", 3..=5),
        ("6–10", 6..=10),
        ("11–20", 11..=20),
        ("> 20", 21..=usize::MAX),
    ];
    let first = page.row;
    let mut most = 0;
    for (name, band) in &bands {
        let own = board.ranks.iter().filter(|one| band.contains(&one.errors)).count();
        most = most.max(own);
        page.text(0, name, Look::Centre.style())?;
        count(page, 1, own, Fill::None)?;
        page.end_row()?;
    }
    let rows = (first, page.row - 1);
    let title = board.say("报送件按错误数", "Submissions by number of errors");
    let chart = Graph {
        title: title.to_owned(),
        values: board.say("报送件数", "submissions").to_owned(),
        sheet: board.sheets.overview.clone(),
        rows,
        labels: 0,
        series: vec![Series { name: title.to_owned(), col: 1, ink: Ink::Now }],
        lying: false,
        valued: true,
        beyond: Vec::new(),
        from_zero: true,
        counts: Some(most),
        number: "0",
        axis: "General",
    };
    chart.insert_below(page, &WIDTHS, 230)
}

fn problems(page: &mut Page, board: &Board<'_>, title: &str, all: &[&Problem], fill: Fill) -> Result<(), XlsxError> {
    page.heading(title)?;
    page.span(0, 2, board.say("文件", "File"), Look::Header.style())?;
    page.span(3, page.last(), board.say("原因", "Why"), Look::Header.style())?;
    page.end_row()?;
    for problem in all {
        page.span(0, 2, &problem.file, Look::Text.on(fill))?;
        page.span(3, page.last(), problem.words.get(board.lang()), Look::Text.style())?;
        page.end_row()?;
    }
    if all.is_empty() {
        page.span(0, page.last(), board.say("没有。", "None."), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}
