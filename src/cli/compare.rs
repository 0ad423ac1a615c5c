//! `gouji compare`: year over year.

use std::path::PathBuf;

use anyhow::bail;
use rust_decimal::Decimal;

use super::args::{CompareArgs, Format};
use super::load::{self, Loaded};
use super::{Exit, print};
use crate::compare::{Limits, compare};
use crate::facts::Overrides;
use crate::model::Lang;
use crate::report::years::{YearsReport, json, text};
use crate::years::pair;

pub fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.reading.lang.into();
    let forms = load::forms_of(&args.reading)?;
    let pack = load::pack(&args.reading.rules, &forms)?;
    let limits = Limits { rate: limit("--rate", &args.rate)?, amount: limit("--amount", &args.amount)? };
    let overrides = args.reading.overrides(&pack);
    let Loaded { inputs, submissions, mut problems } = load::load_current(&args.reading, &overrides, &forms);
    let overrides = Overrides { year: None, ..overrides };
    let prior = load::load_prior(&args.prior, &args.reading, &overrides, &forms, &submissions);
    problems.extend(prior.problems);
    let pairing = pair(&submissions, &prior.submissions, &forms, &pack.aliases);
    super::check::pairs(&pairing, &submissions, &prior.submissions, &mut problems);
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
    };
    let _: (&Option<PathBuf>, _) = (&args.out, inputs);
    match args.format {
        Format::Text => print(&text(&report))?,
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&json(&report))?))?,
    }
    Ok(if problems.iter().any(|problem| problem.failed) { Exit::Failed } else { Exit::Clean })
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
