//! One worksheet as the page draws it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::texts::Texts;
use crate::forms::reading::Claim;
use crate::forms::{Forms, Looked, look_at_sheet};
use crate::model::{CellRange, CellRef};
use crate::read::looks::{Across, Down, Look, SheetLook};
use crate::read::{Cell, CellValue, Sheet, Visibility};
use crate::redact::People;
use crate::report::grid::masked_cell;

/// Rows and columns of a sheet that are drawn; an annex has a tenth of them.
const MOST_ROWS: u32 = 1000;
const MOST_COLS: u32 = 64;
/// The width of a column that states none, in hundredths of a digit's width.
const USUAL_WIDTH: u32 = 838;

/// What a sheet is drawn with.
pub(super) struct Pen<'p> {
    pub forms: &'p Forms,
    /// Names and numbers of people are shown.
    pub personal: bool,
    /// Who stands in the workbook.
    pub people: &'p People,
    pub look: Option<&'p SheetLook>,
    /// Cells of findings: drawn although they are empty.
    pub wanted: &'p BTreeSet<CellRef>,
}

/// Masks what is a person's by its own words, and the names that other cells tell.
fn masked(cell: &Cell, person: bool, people: &People) -> String {
    let text = masked_cell(&cell.shown, person);
    people.mask_names(&text).map_or(text, |(masked, _)| masked)
}

/// Lays a sheet out.
///
/// # Shape
/// `top`, `left`, `rows`, `cols`: the rectangle that is drawn, zero-based. `cells`: of every row that holds something
/// `[row, col, text, look, col, text, look, …]`. `merges`: `[top, left, bottom, right]`. `widths`: of every column, in
/// pixels. `look` is a number of bits: 0–1 left, centre, right; 2–3 top, centre, bottom; 4 bold; 5 a number.
pub(super) fn draw(sheet: &Sheet, pen: &Pen<'_>, texts: &mut Texts) -> Value {
    let Some(area) = area(sheet, pen.wanted) else { return json!({ "rows": 0, "cols": 0 }) };
    let looked = if pen.personal { Looked::default() } else { look_at_sheet(sheet, pen.forms) };
    let mut rows: Vec<Value> = Vec::new();
    let mut row: Vec<Value> = Vec::new();
    let mut last = None;
    for (at, cell) in sheet.cells.iter().filter(|(at, cell)| area.contains(**at) && !cell.shown.is_empty()) {
        if last != Some(at.row) {
            rows.extend((!row.is_empty()).then(|| Value::Array(std::mem::take(&mut row))));
            row.push(at.row.into());
            last = Some(at.row);
        }
        let shown =
            if pen.personal { cell.shown.clone() } else { masked(cell, is_person(&looked, sheet, *at), pen.people) };
        let look = pen.look.and_then(|look| look.cells.get(at)).copied().unwrap_or_default();
        row.extend([at.col.into(), texts.put(&shown), code(look, cell).into()]);
    }
    rows.extend((!row.is_empty()).then(|| Value::Array(row)));
    let merges = sheet.merges.iter().filter(|merge| area.contains(merge.first));
    let merges: Vec<[u32; 4]> = merges
        .map(|merge| {
            [merge.first.row, merge.first.col, merge.last.row.min(area.last.row), merge.last.col.min(area.last.col)]
        })
        .collect();
    let within = |set: &BTreeSet<u32>, from, to| set.range(from..=to).copied().collect::<Vec<_>>();
    json!({
        "top": area.first.row, "left": area.first.col,
        "rows": area.last.row - area.first.row + 1, "cols": area.last.col - area.first.col + 1,
        "cells": rows, "merges": merges,
        "widths": (area.first.col..=area.last.col).map(|col| pixels(pen.look, col)).collect::<Vec<_>>(),
        "hidden_rows": within(&sheet.hidden_rows, area.first.row, area.last.row),
        "hidden_cols": within(&sheet.hidden_cols, area.first.col, area.last.col),
        "hidden": sheet.visibility != Visibility::Visible,
        "cut": sheet.cells.keys().any(|at| at.row > area.last.row || at.col > area.last.col),
    })
}

