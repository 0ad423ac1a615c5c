//! The list of what each part is, and additions to it.
//!
//! # Source
//! ECMA-376 part 2, 7.2.3 (media types stream).

use std::collections::HashMap;
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
    overrides: HashMap<String, String>,
    defaults: HashMap<String, String>,
    added: String,
}

impl ContentTypes {
    /// Reads the list.
    ///
    /// # Errors
    /// The package has none (then it is no Office document), or it is damaged.
    pub fn read(package: &mut Package<'_>) -> Result<Self, PackageError> {
        let outline = Outline::parse(PART, package.part(PART)?)?;
        let (mut overrides, mut defaults) = (HashMap::new(), HashMap::new());
        for at in outline.children(0) {
            let Some(stated) = outline.attribute(at, "ContentType") else { continue };
            if let Some(part) = outline.attribute(at, "PartName").filter(|_| outline.local(at) == "Override") {
                overrides.entry(part_names::key(&part)).or_insert(stated);
            } else if let Some(extension) = outline.attribute(at, "Extension") {
                defaults.entry(extension.to_ascii_lowercase()).or_insert(stated);
            }
        }
        Ok(Self { outline, overrides, defaults, added: String::new() })
    }

    /// Gives the content type of a part.
    #[must_use]
    pub fn of(&self, part: &str) -> Option<&str> {
        let extension = || self.defaults.get(&part.rsplit_once('.')?.1.to_ascii_lowercase());
        self.overrides.get(&part_names::key(part)).or_else(extension).map(String::as_str)
    }

    /// States what a part is; nothing happens when that is already so.
    pub fn add(&mut self, part: &str, content_type: &str) {
        if self.of(part) == Some(content_type) {
            return;
        }
        self.overrides.insert(part_names::key(part), content_type.to_owned());
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
