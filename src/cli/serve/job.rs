//! One run of the served page: the same reading, tying and writing as `gouji check`, into the folder of results.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::session::{EXPLANATIONS, RESULTS, Year};
use crate::cli::answers::AnswersArgs;
use crate::cli::args::{CheckArgs, Reading};
use crate::cli::check::{Checked, Tied, tie, write_out};
use crate::cli::page;
use crate::cli::papers::{self, Office};
use crate::cli::walk::shown;
use crate::model::{Lang, Words};

/// The folder of query lists among the results.
const QUERIES: &str = "反馈单";

/// What a run made.
#[derive(Default)]
pub struct Made {
    /// The page, as it is served.
    pub page: Vec<u8>,
    pub downloads: Vec<Download>,
}

/// A file that can be fetched.
pub struct Download {
    pub path: PathBuf,
    /// As it is called on the page and when it is saved.
    pub name: String,
    pub kind: Words,
}

/// The page before any file was handed in.
///
/// # Errors
/// Broken forms or rules.
pub fn empty(reading: &Reading) -> anyhow::Result<Made> {
    let args = CheckArgs { reading: Reading { root: None, ..reading.clone() }, ..CheckArgs::default() };
    let checked = whole(&args)?;
    Ok(Made { page: served(&checked, &args)?, downloads: Vec::new() })
}

/// Checks everything that was handed in.
///
/// # Errors
/// What `gouji check` would end with.
pub fn run(reading: &Reading, root: &Path) -> anyhow::Result<Made> {
    let results = root.join(RESULTS);
    let _ = std::fs::remove_dir_all(&results);
    let folder = |year: Year| PathBuf::from(year.folder());
    let given = |year: Year| std::fs::read_dir(root.join(year.folder())).is_ok_and(|mut files| files.next().is_some());
    let args = CheckArgs {
        reading: Reading { paths: vec![folder(Year::Now)], root: Some(root.to_path_buf()), ..reading.clone() },
        prior: if given(Year::Before) { vec![folder(Year::Before)] } else { Vec::new() },
        out: Some(results.clone()),
        ..CheckArgs::default()
    };
    let said = root.join(EXPLANATIONS);
    let explanations = if said.is_file() { vec![said.clone()] } else { Vec::new() };
    let args = CheckArgs { answers: AnswersArgs { explanations, ..AnswersArgs::default() }, ..args };
    let mut checked = whole(&args)?;
    let written = write_out(&mut checked, &args, &Office::default())?;
    let queries = papers::write_queries(&results.join(QUERIES), &checked.report(&args))?;
    let page = served(&checked, &args)?;
    let mut downloads = Vec::new();
    let mut add = |path: &PathBuf, zh: &str, en: &str| {
        let name = shown(path.strip_prefix(&results).unwrap_or(path));
        downloads.push(Download { path: path.clone(), name, kind: Words::new(zh, en) });
    };
    let annotated: Vec<PathBuf> = written.annotated.iter().map(|(_, path)| path.clone()).collect();
    let (summary, page_of) = (written.summary.as_slice(), written.page.as_slice());
    for (paths, zh, en) in [
        (written.papers.as_slice(), "底稿", "workpapers"),
        (summary, "汇总", "summary"),
        (page_of, "网页", "page"),
        (&queries, "反馈单", "query list"),
        (&annotated, "已标注", "annotated"),
    ] {
        for path in paths {
            add(path, zh, en);
        }
    }
    if said.is_file() {
        downloads.push(Download {
            path: said,
            name: EXPLANATIONS.to_owned(),
            kind: Words::new("审核说明", "explanations"),
        });
    }
    let undone = written.whole()?;
    if !undone.is_empty() {
        bail!("{}", stopped(reading.lang.into()));
    }
    Ok(Made { page, downloads })
}

fn whole(args: &CheckArgs) -> anyhow::Result<Checked> {
    match tie(args)? {
        Tied::All(checked) => Ok(*checked),
        Tied::Stopped(_) => bail!("{}", stopped(args.reading.lang.into())),
    }
}

fn stopped(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "已停止，本次没有核对完。" } else { "stopped; this run is not whole." }
}

fn served(checked: &Checked, args: &CheckArgs) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    page::write_served(&mut bytes, checked, args)?;
    Ok(bytes)
}
