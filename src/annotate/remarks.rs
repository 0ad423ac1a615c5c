//! What people typed in our list: read from an earlier one, carried over into the next by key.

use std::collections::BTreeMap;

use super::listing::{COLUMNS, Column, Listing, ListingRow};
use super::{AnnotateError, listing};
use crate::model::CellRef;
use crate::model::explanation::{
    Carried, FIGURES_MARKER, Field, GIVEN_MARKER, Given, KEY_MARKER, Typed, figures_given_for, read_figures,
};
use crate::ooxml::Package;
use crate::ooxml::strings::read_texts;
use crate::ooxml::workbook::Workbook;

/// Rows from the top among which the header of an earlier list is looked for.
const HEADER_WITHIN: u32 = 20;

/// A row of an earlier list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Remark {
    pub key: String,
    /// The texts of the row, by column.
    pub texts: BTreeMap<Column, String>,
    /// The figures that the typed words were given for, where they were kept.
    pub given_for: Option<Vec<Given>>,
}

impl Remark {
    /// What people typed, by field.
    pub(super) fn typed(&self) -> Typed {
        let typed = |(column, text): (&Column, &String)| match column {
            Column::Typed(field) if !text.trim().is_empty() => Some((*field, text.clone())),
            _ => None,
        };
        self.texts.iter().filter_map(typed).collect()
    }

    /// Tells whether a person typed something in the row.
    pub(super) fn is_typed(&self) -> bool {
        !self.typed().is_empty()
    }
}

/// An earlier list found in a workbook.
#[derive(Debug)]
pub(super) struct EarlierListing {
    /// Index of its tab.
    pub tab: usize,
    pub remarks: Vec<Remark>,
    /// The fill each marked cell had, by sheet and cell.
    pub fills: Vec<(String, CellRef, String)>,
}

/// A row to write: a finding with what was typed, or one that has vanished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub finding: Option<ListingRow>,
    pub remark: Remark,
    pub given_for: Option<Vec<Given>>,
}

/// Finds an earlier list by the marker in its hidden column; the name of its tab may have changed.
pub(super) fn find(package: &mut Package<'_>, workbook: &Workbook) -> Result<Option<EarlierListing>, AnnotateError> {
    let shared = workbook.part_of_kind("sharedStrings").filter(|part| package.has(part));
    for (index, tab) in workbook.tabs.iter().enumerate().rev() {
        let Some(part) = tab.part.as_deref().filter(|part| tab.is_worksheet && package.has(part)) else { continue };
        if !listing::may_be(&tab.name) {
            continue;
        }
        let texts = read_texts(package, part, shared.as_deref())?;
        if let Some(found) = read(index, &texts) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn read(tab: usize, texts: &BTreeMap<CellRef, String>) -> Option<EarlierListing> {
    let (header, _) = texts.iter().find(|(cell, text)| cell.row < HEADER_WITHIN && text.as_str() == KEY_MARKER)?;
    let in_row = |row: u32| texts.range(CellRef::new(row, 0)..CellRef::new(row + 1, 0));
    let columns: BTreeMap<u32, Column> = in_row(header.row)
        .filter_map(|(cell, text)| {
            let column = COLUMNS.iter().find(|c| [c.words.0, c.words.1].contains(&text.trim()))?;
            Some((cell.col, column.column))
        })
        .collect();
    let marked = |marker: &str| in_row(header.row).find(|(_, text)| text.as_str() == marker).map(|(cell, _)| cell.col);
    let last = texts.keys().next_back().map_or(0, |cell| cell.row);
    let remarks = (header.row + 1..=last)
        .filter_map(|row| {
            let key = texts.get(&CellRef::new(row, header.col)).filter(|key| !key.is_empty())?.clone();
            let cells = in_row(row).filter_map(|(cell, text)| Some((*columns.get(&cell.col)?, text.clone())));
            let remark = Remark { key, texts: cells.collect(), given_for: None };
            let hidden = |marker: &str| texts.get(&CellRef::new(row, marked(marker)?));
            let shown = hidden(FIGURES_MARKER).and_then(|text| read_figures(text));
            let carried = hidden(GIVEN_MARKER).and_then(|text| Carried::read(text));
            let given_for = figures_given_for(&remark.typed(), shown.as_deref(), carried.as_ref());
            Some(Remark { given_for, ..remark })
        })
        .collect();
    let fills = in_row(0).filter(|(cell, _)| cell.col > header.col).flat_map(|(_, text)| listing::read_fills(text));
    Some(EarlierListing { tab, remarks, fills: fills.collect() })
}

/// Joins the findings of this run with what was typed, and keeps vanished findings that bear a remark.
pub(super) fn carry_over(listing: &Listing, earlier: &[Remark]) -> Vec<Row> {
    let mut left: Vec<Option<&Remark>> = earlier.iter().map(Some).collect();
    let mut rows: Vec<Row> = listing
        .rows
        .iter()
        .map(|finding| {
            // The first row of the key that is not taken yet: a key may stand twice.
            let taken = left.iter_mut().find(|remark| remark.is_some_and(|r| r.key == finding.key));
            let remark = taken.and_then(Option::take).cloned().unwrap_or_default();
            join(finding, remark)
        })
        .collect();
    let vanished = left.into_iter().flatten().filter(|remark| remark.is_typed() && !remark.key.is_empty());
    rows.extend(vanished.map(|remark| Row {
        finding: None,
        remark: remark.clone(),
        given_for: remark.given_for.clone(),
    }));
    rows
}

/// The columns of an explanation: they go together, with the figures that they were given for.
const EXPLANATION: [Field; 5] = [Field::Reason, Field::Who, Field::When, Field::Expiry, Field::Carry];

/// Puts what was typed in this workbook beside a finding; what this run read elsewhere goes before it.
fn join(finding: &ListingRow, mut remark: Remark) -> Row {
    let elsewhere = finding.typed.contains_key(&Field::Reason);
    if elsewhere {
        remark.texts.retain(|column, _| !matches!(column, Column::Typed(field) if EXPLANATION.contains(field)));
    }
    remark.texts.extend(finding.typed.iter().map(|(field, text)| (Column::Typed(*field), text.clone())));
    let given_for = if elsewhere { finding.given_for.clone() } else { remark.given_for.take() };
    let given_for = given_for.filter(|_| remark.texts.contains_key(&Column::Typed(Field::Reason)));
    Row { finding: Some(finding.clone()), remark: Remark { key: finding.key.clone(), ..remark }, given_for }
}
