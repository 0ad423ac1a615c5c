//! Whether one column, table or sheet is a power of ten off as a whole.

use std::collections::{BTreeMap, HashSet};

use super::problem::{Amount, Equation, Hold, Problem};
use super::table::Table;

/// The powers between 元, 千元, 万元 and 亿元.
const POWERS: [i32; 6] = [3, 4, 8, -3, -4, -8];
/// Ties that a change of scale must mend at least.
const LEAST: usize = 2;
/// How many times its slack a part must weigh in a tie that it mends.
const MOST_SLACK: Amount = 20;

/// What slips together; the smaller is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Column { sheet: u32, table: u32, column: u32 },
    Table { sheet: u32, table: u32 },
    Sheet { sheet: u32 },
}

/// A column, table or sheet that is in another unit than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleSlip {
    pub part: Part,
    /// The true values are this power of ten times those that stand.
    pub power: i32,
    /// Its amounts.
    pub cells: Vec<usize>,
    /// The failing ties that hold at the other scale.
    pub mended: Vec<usize>,
    /// Ties that held and would not.
    pub broken: usize,
    /// The failing ties in which it takes part.
    pub of: usize,
    /// Another part would explain the same ties as well.
    pub rival: Option<(Part, i32)>,
}

/// Looks for parts that are a power of ten off, the one that mends most first; each mends ties of its own.
#[must_use]
pub fn scale_slips(table: &Table<'_>, failing: &[usize]) -> Vec<ScaleSlip> {
    if failing.len() < LEAST {
        return Vec::new();
    }
    let mut slips: Vec<ScaleSlip> = Vec::new();
    for (part, cells) in parts(table.problem) {
        slips.extend(tried(table, failing, part, &cells));
    }
    slips.sort_by_key(|slip| {
        let gain = slip.mended.len().saturating_sub(slip.broken);
        (std::cmp::Reverse(gain), slip.broken, likeness(table.problem, slip), slip.part)
    });
    let mut kept: Vec<ScaleSlip> = Vec::new();
    for slip in slips {
        let shares = |old: &ScaleSlip| old.mended.iter().any(|tie| slip.mended.contains(tie));
        match kept.iter_mut().find(|old| shares(old)) {
            None => kept.push(slip),
            Some(old) => {
                let even = old.mended.len() == slip.mended.len() && old.broken == slip.broken;
                let apart = !old.cells.iter().any(|cell| slip.cells.contains(cell));
                if even
                    && apart
                    && old.rival.is_none()
                    && likeness(table.problem, old) == likeness(table.problem, &slip)
                {
                    old.rival = Some((slip.part, slip.power));
                }
            }
        }
    }
    kept
}

/// The amounts of every column, table and sheet that has several; a part that is the same as a smaller one is left out.
fn parts(problem: &Problem) -> BTreeMap<Part, Vec<usize>> {
    let mut parts: BTreeMap<Part, Vec<usize>> = BTreeMap::new();
    for (at, cell) in problem.cells.iter().enumerate() {
        if !cell.money || cell.value == 0 || matches!(cell.hold, Hold::Fixed | Hold::Said) {
            continue;
        }
        let spot = cell.at;
        let (sheet, table, column) = (spot.sheet, spot.table, spot.column);
        for part in [Part::Column { sheet, table, column }, Part::Table { sheet, table }, Part::Sheet { sheet }] {
            parts.entry(part).or_default().push(at);
        }
    }
    parts.retain(|_, cells| cells.len() > 1);
    // The smaller come first.
    let mut seen: HashSet<Vec<usize>> = HashSet::new();
    parts.retain(|_, cells| seen.insert(cells.clone()));
    parts
}

