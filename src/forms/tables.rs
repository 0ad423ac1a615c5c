//! Blocks with columns: lines × measures and records. Rows of indicators are read in `indicators`.

use std::sync::Arc;

use super::beside::push_labelled;
use super::decimals::share_decimals;
use super::declare::{Block, Line, Measure, Shape};
use super::grid::{Grid, Span};
use super::header::{Column, Header};
use super::indicators::weight_of_label;
use super::lines::{Section, match_line};
use super::normal::{Label, caption_unit, printed_name};
use super::reading::{Claim, Claims, Figure, Required};
use super::totals::{forget_guessed_parts, hang, name_total};
use super::value::{Place, State, read_value};
use crate::model::{CellRef, Quantity, Unit};

/// Fewest numbers that count a table's columns; fewer may be figures.
const LEAST_COUNTED: u32 = 4;

/// Rows above a header in which a table across may say what its columns are of.
const HEADINGS: u32 = 2;

/// A block found on the sheet, with the rows it may use.
pub struct Found<'f> {
    pub block: &'f Block,
    pub header: Header,
    /// The last row it may use.
    pub bottom: u32,
    /// The last row before the next table.
    pub end: u32,
}

/// Reads tables into figures, claiming every cell that it explains.
pub struct TableReader<'g, 'a> {
    pub grid: &'g Grid<'a>,
    pub claims: &'g mut Claims,
    pub figures: Vec<Figure>,
    /// The unit that captions and banners state for money.
    pub money: Option<Unit>,
}

impl TableReader<'_, '_> {
    /// Reads one block.
    pub fn read(&mut self, found: &Found<'_>) {
        self.claim_header(found);
        let below = found.header.bottom + 1;
        if below < found.bottom && self.counts_columns(below) {
            let mut header = found.header.clone();
            header.bottom = below;
            return self.read_body(&Found { block: found.block, header, bottom: found.bottom, end: found.end });
        }
        self.read_body(found);
    }

    fn read_body(&mut self, found: &Found<'_>) {
        let start = self.figures.len();
        match found.block.shape {
            Shape::Lines => {
                self.read_lines(found);
                name_total(&mut self.figures[start..], found.block);
                hang(&mut self.figures[start..], found.block);
                forget_guessed_parts(&mut self.figures[start..], found.block);
            }
            Shape::Record => self.read_record(found),
            Shape::Indicators => self.read_indicators(found),
            Shape::Roster => self.claim_people(found),
            Shape::Pairs | Shape::Text => {}
        }
        share_decimals(&mut self.figures[start..], found.block.across);
    }

    fn claim_header(&mut self, found: &Found<'_>) {
        for row in found.header.top..=found.header.bottom {
            for span in self.grid.filled(row) {
                self.claims.claim(span.anchor, Claim::Label);
            }
        }
    }

    /// Whether a row numbers the columns; its cells are claimed.
    fn counts_columns(&mut self, row: u32) -> bool {
        let counts = column_counts(self.grid, row);
        for at in &counts {
            self.claims.claim(*at, Claim::Identifier);
        }
        !counts.is_empty()
    }

    fn read_record(&mut self, found: &Found<'_>) {
        let row = found.header.bottom + 1;
        if row > found.bottom {
            return;
        }
        let line: Arc<str> = found.block.line.as_str().into();
        for column in &found.header.columns {
            let required = if found.block.required { Required::Row } else { Required::No };
            self.push(found, row, column, &line, None, required);
        }
        self.claim_serial(row, found.header.left);
        for row in self.further_rows(found) {
            self.claim_serial(row, found.header.left);
            for column in &found.header.columns {
                self.push(found, row, column, &line, None, Required::No);
            }
        }
    }

