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
        match (piece.kind, walk.name(piece)) {
            (Kind::Open, Some("si")) => items.push(run_text(&mut walk)?),
            (Kind::Empty, Some("si")) => items.push(String::new()),
            // Whether an item inside counts would move the number of every later one.
            (Kind::Open, _) if walk.depth() > 1 => return Err("an element stands among the strings".to_owned()),
            _ => {}
        }
    }
    Ok(items)
}

/// Reads the string item or inline string just opened, up to its end: the text of its runs, without phonetic hints.
pub(super) fn run_text(walk: &mut Walk<'_>) -> Result<String, XmlFault> {
    let mut item = String::new();
    let (mut inside, mut seen) = (1usize, false);
    while let Some(piece) = walk.step()? {
        match (piece.kind, walk.name(piece)) {
            (Kind::Open, Some("t")) => {
                if inside == 1 && std::mem::replace(&mut seen, true) {
                    return Err("a string has two texts".to_owned());
                }
                let keep = piece.attribute("xml:space").is_some_and(|space| space == "preserve");
                let run = walk.text()?;
                let run = if keep { &run } else { run.trim_matches([' ', '\t', '\r', '\n']) };
                if run.contains("_x") { item.push_str(&xml::unescape(run)) } else { item.push_str(run) }
            }
            (Kind::Open, Some("r")) => inside += 1,
            (Kind::Open, None) => return Err("an element of another vocabulary stands in a string".to_owned()),
            // Fonts, phonetic hints, extensions: none of it is the text.
            (Kind::Open, _) => walk.skip()?,
            (Kind::Close, _) => {
                inside -= 1;
                if inside == 0 {
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
