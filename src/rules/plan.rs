//! A resolved formula as polars expressions over a panel.
//!
//! A panel has one row a place and, for every slot *i*, the columns `v` (value), `l` and `h` (interval ends),
//! `a` and `b` (whether the ends are closed) and `t` (state), each followed by *i*. Amounts are fixed-scale
//! decimals, so every sum and product here is exact: a product is taken at the sum of both scales, and a quotient is
//! never taken, only cross-multiplied. Ranges are bounded before the panel is filled ([`LIMIT`]), because an overflow
//! would abort the run for everyone.
//!
//! Every intermediate value is a column of its own, computed in stages: an expression that used another more than once
//! would otherwise be copied each time, and grow without bound.

use std::cell::RefCell;

use polars::prelude::*;

use super::ast::Op;
use super::resolve::{Goal, Resolved, Source, Term};

/// Decimals of a slot's columns.
pub const SLOT_SCALE: usize = 8;
/// Digits of a polars decimal.
pub const PRECISION: usize = 38;
/// Largest scale that a product may reach.
const DEEPEST: usize = 20;
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

/// The plan of some formulas over one panel.
#[derive(Default)]
pub struct Plan {
    stages: RefCell<Vec<Vec<Expr>>>,
    outputs: Vec<Expr>,
}

/// A value as a fraction of intervals.
#[derive(Clone)]
struct Fraction {
    num: Part,
    den: Option<Part>,
    /// Nothing unusable or absent in it.
    ok: Expr,
    /// Some number in it.
    some: Expr,
    /// A table or a year that is not there.
    foreign: Expr,
    /// Something in it is printed.
    printed: Expr,
    /// Was computed by a product or a quotient.
    computed: bool,
}

/// One interval with its value; every field names a column.
#[derive(Clone)]
struct Part {
    v: Expr,
    lo: Expr,
    hi: Expr,
    lo_closed: Expr,
    hi_closed: Expr,
    scale: usize,
    /// The stage after which the columns are there.
    stage: usize,
}

impl Plan {
    /// Adds one formula: for every clause *j* of every alternative the column `c` (code) and, for comparisons,
    /// `n d m e` (left numerator and denominator, right numerator and denominator; a denominator that is not there is
    /// zero) and `p q r s` (the ends of both sides after cross-multiplication), each named `<prefix><letter><j>`.
    /// `slots` are the panel's numbers for the formula's slots.
    ///
    /// # Errors
    /// The formula's products would need more digits than a decimal has.
    pub fn add(&mut self, resolved: &Resolved, slots: &[usize], prefix: &str) -> Result<(), String> {
        let builder = Builder { plan: self, resolved, slots };
        let mut outputs = Vec::new();
        let mut j = 0;
        for alternative in alternatives(&resolved.goal) {
            let guard = builder.guard(&alternative.guards)?;
            for clause in &alternative.clauses {
                let (code, values) = builder.clause(clause)?;
                let code = when(guard.clone()).then(code).otherwise(lit(code::NOT_APPLICABLE));
                outputs.push(code.alias(format!("{prefix}c{j}")));
                outputs.extend(values.into_iter().map(|(letter, expr)| expr.alias(format!("{prefix}{letter}{j}"))));
                j += 1;
            }
        }
        self.outputs.extend(outputs);
        Ok(())
    }

    /// Runs the plan over a panel.
    ///
    /// # Errors
    /// What polars says.
    pub fn run(self, panel: DataFrame) -> PolarsResult<DataFrame> {
        let staged = self.stages.into_inner().into_iter().fold(panel.lazy(), LazyFrame::with_columns);
        staged.select(self.outputs).collect()
    }

    /// Makes an expression over columns of a stage a column of the next.
    fn keep(&self, stage: usize, expr: Expr) -> Expr {
        let mut stages = self.stages.borrow_mut();
        while stages.len() <= stage {
            stages.push(Vec::new());
        }
        let name = format!("x{stage}_{}", stages[stage].len());
        stages[stage].push(expr.alias(name.as_str()));
        col(name.as_str())
    }
}

/// Refuses a formula whose products would need more digits than a decimal has.
///
/// # Errors
/// Says so in words.
pub fn check_depth(resolved: &Resolved) -> Result<(), String> {
    let slots: Vec<usize> = (0..resolved.slots.len()).collect();
    Plan::default().add(resolved, &slots, "r")
}

