//! Columns of two sheets that are the same column: those that share most cells of paired rows, in order.

use std::collections::BTreeMap;

use super::sheets::Grid;
use crate::model::CellRef;

/// Columns that are compared each with each; a wider sheet keeps its own.
const MOST: usize = 120;

/// Pairs columns: old to new, both zero-based.
pub(super) fn align(old: &Grid<'_>, new: &Grid<'_>, rows: &BTreeMap<u32, u32>) -> BTreeMap<u32, u32> {
    let (before, now) = (old.columns(), new.columns());
    if before.len() > MOST || now.len() > MOST {
        return before.iter().map(|col| (*col, *col)).collect();
    }
    let shared = |a: u32, b: u32| {
        let same = rows.iter().filter(|(row, other)| {
            let text = old.text(CellRef::new(**row, a));
            !text.is_empty() && text == new.text(CellRef::new(**other, b))
        });
        // A pair is worth something by itself, a little more in its old place.
        same.count() * 4 + 1 + usize::from(a == b)
    };
    let (rows, width) = (before.len(), now.len());
    // best[i][j]: the worth of the best pairing of the columns from i and from j on.
    let mut best = vec![vec![0usize; width + 1]; rows + 1];
    let worth: Vec<Vec<usize>> = before.iter().map(|a| now.iter().map(|b| shared(*a, *b)).collect()).collect();
    for i in (0..rows).rev() {
        for j in (0..width).rev() {
            best[i][j] = best[i + 1][j].max(best[i][j + 1]).max(best[i + 1][j + 1] + worth[i][j]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = BTreeMap::new();
    while i < rows && j < width {
        if best[i][j] == best[i + 1][j + 1] + worth[i][j] {
            pairs.insert(before[i], now[j]);
            (i, j) = (i + 1, j + 1);
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
