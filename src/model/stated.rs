//! The figures of a comparison as a person prints them.
//!
//! A computed value has whatever digits its working gives; a rate of 101.000854 % beside a reported 99 % tells a reader
//! no more than 101 %. What is printed keeps every digit of money to four decimals and of rates and points to two, and
//! of what is longer as many as were reported. It never rounds away what decides: which side is larger, and whether the
//! difference is above what is allowed. The exact values stay where they are kept.

use rust_decimal::{Decimal, RoundingStrategy};

/// Decimals that are always kept: a ten-thousandth of 万元 is one yuan.
const KEPT: u32 = 4;
/// Decimals that are kept of rates and points, and the fewest of whatever is rounded.
const FEWEST: u32 = 2;
/// Beyond these a value is printed as it is.
const MOST: u32 = 10;

/// Both sides of a comparison, their difference and what is allowed.
///
/// # Units
/// All four in one unit, as in the comparison they come from; without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    pub reported: Decimal,
    pub expected: Decimal,
    pub difference: Decimal,
    pub allowance: Decimal,
}

impl Stated {
    /// Rounds exact figures for print.
    #[must_use]
    pub fn of(exact: Self, unit: &str) -> Self {
        let exact = exact.map(|value| value.normalize());
        let kept = if matches!(unit, "%" | "‰" | "分" | "") { FEWEST } else { KEPT };
        let sides = [exact.reported, exact.expected, exact.difference];
        let short = sides.iter().map(Decimal::scale).filter(|scale| *scale <= kept).max().unwrap_or(0);
        if sides.iter().all(|side| side.scale() <= kept) {
            return Self { allowance: allowance(exact.allowance, kept), ..exact };
        }
        let first = FEWEST.max(short).max(reported_decimals(exact.allowance).min(MOST));
        (first..MOST).map(|digits| exact.rounded(digits)).find(|shown| shown.decides_as(&exact)).unwrap_or(exact)
    }

    fn map(self, of: impl Fn(Decimal) -> Decimal) -> Self {
        Self {
            reported: of(self.reported),
            expected: of(self.expected),
            difference: of(self.difference),
            allowance: of(self.allowance),
        }
    }

    /// Both sides with so many decimals; the difference is that of what is printed, so that a reader can check it.
    fn rounded(self, digits: u32) -> Self {
        let round =
            |value: Decimal| value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero).normalize();
        let (reported, expected) = (round(self.reported), round(self.expected));
        let whole = self.reported.checked_sub(self.expected) == Some(self.difference);
        let apart = reported.checked_sub(expected).filter(|_| whole);
        let difference = apart.map_or_else(|| round(self.difference), |apart| apart.normalize());
        Self { reported, expected, difference, allowance: allowance(self.allowance, digits) }
    }

    fn decides_as(&self, exact: &Self) -> bool {
        let order = |one: &Self| one.reported.cmp(&one.expected);
        let beyond = |one: &Self| one.difference.abs() > one.allowance;
        order(self) == order(exact) && beyond(self) == beyond(exact)
    }
}

/// An allowance is half a unit of what was reported, or several: one more decimal, and two figures where it is longer.
fn allowance(exact: Decimal, digits: u32) -> Decimal {
    if exact.scale() <= digits.saturating_add(1) {
        return exact;
    }
    exact.round_sf_with_strategy(2, RoundingStrategy::AwayFromZero).unwrap_or(exact).normalize()
}

/// The decimals of the figures from whose half-units an allowance was added up.
fn reported_decimals(allowance: Decimal) -> u32 {
    allowance.round_sf(2).unwrap_or_default().normalize().scale().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(figures: [&str; 4], unit: &str) -> [String; 4] {
        let [reported, expected, difference, allowance] = figures.map(|text| text.parse::<Decimal>().unwrap());
        let one = Stated::of(Stated { reported, expected, difference, allowance }, unit);
        [one.reported, one.expected, one.difference, one.allowance].map(|value| value.to_string())
    }

    #[test]
    fn amounts_to_the_yuan_stay_as_they_are() {
        assert_eq!(stated(["275.30", "283.87", "-8.57", "0.06"], "万元"), ["275.3", "283.87", "-8.57", "0.06"]);
        assert_eq!(stated(["3.9876", "2.964", "1.0236", "0.00015"], "万元"), ["3.9876", "2.964", "1.0236", "0.00015"]);
    }

    #[test]
    fn a_computed_rate_is_printed_as_people_print_rates() {
        assert_eq!(stated(["99", "101.000854", "-2.000854", "0.5"], "%"), ["99", "101", "-2", "0.5"]);
        assert_eq!(stated(["79.19939755", "15", "64.19939755", "0.0123456"], "%"), ["79.2", "15", "64.2", "0.013"]);
    }

    #[test]
    fn what_decides_is_never_rounded_away() {
        // Larger by little: three decimals are the fewest that still say so.
        assert_eq!(stated(["100", "99.996", "0.004", "0"], "%"), ["100", "99.996", "0.004", "0"]);
        // At two decimals the difference would be as large as the allowance.
        let shown = stated(["12.35", "12.339999", "0.010001", "0.01"], "万元");
        assert_eq!(shown, ["12.35", "12.339999", "0.010001", "0.01"]);
    }

    #[test]
    fn a_longer_value_takes_the_decimals_that_were_reported() {
        assert_eq!(stated(["1.5", "1.43333333", "0.06666667", "0.0005"], "万元"), ["1.5", "1.433", "0.067", "0.0005"]);
        assert_eq!(stated(["1.5", "1.43333333", "0.06666667", "0.05"], "万元"), ["1.5", "1.43", "0.07", "0.05"]);
    }
}
