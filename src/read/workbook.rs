//! The workbook part: which sheets there are, in which order, and how they show.
//!
//! # Source
//! ECMA-376 part 1, 18.2.19 (`sheet`), 18.2.28 (`workbookPr`), 18.18.68 (`ST_SheetState`).

use quick_xml::events::{BytesStart, Event};

use super::book::Visibility;
use super::error::ReadError;
use super::package::Package;
use super::relations::{Relation, relations};
use super::xml;

/// What stands behind a tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TabKind {
    /// A worksheet and the name of its part.
    Worksheet(String),
    Chart,
    Dialog,
    Macro,
    /// The tab names no part that is there.
    Missing,
}

/// One tab of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tab {
    pub name: String,
    pub visibility: Visibility,
    pub kind: TabKind,
}

/// What the workbook part and its relations say.
#[derive(Debug)]
pub(super) struct WorkbookPart {
    pub date_1904: bool,
    pub tabs: Vec<Tab>,
    /// The part of the shared strings, by relation.
    pub strings: Option<String>,
    /// The part of the styles, by relation.
    pub styles: Option<String>,
}

/// Reads the workbook part of that name.
pub(super) fn read_workbook(package: &mut Package<'_>, part: &str) -> Result<WorkbookPart, ReadError> {
    let Some(text) = package.text(part)? else { return Err(package.corrupted(part, "the part is missing")) };
    let relations = relations(package, part)?;
    let by_kind = |kind: &str| relations.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let (strings, styles) = (by_kind("sharedStrings"), by_kind("styles"));
    let (date_1904, tabs) = read(&text, package, &relations).map_err(|fault| package.corrupted(part, fault))?;
    Ok(WorkbookPart { date_1904, tabs, strings, styles })
}

fn read(text: &str, package: &Package<'_>, relations: &[Relation]) -> Result<(bool, Vec<Tab>), xml::XmlFault> {
    let mut reader = xml::reader(text);
    let (mut date_1904, mut tabs) = (false, Vec::new());
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => match e.local_name().into_inner() {
                "workbookPr" => date_1904 |= xml::flag(&e, "date1904"),
                "sheet" => tabs.push(tab(&e, package, relations)),
                _ => {}
            },
            Event::Eof => return Ok((date_1904, tabs)),
            _ => {}
        }
    }
}

fn tab(element: &BytesStart<'_>, package: &Package<'_>, relations: &[Relation]) -> Tab {
    let visibility = match xml::own_attribute(element, "state").as_deref() {
        Some("hidden") => Visibility::Hidden,
        Some("veryHidden") => Visibility::VeryHidden,
        _ => Visibility::Visible,
    };
    let relation = xml::relation_id(element).and_then(|id| relations.iter().find(|r| r.id == id));
    let kind = match relation {
        Some(r) if r.kind == "worksheet" && package.has(&r.target) => TabKind::Worksheet(r.target.clone()),
        Some(r) if r.kind == "chartsheet" => TabKind::Chart,
        Some(r) if r.kind == "dialogsheet" => TabKind::Dialog,
        Some(r) if r.kind.ends_with("acrosheet") => TabKind::Macro,
        _ => TabKind::Missing,
    };
    let name = xml::unescape(&xml::own_attribute(element, "name").unwrap_or_default());
    Tab { name, visibility, kind }
}
