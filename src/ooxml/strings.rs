//! The texts that a small sheet shows, whichever way each is stored.
//!
//! # Source
//! ECMA-376 part 1, 18.3.1.4 (`c`), 18.4.8 (`si`), 18.18.11 (`ST_CellType`).

use std::collections::{BTreeMap, BTreeSet};

use super::outline::Outline;
use super::scanner::Kind;
use super::{Package, PackageError};
use crate::model::CellRef;

/// Reads the texts of all cells of a sheet that hold any.
///
/// # Errors
/// A part is damaged.
pub fn read_texts(
    package: &mut Package<'_>,
    sheet: &str,
    shared: Option<&str>,
) -> Result<BTreeMap<CellRef, String>, PackageError> {
    let outline = Outline::parse(sheet, package.part(sheet)?)?;
    let mut texts = BTreeMap::new();
    let mut wanted: BTreeMap<CellRef, usize> = BTreeMap::new();
    let rows = outline.child(0, "sheetData").map(|at| outline.children(at).collect::<Vec<_>>()).unwrap_or_default();
    for cell in rows.iter().flat_map(|row| outline.children(*row)) {
        let Some(place) = outline.attribute(cell, "r").and_then(|text| text.parse::<CellRef>().ok()) else { continue };
        let value = outline.child(cell, "v").map(|at| outline.text(at)).transpose()?;
        match (outline.attribute(cell, "t").as_deref(), value) {
            (Some("s"), Some(index)) => {
                wanted.extend(index.trim().parse().ok().map(|index: usize| (place, index)));
            }
            (Some("inlineStr"), _) => {
                if let Some(inline) = outline.child(cell, "is") {
                    texts.insert(place, outline.text(inline)?);
                }
            }
            (_, Some(value)) => {
                texts.insert(place, value);
            }
            (_, None) => {}
        }
    }
    if let Some(part) = shared.filter(|_| !wanted.is_empty()) {
        let numbers: BTreeSet<usize> = wanted.values().copied().collect();
        let strings = shared_strings(package, part, &numbers)?;
        texts.extend(wanted.iter().filter_map(|(cell, index)| Some((*cell, strings.get(index)?.clone()))));
    }
    Ok(texts)
}

/// Reads some of the shared strings, leaving out phonetic hints.
fn shared_strings(
    package: &mut Package<'_>,
    part: &str,
    numbers: &BTreeSet<usize>,
) -> Result<BTreeMap<usize, String>, PackageError> {
    let mut scanner = package.scan(part)?;
    let mut found = BTreeMap::new();
    let (mut index, mut text, mut in_text, mut in_hint) = (0usize, String::new(), false, false);
    while let Some(node) = scanner.next_node()? {
        match (node.kind, node.depth) {
            (Kind::Text, _) if in_text && !in_hint => text.push_str(&node.text()),
            (Kind::Open, _) if node.local() == "rPh" => in_hint = true,
            (Kind::Close, _) if node.local() == "rPh" => in_hint = false,
            (Kind::Open, _) if node.local() == "t" => in_text = true,
            (Kind::Close, _) if node.local() == "t" => in_text = false,
            (Kind::Close | Kind::Empty, 1) => {
                let whole = std::mem::take(&mut text);
                if numbers.contains(&index) {
                    found.insert(index, whole);
                }
                index += 1;
            }
            _ => {}
        }
    }
    Ok(found)
}
