//! The workbook part: its sheets, and one more at their end.
//!
//! # Source
//! ECMA-376 part 1, 18.2 (workbook): `sheets` (18.2.20), `definedNames` (18.2.6).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::content_types::ContentTypes;
use super::namespaces::Dialect;
use super::outline::Outline;
use super::relationships::Relationships;
use super::xml::{escape, escape_attribute};
use super::{Edit, Package, PackageError};

/// Characters that a tab's name may have, in UTF-16 units.
const LONGEST_NAME: usize = 31;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub name: String,
    /// The part it leads to, where it leads to one.
    pub part: Option<String>,
    /// It is a worksheet, not a chart, dialog or macro sheet.
    pub is_worksheet: bool,
    element: usize,
}

/// The workbook part of a package.
#[derive(Debug)]
pub struct Workbook {
    pub part: String,
    pub dialect: Dialect,
    pub tabs: Vec<Tab>,
    pub relationships: Relationships,
    outline: Outline,
    /// Tabs by name as spelled, and by name in small letters.
    by_name: HashMap<String, usize>,
    by_folded: HashMap<String, usize>,
}

/// A name that is to be defined for the new sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetName {
    pub name: &'static str,
    pub hidden: bool,
    pub refers_to: String,
}

impl Workbook {
    /// Reads the workbook part, wherever the package keeps it.
    ///
    /// # Errors
    /// The package is no spreadsheet of XML parts, or a part is damaged.
    pub fn read(package: &mut Package<'_>, types: &ContentTypes) -> Result<Self, PackageError> {
        let root = Relationships::read(package, "")?;
        let part = match root.by_kind("officeDocument") {
            Some(relationship) => relationship.target.clone(),
            None => return Err(PackageError::Missing { name: "_rels/.rels".to_owned() }),
        };
        let content_type = types.of(&part).unwrap_or_default().to_owned();
        let name = part.to_ascii_lowercase();
        let other =
            content_type.contains("sheet.binary") || name.ends_with("workbook.bin") || name.starts_with("word/");
        if other {
            return Err(PackageError::NotASpreadsheet { found: part });
        }
        let outline = Outline::parse(&part, package.part(&part)?)?;
        if outline.local(0) != "workbook" {
            return Err(PackageError::NotASpreadsheet { found: outline.local(0).to_owned() });
        }
        let mut relationships = Relationships::read(package, &part)?;
        relationships.keep_free((0..outline.len()).filter_map(|at| outline.prefixed_attribute(at, "id")));
        let dialect = Dialect::of_namespace(&outline.root_namespace().unwrap_or_default());
        let tabs = read_tabs(&outline, &relationships, types);
        let (mut by_name, mut by_folded) = (HashMap::new(), HashMap::new());
        for (index, tab) in tabs.iter().enumerate() {
            by_name.entry(tab.name.clone()).or_insert(index);
            by_folded.entry(tab.name.to_lowercase()).or_insert(index);
        }
        Ok(Self { part, dialect, tabs, relationships, outline, by_name, by_folded })
    }

