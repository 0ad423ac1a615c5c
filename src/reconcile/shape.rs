//! A comparison as a sum or a product of figures: what asks which of them is wrong needs no more of a formula.

use rust_decimal::Decimal;

use super::filled::Filled;
use super::outcome::{At, Judged, Use};
use crate::model::Unit;
use crate::model::finding::Role;
use crate::model::unit::shift;
use crate::rules::ast::Op;
use crate::rules::plan::state;
use crate::rules::{Fold, Goal, Slot, Source, Term};

/// A comparison over figures, in the units of panels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Σ coefficient × figure + constant stands to nothing as `op` says.
    Sum { terms: Vec<(Use, i32)>, constant: Decimal, op: Op },
    /// A stated figure and others, whose sums differ by so much; only where they do is it a sum of them.
    Stated { terms: Vec<(Use, i32)>, difference: Decimal },
    /// The product of the left figures and factor is that of the right ones.
    Product { left: Vec<Use>, right: Vec<Use>, left_factor: Decimal, right_factor: Decimal },
}

impl Shape {
    /// Reads a comparison; nothing where it is neither, such as a difference of quotients.
    #[must_use]
    pub fn of(goal: &Goal, slots: &[Slot], filled: &[&Filled]) -> Option<Self> {
        let Goal::Compare { left, op, right } = goal else { return None };
        let reader = Reader { slots, filled };
        let mut terms = Vec::new();
        let mut constant = Decimal::ZERO;
        if reader.sum(left, 1, &mut terms, &mut constant).is_some()
            && reader.sum(right, -1, &mut terms, &mut constant).is_some()
        {
            return Some(Self::Sum { terms, constant, op: *op }).filter(Self::has_figures);
        }
        if *op != Op::Eq {
            return None;
        }
        let (a, b) = (reader.product(left)?, reader.product(right)?);
        let join = |x: &[Use], y: &[Use]| x.iter().chain(y).cloned().collect::<Vec<Use>>();
        Some(Self::Product {
            left: join(&a.top, &b.bottom),
            right: join(&b.top, &a.bottom),
            left_factor: a.top_factor.checked_mul(b.bottom_factor)?,
            right_factor: b.top_factor.checked_mul(a.bottom_factor)?,
        })
        .filter(Self::has_figures)
    }

    /// The equality of one stated figure and the sum of others, as a check found it.
    #[must_use]
    pub fn stated(uses: &[Use], judged: &Judged) -> Option<Self> {
        let of =
            |role: Role, by: i32| uses.iter().filter(move |one| one.role == role).map(move |one| (one.clone(), by));
        let terms: Vec<(Use, i32)> = of(Role::Total, 1).chain(of(Role::Term, -1)).collect();
        let usable = judged.op == "=" && terms.len() > 1 && terms.iter().all(|(one, _)| has_value(one));
        let difference = shift(judged.difference, Unit::parse(&judged.unit).panel_power())?;
        usable.then_some(Self::Stated { terms, difference })
    }

    fn has_figures(&self) -> bool {
        match self {
            Self::Sum { terms, .. } | Self::Stated { terms, .. } => !terms.is_empty(),
            Self::Product { left, right, .. } => !left.is_empty() || !right.is_empty(),
        }
    }
}

fn has_value(one: &Use) -> bool {
    match &one.at {
        At::Figure { .. } => true,
        At::Cell { .. } => one.said.as_ref().is_some_and(|said| said.value.is_some()),
        At::Field { .. } => false,
    }
}

/// Factors above and below a line.
struct Quotient {
    top: Vec<Use>,
    bottom: Vec<Use>,
    top_factor: Decimal,
    bottom_factor: Decimal,
}

struct Reader<'r> {
    slots: &'r [Slot],
    filled: &'r [&'r Filled],
}

impl Reader<'_> {
    /// The figures of a slot; none of them where it is a number, nothing where it cannot be taken apart.
    fn slot(&self, slot: usize) -> Option<(&[Use], Decimal)> {
        let filled = self.filled.get(slot)?;
        let plain = match &self.slots.get(slot)?.source {
            Source::Constant(_) | Source::Tables { .. } => return Some((&[], filled.value)),
            Source::Figures { fold, .. } => *fold != Fold::Count,
            Source::Test { .. } => false,
        };
        let read = matches!(filled.state, state::NUMBER | state::NOTHING | state::MISSING);
        (plain && read).then_some((filled.uses.as_slice(), Decimal::ZERO))
    }

    fn sum(&self, term: &Term, by: i32, terms: &mut Vec<(Use, i32)>, constant: &mut Decimal) -> Option<()> {
        match term {
            Term::Slot(slot) => {
                let (uses, number) = self.slot(*slot)?;
                *constant = constant.checked_add(number.checked_mul(Decimal::from(by))?)?;
                for one in uses {
                    match terms.iter_mut().find(|(old, _)| old.at == one.at) {
                        Some((_, own)) => *own += by,
                        None => terms.push((one.clone(), by)),
                    }
                }
                Some(())
            }
            Term::Neg(inner) => self.sum(inner, -by, terms, constant),
            Term::Add(a, b) => self.sum(a, by, terms, constant).and_then(|()| self.sum(b, by, terms, constant)),
            Term::Sub(a, b) => self.sum(a, by, terms, constant).and_then(|()| self.sum(b, -by, terms, constant)),
            Term::Mul(..) | Term::Div(..) | Term::Min(..) | Term::Max(..) | Term::Abs(_) => None,
        }
    }

    fn product(&self, term: &Term) -> Option<Quotient> {
        let number =
            |value| Quotient { top: Vec::new(), bottom: Vec::new(), top_factor: value, bottom_factor: Decimal::ONE };
        Some(match term {
            Term::Slot(slot) => match self.slot(*slot)? {
                ([], value) => number(value),
                ([one], _) => Quotient { top: vec![one.clone()], ..number(Decimal::ONE) },
                _ => return None,
            },
            Term::Mul(a, b) => {
                let (a, b) = (self.product(a)?, self.product(b)?);
                Quotient {
                    top: [a.top, b.top].concat(),
                    bottom: [a.bottom, b.bottom].concat(),
                    top_factor: a.top_factor.checked_mul(b.top_factor)?,
                    bottom_factor: a.bottom_factor.checked_mul(b.bottom_factor)?,
                }
            }
            Term::Div(a, b) => {
                let (a, b) = (self.product(a)?, self.product(b)?);
                Quotient {
                    top: [a.top, b.bottom].concat(),
                    bottom: [a.bottom, b.top].concat(),
                    top_factor: a.top_factor.checked_mul(b.bottom_factor)?,
                    bottom_factor: a.bottom_factor.checked_mul(b.top_factor)?,
                }
            }
            // What counts today: the rate, or the most that it counts.
            Term::Min(a, b) => {
                let (a_value, b_value) = (self.value(a)?, self.value(b)?);
                self.product(if a_value <= b_value { a } else { b })?
            }
            Term::Neg(_) | Term::Add(..) | Term::Sub(..) | Term::Max(..) | Term::Abs(_) => return None,
        })
    }

    fn value(&self, term: &Term) -> Option<Decimal> {
        match term {
            Term::Slot(slot) => Some(self.filled.get(*slot)?.value),
            Term::Div(a, b) => self.value(a)?.checked_div(self.value(b)?),
            Term::Mul(a, b) => self.value(a)?.checked_mul(self.value(b)?),
            _ => None,
        }
    }
}
