//! The facts store: a Parquet dataset laid out by year and county, one file a submission.
//!
//! ```text
//! DIR/year=2024/county=双牌县/6b1f0c…-9d02e4….parquet
//!                             unit    content
//! ```
//!
//! The name of a file tells the unit and what its files held, so that importing again replaces what it should: the same
//! unit's submission of that year, and the same content under another name. Files appear whole or not at all, and
//! imports of different submissions do not touch each other; writers take turns.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::columns::{Column as Declared, FACTS, KEPT};
use super::county::county;
use super::frame::{frame, unscaled};
use super::gather::Aliases;
use super::origin::Origin;
use super::whole::write_whole;
use super::{SheetNote, Submission, SubmittedFile, Table};
use crate::forms::Forms;
use crate::forms::reading::{Figure, Reading, Required};
use crate::forms::recognise::Piece;
use crate::forms::value::{State, Value};
use crate::model::{CellRef, Quantity, Unit, Words};

/// The directory that engines take for a null in a partition.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
/// Hexadecimal digits of each hash in a file's name.
const DIGITS: usize = 16;

/// A store that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{}: {error}", path.display())]
    Parquet { path: PathBuf, error: PolarsError },
    #[error("{}: column `{column}` is missing or of another type · 列 `{column}` 缺失或类型不符", path.display())]
    Column { path: PathBuf, column: &'static str },
}

/// What became of the submissions of one import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stored {
    pub added: usize,
    pub replaced: usize,
}

/// The columns of the dataset's files: those of every export, and those that put a submission together again.
pub fn columns() -> impl Iterator<Item = &'static Declared> {
    const OF_EXPORTS: &[Declared] = &FACTS;
    const OF_STORE: &[Declared] = &KEPT;
    OF_EXPORTS.iter().chain(OF_STORE)
}

/// A hash of what a submission's files hold, whatever they are called; lower-case hexadecimal.
#[must_use]
pub fn content_hash(submission: &Submission) -> String {
    let mut hashes: Vec<&str> = submission.files.iter().map(|file| file.sha256.as_str()).collect();
    hashes.sort_unstable();
    hex(&hashes.join("\n"))
}

fn hex(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether a folder is a facts store: it holds partitions by year.
#[must_use]
pub fn is_dataset(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("year=") && entry.path().is_dir())
}

/// The years that a store holds.
#[must_use]
pub fn years(folder: &Path) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let year = |name: &str| name.strip_prefix("year=").and_then(|year| year.parse().ok());
    entries.flatten().filter_map(|entry| year(&entry.file_name().to_string_lossy())).collect()
}

fn partition(folder: &Path, year: Option<i32>, county: Option<&str>) -> PathBuf {
    let year = year.map_or_else(|| NULL.to_owned(), |year| year.to_string());
    folder.join(format!("year={year}")).join(format!("county={}", county.unwrap_or(NULL)))
}

/// Adds submissions to a store, or replaces them there.
///
/// # Errors
/// A folder or file that cannot be written; what was written before it stays whole.
pub fn write(
    folder: &Path,
    submissions: &[Submission],
    forms: &Forms,
    aliases: &Aliases,
    rules_sha256: &str,
    masked: &dyn Fn(&str) -> String,
) -> Result<Stored, StoreError> {
    std::fs::create_dir_all(folder).map_err(|error| StoreError::Io { path: folder.to_owned(), error })?;
    let _turn = wait_turn(folder)?;
    let mut held = held(folder)?;
    let columns: Vec<&Declared> = columns().collect();
    let mut stored = Stored::default();
    for submission in submissions {
        let unit = hex(&aliases.canonical(&submission.entity))[..DIGITS].to_owned();
        let content = content_hash(submission)[..DIGITS].to_owned();
        let place = partition(folder, submission.year, county(&submission.entity).as_deref());
        let path = place.join(format!("{unit}-{content}.parquet"));
        let mut table = frame(std::slice::from_ref(submission), forms, &columns, masked)
            .map_err(|error| StoreError::Parquet { path: path.clone(), error })?;
        write_table(&path, &mut table, &Origin::of(rules_sha256, [submission]))?;
        let year = format!("year={}", submission.year.map_or_else(|| NULL.to_owned(), |year| year.to_string()));
        let replaces = |name: &Held| (name.unit == unit && name.year == year) || name.content == content;
        let old: Vec<PathBuf> = held.iter().filter(|name| replaces(name)).map(|name| name.path.clone()).collect();
        for gone in old.iter().filter(|gone| **gone != path) {
            std::fs::remove_file(gone).map_err(|error| StoreError::Io { path: gone.clone(), error })?;
        }
        held.retain(|name| !old.contains(&name.path));
        held.push(Held { path, year, unit, content });
        if old.is_empty() {
            stored.added += 1;
        } else {
            stored.replaced += 1;
        }
    }
    Ok(stored)
}

