//! What every sheet of the comparison shares: words, names of files, headline lines, and where each row will stand.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use crate::compare::entity::THREE_PUBLIC;
use crate::compare::{Row, Side, Source, Spread, YearOverYear};
use crate::forms::declare::{Block, Stage};
use crate::model::{Lang, Quantity};
use crate::report::years::YearsReport;
use crate::workpaper::figures::Digits;
use crate::workpaper::files::FileNames;
use crate::workpaper::names::SheetNames;
use crate::workpaper::page::{Head, MOST_ROWS, Page, Paper, Target};

/// Rows over the first line of a list: title, one line of header, a remark, column titles.
pub const TOP: u32 = 4;
/// Rows kept free at the end of a sheet.
const TAIL: u32 = 10;
/// Rows that one sheet of the line-by-line list holds.
pub const PER_SHEET: usize = (MOST_ROWS - TOP - TAIL) as usize;
/// Rows that the line-by-line list holds; a workbook with more no longer opens on an office machine.
const MOST_LISTED: usize = 200_000;
/// Headline lines at most, so that one row a unit fits a page.
const MOST_HEADLINES: usize = 6;

/// The names of the sheets.
#[derive(Debug, Clone)]
pub struct Sheets {
    pub overview: String,
    pub charts: String,
    pub units: String,
    pub lines: Vec<String>,
    pub execution: String,
    pub three_public: String,
    pub explain: String,
    pub apart: String,
    pub pairs: String,
}

/// A line that stands for a large part of a unit's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    pub form: usize,
    pub line: Arc<str>,
    pub parent: Option<Arc<str>>,
}

/// The comparison as it is written.
pub struct View<'r> {
    pub report: &'r YearsReport<'r>,
    pub sheets: Sheets,
    pub headlines: Vec<Headline>,
    files: FileNames,
    /// For each unit, the number of its first row in the list; behind the last, all rows.
    starts: Vec<usize>,
    /// Units whose rows the list holds.
    pub units_listed: usize,
    /// Rows that need a reason, by unit and row, with their number.
    explained: HashMap<(usize, usize), usize>,
}

impl<'r> View<'r> {
    #[must_use]
    pub fn new(report: &'r YearsReport<'r>) -> Self {
        let units = &report.comparison.units;
        let mut starts = vec![0];
        let mut units_listed = 0;
        let mut total = 0;
        for unit in units {
            total += unit.rows.len();
            if units_listed + 1 == starts.len() && (total <= MOST_LISTED || units_listed == 0) {
                units_listed += 1;
            }
            starts.push(total);
        }
        let listed = starts[units_listed];
        let crossed = units.iter().enumerate().flat_map(|(unit, one)| {
            one.rows.iter().enumerate().filter(|(_, row)| row.crossed).map(move |(row, _)| (unit, row))
        });
        Self {
            report,
            sheets: sheets(report, listed.div_ceil(PER_SHEET).max(1)),
            headlines: headlines(report),
            files: FileNames::of(report.submissions.iter().chain(report.priors)),
            starts,
            units_listed,
            explained: crossed.enumerate().map(|(number, at)| (at, number)).collect(),
        }
    }

    #[must_use]
    pub fn lang(&self) -> Lang {
        self.report.lang
    }

