//! What every paper of one set shares: the run, the settings, the words, the numbers of findings and sources.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::logo::Logo;
use super::page::{Head, Page, Paper, Target};
use super::papers::Kind;
use super::style::{Fill, Look};
use super::template::Template;
use crate::facts::Submission;
use crate::facts::origin::Origin;
use crate::model::finding::FindingCell;
use crate::model::{CellRef, Finding, Lang, Words};
use crate::reconcile::Run;
use crate::reconcile::outcome::Outcome;
use crate::report::Report;
use crate::rules::Rule;

/// What a user says of the papers; nothing is taken from a clock or an account.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Blank to sign by hand.
    pub prepared_by: String,
    pub reviewed_by: String,
    pub date: String,
    /// In 万元.
    pub materiality: Option<Decimal>,
    /// Annotated workbooks by the file they come from; paths from the folder of the papers.
    pub annotated: BTreeMap<String, String>,
    /// Files of the run of which no submission was read.
    pub apart: Vec<Apart>,
    /// What an office sets of its own.
    pub template: Template,
    pub logo: Option<Logo>,
    /// How the program was called, for the run record.
    pub parameters: Vec<(Words, String)>,
}

/// A file in which no annex was found, or that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apart {
    pub file: String,
    /// Bytes and SHA-256; none where the file could not be opened.
    pub content: Option<(u64, String)>,
}

/// One set of papers: the whole run, or one submission of it.
pub struct Desk<'r> {
    pub report: &'r Report<'r>,
    pub settings: &'r Settings,
    /// The run's submissions that this set is about, in order.
    pub submissions: Vec<usize>,
    /// Names of files as papers show them.
    names: HashMap<String, String>,
}

impl<'r> Desk<'r> {
    /// Takes the whole run, or one submission.
    #[must_use]
    pub fn new(report: &'r Report<'r>, settings: &'r Settings, only: Option<usize>) -> Self {
        let run = report.run;
        let submissions = match only {
            Some(one) => vec![one],
            None => (0..run.submissions.len()).collect(),
        };
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let files: Vec<&str> =
            run.submissions.iter().chain(&run.priors).flat_map(|one| &one.files).map(|file| &*file.file).collect();
        for file in &files {
            *seen.entry(stem(file)).or_default() += 1;
        }
        // A file is called by its own name, unless two have it; the index of sources has it in full.
        let name = |file: &str| {
            let own = stem(file);
            if seen.get(own) == Some(&1) { own.to_owned() } else { file.to_owned() }
        };
        let names = files.iter().map(|file| ((*file).to_owned(), name(file))).collect();
        Self { report, settings, submissions, names }
    }

