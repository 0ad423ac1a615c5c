//! `gouji check`: the main job.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::annotate::mark_bytes;
use super::answers::{Answers, FailOn};
use super::args::{CheckArgs, CheckFormat, Output};
use super::load::{self, Loaded};
use super::open;
use super::output::{Sources, places, write_file, write_origin};
use super::page;
use super::papers;
use super::personal;
use super::progress::Progress;
use super::strict::Untried;
use super::walk::Input;
use super::{Exit, interrupt, print, print_with, say, what_if};
use crate::facts::export::write_parquet;
use crate::facts::gather::normal_entity;
use crate::facts::{Overrides, Submission};
use crate::forms::Forms;
use crate::model::inert::one_line;
use crate::model::{Finding, Lang, Severity, Since, Words};
use crate::read::fingerprint;
use crate::reconcile::{Keep, Run, reconcile_within};
use crate::report::marks::marks_of;
use crate::report::text::Colour;
use crate::report::{Problem, Report, findings, json, sarif, text};
use crate::rules::Pack;
use crate::years::Pairing;

pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let office = papers::Office::read(args.papers.workpaper_config.as_deref())?;
    let mut checked = match tie(args)? {
        Tied::All(checked) => *checked,
        // Submissions that were read in part would be found incomplete, so nothing is said of them.
        Tied::Stopped(undone) => return Ok(load::stopped(&undone, lang)),
    };
    if !args.what_if.is_empty() {
        return what_if::run(&checked, args);
    }
    if let Some(file) = &args.answers.to_explain {
        super::answers::write_template(file, &checked.report(args), &checked.sources)?;
    }
    if let Some(file) = &args.findings {
        write_findings(file, &checked.report(args), &checked.sources)?;
    }
    let written = write_out(&mut checked, args, &office)?;
    if args.format == CheckFormat::Text {
        let colour = Colour(std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none());
        let mut page = text::render(&checked.report(args), colour);
        page.push_str(&written.listed(args));
        print(&page)?;
    } else {
        print_for_machines(&checked, args)?;
    }
    // The report is printed even where the papers could not be written.
    let undone = written.whole()?;
    Ok(if undone.is_empty() { exit(&checked, args) } else { load::stopped(&undone, lang) })
}

/// One run with everything that went into it.
pub struct Checked {
    pub forms: Forms,
    pub pack: Pack,
    pub run: Run,
    pub problems: Vec<Problem>,
    /// This year's files.
    pub inputs: Vec<Input>,
    /// Last year's.
    pub priors: Vec<Input>,
    sources: Sources,
}

/// What came of reading and tying.
pub enum Tied {
    All(Box<Checked>),
    /// An interrupt left these files unread.
    Stopped(Vec<String>),
}

impl Checked {
    /// What the emitters are told.
    pub fn report(&self, args: &CheckArgs) -> Report<'_> {
        Report {
            run: &self.run,
            forms: &self.forms,
            pack: &self.pack,
            lang: args.reading.lang.into(),
            show_personal: args.reading.show_personal,
            problems: &self.problems,
        }
    }
}

/// Reads everything that was named and ties it.
///
/// # Errors
/// Wrong arguments, forms or rules.
pub fn tie(args: &CheckArgs) -> anyhow::Result<Tied> {
    let forms = load::forms_of(&args.reading)?;
    let pack = args.choice.of(load::pack(&args.reading.rules, &forms)?)?;
    let overrides = args.reading.overrides(&pack);
    let mut said = Vec::new();
    let mut answers = Answers::read(&args.answers, &args.reading.limits, &mut said)?;
    answers.refuse_folder(args.out.as_deref())?;
    let Loaded { inputs, submissions, mut problems, mut undone } =
        load::load(&args.reading.paths, args.reading.shard, &args.reading, &overrides, &forms);
    let overrides = Overrides { year: None, ..overrides };
    problems.extend(said);
    let prior = load::load_prior(&args.prior, &args.reading, &overrides, &forms, &submissions);
    undone.extend(prior.undone);
    if !undone.is_empty() {
        return Ok(Tied::Stopped(undone));
    }
    problems.extend(prior.problems);
    // The page draws figures of both years, so it needs what the ledger keeps.
    let all = args.ledger
        || !args.what_if.is_empty()
        || args.format == CheckFormat::Html
        || papers::wanted(args, submissions.len());
    answers.note_days(&args.answers, &submissions);
    let keep = if all { Keep::Ledger } else { Keep::Findings };
    let limits = &args.reading.limits;
    let mut run = reconcile_within(submissions, prior.submissions, &forms, &pack, keep, limits.patience())
        .context("reconciling")?;
    if !args.reading.show_personal {
        personal::hide(&mut run);
    }
    problems.extend(load::late(&run, limits));
    answers.apply(&args.answers, &mut run, &pack, &forms);
    pairs(&run.pairing, &run.submissions, &run.priors, &mut problems);
    if args.prior.is_empty() {
        problems.extend(several_years(&run.submissions));
    }
    let mut sources = Sources::of(inputs.iter().chain(&prior.inputs));
    sources.add(&answers.sources);
    Ok(Tied::All(Box::new(Checked { forms, pack, run, problems, inputs, priors: prior.inputs, sources })))
}

