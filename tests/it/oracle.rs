//! The oracle: a plain tree-walking evaluator of resolved formulas, without polars.
//!
//! It follows what `rules::plan` says of a clause, one term at a time, with [`Interval`] and exact decimals. A quotient
//! stays a fraction and comparisons are cross-multiplied, because a decimal quotient would not be exact.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use gouji::facts::Submission;
use gouji::model::Verdict;
use gouji::model::interval::Interval;
use gouji::reconcile::columns::columns;
use gouji::reconcile::filled::Filled;
use gouji::reconcile::panel::{Indexed, Precision, fill, rows_of};
use gouji::rules::ast::Op;
use gouji::rules::plan::{Plan, alternatives, check_depth, code, state};
use gouji::rules::resolve::{Goal, Resolved};
use gouji::rules::{Body, Fold, Select, Slot, Source, Term, Which};
use gouji::years::{Before, LineMap};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{pipeline, tree};

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
fn codes(resolved: &Resolved, filled: &[Filled]) -> Vec<Vec<i32>> {
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
fn verdict(codes: &[Vec<i32>]) -> Verdict {
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

// ---- all built-in formulas over all samples

fn sample_submissions(folder: &str) -> Vec<Submission> {
    let mut entries: Vec<_> =
        std::fs::read_dir(tree::sample(folder)).expect("the sample is there").collect::<Result<_, _>>().unwrap();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let read = entries.iter().map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let book = pipeline::book(&name, std::fs::read(entry.path()).expect("the sample is readable"));
        pipeline::filed(&name, &book.sheets)
    });
    pipeline::submissions(read.collect())
}

