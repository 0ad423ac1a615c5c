//! Walks over one part's XML and says where everything stands, in bytes.
//!
//! A part that is held is walked over as it lies; a streamed one keeps no more than the piece under way. What is not
//! well-formed is refused as far as places depend on it: tags that do not nest, a document that is cut off.
//!
//! # Source
//! Extensible Markup Language 1.0, 2.4 to 2.8 and 3.1.

use std::borrow::Cow;
use std::io::BufRead;

pub use crate::markup::tokens::Kind;

use super::PackageError;
use super::xml;
use crate::markup::tokens::{Missing, Token, token};

/// One piece of markup or text, with its bytes' offsets in the part.
#[derive(Debug, Clone, Copy)]
pub struct Node<'b> {
    pub kind: Kind,
    pub start: u64,
    pub end: u64,
    /// Elements around it: 0 for the root's own tags.
    pub depth: usize,
    content: &'b str,
    /// Text in which nothing is a reference.
    literal: bool,
}

impl<'b> Node<'b> {
    /// Gives, of a tag, what stands between `<` and `>` without a closing `/`; of text, the text as written.
    #[must_use]
    pub fn content(&self) -> &'b str {
        self.content
    }

    /// Gives text with its references resolved.
    #[must_use]
    pub fn text(&self) -> Cow<'b, str> {
        if self.literal || !self.content.contains('&') {
            Cow::Borrowed(self.content)
        } else {
            Cow::Owned(xml::unescape(self.content))
        }
    }

    /// Gives the element's qualified name.
    #[must_use]
    pub fn name(&self) -> &'b str {
        xml::tag_name(self.content)
    }

    /// Gives the element's name without its prefix.
    #[must_use]
    pub fn local(&self) -> &'b str {
        xml::local(self.name())
    }

    /// Gives an attribute's value, references resolved.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        xml::attribute(self.content, name).map(|a| a.text())
    }
}

/// Reads one part from its start to its end.
pub struct Scanner<'s> {
    part: String,
    source: Source<'s>,
    /// Offset in the window of the next piece.
    at: usize,
    /// Offset of the window in the part.
    base: u64,
    /// The names of the elements around, one after the other, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    seen_root: bool,
}

enum Source<'s> {
    /// Held whole.
    Held(&'s str),
    /// Read as it comes, into a window.
    Streamed { from: Box<dyn BufRead + 's>, window: Vec<u8>, ended: bool },
}

impl<'s> Scanner<'s> {
    /// Opens a part that is held whole.
    ///
    /// # Errors
    /// The part is not UTF-8.
    pub fn over(part: &str, bytes: &'s [u8]) -> Result<Self, PackageError> {
        let mark = check_head(part, bytes)?;
        let text = std::str::from_utf8(&bytes[mark..]).map_err(|_| PackageError::Encoding { name: part.to_owned() })?;
        Ok(Self::new(part, Source::Held(text), mark))
    }

    /// Opens a part that is read as it comes.
    ///
    /// # Errors
    /// The part cannot be read, or is UTF-16.
    pub fn stream(part: &str, mut from: Box<dyn BufRead + 's>) -> Result<Self, PackageError> {
        let mark = check_head(part, from.fill_buf().map_err(|e| damaged(part, &e))?)?;
        from.consume(mark);
        Ok(Self::new(part, Source::Streamed { from, window: Vec::new(), ended: false }, mark))
    }

    fn new(part: &str, source: Source<'s>, mark: usize) -> Self {
        let (names, open) = (Vec::new(), Vec::new());
        Self { part: part.to_owned(), source, at: 0, base: mark as u64, names, open, seen_root: false }
    }

    /// Names the part.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.part
    }

    /// Gives the next piece, or nothing at the end of a whole document.
    ///
    /// # Errors
    /// The XML is malformed or cut off, declares a document type or another encoding than UTF-8, or the part is too
    /// big.
    pub fn next_node(&mut self) -> Result<Option<Node<'_>>, PackageError> {
        let Some(Token { kind, content, end, literal }) = self.next_token()? else {
            return if self.open.is_empty() && self.seen_root {
                Ok(None)
            } else {
                Err(self.damaged("it ends in the middle"))
            };
        };
        let (first, base) = (self.at, self.base);
        self.at += end;
        let window = match &self.source {
            Source::Held(text) => &text[first..self.at],
            Source::Streamed { window, .. } => std::str::from_utf8(&window[first..self.at])
                .map_err(|_| PackageError::Encoding { name: self.part.clone() })?,
        };
        let content = &window[content];
        let depth = match kind {
            Kind::Open => {
                self.open.push(self.names.len());
                self.names.extend_from_slice(xml::tag_name(content).as_bytes());
                self.open.len() - 1
            }
            Kind::Close => {
                let name = self.open.pop().map(|from| self.names.split_off(from));
                if name.as_deref() != Some(content.trim_ascii_end().as_bytes()) {
                    let why = format!("`</{}>` closes nothing", content.chars().take(40).collect::<String>());
                    return Err(PackageError::Damaged { name: self.part.clone(), why });
                }
                self.open.len()
            }
            Kind::Other if window.starts_with("<?xml") && declares_other_encoding(content) => {
                return Err(PackageError::Encoding { name: self.part.clone() });
            }
            Kind::Empty | Kind::Text | Kind::Other => self.open.len(),
        };
        self.seen_root |= matches!(kind, Kind::Open | Kind::Empty);
        let start = base + first as u64;
        Ok(Some(Node { kind, start, end: start + end as u64, depth, content, literal }))
    }

    /// Finds the next piece, reading on where the window does not hold all of it; nothing at the end.
    fn next_token(&mut self) -> Result<Option<Token>, PackageError> {
        loop {
            let (bytes, whole) = match &self.source {
                Source::Held(text) => (&text.as_bytes()[self.at..], true),
                Source::Streamed { window, ended, .. } => (&window[self.at..], *ended),
            };
            if bytes.is_empty() && whole {
                return Ok(None);
            }
            match token(bytes, whole) {
                Ok(token) if token.end > 0 => return Ok(Some(token)),
                Ok(_) | Err(Missing::More) if !whole => self.read_on()?,
                Ok(_) | Err(Missing::More) => return Err(self.damaged("it ends in the middle")),
                Err(Missing::Doctype) => return Err(PackageError::Doctype { name: self.part.clone() }),
                Err(Missing::Malformed) => return Err(self.damaged("a tag has no name")),
            }
        }
    }

    /// Lets what was passed go and reads at least as much again as is left.
    fn read_on(&mut self) -> Result<(), PackageError> {
        let Source::Streamed { from, window, ended } = &mut self.source else { return Ok(()) };
        window.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let enough = window.len() * 2;
        loop {
            let more = from.fill_buf().map_err(|e| damaged(&self.part, &e))?;
            let n = more.len();
            window.extend_from_slice(more);
            from.consume(n);
            *ended = n == 0;
            if *ended || window.len() >= enough {
                return Ok(());
            }
        }
    }

    fn damaged(&self, why: &str) -> PackageError {
        PackageError::Damaged { name: self.part.clone(), why: why.to_owned() }
    }
}

