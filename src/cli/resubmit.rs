//! `gouji resubmit`: a submission filed anew, held against the one before.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::annotate::mark_bytes;
use super::args::{Format, Reading};
use super::choice::Choice;
use super::output::{Sources, places, write_file};
use super::prepare::Prepared;
use super::walk::{Input, shown};
use super::{Exit, load, open, print, say};
use crate::model::{Lang, Words};
use crate::read::Sheet;
use crate::reconcile::Keep;
use crate::redact::People;
use crate::report::Problem;
use crate::report::changes::ChangesReport;
use crate::resubmission::{Side, compare};

/// The new submission, and the old one.
#[derive(Debug, ClapArgs)]
pub struct ResubmitArgs {
    #[command(flatten)]
    reading: Reading,
    /// 原来报送的工作簿或文件夹 · the workbooks or folders as filed before
    #[arg(long, value_name = "PATH", num_args = 1.., required = true)]
    old: Vec<PathBuf>,
    /// 上年报送件、文件夹或数字库 · last year's workbooks, folders or facts store
    #[arg(long, value_name = "PATH", num_args = 1..)]
    prior: Vec<PathBuf>,
    #[command(flatten)]
    choice: Choice,
    /// 重报的工作簿标出改动后写到此文件夹 · write the new workbooks here, every change marked
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 输出格式 · what is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(args: &ResubmitArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let new = Prepared::read(&args.reading, &args.choice, &args.prior, Keep::Ledger, |_| ())?;
    let before = Reading { paths: args.old.clone(), ..args.reading.clone() };
    let old = Prepared::read(&before, &args.choice, &args.prior, Keep::Ledger, |_| ())?;
    let undone: Vec<String> = old.undone.iter().chain(&new.undone).cloned().collect();
    if !undone.is_empty() {
        return Ok(load::stopped(&undone, lang));
    }
    let mut problems: Vec<Problem> = Vec::new();
    for problem in old.problems.iter().chain(&new.problems) {
        // Last year's files are read for both.
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
    let (sheets_before, sheets_now) = (sheets(&old, &args.reading), sheets(&new, &args.reading));
    let all = compare(Side { run: &old.run, sheets: &sheets_before }, Side { run: &new.run, sheets: &sheets_now });
    if all.pairs.is_empty() {
        let words = Words::new(
            "没有同一单位、同一年度的两份报送件可比；单位或年度读错的，用 --entity、--year 指定",
            "no two submissions are of one unit and year; name them with --entity and --year where they were misread",
        );
        problems.push(Problem {
            file: args.old.iter().map(|path| shown(path)).collect::<Vec<_>>().join(" "),
            words,
            failed: true,
        });
    }
    let named = sheets_before.iter().chain(&sheets_now);
    let people = People::on(named.flat_map(|(file, sheets)| sheets.iter().map(|sheet| (file.as_str(), sheet))));
    let report = ChangesReport {
        all: &all,
        old: &old.run,
        new: &new.run,
        lang,
        show_personal: args.reading.show_personal,
        people: &people,
    };
    let mut page = match args.format {
        Format::Text => report.text(),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&report.json())?),
    };
    if let Some(folder) = &args.out {
        let sources = Sources::of(old.inputs.iter().chain(&new.inputs));
        for place in mark(folder, &new, &report, &args.reading, &sources, &mut problems)? {
            if args.format == Format::Text {
                let _ = writeln!(page, "{}: {}", if lang == Lang::Zh { "已标出改动" } else { "marked" }, shown(&place));
            }
        }
    }
    print(&page)?;
    for problem in &problems {
        say(&format!("{}: {}", problem.file, problem.words.get(lang)));
    }
    Ok(if problems.iter().any(|problem| problem.failed) {
        Exit::Failed
    } else if report.needs_a_look() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// The sheets of every file that a submission holds; our own lists are none of them.
fn sheets(prepared: &Prepared, reading: &Reading) -> BTreeMap<String, Vec<Sheet>> {
    let held = prepared.inputs.iter().filter(|input| prepared.run.submission_of(&input.name).is_some());
    let read = |input: &Input| {
        let bytes = open::bytes(&input.path, &reading.limits).ok()?;
        let mut book = open::book(&input.name, bytes, &reading.limits).ok()?;
        book.sheets.retain(|sheet| !crate::annotate::is_listing(sheet));
        Some((input.name.clone(), book.sheets))
    };
    held.filter_map(read).collect()
}

fn mark(
    folder: &Path,
    new: &Prepared,
    report: &ChangesReport<'_>,
    reading: &Reading,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> anyhow::Result<Vec<PathBuf>> {
    let lang: Lang = reading.lang.into();
    let mut written = Vec::new();
    for (input, place) in new.inputs.iter().zip(places(&new.inputs, folder, extension)) {
        let marks = report.marks(&input.name);
        if marks.is_empty() {
            continue;
        }
        let bytes =
            open::bytes(&input.path, &reading.limits).map_err(|words| anyhow::anyhow!("{}", words.get(lang)))?;
        let (bytes, notices) = mark_bytes(&input.name, bytes, &marks, None, lang, &reading.limits)?;
        let notice = |words| Problem { file: input.name.clone(), words, failed: false };
        problems.extend(notices.into_iter().map(notice));
        write_file(&place, &bytes, sources)?;
        written.push(place);
    }
    Ok(written)
}

fn extension(input: &Input) -> &'static str {
    let macros = input.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"));
    if macros { "xlsm" } else { "xlsx" }
}
