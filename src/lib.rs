//! gouji 勾稽 ties the figures of budget-performance annex workbooks.
//!
//! Data goes one way, with a named type at every joint:
//!
//! ```text
//! files → Book → Recognised → Facts → Pairs of years → Outcomes → Findings → annotated workbook · report
//!         read   forms        facts   years            reconcile  findings    annotate           report
//! ```

pub mod annotate;
#[cfg(feature = "program")]
pub mod answers;
#[cfg(feature = "program")]
pub mod cli;
pub mod compare;
pub mod diagnose;
pub mod facts;
pub mod forms;
pub mod markup;
pub mod model;
pub mod narrative;
pub mod ooxml;
pub mod read;
#[cfg(feature = "program")]
pub mod reconcile;
pub mod redact;
#[cfg(feature = "program")]
pub mod report;
#[cfg(feature = "program")]
pub mod resubmission;
pub mod rules;
#[cfg(feature = "program")]
pub mod workpaper;
pub mod years;
