//! Rows of indicators: open rows under 一级 and 二级 cells, their weights wherever they stand, and the total.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::decimals::share_percent;
use super::declare::Block;
use super::grid::{Grid, Span};
use super::header::{Column, Header};
use super::normal::{printed_name, squash};
use super::reading::{Claim, Figure, Required};
use super::tables::{Found, TableReader};
use super::value::{Place, State, UnitFrom, Value, read_value};
use crate::model::{CellRef, Quantity, Unit};
use crate::read::Comparator;

/// The block of weights that stand inside 一级 labels: `产出指标（50分）`.
pub const GROUPS: &str = "indicator-groups";

impl TableReader<'_, '_> {
    pub(super) fn read_indicators(&mut self, found: &Found<'_>) {
        let mut rows = IndicatorRows::new(found.block, &found.header);
        for row in self.grid.rows_between(found.header.bottom + 1, found.bottom) {
            if is_total(self.grid, found.block, row) || self.adds_up(found, row, &rows) {
                self.read_total(found, row);
                self.read_weights(found, row, &rows);
                // A form may print its total above the rows.
                if rows.seen {
                    return;
                }
                continue;
            }
            if self.is_remark(row) {
                return;
            }
            if self.repeats_header(found, row) || self.is_page_number(row) {
                continue;
            }
            self.read_indicator(found, row, &mut rows);
        }
    }

    /// Whether a row of any name is the total of those above it: words at its left and none where indicators are named,
    /// and its points are the weights, or the scores, of all rows above it, with or without those of the funds.
    fn adds_up(&self, found: &Found<'_>, row: u32, rows: &IndicatorRows) -> bool {
        let own: Vec<&Span> = self.grid.filled(row).iter().filter(|span| span.anchor.row == row).collect();
        let Some(first) = own.first().filter(|span| span.first <= rows.group.unwrap_or(0)) else { return false };
        let named = rows.name.map(|col| self.grid.anchor(CellRef::new(row, col)));
        if named.is_some_and(|at| at != first.anchor && !self.grid.blank(at)) || self.grid.is_number(first.anchor) {
            return false;
        }
        let points = found
            .header
            .columns
            .iter()
            .filter(|column| matches!(found.block.measures[column.measure].name.as_str(), "分值" | "得分"));
        points.into_iter().any(|column| {
            let name = found.block.measures[column.measure].name.as_str();
            let place = Place { quantity: Quantity::Points, unit: &Unit::points(), percent: false };
            let at = self.place(row, column);
            let Some(total) = at.and_then(|at| read_value(self.grid.cell(at), place).amount) else { return false };
            let figures = self.figures.iter().filter(|one| &*one.measure == name && &*one.block != GROUPS);
            let (above, others): (Vec<&Figure>, Vec<&Figure>) =
                figures.partition(|figure| *figure.block == *found.block.name);
            let sum: Decimal = above.iter().filter_map(|figure| figure.value.amount).sum();
            let with = |other: &&Figure| other.value.amount.is_some_and(|amount| total == sum + amount);
            let mut below = self.grid.rows_between(row + 1, found.bottom);
            let last = !below.any(|row| self.place(row, column).is_some_and(|at| self.grid.is_number(at)));
            last && above.len() > 1 && (total == sum || others.iter().any(with))
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

    /// Whether a row is the foot of a printed page: `第1页 共2页`.
    fn is_page_number(&self, row: u32) -> bool {
        let own: Vec<&Span> = self.grid.filled(row).iter().filter(|span| span.anchor.row == row).collect();
        matches!(own.as_slice(), [span] if super::is_page_number(self.grid.squashed(span.anchor)))
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
                // A reviewer's score is filled in later, by others; weights are given, and many forms leave their sum out.
                let own = !matches!(found.block.measures[column.measure].name.as_str(), "复核得分" | "分值");
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
            // A figure further right stands under its column, whatever the row is called.
            .filter(|pair| self.grid.range(pair[0].anchor).last.col + 1 == pair[1].first)
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
        // `总得分 | 100 | 98` is called by one total and holds each under its column.
        let elsewhere = |(_, value, column): &(CellRef, CellRef, Column)| {
            found.header.columns.iter().any(|one| {
                let points = found.block.measures[one.measure].quantity == Quantity::Points;
                points && one.measure != column.measure && (one.first..=one.last).contains(&value.col)
            })
        };
        if matches!(pairs.as_slice(), [pair] if elsewhere(pair)) {
            return false;
        }
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
    pub(super) fn claim_serial(&mut self, row: u32, left: u32) {
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
}

/// Whether a row is called a block's total.
pub(super) fn is_total(grid: &Grid<'_>, block: &Block, row: u32) -> bool {
    grid.filled(row).iter().take(3).any(|span| {
        let label = grid.label(span.anchor);
        span.anchor.row == row && block.total.contains(&label.core)
    })
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

/// A weight that stands in a label's brackets.
pub(super) fn weight_of_label(cell: CellRef, block: &str, line: &str, points: Decimal, text: &str) -> Figure {
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
