//! Intervals as steps: the arithmetic of values that stand for every true value that rounds to them.

use super::ast::Op;
use super::plan::DEEPEST;
use super::steps::{Flags, Numbers, Steps};

/// One interval with its value.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub v: Numbers,
    pub lo: Numbers,
    pub hi: Numbers,
    pub lo_closed: Flags,
    pub hi_closed: Flags,
    pub scale: usize,
}

impl Steps {
    pub fn negate(&mut self, part: &Part) -> Part {
        let zero = self.number(0);
        Part {
            v: self.subtract(zero, part.v),
            lo: self.subtract(zero, part.hi),
            hi: self.subtract(zero, part.lo),
            lo_closed: part.hi_closed,
            hi_closed: part.lo_closed,
            scale: part.scale,
        }
    }

    pub fn absolute(&mut self, part: &Part) -> Part {
        let minus = self.negate(part);
        let (zero, yes) = (self.number(0), self.flag(true));
        let negative = self.compare(Op::Le, part.hi, zero);
        let positive = self.compare(Op::Ge, part.lo, zero);
        // Where the interval holds zero, it begins there.
        let lo = self.choose_number(negative, minus.lo, zero);
        let far = self.either(Op::Ge, part.hi, minus.hi);
        let hi = self.choose_number(negative, minus.hi, far);
        let lo_closed = self.choose_flag(negative, minus.lo_closed, yes);
        let far_closed = self.supplied(Op::Ge, (part.hi, part.hi_closed), (minus.hi, minus.hi_closed), true);
        let hi_closed = self.choose_flag(negative, minus.hi_closed, far_closed);
        Part {
            v: self.either(Op::Ge, part.v, minus.v),
            lo: self.choose_number(positive, part.lo, lo),
            hi: self.choose_number(positive, part.hi, hi),
            lo_closed: self.choose_flag(positive, part.lo_closed, lo_closed),
            hi_closed: self.choose_flag(positive, part.hi_closed, hi_closed),
            scale: part.scale,
        }
    }

    /// The same part at a larger scale.
    pub fn rescale(&mut self, part: &Part, scale: usize) -> Part {
        if part.scale == scale {
            return *part;
        }
        let power = u32::try_from(scale.saturating_sub(part.scale)).unwrap_or(0);
        let factor = self.number(10i128.pow(power));
        let [v, lo, hi] = [part.v, part.lo, part.hi].map(|numbers| self.times(numbers, factor));
        Part { v, lo, hi, scale, ..*part }
    }

    pub fn align(&mut self, a: &Part, b: &Part) -> (Part, Part) {
        let scale = a.scale.max(b.scale);
        (self.rescale(a, scale), self.rescale(b, scale))
    }

    /// All products of members, at the sum of both scales.
    pub fn multiply(&mut self, a: &Part, b: &Part) -> Result<Part, String> {
        let scale = a.scale + b.scale;
        if scale > DEEPEST {
            return Err("too many products and quotients in one comparison".to_owned());
        }
        let corners = [
            self.corner((a.lo, a.lo_closed), (b.lo, b.lo_closed)),
            self.corner((a.lo, a.lo_closed), (b.hi, b.hi_closed)),
            self.corner((a.hi, a.hi_closed), (b.lo, b.lo_closed)),
            self.corner((a.hi, a.hi_closed), (b.hi, b.hi_closed)),
        ];
        let v = self.times(a.v, b.v);
        let (lo, lo_closed) = self.extreme(Op::Le, &corners);
        let (hi, hi_closed) = self.extreme(Op::Ge, &corners);
        Ok(Part { v, lo, hi, lo_closed, hi_closed, scale })
    }

    /// The product of two ends and whether it is reached.
    pub fn corner(&mut self, (x, x_closed): (Numbers, Flags), (y, y_closed): (Numbers, Flags)) -> (Numbers, Flags) {
        let product = self.times(x, y);
        // Zero times anything is zero: an end that is zero and reached makes the product reached.
        let zero = self.number(0);
        let (x_zero, y_zero) = (self.compare(Op::Eq, x, zero), self.compare(Op::Eq, y, zero));
        let (y_or, x_and) = (self.or(y_closed, x_zero), self.and(y_closed, y_zero));
        let both = self.and(x_closed, y_or);
        (product, self.or(both, x_and))
    }

