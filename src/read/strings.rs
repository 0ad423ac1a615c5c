//! The table of shared strings as plain text.
//!
//! # Source
//! ECMA-376 part 1, 18.4.8 (`si`), 18.4.9 (`sst`), 18.4.6 (`rPh`, the phonetic run that is not part of the text).

use super::walk::Walk;
use super::xml::{self, XmlFault};
use crate::markup::tokens::Kind;

/// Reads the items in order.
pub(super) fn read_strings(text: &str) -> Result<Vec<String>, XmlFault> {
    let mut walk = Walk::new(text);
    let mut items = Vec::new();
    while let Some(piece) = walk.step()? {
        match piece.kind {
            Kind::Open if piece.local() == "si" => items.push(run_text(&mut walk)?),
            Kind::Empty if piece.local() == "si" => items.push(String::new()),
            _ => {}
        }
    }
    Ok(items)
}

/// Reads the string item or inline string just opened, up to its end: the text of its runs, without phonetic hints.
pub(super) fn run_text(walk: &mut Walk<'_>) -> Result<String, XmlFault> {
    let mut item = String::new();
    let mut depth = 1usize;
    while let Some(piece) = walk.step()? {
        match (piece.kind, piece.local()) {
            (Kind::Open, "rPh") => walk.skip()?,
            (Kind::Open, "t") => {
                let keep = piece.attribute("space").is_some_and(|space| space == "preserve");
                let run = walk.text()?;
                let run = if keep { &run } else { run.trim_matches([' ', '\t', '\r', '\n']) };
                if run.contains("_x") { item.push_str(&xml::unescape(run)) } else { item.push_str(run) }
            }
            (Kind::Open, _) => depth += 1,
            (Kind::Close, _) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(item);
                }
            }
            _ => {}
        }
    }
    Err("the part ends inside a string".to_owned())
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