fn tried(table: &Table<'_>, failing: &[usize], part: Part, cells: &[usize]) -> Option<ScaleSlip> {
    let mut touched: Vec<usize> = cells.iter().flat_map(|cell| table.ties_of[*cell].iter().copied()).collect();
    touched.sort_unstable();
    touched.dedup();
    let open: Vec<usize> = touched.iter().copied().filter(|tie| failing.binary_search(tie).is_ok()).collect();
    if open.len() < LEAST {
        return None;
    }
    let mut inside = vec![false; table.values.len()];
    for cell in cells {
        inside[*cell] = true;
    }
    POWERS.into_iter().find_map(|power| {
        let mut missed = 0;
        let mut mended = Vec::new();
        for tie in &open {
            if holds(table, *tie, &inside, power) {
                mended.push(*tie);
            } else {
                missed += 1;
                // At least nine in ten must be mended.
                if missed * 10 > open.len() {
                    return None;
                }
            }
        }
        let held = touched.iter().copied().filter(|tie| table.holds[*tie]);
        let broken = held.filter(|tie| !holds(table, *tie, &inside, power)).count();
        let enough = mended.len() >= LEAST && broken * 10 <= mended.len();
        enough.then(|| ScaleSlip { part, power, cells: cells.to_vec(), mended, broken, of: open.len(), rival: None })
    })
}

/// Whether a tie holds with some cells at another scale. A smaller scale for these is a larger one for all others.
fn holds(table: &Table<'_>, tie: usize, inside: &[bool], power: i32) -> bool {
    let by = (10 as Amount).pow(power.unsigned_abs());
    let factor = |cell: usize| if inside[cell] == (power > 0) { by } else { 1 };
    let option = |equation: &Equation| match equation {
        Equation::Sum { terms, constant, least, most } => {
            let rest = if power > 0 { 1 } else { by };
            let scaled = |amount: Amount| amount.checked_mul(rest);
            let (mut sum, mut slack, mut weight) = (scaled(*constant)?, 0 as Amount, 0 as Amount);
            for (cell, coefficient) in terms {
                let by = factor(*cell);
                let (value, half) = (table.values[*cell], table.problem.cells[*cell].half);
                let term = coefficient.checked_mul(value)?.checked_mul(by)?;
                sum = sum.checked_add(term)?;
                slack = slack.checked_add(coefficient.abs().checked_mul(half)?.checked_mul(by)?)?;
                weight = weight.max(if inside[*cell] { term.abs() } else { 0 });
            }
            // A half-unit that grew with the scale must not be what makes it hold.
            if weight < slack.checked_mul(MOST_SLACK)? && !table.holds[tie] {
                return Some(false);
            }
            let above = least.map_or(Some(true), |least| Some(sum + slack >= scaled(least)?))?;
            let below = most.map_or(Some(true), |most| Some(sum - slack <= scaled(most)?))?;
            Some(above && below)
        }
        Equation::Product { left, right, .. } => {
            let count = |side: &[usize]| side.iter().filter(|cell| inside[**cell]).count();
            // A product keeps its truth where both sides grow alike, and loses it elsewhere.
            let same = count(left) == count(right);
            Some(same == table.holds[tie])
        }
    };
    table.problem.ties[tie].options.iter().any(|equation| option(equation).unwrap_or(false))
}

/// How many of a part's amounts would be further from last year's than they are now, less those that would be nearer.
fn likeness(problem: &Problem, slip: &ScaleSlip) -> i64 {
    let by = (10 as Amount).pow(slip.power.unsigned_abs());
    let near = |a: Amount, b: Amount| a <= b.saturating_mul(10) && b <= a.saturating_mul(10);
    let mut sum = 0;
    for cell in &slip.cells {
        let one = &problem.cells[*cell];
        let Some(before) = one.last_year.map(Amount::abs).filter(|before| *before > 0) else { continue };
        let now = one.value.abs();
        let (now_scaled, before_scaled) =
            if slip.power > 0 { (now.saturating_mul(by), before) } else { (now, before.saturating_mul(by)) };
        sum += i64::from(near(now, before)) - i64::from(near(now_scaled, before_scaled));
    }
    sum
}
