//! How often a planted slip is found, at which cell, with which value and cause: `cargo bench --bench diagnose [-- FORMS]`.
//!
//! Builds forms that tie, does one to three slips of every kind to them, and asks `gouji::diagnose`. Slips that leave
//! every tie within its rounding are counted apart: no arithmetic sees them. The seed is fixed, so every run prints the
//! same rates; only the times differ.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark may stop where it stands, and it prints")]

mod draw;
mod forms;
mod plant;
mod together;

use std::time::{Duration, Instant};

use draw::Draw;
use forms::{Form, Layout, Numbers, build, three_sheets, with_rates, with_subtotal};
use gouji::diagnose::{Located, Slip, locate};
use plant::{Kind, Planted, plant};

const SEED: u64 = 20_260_401;

/// What came of one kind of slip.
#[derive(Default, Clone, Copy)]
struct Tally {
    planted: usize,
    hidden: usize,
    first: usize,
    among: usize,
    value: usize,
    cause: usize,
    shown: usize,
    silent: usize,
    time: Duration,
}

impl Tally {
    fn seen(self) -> usize {
        self.planted - self.hidden
    }

    fn add(&mut self, other: Self) {
        self.planted += other.planted;
        self.hidden += other.hidden;
        self.first += other.first;
        self.among += other.among;
        self.value += other.value;
        self.cause += other.cause;
        self.shown += other.shown;
        self.silent += other.silent;
        self.time += other.time;
    }

    fn print(self, name: &str) {
        let of = |count: usize, all: usize| {
            if all == 0 { "      –".to_owned() } else { format!("{:>6}%", per_mille(count, all)) }
        };
        let seen = self.seen();
        let micros = self.time.as_micros() / (self.planted.max(1) as u128);
        println!(
            "{name:<34}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}",
            self.planted,
            self.hidden,
            of(self.first, seen),
            of(self.among, seen),
            of(self.value, seen),
            of(self.cause, seen),
            of(self.silent, seen),
            format!("{}.{}", self.shown / seen.max(1), self.shown * 10 / seen.max(1) % 10),
            micros
        );
    }
}

/// One decimal of a percentage, as text, rounded down so that 100 means all.
fn per_mille(count: usize, all: usize) -> String {
    let part = count * 1000 / all;
    format!("{}.{}", part / 10, part % 10)
}

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(400usize);
    clean(wanted);
    for (layout, title) in
        [(Layout::Dense, "dense 8 x 5, one slip"), (Layout::Columns, "column sums, 3-8 parts, one slip")]
    {
        for numbers in [Numbers::Whole, Numbers::Wan, Numbers::Yuan, Numbers::Rounded] {
            singles(layout, numbers, title, wanted);
        }
    }
    special(wanted);
    for slips in [2, 3] {
        for numbers in [Numbers::Whole, Numbers::Wan, Numbers::Yuan] {
            several(numbers, slips, wanted * 4);
        }
    }
    scale(wanted);
    together::print(wanted, SEED);
}

fn head(title: &str) {
    println!("\n{title}");
    println!(
        "{:<34}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}",
        "slip", "planted", "hidden", "top-1", "in set", "value", "cause", "silent", "set size", "us/form"
    );
}

fn size(layout: Layout, draw: &mut Draw) -> (usize, usize) {
    if layout == Layout::Dense { (8, 5) } else { (3 + draw.below(6), 4) }
}

/// Nothing may be named where nothing is wrong, whether figures add up or were rounded.
fn clean(wanted: usize) {
    println!("clean and rounding-only forms");
    for numbers in [Numbers::Whole, Numbers::Wan, Numbers::Yuan, Numbers::Rounded] {
        let mut draw = Draw::new(SEED);
        let (mut forms, mut blamed) = (0, 0);
        let mut time = Duration::ZERO;
        for layout in [Layout::Dense, Layout::Columns] {
            for _ in 0..wanted * 5 {
                let (rows, columns) = size(layout, &mut draw);
                let form = build(layout, numbers, rows, columns, &mut draw);
                let start = Instant::now();
                let located = locate(&form.problem);
                time += start.elapsed();
                forms += 1;
                blamed += usize::from(!located.scale.is_empty() || !located.groups.is_empty());
            }
        }
        println!("  {:<16} {forms} forms, {blamed} blamed, {} us a form", numbers.name(), time.as_micros() / forms);
    }
}

