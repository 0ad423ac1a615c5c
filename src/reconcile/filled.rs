//! One slot of one row, as the facts fill it.

use rust_decimal::Decimal;

use super::outcome::Use;
use crate::model::interval::Interval;
use crate::rules::plan::state;

/// What a slot came to in one row.
#[derive(Debug, Clone)]
pub struct Filled {
    pub state: i32,
    pub value: Decimal,
    pub interval: Interval,
    pub uses: Vec<Use>,
    /// Shown with fewer digits than stored.
    pub coarse: bool,
}

impl Filled {
    #[must_use]
    pub fn of(state: i32) -> Self {
        Self { state, value: Decimal::ZERO, interval: Interval::exact(Decimal::ZERO), uses: Vec::new(), coarse: false }
    }

    #[must_use]
    pub fn number(value: Decimal) -> Self {
        Self { value, interval: Interval::exact(value), ..Self::of(state::NUMBER) }
    }
}
