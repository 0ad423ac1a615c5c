//! The elements of a small part, flat, with the bytes they span: for parts that are read whole.

use std::sync::Arc;

use super::scanner::{Kind, Scanner};
use super::splice::Edit;
use super::{PackageError, xml};

/// Elements that one outline may hold.
const MOST_ELEMENTS: usize = 4_000_000;

/// One element of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub parent: Option<usize>,
    /// Offset of `<`.
    pub start: usize,
    /// Offset after the `>` of the first tag.
    pub open_end: usize,
    /// Offset of `</`; of an empty element, the same as `open_end`.
    pub close: usize,
    /// Offset after the element.
    pub end: usize,
    /// It is written `<a/>`.
    pub empty: bool,
    next: Option<usize>,
    first_child: Option<usize>,
    last_child: Option<usize>,
}

/// A part's bytes and its elements in document order; the first is the root.
#[derive(Debug)]
pub struct Outline {
    pub part: String,
    pub bytes: Arc<Vec<u8>>,
    elements: Vec<Element>,
}

fn offset(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Outline {
    /// Reads the outline of a part.
    ///
    /// # Errors
    /// The XML is malformed, or has too many elements.
    pub fn parse(part: &str, bytes: Arc<Vec<u8>>) -> Result<Self, PackageError> {
        let mut scanner = Scanner::over(part, bytes.as_slice())?;
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        while let Some(node) = scanner.next_node()? {
            match node.kind {
                Kind::Open | Kind::Empty => {
                    let index = elements.len();
                    if index >= MOST_ELEMENTS || (open.is_empty() && index > 0) {
                        let why = "too many elements, or two roots".to_owned();
                        return Err(PackageError::Damaged { name: part.to_owned(), why });
                    }
                    let parent = open.last().copied();
                    let (start, end) = (offset(node.start), offset(node.end));
                    let empty = node.kind == Kind::Empty;
                    elements.push(Element {
                        parent,
                        start,
                        open_end: end,
                        close: end,
                        end,
                        empty,
                        next: None,
                        first_child: None,
                        last_child: None,
                    });
                    if let Some(parent) = parent {
                        match elements[parent].last_child.replace(index) {
                            Some(before) => elements[before].next = Some(index),
                            None => elements[parent].first_child = Some(index),
                        }
                    }
                    if !empty {
                        open.push(index);
                    }
                }
                Kind::Close => {
                    if let Some(index) = open.pop() {
                        elements[index].close = offset(node.start);
                        elements[index].end = offset(node.end);
                    }
                }
                Kind::Text | Kind::Other => {}
            }
        }
        drop(scanner);
        Ok(Self { part: part.to_owned(), bytes, elements })
    }

    /// Counts the elements; the root is the first.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Tells whether there is no element, which no outline that parsed says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Gives one element's places.
    #[must_use]
    pub fn element(&self, index: usize) -> &Element {
        &self.elements[index]
    }

    /// Gives what stands between `<` and `>` of the first tag.
    #[must_use]
    pub fn tag(&self, index: usize) -> &str {
        let element = &self.elements[index];
        let end = element.open_end - if element.empty { 2 } else { 1 };
        std::str::from_utf8(self.bytes.get(element.start + 1..end).unwrap_or_default()).unwrap_or_default()
    }

    /// Gives the qualified name.
    #[must_use]
    pub fn name(&self, index: usize) -> &str {
        xml::tag_name(self.tag(index))
    }

    /// Gives the name without its prefix.
    #[must_use]
    pub fn local(&self, index: usize) -> &str {
        xml::local(self.name(index))
    }

    /// Gives the root's prefix with its colon; elements that we add bear it.
    #[must_use]
    pub fn prefix(&self) -> &str {
        xml::prefix(self.name(0))
    }

    /// Walks over an element's children.
    pub fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.elements[index].first_child, |at| self.elements[*at].next)
    }

    /// Finds the first child of a name, prefix aside.
    #[must_use]
    pub fn child(&self, index: usize, local: &str) -> Option<usize> {
        self.children(index).find(|child| self.local(*child) == local)
    }

    /// Gives an attribute's value, references resolved.
    #[must_use]
    pub fn attribute(&self, index: usize, name: &str) -> Option<String> {
        xml::attribute(self.tag(index), name).map(|a| a.text())
    }

    /// Gives the value of an attribute whatever its prefix, such as `r:id`; only prefixed names count.
    #[must_use]
    pub fn prefixed_attribute(&self, index: usize, local: &str) -> Option<String> {
        xml::prefixed_attribute(self.tag(index), local).map(|a| a.text())
    }

    /// Gives the namespace that the root's own prefix is bound to.
    #[must_use]
    pub fn root_namespace(&self) -> Option<String> {
        let prefix = self.prefix().trim_end_matches(':');
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        self.attribute(0, &name)
    }

    /// Gives all text inside an element, references resolved.
    ///
    /// # Errors
    /// The bytes are malformed.
    pub fn text(&self, index: usize) -> Result<String, PackageError> {
        let element = &self.elements[index];
        let mut scanner = Scanner::over(&self.part, &self.bytes[element.start..element.end])?;
        let mut text = String::new();
        while let Some(node) = scanner.next_node()? {
            if node.kind == Kind::Text {
                text.push_str(&node.text());
            }
        }
        Ok(text)
    }

    /// Gives an element's bytes, tags and all.
    #[must_use]
    pub fn raw(&self, index: usize) -> &str {
        let element = &self.elements[index];
        std::str::from_utf8(&self.bytes[element.start..element.end]).unwrap_or_default()
    }

    /// Puts markup after an element's last child.
    #[must_use]
    pub fn append(&self, index: usize, markup: &str) -> Edit {
        let element = &self.elements[index];
        if element.empty {
            let name = self.name(index);
            Edit::replace((element.open_end - 2) as u64, "/>", format!(">{markup}</{name}>"))
        } else {
            Edit::insert(element.close as u64, markup)
        }
    }

    /// Sets an attribute that is there and a number; gives nothing when it is neither, or has that value already.
    #[must_use]
    pub fn set_number(&self, index: usize, name: &str, value: &str) -> Option<Edit> {
        let tag = self.tag(index);
        let found = xml::attribute(tag, name)?;
        let at = self.elements[index].start + 1 + found.value.start;
        let number = found.raw.bytes().all(in_number);
        (number && found.raw != value).then(|| Edit::replace(at as u64, found.raw, value))
    }

    /// Takes an element out.
    #[must_use]
    pub fn remove(&self, index: usize) -> Edit {
        let element = &self.elements[index];
        Edit::replace(element.start as u64, &self.bytes[element.start..element.end], "")
    }
}
/// Whether a byte may stand in a whole number as schemas write it: a sign and white space may stand about the digits.
#[must_use]
pub fn in_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'\t' | b'\r' | b'\n')
}
