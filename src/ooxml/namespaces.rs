//! The two dialects of Office Open XML and the names that differ between them.

/// Main namespace of transitional workbooks.
pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Main namespace of strict workbooks.
pub const MAIN_STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";
/// Relationship namespace and prefix of relationship types, transitional.
pub const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Relationship namespace and prefix of relationship types, strict.
pub const OFFICE_STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";
/// Namespace of relationship parts, the same in both dialects.
pub const PACKAGE_RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Which of the two dialects a part is written in.
///
/// # Source
/// ECMA-376 part 1 (strict) and part 4 (transitional).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    #[default]
    Transitional,
    Strict,
}

impl Dialect {
    /// Tells the dialect from a part's main namespace.
    #[must_use]
    pub fn of_namespace(namespace: &str) -> Self {
        if namespace.starts_with("http://purl.oclc.org/") { Self::Strict } else { Self::Transitional }
    }

    /// Gives the namespace of spreadsheet elements.
    #[must_use]
    pub fn main(self) -> &'static str {
        match self {
            Self::Transitional => MAIN,
            Self::Strict => MAIN_STRICT,
        }
    }

    /// Gives the namespace of the attribute `r:id`.
    #[must_use]
    pub fn office(self) -> &'static str {
        match self {
            Self::Transitional => OFFICE,
            Self::Strict => OFFICE_STRICT,
        }
    }

    /// Spells a relationship type such as `comments`.
    #[must_use]
    pub fn relationship(self, kind: &str) -> String {
        format!("{}/{kind}", self.office())
    }
}
