//! A resolved formula as polars expressions over a panel.
//!
//! A panel has one row a place and, for every slot *i*, the columns `v` (value), `l` and `h` (interval ends),
//! `a` and `b` (whether the ends are closed) and `t` (state), each followed by *i*. Amounts are fixed-scale
//! decimals, so every sum and product here is exact: a product is taken at the sum of both scales, and a quotient is
//! never taken, only cross-multiplied. Ranges are bounded before the panel is filled ([`LIMIT`]), because an overflow
//! would abort the run for everyone.

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

/// A value as a fraction of interval expressions.
#[derive(Clone)]
struct Fraction {
    num: Part,
    den: Option<Part>,
    /// Nothing unusable or absent in it.
    ok: Expr,
    /// Some number in it.
    some: Expr,
    /// The first trouble in it, as a state.
    foreign: Expr,
    /// Was computed by a product or a quotient.
    computed: bool,
}

/// One interval with its value.
#[derive(Clone)]
struct Part {
    v: Expr,
    lo: Expr,
    hi: Expr,
    lo_closed: Expr,
    hi_closed: Expr,
    scale: usize,
}

/// A product would leave the digits of a decimal.
fn too_deep() -> String {
    "too many products and quotients in one comparison".to_owned()
}

/// Refuses a formula whose products would need more digits than a decimal has.
///
/// # Errors
/// Says so in words.
pub fn check_depth(resolved: &Resolved) -> Result<(), String> {
    clauses(resolved).map(|_| ())
}

/// The expressions of one formula: for every clause *j* of every alternative the column `c` (code) and, for
/// comparisons, `n d m e` (left numerator and denominator, right numerator and denominator) and `p q r s` (the ends of
/// both sides after cross-multiplication), each named `<prefix><letter><j>`.
pub fn outputs(resolved: &Resolved, slots: &[usize], prefix: &str) -> Vec<Expr> {
    let built = build(resolved, slots).unwrap_or_default();
    let mut outputs = Vec::new();
    for (j, clause) in built.into_iter().enumerate() {
        outputs.push(clause.code.alias(format!("{prefix}c{j}")));
        for (letter, expr) in clause.values {
            outputs.push(expr.alias(format!("{prefix}{letter}{j}")));
        }
    }
    outputs
}

/// Whether every clause of a formula fits a decimal, and the scales of its outputs.
pub fn clauses(resolved: &Resolved) -> Result<usize, String> {
    let identity: Vec<usize> = (0..resolved.slots.len()).collect();
    build(resolved, &identity).map(|built| built.len())
}

struct BuiltClause {
    code: Expr,
    values: Vec<(char, Expr)>,
}

fn build(resolved: &Resolved, slots: &[usize]) -> Result<Vec<BuiltClause>, String> {
    let builder = Builder { resolved, slots };
    let mut built = Vec::new();
    for alternative in alternatives(&resolved.goal) {
        let guard = builder.guard(&alternative.guards)?;
        for clause in &alternative.clauses {
            let mut clause = builder.clause(clause)?;
            clause.code = when(guard.clone()).then(clause.code).otherwise(lit(code::NOT_APPLICABLE));
            built.push(clause);
        }
    }
    Ok(built)
}

