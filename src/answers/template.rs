//! A file to fill in: every open finding that words can close, with its key and figures, and no reason yet.

use std::fmt::Write as _;

use serde_json::json;

use super::files::{COLUMNS, SCHEMA};
use crate::facts::export::write_csv;
use crate::model::explanation::{closes, spell_figures};
use crate::model::mask::unless_asked;
use crate::model::{Explained, Finding, Lang};
use crate::reconcile::Run;

/// Writes the file as `csv`, `toml` or `json`; nothing for any other extension. Personal data in
/// the sentences of findings is masked unless it is to be shown.
#[must_use]
pub fn write(run: &Run, lang: Lang, show_personal: bool, extension: &str) -> Option<Vec<u8>> {
    let open = run.findings.iter().filter(|one| !one.is_closed() && closes(one.class, one.verdict).is_ok());
    let rows: Vec<[String; 11]> = open.map(|finding| row(finding, lang, show_personal)).collect();
    match extension {
        "csv" => {
            let mut bytes = Vec::new();
            write_csv(&mut bytes, &COLUMNS, rows.iter()).ok()?;
            Some(bytes)
        }
        "toml" => Some(toml_of(&rows).into_bytes()),
        "json" => {
            let records: Vec<_> = rows.iter().map(record).collect();
            let all = json!({"schema": SCHEMA, "explanations": records});
            serde_json::to_vec_pretty(&all).ok()
        }
        _ => None,
    }
}

/// One finding in the order of [`COLUMNS`]; words that no longer hold are offered again.
fn row(one: &Finding, lang: Lang, show_personal: bool) -> [String; 11] {
    let cell = one.cells.first().map(|cell| format!("{}!{}", cell.sheet, cell.cell)).unwrap_or_default();
    let said = |of: fn(&Explained) -> &String| one.explained.as_deref().map(of).cloned().unwrap_or_default();
    [
        one.entity.clone(),
        one.code.clone(),
        cell,
        unless_asked(one.message.get(lang), show_personal),
        said(|one| &one.reason),
        said(|one| &one.who),
        said(|one| &one.when),
        said(|one| &one.expiry),
        said(|one| &one.carry),
        one.key.clone(),
        spell_figures(&one.figures()),
    ]
}

fn record(row: &[String; 11]) -> serde_json::Value {
    let mut record = serde_json::Map::new();
    for (name, text) in COLUMNS.iter().zip(row) {
        let value = if *name == "figures" { serde_json::from_str(text).unwrap_or_default() } else { json!(text) };
        record.insert((*name).to_owned(), value);
    }
    record.into()
}

/// Strings of JSON are strings of TOML, but for the escape of a slash, which nothing writes.
fn toml_of(rows: &[[String; 11]]) -> String {
    let mut out = String::from(
        "# 审核说明：在 reason 写理由，who 说明人，when 日期，expiry 有效期，carry 写 沿用 或 10% 可跨年。\n\
         # Explanations: reason, who, when, expiry (2025-06-30), carry (yes, or 10%). Leave key and figures as they are.\n",
    );
    for row in rows {
        out.push_str("\n[[explanation]]\n");
        for (name, text) in COLUMNS.iter().zip(row) {
            let value = if *name == "figures" { text.clone() } else { json!(text).to_string() };
            let _ = writeln!(out, "{name} = {value}");
        }
    }
    out
}
