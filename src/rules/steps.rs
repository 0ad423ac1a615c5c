//! The steps of a plan: columns made of columns, each once however many formulas use it.
//!
//! A step is a column of whole numbers (amounts at a scale that the plan knows), of truths or of small codes. Steps are
//! told once and run over one panel after another. A number that would leave 128 bits is null, and so is whatever is
//! computed with it.

use foldhash::HashMap;
use polars::prelude::arity::binary_elementwise;
use polars::prelude::*;

use super::ast::Op;

/// A column of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Numbers(usize);

/// A column of truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flags(usize);

/// A column of states or of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Codes(usize);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    /// A column of the panel.
    PanelNumbers(String),
    PanelFlags(String),
    PanelCodes(String),
    Number(i128),
    Flag(bool),
    Code(i32),
    Add(Numbers, Numbers),
    Subtract(Numbers, Numbers),
    Multiply(Numbers, Numbers),
    Compare(Op, Numbers, Numbers),
    /// Whether the number is none that left its range.
    Known(Numbers),
    /// Whether a code is this one.
    Is(Codes, i32),
    And(Flags, Flags),
    Or(Flags, Flags),
    Not(Flags),
    /// What is not known does not hold.
    Sure(Flags),
    ChooseNumber(Flags, Numbers, Numbers),
    ChooseFlag(Flags, Flags, Flags),
    ChooseCode(Flags, Codes, Codes),
}

impl Step {
    /// The steps that this one is made of.
    fn parts(&self) -> impl Iterator<Item = usize> + use<> {
        let parts = match self {
            Self::PanelNumbers(_)
            | Self::PanelFlags(_)
            | Self::PanelCodes(_)
            | Self::Number(_)
            | Self::Flag(_)
            | Self::Code(_) => [None; 3],
            Self::Add(a, b) | Self::Subtract(a, b) | Self::Multiply(a, b) | Self::Compare(_, a, b) => {
                [Some(a.0), Some(b.0), None]
            }
            Self::Known(a) => [Some(a.0), None, None],
            Self::Is(a, _) => [Some(a.0), None, None],
            Self::And(a, b) | Self::Or(a, b) => [Some(a.0), Some(b.0), None],
            Self::Not(a) | Self::Sure(a) => [Some(a.0), None, None],
            Self::ChooseNumber(flag, a, b) => [Some(flag.0), Some(a.0), Some(b.0)],
            Self::ChooseFlag(flag, a, b) => [Some(flag.0), Some(a.0), Some(b.0)],
            Self::ChooseCode(flag, a, b) => [Some(flag.0), Some(a.0), Some(b.0)],
        };
        parts.into_iter().flatten()
    }
}

/// Steps in an order in which they can be run.
#[derive(Debug, Default)]
pub struct Steps {
    all: Vec<Step>,
    known: HashMap<Step, usize>,
    /// The steps that somebody reads.
    read: Vec<usize>,
}

impl Steps {
    fn step(&mut self, step: Step) -> usize {
        if let Some(at) = self.known.get(&step) {
            return *at;
        }
        self.all.push(step.clone());
        self.known.insert(step, self.all.len() - 1);
        self.all.len() - 1
    }

    pub fn panel_numbers(&mut self, name: String) -> Numbers {
        Numbers(self.step(Step::PanelNumbers(name)))
    }

    pub fn panel_flags(&mut self, name: String) -> Flags {
        Flags(self.step(Step::PanelFlags(name)))
    }

    pub fn panel_codes(&mut self, name: String) -> Codes {
        Codes(self.step(Step::PanelCodes(name)))
    }

    pub fn number(&mut self, number: i128) -> Numbers {
        Numbers(self.step(Step::Number(number)))
    }

    pub fn flag(&mut self, flag: bool) -> Flags {
        Flags(self.step(Step::Flag(flag)))
    }

    pub fn code(&mut self, code: i32) -> Codes {
        Codes(self.step(Step::Code(code)))
    }

    pub fn add(&mut self, a: Numbers, b: Numbers) -> Numbers {
        Numbers(self.step(Step::Add(a, b)))
    }

    pub fn subtract(&mut self, a: Numbers, b: Numbers) -> Numbers {
        Numbers(self.step(Step::Subtract(a, b)))
    }

