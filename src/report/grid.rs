//! What a form read on a sheet, cell by cell: as a grid for a terminal, and as JSON (`gouji.reading/1`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::{clip, lay_out};
use crate::forms::reading::{Claim, Claims, Figure, Reading};
use crate::forms::{Forms, Looked, recognise};
use crate::model::mask::{mask_name, mask_text};
use crate::model::{CellRef, Lang};
use crate::read::Sheet;

/// One sheet with what became of it.
pub struct SheetView<'s> {
    pub sheet: &'s Sheet,
    pub looked: Looked,
    /// Names and telephone numbers are shown.
    pub personal: bool,
}

/// What one cell was read as.
enum As<'r> {
    Figure(&'r Figure),
    Label,
    Date,
    Person,
    Words,
    Unread(&'r str),
    Nothing,
}

impl As<'_> {
    fn mark(&self) -> &'static str {
        match self {
            Self::Figure(_) => "#",
            Self::Label => "·",
            Self::Date => "@",
            Self::Person => "*",
            Self::Words => "\"",
            Self::Unread(_) => "?",
            Self::Nothing => " ",
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Figure(_) => "figure",
            Self::Label => "label",
            Self::Date => "date",
            Self::Person => "person",
            Self::Words => "words",
            Self::Unread(_) => "unread",
            Self::Nothing => "none",
        }
    }
}

const WIDTH: usize = 16;
/// Columns of a grid that a terminal can show.
const COLUMNS: u32 = 12;

/// The readings of some sheets as text.
#[must_use]
pub fn text(views: &[SheetView<'_>], forms: &Forms, form: usize, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let legend = if zh {
        "# 数字  · 标签  @ 日期  * 个人信息  \" 文字  ? 未读  空白：不在表内"
    } else {
        "# figure  · label  @ date  * personal  \" words  ? not read  blank: not of the form"
    };
    for view in views {
        let _ = writeln!(out, "【{}】", view.sheet.name);
        for unknown in &view.looked.unknown {
            let (top, bottom) = (unknown.piece.top + 1, unknown.piece.bottom + 1);
            let fits = own_fit(view, unknown.piece, forms, form);
            let _ = match lang {
                Lang::Zh => writeln!(out, "第{top}–{bottom}行未识别；{}", fits.zh),
                Lang::En => writeln!(out, "rows {top}–{bottom} not recognised; {}", fits.en),
            };
        }
        for (reading, claims) in &view.looked.readings {
            let taken = &forms.all[reading.form];
            let rows = format!("{}–{}", reading.piece.top + 1, reading.piece.bottom + 1);
            let score = score(view, reading, forms, lang);
            let _ = match lang {
                Lang::Zh => writeln!(out, "第{rows}行：{} {}，{score}", taken.annex, taken.title.zh),
                Lang::En => writeln!(out, "rows {rows}: {} {}, {score}", taken.annex, taken.title.en),
            };
            if reading.form != form {
                let own = own_fit(view, reading.piece, forms, form);
                let _ = match lang {
                    Lang::Zh => writeln!(out, "  不是所试的表样；{}", own.zh),
                    Lang::En => writeln!(out, "  not the form under test; {}", own.en),
                };
            }
            let _ = writeln!(out, "  {legend}");
            out.push_str(&lay_out(&grid_rows(view, reading, claims), &[0], "  "));
            figures(&mut out, reading, zh);
            for unread in &reading.unread {
                let shown = if view.personal { unread.text.clone() } else { mask_text(&unread.text) };
                let _ = writeln!(out, "  ? {} {} — {}", unread.cell, clip(&shown, 40), unread.why.get(lang));
            }
        }
    }
    out
}

/// What the form that took a piece scored, and what was missing of it.
fn score(view: &SheetView<'_>, reading: &Reading, forms: &Forms, lang: Lang) -> String {
    let grid = crate::forms::grid::Grid::new(view.sheet);
    let fits = recognise::weigh(&grid, reading.piece, &forms.all);
    let missing = fits.into_iter().find(|fit| fit.form == reading.form).map(|fit| fit.missing).unwrap_or_default();
    let need = forms.all[reading.form].need;
    let missing = match (missing.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("，缺：{}", missing.join("、")),
        (false, Lang::En) => format!(", missing: {}", missing.join(", ")),
    };
    match lang {
        Lang::Zh => format!("{}分（需{need}分）{missing}", reading.score),
        Lang::En => format!("score {} (needs {need}){missing}", reading.score),
    }
}