    /// The least (`Le`) or greatest (`Ge`) corner; it is reached where any corner that supplies it is.
    pub fn extreme(&mut self, op: Op, corners: &[(Numbers, Flags); 4]) -> (Numbers, Flags) {
        let first = self.either(op, corners[0].0, corners[1].0);
        let second = self.either(op, corners[2].0, corners[3].0);
        let end = self.either(op, first, second);
        let reached = corners.map(|(corner, closed)| {
            let supplies = self.compare(Op::Eq, corner, end);
            self.and(supplies, closed)
        });
        (end, self.any(reached))
    }

    pub fn multiply_by(&mut self, part: &Part, factor: Option<&Part>) -> Result<Part, String> {
        factor.map_or_else(|| Ok(*part), |factor| self.multiply(part, factor))
    }

    pub fn multiply_dens(&mut self, a: Option<&Part>, b: Option<&Part>) -> Result<Option<Part>, String> {
        match (a, b) {
            (Some(a), b) => self.multiply_by(a, b).map(Some),
            (None, b) => Ok(b.copied()),
        }
    }

    /// The one value of a part, without its slack.
    pub fn point(&mut self, part: &Part) -> Part {
        let yes = self.flag(true);
        Part { lo: part.v, hi: part.v, lo_closed: yes, hi_closed: yes, ..*part }
    }

    /// The smaller (`Le`) or the greater (`Ge`) of two columns.
    pub fn either(&mut self, op: Op, p: Numbers, q: Numbers) -> Numbers {
        let first = self.compare(op, p, q);
        self.choose_number(first, p, q)
    }

    /// Whether the end that [`either`](Self::either) takes is closed; of two equal ends one is enough, or both are needed.
    pub fn supplied(
        &mut self,
        op: Op,
        (p, p_closed): (Numbers, Flags),
        (q, q_closed): (Numbers, Flags),
        one: bool,
    ) -> Flags {
        let equal = if one { self.or(p_closed, q_closed) } else { self.and(p_closed, q_closed) };
        let (same, first) = (self.compare(Op::Eq, p, q), self.compare(op, p, q));
        let nearer = self.choose_flag(first, p_closed, q_closed);
        self.choose_flag(same, equal, nearer)
    }

    /// Whether one end is below another, or both are the same and reached.
    pub fn at_most(&mut self, (p, p_closed): (Numbers, Flags), (q, q_closed): (Numbers, Flags)) -> Flags {
        let (below, same) = (self.compare(Op::Lt, p, q), self.compare(Op::Eq, p, q));
        let reached = self.all([same, p_closed, q_closed]);
        self.or(below, reached)
    }

    pub fn within(&mut self, part: &Part, value: Numbers) -> Flags {
        let yes = self.flag(true);
        let above = self.at_most((part.lo, part.lo_closed), (value, yes));
        let below = self.at_most((value, yes), (part.hi, part.hi_closed));
        self.and(above, below)
    }

    /// Whether true values inside both intervals can satisfy the comparison.
    pub fn meets(&mut self, op: Op, a: &Part, b: &Part) -> Flags {
        let (a_lo, a_hi) = ((a.lo, a.lo_closed), (a.hi, a.hi_closed));
        let (b_lo, b_hi) = ((b.lo, b.lo_closed), (b.hi, b.hi_closed));
        match op {
            Op::Eq => {
                let (below, above) = (self.at_most(a_lo, b_hi), self.at_most(b_lo, a_hi));
                self.and(below, above)
            }
            Op::Le => self.at_most(a_lo, b_hi),
            Op::Ge => self.at_most(b_lo, a_hi),
            Op::Lt => self.compare(Op::Lt, a.lo, b.hi),
            Op::Gt => self.compare(Op::Lt, b.lo, a.hi),
            Op::Ne => self.flag(false),
        }
    }
}
