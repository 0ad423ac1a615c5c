//! An office's template: titles, columns shown, logo, names to sign, language; typed in TOML, checked word by word.
//!
//! What the command line says wins over a template, and a template over what is built in.

use std::collections::{BTreeMap, BTreeSet};

use super::papers::Kind;
use crate::model::{Lang, Words};

/// A template as meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    pub lang: Option<Lang>,
    /// The set's; empty where the built-in one stands.
    pub title: String,
    pub matter: String,
    pub prepared_by: String,
    pub reviewed_by: String,
    /// Who else signs, in order: the role, and a name or nothing.
    pub signers: Vec<(String, String)>,
    /// The logo's path from the template's folder, with the place where it is named.
    pub logo: Option<(String, Place)>,
    pub titles: BTreeMap<Kind, String>,
    /// Columns that are hidden, by paper.
    pub hidden: BTreeMap<Kind, BTreeSet<u16>>,
    /// Columns that stay although they were left out, and why.
    pub notices: Vec<Words>,
}

/// A line and a column, both from one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// One thing wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub words: Words,
}

impl Template {
    /// Reads a template's text.
    ///
    /// # Errors
    /// Every fault with its place: what is no TOML, an unknown key, paper or column, a value of another kind.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        super::template_text::read(text)
    }

    /// Hides the columns that are not listed, but for those that are needed; says which stay and why.
    pub(super) fn show(&mut self, kind: Kind, shown: &BTreeSet<u16>) {
        let columns = kind.columns();
        let mut stay = shown.clone();
        let heading = |at: u16| columns.get(usize::from(at)).map_or_else(Words::default, super::papers::Column::words);
        for (at, column) in (0u16..).zip(columns) {
            if let Some((zh, en)) = column.why.filter(|_| stay.insert(at)) {
                self.notices.push(Words::new(
                    format!("{}：列“{}”仍予保留：{zh}", kind.name(), column.zh),
                    format!("{}: the column “{}” stays: {en}", kind.name(), column.en),
                ));
            }
        }
        // A formula that is shown needs what it reads, and that may be a formula again.
        while let Some((at, by)) = (0u16..)
            .zip(columns)
            .filter(|(at, _)| !stay.contains(at))
            .find_map(|(at, column)| column.read_by.iter().find(|by| stay.contains(by)).map(|by| (at, *by)))
        {
            stay.insert(at);
            let (own, by) = (heading(at), heading(by));
            self.notices.push(Words::new(
                format!("{}：列“{}”仍予保留：列“{}”由它计算", kind.name(), own.zh, by.zh),
                format!("{}: the column “{}” stays: “{}” is computed from it", kind.name(), own.en, by.en),
            ));
        }
        let hidden = (0u16..).take(columns.len()).filter(|at| !stay.contains(at)).collect();
        self.hidden.insert(kind, hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tieout;
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let said = |fault: Fault| format!("{}:{} {}", fault.place.line, fault.place.column, fault.words.en);
        Template::read(text).expect_err("a fault").into_iter().map(said).collect()
    }

    #[test]
    fn a_template_says_what_it_says() {
        let text = "language = \"en\"\ntitle = \"T\"\nlogo = \"a/b.png\"\n[sign]\nprepared-by = \"Zhang\"\n\
                    others = [{ role = \"主审\" }, { role = \"审批\", name = \"Li\" }]\n[papers.lead]\ntitle = \"L\"\n";
        let template = Template::read(text).unwrap();
        assert_eq!((template.lang, template.title.as_str()), (Some(Lang::En), "T"));
        assert_eq!(template.logo, Some(("a/b.png".to_owned(), Place { line: 3, column: 8 })));
        assert_eq!(template.signers, [("主审".to_owned(), String::new()), ("审批".to_owned(), "Li".to_owned())]);
        assert_eq!(template.titles[&Kind::Lead], "L");
        assert!(template.hidden.is_empty() && template.notices.is_empty());
        assert_eq!(Template::read("").unwrap(), Template::default());
    }

    #[test]
    fn faults_are_named_with_their_place_and_the_nearest_word() {
        assert_eq!(faults("\ntitel = \"x\""), ["2:1 there is no key `titel`; did you mean `title`?"]);
        assert_eq!(faults("[papers.tieout]\n"), ["1:9 there is no paper `tieout`; did you mean `tie-out`?"]);
        assert_eq!(
            faults("[papers.lead]\ncolumns = [\"行次\",\n \"执行\"]"),
            ["3:2 there is no column `执行` in `lead`; did you mean `执行数`?"]
        );
        assert!(faults("[papers.cover]\ncolumns = []")[0].starts_with("2:1 "));
        assert_eq!(faults("title = 3"), ["1:9 `title` is a text in quotes"]);
        assert_eq!(faults("language = \"fr\""), ["1:12 `language` is \"zh\" or \"en\""]);
        assert_eq!(faults("[sign]\nothers = [{ name = \"x\" }]"), ["2:11 a signature needs a `role`"]);
        assert!(faults("title = ")[0].starts_with("1:"), "no TOML");
        assert_eq!(faults("a = 1\nb = 2").len(), 2, "every fault is named");
    }

    #[test]
    fn a_column_that_is_needed_stays_and_that_is_said() {
        let template = Template::read("[papers.tie-out]\ncolumns = [\"Difference\"]").unwrap();
        let hidden = &template.hidden[&Kind::TieOut];
        assert!(hidden.contains(&tieout::EXACT) && !hidden.contains(&tieout::DIFFERENCE));
        for (col, name) in [(tieout::INDEX, "Index"), (tieout::COMPUTED, "Computed"), (tieout::REPORTED, "Reported")] {
            assert!(!hidden.contains(&col));
            assert!(template.notices.iter().any(|words| words.en.contains(&format!("“{name}” stays"))), "{name}");
        }
        // Columns that are listed need no word, in either language.
        let all: Vec<&str> = tieout::COLUMNS.iter().map(|column| column.zh).collect();
        let template = Template::read(&format!("[papers.tie-out]\ncolumns = {all:?}")).unwrap();
        assert!(template.notices.is_empty() && template.hidden[&Kind::TieOut].is_empty());
    }
}
