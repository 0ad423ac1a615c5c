//! From failing ties to suspects: scale first, then the smallest sets of cells for every group of ties that share cells.

use super::cause::{Guess, Scene, Slip};
use super::components::components;
use super::evidence::decades;
use super::problem::{Amount, Equation, Hold, Problem};
use super::scale::{ScaleSlip, scale_slips};
use super::search::{MOST_CHANGES, Search, Set, cells_of, must, ranges};
use super::table::{Range, Table};

/// Sets that are shown at most.
const MOST_SHOWN: usize = 12;
/// A set this much lighter than the best is not shown, and a best one this much heavier stands alone.
const FAR_LIGHTER: i64 = 2500;
const ALONE: i64 = 1000;
/// Another slip in the same group is this much less likely than one.
const ONE_MORE: i64 = 1300;
/// Sets no further apart are told from one another by nothing.
const EVEN: i64 = 300;
/// Failing ties of one group beyond which sets of several cells are not searched.
const MOST_TIES: usize = 60;

/// Everything that was found.
#[derive(Debug, Clone, Default)]
pub struct Located {
    pub scale: Vec<ScaleSlip>,
    pub groups: Vec<Found>,
}

/// What was found for failing ties that share cells.
#[derive(Debug, Clone)]
pub struct Found {
    /// Indexes of the ties.
    pub ties: Vec<usize>,
    /// The likeliest first; empty where nothing fits.
    pub sets: Vec<Group>,
    /// The first is the only one, or far the likeliest.
    pub sure: bool,
}

/// Cells that change together.
#[derive(Debug, Clone)]
pub struct Group {
    pub changes: Vec<Change>,
    /// Failing ties that hold afterwards.
    pub repairs: usize,
    /// Failing ties in which its cells stand, or that belong to the group.
    pub of: usize,
    /// Ties that held and do not afterwards.
    pub breaks: usize,
    /// Ties in which its cells stand.
    pub stands_in: usize,
    /// A thousand is a factor of ten.
    pub weight: i64,
}

/// One cell's change, with its likely causes.
#[derive(Debug, Clone)]
pub struct Change {
    pub cell: usize,
    pub value: Amount,
    /// The heaviest first, never none.
    pub causes: Vec<Guess>,
}

/// Finds what explains the failing ties of a problem; nothing is done where none fails.
#[must_use]
pub fn locate(problem: &Problem) -> Located {
    let table = Table::new(problem);
    let failing: Vec<usize> = table.failing().collect();
    if failing.is_empty() {
        return Located::default();
    }
    let scale = scale_slips(&table, &failing);
    if scale.is_empty() {
        return Located { scale, groups: groups(table) };
    }
    let rest = rescaled(problem, &scale);
    Located { groups: groups(Table::new(&rest)), scale }
}

/// The problem with its parts at their right scale, for what else may be wrong.
fn rescaled(problem: &Problem, slips: &[ScaleSlip]) -> Problem {
    let mut rest = problem.clone();
    for slip in slips {
        let by = (10 as Amount).pow(slip.power.unsigned_abs());
        for at in &slip.cells {
            let cell = &mut rest.cells[*at];
            if slip.power > 0 {
                (cell.value, cell.half, cell.step) = (cell.value * by, cell.half * by, cell.step * by);
            } else {
                // What is lost below the scale widens the half-unit.
                (cell.value, cell.half) = (super::table::nearest(cell.value, by), cell.half / by + 1);
                cell.step = (cell.step / by).max(1);
            }
        }
    }
    rest
}

