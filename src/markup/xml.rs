//! Bytes of XML: escaping, and where a tag's attributes stand.

use std::ops::Range;

/// Escapes text for an element or an attribute, leaving out what XML 1.0 cannot hold.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\r' => {}
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Escapes an attribute's value: line breaks too, which a parser would turn into blanks.
#[must_use]
pub fn escape_attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Escapes text of a cell or a note, so that a literal `_x0041_` is not read as `A`.
///
/// # Source
/// ECMA-376 part 1, 22.9.2.19 (`ST_Xstring`).
#[must_use]
pub fn escape_xstring(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c == '_' && is_xstring_escape(&text.as_bytes()[at..]) {
            plain.push_str("_x005F_");
        } else {
            plain.push(c);
        }
    }
    escape(&plain)
}

fn is_xstring_escape(bytes: &[u8]) -> bool {
    bytes.len() >= 7
        && bytes[1].eq_ignore_ascii_case(&b'x')
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        && bytes[6] == b'_'
}

/// Resolves the five named references and numeric ones; anything else stays as written.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // A reference is short, and many stand one after the other: byte by byte is quickest.
        let Some(end) = rest.bytes().take(13).position(|b| b == b';') else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        if let Some(c) = reference(&rest[1..end]) {
            out.push(c);
        } else {
            out.push_str(&rest[..=end]);
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Resolves the name between `&` and `;`.
#[must_use]
pub fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// One attribute of a tag; ranges count from the first byte after `<`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'t> {
    pub name: &'t str,
    /// As written, references unresolved.
    pub raw: &'t str,
    /// The value's bytes, without its quotes.
    pub value: Range<usize>,
}

impl Attribute<'_> {
    /// Gives the value with references resolved.
    #[must_use]
    pub fn text(&self) -> String {
        unescape(self.raw)
    }
}

/// Walks over the attributes of a tag, given what stands between `<` and `>`; stops at what is malformed.
pub fn attributes(tag: &str) -> impl Iterator<Item = Attribute<'_>> {
    // Byte by byte: tags are short, and this is where a large sheet's time goes.
    let bytes = tag.as_bytes();
    let mut at = find_from(bytes, 0, |b| b.is_ascii_whitespace()).unwrap_or(tag.len());
    std::iter::from_fn(move || {
        let start = find_from(bytes, at, |b| !b.is_ascii_whitespace())?;
        let equals = find_from(bytes, start, |b| b == b'=')?;
        let quote_at = find_from(bytes, equals + 1, |b| !b.is_ascii_whitespace())?;
        let quote = Some(bytes[quote_at]).filter(|b| matches!(b, b'"' | b'\''))?;
        let end = find_from(bytes, quote_at + 1, |b| b == quote)?;
        at = end + 1;
        Some(Attribute {
            name: tag[start..equals].trim_ascii_end(),
            raw: &tag[quote_at + 1..end],
            value: quote_at + 1..end,
        })
    })
}

fn find_from(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    Some(from + bytes[from..].iter().position(|b| is(*b))?)
}

/// Finds an attribute by its name without the prefix that it must have, such as `r:id`.
#[must_use]
pub fn prefixed_attribute<'t>(tag: &'t str, local_name: &str) -> Option<Attribute<'t>> {
    attributes(tag).find(|a| a.name.contains(':') && !a.name.starts_with("xmlns:") && local(a.name) == local_name)
}

/// Finds one attribute by its full name.
#[must_use]
pub fn attribute<'t>(tag: &'t str, name: &str) -> Option<Attribute<'t>> {
    attributes(tag).find(|a| a.name == name)
}

/// Gives the part of a qualified name after its prefix.
#[must_use]
pub fn local(name: &str) -> &str {
    name.bytes().rposition(|b| b == b':').map_or(name, |colon| &name[colon + 1..])
}

/// Gives the prefix of a qualified name with its colon: `x:` of `x:row`, nothing of `row`.
#[must_use]
pub fn prefix(name: &str) -> &str {
    &name[..name.len() - local(name).len()]
}

/// Gives the name of an element from what stands between `<` and `>`.
#[must_use]
pub fn tag_name(tag: &str) -> &str {
    let end = tag.bytes().position(|b| b.is_ascii_whitespace() || b == b'/');
    &tag[..end.unwrap_or(tag.len())]
}

/// Puts a prefix before every element name of markup that has none.
#[must_use]
pub fn prefixed(markup: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return markup.to_owned();
    }
    let mut out = String::with_capacity(markup.len() * 2);
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        let after = usize::from(rest[at + 1..].starts_with('/')) + at + 1;
        out.push_str(&rest[..after]);
        out.push_str(prefix);
        rest = &rest[after..];
    }
    out.push_str(rest);
    out
}

/// Takes a prefix off every element name of markup.
#[must_use]
pub fn unprefixed(markup: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return markup.to_owned();
    }
    markup.replace(&format!("<{prefix}"), "<").replace(&format!("</{prefix}"), "</")
}

/// Reads a boolean as XML Schema spells it.
#[must_use]
pub fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}

/// Spells bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_with_any_quotes_and_blanks() {
        let tag = "c r=\"B3\"\n s = '12' t='s'";
        let found: Vec<_> =
            attributes(tag).map(|a| (a.name, a.raw.to_owned(), tag[a.value.clone()].to_owned())).collect();
        assert_eq!(
            found,
            [("r", "B3".into(), "B3".into()), ("s", "12".into(), "12".into()), ("t", "s".into(), "s".into())]
        );
    }

    #[test]
    fn malformed_tags_end_the_walk() {
        for tag in ["c r", "c r=", "c r=\"B3", "c =", "c", "", "c r=B3"] {
            let _ = attributes(tag).count();
        }
    }

    #[test]
    fn text_survives_the_round_trip() {
        let text = "a<b & \"c\" > d 勾稽";
        assert_eq!(unescape(&escape(text)), text);
        assert_eq!(unescape("&#38468;&#x4ef6;&nbsp;&"), "附件&nbsp;&");
        assert_eq!(escape("a\u{1}\u{8}b\r\n"), "ab\n");
        assert_eq!(escape_xstring("_x0041_ _y"), "_x005F_x0041_ _y");
    }
}
