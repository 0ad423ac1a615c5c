//! Where a box of so many pixels lies on a sheet: columns and rows have their own sizes.
//!
//! # Units
//! Pixels at 96 to the inch; a character of the default font is 7 wide (ECMA-376 part 1, 18.3.1.13).

use super::sheet::SheetMap;
use super::vml::Anchor;
use crate::model::cell::{MAX_COLS, MAX_ROWS};

/// Pixels of a column whose width is not stated.
const DEFAULT_COLUMN: u32 = 64;
/// Pixels of a row whose height is not stated.
const DEFAULT_ROW: u32 = 20;

impl SheetMap {
    fn column_pixels(&self, column: u32) -> u32 {
        let run = self.columns.iter().find(|run| (run.first..=run.last).contains(&column));
        if run.is_some_and(|run| run.hidden) {
            return 0;
        }
        let width = run.and_then(|run| run.width).or(self.default_width);
        width.map_or(DEFAULT_COLUMN, |width| (width.min(25_500) * 7 + 50) / 100)
    }

    fn row_pixels(&self, row: u32) -> u32 {
        let height = self.heights.get(&row).copied().or(self.default_height);
        height.map_or(DEFAULT_ROW, |height| height.min(40_950) * 4 / 300)
    }

    /// Lays a box beside a cell: right of `column` and level with `row`, within the sheet's edges.
    #[must_use]
    pub fn lay_box(&self, row: u32, column: u32, width: u32, height: u32) -> Anchor {
        let mut left = column.saturating_add(1);
        // Near the right edge the box lies to the left.
        if left >= MAX_COLS - 12 {
            left = column.saturating_sub(8).min(MAX_COLS - 12);
        }
        let top = row.saturating_sub(1).min(MAX_ROWS - 60);
        let (inset, drop) = (12, if row == 0 { 2 } else { 10 });
        let right = walk(left, MAX_COLS - 1, inset + width, |at| self.column_pixels(at));
        let bottom = walk(top, MAX_ROWS - 1, drop + height, |at| self.row_pixels(at));
        Anchor { left: (left, inset), top: (top, drop), right, bottom }
    }
}

/// Goes so many pixels on from the start of a column or row.
fn walk(from: u32, last: u32, pixels: u32, size: impl Fn(u32) -> u32) -> (u32, u32) {
    let (mut at, mut left) = (from, pixels);
    loop {
        let here = size(at);
        if left < here || at >= last {
            return (at, left.min(here));
        }
        left -= here;
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_spans_columns_of_default_size() {
        let map = SheetMap::default();
        let anchor = map.lay_box(4, 2, 150, 70);
        assert_eq!(anchor, Anchor { left: (3, 12), top: (3, 10), right: (5, 34), bottom: (7, 0) });
        let edge = map.lay_box(MAX_ROWS - 1, MAX_COLS - 1, 300, 400);
        assert!(edge.right.0 < MAX_COLS && edge.bottom.0 < MAX_ROWS);
    }
}
