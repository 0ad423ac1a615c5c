//! Words that are looked for by their letters first: most texts cannot hold them, and that is told without reading.

use serde::Deserialize;

use super::normal::letter_mask;

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
        Self { letters: letter_mask(word.as_ref()), word }
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
        self.fits(letters) && text.contains(self.word())
    }
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
        for (word, text, holds) in
            [("合计", "支出合计", true), ("合计", "计合", false), ("合计", "小计", false), ("", "甲", true)]
        {
            assert_eq!(Sought::new(word).is_in(letter_mask(text), text), holds, "{word} {text}");
        }
    }
}
