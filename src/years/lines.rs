//! Which line of last year's filing is which line of this year's: by name, by a changed name, by the amount carried over.

use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::facts::gather::normal_entity;
use crate::facts::{Submission, Table};
use crate::forms::Forms;
use crate::forms::reading::Figure;

/// One line of a table: the figures of one row under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAt {
    /// Index into the submission's tables.
    pub table: usize,
    /// The row of the sheet.
    pub row: u32,
    pub block: Arc<str>,
    pub line: Arc<str>,
    pub parent: Option<Arc<str>>,
    /// Indices into the reading's figures, in the order of the sheet.
    pub figures: Vec<usize>,
}

impl LineAt {
    /// The figure of one measure.
    #[must_use]
    pub fn figure<'s>(&self, submission: &'s Submission, measure: &str) -> Option<(usize, &'s Figure)> {
        let figures = &submission.tables.get(self.table)?.reading.figures;
        self.figures.iter().filter_map(|at| Some((*at, figures.get(*at)?))).find(|(_, one)| &*one.measure == measure)
    }
}

/// How a line of this year came to stand beside one of last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineHow {
    Same,
    /// Another name: so alike, in percent, and whether last year's amount is carried over exactly.
    Renamed {
        alike: u32,
        carried: bool,
    },
    Added,
    Dropped,
}

impl LineHow {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Renamed { .. } => "renamed",
            Self::Added => "added",
            Self::Dropped => "dropped",
        }
    }
}

/// A line of one year, or of both.
#[derive(Debug, Clone)]
pub struct LineMatch {
    pub form: usize,
    pub now: Option<LineAt>,
    pub before: Option<LineAt>,
    pub how: LineHow,
}

/// Two tables of one form, or one that the other year lacks: a new project, or one that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableMatch {
    pub form: usize,
    pub now: Option<usize>,
    pub before: Option<usize>,
}

/// The lines of two years side by side, in this year's order; dropped lines follow those of their block.
#[derive(Debug, Clone, Default)]
pub struct LineMap {
    pub tables: Vec<TableMatch>,
    pub matches: Vec<LineMatch>,
    before: HashMap<(usize, u32, Arc<str>), usize>,
}

impl LineMap {
    /// Lays both years side by side.
    #[must_use]
    pub fn new(now: &Submission, prior: &Submission, forms: &Forms) -> Self {
        let mut map = Self { tables: match_tables(now, prior, forms), ..Self::default() };
        for at in 0..map.tables.len() {
            let pair = map.tables[at];
            let (Some(here), Some(there)) = (pair.now, pair.before) else { continue };
            map.matches.extend(match_lines((now, here), (prior, there), pair.form, forms));
        }
        for (index, found) in map.matches.iter().enumerate() {
            if let (Some(now), Some(_)) = (&found.now, &found.before) {
                map.before.insert((now.table, now.row, now.line.clone()), index);
            }
        }
        map
    }

    /// Last year's table of a table of this year.
    #[must_use]
    pub fn table_before(&self, table: usize) -> Option<usize> {
        self.tables.iter().find(|pair| pair.now == Some(table))?.before
    }

    /// Last year's line of a line of this year.
    #[must_use]
    pub fn before(&self, table: usize, row: u32, line: &str) -> Option<&LineMatch> {
        self.before.get(&(table, row, Arc::from(line))).map(|index| &self.matches[*index])
    }
}

fn match_tables(now: &Submission, prior: &Submission, forms: &Forms) -> Vec<TableMatch> {
    let mut found = Vec::new();
    for form in 0..forms.all.len() {
        let of = |submission: &Submission| -> Vec<usize> {
            (0..submission.tables.len()).filter(|table| submission.tables[*table].form == form).collect()
        };
        let (here, mut there) = (of(now), of(prior));
        let name = |submission: &Submission, table: usize| {
            submission.tables[table].project.as_deref().map(normal_entity).unwrap_or_default()
        };
        let mut take = |fits: &dyn Fn(usize) -> bool| {
            let at = there.iter().position(|table| fits(*table))?;
            Some(there.remove(at))
        };
        let mut paired: Vec<(usize, Option<usize>)> =
            here.iter().map(|table| (*table, take(&|other| name(prior, other) == name(now, *table)))).collect();
        for (table, other) in paired.iter_mut().filter(|(_, other)| other.is_none()) {
            *other = take(&|candidate| alike(&name(now, *table), &name(prior, candidate)) >= ALIKE);
        }
        found.extend(paired.into_iter().map(|(now, before)| TableMatch { form, now: Some(now), before }));
        found.extend(there.into_iter().map(|before| TableMatch { form, now: None, before: Some(before) }));
    }
    found
}

/// Names that differ by no more than two letters in five are alike, in percent.
const ALIKE: u32 = 60;

fn alike(a: &str, b: &str) -> u32 {
    let longest = a.chars().count().max(b.chars().count());
    if longest == 0 {
        return 0;
    }
    let distance = strsim::osa_distance(a, b).min(longest);
    u32::try_from((longest - distance) * 100 / longest).unwrap_or(0)
}

