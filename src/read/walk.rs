//! A walk over the markup of one part that is held as text: tags that nest, and texts with their references resolved.
//!
//! # Source
//! Extensible Markup Language 1.0, 2.11 (line ends), 3.1 (tags) and 4.1 (references).

use std::borrow::Cow;

use super::xml::XmlFault;
use crate::markup::tokens::{Kind, Missing, token};
use crate::markup::xml as tags;

/// One piece of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    pub kind: Kind,
    content: &'t str,
    literal: bool,
}

impl<'t> Piece<'t> {
    /// Gives the element's name as written.
    pub(super) fn qualified(&self) -> &'t str {
        tags::tag_name(self.content)
    }

    /// Says whether this opens an element, empty or not.
    pub(super) fn opens(&self) -> bool {
        matches!(self.kind, Kind::Open | Kind::Empty)
    }

    /// Gives the attributes as name and value as written; a name with a prefix is one of another vocabulary.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        tags::attributes(self.content).map(|a| (a.name, a.raw))
    }

    /// Finds an attribute by its name, with references resolved.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'t, str>> {
        self.attributes().find(|(other, _)| *other == name).map(|(_, raw)| value_of(raw))
    }
}

/// Resolves the references of an attribute's value.
pub(super) fn value_of(raw: &str) -> Cow<'_, str> {
    if raw.contains('&') { Cow::Owned(tags::unescape(raw)) } else { Cow::Borrowed(raw) }
}

/// Says whether a value spells true (`1` or `true`).
pub(super) fn is_set(raw: &str) -> bool {
    raw == "1" || raw.eq_ignore_ascii_case("true")
}

/// A walk from the start of a part.
pub(super) struct Walk<'t> {
    text: &'t str,
    at: usize,
    open: Vec<&'t str>,
    root: Option<Root<'t>>,
}

/// How the root's vocabulary is spelled.
struct Root<'t> {
    /// Its prefix with its colon; nothing where it is the default.
    prefix: &'t str,
    /// The namespace as written, where it is declared.
    namespace: Option<&'t str>,
    /// Other prefixes that the root declares for the same namespace, and whether it is the default as well.
    others: Vec<&'t str>,
    default: bool,
}

