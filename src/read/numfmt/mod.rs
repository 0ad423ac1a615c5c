//! Number formats: what a stored number looks like, and what its format says of its precision.
//!
//! Takes a format code and exact decimals; gives the text as shown. Rounds half away from zero, as spreadsheets
//! do. Exponents and fractions are shown plainly instead: the digits matter here, not the typography.
//!
//! # Source
//! ECMA-376 part 1, 18.8.31 (`numFmts`).

mod parse;
mod render;

use rust_decimal::Decimal;

use parse::{Section, Token};

/// A number format's code and its sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    code: String,
    sections: Vec<Section>,
}

/// What kind of value a section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Number,
    /// A date, a time of day, or both.
    Date,
    /// Time that has passed, as `[h]:mm`.
    Elapsed,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self::parse("General")
    }
}

impl NumberFormat {
    /// Reads a format code; what is not understood is taken literally, so that no code is refused.
    pub fn parse(code: &str) -> Self {
        Self { code: code.to_owned(), sections: parse::sections(code) }
    }

    /// Gives the code as it was written.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Says whether this is the plain `General` format.
    pub fn is_general(&self) -> bool {
        self.code.trim().is_empty() || self.code.eq_ignore_ascii_case("General") || self.code == "G/通用格式"
    }

    /// Says whether a number of this value is shown as a number, a date or a span of time.
    pub fn shows(&self, value: Decimal) -> Shows {
        self.section(value).map_or(Shows::Number, |(section, _)| section.shows())
    }

    /// Shows a number as the format does, without the padding that only aligns columns.
    ///
    /// # Examples
    /// ```
    /// use gouji::read::numfmt::NumberFormat;
    /// let money = NumberFormat::parse("_ * #,##0.00_ ;_ * -#,##0.00_ ");
    /// assert_eq!(money.show("-1234.565".parse().unwrap()), "-1,234.57");
    /// ```
    pub fn show(&self, value: Decimal) -> String {
        match self.section(value) {
            Some((section, unsigned)) => render::render(section, value, unsigned),
            None => render::plain(value),
        }
    }

    /// Counts the decimals that the format fixes; none for `General`, text, dates and optional digits.
    ///
    /// # Units
    /// Decimals of the number as shown: of a percentage where [`Self::percent`] says so.
    pub fn fixed_decimals(&self, value: Decimal) -> Option<u32> {
        self.section(value).and_then(|(section, _)| section.fixed_decimals())
    }

    /// Says whether the number is shown as a percentage.
    pub fn percent(&self, value: Decimal) -> bool {
        self.section(value).is_some_and(|(section, _)| section.tokens.contains(&Token::Percent))
    }

    /// Finds the section for a value, and whether it shows the amount without a sign.
    fn section(&self, value: Decimal) -> Option<(&Section, bool)> {
        let numeric: Vec<&Section> = self.sections.iter().filter(|s| !s.tokens.contains(&Token::Text)).collect();
        if numeric.iter().take(2).any(|s| s.condition.is_some()) {
            return conditional(&numeric, value);
        }
        let negative = value.is_sign_negative() && !value.is_zero();
        let at = match numeric.len() {
            0 => return None,
            1 => return Some((numeric[0], false)),
            2 => usize::from(negative),
            _ if negative => 1,
            _ if value.is_zero() => 2,
            _ => 0,
        };
        numeric.get(at).map(|section| (*section, negative))
    }
}