fn singles(layout: Layout, numbers: Numbers, title: &str, wanted: usize) {
    head(&format!("{title}, {}", numbers.name()));
    let mut all = Tally::default();
    for kind in Kind::ALL {
        let mut draw = Draw::new(SEED ^ kind as u64);
        let mut tally = Tally::default();
        for _ in 0..wanted {
            let (rows, columns) = size(layout, &mut draw);
            let mut form = build(layout, numbers, rows, columns, &mut draw);
            if let Some(planted) = plant(&mut form, kind, &[], &mut draw) {
                tally.add(judge(&form, &[planted], Some(kind)));
            }
        }
        tally.print(kind.name());
        if kind != Kind::Arbitrary {
            all.add(tally);
        }
    }
    all.print("all but the last");
}

/// Slips that need a form of their own.
fn special(wanted: usize) {
    head("subtotals, rates, rounding tails");
    let mut draw = Draw::new(SEED);
    let (mut subtotal, mut rate, mut tail) = (Tally::default(), Tally::default(), Tally::default());
    let mut swapped = Tally::default();
    for _ in 0..wanted {
        let mut form = with_subtotal(Numbers::Wan, &mut draw);
        let part = form.problem.cells[2 + draw.below(3)].value;
        let truth = form.problem.cells[0].value;
        form.problem.cells[0].value = truth + part;
        subtotal.add(judge_as(&form, &[Planted { cell: 0, truth }], |slip| slip == Slip::SubtotalAdded));

        let mut form = with_rates(&mut draw);
        let (cell, budget, outturn) = form.rates[draw.below(3)];
        let truth = form.problem.cells[cell].value;
        let (below, above) = (form.problem.cells[outturn].value, form.problem.cells[budget].value);
        form.problem.cells[cell].value = (above * 2000 / below + 1) / 2;
        rate.add(judge_as(&form, &[Planted { cell, truth }], |slip| slip == Slip::RatioSwapped));

        let mut form = build(Layout::Columns, Numbers::Wan, 5, 2, &mut draw);
        let cell = form.totals[0].0;
        let truth = form.problem.cells[cell].value;
        form.problem.cells[cell].value = truth + 40;
        tail.add(judge_as(&form, &[Planted { cell, truth }], |slip| slip == Slip::RoundingTail));

        let mut form = build(Layout::Dense, Numbers::Wan, 8, 5, &mut draw);
        let a = draw.pick(&form.parts);
        let b = if (a + 1) % 6 == 5 { a - 1 } else { a + 1 };
        let truth = |cell: usize| Planted { cell, truth: form.problem.cells[cell].value };
        let planted = [truth(a), truth(b)];
        let cells = &mut form.problem.cells;
        (cells[a].value, cells[b].value) = (planted[1].truth, planted[0].truth);
        swapped.add(judge_as(&form, &planted, |slip| slip == Slip::Swapped));
    }
    subtotal.print("subtotal added with its parts");
    rate.print("numerator and denominator");
    tail.print("tail beyond rounding");
    swapped.print("two values of a row swapped");
}

fn several(numbers: Numbers, slips: usize, wanted: usize) {
    if numbers == Numbers::Whole {
        head(&format!("dense 8 x 5, {slips} slips of any kind"));
    }
    let kinds = &Kind::ALL[..10];
    let mut draw = Draw::new(SEED ^ slips as u64);
    let mut tally = Tally::default();
    for _ in 0..wanted {
        let mut form = build(Layout::Dense, numbers, 8, 5, &mut draw);
        let mut planted: Vec<Planted> = Vec::new();
        for _ in 0..slips {
            let spared: Vec<usize> = planted.iter().map(|one| one.cell).collect();
            let kind = draw.pick(kinds);
            planted.extend(plant(&mut form, kind, &spared, &mut draw));
        }
        if planted.len() == slips {
            tally.add(judge(&form, &planted, None));
        }
    }
    tally.print(numbers.name());
}

