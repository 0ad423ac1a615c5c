//! Walks over one part's XML and says where everything stands, in bytes.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::PackageError;
use super::xml;

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `<a …>`
    Open,
    /// `<a …/>`
    Empty,
    /// `</a>`
    Close,
    /// Text, a CDATA section or a reference.
    Text,
    /// A comment, an instruction or the declaration.
    Other,
}

/// One piece of markup or text, with its bytes' offsets in the part.
#[derive(Debug)]
pub struct Node<'b> {
    pub kind: Kind,
    pub start: u64,
    pub end: u64,
    /// Elements around it: 0 for the root's own tags.
    pub depth: usize,
    event: Event<'b>,
}

impl Node<'_> {
    /// Gives, of a tag, what stands between `<` and `>` without a closing `/`.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.event
    }

    /// Gives text with its references resolved.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.event {
            Event::GeneralRef(name) => match xml::reference(name) {
                Some(c) => Cow::Owned(c.to_string()),
                None => Cow::Owned(format!("&{};", &**name)),
            },
            other => Cow::Borrowed(other),
        }
    }

    /// Gives the element's qualified name.
    #[must_use]
    pub fn name(&self) -> &str {
        xml::tag_name(self.content())
    }

    /// Gives the element's name without its prefix.
    #[must_use]
    pub fn local(&self) -> &str {
        xml::local(self.name())
    }

    /// Gives an attribute's value, references resolved.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        xml::attribute(self.content(), name).map(|a| a.text())
    }
}

/// Reads one part from its start to its end.
pub struct Scanner<'s> {
    source: Source<'s>,
    part: String,
    /// Bytes before the reader's first (a byte order mark).
    base: u64,
    depth: usize,
    seen_root: bool,
}

enum Source<'s> {
    /// Held whole, and not copied to be read.
    Held(Reader<&'s [u8]>),
    Streamed(Reader<Box<dyn BufRead + 's>>, Vec<u8>),
}

impl<'s> Scanner<'s> {
    /// Opens a part that is held whole.
    ///
    /// # Errors
    /// The part is UTF-16.
    pub fn over(part: &str, bytes: &'s [u8]) -> Result<Self, PackageError> {
        let base = check_head(part, bytes)?;
        let reader = Reader::from_reader(&bytes[base..]);
        Ok(Self { source: Source::Held(reader), part: part.to_owned(), base: base as u64, depth: 0, seen_root: false })
    }

    /// Opens a part that is read as it comes.
    ///
    /// # Errors
    /// The part cannot be read, or is UTF-16.
    pub fn stream(part: &str, mut source: Box<dyn BufRead + 's>) -> Result<Self, PackageError> {
        let base = check_head(part, source.fill_buf().map_err(|e| damaged(part, &e))?)?;
        source.consume(base);
        let source = Source::Streamed(Reader::from_reader(source), Vec::new());
        Ok(Self { source, part: part.to_owned(), base: base as u64, depth: 0, seen_root: false })
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
        let (start, event, end) = match &mut self.source {
            Source::Held(reader) => (reader.buffer_position(), reader.read_event(), reader.buffer_position()),
            Source::Streamed(reader, buffer) => {
                buffer.clear();
                let start = reader.buffer_position();
                let event = reader.read_event_into(buffer);
                (start, event, reader.buffer_position())
            }
        };
        let (start, end) = (self.base + start, self.base + end);
        let event = match event {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(damaged(&self.part, &error)),
            Err(quick_xml::Error::Encoding(_)) => return Err(PackageError::Encoding { name: self.part.clone() }),
            Err(error) => return Err(PackageError::Damaged { name: self.part.clone(), why: error.to_string() }),
        };
        let kind = match &event {
            Event::Start(_) => Kind::Open,
            Event::Empty(_) => Kind::Empty,
            Event::End(_) => Kind::Close,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => Kind::Text,
            Event::Decl(text) if declares_other_encoding(text) => {
                return Err(PackageError::Encoding { name: self.part.clone() });
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => Kind::Other,
            Event::DocType(_) => return Err(PackageError::Doctype { name: self.part.clone() }),
            Event::Eof if self.depth > 0 || !self.seen_root => {
                let why = "it ends in the middle".to_owned();
                return Err(PackageError::Damaged { name: self.part.clone(), why });
            }
            Event::Eof => return Ok(None),
        };
        if kind == Kind::Close {
            self.depth = self.depth.saturating_sub(1);
        }
        let depth = self.depth;
        if kind == Kind::Open {
            self.depth += 1;
        }
        self.seen_root |= matches!(kind, Kind::Open | Kind::Empty);
        Ok(Some(Node { kind, start, end, depth, event }))
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
    fn what_is_cut_off_or_odd_is_refused() {
        for text in
            ["", "<a>", "<a><b></a>", "<!DOCTYPE a><a/>", "<?xml version='1.0' encoding='gb2312'?><a/>", "text", "<"]
        {
            assert!(walk(text).is_err(), "{text}");
        }
        assert!(matches!(Scanner::over("p", &[0xFF, 0xFE, 60, 0]), Err(PackageError::Encoding { .. })));
    }
}