struct Builder<'a> {
    plan: &'a Plan,
    resolved: &'a Resolved,
    slots: &'a [usize],
}

/// Numerators, denominators and the ends of both sides, by their letters.
type Values = Vec<(char, Expr)>;

fn all_of(parts: impl IntoIterator<Item = Expr>) -> Expr {
    parts.into_iter().reduce(Expr::and).unwrap_or_else(|| lit(true))
}

impl Builder<'_> {
    /// True where every guard holds on the reported values; what cannot be decided does not hold.
    fn guard(&self, guards: &[Goal]) -> Result<Expr, String> {
        let mut parts = Vec::new();
        for guard in guards {
            parts.push(match guard {
                Goal::Test(slot) => self.column('t', *slot).eq(lit(1)),
                Goal::Compare { left, op, right } => {
                    let (left, right) = (self.fraction(left)?, self.fraction(right)?);
                    let usable = all_of([left.ok.clone(), left.some.clone(), right.ok.clone(), right.some.clone()]);
                    let (a, b, sound) = self.cross(&left, &right)?;
                    usable.and(sound).and(compare(*op, a.v, b.v))
                }
                _ => return Err("a condition is made of comparisons and tests".to_owned()),
            });
        }
        Ok(all_of(parts).fill_null(lit(false)))
    }

    fn clause(&self, goal: &Goal) -> Result<(Expr, Values), String> {
        match goal {
            Goal::Test(slot) => {
                let state = self.column('t', *slot);
                let code = when(state.clone().eq(lit(1)))
                    .then(lit(code::BALANCED))
                    .when(state.clone().eq(lit(0)))
                    .then(lit(code::UNBALANCED))
                    .when(state.eq(lit(state::FOREIGN)))
                    .then(lit(code::NOT_APPLICABLE))
                    .otherwise(lit(code::UNCHECKED));
                Ok((code, Vec::new()))
            }
            Goal::Compare { left, op, right } => self.comparison(left, *op, right),
            _ => Err("`one of` and `if` stand outermost".to_owned()),
        }
    }

    fn comparison(&self, left: &Term, op: Op, right: &Term) -> Result<(Expr, Values), String> {
        let (l, r) = (self.fraction(left)?, self.fraction(right)?);
        let (a, b, sound) = self.cross(&l, &r)?;
        let exact = compare(op, a.v.clone(), b.v.clone());
        // A recomputed value that rounds to the one reported is what was reported.
        let rounds = if op == Op::Eq && matches!(left, Term::Slot(_)) && r.computed {
            let reported =
                r.den.as_ref().map_or_else(|| Ok(l.num.clone()), |den| self.multiply(&l.num, &point(den)))?;
            let (reported, computed) = self.align(&reported, &r.num);
            within(&reported, &computed.v)
        } else {
            lit(false)
        };
        let meets = meets(op, &a, &b);
        // Nothing against zero; a zero that only a blank denominator makes is none.
        let zero = |side: &Fraction, other: &Part| side.some.clone().not().and(other.v.clone().eq(zero(other.scale)));
        let nothing = zero(&l, &r.num).or(zero(&r, &l.num)).or(l.some.clone().not().and(r.some.clone().not()));
        let unprinted = l.printed.clone().and(r.printed.clone()).not();
        let foreign = l.foreign.clone().or(r.foreign.clone()).or(unprinted);
        let code = when(foreign)
            .then(lit(code::NOT_APPLICABLE))
            .when(l.ok.and(r.ok).not())
            .then(lit(code::UNCHECKED))
            .when(nothing)
            .then(lit(code::NOT_APPLICABLE))
            .when(l.some.and(r.some).and(sound).not())
            .then(lit(code::UNCHECKED))
            .when(exact.or(rounds))
            .then(lit(code::BALANCED))
            .when(meets)
            .then(lit(code::ROUNDING))
            .otherwise(lit(code::UNBALANCED))
            .fill_null(lit(code::UNCHECKED));
        let den = |part: &Option<Part>| part.as_ref().map_or_else(zero_of_slot, |part| part.v.clone());
        let values = vec![
            ('n', l.num.v.clone()),
            ('d', den(&l.den)),
            ('m', r.num.v.clone()),
            ('e', den(&r.den)),
            ('p', a.lo),
            ('q', a.hi),
            ('r', b.lo),
            ('s', b.hi),
        ];
        Ok((code, values))
    }

    fn column(&self, letter: char, slot: usize) -> Expr {
        col(format!("{letter}{}", self.slots[slot]))
    }

    fn fraction(&self, term: &Term) -> Result<Fraction, String> {
        Ok(match term {
            Term::Slot(slot) => self.slot(*slot),
            Term::Neg(inner) => {
                let inner = self.fraction(inner)?;
                Fraction { num: self.negate(&inner.num), ..inner }
            }
            Term::Add(a, b) => self.sum(a, b, false)?,
            Term::Sub(a, b) => self.sum(a, b, true)?,
            Term::Mul(a, b) => {
                let (a, b) = (self.fraction(a)?, self.fraction(b)?);
                let num = self.multiply(&a.num, &b.num)?;
                let den = self.multiply_dens(a.den.as_ref(), b.den.as_ref())?;
                product(&a, &b, num, den)
            }
            Term::Div(a, b) => {
                let (a, b) = (self.fraction(a)?, self.fraction(b)?);
                let num = self.times(&a.num, b.den.as_ref())?;
                let den = self.times(&b.num, a.den.as_ref())?;
                product(&a, &b, num, Some(den))
            }
            Term::Min(a, b) => self.pick(a, b, Op::Le)?,
            Term::Max(a, b) => self.pick(a, b, Op::Ge)?,
            Term::Abs(inner) => {
                let inner = self.fraction(inner)?;
                Fraction { num: self.absolute(&inner.num), ..inner }
            }
        })
    }

    fn slot(&self, slot: usize) -> Fraction {
        let scale = match &self.resolved.slots[slot].source {
            Source::Constant(number) => usize::try_from(number.scale()).unwrap_or(SLOT_SCALE),
            _ => SLOT_SCALE,
        };
        let state = self.column('t', slot);
        Fraction {
            num: Part {
                v: self.column('v', slot),
                lo: self.column('l', slot),
                hi: self.column('h', slot),
                lo_closed: self.column('a', slot),
                hi_closed: self.column('b', slot),
                scale,
                stage: 0,
            },
            den: None,
            ok: state.clone().lt_eq(lit(state::NOTHING)).or(state.clone().eq(lit(state::MISSING))),
            printed: state.clone().neq(lit(state::MISSING)),
            some: state.clone().eq(lit(state::NUMBER)),
            foreign: state.eq(lit(state::FOREIGN)),
            computed: false,
        }
    }

    /// Makes a part of expressions over columns of a stage.
    fn part(&self, stage: usize, scale: usize, ends: [Expr; 3], closed: [Expr; 2]) -> Part {
        let [v, lo, hi] = ends.map(|expr| self.plan.keep(stage, expr));
        let [lo_closed, hi_closed] = closed.map(|expr| self.plan.keep(stage, expr));
        Part { v, lo, hi, lo_closed, hi_closed, scale, stage: stage + 1 }
    }

    fn sum(&self, a: &Term, b: &Term, minus: bool) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = self.common(&a, &b)?;
        let y = if minus { self.negate(&y) } else { y };
        let (x, y) = self.align(&x, &y);
        let num = self.part(
            x.stage.max(y.stage),
            x.scale,
            [x.v + y.v, x.lo + y.lo, x.hi + y.hi],
            [x.lo_closed.and(y.lo_closed), x.hi_closed.and(y.hi_closed)],
        );
        Ok(joined(&a, &b, num, den))
    }

    /// The smaller (`Le`) or the greater (`Ge`) of two.
    fn pick(&self, a: &Term, b: &Term, op: Op) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = self.common(&a, &b)?;
        let (x, y) = self.align(&x, &y);
        let ends = [either(op, &x.v, &y.v), either(op, &x.lo, &y.lo), either(op, &x.hi, &y.hi)];
        // The smaller comes as low as either and no higher than both; the greater the other way round.
        let closed = [
            supplied(op, (&x.lo, &x.lo_closed), (&y.lo, &y.lo_closed), op == Op::Le),
            supplied(op, (&x.hi, &x.hi_closed), (&y.hi, &y.hi_closed), op == Op::Ge),
        ];
        let num = self.part(x.stage.max(y.stage), x.scale, ends, closed);
        Ok(joined(&a, &b, num, den))
    }

    fn negate(&self, part: &Part) -> Part {
        let minus = |expr: &Expr| zero(part.scale) - expr.clone();
        let ends = [minus(&part.v), minus(&part.hi), minus(&part.lo)];
        self.part(part.stage, part.scale, ends, [part.hi_closed.clone(), part.lo_closed.clone()])
    }

    fn absolute(&self, part: &Part) -> Part {
        let minus = self.negate(part);
        let zero = zero(part.scale);
        let stage = minus.stage;
        let negative = part.hi.clone().lt_eq(zero.clone());
        let positive = part.lo.clone().gt_eq(zero.clone());
        let choose =
            |p: Expr, n: Expr, z: Expr| when(positive.clone()).then(p).when(negative.clone()).then(n).otherwise(z);
        let ends = [
            either(Op::Ge, &part.v, &minus.v),
            choose(part.lo.clone(), minus.lo.clone(), zero),
            choose(part.hi.clone(), minus.hi.clone(), either(Op::Ge, &part.hi, &minus.hi)),
        ];
        let closed = [
            choose(part.lo_closed.clone(), minus.lo_closed.clone(), lit(true)),
            choose(
                part.hi_closed.clone(),
                minus.hi_closed.clone(),
                supplied(Op::Ge, (&part.hi, &part.hi_closed), (&minus.hi, &minus.hi_closed), true),
            ),
        ];
        self.part(stage, part.scale, ends, closed)
    }

    fn rescale(&self, part: &Part, scale: usize) -> Part {
        if part.scale == scale {
            return part.clone();
        }
        let cast = |expr: &Expr| expr.clone().cast(decimal(scale));
        let ends = [cast(&part.v), cast(&part.lo), cast(&part.hi)];
        self.part(part.stage, scale, ends, [part.lo_closed.clone(), part.hi_closed.clone()])
    }

    fn align(&self, a: &Part, b: &Part) -> (Part, Part) {
        let scale = a.scale.max(b.scale);
        (self.rescale(a, scale), self.rescale(b, scale))
    }

    /// All products of members, at the sum of both scales.
    fn multiply(&self, a: &Part, b: &Part) -> Result<Part, String> {
        let scale = a.scale + b.scale;
        if scale > DEEPEST {
            return Err("too many products and quotients in one comparison".to_owned());
        }
        let (a, b) = (self.rescale(a, scale), self.rescale(b, scale));
        let stage = a.stage.max(b.stage);
        let corner = |x: &Expr, y: &Expr, fx: &Expr, fy: &Expr| {
            let product = self.plan.keep(stage, x.clone() * y.clone());
            // Zero times anything is zero: an end that is zero and reached makes the product reached.
            let (x_zero, y_zero) = (x.clone().eq(zero(scale)), y.clone().eq(zero(scale)));
            let reached = fx.clone().and(fy.clone().or(x_zero)).or(fy.clone().and(y_zero));
            (product, self.plan.keep(stage, reached))
        };
        let corners = [
            corner(&a.lo, &b.lo, &a.lo_closed, &b.lo_closed),
            corner(&a.lo, &b.hi, &a.lo_closed, &b.hi_closed),
            corner(&a.hi, &b.lo, &a.hi_closed, &b.lo_closed),
            corner(&a.hi, &b.hi, &a.hi_closed, &b.hi_closed),
        ];
        let v = self.plan.keep(stage, a.v * b.v);
        let extreme = |op: Op| {
            let first = self.plan.keep(stage + 1, either(op, &corners[0].0, &corners[1].0));
            let second = self.plan.keep(stage + 1, either(op, &corners[2].0, &corners[3].0));
            let end = self.plan.keep(stage + 2, either(op, &first, &second));
            // The end is reached where any corner that supplies it is.
            let reached = corners.iter().map(|(corner, closed)| corner.clone().eq(end.clone()).and(closed.clone()));
            let closed = reached.reduce(Expr::or).unwrap_or_else(|| lit(true));
            (end, self.plan.keep(stage + 3, closed))
        };
        let ((lo, lo_closed), (hi, hi_closed)) = (extreme(Op::Le), extreme(Op::Ge));
        Ok(Part { v, lo, hi, lo_closed, hi_closed, scale, stage: stage + 4 })
    }

    fn times(&self, part: &Part, factor: Option<&Part>) -> Result<Part, String> {
        factor.map_or_else(|| Ok(part.clone()), |factor| self.multiply(part, factor))
    }

    fn multiply_dens(&self, a: Option<&Part>, b: Option<&Part>) -> Result<Option<Part>, String> {
        match (a, b) {
            (Some(a), b) => self.times(a, b).map(Some),
            (None, b) => Ok(b.cloned()),
        }
    }

    /// Both numerators over one denominator.
    fn common(&self, a: &Fraction, b: &Fraction) -> Result<(Part, Part, Option<Part>), String> {
        let (x, y) = (self.times(&a.num, b.den.as_ref())?, self.times(&b.num, a.den.as_ref())?);
        Ok((x, y, self.multiply_dens(a.den.as_ref(), b.den.as_ref())?))
    }

    /// Both sides cross-multiplied, and whether both denominators are above zero.
    fn cross(&self, left: &Fraction, right: &Fraction) -> Result<(Part, Part, Expr), String> {
        let x = self.times(&left.num, right.den.as_ref())?;
        let y = self.times(&right.num, left.den.as_ref())?;
        let (a, b) = self.align(&x, &y);
        let positive =
            |part: &Option<Part>| part.as_ref().map_or_else(|| lit(true), |part| part.v.clone().gt(zero(part.scale)));
        Ok((a, b, positive(&left.den).and(positive(&right.den))))
    }
}

