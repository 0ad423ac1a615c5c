//! A resolved formula as steps over a panel of polars columns.
//!
//! A panel has one row a place and, for every slot *i*, the columns `v` (value), `l` and `h` (interval ends),
//! `a` and `b` (whether the ends are closed) and `t` (state), each followed by *i*. Amounts are fixed-scale
//! decimals, so every sum and product here is exact: a product is taken at the sum of both scales, and a quotient is
//! never taken, only cross-multiplied. Ranges are bounded before the panel is filled ([`LIMIT`]); a product that leaves
//! them all the same leaves its row undecided.
//!
//! Every intermediate value is a column of its own ([`Steps`]), which formulas share: a plan is made once for a run.

use polars::prelude::*;
use rust_decimal::Decimal;

use super::ast::Op;
use super::parts::Part;
use super::resolve::{Goal, Resolved, Source, Term};
use super::steps::{Codes, Done, Flags, Numbers, Steps};

/// Decimals of a slot's columns.
pub const SLOT_SCALE: usize = 8;
/// Digits of a polars decimal.
pub const PRECISION: usize = 38;
/// Largest scale that a product may reach.
pub const DEEPEST: usize = 20;
/// Amounts in a panel stay below this power of ten.
pub const LIMIT: u32 = 10;

/// What a slot holds, as the panel's `t` columns say it.
pub mod state {
    pub const NUMBER: i32 = 0;
    /// Blank, a dash, a slash or 无: nothing in a sum.
    pub const NOTHING: i32 = 1;
    /// The form does not print it.
    pub const ABSENT: i32 = 2;
    /// Words or an error value where a figure belongs, or a figure out of range.
    pub const UNUSABLE: i32 = 3;
    /// The submission has no such table, or there is no prior year.
    pub const FOREIGN: i32 = 4;
    /// The form does not print it and the formula says it need not.
    pub const MISSING: i32 = 5;
}

/// What a clause comes to, as the result columns say it.
pub mod code {
    pub const BALANCED: i32 = 0;
    pub const ROUNDING: i32 = 1;
    pub const UNBALANCED: i32 = 2;
    pub const UNCHECKED: i32 = 3;
    pub const NOT_APPLICABLE: i32 = 4;
}

/// One way in which a rule may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub guards: Vec<Goal>,
    pub clauses: Vec<Goal>,
}

/// Brings a goal to its alternatives.
#[must_use]
pub fn alternatives(goal: &Goal) -> Vec<Alternative> {
    match goal {
        Goal::OneOf(parts) => parts.iter().flat_map(alternatives).collect(),
        Goal::If { when, then } => {
            let guards = conjuncts(when);
            alternatives(then)
                .into_iter()
                .map(|mut alternative| {
                    alternative.guards.splice(0..0, guards.iter().cloned());
                    alternative
                })
                .collect()
        }
        other => vec![Alternative { guards: Vec::new(), clauses: conjuncts(other) }],
    }
}

fn conjuncts(goal: &Goal) -> Vec<Goal> {
    match goal {
        Goal::All(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other.clone()],
    }
}

/// The plan of some formulas over panels of one kind; made once and run over one panel after another.
#[derive(Debug, Default)]
pub struct Plan {
    steps: Steps,
    formulas: Vec<Vec<Planned>>,
}

/// The steps of one clause.
#[derive(Debug)]
struct Planned {
    code: Codes,
    sides: Option<PlannedSides>,
}

/// The steps of both sides of a comparison, with their scales.
#[derive(Debug, Clone, Copy)]
struct PlannedSides {
    left: Scaled,
    left_den: Option<Scaled>,
    right: Scaled,
    right_den: Option<Scaled>,
    /// The lower and the upper end of both sides after cross-multiplication.
    ends: [Scaled; 4],
}

#[derive(Debug, Clone, Copy)]
struct Scaled {
    numbers: Numbers,
    scale: usize,
}

fn value(part: Part) -> Scaled {
    Scaled { numbers: part.v, scale: part.scale }
}

