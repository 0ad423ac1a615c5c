//! Figures then and now: what moved.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::key::without_years;
use crate::model::explanation::{Given, Moved};
use crate::model::unit::shift;
use crate::model::{Quantity, Unit};

/// How alike two figures must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alike {
    Same,
    /// No further apart than so many percent of what it was.
    Within(Decimal),
}

/// Lists the figures that moved; they are told by their labels, those of one label by their order.
#[must_use]
pub fn moved(before: &[Given], now: &[Given], alike: Alike) -> Vec<Moved> {
    moved_by(before, now, alike, &str::to_owned)
}

/// The same over two years: a year in a label does not count.
#[must_use]
pub fn moved_over_years(before: &[Given], now: &[Given], alike: Alike) -> Vec<Moved> {
    moved_by(before, now, alike, &without_years)
}

fn moved_by(before: &[Given], now: &[Given], alike: Alike, name: &dyn Fn(&str) -> String) -> Vec<Moved> {
    let mut open: HashMap<String, Vec<&Given>> = HashMap::new();
    for one in before.iter().rev() {
        open.entry(name(&one.label)).or_default().push(one);
    }
    let mut all = Vec::new();
    for one in now {
        match open.get_mut(&name(&one.label)).and_then(Vec::pop) {
            Some(old) if is_alike(old, one, alike) => {}
            Some(old) => all.push(change(&one.label, Some(old), Some(one))),
            None => all.push(change(&one.label, None, Some(one))),
        }
    }
    let left: Vec<&Given> = open.into_values().flatten().collect();
    all.extend(
        before
            .iter()
            .filter(|one| left.iter().any(|left| std::ptr::eq(*left, *one)))
            .map(|one| change(&one.label, Some(one), None)),
    );
    all
}

fn change(label: &str, before: Option<&Given>, now: Option<&Given>) -> Moved {
    let shown = |one: &Given| if one.value.is_empty() { String::new() } else { format!("{}{}", one.value, one.unit) };
    Moved { label: label.to_owned(), before: before.map(shown), now: now.map(shown) }
}

fn is_alike(old: &Given, now: &Given, alike: Alike) -> bool {
    match (amount(old), amount(now)) {
        (Some((a, of)), Some((b, same))) if of == same => match alike {
            Alike::Same => a == b,
            Alike::Within(percent) => within(a, b, percent).unwrap_or(false),
        },
        _ => old.value == now.value && old.unit == now.unit,
    }
}

fn within(a: Decimal, b: Decimal, percent: Decimal) -> Option<bool> {
    let distance = b.checked_sub(a)?.abs().checked_mul(Decimal::ONE_HUNDRED)?;
    Some(distance <= a.abs().checked_mul(percent)?)
}

/// An amount without the scale of its unit: 1.2万元 and 12000元 are one.
fn amount(one: &Given) -> Option<(Decimal, (Quantity, String))> {
    let unit = Unit::parse(&one.unit);
    let power = if unit.quantity() == Quantity::Ratio { unit.power + 2 } else { unit.power };
    let value = shift(one.value.parse().ok()?, power)?;
    Some((value, (unit.quantity(), unit.noun)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &[(&str, &str, &str)]) -> Vec<Given> {
        list.iter().map(|(l, v, u)| Given::from(((*l).to_owned(), (*v).to_owned(), (*u).to_owned()))).collect()
    }

    #[test]
    fn a_figure_moves_by_its_amount_and_not_by_its_unit_or_place() {
        let before = of(&[("甲", "1.2", "万元"), ("乙", "5", "分"), ("乙", "6", "分")]);
        assert!(
            moved(&before, &of(&[("乙", "5.0", "分"), ("乙", "6", "分"), ("甲", "12000", "元")]), Alike::Same)
                .is_empty()
        );
        let all = moved(&before, &of(&[("甲", "1.3", "万元"), ("乙", "5", "分"), ("丙", "", "")]), Alike::Same);
        let said: Vec<String> = all.iter().map(|one| one.words().zh).collect();
        assert_eq!(said, ["甲 原1.2万元，现1.3万元", "丙 原无，现空", "乙 原6分，现无"]);
    }

    #[test]
    fn over_the_years_a_share_may_be_allowed() {
        let (before, now) = (of(&[("2023年支出", "100", "万元")]), of(&[("2024年支出", "110", "万元")]));
        assert_eq!(moved_over_years(&before, &now, Alike::Same).len(), 1);
        assert!(moved_over_years(&before, &now, Alike::Within(Decimal::TEN)).is_empty());
        assert_eq!(moved_over_years(&before, &now, Alike::Within(9.into())).len(), 1);
    }
}
