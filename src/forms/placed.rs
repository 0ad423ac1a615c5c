//! Where the tables of a form are on a piece: their headers, how far each reaches, and in which order they are read.

use super::declare::{Form, Shape};
use super::grid::Grid;
use super::header::{Header, HeaderRows, find_header, further_headers};
use super::indicators::is_total;
use super::lines::match_line;
use super::reckoned::add_reckoned;
use super::recognise::Piece;

/// Finds the header of every tabular block, with the block's index.
pub(super) fn find_headers(grid: &Grid<'_>, piece: Piece, form: &Form, year: Option<i32>) -> Vec<(usize, Header)> {
    let rows = HeaderRows::new(grid, piece, form);
    let mut headers: Vec<(usize, Header)> = Vec::new();
    for (index, block) in form.blocks.iter().enumerate() {
        if block.measures.is_empty() {
            continue;
        }
        let Some(header) = find_header(&rows, index, block, year) else { continue };
        // Two blocks never share a header row: the one that matches more of it keeps it.
        if let Some(at) = headers.iter().position(|(_, old)| old.top <= header.bottom && header.top <= old.bottom) {
            if headers[at].1.columns.len() < header.columns.len() {
                headers[at] = (index, header);
            }
        } else {
            headers.push((index, header));
        }
    }
    for (index, block) in form.blocks.iter().enumerate() {
        let Some((_, first)) = headers.iter().find(|(found, _)| *found == index) else { continue };
        let taken = |top, bottom| taken(grid, form, &headers, (top, bottom));
        let more = further_headers(&rows, (index, block), first, year, &taken);
        headers.extend(more.into_iter().map(|header| (index, header)));
    }
    headers.sort_by_key(|(_, header)| header.top);
    for at in 0..headers.len() {
        let bottom = block_bottom(at, &headers, piece, form);
        let (index, header) = &mut headers[at];
        add_reckoned(grid, &form.blocks[*index], header, bottom);
    }
    headers
}

/// Whether some rows hold a header that was found, or rows of indicators under one.
fn taken(grid: &Grid<'_>, form: &Form, headers: &[(usize, Header)], (top, bottom): (u32, u32)) -> bool {
    headers.iter().any(|(index, header)| {
        let block = &form.blocks[*index];
        let indicators = block.shape == Shape::Indicators && header.bottom < top;
        let ended = || grid.rows_between(header.bottom + 1, top).any(|row| is_total(grid, block, row));
        (header.top <= bottom && top <= header.bottom) || (indicators && !ended())
    })
}

/// In which order the tables are read: of several tables of one block, the one that names most of its lines goes
/// before the others, and theirs are rows of their own names.
pub(super) fn reading_order(grid: &Grid<'_>, headers: &[(usize, Header)], piece: Piece, form: &Form) -> Vec<usize> {
    let lines = |at: usize| {
        let (index, header) = &headers[at];
        let rows = grid.rows_between(header.bottom + 1, block_bottom(at, headers, piece, form));
        let labels = rows.flat_map(|row| grid.filled(row)).filter(|span| span.first < header.left);
        let known = labels.filter(|span| match_line(&grid.label(span.anchor).core, &form.blocks[*index]).is_some());
        known.count()
    };
    let mut order: Vec<usize> = (0..headers.len()).collect();
    let alone = |at: &usize| headers.iter().filter(|(index, _)| *index == headers[*at].0).count() == 1;
    order.sort_by_key(|at| if alone(at) { 0 } else { usize::MAX - lines(*at) });
    order
}

/// The year that headers state, each less what its measure adds to the form's year.
pub(super) fn header_year(headers: &[(usize, Header)], form: &Form) -> Option<i32> {
    headers
        .iter()
        .flat_map(|(index, header)| header.columns.iter().map(move |column| (*index, column)))
        .filter_map(|(index, column)| {
            Some(column.year? - form.blocks[index].measures[column.measure].year.unwrap_or(0))
        })
        .max()
}

/// The last row that the table under one of the headers may use.
pub(super) fn block_bottom(at: usize, headers: &[(usize, Header)], piece: Piece, form: &Form) -> u32 {
    let next = headers.get(at + 1).map_or(piece.bottom, |(_, header)| header.top.saturating_sub(1));
    if form.blocks[headers[at].0].shape == Shape::Record { next.min(headers[at].1.bottom + 1) } else { next }
}
