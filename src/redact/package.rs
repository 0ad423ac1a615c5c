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
/// Attributes that hold words for people.
const WORDS: [&str; 16] = [
    "prompt",
    "promptTitle",
    "error",
    "errorTitle",
    "tooltip",
    "display",
    "title",
    "descr",
    "alt",
    "name",
    "comment",
    "description",
    "help",
    "statusBar",
    "caption",
    "location",
];
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
    if let Some((comment, kinds)) = people.mask(&package.comment()) {
        let count = |what| kinds.iter().filter(|kind| **kind == what).count();
        let (names, numbers) = (count(Personal::Name), count(Personal::Number));
        masked.push(Where { part: "zip".to_owned(), element: "comment".to_owned(), names, numbers });
        package.set_comment(&comment);
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
                        "f" => self.formula(&piece),
                        "v" if self.sheet.is_some() && !cell.text => self.number(&cell, &piece),
                        _ => self.texts(element, &[piece]),
                    }
                }
                Kind::Other => {
                    let raw = bytes.get(node.start as usize..node.end as usize).unwrap_or_default();
                    let raw = String::from_utf8_lossy(raw);
                    if let Some((new, kinds)) = self.people.mask(&raw).filter(|_| raw.starts_with("<!--")) {
                        self.count("<!-- -->", &kinds);
                        self.edits.push(Edit::replace(node.start, &*raw, new));
                    }
                }
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

    /// Names anywhere in a formula; telephones and the like in its texts, for elsewhere digits are figures.
    fn formula(&mut self, piece: &Piece) {
        let (mut new, mut kinds, mut quote) = (String::new(), Vec::new(), None);
        for part in piece.text.split_inclusive(['"', '\'']) {
            let masked = if quote.is_some() { self.people.mask(part) } else { self.people.mask_names(part) };
            let ends = part.chars().next_back().filter(|c| matches!(c, '"' | '\''));
            quote = match (quote, ends) {
                (None, end) => end,
                (open, end) if open == end => None,
                (open, _) => open,
            };
            let (masked, found) = masked.unwrap_or_else(|| (part.to_owned(), Vec::new()));
            new.push_str(&masked);
            kinds.extend(found);
        }
        self.replace("f", piece, Some((new, kinds)).filter(|(new, _)| *new != piece.text));
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
        let element = local(tag_name(content));
        let outside = || attribute(content, "TargetMode").is_some_and(|mode| mode.raw == "External");
        for one in attributes(content) {
            let (name, text) = (local(one.name), one.text());
            let link = name == "Target" && outside();
            let author = AUTHOR_ATTRIBUTES.contains(&name) || (element == "userInfo" && name == "name");
            let masked = if author && !text.starts_with("http") {
                Some((mask_name(&text), vec![Personal::Name]))
            } else if link && leads_to_a_person(&text) {
                Some((stars(&text), vec![Personal::Name]))
            } else if link || WORDS.contains(&name) {
                self.people.mask(&text)
            } else {
                self.people.mask_names(&text)
            };
            let Some((masked, kinds)) = masked.filter(|(masked, _)| *masked != text) else { continue };
            self.count(tag_name(content), &kinds);
            let at = start + 1 + one.value.start as u64;
            self.edits.push(Edit::replace(at, one.raw, escape_attribute(&masked)));
        }
    }
}

/// Whether a link outside the package names a person: a mailbox, a telephone, a folder of a user.
fn leads_to_a_person(target: &str) -> bool {
    let lower = target.to_lowercase();
    ["mailto:", "tel:", "sms:", "file:"].iter().any(|scheme| lower.starts_with(scheme))
        || lower.starts_with("\\\\")
        || lower.as_bytes().get(1) == Some(&b':')
}

/// A link that leads nowhere any more, as long as it was behind its scheme.
fn stars(target: &str) -> String {
    let (scheme, rest) = target.split_once(':').map_or(("", target), |(scheme, rest)| (scheme, rest));
    let scheme = if scheme.len() > 1 { format!("{scheme}:") } else { String::new() };
    format!("{scheme}{}", "*".repeat(rest.chars().count()))
}

/// The edit that makes a number's cell one of text; none where it is no number's.
fn as_text(start: u64, content: &str) -> Option<Edit> {
    match attribute(content, "t") {
        None => Some(Edit::insert(start + 1 + tag_name(content).len() as u64, " t=\"str\"")),
        Some(kind) if kind.raw == "n" => Some(Edit::replace(start + 1 + kind.value.start as u64, "n", "str")),
        Some(_) => None,
    }
}
