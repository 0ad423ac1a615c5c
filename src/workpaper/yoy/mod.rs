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

use rust_xlsxwriter::XlsxError;

use super::{seal, workbook};
use crate::report::years::YearsReport;
use view::View;

/// Writes the comparison as .xlsx.
///
/// # Errors
/// A sheet that would be larger than Excel takes.
pub fn year_over_year(report: &YearsReport<'_>) -> Result<Vec<u8>, XlsxError> {
    let view = View::new(report);
    let mut workbook = workbook(view.say("年度对比", "Year over year"))?;
    overview::write(&mut workbook, &view)?;
    charts::write(&mut workbook, &view)?;
    units::write(&mut workbook, &view)?;
    lines::write(&mut workbook, &view)?;
    execution::write(&mut workbook, &view)?;
    three_public::write(&mut workbook, &view)?;
    explain::write(&mut workbook, &view)?;
    apart::write(&mut workbook, &view)?;
    pairs::write(&mut workbook, &view)?;
    seal(&mut workbook)?;
    workbook.save_to_buffer()
}
