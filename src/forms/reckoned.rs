//! Columns of a fund block whose words nobody knows, told by their figures: what divides by the budget to the printed rate
//! is the outturn, and what is the budget less the outturn is the balance.

use rust_decimal::Decimal;

use super::declare::{Block, Shape, Stage};
use super::grid::Grid;
use super::header::{Column, Header};
use crate::model::CellRef;

/// Of so many rows that can tell, as many must agree.
const AGREE: (usize, usize) = (2, 3);

/// The measure of what is left.
const BALANCE: &str = "结余数";

/// Adds the columns of a block of lines that its figures tell, down to a row.
pub fn add_reckoned(grid: &Grid<'_>, block: &Block, header: &mut Header, bottom: u32) {
    if block.shape != Shape::Lines || block.stage(Stage::Rate).is_none() {
        return;
    }
    let rows: Vec<u32> = grid.rows_between(header.bottom + 1, bottom).collect();
    for (first, last) in unnamed(grid, header, &rows) {
        let Some(measure) = told(grid, block, header, &rows, first) else { continue };
        header.columns.push(Column { measure, first, last, unit: None, percent: false, year: None });
        header.columns.sort_by_key(|column| column.first);
        header.left = header.left.min(first);
    }
}

/// Columns under words that name nothing, with a figure in some row.
fn unnamed(grid: &Grid<'_>, header: &Header, rows: &[u32]) -> Vec<(u32, u32)> {
    let owned = |col: u32| header.columns.iter().any(|column| (column.first..=column.last).contains(&col));
    let spans = grid.filled(header.bottom).iter().filter(|span| !owned(span.first) && !grid.is_number(span.anchor));
    let counted = |first: u32| rows.iter().any(|row| figure(grid, *row, first).is_some());
    spans.map(|span| (span.first, span.last)).filter(|(first, _)| counted(*first)).collect()
}

/// The figure of a cell that shows nothing else, as shown.
fn figure(grid: &Grid<'_>, row: u32, col: u32) -> Option<Decimal> {
    let at = grid.anchor(CellRef::new(row, col));
    let text = grid.squashed(at).replace(',', "");
    (at.row == row).then(|| text.trim_end_matches(['%', '元', '万']).parse().ok())?
}

/// The measure that a column's figures tell.
fn told(grid: &Grid<'_>, block: &Block, header: &Header, rows: &[u32], col: u32) -> Option<usize> {
    let position = |stage: Stage| block.measures.iter().position(|one| one.stage == Some(stage));
    let place = |measure: usize| header.columns.iter().find(|one| one.measure == measure).map(|one| one.first);
    let of = |stage: Stage| position(stage).and_then(place);
    let missing = |stage: Stage| position(stage).filter(|measure| place(*measure).is_none());
    let agree = |tell: &dyn Fn(u32, Decimal) -> Option<bool>| {
        let told: Vec<bool> = rows.iter().filter_map(|row| tell(*row, figure(grid, *row, col)?)).collect();
        let yes = told.iter().filter(|yes| **yes).count();
        yes > 0 && yes * AGREE.1 >= told.len() * AGREE.0
    };
    let rate = of(Stage::Rate);
    let divides = |row: u32, part: Decimal, whole: Decimal| {
        let at = grid.squashed(CellRef::new(row, rate?)).trim_end_matches('%');
        let stated: Decimal = at.parse().ok()?;
        // A whole hundred tells nothing: any two columns may be alike.
        let tells = !whole.is_zero() && !part.is_zero() && part != whole;
        let reckoned = tells.then(|| part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole))??;
        Some((reckoned - stated).abs() <= half(stated.scale()))
    };
    let budget = of(Stage::Budget).or_else(|| of(Stage::Initial));
    let value = |row: u32, col: Option<u32>| figure(grid, row, col?);
    if let Some(outturn) = missing(Stage::Outturn) {
        return agree(&|row, own| divides(row, own, value(row, budget)?)).then_some(outturn);
    }
    let outturn = of(Stage::Outturn);
    if let Some(budget) = missing(Stage::Budget)
        && agree(&|row, own| divides(row, value(row, outturn)?, own))
    {
        return Some(budget);
    }
    let less = |row: u32, own: Decimal, whole: Option<u32>, part: Option<u32>| {
        let difference = value(row, whole)?.checked_sub(value(row, part)?)?;
        (!difference.is_zero()).then_some(own == difference)
    };
    if let Some(adjustment) = missing(Stage::Adjustment)
        && agree(&|row, own| less(row, own, of(Stage::Budget), of(Stage::Initial)))
    {
        return Some(adjustment);
    }
    let balance = block.measures.iter().position(|one| one.name == BALANCE).filter(|one| place(*one).is_none())?;
    agree(&|row, own| less(row, own, budget, outturn)).then_some(balance)
}

/// Half a unit of the last of some decimals.
fn half(scale: u32) -> Decimal {
    Decimal::new(5, scale + 1)
}
