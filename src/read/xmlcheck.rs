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

/// Bytes kept from one chunk to the next, so that a word across the seam is seen.
const SEAM: usize = 9;
const DOCTYPE: &[u8] = b"<!DOCTYPE";
/// Bytes in which a declaration must end.
const DECLARATION: usize = 200;

/// A check that is fed the chunks of one part.
pub(super) struct XmlCheck {
    is_xml: bool,
    started: bool,
    seam: Vec<u8>,
}

impl XmlCheck {
    /// Starts a check; parts that are no XML by their name pass unseen.
    pub(super) fn for_part(name: &str) -> Self {
        let is_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
        Self { is_xml, started: false, seam: Vec::new() }
    }

    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) -> Result<(), XmlRefusal> {
        if !self.is_xml {
            return Ok(());
        }
        if !self.started {
            self.started = true;
            check_encoding(chunk)?;
        }
        let mut seam = std::mem::take(&mut self.seam);
        seam.extend_from_slice(&chunk[..chunk.len().min(SEAM)]);
        if holds_doctype(&seam) || holds_doctype(chunk) {
            return Err(XmlRefusal::DocumentType);
        }
        let keep = chunk.len().min(SEAM);
        self.seam = chunk[chunk.len() - keep..].to_vec();
        Ok(())
    }
}

fn holds_doctype(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'<')
        .any(|(at, _)| bytes[at..].get(..DOCTYPE.len()).is_some_and(|w| w.eq_ignore_ascii_case(DOCTYPE)))
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
            (vec!["<?xml version='1.0' encoding='UTF-8'?><a/>"], None),
            (vec!["<?xml version=\"1.0\"?><!DOCTYPE a>"], Some(XmlRefusal::DocumentType)),
            (vec!["<?xml version=\"1.0\"?><!doc", "type a>"], Some(XmlRefusal::DocumentType)),
            (vec!["<?xml version=\"1.0\" encoding=\"GB2312\"?><a/>"], Some(XmlRefusal::Encoding("GB2312".into()))),
            (vec!["<\0?\0"], Some(XmlRefusal::Encoding("UTF-16".into()))),
        ] {
            let mut check = XmlCheck::for_part("xl/a.xml");
            let result = chunks.iter().try_for_each(|chunk| check.feed(chunk.as_bytes()));
            assert_eq!(result.err(), found, "{chunks:?}");
        }
        assert!(XmlCheck::for_part("xl/a.bin").feed(b"<!DOCTYPE").is_ok());
    }
}
