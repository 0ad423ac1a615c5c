//! Blocks of text that stand in two annexes word by word.

use std::collections::BTreeMap;

use super::{Context, Noted, cut};
use crate::model::Words;
use crate::reconcile::outcome::Use;

/// Cells of two annexes that share several statements: one finding a pair of cells, with both.
pub fn copied(context: &Context<'_>) -> Vec<Noted> {
    let least = usize::try_from(context.number("letters", 60)).unwrap_or(60);
    let mut shared: BTreeMap<(usize, usize), (usize, String, Use, Use)> = BTreeMap::new();
    let mut looked = false;
    for spoken in context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()) {
        looked = true;
        let sentence = spoken.sentence;
        for copy in sentence.copies.iter().filter(|copy| copy.table != sentence.table) {
            let start = || {
                let (own, other) = (Use::cell(sentence.table, sentence.cell), Use::cell(copy.table, copy.cell));
                (0, sentence.printed.iter().collect(), own, other)
            };
            let pair = shared.entry((sentence.table, copy.table)).or_insert_with(start);
            pair.0 += sentence.text.chars().count();
        }
    }
    let mut noted: Vec<Noted> = shared
        .into_iter()
        .filter(|(_, (letters, ..))| *letters >= least)
        .map(|((table, other), (letters, first, own, copy))| {
            let annex = |table: usize| &context.forms.all[context.submission.tables[table].form].annex;
            let (a, b) = (annex(table), annex(other));
            let start: String = first.chars().take(20).collect();
            let words = Words::new(
                format!("{a}与{b}有{letters}字相同（“{}…”起），其中的问题只提一次", cut(&start)),
                format!(
                    "{a} and {b} share {letters} letters (from “{}…”); what is wrong in them is said once",
                    cut(&start)
                ),
            );
            Noted::fails(vec![own, copy], words).at(context.place(table, Some(b), None))
        })
        .collect();
    if noted.is_empty() && looked {
        noted.push(Noted::holds(Vec::new()));
    }
    noted
}
