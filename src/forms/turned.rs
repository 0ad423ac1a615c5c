//! Fund blocks that lie on their side: sources over the columns, measures down the rows.
//!
//! ```text
//! 资金来源 | 合计 | 中央 | 省级
//! 全年预算数 | 1650 | 1000 | 650
//! 全年执行数 | 1617 | 980 | 637
//! ```

use std::sync::Arc;

use super::declare::{Block, Shape};
use super::grid::{Grid, Span};
use super::header::Column;
use super::lines::match_line;
use super::reading::{Claim, Required};
use super::recognise::Piece;
use super::tables::TableReader;
use super::totals::hang;
use crate::model::{CellRef, Quantity};

/// Columns that must name declared lines, and rows that must name measures of money, before a block counts as found.
const NEED: (usize, usize) = (2, 2);

/// A column of the block, and the line it is of.
struct Source {
    first: u32,
    last: u32,
    line: Arc<str>,
    parent: Option<Arc<str>>,
}

/// A block of lines that lies on its side.
pub struct Turned {
    /// The row that names the sources.
    header: u32,
    sources: Vec<Source>,
    /// Rows with the cell that names their measure.
    rows: Vec<(u32, CellRef, usize)>,
}

impl Turned {
    /// Whether a row is one of the block's.
    #[must_use]
    pub fn has(&self, row: u32) -> bool {
        row == self.header || self.rows.iter().any(|(one, ..)| *one == row)
    }
}

/// Finds a block of lines that lies on its side; none where too few of its columns and rows are known.
pub fn find_turned(grid: &Grid<'_>, block: &Block, piece: Piece, owned: &dyn Fn(u32) -> bool) -> Option<Turned> {
    if block.shape != Shape::Lines || block.line.is_empty() || block.until.is_empty() {
        return None;
    }
    let rows: Vec<u32> = grid.rows_between(piece.top, piece.bottom).filter(|row| !owned(*row)).collect();
    rows.iter().enumerate().find_map(|(at, row)| {
        let sources = sources(grid, block, *row);
        let left = sources.first().map_or(0, |source| source.first);
        let known = |source: &&Source| block.line_named(&source.line).is_some();
        if sources.iter().filter(known).count() < NEED.0 {
            return None;
        }
        let below = rows[at + 1..].iter().map(|row| (*row, row_measure(grid, block, *row, left)));
        let found: Vec<(u32, CellRef, usize)> =
            below.map_while(|(row, found)| found.map(|(label, measure)| (row, label, measure))).collect();
        let money = |measure: usize| block.measures[measure].quantity == Quantity::Money;
        let enough = found.iter().filter(|(_, _, measure)| money(*measure)).count() >= NEED.1;
        enough.then_some(Turned { header: *row, sources, rows: found })
    })
}

/// The columns of a row of words from the first that names a line on.
fn sources(grid: &Grid<'_>, block: &Block, row: u32) -> Vec<Source> {
    let own = grid.filled(row).iter().filter(|span| span.anchor.row == row);
    let words: Vec<&Span> = own.filter(|span| !grid.is_figure(span.anchor)).collect();
    let first = words.iter().position(|span| match_line(&grid.label(span.anchor).core, block).is_some());
    let Some(first) = first else { return Vec::new() };
    let text = block.measures.iter().filter(|measure| measure.quantity == Quantity::Text);
    let remarks: Vec<&String> = text.flat_map(|measure| &measure.words).collect();
    let named = words[first..].iter().filter(|span| {
        let core = &grid.label(span.anchor).core;
        !core.is_empty() && core != "备注" && !remarks.contains(&core)
    });
    let mut known: Vec<&str> = Vec::new();
    named
        .map(|span| {
            let core = &grid.label(span.anchor).core;
            // A second column of one meaning keeps its own name.
            let line = match_line(core, block).filter(|line| !known.contains(&line.name.as_str()));
            known.extend(line.map(|line| line.name.as_str()));
            let parent = match line {
                Some(line) => line.parent.clone(),
                None => Some(block.line.clone()),
            };
            Source {
                first: span.first,
                last: span.last,
                line: line.map_or(core.as_str(), |line| line.name.as_str()).into(),
                parent: parent.map(Arc::from),
            }
        })
        .collect()
}

/// The measure that a row's words left of the sources name, with their cell.
fn row_measure(grid: &Grid<'_>, block: &Block, row: u32, left: u32) -> Option<(CellRef, usize)> {
    let own = grid.filled(row).iter().filter(|span| span.anchor.row == row && span.first < left);
    own.rev().find_map(|span| {
        let core = &grid.label(span.anchor).core;
        let measure = block.measures.iter().position(|one| one.words.contains(core))?;
        Some((span.anchor, measure))
    })
}

impl TableReader<'_, '_> {
    /// Reads a block that lies on its side.
    pub fn push_turned(&mut self, block: &Block, turned: &Turned) {
        let Turned { header, sources, rows } = turned;
        for span in self.grid.filled(*header) {
            self.claims.claim(span.anchor, Claim::Label);
        }
        let start = self.figures.len();
        for (row, label, measure) in rows {
            self.claims.claim(*label, Claim::Label);
            for source in sources {
                let words = self.grid.label(*label);
                let column = Column {
                    measure: *measure,
                    first: source.first,
                    last: source.last,
                    unit: words.unit.clone(),
                    percent: words.percent,
                    year: None,
                };
                if let Some(cell) = self.place(*row, &column) {
                    self.push_at(block, cell, &column, &source.line, source.parent.clone(), Required::No);
                }
            }
        }
        hang(&mut self.figures[start..], block);
    }
}
