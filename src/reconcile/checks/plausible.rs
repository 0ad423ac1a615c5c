//! Whether amounts are plausible as a whole.

use rust_decimal::Decimal;

use super::{Context, Noted, subject};
use crate::forms::declare::Stage;
use crate::model::{Quantity, Verdict, Words};
use crate::reconcile::outcome::Use;

/// Budget and outturn that are the same in every line of a submission.
pub fn all_equal(context: &Context<'_>) -> Vec<Noted> {
    let least = usize::try_from(context.number("lines", 10)).unwrap_or(10);
    let mut uses: Vec<Use> = Vec::new();
    // The first line whose two amounts differ; it alone decides, and ties no other line.
    let mut apart: Option<Use> = None;
    for (table, one) in context.tables() {
        let stage = |figure: &crate::forms::reading::Figure| {
            let form = &context.forms.all[one.form];
            let block = form.block(&figure.block)?;
            block.measure(&figure.measure)?.stage
        };
        let figures = &one.reading.figures;
        for (number, spent) in figures.iter().enumerate().filter(|(_, f)| f.quantity == Quantity::Money) {
            let Some(amount) = spent.value.amount.filter(|amount| !amount.is_zero()) else { continue };
            if stage(spent) != Some(Stage::Outturn) {
                continue;
            }
            let own = |f: &&crate::forms::reading::Figure| {
                f.row == spent.row && f.block == spent.block && stage(f) == Some(Stage::Budget)
            };
            let Some(budget) = figures.iter().find(own).and_then(|figure| figure.value.amount) else { continue };
            if budget != amount && apart.is_none() {
                apart = Some(subject(table, number));
            }
            uses.push(subject(table, number));
        }
    }
    if uses.len() < least {
        return Vec::new();
    }
    if let Some(apart) = apart {
        return vec![Noted::holds(vec![apart])];
    }
    let count = uses.len();
    let zh = format!("全套{count}个金额的预算数与决算数（执行数）完全相同，请核实决算数是否照抄预算数");
    let en =
        format!("budget and outturn are the same in all {count} amounts; see whether one was copied from the other");
    vec![Noted::fails(uses, Words::new(zh, en))]
}

/// Budgets adjusted by more than the limit without a reason, with the band that the rate falls into.
pub fn adjusted(context: &Context<'_>) -> Vec<Noted> {
    let Some(most) = context.decimal("most") else { return Vec::new() };
    let bands: Vec<Decimal> = context.list("bands").iter().filter_map(crate::rules::parse::number_of).collect();
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let figures = &one.reading.figures;
        let of = |measure: &str| {
            let own = |f: &&crate::forms::reading::Figure| &*f.line == "年度资金总额" && &*f.measure == measure;
            let number = figures.iter().position(|figure| own(&figure))?;
            Some((number, figures[number].in_panel_unit()?))
        };
        let (Some((first, initial)), Some((second, budget))) = (of("年初预算数"), of("全年预算数")) else {
            continue;
        };
        if initial <= Decimal::ZERO {
            continue;
        }
        let place = context.place(table, Some("年度资金总额"), Some("全年预算数"));
        // A reason stands beside the rate, where the row has one.
        let beside = figures.iter().position(|figure| &*figure.line == "年度资金总额" && &*figure.measure == "执行率");
        let cells = [beside, Some(second), Some(first)];
        let uses: Vec<Use> = cells.into_iter().flatten().map(|number| subject(table, number)).collect();
        let moved = (budget - initial).abs();
        let beyond = |limit: Decimal| initial.checked_mul(limit).is_some_and(|limit| moved > limit);
        if !beyond(most) {
            noted.push(Noted { verdict: Verdict::NotApplicable, ..Noted::holds(uses) }.at(place));
            continue;
        }
        if context.is_explained(table, second) {
            noted.push(Noted::holds(uses).at(place));
            continue;
        }
        let percent = |part: Decimal| format!("{}%", (part * Decimal::ONE_HUNDRED).round_dp(1).normalize());
        let rate = moved.checked_div(initial).map(percent).unwrap_or_default();
        let band = bands.iter().filter(|band| beyond(**band)).max().map(|band| percent(*band)).unwrap_or_default();
        let zh = format!("预算调整率{rate}，属{band}以上一档，各附件中未见说明");
        let en = format!("the budget was adjusted by {rate}, in the band above {band}; no annex explains it");
        noted.push(Noted::fails(uses, Words::new(zh, en)).at(place));
    }
    noted
}
