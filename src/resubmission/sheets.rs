//! Sheets paired by what stands in them, and the changes of each pair.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Asked, Change, LoneRow, Place, SheetChanges, Side, columns, rows};
use crate::forms::normal::squash;
use crate::model::CellRef;
use crate::read::{Cell, CellValue, Sheet};

/// Of a hundred texts, how many two sheets must share to be taken for one where their names differ.
const ALIKE: usize = 30;

/// One sheet of one side, with what its cells were read as.
pub(super) struct Grid<'a> {
    place: Place,
    /// What stands in a cell, spaces and ways of writing a number aside.
    texts: BTreeMap<CellRef, String>,
    sheet: &'a Sheet,
    /// What tells a row among the rows of its table: the lines it was read as.
    lines: BTreeMap<u32, String>,
    labels: BTreeMap<CellRef, String>,
}

impl<'a> Grid<'a> {
    fn all(side: Side<'a>, submission: usize) -> Vec<Self> {
        let one = &side.run.submissions[submission];
        let mut all = Vec::new();
        for file in &one.files {
            for sheet in side.sheets.get(&*file.file).into_iter().flatten() {
                let place = Place { file: file.file.to_string(), sheet: sheet.name.clone() };
                all.push(Self::new(side, submission, place, sheet));
            }
        }
        all
    }

    fn new(side: Side<'a>, submission: usize, place: Place, sheet: &'a Sheet) -> Self {
        let texts = sheet.cells.iter().map(|(at, cell)| (*at, plain(cell))).filter(|(_, text)| !text.is_empty());
        let (mut lines, mut labels): (BTreeMap<u32, String>, _) = (BTreeMap::new(), BTreeMap::new());
        let tables = side.run.submissions[submission].tables.iter();
        for table in tables.filter(|table| *table.file == place.file && *table.sheet == place.sheet) {
            for figure in &table.reading.figures {
                let line = lines.entry(figure.cell.row).or_default();
                let name = format!("|{}|{}|{}", table.form, figure.block, figure.line);
                if !line.contains(&name) {
                    line.push_str(&name);
                }
                let label = [&*figure.line, &*figure.measure].join("·");
                labels.insert(figure.cell, label.trim_matches('·').to_owned());
            }
        }
        Self { place, texts: texts.collect(), sheet, lines, labels }
    }

    pub(super) fn line(&self, row: u32) -> Option<String> {
        self.lines.get(&row).cloned()
    }

    /// All texts of a row.
    pub(super) fn whole(&self, row: u32) -> Option<String> {
        let texts = self.texts(row);
        (!texts.is_empty()).then(|| texts.join("\u{1f}"))
    }

    /// The words of a row, without its figures.
    pub(super) fn words(&self, row: u32) -> Option<String> {
        let texts = self.texts(row).into_iter().filter(|text| !text.contains(|c: char| c.is_ascii_digit()));
        let words: Vec<&str> = texts.filter(|text| text.chars().count() > 1).collect();
        (!words.is_empty()).then(|| words.join("\u{1f}"))
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        let all: BTreeSet<u32> = self.texts.keys().map(|at| at.row).collect();
        all.into_iter()
    }

    pub(super) fn columns(&self) -> Vec<u32> {
        let all: BTreeSet<u32> = self.texts.keys().map(|at| at.col).collect();
        all.into_iter().collect()
    }

    pub(super) fn texts(&self, row: u32) -> Vec<&str> {
        self.row(row).map(|(_, text)| text).collect()
    }

    fn row(&self, row: u32) -> impl Iterator<Item = (CellRef, &str)> {
        self.texts.range(CellRef::new(row, 0)..CellRef::new(row + 1, 0)).map(|(at, text)| (*at, text.as_str()))
    }

    pub(super) fn text(&self, at: CellRef) -> &str {
        self.texts.get(&at).map_or("", String::as_str)
    }

    fn shown(&self, at: CellRef) -> String {
        self.sheet.cells.get(&at).map(|cell| cell.shown.trim().to_owned()).unwrap_or_default()
    }

