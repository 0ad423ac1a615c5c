//! Weights of evidence: a thousand is a factor of ten, so that chances multiply by adding and no float is needed.

/// A thousand times the decimal logarithm of a whole number; zero counts as one.
#[must_use]
pub fn decades(number: u128) -> i64 {
    let number = number.max(1);
    let whole = number.ilog10();
    // The mantissa with nine digits, then one binary digit of the logarithm a squaring.
    let unit: u128 = 1_000_000_000;
    let mut mantissa = if whole >= 9 { number / 10u128.pow(whole - 9) } else { number * 10u128.pow(9 - whole) };
    let (mut fraction, mut part) = (0i64, 1i64 << 19);
    for _ in 0..14 {
        mantissa = mantissa * mantissa / unit;
        if mantissa >= 10 * unit {
            mantissa /= 10;
            fraction += part;
        }
        part >>= 1;
    }
    i64::from(whole) * 1000 + ((fraction * 1000 + (1 << 19)) >> 20)
}

#[cfg(test)]
mod tests {
    use super::decades;

    #[test]
    fn logarithms_are_right_to_a_thousandth() {
        for (number, expected) in [(0, 0), (1, 0), (2, 301), (3, 477), (10, 1000), (36, 1556), (27530, 4440)] {
            assert!((decades(number) - expected).abs() <= 1, "{number}: {}", decades(number));
        }
    }
}
