//! Units, scale and precision of single figures.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Noted, subject};
use crate::forms::reading::Figure;
use crate::forms::value::{State, UnitFrom};
use crate::model::{Quantity, Unit, Words};
use crate::reconcile::holds::in_one_unit;

/// Target and result of one indicator row.
struct Pair<'c> {
    table: usize,
    target: usize,
    actual: usize,
    from: &'c Figure,
    to: &'c Figure,
}

fn pairs<'c>(context: &'c Context<'_>) -> Vec<Pair<'c>> {
    let mut pairs = Vec::new();
    for (table, one) in context.tables() {
        let figures = &one.reading.figures;
        for (target, from) in figures.iter().enumerate().filter(|(_, figure)| &*figure.measure == "年度指标值") {
            let actual = figures.iter().position(|figure| {
                figure.row == from.row && figure.block == from.block && &*figure.measure == "实际完成值"
            });
            if let Some(actual) = actual {
                pairs.push(Pair { table, target, actual, from, to: &figures[actual] });
            }
        }
    }
    pairs
}

/// Target and result bear one unit; a missing one is not held against a row.
pub fn unit_mismatch(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for pair in pairs(context) {
        let (a, b) = (&pair.from.value.unit, &pair.to.value.unit);
        let both = pair.from.value.amount.is_some() && pair.to.value.amount.is_some();
        if !both || a.noun.is_empty() || b.noun.is_empty() {
            continue;
        }
        let uses = vec![subject(pair.table, pair.actual), subject(pair.table, pair.target)];
        let place = context.place(pair.table, Some(&pair.from.line), Some("实际完成值"));
        noted.push(if kind(a) == kind(b) {
            Noted::holds(uses).at(place)
        } else {
            let zh = format!("“{}”指标值以“{a}”计，完成值以“{b}”计", pair.from.line);
            let en = format!("“{}”: the target is in {a}, the result in {b}", pair.from.line);
            Noted::fails(uses, Words::new(zh, en)).at(place)
        });
    }
    noted
}

/// What a unit counts. The nouns of things (份, 册, 个) are each office's own; money, rates, people and time are not.
#[derive(PartialEq, Eq)]
enum Kind {
    Money,
    /// A score out of a hundred may stand for a rate.
    Rate,
    People,
    Time,
    Things,
}

fn kind(unit: &Unit) -> Kind {
    match (unit.quantity(), unit.noun.as_str()) {
        (Quantity::Money, _) => Kind::Money,
        (Quantity::Ratio | Quantity::Points, _) => Kind::Rate,
        (_, "人" | "名" | "位" | "人次" | "人数") => Kind::People,
        (_, "年" | "月" | "个月" | "日" | "天" | "季度" | "小时" | "月底" | "月前" | "工作日") => {
            Kind::Time
        }
        _ => Kind::Things,
    }
}

/// In one unit, a result stands within reach of its target.
pub fn scale_outlier(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for pair in pairs(context) {
        let Some((target, actual)) = in_one_unit(pair.from, pair.to) else { continue };
        if target.is_zero() || actual.is_zero() {
            continue;
        }
        let uses = vec![subject(pair.table, pair.actual), subject(pair.table, pair.target)];
        let place = context.place(pair.table, Some(&pair.from.line), Some("实际完成值"));
        let beyond = |name: &str, above: bool| {
            context
                .decimal(name)
                .and_then(|limit| limit.checked_mul(target))
                .is_some_and(|limit| if above { actual >= limit } else { actual <= limit })
        };
        let high = beyond("high", true) && !beyond("below_high", true);
        let low = beyond("low", false) && !beyond("above_low", false);
        noted.push(if high || low {
            let (more, less) = if high { (actual, target) } else { (target, actual) };
            let times = more.checked_div(less).map(|times| times.round_dp(1).normalize()).unwrap_or_default();
            let (shown_target, shown_actual) = (pair.from.text.trim(), pair.to.text.trim());
            let zh = if high {
                format!("“{}”完成值{shown_actual}是指标值{shown_target}的{times}倍", pair.from.line)
            } else {
                format!("“{}”完成值{shown_actual}只有指标值{shown_target}的1/{times}", pair.from.line)
            };
            let en = if high {
                format!("“{}”: the result {shown_actual} is {times} times the target {shown_target}", pair.from.line)
            } else {
                format!("“{}”: the result {shown_actual} is 1/{times} of the target {shown_target}", pair.from.line)
            };
            Noted::fails(uses, Words::new(zh, en)).at(place)
        } else {
            Noted::holds(uses).at(place)
        });
    }
    noted
}

