//! The texts that a unit wrote, read once for all checks that look for words in them.

use super::{Context, Noted};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::declare::ValueKind;
use crate::forms::normal::{letter_mask, squash};
use crate::forms::sought::Sought;
use crate::model::{CellRef, Words};
use crate::reconcile::outcome::{Place, Use};

/// A sentence, or words beside a label; names and telephone numbers of the sign-off are none.
#[derive(Debug)]
pub struct Text<'s> {
    pub table: usize,
    pub cell: CellRef,
    /// As filed.
    pub filed: &'s str,
    /// Half-width, without spaces.
    pub squashed: String,
    /// The letters of both.
    letters: u64,
}

impl<'s> Text<'s> {
    /// The texts of a submission, from top to bottom; a roster's are a matter of its own.
    #[must_use]
    pub fn all(submission: &'s Submission, forms: &Forms) -> Vec<Self> {
        let mut texts = Vec::new();
        for (table, one) in submission.tables.iter().enumerate() {
            if forms.all[one.form].kind == "roster" {
                continue;
            }
            let plain = |kind: ValueKind| !matches!(kind, ValueKind::Person | ValueKind::Phone | ValueKind::Date);
            let passages = one.reading.passages.iter().map(|passage| (passage.cell, passage.text.as_str()));
            let fields = one.reading.fields.iter().filter(|field| plain(field.kind));
            let fields = fields.map(|field| (field.cell, field.value.as_str()));
            texts.extend(passages.chain(fields).map(|(cell, text)| {
                let squashed = squash(text);
                let letters = letter_mask(text) | letter_mask(&squashed);
                Self { table, cell, filed: text, squashed, letters }
            }));
        }
        texts
    }

    /// The first of some words that stands in the text, spaces and widths aside.
    #[must_use]
    pub fn word<'w>(&self, words: &'w [Sought<&str>]) -> Option<&'w str> {
        self.find(words, &self.squashed)
    }

    /// The first of some words that stands in the text as filed.
    #[must_use]
    pub fn word_as_filed<'w>(&self, words: &'w [Sought<&str>]) -> Option<&'w str> {
        self.find(words, self.filed)
    }

    fn find<'w>(&self, words: &'w [Sought<&str>], text: &str) -> Option<&'w str> {
        let found = words.iter().find(|one| one.is_in(self.letters, text));
        found.map(Sought::word)
    }
}

/// One finding a place whose text holds a fault, and one that holds where there is none.
pub fn in_texts(context: &Context<'_>, fault: impl Fn(&Text<'_>) -> Option<(Words, Option<String>)>) -> Vec<Noted> {
    let mut noted: Vec<Noted> = Vec::new();
    let mut seen: Vec<(usize, CellRef)> = Vec::new();
    for text in &context.shared.texts {
        let at = (text.table, text.cell);
        let Some((words, line)) = fault(text).filter(|_| !seen.contains(&at)) else { continue };
        seen.push(at);
        let place = Place { line, ..context.place(text.table, None, None) };
        noted.push(Noted::fails(vec![Use::cell(text.table, text.cell)], words).at(place));
    }
    if noted.is_empty() && !context.shared.texts.is_empty() {
        noted.push(Noted::holds(Vec::new()));
    }
    noted
}
