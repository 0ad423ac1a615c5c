//! Explanations × findings: which finding each belongs to, and where it stands.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use super::entry::{Entry, Said, says};
use super::figures::{Alike, moved, moved_over_years};
use super::key::Key;
use super::tried::{Tried, Untried};
use crate::facts::gather::normal_entity;
use crate::forms::Forms;
use crate::forms::value::read_day;
use crate::model::explanation::{Explained, Field, Standing, Typed, Unused, closes};
use crate::model::{Finding, Words};
use crate::reconcile::Run;
use crate::rules::Pack;

/// Gives every finding what was said of it, and lists what no finding took.
///
/// `judged_on` has for each submission the day on which expiry is judged, where one is known.
pub fn judge(run: &mut Run, pack: &Pack, forms: &Forms, entries: &[Entry], judged_on: &[Option<String>]) {
    let shelf = Shelf::of(entries);
    let mut taken = vec![false; entries.len()];
    for submission in 0..run.submissions.len() {
        let day = judged_on.get(submission).and_then(Option::as_deref);
        for number in run.numbers_of(submission) {
            let finding = &mut run.findings[number];
            let Some(found) = shelf.find(finding) else { continue };
            taken[found.entry] = true;
            finding.explained = Some(Box::new(explained(finding, &entries[found.entry], found.year, day)));
        }
    }
    run.answers.given = true;
    run.answers.typed = typed(entries);
    let unused = entries.iter().zip(&taken).filter(|(entry, taken)| !**taken && is_said(entry));
    let tried = Tried { run, pack, forms };
    let unused = unused.filter_map(|(entry, _)| Some((entry, why_unused(entry, tried, &shelf, entries, &taken)?)));
    run.answers.unused = unused
        .map(|(entry, why)| Unused {
            key: entry.key.clone(),
            reason: entry.reason().to_owned(),
            who: entry.who(),
            source: entry.source.clone(),
            why,
        })
        .collect();
}

/// Something that is, or looks as if it were meant to be, an explanation.
fn is_said(entry: &Entry) -> bool {
    !entry.reason().is_empty() || [Field::Who, Field::Expiry].iter().any(|field| !entry.text(*field).is_empty())
}

/// Everything typed beside a finding but explanations, by key; of two the later.
fn typed(entries: &[Entry]) -> BTreeMap<String, Typed> {
    const BESIDE: [Field; 6] =
        [Field::Remark, Field::Progress, Field::Reply, Field::Evidence, Field::Deadline, Field::Status];
    let mut all: BTreeMap<String, Typed> = BTreeMap::new();
    for entry in entries {
        let own = entry.typed.iter().filter(|(field, text)| BESIDE.contains(field) && !text.trim().is_empty());
        let own: Vec<_> = own.map(|(field, text)| (*field, text.clone())).collect();
        if !own.is_empty() {
            all.entry(entry.key.clone()).or_default().extend(own);
        }
    }
    all
}

/// Entries with a reason by key, the best of each.
struct Shelf {
    by_key: HashMap<String, usize>,
    /// By the key without its year: year and entry, the latest year last.
    by_every_year: HashMap<String, BTreeMap<i32, usize>>,
}

struct Found {
    entry: usize,
    /// The year the words were given in, where it is an earlier one.
    year: Option<i32>,
}

impl Shelf {
    fn of(entries: &[Entry]) -> Self {
        let mut by_key: HashMap<String, usize> = HashMap::new();
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.reason().is_empty()) {
            let best = by_key.entry(entry.key.clone()).or_insert(at);
            if rank(entry) >= rank(&entries[*best]) {
                *best = at;
            }
        }
        let mut by_every_year: HashMap<String, BTreeMap<i32, usize>> = HashMap::new();
        for (key, at) in &by_key {
            let key = Key::of(key);
            if let Some(year) = key.year {
                by_every_year.entry(key.of_every_year()).or_default().insert(year, *at);
            }
        }
        Self { by_key, by_every_year }
    }

    /// The words for this very finding; else those for the same one of the latest year before.
    fn find(&self, finding: &Finding) -> Option<Found> {
        if let Some(entry) = self.by_key.get(&finding.key) {
            return Some(Found { entry: *entry, year: None });
        }
        let key = Key::of(&finding.key);
        let before = self.by_every_year.get(&key.of_every_year())?.range(..key.year?).next_back();
        before.map(|(year, entry)| Found { entry: *entry, year: Some(*year) })
    }
}

