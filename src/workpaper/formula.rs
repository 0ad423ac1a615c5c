//! A working → a formula that Excel computes from the operand cells beside it.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::unit::shift;
use crate::reconcile::working::Calc;

/// An operand's place in the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// `F7`.
    pub address: String,
    pub row: u32,
    /// As the cell beside the formula has it; nothing where that is empty.
    pub value: Option<Decimal>,
    /// The power of ten from its own unit to the panel's.
    pub power: i32,
}

impl Operand {
    /// A whole number in the panel's unit too, which a float adds without a rest.
    fn is_whole(&self) -> bool {
        self.power >= 0 && self.value.is_none_or(|value| value.normalize().scale() == 0)
    }
}

/// Digits to which a stated value may have been rounded.
const MOST_DIGITS: u32 = 12;

/// The formula of one side, stated in the unit that `power` leads to; none unless it gives just the stated value.
///
/// # Examples
/// A sum of F7 and F8 is `F7+F8`, or `ROUND(F7+F8,2)` where they have decimals; a rate of two amounts in the same unit, in per cent, is `F7*100/F8`.
#[must_use]
pub fn formula(side: &Calc, operands: &[Option<Operand>], power: i32, stated: Decimal) -> Option<String> {
    if side.operands().is_empty() {
        return None;
    }
    let value = |at: usize| {
        let operand = operands.get(at)?.as_ref()?;
        shift(operand.value.unwrap_or_default(), operand.power)
    };
    let exact = shift(side.value(&value)?, power)?.normalize();
    let text = print(side, operands, power, 0)?;
    if exact == stated {
        // A spreadsheet adds binary fractions: 0.1+0.2 is not 0.3 to it unless it is rounded to what it is.
        let whole = |at: &usize| operands.get(*at).and_then(Option::as_ref).is_some_and(Operand::is_whole);
        let kept = matches!(side, Calc::Operands(all) if all.len() == 1) && !text.contains(['*', '/']);
        let scale = stated.normalize().scale();
        let digits = |text| format!("ROUND({text},{scale})");
        return Some(if kept || side.is_linear() && side.operands().iter().all(whole) { text } else { digits(text) });
    }
    let rounds = |digits: &u32| exact.round_dp_with_strategy(*digits, RoundingStrategy::MidpointAwayFromZero) == stated;
    let digits = (stated.normalize().scale()..=MOST_DIGITS).find(rounds)?;
    Some(format!("ROUND({text},{digits})"))
}

/// How tightly an operator binds: sums 1, products 2, anything whole 3.
fn print(side: &Calc, operands: &[Option<Operand>], power: i32, around: u8) -> Option<String> {
    let part = |inner: &Calc, power: i32, around: u8| print(inner, operands, power, around);
    let (text, own) = match side {
        Calc::Number(number) => {
            (shift(*number, power)?.normalize().to_string(), if number.is_sign_negative() { 1 } else { 3 })
        }
        Calc::Operands(all) => sum(all, operands, power)?,
        Calc::Neg(a) => (format!("-{}", part(a, power, 2)?), 1),
        Calc::Add(a, b) => (format!("{}+{}", part(a, power, 1)?, part(b, power, 1)?), 1),
        Calc::Sub(a, b) => (format!("{}-{}", part(a, power, 1)?, part(b, power, 2)?), 1),
        Calc::Mul(a, b) => (format!("{}*{}", part(a, power, 2)?, part(b, 0, 2)?), 2),
        Calc::Div(a, b) => (format!("{}/{}", part(a, power, 2)?, part(b, 0, 3)?), 2),
        Calc::Min(a, b) => (format!("MIN({},{})", part(a, power, 0)?, part(b, power, 0)?), 3),
        Calc::Max(a, b) => (format!("MAX({},{})", part(a, power, 0)?, part(b, power, 0)?), 3),
        Calc::Abs(a) => (format!("ABS({})", part(a, power, 0)?), 3),
    };
    Some(if own < around { format!("({text})") } else { text })
}

