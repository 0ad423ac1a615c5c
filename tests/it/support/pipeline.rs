//! From sheets to a run, through the public doors only.

use std::sync::OnceLock;

use gouji::facts::{Filed, FiledSheet, Overrides, Submission, gather};
use gouji::forms::{Forms, read_sheet};
use gouji::read::{Book, Sheet, read_book};
use gouji::reconcile::{Run, reconcile};
use gouji::rules::Pack;

pub fn forms() -> &'static Forms {
    static FORMS: OnceLock<Forms> = OnceLock::new();
    FORMS.get_or_init(|| Forms::builtin().expect("the built-in forms are sound"))
}

pub fn pack() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| Pack::read(&[], forms()).expect("the built-in rules are sound"))
}

/// Recognises the sheets of one file.
pub fn filed(file: &str, sheets: &[Sheet]) -> Filed {
    let sheets = sheets.iter().map(|sheet| {
        let reading = read_sheet(sheet, forms());
        FiledSheet { name: sheet.name.as_str().into(), readings: reading.readings, unknown: reading.unknown }
    });
    Filed {
        file: file.into(),
        sha256: String::new(),
        size: 0,
        modified: None,
        sheets: sheets.collect(),
        notices: Vec::new(),
        people: Vec::new(),
    }
}

/// Reads one workbook's bytes.
pub fn book(file: &str, bytes: Vec<u8>) -> Book {
    read_book(file, bytes).unwrap_or_else(|error| panic!("{file}: {}", error.words().en))
}

/// Gathers files into submissions.
pub fn submissions(filed: Vec<Filed>) -> Vec<Submission> {
    gather(filed, forms(), &Overrides::default())
}

/// Ties submissions with the built-in rules.
pub fn tie(submissions: Vec<Submission>, priors: Vec<Submission>) -> Run {
    reconcile(submissions, priors, forms(), pack()).expect("polars runs the plans")
}
