//! `gouji compare`: year over year.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use rust_decimal::Decimal;

use super::args::{CompareArgs, Format};
use super::load::{self, Loaded};
use super::output::{Sources, made, write_file};
use super::walk::shown;
use super::{Exit, print};
use crate::compare::{Limits, compare, newest_year};
use crate::facts::{Overrides, Submission};
use crate::model::inert::lines;
use crate::model::{Lang, Words};
use crate::report::Problem;
use crate::report::years::{YearsReport, json, text};
use crate::workpaper::yoy::year_over_year;
use crate::years::pair;

pub fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let forms = load::forms_of(&args.reading)?;
    let pack = load::pack(&args.reading.rules, &forms)?;
    let limits = Limits { rate: limit("--rate", &args.rate)?, amount: limit("--amount", &args.amount)? };
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, submissions, mut problems, mut undone } =
        load::load_current(&args.reading, &overrides, &forms);
    let overrides = Overrides { year: None, ..overrides };
    let prior = load::load_prior(&args.prior, &args.reading, &overrides, &forms, &submissions);
    undone.extend(prior.undone);
    if !undone.is_empty() {
        return Ok(load::stopped(&undone, lang));
    }
    problems.extend(prior.problems);
    let pairing = pair(&submissions, &prior.submissions, &forms, &pack.aliases);
    super::check::pairs(&pairing, &submissions, &prior.submissions, &mut problems);
    problems.extend(other_years(&submissions, args));
    let comparison = compare(&submissions, &prior.submissions, &pairing, &forms, limits);
    let report = YearsReport {
        comparison: &comparison,
        submissions: &submissions,
        priors: &prior.submissions,
        pairing: &pairing,
        forms: &forms,
        lang,
        show_personal: args.reading.show_personal,
        problems: &problems,
        rules_sha256: &pack.sha256,
    };
    let made =
        args.out.as_ref().map(|place| workbook(&report, place, &Sources::of(inputs.iter().chain(&prior.inputs))));
    match args.format {
        Format::Text => {
            let mut page = text(&report);
            if let (Some(place), Some(Ok(()))) = (&args.out, &made) {
                let _ = writeln!(page, "{}: {}", report.say("对比工作簿", "workbook"), shown(place));
            }
            print(&lines(&page))?;
        }
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&json(&report))?))?,
    }
    // The comparison is printed even where the workbook could not be written.
    made.unwrap_or(Ok(()))?;
    Ok(if problems.iter().any(|problem| problem.failed) { Exit::Failed } else { Exit::Clean })
}

/// Says that filings of several years were given, and which of them are added up.
fn other_years(submissions: &[Submission], args: &CompareArgs) -> Option<Problem> {
    let newest = newest_year(submissions)?;
    let older = submissions.iter().filter(|one| one.year.is_some_and(|year| year < newest)).count();
    let words = Words::new(
        format!(
            "给出的报送件不止一个年度；{older}份不是{newest}年度的，各自列出，不计入“全部单位”。上年的请放在 --prior 之后"
        ),
        format!(
            "submissions of several years were given; {older} are not of {newest}: each is shown, and none counts in the totals of all units. Last year’s belong behind --prior"
        ),
    );
    let file = args.reading.paths.first().map(|path| shown(path)).unwrap_or_default();
    (older > 0).then_some(Problem { file, words, failed: false })
}

fn workbook(report: &YearsReport<'_>, place: &Path, inputs: &Sources) -> anyhow::Result<()> {
    let bytes = made(|| {
        year_over_year(report).with_context(|| {
            format!("{}：对比工作簿写不成，请分批对比 · the workbook could not be made; compare in parts", shown(place))
        })
    })?;
    write_file(place, &bytes, inputs)
}

/// A limit as typed: a decimal, not below nought; `20%` is 20.
fn limit(name: &str, typed: &str) -> anyhow::Result<Decimal> {
    match typed.trim().trim_end_matches(['%', '％']).parse::<Decimal>() {
        Ok(limit) if !limit.is_sign_negative() => Ok(limit),
        _ => bail!(
            "{name} 要一个不小于0的数，如 20 或 0.5，而不是“{typed}”· {name} takes a number such as 20 or 0.5, not “{typed}”"
        ),
    }
}
