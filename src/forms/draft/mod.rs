//! A form proposed from an example: what stands on one sheet, as the TOML that would read it.
//!
//! [`propose`] guesses; every guess that a person should look at carries a remark. The built-in forms serve as the
//! dictionary of headers and labels. The text parses as a form, and reads the figures of the sheet it came from.

mod beside;
mod lines;
mod tables;
mod text;

use crate::read::Sheet;

use super::Forms;
use super::declare::{Role, ValueKind};
use super::grid::Grid;
use super::normal::{read_label, squash, years_in};
use super::recognise::{self, Piece};
use super::tables::stated_unit;
use tables::Table;

/// A proposed form, before it is written down.
#[derive(Debug)]
pub struct Draft {
    pub kind: String,
    pub annex: String,
    /// The heading without its year; none where the sheet has no heading.
    pub title: Option<String>,
    pub labels: Vec<String>,
    pub single: bool,
    pub unit: Option<String>,
    tables: Vec<Table>,
    pairs: Vec<Pair>,
    /// The sheet from which it was drafted, and its rows.
    pub sheet: String,
    pub piece: Piece,
}

/// A label with one answer.
#[derive(Debug)]
struct Pair {
    name: String,
    value: ValueKind,
    role: Option<Role>,
}

/// Figures beside labels that make a page without a table a form.
const LEAST: usize = 3;

/// Words that stand in too many forms to tell one.
const COMMON: [&str; 14] =
    ["合计", "总计", "小计", "备注", "序号", "单位", "总分", "得分", "分值", "项目", "原因", "其他", "日期", "金额"];

/// Proposes a form for every piece of a sheet that holds a table.
#[must_use]
pub fn propose(sheet: &Sheet, forms: &Forms) -> Vec<Draft> {
    let grid = Grid::new(sheet);
    recognise::cut(&grid, &forms.all).into_iter().filter_map(|piece| draft(&grid, piece, forms)).collect()
}

fn draft(grid: &Grid<'_>, piece: Piece, forms: &Forms) -> Option<Draft> {
    let mut tables = tables::find(grid, piece, forms);
    tables.extend(beside::funds(grid, piece, forms, &tables));
    let figures = beside::pairs(grid, piece, forms, &tables);
    if tables.is_empty() && figures.len() < LEAST {
        return None;
    }
    let (top, bottom) = (piece.top, piece.bottom);
    let unit = stated_unit(grid, top, bottom).map(|unit| unit.to_string());
    let title = heading(grid, top, bottom);
    let mut pairs = find_pairs(grid, piece, forms, &tables);
    pairs.retain(|pair| figures.iter().all(|one| one.name != pair.name));
    pairs.extend(figures);
    let single = !pairs.iter().any(|pair| pair.role == Some(Role::Project));
    let kind = if single { "own-table" } else { "own-project-table" }.to_owned();
    let labels = clues(&tables, &pairs);
    let annex = annex(grid, top, bottom).unwrap_or_else(|| "附表".to_owned());
    Some(Draft { kind, annex, title, labels, single, unit, tables, pairs, sheet: grid.sheet.name.clone(), piece })
}

impl Draft {
    /// The form as TOML, with remarks on what to look at.
    #[must_use]
    pub fn toml(&self) -> String {
        text::write(self)
    }
}

