//! Units as submissions print them, and what kind of quantity they measure.

use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;

/// What a unit measures; different quantities never add. A form file names them as they are, in small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantity {
    Money,
    Ratio,
    Points,
    /// People, times, copies, square metres: anything counted or measured with a noun.
    Count,
    /// A number without a unit.
    Plain,
    /// Words.
    Text,
}

impl Quantity {
    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Ratio => "ratio",
            Self::Points => "points",
            Self::Count => "count",
            Self::Plain => "plain",
            Self::Text => "text",
        }
    }

    /// The quantity of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Money, Self::Ratio, Self::Points, Self::Count, Self::Plain, Self::Text]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

/// A noun and the power of ten in front of it: 万元 is `元` with 4, `%` is a ratio with −2.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    pub noun: String,
    pub power: i32,
}

/// Scale words in front of a noun, the longest first.
const SCALES: [(&str, i32); 7] = [("百万", 6), ("千万", 7), ("十万", 5), ("亿", 8), ("万", 4), ("千", 3), ("百", 2)];

impl Unit {
    fn of(noun: &str, power: i32) -> Self {
        Self { noun: noun.to_owned(), power }
    }

    #[must_use]
    pub fn yuan() -> Self {
        Self::of("元", 0)
    }

    #[must_use]
    pub fn wan_yuan() -> Self {
        Self::of("元", 4)
    }

    #[must_use]
    pub fn percent() -> Self {
        Self::of("%", -2)
    }

    #[must_use]
    pub fn points() -> Self {
        Self::of("分", 0)
    }

    #[must_use]
    pub fn none() -> Self {
        Self::of("", 0)
    }

    /// Reads a printed unit such as `万元`, `万人次`, `％` or `㎡`; surrounding space is ignored.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match text.as_str() {
            "" => return Self::none(),
            "%" | "％" | "﹪" | "百分比" => return Self::percent(),
            "‰" => return Self::of("%", -3),
            "平方米" | "m²" | "㎡" | "m2" | "平米" => return Self::of("㎡", 0),
            _ => {}
        }
        for (word, power) in SCALES {
            if let Some(noun) = text.strip_prefix(word)
                && !noun.is_empty()
            {
                return Self::of(noun, power);
            }
        }
        match text.as_str() {
            "万" => Self::of("", 4),
            "亿" => Self::of("", 8),
            other => Self::of(other, 0),
        }
    }

    #[must_use]
    pub fn quantity(&self) -> Quantity {
        match self.noun.as_str() {
            "元" => Quantity::Money,
            "%" => Quantity::Ratio,
            "分" => Quantity::Points,
            "" => Quantity::Plain,
            _ => Quantity::Count,
        }
    }

    /// The power of ten that carries an amount in this unit to the unit that panels use:
    /// 万元 for money, 1 for a ratio, the bare noun for everything else.
    #[must_use]
    pub fn panel_power(&self) -> i32 {
        if self.quantity() == Quantity::Money { self.power - 4 } else { self.power }
    }

    /// The unit in which panels and findings state a quantity of this kind.
    #[must_use]
    pub fn panel_unit(&self) -> Self {
        match self.quantity() {
            Quantity::Money => Self::wan_yuan(),
            Quantity::Ratio => Self::percent(),
            _ => Self::of(&self.noun, 0),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.noun == "%" {
            return f.write_str(if self.power == -3 { "‰" } else { "%" });
        }
        let scale = match self.power {
            0 => "",
            2 => "百",
            3 => "千",
            4 => "万",
            5 => "十万",
            6 => "百万",
            7 => "千万",
            _ => "亿",
        };
        write!(f, "{scale}{}", self.noun)
    }
}

/// Multiplies by a power of ten exactly; none where the result leaves the range of a decimal.
#[must_use]
pub fn shift(value: Decimal, power: i32) -> Option<Decimal> {
    let factor = |n: u32| Decimal::from(10u8).checked_powu_exact(n);
    if power >= 0 {
        value.checked_mul(factor(power.unsigned_abs())?)
    } else {
        let scale = value.scale() + power.unsigned_abs();
        if scale <= Decimal::MAX_SCALE {
            Decimal::try_from_i128_with_scale(value.mantissa(), scale).ok()
        } else {
            let normal = value.normalize();
            Decimal::try_from_i128_with_scale(normal.mantissa(), normal.scale() + power.unsigned_abs()).ok()
        }
    }
}

/// Integer powers of a decimal without a math feature.
trait PowExact: Sized {
    fn checked_powu_exact(self, n: u32) -> Option<Self>;
}

impl PowExact for Decimal {
    fn checked_powu_exact(self, n: u32) -> Option<Self> {
        (0..n).try_fold(Decimal::ONE, |sum, _| sum.checked_mul(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_units_keep_their_noun_and_scale() {
        for (text, noun, power) in [
            ("万元", "元", 4),
            ("元", "元", 0),
            ("亿元", "元", 8),
            ("千元", "元", 3),
            ("万人次", "人次", 4),
            ("％", "%", -2),
            ("人", "人", 0),
        ] {
            let unit = Unit::parse(text);
            assert_eq!((unit.noun.as_str(), unit.power), (noun, power), "{text}");
        }
        assert_eq!(Unit::parse(" 万元 ").to_string(), "万元");
        assert_eq!(Unit::parse("平方米").to_string(), "㎡");
    }

    #[test]
    fn shifting_is_exact_both_ways() {
        let value: Decimal = "854123.45".parse().unwrap();
        assert_eq!(shift(value, -4).unwrap().to_string(), "85.412345");
        assert_eq!(shift(value, 4).unwrap().normalize().to_string(), "8541234500");
        assert!(shift(Decimal::MAX, 4).is_none());
    }
}