/// Gives the length of a byte order mark.
fn check_head(part: &str, head: &[u8]) -> Result<usize, PackageError> {
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || head.iter().take(4).any(|b| *b == 0) {
        return Err(PackageError::Encoding { name: part.to_owned() });
    }
    Ok(if head.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 })
}

fn declares_other_encoding(declaration: &str) -> bool {
    xml::attribute(declaration, "encoding")
        .is_some_and(|a| !matches!(a.raw.to_ascii_lowercase().as_str(), "utf-8" | "utf8" | "us-ascii"))
}

/// The message that a reader gives when a part passes its limit.
pub(super) const OVER_LIMIT: &str = "inflates beyond the limit";

pub(super) fn damaged(part: &str, error: &std::io::Error) -> PackageError {
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        return PackageError::TooBig { name: part.to_owned(), limit: super::package::INFLATED_LIMIT };
    }
    PackageError::Damaged { name: part.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    type Seen = (Kind, u64, u64, String);

    fn walk(text: &str) -> Result<Vec<Seen>, PackageError> {
        let seen = |mut scanner: Scanner<'_>| -> Result<Vec<Seen>, PackageError> {
            let mut out = Vec::new();
            while let Some(node) = scanner.next_node()? {
                out.push((node.kind, node.start, node.end, node.content().to_owned()));
            }
            Ok(out)
        };
        let held = seen(Scanner::over("p", text.as_bytes())?);
        // Read in pieces of three bytes, it is the same.
        let streamed = BufReader::with_capacity(3, text.as_bytes());
        assert_eq!(Scanner::stream("p", Box::new(streamed)).and_then(seen).ok(), held.as_ref().ok().cloned());
        held
    }

    #[test]
    fn offsets_are_those_of_the_bytes() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?>\r\n<x:a>勾 &amp; &#31293;<b c='1' /><![CDATA[<]]></x:a>\n";
        for (kind, start, end, content) in walk(text).unwrap() {
            let raw = &text[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
            match kind {
                Kind::Open => assert_eq!(raw, format!("<{content}>")),
                Kind::Empty => assert_eq!(raw, "<b c='1' />"),
                Kind::Close => assert_eq!(raw, format!("</{content}>")),
                Kind::Text | Kind::Other => {}
            }
        }
    }

    #[test]
    fn an_angle_in_a_value_ends_no_tag() {
        let kinds: Vec<Kind> =
            walk("<a b='1>\"2' c=\"'>\"><!-- <x> --><?y >?></a >").unwrap().iter().map(|n| n.0).collect();
        assert_eq!(kinds, [Kind::Open, Kind::Other, Kind::Other, Kind::Close]);
        let mut scanner = Scanner::over("p", "<a>1 &lt; 2<![CDATA[&lt;]]></a>".as_bytes()).unwrap();
        let mut text = String::new();
        while let Some(node) = scanner.next_node().unwrap() {
            if node.kind == Kind::Text {
                text.push_str(&node.text());
            }
        }
        assert_eq!(text, "1 < 2&lt;");
    }

    #[test]
    fn what_is_cut_off_or_odd_is_refused() {
        for text in [
            "",
            "<a>",
            "<a><b></a>",
            "</a>",
            "<a></b>",
            "<>",
            "< a/>",
            "<a",
            "<a b=\"c>",
            "<!x>",
            "<a><!--</a>",
            "<!DOCTYPE a><a/>",
            "<?xml version='1.0' encoding='gb2312'?><a/>",
            "text",
            "<",
        ] {
            assert!(walk(text).is_err(), "{text}");
        }
        assert!(matches!(Scanner::over("p", &[0xFF, 0xFE, 60, 0]), Err(PackageError::Encoding { .. })));
    }
}
