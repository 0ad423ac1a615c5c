//! What the tests share: sheets from small grids, the way from sheets to a run, files and samples.

pub mod drawing;
pub mod grid;
pub mod package;
pub mod pipeline;
pub mod program;
pub mod tree;
pub mod typing;
pub mod walker;
pub mod workbook;
