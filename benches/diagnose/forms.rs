//! Forms that tie: columns with subtotals, sums of rows, several sheets, rates, last year's figures.

use gouji::diagnose::{Binding, Cell, Equation, Hold, Problem, Spot, Tie};

use crate::draw::Draw;

/// What the figures look like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Whole numbers that are given, such as heads: three to six digits.
    Whole,
    /// 万元 with two decimals that add up exactly.
    Wan,
    /// 元 with two decimals, every one above 2^31.
    Yuan,
    /// 万元 with two decimals, each rounded on its own from 元.
    Rounded,
}

impl Numbers {
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole numbers",
            Self::Wan => "two decimals",
            Self::Yuan => "yuan > 2^31",
            Self::Rounded => "rounded",
        }
    }

    /// Decimal digits of the scale, one of the last place, and half of it.
    pub fn scale(self) -> (u32, i128, i128) {
        if self == Self::Whole { (1, 10, 0) } else { (3, 10, 5) }
    }

    fn draw(self, draw: &mut Draw) -> i128 {
        let digits = match self {
            Self::Whole => 3 + draw.below(4),
            Self::Wan | Self::Rounded => 4 + draw.below(4),
            Self::Yuan => 12 + draw.below(3),
        };
        let plain = draw.digits(u32::try_from(digits).expect("few digits"));
        match self {
            // Below the last reported place stands what rounding takes away.
            Self::Rounded => plain * 10 + i128::try_from(draw.below(10)).expect("a digit"),
            _ => plain * 10,
        }
    }
}

/// A form and where its totals and parts stand.
pub struct Form {
    pub problem: Problem,
    /// Cells whose slip some tie can see.
    pub parts: Vec<usize>,
    /// Totals, each with its parts.
    pub totals: Vec<(usize, Vec<usize>)>,
    pub rates: Vec<(usize, usize, usize)>,
}

/// How figures bind each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Rows and columns both add up.
    Dense,
    /// Columns add up, nothing else.
    Columns,
}

/// Builds a form without a slip.
pub fn build(layout: Layout, numbers: Numbers, rows: usize, columns: usize, draw: &mut Draw) -> Form {
    let mut maker = Maker::new(numbers);
    let mut exact = vec![vec![0i128; columns + 1]; rows + 1];
    for row in exact.iter_mut().take(rows) {
        for value in row.iter_mut().take(columns) {
            *value = numbers.draw(draw);
        }
        row[columns] = row[..columns].iter().sum();
    }
    let totals: Vec<_> = (0..=columns).map(|column| exact[..rows].iter().map(|row| row[column]).sum()).collect();
    exact[rows] = totals;
    let wide = if layout == Layout::Dense { columns + 1 } else { columns };
    let cell = |row: usize, column: usize| row * wide + column;
    for (row, values) in exact.iter().enumerate() {
        for (column, value) in values.iter().take(wide).enumerate() {
            maker.cell(*value, Spot { sheet: 0, table: 0, row: small(row), column: small(column) }, draw);
        }
    }
    for column in 0..wide {
        maker.sum(cell(rows, column), (0..rows).map(|row| cell(row, column)).collect());
    }
    if layout == Layout::Dense {
        for row in 0..=rows {
            maker.sum(cell(row, columns), (0..columns).map(|column| cell(row, column)).collect());
        }
    }
    maker.finish()
}