    pub fn times(&mut self, a: Numbers, b: Numbers) -> Numbers {
        Numbers(self.step(Step::Multiply(a, b)))
    }

    pub fn compare(&mut self, op: Op, a: Numbers, b: Numbers) -> Flags {
        Flags(self.step(Step::Compare(op, a, b)))
    }

    pub fn known(&mut self, numbers: Numbers) -> Flags {
        Flags(self.step(Step::Known(numbers)))
    }

    pub fn is(&mut self, codes: Codes, code: i32) -> Flags {
        Flags(self.step(Step::Is(codes, code)))
    }

    fn literal(&self, flags: Flags) -> Option<bool> {
        match self.all[flags.0] {
            Step::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    pub fn and(&mut self, a: Flags, b: Flags) -> Flags {
        match (self.literal(a), self.literal(b)) {
            (Some(true), _) | (_, Some(false)) => b,
            (_, Some(true)) | (Some(false), _) => a,
            _ if a == b => a,
            _ => Flags(self.step(Step::And(a, b))),
        }
    }

    pub fn or(&mut self, a: Flags, b: Flags) -> Flags {
        match (self.literal(a), self.literal(b)) {
            (Some(false), _) | (_, Some(true)) => b,
            (_, Some(false)) | (Some(true), _) => a,
            _ if a == b => a,
            _ => Flags(self.step(Step::Or(a, b))),
        }
    }

    pub fn all(&mut self, parts: impl IntoIterator<Item = Flags>) -> Flags {
        let yes = self.flag(true);
        parts.into_iter().fold(yes, |all, part| self.and(all, part))
    }

    pub fn any(&mut self, parts: impl IntoIterator<Item = Flags>) -> Flags {
        let no = self.flag(false);
        parts.into_iter().fold(no, |any, part| self.or(any, part))
    }

    pub fn not(&mut self, a: Flags) -> Flags {
        match self.literal(a) {
            Some(flag) => self.flag(!flag),
            None => Flags(self.step(Step::Not(a))),
        }
    }

    pub fn sure(&mut self, a: Flags) -> Flags {
        if self.literal(a).is_some() { a } else { Flags(self.step(Step::Sure(a))) }
    }

    pub fn choose_number(&mut self, flag: Flags, yes: Numbers, no: Numbers) -> Numbers {
        if yes == no { yes } else { Numbers(self.step(Step::ChooseNumber(flag, yes, no))) }
    }

    pub fn choose_flag(&mut self, flag: Flags, yes: Flags, no: Flags) -> Flags {
        if yes == no { yes } else { Flags(self.step(Step::ChooseFlag(flag, yes, no))) }
    }

    pub fn choose_code(&mut self, flag: Flags, yes: Codes, no: Codes) -> Codes {
        match self.literal(flag) {
            Some(true) => yes,
            Some(false) => no,
            None if yes == no => yes,
            None => Codes(self.step(Step::ChooseCode(flag, yes, no))),
        }
    }

    /// Says that somebody reads these numbers when the steps are run.
    pub fn read_numbers(&mut self, numbers: Numbers) {
        self.read.push(numbers.0);
    }

    /// Says that somebody reads these codes when the steps are run.
    pub fn read_codes(&mut self, codes: Codes) {
        self.read.push(codes.0);
    }

    /// Runs the steps over a panel; a column that nobody needs any more is let go at once.
    ///
    /// # Errors
    /// The panel has no such column.
    pub fn run(&self, panel: &DataFrame) -> PolarsResult<Done> {
        let mut left = self.uses();
        let mut done = Done { columns: Vec::with_capacity(self.all.len()) };
        for (at, step) in self.all.iter().enumerate() {
            if left[at] == 0 {
                done.columns.push(None);
                continue;
            }
            let column = done.column(step, panel)?;
            done.columns.push(Some(column));
            for part in step.parts() {
                left[part] -= 1;
                if left[part] == 0 {
                    done.columns[part] = None;
                }
            }
        }
        Ok(done)
    }

    /// How many readers, and steps that lead to one, use each step.
    fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.all.len()];
        self.read.iter().for_each(|read| uses[*read] += 1);
        for at in (0..self.all.len()).rev() {
            if uses[at] > 0 {
                self.all[at].parts().for_each(|part| uses[part] += 1);
            }
        }
        uses
    }
}

