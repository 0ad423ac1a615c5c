//! Tables on an example: header rows, what their columns hold, and how far they reach.

use super::super::Forms;
use super::super::declare::{Block, Measure as Declared, Shape};
use super::super::grid::Grid;
use super::super::normal::{Label, read_label, squash};
use super::super::recognise::Piece;
use super::super::tables::{column_counts, stated_unit};
use super::beside::{alternates, heads_figures};
use super::lines::{self, Line};
use crate::model::{CellRef, Quantity};
use crate::read::{CellValue, Typed, parse_typed};

/// A table as it lies on the sheet.
#[derive(Debug)]
pub struct Table {
    pub shape: Shape,
    pub title: String,
    /// The header's first row, and the last row that it reads.
    pub top: u32,
    pub last: u32,
    pub measures: Vec<Measure>,
    pub lines: Vec<Line>,
    /// Labels of the total row of indicators.
    pub total: Vec<String>,
    /// The label of the row after the last line.
    pub until: Option<String>,
    /// The line of the figures that stand beside the words of their measures.
    pub own: Option<String>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    /// The header without year and brackets.
    pub printed: String,
    pub quantity: Quantity,
    pub unit: Option<String>,
    /// The year printed, less the latest printed in the table.
    pub year: Option<i32>,
    pub exact: bool,
    /// The guess has no ground but the figures.
    pub guessed: bool,
    pub first: u32,
    pub last: u32,
}

/// Letters of a header at most.
const LONGEST: usize = 24;

/// A header word with the columns under it.
struct Head {
    label: Label,
    first: u32,
    last: u32,
}

/// Finds the tables of a piece from the top down.
pub fn find(grid: &Grid<'_>, piece: Piece, forms: &Forms) -> Vec<Table> {
    let stated = stated_unit(grid, piece.top, piece.bottom).is_some();
    let is_read = |row: u32| !grid.filled(row).is_empty() && column_counts(grid, row).is_empty();
    let rows: Vec<u32> = grid.rows_between(piece.top, piece.bottom).filter(|row| is_read(*row)).collect();
    let starts: Vec<(usize, usize)> = headers(grid, forms, &rows);
    let mut tables = Vec::new();
    for (number, (first, last)) in starts.iter().enumerate() {
        let end = starts.get(number + 1).map_or(rows.len(), |(next, _)| *next);
        let body = &rows[last + 1..end];
        if let Some(table) = read(grid, forms, (rows[*first], rows[*last]), body, stated) {
            // Tables of several projects on one sheet repeat each other.
            let again = |old: &Table| {
                old.shape == table.shape
                    && old.measures.len() == table.measures.len()
                    && old.measures.iter().zip(&table.measures).all(|(a, b)| a.name == b.name)
            };
            if !tables.iter().any(again) {
                tables.push(table);
            }
        }
    }
    tables
}

/// Header rows by their first and last index: words only, over a row with figures.
fn headers(grid: &Grid<'_>, forms: &Forms, rows: &[u32]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut index = 0;
    while index + 1 < rows.len() {
        let words = |at: usize| rows.get(at).is_some_and(|row| is_words(grid, *row));
        let figures = |at: usize| rows.get(at).is_some_and(|row| has_figures(grid, *row));
        let next = if words(index) && figures(index + 1) && can_head(grid, forms, rows[index], rows[index + 1]) {
            Some(index)
        } else if words(index)
            && words(index + 1)
            && covers(grid, forms, rows[index], rows[index + 1])
            && figures(index + 2)
        {
            Some(index + 1)
        } else {
            None
        };
        match next {
            Some(last) => {
                found.push((index, last));
                index = last + 2;
            }
            None => index += 1,
        }
    }
    found
}

/// Whether a row holds two header words or more and nothing else.
fn is_words(grid: &Grid<'_>, row: u32) -> bool {
    let filled = grid.filled(row);
    let own = filled.iter().filter(|span| span.anchor.row == row).count();
    own > 1
        && filled.iter().all(|span| {
            let text = squash(grid.text(span.anchor));
            !is_figure(grid, span.anchor) && text.chars().count() <= LONGEST && !text.ends_with(':')
        })
}

/// Whether the words of a row stand over several of the row under it.
fn covers(grid: &Grid<'_>, forms: &Forms, top: u32, bottom: u32) -> bool {
    let under = grid.filled(bottom);
    grid.filled(top).iter().any(|span| {
        let own = under.iter().filter(|one| one.anchor.row == bottom && (span.first..=span.last).contains(&one.first));
        span.anchor.row == top && own.count() > 1
    }) && grid.filled(top).iter().filter(|span| span.anchor.row == top).any(|span| {
        let core = read_label(grid.text(span.anchor)).core;
        let known = [Shape::Lines, Shape::Indicators].iter().any(|shape| known(forms, *shape, &core).is_some());
        known || grid.range(span.anchor).last.row >= bottom
    })
}

