//! The comparisons of one submission as a problem of whole numbers.

use foldhash::{HashMap, HashMapExt};

use rust_decimal::Decimal;

use super::super::evaluate::Paired;
use super::super::outcome::{At, Outcome, Use, figure_at};
use super::super::shape::Shape;
use super::formula;
use crate::diagnose::{Binding, Cell, Equation, Hold, Located, Problem, Spot, Tie};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::declare::Stage;
use crate::forms::reading::Figure;
use crate::model::finding::Role;
use crate::model::unit::shift;
use crate::model::{CellRef, Class, Quantity, Unit, Verdict};
use crate::rules::Pack;
use crate::rules::ast::Op;

/// Decimal digits of the scale at most, below the unit of panels.
const MOST_DIGITS: i32 = 12;

/// A problem, and what its cells and ties are.
pub struct Stated {
    pub problem: Problem,
    /// For each cell, the figure.
    pub uses: Vec<Use>,
    /// For each cell, the power of ten from its own unit to the panel's.
    powers: Vec<i32>,
    /// For each tie, its outcome.
    pub outcome_of: Vec<usize>,
    /// A tie fails that is to be explained.
    pub fails: bool,
}

/// What tells a figure again: whose year, its table, its number; or a cell and letters of its text.
type Key = (bool, usize, usize, Option<(CellRef, (usize, usize))>);

fn key(one: &Use) -> Option<Key> {
    match &one.at {
        At::Figure { prior, table, figure } => Some((*prior, *table, *figure, None)),
        At::Cell { table, cell } => Some((false, *table, 0, Some((*cell, one.said.as_ref()?.span)))),
        At::Field { .. } => None,
    }
}

/// A figure before the scale is known: in the panel's unit.
struct Raw {
    figure: Use,
    value: Decimal,
    decimals: i32,
    exact: bool,
    power: i32,
    hold: Hold,
    at: Spot,
    money: bool,
}

struct Builder<'s> {
    pair: Paired<'s>,
    forms: &'s Forms,
    sheets: Vec<(&'s str, &'s str)>,
    places: HashMap<Key, usize>,
    cells: Vec<Raw>,
}

impl Stated {
    /// States the problem of a submission's outcomes; nothing where it has no amounts, or none that fit the scale.
    #[must_use]
    pub fn of(outcomes: &[Outcome], pair: Paired<'_>, forms: &Forms, pack: &Pack) -> Option<Self> {
        let mut builder = Builder { pair, forms, sheets: Vec::new(), places: HashMap::new(), cells: Vec::new() };
        builder.all_figures();
        let asked: Vec<usize> = (0..outcomes.len()).filter(|at| !outcomes[*at].shapes.is_empty()).collect();
        for shape in asked.iter().flat_map(|at| &outcomes[*at].shapes) {
            for one in figures(shape) {
                builder.add(one);
            }
        }
        let digits = builder.cells.iter().map(|cell| cell.decimals).max()?.clamp(0, MOST_DIGITS - 1) + 1;
        let mut ties = Vec::new();
        let mut outcome_of = Vec::new();
        let cells: Vec<Cell> = builder.cells.iter().map(|raw| raw.scaled(digits)).collect::<Option<_>>()?;
        for at in asked {
            let outcome = &outcomes[at];
            let options: Vec<Equation> =
                outcome.shapes.iter().filter_map(|shape| builder.equation(shape, digits, &cells)).collect();
            if options.is_empty() {
                continue;
            }
            if outcome.shapes_all {
                let each = options.into_iter().map(|one| Tie { options: vec![one], binding: Binding::Guard });
                ties.extend(each);
                outcome_of.resize(ties.len(), at);
                continue;
            }
            ties.push(Tie { binding: binding(outcome, pack, &options), options });
            outcome_of.push(at);
        }
        let mut stated = Self {
            powers: builder.cells.iter().map(|raw| raw.power).collect(),
            problem: Problem { cells, ties, digits: digits.unsigned_abs() },
            uses: Vec::new(),
            outcome_of,
            fails: false,
        };
        stated.keep_agreeing(outcomes);
        let failing = |tie: &Tie, holds: bool| !holds && tie.binding != Binding::Guard;
        let standing = stated.problem.standing();
        stated.fails = stated.problem.ties.iter().zip(&standing).any(|(tie, holds)| failing(tie, *holds));
        if stated.fails {
            builder.relate(&mut stated.problem.cells);
        }
        stated.uses = builder.cells.into_iter().map(|raw| raw.figure).collect();
        Some(stated)
    }

