//! All sentences of a submission, each once: a text that stands in two cells is one sentence with two places.

use foldhash::{HashMap, HashMapExt, HashSet};

use super::grammar::{Grammar, Sense};
use super::mention::Mention;
use super::sentence::{Around, read_mentions};
use super::text::{Letters, numbering, string};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::normal::squash;
use crate::model::CellRef;

/// Letters of a heading at most.
const HEADING: usize = 24;
/// Letters of a sentence from which on a second copy is the same statement.
const COPIED: usize = 10;

/// Everything that the sentences of one submission say.
#[derive(Debug, Clone, Default)]
pub struct Narrative {
    pub sentences: Vec<Sentence>,
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    pub table: usize,
    pub cell: CellRef,
    /// The letter of the cell, as typed, with which it begins.
    pub from: usize,
}

/// One sentence.
#[derive(Debug, Clone)]
pub struct Sentence {
    pub table: usize,
    pub cell: CellRef,
    /// Letters of the cell as typed, half-open.
    pub span: (usize, usize),
    /// Half-width, without spaces.
    pub text: String,
    /// Letter by letter as typed, without spaces: for quotations.
    pub printed: Vec<char>,
    /// How many sentences its cell holds.
    pub siblings: usize,
    /// The headings over it, from the outermost to the nearest.
    pub heading: String,
    pub mentions: Vec<Mention>,
    /// The cell is a target or a result of this indicator.
    pub indicator: Option<(String, bool)>,
    /// Other places of the same statement.
    pub copies: Vec<Stand>,
}

/// Reads every passage of a submission.
#[must_use]
pub fn read_narrative(submission: &Submission, forms: &Forms, grammar: &Grammar) -> Narrative {
    let mut narrative = Narrative::default();
    // A statement of one project is not the same statement of another.
    let mut known: HashMap<(Option<String>, String, String), usize> = HashMap::new();
    for (number, table) in submission.tables.iter().enumerate() {
        let page = forms.all.get(table.form).is_some_and(|form| form.kind == "report");
        let around = Around { year: table.reading.year.or(submission.year) };
        let mut headings = Headings::default();
        // The name of a row is no statement.
        let mut figures = table.reading.figures.iter().map(|figure| &figure.line).collect::<Vec<_>>();
        figures.dedup();
        let lines: HashSet<String> = figures.into_iter().map(|line| squash(line)).collect();
        for passage in &table.reading.passages {
            if !page {
                headings = Headings::default();
            }
            let figures = &table.reading.figures;
            let indicator = figures
                .iter()
                .filter(|figure| figure.cell == passage.cell)
                .find_map(|figure| match &*figure.measure {
                    "年度指标值" => Some((figure.line.to_string(), false)),
                    "实际完成值" => Some((figure.line.to_string(), true)),
                    _ => None,
                })
                .or_else(|| lines.contains(&squash(&passage.text)).then(|| (passage.text.clone(), false)));
            let letters = Letters::of(&passage.text);
            let typed: Vec<char> = passage.text.chars().collect();
            let sentences = joined(letters.sentences(), &letters.chars, grammar);
            for (from, to) in sentences.iter().copied() {
                let chars = &letters.chars[from..to];
                let heading = headings.over(chars);
                let mentions = read_mentions(&letters.chars, (from, to), &letters.at, grammar, around);
                let text = string(chars);
                let span = (letters.at[from], letters.at[to - 1] + 1);
                let key = (table.project.clone(), heading.clone(), text.clone());
                let place = Stand { table: number, cell: passage.cell, from: span.0 };
                if let Some(at) = known.get(&key).filter(|_| to - from >= COPIED) {
                    narrative.sentences[*at].copies.push(place);
                    continue;
                }
                known.insert(key, narrative.sentences.len());
                narrative.sentences.push(Sentence {
                    table: number,
                    cell: passage.cell,
                    span,
                    text,
                    printed: letters.at[from..to].iter().filter_map(|at| typed.get(*at).copied()).collect(),
                    siblings: sentences.len(),
                    heading,
                    mentions,
                    indicator: indicator.clone(),
                    copies: Vec::new(),
                });
            }
        }
    }
    narrative
}

/// A sentence that begins with 其中 or 两项合计 goes on with the one before it in its paragraph.
fn joined(sentences: Vec<(usize, usize)>, chars: &[char], grammar: &Grammar) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::with_capacity(sentences.len());
    for (from, to) in sentences {
        let opens = string(&chars[from..to.min(from + 6)]);
        let parts = grammar.words(Sense::Parts).any(|word| opens.starts_with(word)) || counted_sum(&opens, grammar);
        match found.last_mut().filter(|last| parts && last.1 + 1 == from && chars.get(last.1) == Some(&'。')) {
            Some(last) => last.1 = to,
            None => found.push((from, to)),
        }
    }
    found
}

/// 两项合计, 以上三项共计: the sum of what stands in the sentence before.
fn counted_sum(opens: &str, grammar: &Grammar) -> bool {
    let rest = ["以上", "上述"].iter().find_map(|word| opens.strip_prefix(word)).unwrap_or(opens);
    let mut letters = rest.chars();
    let counted = letters.next().is_some_and(|c| "两二三四五六七八九十".contains(c)) && letters.next() == Some('项');
    counted && grammar.words(Sense::Sum).any(|word| letters.as_str().starts_with(word))
}

/// The headings that are open.
#[derive(Debug, Default)]
struct Headings {
    open: Vec<(u8, String)>,
}

impl Headings {
    /// Takes a sentence's own numbering in, and says what stands over it.
    fn over(&mut self, chars: &[char]) -> String {
        if let Some((depth, used)) = numbering(chars) {
            self.open.retain(|(open, _)| *open < depth);
            let rest = &chars[used..];
            let colon = rest.iter().take(HEADING).position(|c| *c == ':');
            let short = rest.len() <= HEADING && !rest.iter().any(char::is_ascii_digit);
            let name = match colon {
                Some(at) => string(&rest[..at]),
                None if short => string(rest),
                None => String::new(),
            };
            self.open.push((depth, name));
        }
        // Chapters are too wide to tell statements apart; what stands under them tells.
        let names: Vec<&str> =
            self.open.iter().filter(|(depth, _)| *depth > 2).map(|(_, name)| name.as_str()).collect();
        names.join("/")
    }
}
