//! The page of a run: `report.html`, or standard output.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::args::CheckArgs;
use super::check::Checked;
use super::open::{self, LimitArgs};
use super::output::{Sources, write_file};
use super::walk::shown;
use crate::compare::{Comparison, Limits, compare};
use crate::read::looks::read_looks;
use crate::report::page::{Drawn, Page};

/// The name of a run's page.
const NAME: &str = "report.html";

/// Writes the page into the output folder.
///
/// # Errors
/// A place that cannot be written.
pub fn write(folder: &Path, checked: &Checked, args: &CheckArgs, sources: &Sources) -> anyhow::Result<PathBuf> {
    let place = folder.join(NAME);
    let mut bytes = Vec::new();
    print(&mut bytes, checked, args)
        .with_context(|| format!("{}：网页写不成 · the page could not be made", shown(&place)))?;
    write_file(&place, &bytes, sources)?;
    Ok(place)
}

/// Writes the page of a run.
///
/// # Errors
/// What the writer says.
pub fn print(out: &mut dyn Write, checked: &Checked, args: &CheckArgs) -> std::io::Result<()> {
    write_page(out, checked, args, false)
}

/// Writes the page of a run as the server shows it.
///
/// # Errors
/// What the writer says.
pub fn write_served(out: &mut dyn Write, checked: &Checked, args: &CheckArgs) -> std::io::Result<()> {
    write_page(out, checked, args, true)
}

fn write_page(out: &mut dyn Write, checked: &Checked, args: &CheckArgs, served: bool) -> std::io::Result<()> {
    let comparison = compared(checked);
    let page = Page { report: &checked.report(args), comparison: &comparison, served };
    page.write(out, &|name| draw(checked, &args.reading.limits, name))
}

/// Both years of a run, for its charts.
fn compared(checked: &Checked) -> Comparison {
    let run = &checked.run;
    compare(&run.submissions, &run.priors, &run.pairing, &checked.forms, Limits::default())
}

/// Reads a workbook of the run once more, now with its looks; none where it is gone or comes from a facts store.
fn draw(checked: &Checked, limits: &LimitArgs, name: &str) -> Option<Drawn> {
    let input = checked.inputs.iter().chain(&checked.priors).find(|input| input.name == name)?;
    let bytes = open::bytes(&input.path, limits).ok()?;
    let looks = read_looks(name, &bytes);
    Some(Drawn { book: open::book(name, bytes, limits).ok()?, looks })
}