struct Builder<'a> {
    resolved: &'a Resolved,
    slots: &'a [usize],
}

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
                    let (a, b, sound) = cross(&left, &right)?;
                    usable.and(sound).and(compare(*op, a.v, b.v))
                }
                _ => return Err("a condition is made of comparisons and tests".to_owned()),
            });
        }
        Ok(all_of(parts).fill_null(lit(false)))
    }

    fn clause(&self, goal: &Goal) -> Result<BuiltClause, String> {
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
                Ok(BuiltClause { code, values: Vec::new() })
            }
            Goal::Compare { left, op, right } => self.comparison(left, *op, right),
            _ => Err("`one of` and `if` stand outermost".to_owned()),
        }
    }

    fn comparison(&self, left: &Term, op: Op, right: &Term) -> Result<BuiltClause, String> {
        let (l, r) = (self.fraction(left)?, self.fraction(right)?);
        let (a, b, sound) = cross(&l, &r)?;
        let exact = compare(op, a.v.clone(), b.v.clone());
        // A recomputed value that rounds to the one reported is what was reported.
        let rounds = if op == Op::Eq && matches!(left, Term::Slot(_)) && r.computed {
            within(&a, &b.v)
        } else {
            lit(false)
        };
        let meets = meets(op, &a, &b);
        let zero = |side: &Fraction, other: &Part| {
            side.some.clone().not().and(other.v.clone().eq(self.zero(other.scale)))
        };
        let nothing = zero(&l, &b).or(zero(&r, &a)).or(l.some.clone().not().and(r.some.clone().not()));
        let foreign = l.foreign.clone().or(r.foreign.clone());
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
        let one = |part: &Option<Part>, numerator: &Part| {
            part.as_ref().map_or_else(|| self.zero(0).cast(decimal(numerator.scale.min(SLOT_SCALE))), |part| part.v.clone())
        };
        let values = vec![
            ('n', l.num.v.clone()),
            ('d', one(&l.den, &l.num)),
            ('m', r.num.v.clone()),
            ('e', one(&r.den, &r.num)),
            ('p', a.lo),
            ('q', a.hi),
            ('r', b.lo),
            ('s', b.hi),
        ];
        Ok(BuiltClause { code, values })
    }

    fn column(&self, letter: char, slot: usize) -> Expr {
        col(format!("{letter}{}", self.slots[slot]))
    }

    fn zero(&self, scale: usize) -> Expr {
        col("zero").cast(decimal(scale))
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
                let num = multiply(&a.num, &b.num)?;
                let den = multiply_dens(a.den.as_ref(), b.den.as_ref())?;
                product(&a, &b, num, den)
            }
            Term::Div(a, b) => {
                let (a, b) = (self.fraction(a)?, self.fraction(b)?);
                let num = match &b.den {
                    Some(den) => multiply(&a.num, den)?,
                    None => a.num.clone(),
                };
                let den = match &a.den {
                    Some(den) => multiply(den, &b.num)?,
                    None => b.num.clone(),
                };
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
            },
            den: None,
            ok: state.clone().lt_eq(lit(state::NOTHING)),
            some: state.clone().eq(lit(state::NUMBER)),
            foreign: state.eq(lit(state::FOREIGN)),
            computed: false,
        }
    }

    fn sum(&self, a: &Term, b: &Term, minus: bool) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = common(&a, &b)?;
        let y = if minus { self.negate(&y) } else { y };
        let (x, y) = align(&x, &y);
        let num = Part {
            v: x.v + y.v,
            lo: x.lo + y.lo,
            hi: x.hi + y.hi,
            lo_closed: x.lo_closed.and(y.lo_closed),
            hi_closed: x.hi_closed.and(y.hi_closed),
            scale: x.scale,
        };
        Ok(joined(&a, &b, num, den))
    }

    /// The smaller (`Le`) or the greater (`Ge`) of two.
    fn pick(&self, a: &Term, b: &Term, op: Op) -> Result<Fraction, String> {
        let (a, b) = (self.fraction(a)?, self.fraction(b)?);
        let (x, y, den) = common(&a, &b)?;
        let (x, y) = align(&x, &y);
        let first = |p: &Expr, q: &Expr| compare(op, p.clone(), q.clone());
        let choose = |p: &Expr, q: &Expr| when(first(p, q)).then(p.clone()).otherwise(q.clone());
        let flag = |p: &Expr, q: &Expr, fp: &Expr, fq: &Expr| when(first(p, q)).then(fp.clone()).otherwise(fq.clone());
        let num = Part {
            v: choose(&x.v, &y.v),
            lo: choose(&x.lo, &y.lo),
            hi: choose(&x.hi, &y.hi),
            lo_closed: flag(&x.lo, &y.lo, &x.lo_closed, &y.lo_closed),
            hi_closed: flag(&x.hi, &y.hi, &x.hi_closed, &y.hi_closed),
            scale: x.scale,
        };
        Ok(joined(&a, &b, num, den))
    }

    fn negate(&self, part: &Part) -> Part {
        let minus = |expr: &Expr| self.zero(part.scale) - expr.clone();
        Part {
            v: minus(&part.v),
            lo: minus(&part.hi),
            hi: minus(&part.lo),
            lo_closed: part.hi_closed.clone(),
            hi_closed: part.lo_closed.clone(),
            scale: part.scale,
        }
    }

    fn absolute(&self, part: &Part) -> Part {
        let minus = self.negate(part);
        let zero = self.zero(part.scale);
        let negative = part.hi.clone().lt_eq(zero.clone());
        let positive = part.lo.clone().gt_eq(zero.clone());
        let larger = when(part.hi.clone().gt_eq(minus.hi.clone())).then(part.hi.clone()).otherwise(minus.hi.clone());
        let choose = |p: Expr, n: Expr, z: Expr| when(positive.clone()).then(p).when(negative.clone()).then(n).otherwise(z);
        Part {
            v: when(part.v.clone().gt_eq(zero.clone())).then(part.v.clone()).otherwise(minus.v.clone()),
            lo: choose(part.lo.clone(), minus.lo.clone(), zero),
            hi: choose(part.hi.clone(), minus.hi.clone(), larger),
            lo_closed: choose(part.lo_closed.clone(), minus.lo_closed.clone(), lit(true)),
            hi_closed: choose(part.hi_closed.clone(), minus.hi_closed.clone(), lit(true)),
            scale: part.scale,
        }
    }
}