/// A whole column, table or sheet in another unit.
fn scale(wanted: usize) {
    println!("\nunit slips of a whole column or sheet");
    for numbers in [Numbers::Wan, Numbers::Yuan, Numbers::Rounded] {
        let mut draw = Draw::new(SEED);
        for sheet in [false, true] {
            let (mut named, mut all, mut left) = (0, 0, 0);
            let mut time = Duration::ZERO;
            for _ in 0..wanted {
                let mut form = if sheet {
                    three_sheets(numbers, &mut draw)
                } else {
                    build(Layout::Dense, numbers, 8, 5, &mut draw)
                };
                let power = draw.pick(&[3u32, 4, 8]);
                let column = u32::try_from(draw.below(5)).expect("small");
                let which = u32::try_from(draw.below(3)).expect("small");
                let mut moved = Vec::new();
                for (at, cell) in form.problem.cells.iter_mut().enumerate() {
                    if if sheet { cell.at.sheet == which } else { cell.at.column == column } {
                        let by = 10i128.pow(power);
                        // A finer unit keeps every digit.
                        cell.value *= by;
                        if numbers == Numbers::Rounded {
                            (cell.half, cell.step) = (cell.half * by, cell.step * by);
                        }
                        moved.push(at);
                    }
                }
                let start = Instant::now();
                let located = locate(&form.problem);
                time += start.elapsed();
                all += 1;
                let right = |slip: &gouji::diagnose::ScaleSlip| {
                    slip.cells == moved && slip.power == -i32::try_from(power).expect("small") && slip.rival.is_none()
                };
                named += usize::from(located.scale.len() == 1 && located.scale.iter().all(right));
                left += usize::from(!located.groups.is_empty());
            }
            let what = if sheet { "sheet of three" } else { "column" };
            let micros = time.as_micros() / all;
            println!(
                "  {:<16}{what:<16}{}% named, {left} of {all} with other suspects, {micros} us a form",
                numbers.name(),
                per_mille(named, usize::try_from(all).expect("small"))
            );
        }
    }
}

fn judge(form: &Form, planted: &[Planted], kind: Option<Kind>) -> Tally {
    judge_as(form, planted, |slip| kind.is_some_and(|kind| kind.is(slip)))
}

/// Asks for the suspects of a form and compares them with what was planted.
fn judge_as(form: &Form, planted: &[Planted], names: impl Fn(Slip) -> bool) -> Tally {
    let start = Instant::now();
    let located = locate(&form.problem);
    let time = start.elapsed();
    let mut tally = Tally { planted: 1, time, ..Tally::default() };
    if located.groups.is_empty() && located.scale.is_empty() {
        tally.hidden = 1;
        return tally;
    }
    let chosen = best(&located);
    let right = |one: &Planted| chosen.iter().any(|change| change.cell == one.cell);
    let cells = planted.iter().all(right) && chosen.len() == planted.len();
    let restored = |one: &Planted| chosen.iter().any(|change| change.cell == one.cell && change.value == one.truth);
    let listed = |one: &Planted| {
        let sets = located.groups.iter().flat_map(|group| &group.sets);
        sets.flat_map(|set| &set.changes).any(|change| change.cell == one.cell)
    };
    tally.first = usize::from(cells);
    tally.among = usize::from(planted.iter().all(listed));
    tally.value = usize::from(planted.iter().all(restored));
    tally.cause = usize::from(cells && chosen.iter().all(|change| names(change.causes[0].slip)));
    tally.shown = located.groups.iter().map(|group| group.sets.len()).sum();
    tally.silent = usize::from(tally.shown == 0);
    tally
}

/// The changes of the first set of every group.
fn best(located: &Located) -> Vec<gouji::diagnose::Change> {
    located.groups.iter().filter_map(|group| group.sets.first()).flat_map(|set| set.changes.clone()).collect()
}