    #[must_use]
    pub fn run(&self) -> &'r Run {
        self.report.run
    }

    #[must_use]
    pub fn lang(&self) -> Lang {
        self.report.lang
    }

    /// One of two texts, by the language of the papers.
    #[must_use]
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang() == Lang::Zh { zh } else { en }
    }

    #[must_use]
    pub fn of<'w>(&self, words: &'w Words) -> &'w str {
        words.get(self.lang())
    }

    #[must_use]
    pub fn is_many(&self) -> bool {
        self.submissions.len() > 1
    }

    /// Whether the papers are about everything that was read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.submissions.len() == self.report.run.submissions.len()
    }

    #[must_use]
    pub fn submission(&self, at: usize) -> &'r Submission {
        &self.run().submissions[at]
    }

    /// This year's submission with last year's.
    #[must_use]
    pub fn pair(&self, at: usize) -> (&'r Submission, Option<&'r Submission>) {
        (self.submission(at), self.run().prior_of(at))
    }

    #[must_use]
    pub fn rule(&self, outcome: &Outcome) -> &'r Rule {
        &self.report.pack.rules[outcome.rule]
    }

    /// The outcomes of this set with their numbers in the run.
    pub fn outcomes(&self) -> impl Iterator<Item = (usize, &'r Outcome)> {
        // Outcomes stand in the order of submissions.
        let all = &self.run().outcomes;
        self.submissions.iter().flat_map(move |at| {
            let first = all.partition_point(|one| one.submission < *at);
            let last = all.partition_point(|one| one.submission <= *at);
            all[first..last].iter().enumerate().map(move |(number, one)| (first + number, one))
        })
    }

    /// The findings of this set: the number in the run, the submission, the finding.
    pub fn findings(&self) -> impl Iterator<Item = (usize, usize, &'r Finding)> {
        let run = self.run();
        self.submissions
            .iter()
            .flat_map(move |at| run.numbers_of(*at).map(move |number| (number, *at, &run.findings[number])))
    }

    /// A finding's number as the annotated workbook has it; the submission's number before it where there are several.
    #[must_use]
    pub fn finding_number(&self, finding: usize, submission: usize) -> String {
        let own = finding - self.run().numbers_of(submission).start + 1;
        if self.is_many() { format!("{}-{own}", self.place(submission)) } else { own.to_string() }
    }

    /// The number of a submission in this set, from one.
    #[must_use]
    pub fn place(&self, submission: usize) -> usize {
        self.submissions.binary_search(&submission).map_or(0, |at| at + 1)
    }

    /// A file as papers show it.
    #[must_use]
    pub fn file<'f>(&'f self, file: &'f str) -> &'f str {
        self.names.get(file).map_or(file, String::as_str)
    }

    /// Where figures come from, a line a file or sheet: the file, then `表!单元格、单元格`.
    #[must_use]
    pub fn sources(&self, cells: &[FindingCell]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut last: Option<(&str, &str)> = None;
        let mut seen: Vec<(&str, &str, CellRef)> = Vec::new();
        for cell in cells {
            let place = (&*cell.file, &*cell.sheet, cell.cell);
            if seen.contains(&place) {
                continue;
            }
            seen.push(place);
            match (last, lines.last_mut()) {
                (Some((file, sheet)), Some(line)) if *file == *cell.file && *sheet == *cell.sheet => {
                    line.push_str(self.say("、", ", "));
                    line.push_str(&cell.cell.to_string());
                }
                _ => {
                    if last.is_none_or(|(file, _)| *file != *cell.file) {
                        lines.push(self.file(&cell.file).to_owned());
                    }
                    lines.push(format!("{}!{}", cell.sheet, cell.cell));
                }
            }
            last = Some((&cell.file, &cell.sheet));
        }
        lines
    }

    /// Writes where a figure comes from: file and sheet, and in the next column the cell with a link.
    ///
    /// The file is left out where it is the one that stands over the rows.
    pub fn write_source(
        &self,
        page: &mut Page,
        col: u16,
        cell: &FindingCell,
        over: Option<&str>,
        fill: Fill,
    ) -> Result<(), XlsxError> {
        let source = match over {
            Some(above) if *above == *cell.file => cell.sheet.to_string(),
            _ => format!("{}·{}", self.file(&cell.file), cell.sheet),
        };
        page.text(col, &source, Look::Text.on(fill))?;
        match self.beside(cell) {
            Some(target) => page.link(col + 1, &cell.cell.to_string(), &target, Look::Index.on(fill)),
            None => page.text(col + 1, &cell.cell.to_string(), Look::Centre.on(fill)),
        }
    }

    /// The same cell in the annotated workbook beside the papers, where there is one.
    #[must_use]
    pub fn beside(&self, cell: &FindingCell) -> Option<Target> {
        let path = self.settings.annotated.get(&*cell.file)?;
        Some(Target::Beside { path: path.clone(), sheet: cell.sheet.to_string(), cell: cell.cell })
    }

    /// Says how many links a sheet had no room for, where that is so.
    pub fn write_unlinked(&self, page: &mut Page) -> Result<(), XlsxError> {
        let unlinked = page.unlinked;
        if unlinked == 0 {
            return Ok(());
        }
        page.remark(&match self.lang() {
            Lang::Zh => format!("本表链接已达 Excel 每表 65,530 个的上限，另有{unlinked}处只列文字，不带链接。"),
            Lang::En => format!("The sheet holds the 65,530 links that Excel allows; {unlinked} more references stand as text without a link."),
        })
    }

    /// Who the papers are about.
    #[must_use]
    pub fn entity(&self) -> String {
        match self.submissions.as_slice() {
            [one] => self.submission(*one).entity.clone(),
            many => match self.lang() {
                Lang::Zh => format!("{}份报送件（见单位一览）", many.len()),
                Lang::En => format!("{} submissions (see the overview)", many.len()),
            },
        }
    }

    /// The year or years.
    #[must_use]
    pub fn period(&self) -> String {
        let mut years: Vec<i32> = self.submissions.iter().filter_map(|at| self.submission(*at).year).collect();
        years.sort_unstable();
        years.dedup();
        let years: Vec<String> = years.iter().map(i32::to_string).collect();
        match (years.is_empty(), self.lang()) {
            (true, _) => String::new(),
            (false, Lang::Zh) => format!("{}年度", years.join("、")),
            (false, Lang::En) => years.join(", "),
        }
    }

    #[must_use]
    pub fn matter(&self) -> &str {
        match self.settings.template.matter.as_str() {
            "" => self.say("部门整体支出绩效自评数据复核", "Review of performance self-evaluation figures"),
            own => own,
        }
    }

    /// The title of a paper: the office's own, or the built-in one.
    #[must_use]
    pub fn title(&self, kind: Kind) -> &str {
        let template = &self.settings.template;
        let set = Some(&template.title).filter(|title| kind == Kind::Cover && !title.is_empty());
        let (zh, en) = kind.title();
        template.titles.get(&kind).or(set).map_or(self.say(zh, en), String::as_str)
    }

    /// What these papers were made of, as one line.
    #[must_use]
    pub fn origin(&self) -> String {
        let run = self.report.run;
        let own = self.submissions.iter().map(|at| &run.submissions[*at]);
        let prior = self.submissions.iter().filter_map(|at| run.prior_of(*at));
        Origin::of(&self.report.pack.sha256, own.chain(prior)).line(self.lang())
    }

    /// The titles of a paper's columns.
    #[must_use]
    pub fn titles(&self, kind: Kind) -> Vec<&'static str> {
        kind.columns().iter().map(|column| if self.lang() == Lang::Zh { column.zh } else { column.en }).collect()
    }

    /// Begins a paper with the columns that are to be shown.
    pub fn page(&self, kind: Kind, name: &str, paper: Paper, widths: &[f64]) -> Result<Page, XlsxError> {
        self.dressed(kind, Page::new(name, paper, widths)?)
    }

    /// Begins such a paper for very many rows.
    pub fn long_page(
        &self,
        book: &mut Book,
        kind: Kind,
        name: &str,
        paper: Paper,
        widths: &[f64],
    ) -> Result<Page, XlsxError> {
        self.dressed(kind, Page::long(book, name, paper, widths)?)
    }

    fn dressed(&self, kind: Kind, mut page: Page) -> Result<Page, XlsxError> {
        if let Some(hidden) = self.settings.template.hidden.get(&kind) {
            page.hide(hidden)?;
        }
        Ok(page)
    }

    /// Title and header lines of a paper.
    #[must_use]
    pub fn head(&self, index: &str, title: &str) -> Head {
        self.head_of(index, title, &self.entity())
    }

    /// Title and header lines of a paper on one unit.
    #[must_use]
    pub fn head_of(&self, index: &str, title: &str, entity: &str) -> Head {
        let settings = self.settings;
        // The date is of the preparation; a reviewer who is not named has not signed.
        let dated = |name: &str, signed: bool| {
            let name = if name.is_empty() { "＿＿＿＿＿" } else { name };
            let date = if settings.date.is_empty() || !signed { "＿＿＿＿＿" } else { &settings.date };
            format!("{name}　{}{date}", self.say("日期：", "date: "))
        };
        let line = |zh: &str, en: &str, content: String| (self.say(zh, en).to_owned(), content);
        Head {
            title: title.to_owned(),
            meta: vec![
                line("被评价单位", "Unit", entity.to_owned()),
                line("事项", "Matter", self.matter().to_owned()),
                line("索引号", "Index", index.to_owned()),
                line("期间", "Period", self.period()),
                line("编制人", "Prepared by", dated(&settings.prepared_by, true)),
                line("复核人", "Reviewed by", dated(&settings.reviewed_by, !settings.reviewed_by.is_empty())),
            ],
            index: index.to_owned(),
            lang: self.lang(),
        }
    }
}

/// A file's own name without its extension.
fn stem(file: &str) -> &str {
    let own = file.rsplit('/').next().unwrap_or(file);
    own.rsplit_once('.').map_or(own, |(stem, _)| stem)
}
