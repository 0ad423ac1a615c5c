//! A plain tree-walking evaluator of resolved formulas, without polars: the oracle of the tests and the yardstick of
//! `benches/rules.rs`.
//!
//! It follows what `rules::plan` says of a clause, one term at a time, with [`Interval`] and exact decimals. A quotient
//! stays a fraction and comparisons are cross-multiplied, because a decimal quotient would not be exact.

use std::cmp::Ordering;

use gouji::model::Verdict;
use gouji::model::interval::Interval;
use gouji::reconcile::filled::Filled;
use gouji::rules::Term;
use gouji::rules::ast::Op;
use gouji::rules::plan::{alternatives, code, state};
use gouji::rules::resolve::{Goal, Resolved};
use rust_decimal::Decimal;

/// A value with the interval it stands for.
#[derive(Debug, Clone, Copy)]
struct Part {
    v: Decimal,
    i: Interval,
}

/// What a term came to.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is one question of the plan's, asked on its own")]
struct Walked {
    num: Part,
    /// One where nothing was divided.
    den: Part,
    ok: bool,
    some: bool,
    foreign: bool,
    printed: bool,
    computed: bool,
    /// Every divisor is above zero.
    sound: bool,
}

impl Part {
    fn exact(v: Decimal) -> Self {
        Self { v, i: Interval::exact(v) }
    }

    fn add(self, other: Self) -> Self {
        Self { v: self.v + other.v, i: self.i.checked_add(other.i).expect("in range") }
    }

    fn negate(self) -> Self {
        Self { v: -self.v, i: self.i.negate() }
    }

    fn mul(self, other: Self) -> Self {
        Self { v: self.v * other.v, i: self.i.checked_mul(other.i).expect("in range") }
    }

    fn abs(self) -> Self {
        let (i, turned) = (self.i, self.i.negate());
        let i = if i.lo >= Decimal::ZERO {
            i
        } else if i.hi <= Decimal::ZERO {
            turned
        } else {
            let (hi, hi_closed) = higher((i.hi, i.hi_closed), (turned.hi, turned.hi_closed));
            Interval { lo: Decimal::ZERO, lo_closed: true, hi, hi_closed }
        };
        Self { v: self.v.abs(), i }
    }

    /// The smaller of two: it can come as low as either, and no higher than both.
    fn min(self, other: Self) -> Self {
        let (lo, lo_closed) = lower((self.i.lo, self.i.lo_closed), (other.i.lo, other.i.lo_closed));
        let (hi, hi_closed) = match self.i.hi.cmp(&other.i.hi) {
            Ordering::Equal => (self.i.hi, self.i.hi_closed && other.i.hi_closed),
            Ordering::Less => (self.i.hi, self.i.hi_closed),
            Ordering::Greater => (other.i.hi, other.i.hi_closed),
        };
        Self { v: self.v.min(other.v), i: Interval { lo, hi, lo_closed, hi_closed } }
    }

    fn max(self, other: Self) -> Self {
        self.negate().min(other.negate()).negate()
    }
}

type End = (Decimal, bool);

fn lower(a: End, b: End) -> End {
    match a.0.cmp(&b.0) {
        Ordering::Equal => (a.0, a.1 || b.1),
        Ordering::Less => a,
        Ordering::Greater => b,
    }
}

fn higher(a: End, b: End) -> End {
    let (hi, closed) = lower((-a.0, a.1), (-b.0, b.1));
    (-hi, closed)
}

fn walk(term: &Term, filled: &[Filled]) -> Walked {
    match term {
        Term::Slot(slot) => {
            let one = &filled[*slot];
            Walked {
                num: Part { v: one.value, i: one.interval },
                den: Part::exact(Decimal::ONE),
                ok: one.state <= state::NOTHING || one.state == state::MISSING,
                some: one.state == state::NUMBER,
                foreign: one.state == state::FOREIGN,
                printed: one.state != state::MISSING,
                computed: false,
                sound: true,
            }
        }
        Term::Neg(inner) => {
            let inner = walk(inner, filled);
            Walked { num: inner.num.negate(), ..inner }
        }
        Term::Abs(inner) => {
            let inner = walk(inner, filled);
            Walked { num: inner.num.abs(), ..inner }
        }
        Term::Add(a, b) => common(a, b, filled, Part::add),
        Term::Sub(a, b) => common(a, b, filled, |x, y| x.add(y.negate())),
        Term::Min(a, b) => common(a, b, filled, Part::min),
        Term::Max(a, b) => common(a, b, filled, Part::max),
        Term::Mul(a, b) => {
            let (a, b) = (walk(a, filled), walk(b, filled));
            Walked {
                num: a.num.mul(b.num),
                den: a.den.mul(b.den),
                some: a.some && b.some,
                computed: true,
                ..both(a, b)
            }
        }
        Term::Div(a, b) => {
            let (a, b) = (walk(a, filled), walk(b, filled));
            let over = both(a, b);
            Walked {
                num: a.num.mul(b.den),
                den: a.den.mul(b.num),
                some: a.some && b.some,
                computed: true,
                sound: over.sound && b.num.v > Decimal::ZERO,
                ..over
            }
        }
    }
}

