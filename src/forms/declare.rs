//! Forms as officers declare them: TOML as typed, then a checked [`Form`].
//!
//! Every key is explained in `docs/guide/own-rule-and-form.md`; `docs/FORMS.md` shows the built-in forms.

use serde::Deserialize;

use super::sought::Sought;
use super::words::MeasureWords;
use crate::model::{Quantity, Unit, Words};

/// One declared form.
#[derive(Debug, Clone)]
pub struct Form {
    pub kind: String,
    pub annex: String,
    pub title: Words,
    pub source: Words,
    /// One a submission; else one a project.
    pub single: bool,
    /// A submission is not whole without it.
    pub required: bool,
    /// The least score at which a table is taken for this form.
    pub need: i32,
    /// Declared by the user, not built in.
    pub own: bool,
    pub clues: Vec<Clue>,
    pub blocks: Vec<Block>,
    /// The words of all blocks' measures.
    pub words: MeasureWords,
}

/// One thing that speaks for (or, with a negative weight, against) a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clue {
    pub place: Place,
    pub words: Vec<Sought>,
    pub weight: i32,
}

/// Where a clue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Inside a heading near the top.
    Title,
    /// A whole label or header, as [`read_label`](super::normal::read_label) leaves it.
    Label,
    /// Inside any text.
    Text,
}

/// One block of a form.
#[derive(Debug, Clone)]
pub struct Block {
    pub name: String,
    /// What rules call the block: `绩效指标.*`.
    pub title: Words,
    pub shape: Shape,
    pub measures: Vec<Measure>,
    pub lines: Vec<Line>,
    pub pairs: Vec<Pair>,
    pub captures: Vec<Capture>,
    /// Words that may stand around a measure's root in a header and say nothing of their own: 实际, 金额.
    pub around: Vec<String>,
    /// Headers that must be found before the block is.
    pub need: usize,
    /// The unit of money where nothing is printed.
    pub unit: Unit,
    /// Labels of the row that ends an open block (总分).
    pub total: Vec<String>,
    /// The line's name of a record, of the total row, or of a row of lines that has no label.
    pub line: String,
    /// A blank record is one finding.
    pub required: bool,
    /// Labels that end a block of lines.
    pub until: Vec<String>,
    /// Labels of rows that divide the total another way: lines of their own, parts of nothing.
    pub apart: Vec<String>,
    /// Amounts add up along the row, so that its columns share their decimals.
    pub across: bool,
}

/// How a block lies on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Rows by label × measures by header.
    Lines,
    /// A header row and the one row under it.
    Record,
    /// Open rows under 一级/二级/三级 until the total.
    Indicators,
    /// Label beside, above or inside the value.
    Pairs,
    /// Sentences with figures.
    Text,
    /// People: personal data.
    Roster,
}

/// A column by its meaning.
#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    pub words: Vec<String>,
    /// Words at the heart of a header of any wording: 使用 in 实际使用数; all around it must be the block's `around`.
    pub roots: Vec<String>,
    /// The year in the header less the form's year.
    pub year: Option<i32>,
    /// The measure of last year's filing that this one repeats.
    pub repeats: Option<String>,
    /// The measure that this one is where no column, or none with an entry, is that measure's own.
    pub serves: Option<String>,
    /// Which step of the budget's year it is.
    pub stage: Option<Stage>,
    pub quantity: Quantity,
    pub unit: Option<Unit>,
    /// Figures are given, not rounded: weights and points, heads.
    pub exact: bool,
}

/// A step of the budget's year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 上年决算数.
    LastOutturn,
    /// 年初预算数.
    Initial,
    /// 年中调整.
    Adjustment,
    /// 全年预算数, or the one budget that the form prints.
    Budget,
    /// 到位数.
    Received,
    /// 全年执行数, 本年决算数.
    Outturn,
    /// 执行率.
    Rate,
}

/// A row by its meaning.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: String,
    pub words: Vec<String>,
    /// The words without the marks that offices use or leave out.
    pub bare: Vec<String>,
    /// Words at the heart of a label of any wording: 市县 in 市县级财政资金; all around it must be the line's `around`.
    pub roots: Vec<Sought>,
    /// Words that may stand around a root and say nothing of their own: 级, 财政, 资金.
    pub around: Vec<String>,
    pub parent: Option<String>,
    /// Lines of which one stands above it: else its words are another line's that has them too.
    pub after: Vec<String>,
    /// Rows that follow are its children, whatever they are called.
    pub open: bool,
    /// Measures that may not be blank where the row is printed; `*` is one finding for the whole row.
    pub required: Vec<String>,
}

/// A label with one value.
#[derive(Debug, Clone)]
pub struct Pair {
    pub name: String,
    pub words: Vec<String>,
    pub value: ValueKind,
    pub required: bool,
    pub role: Option<Role>,
    pub parent: Option<String>,
}

/// What a pair's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    #[default]
    Text,
    Money,
    /// A score: read as the measure 得分.
    Points,
    /// A rate: read as the measure 比率.
    Ratio,
    /// A number of things: read as the measure 数量.
    Count,
    Date,
    /// A name: personal data.
    Person,
    /// A telephone number: personal data.
    Phone,
}

/// What a pair tells of the submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Entity,
    Project,
}

/// A figure in a sentence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    pub line: String,
    #[serde(default)]
    pub measure: String,
    /// Literal words around `{n}`, the number with its unit; `{name}{n}` reads a list of items.
    pub patterns: Vec<String>,
    pub quantity: Quantity,
    /// A list is read from the first of these words on; a sentence without any is left.
    #[serde(default)]
    pub within: Vec<String>,
    /// An item's name must hold one of these words.
    #[serde(default)]
    pub only: Vec<String>,
    /// An item whose name holds one of these words is left out.
    #[serde(default)]
    pub skip: Vec<String>,
}

/// A form file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("{file}: {error}")]
    Syntax { file: String, error: toml::de::Error },
    #[error(
        "{file}: `kind = {kind:?}`: expected a name without `=` and without blanks at its ends, by which `--form` can ask for it"
    )]
    Kind { file: String, kind: String },
    #[error("{file}: block `{block}`: {problem}")]
    Meaning { file: String, block: String, problem: String },
}

impl Form {
    /// The block of a name.
    #[must_use]
    pub fn block(&self, name: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// What a block declares of a measure.
    #[must_use]
    pub fn measure(&self, block: &str, name: &str) -> Option<&Measure> {
        self.block(block)?.measure(name)
    }

    /// The measure of last year's filing that a measure of this year repeats.
    #[must_use]
    pub fn repeats(&self, block: &str, measure: &str) -> Option<&str> {
        self.measure(block, measure)?.repeats.as_deref()
    }
}

impl Block {
    /// The measure of one step of the budget's year.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.stage == Some(stage))
    }

    #[must_use]
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    #[must_use]
    pub fn line_named(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }
}
