//! Roundings taken together: what is decided where every figure was honestly rounded, and where one total was moved.

use std::time::{Duration, Instant};

use gouji::diagnose::{Equation, Problem, joint};

use crate::draw::Draw;
use crate::forms::{Form, Layout, Numbers, build, cube};

type Make = fn(&mut Draw) -> Form;

/// What came of the forms of one kind.
#[derive(Default)]
struct Asked {
    forms: usize,
    refuted: usize,
    undecided: usize,
    time: Duration,
}

impl Asked {
    fn add(&mut self, problem: &Problem) {
        let start = Instant::now();
        let found = joint(problem);
        self.time += start.elapsed();
        self.forms += 1;
        self.refuted += usize::from(!found.conflicts.is_empty());
        self.undecided += usize::from(found.undecided > 0);
    }

    fn print(&self, name: &str, what: &str) {
        if self.forms == 0 {
            return;
        }
        println!(
            "  {name:<28}{what:<24}{:>5} forms, {:>4} contradict themselves, {:>3} not decided, {:>6} us a form",
            self.forms,
            self.refuted,
            self.undecided,
            self.time.as_micros() / (self.forms.max(1) as u128)
        );
    }
}

/// Asks rows × columns, where a flow decides, and figures in three sums, where the simplex does.
pub fn print(wanted: usize, seed: u64) {
    println!("\nroundings taken together");
    let kinds: [(&str, Make); 4] = [
        ("8 x 5, rows and columns", |draw| build(Layout::Dense, Numbers::Rounded, 8, 5, draw)),
        ("2 x 3 x 3, three sums each", |draw| cube(2, 3, 3, draw)),
        ("3 x 4 x 4, three sums each", |draw| cube(3, 4, 4, draw)),
        ("4 x 5 x 5, three sums each", |draw| cube(4, 5, 5, draw)),
    ];
    for (name, make) in kinds {
        let mut draw = Draw::new(seed);
        let (mut honest, mut moved) = (Asked::default(), Asked::default());
        for _ in 0..wanted {
            let mut form = make(&mut draw);
            honest.add(&form.problem);
            if move_totals(&mut form, &mut draw) {
                moved.add(&form.problem);
            }
        }
        honest.print(name, "each rounded honestly");
        moved.print(name, "totals moved in slack");
    }
}

/// Moves three totals to the end of what their own parts allow; every tie still holds alone.
fn move_totals(form: &mut Form, draw: &mut Draw) -> bool {
    let mut done = false;
    for _ in 0..3 {
        let (total, parts) = draw.pick(&form.totals.iter().collect::<Vec<_>>()).clone();
        let cells = &form.problem.cells;
        let sum: i128 = parts.iter().map(|part| cells[*part].value).sum();
        let (step, half) = (cells[total].step, cells[total].half);
        let slack = (half * (parts.len() as i128 + 1)) / step * step;
        let others = form.problem.ties.iter().filter(|tie| {
            tie.options.iter().any(
                |option| matches!(option, Equation::Sum { terms, .. } if terms.iter().any(|(cell, _)| *cell == total)),
            )
        });
        if others.count() == 1 {
            form.problem.cells[total].value = sum + slack;
            done = true;
        }
    }
    done
}
