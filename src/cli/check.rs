//! `gouji check`: the main job.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::annotate::mark_bytes;
use super::args::{CheckArgs, Format};
use super::load::{self, Loaded};
use super::open;
use super::output::{Sources, places, write_file, write_origin};
use super::papers;
use super::progress::Progress;
use super::walk::Input;
use super::{Exit, interrupt, print, print_with, say};
use crate::facts::export::write_parquet;
use crate::facts::origin::Origin;
use crate::facts::{Overrides, Submission};
use crate::model::inert::one_line;
use crate::model::mask::mask_text;
use crate::model::{Lang, Severity, Verdict, Words};
use crate::read::fingerprint;
use crate::reconcile::{Keep, Run, reconcile_keeping};
use crate::report::marks::marks_of;
use crate::report::text::Colour;
use crate::report::{Problem, Report, findings, json, text};
use crate::rules::Pack;
use crate::rules::resolve::unknown;
use crate::years::Pairing;

pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let forms = load::forms_of(&args.reading)?;
    let office = papers::Office::read(args.papers.workpaper_config.as_deref())?;
    let pack = chosen(load::pack(&args.reading.rules, &forms)?, args)?;
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, submissions, mut problems, mut undone } =
        load::load(&args.reading.paths, args.reading.shard, &args.reading, &overrides, &forms);
    let overrides = Overrides { year: None, ..overrides };
    let prior = load::load_prior(&args.prior, &args.reading, &overrides, &forms, &submissions);
    undone.extend(prior.undone);
    // Submissions that were read in part would be found incomplete, so nothing is said of them.
    if !undone.is_empty() {
        return Ok(load::stopped(&undone, lang));
    }
    problems.extend(prior.problems);
    let keep = if args.ledger || papers::wanted(args, submissions.len()) { Keep::Ledger } else { Keep::Findings };
    let run = reconcile_keeping(submissions, prior.submissions, &forms, &pack, keep).context("reconciling")?;
    pairs(&run.pairing, &run.submissions, &run.priors, &mut problems);
    let sources = Sources::of(inputs.iter().chain(&prior.inputs));
    if let Some(file) = &args.findings {
        write_findings(
            file,
            &run,
            &Origin::of(&pack.sha256, run.submissions.iter().chain(&run.priors)),
            args,
            &sources,
        )?;
    }
    let mut written = Vec::new();
    if let Some(folder) = &args.out {
        written = write_annotated(folder, &inputs, &sources, &run, &pack, args, &mut problems, &mut undone)?;
        problems.extend(papers::left_out(args, run.submissions.len()));
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
        Some(folder) if papers::wanted(args, run.submissions.len()) && undone.is_empty() => {
            papers::write(folder, &report, args, &office, &inputs, &written, &sources)
        }
        _ => Ok(Vec::new()),
    };
    let summary =
        args.out.as_ref().map(|folder| papers::write_summary(folder, &report, &written, &sources)).transpose();
    match args.format {
        Format::Text => {
            let mut page = text::render(
                &report,
                Colour(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()),
            );
            let wrote = |zh: &str, en: &str, path: &Path| {
                format!("{}: {}\n", if lang == Lang::Zh { zh } else { en }, one_line(&super::walk::shown(path)))
            };
            page.extend(written.iter().map(|(_, path)| wrote("已标注", "annotated", path)));
            page.extend(papers.iter().flatten().map(|path| wrote("底稿", "workpapers", path)));
            page.extend(summary.iter().flatten().map(|path| wrote("汇总", "summary", path)));
            print(&page)?;
        }
        Format::Json => {
            print_with(|out| {
                serde_json::to_writer_pretty(&mut *out, &json::RunJson { report: &report, ledger: args.ledger })?;
                out.write_all(b"\n")
            })?;
            for problem in problems.iter().filter(|problem| problem.failed) {
                say(&format!("{}: {}", problem.file, problem.words.get(lang)));
            }
        }
    }
    // The report is printed even where the papers could not be written.
    papers?;
    summary?;
    Ok(if undone.is_empty() { exit(&run, &problems, args.strict, lang) } else { load::stopped(&undone, lang) })
}

/// Writes the findings as a table, by the extension of its name.
fn write_findings(file: &Path, run: &Run, origin: &Origin, args: &CheckArgs, sources: &Sources) -> anyhow::Result<()> {
    let lang: Lang = args.reading.lang.into();
    let masked = |text: &str| if args.reading.show_personal { text.to_owned() } else { mask_text(text) };
    let mut bytes = Vec::new();
    match file.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
        Some("csv") => {
            findings::write_csv(&mut bytes, run, lang, &masked)?;
            write_origin(file, origin, sources)?;
        }
        Some("parquet") => {
            let mut table = findings::frame(run, lang, &masked).context("laying the findings out")?;
            write_parquet(&mut bytes, &mut table, origin).context("writing Parquet")?;
        }
        _ => {
            bail!("--findings 要以 .parquet 或 .csv 结尾 · --findings must end in .parquet or .csv: {}", file.display())
        }
    }
    write_file(file, &bytes, sources)
}

fn exit(run: &Run, problems: &[Problem], strict: bool, lang: Lang) -> Exit {
    let open = run.findings.iter().filter(|finding| finding.verdict == Verdict::Unchecked).count();
    if strict && open > 0 {
        say(&match lang {
            Lang::Zh => format!("--strict：{open}处应核而未核，本次核对不算完成。"),
            Lang::En => {
                format!("--strict: {open} ties that the forms require were not checked; the run is not complete.")
            }
        });
        return Exit::Failed;
    }
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
    sources: &Sources,
    run: &Run,
    pack: &Pack,
    args: &CheckArgs,
    problems: &mut Vec<Problem>,
    undone: &mut Vec<String>,
) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let lang: Lang = args.reading.lang.into();
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
    let checked: Vec<(&Input, &PathBuf)> =
        inputs.iter().zip(&places).filter(|(input, _)| run.submission_of(&input.name).is_some()).collect();
    let progress = Progress::new(checked.len(), &Words::new("标注", "annotating"), lang);
    let results: Vec<Option<anyhow::Result<Placed>>> = checked
        .par_iter()
        .map(|(input, place)| {
            let write = || {
                let (bytes, notices) = annotated(input, run, pack, args, lang)?;
                write_file(place, &bytes, sources)?;
                Ok(((*place).clone(), notices))
            };
            let done = (!interrupt::asked()).then(write);
            progress.step();
            done
        })
        .collect();
    drop(progress);
    let mut written = Vec::new();
    for ((input, _), result) in checked.into_iter().zip(results) {
        match result {
            None => undone.push(input.name.clone()),
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

fn annotated(
    input: &Input,
    run: &Run,
    pack: &Pack,
    args: &CheckArgs,
    lang: Lang,
) -> anyhow::Result<(Vec<u8>, Vec<Words>)> {
    let bytes =
        open::bytes(&input.path, &args.reading.limits).map_err(|words| anyhow::anyhow!("{}", words.get(lang)))?;
    // Marks belong to the bytes that were read, and to no others.
    if run.sha256_of(&input.name).is_some_and(|read| read != fingerprint(&bytes)) {
        bail!("文件在核对期间被改动，请重新核对 · the file was changed while it was checked: check it again");
    }
    let (marks, listing) = marks_of(run, &input.name, &pack.sha256, lang, args.reading.show_personal);
    mark_bytes(&input.name, bytes, &marks, Some(&listing), lang, &args.reading.limits)
}
