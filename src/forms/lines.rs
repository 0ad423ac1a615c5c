//! Which declared line a row's label names, given the rows above it.

use foldhash::HashSet;

use super::declare::{Block, Line};
use super::normal::{Label, Numbering};

/// Finds the declared line that a label names.
pub fn match_line<'b>(core: &str, block: &'b Block) -> Option<&'b Line> {
    block.lines.iter().find(|line| line.words.iter().any(|word| word == core)).or_else(|| {
        let plain = bare(core);
        block.lines.iter().find(|line| line.bare.contains(&plain))
    })
}

/// A label without marks that offices use or leave out.
#[must_use]
pub fn bare(core: &str) -> String {
    let mark =
        |c: char| matches!(c, '“' | '”' | '"' | '\'' | '‘' | '’' | '、' | ',' | '(' | ')' | '及' | '和' | '与' | '的');
    core.chars().filter(|c| !mark(*c)).collect()
}

/// Where in a list of lines the reader stands.
#[derive(Default)]
pub struct Section {
    open: Option<String>,
    children_numbered: bool,
    parent_of_last: Option<String>,
    known: HashSet<String>,
}

impl Section {
    /// Decides what a row's label is here: a declared line, or a row of its own name.
    pub fn place<'b>(&mut self, label: &Label, block: &'b Block) -> (String, Option<&'b Line>) {
        let declared = match_line(&label.core, block);
        if self.open.is_some() {
            let numbered = label.numbering == Numbering::Item;
            let child = declared.is_none_or(|line| {
                self.known.contains(&line.name)
                    || (numbered && self.children_numbered)
                    || (numbered && line.parent.is_some())
            });
            if child {
                self.children_numbered |= numbered;
                return (label.core.clone(), None);
            }
            self.open = None;
        }
        match declared {
            // A second row of one meaning keeps its own name.
            Some(line) if self.known.contains(&line.name) => (label.core.clone(), None),
            Some(line) => (line.name.clone(), Some(line)),
            None => (label.core.clone(), None),
        }
    }

    pub fn parent<'p>(&'p self, declared: Option<&'p Line>) -> Option<&'p str> {
        match declared {
            Some(line) => line.parent.as_deref(),
            None => self.open.as_deref().or(self.parent_of_last.as_deref()),
        }
    }

    pub fn seen(&mut self, declared: Option<&Line>, name: &str) {
        let Some(line) = declared else { return };
        self.known.insert(name.to_owned());
        self.parent_of_last.clone_from(&line.parent);
        if line.open {
            self.open = Some(name.to_owned());
            self.children_numbered = false;
        }
    }
}
