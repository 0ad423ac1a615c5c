//! What stands where a figure belongs: an amount with its unit, or one of the blank-like states.

use rust_decimal::Decimal;

use super::normal::squash;
use crate::model::unit::shift;
use crate::model::{Quantity, Unit};
use crate::read::typed::parse_date;
use crate::read::{Cell, CellValue, Comparator, Typed, TypedNumber, parse_typed};

/// What a place for a figure holds; the blank-like states stay distinct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Amount,
    Blank,
    Dash,
    Slash,
    None,
    Filler,
    Text,
    Error,
}

impl State {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Blank => "blank",
            Self::Dash => "dash",
            Self::Slash => "slash",
            Self::None => "none",
            Self::Filler => "filler",
            Self::Text => "text",
            Self::Error => "error",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all =
            [Self::Blank, Self::Dash, Self::Slash, Self::None, Self::Filler, Self::Text, Self::Error, Self::Amount];
        all.into_iter().find(|state| state.name() == name)
    }

    /// Counts as nothing in a sum.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        matches!(self, Self::Blank | Self::Dash | Self::Slash | Self::None)
    }
}

/// Where a value's unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitFrom {
    /// Over the column, in a caption, or in the form.
    Place,
    /// In the cell itself: `8.57万元`.
    Cell,
    /// In a column of units beside it.
    Row,
}

/// A value as it stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub state: State,
    /// As reported, in `unit`; exactly what is stored.
    pub amount: Option<Decimal>,
    pub unit: Unit,
    /// Decimals reported: fixed by the number format, or printed.
    pub decimals: u32,
    /// Decimals stored.
    pub stored_decimals: u32,
    /// The number format fixes the decimals.
    pub fixed: bool,
    pub comparator: Option<Comparator>,
    /// The figure stands as text.
    pub typed: bool,
    pub unit_from: UnitFrom,
}

impl Value {
    #[must_use]
    pub fn of_state(state: State) -> Self {
        Self {
            state,
            amount: None,
            unit: Unit::none(),
            decimals: 0,
            stored_decimals: 0,
            fixed: false,
            comparator: None,
            typed: false,
            unit_from: UnitFrom::Place,
        }
    }
}

/// What the place of a figure says of it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub quantity: Quantity,
    /// The unit that stands over the column or beside the label.
    pub unit: &'a Unit,
    /// The header says that figures are percentages: `执行率（%）`.
    pub percent: bool,
}

/// Reads the cell at a place for a figure.
#[must_use]
pub fn read_value(cell: Option<&Cell>, place: Place<'_>) -> Value {
    let Some(cell) = cell else { return Value::of_state(State::Blank) };
    match &cell.value {
        CellValue::Number(number) => read_stored(*number, cell, place),
        CellValue::Text(text) => read_text(text, place),
        CellValue::Bool(_) | CellValue::Date(_) => Value::of_state(State::Text),
        CellValue::Error(_) | CellValue::Uncalculated => Value::of_state(State::Error),
    }
}

fn read_stored(number: Decimal, cell: &Cell, place: Place<'_>) -> Value {
    let ratio = cell.percent || (place.quantity == Quantity::Ratio && !place.percent && is_fraction(number));
    let amount = if ratio { shift(number, 2) } else { Some(number) };
    let Some(amount) = amount.map(|amount| amount.normalize()) else { return Value::of_state(State::Error) };
    let unit = if ratio || place.quantity == Quantity::Ratio { Unit::percent() } else { place.unit.clone() };
    let stored_decimals = amount.scale();
    Value {
        amount: Some(amount),
        unit,
        decimals: cell.fixed_decimals.unwrap_or(stored_decimals),
        stored_decimals,
        fixed: cell.fixed_decimals.is_some(),
        ..Value::of_state(State::Amount)
    }
}

/// A rate stored without a percent format: 0.999 and 1 are fractions, 99.9 is a percentage.
#[must_use]
pub fn is_fraction(number: Decimal) -> bool {
    number.abs() <= Decimal::new(15, 1)
}

fn read_text(text: &str, place: Place<'_>) -> Value {
    match parse_typed(text) {
        Typed::Blank => Value::of_state(State::Blank),
        Typed::Dash => Value::of_state(State::Dash),
        Typed::Slash => Value::of_state(State::Slash),
        Typed::None_ => Value::of_state(State::None),
        Typed::Filler => Value::of_state(State::Filler),
        Typed::Number(number) if place.quantity != Quantity::Text => read_number(&number, place),
        Typed::Number(_) | Typed::Numbers(_) | Typed::Date { .. } | Typed::Text => Value::of_state(State::Text),
    }
}

fn read_number(number: &TypedNumber, place: Place<'_>) -> Value {
    let unit_in_cell = !number.unit.noun.is_empty() || number.unit.power != 0;
    let bare_ratio = !unit_in_cell && place.quantity == Quantity::Ratio;
    let mut value = number.value;
    let mut decimals = number.decimals;
    let unit = if unit_in_cell {
        number.unit.clone()
    } else if place.quantity == Quantity::Ratio {
        Unit::percent()
    } else {
        place.unit.clone()
    };
    if bare_ratio && !place.percent && is_fraction(value) {
        if let Some(percent) = shift(value, 2) {
            value = percent;
        }
        decimals = decimals.saturating_sub(2);
    }
    Value {
        amount: Some(value),
        unit,
        decimals,
        stored_decimals: value.scale(),
        comparator: number.comparator,
        typed: true,
        unit_from: if unit_in_cell { UnitFrom::Cell } else { UnitFrom::Place },
        ..Value::of_state(State::Amount)
    }
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Reads a date typed as words; none where the text is no date.
#[must_use]
pub fn read_day(text: &str) -> Option<Day> {
    let text = arabic(&squash(text));
    // `2024-11-28T00:00:00` as a stored date gives it.
    let stored = || text.get(..10).and_then(parse_date);
    let (year, month, day) = parse_date(&text).or_else(stored)?;
    Some(Day { year, month, day })
}

/// Writes 二〇二五年四月十八日 as 2025年4月18日; other texts stay as they are.
fn arabic(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| DIGITS.chars().position(|other| other == c || (c == '○' || c == '零') && other == '〇');
    if !text.contains('年') || !text.chars().any(|c| digit(c).is_some()) {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut last_was_digit = false;
    while let Some(c) = chars.next() {
        if c == '十' {
            // 十八 is 18, 二十 is 20, 二十八 is 28.
            let more = chars.peek().copied().and_then(digit).is_some();
            out.push_str(match (last_was_digit, more) {
                (true, true) => "",
                (true, false) => "0",
                (false, true) => "1",
                (false, false) => "10",
            });
            last_was_digit = true;
        } else if let Some(value) = digit(c) {
            out.push_str(&value.to_string());
            last_was_digit = true;
        } else {
            out.push(c);
            last_was_digit = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_both_scripts() {
        for text in ["2025年4月18日", "二〇二五年四月十八日", "2025.4.18", "2025-04-18T00:00:00"] {
            assert_eq!(read_day(text), Some(Day { year: 2025, month: 4, day: 18 }), "{text}");
        }
        assert_eq!(read_day("二〇二五年十月二十日").map(|day| (day.month, day.day)), Some((10, 20)));
        assert_eq!(read_day("十二五规划"), None);
    }
}
