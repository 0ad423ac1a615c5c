use num_rational::Ratio;
use proptest::prelude::*;

use super::super::problem::{Amount, Binding, Cell, Equation, Hold, Problem, Spot, Tie as Asked};
use super::simplex::{Answer, solve};
use super::{System, Tie, Together, has_no_ring, joint, one_sided};

/// Whether some values on the grid of half-units satisfy every tie: all of them are tried.
fn by_trying(system: &System) -> bool {
    let mut values: Vec<Amount> = system.bounds.iter().map(|(lo, _)| *lo).collect();
    loop {
        let sum = |tie: &Tie| tie.constant + tie.terms.iter().map(|(cell, by)| by * values[*cell]).sum::<Amount>();
        if system.ties.iter().all(|tie| sum(tie) == 0) {
            return true;
        }
        let Some(cell) = (0..values.len()).find(|cell| values[*cell] < system.bounds[*cell].1) else { return false };
        values[cell] += 1;
        for (value, (lowest, _)) in values.iter_mut().zip(&system.bounds).take(cell) {
            *value = *lowest;
        }
    }
}

fn decided(system: &System) -> Together {
    let all: Vec<usize> = (0..system.ties.len()).collect();
    system.decide(&all, &mut super::MOST_WORK.clone())
}

fn system(cells: &[(Amount, Amount)], rows: &[(Vec<Amount>, Amount)]) -> System {
    let ties = rows.iter().map(|(by, constant)| Tie {
        terms: by.iter().copied().enumerate().filter(|(_, by)| *by != 0).collect(),
        constant: *constant,
    });
    System {
        bounds: cells.iter().map(|(value, half)| (value - half, value + half)).collect(),
        reported: cells.iter().map(|(value, _)| *value).collect(),
        ties: ties.filter(|tie| !tie.terms.is_empty()).collect(),
    }
}

fn some_cells(count: usize) -> impl Strategy<Value = Vec<(Amount, Amount)>> {
    prop::collection::vec((-3..=3 as Amount, 0..=1 as Amount), count)
}

fn some_ties(most: Amount) -> impl Strategy<Value = Vec<(Vec<Amount>, Amount)>> {
    prop::collection::vec((prop::collection::vec(-most..=most, 6), -1..=1 as Amount), 1..5)
}

