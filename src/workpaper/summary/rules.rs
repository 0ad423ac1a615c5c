//! 按公式汇总: how often each rule found something, and in how many submissions.

use std::collections::{BTreeMap, BTreeSet};

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::Board;
use crate::model::{Finding, Severity};
use crate::workpaper::figures::count;
use crate::workpaper::graph::{Graph, Ink, Series};
use crate::workpaper::page::{Page, Paper};
use crate::workpaper::style::{Fill, Look};

const WIDTHS: [f64; 8] = [9.0, 38.0, 10.0, 9.0, 9.0, 9.0, 9.0, 9.0];
/// Rows over the first rule: title, header, remark, column titles.
pub const TOP: u32 = 4;
/// Rules that the chart shows.
pub const MOST_BARS: usize = 20;

/// What one rule found.
#[derive(Debug, Clone, Default)]
struct Found<'r> {
    findings: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    submissions: BTreeSet<usize>,
    any: Option<&'r Finding>,
}

/// Writes the list of rules.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, board: &Board<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&board.sheets.rules, Paper::Portrait, &WIDTHS)?;
    page.head(&board.head("S3", board.say("问题按公式汇总", "Findings by rule")))?;
    page.remark(board.say(
        "按问题数排，多的在前；没有问题的公式不列。gouji explain 加代码可看公式全文。",
        "The most frequent first; rules without a finding are left out. gouji explain CODE shows a rule in full.",
    ))?;
    page.header(
        &[
            board.say("代码", "Code"),
            board.say("公式", "Rule"),
            board.say("类别", "Class"),
            board.say("问题数", "Findings"),
            board.say("报送件数", "Units"),
            board.say("错误", "Errors"),
            board.say("警告", "Warnings"),
            board.say("提示", "Notes"),
        ],
        1,
    )?;
    let all = found(board);
    for (code, one) in &all {
        let rule = board.report.pack.rules.iter().find(|rule| rule.code == *code);
        let mark = |count: usize, severity: Severity| if count > 0 { Fill::Of(severity) } else { Fill::None };
        page.text(0, code, Look::Centre.style())?;
        page.text(1, one.any.map_or("", |finding| finding.title.get(board.lang())), Look::Text.style())?;
        let class = rule.map(|rule| rule.class.words());
        page.text(2, class.as_ref().map_or("", |words| words.get(board.lang())), Look::Centre.style())?;
        count(&mut page, 3, one.findings, Fill::None)?;
        count(&mut page, 4, one.submissions.len(), Fill::None)?;
        count(&mut page, 5, one.errors, mark(one.errors, Severity::Error))?;
        count(&mut page, 6, one.warnings, mark(one.warnings, Severity::Warning))?;
        count(&mut page, 7, one.notes, mark(one.notes, Severity::Note))?;
        page.end_row()?;
    }
    if all.is_empty() {
        page.span(0, page.last(), board.say("没有问题。", "No finding."), Look::Text.style())?;
        page.end_row()?;
    } else {
        let (last, end) = (page.last(), page.row - 1);
        page.sheet().autofilter(TOP - 1, 0, end, last)?;
    }
    page.close(book);
    Ok(())
}

/// The chart of the most frequent rules, to stand on another sheet; none without a finding.
#[must_use]
pub fn chart(board: &Board<'_>) -> Option<(Graph, usize)> {
    let all = found(board).len();
    let drawn = all.min(MOST_BARS);
    let title = match (board.say("z", "e") == "z", all > drawn) {
        (true, false) => "问题数：按公式".to_owned(),
        (true, true) => format!("问题数最多的{drawn}条公式（共{all}条）"),
        (false, false) => "Findings by rule".to_owned(),
        (false, true) => format!("The {drawn} most frequent of {all} rules"),
    };
    let graph = Graph {
        title,
        values: board.say("问题数", "findings").to_owned(),
        sheet: board.sheets.rules.clone(),
        rows: (TOP, TOP + (drawn as u32).saturating_sub(1)),
        labels: 1,
        series: vec![Series { name: board.say("问题数", "Findings").to_owned(), col: 3, ink: Ink::Now }],
        lying: true,
        valued: true,
        beyond: Vec::new(),
        from_zero: true,
        counts: None,
        number: "0",
        axis: "General",
    };
    (drawn > 0).then_some((graph, drawn))
}

fn found<'r>(board: &Board<'r>) -> Vec<(&'r str, Found<'r>)> {
    let mut by_code: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for (submission, finding) in board.report.run.with_submissions() {
        let one = by_code.entry(finding.code.as_str()).or_default();
        one.findings += 1;
        *match finding.severity {
            Severity::Error => &mut one.errors,
            Severity::Warning => &mut one.warnings,
            Severity::Note => &mut one.notes,
        } += 1;
        one.submissions.insert(submission);
        one.any.get_or_insert(finding);
    }
    let mut all: Vec<(&str, Found<'_>)> = by_code.into_iter().collect();
    all.sort_by(|(a, x), (b, y)| y.findings.cmp(&x.findings).then_with(|| a.cmp(b)));
    all
}
