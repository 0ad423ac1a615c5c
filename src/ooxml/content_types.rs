//! The list of what each part is, and additions to it.
//!
//! # Source
//! ECMA-376 part 2, 7.2.3 (media types stream).

use std::fmt::Write as _;

use super::outline::Outline;
use super::xml::escape_attribute;
use super::{Package, PackageError, part_names};

/// The part's name.
pub const PART: &str = "[Content_Types].xml";

/// The content types of a package.
#[derive(Debug)]
pub struct ContentTypes {
    outline: Outline,
    added: String,
}

impl ContentTypes {
    /// Reads the list.
    ///
    /// # Errors
    /// The package has none (then it is no Office document), or it is damaged.
    pub fn read(package: &mut Package<'_>) -> Result<Self, PackageError> {
        let bytes = package.part(PART)?;
        Ok(Self { outline: Outline::parse(PART, bytes)?, added: String::new() })
    }

    /// Gives the content type of a part.
    #[must_use]
    pub fn of(&self, part: &str) -> Option<String> {
        self.override_of(part).or_else(|| self.default_of(part.rsplit_once('.')?.1))
    }

    fn override_of(&self, part: &str) -> Option<String> {
        let key = part_names::key(part);
        self.find("Override", "PartName", |name| part_names::key(name) == key)
    }

    fn default_of(&self, extension: &str) -> Option<String> {
        self.find("Default", "Extension", |name| name.eq_ignore_ascii_case(extension))
    }

    fn find(&self, kind: &str, attribute: &str, matches: impl Fn(&str) -> bool) -> Option<String> {
        let outline = &self.outline;
        let hit = outline.children(0).find(|at| {
            outline.local(*at) == kind && outline.attribute(*at, attribute).is_some_and(|name| matches(&name))
        })?;
        outline.attribute(hit, "ContentType")
    }

    /// States what a part is; nothing happens when that is already so.
    pub fn add(&mut self, part: &str, content_type: &str) {
        if self.of(part).as_deref() == Some(content_type) {
            return;
        }
        let prefix = self.outline.prefix();
        let part = escape_attribute(part);
        let _ = write!(self.added, "<{prefix}Override PartName=\"/{part}\" ContentType=\"{content_type}\"/>");
    }

    /// Takes a part's own statement out.
    #[must_use]
    pub fn removal(&self, part: &str) -> Option<super::Edit> {
        let key = part_names::key(part);
        let outline = &self.outline;
        outline
            .children(0)
            .find(|at| outline.attribute(*at, "PartName").is_some_and(|name| part_names::key(&name) == key))
            .map(|at| outline.remove(at))
    }

    /// Writes the additions into the package.
    ///
    /// # Errors
    /// The part has gone.
    pub fn flush(self, package: &mut Package<'_>) -> Result<(), PackageError> {
        if self.added.is_empty() {
            return Ok(());
        }
        let edit = self.outline.append(0, &self.added);
        package.splice(PART, vec![edit])
    }
}
