//! Facts as one file: Parquet for engines, CSV for people.

use std::borrow::Cow;
use std::io::Write;

use polars::prelude::*;
use polars_io::parquet::write::{KeyValueMetadata, ParquetWriter};

use super::origin::Origin;
use crate::model::inert;

/// The key under which a Parquet file tells its origin.
pub const ORIGIN_KEY: &str = "gouji";

/// Writes the frame as one Parquet file with its origin among the file's metadata; amounts stay decimals.
///
/// # Errors
/// What the writer or the encoder says.
pub fn write_parquet(out: impl Write, frame: &mut DataFrame, origin: &Origin) -> PolarsResult<()> {
    let told = KeyValueMetadata::from_static(vec![(ORIGIN_KEY.to_owned(), origin.json().to_string())]);
    ParquetWriter::new(out).with_key_value_metadata(Some(told)).finish(frame).map(|_| ())
}

/// Writes rows as CSV (RFC 4180) in UTF-8 with a byte-order mark, which is what makes a spreadsheet read it as UTF-8.
///
/// A text that a spreadsheet would run as a formula is made inert ([`inert::field`]).
///
/// # Errors
/// What the writer says.
pub fn write_csv<R>(mut out: impl Write, header: &[&str], rows: impl Iterator<Item = R>) -> std::io::Result<()>
where
    R: AsRef<[String]>,
{
    out.write_all("\u{feff}".as_bytes())?;
    writeln!(out, "{}", header.join(","))?;
    for row in rows {
        let fields: Vec<String> = row.as_ref().iter().map(|field| quote(field)).collect();
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

fn quote(field: &str) -> String {
    let text = inert::field(field);
    let changed = matches!(text, Cow::Owned(_));
    if changed || text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_inert_and_numbers_stay_numbers() {
        let mut out = Vec::new();
        let rows = [vec!["=1+1".to_owned(), "-3.2".to_owned(), "a,\"b\"".to_owned()]];
        write_csv(&mut out, &["x", "y", "z"], rows.iter()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\u{feff}x,y,z\n\"'=1+1\",-3.2,\"a,\"\"b\"\"\"\n");
    }

    #[test]
    fn every_way_into_a_formula_is_closed() {
        for risky in
            ["=A1", "+A1", "-A1", "@A1", "\t=A1", "\rA1", "\nA1", "＝A1", "＋A1", "－A1", "＠A1", " =A1", "　=A1"]
        {
            assert_eq!(quote(risky), format!("\"'{risky}\""));
        }
        assert_eq!(quote("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for plain in ["-3.2", "+5", "办公费", "a=b", "", "5-6"] {
            assert_eq!(quote(plain), plain);
        }
    }
}
