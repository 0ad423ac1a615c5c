//! Amounts of two years beside each other: exact figures, and differences and rates that Excel computes again.

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::page::{Page, Target, as_number};
use super::style::{Fill, Look, Number, Style};
use crate::model::CellRef;

/// How many decimals an amount shows; the cell always holds all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// Its own.
    Own,
    /// Its own, two at least.
    Money,
    /// Two, where one looks over many.
    Short,
}

/// How many decimals an amount shows.
#[must_use]
pub fn places(value: Decimal, digits: Digits) -> u32 {
    let own = value.normalize().scale();
    match digits {
        Digits::Own => own,
        Digits::Money => own.max(2),
        Digits::Short => 2,
    }
}

/// Writes an amount, or frames the empty cell.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn amount(page: &mut Page, col: u16, value: Option<Decimal>, digits: Digits, fill: Fill) -> Result<(), XlsxError> {
    match value {
        Some(value) => page.amount(col, value, Style::figure(places(value, digits)).on(fill)),
        None => page.blank(col, Look::Figure.on(fill)),
    }
}

/// Writes a percentage as people read it: 9.37 under a heading that says %.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn rate(page: &mut Page, col: u16, value: Option<Decimal>, fill: Fill) -> Result<(), XlsxError> {
    match value {
        Some(value) => page.amount(col, value, Style::figure(2).on(fill)),
        None => page.blank(col, Look::Figure.on(fill)),
    }
}

/// Writes a count.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn count(page: &mut Page, col: u16, value: usize, fill: Fill) -> Result<(), XlsxError> {
    page.amount(col, Decimal::from(value), Style::figure(0).on(fill))
}

/// Writes a count that leads somewhere; it stays a number.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn linked_count(page: &mut Page, col: u16, value: usize, target: &Target, fill: Fill) -> Result<(), XlsxError> {
    page.link(col, &value.to_string(), target, Look::Index.on(fill))?;
    let style = Style { look: Look::Index, number: Number::Fixed(0), fill };
    page.amount(col, Decimal::from(value), style)
}

/// The operands of a difference: their columns in this row, and what stands there.
#[derive(Debug, Clone, Copy)]
pub struct Two {
    /// What is taken off, or what a rate is of.
    pub from: (u16, Option<Decimal>),
    pub to: (u16, Option<Decimal>),
}

impl Two {
    fn addresses(&self, page: &Page) -> Option<(String, String)> {
        let fits = |value: Option<Decimal>| value.is_none_or(|value| as_number(value).is_some());
        let at = |col: u16| CellRef::new(page.row, u32::from(col)).to_string();
        // N() of a cell of words is nought, as a dash is.
        let name = |(col, value): (u16, Option<Decimal>)| {
            if value.is_some() { at(col) } else { format!("N({})", at(col)) }
        };
        (fits(self.from.1) && fits(self.to.1)).then(|| (name(self.from), name(self.to)))
    }

    /// Writes `to − from`; a formula wherever both are numbers.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn difference(
        &self,
        page: &mut Page,
        col: u16,
        value: Option<Decimal>,
        digits: Digits,
        fill: Fill,
    ) -> Result<(), XlsxError> {
        let Some(value) = value else { return page.blank(col, Look::Figure.on(fill)) };
        let own = |side: Option<Decimal>| side.map_or(0, |side| side.normalize().scale());
        let most = own(self.from.1).max(own(self.to.1)).max(value.normalize().scale());
        let exact = self.to.1.unwrap_or_default().checked_sub(self.from.1.unwrap_or_default()) == Some(value);
        match self.addresses(page).filter(|_| exact && as_number(value).is_some()) {
            Some((from, to)) => {
                let formula = format!("ROUND({to}-{from},{most})");
                let style = Style::figure(places(value, digits)).on(fill);
                page.formula(col, &formula, &value.normalize().to_string(), style)
            }
            None => amount(page, col, Some(value), digits, fill),
        }
    }

    /// Writes `(to − from) ÷ |from|` in percent to two decimals; a formula where Excel comes to the same.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn change_rate(&self, page: &mut Page, col: u16, value: Option<Decimal>, fill: Fill) -> Result<(), XlsxError> {
        let (from, to) = (self.from.1.unwrap_or_default(), self.to.1.unwrap_or_default());
        let change = to.checked_sub(from);
        self.percentage(page, col, value, (change, from), fill, |from, to| format!("({to}-{from})/ABS({from})"))
    }

    /// Writes `to ÷ from` in percent to two decimals; a formula where Excel comes to the same.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn share(&self, page: &mut Page, col: u16, value: Option<Decimal>, fill: Fill) -> Result<(), XlsxError> {
        let (from, to) = (self.from.1.unwrap_or_default(), self.to.1.unwrap_or_default());
        self.percentage(page, col, value, (Some(to), from), fill, |from, to| format!("{to}/{from}"))
    }

    fn percentage(
        &self,
        page: &mut Page,
        col: u16,
        value: Option<Decimal>,
        (part, whole): (Option<Decimal>, Decimal),
        fill: Fill,
        write: impl Fn(&str, &str) -> String,
    ) -> Result<(), XlsxError> {
        let Some(value) = value else { return page.blank(col, Look::Figure.on(fill)) };
        let exact = part.and_then(|part| part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole.abs()));
        // Half-way between two hundredths a binary fraction may fall on either side.
        let is_safe = exact.is_some_and(|exact| {
            let halves = (exact * Decimal::ONE_HUNDRED).fract().abs();
            crate::compare::percent(part.unwrap_or_default(), whole.abs()) == Some(value)
                && halves != Decimal::new(5, 1)
        });
        match self.addresses(page).filter(|_| is_safe) {
            Some((from, to)) => {
                let formula = format!("ROUND({}*100,2)", write(&from, &to));
                page.formula(col, &formula, &value.normalize().to_string(), Style::figure(2).on(fill))
            }
            None => rate(page, col, Some(value), fill),
        }
    }
}

/// How wide a column of figures must be, so that none shows as `###`.
#[must_use]
pub fn fitting(values: impl Iterator<Item = Decimal>, digits: Digits, least: f64) -> f64 {
    let width = |value: Decimal| {
        let whole = value.trunc().abs().to_string().len();
        let places = places(value, digits);
        whole + whole.saturating_sub(1) / 3 + usize::from(value.is_sign_negative()) + 1 + places as usize
    };
    #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
    let wanted = values.map(width).max().unwrap_or(0).min(24) as f64 * 0.92 + 1.2;
    wanted.max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_holds_its_longest_figure() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        assert!(fitting([d("1.5")].into_iter(), Digits::Short, 8.0) <= 8.0);
        assert!(fitting([d("-123456789.25")].into_iter(), Digits::Money, 8.0) > 14.0);
        assert_eq!(
            (places(d("5"), Digits::Money), places(d("3.98760"), Digits::Money), places(d("12.0"), Digits::Own)),
            (2, 4, 0)
        );
    }
}
