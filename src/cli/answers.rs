//! What people said of findings, as files on disk: explanations read, an earlier run, and a form to fill in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args as ClapArgs, ValueEnum};
use walkdir::WalkDir;

use super::open::{self, LimitArgs};
use super::output::{Sources, write_file};
use super::papers::parse_date;
use super::walk::shown;
use crate::answers::baseline::{self, Earlier};
use crate::answers::reply::{self, Returned};
use crate::answers::{Entry, Fault, book, dates, files, judge, template};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::Words;
use crate::reconcile::Run;
use crate::report::{Problem, Report};
use crate::rules::Pack;

/// What makes the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum FailOn {
    /// 任何未关闭的错误 · any error that is not closed
    #[default]
    Any,
    /// 只看 --baseline 之后新增的错误 · errors that the baseline did not have
    New,
}

/// Explanations and an earlier run.
#[derive(Debug, Default, ClapArgs)]
pub struct AnswersArgs {
    /// 审核说明：标注工作簿、底稿、反馈单、.toml、.csv、.json 或文件夹，可多次
    /// · explanations: annotated workbooks, workpapers, query lists, .toml, .csv, .json, or folders; repeatable
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub explanations: Vec<PathBuf>,
    /// 可说明而未关闭的问题写到此文件供填写 · write what may be explained and is open to a file to fill in: .csv, .toml or .json
    #[arg(long, value_name = "FILE")]
    pub to_explain: Option<PathBuf>,
    /// 与以前的结果（check --format json）相比 · compare with an earlier run (check --format json)
    #[arg(long, value_name = "RUN.json")]
    pub baseline: Option<PathBuf>,
    /// 什么使退出状态为 1 · what makes the exit status 1
    #[arg(long, value_enum, default_value_t)]
    pub fail_on: FailOn,
    /// 日期：判断审核说明是否到期（不给则用填报日期），也是底稿日期
    /// · the day on which expiry is judged (else the filing date), and the date of the workpapers
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub date: Option<String>,
}

/// What was read before anything is checked.
#[derive(Debug, Default)]
pub struct Answers {
    pub entries: Vec<Entry>,
    earlier: Option<(String, Earlier)>,
    /// For each submission, the day on which expiry is judged.
    days: Vec<Option<String>>,
    pub sources: Vec<PathBuf>,
    /// Query lists among what was read.
    pub returned: Vec<Returned>,
}

