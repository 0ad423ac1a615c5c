//! Small helpers over quick-xml: attributes by local name, text with its references resolved.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// What is wrong with the markup, as the parser said it.
pub(super) type XmlFault = String;

/// Opens a part whose text was checked to be UTF-8; empty elements come as a start and an end.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// Reads the next event, or says where the markup breaks.
pub(super) fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, XmlFault> {
    let at = reader.buffer_position();
    match reader.read_event() {
        Ok(Event::DocType(_)) => Err(format!("a document type stands inside (byte {at})")),
        // What a broken attribute hides from one reader another may see.
        Ok(Event::Start(tag) | Event::Empty(tag)) if tag.attributes().with_checks(false).any(|one| one.is_err()) => {
            Err(format!("an attribute is malformed (byte {at})"))
        }
        Ok(event) => Ok(event),
        Err(error) => Err(format!("{error} (byte {at})")),
    }
}

/// Finds an attribute by its local name, with references resolved; none where it is absent or broken.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().into_inner() == name)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned))
}

/// Finds an attribute that has no prefix, with references resolved; one of another vocabulary is not it.
pub(super) fn own_attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.into_inner() == name)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned))
}

/// Finds the relation that an element names, under whatever prefix; none where two prefixes name different ones.
pub(super) fn relation_id(element: &BytesStart<'_>) -> Option<String> {
    let mut attributes = element.attributes();
    let named = attributes.with_checks(false).flatten().filter(|a| {
        a.key.prefix().is_some_and(|prefix| prefix.into_inner() != "xmlns") && a.key.local_name().into_inner() == "id"
    });
    let mut ids =
        named.filter_map(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned));
    let first = ids.next()?;
    ids.all(|other| other == first).then_some(first)
}

/// Says whether an attribute is set to true (`1` or `true`).
pub(super) fn flag(element: &BytesStart<'_>, name: &str) -> bool {
    own_attribute(element, name).is_some_and(|v| v == "1" || v.eq_ignore_ascii_case("true"))
}

/// Gives the character of `&amp;` or `&#65;`; an unknown entity stays as it was written.
pub(super) fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    match &**reference {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};"),
    }
}

/// Gathers the text of the element just opened, up to its end; nested elements add nothing.
pub(super) fn text(reader: &mut Reader<&[u8]>) -> Result<String, XmlFault> {
    pieces(reader).map(|(text, _)| text)
}

/// Gathers the text of the element just opened, and says whether it is one plain run of characters.
pub(super) fn pieces(reader: &mut Reader<&[u8]>) -> Result<(String, bool), XmlFault> {
    let mut gathered = String::new();
    let mut depth = 0usize;
    let (mut runs, mut others) = (0, 0);
    loop {
        match next(reader)? {
            Event::Text(t) if depth == 0 => {
                runs += 1;
                gathered.push_str(&t.xml10_content());
            }
            Event::CData(t) if depth == 0 => {
                others += 1;
                gathered.push_str(&t.xml10_content());
            }
            Event::GeneralRef(r) if depth == 0 => {
                others += 1;
                gathered.push_str(&resolve(&r));
            }
            Event::Start(_) => {
                others += 1;
                depth += 1;
            }
            Event::End(_) if depth == 0 => return Ok((gathered, runs <= 1 && others == 0)),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err("the part ends inside an element".into()),
            _ => {}
        }
    }
}

/// Decodes `_xHHHH_` escapes of string items.
///
/// # Source
/// ECMA-376 part 1, 22.9.2.19 (`ST_Xstring`).
pub(super) fn unescape(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    if !rest.contains("_x") {
        return text.to_owned();
    }
    while let Some(c) = rest.chars().next() {
        if let Some(unit) = escape_at(rest) {
            units.push(unit);
            rest = &rest[7..];
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            rest = &rest[c.len_utf8()..];
        }
    }
    String::from_utf16_lossy(&units)
}

fn escape_at(text: &str) -> Option<u16> {
    let body = text.strip_prefix("_x")?;
    let hex = body.get(..4).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))?;
    body.get(4..5).filter(|end| *end == "_")?;
    u16::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_escapes_become_characters() {
        for (text, plain) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xZZZZ_ _x00", "_xZZZZ_ _x00"),
            ("_xD83D__xDE00_", "😀"),
        ] {
            assert_eq!(unescape(text), plain);
        }
    }

    #[test]
    fn text_is_gathered_across_references_and_cdata() {
        let mut xml = reader("<a>1 &lt; &#50;<!-- x --><![CDATA[ & 3]]><b>no</b></a>");
        next(&mut xml).unwrap();
        assert_eq!(text(&mut xml).unwrap(), "1 < 2 & 3");
    }
}
