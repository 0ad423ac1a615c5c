//! Causes in words.

use super::super::evaluate::Paired;
use super::super::findings::cell;
use super::super::outcome::{At, Use};
use super::shown;
use super::state::Stated;
use crate::diagnose::{Group, Guess, Slip};
use crate::forms::Forms;
use crate::model::Words;
use crate::model::finding::FindingCell;

/// The names of a cause in JSON; a total typed in a part with two digits changed is both.
#[must_use]
pub fn names(slip: Slip) -> &'static [&'static str] {
    match slip {
        Slip::Transposed | Slip::JumpTransposed => &["transposed"],
        Slip::Mistyped => &["mistyped"],
        Slip::DigitDropped => &["digit-dropped"],
        Slip::DigitAdded => &["digit-added"],
        Slip::ZeroDropped => &["zero-dropped"],
        Slip::ZeroAdded => &["zero-added"],
        Slip::Decimal(_) => &["decimal-slip"],
        Slip::Unit(_) => &["unit-slip"],
        Slip::Sign => &["sign"],
        Slip::Neighbour => &["neighbour"],
        Slip::Swapped => &["swapped"],
        Slip::TotalInPart => &["total-in-part"],
        Slip::TotalTransposed => &["transposed", "total-in-part"],
        Slip::PartOmitted => &["part-omitted"],
        Slip::CountedTwice => &["counted-twice"],
        Slip::SubtotalAdded => &["subtotal-added"],
        Slip::LastYear => &["last-year"],
        Slip::BudgetCopied => &["budget-copied"],
        Slip::StaleFormula => &["stale-formula"],
        Slip::RoundingTail => &["rounding-tail"],
        Slip::RatioSwapped => &["ratio-swapped"],
        Slip::Unknown => &["unknown"],
    }
}

/// Finds the words for figures of one submission.
pub struct Speaker<'s> {
    pub pair: Paired<'s>,
    pub forms: &'s Forms,
}

impl Speaker<'_> {
    /// The figure's cell, text and label.
    #[must_use]
    pub fn cell(&self, one: &Use) -> Option<FindingCell> {
        cell(one, (self.pair.0, self.pair.1.map(|before| before.submission)), self.forms)
    }

    /// The line of a figure, or its label.
    fn line(&self, one: &Use) -> String {
        let line = match one.at {
            At::Figure { prior: false, table, figure } => {
                super::super::outcome::figure_at(self.pair.0, table, figure).map(|figure| figure.line.to_string())
            }
            _ => None,
        };
        line.or_else(|| self.cell(one).map(|cell| cell.label)).unwrap_or_default()
    }

    /// Every change of a set: `附件2 F6“部门基本支出·本年决算数”疑为266.73：误将合计填入部门基本支出`.
    #[must_use]
    pub fn set(&self, stated: &Stated, set: &Group) -> (String, String) {
        let one = |change: &crate::diagnose::Change| {
            let guess = change.causes.first()?;
            let cell = self.cell(&stated.uses[change.cell])?;
            let value = stated.amount(change.cell, guess.value).map(shown).unwrap_or_default();
            let (annex, label) = cell.label.split_once(' ').unwrap_or(("", cell.label.as_str()));
            let why = self.why(stated, change.cell, guess);
            let value = if cell.unit == "%" { format!("{value}%") } else { value };
            Some((
                format!("{annex} {}“{label}”疑为{value}：{}", cell.cell, why.zh),
                format!("{annex} {} “{label}” is probably {value}: {}", cell.cell, why.en),
            ))
        };
        let said: Vec<(String, String)> = set.changes.iter().filter_map(one).collect();
        let zh: Vec<&str> = said.iter().map(|one| one.0.as_str()).collect();
        let en: Vec<&str> = said.iter().map(|one| one.1.as_str()).collect();
        (zh.join("，且 "), en.join(", and "))
    }

    /// The evidence for one cause.
    #[must_use]
    pub fn why(&self, stated: &Stated, cell: usize, guess: &Guess) -> Words {
        let other = guess.other.map(|other| self.line(&stated.uses[other])).unwrap_or_default();
        let own = self.line(&stated.uses[cell]);
        let typed = self.cell(&stated.uses[cell]).map(|cell| cell.text).unwrap_or_default();
        let total =
            guess.other.and_then(|other| self.cell(&stated.uses[other])).map(|cell| cell.text).unwrap_or_default();
        let plain = |zh: &str, en: &str| Words::new(zh, en);
        match guess.slip {
            Slip::Transposed => plain("相邻两位数字颠倒", "two neighbouring digits changed places"),
            Slip::JumpTransposed => plain("隔位的两位数字颠倒", "two digits next but one changed places"),
            Slip::Mistyped => plain("一位数字误填", "one digit mistyped"),
            Slip::DigitDropped => plain("漏填一位数字", "a digit was dropped"),
            Slip::DigitAdded => plain("多填一位数字", "a digit too many"),
            Slip::ZeroDropped => plain("漏填一个0", "a zero was dropped"),
            Slip::ZeroAdded => plain("多填一个0", "a zero too many"),
            Slip::Decimal(power) => Words::new(
                format!("小数点错位（相差{}倍）", times(power)),
                format!("the decimal point slipped (by {})", times(power)),
            ),
            Slip::Unit(power) => Words::new(
                format!("计量单位误用（相差{}倍）", times(power)),
                format!("the unit slipped (by {})", times(power)),
            ),
            Slip::Sign => plain("正负号相反", "the sign is reversed"),
            Slip::Neighbour => Words::new(
                format!("与相邻行“{other}”的数相同，疑为误填或错行"),
                format!("the value of the next row, “{other}”, typed again or a row off"),
            ),
            Slip::Swapped => Words::new(format!("与“{other}”的数互相填反"), format!("changed places with “{other}”")),
            Slip::TotalInPart => {
                Words::new(format!("误将合计填入{own}"), format!("the total was typed into the part “{own}”"))
            }
            Slip::TotalTransposed => Words::new(
                format!("误将合计填入{own}，且{typed}为{total}的数字颠倒"),
                format!("the total was typed into the part “{own}”, and {typed} is {total} with two digits changed"),
            ),
            Slip::PartOmitted => {
                Words::new(format!("合计漏加“{other}”"), format!("“{other}” was left out of the total"))
            }
            Slip::CountedTwice => {
                Words::new(format!("合计重复计入“{other}”"), format!("“{other}” was counted twice in the total"))
            }
            Slip::SubtotalAdded => Words::new(
                format!("合计多计“{other}”，小计与明细重复相加或多列一行"),
                format!("“{other}” was added to the total: a subtotal with its parts, or a line too many"),
            ),
            Slip::LastYear => plain("与上年数相同，疑为误留上年数", "last year’s figure left in"),
            Slip::BudgetCopied => plain("与预算数相同，疑为误将预算填入决算", "the budget copied to the outturn"),
            Slip::StaleFormula => plain("公式结果未重算", "the formula’s stored result is stale"),
            Slip::RoundingTail => plain("尾差略超取整界限", "a tail a little beyond rounding"),
            Slip::RatioSwapped => plain("分子分母颠倒", "numerator and denominator changed places"),
            Slip::Unknown => plain("由其他各数推算，原因不明", "worked out from the other figures; cause unknown"),
        }
    }
}

fn times(power: i32) -> &'static str {
    match power.unsigned_abs() {
        1 => "10",
        2 => "100",
        3 => "1,000",
        4 => "10,000",
        _ => "100,000,000",
    }
}
