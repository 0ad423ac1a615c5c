//! gouji 勾稽 ties the figures of budget-performance annex workbooks.
//!
//! Data goes one way, with a named type at every joint:
//!
//! ```text
//! files → Book → Recognised → Facts → Pairs of years → Outcomes → Findings → annotated workbook · report
//!         read   forms        facts   years            reconcile  findings    annotate           report
//! ```

pub mod annotate;
pub mod answers;
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
pub mod reconcile;
pub mod redact;
pub mod report;
pub mod resubmission;
pub mod rules;
pub mod workpaper;
pub mod years;