    /// One of two texts, by language.
    #[must_use]
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.report.say(zh, en)
    }

    #[must_use]
    pub fn units(&self) -> &'r [YearOverYear] {
        &self.report.comparison.units
    }

    #[must_use]
    pub fn is_many(&self) -> bool {
        self.units().len() > 1
    }

    /// A unit's name; with its year where one name stands for several.
    #[must_use]
    pub fn entity(&self, unit: usize) -> &'r str {
        self.units().get(unit).map_or("", |one| one.entity.as_str())
    }

    /// Begins a sheet's title lines.
    #[must_use]
    pub fn head(&self, index: &str, title: &str) -> Head {
        let pair = |zh: &str, en: &str, content: String| (self.say(zh, en).to_owned(), content);
        let scope = match self.units() {
            [one] => one.entity.clone(),
            many => match self.lang() {
                Lang::Zh => format!("{}份报送件", many.len()),
                Lang::En => format!("{} submissions", many.len()),
            },
        };
        let limits = self.report.comparison.limits;
        let (rate, least) = (limits.rate.normalize(), limits.amount.normalize());
        let limit = match self.lang() {
            Lang::Zh => format!("变动超过{rate}%且超过{least}万元"),
            Lang::En => format!("changes beyond {rate} % and {least}万元"),
        };
        Head {
            title: title.to_owned(),
            meta: vec![
                pair("单位", "Unit", scope),
                pair("年度", "Years", self.period()),
                pair("需说明的", "To be explained", limit),
            ],
            index: index.to_owned(),
            lang: self.lang(),
        }
    }

    /// The years that are compared, such as `2024 ← 2023`.
    #[must_use]
    pub fn period(&self) -> String {
        let list = |years: Vec<i32>| match (years.iter().min(), years.iter().max()) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first}–{last}"),
            _ => String::new(),
        };
        let now = list(self.units().iter().filter_map(|one| one.year).collect());
        let before = list(self.units().iter().filter_map(|one| one.prior.as_ref()?.1).collect());
        if before.is_empty() { now } else { format!("{now} ← {before}") }
    }

    /// `附件2`, with the project where the table is one's.
    #[must_use]
    pub fn table(&self, form: usize, project: Option<&str>) -> String {
        let annex = self.report.forms.all.get(form).map_or("", |form| form.annex.as_str());
        match project {
            Some(project) => format!("{annex}·{project}"),
            None => annex.to_owned(),
        }
    }

    /// `文件·表·单元格`; says so where last year's amount stands in this year's own column.
    #[must_use]
    pub fn source(&self, side: Option<&Side>) -> String {
        side.map(|side| self.place(&side.file, &side.sheet, &side.cell.to_string())).unwrap_or_default()
    }

    #[must_use]
    pub fn place(&self, file: &str, sheet: &str, cell: &str) -> String {
        format!("{}·{sheet}·{cell}", self.files.short(file))
    }

    #[must_use]
    pub fn file<'f>(&'f self, file: &'f str) -> &'f str {
        self.files.short(file)
    }

    /// How a row's line was matched, and where last year's amount comes from.
    #[must_use]
    pub fn matched(&self, row: &Row) -> String {
        let how = self.report.how(row);
        let own = row.source == Source::OwnColumn && row.last.is_some();
        match (how.is_empty(), own) {
            (true, false) => self.say("同名", "one name").to_owned(),
            (true, true) => self.say("取本表上年决算数", "this year’s own prior-year column").to_owned(),
            (false, false) => how,
            (false, true) => format!("{how}；{}", self.say("取本表上年决算数", "own prior-year column")),
        }
    }

    /// The words that the submission explains a change with, and where they stand.
    #[must_use]
    pub fn reason(&self, unit: usize, row: &Row) -> Option<(String, String)> {
        let reason = row.reason.as_ref()?;
        let submission = self.units().get(unit)?.submission;
        let table = self.report.submissions.get(submission)?.tables.get(reason.table)?;
        let place = self.place(&table.file, &table.sheet, &reason.cell.to_string());
        Some((self.report.masked(&reason.sentence), place))
    }

    /// The row of a headline in one unit.
    #[must_use]
    pub fn headline(&self, unit: usize, line: &Headline) -> Option<&'r Row> {
        self.units().get(unit)?.rows.iter().find(|row| {
            row.stage == Some(Stage::Outturn)
                && row.project.is_none()
                && (row.form, &row.line, &row.parent) == (line.form, &line.line, &line.parent)
        })
    }

    /// Where a row stands in the line-by-line list.
    #[must_use]
    pub fn line_spot(&self, unit: usize, row: usize) -> Option<Target> {
        if unit >= self.units_listed {
            return None;
        }
        let number = self.starts.get(unit)? + row;
        let sheet = self.sheets.lines.get(number / PER_SHEET)?;
        Some(Target::inside(sheet, TOP + (number % PER_SHEET) as u32, 2))
    }

    /// Where a row stands in the list of what needs a reason.
    #[must_use]
    pub fn explain_spot(&self, unit: usize, row: usize) -> Option<Target> {
        let number = self.explained.get(&(unit, row))?;
        Some(Target::inside(&self.sheets.explain, TOP + *number as u32, 2))
    }

    /// Begins a list whose first column names the unit; of one unit alone that column is hidden.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn list(&self, name: &str, widths: &[f64]) -> Result<Page, XlsxError> {
        let mut page = Page::new(name, Paper::Landscape, widths)?;
        if !self.is_many() {
            page.sheet().set_column_hidden(0)?;
        }
        Ok(page)
    }

    /// Says how many links a sheet had no room for, where that is so.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn write_unlinked(&self, page: &mut Page) -> Result<(), XlsxError> {
        match (page.unlinked, self.lang()) {
            (0, _) => Ok(()),
            (n, Lang::Zh) => {
                page.remark(&format!("本表链接已达 Excel 每表 65,530 个的上限，另有{n}处只列文字，不带链接。"))
            }
            (n, Lang::En) => page.remark(&format!(
                "The sheet holds the 65,530 links that Excel allows; {n} more references stand as text without a link."
            )),
        }
    }
}

