//! Names of people that a submission's own files tell, in a roster or behind a label, hidden wherever else they stand.
//!
//! Rules read sentences as filed; what is hidden afterwards is what outputs quote, letter for letter, so that places in
//! a text stay what they were.

use std::collections::BTreeMap;

use crate::facts::Submission;
use crate::model::Words;
use crate::reconcile::Run;
use crate::redact::People;

/// Hides known names in what was found and in the texts that outputs quote.
pub fn hide(run: &mut Run) {
    let people: Vec<People> = run.submissions.iter().map(known).collect();
    if people.iter().all(People::is_empty) {
        return;
    }
    for outcome in &mut run.outcomes {
        let Some(people) = people.get(outcome.submission).filter(|people| !people.is_empty()) else { continue };
        outcome.words.iter_mut().for_each(|words| mask_words(people, words));
        for said in outcome.uses.iter_mut().filter_map(|one| one.said.as_mut()) {
            mask(people, &mut said.text);
            mask(people, &mut said.label);
        }
    }
    let files = run.submissions.iter().zip(&people);
    let by_file: BTreeMap<_, _> = files
        .flat_map(|(submission, people)| submission.files.iter().map(move |one| (one.file.clone(), people)))
        .collect();
    for finding in &mut run.findings {
        let Some(people) = by_file.get(&finding.file).filter(|people| !people.is_empty()) else { continue };
        mask_words(people, &mut finding.message);
        finding.likely.iter_mut().for_each(|words| mask_words(people, words));
        for cell in &mut finding.cells {
            mask(people, &mut cell.text);
            mask(people, &mut cell.label);
        }
        for cause in &mut finding.causes {
            mask(people, &mut cause.label);
            mask_words(people, &mut cause.why);
        }
    }
    for (submission, people) in run.submissions.iter_mut().zip(&people) {
        hide_in(submission, people);
    }
    hide_texts(&mut run.priors);
}

/// Hides known names in the sentences of submissions, which nothing reads any more but outputs.
pub fn hide_texts(submissions: &mut [Submission]) {
    for submission in submissions {
        let people = known(submission);
        hide_in(submission, &people);
    }
}

fn hide_in(submission: &mut Submission, people: &People) {
    if people.is_empty() {
        return;
    }
    for table in &mut submission.tables {
        table.reading.passages.iter_mut().for_each(|passage| mask(people, &mut passage.text));
        table.reading.unread.iter_mut().for_each(|unread| mask(people, &mut unread.text));
    }
    for unread in submission.sheets.iter_mut().flat_map(|note| &mut note.unread) {
        mask(people, &mut unread.text);
    }
}

/// The people whom the files of a submission name.
fn known(submission: &Submission) -> People {
    People::of_names(submission.files.iter().flat_map(|file| file.people.iter().cloned()))
}

fn mask(people: &People, text: &mut String) {
    if let Some((masked, _)) = people.mask_names(text) {
        *text = masked;
    }
}

fn mask_words(people: &People, words: &mut Words) {
    let masked = |text: &str| people.mask_names(text).map(|(masked, _)| masked);
    let (zh, en) = (masked(&words.zh), masked(&words.en));
    if zh.is_some() || en.is_some() {
        *words = Words::new(zh.unwrap_or_else(|| words.zh.clone()), en.unwrap_or_else(|| words.en.clone()));
    }
}