/// Says that years of one unit were given side by side: nothing ties them to each other so.
fn several_years(submissions: &[Submission]) -> Vec<Problem> {
    let mut units: BTreeMap<String, (&str, BTreeSet<i32>)> = BTreeMap::new();
    for one in submissions {
        let unit = units.entry(normal_entity(&one.entity)).or_insert_with(|| (&one.entity, BTreeSet::new()));
        unit.1.extend(one.year);
    }
    let several = units.into_values().filter(|(_, years)| years.len() > 1);
    let said = |(unit, years): (&str, BTreeSet<i32>)| {
        let years: Vec<String> = years.iter().map(i32::to_string).collect();
        let words = Words::new(
            format!(
                "{unit}有{}几个年度，各自核对，没有相互勾稽；上年的请用 --prior 给出（网页放入“上年报送件”）。",
                years.join("、")
            ),
            format!(
                "{unit} has filings of {}: each is checked by itself and none is tied to the other. Give last year’s with --prior (on the page: last year’s filings).",
                years.join(", ")
            ),
        );
        Problem { file: unit.to_owned(), words, failed: false }
    };
    several.map(said).collect()
}

/// What went into the output folder.
#[derive(Default)]
pub struct Written {
    /// The name of each workbook, and where its marked copy went.
    pub annotated: Vec<(String, PathBuf)>,
    pub papers: Vec<PathBuf>,
    pub summary: Option<PathBuf>,
    pub page: Option<PathBuf>,
    faults: Vec<anyhow::Error>,
    undone: Vec<String>,
}

impl Written {
    /// Every file that was written, a line each.
    fn listed(&self, args: &CheckArgs) -> String {
        let lang: Lang = args.reading.lang.into();
        let wrote = |zh: &str, en: &str, path: &Path| {
            format!("{}: {}\n", if lang == Lang::Zh { zh } else { en }, one_line(&super::walk::shown(path)))
        };
        let mut lines: String = self.annotated.iter().map(|(_, path)| wrote("已标注", "annotated", path)).collect();
        lines.extend(self.papers.iter().map(|path| wrote("底稿", "workpapers", path)));
        lines.extend(self.summary.iter().map(|path| wrote("汇总", "summary", path)));
        lines.extend(self.page.iter().map(|path| wrote("网页", "page", path)));
        lines.extend(args.findings.iter().map(|path| wrote("问题清单", "findings", path)));
        lines.extend(args.answers.to_explain.iter().map(|path| wrote("待填说明", "to be explained", path)));
        lines
    }

    /// Gives the files that an interrupt left undone.
    ///
    /// # Errors
    /// The first of the papers that could not be written.
    pub fn whole(self) -> anyhow::Result<Vec<String>> {
        self.faults.into_iter().next().map_or(Ok(self.undone), Err)
    }

    fn keep<T>(&mut self, made: anyhow::Result<T>) -> Option<T> {
        made.map_err(|fault| self.faults.push(fault)).ok()
    }
}