/// Takes the store for one writer until the file is let go: two that replace one submission side by side would leave both.
fn wait_turn(folder: &Path) -> Result<Option<File>, StoreError> {
    // A dot in front: engines that read the dataset pass it over.
    let path = folder.join(".lock");
    let file = File::options().create(true).append(true).open(&path).map_err(|error| StoreError::Io { path, error })?;
    // On a disk that knows no locks the newest of two files is read, as after an import that was cut short.
    Ok(file.lock().is_ok().then_some(file))
}

fn write_table(path: &Path, table: &mut DataFrame, origin: &Origin) -> Result<(), StoreError> {
    let mut failed = None;
    let written = write_whole(path, |file| {
        super::export::write_parquet(file, table, origin).map_err(|error| {
            failed = Some(error);
            std::io::Error::other("Parquet")
        })
    });
    match (failed, written) {
        (Some(error), _) => Err(StoreError::Parquet { path: path.to_owned(), error }),
        (None, written) => written.map_err(|error| StoreError::Io { path: path.to_owned(), error }),
    }
}

/// A file of the store, by its name.
struct Held {
    path: PathBuf,
    year: String,
    unit: String,
    content: String,
}

fn held(folder: &Path) -> Result<Vec<Held>, StoreError> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(3).max_depth(3).sort_by_file_name() {
        let entry = entry.map_err(|error| StoreError::Io { path: folder.to_owned(), error: error.into() })?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((unit, content)) = name.strip_suffix(".parquet").and_then(|stem| stem.split_once('-')) else {
            continue;
        };
        let year = entry.path().parent().and_then(Path::parent).and_then(Path::file_name);
        found.push(Held {
            year: year.map(|year| year.to_string_lossy().into_owned()).unwrap_or_default(),
            unit: unit.to_owned(),
            content: content.to_owned(),
            path: entry.into_path(),
        });
    }
    Ok(found)
}

/// Puts the submissions of some years of a store together again, sorted by path; a year may be unknown.
///
/// They hold figures and no sentences or fields, which is what a prior year is needed for. Of two files of one unit and
/// year, as an import that was cut short may leave them, the newer stands.
///
/// A file that is no Parquet or lacks a column is given back as its error, beside the submissions of all others.
///
/// # Errors
/// A folder that cannot be walked.
pub fn read(
    folder: &Path,
    forms: &Forms,
    wanted: &dyn Fn(Option<i32>) -> bool,
) -> Result<(Vec<Submission>, Vec<StoreError>), StoreError> {
    let mut newest: BTreeMap<(String, String), Held> = BTreeMap::new();
    let age = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let year_of = |one: &Held| one.year.strip_prefix("year=").and_then(|year| year.parse().ok());
    for one in held(folder)?.into_iter().filter(|one| wanted(year_of(one))) {
        let key = (one.year.clone(), one.unit.clone());
        match newest.get(&key) {
            Some(old) if age(&old.path) >= age(&one.path) => {}
            _ => {
                newest.insert(key, one);
            }
        }
    }
    let mut paths: Vec<PathBuf> = newest.into_values().map(|one| one.path).collect();
    paths.sort();
    let read: Vec<Result<Submission, StoreError>> = paths.par_iter().map(|path| read_one(path, forms)).collect();
    let (mut submissions, mut unreadable) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(submission) => submissions.push(submission),
            Err(error) => unreadable.push(error),
        }
    }
    Ok((submissions, unreadable))
}

fn read_one(path: &Path, forms: &Forms) -> Result<Submission, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::Io { path: path.to_owned(), error })?;
    let frame = ParquetReader::new(BufReader::new(file))
        .finish()
        .map_err(|error| StoreError::Parquet { path: path.to_owned(), error })?;
    Columns { path, frame: &frame }.submission(forms)
}

/// The columns of one file, by name.
struct Columns<'f> {
    path: &'f Path,
    frame: &'f DataFrame,
}

impl<'f> Columns<'f> {
    fn missing(&self, column: &'static str) -> StoreError {
        StoreError::Column { path: self.path.to_owned(), column }
    }

