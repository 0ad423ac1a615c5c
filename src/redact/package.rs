//! The package with people masked: texts part by part, by splices, and a list of what was masked where.

use std::collections::BTreeMap;

use super::people::People;
use crate::model::CellRef;
use crate::model::mask::{Personal, mask_name};
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::scanner::Kind;
use crate::ooxml::workbook::Workbook;
use crate::ooxml::xml::{attribute, attributes, escape, escape_attribute, local, tag_name};
use crate::ooxml::{Edit, Package, PackageError};

/// Elements whose pieces of text are one text.
const WHOLE: [&str; 5] = ["si", "is", "p", "text", "comment"];
/// Elements that hold the name of whoever made or saved the file, or wrote a note.
const AUTHORS: [&str; 4] = ["creator", "lastModifiedBy", "Manager", "author"];
/// Attributes that hold such a name, or a path with the name of a user in it.
const AUTHOR_ATTRIBUTES: [&str; 4] = ["displayName", "userId", "userName", "url"];
/// The author of our own notes is nobody.
const OURS: &str = "勾稽 gouji";
/// Folders and parts that hold what is no text.
const CLOSED: [&str; 6] =
    ["xl/media/", "xl/embeddings/", "xl/vbaProject", "customXml/", "xl/printerSettings/", "docProps/thumbnail"];

/// One place where something was masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Where {
    /// The part of the package.
    pub part: String,
    /// The element in which it stood.
    pub element: String,
    pub names: usize,
    pub numbers: usize,
}

/// The masked package.
#[derive(Debug, Clone)]
pub struct Redacted {
    pub bytes: Vec<u8>,
    pub masked: Vec<Where>,
    /// Parts that hold pictures, files or programs, which nobody looked into.
    pub closed: Vec<String>,
}

/// Masks a package.
///
/// # Errors
/// It is no package of XML parts, or a part is damaged.
pub fn redact(file: &str, bytes: &[u8], people: &People) -> Result<Redacted, PackageError> {
    let mut package = Package::open(bytes)?;
    let types = ContentTypes::read(&mut package)?;
    let workbook = Workbook::read(&mut package, &types)?;
    let sheets: BTreeMap<String, String> =
        workbook.tabs.iter().filter_map(|tab| Some((tab.part.clone()?.to_lowercase(), tab.name.clone()))).collect();
    let names: Vec<String> = package.names().map(str::to_owned).collect();
    let (mut masked, mut closed) = (Vec::new(), Vec::new());
    for name in names {
        let lower = name.to_lowercase();
        if CLOSED.iter().any(|start| lower.starts_with(&start.to_lowercase())) {
            closed.push(name);
        } else if is_markup(&lower) {
            let sheet = sheets.get(&lower).map(String::as_str);
            let mut pass = Pass { people, file, sheet, edits: Vec::new(), counts: BTreeMap::new() };
            pass.walk(&mut package, &name)?;
            let Pass { edits, counts, .. } = pass;
            masked.extend(counts.into_iter().map(|(element, (names, numbers))| Where {
                part: name.clone(),
                element,
                names,
                numbers,
            }));
            if !edits.is_empty() {
                package.splice(&name, edits)?;
            }
        }
    }
    Ok(Redacted { bytes: package.write(|_| None)?, masked, closed })
}

fn is_markup(part: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "xml" | "vml" | "rels"))
}

/// A piece of text with its place.
struct Piece {
    start: u64,
    raw: String,
    text: String,
}

/// One walk through a part.
struct Pass<'p> {
    people: &'p People,
    file: &'p str,
    /// The sheet's name, where the part is one.
    sheet: Option<&'p str>,
    edits: Vec<Edit>,
    counts: BTreeMap<String, (usize, usize)>,
}

/// The cell that is being walked through.
#[derive(Default)]
struct InCell {
    at: Option<CellRef>,
    text: bool,
    /// What would make it a cell of text.
    tag: Option<Edit>,
}

