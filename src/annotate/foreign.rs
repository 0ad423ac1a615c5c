//! Takes marks out one by one, from a workbook that another program saved since.
//!
//! Our notes are known by their author (or, where a program dropped it, by the list), the end of a note that was there by our separator, marked cells by the notes
//! and by the list's hidden cells, which also say what fill each had. A colour alone never makes a cell ours.

use std::collections::{BTreeMap, BTreeSet};

use super::earlier::Earlier;
use super::note::{self, SEPARATOR};
use super::remarks::EarlierListing;
use super::{AUTHOR, AnnotateError, palette};
use crate::model::{CellRef, Words};
use crate::ooxml::comments::{Comments, KnownNote};
use crate::ooxml::content_types::{self, ContentTypes};
use crate::ooxml::outline::Outline;
use crate::ooxml::relationships::Relationships;
use crate::ooxml::styles::{List, Styles};
use crate::ooxml::workbook::Workbook;
use crate::ooxml::{Edit, Package, part_names, sheet, vml};

/// Elements of which a fill consists (ECMA-376 part 1, 18.8.20).
const FILL_ELEMENTS: [&str; 7] = ["fill", "patternFill", "fgColor", "bgColor", "gradientFill", "stop", "color"];

/// Takes all marks of ours out of a workbook.
pub(super) fn withdraw(
    package: &mut Package<'_>,
    types: &ContentTypes,
    workbook: &Workbook,
    listing: Option<EarlierListing>,
    ledger: Option<&str>,
) -> Result<Earlier, AnnotateError> {
    let ours = listing.as_ref().map(|listing| listing.tab);
    let mut marked: BTreeMap<usize, BTreeMap<CellRef, Option<String>>> = BTreeMap::new();
    for (sheet, cell, fill) in listing.iter().flat_map(|listing| &listing.fills) {
        if let Some(tab) = workbook.tab(sheet) {
            marked.entry(tab).or_default().insert(*cell, Some(fill.clone()));
        }
    }
    for (index, tab) in workbook.tabs.iter().enumerate() {
        let Some(part) = tab.part.as_deref().filter(|part| tab.is_worksheet && package.has(part)) else { continue };
        let listed = marked.get(&index).map(|cells| cells.keys().copied().collect()).unwrap_or_default();
        for cell in remove_notes(package, part, &listed)? {
            marked.entry(index).or_default().entry(cell).or_insert(None);
        }
    }
    if marked.is_empty() && listing.is_none() && ledger.is_none() {
        return Ok(Earlier::default());
    }
    restore_fills(package, workbook, &marked, ours)?;
    let gone: Vec<String> = ours
        .and_then(|tab| workbook.tabs[tab].part.clone())
        .into_iter()
        .chain(ledger.map(str::to_owned))
        .chain(ours.and_then(|tab| stale_chain(package, workbook, tab)))
        .collect();
    detach(package, types, workbook, &gone)?;
    if let Some(tab) = ours {
        package.splice(&workbook.part, workbook.remove_tab(tab))?;
    }
    let notices = vec![Words::new(
        "工作簿在上次标注后由其他程序保存过，原标记已按批注作者和清单逐一清除。",
        "Another program saved the workbook since it was marked; the earlier marks were taken out by author and list.",
    )];
    let remarks = listing.map(|listing| listing.remarks).unwrap_or_default();
    Ok(Earlier { found: true, remarks, notices, unchanged: None })
}

/// Takes our notes out of a sheet and gives the cells they hung on.
fn remove_notes(
    package: &mut Package<'_>,
    part: &str,
    listed: &BTreeSet<CellRef>,
) -> Result<BTreeSet<CellRef>, AnnotateError> {
    let relationships = Relationships::read(package, part)?;
    let Some(comments_part) = relationships.by_kind("comments").map(|r| r.target.clone()) else {
        return Ok(BTreeSet::new());
    };
    if !package.has(&comments_part) {
        return Ok(BTreeSet::new());
    }
    let comments = Comments::read(package, &comments_part)?;
    let mut edits = Vec::new();
    let mut cells = BTreeSet::new();
    let mut boxes = BTreeSet::new();
    for known in &comments.notes {
        // LibreOffice drops authors; then a note without one at a cell that our list names is ours.
        let ours = known.author == AUTHOR || (known.author.trim().is_empty() && listed.contains(&known.cell));
        if let Some(edit) = cut_note(&comments, known)? {
            edits.extend(edit);
            cells.insert(known.cell);
        } else if ours {
            edits.push(comments.remove(known));
            boxes.insert(known.cell);
            cells.insert(known.cell);
        }
    }
    package.splice(&comments_part, edits)?;
    for drawing in relationships.iter().filter(|r| r.is("vmlDrawing")).map(|r| r.target.clone()).collect::<Vec<_>>() {
        if !boxes.is_empty() && package.has(&drawing) {
            let removed = vml::remove(&package.part(&drawing)?, &boxes);
            package.splice(&drawing, removed)?;
        }
    }
    Ok(cells)
}