/// What one form scores on a piece.
fn own_fit(view: &SheetView<'_>, piece: recognise::Piece, forms: &Forms, form: usize) -> crate::model::Words {
    let grid = crate::forms::grid::Grid::new(view.sheet);
    let fits = recognise::weigh(&grid, piece, &forms.all);
    fits.iter().find(|fit| fit.form == form).map(|fit| forms.nearest(fit)).unwrap_or_default()
}

fn cells<'v>(view: &'v SheetView<'_>, reading: &Reading) -> impl Iterator<Item = (CellRef, &'v str)> {
    let rows = CellRef::new(reading.piece.top, 0)..CellRef::new(reading.piece.bottom + 1, 0);
    view.sheet
        .cells
        .range(rows)
        .map(|(at, cell)| (*at, cell.shown.as_str()))
        .filter(|(_, text)| !text.trim().is_empty())
}

fn kind<'r>(at: CellRef, reading: &'r Reading, claims: &Claims, lang: Lang) -> As<'r> {
    if let Some(figure) = reading.figures.iter().find(|figure| figure.cell == at) {
        return As::Figure(figure);
    }
    if let Some(unread) = reading.unread.iter().find(|unread| unread.cell == at) {
        return As::Unread(unread.why.get(lang));
    }
    match claims.0.get(&at) {
        Some(Claim::Label | Claim::Figure) => As::Label,
        Some(Claim::Date) => As::Date,
        Some(Claim::Identifier) => As::Person,
        Some(Claim::Words) => As::Words,
        None => As::Nothing,
    }
}

fn shown(view: &SheetView<'_>, kind: &As<'_>, text: &str) -> String {
    if view.personal { text.to_owned() } else { masked_cell(text, matches!(kind, As::Person)) }
}

/// A cell's text with personal data masked; `person` says that the cell names a person.
pub(super) fn masked_cell(text: &str, person: bool) -> String {
    // `填表人：张三 联系电话：…` keeps its labels.
    if person && !text.contains([':', '：']) { mask_name(text.trim()) } else { mask_text(text) }
}

fn grid_rows(view: &SheetView<'_>, reading: &Reading, claims: &Claims) -> Vec<Vec<String>> {
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    for (at, text) in cells(view, reading).filter(|(at, _)| at.col < COLUMNS) {
        let kind = kind(at, reading, claims, Lang::En);
        let cell = format!("{}{}", kind.mark(), clip(&shown(view, &kind, text), WIDTH));
        rows.entry(at.row).or_default().insert(at.col, cell);
    }
    let last = rows.values().filter_map(|row| row.keys().next_back().copied()).max().unwrap_or(0);
    let letters = |col: u32| CellRef::new(0, col).to_string().trim_end_matches('1').to_owned();
    let head = std::iter::once(String::new()).chain((0..=last).map(|col| format!(" {}", letters(col)))).collect();
    let body = rows.iter().map(|(row, cells)| {
        let one = |col: u32| cells.get(&col).cloned().unwrap_or_default();
        std::iter::once((row + 1).to_string()).chain((0..=last).map(one)).collect()
    });
    std::iter::once(head).chain(body).collect()
}