    fn lone(&self, row: u32) -> LoneRow {
        let shown: Vec<String> = self.row(row).map(|(at, _)| self.shown(at)).collect();
        let has_figures = self.row(row).any(|(at, text)| self.labels.contains_key(&at) || is_number(text));
        LoneRow { row, text: shown.join(" | "), has_figures }
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<rust_decimal::Decimal>().is_ok()
}

/// What a cell holds: 9.50 is 9.5, and a number typed as text is the number.
fn plain(cell: &Cell) -> String {
    let text = match &cell.value {
        CellValue::Number(number) => return number.normalize().to_string(),
        CellValue::Text(text) => squash(text),
        _ => squash(&cell.shown),
    };
    match text.replace(',', "").parse::<rust_decimal::Decimal>() {
        Ok(number) => number.normalize().to_string(),
        Err(_) => text,
    }
}

/// The changes of all sheets of one submission.
pub(super) fn changes(old: (Side<'_>, usize), new: (Side<'_>, usize)) -> Vec<SheetChanges> {
    let (before, now) = (Grid::all(old.0, old.1), Grid::all(new.0, new.1));
    let pairs = pair(&before, &now);
    let mut all: Vec<SheetChanges> = Vec::new();
    for (at, grid) in now.iter().enumerate() {
        match pairs.iter().find(|(_, new)| *new == at) {
            Some((old, _)) => all.push(of_pair(&before[*old], grid)),
            None => all.push(alone(None, Some(grid))),
        }
    }
    let lost = before.iter().enumerate().filter(|(at, _)| pairs.iter().all(|(old, _)| old != at));
    all.extend(lost.map(|(_, grid)| alone(Some(grid), None)));
    all
}

/// Pairs sheets: the most alike first; a name that stayed counts, and is enough where nothing else is alike.
fn pair(old: &[Grid<'_>], new: &[Grid<'_>]) -> Vec<(usize, usize)> {
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (at, a) in old.iter().enumerate() {
        for (other, b) in new.iter().enumerate() {
            let name = a.place.sheet.trim() == b.place.sheet.trim();
            let score = alike(a, b) + if name { 40 } else { 0 };
            if score >= ALIKE {
                scored.push((score, at, other));
            }
        }
    }
    scored.sort_by_key(|(score, at, other)| (std::cmp::Reverse(*score), *at, *other));
    let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, at, other) in scored {
        if !left.contains(&at) && !right.contains(&other) {
            left.insert(at);
            right.insert(other);
            pairs.push((at, other));
        }
    }
    pairs
}

/// Of a hundred texts of the fuller sheet, how many the other has too.
fn alike(a: &Grid<'_>, b: &Grid<'_>) -> usize {
    let mut open: HashMap<&str, usize> = HashMap::new();
    a.texts.values().for_each(|text| *open.entry(text).or_default() += 1);
    let shared = b
        .texts
        .values()
        .filter(|text| open.get_mut(text.as_str()).filter(|left| **left > 0).map(|left| *left -= 1).is_some());
    shared.count() * 100 / a.texts.len().max(b.texts.len()).max(1)
}

fn of_pair(old: &Grid<'_>, new: &Grid<'_>) -> SheetChanges {
    let rows = rows::align(old, new);
    let columns = columns::align(old, new, &rows);
    let back: BTreeMap<u32, u32> = columns.iter().map(|(old, new)| (*new, *old)).collect();
    let mut changes = Vec::new();
    for (row, other) in &rows {
        for (at, text) in old.row(*row) {
            let there = columns.get(&at.col).map(|col| CellRef::new(*other, *col));
            if there.is_none_or(|there| new.text(there) != text) {
                changes.push(change(old, new, Some(at), there));
            }
        }
        for (at, _) in new.row(*other) {
            let there = back.get(&at.col).map(|col| CellRef::new(*row, *col));
            if there.is_none_or(|there| old.text(there).is_empty()) {
                changes.push(change(old, new, there, Some(at)));
            }
        }
    }
    changes.sort_by_key(|change| (change.new.or(change.old), change.old));
    let taken: BTreeSet<u32> = rows.values().copied().collect();
    SheetChanges {
        old: Some(old.place.clone()),
        new: Some(new.place.clone()),
        changes,
        inserted: new.rows().filter(|row| !taken.contains(row)).map(|row| new.lone(row)).collect(),
        deleted: old.rows().filter(|row| !rows.contains_key(row)).map(|row| old.lone(row)).collect(),
        moved: rows::moved(&rows),
    }
}

fn change(old: &Grid<'_>, new: &Grid<'_>, from: Option<CellRef>, to: Option<CellRef>) -> Change {
    let label = to.and_then(|to| new.labels.get(&to)).or_else(|| old.labels.get(&from?)).cloned();
    let (before, now) =
        (from.map(|at| old.shown(at)).unwrap_or_default(), to.map(|at| new.shown(at)).unwrap_or_default());
    // A sentence counts as a figure where its digits are others.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plain = |grid: &Grid<'_>, at: Option<CellRef>| at.map(|at| digits(grid.text(at))).unwrap_or_default();
    let figure = label.is_some() || plain(old, from) != plain(new, to);
    let asked = if figure { Asked::No } else { Asked::Words };
    Change { old: from, new: to, before, now, label: label.unwrap_or_default(), asked }
}

/// A sheet that only one side has: all its rows came or went.
fn alone(old: Option<&Grid<'_>>, new: Option<&Grid<'_>>) -> SheetChanges {
    let lone = |grid: Option<&Grid<'_>>| grid.map(|grid| grid.rows().map(|row| grid.lone(row)).collect());
    SheetChanges {
        old: old.map(|grid| grid.place.clone()),
        new: new.map(|grid| grid.place.clone()),
        changes: Vec::new(),
        inserted: lone(new).unwrap_or_default(),
        deleted: lone(old).unwrap_or_default(),
        moved: Vec::new(),
    }
}
