//! Cells and ties, as whole numbers on one scale.

/// A value on the problem's scale.
pub type Amount = i128;

/// How firmly a figure stands: who typed it, or what worked it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// A constant that somebody typed.
    Typed,
    /// A figure in a sentence.
    Said,
    /// The result of a formula.
    Formula,
    /// Last year's figure, carried into this year's form.
    Carried,
    /// Last year's submission itself: it takes part and is never the one to change.
    Fixed,
}

/// Where a cell stands, for neighbours and for columns, tables and sheets that slip together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Spot {
    pub sheet: u32,
    pub table: u32,
    pub row: u32,
    pub column: u32,
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Cell {
    pub value: Amount,
    /// One of the last reported place.
    pub step: Amount,
    /// Half of it, or zero where the figure is given and not rounded.
    pub half: Amount,
    pub hold: Hold,
    pub at: Spot,
    /// Zero or blank is no copy of anything, so such values are not given below.
    pub last_year: Option<Amount>,
    /// The budget beside an outturn.
    pub budget: Option<Amount>,
    /// What the cell's own formula gives, worked out again.
    pub recomputed: Option<Amount>,
    /// It measures money, so that a unit may have slipped.
    pub money: bool,
}

/// A relation between cells.
#[derive(Debug, Clone)]
pub enum Equation {
    /// Σ coefficient × cell + constant lies between two ends; an equality has both at zero.
    Sum { terms: Vec<(usize, Amount)>, constant: Amount, least: Option<Amount>, most: Option<Amount> },
    /// The product of the left cells times `left_factor` is that of the right ones times `right_factor`.
    Product { left: Vec<usize>, right: Vec<usize>, left_factor: Amount, right_factor: Amount },
}

/// What a tie asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// It must hold: a failure is to be explained.
    Must,
    /// A change must not break it, and its own failure is not searched for.
    Guard,
    /// It counts as evidence: what would mend it is likelier, what would break it less so.
    Weigh,
}

/// A tie: one of its equations is enough.
#[derive(Debug, Clone)]
pub struct Tie {
    pub options: Vec<Equation>,
    pub binding: Binding,
}

/// Everything that is known of one submission.
#[derive(Debug, Clone)]
pub struct Problem {
    pub cells: Vec<Cell>,
    pub ties: Vec<Tie>,
    /// Decimal digits of the scale: a value is an amount times ten to this power.
    pub digits: u32,
}

impl Problem {
    /// For each tie, whether it holds as the values stand.
    #[must_use]
    pub fn standing(&self) -> Vec<bool> {
        super::table::Table::new(self).holds
    }
}

impl Equation {
    /// An equality of a sum and nothing.
    #[must_use]
    pub fn zero(terms: Vec<(usize, Amount)>) -> Self {
        Self::Sum { terms, constant: 0, least: Some(0), most: Some(0) }
    }

    /// The cells that take part, each once.
    pub fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        let (sum, left, right): (&[(usize, Amount)], &[usize], &[usize]) = match self {
            Self::Sum { terms, .. } => (terms, &[], &[]),
            Self::Product { left, right, .. } => (&[], left, right),
        };
        sum.iter().map(|(cell, _)| *cell).chain(left.iter().copied()).chain(right.iter().copied())
    }

    /// An equality of a sum, which a wrong figure can be searched in.
    #[must_use]
    pub fn is_equality(&self) -> bool {
        match self {
            Self::Sum { least, most, .. } => least.is_some() && least == most,
            Self::Product { .. } => true,
        }
    }
}
