//! Words that are looked for by their letters first: most texts cannot hold them, and that is told without reading.

use serde::Deserialize;

use super::normal::letter_mask;

/// Stands in a word for whatever is between its parts: `整体*自评*表`.
const GAP: char = '*';

/// A word, and the letters that a text must have to hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "String", bound(deserialize = "Self: From<String>"))]
pub struct Sought<W = String> {
    word: W,
    letters: u64,
}

impl<W: AsRef<str>> Sought<W> {
    #[must_use]
    pub fn new(word: W) -> Self {
        let letters = word.as_ref().split(GAP).fold(0, |letters, part| letters | letter_mask(part));
        Self { word, letters }
    }

    #[must_use]
    pub fn all(words: impl IntoIterator<Item = W>) -> Vec<Self> {
        words.into_iter().map(Self::new).collect()
    }

    #[must_use]
    pub fn word(&self) -> &str {
        self.word.as_ref()
    }

    /// Whether a text of these letters ([`letter_mask`]) may hold the word.
    #[must_use]
    pub fn fits(&self, letters: u64) -> bool {
        self.letters & !letters == 0
    }

    /// Whether a text of these letters holds the word.
    #[must_use]
    pub fn is_in(&self, letters: u64, text: &str) -> bool {
        self.fits(letters) && holds(text, self.word())
    }
}

/// Whether a text holds the parts of a word one after another, whatever stands between them.
fn holds(text: &str, word: &str) -> bool {
    let mut rest = Some(text);
    for part in word.split(GAP) {
        rest = rest.and_then(|rest| rest.find(part).map(|at| &rest[at + part.len()..]));
    }
    rest.is_some()
}

impl From<String> for Sought {
    fn from(word: String) -> Self {
        Self::new(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_never_hide_a_word() {
        for (word, text, holds) in [
            ("合计", "支出合计", true),
            ("合计", "计合", false),
            ("合计", "小计", false),
            ("", "甲", true),
            ("整体*自评*表", "部门整体绩效评价自评表", true),
            ("整体*自评*表", "自评表，整体", false),
            ("整体*自评*表", "整体支出自评报告", false),
        ] {
            assert_eq!(Sought::new(word).is_in(letter_mask(text), text), holds, "{word} {text}");
        }
    }
}
