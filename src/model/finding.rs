//! What was found: operands with their cells, and the sentence about them in both languages.

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::explanation::{Explained, Given, Since};
use super::{CellRef, Stated, Words};

/// The class of a rule, after the audit classes of departmental accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 基本平衡: an identity that must hold.
    Balance,
    /// 逻辑性: an order or a condition that must hold.
    Logic,
    /// 核实性: unusual, to be explained.
    Verify,
    /// 完整性: something that the form requires is missing.
    Complete,
    /// 表式: how the form was filled.
    Form,
}

impl Class {
    pub const ALL: [Self; 5] = [Self::Balance, Self::Logic, Self::Verify, Self::Complete, Self::Form];

    /// The severity of a tie of this class that does not hold.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Balance | Self::Logic => Severity::Error,
            Self::Verify | Self::Complete => Severity::Warning,
            Self::Form => Severity::Note,
        }
    }

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Logic => "logic",
            Self::Verify => "verify",
            Self::Complete => "complete",
            Self::Form => "form",
        }
    }

    #[must_use]
    pub fn words(self) -> Words {
        match self {
            Self::Balance => Words::new("基本平衡", "balance"),
            Self::Logic => Words::new("逻辑性", "logic"),
            Self::Verify => Words::new("核实性", "verify"),
            Self::Complete => Words::new("完整性", "complete"),
            Self::Form => Words::new("表式", "form"),
        }
    }
}

/// The outcome of one rule on one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    Balanced,
    Rounding,
    RoundingLarge,
    Unbalanced,
    Unchecked,
    NotApplicable,
}

impl Verdict {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Rounding => "rounding",
            Self::RoundingLarge => "rounding-large",
            Self::Unbalanced => "unbalanced",
            Self::Unchecked => "unchecked",
            Self::NotApplicable => "not-applicable",
        }
    }

    #[must_use]
    pub fn words(self) -> Words {
        match self {
            Self::Balanced => Words::new("平", "balanced"),
            Self::Rounding => Words::new("尾差", "rounding"),
            Self::RoundingLarge => Words::new("尾差偏大", "large rounding"),
            Self::Unbalanced => Words::new("不平", "unbalanced"),
            Self::Unchecked => Words::new("未核", "unchecked"),
            Self::NotApplicable => Words::new("不适用", "not applicable"),
        }
    }
}

/// How much a finding weighs; the heaviest orders first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    #[must_use]
    pub fn words(self) -> Words {
        match self {
            Self::Error => Words::new("错误", "error"),
            Self::Warning => Words::new("警告", "warning"),
            Self::Note => Words::new("提示", "note"),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The part that a cell plays in a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The left side of an equality: what the submission reports.
    Total,
    /// An operand of the right side.
    Term,
    /// A place that a condition or a form check looked at.
    Subject,
}

impl Role {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Term => "term",
            Self::Subject => "subject",
        }
    }
}

/// One operand, with the cell it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCell {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub cell: CellRef,
    /// As shown in the cell; personal data masked.
    pub text: String,
    /// As reported, in `unit`.
    pub value: Option<Decimal>,
    pub unit: String,
    pub role: Role,
    /// The line and measure, for people: `部门基本支出 2024年决算数`.
    pub label: String,
    /// No tie that holds vouches for this cell, and a tie that fails has it.
    pub suspect: bool,
    pub proposed: Option<Decimal>,
    /// The letters of the cell's text that are meant, half-open, counted from zero, where it is a part of a sentence.
    pub span: Option<(usize, usize)>,
}

/// A cell that may be the wrong one, why, and what it probably should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The name in JSON: `transposed`, `unit-slip` and so on.
    pub cause: &'static str,
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub cell: CellRef,
    /// The line and measure, for people.
    pub label: String,
    /// What the ties ask for, in `unit`; it never stands in the submission's cell.
    pub proposed: Option<Decimal>,
    pub unit: String,
    /// Failing ties that hold with it, of how many; and ties that held and would not.
    pub repairs: usize,
    pub of: usize,
    pub breaks: usize,
    /// Causes of one number belong to cells that change together; the first set is the likeliest.
    pub set: usize,
    /// The evidence in a few words.
    pub why: Words,
}

/// One thing that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: String,
    pub class: Class,
    pub severity: Severity,
    pub verdict: Verdict,
    pub title: Arc<Words>,
    /// The whole sentence.
    pub message: Words,
    /// How to mend or explain it.
    pub hint: Arc<Words>,
    /// The file in which it is marked.
    pub file: Arc<str>,
    pub entity: String,
    pub year: Option<i32>,
    /// The first is where it is marked.
    pub cells: Vec<FindingCell>,
    /// The likeliest first; empty where nothing was looked for or nothing fits.
    pub causes: Vec<Cause>,
    /// In one line, which cell is probably wrong and what it should be, or that this could not be told.
    pub likely: Option<Words>,
    pub expected: Option<String>,
    pub reported: Option<String>,
    pub difference: Option<String>,
    pub allowance: Option<String>,
    pub unit: String,
    /// Stable over moves: rule, form, line, measure, entity and year, not the address.
    pub key: String,
    /// What was said of it, and whether that closes it.
    pub explained: Option<Box<Explained>>,
    /// What became of it since an earlier run, where one was given.
    pub since: Option<Since>,
}

/// Letters of a cell's text that are kept to tell whether it changed.
const KEPT: usize = 100;

impl Finding {
    /// Whether an explanation closes it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.explained.as_deref().is_some_and(Explained::closes)
    }

    /// The figures of its comparison as people print them.
    #[must_use]
    pub fn stated(&self) -> Option<Stated> {
        let value = |text: &Option<String>| text.as_deref()?.parse::<Decimal>().ok();
        let exact = Stated {
            reported: value(&self.reported)?,
            expected: value(&self.expected)?,
            difference: value(&self.difference)?,
            allowance: value(&self.allowance)?,
        };
        Some(Stated::of(exact, &self.unit))
    }

    /// The figures that it shows, as they are kept beside an explanation; of a cell without an amount its words.
    #[must_use]
    pub fn figures(&self) -> Vec<Given> {
        if self.cells.is_empty() {
            let all = [("所报", &self.reported), ("应为", &self.expected)];
            let stated = all.into_iter().filter_map(|(label, value)| Some((label, value.as_ref()?)));
            return stated.map(|(label, value)| given(label, value.clone(), &self.unit)).collect();
        }
        let of = |cell: &FindingCell| match cell.value {
            Some(value) => given(&cell.label, value.normalize().to_string(), &cell.unit),
            None => given(&cell.label, kept(&cell.text), ""),
        };
        self.cells.iter().map(of).collect()
    }
}

fn given(label: &str, value: String, unit: &str) -> Given {
    Given { label: label.to_owned(), value, unit: unit.to_owned() }
}

/// A text without spaces and personal data; of a long one its beginning and its length.
#[must_use]
pub fn kept(text: &str) -> String {
    let text: String = super::mask::mask_text(text).chars().filter(|c| !c.is_whitespace()).collect();
    let length = text.chars().count();
    if length <= KEPT { text } else { format!("{}…（{length}字）", text.chars().take(KEPT).collect::<String>()) }
}