/// The figures as line × measure, block by block.
fn figures(out: &mut String, reading: &Reading, zh: bool) {
    let mut blocks: Vec<&str> = Vec::new();
    for figure in reading.figures.iter().filter(|figure| figure.value.amount.is_some()) {
        if !blocks.contains(&&*figure.block) {
            blocks.push(&figure.block);
        }
    }
    for block in blocks {
        let own: Vec<&Figure> =
            reading.figures.iter().filter(|one| &*one.block == block && one.value.amount.is_some()).collect();
        let mut measures: Vec<&str> = Vec::new();
        let mut lines: Vec<(u32, &str)> = Vec::new();
        for figure in &own {
            if !measures.contains(&&*figure.measure) {
                measures.push(&figure.measure);
            }
            if !lines.contains(&(figure.row, &*figure.line)) {
                lines.push((figure.row, &figure.line));
            }
        }
        let _ = writeln!(out, "  [{block}] {} {}", own.len(), if zh { "个数" } else { "figures" });
        let head = std::iter::once(String::new()).chain(measures.iter().map(|one| (*one).to_owned())).collect();
        let body = lines.iter().map(|(row, line)| {
            let one = |measure: &&str| {
                let found = own.iter().find(|one| one.row == *row && &*one.line == *line && &*one.measure == *measure);
                found.map(|one| amount(one)).unwrap_or_default()
            };
            let parent =
                own.iter().find(|one| one.row == *row && &*one.line == *line).and_then(|one| one.parent.as_deref());
            let name = parent.map_or_else(|| (*line).to_owned(), |parent| format!("{line} ⊂ {parent}"));
            std::iter::once(clip(&name, 36)).chain(measures.iter().map(one)).collect::<Vec<String>>()
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        let right: Vec<usize> = (1..=measures.len()).collect();
        out.push_str(&lay_out(&rows, &right, "    "));
    }
}

fn amount(figure: &Figure) -> String {
    figure.value.amount.map(|amount| format!("{amount}{}", figure.value.unit)).unwrap_or_default()
}

/// The readings of some sheets as JSON.
#[must_use]
pub fn json(views: &[SheetView<'_>], forms: &Forms, form: usize, lang: Lang) -> Value {
    let sheets: Vec<Value> = views.iter().map(|view| sheet_json(view, forms, form, lang)).collect();
    json!({ "schema": "gouji.reading/1", "form": forms.all[form].kind, "sheets": sheets })
}

fn sheet_json(view: &SheetView<'_>, forms: &Forms, form: usize, lang: Lang) -> Value {
    let grid = crate::forms::grid::Grid::new(view.sheet);
    let fit = |piece: recognise::Piece| {
        let fits = recognise::weigh(&grid, piece, &forms.all);
        let own = fits.iter().find(|fit| fit.form == form);
        json!({ "score": own.map(|fit| fit.score), "need": forms.all[form].need, "missing": own.map(|fit| fit.missing.clone()) })
    };
    let rows = |piece: recognise::Piece| json!([piece.top + 1, piece.bottom + 1]);
    let read = view.looked.readings.iter().map(|(reading, claims)| {
        let taken = &forms.all[reading.form];
        let cells: Vec<Value> =
            cells(view, reading).map(|(at, text)| cell_json(view, at, text, reading, claims, lang)).collect();
        json!({
            "rows": rows(reading.piece), "read_as": taken.kind, "annex": taken.annex, "score": reading.score,
            "under_test": fit(reading.piece), "cells": cells,
        })
    });
    let unknown = view
        .looked
        .unknown
        .iter()
        .map(|one| json!({ "rows": rows(one.piece), "read_as": null, "under_test": fit(one.piece), "cells": [] }));
    let pieces: Vec<Value> = read.chain(unknown).collect();
    json!({ "sheet": view.sheet.name, "pieces": pieces })
}

fn cell_json(view: &SheetView<'_>, at: CellRef, text: &str, reading: &Reading, claims: &Claims, lang: Lang) -> Value {
    let kind = kind(at, reading, claims, lang);
    let mut cell = json!({ "cell": at.to_string(), "text": shown(view, &kind, text), "as": kind.name() });
    match &kind {
        As::Figure(figure) => {
            cell["line"] = json!(&*figure.line);
            cell["parent"] = json!(figure.parent.as_deref());
            cell["measure"] = json!(&*figure.measure);
            cell["state"] = json!(figure.value.state.name());
            cell["amount"] = json!(figure.value.amount.map(|amount| amount.to_string()));
            cell["unit"] = json!(figure.value.amount.map(|_| figure.value.unit.to_string()));
        }
        As::Unread(why) => cell["why"] = json!(why),
        _ => {}
    }
    cell
}
