//! One unit's two years.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Limits, percent, rate};
use crate::facts::{Submission, Table};
use crate::forms::Forms;
use crate::forms::declare::{Block, Stage};
use crate::forms::reading::Figure;
use crate::model::{CellRef, Quantity};
use crate::years::lines::lines_of;
use crate::years::reasons::{Reason, Reasons};
use crate::years::{LineAt, LineHow, LineMap};

/// The line whose parts are shown apart.
pub const THREE_PUBLIC: &str = "三公经费";

/// Everything that one unit filed in two years, side by side.
#[derive(Debug, Clone)]
pub struct YearOverYear {
    /// Index into the submissions.
    pub submission: usize,
    pub entity: String,
    pub year: Option<i32>,
    /// Last year's unit and year as filed; none where there is no prior.
    pub prior: Option<(String, Option<i32>)>,
    pub rows: Vec<Row>,
    /// Budget beside outturn, of every line that has both columns.
    pub execution: Vec<Execution>,
    pub projects: Vec<ProjectChange>,
}

/// Where last year's amount stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In last year's filing.
    Filing,
    /// In this year's own prior-year column: nothing was filed, or nothing paired.
    OwnColumn,
}

/// One amount with its cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// In 万元, in percent, or in the bare noun; none where the cell holds nothing.
    pub amount: Option<Decimal>,
    /// As shown.
    pub text: String,
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub cell: CellRef,
}

/// One measure of one line in two years.
#[derive(Debug, Clone)]
pub struct Row {
    pub form: usize,
    pub project: Option<String>,
    pub block: Arc<str>,
    pub parent: Option<Arc<str>>,
    pub line: Arc<str>,
    /// The line's name last year, where it was another.
    pub line_before: Option<Arc<str>>,
    pub how: LineHow,
    pub measure: Arc<str>,
    pub stage: Option<Stage>,
    pub quantity: Quantity,
    pub unit: String,
    /// One of the three-public lines.
    pub three_public: bool,
    pub now: Option<Side>,
    pub last: Option<Side>,
    pub source: Source,
    /// This year less last; of rates in percentage points.
    pub change: Option<Decimal>,
    /// Of last year's amount, in percent; none from nothing, and none of rates.
    pub rate: Option<Decimal>,
    /// The change is beyond the limits: an explanation is due.
    pub crossed: bool,
    /// The explanation that the submission gives.
    pub reason: Option<Reason>,
}

/// Budget beside outturn, in 万元.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    pub form: usize,
    pub project: Option<String>,
    pub line: Arc<str>,
    pub parent: Option<Arc<str>>,
    pub three_public: bool,
    pub initial: Option<Decimal>,
    pub budget: Option<Decimal>,
    pub outturn: Option<Decimal>,
    /// Outturn less budget.
    pub difference: Option<Decimal>,
    /// Outturn in percent of the budget.
    pub rate: Option<Decimal>,
    /// The same rate last year.
    pub rate_before: Option<Decimal>,
    pub cell: CellRef,
    pub sheet: Arc<str>,
    pub file: Arc<str>,
}

/// A project of one year only, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectChange {
    pub now: Option<String>,
    pub before: Option<String>,
}

impl YearOverYear {
    /// Compares one submission with its prior, where it has one.
    #[must_use]
    pub fn new(
        (submission, now): (usize, &Submission),
        prior: Option<(&Submission, &LineMap)>,
        forms: &Forms,
        limits: Limits,
    ) -> Self {
        let pen = Pen { now, prior: prior.map(|(prior, _)| prior), forms, limits, reasons: Reasons::of(now) };
        let (mut rows, mut execution) = (Vec::new(), Vec::new());
        match prior {
            Some((_, lines)) => {
                for found in &lines.matches {
                    pen.rows(found.form, found.now.as_ref(), found.before.as_ref(), found.how, &mut rows);
                    if let Some(line) = &found.now {
                        execution.extend(pen.execution(line, found.before.as_ref()));
                    }
                }
                // Projects that only this year or only last year has are no pair of tables.
                for pair in lines.tables.iter().filter(|pair| pair.now.is_none() || pair.before.is_none()) {
                    if let Some(table) = pair.now {
                        pen.table(now, table, LineHow::Added, &mut rows, &mut execution);
                    } else if let (Some(table), Some(prior)) = (pair.before, pen.prior) {
                        for line in prior.tables.get(table).map(|one| lines_of(one, table)).unwrap_or_default() {
                            pen.rows(pair.form, None, Some(&line), LineHow::Dropped, &mut rows);
                        }
                    }
                }
            }
            None => {
                for table in 0..now.tables.len() {
                    pen.table(now, table, LineHow::Same, &mut rows, &mut execution);
                }
            }
        }
        Self {
            submission,
            entity: now.entity.clone(),
            year: now.year,
            prior: prior.map(|(prior, _)| (prior.entity.clone(), prior.year)),
            rows,
            execution,
            projects: prior.map(|(before, lines)| projects(now, before, lines)).unwrap_or_default(),
        }
    }