/// A sum of operand cells; a run of four or more as a range.
fn sum(all: &[usize], operands: &[Option<Operand>], power: i32) -> Option<(String, u8)> {
    let cells: Vec<&Operand> = all.iter().map(|at| operands.get(*at)?.as_ref()).collect::<Option<_>>()?;
    let [first, .., last] = cells.as_slice() else {
        return match cells.as_slice() {
            [one] => Some(scaled(&one.address, one.power + power)),
            _ => Some(("0".to_owned(), 3)),
        };
    };
    let run = cells.windows(2).all(|two| two[1].row == two[0].row + 1 && two[0].power == two[1].power);
    if run && cells.len() > 3 {
        return Some(scaled(&format!("SUM({}:{})", first.address, last.address), first.power + power));
    }
    let terms: Vec<String> = cells.iter().map(|one| scaled(&one.address, one.power + power).0).collect();
    Some((terms.join("+"), 1))
}

fn scaled(text: &str, power: i32) -> (String, u8) {
    let ten = |power: u32| format!("1{}", "0".repeat(power as usize));
    match power {
        0 => (text.to_owned(), 3),
        1.. => (format!("{text}*{}", ten(power.unsigned_abs())), 2),
        _ => (format!("{text}/{}", ten(power.unsigned_abs())), 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn cells(values: &[(&str, i32)]) -> Vec<Option<Operand>> {
        let one = |(at, (value, power)): (usize, &(&str, i32))| {
            Some(Operand { address: format!("F{}", at + 1), row: at as u32, value: Some(d(value)), power: *power })
        };
        values.iter().enumerate().map(one).collect()
    }

    fn of(all: &[usize]) -> Calc {
        Calc::Operands(all.to_vec())
    }

    #[test]
    fn sums_keep_their_units() {
        let money = cells(&[("1.5", 0), ("20000", -4), ("3", 0)]);
        assert_eq!(formula(&of(&[0, 2]), &money, 0, d("4.5")).unwrap(), "ROUND(F1+F3,1)");
        assert_eq!(formula(&of(&[0, 1]), &money, 0, d("3.5")).unwrap(), "ROUND(F1+F2/10000,1)");
        assert_eq!(formula(&of(&[0, 1]), &money, 4, d("35000")).unwrap(), "ROUND(F1*10000+F2,0)");
        assert!(formula(&of(&[0, 1]), &money, 0, d("3.6")).is_none(), "a formula never says another value");
        let run = cells(&[("1", 0), ("2", 0), ("3", 0), ("4", 0)]);
        assert_eq!(formula(&of(&[0, 1, 2, 3]), &run, 0, d("10")).unwrap(), "SUM(F1:F4)");
    }

    #[test]
    fn rates_are_in_per_cent_and_rounded_as_stated() {
        let two = cells(&[("275.3", 0), ("275.5", 0)]);
        let rate = Calc::Div(Box::new(of(&[0])), Box::new(of(&[1])));
        assert_eq!(formula(&rate, &two, 2, d("99.9274")).unwrap(), "ROUND(F1*100/F2,4)");
    }

    #[test]
    fn brackets_stand_where_they_are_needed() {
        let three = cells(&[("10", 0), ("4", 0), ("3", 0)]);
        let take = Calc::Sub(Box::new(of(&[0])), Box::new(of(&[1, 2])));
        assert_eq!(formula(&take, &three, 0, d("3")).unwrap(), "F1-(F2+F3)");
        let times =
            Calc::Mul(Box::new(Calc::Min(Box::new(of(&[0])), Box::new(Calc::Number(d("5"))))), Box::new(of(&[1, 2])));
        assert_eq!(formula(&times, &three, 0, d("35")).unwrap(), "ROUND(MIN(F1,5)*(F2+F3),0)");
    }
}