fn has_figures(grid: &Grid<'_>, row: u32) -> bool {
    let figures = grid.filled(row).iter().filter(|span| span.anchor.row == row && is_figure(grid, span.anchor)).count();
    figures > 1 || (figures == 1 && grid.filled(row).len() < 4)
}

/// Whether a row of words can head the row of figures under it: with one figure beside one label it must say what that is.
fn can_head(grid: &Grid<'_>, forms: &Forms, words: u32, figures: u32) -> bool {
    let own: Vec<CellRef> =
        grid.filled(figures).iter().map(|span| span.anchor).filter(|at| at.row == figures).collect();
    if alternates(grid, figures) && !names_measures(grid, forms, words) {
        return false;
    }
    let [label, value] = own.as_slice() else { return true };
    let over = grid.anchor(CellRef::new(words, value.col));
    is_figure(grid, *label) || heads_figures(forms, &read_label(grid.text(over)))
}

/// Whether a row names two measures that the built-in forms know.
fn names_measures(grid: &Grid<'_>, forms: &Forms, row: u32) -> bool {
    let names = |at: CellRef| {
        let core = read_label(grid.text(at)).core;
        [Shape::Lines, Shape::Indicators].iter().any(|shape| known(forms, *shape, &core).is_some())
    };
    grid.filled(row).iter().filter(|span| names(span.anchor)).count() > 1
}

pub fn begins_as_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "+-≥≤≧≦<>=±¥￥".contains(c))
}

pub fn is_figure(grid: &Grid<'_>, at: CellRef) -> bool {
    grid.cell(at).is_some_and(|cell| match &cell.value {
        CellValue::Number(_) => true,
        // `产出指标（50分）` is a label that holds a weight.
        CellValue::Text(text) => begins_as_number(&squash(text)) && matches!(parse_typed(text), Typed::Number(_)),
        _ => false,
    })
}

/// The words over every column, those of two rows joined downwards.
fn heads(grid: &Grid<'_>, top: u32, bottom: u32) -> Vec<Head> {
    let mut heads = Vec::new();
    for span in grid.spans(bottom).iter() {
        let upper = grid.anchor(CellRef::new(top, span.first));
        let own = if grid.blank(span.anchor) { upper } else { span.anchor };
        if !grid.blank(own) && own.row >= top {
            heads.push(Head { label: read_label(grid.text(own)), first: span.first, last: span.last });
        }
    }
    heads
}

fn read(grid: &Grid<'_>, forms: &Forms, (top, bottom): (u32, u32), body: &[u32], stated: bool) -> Option<Table> {
    let heads = heads(grid, top, bottom);
    let indicators = heads.iter().any(|head| head.label.core == "一级指标" || head.label.core == "三级指标");
    let shape = if indicators { Shape::Indicators } else { Shape::Lines };
    let body: Vec<u32> = body.iter().copied().filter(|row| !is_foot(grid, *row)).collect();
    let known: Vec<Option<&Declared>> = heads.iter().map(|head| known(forms, shape, &head.label.core)).collect();
    let figures = |head: &Head| {
        body.iter()
            .filter(|row| {
                let at = grid.anchor(CellRef::new(**row, head.first));
                at.row == **row && is_figure(grid, at)
            })
            .count()
    };
    let counted: Vec<usize> = heads.iter().map(figures).collect();
    let left = heads.iter().zip(&counted).filter(|(_, count)| **count > 0).map(|(head, _)| head.first).min()?;
    let latest = heads.iter().filter_map(|head| head.label.year).max();
    // The dictionary's names serve where most of the table is known.
    let canonical = indicators || known.iter().flatten().filter(|one| one.stage.is_some()).count() > 2;
    let mut measures: Vec<Measure> = Vec::new();
    for ((head, known), count) in heads.iter().zip(&known).zip(&counted) {
        let label = &head.label;
        if label.core.is_empty() || (!indicators && head.first < left) {
            continue;
        }
        let offset = label.year.zip(latest).map(|(year, latest)| year - latest);
        let mut name = known.filter(|_| canonical).map_or_else(|| label.core.clone(), |one| one.name.clone());
        if let Some(offset) = offset {
            let front = match offset {
                0 => "本年".to_owned(),
                -1 => "上年".to_owned(),
                other => format!("前{}年", -other),
            };
            name = format!("{front}{}", label.core);
        }
        if measures.iter().any(|old| old.name == name) {
            continue;
        }
        let unit = label.unit.as_ref().map(ToString::to_string);
        let quantity = known.map_or_else(|| guess(label, *count, stated), |one| one.quantity);
        measures.push(Measure {
            name,
            printed: label.core.clone(),
            quantity,
            unit,
            year: offset,
            exact: known.is_some_and(|one| one.exact),
            guessed: known.is_none(),
            first: head.first,
            last: head.last,
        });
    }
    if measures.is_empty() {
        return None;
    }
    let total = total_labels(grid, &body);
    let lines = if indicators { Vec::new() } else { lines::find(grid, &body, left, &measures) };
    let last = if indicators { body.last().copied() } else { lines.iter().map(|line| line.row).max() };
    let after = body.iter().find(|row| last.is_some_and(|last| **row > last)).and_then(|row| first_label(grid, *row));
    let until = after.filter(|core| !indicators && lines.iter().all(|line| line.name != *core));
    let named = body
        .first()
        .map(|row| grid.anchor(CellRef::new(*row, 0)))
        .filter(|at| left > 1 && !grid.blank(*at) && grid.range(*at).last.row > at.row);
    let title = named.map(|at| read_label(grid.text(at)).core).filter(|core| core.chars().count() <= 12);
    let single = !indicators && lines.is_empty();
    let shape = if single { Shape::Record } else { shape };
    let last = last.or_else(|| body.first().copied())?;
    Some(Table { shape, title: title.unwrap_or_default(), top, last, measures, lines, total, until, own: None })
}

