//! The page of a run: `report.html`, or standard output.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::args::{CheckArgs, CheckFormat, Output};
use super::check::Checked;
use super::open::{self, LimitArgs};
use super::output::{Sources, write_file};
use super::walk::{Input, shown};
use crate::compare::{Comparison, Limits, compare};
use crate::model::Words;
use crate::read::fingerprint;
use crate::read::looks::read_looks;
use crate::report::Problem;
use crate::report::page::{Drawn, Page};

/// The name of a run's page.
const NAME: &str = "report.html";

/// Submissions of one page; more make a file that a browser opens slowly or not at all.
pub const MOST_ON_ONE: usize = 1000;

/// Says that a large run has no page, or one that is asked for all the same.
#[must_use]
pub fn too_many(args: &CheckArgs, submissions: usize) -> Option<Problem> {
    let parts = Words::new("请按文件夹分批核对，或用 --shard i/n 分片", "check folder by folder, or with --shard i/n");
    let words = match &args.out {
        _ if submissions <= MOST_ON_ONE => return None,
        Some(_) if args.writes(Output::Page) => Words::new(
            format!("共{submissions}份报送件，超过{MOST_ON_ONE}份不写网页 {NAME}；需要网页的，{}。", parts.zh),
            format!(
                "{submissions} submissions: beyond {MOST_ON_ONE} no page {NAME} is written. To have one, {}.",
                parts.en
            ),
        ),
        _ if args.format == CheckFormat::Html => Words::new(
            format!("网页有{submissions}份报送件，浏览器打开会很慢；要快，{}。", parts.zh),
            format!("the page holds {submissions} submissions and opens slowly; for quick ones, {}.", parts.en),
        ),
        _ => return None,
    };
    let file = args.out.as_deref().map_or_else(|| NAME.to_owned(), shown);
    Some(Problem { file, words, failed: false })
}

/// Writes the page into the output folder; gives with its place the workbooks that could not be drawn.
///
/// # Errors
/// A place that cannot be written.
pub fn write(
    folder: &Path,
    checked: &Checked,
    args: &CheckArgs,
    sources: &Sources,
) -> anyhow::Result<(PathBuf, Vec<Problem>)> {
    let place = folder.join(NAME);
    let mut bytes = Vec::new();
    let undrawn = write_page(&mut bytes, checked, args, false)
        .with_context(|| format!("{}：网页写不成 · the page could not be made", shown(&place)))?;
    write_file(&place, &bytes, sources)?;
    Ok((place, undrawn))
}

/// Writes the page of a run; gives the workbooks that could not be drawn.
///
/// # Errors
/// What the writer says.
pub fn print(out: &mut dyn Write, checked: &Checked, args: &CheckArgs) -> std::io::Result<Vec<Problem>> {
    write_page(out, checked, args, false)
}

/// Writes the page of a run as the server shows it.
///
/// # Errors
/// What the writer says.
pub fn write_served(out: &mut dyn Write, checked: &Checked, args: &CheckArgs) -> std::io::Result<()> {
    // The page itself says of a workbook why it is not drawn.
    write_page(out, checked, args, true).map(|_| ())
}

fn write_page(out: &mut dyn Write, checked: &Checked, args: &CheckArgs, served: bool) -> std::io::Result<Vec<Problem>> {
    let comparison = compared(checked);
    let page = Page { report: &checked.report(args), comparison: &comparison, served };
    let again = Again::of(checked, &args.reading.limits);
    let undrawn = RefCell::new(Vec::new());
    page.write(out, &|name| {
        let drawn = again.draw(name);
        if let Err(words) = &drawn
            && again.inputs.contains_key(name)
        {
            undrawn.borrow_mut().push(Problem { file: name.to_owned(), words: words.clone(), failed: false });
        }
        drawn
    })?;
    Ok(undrawn.into_inner())
}

/// Both years of a run, for its charts.
fn compared(checked: &Checked) -> Comparison {
    let run = &checked.run;
    compare(&run.submissions, &run.priors, &run.pairing, &checked.forms, Limits::default())
}

/// The workbooks of a run, to be read once more, now with their looks.
struct Again<'c> {
    inputs: HashMap<&'c str, &'c Input>,
    /// What each file was when it was checked.
    sha256: HashMap<&'c str, &'c str>,
    limits: &'c LimitArgs,
}

impl<'c> Again<'c> {
    fn of(checked: &'c Checked, limits: &'c LimitArgs) -> Self {
        let inputs = checked.inputs.iter().chain(&checked.priors).map(|input| (input.name.as_str(), input)).collect();
        let filed = checked.run.submissions.iter().chain(&checked.run.priors).flat_map(|one| &one.files);
        let sha256 = filed.map(|file| (&*file.file, file.sha256.as_str())).collect();
        Self { inputs, sha256, limits }
    }

    /// Reads a workbook again; of one that is gone, or is another now, the reason why its sheets are not drawn.
    fn draw(&self, name: &str) -> Result<Drawn, Words> {
        let Some(input) = self.inputs.get(name) else {
            return Err(Words::new(
                "数来自数字库，没有原表可画。",
                "Its figures come from a facts store, so there is no sheet to draw.",
            ));
        };
        let bytes = open::bytes(&input.path, self.limits)?;
        // Findings speak of the cells that were read; those of another file under the same name would belie them.
        if self.sha256.get(name).is_some_and(|read| *read != fingerprint(&bytes)) {
            return Err(Words::new(
                "文件在核对后被改动，网页不画它的表，以免与问题对不上；请重新核对。",
                "The file was changed after it was checked, so its sheets are not drawn: they would not fit the findings. Check it again.",
            ));
        }
        let looks = read_looks(name, &bytes);
        let book = open::book(name, bytes, self.limits).map_err(|error| error.words())?;
        Ok(Drawn { book, looks })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_another_now_is_not_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/ties/qingxi-2024.xlsx");
        let bytes = std::fs::read(&sample).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let (input, limits) =
            (Input { path: path.clone(), name: "a.xlsx".into(), relative: "a.xlsx".into() }, LimitArgs::default());
        let read = fingerprint(&bytes);
        let again = Again {
            inputs: HashMap::from([("a.xlsx", &input)]),
            sha256: HashMap::from([("a.xlsx", read.as_str())]),
            limits: &limits,
        };
        assert!(!again.draw("a.xlsx").unwrap().book.sheets.is_empty());
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/2023/shuangpai-2023.xlsx");
        std::fs::copy(other, &path).unwrap();
        assert!(again.draw("a.xlsx").err().unwrap().zh.contains("核对后被改动"));
        std::fs::remove_file(&path).unwrap();
        assert!(again.draw("a.xlsx").err().unwrap().zh.contains("无法打开"));
        assert!(again.draw("b.xlsx").err().unwrap().zh.contains("数字库"));
    }

    #[test]
    fn a_crowd_without_a_page_is_told() {
        let said = |out: Option<&str>, format, count| {
            let args = CheckArgs { out: out.map(PathBuf::from), format, ..CheckArgs::default() };
            too_many(&args, count).map(|problem| problem.words)
        };
        assert_eq!(said(Some("out"), CheckFormat::Text, MOST_ON_ONE), None);
        assert!(said(Some("out"), CheckFormat::Text, MOST_ON_ONE + 1).unwrap().zh.contains("不写网页"));
        assert!(said(None, CheckFormat::Html, MOST_ON_ONE + 1).unwrap().en.contains("--shard"));
        assert_eq!(said(None, CheckFormat::Json, MOST_ON_ONE + 1), None);
    }
}
