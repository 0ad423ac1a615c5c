//! An Office Open XML package as parts: opened from bytes, edited by splices, written back.
//!
//! Takes the bytes of a workbook and gives bytes again. Nothing here knows of findings or marks: it reads names,
//! content types and relationships, finds byte offsets in one part at a time, and writes a package in which every
//! part without an edit is copied as it was compressed. A part is never parsed into a tree and written out again;
//! an edit names the bytes it takes out and the bytes it puts in, so it can be checked and undone.
//!
//! Refuses what is no package, is encrypted, names one part twice, or inflates beyond the limits.
//!
//! # Source
//! ECMA-376 part 2 (packages, content types, relationships) and part 1, 12 and 18 (`SpreadsheetML`).

pub mod comments;
pub mod content_types;
mod entry;
pub mod error;
pub mod geometry;
pub mod namespaces;
pub mod outline;
pub mod package;
pub mod part_names;
pub mod relationships;
pub mod scanner;
pub mod sheet;
pub mod sheet_content;
pub mod sheet_edits;
pub mod splice;
pub mod strings;
pub mod styles;
pub mod vml;
pub mod workbook;
mod zip_entries;

pub use crate::markup::xml;
pub use error::PackageError;
pub use package::{Package, Touched};
pub use splice::Edit;