#[test]
fn every_verdict_on_the_samples_is_the_oracles() {
    let priors = sample_submissions("2023");
    let all = ["2023", "2024", "ties", "layouts", "layouts-fault"].into_iter().flat_map(sample_submissions).collect();
    let run = pipeline::tie(all, priors);
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (at, submission) in run.submissions.iter().enumerate() {
        let lines = run.prior_of(at).map(|prior| LineMap::new(submission, prior, pipeline::forms()));
        let last_year =
            run.prior_of(at).zip(lines.as_ref()).map(|(submission, lines)| Before { submission, lines, sure: true });
        let indexed = Indexed::new(submission, last_year);
        for (index, rule) in pipeline::pack().rules.iter().enumerate() {
            let mut places: Vec<_> =
                rule.places.iter().filter(|place| matches!(place.body, Body::Formula(_))).collect();
            if places.is_empty() {
                continue;
            }
            places.sort_by(|a, b| a.scope.cmp(&b.scope));
            let mut expected = Vec::new();
            for place in places {
                let Body::Formula(resolved) = &place.body else { continue };
                for row in rows_of(&place.scope, 0, &indexed, pipeline::forms()) {
                    if row.line.as_ref().is_some_and(|(_, line)| !rule.looks_at(line)) {
                        continue;
                    }
                    let judge = |precision| {
                        let filled: Vec<Filled> =
                            resolved.slots.iter().map(|slot| fill(slot, &row, &indexed, precision)).collect();
                        verdict(&codes(resolved, &filled))
                    };
                    let stored = judge(Precision::Stored);
                    let shown = if stored == Verdict::Unbalanced { judge(Precision::Shown) } else { stored };
                    let settled =
                        matches!(shown, Verdict::Balanced | Verdict::Rounding) && stored == Verdict::Unbalanced;
                    expected.push(if settled { Verdict::Rounding } else { stored });
                }
            }
            let given = run.outcomes.iter().filter(|outcome| outcome.rule == index && outcome.submission == at);
            let given: Vec<Verdict> = given.map(|outcome| plain(outcome.verdict)).collect();
            compared += given.len();
            if given != expected {
                wrong.push(format!(
                    "{} of {}:\n  plan   {given:?}\n  oracle {expected:?}",
                    rule.code, submission.entity
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(compared > 500, "only {compared} instances were compared");
}

/// How large a tail is, the ledger says and no clause does.
fn plain(verdict: Verdict) -> Verdict {
    if verdict == Verdict::RoundingLarge { Verdict::Rounding } else { verdict }
}

// ---- random formulas over random rows

/// Slots of a random formula; the last two are constants.
const SLOTS: usize = 6;
const FIGURES: usize = 4;
const DIVISORS: std::ops::Range<usize> = 2..FIGURES;
const CONSTANTS: [&str; 2] = ["0.2", "3"];

fn slots() -> Vec<Slot> {
    let figure = |index: usize| Source::Figures {
        prior: false,
        form: None,
        select: Select::Parts(index.to_string()),
        measure: Which::Any,
        fold: Fold::One,
        optional: false,
        rounded: false,
    };
    let constant = |text: &str| Source::Constant(text.parse().expect("a decimal"));
    let sources = (0..FIGURES).map(figure).chain(CONSTANTS.into_iter().map(constant));
    let quantity = gouji::model::Quantity::Plain;
    sources.enumerate().map(|(index, source)| Slot { source, quantity, printed: format!("甲{index}") }).collect()
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = (0..SLOTS).prop_map(Term::Slot);
    leaf.prop_recursive(3, 10, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        let boxed = |make: fn(Box<Term>, Box<Term>) -> Term| move |(a, b): (Term, Term)| make(Box::new(a), Box::new(b));
        prop_oneof![
            3 => two.clone().prop_map(boxed(Term::Add)),
            3 => two.clone().prop_map(boxed(Term::Sub)),
            2 => two.clone().prop_map(boxed(Term::Mul)),
            // A divisor is one figure that is not below zero: no officer divides by anything else.
            2 => (inner.clone(), DIVISORS.prop_map(Term::Slot)).prop_map(boxed(Term::Div)),
            1 => two.clone().prop_map(boxed(Term::Min)),
            1 => two.prop_map(boxed(Term::Max)),
            1 => inner.clone().prop_map(|a| Term::Neg(Box::new(a))),
            1 => inner.prop_map(|a| Term::Abs(Box::new(a))),
        ]
    })
}

fn goal() -> impl Strategy<Value = Goal> {
    let op = prop::sample::select(vec![Op::Eq, Op::Eq, Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
    let compare = (term(), op, term()).prop_map(|(left, op, right)| Goal::Compare { left, op, right }).boxed();
    let all = prop::collection::vec(compare.clone(), 1..3).prop_map(Goal::All).boxed();
    let guarded = (compare.clone(), compare.clone())
        .prop_map(|(when, then)| Goal::If { when: Box::new(when), then: Box::new(then) });
    prop_oneof![
        4 => compare,
        1 => all.clone(),
        1 => guarded,
        1 => prop::collection::vec(all, 1..3).prop_map(Goal::OneOf),
    ]
}

/// A figure: small values, so that equal and touching ends are common.
fn filled() -> impl Strategy<Value = Filled> {
    let state = prop::sample::select(vec![
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        1,
        state::MISSING,
        state::ABSENT,
        state::UNUSABLE,
        state::FOREIGN,
    ]);
    let ends = (-8i64..40, 0u32..3, 0i64..3, 0i64..3, any::<bool>(), any::<bool>());
    (state, ends).prop_map(|(state, (value, scale, below, above, lo_closed, hi_closed))| {
        let value = if state == state::NUMBER { Decimal::new(value, scale) } else { Decimal::ZERO };
        let half = Decimal::new(5, scale + 1);
        let (below, above) = if state == state::NUMBER { (below, above) } else { (0, 0) };
        let interval = Interval {
            lo: value - half * Decimal::from(below),
            hi: value + half * Decimal::from(above),
            // The value itself is always possible.
            lo_closed: lo_closed || below == 0,
            hi_closed: hi_closed || above == 0,
        };
        Filled { state, value, interval, uses: Vec::new(), coarse: false }
    })
}

fn row() -> impl Strategy<Value = Vec<Filled>> {
    prop::collection::vec(filled(), FIGURES).prop_map(|mut row| {
        for one in row[DIVISORS].iter_mut().filter(|one| one.value < Decimal::ZERO) {
            (one.value, one.interval) = (-one.value, one.interval.negate());
        }
        row.extend(CONSTANTS.iter().map(|text| {
            let value = text.parse().expect("a decimal");
            Filled { state: state::NUMBER, value, interval: Interval::exact(value), uses: Vec::new(), coarse: false }
        }));
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn a_plan_agrees_with_the_oracle(goal in goal(), rows in prop::collection::vec(row(), 60).prop_map(Rows)) {
        let rows = rows.0;
        let resolved = Resolved { slots: slots(), goal };
        // Too many products for one decimal: refused when the pack is read.
        prop_assume!(check_depth(&resolved).is_ok());
        let numbers: Vec<usize> = (0..SLOTS).collect();
        let slots: Vec<&Slot> = resolved.slots.iter().collect();
        let mut plan = Plan::default();
        plan.add(&resolved, &numbers, "r").unwrap();
        // The same rows once more, in the other order and with every figure less exact.
        let wider = rows.iter().rev().map(|row| row.iter().map(widen).collect());
        let all: Vec<Vec<Filled>> = rows.iter().cloned().chain(wider).collect();
        let frame = plan.run(columns(&slots, &all).unwrap()).unwrap();
        for (number, row) in rows.iter().enumerate() {
            let expected: Vec<i32> = codes(&resolved, row).into_iter().flatten().collect();
            for (clause, expected) in expected.into_iter().enumerate() {
                let column = frame.column(&format!("rc{clause}")).unwrap().i32().unwrap();
                let given = column.get(number);
                prop_assert_eq!(
                    given, Some(expected),
                    "clause {} of {:?}\nrow {:#?}", clause, &resolved.goal, brief(row)
                );
                let wider = column.get(all.len() - 1 - number);
                let held = matches!(given, Some(code::BALANCED | code::ROUNDING));
                prop_assert!(
                    !held || matches!(wider, Some(code::BALANCED | code::ROUNDING)),
                    "wider figures made a breach: clause {} of {:?}\nrow {:#?}", clause, &resolved.goal, brief(row)
                );
            }
        }
    }
}

/// The same figure, reported less exactly; a constant stays what it is.
fn widen(one: &Filled) -> Filled {
    let Interval { lo, hi, lo_closed, hi_closed } = one.interval;
    if one.state != state::NUMBER || lo == hi {
        return one.clone();
    }
    let more = Decimal::new(25, 2);
    Filled { interval: Interval { lo: lo - more, hi: hi + more, lo_closed, hi_closed }, ..one.clone() }
}

/// Rows that a failure does not print whole.
#[derive(Clone)]
struct Rows(Vec<Vec<Filled>>);

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows", self.0.len())
    }
}

/// A row as a reader wants it in a failure.
fn brief(row: &[Filled]) -> BTreeMap<usize, String> {
    row.iter()
        .enumerate()
        .map(|(slot, one)| {
            let Interval { lo, hi, lo_closed, hi_closed } = one.interval;
            let ends = (if lo_closed { '[' } else { '(' }, if hi_closed { ']' } else { ')' });
            (slot, format!("state {} value {} {}{lo}, {hi}{}", one.state, one.value, ends.0, ends.1))
        })
        .collect()
}