impl Answers {
    /// Reads explanations and the earlier run; says what could not be read.
    ///
    /// # Errors
    /// An earlier run that cannot be read: nothing could be held against it.
    pub fn read(args: &AnswersArgs, limits: &LimitArgs, problems: &mut Vec<Problem>) -> anyhow::Result<Self> {
        if args.fail_on == FailOn::New && args.baseline.is_none() {
            bail!("--fail-on new 要与 --baseline 一起用 · --fail-on new needs --baseline");
        }
        let mut answers = Self::default();
        for path in &args.explanations {
            answers.read_path(path, limits, problems);
        }
        if let Some(file) = &args.baseline {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("无法读取以前的结果 · cannot read the earlier run {}", shown(file)))?;
            let earlier = Earlier::read(&text).map_err(|why| {
                anyhow::anyhow!(
                    "{}：不是 check --format json 的结果 · not what check --format json prints: {why}",
                    shown(file)
                )
            })?;
            answers.earlier = Some((shown(file), earlier));
            answers.sources.push(file.clone());
        }
        Ok(answers)
    }

    /// Refuses an output folder that holds what was read: it would be written over.
    ///
    /// # Errors
    /// The folder holds explanations.
    pub fn refuse_folder(&self, folder: Option<&Path>) -> anyhow::Result<()> {
        let Some(folder) = folder.and_then(|folder| folder.canonicalize().ok()) else { return Ok(()) };
        let inside = |path: &&PathBuf| path.canonicalize().is_ok_and(|path| path.starts_with(&folder));
        if let Some(file) = self.sources.iter().find(inside) {
            bail!(
                "审核说明 {0} 就在输出文件夹里，会被盖掉；请用 -o 另给一个文件夹 · the explanations {0} lie in the output folder and would be written over: give another folder with -o",
                shown(file)
            );
        }
        Ok(())
    }

    /// Remembers on which day expiry is judged; to be called before figures are let go.
    pub fn note_days(&mut self, args: &AnswersArgs, submissions: &[Submission]) {
        self.days = submissions.iter().map(|one| args.date.clone().or_else(|| dates::filed_on(one))).collect();
    }

    /// Says of every finding what was said of it and what became of it.
    pub fn apply(&self, args: &AnswersArgs, run: &mut Run, pack: &Pack, forms: &Forms) {
        if !args.explanations.is_empty() {
            judge(run, pack, forms, &self.entries, &self.days);
        }
        if let Some((file, earlier)) = &self.earlier {
            baseline::compare(run, pack, forms, file, earlier);
        }
    }

    pub fn read_path(&mut self, path: &Path, limits: &LimitArgs, problems: &mut Vec<Problem>) {
        if !path.is_dir() {
            self.read_one(path, true, limits, problems);
            return;
        }
        let before = self.entries.len();
        for entry in WalkDir::new(path).sort_by_file_name().into_iter().filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy();
            if entry.file_type().is_file() && !name.starts_with('.') && !name.starts_with("~$") {
                self.read_one(entry.path(), false, limits, problems);
            }
        }
        if self.entries.len() == before {
            let words = Words::new("文件夹里没有审核说明", "the folder holds no explanations");
            problems.push(Problem { file: shown(path), words, failed: false });
        }
    }

    /// Reads one file; of a folder's files those that hold no explanations are passed over.
    fn read_one(&mut self, path: &Path, named: bool, limits: &LimitArgs, problems: &mut Vec<Problem>) {
        let file = shown(path);
        let extension = path.extension().map(|one| one.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_book = ["xlsx", "xlsm", "xlsb", "xls", "ods"].contains(&extension.as_str());
        if !named && !is_book && !["json", "toml", "csv"].contains(&extension.as_str()) {
            return;
        }
        let returned = &mut self.returned;
        let mut read = || -> Result<(Vec<Entry>, Vec<Fault>), Words> {
            let bytes = open::bytes(path, limits)?;
            if is_book {
                let book = open::book(&file, bytes, limits).map_err(|error| error.words())?;
                returned.extend(reply::returned(&book));
                return Ok((book::entries(&book), Vec::new()));
            }
            files::read(&file, &bytes).map_err(|fault| fault.words)
        };
        match read() {
            Ok((entries, faults)) => {
                if named && entries.is_empty() && faults.is_empty() {
                    let words = Words::new(
                        "里面没有审核说明的表（勾稽结果、问题汇总表或反馈单）",
                        "it holds no list that explanations are typed in (Findings, list of issues, or query list)",
                    );
                    problems.push(Problem { file, words, failed: false });
                }
                if !entries.is_empty() {
                    self.sources.push(path.to_path_buf());
                }
                // A table of something else that lies in the folder is none of ours.
                if named || !entries.is_empty() {
                    let faults = faults.into_iter();
                    problems.extend(faults.map(|Fault { source, words }| Problem {
                        file: source,
                        words,
                        failed: false,
                    }));
                }
                self.entries.extend(entries);
            }
            Err(words) if named => problems.push(Problem { file, words, failed: true }),
            Err(_) => {}
        }
    }
}

/// Writes what may be explained and is open, to be filled in.
///
/// # Errors
/// The name ends in something else, or the place cannot be written.
pub fn write_template(file: &Path, report: &Report<'_>, sources: &Sources) -> anyhow::Result<()> {
    let extension = file.extension().map(|one| one.to_string_lossy().to_lowercase()).unwrap_or_default();
    let Some(bytes) = template::write(report.run, report.lang, report.show_personal, &extension) else {
        bail!(
            "--to-explain 要以 .csv、.toml 或 .json 结尾 · --to-explain must end in .csv, .toml or .json: {}",
            shown(file)
        );
    };
    write_file(file, &bytes, sources)
}