/// Rows × columns of four figures with the totals of both: 0 1 | 4, 2 3 | 5, 6 7.
fn square() -> Vec<(Vec<Amount>, Amount)> {
    let tie = |parts: [usize; 2], total: usize| {
        let by = |cell: usize| Amount::from(parts.contains(&cell)) - Amount::from(cell == total);
        ((0..8).map(by).collect(), 0)
    };
    vec![tie([0, 1], 4), tie([2, 3], 5), tie([0, 2], 6), tie([1, 3], 7)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_decided_is_what_trying_all_values_finds(cells in some_cells(6), rows in some_ties(1)) {
        let system = system(&cells, &rows);
        // Values that are no whole half-units may satisfy what whole ones do not, but only where sums close a ring.
        let ties: Vec<&Tie> = system.ties.iter().collect();
        let whole = has_no_ring(&ties, system.bounds.len());
        match decided(&system) {
            Together::Feasible => prop_assert!(!whole || by_trying(&system)),
            Together::Infeasible => prop_assert!(!by_trying(&system)),
            Together::NotDecided => prop_assert!(false, "so few figures are always decided"),
        }
    }

    #[test]
    fn nothing_that_can_be_is_refuted_whatever_the_coefficients(cells in some_cells(6), rows in some_ties(3)) {
        let system = system(&cells, &rows);
        prop_assert!(decided(&system) != Together::Infeasible || !by_trying(&system));
    }

    #[test]
    fn the_simplex_proves_what_it_says(cells in some_cells(6), rows in some_ties(3)) {
        let system = system(&cells, &rows);
        let ties: Vec<&Tie> = system.ties.iter().collect();
        let whole = Ratio::from_integer;
        match solve(&ties, &system.bounds, &system.reported, &mut super::MOST_WORK.clone()) {
            Some(Answer::Values(values)) => {
                for tie in &ties {
                    let sum: Ratio<Amount> = tie.terms.iter().map(|(cell, by)| values[cell] * by).sum();
                    prop_assert_eq!(sum, whole(-tie.constant));
                }
                for (cell, value) in &values {
                    let (lo, hi) = system.bounds[*cell];
                    prop_assert!(*value >= whole(lo) && *value <= whole(hi));
                }
            }
            Some(Answer::Refuted(times)) => {
                // The ties, so many times each, added up: whatever the cells are, the sum is on one side of nothing.
                let (mut lo, mut hi) = (whole(0), whole(0));
                for cell in 0..system.bounds.len() {
                    let of = |tie: usize| ties[tie].terms.iter().find(|(own, _)| *own == cell).map_or(0, |(_, by)| *by);
                    let by: Ratio<Amount> = times.iter().map(|(tie, times)| times * of(*tie)).sum();
                    let ends = [by * system.bounds[cell].0, by * system.bounds[cell].1];
                    lo += ends[0].min(ends[1]);
                    hi += ends[0].max(ends[1]);
                }
                let constant: Ratio<Amount> = times.iter().map(|(tie, times)| times * ties[*tie].constant).sum();
                prop_assert!(lo + constant > whole(0) || hi + constant < whole(0));
            }
            None => prop_assert!(false, "so few figures are always decided"),
        }
    }

    #[test]
    fn what_is_needed_contradicts_itself_and_no_less_does(cells in some_cells(6), rows in some_ties(1)) {
        let system = system(&cells, &rows);
        let all: Vec<usize> = (0..system.ties.len()).collect();
        if decided(&system) == Together::Infeasible {
            let needed = system.needed(all, &mut super::MOST_WORK.clone());
            prop_assert_eq!(system.decide(&needed, &mut super::MOST_WORK.clone()), Together::Infeasible);
            for at in 0..needed.len() {
                let mut fewer = needed.clone();
                fewer.remove(at);
                prop_assert_ne!(system.decide(&fewer, &mut super::MOST_WORK.clone()), Together::Infeasible);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn rows_and_columns_are_always_decided(parts in some_cells(4), off in prop::collection::vec(-2..=2 as Amount, 4)) {
        let sums = [(0, 1), (2, 3), (0, 2), (1, 3)].map(|(a, b): (usize, usize)| parts[a].0 + parts[b].0);
        let totals = sums.iter().zip(&off).map(|(sum, off)| (sum + off, 1));
        let cells: Vec<(Amount, Amount)> = parts.iter().copied().chain(totals).collect();
        let system = system(&cells, &square());
        let expected = if by_trying(&system) { Together::Feasible } else { Together::Infeasible };
        prop_assert_eq!(decided(&system), expected);
    }
}

/// Figures with a place of ten, so a half-unit of five, each in its own row of one table.
fn problem(values: &[Amount], ties: Vec<Vec<(usize, Amount)>>) -> Problem {
    let cell = |(row, value): (u32, &Amount)| Cell {
        value: *value,
        step: 10,
        half: 5,
        hold: Hold::Typed,
        at: Spot { row, ..Spot::default() },
        last_year: None,
        budget: None,
        recomputed: None,
        money: true,
    };
    let ties = ties.into_iter().map(|terms| Asked { options: vec![Equation::zero(terms)], binding: Binding::Must });
    Problem { cells: (0..).zip(values).map(cell).collect(), ties: ties.collect(), digits: 1 }
}

#[test]
fn three_figures_one_place_apart_cannot_be_one_and_what_they_do_not_touch_is_left_out() {
    let same = |a: usize, b: usize| vec![(a, 1), (b, -1)];
    let found =
        joint(&problem(&[1000, 1010, 1020, 1020, 500, 500], vec![same(0, 1), same(1, 2), same(2, 3), same(4, 5)]));
    assert_eq!(found.conflicts.len(), 1);
    assert_eq!((&*found.conflicts[0].ties, &*found.conflicts[0].cells), (&[0, 1][..], &[0, 1, 2][..]));
    assert_eq!((found.asked, found.undecided), (3, 0));
}

#[test]
fn a_total_one_place_above_its_parts_can_be() {
    let found = joint(&problem(&[1010, 500, 500, 1010], vec![vec![(0, 1), (1, -1), (2, -1)], vec![(0, 1), (3, -1)]]));
    assert_eq!((found.conflicts.len(), found.asked, found.undecided), (0, 2, 0));
}

#[test]
fn a_tie_that_fails_alone_or_could_mean_two_things_is_not_asked() {
    let same = |a: usize, b: usize| Equation::zero(vec![(a, 1), (b, -1)]);
    let mut asked = problem(&[1000, 1010, 1020, 1050], vec![vec![(0, 1), (1, -1)], vec![(2, 1), (3, -1)]]);
    let either = Asked { options: vec![same(1, 2), same(1, 0)], binding: Binding::Must };
    asked.ties.push(either);
    assert_eq!(joint(&asked).asked, 0);
}

/// So many totals of two parts, each off by as much.
fn totals(off: &[Amount]) -> Problem {
    let values: Vec<Amount> = off.iter().flat_map(|off| [1000 + off, 400, 600]).collect();
    let ties = (0..off.len()).map(|at| vec![(3 * at, 1), (3 * at + 1, -1), (3 * at + 2, -1)]);
    problem(&values, ties.collect())
}

#[test]
fn eight_tails_on_one_side_are_said_and_seven_or_one_on_the_other_are_not() {
    let found = one_sided(&totals(&[10, 10, 10, 0, 10, 10, 10, 10, 10]));
    assert_eq!(found.len(), 1);
    assert!(found[0].above);
    assert_eq!(found[0].ties, [0, 1, 2, 4, 5, 6, 7, 8]);
    assert!(!one_sided(&totals(&[-10; 8]))[0].above);
    assert_eq!(one_sided(&totals(&[10; 7])), []);
    assert_eq!(one_sided(&totals(&[10, 10, 10, 10, 10, 10, 10, 10, 10, -10])), []);
}

#[test]
fn a_part_that_two_totals_share_makes_their_tails_one() {
    let mut shared = totals(&[10; 8]);
    let Some(Equation::Sum { terms, .. }) = shared.ties[7].options.first_mut() else { unreachable!() };
    terms[2].0 = 2;
    assert_eq!(one_sided(&shared), []);
}

#[test]
fn a_sum_written_in_two_ways_is_one() {
    let mut asked = problem(&[1000, 1010, 1020], vec![vec![(0, 1), (1, -1)], vec![(1, 1), (2, -1)]]);
    asked.ties[0].options.push(Equation::zero(vec![(1, -1), (0, 1)]));
    assert_eq!(joint(&asked).conflicts.len(), 1);
}
