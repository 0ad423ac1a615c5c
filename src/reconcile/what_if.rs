//! What if a cell held another figure: the change made in memory, and the ties that turn with it.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::Run;
use super::outcome::{At, Outcome};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::normal::squash;
use crate::forms::value::State;
use crate::model::unit::shift;
use crate::model::{CellRef, Unit, Verdict};
use crate::read::typed::{Typed, TypedNumber, parse_typed};

/// A change as typed: `附件2!F6=266.73`, with the file in front where that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub file: Option<String>,
    /// The sheet's name, or the annex of what stands on it.
    pub sheet: String,
    pub cell: CellRef,
    pub number: TypedNumber,
}

/// A figure that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub submission: usize,
    pub table: usize,
    pub figure: usize,
    pub file: String,
    pub sheet: String,
    pub cell: CellRef,
    pub label: String,
    pub from: Option<Decimal>,
    pub to: Decimal,
    pub unit: String,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongChange {
    #[error(
        "“{typed}”写法不对，应为 表!格=数，如 附件2!F6=266.73 · `{typed}`: expected SHEET!CELL=NUMBER, such as 附件2!F6=266.73"
    )]
    Form { typed: String },
    #[error(
        "{sheet}!{cell} 没有读到数字 · no figure was read at {sheet}!{cell}. 有数字的格 · cells that hold figures: {known}"
    )]
    NoFigure { sheet: String, cell: CellRef, known: String },
    #[error("没有叫“{sheet}”的表或附件 · no sheet or annex is called `{sheet}`. 现有 · there are: {known}")]
    NoSheet { sheet: String, known: String },
    #[error(
        "{sheet}!{cell} 有{count}处，请在前面写明文件或改用表名：文件!表!格=数 · {count} figures stand at {sheet}!{cell}: name the file, or the sheet by its own name: {places}"
    )]
    Ambiguous { sheet: String, cell: CellRef, count: usize, places: String },
    #[error("{sheet}!{cell} 给了两次，请只给一个数 · {sheet}!{cell} was given twice: give one figure")]
    Twice { sheet: String, cell: CellRef },
}

impl std::str::FromStr for Change {
    type Err = WrongChange;

    fn from_str(typed: &str) -> Result<Self, WrongChange> {
        let wrong = || WrongChange::Form { typed: typed.to_owned() };
        let (place, value) = typed.rsplit_once(['=', '＝']).ok_or_else(wrong)?;
        let (before, cell) = place.rsplit_once(['!', '！']).ok_or_else(wrong)?;
        let (file, sheet) = before.rsplit_once(['!', '！']).map_or((None, before), |(file, sheet)| (Some(file), sheet));
        let Typed::Number(number) = parse_typed(value.trim()) else { return Err(wrong()) };
        let sheet = sheet.trim().trim_matches('\'').to_owned();
        if sheet.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            file: file.map(|file| file.trim().to_owned()),
            sheet,
            cell: cell.trim().parse().map_err(|_| wrong())?,
            number,
        })
    }
}

/// Makes the changes in memory.
///
/// # Errors
/// A sheet or a figure that is not there, or that is not the only one; a figure that is changed twice.
pub fn apply(submissions: &mut [Submission], changes: &[Change], forms: &Forms) -> Result<Vec<Changed>, WrongChange> {
    let mut made: Vec<Changed> = Vec::new();
    for change in changes {
        let one = apply_one(submissions, change, forms)?;
        let same =
            |other: &Changed| (other.submission, other.table, other.figure) == (one.submission, one.table, one.figure);
        if made.iter().any(same) {
            return Err(WrongChange::Twice { sheet: one.sheet, cell: one.cell });
        }
        made.push(one);
    }
    Ok(made)
}

fn apply_one(submissions: &mut [Submission], change: &Change, forms: &Forms) -> Result<Changed, WrongChange> {
    let tables = tables_of(submissions, change, forms);
    if tables.is_empty() {
        let all = submissions.iter().flat_map(|one| &one.tables);
        let mut known: Vec<String> =
            all.map(|table| format!("{} ({})", table.sheet, forms.all[table.form].annex)).collect();
        known.dedup();
        return Err(WrongChange::NoSheet { sheet: change.sheet.clone(), known: known.join(", ") });
    }
    let figures = |(submission, table): &(usize, usize)| {
        let (submission, table) = (*submission, *table);
        let all = submissions[submission].tables[table].reading.figures.iter().enumerate();
        let here = all.filter(|(_, figure)| figure.cell == change.cell && figure.value.state != State::Text);
        here.map(|(figure, _)| (submission, table, figure)).collect::<Vec<_>>()
    };
    let found: Vec<(usize, usize, usize)> = tables.iter().flat_map(figures).collect();
    let [(submission, table, figure)] = found[..] else {
        return Err(not_one(submissions, change, &tables, &found));
    };
    let own = &mut submissions[submission].tables[table];
    let annex = &forms.all[own.form].annex;
    let (file, sheet) = (own.file.to_string(), own.sheet.to_string());
    let one = &mut own.reading.figures[figure];
    let number = &change.number;
    let unit = if number.unit == Unit::none() { one.value.unit.clone() } else { number.unit.clone() };
    // A figure keeps its own unit: 2,667,300元 typed for a cell in 万元 is 266.73.
    let same = unit.noun == one.value.unit.noun;
    let to = if same { shift(number.value, unit.power - one.value.unit.power) } else { Some(number.value) };
    let to = to.unwrap_or(number.value).normalize();
    let from = one.value.amount;
    one.value.amount = Some(to);
    one.value.state = State::Amount;
    one.value.decimals = one.value.decimals.max(to.scale());
    one.value.stored_decimals = to.scale();
    one.text = to.to_string();
    one.formula = None;
    Ok(Changed {
        submission,
        table,
        figure,
        file,
        sheet,
        cell: change.cell,
        label: format!("{annex} {}·{}", one.line, one.measure),
        from,
        to,
        unit: one.value.unit.to_string(),
    })
}

