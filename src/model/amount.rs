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

/// Takes a number as a file spells it: the digits themselves where they are no more than fifteen, else as
/// [`from_stored`] does, because that is what a spreadsheet keeps of it; none where it is no number.
///
/// # Examples
/// ```
/// let written = |text| gouji::model::amount::from_written(text).unwrap().value.to_string();
/// assert_eq!((written("275.470"), written("-3"), written("2.7547E2")), ("275.47".into(), "-3".into(), "275.47".into()));
/// ```
#[must_use]
pub fn from_written(text: &str) -> Option<Stored> {
    plain_digits(text)
        .map(|value| Stored { value, digits_cut: false })
        .or_else(|| text.parse::<f64>().ok().and_then(from_stored))
}

/// Reads `-275.47`, of fifteen digits at most.
fn plain_digits(text: &str) -> Option<Decimal> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mut number, mut scale, mut point) = (0i64, 0u32, false);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.len() > SIGNIFICANT_DIGITS + 1 {
        return None;
    }
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + i64::from(byte - b'0');
                scale += u32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    // Sixteen bytes without a point are sixteen digits; where digits start behind many zeros the float tells.
    if digits.len() - usize::from(point) > SIGNIFICANT_DIGITS || (number == 0 && negative) {
        return None;
    }
    Some(Decimal::new(if negative { -number } else { number }, scale).normalize())
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
    fn a_written_number_is_the_stored_one() {
        for text in [
            "0",
            "-0",
            "0.0",
            "007",
            "257.5",
            "257.50",
            "-3.",
            "0.96",
            "0.30000000000000004",
            "275.47000000000003",
            "1E3",
            "123456789012345",
            "1234567890123456",
            "0.00000000000001",
            "0.99870000000000003",
            "1e-7",
            "-1234.567890",
            "12345678901234.5",
            "99999999999999.99",
        ] {
            assert_eq!(from_written(text), from_stored(text.parse().unwrap()), "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "1,000", "NaN", "inf", "1e309", "五"] {
            assert_eq!(from_written(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_written_number_is_the_stored_one(text in "-?[0-9]{1,17}(\\.[0-9]{0,17})?") {
            proptest::prop_assert_eq!(from_written(&text), from_stored(text.parse().unwrap()));
        }
    }

    #[test]
    fn what_no_decimal_holds_is_refused() {
        for number in [f64::NAN, f64::INFINITY, 1e308, -1e40, 1e-300] {
            assert!(from_stored(number).is_none(), "{number}");
        }
    }
}
