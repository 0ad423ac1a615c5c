//! Figures beside their labels on an example: pages without a header row, and blocks of funds that print none.

use std::collections::BTreeSet;

use super::super::Forms;
use super::super::declare::{Shape, ValueKind};
use super::super::grid::{Grid, Span};
use super::super::normal::{Label, read_label, squash};
use super::super::recognise::Piece;
use super::lines::Line;
use super::tables::{Measure, Table, begins_as_number, is_figure, known, money_words};
use super::{Pair, known_pair};
use crate::model::{CellRef, Quantity};
use crate::read::{Typed, parse_typed};

/// Letters of a label at most.
const LONGEST: usize = 16;
/// Labels of one row that must name measures of money before its block is one of funds.
const NEED: usize = 2;

/// A label with the figure to its right.
struct Beside {
    label: Label,
    at: CellRef,
    value: CellRef,
}

/// Whether a row is no row of a table: every figure stands right behind words of its own.
pub fn alternates(grid: &Grid<'_>, row: u32) -> bool {
    let own = own(grid, row);
    let figures = own.iter().filter(|span| is_figure(grid, span.anchor)).count();
    figures > 1 && besides(grid, row).len() == figures
}

/// Whether a word can head the only column of figures of a table with two columns.
pub fn heads_figures(forms: &Forms, label: &Label) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| label.core.contains(word));
    label.unit.is_some()
        || label.percent
        || money_words(&label.core)
        || has(&["数", "率", "额", "值", "分", "量", "面积", "标准", "比例", "人员", "情况", "结果"])
        || known(forms, Shape::Lines, &label.core).is_some()
}

fn own<'g>(grid: &'g Grid<'_>, row: u32) -> Vec<&'g Span> {
    grid.filled(row).iter().filter(|span| span.anchor.row == row).collect()
}

fn besides(grid: &Grid<'_>, row: u32) -> Vec<Beside> {
    let own = own(grid, row);
    let found = own.windows(2).filter_map(|pair| {
        let [label, value] = pair else { return None };
        if is_figure(grid, label.anchor) || !is_figure(grid, value.anchor) {
            return None;
        }
        let words = read_label(grid.text(label.anchor));
        let fits = (2..=LONGEST).contains(&words.core.chars().count());
        fits.then_some(Beside { label: words, at: label.anchor, value: value.anchor })
    });
    found.collect()
}

/// The block of funds whose figures stand beside the words of their measures, with parts repeated under them.
pub fn funds(grid: &Grid<'_>, piece: Piece, forms: &Forms, tables: &[Table]) -> Option<Table> {
    let owned = |row: u32| tables.iter().any(|table| (table.top..=table.last).contains(&row));
    let rows: Vec<u32> = grid.rows_between(piece.top, piece.bottom).filter(|row| !owned(*row)).collect();
    let at = rows.iter().position(|row| measures(grid, *row, forms).len() >= NEED)?;
    let measures = measures(grid, rows[at], forms);
    let mut lines = vec![Line::plain("年度资金总额", None, rows[at])];
    for row in &rows[at + 1..] {
        let names: BTreeSet<String> = besides(grid, *row).into_iter().map(|one| one.label.core).collect();
        let again = names.len() == 1 && besides(grid, *row).len() >= NEED;
        let Some(name) = names.into_iter().next().filter(|_| again) else { break };
        lines.push(Line::plain(&name, Some("年度资金总额"), *row));
    }
    let last = lines.last()?.row;
    if lines.len() < 2 {
        return None;
    }
    let next = rows.iter().find(|row| **row > last).and_then(|row| grid.filled(*row).first());
    let until = next.map(|span| read_label(grid.text(span.anchor)).core).filter(|core| core.chars().count() <= LONGEST);
    Some(Table {
        shape: Shape::Lines,
        title: "资金情况".to_owned(),
        top: rows[at],
        last,
        measures,
        lines,
        total: Vec::new(),
        until: until.or_else(|| Some("绩效目标".to_owned())),
        own: Some("年度资金总额".to_owned()),
    })
}

/// The measures of money that a row names beside figures.
fn measures(grid: &Grid<'_>, row: u32, forms: &Forms) -> Vec<Measure> {
    let mut found: Vec<Measure> = Vec::new();
    for one in besides(grid, row) {
        let Some(declared) = known(forms, Shape::Lines, &one.label.core) else { continue };
        let fits = declared.quantity == Quantity::Money && found.iter().all(|old| old.name != declared.name);
        if fits {
            found.push(Measure {
                name: declared.name.clone(),
                printed: one.label.core,
                quantity: Quantity::Money,
                unit: one.label.unit.as_ref().map(ToString::to_string),
                year: None,
                exact: false,
                guessed: false,
                first: one.at.col,
                last: one.value.col,
            });
        }
    }
    found
}

/// Labels with a figure beside them or behind their colon, outside the tables.
pub fn pairs(grid: &Grid<'_>, piece: Piece, forms: &Forms, tables: &[Table]) -> Vec<Pair> {
    let owned = |row: u32| tables.iter().any(|table| (table.top..=table.last).contains(&row));
    let mut pairs: Vec<Pair> = Vec::new();
    for row in grid.rows_between(piece.top, piece.bottom).filter(|row| !owned(*row)) {
        let beside = besides(grid, row).into_iter().map(|one| (one.label, grid.text(one.value).to_owned()));
        let inside = own(grid, row).into_iter().filter_map(|span| behind_colon(grid.text(span.anchor)));
        for (label, value) in beside.chain(inside) {
            // A code or a date is no figure, and known labels say so.
            let other = known_pair(forms, &label.core).is_some_and(|(kind, _)| kind.figure().is_none());
            if other || pairs.iter().any(|pair| pair.name == label.core) {
                continue;
            }
            let value = kind(forms, &label, &value);
            pairs.push(Pair { name: label.core, value, role: None });
        }
    }
    pairs
}

/// `实际支出：39.2万元` in one cell.
fn behind_colon(text: &str) -> Option<(Label, String)> {
    let text = squash(text);
    let (head, value) = text.split_once(':')?;
    let label = read_label(head);
    let figure = begins_as_number(value) && matches!(parse_typed(value), Typed::Number(_));
    (figure && (2..=LONGEST).contains(&label.core.chars().count())).then(|| (label, value.to_owned()))
}

/// What the figure of a label is, by the label and the figure's own unit.
fn kind(forms: &Forms, label: &Label, value: &str) -> ValueKind {
    let has = |words: &[&str]| words.iter().any(|word| label.core.contains(word));
    let noun = match parse_typed(value) {
        Typed::Number(number) => number.unit.noun,
        _ => String::new(),
    };
    let noun = label.unit.as_ref().map_or(noun, |unit| unit.noun.clone());
    let known = known_pair(forms, &label.core).map(|(kind, _)| kind);
    match known.filter(|kind| kind.figure().is_some()) {
        Some(kind) => kind,
        None if label.percent || value.contains('%') || label.core.ends_with('率') => ValueKind::Ratio,
        None if noun == "元" => ValueKind::Money,
        None if noun == "分" || has(&["得分", "评分", "分值", "分数"]) => ValueKind::Points,
        None if noun.is_empty() && money_words(&label.core) && !has(&["人数", "编制"]) => ValueKind::Money,
        None => ValueKind::Count,
    }
}
