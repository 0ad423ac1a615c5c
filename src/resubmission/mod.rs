//! A submission filed anew: what changed, cell by cell, which findings went, and what nobody had asked to be changed.
//!
//! Takes the old and the new run with the sheets of both, gives for every unit and year a [`Resubmission`]. Sheets are
//! paired by what stands in them, rows by the lines that they were read as and by likeness, columns by what they share,
//! so that an inserted row, a moved one or a renamed sheet is no change of every cell behind it.
//!
//! *Absent on purpose:* a verdict on intent. A figure that no finding asked for is listed as such, and no more.

mod asked;
mod columns;
mod rows;
mod sheets;

use std::collections::{BTreeMap, HashMap};

use crate::facts::Submission;
use crate::facts::gather::normal_entity;
use crate::model::{CellRef, Finding};
use crate::read::Sheet;
use crate::reconcile::Run;

/// A run, and the sheets it was made of, by file.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub run: &'a Run,
    pub sheets: &'a BTreeMap<String, Vec<Sheet>>,
}

/// Where a sheet stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub sheet: String,
}

/// Whether a finding asked for a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Findings of the old run that have the cell, by their numbers and codes.
    By(Vec<(usize, String)>),
    /// It stands in a tie with a cell that was asked for, and the tie holds now.
    Follows,
    /// No finding asked for it.
    No,
    /// Words changed, and no figure in them.
    Words,
}

/// One cell that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// None where the cell stands in a new row or column.
    pub old: Option<CellRef>,
    pub new: Option<CellRef>,
    pub before: String,
    pub now: String,
    /// Line and measure, where the cell was read as a figure.
    pub label: String,
    pub asked: Asked,
}

/// A row that only one side has, with its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoneRow {
    /// Zero-based.
    pub row: u32,
    pub text: String,
    pub has_figures: bool,
}

/// One sheet then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetChanges {
    pub old: Option<Place>,
    pub new: Option<Place>,
    pub changes: Vec<Change>,
    pub inserted: Vec<LoneRow>,
    pub deleted: Vec<LoneRow>,
    /// Rows that stand elsewhere among the others: old and new, zero-based.
    pub moved: Vec<(u32, u32)>,
}

impl SheetChanges {
    /// The sheet has another name.
    #[must_use]
    pub fn is_renamed(&self) -> bool {
        matches!((&self.old, &self.new), (Some(old), Some(new)) if old.sheet.trim() != new.sheet.trim())
    }

    #[must_use]
    pub fn is_same(&self) -> bool {
        let lists = self.changes.is_empty() && self.inserted.is_empty() && self.deleted.is_empty();
        lists && self.moved.is_empty() && self.old.is_some() && self.new.is_some() && !self.is_renamed()
    }
}

/// One unit's one year, filed twice.
#[derive(Debug, Clone)]
pub struct Resubmission {
    /// The submission's number in the old and in the new run.
    pub old: usize,
    pub new: usize,
    pub sheets: Vec<SheetChanges>,
    /// Findings by their numbers in the lists of both runs.
    pub went: Vec<usize>,
    pub stayed: Vec<(usize, usize)>,
    pub came: Vec<usize>,
    /// Findings of the old run on sheets that were not filed anew: nobody can say that they are gone.
    pub apart: Vec<usize>,
}

impl Resubmission {
    /// All changes of figures that no finding asked for.
    pub fn quiet(&self) -> impl Iterator<Item = (&SheetChanges, &Change)> {
        let all = self.sheets.iter().flat_map(|sheet| sheet.changes.iter().map(move |change| (sheet, change)));
        all.filter(|(_, change)| change.asked == Asked::No)
    }

    #[must_use]
    pub fn count(&self, is: fn(&Asked) -> bool) -> usize {
        self.sheets.iter().flat_map(|sheet| &sheet.changes).filter(|change| is(&change.asked)).count()
    }
}

/// All pairs, and what only one side has.
#[derive(Debug, Clone, Default)]
pub struct Resubmissions {
    pub pairs: Vec<Resubmission>,
    /// Submissions of the old run that were not filed anew, and of the new that had not been filed.
    pub only_old: Vec<usize>,
    pub only_new: Vec<usize>,
}

/// Holds two runs against each other.
#[must_use]
pub fn compare(old: Side<'_>, new: Side<'_>) -> Resubmissions {
    let name = |one: &Submission| (normal_entity(&one.entity), one.year);
    let mut open: HashMap<_, usize> = old.run.submissions.iter().enumerate().map(|(at, one)| (name(one), at)).collect();
    let mut all = Resubmissions::default();
    for (at, one) in new.run.submissions.iter().enumerate() {
        match open.remove(&name(one)) {
            Some(before) => all.pairs.push(pair(old, new, before, at)),
            None => all.only_new.push(at),
        }
    }
    all.only_old = open.into_values().collect();
    all.only_old.sort_unstable();
    all
}

fn pair(old: Side<'_>, new: Side<'_>, before: usize, at: usize) -> Resubmission {
    let sheets = sheets::changes((old, before), (new, at));
    let sheets = asked::mark(sheets, (old.run, before), (new.run, at));
    let key = |run: &Run, number: usize| run.findings[number].key.clone();
    let mut left: BTreeMap<String, usize> =
        old.run.numbers_of(before).map(|number| (key(old.run, number), number)).collect();
    let (mut stayed, mut came) = (Vec::new(), Vec::new());
    for number in new.run.numbers_of(at) {
        match left.remove(&key(new.run, number)) {
            Some(old) => stayed.push((old, number)),
            None => came.push(number),
        }
    }
    let gone: Vec<&Place> = sheets.iter().filter(|one| one.new.is_none()).filter_map(|one| one.old.as_ref()).collect();
    let on_gone = |number: &usize| {
        let first = old.run.findings[*number].cells.first();
        first.is_some_and(|cell| gone.iter().any(|place| *cell.file == *place.file && *cell.sheet == *place.sheet))
    };
    let mut left: Vec<usize> = left.into_values().collect();
    left.sort_unstable();
    let (apart, went) = left.into_iter().partition(on_gone);
    Resubmission { old: before, new: at, sheets, went, stayed, came, apart }
}

/// The number of a finding in its submission's annotated workbook, from one.
#[must_use]
pub fn number_of(run: &Run, submission: usize, finding: usize) -> usize {
    finding - run.numbers_of(submission).start + 1
}

/// The findings of a submission that have a cell.
fn findings_at<'r>(
    run: &'r Run,
    submission: usize,
    place: &Place,
    at: CellRef,
) -> impl Iterator<Item = (usize, &'r Finding)> {
    let place = place.clone();
    let own = run.findings_of(submission).iter().enumerate();
    own.filter(move |(_, finding)| {
        finding.cells.iter().any(|cell| cell.cell == at && *cell.file == *place.file && *cell.sheet == *place.sheet)
    })
}