/// Writes marked workbooks, workpapers, summary and page into the output folder; nothing where none is named.
///
/// # Errors
/// The folder cannot be made. What else fails is kept, and told by [`Written::whole`].
pub fn write_out(checked: &mut Checked, args: &CheckArgs, office: &papers::Office) -> anyhow::Result<Written> {
    let mut written = Written::default();
    let Some(folder) = &args.out else { return Ok(written) };
    make_folder(folder)?;
    if args.writes(Output::Marked) {
        written.annotated = write_annotated(folder, checked, args, &mut written.undone);
    }
    let submissions = checked.run.submissions.len();
    for left_out in [papers::left_out(args, submissions), page::too_many(args, submissions)].into_iter().flatten() {
        // The report lists it; other formats have no place for it.
        if args.format != CheckFormat::Text {
            say_problem(&left_out, args.reading.lang.into());
        }
        checked.problems.push(left_out);
    }
    let report = checked.report(args);
    if papers::wanted(args, submissions) && written.undone.is_empty() {
        let made = papers::write(folder, &report, args, office, &checked.inputs, &written.annotated, &checked.sources);
        written.papers = written.keep(made).unwrap_or_default();
    }
    if args.writes(Output::Summary) {
        let made = papers::write_summary(folder, &report, &written.annotated, &checked.sources);
        written.summary = written.keep(made);
    }
    if args.writes(Output::Page) && submissions <= page::MOST_ON_ONE {
        let made = page::write(folder, checked, args, &checked.sources);
        if let Some((place, undrawn)) = written.keep(made) {
            written.page = Some(place);
            checked.problems.extend(undrawn);
        }
    }
    Ok(written)
}

/// Prints the run in a format of machines; what could not be checked is said beside it.
fn print_for_machines(checked: &Checked, args: &CheckArgs) -> anyhow::Result<()> {
    let report = &checked.report(args);
    let mut said: Vec<Problem> = Vec::new();
    print_with(|out| {
        let masked = |text: &str| report.masked(text);
        match args.format {
            CheckFormat::Csv => return findings::write_csv(out, report.run, report.lang, &masked),
            CheckFormat::Html => {
                said = page::print(out, checked, args)?;
                return Ok(());
            }
            CheckFormat::Sarif => serde_json::to_writer_pretty(&mut *out, &sarif::Log(report))?,
            _ => serde_json::to_writer_pretty(&mut *out, &json::RunJson { report, ledger: args.ledger })?,
        }
        out.write_all(b"\n")
    })?;
    if args.out.is_none() {
        said.extend(page::too_many(args, report.run.submissions.len()));
    }
    for problem in report.problems.iter().filter(|problem| problem.failed).chain(&said) {
        say_problem(problem, report.lang);
    }
    Ok(())
}

fn say_problem(problem: &Problem, lang: Lang) {
    say(&format!("{}: {}", problem.file, problem.words.get(lang)));
}

/// Writes the findings as a table, by the extension of its name.
fn write_findings(file: &Path, report: &Report<'_>, sources: &Sources) -> anyhow::Result<()> {
    let (run, lang, origin) = (report.run, report.lang, &report.origin());
    let masked = |text: &str| report.masked(text);
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

fn exit(checked: &Checked, args: &CheckArgs) -> Exit {
    let (run, problems) = (&checked.run, &checked.problems);
    let lang = args.reading.lang.into();
    if args.strict
        && let Some(untried) = Untried::of(run, &checked.pack).said(lang)
    {
        say(&untried);
        return Exit::Failed;
    }
    let counts = |finding: &Finding| match args.answers.fail_on {
        FailOn::Any => true,
        FailOn::New => finding.since == Some(Since::New),
    };
    let mut errors = run.findings.iter().filter(|one| !one.is_closed() && one.severity == Severity::Error);
    if problems.iter().any(|problem| problem.failed) {
        Exit::Failed
    } else if errors.any(counts) {
        Exit::Findings
    } else {
        Exit::Clean
    }
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

fn make_folder(folder: &Path) -> anyhow::Result<()> {
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
        ))
}

/// Marks every workbook of which a submission was read; what cannot be marked is told, and the others are.
fn write_annotated(
    folder: &Path,
    checked: &mut Checked,
    args: &CheckArgs,
    undone: &mut Vec<String>,
) -> Vec<(String, PathBuf)> {
    let Checked { inputs, run, pack, problems, sources, .. } = checked;
    let lang: Lang = args.reading.lang.into();
    let places = places(inputs, folder, |input| {
        let macros = input.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"));
        if macros { "xlsm" } else { "xlsx" }
    });
    let marked: Vec<(&Input, &PathBuf)> =
        inputs.iter().zip(&places).filter(|(input, _)| run.submission_of(&input.name).is_some()).collect();
    let progress = Progress::new(marked.len(), &Words::new("标注", "annotating"), lang);
    let results: Vec<Option<anyhow::Result<Placed>>> = marked
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
    for ((input, _), result) in marked.into_iter().zip(results) {
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
    written
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
