//! Panels: one row a place at which rules are tried, one group of columns a slot, filled straight from the facts.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::sync::OnceLock;

use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;

use super::filled::Filled;
use super::holds::{self, Tested};
use super::outcome::{At, Use, figure_at};
use super::projects::projects;
use crate::facts::{Submission, Table};
use crate::forms::Forms;
use crate::forms::reading::Figure;
use crate::forms::value::State;
use crate::model::Quantity;
use crate::model::finding::Role;
use crate::model::interval::{Interval, Rounding};
use crate::model::unit::shift;
use crate::rules::plan::{LIMIT, state};
use crate::rules::{Fold, Scope, Select, Slot, Source, Which};
use crate::years::{Before, LineHow};

/// Whether figures count as stored or as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    Stored,
    Shown,
}

/// One submission with what fills need of it.
pub struct Indexed<'s> {
    pub submission: &'s Submission,
    pub last_year: Option<Before<'s>>,
    here: Vec<Lookup<'s>>,
    before: Vec<Lookup<'s>>,
    /// Whether a sentence gives a reason for the spending; looked for when first asked.
    explained: OnceLock<bool>,
}

/// The figures of one table, each found at once: of several that answer to one name, the first.
struct Lookup<'s> {
    /// By block, line and measure.
    lines: HashMap<(&'s str, &'s str, &'s str), usize>,
    /// Those of a row of the sheet, in their order.
    rows: HashMap<u32, Vec<usize>>,
    /// Those that are parts of a line, in their order.
    parts: HashMap<&'s str, Vec<usize>>,
}

fn lookups(submission: Option<&Submission>) -> Vec<Lookup<'_>> {
    let tables = submission.map_or(&[][..], |submission| submission.tables.as_slice());
    tables.iter().map(|table| Lookup::new(&table.reading.figures)).collect()
}

impl<'s> Lookup<'s> {
    fn new(figures: &'s [Figure]) -> Self {
        let mut lookup = Self { lines: HashMap::new(), rows: HashMap::new(), parts: HashMap::new() };
        for (index, figure) in figures.iter().enumerate() {
            lookup.lines.entry((&*figure.block, &*figure.line, &*figure.measure)).or_insert(index);
            lookup.rows.entry(figure.row).or_default().push(index);
            if let Some(parent) = figure.parent.as_deref() {
                lookup.parts.entry(parent).or_default().push(index);
            }
        }
        lookup
    }
}

impl<'s> Indexed<'s> {
    #[must_use]
    pub fn new(submission: &'s Submission, last_year: Option<Before<'s>>) -> Self {
        let before = lookups(last_year.map(|last_year| last_year.submission));
        Self { submission, last_year, here: lookups(Some(submission)), before, explained: OnceLock::new() }
    }

    /// Last year's submission.
    #[must_use]
    pub fn prior(&self) -> Option<&'s Submission> {
        self.last_year.map(|last_year| last_year.submission)
    }

    /// Whether operands of last year stand here by likeness only.
    #[must_use]
    pub fn is_likely(&self, uses: &[Use]) -> bool {
        let Some(last_year) = self.last_year else { return false };
        let of_last_year = |one: &&Use| matches!(one.at, At::Figure { prior: true, .. });
        let renamed = |one: &Use| match one.at {
            At::Figure { prior: false, table, figure } => figure_at(self.submission, table, figure)
                .and_then(|figure| last_year.lines.before(table, figure.row, &figure.line))
                .is_some_and(|found| matches!(found.how, LineHow::Renamed { carried: false, .. })),
            _ => false,
        };
        uses.iter().any(|one| of_last_year(&one)) && (!last_year.sure || uses.iter().any(renamed))
    }
}

/// One row of a panel.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Index into the chunk's submissions.
    pub submission: usize,
    /// The scope's own table.
    pub table: Option<usize>,
    /// The row of the sheet and the line, where the scope is a line.
    pub line: Option<(u32, String)>,
    pub measure: Option<String>,
    pub block: Option<String>,
    /// The tables of one project, by form.
    pub project: BTreeMap<usize, usize>,
    pub project_name: Option<String>,
}

