//! The notes of one sheet: those that are there stay, ours come after them.
//!
//! # Source
//! ECMA-376 part 1, 18.7 (comments); rich text runs 18.4.4.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::namespaces::Dialect;
use super::outline::Outline;
use super::xml::{escape, prefixed};
use super::{Edit, Package, PackageError};
use crate::model::CellRef;

/// How the author of a threaded comment's stand-in begins (MS-XLSX 2.6.204).
const THREADED_AUTHOR: &str = "tc=";

/// A note that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownNote {
    pub cell: CellRef,
    pub author: String,
    element: usize,
}

impl KnownNote {
    /// Tells whether the note only stands in for a threaded comment.
    #[must_use]
    pub fn stands_for_thread(&self) -> bool {
        self.author.starts_with(THREADED_AUTHOR)
    }
}

/// The part that holds a sheet's notes.
#[derive(Debug)]
pub struct Comments {
    outline: Outline,
    pub notes: Vec<KnownNote>,
}

/// A part without notes.
#[must_use]
pub fn empty_part(dialect: Dialect) -> String {
    let namespace = dialect.main();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <comments xmlns=\"{namespace}\"><authors></authors><commentList></commentList></comments>"
    )
}

impl Comments {
    /// Reads the part.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn read(package: &mut Package<'_>, part: &str) -> Result<Self, PackageError> {
        let outline = Outline::parse(part, package.part(part)?)?;
        let mut authors = Vec::new();
        for author in outline.child(0, "authors").map(|at| outline.children(at).collect::<Vec<_>>()).unwrap_or_default()
        {
            authors.push(outline.text(author)?);
        }
        let list = outline.child(0, "commentList");
        let notes = list
            .map(|at| outline.children(at).collect::<Vec<_>>())
            .unwrap_or_default()
            .into_iter()
            .filter_map(|element| {
                let cell = outline.attribute(element, "ref")?.parse().ok()?;
                let author = outline.attribute(element, "authorId").and_then(|id| id.trim().parse::<usize>().ok());
                let author = author.and_then(|id| authors.get(id)).cloned().unwrap_or_default();
                Some(KnownNote { cell, author, element })
            })
            .collect();
        Ok(Self { outline, notes })
    }

    /// Finds the note at a cell.
    #[must_use]
    pub fn at(&self, cell: CellRef) -> Option<&KnownNote> {
        self.notes.iter().find(|note| note.cell == cell)
    }

    /// Gives the text of a note.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn text(&self, note: &KnownNote) -> Result<String, PackageError> {
        self.outline.child(note.element, "text").map_or(Ok(String::new()), |at| self.outline.text(at))
    }

    /// Gives the edits that add notes by one author: whole ones, and runs at the end of notes that are there.
    ///
    /// Runs are markup without prefix (`<r>…</r>`).
    #[must_use]
    pub fn add(&self, author: &str, new: &BTreeMap<CellRef, String>, more: &BTreeMap<CellRef, String>) -> Vec<Edit> {
        let mut edits: Vec<Edit> =
            more.iter().filter_map(|(cell, runs)| Some(self.extend(self.at(*cell)?.element, runs))).flatten().collect();
        if new.is_empty() {
            return edits;
        }
        let outline = &self.outline;
        let prefix = outline.prefix();
        let author_markup = format!("<{prefix}author>{}</{prefix}author>", escape(author));
        let authors = outline.child(0, "authors");
        let known = authors.map_or(0, |at| outline.children(at).count());
        let notes: String = new.iter().fold(String::new(), |mut text, (cell, runs)| {
            let runs = prefixed(runs, prefix);
            let _ = write!(
                text,
                "<{prefix}comment ref=\"{cell}\" authorId=\"{known}\"><{prefix}text>{runs}</{prefix}text></{prefix}comment>"
            );
            text
        });
        let list = format!("<{prefix}commentList>{notes}</{prefix}commentList>");
        match (authors, outline.child(0, "commentList")) {
            (Some(authors), Some(list)) => {
                edits.push(outline.append(authors, &author_markup));
                edits.push(outline.append(list, &notes));
            }
            (Some(authors), None) => {
                edits.push(outline.append(authors, &author_markup));
                edits.push(Edit::insert(outline.element(authors).end as u64, list));
            }
            (None, there) => {
                let authors = format!("<{prefix}authors>{author_markup}</{prefix}authors>");
                match there {
                    Some(at) => {
                        edits.push(Edit::insert(outline.element(at).start as u64, authors));
                        edits.push(outline.append(at, &notes));
                    }
                    None => edits.push(outline.append(0, &format!("{authors}{list}"))),
                }
            }
        }
        edits
    }

    /// Puts runs after the last run of a note; plain text becomes a run first, for a note is one or the other.
    fn extend(&self, note: usize, runs: &str) -> Vec<Edit> {
        let outline = &self.outline;
        let prefix = outline.prefix();
        let runs = prefixed(runs, prefix);
        let Some(text) = outline.child(note, "text") else {
            return vec![outline.append(note, &format!("<{prefix}text>{runs}</{prefix}text>"))];
        };
        let last = outline.children(text).filter(|at| matches!(outline.local(*at), "t" | "r")).last();
        let Some(last) = last else {
            let element = outline.element(text);
            return if element.empty {
                vec![outline.append(text, &runs)]
            } else {
                vec![Edit::insert(element.open_end as u64, runs)]
            };
        };
        let mut edits = Vec::new();
        for plain in outline.children(text).filter(|at| outline.local(*at) == "t") {
            let element = outline.element(plain);
            edits.push(Edit::insert(element.start as u64, format!("<{prefix}r>")));
            edits.push(Edit::insert(element.end as u64, format!("</{prefix}r>")));
        }
        edits.push(Edit::insert(outline.element(last).end as u64, runs));
        edits
    }

    /// Gives the edit that takes a note out.
    #[must_use]
    pub fn remove(&self, note: &KnownNote) -> Edit {
        self.outline.remove(note.element)
    }

    /// Gives the edits that take out the run that begins with a text and all after it; nothing when none begins so.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn remove_runs_from(&self, note: &KnownNote, start: &str) -> Result<Option<Vec<Edit>>, PackageError> {
        let outline = &self.outline;
        let runs: Vec<usize> = outline
            .child(note.element, "text")
            .map(|text| outline.children(text).filter(|at| outline.local(*at) == "r").collect())
            .unwrap_or_default();
        for (index, run) in runs.iter().enumerate().skip(1) {
            if outline.text(*run)?.trim_start().starts_with(start) {
                return Ok(Some(runs[index..].iter().map(|run| outline.remove(*run)).collect()));
            }
        }
        Ok(None)
    }

    /// Gives the edit that sets a note's text anew, from runs without prefix.
    #[must_use]
    pub fn reword(&self, note: &KnownNote, runs: &str) -> Option<Edit> {
        let text = self.outline.child(note.element, "text")?;
        let prefix = self.outline.prefix();
        let old = self.outline.raw(text);
        let new = format!("<{prefix}text>{}</{prefix}text>", prefixed(runs, prefix));
        Some(Edit::replace(self.outline.element(text).start as u64, old, new))
    }
}
