//! Which declared line a row's label names, given the rows above it.

use foldhash::HashSet;

use super::declare::{Block, Line};
use super::normal::{Label, Numbering, holds_root, letter_mask};

/// Words behind a line's name that say it is a sum.
const SUMMED: [&str; 3] = ["小计", "合计", "总额"];

/// Finds the declared line that a label names.
pub fn match_line<'b>(core: &str, block: &'b Block) -> Option<&'b Line> {
    find_line(core, block, &|_| true)
}

/// Finds the declared line that a label names under others: 其他 under 基本支出 is spending, else a source of funds.
fn match_line_under<'b>(core: &str, block: &'b Block, above: &HashSet<String>) -> Option<&'b Line> {
    let fits = |line: &Line| line.after.is_empty() || line.after.iter().any(|name| above.contains(name));
    find_line(core, block, &fits).or_else(|| match_line(core, block))
}

fn find_line<'b>(core: &str, block: &'b Block, fits: &dyn Fn(&Line) -> bool) -> Option<&'b Line> {
    let lines = || block.lines.iter().filter(|line| fits(line));
    lines().find(|line| line.words.iter().any(|word| word == core)).or_else(|| {
        let plain = bare(core);
        let named = |plain: &str| lines().find(|line| line.bare.iter().any(|word| word == plain));
        // 财政拨款小计 is 财政拨款.
        let whole = || SUMMED.iter().find_map(|word| plain.strip_suffix(word)).filter(|rest| rest.chars().count() > 2);
        let letters = letter_mask(&plain);
        named(&plain).or_else(|| named(whole()?)).or_else(|| lines().find(|line| rooted(&plain, letters, line)))
    })
}

/// Whether a label is one of a line's roots with nothing but the line's words around it: 市县级财政资金.
fn rooted(plain: &str, letters: u64, line: &Line) -> bool {
    let mut likely = line.roots.iter().filter(|root| root.fits(letters));
    likely.any(|root| holds_root(plain, root.word(), &line.around))
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
    /// The row above, where others are declared as its parts: a row of its own name under it is a part too.
    total: Option<String>,
    known: HashSet<String>,
}

impl Section {
    /// A further table of a block whose first one has some lines.
    pub fn after(lines: impl Iterator<Item = String>) -> Self {
        Self { known: lines.collect(), ..Self::default() }
    }

    /// Decides what a row's label is here: a declared line, or a row of its own name.
    pub fn place<'b>(&mut self, label: &Label, block: &'b Block) -> (String, Option<&'b Line>) {
        let declared = match_line_under(&label.core, block, &self.known);
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
            None => self.open.as_deref().or(self.parent_of_last.as_deref()).or(self.total.as_deref()),
        }
    }

    pub fn seen(&mut self, declared: Option<&Line>, name: &str, block: &Block) {
        let Some(line) = declared else { return };
        let has_parts = block.lines.iter().any(|one| one.parent.as_deref() == Some(&line.name));
        self.total = (has_parts && line.parent.is_none()).then(|| line.name.clone());
        self.known.insert(name.to_owned());
        self.parent_of_last.clone_from(&line.parent);
        if line.open {
            self.open = Some(name.to_owned());
            self.children_numbered = false;
        }
    }
}
