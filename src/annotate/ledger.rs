//! What a run did to the package, kept in a part of our own so that the next run can undo it.
//!
//! The part hangs on the workbook by a relationship type of our own. Consumers ignore relationships they do not know
//! and may drop them when they save (ECMA-376 part 1, 9.1.7); then the marks are known by their author instead. For
//! each edited part it holds the digest as written and the edits that lead back, for each new part its name.

use std::fmt::Write as _;

use super::beside_workbook;
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::outline::Outline;
use crate::ooxml::workbook::Workbook;
use crate::ooxml::xml::{escape_attribute, hex};
use crate::ooxml::{Edit, Package, PackageError, Touched};

const NAMESPACE: &str = "urn:gouji:marks:1";
const RELATIONSHIP: &str = "urn:gouji:relationships:marks";
const CONTENT_TYPE: &str = "application/vnd.gouji.marks+xml";

/// What an earlier run did.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub touched: Vec<Touched>,
    pub made: Vec<String>,
}

/// Announces the part that [`write()`] fills and gives its name.
pub(super) fn register(package: &mut Package<'_>, workbook: &mut Workbook, types: &mut ContentTypes) -> String {
    let wanted = beside_workbook(workbook, "goujiComments.xml");
    let part =
        if package.is_free(&wanted) { wanted } else { package.free_name(wanted.trim_end_matches(".xml"), ".xml") };
    workbook.relationships.add(RELATIONSHIP, &part);
    types.add(&part, CONTENT_TYPE);
    part
}

/// Names the part of an earlier run, where there is one.
pub(super) fn find(workbook: &Workbook) -> Option<String> {
    workbook.relationships.iter().find(|r| r.kind == RELATIONSHIP && !r.external).map(|r| r.target.clone())
}

/// Spells what was done.
pub(super) fn write(touched: &[Touched], made: &[String]) -> Vec<u8> {
    let mut text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<marks xmlns=\"{NAMESPACE}\">");
    for part in touched {
        let _ = write!(text, "<part name=\"{}\" sha256=\"{}\">", escape_attribute(&part.name), part.sha256);
        for layer in &part.undo {
            text.push_str("<layer>");
            for edit in layer {
                let (old, new) = (hex(&edit.old), hex(&edit.new));
                let _ = write!(text, "<edit at=\"{}\" old=\"{old}\" new=\"{new}\"/>", edit.at);
            }
            text.push_str("</layer>");
        }
        text.push_str("</part>");
    }
    for name in made {
        let _ = write!(text, "<made name=\"{}\"/>", escape_attribute(name));
    }
    text.push_str("</marks>");
    text.into_bytes()
}

/// Reads what an earlier run did; nothing when the part does not say it in full.
pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Option<Ledger>, PackageError> {
    let outline = Outline::parse(part, package.part(part)?)?;
    Ok((outline.root_namespace().as_deref() == Some(NAMESPACE)).then(|| read_entries(&outline)).flatten())
}

fn read_entries(outline: &Outline) -> Option<Ledger> {
    let mut ledger = Ledger::default();
    for entry in outline.children(0) {
        let name = outline.attribute(entry, "name")?;
        if outline.local(entry) == "made" {
            ledger.made.push(name);
            continue;
        }
        let undo = outline
            .children(entry)
            .map(|layer| outline.children(layer).map(|edit| read_edit(outline, edit)).collect())
            .collect::<Option<_>>()?;
        ledger.touched.push(Touched { name, sha256: outline.attribute(entry, "sha256")?, undo });
    }
    Some(ledger)
}

fn read_edit(outline: &Outline, edit: usize) -> Option<Edit> {
    let at = outline.attribute(edit, "at")?.parse().ok()?;
    let bytes = |name: &str| from_hex(&outline.attribute(edit, name)?);
    Some(Edit { at, old: bytes("old")?, new: bytes("new")? })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() % 2 == 1 {
        return None;
    }
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}
