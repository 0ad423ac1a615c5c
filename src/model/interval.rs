//! Where the true value behind a reported figure can lie.
//!
//! Ends are open or closed; sums, differences, products and intersections keep the flags of the ends that
//! supply them (the three endpoint faults known of other calculators are tested below).

use rust_decimal::Decimal;

/// A non-empty set of values between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub lo: Decimal,
    pub hi: Decimal,
    pub lo_closed: bool,
    pub hi_closed: bool,
}

/// How a reported figure was cut to its last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// To the nearest, ties unknown: both ends closed.
    #[default]
    Nearest,
    /// Towards zero (舍位): the end away from zero is open.
    Truncate,
}

/// Half a unit of the last reported place: 2 decimals give 0.005.
#[must_use]
pub fn half_unit(decimals: u32) -> Decimal {
    Decimal::new(5, decimals.min(Decimal::MAX_SCALE - 1) + 1)
}

impl Interval {
    /// The one value itself.
    #[must_use]
    pub fn exact(value: Decimal) -> Self {
        Self { lo: value, hi: value, lo_closed: true, hi_closed: true }
    }

    /// The values that print as `value` with so many decimals; none where the range of a decimal ends.
    #[must_use]
    pub fn reported(value: Decimal, decimals: u32, rounding: Rounding) -> Option<Self> {
        let half = half_unit(decimals);
        match rounding {
            Rounding::Nearest => Some(Self {
                lo: value.checked_sub(half)?,
                hi: value.checked_add(half)?,
                lo_closed: true,
                hi_closed: true,
            }),
            Rounding::Truncate => {
                let unit = half.checked_add(half)?;
                let down = if value > Decimal::ZERO { value } else { value.checked_sub(unit)? };
                let up = if value < Decimal::ZERO { value } else { value.checked_add(unit)? };
                Some(Self { lo: down, hi: up, lo_closed: value > Decimal::ZERO, hi_closed: value < Decimal::ZERO })
            }
        }
    }

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            lo: self.lo.checked_add(other.lo)?,
            hi: self.hi.checked_add(other.hi)?,
            lo_closed: self.lo_closed && other.lo_closed,
            hi_closed: self.hi_closed && other.hi_closed,
        })
    }

    /// Turns the interval round zero: ends and their flags change places.
    #[must_use]
    pub fn negate(self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, lo_closed: self.hi_closed, hi_closed: self.lo_closed }
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.negate())
    }

    /// The products of any two members.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let ends = [
            (self.lo, self.lo_closed, other.lo, other.lo_closed),
            (self.lo, self.lo_closed, other.hi, other.hi_closed),
            (self.hi, self.hi_closed, other.lo, other.lo_closed),
            (self.hi, self.hi_closed, other.hi, other.hi_closed),
        ];
        let mut products = Vec::with_capacity(4);
        for (a, a_closed, b, b_closed) in ends {
            // Zero times anything is zero: a closed zero end reaches it whatever the other flag says.
            let at_zero = (a_closed && a.is_zero()) || (b_closed && b.is_zero());
            let closed = at_zero || (a_closed && b_closed);
            products.push((a.checked_mul(b)?, closed));
        }
        let (lo, lo_closed) = *products.iter().min_by(|x, y| x.0.cmp(&y.0).then(y.1.cmp(&x.1)))?;
        let (hi, hi_closed) = *products.iter().max_by(|x, y| x.0.cmp(&y.0).then(x.1.cmp(&y.1)))?;
        Some(Self { lo, hi, lo_closed, hi_closed })
    }

    /// What both hold; none where nothing is in both.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        let (lo, lo_closed) = match self.lo.cmp(&other.lo) {
            std::cmp::Ordering::Greater => (self.lo, self.lo_closed),
            std::cmp::Ordering::Less => (other.lo, other.lo_closed),
            std::cmp::Ordering::Equal => (self.lo, self.lo_closed && other.lo_closed),
        };
        let (hi, hi_closed) = match self.hi.cmp(&other.hi) {
            std::cmp::Ordering::Less => (self.hi, self.hi_closed),
            std::cmp::Ordering::Greater => (other.hi, other.hi_closed),
            std::cmp::Ordering::Equal => (self.hi, self.hi_closed && other.hi_closed),
        };
        (lo < hi || (lo == hi && lo_closed && hi_closed)).then_some(Self { lo, hi, lo_closed, hi_closed })
    }

    #[must_use]
    pub fn contains(self, value: Decimal) -> bool {
        (self.lo < value || (self.lo == value && self.lo_closed))
            && (value < self.hi || (value == self.hi && self.hi_closed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn truncated(value: &str, decimals: u32) -> Interval {
        Interval::reported(d(value), decimals, Rounding::Truncate).unwrap()
    }

    #[test]
    fn reported_figures_stand_for_their_half_unit() {
        let near = Interval::reported(d("123.45"), 2, Rounding::Nearest).unwrap();
        assert_eq!((near.lo, near.hi), (d("123.445"), d("123.455")));
        let cut = truncated("-123", 0);
        assert_eq!((cut.lo, cut.hi, cut.lo_closed, cut.hi_closed), (d("-124"), d("-123"), false, true));
        let zero = truncated("0", 0);
        assert!(!zero.lo_closed && !zero.hi_closed && zero.contains(d("0.9")) && !zero.contains(d("1")));
    }

    #[test]
    fn a_truncated_total_does_not_reach_its_open_end() {
        // [1,2) and exactly 2 share nothing.
        assert!(truncated("1", 0).intersect(Interval::exact(d("2"))).is_none());
    }

    #[test]
    fn subtraction_swaps_the_flags_with_the_ends() {
        // 5 − [1,2) is (3,4]: it does not hold 3.
        let rest = Interval::exact(d("5")).checked_sub(truncated("1", 0)).unwrap();
        assert_eq!((rest.lo, rest.hi, rest.lo_closed, rest.hi_closed), (d("3"), d("4"), false, true));
        assert!(rest.intersect(Interval::exact(d("3"))).is_none());
    }

    #[test]
    fn disjoint_reports_of_one_fact_do_not_meet() {
        let one = Interval::reported(d("1"), 0, Rounding::Nearest).unwrap();
        let five = Interval::reported(d("5"), 0, Rounding::Nearest).unwrap();
        assert!(one.intersect(five).is_none());
        let both = Interval::reported(d("2"), 0, Rounding::Nearest).unwrap();
        assert_eq!(one.intersect(both).unwrap(), Interval::exact(d("1.5")));
    }

    #[test]
    fn products_hold_every_product() {
        let a = Interval { lo: d("-2"), hi: d("3"), lo_closed: true, hi_closed: false };
        let b = Interval { lo: d("-1"), hi: d("4"), lo_closed: false, hi_closed: true };
        let product = a.checked_mul(b).unwrap();
        assert_eq!((product.lo, product.lo_closed, product.hi, product.hi_closed), (d("-8"), true, d("12"), false));
    }

    proptest::proptest! {
        /// On a grid of tenths, sums and products of members are members.
        #[test]
        fn members_stay_members(a in -50i64..50, b in -50i64..50, wa in 0i64..9, wb in 0i64..9, x in 0i64..10, y in 0i64..10) {
            let tenth = |n: i64| Decimal::new(n, 1);
            let first = Interval { lo: tenth(a), hi: tenth(a + wa), lo_closed: true, hi_closed: true };
            let second = Interval { lo: tenth(b), hi: tenth(b + wb), lo_closed: true, hi_closed: true };
            let (x, y) = (tenth(a + x.min(wa)), tenth(b + y.min(wb)));
            proptest::prop_assert!(first.checked_add(second).unwrap().contains(x + y));
            proptest::prop_assert!(first.checked_sub(second).unwrap().contains(x - y));
            proptest::prop_assert!(first.checked_mul(second).unwrap().contains(x * y));
        }
    }
}
