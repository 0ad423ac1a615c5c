//! A stored number becomes an exact decimal once, and stays one.

use rust_decimal::Decimal;

/// Significant digits that a spreadsheet keeps of a number, and shows.
pub const SIGNIFICANT_DIGITS: usize = 15;

/// A number taken from a cell, and whether digits past the fifteenth were cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub value: Decimal,
    pub digits_cut: bool,
}

/// Takes the shortest text of a stored number at fifteen significant digits; none where it is not finite or
/// does not fit a decimal.
///
/// # Examples
/// ```
/// let cached = gouji::model::amount::from_stored(275.47000000000006).unwrap();
/// assert_eq!((cached.value.to_string().as_str(), cached.digits_cut), ("275.47", true));
/// ```
#[must_use]
pub fn from_stored(number: f64) -> Option<Stored> {
    if !number.is_finite() {
        return None;
    }
    let shortest = format!("{number:e}");
    let digits = shortest.bytes().take_while(|b| *b != b'e').filter(u8::is_ascii_digit).count();
    let digits_cut = digits > SIGNIFICANT_DIGITS;
    let text = if digits_cut { format!("{number:.*e}", SIGNIFICANT_DIGITS - 1) } else { shortest };
    let value = parse_scientific(&text)?;
    Some(Stored { value, digits_cut })
}

/// Reads `2.7547e2`; none where the decimal's range or 28 decimals do not hold it.
fn parse_scientific(text: &str) -> Option<Decimal> {
    let value = Decimal::from_scientific(text).ok()?;
    let exponent: i32 = text.split_once('e')?.1.parse().ok()?;
    // Beyond this a decimal rounds silently.
    if !(-14..=27).contains(&exponent) && !value.is_zero() {
        return None;
    }
    if value.is_zero() && text.bytes().take_while(|b| *b != b'e').any(|b| (b'1'..=b'9').contains(&b)) {
        return None;
    }
    Some(value.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_become_their_shown_digits() {
        for (number, text, cut) in [
            (257.5, "257.5", false),
            (0.1 + 0.2, "0.3", true),
            (275.470_000_000_000_1, "275.47", true),
            (0.96, "0.96", false),
            (-3.0, "-3", false),
            (0.0, "0", false),
            (123_456_789_012_345.0, "123456789012345", false),
            (1e-7, "0.0000001", false),
            (2.0 / 3.0, "0.666666666666667", true),
        ] {
            let stored = from_stored(number).unwrap();
            assert_eq!((stored.value.to_string(), stored.digits_cut), (text.to_owned(), cut));
        }
    }

    #[test]
    fn what_no_decimal_holds_is_refused() {
        for number in [f64::NAN, f64::INFINITY, 1e308, -1e40, 1e-300] {
            assert!(from_stored(number).is_none(), "{number}");
        }
    }
}