impl Pass<'_> {
    fn walk(&mut self, package: &mut Package<'_>, part: &str) -> Result<(), PackageError> {
        let bytes = package.part(part)?;
        let mut scanner = package.scan(part)?;
        let mut path: Vec<String> = Vec::new();
        let (mut whole, mut pieces) = (None::<usize>, Vec::new());
        let mut cell = InCell::default();
        while let Some(node) = scanner.next_node()? {
            match node.kind {
                Kind::Open | Kind::Empty => {
                    let element = node.local().to_owned();
                    self.attributes(node.start, node.content());
                    if element == "c" && self.sheet.is_some() {
                        let kind = node.attribute("t");
                        cell = InCell {
                            at: node.attribute("r").and_then(|r| r.parse().ok()),
                            text: kind.as_deref() == Some("str"),
                            tag: as_text(node.start, node.content()),
                        };
                    }
                    if node.kind == Kind::Open {
                        if whole.is_none() && WHOLE.contains(&element.as_str()) {
                            whole = Some(path.len());
                        }
                        path.push(element);
                    }
                }
                Kind::Close => {
                    path.pop();
                    if whole == Some(path.len()) {
                        whole = None;
                        self.texts(node.local(), &std::mem::take(&mut pieces));
                    }
                }
                Kind::Text => {
                    let raw = bytes.get(node.start as usize..node.end as usize).unwrap_or_default();
                    let piece = Piece {
                        start: node.start,
                        raw: String::from_utf8_lossy(raw).into_owned(),
                        text: node.text().into_owned(),
                    };
                    let element = path.last().map(String::as_str).unwrap_or_default();
                    match element {
                        _ if AUTHORS.contains(&element) => self.author(element, &piece),
                        _ if whole.is_some() => pieces.push(piece),
                        "f" => self.replace(element, &piece, self.people.mask_names(&piece.text)),
                        "v" if self.sheet.is_some() && !cell.text => self.number(&cell, &piece),
                        _ => self.texts(element, &[piece]),
                    }
                }
                Kind::Other => {}
            }
        }
        Ok(())
    }

    fn count(&mut self, element: &str, kinds: &[Personal]) {
        let (names, numbers) = self.counts.entry(element.to_owned()).or_default();
        *names += kinds.iter().filter(|kind| **kind == Personal::Name).count();
        *numbers += kinds.iter().filter(|kind| **kind == Personal::Number).count();
    }

    /// Masks a text that may stand in several pieces, each with a look of its own.
    fn texts(&mut self, element: &str, pieces: &[Piece]) {
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let Some((masked, kinds)) = self.people.mask(&text) else { return };
        self.count(element, &kinds);
        let mut letters = masked.chars();
        for piece in pieces {
            let new: String = letters.by_ref().take(piece.text.chars().count()).collect();
            if new != piece.text {
                self.edits.push(Edit::replace(piece.start, piece.raw.as_str(), escape(&new)));
            }
        }
    }

    fn replace(&mut self, element: &str, piece: &Piece, masked: Option<(String, Vec<Personal>)>) {
        if let Some((new, kinds)) = masked {
            self.count(element, &kinds);
            self.edits.push(Edit::replace(piece.start, piece.raw.as_str(), escape(&new)));
        }
    }

    fn author(&mut self, element: &str, piece: &Piece) {
        let new = if piece.text.trim() == OURS { piece.text.clone() } else { mask_name(&piece.text) };
        if new != piece.text {
            self.replace(element, piece, Some((new, vec![Personal::Name])));
        }
    }

    /// A person's number that is stored as a number becomes a text of stars.
    fn number(&mut self, cell: &InCell, piece: &Piece) {
        let held = cell.at.zip(self.sheet).is_some_and(|(at, sheet)| self.people.holds_number(self.file, sheet, at));
        let Some(tag) = cell.tag.as_ref().filter(|_| held) else { return };
        self.count("v", &[Personal::Number]);
        self.edits.push(tag.clone());
        self.edits.push(Edit::replace(piece.start, piece.raw.as_str(), "*".repeat(piece.text.trim().len())));
    }

    fn attributes(&mut self, start: u64, content: &str) {
        for attribute in attributes(content) {
            let text = attribute.text();
            let author = AUTHOR_ATTRIBUTES.contains(&local(attribute.name)) && !text.starts_with("http");
            let masked = if author {
                mask_name(&text)
            } else {
                self.people.mask_names(&text).map_or_else(|| text.clone(), |(m, _)| m)
            };
            if masked != text {
                self.count(tag_name(content), &[Personal::Name]);
                let at = start + 1 + attribute.value.start as u64;
                self.edits.push(Edit::replace(at, attribute.raw, escape_attribute(&masked)));
            }
        }
    }
}

/// The edit that makes a number's cell one of text; none where it is no number's.
fn as_text(start: u64, content: &str) -> Option<Edit> {
    match attribute(content, "t") {
        None => Some(Edit::insert(start + 1 + tag_name(content).len() as u64, " t=\"str\"")),
        Some(kind) if kind.raw == "n" => Some(Edit::replace(start + 1 + kind.value.start as u64, "n", "str")),
        Some(_) => None,
    }
}