/// Of two explanations of one finding: what a person touched goes before what was only carried along, then the later.
fn rank(entry: &Entry) -> (bool, &str) {
    let when = entry.text(Field::When);
    (!entry.untouched, if read_day(when).is_some() { when } else { "" })
}

fn explained(finding: &Finding, entry: &Entry, year: Option<i32>, day: Option<&str>) -> Explained {
    let (standing, note) = standing(finding, entry, year, day);
    Explained {
        reason: entry.reason().to_owned(),
        who: entry.who(),
        when: entry.text(Field::When).to_owned(),
        expiry: entry.text(Field::Expiry).to_owned(),
        carry: entry.text(Field::Carry).to_owned(),
        evidence: entry.text(Field::Evidence).to_owned(),
        year,
        source: entry.source.clone(),
        figures: entry.figures.clone(),
        standing,
        note,
    }
}

fn standing(finding: &Finding, entry: &Entry, year: Option<i32>, day: Option<&str>) -> (Standing, Option<Words>) {
    if let Err(why) = closes(finding.class, finding.verdict) {
        return (Standing::NotAccepted(why), None);
    }
    if entry.is_dropped() {
        let why = Words::new("审核人注明不采纳，本项仍未关闭。", "The auditor set it aside: this stays open.");
        return (Standing::NotAccepted(why), None);
    }
    let note = match expiry(entry.text(Field::Expiry), day) {
        Ok(note) => note,
        Err(standing) => return (standing, None),
    };
    match year {
        None => this_year(finding, entry, note),
        Some(year) => (carried(finding, entry, year), note),
    }
}

/// Whether the last day is over; a note where nobody can tell.
fn expiry(typed: &str, day: Option<&str>) -> Result<Option<Words>, Standing> {
    if typed.is_empty() {
        return Ok(None);
    }
    let Some(last) = read_day(typed) else {
        return Err(Standing::NotAccepted(Words::new(
            format!("有效期“{typed}”不是日期，请写成 2025-06-30 的样子；本项仍未关闭。"),
            format!("“{typed}” is no date to expire on; write it as 2025-06-30. This stays open."),
        )));
    };
    match day.and_then(read_day) {
        Some(today) if today > last => Err(Standing::Expired { judged_on: today.to_string() }),
        Some(_) => Ok(None),
        None => Ok(Some(Words::new(
            "没有填报日期，也未给 --date，是否到期未判断。",
            "No filing date and no --date, so nobody can tell whether it expired.",
        ))),
    }
}

fn this_year(finding: &Finding, entry: &Entry, note: Option<Words>) -> (Standing, Option<Words>) {
    let Some(given) = &entry.figures else {
        let words = Words::new(
            "说明未附当时的数字，数字以后变动时无法察觉；请用 --to-explain 写出的文件填写。",
            "No figures stand beside it, so a later change cannot be seen; fill in a file written by --to-explain.",
        );
        return (Standing::Accepted, Some(note.map_or(words.clone(), |note| joined(&note, &words))));
    };
    let moved = moved(given, &finding.figures(), Alike::Same);
    if moved.is_empty() { (Standing::Accepted, note) } else { (Standing::Stale(moved), None) }
}

fn joined(a: &Words, b: &Words) -> Words {
    Words::new(format!("{}{}", a.zh, b.zh), format!("{} {}", a.en, b.en))
}

