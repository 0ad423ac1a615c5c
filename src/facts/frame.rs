//! THE long frame: one row a figure, whatever form and file it came from.

use polars::prelude::*;

use super::Submission;
use crate::forms::Forms;

/// The columns of the long frame, in order.
pub const COLUMNS: [&str; 16] = [
    "file", "sheet", "cell", "form", "annex", "entity", "year", "project", "block", "line", "measure", "text", "state",
    "amount", "unit", "decimals",
];

/// Decimals of the `amount` column; a stored number has at most fifteen significant digits.
pub const AMOUNT_SCALE: u32 = 15;

/// Lays all figures out; `masked` says how a text may be shown.
///
/// # Shape
/// Sixteen columns, named in [`COLUMNS`]; a row is one figure, in the order of submissions, tables and cells.
/// `year` is Int32, `decimals` `UInt32`, `amount` Decimal(38, 15), all others text. `year`, `project` and `amount` may
/// be null; `amount` is null unless `state` is `amount`.
///
/// # Units
/// `amount` is as reported, in `unit`; nothing is converted.
///
/// # Errors
/// Only where polars refuses the columns.
pub fn frame(submissions: &[Submission], forms: &Forms, masked: &dyn Fn(&str) -> String) -> PolarsResult<DataFrame> {
    let rows: Vec<Row<'_>> = submissions.iter().flat_map(|submission| rows(submission, forms)).collect();
    let texts = |name: &str, of: &dyn Fn(&Row<'_>) -> String| {
        Column::new(name.into(), rows.iter().map(of).collect::<Vec<String>>())
    };
    let amounts: Vec<Option<i128>> = rows.iter().map(Row::amount).collect();
    let amount = Int128Chunked::from_iter_options("amount".into(), amounts.into_iter())
        .into_decimal(38, AMOUNT_SCALE as usize)?
        .into_column();
    DataFrame::new(
        rows.len(),
        vec![
            texts("file", &|row| row.table.file.to_string()),
            texts("sheet", &|row| row.table.sheet.to_string()),
            texts("cell", &|row| row.figure.cell.to_string()),
            texts("form", &|row| row.form.kind.clone()),
            texts("annex", &|row| row.form.annex.clone()),
            texts("entity", &|row| row.submission.entity.clone()),
            Column::new("year".into(), rows.iter().map(|row| row.submission.year).collect::<Vec<_>>()),
            Column::new("project".into(), rows.iter().map(|row| row.table.project.clone()).collect::<Vec<_>>()),
            texts("block", &|row| row.figure.block.to_string()),
            texts("line", &|row| row.figure.line.to_string()),
            texts("measure", &|row| row.figure.measure.to_string()),
            texts("text", &|row| masked(row.figure.text.trim())),
            texts("state", &|row| row.figure.value.state.name().to_owned()),
            amount,
            texts("unit", &|row| row.figure.value.unit.to_string()),
            Column::new("decimals".into(), rows.iter().map(|row| row.figure.value.decimals).collect::<Vec<_>>()),
        ],
    )
}

/// One figure with all that surrounds it.
pub struct Row<'a> {
    pub submission: &'a Submission,
    pub table: &'a super::Table,
    pub form: &'a crate::forms::declare::Form,
    pub figure: &'a crate::forms::reading::Figure,
}

impl Row<'_> {
    /// The amount at the frame's scale; none where it holds more digits than that.
    fn amount(&self) -> Option<i128> {
        let amount = self.figure.value.amount?.normalize();
        let missing = AMOUNT_SCALE.checked_sub(amount.scale())?;
        amount.mantissa().checked_mul(10i128.checked_pow(missing)?)
    }
}

/// The figures of one submission, in the order of its tables.
pub fn rows<'a>(submission: &'a Submission, forms: &'a Forms) -> impl Iterator<Item = Row<'a>> {
    submission.tables.iter().flat_map(move |table| {
        let form = &forms.all[table.form];
        table.reading.figures.iter().map(move |figure| Row { submission, table, form, figure })
    })
}
