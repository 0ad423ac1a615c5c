//! Figures that stand where they do not belong: copied from another cell, left out of a total, or counted twice.

use super::cause::Slip;
use super::digits::edits;
use super::problem::{Amount, Equation, Hold};
use super::table::{Range, Table};

/// A figure found elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Copy {
    pub slip: Slip,
    pub value: Amount,
    pub other: Option<usize>,
    /// Among how many figures it was looked for.
    pub ways: u128,
    /// Told by the tail it leaves in the tie, not by two equal figures.
    pub by_tail: bool,
    /// How often such figures are equal although nothing is wrong, in thousandths; zero where that is chance alone.
    pub common: u128,
}

/// Budget and outturn of a line are often equal, and so, less often, are two years.
const BUDGET_EQUAL: u128 = 300;
const YEARS_EQUAL: u128 = 50;
/// How far off the next cell of a column may be.
const NEAR: u32 = 3;

/// Hands over every copy that would explain the cell's value and give it one in the range.
pub fn copies(table: &Table<'_>, cell: usize, range: Range, failing: &[usize], visit: &mut dyn FnMut(Copy)) {
    let own = &table.problem.cells[cell];
    let typed = own.value;
    for tie in failing.iter().filter(|tie| table.ties_of[cell].contains(tie)) {
        for equation in &table.problem.ties[*tie].options {
            match equation {
                Equation::Sum { terms, .. } if terms.len() > 2 => in_sum(table, cell, terms, range, visit),
                Equation::Sum { .. } => {}
                Equation::Product { .. } => in_ratio(table, cell, equation, range, visit),
            }
        }
    }
    if typed == 0 || own.hold == Hold::Formula {
        return;
    }
    let plain = |slip, other, ways, common| Copy { slip, value: range.fit, other, ways, by_tail: false, common };
    if own.last_year == Some(typed) {
        visit(plain(Slip::LastYear, None, 1, YEARS_EQUAL));
    }
    if own.budget == Some(typed) {
        visit(plain(Slip::BudgetCopied, None, 1, BUDGET_EQUAL));
    }
    // Rows are filled downwards: what stands twice was more often taken from the row above.
    for (other, ways) in neighbours(table, cell).into_iter().zip([1, 3]) {
        if let Some(other) = other.filter(|other| table.problem.cells[*other].value == typed) {
            visit(plain(Slip::Neighbour, Some(other), ways, 0));
        }
    }
}

/// The next cells above and below.
fn neighbours(table: &Table<'_>, cell: usize) -> [Option<usize>; 2] {
    let at = table.problem.cells[cell].at;
    let mut found: [Option<(u32, usize)>; 2] = [None, None];
    table.look_at(table.problem.cells.len());
    for (other, one) in table.problem.cells.iter().enumerate() {
        if one.at.sheet != at.sheet || one.at.column != at.column || one.at.row.abs_diff(at.row) > NEAR {
            continue;
        }
        let side = match one.at.row.cmp(&at.row) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => continue,
        };
        let far = one.at.row.abs_diff(at.row);
        if found[side].is_none_or(|(best, _)| far < best) {
            found[side] = Some((far, other));
        }
    }
    found.map(|one| one.map(|(_, cell)| cell))
}

fn in_sum(table: &Table<'_>, cell: usize, terms: &[(usize, Amount)], range: Range, visit: &mut dyn FnMut(Copy)) {
    let cells = &table.problem.cells;
    let typed = cells[cell].value;
    let Some((_, own)) = terms.iter().find(|(at, _)| *at == cell) else { return };
    let opposite = |by: &Amount| (*by > 0) != (*own > 0);
    let totals: Vec<usize> = terms.iter().filter(|(_, by)| opposite(by)).map(|(at, _)| *at).collect();
    let parts = terms.len() - totals.len();
    let ways = totals.len() as u128;
    if typed != 0 && parts > 1 && cells[cell].hold != Hold::Formula {
        for total in totals.iter().filter(|total| cells[**total].value != 0) {
            let value = cells[*total].value;
            if value == typed {
                let copy = Copy {
                    slip: Slip::TotalInPart,
                    value: range.fit,
                    other: Some(*total),
                    ways,
                    by_tail: false,
                    common: 0,
                };
                visit(copy);
            }
            let mut turned = false;
            edits(&cells[cell], typed, table.problem.digits, &mut |edit| {
                turned |= edit.slip == Slip::Transposed && edit.value == value;
            });
            if turned {
                let copy = Copy {
                    slip: Slip::TotalTransposed,
                    value: range.fit,
                    other: Some(*total),
                    ways: ways * 4,
                    by_tail: false,
                    common: 0,
                };
                visit(copy);
            }
        }
    }
    // The cell is the total: what lies between it and its parts may be one of them, or a line beside them.
    if parts == 1 && totals.len() > 1 {
        let tail = |slip, value, other, ways: usize| Copy {
            slip,
            value,
            other: Some(other),
            ways: ways as u128,
            by_tail: true,
            common: 0,
        };
        for part in totals.iter().copied().filter(|part| cells[*part].value != 0) {
            let value = cells[part].value;
            if range.contains(typed + value) {
                visit(tail(Slip::PartOmitted, typed + value, part, totals.len()));
            }
            if range.contains(typed - value) {
                visit(tail(Slip::CountedTwice, typed - value, part, totals.len()));
            }
        }
        let at = cells[cell].at;
        let beside = |one: &super::Cell| {
            one.at.sheet == at.sheet && one.at.table == at.table && one.at.column == at.column && one.value != 0
        };
        let lines =
            cells.iter().enumerate().filter(|(other, one)| beside(one) && *other != cell && !totals.contains(other));
        let lines: Vec<usize> = lines.map(|(other, _)| other).collect();
        for other in lines.iter().copied().filter(|other| range.contains(typed - cells[*other].value)) {
            visit(tail(Slip::SubtotalAdded, typed - cells[other].value, other, lines.len()));
        }
    }
}

/// A rate worked out upside down.
fn in_ratio(table: &Table<'_>, cell: usize, equation: &Equation, range: Range, visit: &mut dyn FnMut(Copy)) {
    let Equation::Product { left, right, left_factor, right_factor } = equation else { return };
    let ([a, b], [c]) = (left.as_slice(), right.as_slice()) else { return };
    let below = if *a == cell { *b } else { *a };
    if *c == cell || (*a != cell && *b != cell) {
        return;
    }
    let turned = Equation::Product {
        left: vec![cell, *c],
        right: vec![below],
        left_factor: *left_factor,
        right_factor: *right_factor,
    };
    let allowed = table.range(&turned, cell);
    if allowed.is_bounded() && allowed.contains(table.problem.cells[cell].value) {
        let copy =
            Copy { slip: Slip::RatioSwapped, value: range.fit, other: Some(below), ways: 1, by_tail: false, common: 0 };
        visit(copy);
    }
}
