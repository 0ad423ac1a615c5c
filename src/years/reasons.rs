//! Where a submission itself gives the reason of a change: beside the figure, or in a sentence that names the line.

use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::normal::{letter_mask, squash};
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

/// Finds the reason that a submission gives for the change of one line: in the row's own column of reasons, else in the
/// first sentence of any annex that names the line, a change and a ground.
#[must_use]
pub fn reason(
    submission: &Submission,
    forms: &Forms,
    table: usize,
    row: u32,
    block: &str,
    line: &str,
) -> Option<Reason> {
    beside(submission, table, row).or_else(|| in_words(submission, forms, table, block, line))
}

fn beside(submission: &Submission, table: usize, row: u32) -> Option<Reason> {
    let figures = &submission.tables.get(table)?.reading.figures;
    let mut texts = figures.iter().filter(|one| one.row == row && one.quantity == Quantity::Text);
    let found = texts.find(|one| one.value.state == State::Text && one.text.trim().chars().count() > 2)?;
    Some(Reason { table, cell: found.cell, sentence: found.text.trim().to_owned() })
}

fn in_words(submission: &Submission, forms: &Forms, table: usize, block: &str, line: &str) -> Option<Reason> {
    let form = &forms.all[submission.tables.get(table)?.form];
    let mut names = vec![bare(line)];
    if let Some(declared) = form.block(block).and_then(|one| one.line_named(line)) {
        names.extend(declared.words.iter().map(|word| bare(word)));
    }
    names.retain(|name| name.chars().count() > 2);
    // Letters tell first: most sentences hold no word of the lists, whatever spaces stand between.
    let masks = |list: &[&str]| list.iter().map(|word| letter_mask(word)).collect::<Vec<_>>();
    let (change, ground) = (masks(&CHANGE), masks(&GROUND));
    let within = |text: u64, words: &[u64]| words.iter().any(|word| word & !text == 0);
    for (number, one) in submission.tables.iter().enumerate() {
        for passage in &one.reading.passages {
            for sentence in passage.text.split(['。', '；', ';', '\n']) {
                let letters = letter_mask(sentence);
                if !within(letters, &change) || !within(letters, &ground) {
                    continue;
                }
                let words = bare(sentence);
                let holds = |list: &[&str]| list.iter().any(|word| words.contains(word));
                if names.iter().any(|name| words.contains(name.as_str())) && holds(&CHANGE) && holds(&GROUND) {
                    return Some(Reason { table: number, cell: passage.cell, sentence: sentence.trim().to_owned() });
                }
            }
        }
    }
    None
}

/// Words without space and quotation marks.
fn bare(text: &str) -> String {
    squash(text).chars().filter(|c| !matches!(c, '"' | '“' | '”' | '\'' | '‘' | '’' | '「' | '」')).collect()
}
