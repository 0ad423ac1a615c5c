//! Edits of one part by byte offset, applied in one pass and undone by their inverse.

use std::io::{self, Read};

/// Takes `old` out at an offset and puts `new` in its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Edit {
    /// Offset in the part before any edit.
    pub at: u64,
    pub old: Vec<u8>,
    pub new: Vec<u8>,
}

impl Edit {
    /// Puts bytes in at an offset.
    pub fn insert(at: u64, new: impl Into<Vec<u8>>) -> Self {
        Self { at, old: Vec::new(), new: new.into() }
    }

    /// Takes the bytes out that stand at an offset and puts others in.
    pub fn replace(at: u64, old: impl Into<Vec<u8>>, new: impl Into<Vec<u8>>) -> Self {
        Self { at, old: old.into(), new: new.into() }
    }

    fn end(&self) -> u64 {
        self.at.saturating_add(self.old.len() as u64)
    }
}

/// Brings edits into order; of those at one offset the first given comes first.
///
/// Gives nothing when two edits claim the same bytes.
#[must_use]
pub fn in_order(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by_key(|edit| (edit.at, !edit.old.is_empty()));
    let clash = edits.windows(2).any(|pair| pair[1].at < pair[0].end());
    (!clash).then_some(edits)
}

/// Gives the edits that turn the edited part back, with offsets in the edited part.
///
/// The edits must be in order.
#[must_use]
pub fn inverse(edits: &[Edit]) -> Vec<Edit> {
    let (mut put, mut taken) = (0u64, 0u64);
    edits
        .iter()
        .map(|edit| {
            let back = Edit {
                at: edit.at.saturating_add(put).saturating_sub(taken),
                old: edit.new.clone(),
                new: edit.old.clone(),
            };
            put += edit.new.len() as u64;
            taken += edit.old.len() as u64;
            back
        })
        .collect()
}

/// Applies edits to bytes that are held whole; the edits must be in order.
///
/// # Errors
/// The bytes to replace are not there.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> io::Result<Vec<u8>> {
    let more: usize = edits.iter().map(|edit| edit.new.len()).sum();
    let mut out = Vec::with_capacity(bytes.len() + more);
    let mut from = 0;
    for edit in edits {
        let at = usize::try_from(edit.at).unwrap_or(usize::MAX);
        out.extend_from_slice(bytes.get(from..at).ok_or(io::ErrorKind::UnexpectedEof)?);
        let rest = bytes.get(at..).unwrap_or_default();
        if !rest.starts_with(&edit.old) {
            return Err(not_there());
        }
        out.extend_from_slice(&edit.new);
        from = at + edit.old.len();
    }
    out.extend_from_slice(&bytes[from..]);
    Ok(out)
}

fn not_there() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the bytes to replace are not there")
}

/// Reads a part with its edits applied, holding no more of it than one buffer.
#[derive(Debug)]
pub struct Spliced<'e, R> {
    inner: R,
    edits: &'e [Edit],
    /// Bytes of `inner` read so far.
    read: u64,
    /// What is left to give of the edit under way.
    pending: &'e [u8],
}

impl<'e, R: Read> Spliced<'e, R> {
    /// Wraps a reader; the edits must be in order.
    pub fn new(inner: R, edits: &'e [Edit]) -> Self {
        Self { inner, edits, read: 0, pending: &[] }
    }

    fn skip(&mut self, old: &[u8]) -> io::Result<()> {
        let mut found = vec![0; old.len()];
        self.inner.read_exact(&mut found)?;
        self.read += old.len() as u64;
        if found == old { Ok(()) } else { Err(not_there()) }
    }
}

impl<R: Read> Read for Spliced<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.pending.is_empty() {
                let n = self.pending.len().min(out.len());
                out[..n].copy_from_slice(&self.pending[..n]);
                self.pending = &self.pending[n..];
                return Ok(n);
            }
            let room = match self.edits.split_first() {
                Some((next, rest)) if next.at <= self.read => {
                    let edits = rest;
                    self.skip(&next.old)?;
                    self.edits = edits;
                    self.pending = &next.new;
                    continue;
                }
                Some((next, _)) => usize::try_from(next.at - self.read).unwrap_or(usize::MAX).min(out.len()),
                None => out.len(),
            };
            let n = self.inner.read(&mut out[..room])?;
            if n == 0 && !self.edits.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read += n as u64;
            return Ok(n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &[u8], edits: &[Edit]) -> Vec<u8> {
        let mut out = Vec::new();
        Spliced::new(text, edits).read_to_end(&mut out).unwrap();
        assert_eq!(apply(text, edits).unwrap(), out);
        out
    }

    #[test]
    fn edits_apply_in_order_and_are_undone() {
        let text = b"<a><b s=\"1\"/></a>";
        let edits = in_order(vec![
            Edit::insert(13, "<c/>"),
            Edit::replace(9, "1", "42"),
            Edit::insert(13, "<d/>"),
            Edit::insert(0, "!"),
            Edit::insert(17, "?"),
        ])
        .unwrap();
        let after = changed(text, &edits);
        assert_eq!(after, b"!<a><b s=\"42\"/><c/><d/></a>?");
        assert_eq!(changed(&after, &inverse(&edits)), text);
    }

    #[test]
    fn what_is_not_there_is_not_replaced() {
        let edits = [Edit::replace(0, "x", "y")];
        assert!(Spliced::new(&b"abc"[..], &edits).read_to_end(&mut Vec::new()).is_err());
        assert!(apply(b"abc", &edits).is_err());
        let edits = [Edit::insert(9, "y")];
        assert!(Spliced::new(&b"abc"[..], &edits).read_to_end(&mut Vec::new()).is_err());
        assert!(apply(b"abc", &edits).is_err());
        assert!(in_order(vec![Edit::replace(1, "bc", ""), Edit::replace(2, "c", "")]).is_none());
    }

    proptest::proptest! {
        #[test]
        fn undo_is_the_inverse(text in proptest::collection::vec(0u8..255, 0..60), cuts in proptest::collection::vec((0usize..60, 0usize..5, "[a-z]{0,6}"), 0..6)) {
            let mut edits = Vec::new();
            let mut from = 0;
            let mut cuts = cuts;
            cuts.sort();
            for (at, len, new) in cuts {
                let at = at.max(from).min(text.len());
                let end = (at + len).min(text.len());
                edits.push(Edit::replace(at as u64, &text[at..end], new));
                from = end;
            }
            if let Some(edits) = in_order(edits) {
                proptest::prop_assert_eq!(changed(&changed(&text, &edits), &inverse(&edits)), text);
            }
        }
    }
}