/// The rectangle of everything that shows, cut where it is larger than a page can draw.
fn area(sheet: &Sheet, wanted: &BTreeSet<CellRef>) -> Option<CellRange> {
    let shown = sheet.cells.iter().filter(|(_, cell)| !cell.shown.trim().is_empty()).map(|(at, _)| *at);
    let mut area: Option<CellRange> = None;
    for at in shown.chain(wanted.iter().copied()) {
        let so_far = area.unwrap_or(CellRange::new(at, at));
        area = Some(CellRange {
            first: CellRef::new(so_far.first.row.min(at.row), so_far.first.col.min(at.col)),
            last: CellRef::new(so_far.last.row.max(at.row), so_far.last.col.max(at.col)),
        });
    }
    area.map(|area| CellRange {
        first: area.first,
        last: CellRef::new(
            area.last.row.min(area.first.row + MOST_ROWS - 1),
            area.last.col.min(area.first.col + MOST_COLS - 1),
        ),
    })
}

/// Whether a cell names a person, or gives a person's number.
fn is_person(looked: &Looked, sheet: &Sheet, at: CellRef) -> bool {
    let anchor = sheet.merge_at(at).map_or(at, |merge| merge.first);
    let mut claims = looked.readings.iter().map(|(_, claims)| claims);
    claims.any(|claims| [at, anchor].iter().any(|at| matches!(claims.0.get(at), Some(Claim::Identifier))))
}

fn code(look: Look, cell: &Cell) -> u32 {
    let number = matches!(cell.value, CellValue::Number(_));
    let across = look.across.unwrap_or(match cell.value {
        CellValue::Number(_) | CellValue::Date(_) => Across::Right,
        CellValue::Bool(_) | CellValue::Error(_) => Across::Centre,
        CellValue::Text(_) | CellValue::Uncalculated => Across::Left,
    });
    let across = match across {
        Across::Left => 0,
        Across::Centre => 1,
        Across::Right => 2,
    };
    let down = match look.down {
        Down::Top => 0,
        Down::Centre => 1,
        Down::Bottom => 2,
    };
    across | down << 2 | u32::from(look.bold) << 4 | u32::from(number) << 5
}

/// The width of a column on a screen: seven pixels a digit and five of padding, within what a page can show.
fn pixels(look: Option<&SheetLook>, col: u32) -> u32 {
    let stated = look.and_then(|look| look.widths.get(&col).copied().or(look.usual_width));
    (stated.unwrap_or(USUAL_WIDTH) * 7 / 100 + 5).clamp(28, 480)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn sheet(cells: &[(&str, &str)]) -> Sheet {
        Sheet {
            name: "附件".to_owned(),
            visibility: Visibility::Visible,
            cells: cells.iter().map(|(at, text)| (at.parse().unwrap(), Cell::of_text(text))).collect(),
            merges: vec!["B2:D2".parse().unwrap()],
            hidden_rows: BTreeSet::new(),
            hidden_cols: BTreeSet::new(),
            layout_known: true,
        }
    }

    fn drawn(sheet: &Sheet, wanted: &[&str], look: Option<&SheetLook>) -> Value {
        let forms = Forms::builtin().unwrap();
        let wanted = wanted.iter().map(|at| at.parse().unwrap()).collect();
        draw(
            sheet,
            &Pen { forms: &forms, personal: false, people: &People::default(), look, wanted: &wanted },
            &mut Texts::default(),
        )
    }

    #[test]
    fn cells_stand_at_their_addresses() {
        let value = drawn(&sheet(&[("B2", "甲"), ("D2", ""), ("B4", "电话 13800000000")]), &["D5"], None);
        assert_eq!(value["cells"], json!([[1, 1, "甲", 8], [3, 1, "电话 ***", 8]]));
        assert_eq!(
            (&value["top"], &value["left"], &value["rows"], &value["cols"]),
            (&json!(1), &json!(1), &json!(4), &json!(3))
        );
        assert_eq!(value["merges"], json!([[1, 1, 1, 3]]));
        assert_eq!(value["widths"], json!([63, 63, 63]));
    }

    #[test]
    fn looks_are_bits() {
        let centred = Look { across: Some(Across::Centre), down: Down::Centre, wrap: true, bold: true };
        let look = SheetLook {
            cells: BTreeMap::from([(CellRef::new(1, 1), centred)]),
            widths: BTreeMap::from([(1, 2000)]),
            usual_width: None,
        };
        let value = drawn(&sheet(&[("B2", "甲")]), &[], Some(&look));
        assert_eq!(value["cells"], json!([[1, 1, "甲", 0b1_0101]]));
        assert_eq!(value["widths"], json!([145]));
    }

    #[test]
    fn an_empty_sheet_and_an_endless_one() {
        assert_eq!(drawn(&sheet(&[]), &[], None)["rows"], 0);
        let value = drawn(&sheet(&[("A1", "甲"), ("ZZ90000", "乙")]), &[], None);
        assert_eq!((&value["rows"], &value["cols"], &value["cut"]), (&json!(1000), &json!(64), &json!(true)));
    }
}