/// The tables on a sheet of that name, else those of that annex.
fn tables_of(submissions: &[Submission], change: &Change, forms: &Forms) -> Vec<(usize, usize)> {
    let in_file =
        |file: &str| change.file.as_deref().is_none_or(|asked| file == asked || file.ends_with(&format!("/{asked}")));
    let all = || {
        submissions
            .iter()
            .enumerate()
            .flat_map(|(at, one)| one.tables.iter().enumerate().map(move |(table, own)| (at, table, own)))
    };
    let asked = squash(&change.sheet);
    let by_name = all().filter(|(.., own)| in_file(&own.file) && squash(&own.sheet) == asked);
    let found: Vec<(usize, usize)> = by_name.map(|(at, table, _)| (at, table)).collect();
    if !found.is_empty() {
        return found;
    }
    let by_annex = all().filter(|(.., own)| in_file(&own.file) && forms.all[own.form].annex == asked);
    by_annex.map(|(at, table, _)| (at, table)).collect()
}

fn not_one(
    submissions: &[Submission],
    change: &Change,
    tables: &[(usize, usize)],
    found: &[(usize, usize, usize)],
) -> WrongChange {
    let (sheet, cell) = (change.sheet.clone(), change.cell);
    if found.is_empty() {
        let all = tables.iter().flat_map(|(at, table)| &submissions[*at].tables[*table].reading.figures);
        let mut known: Vec<CellRef> = all.filter(|one| one.value.amount.is_some()).map(|one| one.cell).collect();
        known.sort_unstable();
        known.dedup();
        let mut words: Vec<String> = known.iter().take(40).map(ToString::to_string).collect();
        if known.len() > 40 {
            words.push("…".to_owned());
        }
        return WrongChange::NoFigure { sheet, cell, known: words.join(" ") };
    }
    let place = |(at, table, _): &(usize, usize, usize)| {
        let own = &submissions[*at].tables[*table];
        format!("{}!{}", own.file, own.sheet)
    };
    let places: Vec<String> = found.iter().map(place).collect();
    WrongChange::Ambiguous { sheet, cell, count: found.len(), places: places.join(", ") }
}

/// What became of one tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It failed and holds.
    Holds,
    /// It held and fails.
    Breaks,
    /// A changed figure stands in it, and it fails as before.
    StillFails,
    /// A changed figure stands in it, and it holds as before.
    StillHolds,
    /// It became checked, unchecked, or no longer applies.
    Other,
}

/// A tie in both runs.
#[derive(Debug)]
pub struct Turned<'r> {
    pub turn: Turn,
    pub before: &'r Outcome,
    pub after: &'r Outcome,
}

/// Compares the ties of two runs over the same submissions: those that turned, and those in which a change stands.
#[must_use]
pub fn compare<'r>(before: &'r Run, after: &'r Run, changed: &[Changed]) -> Vec<Turned<'r>> {
    let old = keyed(&before.outcomes);
    let mut turned: Vec<Turned<'r>> = keyed(&after.outcomes)
        .into_iter()
        .filter_map(|(key, after)| {
            let before = old.get(&key)?;
            let turn = turn(before, after, changed)?;
            Some(Turned { turn, before, after })
        })
        .collect();
    turned.sort_by_key(|one| (one.turn, one.after.submission, one.after.rule));
    turned
}

/// What tells an outcome again: its place, and its number among those of one place.
type Key<'o> = (usize, usize, String, usize);

fn keyed(outcomes: &[Outcome]) -> HashMap<Key<'_>, &Outcome> {
    let mut seen: HashMap<(usize, usize, String), usize> = HashMap::new();
    let mut keyed = HashMap::new();
    for outcome in outcomes {
        let place = format!("{:?}", outcome.place);
        let number = seen.entry((outcome.submission, outcome.rule, place.clone())).or_default();
        keyed.insert((outcome.submission, outcome.rule, place, *number), outcome);
        *number += 1;
    }
    keyed
}

fn turn(before: &Outcome, after: &Outcome, changed: &[Changed]) -> Option<Turn> {
    let holds = |one: &Outcome| matches!(one.verdict, Verdict::Balanced | Verdict::Rounding | Verdict::RoundingLarge);
    let fails = |one: &Outcome| one.verdict == Verdict::Unbalanced;
    let touched = || {
        after.uses.iter().any(|one| match one.at {
            At::Figure { prior: false, table, figure } => {
                changed.iter().any(|own| (own.submission, own.table, own.figure) == (after.submission, table, figure))
            }
            _ => false,
        })
    };
    match () {
        () if fails(before) && holds(after) => Some(Turn::Holds),
        () if holds(before) && fails(after) => Some(Turn::Breaks),
        () if fails(before) && fails(after) => touched().then_some(Turn::StillFails),
        () if holds(before) && holds(after) => touched().then_some(Turn::StillHolds),
        () => (before.verdict != after.verdict).then_some(Turn::Other),
    }
}
