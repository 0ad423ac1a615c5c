//! Marks on one sheet: fills at cells, notes beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::note::{self, CellNote};
use super::{AUTHOR, AnnotateError, Mark, palette};
use crate::model::{CellRange, CellRef, Words};
use crate::ooxml::comments::{self, Comments};
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::relationships::Relationships;
use crate::ooxml::scanner::Kind;
use crate::ooxml::sheet::{self, SheetMap};
use crate::ooxml::styles::{self, Styles};
use crate::ooxml::vml::{self, NoteShape};
use crate::ooxml::workbook::Tab;
use crate::ooxml::{Edit, Package, PackageError, part_names};

const COMMENTS_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const VML_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/// What marking a sheet came to.
pub(super) struct Done {
    pub notices: Vec<Words>,
    /// The fill each marked cell had, as markup of the styles part.
    pub fills: BTreeMap<CellRef, String>,
}

/// Sets the fills and notes of one sheet.
pub(super) fn mark_sheet(
    package: &mut Package<'_>,
    types: &mut ContentTypes,
    styles: &mut Styles,
    tab: &Tab,
    marks: &[&Mark],
) -> Result<Done, AnnotateError> {
    let part = tab.part.clone().ok_or_else(|| PackageError::Missing { name: tab.name.clone() })?;
    let (map, notes) = find_cells(package, &part, marks)?;
    let mut done = Done { notices: Vec::new(), fills: BTreeMap::new() };
    let mut restyled = BTreeMap::new();
    for (cell, note) in &notes {
        let style = map.style_of(*cell);
        let colour = palette::fill_for(styles, style, note.severity);
        let fill = styles.add_fill(colour);
        match styles.refill(style, fill) {
            Ok(refilled) => _ = restyled.insert(*cell, refilled),
            Err(PackageError::TooManyStyles { limit, .. }) => {
                done.notices.push(Words::new(
                    format!("{}!{cell} 只加批注、未加底色：单元格样式已达 Excel 上限（{limit} 个）。", tab.name),
                    format!(
                        "{}!{cell} got a note but no fill: the workbook is at Excel's limit of {limit} cell styles.",
                        tab.name
                    ),
                ));
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        let before = styles.fill_of(style).unwrap_or_else(|| styles::NO_FILL.to_owned());
        done.fills.insert(*cell, before);
    }
    let mut edits = map.restyle(&restyled);
    edits.extend(add_notes(package, types, &part, &map, tab, &notes, &mut done.notices)?);
    package.splice(&part, edits)?;
    done.notices.extend(notes.keys().filter(|cell| map.conditional.contains(cell)).map(|cell| {
        Words::new(
            format!("{}!{cell} 设有条件格式，可能盖住标记底色；批注不受影响。", tab.name),
            format!(
                "{}!{cell} has a conditional format that may cover the mark's fill; the note shows all the same.",
                tab.name
            ),
        )
    }));
    Ok(done)
}

/// Finds the marked cells, those inside merged ranges by the range's first cell.
fn find_cells(
    package: &mut Package<'_>,
    part: &str,
    marks: &[&Mark],
) -> Result<(SheetMap, BTreeMap<CellRef, CellNote>), AnnotateError> {
    let targets: BTreeSet<CellRef> = marks.iter().map(|mark| mark.cell).collect();
    let mut map = sheet::scan(package.scan(part)?, &targets)?;
    let mut by_cell: BTreeMap<CellRef, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        by_cell.entry(anchor(&map.merges, mark.cell)).or_default().push(mark);
    }
    if by_cell.keys().any(|cell| !targets.contains(cell)) {
        let anchors = by_cell.keys().copied().collect();
        map = sheet::scan(package.scan(part)?, &anchors)?;
    }
    let notes = by_cell.into_iter().map(|(cell, marks)| (cell, note::join(&marks))).collect();
    Ok((map, notes))
}

fn merge_at(merges: &[CellRange], cell: CellRef) -> Option<CellRange> {
    merges.iter().copied().find(|range| range.contains(cell))
}

fn anchor(merges: &[CellRange], cell: CellRef) -> CellRef {
    merge_at(merges, cell).map_or(cell, |range| range.first)
}

/// Puts the notes into the sheet's comments and drawing, making either where there is none.
fn add_notes(
    package: &mut Package<'_>,
    types: &mut ContentTypes,
    part: &str,
    map: &SheetMap,
    tab: &Tab,
    notes: &BTreeMap<CellRef, CellNote>,
    notices: &mut Vec<Words>,
) -> Result<Vec<Edit>, AnnotateError> {
    let mut relationships = Relationships::read(package, part)?;
    relationships.keep_free(map.links.iter().cloned());
    let threaded = threaded_cells(package, &relationships)?;
    let known = relationships.by_kind("comments").map(|r| r.target.clone());
    let there = match known.as_deref().filter(|part| package.has(part)) {
        Some(part) => Some(Comments::read(package, part)?),
        None => None,
    };
    let mut new = BTreeMap::new();
    let mut more = BTreeMap::new();
    let mut shapes = Vec::new();
    for (cell, note) in notes {
        let existing = there.as_ref().and_then(|comments| comments.at(*cell));
        if threaded.contains(cell) || existing.is_some_and(comments::KnownNote::stands_for_thread) {
            notices.push(Words::new(
                format!("{}!{cell} 已有会话批注，只加底色，不加批注。", tab.name),
                format!("{}!{cell} has a threaded comment; it gets the fill only, no note.", tab.name),
            ));
        } else if existing.is_some() {
            more.insert(*cell, note::runs(&format!("\n{}\n{}", note::SEPARATOR, note.text)));
        } else {
            new.insert(*cell, note::runs(&note.text));
            let (width, height) = note::box_size(&note.text);
            let beside = merge_at(&map.merges, *cell).map_or(cell.col, |range| range.last.col);
            shapes.push(NoteShape { cell: *cell, anchor: map.lay_box(cell.row, beside, width, height), width, height });
        }
    }
    if new.is_empty() && more.is_empty() {
        return Ok(Vec::new());
    }
    let mut edits = Vec::new();
    if !shapes.is_empty() {
        let Some(edit) = add_shapes(package, types, &mut relationships, part, map, &shapes)? else {
            notices.push(Words::new(
                format!("“{}”的批注图形部件无法续写，只加底色。", tab.name),
                format!("The drawing of notes of `{}` cannot be continued; its cells get the fill only.", tab.name),
            ));
            return Ok(Vec::new());
        };
        edits = edit;
    }
    let comments_part = known.unwrap_or_else(|| {
        let made = package.free_name(&above(part, "comments"), ".xml");
        relationships.add(&map.dialect.relationship("comments"), &made);
        made
    });
    let comments = if let Some(comments) = there {
        comments
    } else {
        types.add(&comments_part, COMMENTS_TYPE);
        package.create(&comments_part, comments::empty_part(map.dialect).into_bytes());
        Comments::read(package, &comments_part)?
    };
    package.splice(&comments_part, comments.add(AUTHOR, &new, &more))?;
    relationships.flush(package, types)?;
    Ok(edits)
}

/// Names a place in the folder above a sheet's own.
fn above(part: &str, place: &str) -> String {
    match part_names::folder(part_names::folder(part)) {
        "" => place.to_owned(),
        base => format!("{base}/{place}"),
    }
}

/// Puts boxes into the sheet's drawing; gives the sheet's own edits, or nothing when the drawing cannot be continued.
fn add_shapes(
    package: &mut Package<'_>,
    types: &mut ContentTypes,
    relationships: &mut Relationships,
    part: &str,
    map: &SheetMap,
    shapes: &[NoteShape],
) -> Result<Option<Vec<Edit>>, AnnotateError> {
    let mut edits = Vec::new();
    let known = match &map.legacy_drawing {
        Some(id) => match relationships.by_id(id) {
            Some(relationship) if !relationship.external => Some(relationship.target.clone()),
            _ => return Ok(None),
        },
        None => None,
    };
    let drawing = known.unwrap_or_else(|| {
        let made = package.free_name(&above(part, "drawings/vmlDrawing"), ".vml");
        let id = relationships.add(&map.dialect.relationship("vmlDrawing"), &made);
        edits.push(map.lead_to_drawing(&id));
        made
    });
    if !package.has(&drawing) {
        types.add(&drawing, VML_TYPE);
        package.create(&drawing, vml::empty_part().into_bytes());
    }
    let Some(boxes) = vml::add(&package.part(&drawing)?, shapes) else { return Ok(None) };
    package.splice(&drawing, boxes)?;
    Ok(Some(edits))
}

/// Gives the cells that threaded comments hang on.
///
/// # Source
/// MS-XLSX 2.6.205 (`CT_ThreadedComment`).
fn threaded_cells(
    package: &mut Package<'_>,
    relationships: &Relationships,
) -> Result<BTreeSet<CellRef>, AnnotateError> {
    let mut cells = BTreeSet::new();
    for relationship in relationships.iter().filter(|r| r.is("threadedComment")) {
        if !package.has(&relationship.target) {
            continue;
        }
        let mut scanner = package.scan(&relationship.target)?;
        while let Some(node) = scanner.next_node()? {
            if matches!(node.kind, Kind::Open | Kind::Empty) && node.local() == "threadedComment" {
                cells.extend(node.attribute("ref").and_then(|text| text.parse::<CellRef>().ok()));
            }
        }
    }
    Ok(cells)
}
