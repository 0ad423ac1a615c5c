//! Rule coverage as a table and as JSON (`gouji.coverage/1`).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::{clip, lay_out};
use crate::forms::Forms;
use crate::model::Lang;
use crate::reconcile::coverage::{Covered, OTHER};

/// The table: one row a line and measure of a form.
#[must_use]
pub fn text(rows: &[Covered], forms: &Forms, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let mut form = None;
    let mut table: Vec<Vec<String>> = Vec::new();
    let head: [&str; 8] = if zh {
        ["行次", "栏次", "个数", "无公式", "1条", "2条", "3条以上", "公式"]
    } else {
        ["line", "measure", "figures", "no rule", "1", "2", "3 or more", "rules"]
    };
    let close = |out: &mut String, table: &mut Vec<Vec<String>>| {
        out.push_str(&lay_out(table, &[2, 3, 4, 5, 6], "  "));
        table.clear();
    };
    for row in rows {
        if form != Some(row.form) {
            close(&mut out, &mut table);
            let named = &forms.all[row.form];
            let _ = writeln!(out, "{} {}", named.annex, named.title.get(lang));
            table.push(head.map(str::to_owned).to_vec());
            form = Some(row.form);
        }
        let line = if row.line == OTHER {
            format!("（{}）", if zh { "其余各行" } else { "other rows" })
        } else {
            row.line.clone()
        };
        let codes: Vec<&str> = row.codes.iter().map(String::as_str).collect();
        let counts = std::iter::once(row.figures).chain(row.under).map(|count| count.to_string());
        let front = [clip(&line, 30), row.measure.clone()].into_iter();
        table.push(front.chain(counts).chain([clip(&codes.join(" "), 60)]).collect());
    }
    close(&mut out, &mut table);
    let (figures, idle) = totals(rows);
    let _ = match lang {
        Lang::Zh => writeln!(out, "共{figures}个数，{idle}个不在任何公式之下。"),
        Lang::En => writeln!(out, "{figures} figures, {idle} under no rule."),
    };
    out
}

fn totals(rows: &[Covered]) -> (usize, usize) {
    (rows.iter().map(|row| row.figures).sum(), rows.iter().map(|row| row.under[0]).sum())
}

#[must_use]
pub fn json(rows: &[Covered], forms: &Forms) -> Value {
    let (figures, idle) = totals(rows);
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "form": forms.all[row.form].kind, "annex": forms.all[row.form].annex, "block": row.block,
                "line": row.line, "measure": row.measure, "figures": row.figures,
                "under_no_rule": row.under[0], "under_one": row.under[1], "under_two": row.under[2],
                "under_three_or_more": row.under[3], "codes": row.codes,
            })
        })
        .collect();
    json!({ "schema": "gouji.coverage/1", "figures": figures, "figures_under_no_rule": idle, "rows": rows })
}
