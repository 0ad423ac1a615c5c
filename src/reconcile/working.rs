//! How the two sides of a comparison were worked out of an outcome's own operands, for those who recompute it.

use rust_decimal::Decimal;

use super::filled::Filled;
use super::outcome::{At, Use};
use crate::rules::{Fold, Goal, Slot, Source, Term};

/// The deciding comparison of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    pub left: Calc,
    pub right: Calc,
    /// The power of ten that carries a panel's value to the unit in which the outcome is judged.
    pub power: i32,
}

/// An expression over operands, by their number among the outcome's uses; values are in the panel's units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Calc {
    Number(Decimal),
    /// The sum of these operands; of none it is nothing.
    Operands(Vec<usize>),
    Neg(Box<Calc>),
    Add(Box<Calc>, Box<Calc>),
    Sub(Box<Calc>, Box<Calc>),
    Mul(Box<Calc>, Box<Calc>),
    Div(Box<Calc>, Box<Calc>),
    Min(Box<Calc>, Box<Calc>),
    Max(Box<Calc>, Box<Calc>),
    Abs(Box<Calc>),
}

impl Working {
    /// Reads a comparison; nothing where the goal is none.
    #[must_use]
    pub fn of(goal: &Goal, slots: &[Slot], filled: &[&Filled], uses: &[Use], power: i32) -> Option<Self> {
        let Goal::Compare { left, right, .. } = goal else { return None };
        let leaf = |slot: usize| {
            let found = filled.get(slot)?;
            let counted = matches!(slots.get(slot)?.source, Source::Figures { fold: Fold::Count, .. });
            if counted || found.uses.is_empty() || found.uses.iter().any(|one| !matches!(one.at, At::Figure { .. })) {
                return Some(Calc::Number(found.value));
            }
            // Operands come in the order of the slots, so the next is nearly always beside the last.
            let mut from = 0;
            let place = |one: &Use| {
                let is = |own: &Use| own.at == one.at;
                let ahead = uses[from..].iter().position(is).map(|at| from + at);
                let at = ahead.or_else(|| uses[..from].iter().position(is))?;
                from = at + 1;
                Some(at)
            };
            found.uses.iter().map(place).collect::<Option<Vec<usize>>>().map(Calc::Operands)
        };
        Some(Self { left: Calc::of(left, &leaf)?, right: Calc::of(right, &leaf)?, power })
    }
}

impl Calc {
    /// One operand as it is.
    #[must_use]
    pub fn operand(at: usize) -> Self {
        Self::Operands(vec![at])
    }

    fn of(term: &Term, leaf: &dyn Fn(usize) -> Option<Self>) -> Option<Self> {
        let one = |inner: &Term| Self::of(inner, leaf).map(Box::new);
        Some(match term {
            Term::Slot(slot) => leaf(*slot)?,
            Term::Neg(a) => Self::Neg(one(a)?),
            Term::Add(a, b) => Self::Add(one(a)?, one(b)?),
            Term::Sub(a, b) => Self::Sub(one(a)?, one(b)?),
            Term::Mul(a, b) => Self::Mul(one(a)?, one(b)?),
            Term::Div(a, b) => Self::Div(one(a)?, one(b)?),
            Term::Min(a, b) => Self::Min(one(a)?, one(b)?),
            Term::Max(a, b) => Self::Max(one(a)?, one(b)?),
            Term::Abs(a) => Self::Abs(one(a)?),
        })
    }

    /// The value, where each operand's is known; nothing where a divisor is zero or digits run out.
    #[must_use]
    pub fn value(&self, operand: &dyn Fn(usize) -> Option<Decimal>) -> Option<Decimal> {
        let of = |inner: &Self| inner.value(operand);
        match self {
            Self::Number(number) => Some(*number),
            Self::Operands(all) => {
                all.iter().try_fold(Decimal::ZERO, |sum: Decimal, one| sum.checked_add(operand(*one)?))
            }
            Self::Neg(a) => of(a).map(|value| -value),
            Self::Add(a, b) => of(a)?.checked_add(of(b)?),
            Self::Sub(a, b) => of(a)?.checked_sub(of(b)?),
            Self::Mul(a, b) => of(a)?.checked_mul(of(b)?),
            Self::Div(a, b) => of(a)?.checked_div(of(b)?),
            Self::Min(a, b) => Some(of(a)?.min(of(b)?)),
            Self::Max(a, b) => Some(of(a)?.max(of(b)?)),
            Self::Abs(a) => of(a).map(|value| value.abs()),
        }
    }

    /// The operands that take part, in order.
    #[must_use]
    pub fn operands(&self) -> Vec<usize> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Operands(all) => all.clone(),
            Self::Neg(a) | Self::Abs(a) => a.operands(),
            Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Min(a, b)
            | Self::Max(a, b) => {
                let mut all = a.operands();
                all.extend(b.operands());
                all
            }
        }
    }

    /// Nothing but sums and differences.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        match self {
            Self::Number(_) | Self::Operands(_) => true,
            Self::Neg(a) => a.is_linear(),
            Self::Add(a, b) | Self::Sub(a, b) => a.is_linear() && b.is_linear(),
            Self::Mul(..) | Self::Div(..) | Self::Min(..) | Self::Max(..) | Self::Abs(_) => false,
        }
    }
}