#[derive(Debug)]
enum Values {
    Numbers(Int128Chunked),
    Flags(BooleanChunked),
    Codes(Int32Chunked),
}

/// The columns that somebody reads.
#[derive(Debug)]
pub struct Done {
    columns: Vec<Option<Values>>,
}

fn missing() -> PolarsError {
    PolarsError::ComputeError("a step was not run".into())
}

impl Done {
    /// # Errors
    /// Nobody said that they would be read.
    pub fn numbers(&self, of: Numbers) -> PolarsResult<&Int128Chunked> {
        match &self.columns[of.0] {
            Some(Values::Numbers(numbers)) => Ok(numbers),
            _ => Err(missing()),
        }
    }

    /// # Errors
    /// Nobody said that they would be read.
    pub fn codes(&self, of: Codes) -> PolarsResult<&Int32Chunked> {
        match &self.columns[of.0] {
            Some(Values::Codes(codes)) => Ok(codes),
            _ => Err(missing()),
        }
    }

    fn flags(&self, of: Flags) -> PolarsResult<&BooleanChunked> {
        match &self.columns[of.0] {
            Some(Values::Flags(flags)) => Ok(flags),
            _ => Err(missing()),
        }
    }

    fn column(&self, step: &Step, panel: &DataFrame) -> PolarsResult<Values> {
        let height = panel.height();
        let name = PlSmallStr::EMPTY;
        let exact = |a: Numbers, b: Numbers, op: fn(i128, i128) -> Option<i128>| -> PolarsResult<Values> {
            let column: Int128Chunked =
                binary_elementwise(self.numbers(a)?, self.numbers(b)?, |a: Option<i128>, b: Option<i128>| op(a?, b?));
            Ok(Values::Numbers(column))
        };
        Ok(match step {
            Step::PanelNumbers(name) => Values::Numbers(panel.column(name)?.decimal()?.physical().clone()),
            Step::PanelFlags(name) => Values::Flags(panel.column(name)?.bool()?.clone()),
            Step::PanelCodes(name) => Values::Codes(panel.column(name)?.i32()?.clone()),
            Step::Number(number) => Values::Numbers(Int128Chunked::full(name, *number, height)),
            Step::Flag(flag) => Values::Flags(BooleanChunked::full(name, *flag, height)),
            Step::Code(code) => Values::Codes(Int32Chunked::full(name, *code, height)),
            Step::Add(a, b) => exact(*a, *b, i128::checked_add)?,
            Step::Subtract(a, b) => exact(*a, *b, i128::checked_sub)?,
            Step::Multiply(a, b) => exact(*a, *b, i128::checked_mul)?,
            Step::Compare(op, a, b) => {
                let (a, b) = (self.numbers(*a)?, self.numbers(*b)?);
                Values::Flags(match op {
                    Op::Eq => a.equal(b),
                    Op::Ne => a.not_equal(b),
                    Op::Lt => a.lt(b),
                    Op::Le => a.lt_eq(b),
                    Op::Gt => a.gt(b),
                    Op::Ge => a.gt_eq(b),
                })
            }
            Step::Known(a) => Values::Flags(self.numbers(*a)?.is_not_null()),
            Step::Is(a, code) => Values::Flags(self.codes(*a)?.equal(*code)),
            Step::And(a, b) => Values::Flags(self.flags(*a)? & self.flags(*b)?),
            Step::Or(a, b) => Values::Flags(self.flags(*a)? | self.flags(*b)?),
            Step::Not(a) => Values::Flags(std::ops::Not::not(self.flags(*a)?)),
            Step::Sure(a) => Values::Flags(self.flags(*a)?.fill_null_with_values(false)?),
            Step::ChooseNumber(flag, a, b) => {
                Values::Numbers(self.numbers(*a)?.zip_with(self.flags(*flag)?, self.numbers(*b)?)?)
            }
            Step::ChooseFlag(flag, a, b) => {
                Values::Flags(self.flags(*a)?.zip_with(self.flags(*flag)?, self.flags(*b)?)?)
            }
            Step::ChooseCode(flag, a, b) => {
                Values::Codes(self.codes(*a)?.zip_with(self.flags(*flag)?, self.codes(*b)?)?)
            }
        })
    }
}
