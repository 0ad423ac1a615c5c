//! Facts: what was read, gathered by submission, and THE long frame of it.
//!
//! A [`Submission`] is one unit's one year, from one file or several. [`gather()`] groups readings, takes the newer of
//! two versions of one annex and says so. [`frame`](frame::frame) lays every figure out, one row a figure.

#[cfg(feature = "program")]
pub mod columns;
pub mod county;
#[cfg(feature = "program")]
pub mod dataset;
#[cfg(feature = "program")]
pub mod export;
#[cfg(feature = "program")]
pub mod frame;
pub mod gather;
pub mod intern;
pub mod origin;
pub mod whole;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::forms::declare::Stage;
use crate::forms::reading::{Figure, Reading, Unread};
use crate::forms::{Forms, Unknown};
use crate::model::{CellRef, Words};

pub use gather::{Aliases, Overrides, gather};

/// One file after recognition.
#[derive(Debug, Clone)]
pub struct Filed {
    /// As the user gave it.
    pub file: Arc<str>,
    pub sha256: String,
    pub size: u64,
    /// `dcterms:modified`, where the package has it.
    pub modified: Option<String>,
    pub sheets: Vec<FiledSheet>,
    pub notices: Vec<FiledNotice>,
    /// People whom a roster or a label of the file names: no output shows them unless asked.
    pub people: Vec<String>,
}

/// What was noticed while a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledNotice {
    pub sheet: Option<String>,
    pub cell: Option<CellRef>,
    pub words: Words,
    /// The sheet should have been read and could not be.
    pub lost: bool,
}

impl FiledNotice {
    /// The words behind the place they speak of: file, sheet and cell.
    #[must_use]
    pub fn placed(&self, file: &str) -> Words {
        let cell = self.cell.map(|cell| format!("!{cell}")).unwrap_or_default();
        let sheet = self.sheet.as_deref().filter(|sheet| *sheet != file).map(|sheet| format!(" · {sheet}"));
        let place = format!("{file}{}{cell}", sheet.unwrap_or_default());
        Words::new(format!("{place}：{}", self.words.zh), format!("{place}: {}", self.words.en))
    }
}

/// One sheet after recognition.
#[derive(Debug, Clone)]
pub struct FiledSheet {
    pub name: Arc<str>,
    pub readings: Vec<Reading>,
    pub unknown: Vec<Unknown>,
}

/// One unit's one year.
#[derive(Debug, Clone)]
pub struct Submission {
    pub entity: String,
    pub year: Option<i32>,
    pub files: Vec<SubmittedFile>,
    pub tables: Vec<Table>,
    pub sheets: Vec<SheetNote>,
    pub notices: Vec<Words>,
}

/// A file of a submission.
#[derive(Debug, Clone)]
pub struct SubmittedFile {
    pub file: Arc<str>,
    pub sha256: String,
    pub size: u64,
    /// People whom it names; none of a store, which keeps no names.
    pub people: Vec<String>,
}

/// What became of a sheet, or of a piece of one.
#[derive(Debug, Clone)]
pub struct SheetNote {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    /// Index into the forms; none where no form fits.
    pub form: Option<usize>,
    pub project: Option<String>,
    pub figures: usize,
    pub unread: Vec<Unread>,
    /// The nearest form and what was missing of it, where none fits.
    pub why: Option<Words>,
}

/// One recognised table with where it stands.
#[derive(Debug, Clone)]
pub struct Table {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub form: usize,
    pub project: Option<String>,
    pub reading: Reading,
}

impl Submission {
    /// The tables of one form, in the order of the files.
    pub fn tables_of(&self, form: usize) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.form == form)
    }
}

impl Table {
    /// The cell that stands for the whole table: its heading.
    #[must_use]
    pub fn heading(&self) -> CellRef {
        self.reading.titles.first().map_or(CellRef::new(self.reading.piece.top, 0), |(cell, _)| *cell)
    }

    /// The first figure at a block, line and measure.
    #[must_use]
    pub fn figure(&self, block: &str, line: &str, measure: &str) -> Option<&Figure> {
        self.reading
            .figures
            .iter()
            .find(|figure| &*figure.block == block && &*figure.line == line && &*figure.measure == measure)
    }
}

/// Counts the amounts that a submission holds.
#[must_use]
pub fn amounts(submission: &Submission) -> usize {
    let figures = submission.tables.iter().flat_map(|table| &table.reading.figures);
    figures.filter(|figure| figure.value.amount.is_some()).count()
}

/// The whole budget of a submission and how it was carried out, in 万元.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    pub budget: Decimal,
    pub outturn: Decimal,
}

/// Finds the whole budget: the first total line of a department-wide form that prints an initial budget and an outturn.
/// Where it prints no adjusted budget, the initial one is the budget.
#[must_use]
pub fn whole_budget(submission: &Submission, forms: &Forms) -> Option<Whole> {
    submission.tables.iter().filter(|table| forms.all[table.form].single).find_map(|table| {
        let form = &forms.all[table.form];
        form.blocks.iter().find_map(|block| {
            let (initial, outturn) = (block.stage(Stage::Initial)?, block.stage(Stage::Outturn)?);
            let total = block.lines.iter().find(|line| line.parent.is_none())?;
            let amount = |measure: &str| table.figure(&block.name, &total.name, measure)?.in_panel_unit();
            let adjusted = block.stage(Stage::Budget).and_then(|measure| amount(&measure.name));
            Some(Whole { budget: adjusted.or_else(|| amount(&initial.name))?, outturn: amount(&outturn.name)? })
        })
    })
}

/// The form of a table.
#[must_use]
pub fn form_of<'f>(forms: &'f Forms, table: &Table) -> &'f crate::forms::declare::Form {
    &forms.all[table.form]
}
