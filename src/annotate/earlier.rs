//! Undoes an earlier run, so that running twice equals running once.
//!
//! Where nobody saved the workbook since, its parts come back exactly, by the ledger. Where another program did, the
//! ledger is gone or no longer fits, and the marks are taken out one by one ([`super::foreign`]).

use super::ledger::{self, Ledger};
use super::remarks::{self, EarlierListing, Remark};
use super::{AnnotateError, foreign};
use crate::model::Words;
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::outline::in_number;
use crate::ooxml::sheet_content::content_digest;
use crate::ooxml::workbook::{Tab, Workbook};
use crate::ooxml::{Package, PackageError};

/// What an earlier run left behind.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// There were marks of ours.
    pub found: bool,
    pub remarks: Vec<Remark>,
    pub notices: Vec<Words>,
    /// What was read of the package, where it is as it was.
    pub unchanged: Option<(ContentTypes, Workbook)>,
}

/// Undoes an earlier run, if there was one.
pub(super) fn withdraw(package: &mut Package<'_>) -> Result<Earlier, AnnotateError> {
    let types = ContentTypes::read(package)?;
    let workbook = Workbook::read(package, &types)?;
    let listing = remarks::find(package, &workbook)?;
    let ledger_part = ledger::find(&workbook).filter(|part| package.has(part));
    let ledger = match &ledger_part {
        // A ledger that cannot be read counts as none.
        Some(part) => ledger::read(package, part).ok().flatten(),
        None => None,
    };
    if let (Some(part), Some(ledger)) = (&ledger_part, ledger)
        && let Some(undone) = undo(package, &workbook, listing.as_ref(), part, &ledger)?
    {
        *package = undone;
        let remarks = listing.map(|listing| listing.remarks).unwrap_or_default();
        return Ok(Earlier { found: true, remarks, ..Earlier::default() });
    }
    let earlier = foreign::withdraw(package, &types, &workbook, listing, ledger_part.as_deref())?;
    let unchanged = (!earlier.found).then_some((types, workbook));
    Ok(Earlier { unchanged, ..earlier })
}

/// Undoes a run by its ledger; gives nothing when the ledger does not fit the package.
fn undo<'s>(
    package: &mut Package<'s>,
    workbook: &Workbook,
    listing: Option<&EarlierListing>,
    part: &str,
    ledger: &Ledger,
) -> Result<Option<Package<'s>>, AnnotateError> {
    for touched in &ledger.touched {
        if !package.has(&touched.name) || package.digest(&touched.name)? != touched.sha256 {
            return Ok(None);
        }
    }
    let mut undone = package.fork();
    for touched in &ledger.touched {
        for layer in &touched.undo {
            if undone.splice(&touched.name, layer.clone()).is_err() {
                return Ok(None);
            }
        }
    }
    for made in &ledger.made {
        undone.delete(made);
    }
    undone.delete(part);
    // A forged ledger must not pass for ours: whatever it does, the figures stay.
    match keeps_content(package, &mut undone, workbook, listing, ledger) {
        Ok(true) => Ok(Some(undone)),
        Ok(false) | Err(_) => Ok(None),
    }
}

/// Tells whether an undo touches marks only: same tabs but our list, same content of every sheet.
fn keeps_content(
    package: &mut Package<'_>,
    undone: &mut Package<'_>,
    workbook: &Workbook,
    listing: Option<&EarlierListing>,
    ledger: &Ledger,
) -> Result<bool, PackageError> {
    let types = ContentTypes::read(undone)?;
    let after = Workbook::read(undone, &types)?;
    let ours = listing.map(|listing| listing.tab);
    let kept: Vec<&Tab> =
        workbook.tabs.iter().enumerate().filter(|(index, _)| Some(*index) != ours).map(|(_, tab)| tab).collect();
    let same_tabs = kept.len() == after.tabs.len()
        && kept.iter().zip(&after.tabs).all(|(a, b)| a.name == b.name && a.part == b.part);
    let restores_little =
        ledger.touched.iter().flat_map(|t| t.undo.iter().flatten()).all(|edit| {
            edit.new.is_empty() || edit.new == b"/>" || edit.new.iter().all(|b| in_number(*b) || *b == b',')
        });
    let strings_stay = workbook
        .part_of_kind("sharedStrings")
        .is_none_or(|part| undone.has(&part) == package.has(&part) && ledger.touched.iter().all(|t| t.name != part));
    if !(same_tabs && restores_little && strings_stay) {
        return Ok(false);
    }
    for touched in &ledger.touched {
        undone.digest(&touched.name)?;
    }
    for part in after.tabs.iter().filter(|tab| tab.is_worksheet).filter_map(|tab| tab.part.as_deref()) {
        let touched = ledger.touched.iter().any(|t| t.name == part);
        if touched && content_digest(package, part)? != content_digest(undone, part)? {
            return Ok(false);
        }
    }
    Ok(true)
}