    /// Further rows of a record of words, as where every goal has a row of its own: they stand under its columns, and
    /// left of them nothing, a number, or the words that reach down beside the record.
    fn further_rows(&self, found: &Found<'_>) -> Vec<u32> {
        let worded = found.block.measures.iter().all(|measure| measure.quantity == Quantity::Text);
        let left = |span: &Span| {
            let text = self.grid.squashed(span.anchor);
            let number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
            span.anchor.row <= found.header.bottom + 1 || number
        };
        let goes_on = |row: &u32| {
            let (before, under): (Vec<&Span>, Vec<&Span>) =
                self.grid.filled(*row).iter().partition(|span| span.first < found.header.left);
            let places = found.header.columns.iter().filter(|column| {
                self.place(*row, column).is_some_and(|at| !self.grid.blank(at) && !self.claims.has(at))
            });
            places.count() == under.len() && !under.is_empty() && before.into_iter().all(left)
        };
        let rows = self.grid.rows_between(found.header.bottom + 2, found.end);
        if worded { rows.take_while(goes_on).collect() } else { Vec::new() }
    }

    fn claim_people(&mut self, found: &Found<'_>) {
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            for span in self.grid.filled(row) {
                self.claims.claim(span.anchor, Claim::Identifier);
            }
        }
    }

    fn read_lines(&mut self, found: &Found<'_>) {
        let read = |figure: &&Figure| *figure.block == *found.block.name;
        let further = self.figures.iter().any(|figure| read(&figure));
        let mut section = Section::after(self.figures.iter().filter(read).map(|figure| figure.line.to_string()));
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            if self.ends(found, row) {
                return;
            }
            if self.repeats_header(found, row) || push_labelled(self, found.block, row, &found.header.columns) {
                continue;
            }
            if self.heads_another(found, row) {
                return;
            }
            let Some((anchor, label)) = self.row_label(found, row) else {
                self.read_unlabelled(found, row);
                continue;
            };
            if self.claims.has(anchor) || !self.has_place(found, row, anchor) {
                continue;
            }
            let (name, declared) = section.place(&label, found.block);
            let name = if declared.is_some() { name } else { printed_name(&name, self.grid.text(anchor)) };
            if declared.is_none() && (!self.has_entry(found, row) || self.tells_in_words(found, row)) {
                continue;
            }
            self.claims.claim(anchor, Claim::Label);
            let line: Arc<str> = name.as_str().into();
            if declared.is_none() && is_score(&label.core) {
                self.read_score(found, row, &line);
                continue;
            }
            let apart = declared.is_none() && found.block.apart.contains(&label.core);
            // A further table divides no total of the first.
            let parent = section.parent(declared).filter(|_| !apart && !further).map(Arc::from);
            for column in &found.header.columns {
                let measure = &found.block.measures[column.measure];
                let required = declared.map_or(Required::No, |line| required_in(line, measure));
                self.push(found, row, column, &line, parent.clone(), required);
            }
            section.seen(declared, &name, found.block);
        }
        self.read_banner_weight(found);
    }

    /// A row under the funds that holds the score of the whole form: `合计得分 | 98.6`.
    fn read_score(&mut self, found: &Found<'_>, row: u32, line: &Arc<str>) {
        let points = |column: &&Column| found.block.measures[column.measure].quantity == Quantity::Points;
        for column in found.header.columns.iter().filter(points) {
            if let Some(figure) = self.push(found, row, column, line, None, Required::No) {
                figure.block = "total".into();
            }
        }
    }

    /// A page may print headers above one row of figures without a label: it is the block's own line.
    fn read_unlabelled(&mut self, found: &Found<'_>, row: u32) {
        let first = row == found.header.bottom + 1 && (found.header.left == 0 || !self.names_own_line(found));
        if !first || found.block.line.is_empty() || !self.has_amount(found, row) {
            return;
        }
        for group in std::iter::once(&found.header.columns).chain(&found.header.again) {
            let declared = self.line_over(found, group).or_else(|| found.block.line_named(&found.block.line));
            let line: Arc<str> = declared.map_or(found.block.line.as_str(), |line| line.name.as_str()).into();
            for column in group {
                let measure = &found.block.measures[column.measure];
                let required = declared.map_or(Required::No, |line| required_in(line, measure));
                self.push(found, row, column, &line, None, required);
            }
        }
    }

    /// The line that a table across names over a group of its columns: `预算数` over 合计 to 公务接待费.
    fn line_over<'f>(&self, found: &Found<'f>, group: &[Column]) -> Option<&'f Line> {
        let first = group.first().filter(|_| found.block.across)?.first;
        (found.header.top.saturating_sub(HEADINGS)..=found.header.bottom).rev().find_map(|row| {
            let over = self.grid.filled(row).iter().rev().find(|span| span.first <= first)?;
            match_line(&self.grid.label(over.anchor).core, found.block)
        })
    }

    /// Whether a row further down is labelled as the block's own line.
    fn names_own_line(&self, found: &Found<'_>) -> bool {
        let own = |span: &Span| {
            let line = match_line(&self.grid.label(span.anchor).core, found.block);
            span.first < found.header.left && line.is_some_and(|line| line.name == found.block.line)
        };
        let rows = self.grid.rows_between(found.header.bottom + 1, found.bottom);
        rows.take_while(|row| !self.ends(found, *row)).any(|row| self.grid.filled(row).iter().any(own))
    }

    /// A form without a column of points may print them in the banner beside its rows, `预算执行情况（20分）`, or over its
    /// scores: `得分（20分×执行率）`.
    fn read_banner_weight(&mut self, found: &Found<'_>) {
        let columned = found.header.columns.iter().any(|column| found.block.measures[column.measure].name == "分值");
        let wanted = found.block.measure("分值").is_some() && !columned;
        let Some(first) = found.block.lines.first().filter(|_| wanted) else { return };
        let rows = self.grid.rows_between(found.header.top, found.bottom);
        let banner = rows.flat_map(|row| self.grid.filled(row)).find_map(|span| {
            let label = self.grid.label(span.anchor);
            let over = span.first < found.header.left || span.anchor.row <= found.header.bottom;
            label.points.filter(|_| over).map(|points| (span.anchor, points))
        });
        if let Some((at, points)) = banner {
            self.claims.claim(at, Claim::Label);
            let weight = weight_of_label(at, &found.block.name, &first.name, points, self.grid.text(at));
            self.figures.push(weight);
        }
    }

    /// Whether a row opens what follows the block.
    fn ends(&self, found: &Found<'_>, row: u32) -> bool {
        self.grid
            .filled(row)
            .iter()
            .any(|span| span.anchor.row == row && found.block.until.contains(&self.grid.label(span.anchor).core))
    }

    /// Whether a row has different words where figures belong: the header of a table that no block knows.
    fn heads_another(&self, found: &Found<'_>, row: u32) -> bool {
        let plain = |column: &&Column| found.block.measures[column.measure].quantity != Quantity::Text;
        let words = |at: CellRef| {
            let text = self.grid.squashed(at);
            let figures = text.chars().any(|c| c.is_ascii_digit());
            (at.row == row && !figures && text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 1)
                .then_some(text)
        };
        let places = found.header.columns.iter().filter(plain).filter_map(|column| self.place(row, column));
        let said: Vec<&str> = places.filter_map(words).collect();
        said.iter().any(|one| *one != said[0])
    }

    /// The label of a row: a declared line's, else the words nearest to the figures.
    fn row_label(&self, found: &Found<'_>, row: u32) -> Option<(CellRef, Label)> {
        let labels: Vec<(&Span, &Label)> = self
            .grid
            .filled(row)
            .iter()
            .filter(|span| span.first < found.header.left)
            .filter(|span| !self.grid.is_number(span.anchor) && !self.grid.is_figure(span.anchor))
            .map(|span| (span, self.grid.label(span.anchor)))
            .filter(|(_, label)| !label.core.is_empty())
            .collect();
        let declared = labels
            .iter()
            .rev()
            .find(|(span, label)| span.anchor.row == row && match_line(&label.core, found.block).is_some());
        let nearest = || labels.iter().rev().find(|(span, _)| span.anchor.row == row);
        declared.or_else(nearest).map(|(span, label)| (span.anchor, (*label).clone()))
    }

    /// Whether any measure has a cell of its own in this row, so that the row is a line and not a remark.
    fn has_place(&self, found: &Found<'_>, row: u32, label: CellRef) -> bool {
        found.header.columns.iter().any(|column| {
            let at = CellRef::new(row, column.first);
            self.grid.anchor(at) != label
        })
    }

    /// Whether any measure of this row holds an amount: a row of its own name without one is a remark.
    fn has_amount(&self, found: &Found<'_>, row: u32) -> bool {
        found.header.columns.iter().filter_map(|column| self.place(row, column)).any(|at| {
            let place = Place { quantity: Quantity::Plain, unit: &Unit::none(), percent: false };
            read_value(self.grid.cell(at), place).state == State::Amount
        })
    }

    /// Whether a row of its own name holds what the block's columns ask for: an amount, or words where all are words.
    fn has_entry(&self, found: &Found<'_>, row: u32) -> bool {
        let worded = found.block.measures.iter().all(|measure| measure.quantity == Quantity::Text);
        let filled = |column: &Column| self.place(row, column).is_some_and(|at| !self.grid.blank(at));
        if worded { found.header.columns.iter().any(filled) } else { self.has_amount(found, row) }
    }

    /// Whether a row of its own name tells something where amounts belong: `目标 | 整治村庄12个`.
    fn tells_in_words(&self, found: &Found<'_>, row: u32) -> bool {
        let money = |column: &&Column| found.block.measures[column.measure].quantity == Quantity::Money;
        let words = |at: CellRef| {
            let said = self.grid.text(at).chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
            said.filter(|c| !"无万亿千百元约".contains(*c)).count() > 1
        };
        let places = found.header.columns.iter().filter(money).filter_map(|column| self.place(row, column));
        places.into_iter().any(words)
    }

    /// Whether a row prints the header again, as forms do at the top of a page; its cells are claimed.
    pub(super) fn repeats_header(&mut self, found: &Found<'_>, row: u32) -> bool {
        let heads = |column: &&Column| {
            let own = &self.grid.label(CellRef::new(row, column.first)).core;
            let same = |above| self.grid.label(self.grid.anchor(CellRef::new(above, column.first))).core == *own;
            !own.is_empty() && (found.header.top..=found.header.bottom).any(same)
        };
        if found.header.columns.iter().filter(heads).count() < found.block.need.max(2) {
            return false;
        }
        for span in self.grid.filled(row).iter().filter(|span| span.anchor.row == row) {
            self.claims.claim(span.anchor, Claim::Label);
        }
        true
    }

    /// The cell in which a row keeps a measure; none where the row has no place for it.
    pub(super) fn place(&self, row: u32, column: &Column) -> Option<CellRef> {
        let mut first = None;
        for span in self.grid.spans(row).iter() {
            let inside = (column.first..=column.last).contains(&span.first);
            if !inside || span.anchor.row != row {
                continue;
            }
            if !self.grid.blank(span.anchor) {
                return Some(span.anchor);
            }
            first.get_or_insert(span.anchor);
        }
        first
    }

    pub(super) fn push(
        &mut self,
        found: &Found<'_>,
        row: u32,
        column: &Column,
        line: &Arc<str>,
        parent: Option<Arc<str>>,
        required: Required,
    ) -> Option<&mut Figure> {
        let cell = self.place(row, column)?;
        self.push_at(found.block, cell, column, line, parent, required);
        let figure = self.figures.last_mut()?;
        figure.row = row;
        Some(figure)
    }

    /// Reads the figure that stands in a cell.
    pub(super) fn push_at(
        &mut self,
        block: &Block,
        cell: CellRef,
        column: &Column,
        line: &Arc<str>,
        parent: Option<Arc<str>>,
        required: Required,
    ) {
        let measure = &block.measures[column.measure];
        let unit = self.unit_of(block, measure, column);
        let place = Place { quantity: measure.quantity, unit: &unit, percent: column.percent };
        let value = read_value(self.grid.cell(cell), place);
        let text = self.grid.text(cell).to_owned();
        if !self.grid.blank(cell) {
            let sentence = value.state == State::Text && measure.quantity == Quantity::Text;
            self.claims.claim(cell, if sentence { Claim::Words } else { Claim::Figure });
        }
        let whole = measure.quantity == Quantity::Count && value.stored_decimals == 0;
        self.figures.push(Figure {
            cell,
            block: block.name.as_str().into(),
            line: line.clone(),
            parent,
            measure: measure.name.as_str().into(),
            quantity: measure.quantity,
            text,
            value,
            exact: measure.exact || whole,
            required,
            row: cell.row,
            formula: self.grid.cell(cell).and_then(|cell| cell.formula.as_deref()).map(Arc::from),
        });
    }

    fn unit_of(&self, block: &Block, measure: &Measure, column: &Column) -> Unit {
        match measure.quantity {
            Quantity::Money => column
                .unit
                .clone()
                .filter(|unit| unit.noun == "元")
                .or_else(|| self.money.clone())
                .unwrap_or_else(|| measure.unit.clone().unwrap_or_else(|| block.unit.clone())),
            Quantity::Ratio => Unit::percent(),
            Quantity::Points => Unit::points(),
            _ => measure.unit.clone().unwrap_or_else(Unit::none),
        }
    }
}

