//! Words that repeat over a county are kept once: labels, blocks, measures and the names of sheets.

use foldhash::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Filed;

/// The words of one run, shared by everything that was read.
#[derive(Debug, Default)]
pub struct Interner(Mutex<HashSet<Arc<str>>>);

impl Interner {
    /// Makes a file share its words with the files before it, and gives back what its lists hold in reserve.
    pub fn share(&self, filed: &mut Filed) {
        // A panic while a word was put in leaves a set that is still sound.
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sheet in &mut filed.sheets {
            share(&mut words, &mut sheet.name);
            for reading in &mut sheet.readings {
                for figure in &mut reading.figures {
                    for word in [&mut figure.block, &mut figure.line, &mut figure.measure] {
                        share(&mut words, word);
                    }
                    if let Some(parent) = &mut figure.parent {
                        share(&mut words, parent);
                    }
                    figure.text.shrink_to_fit();
                }
                for field in &mut reading.fields {
                    share(&mut words, &mut field.name);
                }
                reading.figures.shrink_to_fit();
                reading.fields.shrink_to_fit();
                reading.passages.shrink_to_fit();
                reading.unread.shrink_to_fit();
            }
        }
    }
}

fn share(words: &mut HashSet<Arc<str>>, word: &mut Arc<str>) {
    match words.get(word) {
        Some(known) => *word = known.clone(),
        None => {
            words.insert(word.clone());
        }
    }
}