/// The decimal type of a scale.
#[must_use]
pub fn decimal(scale: usize) -> DataType {
    DataType::Decimal(PRECISION, scale)
}

/// The one value of a part, without its slack.
fn point(part: &Part) -> Part {
    Part { lo: part.v.clone(), hi: part.v.clone(), lo_closed: lit(true), hi_closed: lit(true), ..part.clone() }
}

fn zero(scale: usize) -> Expr {
    if scale == SLOT_SCALE { zero_of_slot() } else { zero_of_slot().cast(decimal(scale)) }
}

fn zero_of_slot() -> Expr {
    col("zero")
}

/// The smaller (`Le`) or the greater (`Ge`) of two columns.
fn either(op: Op, p: &Expr, q: &Expr) -> Expr {
    when(compare(op, p.clone(), q.clone())).then(p.clone()).otherwise(q.clone())
}

/// Whether the end that [`either`] takes is closed; of two equal ends one is enough, or both are needed.
fn supplied(op: Op, (p, p_closed): (&Expr, &Expr), (q, q_closed): (&Expr, &Expr), one: bool) -> Expr {
    let equal = if one { p_closed.clone().or(q_closed.clone()) } else { p_closed.clone().and(q_closed.clone()) };
    when(p.clone().eq(q.clone()))
        .then(equal)
        .when(compare(op, p.clone(), q.clone()))
        .then(p_closed.clone())
        .otherwise(q_closed.clone())
}