    /// Rows whose change asks for an explanation.
    pub fn crossed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.crossed)
    }

    /// Rows whose change asks for an explanation that the submission does not give.
    #[must_use]
    pub fn unexplained(&self) -> usize {
        self.crossed().filter(|row| row.reason.is_none()).count()
    }

    /// How the whole budget was carried out: the first total of funds.
    #[must_use]
    pub fn whole(&self) -> Option<&Execution> {
        self.execution.iter().find(|one| one.project.is_none() && one.parent.is_none() && one.initial.is_some())
    }
}

/// Names of the projects of both years.
fn projects(now: &Submission, before: &Submission, lines: &LineMap) -> Vec<ProjectChange> {
    let name = |of: &Submission, table: Option<usize>| of.tables.get(table?)?.project.clone();
    let mut found: Vec<ProjectChange> = Vec::new();
    for pair in &lines.tables {
        let change = ProjectChange { now: name(now, pair.now), before: name(before, pair.before) };
        if (change.now.is_some() || change.before.is_some()) && !found.contains(&change) {
            found.push(change);
        }
    }
    // A report and a table of one project make one line; what either pairs is no longer new or gone.
    let paired: Vec<ProjectChange> =
        found.iter().filter(|one| one.now.is_some() && one.before.is_some()).cloned().collect();
    found.retain(|one| {
        let known = |other: &ProjectChange| {
            (one.now.is_none() && one.before == other.before) || (one.before.is_none() && one.now == other.now)
        };
        !paired.iter().any(known)
    });
    found
}

struct Pen<'p> {
    now: &'p Submission,
    prior: Option<&'p Submission>,
    forms: &'p Forms,
    limits: Limits,
    reasons: Reasons<'p>,
}