    fn column(&self, name: &'static str) -> Result<&'f Column, StoreError> {
        self.frame.column(name).map_err(|_| self.missing(name))
    }

    fn texts(&self, name: &'static str) -> Result<&'f StringChunked, StoreError> {
        self.column(name)?.str().map_err(|_| self.missing(name))
    }

    fn numbers(&self, name: &'static str) -> Result<&'f UInt32Chunked, StoreError> {
        self.column(name)?.u32().map_err(|_| self.missing(name))
    }

    fn submission(&self, forms: &Forms) -> Result<Submission, StoreError> {
        let (files, hashes) = (self.texts("file")?, self.texts("file_sha256")?);
        let (sheets, cells, kinds) = (self.texts("sheet")?, self.texts("cell")?, self.texts("form")?);
        let (entities, projects) = (self.texts("entity")?, self.texts("project")?);
        let years = self.column("year")?.i32().map_err(|_| self.missing("year"))?;
        let numbers = self.numbers("table")?;
        let figures = Figures::new(self)?;
        let mut names = Names::default();
        let mut submission = Submission {
            entity: entities.get(0).unwrap_or_default().to_owned(),
            year: years.get(0),
            files: Vec::new(),
            tables: Vec::new(),
            sheets: Vec::new(),
            notices: Vec::new(),
        };
        let mut last: Option<u32> = None;
        let mut known = true;
        for row in 0..self.frame.height() {
            let file = names.get(files.get(row).unwrap_or_default());
            if !submission.files.iter().any(|held| held.file == file) {
                let sha256 = hashes.get(row).unwrap_or_default().to_owned();
                submission.files.push(SubmittedFile { file: file.clone(), sha256, size: 0, people: Vec::new() });
            }
            if last != numbers.get(row) {
                last = numbers.get(row);
                let kind = kinds.get(row).unwrap_or_default();
                let sheet = names.get(sheets.get(row).unwrap_or_default());
                let form = forms.all.iter().position(|form| form.kind == kind);
                known = form.is_some();
                match form {
                    Some(form) => submission.tables.push(Table {
                        file,
                        sheet,
                        form,
                        project: projects.get(row).map(str::to_owned),
                        reading: empty_reading(form, years.get(row)),
                    }),
                    None => submission.sheets.push(SheetNote {
                        file,
                        sheet,
                        form: None,
                        project: None,
                        figures: 0,
                        unread: Vec::new(),
                        why: Some(Words::new(
                            format!("库中的表样“{kind}”未知，未用；请用 --forms 给出"),
                            format!(
                                "the form `{kind}` of the store is not known and was not used; give it with --forms"
                            ),
                        )),
                    }),
                }
            }
            if let Some(table) = submission.tables.last_mut().filter(|_| known)
                && let Some(cell) = cells.get(row).and_then(|cell| cell.parse::<CellRef>().ok())
            {
                let figure = figures.at(row, cell, &mut names);
                table.reading.piece.top = table.reading.piece.top.min(figure.row);
                table.reading.piece.bottom = table.reading.piece.bottom.max(figure.row);
                table.reading.figures.push(figure);
            }
        }
        Ok(submission)
    }
}

fn empty_reading(form: usize, year: Option<i32>) -> Reading {
    Reading {
        form,
        piece: Piece { top: u32::MAX, bottom: 0 },
        score: 0,
        year,
        column_year: None,
        figures: Vec::new(),
        fields: Vec::new(),
        passages: Vec::new(),
        unread: Vec::new(),
        titles: Vec::new(),
    }
}

/// Texts that repeat, kept once.
#[derive(Default)]
struct Names(std::collections::HashSet<Arc<str>>);

impl Names {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(text);
        self.0.insert(new.clone());
        new
    }
}

/// The columns of figures.
struct Figures<'f> {
    blocks: &'f StringChunked,
    lines: &'f StringChunked,
    parents: &'f StringChunked,
    measures: &'f StringChunked,
    texts: &'f StringChunked,
    states: &'f StringChunked,
    units: &'f StringChunked,
    quantities: &'f StringChunked,
    amounts: &'f DecimalChunked,
    decimals: &'f UInt32Chunked,
    stored: &'f UInt32Chunked,
    rows: &'f UInt32Chunked,
    exact: &'f BooleanChunked,
}

impl<'f> Figures<'f> {
    fn new(of: &Columns<'f>) -> Result<Self, StoreError> {
        Ok(Self {
            blocks: of.texts("block")?,
            lines: of.texts("line")?,
            parents: of.texts("parent")?,
            measures: of.texts("measure")?,
            texts: of.texts("text")?,
            states: of.texts("state")?,
            units: of.texts("unit")?,
            quantities: of.texts("quantity")?,
            amounts: of.column("amount")?.decimal().map_err(|_| of.missing("amount"))?,
            decimals: of.numbers("decimals")?,
            stored: of.numbers("stored_decimals")?,
            rows: of.numbers("row")?,
            exact: of.column("exact")?.bool().map_err(|_| of.missing("exact"))?,
        })
    }

    fn at(&self, row: usize, cell: CellRef, names: &mut Names) -> Figure {
        let text = |of: &'f StringChunked| of.get(row).unwrap_or_default();
        let state = State::named(text(self.states)).unwrap_or(State::Text);
        let amount = self.amounts.physical().get(row).and_then(unscaled);
        Figure {
            cell,
            block: names.get(text(self.blocks)),
            line: names.get(text(self.lines)),
            parent: self.parents.get(row).map(|parent| names.get(parent)),
            measure: names.get(text(self.measures)),
            quantity: Quantity::named(text(self.quantities)).unwrap_or(Quantity::Text),
            text: text(self.texts).to_owned(),
            value: Value {
                amount: amount.filter(|_| state == State::Amount),
                unit: Unit::parse(text(self.units)),
                decimals: self.decimals.get(row).unwrap_or_default(),
                stored_decimals: self.stored.get(row).unwrap_or_default(),
                ..Value::of_state(state)
            },
            exact: self.exact.get(row).unwrap_or_default(),
            required: Required::No,
            row: self.rows.get(row).unwrap_or(1).saturating_sub(1),
            formula: None,
        }
    }
}