    /// Finds a tab's index by its name: as spelled, else whatever the case, as Excel does.
    #[must_use]
    pub fn tab(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).or_else(|| self.by_folded.get(&name.to_lowercase())).copied()
    }

    /// Finds a part by the end of its relationship's type.
    #[must_use]
    pub fn part_of_kind(&self, kind: &str) -> Option<String> {
        self.relationships.by_kind(kind).map(|r| r.target.clone())
    }

    /// Makes a tab's name unique by a number at its end.
    #[must_use]
    pub fn free_tab_name(&self, wanted: &str) -> String {
        let numbered = (2u32..).map(|n| format!("{wanted}({n})"));
        std::iter::once(wanted.to_owned())
            .chain(numbered)
            .find(|name| self.tab(name).is_none() && name.encode_utf16().count() <= LONGEST_NAME)
            .unwrap_or_default()
    }

    /// Gives the edits that put a sheet last, with names of its own.
    #[must_use]
    pub fn add_sheet(&self, name: &str, relationship: &str, names: &[SheetName]) -> Vec<Edit> {
        let prefix = self.outline.prefix();
        let ids = self.tabs.iter().filter_map(|tab| self.outline.attribute(tab.element, "sheetId"));
        let id = ids.filter_map(|id| id.trim().parse::<u32>().ok()).max().unwrap_or(0).saturating_add(1);
        let sheet = format!(
            "<{prefix}sheet xmlns:r=\"{}\" name=\"{}\" sheetId=\"{id}\" r:id=\"{relationship}\"/>",
            self.dialect.office(),
            escape_attribute(name)
        );
        let mut edits: Vec<Edit> =
            self.outline.child(0, "sheets").map(|at| self.outline.append(at, &sheet)).into_iter().collect();
        edits.extend(self.define_names(names));
        edits
    }

    fn define_names(&self, names: &[SheetName]) -> Option<Edit> {
        let prefix = self.outline.prefix();
        let index = self.tabs.len();
        let mut markup = String::new();
        for name in names {
            let hidden = if name.hidden { " hidden=\"1\"" } else { "" };
            let refers_to = escape(&name.refers_to);
            let _ = write!(
                markup,
                "<{prefix}definedName name=\"{}\" localSheetId=\"{index}\"{hidden}>{refers_to}</{prefix}definedName>",
                name.name
            );
        }
        if markup.is_empty() {
            return None;
        }
        if let Some(there) = self.outline.child(0, "definedNames") {
            return Some(self.outline.append(there, &markup));
        }
        let before = ["sheets", "functionGroups", "externalReferences"];
        let after = before.iter().filter_map(|name| self.outline.child(0, name)).max()?;
        let at = self.outline.element(after).end as u64;
        Some(Edit::insert(at, format!("<{prefix}definedNames>{markup}</{prefix}definedNames>")))
    }

    /// Gives the edits that take a tab out with the names defined for it.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn remove_tab(&self, index: usize) -> Vec<Edit> {
        let Some(tab) = self.tabs.get(index) else { return Vec::new() };
        let outline = &self.outline;
        let mut edits = vec![outline.remove(tab.element)];
        let names: Vec<usize> =
            outline.child(0, "definedNames").map(|at| outline.children(at).collect()).unwrap_or_default();
        let scope = |at: &usize| outline.attribute(*at, "localSheetId").and_then(|id| id.trim().parse::<usize>().ok());
        if !names.is_empty() && names.iter().all(|at| scope(at) == Some(index)) {
            edits.extend(outline.child(0, "definedNames").map(|at| outline.remove(at)));
        } else {
            for at in &names {
                match scope(at) {
                    Some(id) if id == index => edits.push(outline.remove(*at)),
                    Some(id) if id > index => {
                        edits.extend(outline.set_number(*at, "localSheetId", &(id - 1).to_string()));
                    }
                    _ => {}
                }
            }
        }
        edits.extend(self.leave_tab(index));
        edits
    }

    /// Gives the edits that open the workbook on another tab than one that goes.
    fn leave_tab(&self, index: usize) -> Vec<Edit> {
        let outline = &self.outline;
        let Some(views) = outline.child(0, "bookViews") else { return Vec::new() };
        let shift = |view: usize, name: &str| {
            let at: usize = outline.attribute(view, name)?.trim().parse().ok()?;
            let new = match at.cmp(&index) {
                Ordering::Greater => at - 1,
                Ordering::Equal => 0,
                Ordering::Less => return None,
            };
            outline.set_number(view, name, &new.to_string())
        };
        outline
            .children(views)
            .flat_map(|view| [shift(view, "activeTab"), shift(view, "firstSheet")])
            .flatten()
            .collect()
    }
}

fn read_tabs(outline: &Outline, relationships: &Relationships, types: &ContentTypes) -> Vec<Tab> {
    let Some(sheets) = outline.child(0, "sheets") else { return Vec::new() };
    outline
        .children(sheets)
        .filter(|at| outline.local(*at) == "sheet")
        .map(|element| {
            let id = outline.prefixed_attribute(element, "id").unwrap_or_default();
            let relationship = relationships.by_id(&id).filter(|r| !r.external);
            let part = relationship.map(|r| r.target.clone());
            let content_type = part.as_deref().and_then(|part| types.of(part)).unwrap_or_default();
            let is_worksheet = relationship.is_some_and(|r| r.is("worksheet"))
                && !content_type.contains("chartsheet")
                && !content_type.contains("dialogsheet")
                && !content_type.contains("macrosheet");
            Tab { name: outline.attribute(element, "name").unwrap_or_default(), part, is_worksheet, element }
        })
        .collect()
}
