//! `gouji query`: lists of questions to send, and the replies read back.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{ArgMatches, Args as ClapArgs, FromArgMatches};

use super::answers::{Answers, AnswersArgs};
use super::args::{Format, Reading};
use super::choice::Choice;
use super::output::{Sources, lower, write_file};
use super::papers::parse_date;
use super::prepare::Prepared;
use super::walk::shown;
use super::{Exit, load, print, say};
use crate::model::mask::unless_asked;
use crate::model::{Lang, Words};
use crate::reconcile::Keep;
use crate::report::{Problem, Report, replies};
use crate::workpaper::names::file_stem;
use crate::workpaper::query::{Letter, asked, query};

/// Questions to units, or their replies.
#[derive(Debug, ClapArgs)]
pub struct QueryArgs {
    #[command(flatten)]
    reading: Optional,
    /// 反馈单写到此文件夹，每个单位一份 · write the query lists here, one workbook a unit
    #[arg(short, long, value_name = "DIR", required_unless_present = "read")]
    out: Option<PathBuf>,
    /// 读回填好的反馈单（文件或文件夹）；再给出报送件则重新核对后判断
    /// · read lists that came back (files or folders); with PATHs the submissions are checked anew
    #[arg(long, value_name = "PATH", conflicts_with = "out")]
    read: Vec<PathBuf>,
    /// 上年报送件、文件夹或数字库 · last year's workbooks, folders or facts store
    #[arg(long, value_name = "PATH", num_args = 1..)]
    prior: Vec<PathBuf>,
    #[command(flatten)]
    choice: Choice,
    /// 已有的审核说明：已说明的不再问 · explanations: what they close is not asked again
    #[arg(long, value_name = "PATH", num_args = 1..)]
    explanations: Vec<PathBuf>,
    /// 发出日期，也用来判断说明是否到期 · the day it is sent, on which expiry is judged too
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    date: Option<String>,
    /// 反馈期限 · the day by which to answer
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    reply_by: Option<String>,
    /// 发出单位 · the office that asks
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// 提示也列入 · ask about notes too
    #[arg(long)]
    notes: bool,
    /// 输出格式 · what is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What to read, where that may be nothing.
#[derive(Debug)]
struct Optional(Reading);

impl FromArgMatches for Optional {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Reading::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl ClapArgs for Optional {
    fn augment_args(command: clap::Command) -> clap::Command {
        Reading::augment_args(command).mut_arg("paths", |paths| paths.required(false))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

pub fn run(args: &QueryArgs) -> anyhow::Result<Exit> {
    match &args.out {
        Some(folder) => send(args, folder),
        None => read_back(args),
    }
}

/// Checks and applies explanations as `check` does.
fn checked(args: &QueryArgs, explanations: &[PathBuf]) -> anyhow::Result<(Prepared, Answers)> {
    let own = AnswersArgs { explanations: explanations.to_vec(), date: args.date.clone(), ..AnswersArgs::default() };
    let mut said = Vec::new();
    let mut answers = Answers::read(&own, &args.reading.0.limits, &mut said)?;
    let note = |submissions: &[_]| answers.note_days(&own, submissions);
    let mut prepared = Prepared::read(&args.reading.0, &args.choice, &args.prior, Keep::Findings, note)?;
    answers.apply(&own, &mut prepared.run, &prepared.pack, &prepared.forms);
    prepared.problems.extend(said);
    Ok((prepared, answers))
}

fn send(args: &QueryArgs, folder: &Path) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.0.lang.into();
    if args.reading.0.paths.is_empty() {
        bail!("请给出报送件 · name the submissions to ask about");
    }
    let (prepared, answers) = checked(args, &args.explanations)?;
    if !prepared.undone.is_empty() {
        return Ok(load::stopped(&prepared.undone, lang));
    }
    let mut sources = Sources::of(&prepared.inputs);
    sources.add(&answers.sources);
    let report = prepared.report(lang, args.reading.0.show_personal);
    let letter = Letter {
        date: args.date.clone().unwrap_or_default(),
        reply_by: args.reply_by.clone().unwrap_or_default(),
        from: args.from.clone().unwrap_or_default(),
        notes: args.notes,
    };
    let mut written = Vec::new();
    let mut taken = HashSet::new();
    for submission in 0..report.run.submissions.len() {
        let questions = asked(&report, submission, letter.notes).len();
        let bytes = query(&report, submission, &letter).context("反馈单写不成 · the query list could not be made")?;
        let place = bytes.map(|bytes| {
            let place = place(folder, &report, submission, &mut taken);
            write_file(&place, &bytes, &sources).map(|()| place)
        });
        written.push(replies::Written { submission, questions, place: place.transpose()?.map(|place| shown(&place)) });
    }
    print(&match args.format {
        Format::Text => replies::written(&report, &written),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&replies::written_json(&report, &written))?),
    })?;
    Ok(ended(&prepared.problems, args.format, lang, true))
}

/// `反馈单-单位-2024.xlsx`, told apart where two units share a name.
fn place(folder: &Path, report: &Report<'_>, submission: usize, taken: &mut HashSet<PathBuf>) -> PathBuf {
    let one = &report.run.submissions[submission];
    let word = if report.lang == Lang::Zh { "反馈单" } else { "query" };
    let year = one.year.map(|year| format!("-{year}")).unwrap_or_default();
    let stem = format!("{word}-{}{year}", file_stem(&one.entity));
    let mut place = folder.join(format!("{stem}.xlsx"));
    let mut number = 2;
    while !taken.insert(lower(&place)) {
        place = folder.join(format!("{stem}-{number}.xlsx"));
        number += 1;
    }
    place
}

fn read_back(args: &QueryArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.0.lang.into();
    let mut said = Vec::new();
    let own = AnswersArgs { explanations: args.read.clone(), ..AnswersArgs::default() };
    let lists = Answers::read(&own, &args.reading.0.limits, &mut said)?;
    let returned = &lists.returned;
    if returned.is_empty() && said.iter().all(|problem| !problem.failed) {
        let words = Words::new("没有读到反馈单", "no query list was found");
        said.push(Problem {
            file: args.read.iter().map(|path| shown(path)).collect::<Vec<_>>().join(" "),
            words,
            failed: true,
        });
    }
    let mut prepared = None;
    if !args.reading.0.paths.is_empty() {
        let explanations: Vec<PathBuf> = args.explanations.iter().chain(&args.read).cloned().collect();
        let (run, _) = checked(args, &explanations)?;
        if !run.undone.is_empty() {
            return Ok(load::stopped(&run.undone, lang));
        }
        prepared = Some(run);
    }
    let tried = prepared.as_ref().map(Prepared::tried);
    let shown_as = |text: &str| unless_asked(text, args.reading.0.show_personal);
    let view = replies::Replies { returned, tried, lang, masked: &shown_as };
    print(&match args.format {
        Format::Text => view.text(),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&view.json())?),
    })?;
    let problems = prepared.as_ref().map_or(&said, |prepared| &prepared.problems);
    Ok(ended(problems, args.format, lang, view.is_done()))
}

/// Says what could not be read, and how the command ends.
fn ended(problems: &[Problem], format: Format, lang: Lang, done: bool) -> Exit {
    for problem in problems.iter().filter(|problem| problem.failed || format == Format::Text) {
        say(&format!("{}: {}", problem.file, problem.words.get(lang)));
    }
    if problems.iter().any(|problem| problem.failed) {
        Exit::Failed
    } else if done {
        Exit::Clean
    } else {
        Exit::Findings
    }
}