/// The decimal type of a scale.
#[must_use]
pub fn decimal(scale: usize) -> DataType {
    DataType::Decimal(PRECISION, scale)
}

fn rescale(part: &Part, scale: usize) -> Part {
    if part.scale == scale {
        return part.clone();
    }
    let cast = |expr: &Expr| expr.clone().cast(decimal(scale));
    Part { v: cast(&part.v), lo: cast(&part.lo), hi: cast(&part.hi), scale, ..part.clone() }
}

fn align(a: &Part, b: &Part) -> (Part, Part) {
    let scale = a.scale.max(b.scale);
    (rescale(a, scale), rescale(b, scale))
}

/// All products of members, at the sum of both scales.
fn multiply(a: &Part, b: &Part) -> Result<Part, String> {
    let scale = a.scale + b.scale;
    if scale > DEEPEST {
        return Err(too_deep());
    }
    let (a, b) = (rescale(a, scale), rescale(b, scale));
    let ends = [
        (a.lo.clone() * b.lo.clone(), a.lo_closed.clone().and(b.lo_closed.clone())),
        (a.lo.clone() * b.hi.clone(), a.lo_closed.clone().and(b.hi_closed.clone())),
        (a.hi.clone() * b.lo.clone(), a.hi_closed.clone().and(b.lo_closed.clone())),
        (a.hi.clone() * b.hi.clone(), a.hi_closed.clone().and(b.hi_closed.clone())),
    ];
    let extreme = |op: Op| {
        let value = ends.iter().map(|(end, _)| end.clone()).reduce(|p, q| {
            when(compare(op, p.clone(), q.clone())).then(p).otherwise(q)
        });
        let value = value.unwrap_or_else(|| lit(NULL));
        let closed = ends.iter().map(|(end, closed)| end.clone().eq(value.clone()).and(closed.clone()));
        let closed = closed.reduce(Expr::or).unwrap_or_else(|| lit(true));
        (value, closed)
    };
    let ((lo, lo_closed), (hi, hi_closed)) = (extreme(Op::Le), extreme(Op::Ge));
    Ok(Part { v: a.v * b.v, lo, hi, lo_closed, hi_closed, scale })
}

fn multiply_dens(a: Option<&Part>, b: Option<&Part>) -> Result<Option<Part>, String> {
    match (a, b) {
        (Some(a), Some(b)) => multiply(a, b).map(Some),
        (Some(one), None) | (None, Some(one)) => Ok(Some(one.clone())),
        (None, None) => Ok(None),
    }
}

/// Both numerators over one denominator.
fn common(a: &Fraction, b: &Fraction) -> Result<(Part, Part, Option<Part>), String> {
    let x = match &b.den {
        Some(den) => multiply(&a.num, den)?,
        None => a.num.clone(),
    };
    let y = match &a.den {
        Some(den) => multiply(&b.num, den)?,
        None => b.num.clone(),
    };
    Ok((x, y, multiply_dens(a.den.as_ref(), b.den.as_ref())?))
}

/// A sum counts a blank as nothing: some number in either part is enough.
fn joined(a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
    Fraction {
        num,
        den,
        ok: a.ok.clone().and(b.ok.clone()),
        some: a.some.clone().or(b.some.clone()),
        foreign: a.foreign.clone().or(b.foreign.clone()),
        computed: a.computed || b.computed,
    }
}

/// A product needs a number on both sides.
fn product(a: &Fraction, b: &Fraction, num: Part, den: Option<Part>) -> Fraction {
    Fraction {
        some: a.some.clone().and(b.some.clone()),
        computed: true,
        ..joined(a, b, num, den)
    }
}

/// Both sides cross-multiplied, and whether both denominators are above zero.
fn cross(l: &Fraction, r: &Fraction) -> Result<(Part, Part, Expr), String> {
    let (a, b, _) = common(l, r)?;
    let (a, b) = align(&a, &b);
    let positive = |part: &Option<Part>| {
        part.as_ref().map_or_else(|| lit(true), |part| part.v.clone().gt(col("zero").cast(decimal(part.scale))))
    };
    Ok((a, b, positive(&l.den).and(positive(&r.den))))
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
