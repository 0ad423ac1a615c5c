//! THE long frame: one row a figure, whatever form and file it came from.

use polars::prelude::*;

use super::Submission;
use super::columns::{Column as Declared, Datum, Kind, Row, rows};
use crate::forms::Forms;

/// Decimals of the `amount` column; a stored number has at most fifteen significant digits.
pub const AMOUNT_SCALE: u32 = 15;

/// Lays all figures out; `masked` says how a text may be shown.
///
/// # Shape
/// A row is one figure, in the order of submissions, tables and cells; the columns are those given, with their types
/// ([`columns`](super::columns)): `year` Int32, numbers `UInt32`, flags Boolean, `amount` Decimal(38, 15), others text.
///
/// # Units
/// `amount` is as reported, in `unit`; nothing is converted.
///
/// # Errors
/// Only where polars refuses the columns.
pub fn frame(
    submissions: &[Submission],
    forms: &Forms,
    columns: &[&Declared],
    masked: &dyn Fn(&str) -> String,
) -> PolarsResult<DataFrame> {
    let rows: Vec<Row<'_>> = submissions.iter().flat_map(|submission| rows(submission, forms)).collect();
    let columns: Vec<Column> =
        columns.iter().map(|column| lay_out(column, &rows, masked)).collect::<PolarsResult<_>>()?;
    DataFrame::new(rows.len(), columns)
}

fn lay_out(column: &Declared, rows: &[Row<'_>], masked: &dyn Fn(&str) -> String) -> PolarsResult<Column> {
    let name: PlSmallStr = column.name.into();
    let data = rows.iter().map(|row| (column.of)(row));
    Ok(match column.kind {
        Kind::Text => {
            let texts = data.map(|datum| match datum {
                Datum::Text(text) => text,
                Datum::Shown(text) => Some(masked(&text)),
                _ => None,
            });
            Column::new(name, texts.collect::<Vec<Option<String>>>())
        }
        Kind::Year => {
            let years = data.map(|datum| if let Datum::Year(year) = datum { year } else { None });
            Column::new(name, years.collect::<Vec<_>>())
        }
        Kind::Number => {
            let numbers = data.map(|datum| if let Datum::Number(number) = datum { Some(number) } else { None });
            Column::new(name, numbers.collect::<Vec<_>>())
        }
        Kind::Flag => {
            let flags = data.map(|datum| if let Datum::Flag(flag) = datum { Some(flag) } else { None });
            Column::new(name, flags.collect::<Vec<_>>())
        }
        Kind::Amount => {
            let amounts =
                data.map(|datum| if let Datum::Amount(amount) = datum { amount.and_then(scaled) } else { None });
            Int128Chunked::from_iter_options(name, amounts).into_decimal(38, AMOUNT_SCALE as usize)?.into_column()
        }
    })
}

/// The amount at the frame's scale; none where it holds more digits than that.
fn scaled(amount: rust_decimal::Decimal) -> Option<i128> {
    let amount = amount.normalize();
    let missing = AMOUNT_SCALE.checked_sub(amount.scale())?;
    amount.mantissa().checked_mul(10i128.checked_pow(missing)?)
}

/// The amount that a value at the frame's scale stands for.
#[must_use]
pub fn unscaled(mut value: i128) -> Option<rust_decimal::Decimal> {
    let mut scale = AMOUNT_SCALE;
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    rust_decimal::Decimal::try_from_i128_with_scale(value, scale).ok()
}
