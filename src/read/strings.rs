//! The table of shared strings as plain text.
//!
//! # Source
//! ECMA-376 part 1, 18.4.8 (`si`), 18.4.9 (`sst`), 18.4.6 (`rPh`, the phonetic run that is not part of the text).

use quick_xml::events::Event;

use super::xml;

/// Reads the items in order; a rich item is the text of its runs, without phonetic hints.
pub(super) fn read_strings(text: &str) -> Result<Vec<String>, xml::XmlFault> {
    let mut reader = xml::reader(text);
    let mut items = Vec::new();
    let mut item = String::new();
    let mut phonetic = 0usize;
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => match e.local_name().into_inner() {
                "si" => item.clear(),
                "rPh" => phonetic += 1,
                "t" => {
                    let keep = xml::attribute(&e, "space").as_deref() == Some("preserve");
                    let run = xml::text(&mut reader)?;
                    let run = if keep { run.as_str() } else { run.trim_matches([' ', '\t', '\r', '\n']) };
                    if phonetic == 0 {
                        item.push_str(&xml::unescape(run));
                    }
                }
                _ => {}
            },
            Event::End(e) => match e.local_name().into_inner() {
                "si" => items.push(std::mem::take(&mut item)),
                "rPh" => phonetic = phonetic.saturating_sub(1),
                _ => {}
            },
            Event::Eof => return Ok(items),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_plain_text_without_phonetic_hints() {
        let text = r#"<sst uniqueCount="999999999999"><si><t> a </t></si><si><t xml:space="preserve"> b </t></si><si/>
            <si><r><t>三公</t></r><r><rPr><b/></rPr><t>经费</t></r><rPh sb="0" eb="1"><t>hint</t></rPh></si><si><t>x&amp;y_x000A_z</t></si></sst>"#;
        assert_eq!(read_strings(text).unwrap(), ["a", " b ", "", "三公经费", "x&y\nz"]);
        assert!(read_strings("<sst><si><t>cut").is_err());
    }
}
