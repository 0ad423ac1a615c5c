//! The rows of a table on an example, and which of them are parts of which: by 其中, numbering and indent, and by sums.

use rust_decimal::Decimal;

use super::super::grid::Grid;
use super::super::normal::{Label, Numbering, read_label, squash};
use super::super::value::{Place, read_value};
use super::tables::{Measure, is_figure};
use crate::model::{CellRef, Quantity, Unit};

/// A row.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: String,
    pub parent: Option<String>,
    /// The parts add up to the parent in every column of amounts.
    pub proved: bool,
    pub row: u32,
    rank: u8,
    indent: usize,
    amounts: Vec<Option<Decimal>>,
}

impl Line {
    /// A row that words alone tell.
    #[must_use]
    pub fn plain(name: &str, parent: Option<&str>, row: u32) -> Self {
        let parent = parent.map(str::to_owned);
        Self { name: name.to_owned(), parent, proved: false, row, rank: 0, indent: 0, amounts: Vec::new() }
    }
}

/// Finds the rows with a label, and their parents.
pub fn find(grid: &Grid<'_>, body: &[u32], left: u32, measures: &[Measure]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for row in body {
        let label = grid
            .filled(*row)
            .iter()
            .rev()
            .find(|span| span.anchor.row == *row && span.first < left && !is_figure(grid, span.anchor));
        let Some(at) = label.map(|span| span.anchor) else { continue };
        let text = grid.text(at);
        let label = read_label(text);
        let amounts: Vec<Option<Decimal>> = measures.iter().map(|measure| amount(grid, *row, measure)).collect();
        let known = lines.iter().any(|line| line.name == label.core);
        if label.core.is_empty() || label.core.chars().count() > 24 || amounts.iter().all(Option::is_none) || known {
            continue;
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\u{3000}' { 2 } else { 1 }).sum();
        let rank = rank(text, &label);
        lines.push(Line { name: label.core, parent: None, proved: false, row: *row, rank, indent, amounts });
    }
    nest(&mut lines);
    total(&mut lines);
    lines
}

fn amount(grid: &Grid<'_>, row: u32, measure: &Measure) -> Option<Decimal> {
    let unit = Unit::none();
    let place = Place { quantity: Quantity::Plain, unit: &unit, percent: false };
    let at = (measure.first..=measure.last).map(|col| CellRef::new(row, col)).find(|at| !grid.blank(*at))?;
    let value = read_value(grid.cell(at), place);
    // `1520亩` under a column of money belongs to another table.
    let fits = measure.quantity != Quantity::Money || matches!(value.unit.noun.as_str(), "" | "元");
    value.amount.filter(|_| fits && matches!(measure.quantity, Quantity::Money | Quantity::Count | Quantity::Plain))
}

/// How deep a label stands by its marks: 一、 before （一） before 1. before (1); 其中 below what is above it.
fn rank(text: &str, label: &Label) -> u8 {
    let squashed = squash(text);
    let bracket = squashed.starts_with('(');
    match label.numbering {
        _ if squashed.starts_with("其中") => 6,
        Numbering::Chapter if bracket => 2,
        Numbering::Chapter => 1,
        Numbering::Item if bracket => 4,
        Numbering::Item => 3,
        Numbering::None => 0,
    }
}

/// Gives parents by marks: a deeper mark than the line above opens a list, and indented lines after it stay in it.
fn nest(lines: &mut [Line]) {
    for index in 1..lines.len() {
        let (before, rest) = lines.split_at_mut(index);
        let (Some(line), Some(last)) = (rest.first_mut(), before.last()) else { return };
        let within = line.rank == 6;
        let numbered = line.rank > 0 && !within;
        let parent = if within {
            // 其中 opens the list of the line above it.
            Some(last.name.clone())
        } else if numbered {
            let sibling = before.iter().rposition(|one| one.rank == line.rank);
            let marked = before.iter().rposition(|one| one.rank > 0 && one.rank < line.rank);
            let plain = before.iter().rfind(|one| one.rank == 0 && one.indent == 0);
            match (sibling, marked) {
                (Some(sibling), marked) if marked.is_none_or(|marked| marked < sibling) => {
                    before[sibling].parent.clone()
                }
                (_, Some(marked)) => Some(before[marked].name.clone()),
                _ => plain.map(|one| one.name.clone()),
            }
        } else if line.indent > 0 && (last.indent > 0 || last.rank == 6) {
            last.parent.clone()
        } else if line.indent > last.indent {
            Some(last.name.clone())
        } else {
            None
        };
        line.parent = parent;
    }
    let names: Vec<String> = lines.iter().map(|line| line.name.clone()).collect();
    for name in names {
        extend(lines, &name);
        let proved = adds_up(lines, &name, |line| line.parent.as_deref() == Some(&name));
        for line in lines.iter_mut().filter(|line| line.parent.as_deref() == Some(&name)) {
            line.proved = proved;
        }
    }
}

/// Unmarked lines right after a list opened by 其中 join it where its sum then agrees.
fn extend(lines: &mut [Line], name: &str) {
    let own = |line: &Line| line.parent.as_deref() == Some(name);
    let opened = lines.iter().any(|line| own(line) && line.rank == 6);
    let Some(last) = lines.iter().rposition(own).filter(|_| opened) else { return };
    if adds_up(lines, name, own) {
        return;
    }
    let free = lines[last + 1..].iter().take_while(|line| line.parent.is_none() && line.rank == 0).count();
    for count in 1..=free {
        let joined: Vec<String> = lines[last + 1..=last + count].iter().map(|line| line.name.clone()).collect();
        if adds_up(lines, name, |line| own(line) || joined.contains(&line.name)) {
            for line in &mut lines[last + 1..=last + count] {
                line.parent = Some(name.to_owned());
            }
            return;
        }
    }
}

/// Makes the lines at the top parts of the total row where they add up to it.
fn total(lines: &mut [Line]) {
    let is_total = |name: &str| ["合计", "总计", "总额", "小计"].iter().any(|word| name.ends_with(word));
    let Some(total) = lines.iter().find(|line| line.parent.is_none() && is_total(&line.name)).map(|l| l.name.clone())
    else {
        return;
    };
    let top = |line: &Line| line.parent.is_none() && line.name != total;
    if adds_up(lines, &total, top) {
        for line in lines.iter_mut().filter(|line| line.parent.is_none() && line.name != total) {
            line.parent = Some(total.clone());
            line.proved = true;
        }
    }
}

/// Whether some lines add up to another in every column in which it holds an amount.
fn adds_up(lines: &[Line], whole: &str, part: impl Fn(&Line) -> bool) -> bool {
    let Some(whole) = lines.iter().find(|line| line.name == whole) else { return false };
    let parts: Vec<&Line> = lines.iter().filter(|line| part(line)).collect();
    let mut columns = whole.amounts.iter().enumerate().filter_map(|(at, amount)| Some((at, (*amount)?))).peekable();
    columns.peek().is_some()
        && !parts.is_empty()
        && columns.all(|(at, amount)| {
            let sum = parts
                .iter()
                .filter_map(|one| one.amounts.get(at).copied().flatten())
                .try_fold(Decimal::ZERO, Decimal::checked_add);
            sum == Some(amount)
        })
}
