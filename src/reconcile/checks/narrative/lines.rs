//! The lines of a submission's tables by the names that sentences may call them.

use std::collections::{BTreeSet, HashMap};

use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::declare::Stage;
use crate::forms::normal::{read_label, squash};
use crate::model::Quantity;

/// A figure of a table under one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub table: usize,
    pub figure: usize,
    pub stage: Option<Stage>,
}

/// Figures of money by the canonical name and the declared synonyms of their lines.
#[derive(Debug, Default)]
pub struct Lines {
    by_name: HashMap<String, Vec<Entry>>,
    canonical: HashMap<String, String>,
}

/// A name without quotation marks, brackets and spaces.
#[must_use]
pub fn plain(name: &str) -> String {
    squash(name).chars().filter(|c| !matches!(c, '"' | '“' | '”' | '(' | ')' | '\'')).collect()
}

impl Lines {
    #[must_use]
    pub fn of(submission: &Submission, forms: &Forms) -> Self {
        let mut lines = Self::default();
        for (table, one) in submission.tables.iter().enumerate() {
            let form = &forms.all[one.form];
            if !form.single {
                continue;
            }
            for (number, figure) in one.reading.figures.iter().enumerate() {
                let text = form.blocks.iter().any(|b| b.name == *figure.block && !b.captures.is_empty());
                if figure.quantity != Quantity::Money || figure.value.amount.is_none() || text {
                    continue;
                }
                let block = form.blocks.iter().find(|block| block.name == *figure.block);
                let measures = block.map(|block| block.measures.as_slice()).unwrap_or_default();
                let stage = measures.iter().find(|m| *m.name == *figure.measure).and_then(|m| m.stage);
                let mut names: BTreeSet<String> =
                    BTreeSet::from([plain(&figure.line), plain(&read_label(&figure.line).core)]);
                for block in &form.blocks {
                    let own = block.lines.iter().filter(|line| *line.name == *figure.line);
                    names.extend(own.flat_map(|line| line.words.iter().map(|word| plain(word))));
                    let own = block.pairs.iter().filter(|pair| *pair.name == *figure.line);
                    names.extend(own.flat_map(|pair| pair.words.iter().map(|word| plain(word))));
                }
                for name in names.into_iter().filter(|name| name.chars().count() > 2) {
                    lines.canonical.entry(name.clone()).or_insert_with(|| figure.line.to_string());
                    lines.by_name.entry(name).or_default().push(Entry { table, figure: number, stage });
                }
            }
        }
        lines
    }

    /// The figures of the line that bears exactly this name.
    #[must_use]
    pub fn named(&self, name: &str) -> &[Entry] {
        self.by_name.get(&plain(name)).map_or(&[], Vec::as_slice)
    }

    /// The line that bears exactly this name.
    #[must_use]
    pub fn canonical(&self, name: &str) -> Option<&str> {
        self.canonical.get(&plain(name)).map(String::as_str)
    }
}
