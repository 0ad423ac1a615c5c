//! The marks to set, as typed in JSON and as meant.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{AnnotateError, MarksError};
use crate::model::{CellRef, Severity};
use crate::ooxml::workbook::Workbook;

/// One cell to mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub sheet: String,
    pub cell: CellRef,
    pub severity: Severity,
    pub note: String,
}

#[derive(Deserialize)]
struct TypedMarks {
    marks: Vec<TypedMark>,
}

#[derive(Deserialize)]
struct TypedMark {
    #[serde(default)]
    sheet: String,
    #[serde(default)]
    cell: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    note: String,
}

/// Reads `{"marks":[{"sheet":"Sheet1","cell":"B3","severity":"error","note":"…"}]}`.
///
/// # Errors
/// The text is not of that form, or a mark has no sheet, a bad cell or a bad severity; marks count from 1.
pub fn parse_marks(json: &str) -> Result<Vec<Mark>, MarksError> {
    let json = json.trim_start_matches('\u{FEFF}');
    let typed: TypedMarks = serde_json::from_str(json).map_err(|e| MarksError::Json { why: e.to_string() })?;
    typed.marks.into_iter().enumerate().map(|(index, mark)| mark.meant(index + 1)).collect()
}

impl TypedMark {
    fn meant(self, number: usize) -> Result<Mark, MarksError> {
        let Self { sheet, cell, severity, note } = self;
        if sheet.is_empty() {
            return Err(MarksError::Sheet { number });
        }
        let Ok(place) = cell.trim().parse() else {
            return Err(MarksError::Cell { number, sheet, cell });
        };
        let severity = match severity.as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "note" => Severity::Note,
            _ => return Err(MarksError::Severity { number, sheet, cell, severity }),
        };
        Ok(Mark { sheet, cell: place, severity, note })
    }
}

/// Sorts marks by the tab they are on, keeping their order.
pub(super) fn by_tab<'m>(
    marks: &'m [Mark],
    workbook: &Workbook,
) -> Result<BTreeMap<usize, Vec<&'m Mark>>, AnnotateError> {
    let mut sorted: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for (index, mark) in marks.iter().enumerate() {
        let number = index + 1;
        let sheet = mark.sheet.clone();
        let Some(at) = workbook.tab(&mark.sheet) else {
            let known = workbook.tabs.iter().map(|tab| tab.name.clone()).collect();
            return Err(AnnotateError::UnknownSheet { number, sheet, known });
        };
        if !workbook.tabs[at].is_worksheet {
            return Err(AnnotateError::NotAWorksheet { number, sheet });
        }
        sorted.entry(at).or_default().push(mark);
    }
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_bad_ones_named() {
        let marks =
            parse_marks(r#"{"marks":[{"sheet":"附件2","cell":"b3","severity":"warning","note":"x"}]}"#).unwrap();
        assert_eq!(marks[0].cell.to_string(), "B3");
        for (json, said) in [
            (r#"{"marks":[{"sheet":"s","cell":"B0","severity":"note","note":""}]}"#, "mark 1 (s): `B0`"),
            (r#"{"marks":[{"sheet":"s","cell":"B1","severity":"fatal","note":""}]}"#, "severity `fatal`"),
            (r#"{"marks":[{"cell":"B1","severity":"note"}]}"#, "names no sheet"),
            ("[]", "JSON"),
            ("", "JSON"),
        ] {
            let error = parse_marks(json).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert!(!error.words().zh.is_empty() && !error.words().en.is_empty());
        }
    }
}
