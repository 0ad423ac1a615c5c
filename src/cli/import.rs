//! `gouji import`: every figure with its cell, and what was not read and why.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::args::ImportArgs;
use super::load::{self, Loaded};
use super::output::{Sources, write_file};
use super::{Exit, print};
use crate::facts::Submission;
use crate::facts::frame::{COLUMNS, frame, rows};
use crate::facts::store::{write_csv, write_parquet};
use crate::forms::Forms;
use crate::model::Lang;
use crate::model::mask::mask_text;
use crate::report::json;

pub fn run(args: &ImportArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let extension = args.out.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !["json", "csv", "parquet"].contains(&extension.as_str()) {
        bail!("-o 要以 .parquet、.csv 或 .json 结尾 · -o must end in .parquet, .csv or .json: {}", args.out.display());
    }
    let forms = load::forms(args.reading.forms.as_ref())?;
    let pack = load::pack(&args.reading.rules, &forms)?;
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, submissions, problems, undone } =
        load::load(&args.reading.paths, args.reading.shard, &args.reading, &overrides, &forms);
    // Figures of some files only would pass for all of them.
    if !undone.is_empty() {
        return Ok(load::stopped(&undone, lang));
    }
    let masked = |text: &str| if args.reading.show_personal { text.to_owned() } else { mask_text(text) };
    let bytes = match extension.as_str() {
        "json" => serde_json::to_vec_pretty(&json::facts(&submissions, &forms, lang, &masked))?,
        "csv" => csv(&submissions, &forms, &masked)?,
        _ => {
            let mut out = Vec::new();
            let mut table = frame(&submissions, &forms, &masked).context("laying the figures out")?;
            write_parquet(&mut out, &mut table).context("writing Parquet")?;
            out
        }
    };
    write_file(&args.out, &bytes, &Sources::of(&inputs))?;
    print(&summary(&submissions, lang))?;
    for problem in &problems {
        eprintln!("{}: {}", problem.file, problem.words.get(lang));
    }
    Ok(if problems.iter().any(|problem| problem.failed) { Exit::Failed } else { Exit::Clean })
}

fn csv(submissions: &[Submission], forms: &Forms, masked: &dyn Fn(&str) -> String) -> anyhow::Result<Vec<u8>> {
    let lines = submissions.iter().flat_map(|submission| rows(submission, forms)).map(|row| {
        let value = &row.figure.value;
        let year = row.submission.year.map(|year| year.to_string()).unwrap_or_default();
        vec![
            row.table.file.to_string(),
            row.table.sheet.to_string(),
            row.figure.cell.to_string(),
            row.form.kind.clone(),
            row.form.annex.clone(),
            row.submission.entity.clone(),
            year,
            row.table.project.clone().unwrap_or_default(),
            row.figure.block.to_string(),
            row.figure.line.to_string(),
            row.figure.measure.to_string(),
            masked(row.figure.text.trim()),
            value.state.name().to_owned(),
            value.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            value.unit.to_string(),
            value.decimals.to_string(),
        ]
    });
    let mut out = Vec::new();
    write_csv(&mut out, &COLUMNS, lines)?;
    Ok(out)
}

/// Says how much was read and lists what was not.
fn summary(submissions: &[Submission], lang: Lang) -> String {
    let figures: usize = submissions.iter().map(crate::facts::amounts).sum();
    let mut page = match lang {
        Lang::Zh => format!("{}份报送件，{figures}个数。\n", submissions.len()),
        Lang::En => format!("{} submissions, {figures} figures.\n", submissions.len()),
    };
    for note in submissions.iter().flat_map(|submission| &submission.sheets) {
        if let Some(why) = &note.why {
            let _ = writeln!(page, "{} · {}: {}", note.file, note.sheet, why.get(lang));
        }
        for unread in &note.unread {
            let text = crate::report::table::clip(&unread.text, 40);
            let why = unread.why.get(lang);
            let _ = writeln!(page, "{} · {}!{}: {text} — {why}", note.file, note.sheet, unread.cell);
        }
    }
    page
}
