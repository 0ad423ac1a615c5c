//! One figure of a sentence.

use rust_decimal::Decimal;

use crate::model::{Interval, Quantity, Unit};

/// The part that a figure plays in its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An amount or a count.
    Value,
    /// What was to be done: 任务, 目标, 计划, 应.
    Task,
    /// What was done: 完成, 实际, 已.
    Done,
    /// The same of the year before: 上年.
    Previous,
    /// A change by so much: 增加, 减少 (then below zero).
    Change { down: bool },
    /// A change by such a rate: 增长, 下降.
    ChangeRate { down: bool },
    /// 占.
    Share,
    /// A rate of the grammar, by its number there.
    Rate(usize),
    /// A limit or a wish (不少于), a percentage point, a rate of which nothing is declared: stands in no tie.
    Other,
}

/// A figure with its place, its words and what it can stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Letters of the cell's text as typed, half-open, counted from zero; the unit and 余, 多, 左右 are in it.
    pub span: (usize, usize),
    /// The same in the letters of the sentence.
    pub at: (usize, usize),
    /// As printed, without spaces.
    pub text: String,
    /// As printed, in `unit`.
    pub value: Decimal,
    pub unit: Unit,
    /// 人, 名 and 位 are one noun.
    pub noun: String,
    /// What it can stand for, in 元, in percent, or in the bare noun.
    pub interval: Interval,
    /// 约, 近, 余, 不足, or a range.
    pub approximate: bool,
    /// Everything between the mention before and this one, cut to its last letters.
    pub gap: String,
    /// The words right before it, from the last sign on.
    pub lead: String,
    /// The words right after it, up to the next sign or figure.
    pub tail: String,
    /// The subject: the words before it without years, fillers, connectives and measure words.
    pub core: String,
    /// The subject from the last sign but 、 on, where that is longer: 会议费、培训费.
    pub wide: String,
    /// As `core`, with the words of budget and outturn still in it, and without quotation marks.
    pub name: String,
    /// It has no words of its own and took those of the mention before.
    pub inherited: bool,
    pub measure: Option<Measure>,
    /// The measure is that of the total of which it is a part.
    pub measure_inherited: bool,
    pub part: Part,
    /// The year it speaks of, where the sentence names one.
    pub year: Option<i32>,
    /// The number of the segment (between two semicolons) it stands in.
    pub segment: usize,
    /// How deep in brackets it stands.
    pub depth: usize,
}

/// Which figure of a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    Budget,
    Outturn,
}

impl Mention {
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.unit.quantity()
    }

    /// Can stand in a sum: an amount or a count, and neither a change nor last year's.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self.part, Part::Value | Part::Task | Part::Done) && self.quantity() != Quantity::Ratio
    }

    /// Whether the two count the same thing.
    #[must_use]
    pub fn like(&self, other: &Self) -> bool {
        self.noun == other.noun && !self.noun.is_empty()
    }

    /// The value in 元, in percent, or in the bare noun; none where a decimal cannot hold it.
    #[must_use]
    pub fn base(&self) -> Option<Decimal> {
        super::number::base(self.value, &self.unit)
    }
}
