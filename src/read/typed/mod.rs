//! Figures typed as text, as people type them: with units, comparators, full-width digits and words.
//!
//! [`parse_typed`] takes the text of one cell (or one sentence) and says what stands there: a blank-like state, one
//! number, several, a date, or words. It never guesses: a malformed number, a telephone number or a code makes the
//! whole text [`Typed::Text`], so that the caller lists it as unread.
//!
//! Not figures, and passed over: a year ("2024年"), a month ("9月前"), an ordinal ("第3季度"), numbering at the start of
//! a line ("1.", "（2）", "3、"), a date inside words, and digits joined to Latin letters ("A4", "GB2312").

mod literal;
mod numbers;
mod states;
mod text;
mod units;
mod words;

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use crate::model::Unit;

/// What the text of a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Nothing, or only white space.
    Blank,
    /// `-`, `—`, `——` and their kin.
    Dash,
    /// `/`.
    Slash,
    /// 无, 暂无.
    None_,
    /// What a template left behind: `……`, `×××`, `指标2：`, `（100字以内）`.
    Filler,
    Number(TypedNumber),
    /// Several in one cell, in the order of the text.
    Numbers(Vec<TypedNumber>),
    Date {
        year: i32,
        month: u32,
        day: u32,
    },
    Text,
}

/// One number as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedNumber {
    /// In the unit beside it: 8.57万元 is 8.57 with the unit 万元; 84% is 84 with the unit %.
    ///
    /// A number in brackets keeps its own sign: `(3.20)` is 3.20 with [`Self::parenthesised`], because in these
    /// forms brackets are as often an aside as a minus sign; the caller decides.
    pub value: Decimal,
    /// Digits printed after the point.
    pub decimals: u32,
    /// As printed behind the number (or `元` for ¥ before it); [`Unit::none`] where there is none.
    pub unit: Unit,
    pub comparator: Option<Comparator>,
    /// The whole text is this number in brackets.
    pub parenthesised: bool,
    /// 约, 近, 余, 左右.
    pub approximate: bool,
    /// Where sign and digits begin, in characters from the start of the text.
    pub start: usize,
    /// Characters from there to the end of the unit.
    pub len: usize,
}

/// How a number bounds what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// ≥, 不少于, 以上.
    AtLeast,
    /// ≤, 不超过, 以内.
    AtMost,
    /// >, 大于, 超过.
    More,
    /// <, 小于, 不足.
    Less,
    /// =, 等于.
    Equal,
    /// ±.
    PlusMinus,
}

/// Reads a text that is a date and nothing else, as [`parse_typed`] would: year, month, day.
pub fn parse_date(text: &str) -> Option<(i32, u32, u32)> {
    let chars = text::half_width(text);
    if states::blank_like(&chars).is_some() { None } else { states::whole_date(&chars) }
}

/// Says what a typed text is.
///
/// # Examples
/// ```
/// use gouji::read::typed::{Comparator, Typed, parse_typed};
/// let Typed::Number(figure) = parse_typed("≥９８.5％") else { panic!() };
/// assert_eq!((figure.value.to_string().as_str(), figure.decimals), ("98.5", 1));
/// assert_eq!((figure.unit.to_string().as_str(), figure.comparator), ("%", Some(Comparator::AtLeast)));
/// assert_eq!(parse_typed("——"), Typed::Dash);
/// ```
pub fn parse_typed(text: &str) -> Typed {
    if text::shows_otherwise(text) {
        return Typed::Text;
    }
    let chars = text::half_width(text);
    if let Some(state) = states::blank_like(&chars) {
        return state;
    }
    if let Some((year, month, day)) = states::whole_date(&chars) {
        return Typed::Date { year, month, day };
    }
    match numbers::find(&chars) {
        Some(mut found) if found.len() == 1 => found.pop().map_or(Typed::Text, Typed::Number),
        Some(found) if !found.is_empty() => Typed::Numbers(found),
        _ => Typed::Text,
    }
}