/// Figures rounded on their own, each of which stands in three totals: along rows, along columns and through sheets.
pub fn cube(rows: usize, columns: usize, sheets: usize, draw: &mut Draw) -> Form {
    let numbers = Numbers::Rounded;
    let mut maker = Maker::new(numbers);
    let exact: Vec<i128> = (0..rows * columns * sheets).map(|_| numbers.draw(draw)).collect();
    let at = |row: usize, column: usize, sheet: usize| (sheet * rows + row) * columns + column;
    let mut spot = 0..;
    let mut place = || Spot { sheet: 0, table: 0, row: spot.next().unwrap_or_default(), column: 0 };
    for value in &exact {
        maker.cell(*value, place(), draw);
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for sheet in 0..sheets {
        groups.extend((0..rows).map(|row| (0..columns).map(|column| at(row, column, sheet)).collect()));
        groups.extend((0..columns).map(|column| (0..rows).map(|row| at(row, column, sheet)).collect()));
    }
    for row in 0..rows {
        groups.extend((0..columns).map(|column| (0..sheets).map(|sheet| at(row, column, sheet)).collect()));
    }
    for parts in groups {
        let total = maker.cell(parts.iter().map(|part| exact[*part]).sum(), place(), draw);
        maker.sum(total, parts);
    }
    maker.finish()
}

/// A column whose subtotal stands above its parts, with a total of subtotal and other lines.
pub fn with_subtotal(numbers: Numbers, draw: &mut Draw) -> Form {
    let mut maker = Maker::new(numbers);
    let parts: Vec<i128> = (0..6).map(|_| numbers.draw(draw)).collect();
    let under: i128 = parts[..3].iter().sum();
    let all = under + parts[3..].iter().sum::<i128>();
    let column = [&[all, under], parts.as_slice()].concat();
    for (row, value) in column.iter().enumerate() {
        maker.cell(*value, Spot { sheet: 0, table: 0, row: small(row), column: 0 }, draw);
    }
    maker.sum(1, vec![2, 3, 4]);
    maker.sum(0, vec![1, 5, 6, 7]);
    maker.finish()
}

/// Budget, outturn and rate, a line each; the rate with one decimal of a percentage.
pub fn with_rates(draw: &mut Draw) -> Form {
    let mut maker = Maker::new(Numbers::Wan);
    for row in 0..3 {
        let budget = Numbers::Wan.draw(draw);
        let outturn = budget * i128::try_from(500 + draw.below(400)).expect("small") / 1000 / 10 * 10;
        let spot = |column| Spot { sheet: 0, table: 0, row, column };
        let (b, o) = (maker.cell(budget, spot(0), draw), maker.cell(outturn, spot(1), draw));
        // In thousandths of one: 96.5 % is 965, and the scale has three digits.
        let rate = (outturn * 2000 / budget + 1) / 2;
        let r = maker.cell(rate, spot(2), draw);
        let one = &mut maker.form.problem.cells[r];
        (one.value, one.step, one.half, one.money) = (rate, 1, 1, false);
        maker.form.problem.ties.push(Tie {
            options: vec![Equation::Product { left: vec![r, b], right: vec![o], left_factor: 1, right_factor: 1000 }],
            binding: Binding::Must,
        });
        maker.form.rates.push((r, b, o));
    }
    let total = (0..3).map(|row| maker.form.problem.cells[row * 3].value).sum();
    let spent = (0..3).map(|row| maker.form.problem.cells[row * 3 + 1].value).sum();
    let b = maker.cell(total, Spot { sheet: 0, table: 0, row: 3, column: 0 }, draw);
    let o = maker.cell(spent, Spot { sheet: 0, table: 0, row: 3, column: 1 }, draw);
    maker.sum(b, vec![0, 3, 6]);
    maker.sum(o, vec![1, 4, 7]);
    maker.finish()
}

/// Three sheets that state the same totals, each a dense table of its own.
pub fn three_sheets(numbers: Numbers, draw: &mut Draw) -> Form {
    let mut all = build(Layout::Dense, numbers, 5, 3, draw);
    let count = all.problem.cells.len();
    let (cells, ties) = (all.problem.cells.clone(), all.problem.ties.clone());
    for sheet in 1..3 {
        let shift = count * sheet;
        all.problem.cells.extend(cells.iter().cloned().map(|mut cell| {
            (cell.at.sheet, cell.at.table) = (small(sheet), small(sheet));
            cell
        }));
        all.problem.ties.extend(ties.iter().cloned().map(|mut tie| {
            for equation in &mut tie.options {
                if let Equation::Sum { terms, .. } = equation {
                    for (cell, _) in terms.iter_mut() {
                        *cell += shift;
                    }
                }
            }
            tie
        }));
    }
    // The total row of every sheet says the same.
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        for column in 0..4 {
            let at = 5 * 4 + column;
            let terms = vec![(count * a + at, 1), (count * b + at, -1)];
            all.problem.ties.push(Tie { options: vec![Equation::zero(terms)], binding: Binding::Must });
        }
    }
    all
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("a small number")
}

struct Maker {
    numbers: Numbers,
    form: Form,
}

impl Maker {
    fn new(numbers: Numbers) -> Self {
        let problem = Problem { cells: Vec::new(), ties: Vec::new(), digits: numbers.scale().0 };
        Self { numbers, form: Form { problem, parts: Vec::new(), totals: Vec::new(), rates: Vec::new() } }
    }

    fn cell(&mut self, value: i128, at: Spot, draw: &mut Draw) -> usize {
        let (_, step, half) = self.numbers.scale();
        // Last year's figure and the budget are near this year's and seldom the same.
        let near = |draw: &mut Draw| {
            let by = i128::try_from(800 + draw.below(400)).expect("small");
            Some(rounded(value * by / 1000, step)).filter(|near| *near != 0)
        };
        let (last_year, budget) = (near(draw), near(draw));
        self.form.problem.cells.push(Cell {
            value: rounded(value, step),
            step,
            half,
            hold: Hold::Typed,
            at,
            last_year,
            budget,
            recomputed: None,
            money: self.numbers != Numbers::Whole,
        });
        self.form.problem.cells.len() - 1
    }

    fn sum(&mut self, total: usize, parts: Vec<usize>) {
        let mut terms = vec![(total, 1)];
        terms.extend(parts.iter().map(|part| (*part, -1)));
        self.form.problem.ties.push(Tie { options: vec![Equation::zero(terms)], binding: Binding::Must });
        self.form.totals.push((total, parts));
    }

    fn finish(mut self) -> Form {
        let totals: Vec<usize> = self.form.totals.iter().map(|(total, _)| *total).collect();
        self.form.parts = (0..self.form.problem.cells.len()).filter(|cell| !totals.contains(cell)).collect();
        self.form
    }
}

/// Halves away from zero, to whole steps.
pub fn rounded(value: i128, step: i128) -> i128 {
    (value.abs() + step / 2) / step * step * value.signum()
}
