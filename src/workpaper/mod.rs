//! Workbooks that are ours from the first cell, made to be printed and signed.
//!
//! [`style`], [`names`] and [`page`] are the ground that every such workbook stands on.

pub mod names;
pub mod page;
pub mod style;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// A workbook without a clock: the same sheets give the same bytes.
///
/// # Errors
/// None is expected.
pub fn workbook(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    Ok(workbook)
}
