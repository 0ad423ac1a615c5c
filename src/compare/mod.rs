//! Year over year: every line and measure of two years beside each other, exactly, and what needs an explanation.
//!
//! [`entity`] compares one unit's two years, [`summary`] all units; `report` and `workpaper` show both.

pub mod entity;
pub mod summary;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::facts::Submission;
use crate::forms::Forms;
use crate::years::{LineMap, Pairing};
pub use entity::{Execution, ProjectChange, Row, Side, Source, YearOverYear};
pub use summary::{Spread, Summary};

/// From what change on an explanation is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Percent of last year's amount.
    pub rate: Decimal,
    /// 万元.
    pub amount: Decimal,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rate: Decimal::from(20), amount: Decimal::new(5, 1) }
    }
}

/// Every unit's two years, and all of them together.
#[derive(Debug)]
pub struct Comparison {
    pub limits: Limits,
    /// One for each submission, in their order.
    pub units: Vec<YearOverYear>,
    pub summary: Summary,
}

/// Compares every submission with its prior, or where it has none with its own prior-year column.
#[must_use]
pub fn compare(
    submissions: &[Submission],
    priors: &[Submission],
    pairing: &Pairing,
    forms: &Forms,
    limits: Limits,
) -> Comparison {
    use rayon::prelude::*;
    let units: Vec<YearOverYear> = submissions
        .par_iter()
        .enumerate()
        .map(|(index, now)| {
            let prior = pairing.pairs.get(index).copied().flatten().map(|pair| &priors[pair.prior]);
            let lines = prior.map(|prior| LineMap::new(now, prior, forms));
            YearOverYear::new((index, now), prior.zip(lines.as_ref()), forms, limits)
        })
        .collect();
    // Two years' filings of one unit do not add up: all units together are those of the newest year.
    let newest = newest_year(submissions);
    let summary = Summary::new(&units, &|unit| {
        submissions[unit.submission].year.zip(newest).is_none_or(|(year, newest)| year == newest)
    });
    Comparison { limits, units, summary }
}

/// The newest year that was filed.
#[must_use]
pub fn newest_year(submissions: &[Submission]) -> Option<i32> {
    submissions.iter().filter_map(|one| one.year).max()
}

/// A change in percent of what it came from, to two decimals; none from nothing.
#[must_use]
pub fn rate(change: Decimal, from: Decimal) -> Option<Decimal> {
    percent(change, from.abs())
}

/// One amount in percent of another, to two decimals.
#[must_use]
pub fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    Some(share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}
