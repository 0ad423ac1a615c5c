//! The findings of a run as a table, one row a finding, for whoever adds up counties: Parquet and CSV.

use std::io::Write;

use polars::prelude::*;
use rust_decimal::Decimal;

use crate::facts::export;
use crate::model::finding::Cause;
use crate::model::{Finding, Lang};
use crate::reconcile::Run;

/// The columns of the table, in order.
pub const COLUMNS: [&str; 29] = [
    "entity",
    "year",
    "code",
    "severity",
    "verdict",
    "title",
    "message",
    "file",
    "sheet",
    "cell",
    "label",
    "expected",
    "reported",
    "difference",
    "allowance",
    "unit",
    "suspects",
    "cells",
    "key",
    "likely",
    "proposed",
    "closed",
    "standing",
    "explanation",
    "explained_by",
    "explained_on",
    "expiry",
    "carry",
    "baseline",
];

/// Decimals of the columns of amounts; a finding states no figure with more.
pub const SCALE: u32 = 8;

/// Lays the findings of a run out; `masked` says how a text may be shown.
///
/// # Shape
/// The columns named in [`COLUMNS`]; a row is one finding, in the order of submissions, severities and codes.
/// `year` is Int32; `expected`, `reported`, `difference` and `allowance` are Decimal(38, 8); all others text. `year`,
/// the amounts and the place (`sheet`, `cell`, `label`) are null where a finding has none. `cells` lists every operand
/// as `file!sheet!A1`, `suspects` those that no tie vouches for, both with `; ` between them. `key` stays the same
/// while rule, form, line, measure, unit and year do. `likely` says what is probably wrong, `proposed` lists the figures
/// of all likely causes as `file!sheet!A1=266.73`, the likeliest first, several of one cell after each other. `closed` is
/// `true` or `false`; `standing` to `carry` say what was explained and are null where nothing was; `baseline` is null
/// where no earlier run was named.
///
/// # Units
/// Amounts are in `unit`, the unit in which the reported side was filed.
///
/// # Errors
/// Only where polars refuses the columns.
pub fn frame(run: &Run, lang: Lang, masked: &dyn Fn(&str) -> String) -> PolarsResult<DataFrame> {
    let rows: Vec<Vec<Option<String>>> = run.findings.iter().map(|one| row(one, lang, masked)).collect();
    let amounts = ["expected", "reported", "difference", "allowance"];
    let column = |(at, name): (usize, &&str)| {
        let texts = rows.iter().map(|row| row[at].as_deref());
        if *name == "year" {
            let years: Vec<Option<i32>> = texts.map(|text| text?.parse().ok()).collect();
            return Ok(Column::new((*name).into(), years));
        }
        if amounts.contains(name) {
            let fixed = Int128Chunked::from_iter_options((*name).into(), texts.map(|text| fixed(text?)));
            return Ok(fixed.into_decimal(38, SCALE as usize)?.into_column());
        }
        Ok(Column::new((*name).into(), texts.collect::<Vec<Option<&str>>>()))
    };
    DataFrame::new(rows.len(), COLUMNS.iter().enumerate().map(column).collect::<PolarsResult<_>>()?)
}

/// Writes the same rows as CSV, an absent value as an empty field.
///
/// # Errors
/// What the writer says.
pub fn write_csv(out: impl Write, run: &Run, lang: Lang, masked: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    let rows = run
        .findings
        .iter()
        .map(|one| -> Vec<String> { row(one, lang, masked).into_iter().map(Option::unwrap_or_default).collect() });
    export::write_csv(out, &COLUMNS, rows)
}

/// One finding, in the order of [`COLUMNS`].
fn row(one: &Finding, lang: Lang, masked: &dyn Fn(&str) -> String) -> Vec<Option<String>> {
    let first = one.cells.first();
    let places = |suspects: bool| -> String {
        let cells = one.cells.iter().filter(|cell| cell.suspect || !suspects);
        cells.map(|cell| format!("{}!{}!{}", cell.file, cell.sheet, cell.cell)).collect::<Vec<_>>().join("; ")
    };
    let mut row = vec![
        Some(one.entity.clone()),
        one.year.map(|year| year.to_string()),
        Some(one.code.clone()),
        Some(one.severity.name().to_owned()),
        Some(one.verdict.name().to_owned()),
        Some(one.title.get(lang).to_owned()),
        Some(masked(one.message.get(lang))),
        Some(one.file.to_string()),
        first.map(|cell| cell.sheet.to_string()),
        first.map(|cell| cell.cell.to_string()),
        first.map(|cell| cell.label.clone()),
        one.expected.clone(),
        one.reported.clone(),
        one.difference.clone(),
        one.allowance.clone(),
        Some(one.unit.clone()),
        Some(places(true)),
        Some(places(false)),
        Some(one.key.clone()),
        one.likely.as_ref().map(|likely| masked(likely.get(lang))),
        proposed(one),
        Some(one.is_closed().to_string()),
    ];
    row.extend(explained(one, lang, masked));
    row.push(one.since.as_ref().map(|since| since.name().to_owned()));
    row
}

/// What the cells of all likely causes should be.
fn proposed(one: &Finding) -> Option<String> {
    let figure = |cause: &Cause| Some(format!("{}!{}!{}={}", cause.file, cause.sheet, cause.cell, cause.proposed?));
    let mut all: Vec<String> = Vec::new();
    for one in one.causes.iter().filter_map(figure) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    (!all.is_empty()).then(|| all.join("; "))
}

/// What was said of a finding, in the order of its columns.
fn explained(one: &Finding, lang: Lang, masked: &dyn Fn(&str) -> String) -> [Option<String>; 6] {
    let Some(said) = &one.explained else { return Default::default() };
    let typed = |text: &str| (!text.is_empty()).then(|| masked(text));
    [
        Some(said.standing.name().to_owned()),
        Some(masked(said.sentence().get(lang))),
        typed(&said.who),
        typed(&said.when),
        typed(&said.expiry),
        typed(&said.carry),
    ]
}

/// A figure's text at the table's scale; none where it is no number or holds more digits.
fn fixed(text: &str) -> Option<i128> {
    let amount: Decimal = text.parse().ok()?;
    let missing = SCALE.checked_sub(amount.normalize().scale())?;
    amount.normalize().mantissa().checked_mul(10i128.checked_pow(missing)?)
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn figures_come_to_one_scale_exactly() {
        assert_eq!(fixed("283.87"), Some(28_387_000_000));
        assert_eq!(fixed("-0.00000001"), Some(-1));
        assert_eq!(fixed("0.000000001"), None);
        assert_eq!(fixed("无"), None);
    }
}