    /// A tie that looks otherwise here than it was judged, as where figures tie as shown and not as stored, is left out.
    fn keep_agreeing(&mut self, outcomes: &[Outcome]) {
        let standing = self.problem.standing();
        let agrees = |tie: usize| {
            let held = matches!(
                outcomes[self.outcome_of[tie]].verdict,
                Verdict::Balanced | Verdict::Rounding | Verdict::RoundingLarge
            );
            held == standing[tie]
        };
        let keep: Vec<bool> = (0..standing.len()).map(agrees).collect();
        let mut kept = keep.iter();
        self.problem.ties.retain(|_| *kept.next().unwrap_or(&false));
        let mut kept = keep.iter();
        self.outcome_of.retain(|_| *kept.next().unwrap_or(&false));
    }

    /// A value of a cell in the cell's own unit.
    #[must_use]
    pub fn amount(&self, cell: usize, value: i128) -> Option<Decimal> {
        let digits = self.problem.digits;
        let amount = Decimal::try_from_i128_with_scale(value, digits).ok()?.normalize();
        shift(amount, -self.powers[cell]).map(|amount| amount.normalize())
    }

    /// Takes over what is sure.
    pub fn mend(&mut self, located: &Located) {
        for found in located.groups.iter().filter(|found| found.sure) {
            for change in found.sets.iter().take(1).flat_map(|set| &set.changes) {
                self.problem.cells[change.cell].value = change.value;
            }
        }
    }

    /// Gives every tie of one kind another.
    pub fn turn(&mut self, from: Binding, to: Binding) {
        self.problem.ties.iter_mut().filter(|tie| tie.binding == from).for_each(|tie| tie.binding = to);
    }
}

/// Balances by formula must hold, conditions must not be broken; a sentence, or a likely pair of years, is evidence.
fn binding(outcome: &Outcome, pack: &Pack, options: &[Equation]) -> Binding {
    let stated = outcome.shapes.iter().any(|shape| matches!(shape, Shape::Stated { .. }));
    if stated || outcome.likely {
        Binding::Weigh
    } else if pack.rules[outcome.rule].class == Class::Balance && options.iter().all(Equation::is_equality) {
        Binding::Must
    } else {
        Binding::Guard
    }
}

fn figures(shape: &Shape) -> Vec<&Use> {
    match shape {
        Shape::Sum { terms, .. } | Shape::Stated { terms, .. } => terms.iter().map(|(one, _)| one).collect(),
        Shape::Product { left, right, .. } => left.iter().chain(right).collect(),
    }
}

impl<'s> Builder<'s> {
    /// Every amount of this year's tables: neighbours and columns count whether a tie names them or not.
    fn all_figures(&mut self) {
        for (table, one) in self.pair.0.tables.iter().enumerate() {
            for figure in 0..one.reading.figures.len() {
                self.add(&Use::figure(table, figure, Role::Subject));
            }
        }
    }

