//! Forms as officers declare them: TOML as typed, then a checked [`Form`].
//!
//! Every key is explained in `docs/guide/own-rule-and-form.md`; `docs/FORMS.md` shows the built-in forms.

use serde::Deserialize;

use super::lines::bare;
use super::normal::{letter_mask, read_label, squash};
use super::sought::Sought;
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
    /// A whole label or header, as [`read_label`] leaves it.
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
    /// The words of all measures, in their order.
    pub words: Vec<MeasureWord>,
    /// The [`letter_mask`] of the first letters of all measures' words.
    pub firsts: u64,
    pub lines: Vec<Line>,
    pub pairs: Vec<Pair>,
    pub captures: Vec<Capture>,
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

/// A word that names a measure.
#[derive(Debug, Clone)]
pub struct MeasureWord {
    pub word: Sought,
    /// Index into the block's measures.
    pub measure: usize,
}

/// A column by its meaning.
#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    pub words: Vec<String>,
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
    pub parent: Option<String>,
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
    pub quantity: QuantityText,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormText {
    kind: String,
    annex: String,
    title: Words,
    source: Words,
    #[serde(default)]
    single: bool,
    #[serde(default)]
    required: bool,
    need: i32,
    clue: Vec<Clue>,
    #[serde(default)]
    block: Vec<BlockText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockText {
    name: String,
    title: Words,
    shape: Shape,
    #[serde(default)]
    measures: Vec<MeasureText>,
    #[serde(default)]
    lines: Vec<LineText>,
    #[serde(default)]
    pairs: Vec<PairText>,
    #[serde(default)]
    captures: Vec<Capture>,
    need: Option<usize>,
    unit: Option<String>,
    #[serde(default)]
    total: Vec<String>,
    #[serde(default)]
    line: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    until: Vec<String>,
    #[serde(default)]
    apart: Vec<String>,
    #[serde(default)]
    across: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasureText {
    name: String,
    #[serde(default)]
    words: Vec<String>,
    year: Option<i32>,
    repeats: Option<String>,
    serves: Option<String>,
    stage: Option<Stage>,
    quantity: QuantityText,
    unit: Option<String>,
    #[serde(default)]
    exact: bool,
}

/// The kinds of quantity that a form file may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuantityText {
    Money,
    Ratio,
    Points,
    Count,
    Plain,
    Text,
}

impl From<QuantityText> for Quantity {
    fn from(text: QuantityText) -> Self {
        match text {
            QuantityText::Money => Self::Money,
            QuantityText::Ratio => Self::Ratio,
            QuantityText::Points => Self::Points,
            QuantityText::Count => Self::Count,
            QuantityText::Plain => Self::Plain,
            QuantityText::Text => Self::Text,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineText {
    name: String,
    #[serde(default)]
    words: Vec<String>,
    parent: Option<String>,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    required: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PairText {
    name: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    value: ValueKind,
    #[serde(default)]
    required: bool,
    role: Option<Role>,
    parent: Option<String>,
}

impl Form {
    /// Reads one form file.
    ///
    /// # Errors
    /// Names the file, the line and the key for TOML that does not parse, and the block for one that makes no sense.
    pub fn parse(file: &str, text: &str) -> Result<Self, FormError> {
        let typed: FormText =
            toml::from_str(text).map_err(|error| FormError::Syntax { file: file.to_owned(), error })?;
        let kind = typed.kind;
        if kind.is_empty() || kind.contains('=') || kind.trim() != kind {
            return Err(FormError::Kind { file: file.to_owned(), kind });
        }
        let blocks = typed.block.into_iter().map(|block| check_block(file, block)).collect::<Result<_, _>>()?;
        let clues = typed
            .clue
            .into_iter()
            .map(|clue| Clue {
                words: Sought::all(clue.words.iter().map(|one| clue_word(clue.place, one.word()))),
                ..clue
            })
            .collect();
        Ok(Self {
            kind,
            annex: typed.annex,
            title: typed.title,
            source: typed.source,
            single: typed.single,
            required: typed.required,
            need: typed.need,
            own: false,
            clues,
            blocks,
        })
    }
}

fn clue_word(place: Place, word: &str) -> String {
    if place == Place::Label { read_label(word).core } else { squash(word) }
}

/// A name and its synonyms as labels are matched, the longest first.
fn match_words(name: &str, words: &[String]) -> Vec<String> {
    let mut all: Vec<String> =
        std::iter::once(name).chain(words.iter().map(String::as_str)).map(|word| read_label(word).core).collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    all.dedup();
    all
}

fn check_block(file: &str, block: BlockText) -> Result<Block, FormError> {
    let wrong = |problem: &str| FormError::Meaning {
        file: file.to_owned(),
        block: block.name.clone(),
        problem: problem.to_owned(),
    };
    let tabular = matches!(block.shape, Shape::Lines | Shape::Record | Shape::Indicators | Shape::Roster);
    if tabular && block.measures.is_empty() {
        return Err(wrong("a table needs `measures`"));
    }
    if block.shape == Shape::Lines && block.lines.is_empty() {
        return Err(wrong("`shape = \"lines\"` needs `lines`"));
    }
    if block.shape == Shape::Record && block.line.is_empty() {
        return Err(wrong("`shape = \"record\"` needs the `line` that its one row is"));
    }
    let names: Vec<&str> = block.lines.iter().map(|line| line.name.as_str()).collect();
    if let Some(line) =
        block.lines.iter().find(|line| line.parent.as_deref().is_some_and(|parent| !names.contains(&parent)))
    {
        return Err(wrong(&format!("line `{}` names a parent that is not declared", line.name)));
    }
    let measures: Vec<&str> = block.measures.iter().map(|measure| measure.name.as_str()).collect();
    let strange = |measure: &&MeasureText| measure.serves.as_deref().is_some_and(|name| !measures.contains(&name));
    if let Some(measure) = block.measures.iter().find(strange) {
        return Err(wrong(&format!("measure `{}` serves one that is not declared", measure.name)));
    }
    let need = block.need.unwrap_or(2);
    let unit = block.unit.as_deref().map_or_else(Unit::wan_yuan, Unit::parse);
    let measures: Vec<Measure> = block.measures.into_iter().map(check_measure).collect();
    let words = measures.iter().enumerate().flat_map(|(at, measure)| {
        let word = move |word: &String| MeasureWord { word: Sought::new(word.clone()), measure: at };
        measure.words.iter().map(word)
    });
    let words: Vec<MeasureWord> = words.collect();
    let firsts: String = words.iter().filter_map(|one| one.word.word().chars().next()).collect();
    Ok(Block {
        firsts: letter_mask(&firsts),
        words,
        measures,
        lines: block.lines.into_iter().map(check_line).collect(),
        pairs: block.pairs.into_iter().map(check_pair).collect(),
        captures: block.captures,
        total: block.total.iter().map(|word| read_label(word).core).collect(),
        until: block.until.iter().map(|word| read_label(word).core).collect(),
        apart: block.apart.iter().map(|word| read_label(word).core).collect(),
        across: block.across,
        name: block.name,
        title: block.title,
        shape: block.shape,
        need,
        unit,
        line: block.line,
        required: block.required,
    })
}

fn check_measure(measure: MeasureText) -> Measure {
    let words = match_words(&measure.name, &measure.words);
    Measure {
        words,
        name: measure.name,
        year: measure.year,
        repeats: measure.repeats,
        serves: measure.serves,
        stage: measure.stage,
        quantity: measure.quantity.into(),
        unit: measure.unit.as_deref().map(Unit::parse),
        exact: measure.exact,
    }
}

fn check_line(line: LineText) -> Line {
    let words = match_words(&line.name, &line.words);
    Line {
        bare: words.iter().map(|word| bare(word)).collect(),
        words,
        name: line.name,
        parent: line.parent,
        open: line.open,
        required: line.required,
    }
}

fn check_pair(pair: PairText) -> Pair {
    Pair {
        words: match_words(&pair.name, &pair.words),
        name: pair.name,
        value: pair.value,
        required: pair.required,
        role: pair.role,
        parent: pair.parent,
    }
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
