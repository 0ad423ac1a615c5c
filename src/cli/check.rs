//! `gouji check`: the main job.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::annotate::mark_bytes;
use super::args::{CheckArgs, Format};
use super::load::{self, Loaded};
use super::output::{places, write_file};
use super::papers;
use super::walk::Input;
use super::{Exit, print};
use crate::facts::{Overrides, Submission};
use crate::model::{Lang, Severity, Words};
use crate::reconcile::{Run, reconcile};
use crate::report::marks::marks_of;
use crate::report::text::Colour;
use crate::report::{Problem, Report, json, text};
use crate::rules::Pack;
use crate::rules::resolve::unknown;
use crate::years::Pairing;

pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let forms = load::forms_of(&args.reading)?;
    let pack = chosen(load::pack(&args.reading.rules, &forms)?, args)?;
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, submissions, mut problems } =
        load::load(&args.reading.paths, &args.reading, &overrides, &forms);
    let overrides = Overrides { year: None, ..overrides };
    let prior = load::load_prior(&args.prior, &args.reading, &overrides, &forms, &submissions);
    problems.extend(prior.problems);
    let run = reconcile(submissions, prior.submissions, &forms, &pack).context("reconciling")?;
    pairs(&run.pairing, &run.submissions, &run.priors, &mut problems);
    let mut all = inputs.clone();
    all.extend(prior.inputs);
    let mut written = Vec::new();
    if let Some(folder) = &args.out {
        written = write_annotated(folder, &inputs, &all, &run, args, lang, &mut problems)?;
    }
    let report = Report {
        run: &run,
        forms: &forms,
        pack: &pack,
        lang,
        show_personal: args.reading.show_personal,
        problems: &problems,
    };
    let papers = match &args.out {
        Some(folder) => papers::write(folder, &report, args, &inputs, &written, &all),
        None => Ok(Vec::new()),
    };
    match args.format {
        Format::Text => {
            let mut page = text::render(
                &report,
                Colour(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()),
            );
            for (_, path) in &written {
                let word = if lang == Lang::Zh { "已标注" } else { "annotated" };
                let _ = writeln!(page, "{word}: {}", super::walk::shown(path));
            }
            for path in papers.iter().flatten() {
                let word = if lang == Lang::Zh { "底稿" } else { "workpapers" };
                let _ = writeln!(page, "{word}: {}", super::walk::shown(path));
            }
            print(&page)?;
        }
        Format::Json => {
            let mut page = serde_json::to_string_pretty(&json::run(&report, args.ledger))?;
            page.push('\n');
            print(&page)?;
            for problem in problems.iter().filter(|problem| problem.failed) {
                eprintln!("{}: {}", problem.file, problem.words.get(lang));
            }
        }
    }
    // The report is printed even where the papers could not be written.
    papers?;
    Ok(exit(&run, &problems))
}

fn exit(run: &Run, problems: &[Problem]) -> Exit {
    if problems.iter().any(|problem| problem.failed) {
        Exit::Failed
    } else if run.findings.iter().any(|finding| finding.severity == Severity::Error) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Keeps the rules that were selected and not ignored.
fn chosen(mut pack: Pack, args: &CheckArgs) -> anyhow::Result<Pack> {
    let starts = |code: &str, start: &str| code.to_lowercase().starts_with(&start.to_lowercase());
    for named in args.select.iter().chain(&args.ignore) {
        if !pack.rules.iter().any(|rule| starts(&rule.code, named)) {
            bail!("{}", unknown("rule", named, pack.rules.iter().map(|rule| rule.code.as_str())));
        }
    }
    let listed = |list: &[String], code: &str| list.iter().any(|start| starts(code, start));
    pack.rules.retain(|rule| {
        (args.select.is_empty() || listed(&args.select, &rule.code)) && !listed(&args.ignore, &rule.code)
    });
    Ok(pack)
}

/// Says which years were paired by likeness, and which submissions were not paired or more than once.
pub fn pairs(pairing: &Pairing, submissions: &[Submission], priors: &[Submission], problems: &mut Vec<Problem>) {
    for notice in &pairing.notices {
        let now = notice.submission.map(|index| &submissions[index]);
        let one = now.or_else(|| notice.prior.map(|index| &priors[index]));
        let file = one.and_then(|one| one.files.first()).map(|file| file.file.to_string()).unwrap_or_default();
        problems.push(Problem { file, words: notice.words.clone(), failed: false });
    }
}

/// Where an annotated workbook went, and what is worth saying of it.
type Placed = (std::path::PathBuf, Vec<Words>);

fn write_annotated(
    folder: &Path,
    inputs: &[Input],
    all: &[Input],
    run: &Run,
    args: &CheckArgs,
    lang: Lang,
    problems: &mut Vec<Problem>,
) -> anyhow::Result<Vec<(String, std::path::PathBuf)>> {
    if folder.exists() && !folder.is_dir() {
        bail!(
            "-o 要给出文件夹，而 {0} 是文件；请换一个名字 · -o names a folder, and {0} is a file: choose another name",
            folder.display()
        );
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!(
            "不能创建输出文件夹 {0}，请换一个可写的位置 · cannot create the output folder {0}: choose a place that can be written",
            folder.display()
        ))?;
    let places = places(inputs, folder, |input| {
        let macros = input.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"));
        if macros { "xlsm" } else { "xlsx" }
    });
    let results: Vec<Option<anyhow::Result<Placed>>> = inputs
        .par_iter()
        .zip(&places)
        .map(|(input, place)| {
            let checked = run.submission_of(&input.name).is_some();
            checked.then(|| {
                let (bytes, notices) = annotated(input, run, args, lang)?;
                write_file(place, &bytes, all)?;
                Ok((place.clone(), notices))
            })
        })
        .collect();
    let mut written = Vec::new();
    for (input, result) in inputs.iter().zip(results) {
        match result {
            None => {}
            Some(Ok((place, notices))) => {
                written.push((input.name.clone(), place));
                problems.extend(notices.into_iter().map(|words| Problem {
                    file: input.name.clone(),
                    words,
                    failed: false,
                }));
            }
            Some(Err(error)) => {
                let words = Words::new(format!("未能标注：{error:#}"), format!("could not be annotated: {error:#}"));
                problems.push(Problem { file: input.name.clone(), words, failed: true });
            }
        }
    }
    Ok(written)
}

fn annotated(input: &Input, run: &Run, args: &CheckArgs, lang: Lang) -> anyhow::Result<(Vec<u8>, Vec<Words>)> {
    let bytes = std::fs::read(&input.path)?;
    let (marks, listing) = marks_of(run, &input.name, lang, args.reading.show_personal);
    mark_bytes(&input.name, bytes, &marks, Some(&listing), lang)
}
