//! Which part stands in which relation to another.
//!
//! # Source
//! ECMA-376 part 2, 6.5 (relationships) and 7.2.3 (content types).

use quick_xml::events::Event;

use super::error::ReadError;
use super::package::Package;
use super::xml;

/// One relation of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub id: String,
    /// The last piece of the type's address: `worksheet`, `sharedStrings` …
    pub kind: String,
    /// The target's name in the package.
    pub target: String,
}

/// Reads the relations of a part (`""` is the package itself); targets outside the package are left out.
pub(super) fn relations(package: &mut Package<'_>, part: &str) -> Result<Vec<Relation>, ReadError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    let Some(text) = package.text(&path)? else { return Ok(Vec::new()) };
    read(&text, folder).map_err(|fault| package.corrupted(&path, fault))
}

fn read(text: &str, folder: &str) -> Result<Vec<Relation>, xml::XmlFault> {
    let mut reader = xml::reader(text);
    let mut found = Vec::new();
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) if e.local_name().into_inner() == "Relationship" => {
                let get = |name| xml::own_attribute(&e, name).unwrap_or_default();
                if get("TargetMode") != "External" {
                    let kind = get("Type").rsplit('/').next().unwrap_or_default().to_owned();
                    found.push(Relation { id: get("Id"), kind, target: resolve(folder, &get("Target")) });
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// Resolves a target against the folder of its source; `..` never leaves the package.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut pieces: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for piece in target.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                pieces.pop();
            }
            piece => pieces.push(piece),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces.join("/")
}

/// Reads the content type that the package gives a part; empty where it gives none.
pub(super) fn content_type(package: &mut Package<'_>, part: &str) -> Result<String, ReadError> {
    const TYPES: &str = "[Content_Types].xml";
    let Some(text) = package.text(TYPES)? else { return Ok(String::new()) };
    declared_type(&text, part).map_err(|fault| package.corrupted(TYPES, fault))
}

fn declared_type(text: &str, part: &str) -> Result<String, xml::XmlFault> {
    let extension = part.rsplit_once('.').map_or("", |(_, end)| end);
    let mut reader = xml::reader(text);
    let mut by_extension = String::new();
    loop {
        match xml::next(&mut reader)? {
            Event::Start(e) => {
                let get = |name| xml::own_attribute(&e, name).unwrap_or_default();
                match e.local_name().into_inner() {
                    "Override" if get("PartName").trim_start_matches('/').eq_ignore_ascii_case(part) => {
                        return Ok(get("ContentType"));
                    }
                    "Default" if get("Extension").eq_ignore_ascii_case(extension) => by_extension = get("ContentType"),
                    _ => {}
                }
            }
            Event::Eof => return Ok(by_extension),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_resolve_inside_the_package() {
        for (folder, target, name) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/workbook.xml", "xl/workbook.xml"),
            ("xl/worksheets", "../media/a.png", "xl/media/a.png"),
            ("", "xl\\workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolve(folder, target), name);
        }
    }

    #[test]
    fn an_override_goes_before_a_default() {
        let text = r#"<Types><Default Extension="xml" ContentType="a"/><Override PartName="/xl/W.xml" ContentType="b"/></Types>"#;
        assert_eq!(declared_type(text, "xl/w.xml").unwrap(), "b");
        assert_eq!(declared_type(text, "xl/v.xml").unwrap(), "a");
        assert_eq!(declared_type(text, "xl/v.bin").unwrap(), "");
    }
}
