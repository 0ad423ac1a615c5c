//! What rules cost over panels, beside a plain evaluator of the same rules: `cargo bench --bench rules [-- SUBMISSIONS]`.
//!
//! Takes the sample submissions again and again (10,000 unless told). Panels are filled once for both sides, in chunks of
//! submissions as a run has them. One side lays them out as columns and runs the plans, made once as a run makes them; the other walks the
//! formulas' trees over the same rows, one core both. Their codes must agree, or the bench stops.

#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark may stop where it stands")]

#[path = "../tests/it/support/walker.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the tests")]
mod walker;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use gouji::facts::{Filed, FiledSheet, Overrides, Submission, gather};
use gouji::forms::{Forms, read_sheet};
use gouji::read::read_book;
use gouji::reconcile::columns::columns;
use gouji::reconcile::filled::Filled;
use gouji::reconcile::panel::{Indexed, Precision, fill, rows_of};
use gouji::reconcile::{CHUNK, Keep, reconcile_keeping};
use gouji::rules::plan::Plan;
use gouji::rules::resolve::Resolved;
use gouji::rules::{Body, Pack, Scope, Slot};

const SAMPLES: [&str; 4] = [
    "samples/2024/shuangpai-2024.xlsx",
    "samples/ties/qingxi-2024.xlsx",
    "samples/layouts/yunling-2024-1.xlsx",
    "samples/layouts/yunling-2024-2.xlsx",
];

/// Formulas that share a scope, with the panel's slots and each formula's place among them.
struct Group<'r> {
    scope: &'r Scope,
    slots: Vec<&'r Slot>,
    members: Vec<(&'r Resolved, Vec<usize>)>,
    plan: Plan,
}

#[derive(Default)]
struct Spent {
    fill: Duration,
    columns: Duration,
    plans: Duration,
    walked: Duration,
    codes: usize,
}

fn main() {
    let wanted = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000usize);
    let forms = Forms::builtin().expect("the built-in forms are sound");
    let pack = Pack::read(&[], &forms).expect("the built-in rules are sound");
    let samples = samples(&forms);
    let groups = groups(&pack);
    let mut spent = Spent::default();
    let mut left = wanted;
    while left > 0 {
        let chunk: Vec<&Submission> = samples.iter().cycle().take(left.min(CHUNK)).collect();
        left -= chunk.len();
        let indexed: Vec<Indexed<'_>> = chunk.iter().map(|one| Indexed::new(one, None)).collect();
        for group in &groups {
            run_group(group, &indexed, &forms, &mut spent);
        }
    }
    let rules: usize = groups.iter().map(|group| group.members.len()).sum();
    println!("{wanted} submissions, {rules} formulas, {} codes that agree", spent.codes);
    println!("filling the panels, for both   {:>10.2?}", spent.fill);
    println!("laid out as columns            {:>10.2?}", spent.columns);
    println!("plans                          {:>10.2?}", spent.plans);
    println!("plain evaluator                {:>10.2?}", spent.walked);
    println!("plans / plain                  {}", ratio(spent.plans, spent.walked));
    println!("columns and plans / plain      {}", ratio(spent.columns + spent.plans, spent.walked));
    println!(
        "with filling on both sides     {}",
        ratio(spent.fill + spent.columns + spent.plans, spent.fill + spent.walked)
    );
    let all = samples.iter().cycle().take(wanted).cloned().collect();
    let start = Instant::now();
    let run = reconcile_keeping(all, Vec::new(), &forms, &pack, Keep::Findings).expect("polars runs the plans");
    println!("reconciling whole, findings too{:>10.2?}   {} findings", start.elapsed(), run.findings.len());
}

fn samples(forms: &Forms) -> Vec<Submission> {
    let filed = SAMPLES.map(|path| {
        let bytes = std::fs::read(path).expect("run from the project's folder");
        let book = read_book(path, bytes).expect("the sample is sound");
        let sheets = book.sheets.iter().map(|sheet| {
            let reading = read_sheet(sheet, forms);
            FiledSheet { name: sheet.name.as_str().into(), readings: reading.readings, unknown: reading.unknown }
        });
        Filed {
            file: path.into(),
            sha256: String::new(),
            size: 0,
            modified: None,
            sheets: sheets.collect(),
            notices: Vec::new(),
            people: Vec::new(),
        }
    });
    gather(filed.into(), forms, &Overrides::default())
}

fn groups(pack: &Pack) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<&Scope, Group<'_>> = BTreeMap::new();
    for place in pack.rules.iter().flat_map(|rule| &rule.places) {
        let Body::Formula(resolved) = &place.body else { continue };
        let group = groups.entry(&place.scope).or_insert_with(|| Group {
            scope: &place.scope,
            slots: Vec::new(),
            members: Vec::new(),
            plan: Plan::default(),
        });
        let numbers = resolved.slots.iter().map(|slot| {
            group.slots.iter().position(|old| *old == slot).unwrap_or_else(|| {
                group.slots.push(slot);
                group.slots.len() - 1
            })
        });
        let numbers: Vec<usize> = numbers.collect();
        group.plan.add(resolved, &numbers).expect("a plan");
        group.members.push((resolved, numbers));
    }
    groups.into_values().collect()
}

fn run_group(group: &Group<'_>, indexed: &[Indexed<'_>], forms: &Forms, spent: &mut Spent) {
    let start = Instant::now();
    let rows: Vec<_> = indexed.iter().enumerate().flat_map(|(at, one)| rows_of(group.scope, at, one, forms)).collect();
    let panel: Vec<Vec<Filled>> = rows
        .iter()
        .map(|row| {
            let one = &indexed[row.submission];
            group.slots.iter().map(|slot| fill(slot, row, one, Precision::Stored)).collect()
        })
        .collect();
    spent.fill += start.elapsed();
    if panel.is_empty() {
        return;
    }
    let start = Instant::now();
    let frame = columns(&group.slots, &panel).expect("columns");
    spent.columns += start.elapsed();
    let start = Instant::now();
    let worked = group.plan.run(&frame).expect("polars runs the plan");
    spent.plans += start.elapsed();
    // The dense slots of each formula are set out before the clock starts, as the panel's columns were.
    for (at, (resolved, slots)) in group.members.iter().enumerate() {
        let dense: Vec<Vec<Filled>> =
            panel.iter().map(|row| slots.iter().map(|slot| row[*slot].clone()).collect()).collect();
        let start = Instant::now();
        let walked: Vec<Vec<Vec<i32>>> = dense.iter().map(|row| walker::codes(resolved, row)).collect();
        spent.walked += start.elapsed();
        for (number, codes) in walked.iter().enumerate() {
            for (clause, code) in codes.iter().flatten().enumerate() {
                let planned = worked.code(at, clause, number);
                assert_eq!(planned, *code, "{} rule {at} row {number} clause {clause}", rows.len());
                spent.codes += 1;
            }
        }
    }
}

/// One duration over another, in hundredths.
fn ratio(one: Duration, other: Duration) -> String {
    let hundredths = one.as_nanos() * 100 / other.as_nanos().max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
