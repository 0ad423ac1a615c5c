//! The lines of a submission's tables by the names that sentences may call them.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};

use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::declare::{Form, Stage};
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

/// The names of a line in a form: its own, with and without numbering, and those declared.
fn names_of(line: &str, form: &Form) -> Vec<String> {
    let mut names = BTreeSet::from([plain(line), plain(&read_label(line).core)]);
    for block in &form.blocks {
        let own = block.lines.iter().filter(|one| one.name == line);
        names.extend(own.flat_map(|line| line.words.iter().map(|word| plain(word))));
        let own = block.pairs.iter().filter(|pair| pair.name == line);
        names.extend(own.flat_map(|pair| pair.words.iter().map(|word| plain(word))));
    }
    // 部门基本支出 is 基本支出 in a sentence of the department.
    let short: Vec<String> = names.iter().filter_map(|name| name.strip_prefix("部门").map(str::to_owned)).collect();
    names.extend(short);
    names.into_iter().filter(|name| name.chars().count() > 2).collect()
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
            let mut names: HashMap<&str, Vec<String>> = HashMap::new();
            for (number, figure) in one.reading.figures.iter().enumerate() {
                let text = form.blocks.iter().any(|b| b.name == *figure.block && !b.captures.is_empty());
                if figure.quantity != Quantity::Money || figure.value.amount.is_none() || text {
                    continue;
                }
                let block = form.block(&figure.block);
                let measures = block.map(|block| block.measures.as_slice()).unwrap_or_default();
                let stage = measures.iter().find(|m| *m.name == *figure.measure).and_then(|m| m.stage);
                // A line has a figure for each measure; its names are the same.
                let names = names.entry(&figure.line).or_insert_with(|| names_of(&figure.line, form));
                for name in names.iter() {
                    lines.canonical.entry(name.clone()).or_insert_with(|| figure.line.to_string());
                    lines.by_name.entry(name.clone()).or_default().push(Entry { table, figure: number, stage });
                }
            }
        }
        lines
    }

    /// The figures of the line that bears exactly this name.
    #[must_use]
    pub fn named(&self, name: &str) -> &[Entry] {
        self.spoken(name).and_then(|name| self.by_name.get(&name)).map_or(&[], Vec::as_slice)
    }

    /// The name as the lines have it; 三公经费支出 is 三公经费.
    fn spoken(&self, name: &str) -> Option<String> {
        let name = plain(name);
        if self.by_name.contains_key(&name) {
            return Some(name);
        }
        // A source of money is not what was spent of it.
        let staged = |short: &&str| {
            self.by_name.get(*short).is_some_and(|entries| entries.iter().any(|entry| entry.stage.is_some()))
        };
        let short = name.strip_suffix("支出").filter(staged);
        short.map(str::to_owned)
    }

    /// The line that bears exactly this name.
    #[must_use]
    pub fn canonical(&self, name: &str) -> Option<&str> {
        self.canonical.get(&self.spoken(name)?).map(String::as_str)
    }
}
