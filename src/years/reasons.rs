//! Where a submission itself gives the reason of a change: beside the figure, or in a sentence that names the line.

use std::cell::OnceCell;

use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::normal::{letter_mask, squash};
use crate::forms::sought::Sought;
use crate::forms::value::State;
use crate::model::CellRef;
use crate::model::Quantity;

/// The cell in which a reason stands, and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub table: usize,
    pub cell: CellRef,
    pub sentence: String,
}

/// Words of change and words of reason; a sentence that names the line and holds one of each is a reason.
const CHANGE: [&str; 15] = [
    "增加",
    "减少",
    "增长",
    "下降",
    "上升",
    "降低",
    "压减",
    "提高",
    "超出",
    "节约",
    "较上年",
    "比上年",
    "同比",
    "新增",
    "变动",
];
const GROUND: [&str; 12] =
    ["原因", "由于", "主要是", "因为", "系因", "因", "为了", "受", "按照", "落实", "用于", "导致"];

/// The sentences of a submission that speak of a change and a ground, found once for all its lines.
#[derive(Debug)]
pub struct Reasons<'s> {
    submission: &'s Submission,
    sentences: OnceCell<Vec<Sentence<'s>>>,
}

#[derive(Debug)]
struct Sentence<'s> {
    table: usize,
    cell: CellRef,
    text: &'s str,
    words: String,
}

impl<'s> Reasons<'s> {
    #[must_use]
    pub fn of(submission: &'s Submission) -> Self {
        Self { submission, sentences: OnceCell::new() }
    }

    /// Finds the reason that the submission gives for the change of one line: in the row's own column of reasons, else
    /// in the first sentence of any annex that names the line, a change and a ground.
    #[must_use]
    pub fn reason(&self, forms: &Forms, table: usize, row: u32, block: &str, line: &str) -> Option<Reason> {
        self.beside(table, row).or_else(|| self.in_words(forms, table, block, line))
    }

    fn beside(&self, table: usize, row: u32) -> Option<Reason> {
        let figures = &self.submission.tables.get(table)?.reading.figures;
        let mut texts = figures.iter().filter(|one| one.row == row && one.quantity == Quantity::Text);
        let found = texts.find(|one| one.value.state == State::Text && one.text.trim().chars().count() > 2)?;
        Some(Reason { table, cell: found.cell, sentence: found.text.trim().to_owned() })
    }

    fn in_words(&self, forms: &Forms, table: usize, block: &str, line: &str) -> Option<Reason> {
        let form = &forms.all[self.submission.tables.get(table)?.form];
        let mut names = vec![bare(line)];
        if let Some(declared) = form.block(block).and_then(|one| one.line_named(line)) {
            names.extend(declared.words.iter().map(|word| bare(word)));
        }
        names.retain(|name| name.chars().count() > 2);
        let mut sentences = self.sentences.get_or_init(|| sentences(self.submission)).iter();
        let found = sentences.find(|one| names.iter().any(|name| one.words.contains(name.as_str())))?;
        Some(Reason { table: found.table, cell: found.cell, sentence: found.text.to_owned() })
    }
}

fn sentences(submission: &Submission) -> Vec<Sentence<'_>> {
    let (change, ground) = (Sought::all(CHANGE), Sought::all(GROUND));
    let mut found = Vec::new();
    for (table, one) in submission.tables.iter().enumerate() {
        for passage in &one.reading.passages {
            for text in passage.text.split(['。', '；', ';', '\n']) {
                let letters = letter_mask(text);
                // Most sentences hold no word of the lists, whatever spaces stand between.
                let may_hold = |list: &[Sought<&str>]| list.iter().any(|one| one.fits(letters));
                if !may_hold(&change) || !may_hold(&ground) {
                    continue;
                }
                let words = bare(text);
                let holds = |list: &[Sought<&str>]| list.iter().any(|one| one.is_in(letters, &words));
                if holds(&change) && holds(&ground) {
                    found.push(Sentence { table, cell: passage.cell, text: text.trim(), words });
                }
            }
        }
    }
    found
}

/// Words without space and quotation marks.
fn bare(text: &str) -> String {
    squash(text).chars().filter(|c| !matches!(c, '"' | '“' | '”' | '\'' | '‘' | '’' | '「' | '」')).collect()
}