/// The first short text alone on its row that is no marker, caption or year.
fn heading(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<String> {
    grid.rows_between(top, bottom).take(8).find_map(|row| {
        let filled = grid.filled(row);
        let [span] = filled else { return None };
        let text = squash(grid.text(span.anchor));
        let label = read_label(&text);
        let marker = ["附件", "附表", "单位:", "金额单位", "报表编号"].iter().any(|word| text.starts_with(word));
        let length = label.core.chars().count();
        (!marker && !text.contains(':') && (4..=30).contains(&length) && !text.starts_with('(')).then_some(label.core)
    })
}

/// `附件3` or `附表2` alone on one of the first rows.
fn annex(grid: &Grid<'_>, top: u32, bottom: u32) -> Option<String> {
    grid.rows_between(top, bottom).take(4).flat_map(|row| grid.filled(row)).find_map(|span| {
        let text = squash(grid.text(span.anchor)).trim_end_matches(':').to_owned();
        let numbered = text.chars().any(|c| c.is_ascii_digit()) && text.chars().count() <= 6;
        // Rules name a form by its annex: the built-in numbers are taken.
        (text.starts_with("附表") && numbered).then_some(text)
    })
}

/// Labels that tell the form: of tables first, then of pairs.
fn clues(tables: &[Table], pairs: &[Pair]) -> Vec<String> {
    let lines = tables.iter().flat_map(|table| table.lines.iter().map(|line| line.name.clone()).take(3));
    let headers = tables.iter().flat_map(|table| table.measures.iter().map(|measure| measure.printed.clone()).take(4));
    let pairs = pairs.iter().map(|pair| pair.name.clone());
    let mut clues: Vec<String> = Vec::new();
    for word in lines.chain(headers).chain(pairs) {
        let length = word.chars().count();
        if (3..=14).contains(&length) && !COMMON.contains(&word.as_str()) && !clues.contains(&word) {
            clues.push(word);
        }
    }
    clues.truncate(6);
    clues
}

/// Labels that the built-in forms know, and others with a colon, outside the tables.
fn find_pairs(grid: &Grid<'_>, piece: Piece, forms: &Forms, tables: &[Table]) -> Vec<Pair> {
    let owned = |row: u32| tables.iter().any(|table| (table.top..=table.last).contains(&row));
    let mut pairs: Vec<Pair> = Vec::new();
    for row in grid.rows_between(piece.top, piece.bottom).filter(|row| !owned(*row)) {
        for span in grid.filled(row).iter().filter(|span| span.anchor.row == row) {
            let text = squash(grid.text(span.anchor));
            for head in heads(grid.text(span.anchor)) {
                let core = read_label(&head).core;
                let known = known_pair(forms, &core);
                // A caption of a unit is no answer, and a sentence no label.
                let fresh =
                    text.contains(':') && (2..=12).contains(&core.chars().count()) && years_in(&core).is_empty();
                if ["单位", "其中", "减", "加"].contains(&core.as_str())
                    || core.ends_with("金额单位")
                    || (known.is_none() && !fresh)
                {
                    continue;
                }
                let (value, role) = known.unwrap_or((ValueKind::Text, None));
                if pairs.iter().all(|pair| pair.name != core && (role.is_none() || pair.role != role)) {
                    pairs.push(Pair { name: core, value, role });
                }
            }
        }
    }
    pairs
}

/// The labels of `填表人：甲 填报日期：…`, or the whole text where it has no colon.
fn heads(text: &str) -> Vec<String> {
    let short = text.chars().count() <= 80;
    if !text.contains([':', '：']) {
        return if short { vec![text.to_owned()] } else { Vec::new() };
    }
    let mut parts: Vec<&str> = text.split([':', '：', '\n']).collect();
    parts.pop();
    let last = |part: &str| part.split_whitespace().next_back().unwrap_or_default().to_owned();
    let whole = parts.first().map(|first| first.trim().to_owned());
    let rest = parts.iter().skip(1).map(|part| last(part));
    if short { whole.into_iter().chain(rest).collect() } else { Vec::new() }
}

fn known_pair(forms: &Forms, core: &str) -> Option<(ValueKind, Option<Role>)> {
    let pairs = || forms.all.iter().flat_map(|form| &form.blocks).flat_map(|block| &block.pairs);
    let project = pairs().find(|pair| pair.role == Some(Role::Project) && pair.words.iter().any(|word| word == core));
    let any = || pairs().find(|pair| pair.words.iter().any(|word| word == core));
    project.or_else(any).map(|pair| (pair.value, pair.role))
}
