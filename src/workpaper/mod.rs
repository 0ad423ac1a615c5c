//! Workbooks that are ours from the first cell, made to be printed and signed.
//!
//! [`style`], [`names`] and [`page`] are the ground that every such workbook stands on. The rest is one set of audit
//! workpapers: [`plan`] gives every tie, finding and evidence sheet its place, so that every link has its other end,
//! and each paper is a file of its own.
//!
//! Every function that writes hands on what `rust_xlsxwriter` refuses; of sheets within Excel's limits, nothing.

mod authority;
mod basis;
mod book;
mod cause;
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
pub mod logo;
pub mod names;
mod overview;
pub mod page;
pub mod papers;
pub mod plan;
pub mod query;
mod scores;
mod sources;
pub mod style;
pub mod summary;
pub mod template;
mod template_text;
pub mod tick;
mod tieout;
mod uncorrected;
pub mod yoy;

use rust_xlsxwriter::XlsxError;

use crate::report::Report;
pub use desk::{Apart, Desk, Settings};
use plan::Plan;

/// What stands in the hidden sheet of a workbook that is wholly ours; it is no submission, wherever it lies.
pub const SEAL: &str = "gouji:generated";

/// Writes the workpapers of a run, or of one submission of it, as .xlsx.
///
/// # Errors
/// A sheet that would be larger than Excel takes.
pub fn workpapers(report: &Report<'_>, settings: &Settings, only: Option<usize>) -> Result<Vec<u8>, XlsxError> {
    let desk = Desk::new(report, settings, only);
    let plan = Plan::new(&desk);
    let ties = lead::Ties::of(&desk, &plan);
    let mut book = book::Book::new(desk.title(papers::Kind::Cover), &desk.origin())?;
    cover::write(&mut book, &desk, &plan)?;
    overview::write(&mut book, &desk, &plan)?;
    issues::write(&mut book, &desk, &plan)?;
    uncorrected::write(&mut book, &desk, &plan)?;
    tieout::write(&mut book, &desk, &plan)?;
    for (place, at) in desk.submissions.iter().enumerate() {
        lead::write(&mut book, &desk, &plan, &ties, (place, *at))?;
    }
    evidence::write(&mut book, &desk, &plan)?;
    scores::write(&mut book, &desk, &plan, &ties)?;
    basis::write(&mut book, &desk, &plan)?;
    sources::write_sources(&mut book, &desk, &plan)?;
    sources::write_record(&mut book, &desk, &plan)?;
    book.save()
}
