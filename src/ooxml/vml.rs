//! The drawing that shows notes: shapes put at its end, and our own drawing where a sheet has none.
//!
//! Drawings are not always well-formed (an unclosed `<br>` in a control's caption), so they are searched, not parsed.
//!
//! # Source
//! ECMA-376 part 4, 19 (VML): `shape` (19.1.2.19), `ClientData` (19.4.2.12), `Anchor` (19.4.2.3), `idmap` (19.2.2.14).

use std::fmt::Write as _;

use super::Edit;
use crate::model::CellRef;

/// Shapes that one block of identifiers holds.
const BLOCK: u64 = 1024;
/// Numbers of blocks from here on are nonsense.
const MOST_BLOCKS: u64 = 1 << 20;
/// The type that shapes of notes refer to.
const NOTE_TYPE: &str = "_x0000_t202";

/// A rectangle on a sheet: a column or row, zero-based, and pixels into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchor {
    pub left: (u32, u32),
    pub top: (u32, u32),
    pub right: (u32, u32),
    pub bottom: (u32, u32),
}

/// A note's box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteShape {
    pub cell: CellRef,
    pub anchor: Anchor,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

/// A drawing without shapes.
#[must_use]
pub fn empty_part() -> String {
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
     xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
     <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout></xml>"
        .to_owned()
}

/// Gives the edits that put boxes at the end of a drawing; nothing when the bytes are no drawing.
#[must_use]
pub fn add(bytes: &[u8], shapes: &[NoteShape]) -> Option<Vec<Edit>> {
    let end = closing_tag(bytes)?;
    let text = String::from_utf8_lossy(bytes);
    let declared = |prefix: &str| text.contains(&format!("xmlns:{prefix}=\"urn:"));
    let namespaces = if declared("v") && declared("o") && declared("x") {
        ""
    } else {
        " xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
         xmlns:x=\"urn:schemas-microsoft-com:office:excel\""
    };
    let highest = numbers_after(&text, "_x0000_s").max().unwrap_or(BLOCK).max(BLOCK);
    let (blocks, blocks_at) = blocks(&text);
    let mut next = highest.max(blocks.iter().min().copied().unwrap_or(1).saturating_mul(BLOCK)) + 1;
    let mut markup = String::new();
    if !text.contains(&format!("id=\"{NOTE_TYPE}\"")) {
        let _ = write!(
            markup,
            "<v:shapetype{namespaces} id=\"{NOTE_TYPE}\" coordsize=\"21600,21600\" o:spt=\"202\" \
             path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
             <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
        );
    }
    let mut used = blocks.clone();
    for (order, shape) in shapes.iter().enumerate() {
        if next % BLOCK == 0 {
            next += 1;
        }
        if !used.contains(&(next / BLOCK)) {
            used.push(next / BLOCK);
        }
        write_shape(&mut markup, shape, next, order + 1, namespaces);
        next += 1;
    }
    let mut edits = vec![Edit::insert(end as u64, markup)];
    // Lossy text has other offsets than the bytes, so the list of blocks is left alone in such a drawing.
    if let Some((at, old)) = blocks_at.filter(|_| used.len() > blocks.len() && text.len() == bytes.len()) {
        let new: Vec<String> = used.iter().map(ToString::to_string).collect();
        edits.push(Edit::replace(at as u64, old, new.join(",")));
    }
    Some(edits)
}

fn write_shape(markup: &mut String, shape: &NoteShape, id: u64, order: usize, namespaces: &str) {
    let NoteShape { cell, anchor: a, width, height } = shape;
    // Quarters of a point are exact: a pixel is three of them.
    let points = |pixels: u32| format!("{}.{:02}", pixels * 3 / 4, pixels * 3 % 4 * 25);
    let _ = write!(
        markup,
        "<v:shape{namespaces} id=\"_x0000_s{id}\" type=\"#{NOTE_TYPE}\" style=\"position:absolute;margin-left:60pt;margin-top:2pt;\
         width:{}pt;height:{}pt;z-index:{order};visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
         <v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
         <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{}, {}, {}, {}, {}, {}, {}, {}</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
        points(*width),
        points(*height),
        a.left.0,
        a.left.1,
        a.top.0,
        a.top.1,
        a.right.0,
        a.right.1,
        a.bottom.0,
        a.bottom.1,
        cell.row,
        cell.col
    );
}

/// Gives the edits that take the boxes of notes at given cells out.
#[must_use]
pub fn remove(bytes: &[u8], cells: &std::collections::BTreeSet<CellRef>) -> Vec<Edit> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find("<v:shape ") {
        let start = from + found;
        let Some(length) = text[start..].find("</v:shape>").map(|at| at + "</v:shape>".len()) else { break };
        let shape = &text[start..start + length];
        let number = |name: &str| {
            let after = shape.split_once(&format!("<x:{name}>"))?.1;
            after.split_once('<')?.0.trim().parse::<u32>().ok()
        };
        if let (true, Some(row), Some(col)) = (shape.contains("ObjectType=\"Note\""), number("Row"), number("Column"))
            && cells.contains(&CellRef::new(row, col))
        {
            edits.push(Edit::replace(start as u64, shape, ""));
        }
        from = start + length;
    }
    edits
}

/// Finds the closing tag of the root, whatever its prefix.
fn closing_tag(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(2).rposition(|pair| pair == b"</")?;
    let name: Vec<u8> = bytes[end + 2..].iter().copied().take_while(|b| *b != b'>').collect();
    name.trim_ascii().to_ascii_lowercase().ends_with(b"xml").then_some(end)
}

fn numbers_after<'t>(text: &'t str, before: &'t str) -> impl Iterator<Item = u64> + 't {
    text.match_indices(before).filter_map(move |(at, _)| {
        let digits: String = text[at + before.len()..].chars().take_while(char::is_ascii_digit).take(9).collect();
        digits.parse().ok()
    })
}

/// Gives the blocks of identifiers that a drawing claims, and where it says so.
fn blocks(text: &str) -> (Vec<u64>, Option<(usize, &str)>) {
    let found = text.find("idmap").and_then(|idmap| {
        let from = idmap + text[idmap..].find("data=\"")? + "data=\"".len();
        let length = text[from..].find('"')?;
        Some((from, &text[from..from + length]))
    });
    let blocks = found
        .map(|(_, list)| list.split(',').filter_map(|n| n.trim().parse().ok()).filter(|n| *n < MOST_BLOCKS).collect());
    (blocks.unwrap_or_default(), found)
}
