//! The figures that people would rather look at: budget beside outturn, this year beside last.

use serde_json::{Value, json};

use crate::compare::{Row, YearOverYear};
use crate::forms::Forms;
use crate::forms::declare::Stage;
use crate::model::Quantity;

/// Lines of one chart.
const MOST: usize = 24;

/// Budget beside outturn, in 万元: every line of the department's own forms that has both.
pub(super) fn execution(unit: &YearOverYear, forms: &Forms) -> Vec<Value> {
    let whole = unit.execution.iter().filter(|one| one.project.is_none());
    let rows = whole.filter_map(|one| {
        let (budget, outturn) = (one.budget.or(one.initial)?, one.outturn?);
        Some(json!({
            "form": forms.all[one.form].annex,
            "line": &*one.line,
            "part": one.parent.is_some(),
            "budget": budget.normalize().to_string(),
            "outturn": outturn.normalize().to_string(),
            "rate": one.rate.map(|rate| rate.to_string()),
        }))
    });
    rows.take(MOST).collect()
}

/// Outturn of both years, in 万元.
pub(super) fn years(unit: &YearOverYear, forms: &Forms) -> Vec<Value> {
    let outturn =
        |row: &&Row| row.stage == Some(Stage::Outturn) && row.project.is_none() && row.quantity == Quantity::Money;
    let rows = unit.rows.iter().filter(outturn).filter_map(|row| {
        let (last, now) = (row.last.as_ref()?.amount?, row.now.as_ref()?.amount?);
        Some(json!({
            "form": forms.all[row.form].annex,
            "line": &*row.line,
            "part": row.parent.is_some(),
            "last": last.normalize().to_string(),
            "now": now.normalize().to_string(),
            "rate": row.rate.map(|rate| rate.to_string()),
            "crossed": row.crossed,
        }))
    });
    rows.take(MOST).collect()
}