/// What both sides of a comparison came to in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    pub left: Decimal,
    pub right: Decimal,
    /// Half the width of both intervals.
    pub allowance: Decimal,
}

/// The columns of a plan that was run.
#[derive(Debug)]
pub struct Worked<'p> {
    plan: &'p Plan,
    done: Done,
}

impl Worked<'_> {
    /// The code of a clause in a row; where none was reached, that nothing was decided.
    #[must_use]
    pub fn code(&self, formula: usize, clause: usize, row: usize) -> i32 {
        let planned = &self.plan.formulas[formula][clause];
        self.done.codes(planned.code).ok().and_then(|codes| codes.get(row)).unwrap_or(code::UNCHECKED)
    }

    /// Both sides of a comparison in a row; `None` where it is no comparison or a figure left its range.
    #[must_use]
    pub fn sides(&self, formula: usize, clause: usize, row: usize) -> Option<Sides> {
        let planned = self.plan.formulas[formula][clause].sides?;
        let number = |scaled: Scaled| {
            let mut mantissa = self.done.numbers(scaled.numbers).ok()?.get(row)?;
            let mut scale = u32::try_from(scaled.scale).ok()?;
            while scale > 0 && mantissa % 10 == 0 {
                mantissa /= 10;
                scale -= 1;
            }
            Decimal::try_from_i128_with_scale(mantissa, scale).ok()
        };
        // A denominator that is not there, or is zero, divides by nothing.
        let denominator = |scaled: Option<Scaled>| {
            let value = scaled.map_or(Some(Decimal::ONE), number)?;
            Some(if value.is_zero() { Decimal::ONE } else { value })
        };
        let (left_den, right_den) = (denominator(planned.left_den)?, denominator(planned.right_den)?);
        let [left_lo, left_hi, right_lo, right_hi] = planned.ends;
        let width = number(left_hi)? - number(left_lo)? + number(right_hi)? - number(right_lo)?;
        Some(Sides {
            left: number(planned.left)?.checked_div(left_den)?,
            right: number(planned.right)?.checked_div(right_den)?,
            allowance: width.checked_div(left_den.checked_mul(right_den)?.checked_mul(Decimal::TWO)?)?,
        })
    }
}

/// A value as a fraction of intervals.
#[derive(Clone, Copy)]
struct Fraction {
    num: Part,
    den: Option<Part>,
    /// Nothing unusable or absent in it.
    ok: Flags,
    /// Some number in it.
    some: Flags,
    /// A table or a year that is not there.
    foreign: Flags,
    /// Something in it is printed.
    printed: Flags,
    /// Was computed by a product or a quotient.
    computed: bool,
}

impl Plan {
    /// Adds one formula, whose number is the count of those before it. `slots` are the panel's numbers for the
    /// formula's slots.
    ///
    /// # Errors
    /// The formula's products would need more digits than a decimal has.
    pub fn add(&mut self, resolved: &Resolved, slots: &[usize]) -> Result<(), String> {
        let mut builder = Builder { steps: &mut self.steps, resolved, slots };
        let mut planned = Vec::new();
        for alternative in alternatives(&resolved.goal) {
            let guard = builder.guard(&alternative.guards)?;
            for clause in &alternative.clauses {
                planned.push(builder.clause(guard, clause)?);
            }
        }
        for one in &planned {
            self.steps.read_codes(one.code);
            let Some(sides) = one.sides else { continue };
            let read = [sides.left, sides.right].into_iter().chain(sides.left_den).chain(sides.right_den);
            read.chain(sides.ends).for_each(|scaled| self.steps.read_numbers(scaled.numbers));
        }
        self.formulas.push(planned);
        Ok(())
    }

    /// Runs the plan over a panel.
    ///
    /// # Errors
    /// The panel lacks a column that a formula needs.
    pub fn run(&self, panel: &DataFrame) -> PolarsResult<Worked<'_>> {
        Ok(Worked { plan: self, done: self.steps.run(panel)? })
    }
}

