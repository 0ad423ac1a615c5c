//! The words of the trade as types: cells, exact amounts, intervals, units, figures, verdicts and findings.
//!
//! Everything here is pure: no file, clock, terminal or frame. It imports nothing of ours.

pub mod amount;
pub mod cell;
pub mod explanation;
pub mod finding;
pub mod inert;
pub mod interval;
pub mod mask;
pub mod query;
pub mod stated;
pub mod unit;
pub mod words;

pub use cell::{CellRange, CellRef};
pub use explanation::{Answers, Explained, Since, Standing};
pub use finding::{Class, Finding, Severity, Verdict};
pub use interval::Interval;
pub use stated::Stated;
pub use unit::{Quantity, Unit};
pub use words::{Lang, Words};
