//! Forms as they are written in TOML, and what is wrong with one that makes no sense.

use serde::Deserialize;

use super::declare::{
    Block, Capture, Clue, Form, FormError, Line, Measure, Pair, Place, Role, Shape, Stage, ValueKind,
};
use super::lines::bare;
use super::normal::{read_label, squash};
use super::sought::Sought;
use super::words::MeasureWords;
use crate::model::{Quantity, Unit, Words};

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
    #[serde(default)]
    around: Vec<String>,
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
    #[serde(default)]
    roots: Vec<String>,
    year: Option<i32>,
    repeats: Option<String>,
    serves: Option<String>,
    stage: Option<Stage>,
    quantity: Quantity,
    unit: Option<String>,
    #[serde(default)]
    exact: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineText {
    name: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    roots: Vec<String>,
    #[serde(default)]
    around: Vec<String>,
    parent: Option<String>,
    #[serde(default)]
    after: Vec<String>,
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
        let blocks: Vec<Block> =
            typed.block.into_iter().map(|block| check_block(file, block)).collect::<Result<_, _>>()?;
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
            words: MeasureWords::of(&blocks),
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
    // Rows of words bear names of their own.
    let worded = block.measures.iter().all(|one| matches!(one.quantity, Quantity::Text));
    if block.shape == Shape::Lines && block.lines.is_empty() && !worded {
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
    Ok(Block {
        measures,
        lines: block.lines.into_iter().map(check_line).collect(),
        pairs: block.pairs.into_iter().map(check_pair).collect(),
        captures: block.captures,
        total: block.total.iter().map(|word| read_label(word).core).collect(),
        until: block.until.iter().map(|word| read_label(word).core).collect(),
        apart: block.apart.iter().map(|word| read_label(word).core).collect(),
        across: block.across,
        around: block.around.iter().map(|word| squash(word)).collect(),
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
        roots: measure.roots.iter().map(|root| squash(root)).collect(),
        year: measure.year,
        repeats: measure.repeats,
        serves: measure.serves,
        stage: measure.stage,
        quantity: measure.quantity,
        unit: measure.unit.as_deref().map(Unit::parse),
        exact: measure.exact,
    }
}

fn check_line(line: LineText) -> Line {
    let words = match_words(&line.name, &line.words);
    Line {
        bare: words.iter().map(|word| bare(word)).collect(),
        roots: Sought::all(line.roots.iter().map(|root| squash(root))),
        around: line.around.iter().map(|word| squash(word)).collect(),
        words,
        name: line.name,
        parent: line.parent,
        after: line.after,
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