impl Pen<'_> {
    fn block(&self, form: usize, line: &LineAt) -> Option<&Block> {
        self.forms.all[form].block(&line.block)
    }

    fn is_three_public(&self, form: usize, line: &LineAt) -> bool {
        let Some(block) = self.block(form, line) else { return false };
        let mut name = Some(line.line.as_ref());
        // A form's parents are finite; a name that is its own ancestor ends the walk.
        for _ in 0..block.lines.len() + 2 {
            match name {
                Some(THREE_PUBLIC) => return true,
                Some(other) if other == line.line.as_ref() => {
                    name = line.parent.as_deref().filter(|parent| *parent != other);
                }
                Some(other) => name = block.line_named(other).and_then(|line| line.parent.as_deref()),
                None => return false,
            }
        }
        false
    }

    /// Every line of a table that the other year lacks.
    fn table(&self, now: &Submission, table: usize, how: LineHow, rows: &mut Vec<Row>, all: &mut Vec<Execution>) {
        let Some(one) = now.tables.get(table) else { return };
        for line in lines_of(one, table) {
            self.rows(one.form, Some(&line), None, how, rows);
            all.extend(self.execution(&line, None));
        }
    }

    fn rows(&self, form: usize, now: Option<&LineAt>, before: Option<&LineAt>, how: LineHow, rows: &mut Vec<Row>) {
        let Some(line) = now.or(before) else { return };
        let figures = |of: Option<&Submission>, line: Option<&LineAt>| -> Vec<(Arc<str>, usize)> {
            let Some((of, line)) = of.zip(line) else { return Vec::new() };
            let all = &of.tables[line.table].reading.figures;
            line.figures.iter().map(|at| (all[*at].measure.clone(), *at)).collect()
        };
        let mut measures: Vec<Arc<str>> = Vec::new();
        for (measure, _) in figures(Some(self.now), now).into_iter().chain(figures(self.prior, before)) {
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
        let of = |of: Option<&Submission>, line: Option<&LineAt>, measure: &str| {
            let (of, line) = of.zip(line)?;
            let figure = line.figure(of, measure)?.1.clone();
            Some((figure, place_of(of.tables.get(line.table)?)))
        };
        for measure in measures {
            let declared = self.forms.all[form].measure(&line.block, &measure);
            let stage = declared.and_then(|measure| measure.stage);
            // Last year's outturn stands beside this year's, and is no line of its own.
            if stage == Some(Stage::LastOutturn) {
                continue;
            }
            let here = of(Some(self.now), now, &measure);
            let (there, source) = match of(self.prior, before, &measure) {
                Some(found) => (Some(found), Source::Filing),
                None if stage == Some(Stage::Outturn) => (self.own_column(form, now), Source::OwnColumn),
                None => (None, Source::Filing),
            };
            let Some(first) = here.as_ref().or(there.as_ref()).map(|(figure, _)| figure) else { continue };
            let kept =
                |side: &Option<(Figure, Place)>| side.as_ref().is_some_and(|(one, _)| one.value.amount.is_some());
            if first.quantity == Quantity::Text || (!kept(&here) && !kept(&there)) {
                continue;
            }
            let (quantity, unit) = (first.quantity, unit_of(first));
            let project =
                now.map_or(self.prior, |_| Some(self.now)).and_then(|of| of.tables[line.table].project.clone());
            let mut row = Row {
                form,
                project,
                block: line.block.clone(),
                parent: line.parent.clone(),
                line: line.line.clone(),
                line_before: before.filter(|before| before.line != line.line).map(|before| before.line.clone()),
                how,
                measure,
                stage,
                quantity,
                unit,
                three_public: self.is_three_public(form, line),
                now: here.map(side),
                last: there.map(side),
                source,
                change: None,
                rate: None,
                crossed: false,
                reason: None,
            };
            self.judge(&mut row, now);
            rows.push(row);
        }
    }

    /// The prior-year column of this year's form.
    fn own_column(&self, form: usize, now: Option<&LineAt>) -> Option<(Figure, Place)> {
        let line = now?;
        let measure = self.block(form, line)?.stage(Stage::LastOutturn)?;
        let figure = line.figure(self.now, &measure.name)?.1.clone();
        Some((figure, place_of(self.now.tables.get(line.table)?)))
    }

    /// Works the change out, and whether it needs a reason that is not given. A blank beside an amount is nothing.
    fn judge(&self, row: &mut Row, now: Option<&LineAt>) {
        let amount = |side: &Option<Side>| side.as_ref().and_then(|side| side.amount);
        let (here, there) = (amount(&row.now), amount(&row.last));
        if (row.now.is_none() && row.how == LineHow::Same) || (here.is_none() && there.is_none()) {
            return;
        }
        // Without any prior side there is nothing to compare with.
        if row.last.is_none() && self.prior.is_none() {
            return;
        }
        let (here, there) = (here.unwrap_or_default(), there.unwrap_or_default());
        let Some(change) = here.checked_sub(there) else { return };
        row.change = Some(change);
        if row.quantity == Quantity::Ratio {
            return;
        }
        row.rate = rate(change, there);
        // A project of one year only is listed as such, and not again by every amount of its tables.
        let alone = row.project.is_some() && row.how != LineHow::Same;
        let spent = matches!(row.stage, Some(Stage::Outturn | Stage::Budget)) && row.quantity == Quantity::Money;
        let beyond = row.rate.is_none_or(|rate| rate.abs() > self.limits.rate);
        row.crossed = spent && !alone && change.abs() > self.limits.amount && beyond;
        if row.crossed {
            let table = now.map(|line| line.table).or_else(|| self.now.tables.iter().position(|t| t.form == row.form));
            let at = now.map_or(u32::MAX, |line| line.row);
            row.reason = table.and_then(|table| self.reasons.reason(self.forms, table, at, &row.block, &row.line));
        }
    }

    fn execution(&self, line: &LineAt, before: Option<&LineAt>) -> Option<Execution> {
        let table = self.now.tables.get(line.table)?;
        let block = self.block(table.form, line)?;
        let of = |stage: Stage, of: Option<&Submission>, line: Option<&LineAt>| -> Option<Decimal> {
            let (of, line) = of.zip(line)?;
            line.figure(of, &block.stage(stage)?.name)?.1.in_panel_unit()
        };
        let here = |stage| of(stage, Some(self.now), Some(line));
        let there = |stage| of(stage, self.prior, before);
        let figure = line.figure(self.now, &block.stage(Stage::Outturn)?.name)?.1;
        let (initial, budget, outturn) = (here(Stage::Initial), here(Stage::Budget), here(Stage::Outturn));
        if budget.is_none() && outturn.is_none() {
            return None;
        }
        // Where the form prints no adjusted budget the initial one is the measure.
        let base = budget.or(initial);
        let base_before = there(Stage::Budget).or_else(|| there(Stage::Initial));
        Some(Execution {
            form: table.form,
            project: table.project.clone(),
            line: line.line.clone(),
            parent: line.parent.clone(),
            three_public: self.is_three_public(table.form, line),
            initial,
            budget,
            outturn,
            difference: outturn.zip(base).and_then(|(outturn, base)| outturn.checked_sub(base)),
            rate: outturn.zip(base).and_then(|(outturn, base)| percent(outturn, base)),
            rate_before: there(Stage::Outturn).zip(base_before).and_then(|(outturn, base)| percent(outturn, base)),
            cell: figure.cell,
            sheet: table.sheet.clone(),
            file: table.file.clone(),
        })
    }
}

/// File and sheet of a table.
type Place = (Arc<str>, Arc<str>);

fn place_of(table: &Table) -> Place {
    (table.file.clone(), table.sheet.clone())
}

fn side((figure, (file, sheet)): (Figure, Place)) -> Side {
    Side { amount: in_unit(&figure), text: figure.text.trim().to_owned(), file, sheet, cell: figure.cell }
}

/// The amount as it is compared: rates in percent, all others in the unit of panels.
fn in_unit(figure: &Figure) -> Option<Decimal> {
    let amount = figure.in_panel_unit()?;
    if figure.quantity == Quantity::Ratio { amount.checked_mul(Decimal::ONE_HUNDRED) } else { Some(amount) }
}

fn unit_of(figure: &Figure) -> String {
    match figure.quantity {
        Quantity::Money => "万元".to_owned(),
        Quantity::Ratio => "%".to_owned(),
        _ => figure.value.unit.panel_unit().to_string(),
    }
}