/// The cells of a row that numbers the columns, `栏次 | 1 | 2 | 3 | 4`; none where it is no such row.
pub(super) fn column_counts(grid: &Grid<'_>, row: u32) -> Vec<CellRef> {
    let own: Vec<CellRef> = grid.filled(row).iter().map(|span| span.anchor).filter(|at| at.row == row).collect();
    let mut counted = 0_u32;
    for (index, at) in own.iter().enumerate() {
        // （1） counts as 1 does.
        match grid.squashed(*at).trim_matches(['(', ')']).parse::<u32>() {
            Ok(number) if number == counted + 1 => counted = number,
            Err(_) if index == 0 && matches!(grid.squashed(*at), "栏次" | "栏号" | "行次") => {}
            _ => return Vec::new(),
        }
    }
    if counted < LEAST_COUNTED { Vec::new() } else { own }
}

/// The unit of money that captions and banners of some rows state.
#[must_use]
pub fn stated_unit(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<Unit> {
    let found = captioned(grid, top, bottom).or_else(|| bannered(grid, top, bottom));
    found.map(|(_, unit)| unit)
}

/// As [`stated_unit`], for the rows of the sheet down to one of them. A sheet is looked through once, however many
/// pieces ask.
#[must_use]
pub fn stated_above(grid: &Grid<'_>, row: u32) -> Option<Unit> {
    let (top, bottom) = grid.rows?;
    let first = grid.stated.get_or_init(|| [captioned(grid, top, bottom), bannered(grid, top, bottom)]);
    first.iter().flatten().find(|(at, _)| *at <= row).map(|(_, unit)| unit.clone())
}

/// The first caption of some rows that states a unit, and its row.
fn captioned(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<(u32, Unit)> {
    places(grid, top, bottom, 60).find_map(|(row, at)| Some((row, caption_unit(grid.text(at))?)))
}

/// The first label of some rows that bears a unit of money, and its row.
fn bannered(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<(u32, Unit)> {
    let mut units = places(grid, top, bottom, 40).filter_map(|(row, at)| Some((row, grid.label(at).unit.clone()?)));
    units.find(|(_, unit)| unit.noun == "元")
}

/// The filled cells of some rows whose text is shorter than so many letters, each with its row.
fn places<'g>(
    grid: &'g Grid<'_>,
    top: u32,
    bottom: u32,
    shorter: usize,
) -> impl Iterator<Item = (u32, CellRef)> + use<'g> {
    let rows = grid.rows_between(top, bottom);
    let cells = rows.flat_map(|row| grid.filled(row).iter().map(move |span| (row, span.anchor)));
    cells.filter(move |(_, at)| grid.text(*at).chars().nth(shorter - 1).is_none())
}

/// Whether a row is called a score.
fn is_score(core: &str) -> bool {
    ["得分", "总分", "评分"].iter().any(|word| core.ends_with(word))
}

fn required_in(line: &Line, measure: &Measure) -> Required {
    if line.required.iter().any(|name| name == "*") {
        Required::Row
    } else if line.required.contains(&measure.name) {
        Required::Cell
    } else {
        Required::No
    }
}
