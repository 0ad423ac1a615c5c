//! Blocks with columns: lines × measures, records and indicator rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::beside::push_labelled;
use super::declare::{Block, Line, Measure, Shape};
use super::grid::{Grid, Span};
use super::header::{Column, Header};
use super::lines::{Section, match_line};
use super::normal::{Label, caption_unit, printed_name, squash};
use super::reading::{Claim, Claims, Figure, Required};
use super::value::{Place, State, UnitFrom, Value, is_fraction, read_value};
use crate::model::unit::shift;
use crate::model::{CellRef, Quantity, Unit};
use crate::read::Comparator;
use rust_decimal::Decimal;

/// The block of weights that stand inside 一级 labels: `产出指标（50分）`.
pub const GROUPS: &str = "indicator-groups";

/// A block found on the sheet, with the rows it may use.
pub struct Found<'f> {
    pub block: &'f Block,
    pub header: Header,
    /// The last row it may use.
    pub bottom: u32,
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
        let start = self.figures.len();
        match found.block.shape {
            Shape::Lines => self.read_lines(found),
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
    }

    fn claim_people(&mut self, found: &Found<'_>) {
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            for span in self.grid.filled(row) {
                self.claims.claim(span.anchor, Claim::Identifier);
            }
        }
    }

    fn read_lines(&mut self, found: &Found<'_>) {
        let mut section = Section::default();
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            if self.ends(found, row) {
                return;
            }
            if push_labelled(self, found.block, row, &found.header.columns) {
                continue;
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
            if declared.is_none() && !self.has_amount(found, row) {
                continue;
            }
            self.claims.claim(anchor, Claim::Label);
            let line: Arc<str> = name.as_str().into();
            let apart = declared.is_none() && found.block.apart.contains(&label.core);
            let parent = section.parent(declared).filter(|_| !apart).map(Arc::from);
            for column in &found.header.columns {
                let measure = &found.block.measures[column.measure];
                let required = declared.map_or(Required::No, |line| required_in(line, measure));
                self.push(found, row, column, &line, parent.clone(), required);
            }
            section.seen(declared, &name);
        }
        self.read_banner_weight(found);
    }

    /// A page may print headers above one row of figures without a label: it is the block's own line.
    fn read_unlabelled(&mut self, found: &Found<'_>, row: u32) {
        let first = row == found.header.bottom + 1 && (found.header.left == 0 || !self.names_own_line(found));
        if !first || found.block.line.is_empty() || !self.has_amount(found, row) {
            return;
        }
        let line: Arc<str> = found.block.line.as_str().into();
        let declared = found.block.line_named(&found.block.line);
        for column in &found.header.columns {
            let measure = &found.block.measures[column.measure];
            let required = declared.map_or(Required::No, |line| required_in(line, measure));
            self.push(found, row, column, &line, None, required);
        }
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

    /// A form without a column of points may print them in the banner beside its rows: `预算执行情况（20分）`.
    fn read_banner_weight(&mut self, found: &Found<'_>) {
        let columned = found.header.columns.iter().any(|column| found.block.measures[column.measure].name == "分值");
        let wanted = found.block.measure("分值").is_some() && !columned;
        let Some(first) = found.block.lines.first().filter(|_| wanted) else { return };
        let rows = self.grid.rows_between(found.header.top, found.bottom);
        let banner = rows.flat_map(|row| self.grid.filled(row)).find_map(|span| {
            let label = self.grid.label(span.anchor);
            label.points.filter(|_| span.first < found.header.left).map(|points| (span.anchor, points))
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

    /// The label of a row: a declared line's, else the words nearest to the figures.
    fn row_label(&self, found: &Found<'_>, row: u32) -> Option<(CellRef, Label)> {
        let labels: Vec<(&Span, &Label)> = self
            .grid
            .filled(row)
            .iter()
            .filter(|span| span.first < found.header.left && !self.grid.is_number(span.anchor))
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

    fn read_indicators(&mut self, found: &Found<'_>) {
        let mut rows = IndicatorRows::new(found.block, &found.header);
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            if self.is_total(found, row) {
                self.read_total(found, row);
                // A form may print its total above the rows.
                if rows.seen {
                    return;
                }
                continue;
            }
            if self.is_remark(row) {
                return;
            }
            self.read_indicator(found, row, &mut rows);
        }
    }

    fn is_total(&self, found: &Found<'_>, row: u32) -> bool {
        self.grid.filled(row).iter().take(3).any(|span| {
            let label = self.grid.label(span.anchor);
            span.anchor.row == row && found.block.total.contains(&label.core)
        })
    }

    fn is_remark(&self, row: u32) -> bool {
        self.grid.filled(row).first().is_some_and(|span| {
            let text = self.grid.squashed(span.anchor);
            span.anchor.row == row
                && (["备注:", "说明:", "注:", "填表人", "填报人", "填报说明"].iter().any(|word| text.starts_with(word))
                    || self.claims.has(span.anchor))
        })
    }

    fn read_total(&mut self, found: &Found<'_>, row: u32) {
        for span in self.grid.filled(row) {
            if !self.grid.is_number(span.anchor) && found.block.total.contains(&self.grid.label(span.anchor).core) {
                self.claims.claim(span.anchor, Claim::Label);
            }
        }
        let line: Arc<str> = found.block.line.as_str().into();
        if self.read_labelled_total(found, row, &line) {
            return;
        }
        for column in &found.header.columns {
            if found.block.measures[column.measure].quantity == Quantity::Points {
                // A reviewer's score is filled in later, by others.
                let own = found.block.measures[column.measure].name != "复核得分";
                let required = if own { Required::Cell } else { Required::No };
                if let Some(figure) = self.push(found, row, column, &line, None, required) {
                    // Weights are given; a total score may have been rounded.
                    figure.exact = &*figure.measure == "分值";
                    figure.block = "total".into();
                }
            }
        }
    }

    /// Reads `总分 | 总分值 | 100 | 总得分 | 98`, where every total stands beside its own words.
    fn read_labelled_total(&mut self, found: &Found<'_>, row: u32, line: &Arc<str>) -> bool {
        let points = |core: &str| {
            let core = core.strip_prefix('总').unwrap_or(core);
            let measure = found.block.measures.iter().position(|one| one.words.iter().any(|word| word == core))?;
            (found.block.measures[measure].quantity == Quantity::Points).then_some(measure)
        };
        let spans: Vec<&Span> = self.grid.filled(row).iter().filter(|span| span.anchor.row == row).collect();
        let pairs: Vec<(CellRef, CellRef, Column)> = spans
            .windows(2)
            .filter(|pair| !self.grid.is_number(pair[0].anchor))
            .filter_map(|pair| {
                let measure = points(&self.grid.label(pair[0].anchor).core)?;
                let (first, last) = (pair[1].first, pair[1].last);
                let column = Column { measure, first, last, unit: None, percent: false, year: None };
                (self.grid.is_number(pair[1].anchor) || self.grid.is_figure(pair[1].anchor)).then_some((
                    pair[0].anchor,
                    pair[1].anchor,
                    column,
                ))
            })
            .collect();
        for (label, value, column) in &pairs {
            self.claims.claim(*label, Claim::Label);
            self.push_at(found.block, *value, column, line, None, Required::No);
            if let Some(figure) = self.figures.last_mut() {
                figure.exact = &*figure.measure == "分值";
                figure.block = "total".into();
            }
        }
        !pairs.is_empty()
    }

    fn read_indicator(&mut self, found: &Found<'_>, row: u32, rows: &mut IndicatorRows) {
        let group = rows.group.map(|col| self.grid.anchor(CellRef::new(row, col)));
        if let Some(group) = group.filter(|at| !self.grid.blank(*at)) {
            let label = self.grid.label(group);
            self.claims.claim(group, Claim::Label);
            if let Some(points) = label.points.filter(|_| rows.current.as_deref() != Some(&label.core)) {
                self.figures.push(weight_of_label(group, GROUPS, &label.core, points, self.grid.text(group)));
            }
            rows.current = Some(label.core.clone());
        }
        if let Some(second) = rows.second.map(|col| self.grid.anchor(CellRef::new(row, col)))
            && !self.grid.blank(second)
        {
            self.claims.claim(second, Claim::Label);
        }
        let named = rows.name.map(|col| self.grid.anchor(CellRef::new(row, col)));
        let label = named.map(|at| self.grid.label(at));
        let points = label.and_then(|label| label.points);
        let name = printed_name(
            label.map_or("", |label| label.core.as_str()),
            named.map(|at| self.grid.text(at)).unwrap_or_default(),
        );
        if let Some(at) = named {
            self.claims.claim(at, Claim::Label);
        }
        self.claim_serial(row, found.header.left);
        self.read_weights(found, row, rows);
        let values = |reader: &Self| {
            found.header.columns.iter().any(|column| {
                let measure = &found.block.measures[column.measure];
                measure.quantity != Quantity::Text
                    && reader.place(row, column).is_some_and(|at| !reader.grid.squashed(at).is_empty())
            })
        };
        let filler = name.is_empty() || is_filler(&name);
        if filler && !values(self) {
            return;
        }
        let line: Arc<str> = if name.is_empty() { rows.fallback(self.grid, row) } else { name }.as_str().into();
        let parent: Option<Arc<str>> = rows.current.as_deref().map(Arc::from);
        let unit = rows.unit.and_then(|col| {
            let text = self.grid.squashed(CellRef::new(row, col));
            (!text.is_empty()).then(|| Unit::parse(text))
        });
        let direction = rows.nature.and_then(|col| direction(self.grid.text(CellRef::new(row, col))));
        rows.seen = true;
        let before = self.figures.len();
        let weighted = found.header.columns.iter().any(|column| {
            found.block.measures[column.measure].name == "分值"
                && self.place(row, column).is_some_and(|at| !self.grid.blank(at))
        });
        for column in &self.served(found, row) {
            let measure = &found.block.measures[column.measure];
            if matches!(measure.name.as_str(), "一级指标" | "二级指标" | "三级指标") {
                continue;
            }
            let asked = matches!(measure.name.as_str(), "年度指标值" | "实际完成值" | "得分");
            let required = if weighted && asked { Required::Cell } else { Required::No };
            if let Some(figure) = self.push(found, row, column, &line, parent.clone(), required)
                && measure.quantity == Quantity::Plain
            {
                take_row_unit(figure, unit.as_ref(), direction);
            }
        }
        share_percent(&mut self.figures[before..]);
        if let Some((at, points)) = named.zip(points).filter(|_| !weighted) {
            let mut weight = weight_of_label(at, "indicators", &line, points, self.grid.text(at));
            weight.parent = rows.current.as_deref().map(Arc::from);
            weight.row = row;
            self.figures.push(weight);
        }
    }

    /// Bare whole numbers left of a table's columns count its rows.
    fn claim_serial(&mut self, row: u32, left: u32) {
        for span in self.grid.filled(row).iter().filter(|span| span.first < left) {
            let text = self.grid.squashed(span.anchor);
            if text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) {
                self.claims.claim(span.anchor, Claim::Identifier);
            }
        }
    }

    /// Weights in columns of their own beside 一级 and 二级: a group's is checked, the others are kept as printed.
    fn read_weights(&mut self, found: &Found<'_>, row: u32, rows: &IndicatorRows) {
        let (Some(points), Some(name)) = (found.block.measure("分值"), rows.name) else { return };
        let free = |span: &&Span| {
            let owned = found.header.columns.iter().any(|one| (one.first..=one.last).contains(&span.first));
            let head = self.grid.label(self.grid.anchor(CellRef::new(found.header.bottom, span.first)));
            !owned && span.first <= name + 1 && self.grid.is_number(span.anchor) && points.words.contains(&head.core)
        };
        let weights: Vec<CellRef> = self
            .grid
            .filled(row)
            .iter()
            .filter(|span| span.anchor.row == row)
            .filter(free)
            .map(|span| span.anchor)
            .collect();
        for at in weights {
            let place = Place { quantity: Quantity::Points, unit: &Unit::points(), percent: false };
            let amount = read_value(self.grid.cell(at), place).amount;
            let of = at.col.checked_sub(1).map(|col| self.grid.anchor(CellRef::new(row, col)));
            let label = of.map(|of| self.grid.label(of).core.clone()).unwrap_or_default();
            let group = rows.group.is_some_and(|col| col + 1 == at.col);
            let known = !group || rows.current.as_deref() == Some(&label);
            self.claims.claim(at, Claim::Figure);
            if let Some(amount) = amount.filter(|_| known) {
                let block = if group { GROUPS } else { "indicator-weights" };
                let mut weight = weight_of_label(at, block, &label, amount, self.grid.text(at));
                if !group {
                    weight.measure = "权重".into();
                }
                self.figures.push(weight);
            }
        }
    }

    /// The columns of a row, where one that is blank is served by another that stands for it: an indicator that
    /// was not adjusted keeps its first target.
    fn served(&self, found: &Found<'_>, row: u32) -> Vec<Column> {
        let mut columns = found.header.columns.clone();
        let empty = |column: &Column| self.place(row, column).is_none_or(|at| self.grid.blank(at));
        for at in 0..columns.len() {
            let serves = found.block.measures[columns[at].measure].serves.as_deref();
            let Some(meant) = serves.and_then(|name| found.block.measures.iter().position(|one| one.name == name))
            else {
                continue;
            };
            if let Some(other) = columns.iter().position(|one| one.measure == meant)
                && empty(&columns[other])
                && !empty(&columns[at])
            {
                columns[other].measure = columns[at].measure;
                columns[at].measure = meant;
            }
        }
        columns
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

    fn push(
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

/// Gives the unit and the direction of the row's own columns to a bare number.
fn take_row_unit(figure: &mut Figure, unit: Option<&Unit>, direction: Option<Comparator>) {
    if &*figure.measure == "年度指标值" && figure.value.comparator.is_none() {
        figure.value.comparator = direction;
    }
    if let Some(unit) = unit
        && figure.value.state == State::Amount
        && figure.value.unit.noun.is_empty()
    {
        figure.value.unit = unit.clone();
        figure.value.unit_from = UnitFrom::Row;
    }
}

/// The unit of money that captions and banners of some rows state.
#[must_use]
pub fn stated_unit(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<Unit> {
    let places = || grid.rows_between(top, bottom).flat_map(|row| grid.filled(row)).map(|span| span.anchor);
    let shorter = |at: &CellRef, than: usize| grid.text(*at).chars().nth(than - 1).is_none();
    places().filter(|at| shorter(at, 60)).find_map(|at| caption_unit(grid.text(at))).or_else(|| {
        places()
            .filter(|at| shorter(at, 40))
            .filter_map(|at| grid.label(at).unit.clone())
            .find(|unit| unit.noun == "元")
    })
}

/// A weight that stands in a label's brackets.
fn weight_of_label(cell: CellRef, block: &str, line: &str, points: Decimal, text: &str) -> Figure {
    let value = Value {
        amount: Some(points),
        unit: Unit::points(),
        decimals: points.scale(),
        stored_decimals: points.scale(),
        typed: true,
        ..Value::of_state(State::Amount)
    };
    Figure {
        cell,
        block: block.into(),
        line: line.into(),
        parent: None,
        measure: "分值".into(),
        quantity: Quantity::Points,
        text: squash(text),
        value,
        exact: true,
        required: Required::No,
        row: cell.row,
        formula: None,
    }
}

/// A bare fraction beside a percentage in one row is a percentage too: `≥90%` against a stored 0.96.
fn share_percent(row: &mut [Figure]) {
    let rate = |f: &Figure| f.quantity == Quantity::Plain && f.value.unit.quantity() == Quantity::Ratio;
    // A unit column that says % does not tell 0.88 from 88; another rate of the row does.
    let whole = row.iter().any(|f| rate(f) && f.value.amount.is_some_and(|amount| amount >= Decimal::TEN));
    if !row.iter().any(rate) {
        return;
    }
    let bare = |f: &Figure| {
        f.quantity == Quantity::Plain
            && (f.value.unit.noun.is_empty() || (whole && rate(f) && f.value.unit_from == UnitFrom::Row))
    };
    for figure in row.iter_mut().filter(|f| bare(f)) {
        let Some(amount) = figure.value.amount.filter(|amount| is_fraction(*amount)) else { continue };
        if let Some(shifted) = shift(amount, 2).map(|amount| amount.normalize()) {
            figure.value.amount = Some(shifted);
            figure.value.unit = Unit::percent();
            figure.value.stored_decimals = shifted.scale();
            figure.value.decimals = figure.value.decimals.saturating_sub(2);
        }
    }
}

/// Reads the direction of an indicator from its own column: `≥`, `正向`, `≤`, `反向`.
fn direction(text: &str) -> Option<Comparator> {
    match squash(text).as_str() {
        "≥" | "≧" | ">=" | "正向" | "正向指标" => Some(Comparator::AtLeast),
        "≤" | "≦" | "<=" | "反向" | "反向指标" => Some(Comparator::AtMost),
        ">" => Some(Comparator::More),
        "<" => Some(Comparator::Less),
        "=" => Some(Comparator::Equal),
        _ => None,
    }
}

fn is_filler(name: &str) -> bool {
    name.chars().all(|c| matches!(c, '…' | '.' | '·' | '—' | '-'))
        || (name.starts_with("指标")
            && name.chars().skip(2).all(|c| c.is_ascii_digit() || matches!(c, ':' | '…' | '.')))
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

/// The columns of an indicator table that name a row.
struct IndicatorRows {
    group: Option<u32>,
    second: Option<u32>,
    name: Option<u32>,
    unit: Option<u32>,
    nature: Option<u32>,
    /// Some row was read.
    seen: bool,
    current: Option<String>,
}

impl IndicatorRows {
    fn new(block: &Block, header: &Header) -> Self {
        let column = |name: &str| {
            header.columns.iter().find(|column| block.measures[column.measure].name == name).map(|column| column.first)
        };
        Self {
            group: column("一级指标"),
            second: column("二级指标"),
            name: column("三级指标").or_else(|| column("二级指标")),
            unit: column("度量单位"),
            nature: column("指标性质"),
            seen: false,
            current: None,
        }
    }

    /// A row without a name of its own goes by its 二级, else its 一级.
    fn fallback(&self, grid: &Grid<'_>, row: u32) -> String {
        [self.second, self.group]
            .into_iter()
            .flatten()
            .map(|col| grid.label(CellRef::new(row, col)).core.clone())
            .find(|core| !core.is_empty())
            .or_else(|| self.current.clone())
            .unwrap_or_default()
    }
}

/// In a column of amounts, every figure whose decimals no number format fixes takes the column's most decimals;
/// where amounts add up along the row, those of all columns.
pub fn share_decimals(figures: &mut [Figure], across: bool) {
    let mut most: BTreeMap<(Arc<str>, Arc<str>), u32> = BTreeMap::new();
    let counts = |figure: &Figure| {
        figure.value.state == State::Amount
            && figure.value.unit_from != UnitFrom::Cell
            && matches!(figure.quantity, Quantity::Money | Quantity::Points)
    };
    let column = |figure: &Figure| {
        let measure = if across { Arc::from(figure.quantity.name()) } else { figure.measure.clone() };
        (figure.block.clone(), measure)
    };
    for figure in figures.iter().filter(|figure| counts(figure)) {
        let entry = most.entry(column(figure)).or_default();
        *entry = (*entry).max(figure.value.decimals);
    }
    for figure in figures.iter_mut().filter(|figure| counts(figure) && !figure.value.fixed) {
        if let Some(decimals) = most.get(&column(figure)) {
            figure.value.decimals = *decimals;
        }
    }
}

/// A total score takes the most decimals of the scores that it adds, whatever block they stand in.
pub fn share_total_decimals(figures: &mut [Figure]) {
    let scores = figures.iter().filter(|figure| &*figure.measure == "得分" && figure.value.amount.is_some());
    let most = scores.map(|figure| figure.value.decimals).max().unwrap_or(0);
    for figure in figures.iter_mut().filter(|figure| &*figure.block == "total" && !figure.value.fixed) {
        figure.value.decimals = most;
    }
}
