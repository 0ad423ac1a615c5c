//! Two years of one unit: which submission of last year belongs to which of this year, and which line to which.
//!
//! [`pairing`] finds the prior of every submission, by name, by declared alias, or by a likeness that is shown;
//! [`lines`] lays the lines of both years side by side. Ties to last year and year-over-year comparison use both.

pub mod lines;
pub mod pairing;
pub mod reasons;

pub use lines::{LineAt, LineHow, LineMap, LineMatch, TableMatch};
pub use pairing::{Evidence, How, Pair, PairNotice, PairNoticeKind, Pairing, pair};

use crate::facts::Submission;

/// Last year's submission of the same unit, with its lines beside this year's.
#[derive(Debug, Clone, Copy)]
pub struct Before<'s> {
    pub submission: &'s Submission,
    pub lines: &'s LineMap,
    /// The pair is known, not only likely.
    pub sure: bool,
}