/// Words of an earlier year close only where they say that they carry on, and only while the figures allow it.
fn carried(finding: &Finding, entry: &Entry, year: i32) -> Standing {
    let offered = |zh: String, en: String| Standing::Offered(Words::new(zh, en));
    let alike = match carry(entry.text(Field::Carry)) {
        Carries::While(alike) => alike,
        Carries::No => {
            return offered(
                format!("为{year}年所作，未注明跨年沿用，供参考，本项仍未关闭。"),
                format!("Given in {year} and not said to carry on: for reference, this stays open."),
            );
        }
        Carries::Unclear => {
            let typed = entry.text(Field::Carry);
            return offered(
                format!("为{year}年所作，“跨年沿用”写的“{typed}”无法识别（请写 沿用 或 10%），本项仍未关闭。"),
                format!(
                    "Given in {year}; “{typed}” under “carries on” is not understood (write yes or 10%): this stays open."
                ),
            );
        }
    };
    let Some(given) = &entry.figures else {
        return offered(
            format!("为{year}年所作，未附当时的数字，不能沿用，本项仍未关闭。"),
            format!("Given in {year} without figures, so it cannot carry on: this stays open."),
        );
    };
    let moved = moved_over_years(given, &finding.figures(), alike);
    if moved.is_empty() { Standing::Accepted } else { Standing::Stale(moved) }
}

/// Whether words hold for later years.
enum Carries {
    No,
    While(Alike),
    /// Nobody understands what was typed.
    Unclear,
}

/// Reads 沿用 (the same figures) or `10%` (none further off).
fn carry(typed: &str) -> Carries {
    let text = typed.trim().to_lowercase();
    match text.as_str() {
        "" | "否" | "不沿用" | "no" => return Carries::No,
        "沿用" | "是" | "长期" | "√" | "yes" | "true" | "same" => return Carries::While(Alike::Same),
        _ => {}
    }
    let number = text.strip_suffix(['%', '％']).and_then(|number| number.trim().parse::<Decimal>().ok());
    match number.filter(|number| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(number)) {
        Some(percent) => Carries::While(Alike::Within(percent)),
        None => Carries::Unclear,
    }
}

/// Says why no finding took an explanation; nothing where the same words stand elsewhere.
fn why_unused(entry: &Entry, tried: Tried<'_>, shelf: &Shelf, entries: &[Entry], taken: &[bool]) -> Option<Words> {
    if entry.reason().is_empty() {
        return match says(entry.text(Field::Reply)) {
            Said::Bare | Said::Mending => None,
            _ => Some(Words::new("只填了说明人或有效期，没有写说明", "a name or a date, but no words")),
        };
    }
    if let Some(best) = shelf.by_key.get(&entry.key).map(|at| &entries[*at])
        && !std::ptr::eq(best, entry)
    {
        let same = best.reason() == entry.reason();
        return (!same).then(|| {
            Words::new(
                format!("同一问题另有较新的说明，用了那一条（{}）", best.source),
                format!("a later explanation of the same finding was used ({})", best.source),
            )
        });
    }
    let key = Key::of(&entry.key);
    match tried.why_not(&key) {
        None => {
            return Some(Words::new(
                "这个问题已不存在，说明不再需要",
                "the finding is gone; nothing is left to explain",
            ));
        }
        Some(Untried::Year) => {}
        Some(why) => return Some(why.words(&key)),
    }
    let of_unit = |one: &&crate::facts::Submission| normal_entity(&one.entity) == key.entity;
    let years = tried.run.submissions.iter().filter(of_unit).filter_map(|one| one.year);
    let later = years.filter(|year| Some(*year) > key.year).min();
    let superseded = shelf.by_every_year.get(&key.of_every_year()).is_some_and(|years| {
        years.iter().any(|(year, at)| Some(*year) > key.year && taken.get(*at).copied().unwrap_or(false))
    });
    Some(match (superseded, later) {
        (true, _) => Words::new("同一问题有较近年度的说明，用了那一条", "an explanation of a later year was used"),
        (_, Some(later)) => Words::new(
            format!("{later}年没有同样的问题，无须沿用"),
            format!("{later} has no such finding, so nothing carries on"),
        ),
        (_, None) => Untried::Year.words(&key),
    })
}