impl<'t> Root<'t> {
    fn of(tag: &'t str) -> Self {
        let prefix = tags::prefix(tags::tag_name(tag));
        let declared = |name: &'t str| match name.strip_prefix("xmlns:") {
            Some(prefix) => Some(prefix),
            None => (name == "xmlns").then_some(""),
        };
        let all = || tags::attributes(tag).filter_map(|a| Some((declared(a.name)?, a.raw)));
        let bare = prefix.trim_end_matches(':');
        let namespace = all().find(|(name, _)| *name == bare).map(|(_, namespace)| namespace);
        let same = |(name, other): (&'t str, &'t str)| (Some(other) == namespace && name != bare).then_some(name);
        let others: Vec<&str> = all().filter_map(same).collect();
        let default = prefix.is_empty() || others.contains(&"");
        Self { prefix, namespace, others, default }
    }
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.trim_start_matches('\u{FEFF}'), at: 0, open: Vec::new(), root: None }
    }

    /// Gives the next piece; none at the end of the part, whether or not every element was closed.
    ///
    /// # Errors
    /// The markup is cut off or malformed, a tag closes what was not opened, or a document type stands inside.
    pub(super) fn step(&mut self) -> Result<Option<Piece<'t>>, XmlFault> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        let found = token(rest.as_bytes(), true).map_err(|missing| self.fault(missing))?;
        let content = &rest[found.content];
        if self.root.is_none() && matches!(found.kind, Kind::Open | Kind::Empty) {
            self.root = Some(Root::of(content));
        }
        match found.kind {
            Kind::Open => self.open.push(tags::tag_name(content)),
            Kind::Close if self.open.pop() != Some(content.trim_ascii_end()) => {
                let name: String = content.chars().take(40).collect();
                return Err(format!("`</{name}>` closes nothing (byte {})", self.at));
            }
            _ => {}
        }
        self.at += found.end;
        Ok(Some(Piece { kind: found.kind, content, literal: found.literal }))
    }

    /// Gives a tag's name in the root's vocabulary; none where it is of another, or no tag.
    pub(super) fn name(&self, piece: Piece<'t>) -> Option<&'t str> {
        if matches!(piece.kind, Kind::Text | Kind::Other) {
            return None;
        }
        let (name, root) = (tags::tag_name(piece.content), self.root.as_ref()?);
        if root.prefix.is_empty() && root.others.is_empty() {
            return Some(name).filter(|name| !name.as_bytes().contains(&b':'));
        }
        let prefix = tags::prefix(name);
        let own = prefix == root.prefix
            || (prefix.is_empty() && root.default)
            || root.others.contains(&prefix.trim_end_matches(':'));
        own.then(|| &name[prefix.len()..])
    }

    /// Whether an attribute declares that a name of the root's vocabulary means something else from here on.
    pub(super) fn redeclares(&self, (name, raw): (&str, &str)) -> bool {
        let Some(prefix) = name.strip_prefix("xmlns") else { return false };
        let Some(root) = &self.root else { return false };
        let prefix = prefix.trim_start_matches(':');
        let known = prefix == root.prefix.trim_end_matches(':') || root.others.contains(&prefix);
        known && Some(raw) != root.namespace
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Gathers the text of the element just opened, up to its end; nested elements add nothing.
    ///
    /// # Errors
    /// As [`Self::step`]; and a reference that does not end.
    pub(super) fn text(&mut self) -> Result<Cow<'t, str>, XmlFault> {
        let inside = self.open.len();
        let mut gathered = Cow::Borrowed("");
        loop {
            let Some(piece) = self.step()? else { return Err("the part ends inside an element".to_owned()) };
            match piece.kind {
                Kind::Close if self.open.len() < inside => return Ok(gathered),
                Kind::Text if self.open.len() == inside => {
                    let text = self.resolved(piece)?;
                    if gathered.is_empty() { gathered = text } else { gathered.to_mut().push_str(&text) }
                }
                _ => {}
            }
        }
    }

    /// Passes over what the element just opened holds.
    pub(super) fn skip(&mut self) -> Result<(), XmlFault> {
        let inside = self.open.len();
        while self.open.len() >= inside {
            if self.step()?.is_none() {
                return Err("the part ends inside an element".to_owned());
            }
        }
        Ok(())
    }

    fn resolved(&self, piece: Piece<'t>) -> Result<Cow<'t, str>, XmlFault> {
        let plain = if piece.content.contains('\r') {
            Cow::Owned(piece.content.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(piece.content)
        };
        if piece.literal || !plain.contains('&') {
            return Ok(plain);
        }
        if references_end(plain.as_bytes()) {
            Ok(Cow::Owned(tags::unescape(&plain)))
        } else {
            Err(format!("a reference does not end (before byte {})", self.at))
        }
    }

    fn fault(&self, missing: Missing) -> XmlFault {
        let why = match missing {
            Missing::More => "the part ends inside a tag",
            Missing::Doctype => "a document type stands inside",
            Missing::Malformed => "a tag has no name",
        };
        format!("{why} (byte {})", self.at)
    }
}

/// Whether a `;` stands behind every `&` of a text before the next one.
fn references_end(text: &[u8]) -> bool {
    let mut open = false;
    for byte in text {
        match byte {
            b'&' if open => return false,
            b'&' => open = true,
            b';' => open = false,
            _ => {}
        }
    }
    !open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_gathered_across_references_and_cdata() {
        let mut walk = Walk::new("\u{FEFF}<a>1 &lt; &#50;<!-- x --><![CDATA[ & 3]]><b>no<c/></b>\r\n</a>");
        assert!(walk.step().unwrap().unwrap().opens());
        assert_eq!(walk.text().unwrap(), "1 < 2 & 3\n");
        assert_eq!(walk.step().unwrap(), None);
    }

    #[test]
    fn what_does_not_nest_or_end_is_a_fault() {
        for text in ["<a></b>", "</a>", "<a", "<a>&amp</a>", "<a><!-- ", "<!DOCTYPE a><a/>", "<a><b></a>"] {
            let mut walk = Walk::new(text);
            let outcome = loop {
                match walk.step() {
                    Ok(Some(piece)) if piece.kind == Kind::Open && piece.qualified() == "a" => {
                        if let Err(fault) = walk.text() {
                            break Err(fault);
                        }
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => break Ok(()),
                    Err(fault) => break Err(fault),
                }
            };
            assert!(outcome.is_err(), "{text}");
        }
    }
}