/// The lines of one table, in the order of the sheet.
#[must_use]
pub fn lines_of(table: &Table, number: usize) -> Vec<LineAt> {
    let mut lines: Vec<LineAt> = Vec::new();
    let mut known: HashMap<(&str, u32, &str), usize> = HashMap::new();
    for (index, figure) in table.reading.figures.iter().enumerate() {
        let at = *known.entry((&figure.block, figure.row, &figure.line)).or_insert_with(|| {
            lines.push(LineAt {
                table: number,
                row: figure.row,
                block: figure.block.clone(),
                line: figure.line.clone(),
                parent: figure.parent.clone(),
                figures: Vec::new(),
            });
            lines.len() - 1
        });
        lines[at].figures.push(index);
    }
    lines
}

type Side<'s> = (&'s Submission, usize);

fn match_lines(now: Side<'_>, prior: Side<'_>, form: usize, forms: &Forms) -> Vec<LineMatch> {
    let here = lines_of(&now.0.tables[now.1], now.1);
    // A line that the form declares is told by its form; only rows that an office names itself change their names.
    let is_declared = |line: &LineAt| {
        let block = forms.all[form].block(&line.block);
        block.is_some_and(|block| block.line_named(&line.line).is_some())
    };
    let mut there: Vec<Option<LineAt>> = lines_of(&prior.0.tables[prior.1], prior.1).into_iter().map(Some).collect();
    let mut found: Vec<(LineAt, Option<(LineAt, LineHow)>)> = Vec::new();
    for line in here {
        let name = normal_entity(&line.line);
        let fits = |same_parent: bool| {
            there.iter().position(|other| {
                other.as_ref().is_some_and(|other| {
                    other.block == line.block
                        && normal_entity(&other.line) == name
                        && (!same_parent || other.parent == line.parent)
                })
            })
        };
        let other = fits(true).or_else(|| fits(false)).and_then(|at| there[at].take());
        found.push((line, other.map(|other| (other, LineHow::Same))));
    }
    // What bears another name: the amount that this year carries over, where it is the only one; then the name.
    for by_amount in [true, false] {
        for at in 0..found.len() {
            if found[at].1.is_some() {
                continue;
            }
            let line = &found[at].0;
            if is_declared(line) {
                continue;
            }
            let sibling =
                |other: &LineAt| !is_declared(other) && other.block == line.block && other.parent == line.parent;
            let fits = |other: &LineAt| {
                let alike = alike(&normal_entity(&line.line), &normal_entity(&other.line));
                let carried = is_carried(line, now.0, other, prior.0, form, forms);
                let fits = sibling(other) && if by_amount { carried } else { alike >= ALIKE };
                fits.then_some(LineHow::Renamed { alike, carried })
            };
            let candidates: Vec<(usize, LineHow)> =
                there.iter().enumerate().filter_map(|(index, other)| Some((index, fits(other.as_ref()?)?))).collect();
            let rivals = |other: &LineAt| {
                let free = found.iter().filter(|(line, paired)| paired.is_none() && line.block == other.block);
                free.filter(|(line, _)| is_carried(line, now.0, other, prior.0, form, forms)).count()
            };
            let chosen = match candidates.as_slice() {
                [one] if by_amount => there[one.0].as_ref().filter(|other| rivals(other) == 1).map(|_| *one),
                _ if by_amount => None,
                many => many.iter().copied().max_by_key(|(index, how)| match how {
                    LineHow::Renamed { alike, .. } => (*alike, std::cmp::Reverse(*index)),
                    _ => (0, std::cmp::Reverse(*index)),
                }),
            };
            if let Some((index, how)) = chosen {
                found[at].1 = there[index].take().map(|other| (other, how));
            }
        }
    }
    let mut matches: Vec<LineMatch> = found
        .into_iter()
        .map(|(line, other)| match other {
            Some((other, how)) => LineMatch { form, now: Some(line), before: Some(other), how },
            None => LineMatch { form, now: Some(line), before: None, how: LineHow::Added },
        })
        .collect();
    for dropped in there.into_iter().flatten() {
        let after = matches
            .iter()
            .rposition(|one| one.now.as_ref().or(one.before.as_ref()).is_some_and(|line| line.block == dropped.block));
        let one = LineMatch { form, now: None, before: Some(dropped), how: LineHow::Dropped };
        matches.insert(after.map_or(matches.len(), |at| at + 1), one);
    }
    matches
}

/// This year's line repeats an amount, not nought, that last year's line filed.
fn is_carried(line: &LineAt, now: &Submission, other: &LineAt, prior: &Submission, form: usize, forms: &Forms) -> bool {
    let Some(table) = now.tables.get(line.table) else { return false };
    line.figures.iter().filter_map(|at| table.reading.figures.get(*at)).any(|figure| {
        let Some(repeats) = forms.all[form].repeats(&figure.block, &figure.measure) else { return false };
        let filed = other.figure(prior, repeats).and_then(|(_, twin)| twin.in_panel_unit());
        figure.in_panel_unit().is_some_and(|amount: Decimal| !amount.is_zero() && filed == Some(amount))
    })
}