/// The words at the left of a row that begins there.
fn first_label(grid: &Grid<'_>, row: u32) -> Option<String> {
    let span = grid.filled(row).first().filter(|span| span.anchor.row == row)?;
    let core = read_label(grid.text(span.anchor)).core;
    (!core.is_empty() && core.chars().count() <= 12 && !is_figure(grid, span.anchor)).then_some(core)
}

fn total_labels(grid: &Grid<'_>, body: &[u32]) -> Vec<String> {
    let labels = body.iter().flat_map(|row| grid.filled(*row).iter().take(3).map(|span| span.anchor));
    let mut found: Vec<String> = Vec::new();
    for core in labels.map(|at| read_label(grid.text(at)).core) {
        let total =
            ["总分", "合计", "总计", "总得分"].iter().any(|word| core.ends_with(word)) && core.chars().count() <= 8;
        if total && !found.contains(&core) {
            found.push(core);
        }
    }
    found
}

/// A row under a table that signs or remarks.
fn is_foot(grid: &Grid<'_>, row: u32) -> bool {
    grid.filled(row).first().is_some_and(|span| {
        let text = squash(grid.text(span.anchor));
        ["填表", "填报", "备注", "说明", "注:", "制表", "联系"].iter().any(|word| text.starts_with(word))
    })
}

/// The measure of a built-in form that a header names.
pub fn known<'f>(forms: &'f Forms, shape: Shape, core: &str) -> Option<&'f Declared> {
    let blocks = forms.all.iter().filter(|form| !form.own).flat_map(|form| &form.blocks);
    let alike = |block: &&Block| block.shape == shape && block.measures.iter().all(|measure| measure.year.is_none());
    let mut measures = blocks.filter(alike).flat_map(|block| &block.measures);
    measures.find(|measure| measure.words.iter().any(|word| word == core))
}

/// Whether words speak of money.
pub fn money_words(core: &str) -> bool {
    ["金额", "预算", "决算", "支出", "收入", "资金", "经费", "费", "执行数", "拨款"]
        .iter()
        .any(|word| core.contains(word))
}

/// The quantity that a header's words suggest.
fn guess(label: &Label, figures: usize, stated: bool) -> Quantity {
    let has = |words: &[&str]| words.iter().any(|word| label.core.contains(word));
    if figures == 0 {
        Quantity::Text
    } else if label.percent || has(&["率", "占比", "比例", "进度"]) {
        Quantity::Ratio
    } else if label.unit.as_ref().is_some_and(|unit| unit.noun == "元") || money_words(&label.core) {
        Quantity::Money
    } else if has(&["分值", "得分", "权重", "评分"]) {
        Quantity::Points
    } else if has(&["人数", "编制", "数量", "次数", "批次", "面积", "户数"]) {
        Quantity::Count
    } else if stated {
        // A sheet that states a unit of money is about money.
        Quantity::Money
    } else {
        Quantity::Plain
    }
}
