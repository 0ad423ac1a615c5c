//! Forms as provinces print them: hand-drawn workbooks with a known truth, and one planted error at a time.

use std::ops::Range;

use gouji::model::{Finding, Severity};
use gouji::reconcile::Run;

use crate::support::drawing::{Drawing, Fault, Truth};
use crate::support::pipeline::{book, filed, submissions, tie};
use crate::support::tree::root;

/// The drawings of `tests/provinces`, by name.
pub fn drawings() -> Vec<(String, Drawing)> {
    let mut files: Vec<_> = std::fs::read_dir(root().join("tests/provinces"))
        .expect("the drawings are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    let read = |file: &std::path::PathBuf| std::fs::read_to_string(file).expect("readable");
    let name = |file: &std::path::PathBuf| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    files.iter().map(|file| (name(file), Drawing::parse(&read(file)))).collect()
}

/// Reads and ties drawings in one run; the submissions of each by number.
pub fn check<'d>(drawings: impl IntoIterator<Item = &'d Drawing>) -> (Run, Vec<Range<usize>>) {
    let mut all = Vec::new();
    let mut own = Vec::new();
    for drawing in drawings {
        let from = all.len();
        let read = |(name, bytes): (String, Vec<u8>)| filed(&name, &book(&name, bytes).sheets);
        all.extend(submissions(drawing.workbooks().into_iter().map(read).collect()));
        own.push(from..all.len());
    }
    (tie(all, Vec::new()), own)
}

/// What is wrong with the reading of one figure; none where it was read as it should be.
pub fn misread(run: &Run, own: &Range<usize>, truth: &Truth) -> Option<String> {
    let tables = run.submissions[own.clone()].iter().flat_map(|submission| &submission.tables);
    let own = tables.filter(|table| (&*table.file, &*table.sheet) == (&truth.file, &truth.sheet));
    let here: Vec<_> = own.flat_map(|table| &table.reading.figures).filter(|one| one.cell == truth.cell).collect();
    let right = here.iter().any(|figure| {
        *figure.measure == *truth.measure
            && (truth.line.is_empty() || *figure.line == *truth.line)
            && figure.value.amount == Some(truth.amount)
            && truth.unit.as_ref().is_none_or(|unit| figure.value.unit.to_string() == *unit)
    });
    let read: Vec<String> = here
        .iter()
        .map(|f| format!("{}·{} {:?}{}", f.line, f.measure, f.value.amount.map(|a| a.to_string()), f.value.unit))
        .collect();
    (!right).then(|| {
        format!("{}!{} {}·{} {} read {read:?}", truth.sheet, truth.cell, truth.line, truth.measure, truth.amount)
    })
}

fn findings<'r>(run: &'r Run, own: &'r Range<usize>) -> impl Iterator<Item = &'r Finding> {
    own.clone().flat_map(|submission| run.findings_of(submission))
}

/// What a submission that ties must not have: findings, and pieces that no form fits.
pub fn loud(run: &Run, own: &Range<usize>) -> Vec<String> {
    let cells = |one: &Finding| one.cells.iter().map(|one| one.cell.to_string()).collect::<Vec<_>>().join(",");
    let mut loud: Vec<String> = findings(run, own)
        .filter(|finding| finding.severity != Severity::Note && finding.code != "GJ801")
        .map(|one| format!("{} {} {} {}", one.code, one.severity, cells(one), one.message.zh))
        .collect();
    let notes = run.submissions[own.clone()].iter().flat_map(|one| &one.sheets);
    loud.extend(notes.filter(|note| note.form.is_none()).filter_map(|note| Some(note.why.as_ref()?.zh.clone())));
    if own.len() != 1 {
        loud.push(format!("{} submissions", own.len()));
    }
    loud
}

pub fn is_found(run: &Run, own: &Range<usize>, fault: &Fault) -> bool {
    findings(run, own)
        .filter(|finding| finding.severity == Severity::Error)
        .any(|finding| finding.cells.iter().any(|cell| *cell.file == *fault.file && cell.cell == fault.cell))
}

#[test]
fn forms_of_many_provinces_are_read_and_those_that_tie_are_silent() {
    let (names, drawings): (Vec<_>, Vec<_>) = drawings().into_iter().unzip();
    let (run, owns) = check(&drawings);
    let (mut wrong, mut noise) = (Vec::new(), Vec::new());
    let mut cells = 0;
    for ((name, drawing), own) in names.iter().zip(&drawings).zip(&owns) {
        cells += drawing.truth.len();
        let misread = drawing.truth.iter().filter_map(|truth| misread(&run, own, truth));
        wrong.extend(misread.map(|words| format!("{name}: {words}")));
        noise.extend(loud(&run, own).into_iter().map(|words| format!("{name}: {words}")));
    }
    let read = cells - wrong.len();
    println!("{} workbooks: {read} of {cells} cells read", drawings.len());
    assert!(cells > 600, "only {cells} cells are known");
    assert!(read * 100 >= cells * 97, "{read} of {cells}\n{}", wrong.join("\n"));
    assert!(noise.is_empty(), "\n{}", noise.join("\n"));
}

#[test]
fn a_blank_form_is_said_to_be_blank_once() {
    let (_, blank) = drawings().into_iter().find(|(name, _)| name.contains("空白表")).expect("it is drawn");
    let (run, own) = check([&blank]);
    let said: Vec<&str> = run
        .submissions
        .iter()
        .flat_map(|one| &one.sheets)
        .filter_map(|note| Some(note.why.as_ref()?.zh.as_str()))
        .collect();
    assert_eq!(said, ["空白表样，未填写，不核对"]);
    assert_eq!(loud(&run, &own[0]), Vec::<String>::new());
}

#[test]
fn planted_errors_are_found_in_every_province() {
    let all = drawings();
    let cases: Vec<(&str, &Fault, Drawing)> = all
        .iter()
        .flat_map(|(name, drawing)| drawing.faults.iter().map(move |fault| (name.as_str(), fault, drawing.with(fault))))
        .collect();
    let (run, owns) = check(cases.iter().map(|(_, _, drawing)| drawing));
    let missed: Vec<String> = cases
        .iter()
        .zip(&owns)
        .filter(|((_, fault, _), own)| !is_found(&run, own, fault))
        .map(|((name, fault, _), own)| {
            format!("{name}: {} typed {}; raised {:?}", fault.cell, fault.typed, loud(&run, own))
        })
        .collect();
    println!("{} of {} planted errors found", cases.len() - missed.len(), cases.len());
    assert!(cases.len() >= 50, "only {} are planted", cases.len());
    assert!(missed.is_empty(), "{} of {} missed\n{}", missed.len(), cases.len(), missed.join("\n"));
}