    fn submission(&self, prior: bool) -> Option<&'s Submission> {
        if prior { self.pair.1.map(|before| before.submission) } else { Some(self.pair.0) }
    }

    fn add(&mut self, one: &Use) {
        let Some(key) = key(one) else { return };
        if self.places.contains_key(&key) {
            return;
        }
        let raw = match &one.at {
            At::Figure { prior, table, figure } => self.figure(one, *prior, *table, *figure),
            At::Cell { table, cell } => self.said(one, *table, *cell),
            At::Field { .. } => None,
        };
        if let Some(raw) = raw.filter(|raw| raw.decimals < MOST_DIGITS) {
            self.places.insert(key, self.cells.len());
            self.cells.push(raw);
        }
    }

    fn figure(&mut self, one: &Use, prior: bool, table: usize, at: usize) -> Option<Raw> {
        let submission = self.submission(prior)?;
        let figure = figure_at(submission, table, at)?;
        let (value, unit) = (figure.in_panel_unit()?, &figure.value);
        let power = figure.panel_power();
        let stage = self.stage(submission, table, figure);
        let hold = match (prior, &figure.formula, stage) {
            (true, ..) => Hold::Fixed,
            (_, Some(_), _) => Hold::Formula,
            (_, None, Some(Stage::LastOutturn)) => Hold::Carried,
            _ => Hold::Typed,
        };
        let spot = Spot {
            sheet: self.sheet(&submission.tables[table].file, &submission.tables[table].sheet),
            table: u32::try_from(table).ok()? + if prior { 1 << 16 } else { 0 },
            row: figure.cell.row,
            column: figure.cell.col,
        };
        Some(Raw {
            figure: one.clone(),
            value,
            decimals: places(unit.decimals.max(unit.stored_decimals), power),
            exact: figure.exact,
            power,
            hold,
            at: spot,
            money: figure.quantity == Quantity::Money,
        })
    }

    fn said(&mut self, one: &Use, table: usize, cell: CellRef) -> Option<Raw> {
        let said = one.said.as_ref()?;
        let (amount, unit) = (said.value?, Unit::parse(&said.unit));
        let power = unit.panel_power();
        let own = &self.pair.0.tables.get(table)?;
        let spot = Spot {
            sheet: self.sheet(&own.file, &own.sheet),
            table: u32::try_from(table).ok()? + (1 << 17),
            row: cell.row,
            column: cell.col,
        };
        Some(Raw {
            figure: one.clone(),
            value: shift(amount, power)?,
            decimals: places(amount.scale(), power),
            exact: unit.quantity() == Quantity::Count,
            power,
            hold: Hold::Said,
            at: spot,
            money: unit.quantity() == Quantity::Money,
        })
    }

    fn sheet(&mut self, file: &'s str, sheet: &'s str) -> u32 {
        let at = self.sheets.iter().position(|own| *own == (file, sheet)).unwrap_or_else(|| {
            self.sheets.push((file, sheet));
            self.sheets.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    fn stage(&self, submission: &Submission, table: usize, figure: &Figure) -> Option<Stage> {
        let form = &self.forms.all[submission.tables[table].form];
        let block = form.block(&figure.block)?;
        block.measure(&figure.measure)?.stage
    }

    fn place(&self, one: &Use) -> Option<usize> {
        self.places.get(&key(one)?).copied()
    }

    /// One comparison; nothing where a figure of it has no number here. A blank counts as nothing, as in the rules.
    fn equation(&self, shape: &Shape, digits: i32, cells: &[Cell]) -> Option<Equation> {
        match shape {
            Shape::Sum { terms, constant, op } => {
                let (least, most) = match op {
                    Op::Eq => (Some(0), Some(0)),
                    Op::Le | Op::Lt => (None, Some(0)),
                    Op::Ge | Op::Gt => (Some(0), None),
                    Op::Ne => return None,
                };
                let terms = self.terms(terms);
                (!terms.is_empty()).then_some(())?;
                Some(Equation::Sum { terms, constant: whole(*constant, digits)?, least, most })
            }
            Shape::Stated { terms, difference } => {
                let terms = self.terms(terms);
                // A rate or a share is no sum of what it names.
                let sum: i128 = terms.iter().map(|(cell, by)| by * cells[*cell].value).sum();
                let near = (sum - whole(*difference, digits)?).abs() <= 1;
                (near && terms.len() > 1).then(|| Equation::zero(terms))
            }
            Shape::Product { left, right, left_factor, right_factor } => {
                let side = |uses: &[Use]| uses.iter().map(|one| self.place(one)).collect::<Option<Vec<usize>>>();
                let (left, right) = (side(left)?, side(right)?);
                // Every figure brings the scale with it; the side with fewer is raised to the other's.
                let ten = |count: usize| 10i128.checked_pow(u32::try_from(count).ok()? * digits.unsigned_abs());
                let (more_left, more_right) = (left.len().max(right.len()), left.len().max(right.len()));
                let raised = |factor: Decimal, missing: usize| {
                    let whole = factor.normalize();
                    whole.mantissa().checked_mul(ten(missing)?)
                };
                let scale = left_factor.normalize().scale().max(right_factor.normalize().scale());
                let even = |factor: Decimal| {
                    let normal = factor.normalize();
                    10i128.checked_pow(scale - normal.scale())
                };
                Some(Equation::Product {
                    left_factor: raised(*left_factor, more_left - left.len())?.checked_mul(even(*left_factor)?)?,
                    right_factor: raised(*right_factor, more_right - right.len())?.checked_mul(even(*right_factor)?)?,
                    left,
                    right,
                })
            }
        }
    }

    fn terms(&self, terms: &[(Use, i32)]) -> Vec<(usize, i128)> {
        terms
            .iter()
            .filter_map(|(one, by)| Some((self.place(one)?, i128::from(*by))))
            .filter(|(_, by)| *by != 0)
            .collect()
    }

    /// Gives cells what stands beside them: last year's figure, the budget, what the formula gives.
    fn relate(&self, cells: &mut [Cell]) {
        let mut rows: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
        for (at, raw) in self.cells.iter().enumerate().filter(|(_, raw)| raw.hold != Hold::Said) {
            rows.entry((raw.at.table, raw.at.row)).or_default().push(at);
        }
        let stages: Vec<Option<Stage>> = self.cells.iter().map(|raw| self.stage_of(&raw.figure)).collect();
        for at in 0..cells.len() {
            let (own, Some(stage)) = (&self.cells[at], stages[at]) else { continue };
            let row = rows.get(&(own.at.table, own.at.row)).map(Vec::as_slice).unwrap_or_default();
            let beside = |wanted: &[Stage]| {
                let found = row.iter().find(|other| stages[**other].is_some_and(|stage| wanted.contains(&stage)));
                found.map(|other| cells[*other].value).filter(|value| *value != 0)
            };
            if stage == Stage::LastOutturn {
                continue;
            }
            let last_year =
                beside(&[Stage::LastOutturn]).or_else(|| self.last_year(&own.figure, &self.cells[at], cells[at].step));
            let budget = if stage == Stage::Outturn { beside(&[Stage::Budget, Stage::Initial]) } else { None };
            (cells[at].last_year, cells[at].budget) = (last_year, budget);
        }
        for at in 0..cells.len() {
            cells[at].recomputed = self.recomputed(at, cells);
        }
    }

    fn stage_of(&self, one: &Use) -> Option<Stage> {
        let At::Figure { prior, table, figure } = one.at else { return None };
        let submission = self.submission(prior)?;
        self.stage(submission, table, figure_at(submission, table, figure)?)
    }

    /// The same measure of the same line in last year's submission.
    fn last_year(&self, one: &Use, raw: &Raw, step: i128) -> Option<i128> {
        let At::Figure { prior: false, table, figure } = one.at else { return None };
        let before = self.pair.1?;
        let figure = figure_at(self.pair.0, table, figure)?;
        let found = before.lines.before(table, figure.row, &figure.line)?.before.as_ref()?;
        let (_, old) = found.figure(before.submission, &figure.measure)?;
        let digits = raw.decimals + i32::try_from(step.ilog10()).ok()?;
        whole(old.in_panel_unit()?, digits).filter(|value| *value != 0)
    }

    fn recomputed(&self, at: usize, cells: &[Cell]) -> Option<i128> {
        let At::Figure { prior: false, table, figure } = self.cells[at].figure.at else { return None };
        let text = figure_at(self.pair.0, table, figure)?.formula.as_deref()?;
        let sheet = self.cells[at].at.sheet;
        let value = |cell: CellRef| {
            let own = |raw: &Raw| raw.at.sheet == sheet && (raw.at.row, raw.at.column) == (cell.row, cell.col);
            self.cells.iter().position(|raw| raw.hold != Hold::Said && own(raw)).map(|at| cells[at].value)
        };
        formula::sum(text, &value)
    }
}

impl Raw {
    fn scaled(&self, digits: i32) -> Option<Cell> {
        let step = 10i128.checked_pow(u32::try_from(digits - self.decimals).ok()?)?;
        Some(Cell {
            value: whole(self.value, digits)?,
            step,
            half: if self.exact { 0 } else { step / 2 },
            hold: self.hold,
            at: self.at,
            last_year: None,
            budget: None,
            recomputed: None,
            money: self.money,
        })
    }
}

/// Decimals behind the point of the panel's unit, of a figure with so many in its own.
fn places(decimals: u32, power: i32) -> i32 {
    i32::try_from(decimals).unwrap_or(i32::MAX / 2).saturating_sub(power)
}

/// A value on the scale; nothing where digits would be lost.
fn whole(value: Decimal, digits: i32) -> Option<i128> {
    let scaled = shift(value, digits)?.normalize();
    (scaled.scale() == 0).then(|| scaled.mantissa())
}
