//! The words that name the measures of a form, found in a header all at once.

use foldhash::{HashMap, HashMapExt};

use super::declare::Block;

/// The words and roots of all blocks' measures, by their first letters: of a header's letters few begin one.
#[derive(Debug, Clone)]
pub struct MeasureWords {
    words: HashMap<char, Vec<MeasureWord>>,
    /// A bit for every first letter, by its last byte: it tells most letters that begin none.
    firsts: [u64; 4],
    /// Letters of the longest word.
    longest: usize,
}

/// Letters that a header may have beside a measure's word; what has more is a sentence.
pub const BESIDE: usize = 8;

/// A word that names a measure.
#[derive(Debug, Clone)]
struct MeasureWord {
    word: String,
    letters: usize,
    means: Means,
}

/// What a word names: indices of the form's block and of the block's measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    pub block: usize,
    pub measure: usize,
    /// It is the root of a word and names nothing alone.
    pub root: bool,
}

/// A word in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub means: Means,
    /// Letters of the word.
    pub letters: usize,
    /// Where it stands, in bytes.
    pub from: usize,
    pub to: usize,
}

impl MeasureWords {
    #[must_use]
    pub fn of(blocks: &[Block]) -> Self {
        let mut found = Self { words: HashMap::new(), firsts: [0; 4], longest: 0 };
        for (block, one) in blocks.iter().enumerate() {
            for (measure, one) in one.measures.iter().enumerate() {
                let named = one.words.iter().map(|word| (word, false));
                for (word, root) in named.chain(one.roots.iter().map(|word| (word, true))) {
                    found.add(word, Means { block, measure, root });
                }
            }
        }
        found
    }

    fn add(&mut self, word: &str, means: Means) {
        let Some(first) = word.chars().next() else { return };
        let (part, bit) = first_bit(first);
        self.firsts[part] |= bit;
        let word = MeasureWord { word: word.to_owned(), letters: word.chars().count(), means };
        self.longest = self.longest.max(word.letters);
        self.words.entry(first).or_default().push(word);
    }

    /// Every word that a header holds, each as often as it stands there; a sentence is no header.
    #[must_use]
    pub fn within(&self, text: &str) -> Vec<Held> {
        let mut held = Vec::new();
        // A letter is four bytes at most.
        if text.len() > (self.longest + BESIDE) * 4 {
            return held;
        }
        for (from, first) in text.char_indices() {
            let (part, bit) = first_bit(first);
            if self.firsts[part] & bit == 0 {
                continue;
            }
            for one in self.words.get(&first).into_iter().flatten() {
                if text[from..].starts_with(one.word.as_str()) {
                    held.push(Held { means: one.means, letters: one.letters, from, to: from + one.word.len() });
                }
            }
        }
        held
    }
}

fn first_bit(first: char) -> (usize, u64) {
    let last = first as u32 & 0xff;
    ((last / 64) as usize, 1 << (last % 64))
}

#[cfg(test)]
mod tests {
    use super::super::Forms;
    use super::*;

    #[test]
    fn every_word_of_a_header_is_found_for_every_block() {
        let forms = Forms::builtin().unwrap();
        for form in &forms.all {
            let block_words = form.blocks.iter().enumerate().flat_map(|(block, one)| {
                one.measures.iter().enumerate().flat_map(move |(measure, one)| {
                    one.words.iter().map(move |word| (word, Means { block, measure, root: false }))
                })
            });
            for (word, means) in block_words {
                let text = format!("甲{word}乙");
                let found = form.words.within(&text);
                let held = found.iter().find(|held| held.means == means && text[held.from..held.to] == **word);
                assert_eq!(held.map(|held| held.letters), Some(word.chars().count()), "{} {word}", form.kind);
            }
            assert!(form.words.within("〇〇").is_empty());
        }
    }
}