fn groups(mut table: Table<'_>) -> Vec<Found> {
    let failing: Vec<usize> = table.failing().collect();
    let exact = exactness(&table);
    let mut found: Vec<Found> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    for ties in components(&table, &failing) {
        if ties.iter().all(|tie| taken.contains(tie)) {
            continue;
        }
        table.begin_group();
        let mut one = one_group(&mut table, ties, exact);
        // Two values that changed places show in two groups, and are one finding.
        if let Some(best) = one.sets.first().filter(|set| set.changes.len() > 1) {
            let also = mended_too(&mut table, best, &failing);
            let also: Vec<usize> = also.into_iter().filter(|tie| !one.ties.contains(tie)).collect();
            one.sets.iter_mut().for_each(|set| (set.repairs, set.of) = (set.repairs + also.len(), set.of + also.len()));
            taken.extend(&also);
            one.ties.extend(also);
        }
        found.push(one);
    }
    found
}

/// The failing ties that hold with a set's changes.
fn mended_too(table: &mut Table<'_>, set: &Group, failing: &[usize]) -> Vec<usize> {
    let old: Vec<Amount> = set.changes.iter().map(|change| table.values[change.cell]).collect();
    for change in &set.changes {
        table.set(change.cell, change.value, &mut Vec::new());
    }
    let mended = failing.iter().copied().filter(|tie| table.holds[*tie]).collect();
    for (change, old) in set.changes.iter().zip(old) {
        table.set(change.cell, old, &mut Vec::new());
    }
    mended
}

/// Thousandths of the sums that hold which leave no tail although they might.
fn exactness(table: &Table<'_>) -> u128 {
    let (mut exact, mut all) = (1u128, 2u128);
    for (at, tie) in table.problem.ties.iter().enumerate().filter(|(at, _)| table.holds[*at]) {
        let [equation @ Equation::Sum { terms, .. }] = tie.options.as_slice() else { continue };
        let (sum, slack) = table.sum(equation);
        if equation.is_equality() && terms.len() > 2 && slack > 0 && must(table, at) {
            all += 1;
            exact += u128::from(sum == 0);
        }
    }
    (exact * 1000 / all).clamp(20, 980)
}

fn one_group(table: &mut Table<'_>, ties: Vec<usize>, exact: u128) -> Found {
    let cells = ties.iter().flat_map(|tie| table.problem.ties[*tie].options.iter().flat_map(Equation::cells));
    let reach = cells.map(|cell| table.values[cell].abs()).max().unwrap_or(1);
    let scene = Scene { reach, exact };
    let mut all: Vec<usize> = ties.iter().flat_map(|tie| cells_of(table, *tie)).collect();
    all.sort_unstable();
    all.dedup();
    let all = all.len();
    for size in 1..=MOST_CHANGES {
        if size > 1 && ties.len() > MOST_TIES {
            break;
        }
        for detours in [false, true] {
            if detours && size != 2 {
                continue;
            }
            let mut search = Search::new(table, &ties, scene);
            search.detours = detours;
            let sets = search.of_size(size);
            if table.is_spent() {
                return not_located(ties);
            }
            if !sets.is_empty() {
                let sets = sets.into_iter().map(|set| group_of(table, set, &ties)).collect();
                return ranked(ties, sets, true, all);
            }
        }
    }
    let sets = partial(table, &ties, scene);
    if table.is_spent() {
        return not_located(ties);
    }
    ranked(ties, sets, false, all)
}

/// A search that was not ended: what it found first need not be what fits best.
fn not_located(ties: Vec<usize>) -> Found {
    Found { ties, sets: Vec::new(), sure: false }
}

/// Gives a set its weight: of its causes, of how firmly its cells stand, and of the slips it needs.
fn group_of(table: &mut Table<'_>, mut set: Set, ties: &[usize]) -> Group {
    swapped(table, &mut set);
    let count = i64::try_from(set.len()).unwrap_or(1);
    let weight: i64 =
        set.iter().map(|(cell, causes)| causes[0].weight - firmness(table.problem.cells[*cell].hold)).sum();
    let changes = set.into_iter().map(|(cell, causes)| Change { cell, value: causes[0].value, causes });
    let changes: Vec<Change> = changes.collect();
    let effect = effect(table, &changes, ties);
    let Effect { repairs, of, breaks, stands_in, weight: more } = effect;
    Group { changes, repairs, of, breaks, stands_in, weight: weight + more - ONE_MORE * (count - 1) }
}