/// A sum counts a blank as nothing: some number in either part is enough.
fn joined(a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
    Fraction {
        num,
        den,
        ok: a.ok.clone().and(b.ok.clone()),
        some: a.some.clone().or(b.some.clone()),
        foreign: a.foreign.clone().or(b.foreign.clone()),
        printed: a.printed.clone().or(b.printed.clone()),
        computed: a.computed || b.computed,
    }
}

/// A product needs a number on both sides.
fn product(a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
    Fraction { some: a.some.clone().and(b.some.clone()), computed: true, ..joined(a, b, num, den) }
}

fn compare(op: Op, a: Expr, b: Expr) -> Expr {
    match op {
        Op::Eq => a.eq(b),
        Op::Ne => a.neq(b),
        Op::Lt => a.lt(b),
        Op::Le => a.lt_eq(b),
        Op::Gt => a.gt(b),
        Op::Ge => a.gt_eq(b),
    }
}

fn within(part: &Part, value: &Expr) -> Expr {
    let above = part.lo.clone().lt(value.clone()).or(part.lo.clone().eq(value.clone()).and(part.lo_closed.clone()));
    let below = part.hi.clone().gt(value.clone()).or(part.hi.clone().eq(value.clone()).and(part.hi_closed.clone()));
    above.and(below)
}

/// Whether true values inside both intervals can satisfy the comparison.
fn meets(op: Op, a: &Part, b: &Part) -> Expr {
    let at_most = |p: &Part, q: &Part| {
        let both = p.lo_closed.clone().and(q.hi_closed.clone());
        p.lo.clone().lt(q.hi.clone()).or(p.lo.clone().eq(q.hi.clone()).and(both))
    };
    match op {
        Op::Eq => at_most(a, b).and(at_most(b, a)),
        Op::Le => at_most(a, b),
        Op::Ge => at_most(b, a),
        Op::Lt => a.lo.clone().lt(b.hi.clone()),
        Op::Gt => b.lo.clone().lt(a.hi.clone()),
        Op::Ne => lit(false),
    }
}
