//! Sums over tables that hold figures beside their operands, unread or left out: what such a sum lacks may stand there, so
//! it accuses nobody.

use rust_decimal::Decimal;

use super::evaluate::Paired;
use super::outcome::{At, Outcome, figure_at};
use crate::forms::Forms;
use crate::forms::declare::Form;
use crate::forms::normal::squash;
use crate::forms::reading::{Figure, Reading, Unread};
use crate::model::{CellRef, Verdict};
use crate::rules::resolve::{Fold, Source};
use crate::rules::{Body, Pack, Rule};

/// Digits of a number that counts or measures; a longer one is a code.
const LONGEST: usize = 9;

/// Marks failed sums that a figure nobody read may explain: it stands in a column of the sum, at its rows or below them,
/// or is just what is missing and stands in a row of which nothing was read. So may a row that the sum leaves out and that
/// holds just what is missing.
pub fn doubt(outcomes: &mut [Outcome], pairs: &[Paired<'_>], forms: &Forms, pack: &Pack) {
    for outcome in outcomes.iter_mut().filter(|one| one.verdict == Verdict::Unbalanced && one.words.is_none()) {
        let Some(judged) = outcome.figures.as_ref().filter(|_| sums(&pack.rules[outcome.rule])) else { continue };
        let submission = pairs[outcome.submission].0;
        let mut used: Vec<(usize, &Figure)> = Vec::new();
        for one in &outcome.uses {
            if let At::Figure { prior: false, table, figure } = one.at {
                used.extend(figure_at(submission, table, figure).map(|figure| (table, figure)));
            }
        }
        let missing = judged.difference.abs();
        outcome.likely |= used.iter().any(|(table, _)| {
            let cells: Vec<CellRef> =
                used.iter().filter(|(one, _)| one == table).map(|(_, figure)| figure.cell).collect();
            let reading = &submission.tables[*table].reading;
            explains(reading, &cells, missing) || left_out(reading, &forms.all[reading.form], &used, missing)
        });
    }
}

/// Whether a rule adds figures up, however many there are.
fn sums(rule: &Rule) -> bool {
    let sum = |source: &Source| matches!(source, Source::Figures { fold: Fold::Sum, .. });
    rule.places.iter().any(|place| match &place.body {
        Body::Formula(formula) => formula.slots.iter().any(|slot| sum(&slot.source)),
        Body::Check(_) => false,
    })
}

fn explains(reading: &Reading, cells: &[CellRef], missing: Decimal) -> bool {
    let top = cells.iter().map(|cell| cell.row).min().unwrap_or_default();
    let below = |at: CellRef| at.row >= top && cells.iter().any(|cell| cell.col == at.col);
    let lost = |at: CellRef| reading.figures.iter().all(|figure| figure.cell.row != at.row);
    let amounts = reading.unread.iter().filter_map(|unread| Some((unread.cell, amount(unread)?)));
    amounts.into_iter().any(|(at, amount)| below(at) || (amount == missing && lost(at)))
}

/// Whether a row of its own name holds just what is missing, in the same column.
fn left_out(reading: &Reading, form: &Form, used: &[(usize, &Figure)], missing: Decimal) -> bool {
    let alike = |one: &Figure, other: &Figure| one.block == other.block && one.measure == other.measure;
    let own_name = |one: &&Figure| {
        let block = form.block(&one.block).filter(|block| !block.lines.is_empty());
        block.is_some_and(|block| block.line_named(&one.line).is_none())
    };
    let others = reading.figures.iter().filter(own_name);
    let others = others.filter(|one| used.iter().all(|(_, figure)| figure.cell != one.cell));
    others
        .filter(|one| one.in_panel_unit() == Some(missing))
        .any(|one| used.iter().any(|(_, figure)| alike(one, figure)))
}

/// The number that an unread cell shows, and nothing else.
fn amount(unread: &Unread) -> Option<Decimal> {
    let text = squash(&unread.text).replace(',', "");
    let number = text.trim_end_matches(['%', '分']);
    (number.bytes().filter(u8::is_ascii_digit).count() <= LONGEST).then(|| number.parse().ok())?
}
