//! Looks at an XML part while it is inflated: no document type, and UTF-8 only.

use super::error::ReadError;

/// What makes an XML part unfit to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum XmlRefusal {
    DocumentType,
    Encoding(String),
}

impl XmlRefusal {
    pub(super) fn at(self, file: &str, part: &str) -> ReadError {
        let (file, part) = (file.to_owned(), part.to_owned());
        match self {
            Self::DocumentType => ReadError::DocumentType { file, part },
            Self::Encoding(encoding) => ReadError::Encoding { file, part, encoding },
        }
    }
}

const DOCTYPE: &[u8] = b"<!DOCTYPE";
/// Bytes in which the XML declaration must end.
const DECLARATION: usize = 200;
/// Bytes in which the root element must begin; comments before it are never that long.
const PROLOG: usize = 256 * 1024;

/// A check that is fed the chunks of one part.
pub(super) struct XmlCheck {
    /// What came so far, until it is clear how the part begins; none once that is clear.
    head: Option<Vec<u8>>,
}

impl XmlCheck {
    /// Starts a check; parts that are no XML by their name pass unseen.
    pub(super) fn for_part(name: &str) -> Self {
        let name = name.to_lowercase();
        let is_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
        Self { head: is_xml.then(Vec::new) }
    }

    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Result<(), XmlRefusal> {
        let Some(head) = &mut self.head else { return Ok(()) };
        head.extend_from_slice(chunk);
        if head.len() >= DECLARATION {
            self.decide()?;
        }
        Ok(())
    }

    /// Looks at a part that ended before it was clear.
    pub(super) fn finish(&mut self) -> Result<(), XmlRefusal> {
        self.decide()
    }

    fn decide(&mut self) -> Result<(), XmlRefusal> {
        let Some(head) = &self.head else { return Ok(()) };
        check_encoding(head)?;
        match beginning(head) {
            Beginning::DocumentType => Err(XmlRefusal::DocumentType),
            Beginning::Unclear if head.len() > PROLOG => Err(XmlRefusal::DocumentType),
            Beginning::Unclear => Ok(()),
            Beginning::Root => {
                self.head = None;
                Ok(())
            }
        }
    }
}

/// What follows the declaration, comments and instructions.
#[derive(Debug, PartialEq, Eq)]
enum Beginning {
    DocumentType,
    Root,
    Unclear,
}

fn beginning(head: &[u8]) -> Beginning {
    let mut rest = head;
    while let Some(at) = rest.iter().position(|b| *b == b'<') {
        rest = &rest[at..];
        let end: &[u8] = match rest {
            r if r.starts_with(b"<?") => b"?>",
            r if r.starts_with(b"<!--") => b"-->",
            r if r.len() < DOCTYPE.len() => return Beginning::Unclear,
            r if r[..DOCTYPE.len()].eq_ignore_ascii_case(DOCTYPE) => return Beginning::DocumentType,
            _ => return Beginning::Root,
        };
        match rest.windows(end.len()).position(|w| w == end) {
            Some(at) => rest = &rest[at + end.len()..],
            None => return Beginning::Unclear,
        }
    }
    Beginning::Unclear
}

/// UTF-16 shows by its mark or its zeros; others by the declaration.
fn check_encoding(head: &[u8]) -> Result<(), XmlRefusal> {
    let utf16 = [&b"\xFF\xFE"[..], b"\xFE\xFF", b"<\0", b"\0<"].iter().any(|mark| head.starts_with(mark));
    if utf16 {
        return Err(XmlRefusal::Encoding("UTF-16".into()));
    }
    let start = String::from_utf8_lossy(&head[..head.len().min(DECLARATION)]).to_lowercase();
    let start = start.trim_start_matches('\u{feff}');
    let Some(declaration) = start.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()) else {
        return Ok(());
    };
    let declared = declaration.split_once("encoding").map(|(_, rest)| rest.trim_start_matches([' ', '=', '"', '\'']));
    let name = declared.map_or("", |rest| rest.split(['"', '\'']).next().unwrap_or(""));
    if matches!(name, "" | "utf-8" | "utf8" | "us-ascii" | "ascii") {
        Ok(())
    } else {
        Err(XmlRefusal::Encoding(name.to_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_workbook_part_holds_is_refused() {
        for (chunks, found) in [
            (vec!["<?xml version='1.0' encoding='UTF-8'?><!-- <!DOCTYPE --><a>&lt;!DOCTYPE</a>"], None),
            (vec!["<a/>"], None),
            (vec![""], None),
            (vec!["<?xml version=\"1.0\"?><!DOCTYPE a>"], Some(XmlRefusal::DocumentType)),
            (vec!["<?xml version=\"1.0\"?><!doc", "type a>"], Some(XmlRefusal::DocumentType)),
            (vec!["<?xml version=\"1.0\" encoding=\"GB2312\"?><a/>"], Some(XmlRefusal::Encoding("GB2312".into()))),
            (vec!["<\0?\0"], Some(XmlRefusal::Encoding("UTF-16".into()))),
        ] {
            let mut check = XmlCheck::for_part("xl/a.xml");
            let result = chunks.iter().try_for_each(|chunk| check.feed(chunk.as_bytes())).and_then(|()| check.finish());
            assert_eq!(result.err(), found, "{chunks:?}");
        }
        assert!(XmlCheck::for_part("xl/a.bin").feed(b"<!DOCTYPE").is_ok());
    }
}