/// Two cells that take each other's value have changed places.
fn swapped(table: &Table<'_>, set: &mut Set) {
    let [(a, first), (b, second)] = set.as_mut_slice() else { return };
    let (one, other) = (table.values[*a], table.values[*b]);
    if one != other && first[0].value == other && second[0].value == one {
        let weight = decades(Slip::Swapped.prior()) + 4000;
        first.insert(0, Guess { slip: Slip::Swapped, value: other, other: Some(*b), weight });
        second.insert(0, Guess { slip: Slip::Swapped, value: one, other: Some(*a), weight });
    }
}

/// What a change of such a cell costs: a formula is seldom mistyped, a carried figure was settled last year.
fn firmness(hold: Hold) -> i64 {
    match hold {
        Hold::Typed => 0,
        Hold::Said => 300,
        Hold::Formula => 477,
        Hold::Carried | Hold::Fixed => 954,
    }
}

/// What a set of changes does.
struct Effect {
    repairs: usize,
    of: usize,
    breaks: usize,
    stands_in: usize,
    /// What ties that only weigh, and the tails of those that hold, add to its weight.
    weight: i64,
}

/// What a tie adds that is mended, or made exact, without having to be.
const WEIGHS: i64 = 700;

/// Finds what the changes mend and break.
fn effect(table: &mut Table<'_>, changes: &[Change], ties: &[usize]) -> Effect {
    let old: Vec<Amount> = changes.iter().map(|change| table.values[change.cell]).collect();
    let mut touched: Vec<usize> =
        changes.iter().flat_map(|change| table.ties_of[change.cell].iter().copied()).collect();
    touched.sort_unstable();
    touched.dedup();
    let stands_in = touched.len();
    let (held, failed): (Vec<usize>, Vec<usize>) = touched.into_iter().partition(|tie| table.holds[*tie]);
    let beside: Vec<usize> = failed.into_iter().filter(|tie| !ties.contains(tie)).collect();
    let count = |found: usize| i64::try_from(found).unwrap_or(0);
    let clean = |table: &Table<'_>| count(held.iter().filter(|tie| is_exact(table, **tie)).count());
    let exact = clean(table);
    for change in changes {
        table.set(change.cell, change.value, &mut Vec::new());
    }
    let mended = |some: &[usize]| some.iter().filter(|tie| table.holds[**tie]).count();
    let (own, more, breaks) = (mended(ties), mended(&beside), held.len() - mended(&held));
    let weighed = held.iter().filter(|tie| !table.holds[**tie] && !must(table, **tie)).count();
    let weight = (clean(table) - exact + count(more) - count(weighed)) * WEIGHS;
    for (change, old) in changes.iter().zip(old) {
        table.set(change.cell, old, &mut Vec::new());
    }
    Effect { repairs: own + more, of: ties.len() + beside.len(), breaks, stands_in, weight }
}

/// A sum that leaves no tail.
fn is_exact(table: &Table<'_>, tie: usize) -> bool {
    match table.problem.ties[tie].options.as_slice() {
        [equation @ Equation::Sum { .. }] if equation.is_equality() => table.sum(equation).0 == 0,
        _ => false,
    }
}

/// Where no set mends everything: single cells that mend more than they break.
fn partial(table: &mut Table<'_>, ties: &[usize], scene: Scene) -> Vec<Group> {
    let mut cells: Vec<usize> = ties.iter().flat_map(|tie| cells_of(table, *tie)).collect();
    cells.sort_unstable();
    cells.dedup();
    let mut groups: Vec<Group> = Vec::new();
    for cell in cells {
        if table.is_spent() {
            return groups;
        }
        let own: Vec<usize> = ties.iter().copied().filter(|tie| table.ties_of[cell].contains(tie)).collect();
        for tie in &own {
            for range in ranges_alone(table, cell, *tie) {
                let causes = super::cause::guesses(table, cell, range, &[*tie], scene);
                let group = group_of(table, vec![(cell, causes)], ties);
                let seen = |old: &Group| old.changes[0].cell == cell && old.changes[0].value == group.changes[0].value;
                let enough = group.repairs > group.breaks && (group.repairs > 1 || ties.len() == 1);
                if enough && !groups.iter().any(seen) {
                    groups.push(group);
                }
            }
        }
    }
    groups
}