/// A cell that repeats the unit of its column; it is read once.
pub fn unit_twice(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        for (number, figure) in one.reading.figures.iter().enumerate() {
            let tabular = figure.quantity == Quantity::Money && figure.value.typed && !figure.measure.is_empty();
            let inside = &*figure.measure == crate::forms::pairs::AMOUNT;
            if !tabular || inside || figure.value.state != State::Amount {
                continue;
            }
            let place = context.place(table, Some(&figure.line), Some(&figure.measure));
            let uses = vec![subject(table, number)];
            noted.push(if figure.value.unit_from == UnitFrom::Cell {
                let zh = format!("“{}”栏已有计量单位，单元格内又写“{}”", figure.measure, figure.text.trim());
                let en =
                    format!("the column “{}” has a unit and the cell says “{}”", figure.measure, figure.text.trim());
                Noted::fails(uses, Words::new(zh, en)).at(place)
            } else {
                Noted::holds(uses).at(place)
            });
        }
    }
    noted
}

/// Figures beside labels that make one sum, with different decimals.
pub fn mixed_precision(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let mut sums: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
        for (number, figure) in one.reading.figures.iter().enumerate() {
            let printed = figure.value.typed && &*figure.measure == crate::forms::pairs::AMOUNT;
            // A nought says nothing of precision.
            let amount = figure.value.amount.filter(|amount| !amount.is_zero());
            if let (true, Some(parent), Some(_)) = (printed, &figure.parent, amount) {
                sums.entry(parent).or_default().push((number, figure.value.decimals));
            }
        }
        for (parent, parts) in sums {
            let decimals: BTreeSet<u32> = parts.iter().map(|(_, decimals)| *decimals).collect();
            let uses = parts.iter().map(|(number, _)| subject(table, *number)).collect();
            let place = context.place(table, Some(parent), None);
            noted.push(if decimals.len() > 1 {
                let zh = format!("“{parent}”各数的小数位数不一");
                let en = format!("the figures under “{parent}” have different decimals");
                Noted::fails(uses, Words::new(zh, en)).at(place)
            } else {
                Noted::holds(uses).at(place)
            });
        }
    }
    noted
}

/// Numbers that stand as text, one finding a table.
pub fn number_as_text(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let figures = one.reading.figures.iter().enumerate();
        let numeric = |figure: &Figure| matches!(figure.quantity, Quantity::Money | Quantity::Points | Quantity::Count);
        let tabular = |figure: &Figure| {
            &*figure.measure != crate::forms::pairs::AMOUNT && &*figure.block != crate::forms::indicators::GROUPS
        };
        let typed: Vec<usize> = figures
            .filter(|(_, f)| {
                numeric(f)
                    && tabular(f)
                    && f.value.typed
                    && f.value.unit_from != UnitFrom::Cell
                    && f.value.amount.is_some()
            })
            .filter(|(_, f)| {
                context.forms.all[one.form]
                    .blocks
                    .iter()
                    .any(|block| block.name == *f.block && !block.measures.is_empty() || &*f.block == "total")
            })
            .map(|(number, _)| number)
            .collect();
        let place = context.place(table, None, None);
        if typed.is_empty() {
            noted.push(Noted::holds(Vec::new()).at(place));
            continue;
        }
        let uses: Vec<_> = typed.iter().map(|number| subject(table, *number)).collect();
        let zh = format!("{}个数字以文本形式填写，已按数字读取", typed.len());
        let en = format!("{} numbers stand as text; they were read as numbers", typed.len());
        noted.push(Noted::fails(uses, Words::new(zh, en)).at(place));
    }
    noted
}