/// Finds the rows of a scope in one submission.
#[must_use]
pub fn rows_of(scope: &Scope, at: usize, indexed: &Indexed<'_>, forms: &Forms) -> Vec<Row> {
    let tables =
        |form: usize| indexed.submission.tables.iter().enumerate().filter(move |(_, table)| table.form == form);
    let row = |table: usize| Row { submission: at, table: Some(table), ..Row::default() };
    match scope {
        Scope::Submission => vec![Row { submission: at, ..Row::default() }],
        Scope::Project => projects(indexed.submission, forms)
            .into_iter()
            .map(|(name, tables)| Row { submission: at, project: tables, project_name: Some(name), ..Row::default() })
            .collect(),
        Scope::Form { form } => tables(*form).map(|(index, _)| row(index)).collect(),
        Scope::Measure { form, block } => tables(*form)
            .flat_map(|(index, table)| {
                let measures = money_measures(table, block);
                let block = block.clone();
                measures.into_iter().map(move |measure| Row {
                    measure: Some(measure),
                    block: Some(block.clone()),
                    ..row(index)
                })
            })
            .collect(),
        Scope::Line { form, block } => tables(*form)
            .flat_map(|(index, table)| {
                let lines = lines(table, block);
                let block = block.clone();
                lines.into_iter().map(move |line| Row { line: Some(line), block: Some(block.clone()), ..row(index) })
            })
            .collect(),
    }
}

fn money_measures(table: &Table, block: &str) -> Vec<String> {
    let mut measures: Vec<String> = Vec::new();
    for figure in table.reading.figures.iter().filter(|f| &*f.block == block && f.quantity == Quantity::Money) {
        if !measures.iter().any(|measure| *measure == *figure.measure) {
            measures.push(figure.measure.to_string());
        }
    }
    measures
}

fn lines(table: &Table, block: &str) -> Vec<(u32, String)> {
    let mut seen = HashSet::new();
    let figures = table.reading.figures.iter().filter(|figure| &*figure.block == block);
    // One row may hold two lines: budget and outturn beside each other.
    let new = |figure: &&Figure| seen.insert((figure.row, figure.line.clone()));
    figures.filter(new).map(|figure| (figure.row, figure.line.to_string())).collect()
}

/// Fills one slot of one row.
#[must_use]
pub fn fill(slot: &Slot, row: &Row, indexed: &Indexed<'_>, precision: Precision) -> Filled {
    match &slot.source {
        Source::Constant(number) => Filled::number(*number),
        Source::Tables { form } => {
            let tables = indexed.submission.tables.iter().enumerate().filter(|(_, table)| table.form == *form);
            let uses: Vec<Use> = tables.map(|(index, table)| Use::cell(index, table.heading())).collect();
            Filled { uses: uses.clone(), ..Filled::number(Decimal::from(uses.len())) }
        }
        Source::Test { test, of } => {
            let parts: Vec<Filled> = of.iter().map(|slot| fill(slot, row, indexed, precision)).collect();
            let optional = |slot: &Slot| matches!(&slot.source, Source::Figures { optional: true, .. });
            let optional: Vec<bool> = of.iter().map(optional).collect();
            let in_words = || *indexed.explained.get_or_init(|| holds::gives_reason(indexed.submission));
            let verdict = holds::run(*test, &parts, &optional, indexed.submission, in_words);
            let uses = parts.into_iter().flat_map(|part| part.uses).collect();
            let state = match verdict {
                Tested::Yes => 1,
                Tested::No => 0,
                Tested::Unknown => state::FOREIGN,
            };
            Filled { uses, ..Filled::of(state) }
        }
        Source::Figures { prior, form, select, measure, fold, optional, rounded } => {
            let wanted = Wanted { prior: *prior, form: *form, select, measure, fold: *fold, rounded: *rounded };
            let found = find(&wanted, row, indexed);
            fold_figures(&wanted, found, *optional, indexed, precision)
        }
    }
}

struct Wanted<'w> {
    prior: bool,
    form: Option<usize>,
    select: &'w Select,
    measure: &'w Which,
    fold: Fold,
    rounded: bool,
}

enum Found {
    /// No such table, or no prior year.
    NoTable,
    /// Figures by table and number.
    Figures(Vec<(usize, usize)>),
}

