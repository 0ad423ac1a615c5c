//! 单位一览: one row a submission, with links to its papers; the first sheet behind the cover where there are several.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::cover::fill_of;
use super::desk::Desk;
use super::lead;
use super::page::{Page, Paper, Target};
use super::papers::{Column, Kind};
use super::plan::Plan;
use super::style::{Look, Style};
use crate::model::Severity;
use crate::reconcile::Counts;

const WIDTHS: [f64; 14] = [6.0, 34.0, 8.0, 8.0, 8.0, 8.0, 8.0, 9.0, 8.0, 8.0, 8.0, 8.0, 8.0, 9.0];
/// Its columns.
pub const COLUMNS: [Column; 14] = [
    Column::new("序号", "No.").kept("问题编号以它开头", "numbers of findings begin with it"),
    Column::new("单位", "Unit").kept("链接到该单位的问题", "it leads to the unit’s findings"),
    Column::new("年度", "Year"),
    Column::new("文件", "Files"),
    Column::new("数字", "Figures"),
    Column::new("平", "Balanced"),
    Column::new("尾差", "Rounding"),
    Column::new("尾差偏大", "Large"),
    Column::new("不平", "Un-balanced"),
    Column::new("未核", "Un-checked"),
    Column::new("错误", "Errors"),
    Column::new("警告", "Warnings"),
    Column::new("提示", "Notes"),
    Column::new("审定表", "Lead").kept("链接到该单位的审定表", "it leads to the unit’s lead schedule"),
];

/// Writes the overview; nothing for one submission.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    if !desk.is_many() {
        return Ok(());
    }
    let mut page = desk.page(Kind::Overview, &plan.sheets.overview, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head("A2", desk.title(Kind::Overview)))?;
    page.header(&desk.titles(Kind::Overview), 2)?;
    let mut first_issue: BTreeMap<usize, u32> = BTreeMap::new();
    for (number, submission, _) in desk.findings() {
        if let Some(row) = plan.issue_rows.get(&number) {
            first_issue.entry(submission).or_insert(*row);
        }
    }
    let first = page.row;
    for (place, at) in desk.submissions.iter().enumerate() {
        write_one(&mut page, desk, plan, (place, *at), first_issue.get(at).copied())?;
    }
    let last = page.row - 1;
    desk.write_unlinked(&mut page)?;
    page.sheet().autofilter(first - 1, 0, last, 13)?;
    page.close(book);
    Ok(())
}

fn write_one(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    (place, at): (usize, usize),
    issue: Option<u32>,
) -> Result<(), XlsxError> {
    let submission = desk.submission(at);
    let run = desk.run();
    let first = run.outcomes.partition_point(|one| one.submission < at);
    let last = run.outcomes.partition_point(|one| one.submission <= at);
    let counts = Counts::of(&run.outcomes[first..last]);
    let of = |severity: Severity| run.findings_of(at).iter().filter(|finding| finding.severity == severity).count();
    let errors = of(Severity::Error);
    page.text(0, &(place + 1).to_string(), Look::Centre.style())?;
    match issue {
        Some(row) => {
            page.link(1, &submission.entity, &Target::inside(&plan.sheets.issues, row, 0), Look::Link.style())?;
        }
        None => page.text(1, &submission.entity, Look::Text.style())?,
    }
    page.text(2, &submission.year.map(|year| year.to_string()).unwrap_or_default(), Look::Centre.style())?;
    let numbers = [
        submission.files.len(),
        crate::facts::amounts(submission),
        counts.balanced,
        counts.rounding,
        counts.rounding_large,
        counts.unbalanced,
        counts.unchecked,
        errors,
        of(Severity::Warning),
        of(Severity::Note),
    ];
    for (col, number) in (3u16..).zip(numbers) {
        let style = if col == 10 { Style::figure(0).on(fill_of(errors)) } else { Style::figure(0) };
        page.amount(col, Decimal::from(number), style)?;
    }
    match lead::spot(plan, place) {
        Some(target) => page.link(13, &format!("→D{}", place + 1), &target, Look::Index.style())?,
        None => page.blank(13, Look::Centre.style())?,
    }
    page.end_row()
}