fn ranges_alone(table: &Table<'_>, cell: usize, tie: usize) -> Vec<Range> {
    let kept = ranges(table, cell, &[tie]);
    if !kept.is_empty() {
        return kept;
    }
    let options = table.problem.ties[tie].options.iter().filter(|equation| equation.is_equality());
    options
        .map(|equation| table.range(equation, cell))
        .filter(|range| range.is_bounded() && range.lo <= range.hi)
        .collect()
}

/// Ranks the sets of a group whose ties have so many cells that may change.
fn ranked(ties: Vec<usize>, mut sets: Vec<Group>, whole: bool, all: usize) -> Found {
    let net = |group: &Group| group.repairs.saturating_sub(group.breaks);
    sets.sort_by_key(|group| (std::cmp::Reverse(net(group)), std::cmp::Reverse(group.weight)));
    let best = sets.first().map(|group| (net(group), group.weight));
    if let Some((most, weight)) = best {
        sets.retain(|group| net(group) == most && group.weight + FAR_LIGHTER >= weight);
    }
    let alone = sets.get(1).is_none_or(|second| sets[0].weight - second.weight >= ALONE);
    let known = |group: &Group| group.changes.iter().any(|change| change.causes[0].slip != Slip::Unknown);
    // Nothing tells these from one another: every cell of the tie would stand there.
    if sets.len() > 1 {
        sets.retain(known);
        let even =
            sets.iter().map(|group| group.weight).min().zip(best).is_some_and(|(least, (_, most))| most - least < EVEN);
        if even && all == 2 {
            sets.clear();
        }
    }
    sets.truncate(MOST_SHOWN);
    Found { sure: whole && alone && !sets.is_empty(), ties, sets }
}

#[cfg(test)]
mod tests {
    use super::super::problem::{Binding, Cell, Spot, Tie};
    use super::*;

    /// A total over so many parts of which one was mistyped, and a second sum that vouches for all but that one.
    fn column(parts: usize) -> Problem {
        let cell = |value: Amount, row: usize| Cell {
            value,
            step: 1,
            half: 0,
            hold: Hold::Typed,
            at: Spot { row: row as u32, ..Spot::default() },
            last_year: None,
            budget: None,
            recomputed: None,
            money: true,
        };
        let true_sum: Amount = (1..=parts as Amount).map(|part| part * 1_000 + 7).sum();
        let mut cells: Vec<Cell> = (1..=parts).map(|part| cell(part as Amount * 1_000 + 7, part)).collect();
        cells[0].value += 90;
        cells.push(cell(true_sum, 0));
        let terms = |from: usize| (from..parts).map(|part| (part, 1)).collect::<Vec<_>>();
        let total = Equation::zero(terms(0).into_iter().chain([(parts, -1)]).collect());
        let rest = true_sum - 1_007;
        let beside = Equation::Sum { terms: terms(1), constant: 0, least: Some(rest), most: Some(rest) };
        let tie = |equation| Tie { options: vec![equation], binding: Binding::Must };
        Problem { cells, ties: vec![tie(total), tie(beside)], digits: 0 }
    }

    #[test]
    fn a_column_of_any_length_ends_and_one_too_long_is_not_located() {
        let short = locate(&column(60));
        assert_eq!(short.groups.len(), 1);
        assert!(short.groups[0].sets.iter().any(|set| set.changes[0].cell == 0 && set.changes[0].value == 1_007));
        let long = locate(&column(6_000));
        assert_eq!(long.groups.len(), 1);
        assert!(long.groups[0].sets.is_empty() && !long.groups[0].sure);
    }
}