fn find(wanted: &Wanted<'_>, row: &Row, indexed: &Indexed<'_>) -> Found {
    let source = if wanted.prior { indexed.prior() } else { Some(indexed.submission) };
    let Some(source) = source else { return Found::NoTable };
    let tables: Vec<usize> = match (wanted.form, row.table) {
        (Some(form), _) if row.project_name.is_some() && row.project.contains_key(&form) => vec![row.project[&form]],
        (Some(form), _) => {
            let all = source.tables.iter().enumerate().filter(|(_, table)| table.form == form);
            let all: Vec<usize> = all.map(|(index, _)| index).collect();
            // In a project's row, a form that is one a project and is not among its tables is missing.
            if row.project_name.is_some() && all.iter().any(|index| source.tables[*index].project.is_some()) {
                Vec::new()
            } else {
                all
            }
        }
        (None, Some(table)) if wanted.prior => {
            indexed.last_year.and_then(|last_year| last_year.lines.table_before(table)).into_iter().collect()
        }
        (None, Some(table)) => vec![table],
        (None, None) => Vec::new(),
    };
    if tables.is_empty() {
        return Found::NoTable;
    }
    let lookup = if wanted.prior { &indexed.before } else { &indexed.here };
    let measure = match wanted.measure {
        Which::Named(name) => Some(name.as_str()),
        Which::Scope => row.measure.as_deref(),
        Which::Any => None,
    };
    let mut figures = Vec::new();
    for index in tables {
        let table = &source.tables[index];
        let line = row.line.as_ref();
        match (wanted.select, measure) {
            (Select::Line { block, line }, Some(measure)) => {
                figures.extend(lookup[index].lines.get(&(block.as_str(), line.as_str(), measure)).map(|f| (index, *f)));
            }
            (Select::Row, Some(measure)) if !wanted.prior => {
                let Some((at, name)) = line else { continue };
                let own = |figure: &&usize| {
                    let figure = &table.reading.figures[**figure];
                    *figure.line == **name
                        && row.block.as_deref() == Some(&*figure.block)
                        && &*figure.measure == measure
                };
                let found = lookup[index].rows.get(at).and_then(|figures| figures.iter().find(own));
                figures.extend(found.map(|figure| (index, *figure)));
            }
            (Select::Row, Some(measure)) => {
                // Last year's row of this one: of the same name, or of the name that it bore then.
                let before = line
                    .zip(row.table)
                    .and_then(|((at, name), own)| indexed.last_year?.lines.before(own, *at, name)?.before.as_ref());
                let found =
                    before.filter(|before| before.table == index).and_then(|before| before.figure(source, measure));
                figures.extend(found.map(|(figure, _)| (index, figure)));
            }
            _ => figures
                .extend(several(wanted.select, measure, table, &lookup[index], row).map(|figure| (index, figure))),
        }
    }
    Found::Figures(figures)
}

/// The figures of several lines: the parts of a line, of the row, or a whole block.
fn several<'t>(
    select: &'t Select,
    measure: Option<&'t str>,
    table: &'t Table,
    lookup: &'t Lookup<'_>,
    row: &'t Row,
) -> impl Iterator<Item = usize> + 't {
    let all = &table.reading.figures;
    let parts = |parent: &str| lookup.parts.get(parent).map_or(&[][..], Vec::as_slice);
    let (listed, searched): (&[usize], std::ops::Range<usize>) = match select {
        Select::Parts(parent) => (parts(parent), 0..0),
        Select::RowParts => (row.line.as_ref().map_or(&[][..], |(_, line)| parts(line)), 0..0),
        Select::Block(_) | Select::Line { .. } => (&[], 0..all.len()),
        Select::Row => (&[], 0..0),
    };
    let belongs = move |figure: &Figure| match select {
        Select::Block(block) => &*figure.block == block.as_str(),
        Select::Line { block, line } => &*figure.block == block.as_str() && &*figure.line == line.as_str(),
        _ => true,
    };
    let figures = listed.iter().copied().chain(searched);
    figures.filter(move |index| {
        let figure = &all[*index];
        belongs(figure) && measure.is_none_or(|measure| &*figure.measure == measure)
    })
}