/// Cuts our words off the end of somebody's note.
fn cut_note(comments: &Comments, known: &KnownNote) -> Result<Option<Vec<Edit>>, AnnotateError> {
    let text = comments.text(known)?;
    let Some(at) = text.find(SEPARATOR) else { return Ok(None) };
    if let Some(edits) = comments.remove_runs_from(known, SEPARATOR)? {
        return Ok(Some(edits));
    }
    let kept = text[..at].trim_end_matches('\n');
    Ok(Some(comments.reword(known, &note::runs(kept)).into_iter().collect()))
}

/// Gives marked cells that still show a fill of ours the fill they had.
fn restore_fills(
    package: &mut Package<'_>,
    workbook: &Workbook,
    marked: &BTreeMap<usize, BTreeMap<CellRef, Option<String>>>,
    ours: Option<usize>,
) -> Result<(), AnnotateError> {
    let Some(styles_part) = workbook.part_of_kind("styles").filter(|part| package.has(part)) else { return Ok(()) };
    let mut styles = Styles::read(package, &styles_part)?;
    let mut any = false;
    for (index, cells) in marked.iter().filter(|(index, _)| Some(**index) != ours) {
        let tab = &workbook.tabs[*index];
        let Some(part) = tab.part.as_deref().filter(|part| tab.is_worksheet && package.has(part)) else { continue };
        let targets = cells.keys().copied().collect();
        let map = sheet::scan(package.scan(part)?, &targets)?;
        let mut restyled = BTreeMap::new();
        for (cell, fill) in cells.iter().filter(|(cell, _)| map.cells.contains_key(cell)) {
            let style = map.style_of(*cell);
            if !styles.solid_colour_of(style).is_some_and(|colour| palette::is_ours(&colour)) {
                continue;
            }
            let fill = match fill.as_deref().filter(|fill| is_fill(fill)) {
                Some(fill) => styles.add(List::Fills, fill),
                None => 0,
            };
            restyled.insert(*cell, styles.refill(style, fill)?);
        }
        any |= !restyled.is_empty();
        package.splice(part, map.restyle(&restyled))?;
    }
    if any {
        styles.flush(package)?;
    }
    Ok(())
}

/// Tells whether a text is a fill that shows something, and nothing else.
fn is_fill(text: &str) -> bool {
    let Ok(outline) = Outline::parse("fill", text.as_bytes().to_vec().into()) else { return false };
    let only_fill = (0..outline.len()).all(|at| FILL_ELEMENTS.contains(&outline.name(at)));
    let none = outline
        .child(0, "patternFill")
        .is_some_and(|pattern| matches!(outline.attribute(pattern, "patternType").as_deref(), None | Some("none")));
    only_fill && outline.name(0) == "fill" && !none
}

/// Names the chain of calculations, when it may name cells of a list that goes; Excel makes it anew.
fn stale_chain(package: &mut Package<'_>, workbook: &Workbook, tab: usize) -> Option<String> {
    let part = workbook.tabs[tab].part.as_deref()?;
    let outline = Outline::parse(part, package.part(part).ok()?).ok()?;
    let formulas = (0..outline.len()).any(|at| outline.local(at) == "f");
    workbook.part_of_kind("calcChain").filter(|_| formulas)
}

/// Takes parts out with all that names them.
fn detach(
    package: &mut Package<'_>,
    types: &ContentTypes,
    workbook: &Workbook,
    parts: &[String],
) -> Result<(), AnnotateError> {
    let links: Vec<Edit> = parts.iter().filter_map(|part| workbook.relationships.removal(part)).collect();
    if !links.is_empty() {
        package.splice(workbook.relationships.part(), links)?;
    }
    let statements: Vec<Edit> = parts.iter().filter_map(|part| types.removal(part)).collect();
    package.splice(content_types::PART, statements)?;
    for part in parts {
        package.delete(part);
        package.delete(&part_names::relationships_of(part));
    }
    Ok(())
}
