//! The relationships of one part, and additions to them.
//!
//! # Source
//! ECMA-376 part 2, 6.5 (relationships).

use std::collections::HashSet;
use std::fmt::Write as _;

use super::content_types::ContentTypes;
use super::namespaces::PACKAGE_RELATIONSHIPS;
use super::outline::Outline;
use super::xml::escape_attribute;
use super::{Edit, Package, PackageError, part_names};

const CONTENT_TYPE: &str = "application/vnd.openxmlformats-package.relationships+xml";

/// One relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    pub id: String,
    /// The type, a URI.
    pub kind: String,
    /// The part it leads to, resolved; of an external one, the target as written.
    pub target: String,
    pub external: bool,
}

impl Relationship {
    /// Tells whether the type ends with a name such as `comments`, in either dialect.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        !self.external && self.kind.rsplit('/').next() == Some(name)
    }
}

/// What one part (or the package) leads to.
#[derive(Debug)]
pub struct Relationships {
    part: String,
    outline: Option<Outline>,
    known: Vec<Relationship>,
    added: Vec<(String, String, String)>,
    /// Ids that a new one must not bear, in small letters.
    taken: HashSet<String>,
}

impl Relationships {
    /// Reads the relationships of a part; of the package itself, when `owner` is empty.
    ///
    /// # Errors
    /// They are damaged. That there are none is no error.
    pub fn read(package: &mut Package<'_>, owner: &str) -> Result<Self, PackageError> {
        let part = part_names::relationships_of(owner);
        if !package.has(&part) {
            return Ok(Self { part, outline: None, known: Vec::new(), added: Vec::new(), taken: HashSet::new() });
        }
        let outline = Outline::parse(&part, package.part(&part)?)?;
        let known = outline
            .children(0)
            .filter(|at| outline.local(*at) == "Relationship")
            .map(|at| {
                let text = |name: &str| outline.attribute(at, name).unwrap_or_default();
                let external = text("TargetMode").eq_ignore_ascii_case("external");
                let target = text("Target");
                // XML has no such letters, and no part can be named with them.
                if target.chars().any(char::is_control) {
                    let why = "a relationship leads to a name with control characters".to_owned();
                    return Err(PackageError::Damaged { name: part.clone(), why });
                }
                let target = if external { target } else { part_names::resolve(owner, &target) };
                Ok(Relationship { id: text("Id"), kind: text("Type"), target, external })
            })
            .collect::<Result<Vec<Relationship>, PackageError>>()?;
        let taken = known.iter().map(|r| r.id.to_ascii_lowercase()).collect();
        Ok(Self { part, outline: Some(outline), known, added: Vec::new(), taken })
    }

    /// Keeps ids from being given to a new relationship: those that the part names, also where they lead nowhere.
    pub fn keep_free(&mut self, ids: impl IntoIterator<Item = String>) {
        self.taken.extend(ids.into_iter().map(|id| id.to_ascii_lowercase()));
    }

    /// Finds a relationship by its id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Relationship> {
        self.known.iter().find(|r| r.id == id)
    }

    /// Finds the first relationship whose type ends with a name.
    #[must_use]
    pub fn by_kind(&self, name: &str) -> Option<&Relationship> {
        self.known.iter().find(|r| r.is(name))
    }

    /// Walks over all of them.
    pub fn iter(&self) -> impl Iterator<Item = &Relationship> {
        self.known.iter()
    }

    /// Adds one to a part named from the package's root and gives its id.
    pub fn add(&mut self, kind: &str, part: &str) -> String {
        let free = |id: &String| !self.taken.contains(&id.to_ascii_lowercase());
        let id = (1..=u32::MAX).map(|n| format!("rId{n}")).find(free).unwrap_or_default();
        self.taken.insert(id.to_ascii_lowercase());
        self.added.push((id.clone(), kind.to_owned(), format!("/{part}")));
        id
    }

    /// Takes one out that leads to a part.
    #[must_use]
    pub fn removal(&self, target: &str) -> Option<Edit> {
        let outline = self.outline.as_ref()?;
        let known = self.known.iter().position(|r| part_names::key(&r.target) == part_names::key(target))?;
        let mut all = outline.children(0).filter(|at| outline.local(*at) == "Relationship");
        all.nth(known).map(|at| outline.remove(at))
    }

    /// Names the part these relationships stand in.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.part
    }

    /// Writes the additions into the package.
    ///
    /// # Errors
    /// The part has gone.
    pub fn flush(self, package: &mut Package<'_>, types: &mut ContentTypes) -> Result<(), PackageError> {
        if self.added.is_empty() {
            return Ok(());
        }
        let prefix = self.outline.as_ref().map_or("", Outline::prefix);
        let mut markup = String::new();
        for (id, kind, target) in &self.added {
            let target = escape_attribute(target);
            let _ = write!(markup, "<{prefix}Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>");
        }
        if let Some(outline) = &self.outline {
            let edit = outline.append(0, &markup);
            return package.splice(&self.part, vec![edit]);
        }
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Relationships xmlns=\"{PACKAGE_RELATIONSHIPS}\">{markup}</Relationships>"
        );
        // Some packages state what relationships are part by part, and have no default for a new one.
        types.add(&self.part, CONTENT_TYPE);
        package.create(&self.part, document.into_bytes());
        Ok(())
    }
}

/// Gives every part that something in the package leads to, whether it is there or not.
///
/// Relationships that cannot be read lead nowhere.
#[must_use]
pub fn targets(package: &mut Package<'_>) -> Vec<String> {
    let owners: Vec<String> = package.names().filter_map(part_names::owner_of).collect();
    let of = |owner: &String| Relationships::read(package, owner).map(|read| read.known).unwrap_or_default();
    owners.iter().flat_map(of).filter(|r| !r.external).map(|r| r.target).collect()
}