fn fold_figures(
    wanted: &Wanted<'_>,
    found: Found,
    optional: bool,
    indexed: &Indexed<'_>,
    precision: Precision,
) -> Filled {
    let figures = match found {
        Found::NoTable if optional => return Filled::of(state::MISSING),
        Found::NoTable => return Filled::of(state::FOREIGN),
        Found::Figures(figures) if figures.is_empty() && optional => return Filled::of(state::MISSING),
        // What the rule's own table does not print does not concern it; what another table lacks blocks the tie.
        Found::Figures(figures) if figures.is_empty() => {
            let own = wanted.form.is_none() && !wanted.prior;
            return Filled::of(if own { state::FOREIGN } else { state::ABSENT });
        }
        Found::Figures(figures) => figures,
    };
    let source = if wanted.prior { indexed.prior() } else { Some(indexed.submission) };
    let Some(source) = source else { return Filled::of(state::FOREIGN) };
    let parts: Vec<(Filled, u32)> = figures
        .iter()
        .map(|(table, index)| {
            let figure = &source.tables[*table].reading.figures[*index];
            let mut filled = read_figure(figure, precision, wanted.rounded);
            let at = At::Figure { prior: wanted.prior, table: *table, figure: *index };
            filled.uses = vec![Use { at, role: Role::Term, suspect: false, said: None }];
            (filled, figure.row)
        })
        .collect();
    match wanted.fold {
        Fold::One => parts.into_iter().next().map_or_else(|| Filled::of(state::ABSENT), |(filled, _)| filled),
        Fold::Count => {
            let mut rows: Vec<u32> = Vec::new();
            let mut uses = Vec::new();
            let mut coarse = false;
            for (filled, row) in parts {
                coarse |= filled.coarse;
                if !filled.value.is_zero() && !rows.contains(&row) {
                    rows.push(row);
                    uses.extend(filled.uses);
                }
            }
            Filled { uses, coarse, ..Filled::number(Decimal::from(rows.len())) }
        }
        Fold::Sum => sum(parts.into_iter().map(|(filled, _)| filled)),
    }
}

fn sum(parts: impl Iterator<Item = Filled>) -> Filled {
    let mut total = Filled::of(state::NOTHING);
    for part in parts {
        total.uses.extend(part.uses);
        total.coarse |= part.coarse;
        if part.state == state::NUMBER {
            let value = total.value.checked_add(part.value);
            let interval = total.interval.checked_add(part.interval);
            let within = value.filter(|value| value.abs() < limit());
            let (Some(value), Some(interval)) = (within, interval) else {
                return Filled { uses: total.uses, ..Filled::of(state::UNUSABLE) };
            };
            total.value = value;
            total.interval = interval;
            if total.state == state::NOTHING {
                total.state = state::NUMBER;
            }
        } else if part.state != state::NOTHING {
            total.state = state::UNUSABLE;
        }
    }
    total
}

/// A figure in the panel's unit with the interval it stands for.
fn read_figure(figure: &Figure, precision: Precision, rounded: bool) -> Filled {
    let value = &figure.value;
    let empty = |state: i32| Filled::of(state);
    match value.state {
        State::Amount => {}
        state if state.is_nothing() => return empty(state::NOTHING),
        _ => return empty(state::UNUSABLE),
    }
    let mixes = figure.quantity == Quantity::Plain
        || value.unit.quantity() == figure.quantity
        || value.unit.quantity() == Quantity::Plain;
    let Some(amount) = value.amount.filter(|_| mixes) else { return empty(state::UNUSABLE) };
    let coarse = value.stored_decimals > value.decimals;
    let (amount, decimals) = match precision {
        Precision::Stored => (amount, value.decimals.max(value.stored_decimals)),
        Precision::Shown => {
            (amount.round_dp_with_strategy(value.decimals, RoundingStrategy::MidpointAwayFromZero), value.decimals)
        }
    };
    let exact = figure.exact && !(rounded && figure.quantity == Quantity::Points);
    let interval =
        if exact { Some(Interval::exact(amount)) } else { Interval::reported(amount, decimals, Rounding::Nearest) };
    let power = figure.panel_power();
    let scaled = interval.and_then(|i| {
        Some((shift(amount, power)?, Interval { lo: shift(i.lo, power)?, hi: shift(i.hi, power)?, ..i }))
    });
    match scaled {
        Some((value, interval)) if value.abs() < limit() => {
            Filled { value, interval, coarse, ..Filled::of(state::NUMBER) }
        }
        _ => empty(state::UNUSABLE),
    }
}

/// Amounts and sums in a panel stay below it, so that no product leaves the digits of a decimal.
fn limit() -> Decimal {
    Decimal::from(10u64.pow(LIMIT))
}
