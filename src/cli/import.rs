//! `gouji import`: every figure with its cell, and what was not read and why.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::args::ImportArgs;
use super::load::{self, Loaded};
use super::output::{Sources, write_file, write_origin};
use super::personal;
use super::walk::shown;
use super::{Exit, print, say};
use crate::facts::Submission;
use crate::facts::columns::{Datum, FACTS, rows};
use crate::facts::dataset;
use crate::facts::export::{write_csv, write_parquet};
use crate::facts::frame::frame;
use crate::facts::origin::Origin;
use crate::forms::Forms;
use crate::model::Lang;
use crate::model::inert::one_line;
use crate::model::mask::unless_asked;
use crate::report::json;

pub fn run(args: &ImportArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let extension = args.out.as_deref().map(extension_of).transpose()?;
    let forms = load::forms_of(&args.reading)?;
    let pack = load::pack(&args.reading.rules, &forms)?;
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, mut submissions, problems, undone } =
        load::load(&args.reading.paths, args.reading.shard, &args.reading, &overrides, &forms);
    // Figures of some files only would pass for all of them.
    if !undone.is_empty() {
        return Ok(load::stopped(&undone, lang));
    }
    if !args.reading.show_personal {
        personal::hide_texts(&mut submissions);
    }
    let masked = |text: &str| unless_asked(text, args.reading.show_personal);
    if let (Some(out), Some(extension)) = (&args.out, extension) {
        let origin = Origin::of(&pack.sha256, &submissions);
        let bytes = match extension {
            Extension::Json => {
                serde_json::to_vec_pretty(&json::facts(&submissions, &forms, &pack.grammar, &origin, lang, &masked))?
            }
            Extension::Csv => csv(&submissions, &forms, &masked)?,
            Extension::Parquet => {
                let mut out = Vec::new();
                let mut table =
                    frame(&submissions, &forms, &FACTS.each_ref(), &masked).context("laying the figures out")?;
                write_parquet(&mut out, &mut table, &origin).context("writing Parquet")?;
                out
            }
        };
        let sources = Sources::of(&inputs);
        write_file(out, &bytes, &sources)?;
        if matches!(extension, Extension::Csv) {
            write_origin(out, &origin, &sources)?;
        }
    }
    if let Some(store) = &args.store {
        let stored = dataset::write(store, &submissions, &forms, &pack.aliases, &pack.sha256, &masked)
            .context("写不到数字库 · cannot write the store")?;
        eprintln!(
            "{}",
            match lang {
                Lang::Zh => format!("数字库 {}：新增{}份，替换{}份", shown(store), stored.added, stored.replaced),
                Lang::En => format!("store {}: {} added, {} replaced", shown(store), stored.added, stored.replaced),
            }
        );
    }
    print(&summary(&submissions, lang))?;
    for problem in &problems {
        say(&format!("{}: {}", problem.file, problem.words.get(lang)));
    }
    Ok(if problems.iter().any(|problem| problem.failed) { Exit::Failed } else { Exit::Clean })
}

#[derive(Clone, Copy)]
enum Extension {
    Json,
    Csv,
    Parquet,
}

fn extension_of(out: &Path) -> anyhow::Result<Extension> {
    let extension = out.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "json" => Ok(Extension::Json),
        "csv" => Ok(Extension::Csv),
        "parquet" => Ok(Extension::Parquet),
        _ => bail!("-o 要以 .parquet、.csv 或 .json 结尾 · -o must end in .parquet, .csv or .json: {}", out.display()),
    }
}

fn csv(submissions: &[Submission], forms: &Forms, masked: &dyn Fn(&str) -> String) -> anyhow::Result<Vec<u8>> {
    let lines = submissions.iter().flat_map(|submission| rows(submission, forms)).map(|row| {
        let text = |datum| match datum {
            Datum::Text(text) => text.unwrap_or_default(),
            Datum::Shown(text) => masked(&text),
            Datum::Year(year) => year.map(|year| year.to_string()).unwrap_or_default(),
            Datum::Number(number) => number.to_string(),
            Datum::Flag(flag) => flag.to_string(),
            Datum::Amount(amount) => amount.map(|amount| amount.to_string()).unwrap_or_default(),
        };
        FACTS.iter().map(|column| text((column.of)(&row))).collect::<Vec<String>>()
    });
    let mut out = Vec::new();
    write_csv(&mut out, &FACTS.each_ref().map(|column| column.name), lines)?;
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
            let _ = writeln!(page, "{} · {}: {}", one_line(&note.file), one_line(&note.sheet), one_line(why.get(lang)));
        }
        for unread in &note.unread {
            let text = crate::report::table::clip(&unread.text, 40);
            let why = unread.why.get(lang);
            let (file, sheet) = (one_line(&note.file), one_line(&note.sheet));
            let _ = writeln!(page, "{file} · {sheet}!{}: {text} — {why}", unread.cell);
        }
    }
    page
}
