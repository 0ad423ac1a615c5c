//! Marks on the workbook as filed: fills and notes at cells, and a sheet that lists the findings.
//!
//! Takes the bytes of a workbook with marks, gives the bytes of the same workbook with them. Every part that no mark
//! touches stays byte for byte; a marked cell keeps its value and its style but for the fill. What was done is kept in
//! a small part of our own, so that a second run first undoes the first, and [`remove`] gives the workbook back.
//!
//! Refuses marks on sheets that are not there, and workbooks that cannot be edited safely.

mod earlier;
mod error;
mod foreign;
mod ledger;
mod listing;
mod listing_styles;
mod mark_sheet;
mod marks;
mod note;
mod palette;
mod rebuild;
mod remarks;
mod text_width;

#[cfg(test)]
mod tests;

pub use error::{AnnotateError, MarksError};
pub use listing::{Listing, ListingRow};
pub use marks::{Mark, parse_marks};
pub use rebuild::rebuild;

use std::collections::BTreeMap;

use crate::model::Words;
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::styles::{self, Styles};
use crate::ooxml::workbook::Workbook;
use crate::ooxml::{Package, part_names, relationships, sheet};

/// The author of our notes; by it they are known again.
pub const AUTHOR: &str = "勾稽 gouji";

/// A workbook with its marks, and what is worth saying about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    pub bytes: Vec<u8>,
    pub notices: Vec<Words>,
}

/// Marks cells of a workbook and adds the list of findings, if one is given.
///
/// Marks of an earlier run are undone first; what people typed in the earlier list is carried over by key.
///
/// # Errors
/// The bytes are no workbook that can be edited, or a mark names a sheet that is not there.
pub fn annotate(source: &[u8], marks: &[Mark], listing: Option<&Listing>) -> Result<Annotated, AnnotateError> {
    let mut package = Package::open(source)?;
    let earlier = earlier::withdraw(&mut package)?;
    package.settle();
    let promised = relationships::targets(&mut package);
    package.promise(promised);
    let mut notices = earlier.notices;
    if package.names().any(|name| name.starts_with("_xmlsignatures/")) {
        notices.push(Words::new(
            "工作簿带有数字签名；标注后签名不再有效，原件未动。",
            "The workbook is digitally signed; in the marked copy the signature is void. The original is untouched.",
        ));
    }
    let (mut types, mut workbook) = if let Some(read) = earlier.unchanged {
        read
    } else {
        let types = ContentTypes::read(&mut package)?;
        let workbook = Workbook::read(&mut package, &types)?;
        (types, workbook)
    };
    let by_tab = marks::by_tab(marks, &workbook)?;
    if by_tab.is_empty() && listing.is_none() {
        return Ok(Annotated { bytes: package.write(|_| None)?, notices });
    }
    let mut styles = open_styles(&mut package, &mut workbook, &mut types)?;
    let mut fills = BTreeMap::new();
    for (tab, marks) in &by_tab {
        let tab = workbook.tabs[*tab].clone();
        let done = mark_sheet::mark_sheet(&mut package, &mut types, &mut styles, &tab, marks)?;
        notices.extend(done.notices);
        fills.insert(tab.name.clone(), done.fills);
    }
    match listing {
        Some(listing) => {
            let rows = remarks::carry_over(listing, &earlier.remarks);
            listing::add(&mut package, &mut types, &mut workbook, &mut styles, listing, &rows, &fills)?;
        }
        None if earlier.remarks.iter().any(remarks::Remark::is_typed) => notices.push(Words::new(
            "原有“勾稽结果”表中填写的处理意见、整改情况未带入：本次没有要列出的清单。请保留原文件。",
            "Remarks typed in the earlier list of findings were not carried over, for this run lists none. Keep that file.",
        )),
        None => {}
    }
    styles.flush(&mut package)?;
    let ledger_part = ledger::register(&mut package, &mut workbook, &mut types);
    workbook.relationships.flush(&mut package, &mut types)?;
    types.flush(&mut package)?;
    let made: Vec<String> = package.made().map(str::to_owned).collect();
    let bytes = package.write(|touched| Some((ledger_part, ledger::write(touched, &made))))?;
    Ok(Annotated { bytes, notices })
}

/// Takes our marks and our list out again.
///
/// Of a workbook that no other program has saved since, every part comes back as it was.
///
/// # Errors
/// The bytes are no workbook that can be edited.
pub fn remove(source: &[u8]) -> Result<Annotated, AnnotateError> {
    let mut package = Package::open(source)?;
    let earlier = earlier::withdraw(&mut package)?;
    let mut notices = earlier.notices;
    if !earlier.found {
        notices.push(Words::new(
            "工作簿里没有勾稽标记，内容未变。",
            "The workbook bears no marks of ours; nothing changed.",
        ));
    }
    Ok(Annotated { bytes: package.write(|_| None)?, notices })
}

/// Opens the styles, making the part where the workbook has none.
fn open_styles(
    package: &mut Package<'_>,
    workbook: &mut Workbook,
    types: &mut ContentTypes,
) -> Result<Styles, AnnotateError> {
    let part = workbook.part_of_kind("styles").unwrap_or_else(|| {
        // A part of that name to which nothing leads is nobody's list, and no cell's style is in it.
        let wanted = beside_workbook(workbook, "styles.xml");
        let taken = package.has(&wanted);
        let part = if taken { package.free_name(&beside_workbook(workbook, "styles"), ".xml") } else { wanted };
        let kind = workbook.dialect.relationship("styles");
        workbook.relationships.add(&kind, &part);
        part
    });
    if !package.has(&part) {
        types.add(&part, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml");
        package.create(&part, styles::empty_part(workbook.dialect).into_bytes());
    }
    let mut styles = Styles::read(package, &part)?;
    // Cells may name styles that were never there; none of ours must become theirs.
    for part in workbook.tabs.iter().filter(|tab| tab.is_worksheet).filter_map(|tab| tab.part.as_deref()) {
        if package.has(part) {
            styles.keep_plain(sheet::highest_style(package.scan(part)?));
        }
    }
    Ok(styles)
}

/// Names a part in the workbook's own folder, wherever that is.
fn beside_workbook(workbook: &Workbook, file: &str) -> String {
    match part_names::folder(&workbook.part) {
        "" => file.to_owned(),
        folder => format!("{folder}/{file}"),
    }
}

/// Whether a sheet is the list of findings that an earlier run added.
#[must_use]
pub fn is_listing(sheet: &crate::read::Sheet) -> bool {
    let marker = |value: &crate::read::CellValue| matches!(value, crate::read::CellValue::Text(text) if text == crate::model::explanation::KEY_MARKER);
    sheet.cells.values().any(|cell| marker(&cell.value))
}