/// The first section whose condition holds, else the last one.
fn conditional<'a>(sections: &[&'a Section], value: Decimal) -> Option<(&'a Section, bool)> {
    let held = |section: &&&Section| section.condition.is_some_and(|c| c.holds(value));
    let open = |section: &&&Section| section.condition.is_none();
    let section = sections.iter().find(held).or_else(|| sections.iter().rfind(open)).or(sections.last())?;
    Some((section, section.condition.is_some_and(parse::Condition::only_negative)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, value: &str, shown: &str) {
        assert_eq!(NumberFormat::parse(code).show(value.parse().unwrap()), shown, "{code} of {value}");
    }

    #[test]
    fn numbers_are_shown_as_spreadsheets_show_them() {
        for (code, value, shown) in [
            ("General", "275.47", "275.47"),
            ("General", "123456789012345", "123456789012345"),
            ("General", "0.00001", "0.00001"),
            ("0", "2.5", "3"),
            ("0", "-2.5", "-3"),
            ("0.00", "257.5", "257.50"),
            ("0.00", "0.005", "0.01"),
            ("0.00", "-0.125", "-0.13"),
            ("#,##0", "1234567", "1,234,567"),
            ("#,##0.00", "999.999", "1,000.00"),
            ("#,##0.00_);(#,##0.00)", "-1234.5", "(1,234.50)"),
            ("#,##0.00_);[Red](#,##0.00)", "1234.5", "1,234.50"),
            ("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "0", "-"),
            ("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "-3", "-3.00"),
            ("0%", "0.96", "96%"),
            ("0.00%", "0.9999", "99.99%"),
            ("0.00%", "1", "100.00%"),
            ("0.00\"万元\"", "8.57", "8.57万元"),
            ("\"≥\"0%", "0.9", "≥90%"),
            ("[$¥-804]#,##0.00", "12", "¥12.00"),
            ("[Red][<0]0.0;0.00", "-1", "1.0"),
            ("[>=10000]0.00,\"千\";0", "12345", "12.35千"),
            ("0.0#", "1.5", "1.5"),
            ("0.##", "5", "5."),
            ("#.00", "0.5", ".50"),
            ("000", "7", "007"),
            ("000-0000", "1234567", "123-4567"),
            ("#,##0,", "1234567", "1,235"),
            ("General\"人\"", "38", "38人"),
            ("@", "12.50", "12.5"),
            ("0.00E+00", "12345", "12345"),
            ("# ?/?", "0.5", "0.5"),
            ("0\\h", "3", "3h"),
            (";;;", "3", ""),
            ("\"无\"", "3", "无"),
        ] {
            check(code, value, shown);
        }
    }

    #[test]
    fn formats_fix_decimals_or_do_not() {
        for (code, decimals, percent) in [
            ("General", None, false),
            ("0", Some(0), false),
            ("0.00", Some(2), false),
            ("#,##0.00_);(#,##0.00)", Some(2), false),
            ("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", Some(2), false),
            ("0%", Some(0), true),
            ("0.00%", Some(2), true),
            ("\"%\"0.0", Some(1), false),
            ("0.0#", None, false),
            ("#.##", None, false),
            ("@", None, false),
            ("yyyy/m/d", None, false),
            ("0.00,", None, false),
            ("0.00E+00", None, false),
            ("# ?/?", None, false),
        ] {
            let format = NumberFormat::parse(code);
            assert_eq!(
                (format.fixed_decimals(Decimal::ONE), format.percent(Decimal::ONE)),
                (decimals, percent),
                "{code}"
            );
        }
    }

    #[test]
    fn dates_are_known_by_their_unquoted_letters() {
        for (code, shows) in [
            ("yyyy/m/d", Shows::Date),
            ("yyyy\"年\"m\"月\"d\"日\";@", Shows::Date),
            ("[$-804]yyyy\"年\"m\"月\";@", Shows::Date),
            ("[DBNum1][$-804]m\"月\"d\"日\"", Shows::Date),
            ("h:mm AM/PM", Shows::Date),
            ("上午/下午h\"时\"mm\"分\"", Shows::Date),
            ("[h]:mm:ss", Shows::Elapsed),
            ("0\"年\"", Shows::Number),
            ("[Red]0.00", Shows::Number),
            ("General", Shows::Number),
            ("0.00E+00", Shows::Number),
            ("\\d0", Shows::Number),
            ("#,##0*y", Shows::Number),
        ] {
            assert_eq!(NumberFormat::parse(code).shows(Decimal::ONE), shows, "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_code_breaks_the_showing(code in "[0#?.,;%@_*\"\\\\\\[\\]<>=a-zA-Z年E+ -]{0,24}", value in proptest::num::f64::ANY) {
            if let Some(stored) = crate::model::amount::from_stored(value) {
                let format = NumberFormat::parse(&code);
                let _ = (format.show(stored.value), format.fixed_decimals(stored.value), format.shows(stored.value));
            }
        }
    }
}