/// Refuses a formula whose products would need more digits than a decimal has.
///
/// # Errors
/// Says so in words.
pub fn check_depth(resolved: &Resolved) -> Result<(), String> {
    let slots: Vec<usize> = (0..resolved.slots.len()).collect();
    Plan::default().add(resolved, &slots)
}

struct Builder<'a> {
    steps: &'a mut Steps,
    resolved: &'a Resolved,
    slots: &'a [usize],
}

impl Builder<'_> {
    /// True where every guard holds on the reported values; what cannot be decided does not hold.
    fn guard(&mut self, guards: &[Goal]) -> Result<Flags, String> {
        let mut parts = Vec::new();
        for guard in guards {
            parts.push(match guard {
                Goal::Test(slot) => {
                    let state = self.state(*slot);
                    self.steps.is(state, 1)
                }
                Goal::Compare { left, op, right } => {
                    let (left, right) = (self.fraction(left)?, self.fraction(right)?);
                    let (a, b, sound) = self.cross(&left, &right)?;
                    let holds = self.steps.compare(*op, a.v, b.v);
                    self.steps.all([left.ok, left.some, right.ok, right.some, sound, holds])
                }
                _ => return Err("a condition is made of comparisons and tests".to_owned()),
            });
        }
        let all = self.steps.all(parts);
        Ok(self.steps.sure(all))
    }

    fn clause(&mut self, guard: Flags, goal: &Goal) -> Result<Planned, String> {
        let planned = match goal {
            Goal::Test(slot) => Planned { code: self.tested(*slot), sides: None },
            Goal::Compare { left, op, right } => self.comparison(left, *op, right)?,
            _ => return Err("`one of` and `if` stand outermost".to_owned()),
        };
        let foreign = self.steps.code(code::NOT_APPLICABLE);
        Ok(Planned { code: self.steps.choose_code(guard, planned.code, foreign), ..planned })
    }

    fn tested(&mut self, slot: usize) -> Codes {
        let state = self.state(slot);
        let cases = [
            (self.steps.is(state, 1), code::BALANCED),
            (self.steps.is(state, 0), code::UNBALANCED),
            (self.steps.is(state, state::FOREIGN), code::NOT_APPLICABLE),
        ];
        self.first_of(&cases, code::UNCHECKED)
    }

    /// The code of the first case that holds.
    fn first_of(&mut self, cases: &[(Flags, i32)], otherwise: i32) -> Codes {
        let last = self.steps.code(otherwise);
        cases.iter().rev().fold(last, |rest, (holds, code)| {
            let code = self.steps.code(*code);
            self.steps.choose_code(*holds, code, rest)
        })
    }

    fn comparison(&mut self, left: &Term, op: Op, right: &Term) -> Result<Planned, String> {
        let (l, r) = (self.fraction(left)?, self.fraction(right)?);
        let (a, b, sound) = self.cross(&l, &r)?;
        let exact = self.steps.compare(op, a.v, b.v);
        // A recomputed value that rounds to the one reported is what was reported.
        let rounds = if op == Op::Eq && matches!(left, Term::Slot(_)) && r.computed {
            let reported = match &r.den {
                Some(den) => {
                    let point = self.steps.point(den);
                    self.steps.multiply(&l.num, &point)?
                }
                None => l.num,
            };
            let (reported, computed) = self.steps.align(&reported, &r.num);
            self.steps.within(&reported, computed.v)
        } else {
            self.steps.flag(false)
        };
        let meets = self.steps.meets(op, &a, &b);
        let nothing = self.nothing(&l, &r);
        let printed = self.steps.and(l.printed, r.printed);
        let unprinted = self.steps.not(printed);
        let foreign = self.steps.or(l.foreign, r.foreign);
        let foreign = self.steps.or(foreign, unprinted);
        let ok = self.steps.and(l.ok, r.ok);
        let decided = self.steps.all([l.some, r.some, sound]);
        let cases = [
            (foreign, code::NOT_APPLICABLE),
            (self.steps.not(ok), code::UNCHECKED),
            (nothing, code::NOT_APPLICABLE),
            (self.steps.not(decided), code::UNCHECKED),
            (self.steps.or(exact, rounds), code::BALANCED),
            (meets, code::ROUNDING),
        ];
        let sides = PlannedSides {
            left: value(l.num),
            left_den: l.den.map(value),
            right: value(r.num),
            right_den: r.den.map(value),
            ends: [a.lo, a.hi, b.lo, b.hi].map(|numbers| Scaled { numbers, scale: a.scale }),
        };
        Ok(Planned { code: self.first_of(&cases, code::UNBALANCED), sides: Some(sides) })
    }

    /// Nothing against nothing, or nothing against zero; a zero that only a blank denominator makes is none.
    fn nothing(&mut self, l: &Fraction, r: &Fraction) -> Flags {
        let zero = self.steps.number(0);
        let (l_none, r_none) = (self.steps.not(l.some), self.steps.not(r.some));
        let (l_zero, r_zero) = (self.steps.compare(Op::Eq, l.num.v, zero), self.steps.compare(Op::Eq, r.num.v, zero));
        let cases = [self.steps.and(l_none, r_zero), self.steps.and(r_none, l_zero), self.steps.and(l_none, r_none)];
        let nothing = self.steps.any(cases);
        self.steps.sure(nothing)
    }

    fn state(&mut self, slot: usize) -> Codes {
        self.steps.panel_codes(format!("t{}", self.slots[slot]))
    }

    fn fraction(&mut self, term: &Term) -> Result<Fraction, String> {
        Ok(match term {
            Term::Slot(slot) => self.slot(*slot),
            Term::Neg(inner) => {
                let inner = self.fraction(inner)?;
                Fraction { num: self.steps.negate(&inner.num), ..inner }
            }
            Term::Add(a, b) => self.sum(a, b, false)?,
            Term::Sub(a, b) => self.sum(a, b, true)?,
            Term::Mul(a, b) => {
                let (a, b) = (self.fraction(a)?, self.fraction(b)?);
                let num = self.steps.multiply(&a.num, &b.num)?;
                let den = self.steps.multiply_dens(a.den.as_ref(), b.den.as_ref())?;
                self.product(&a, &b, num, den)
            }
            Term::Div(a, b) => {
                let (a, b) = (self.fraction(a)?, self.fraction(b)?);
                let num = self.steps.multiply_by(&a.num, b.den.as_ref())?;
                let den = self.steps.multiply_by(&b.num, a.den.as_ref())?;
                self.product(&a, &b, num, Some(den))
            }
            Term::Min(a, b) => self.pick(a, b, Op::Le)?,
            Term::Max(a, b) => self.pick(a, b, Op::Ge)?,
            Term::Abs(inner) => {
                let inner = self.fraction(inner)?;
                Fraction { num: self.steps.absolute(&inner.num), ..inner }
            }
        })
    }

    fn slot(&mut self, slot: usize) -> Fraction {
        let scale = match &self.resolved.slots[slot].source {
            Source::Constant(number) => usize::try_from(number.scale()).unwrap_or(SLOT_SCALE),
            _ => SLOT_SCALE,
        };
        let state = self.state(slot);
        let name = |letter: char| format!("{letter}{}", self.slots[slot]);
        let [v, lo, hi] = ['v', 'l', 'h'].map(|letter| self.steps.panel_numbers(name(letter)));
        let [lo_closed, hi_closed] = ['a', 'b'].map(|letter| self.steps.panel_flags(name(letter)));
        let some = self.steps.is(state, state::NUMBER);
        let missing = self.steps.is(state, state::MISSING);
        let nothing = self.steps.is(state, state::NOTHING);
        Fraction {
            num: Part { v, lo, hi, lo_closed, hi_closed, scale },
            den: None,
            ok: self.steps.any([some, nothing, missing]),
            printed: self.steps.not(missing),
            some,
            foreign: self.steps.is(state, state::FOREIGN),
            computed: false,
        }
    }

    fn sum(&mut self, a: &Term, b: &Term, minus: bool) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = self.common(&a, &b)?;
        let y = if minus { self.steps.negate(&y) } else { y };
        let (x, y) = self.steps.align(&x, &y);
        let num = Part {
            v: self.steps.add(x.v, y.v),
            lo: self.steps.add(x.lo, y.lo),
            hi: self.steps.add(x.hi, y.hi),
            lo_closed: self.steps.and(x.lo_closed, y.lo_closed),
            hi_closed: self.steps.and(x.hi_closed, y.hi_closed),
            scale: x.scale,
        };
        Ok(self.joined(&a, &b, num, den))
    }

    /// The smaller (`Le`) or the greater (`Ge`) of two.
    fn pick(&mut self, a: &Term, b: &Term, op: Op) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = self.common(&a, &b)?;
        let (x, y) = self.steps.align(&x, &y);
        let num = Part {
            v: self.steps.either(op, x.v, y.v),
            lo: self.steps.either(op, x.lo, y.lo),
            hi: self.steps.either(op, x.hi, y.hi),
            // The smaller comes as low as either and no higher than both; the greater the other way round.
            lo_closed: self.steps.supplied(op, (x.lo, x.lo_closed), (y.lo, y.lo_closed), op == Op::Le),
            hi_closed: self.steps.supplied(op, (x.hi, x.hi_closed), (y.hi, y.hi_closed), op == Op::Ge),
            scale: x.scale,
        };
        Ok(self.joined(&a, &b, num, den))
    }

    /// Both numerators over one denominator.
    fn common(&mut self, a: &Fraction, b: &Fraction) -> Result<(Part, Part, Option<Part>), String> {
        let (x, y) = (self.steps.multiply_by(&a.num, b.den.as_ref())?, self.steps.multiply_by(&b.num, a.den.as_ref())?);
        Ok((x, y, self.steps.multiply_dens(a.den.as_ref(), b.den.as_ref())?))
    }

    /// Both sides cross-multiplied, and whether both denominators are above zero and no number left its range.
    fn cross(&mut self, left: &Fraction, right: &Fraction) -> Result<(Part, Part, Flags), String> {
        let x = self.steps.multiply_by(&left.num, right.den.as_ref())?;
        let y = self.steps.multiply_by(&right.num, left.den.as_ref())?;
        let (a, b) = self.steps.align(&x, &y);
        let zero = self.steps.number(0);
        let positive = left.den.iter().chain(&right.den).map(|den| self.steps.compare(Op::Gt, den.v, zero));
        let mut sound: Vec<Flags> = positive.collect();
        // Sums of slots stay in range; products and larger scales are asked.
        if a.scale > SLOT_SCALE {
            sound.extend([a.v, a.lo, a.hi, b.v, b.lo, b.hi].map(|numbers| self.steps.known(numbers)));
        }
        let sound = self.steps.all(sound);
        Ok((a, b, self.steps.sure(sound)))
    }

    /// A sum counts a blank as nothing: some number in either part is enough.
    fn joined(&mut self, a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
        Fraction {
            num,
            den,
            ok: self.steps.and(a.ok, b.ok),
            some: self.steps.or(a.some, b.some),
            foreign: self.steps.or(a.foreign, b.foreign),
            printed: self.steps.or(a.printed, b.printed),
            computed: a.computed || b.computed,
        }
    }

    /// A product needs a number on both sides.
    fn product(&mut self, a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
        let joined = self.joined(a, b, num, den);
        Fraction { some: self.steps.and(a.some, b.some), computed: true, ..joined }
    }
}

/// The decimal type of a scale.
#[must_use]
pub fn decimal(scale: usize) -> DataType {
    DataType::Decimal(PRECISION, scale)
}