fn both(a: Walked, b: Walked) -> Walked {
    Walked {
        ok: a.ok && b.ok,
        some: a.some || b.some,
        foreign: a.foreign || b.foreign,
        printed: a.printed || b.printed,
        computed: a.computed || b.computed,
        sound: a.sound && b.sound,
        ..a
    }
}

/// Brings two to one denominator; a blank counts as nothing beside a number.
fn common(a: &Term, b: &Term, filled: &[Filled], join: impl Fn(Part, Part) -> Part) -> Walked {
    let (a, b) = (walk(a, filled), walk(b, filled));
    Walked { num: join(a.num.mul(b.den), b.num.mul(a.den)), den: a.den.mul(b.den), ..both(a, b) }
}

fn compare(op: Op, a: Decimal, b: Decimal) -> bool {
    match op {
        Op::Eq => a == b,
        Op::Ne => a != b,
        Op::Lt => a < b,
        Op::Le => a <= b,
        Op::Gt => a > b,
        Op::Ge => a >= b,
    }
}

/// Whether some member of one and some member of the other satisfy the comparison.
fn can_hold(op: Op, a: Interval, b: Interval) -> bool {
    let at_most = |p: Interval, q: Interval| p.lo < q.hi || (p.lo == q.hi && p.lo_closed && q.hi_closed);
    match op {
        Op::Eq => a.intersect(b).is_some(),
        Op::Le => at_most(a, b),
        Op::Ge => at_most(b, a),
        Op::Lt => a.lo < b.hi,
        Op::Gt => b.lo < a.hi,
        Op::Ne => false,
    }
}

fn clause(goal: &Goal, filled: &[Filled]) -> i32 {
    let (left, op, right) = match goal {
        Goal::Test(slot) => {
            return match filled[*slot].state {
                1 => code::BALANCED,
                0 => code::UNBALANCED,
                state::FOREIGN => code::NOT_APPLICABLE,
                _ => code::UNCHECKED,
            };
        }
        Goal::Compare { left, op, right } => (left, *op, right),
        _ => unreachable!("a clause is a comparison or a test"),
    };
    let (l, r) = (walk(left, filled), walk(right, filled));
    if l.foreign || r.foreign || !l.printed || !r.printed {
        return code::NOT_APPLICABLE;
    }
    if !l.ok || !r.ok {
        return code::UNCHECKED;
    }
    // Nothing against nothing, or against zero, is no tie.
    let nothing = |side: &Walked, other: &Walked| !side.some && (!other.some || other.num.v.is_zero());
    if nothing(&l, &r) || nothing(&r, &l) {
        return code::NOT_APPLICABLE;
    }
    if !l.some || !r.some || !l.sound || !r.sound {
        return code::UNCHECKED;
    }
    let (a, b) = (l.num.mul(r.den), r.num.mul(l.den));
    if compare(op, a.v, b.v) {
        return code::BALANCED;
    }
    // What was recomputed rounds to what was reported.
    let reported = l.num.i.checked_mul(Interval::exact(r.den.v)).expect("in range");
    if op == Op::Eq && matches!(left, Term::Slot(_)) && r.computed && reported.contains(r.num.v) {
        return code::BALANCED;
    }
    if can_hold(op, a.i, b.i) { code::ROUNDING } else { code::UNBALANCED }
}

fn guarded(guards: &[Goal], filled: &[Filled]) -> bool {
    guards.iter().all(|guard| match guard {
        Goal::Test(slot) => filled[*slot].state == 1,
        Goal::Compare { left, op, right } => {
            let (l, r) = (walk(left, filled), walk(right, filled));
            let usable = l.ok && r.ok && l.some && r.some && l.sound && r.sound;
            usable && compare(*op, l.num.v * r.den.v, r.num.v * l.den.v)
        }
        _ => unreachable!("a condition is made of comparisons and tests"),
    })
}

/// The codes of all clauses, alternative by alternative.
pub fn codes(resolved: &Resolved, filled: &[Filled]) -> Vec<Vec<i32>> {
    alternatives(&resolved.goal)
        .iter()
        .map(|alternative| {
            let concerns = guarded(&alternative.guards, filled);
            let code = |goal| if concerns { clause(goal, filled) } else { code::NOT_APPLICABLE };
            alternative.clauses.iter().map(code).collect()
        })
        .collect()
}

/// The worst clause of the best alternative.
pub fn verdict(codes: &[Vec<i32>]) -> Verdict {
    const WORSE: [i32; 5] = [code::NOT_APPLICABLE, code::BALANCED, code::ROUNDING, code::UNCHECKED, code::UNBALANCED];
    const BEST: [(i32, Verdict); 5] = [
        (code::BALANCED, Verdict::Balanced),
        (code::ROUNDING, Verdict::Rounding),
        (code::UNBALANCED, Verdict::Unbalanced),
        (code::UNCHECKED, Verdict::Unchecked),
        (code::NOT_APPLICABLE, Verdict::NotApplicable),
    ];
    let worst: Vec<i32> =
        codes.iter().filter_map(|clauses| WORSE.iter().rev().find(|code| clauses.contains(code)).copied()).collect();
    BEST.iter().find(|(code, _)| worst.contains(code)).map_or(Verdict::NotApplicable, |(_, verdict)| *verdict)
}