/// The amount of one side.
#[must_use]
pub fn held(side: Option<&Side>) -> Option<Decimal> {
    side.and_then(|side| side.amount)
}

/// How many decimals a row's amounts show.
#[must_use]
pub fn digits(row: &Row) -> Digits {
    if is_money(row) { Digits::Money } else { Digits::Own }
}

#[must_use]
pub fn is_money(row: &Row) -> bool {
    row.quantity == Quantity::Money
}

fn sheets(report: &YearsReport<'_>, lists: usize) -> Sheets {
    let mut names = SheetNames::default();
    let mut give = |zh: &str, en: &str| names.give(report.say(zh, en));
    Sheets {
        overview: give("汇总", "Summary"),
        charts: give("图表", "Charts"),
        units: give("单位一览", "Units"),
        lines: (0..lists).map(|_| give("逐项对比", "Line by line")).collect(),
        execution: give("预算与执行", "Budget and outturn"),
        three_public: give("三公经费", "Three-public"),
        explain: give("需说明", "To be explained"),
        apart: give("新增与消失", "New and gone"),
        pairs: give("配对", "Pairing"),
    }
}

/// Lines that have parts of their own and no whole above them, the three-public line, and the lines that it is part of.
fn headlines(report: &YearsReport<'_>) -> Vec<Headline> {
    let lines = &report.comparison.summary.lines;
    let mut found: Vec<&Spread> = lines.iter().filter(|line| is_headline(report, line)).collect();
    while found.len() > MOST_HEADLINES {
        // The line of the fewest units gives way, of several the last.
        let Some((at, _)) = found.iter().enumerate().rev().min_by_key(|(_, line)| line.units) else { break };
        found.remove(at);
    }
    found
        .into_iter()
        .map(|line| Headline { form: line.form, line: line.line.clone(), parent: line.parent.clone() })
        .collect()
}

fn is_headline(report: &YearsReport<'_>, line: &Spread) -> bool {
    let Some(form) = report.forms.all.get(line.form) else { return false };
    form.blocks.iter().any(|block| {
        let Some(declared) = block.line_named(&line.line) else { return false };
        declared.parent.as_deref() == line.parent.as_deref()
            && (is_above(block, THREE_PUBLIC, &declared.name)
                || (declared.parent.is_none()
                    && (declared.open
                        || block.lines.iter().any(|one| one.parent.as_deref() == Some(declared.name.as_str())))))
    })
}

/// Whether a line is another's, or one that it is part of.
fn is_above(block: &Block, line: &str, above: &str) -> bool {
    let mut name = Some(line);
    for _ in 0..=block.lines.len() {
        match name {
            Some(one) if one == above => return true,
            Some(one) => name = block.line_named(one).and_then(|line| line.parent.as_deref()),
            None => return false,
        }
    }
    false
}

/// Whether a form declares the line, or an office named it itself.
#[must_use]
pub fn is_declared(report: &YearsReport<'_>, line: &Spread) -> bool {
    let form = report.forms.all.get(line.form);
    form.is_some_and(|form| {
        form.blocks.iter().any(|block| {
            block.line_named(&line.line).is_some_and(|one| one.parent.as_deref() == line.parent.as_deref())
        })
    })
}
