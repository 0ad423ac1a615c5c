//! `gouji explain`, `gouji rules` and `gouji forms`: what is declared, in words.

use anyhow::{Context as _, bail};

use super::args::{ExplainArgs, Format, FormsArgs, FormsCommand, Reading, RulesArgs};
use super::load::Loaded;
use super::{Exit, example, load, print, say};
use crate::model::Lang;
use crate::reconcile::{coverage, reconcile};
use crate::report;
use crate::report::reference;
use crate::report::table::{clip, lay_out};
use crate::rules::resolve::unknown;
use crate::rules::spoken::spoken;

pub fn explain(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let forms = load::forms(args.forms.as_ref())?;
    let pack = load::pack(&args.rules, &forms)?;
    let Some(rule) = pack.rule(&args.code) else {
        bail!("{}", unknown("rule", &args.code, pack.rules.iter().map(|rule| rule.code.as_str())));
    };
    print(&reference::rule_page(rule, &forms, lang))?;
    Ok(Exit::Clean)
}

pub fn rules(args: &RulesArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    if !args.coverage.is_empty() {
        return coverage(args, lang);
    }
    let forms = load::forms(args.forms.as_ref())?;
    let pack = load::pack(&args.rules, &forms)?;
    if args.markdown {
        print(&reference::rules_markdown(&pack, &forms))?;
        return Ok(Exit::Clean);
    }
    let rows: Vec<Vec<String>> = pack
        .rules
        .iter()
        .map(|rule| {
            vec![
                rule.code.clone(),
                rule.severity.words().get(lang).to_owned(),
                rule.title.get(lang).to_owned(),
                clip(&spoken(&rule.formula, lang), 90),
            ]
        })
        .collect();
    print(&lay_out(&rows, &[], ""))?;
    Ok(Exit::Clean)
}

/// Ties submissions and tables which figures stand under which rules.
fn coverage(args: &RulesArgs, lang: Lang) -> anyhow::Result<Exit> {
    let reading = Reading {
        paths: args.coverage.clone(),
        forms: args.forms.clone(),
        rules: args.rules.clone(),
        lang: Some(args.lang),
        ..Reading::default()
    };
    let forms = load::forms_of(&reading)?;
    let pack = load::pack(&reading.rules, &forms)?;
    let Loaded { submissions, problems, .. } =
        load::load(&reading.paths, None, &reading, &reading.overrides(&pack), &forms);
    let run = reconcile(submissions, Vec::new(), &forms, &pack).context("reconciling")?;
    let rows = coverage::coverage(&run, &forms, &pack);
    match args.format {
        Format::Text => print(&report::coverage::text(&rows, &forms, lang))?,
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&report::coverage::json(&rows, &forms))?))?,
    }
    for problem in &problems {
        say(&format!("{}: {}", problem.file, problem.words.get(lang)));
    }
    Ok(if problems.iter().any(|problem| problem.failed) { Exit::Failed } else { Exit::Clean })
}

pub fn forms(args: &FormsArgs) -> anyhow::Result<Exit> {
    match &args.command {
        Some(FormsCommand::Draft(draft)) => return example::draft(draft),
        Some(FormsCommand::Test(test)) => return example::test(test),
        None => {}
    }
    let lang: Lang = args.lang.into();
    let forms = load::forms(args.forms.as_ref())?;
    if args.markdown {
        print(&reference::forms_markdown(&forms))?;
        return Ok(Exit::Clean);
    }
    let Some(name) = &args.form else {
        let rows: Vec<Vec<String>> = forms
            .all
            .iter()
            .map(|form| vec![form.annex.clone(), form.kind.clone(), form.title.get(lang).to_owned()])
            .collect();
        print(&lay_out(&rows, &[], ""))?;
        return Ok(Exit::Clean);
    };
    let Some(form) = forms.named(name) else {
        bail!("{}", unknown("form", name, forms.all.iter().map(|form| form.annex.as_str())));
    };
    print(&reference::form_page(form, lang))?;
    Ok(Exit::Clean)
}
