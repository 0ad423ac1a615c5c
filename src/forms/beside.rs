//! Fund blocks that print no header: every figure stands beside the words of its measure, as in
//! `预算数：| 85 | 执行数：| 82.4` with `其中：财政拨款 | 85 | 其中：财政拨款 | 82.4` under them.

use std::sync::Arc;

use super::declare::{Block, Measure, Shape};
use super::grid::{Grid, Span};
use super::header::Column;
use super::lines::match_line;
use super::normal::holds_root;
use super::reading::{Claim, Required};
use super::recognise::Piece;
use super::tables::TableReader;
use crate::model::{CellRef, Quantity};

/// Labels that must name different measures of money before a block counts as found.
const NEED: usize = 2;

/// One figure beside its label.
struct Place {
    label: CellRef,
    value: CellRef,
    line: Arc<str>,
    parent: Option<Arc<str>>,
    column: Column,
}

impl TableReader<'_, '_> {
    /// Reads a block of lines that has no header of its own; nothing where too few of its labels are found.
    pub fn read_beside(&mut self, block: &Block, piece: Piece, owned: &dyn Fn(u32) -> bool) {
        if block.shape != Shape::Lines || block.line.is_empty() || block.until.is_empty() {
            return;
        }
        let mut places = find_places(self.grid, block, piece, owned);
        places.retain(|place| !self.claims.has(place.value));
        let mut money: Vec<usize> = places.iter().map(|place| place.column.measure).collect();
        money.retain(|measure| block.measures[*measure].quantity == Quantity::Money);
        money.sort_unstable();
        money.dedup();
        if money.len() < NEED {
            return;
        }
        for place in places {
            self.claims.claim(place.label, Claim::Label);
            self.push_at(block, place.value, &place.column, &place.line, place.parent, Required::No);
        }
    }
}

fn find_places(grid: &Grid<'_>, block: &Block, piece: Piece, owned: &dyn Fn(u32) -> bool) -> Vec<Place> {
    let mut places = Vec::new();
    let mut above: Vec<Column> = Vec::new();
    for row in grid.rows_between(piece.top, piece.bottom).filter(|row| !owned(*row)) {
        let own: Vec<&Span> = grid.filled(row).iter().filter(|span| span.anchor.row == row).collect();
        let measures: Vec<Column> = own.iter().filter_map(|span| measure_at(grid, block, span)).collect();
        let money = |column: &Column| block.measures[column.measure].quantity == Quantity::Money;
        let opens = measures.iter().any(money);
        if !opens && above.is_empty() {
            continue;
        }
        if !opens && own.iter().any(|span| block.until.contains(&grid.label(span.anchor).core)) {
            break;
        }
        for span in own {
            let Some(value) = value_beside(grid, span) else { continue };
            let of = |columns: &[Column]| columns.iter().find(|column| column.first == span.first).cloned();
            // A rate further down is of the same amounts.
            let rate = of(&measures).filter(|one| block.measures[one.measure].quantity == Quantity::Ratio);
            let own = opens || rate.is_some();
            let Some(column) = rate.or_else(|| of(if opens { &measures } else { &above })) else { continue };
            let name = if own { Some(block.line.as_str()) } else { line_beside(&grid.label(span.anchor).core, block) };
            let Some(name) = name else { continue };
            let (line, parent) = (name.into(), parent_of(block, name));
            places.push(Place { label: span.anchor, value, line, parent, column });
        }
        if opens {
            above = measures;
        }
    }
    places
}

/// The measure that a label names by its very words, else by a root.
fn measure_at(grid: &Grid<'_>, block: &Block, span: &Span) -> Option<Column> {
    if grid.is_number(span.anchor) {
        return None;
    }
    let label = grid.label(span.anchor);
    let counts = |quantity| matches!(quantity, Quantity::Money | Quantity::Ratio | Quantity::Points);
    let rooted = |one: &Measure| {
        one.roots.iter().any(|root| label.core.len() > root.len() && holds_root(&label.core, root, &block.around))
    };
    let told =
        |tells: &dyn Fn(&Measure) -> bool| block.measures.iter().position(|one| counts(one.quantity) && tells(one));
    let measure = told(&|one| one.words.contains(&label.core)).or_else(|| told(&rooted))?;
    value_beside(grid, span).map(|_| Column {
        measure,
        first: span.first,
        last: span.last,
        unit: label.unit.clone(),
        percent: label.percent,
        year: None,
    })
}

/// The cell to the right of a label, where it holds a figure or a sign for none.
fn value_beside(grid: &Grid<'_>, label: &Span) -> Option<CellRef> {
    let row = label.anchor.row;
    let col = grid.range(label.anchor).last.col + 1;
    let value = grid.anchor(CellRef::new(row, col));
    let text = grid.squashed(value);
    let figure = grid.is_number(value) || text.starts_with(|c: char| c.is_ascii_digit() || "-—/".contains(c));
    (value.row == row && value.col >= col && figure && text.chars().count() < 24).then_some(value)
}

/// The words and the figure of one column whose rows print both: `预算数：| 136.8`.
pub fn labelled_figure(grid: &Grid<'_>, row: u32, column: &Column) -> Option<(CellRef, CellRef)> {
    let mut inside = grid
        .filled(row)
        .iter()
        .filter(|span| span.anchor.row == row && (column.first..=column.last).contains(&span.first));
    let (label, value) = (inside.next()?, inside.next()?);
    let figure = |span: &Span| grid.is_number(span.anchor) || grid.is_figure(span.anchor);
    let words = !figure(label) && !grid.label(label.anchor).core.is_empty();
    (words && figure(value)).then_some((label.anchor, value.anchor))
}

/// What a word beside a figure says of its line: a declared line, or the block's own where it names a measure.
pub fn line_beside<'b>(core: &str, block: &'b Block) -> Option<&'b str> {
    let measure = block.measures.iter().any(|measure| measure.words.iter().any(|word| word == core));
    let own = || (measure && !block.line.is_empty()).then_some(block.line.as_str());
    own().or_else(|| match_line(core, block).map(|line| line.name.as_str()))
}

fn parent_of(block: &Block, line: &str) -> Option<Arc<str>> {
    block.line_named(line)?.parent.as_deref().map(Arc::from)
}

/// Reads a row whose columns each hold words and a figure; false where it is no such row.
pub fn push_labelled(figures: &mut TableReader<'_, '_>, block: &Block, row: u32, columns: &[Column]) -> bool {
    let grid = figures.grid;
    let labelled: Vec<(usize, CellRef, CellRef)> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| labelled_figure(grid, row, column).map(|(label, value)| (at, label, value)))
        .collect();
    let first = labelled.first().and_then(|(_, label, _)| line_beside(&grid.label(*label).core, block));
    let (Some(first), true) = (first, labelled.len() >= NEED) else { return false };
    for (at, column) in columns.iter().enumerate() {
        let own = labelled.iter().find(|(one, _, _)| *one == at);
        let line: Arc<str> =
            own.and_then(|(_, label, _)| line_beside(&grid.label(*label).core, block)).unwrap_or(first).into();
        let parent = parent_of(block, &line);
        if let Some((_, label, value)) = own {
            figures.claims.claim(*label, Claim::Label);
            figures.push_at(block, *value, column, &line, parent, Required::No);
        } else if let Some(value) = figures.place(row, column).filter(|at| !grid.blank(*at)) {
            figures.push_at(block, value, column, &line, parent, Required::No);
        }
    }
    true
}
