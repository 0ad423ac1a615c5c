//! Year over year as a workbook: a summary and charts, one row a unit, every line of both years, budget and outturn,
//! three-public lines, what needs a reason, what is new or gone, and on what ground years and lines were paired.
//!
//! [`view`] gives every row its place first, so that links lead both ways; each sheet is a file of its own.

mod apart;
mod charts;
mod execution;
mod explain;
mod lines;
mod overview;
mod pairs;
mod three_public;
mod units;
pub mod view;

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use crate::report::years::YearsReport;
use view::View;

/// Writes the comparison as .xlsx.
///
/// # Errors
/// A sheet that would be larger than Excel takes.
pub fn year_over_year(report: &YearsReport<'_>) -> Result<Vec<u8>, XlsxError> {
    let view = View::new(report);
    let mut book = Book::new(view.say("年度对比", "Year over year"), &view.report.origin().line(view.lang()))?;
    overview::write(&mut book, &view)?;
    charts::write(&mut book, &view)?;
    units::write(&mut book, &view)?;
    lines::write(&mut book, &view)?;
    execution::write(&mut book, &view)?;
    three_public::write(&mut book, &view)?;
    explain::write(&mut book, &view)?;
    apart::write(&mut book, &view)?;
    pairs::write(&mut book, &view)?;
    book.seal()?;
    book.save()
}
