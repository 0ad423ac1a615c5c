//! Workbooks that are ours from the first cell, made to be printed and signed.
//!
//! [`style`], [`names`] and [`page`] are the ground that every such workbook stands on. The rest is one set of audit
//! workpapers: [`plan`] gives every tie, finding and evidence sheet its place, so that every link has its other end,
//! and each paper is a file of its own.
//!
//! Every function that writes hands on what `rust_xlsxwriter` refuses; of sheets within Excel's limits, nothing.

mod basis;
mod chart;
mod cover;
pub mod desk;
mod evidence;
pub mod figures;
pub mod files;
pub mod formula;
pub mod graph;
mod issues;
mod lead;
pub mod lead_rows;
pub mod names;
mod overview;
pub mod page;
pub mod plan;
pub mod score_rows;
mod scores;
mod sources;
pub mod style;
pub mod summary;
pub mod tick;
mod tieout;
mod uncorrected;
pub mod yoy;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::report::Report;
pub use desk::{Desk, Settings};
use plan::Plan;

/// A workbook without a clock: the same sheets give the same bytes.
///
/// # Errors
/// None is expected.
pub fn workbook(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    Ok(workbook)
}

/// What stands in the hidden sheet of a workbook that is wholly ours; it is no submission, wherever it lies.
pub const SEAL: &str = "gouji:generated";

/// Puts the hidden sheet behind all others by which a workbook of ours is known.
///
/// # Errors
/// None is expected.
pub fn seal(workbook: &mut Workbook) -> Result<(), XlsxError> {
    workbook.add_worksheet().set_name("gouji")?.set_very_hidden(true).write_string(0, 0, SEAL)?;
    Ok(())
}

/// Writes the workpapers of a run, or of one submission of it, as .xlsx.
///
/// # Errors
/// A sheet that would be larger than Excel takes.
pub fn workpapers(report: &Report<'_>, settings: &Settings, only: Option<usize>) -> Result<Vec<u8>, XlsxError> {
    let desk = Desk::new(report, settings, only);
    let plan = Plan::new(&desk);
    let ties = lead::Ties::of(&desk, &plan);
    let mut workbook = workbook(desk.say("绩效自评数据复核工作底稿", "Workpapers"))?;
    cover::write(&mut workbook, &desk, &plan)?;
    overview::write(&mut workbook, &desk, &plan)?;
    issues::write(&mut workbook, &desk, &plan)?;
    uncorrected::write(&mut workbook, &desk, &plan)?;
    tieout::write(&mut workbook, &desk, &plan)?;
    for (place, at) in desk.submissions.iter().enumerate() {
        lead::write(&mut workbook, &desk, &plan, &ties, (place, *at))?;
    }
    evidence::write(&mut workbook, &desk, &plan)?;
    scores::write(&mut workbook, &desk, &plan, &ties)?;
    basis::write(&mut workbook, &desk, &plan)?;
    sources::write_sources(&mut workbook, &desk, &plan)?;
    sources::write_record(&mut workbook, &desk, &plan)?;
    workbook.save_to_buffer()
}
