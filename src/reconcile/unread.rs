//! Sums over tables in which figures stayed unread: what such a sum lacks may stand there, so it accuses nobody.

use rust_decimal::Decimal;

use super::evaluate::Paired;
use super::outcome::{At, Outcome, figure_at};
use crate::forms::normal::squash;
use crate::forms::reading::{Figure, Reading, Unread};
use crate::model::{CellRef, Verdict};
use crate::rules::resolve::{Fold, Source};
use crate::rules::{Body, Pack, Rule};

/// Digits of a number that counts or measures; a longer one is a code.
const LONGEST: usize = 9;

/// Marks failed sums that a figure nobody read may explain: it stands in a column of the sum, at its rows or below them,
/// or is just what is missing.
pub fn doubt(outcomes: &mut [Outcome], pairs: &[Paired<'_>], pack: &Pack) {
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
            let cells: Vec<CellRef> = used.iter().filter(|(one, _)| one == table).map(|(_, figure)| figure.cell).collect();
            explains(&submission.tables[*table].reading, &cells, missing)
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
    reading.unread.iter().filter_map(|unread| Some((unread.cell, amount(unread)?))).any(|(at, amount)| {
        amount == missing || below(at)
    })
}

/// The number that an unread cell shows, and nothing else.
fn amount(unread: &Unread) -> Option<Decimal> {
    let text = squash(&unread.text).replace(',', "");
    let number = text.trim_end_matches(['%', '分']);
    (number.bytes().filter(u8::is_ascii_digit).count() <= LONGEST).then(|| number.parse().ok())?
}
