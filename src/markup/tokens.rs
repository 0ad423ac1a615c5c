//! The pieces of markup and text in a window of bytes.
//!
//! # Source
//! Extensible Markup Language 1.0, 2.4 to 2.8 and 3.1.

use std::ops::Range;

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `<a …>`
    Open,
    /// `<a …/>`
    Empty,
    /// `</a>`
    Close,
    /// Text or a CDATA section.
    Text,
    /// A comment, an instruction or the declaration.
    Other,
}

/// A piece found in a window of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    /// Of a tag, what stands between `<` and `>` without a closing `/`; of text, the text as written.
    pub content: Range<usize>,
    /// The first byte behind it.
    pub end: usize,
    /// Text in which nothing is a reference.
    pub literal: bool,
}

/// Why no piece was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It goes on beyond the window.
    More,
    Doctype,
    Malformed,
}

/// Finds the piece at the start of a window; `whole` says that nothing follows the window.
///
/// # Errors
/// The piece goes on beyond the window, is a document type, or is no markup.
pub fn token(bytes: &[u8], whole: bool) -> Result<Token, Missing> {
    let piece = |kind, content, end| Ok(Token { kind, content, end, literal: false });
    if bytes.first() != Some(&b'<') {
        return match bytes.iter().position(|b| *b == b'<') {
            Some(end) => piece(Kind::Text, 0..end, end),
            None if whole => piece(Kind::Text, 0..bytes.len(), bytes.len()),
            None => Err(Missing::More),
        };
    }
    match bytes.get(1) {
        Some(b'!' | b'?') if bytes.len() < 9 && !whole => Err(Missing::More),
        Some(b'?') => {
            let end = 2 + find(&bytes[2..], b"?>")?;
            piece(Kind::Other, 2..end, end + 2)
        }
        Some(b'!') if bytes.starts_with(b"<!--") => {
            let end = 4 + find(&bytes[4..], b"-->")?;
            piece(Kind::Other, 4..end, end + 3)
        }
        Some(b'!') if bytes.starts_with(b"<![CDATA[") => {
            let end = 9 + find(&bytes[9..], b"]]>")?;
            Ok(Token { kind: Kind::Text, content: 9..end, end: end + 3, literal: true })
        }
        Some(b'!') => {
            let doctype = bytes.get(2..9).is_some_and(|name| name.eq_ignore_ascii_case(b"DOCTYPE"));
            Err(if doctype { Missing::Doctype } else { Missing::Malformed })
        }
        Some(b'/') => {
            let end = 2 + find(&bytes[2..], b">")?;
            piece(Kind::Close, 2..end, end + 1)
        }
        Some(b'>' | b' ' | b'\t' | b'\r' | b'\n') => Err(Missing::Malformed),
        Some(_) => {
            let end = end_of_tag(bytes).ok_or(Missing::More)?;
            let empty = bytes[end - 1] == b'/';
            let kind = if empty { Kind::Empty } else { Kind::Open };
            piece(kind, 1..end - usize::from(empty), end + 1)
        }
        None => Err(Missing::More),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Result<usize, Missing> {
    bytes.windows(what.len()).position(|window| window == what).ok_or(Missing::More)
}

/// Finds the `>` of a first tag; in a value one may stand as it is.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += bytes[at..].iter().position(|b| matches!(b, b'>' | b'"' | b'\''))?;
        if bytes[at] == b'>' {
            return Some(at);
        }
        at += 2 + bytes[at + 1..].iter().position(|b| *b == bytes[at])?;
    }
}
