//! Which figures stand under which rules: by form, line and measure, over all submissions of a run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Run;
use super::outcome::At;
use crate::facts::Table;
use crate::forms::Forms;
use crate::forms::reading::Figure;
use crate::model::Verdict;
use crate::rules::Pack;

/// The figures of one line and measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Index into the forms.
    pub form: usize,
    pub block: String,
    /// `*` stands for all rows that the form does not name.
    pub line: String,
    pub measure: String,
    pub figures: usize,
    /// Of them, how many stand under no rule, one, two, and three or more.
    pub under: [usize; 4],
    pub codes: BTreeSet<String>,
}

/// The name of all rows that a form does not name.
pub const OTHER: &str = "*";

/// Tables the figures of a run, in the order of the forms and of their sheets.
#[must_use]
pub fn coverage(run: &Run, forms: &Forms, pack: &Pack) -> Vec<Covered> {
    let mut rules: HashMap<(usize, usize, usize), BTreeSet<usize>> = HashMap::new();
    for outcome in run.outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable) {
        for one in &outcome.uses {
            if let At::Figure { prior: false, table, figure } = one.at {
                rules.entry((outcome.submission, table, figure)).or_default().insert(outcome.rule);
            }
        }
    }
    let mut rows: Vec<Covered> = Vec::new();
    let mut places: BTreeMap<(usize, String, String, String), usize> = BTreeMap::new();
    for (submission, one) in run.submissions.iter().enumerate() {
        for (table, held) in one.tables.iter().enumerate() {
            let amounts = held.reading.figures.iter().enumerate().filter(|(_, figure)| figure.value.amount.is_some());
            for (number, figure) in amounts {
                let line = line_name(held, figure, forms);
                let key = (held.form, figure.block.to_string(), line.clone(), figure.measure.to_string());
                let at = *places.entry(key).or_insert_with(|| {
                    rows.push(Covered {
                        form: held.form,
                        block: figure.block.to_string(),
                        line,
                        measure: figure.measure.to_string(),
                        figures: 0,
                        under: [0; 4],
                        codes: BTreeSet::new(),
                    });
                    rows.len() - 1
                });
                let own = rules.get(&(submission, table, number));
                let count = own.map_or(0, BTreeSet::len);
                rows[at].figures += 1;
                rows[at].under[count.min(3)] += 1;
                rows[at].codes.extend(own.into_iter().flatten().map(|rule| pack.rules[*rule].code.clone()));
            }
        }
    }
    rows.sort_by_key(|row| row.form);
    rows
}

fn line_name(table: &Table, figure: &Figure, forms: &Forms) -> String {
    let blocks = &forms.all[table.form].blocks;
    let declared = blocks.iter().any(|block| {
        *block.line == *figure.line
            || block.line_named(&figure.line).is_some()
            || block.pairs.iter().any(|pair| pair.name == *figure.line)
            || block.captures.iter().any(|capture| capture.line == *figure.line)
    });
    if declared { figure.line.to_string() } else { OTHER.to_owned() }
}
