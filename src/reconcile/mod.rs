//! Facts × rules → outcomes: every rule at every place, with its operands and a verdict.
//!
//! Formulas run as polars plans over panels ([`evaluate`]); what no formula says runs as a named check ([`checks`]).
//! [`suspects`] tells the cells that no tie vouches for, and [`findings`] turns what failed into findings.

pub mod attainment;
pub mod checks;
mod clause;
pub mod columns;
pub mod coverage;
pub mod diagnosis;
pub mod evaluate;
pub mod filled;
pub mod findings;
pub mod holds;
pub mod outcome;
pub mod panel;
pub mod projects;
pub mod shape;
pub mod suspects;
mod unread;
pub mod what_if;
pub mod working;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foldhash::{HashMap, HashSet, HashSetExt};

use polars::prelude::PolarsResult;

use crate::facts::{Submission, Whole, whole_budget};
use crate::forms::Forms;
use crate::model::{Answers, Finding, Verdict};
use crate::rules::Pack;
use crate::years::{Before, LineMap, Pair, Pairing, pair};
use evaluate::Formulas;
use outcome::{At, Outcome, Outcomes, figure_at};

/// Everything that one run found out.
#[derive(Debug)]
pub struct Run {
    pub submissions: Vec<Submission>,
    pub priors: Vec<Submission>,
    /// For each submission, the prior it was tied to and on what ground; and what is to be seen of that.
    pub pairing: Pairing,
    /// Every rule at every place, in the order of submissions and codes; of a run that keeps findings only
    /// ([`Keep::Findings`]), those that stayed unchecked.
    pub outcomes: Vec<Outcome>,
    pub counts: Counts,
    /// One for each submission.
    pub tallies: Vec<Tally>,
    /// Amounts that were read.
    pub figures: usize,
    /// How many figures stand in some tie that was decided.
    pub figures_under_rules: usize,
    pub findings: Vec<Finding>,
    /// What people said of findings, where that was read.
    pub answers: Answers,
    /// For each finding, the outcome that it was made of; empty where only findings are kept.
    pub made_of: Vec<usize>,
    /// For each submission, where its findings begin in `findings`; and their end.
    starts: Vec<usize>,
    /// Submissions whose checks took more than their time; nothing is said of them.
    pub late: Vec<usize>,
    /// The submission that holds each file.
    holders: HashMap<Arc<str>, usize>,
}

impl Run {
    /// The findings of one submission, numbered from one in this order.
    #[must_use]
    pub fn findings_of(&self, submission: usize) -> &[Finding] {
        &self.findings[self.starts[submission]..self.starts[submission + 1]]
    }

    /// The kept outcomes of one submission, in the order of the rules' codes.
    #[must_use]
    pub fn outcomes_of(&self, submission: usize) -> &[Outcome] {
        let place = |at: usize| self.outcomes.partition_point(|outcome| outcome.submission < at);
        &self.outcomes[place(submission)..place(submission + 1)]
    }

    /// All findings, each with its submission.
    pub fn with_submissions(&self) -> impl Iterator<Item = (usize, &Finding)> + Clone {
        (0..self.submissions.len()).flat_map(|at| self.findings_of(at).iter().map(move |finding| (at, finding)))
    }

    /// The submission that holds a file.
    #[must_use]
    pub fn submission_of(&self, file: &str) -> Option<usize> {
        self.holders.get(file).copied()
    }

    /// The SHA-256 of a file as it was read.
    #[must_use]
    pub fn sha256_of(&self, file: &str) -> Option<&str> {
        let files = &self.submissions[self.submission_of(file)?].files;
        files.iter().find(|one| &*one.file == file).map(|one| one.sha256.as_str())
    }

    /// Last year's submission that one was tied to.
    #[must_use]
    pub fn prior_of(&self, submission: usize) -> Option<&Submission> {
        self.pairing.pairs[submission].map(|pair| &self.priors[pair.prior])
    }

    /// Where the findings of one submission stand in `findings`.
    #[must_use]
    pub fn numbers_of(&self, submission: usize) -> std::ops::Range<usize> {
        self.starts[submission]..self.starts[submission + 1]
    }

    /// The amounts that stand in no tie that was decided: submission, table and figure, in the order of the sheets.
    #[must_use]
    pub fn figures_under_no_rule(&self) -> Vec<(usize, usize, usize)> {
        let tied = tied(&self.outcomes, &self.submissions);
        let all = self.submissions.iter().enumerate().flat_map(|(at, submission)| {
            submission.tables.iter().enumerate().flat_map(move |(table, one)| {
                let amounts = one.reading.figures.iter().enumerate().filter(|(_, f)| f.value.amount.is_some());
                amounts.map(move |(figure, _)| (at, table, figure))
            })
        });
        all.filter(|place| !tied.contains(place)).collect()
    }
}

/// What a run keeps of outcomes that are no findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every outcome with its operands and figures, as a ledger or a workpaper lists them: about 100 kB a submission.
    Ledger,
    /// Counts, and the outcomes that stayed unchecked, which every report lists. The figures of a submission are let
    /// go once it is reconciled: its tables keep where they stand and no more.
    Findings,
}

impl Keep {
    /// Whether somebody will read what stands at this verdict.
    #[must_use]
    pub fn reads(self, verdict: Verdict) -> bool {
        self == Self::Ledger || !matches!(verdict, Verdict::Balanced | Verdict::NotApplicable)
    }
}

/// Submissions that are reconciled together; their panels and outcomes are in memory at once.
pub const CHUNK: usize = 64;
/// Chunks that are in memory at once; each takes some 20 MB.
const MOST_THREADS: usize = 4;

/// Ties everything to everything and keeps every outcome.
///
/// # Errors
/// What polars says of the plans; none is expected of data.
pub fn reconcile(
    submissions: Vec<Submission>,
    priors: Vec<Submission>,
    forms: &Forms,
    pack: &Pack,
) -> PolarsResult<Run> {
    reconcile_keeping(submissions, priors, forms, pack, Keep::Ledger)
}

/// Ties everything to everything, in chunks of submissions, and keeps what is asked for.
///
/// # Errors
/// What polars says of the plans; none is expected of data.
pub fn reconcile_keeping(
    submissions: Vec<Submission>,
    priors: Vec<Submission>,
    forms: &Forms,
    pack: &Pack,
    keep: Keep,
) -> PolarsResult<Run> {
    reconcile_within(submissions, priors, forms, pack, keep, Duration::MAX)
}

/// As [`reconcile_keeping`]; of a submission whose checks take longer than `patience` nothing is said but that.
///
/// The formulas of all submissions are one piece of work that no clock divides: what they cost is bounded by the
/// figures that were read.
///
/// # Errors
/// What polars says of the plans; none is expected of data.
pub fn reconcile_within(
    mut submissions: Vec<Submission>,
    priors: Vec<Submission>,
    forms: &Forms,
    pack: &Pack,
    keep: Keep,
    patience: Duration,
) -> PolarsResult<Run> {
    let pairing = pair(&submissions, &priors, forms, &pack.aliases);
    let files = submissions.iter().enumerate().flat_map(|(at, one)| one.files.iter().map(move |file| (at, file)));
    let holders = files.map(|(at, file)| (file.file.clone(), at)).collect();
    let mut run = Run {
        submissions: Vec::new(),
        priors,
        pairing,
        outcomes: Vec::new(),
        findings: Vec::new(),
        answers: Answers::default(),
        made_of: Vec::new(),
        counts: Counts::default(),
        tallies: Vec::new(),
        figures: submissions.iter().map(crate::facts::amounts).sum(),
        figures_under_rules: 0,
        starts: vec![0],
        late: Vec::new(),
        holders,
    };
    let chunks = reconcile_chunks(&mut submissions, &run, forms, pack, (keep, patience))?;
    // Lists that grow by doubling would hold a county's findings twice.
    run.findings.reserve_exact(chunks.iter().map(|chunk| chunk.findings.len()).sum());
    run.outcomes.reserve_exact(chunks.iter().map(|chunk| chunk.outcomes.len()).sum());
    for mut done in chunks {
        let before = run.findings.len();
        let held = run.outcomes.len();
        run.made_of.extend(done.made_of.iter().map(|outcome| held + outcome));
        run.findings.append(&mut done.findings);
        run.starts.extend(done.ends.iter().map(|end| before + end));
        for tally in &done.tallies {
            run.counts.add_all(tally.counts);
        }
        run.late.append(&mut done.late);
        run.tallies.append(&mut done.tallies);
        run.figures_under_rules += done.figures_under_rules;
        run.outcomes.append(&mut done.outcomes);
    }
    run.submissions = submissions;
    Ok(run)
}

/// Reconciles chunks side by side, and gives what came of them in their order.
///
/// Plain threads take one chunk after another: a worker of a pool that waits for polars would begin a second chunk
/// above the first.
fn reconcile_chunks(
    submissions: &mut [Submission],
    run: &Run,
    forms: &Forms,
    pack: &Pack,
    (keep, patience): (Keep, Duration),
) -> PolarsResult<Vec<Chunk>> {
    let threads = rayon::current_num_threads().min(MOST_THREADS).min(submissions.len().div_ceil(CHUNK)).max(1);
    let formulas = Formulas::new(pack)?;
    let work = Mutex::new(submissions.chunks_mut(CHUNK).enumerate());
    let done: Mutex<BTreeMap<usize, PolarsResult<Chunk>>> = Mutex::default();
    let take = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
    let one = || {
        while let Some((number, chunk)) = take() {
            let result = run.reconcile_chunk(number * CHUNK, chunk, forms, pack, &formulas, (keep, patience));
            if keep == Keep::Findings {
                chunk.iter_mut().for_each(let_go);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(number, result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(one);
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

/// One submission in numbers; kept whatever else a run keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: Counts,
    /// How the whole budget was carried out.
    pub whole: Option<Whole>,
}

/// What came of some submissions.
struct Chunk {
    outcomes: Vec<Outcome>,
    findings: Vec<Finding>,
    /// For each finding, its outcome; of a run that keeps findings only, none.
    made_of: Vec<usize>,
    /// For each submission, where its findings end in `findings`.
    ends: Vec<usize>,
    tallies: Vec<Tally>,
    figures_under_rules: usize,
    late: Vec<usize>,
}

impl Run {
    /// Reconciles the submissions that begin at a number.
    fn reconcile_chunk(
        &self,
        base: usize,
        chunk: &[Submission],
        forms: &Forms,
        pack: &Pack,
        formulas: &Formulas<'_>,
        (keep, patience): (Keep, Duration),
    ) -> PolarsResult<Chunk> {
        let paired = &self.pairing.pairs[base..base + chunk.len()];
        let prior = |pair: &Pair| &self.priors[pair.prior];
        let lines: Vec<Option<LineMap>> = chunk
            .iter()
            .zip(paired)
            .map(|(now, pair)| pair.as_ref().map(|pair| LineMap::new(now, prior(pair), forms)))
            .collect();
        let pairs: Vec<evaluate::Paired<'_>> = chunk
            .iter()
            .zip(paired.iter().zip(&lines))
            .map(|(now, (pair, lines))| {
                let before = pair.as_ref().zip(lines.as_ref()).map(|(pair, lines)| Before {
                    submission: prior(pair),
                    lines,
                    sure: pair.is_sure(),
                });
                (now, before)
            })
            .collect();
        let mut made = Outcomes::new(chunk.len(), keep);
        formulas.evaluate(&pairs, forms, keep, &mut made)?;
        let late = checks::run(&pairs, forms, pack, &mut made, patience);
        let Outcomes { all: mut outcomes, mut passed_over, .. } = made;
        outcomes.retain(|outcome| !late.contains(&outcome.submission));
        for at in &late {
            passed_over[*at] = 0;
        }
        outcome::sort(&mut outcomes, pack);
        suspects::mark(&mut outcomes, pack);
        unread::doubt(&mut outcomes, &pairs, forms, pack);
        diagnosis::diagnose(&mut outcomes, &pairs, forms, pack);
        let (mut findings, mut made_of, mut belongs) = (Vec::new(), Vec::new(), Vec::new());
        for (outcome, finding) in findings::findings(&outcomes, &pairs, forms, pack) {
            belongs.push(outcomes[outcome].submission);
            made_of.push(outcome);
            findings.push(finding);
        }
        let ends = (1..=chunk.len()).map(|at| belongs.partition_point(|own| *own < at)).collect();
        let mut left = outcomes.as_slice();
        let tallies = chunk.iter().enumerate().map(|(at, submission)| {
            // Outcomes stand in the order of submissions.
            let (own, rest) = left.split_at(left.partition_point(|one| one.submission <= at));
            left = rest;
            let mut counts = Counts::of(own);
            counts.not_applicable += passed_over[at];
            Tally { counts, whole: whole_budget(submission, forms) }
        });
        let tallies: Vec<Tally> = tallies.collect();
        let figures_under_rules = tied(&outcomes, chunk).len();
        let kept = |outcome: &Outcome| keep == Keep::Ledger || outcome.verdict == Verdict::Unchecked;
        let outcomes = outcomes.into_iter().filter(kept).map(|outcome| {
            let submission = outcome.submission + base;
            Outcome { submission, ..outcome }
        });
        let mut outcomes: Vec<Outcome> = outcomes.collect();
        // What is collected from a list takes over the list's memory, however few are left.
        outcomes.shrink_to_fit();
        let made_of = if keep == Keep::Ledger { made_of } else { Vec::new() };
        let late = late.into_iter().map(|at| at + base).collect();
        Ok(Chunk { outcomes, findings, made_of, ends, tallies, figures_under_rules, late })
    }
}

/// Gives back what only rules look at: of a county the figures would fill the memory that its findings need.
fn let_go(submission: &mut Submission) {
    for table in &mut submission.tables {
        let reading = &mut table.reading;
        (reading.figures, reading.fields) = (Vec::new(), Vec::new());
        (reading.passages, reading.unread) = (Vec::new(), Vec::new());
    }
}

/// The amounts that stand in some tie that was decided: submission, table and figure.
fn tied(outcomes: &[Outcome], submissions: &[Submission]) -> HashSet<(usize, usize, usize)> {
    let mut touched: HashSet<(usize, usize, usize)> = HashSet::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable) {
        touched.extend(outcome.uses.iter().filter_map(|one| match one.at {
            At::Figure { prior: false, table, figure } => Some((outcome.submission, table, figure)),
            _ => None,
        }));
    }
    touched.retain(|(submission, table, figure)| {
        figure_at(&submissions[*submission], *table, *figure).is_some_and(|f| f.value.amount.is_some())
    });
    touched
}

/// Counts of a run, by verdict and severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub balanced: usize,
    pub rounding: usize,
    pub rounding_large: usize,
    pub unbalanced: usize,
    pub unchecked: usize,
    pub not_applicable: usize,
}

impl Counts {
    #[must_use]
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            *match outcome.verdict {
                Verdict::Balanced => &mut counts.balanced,
                Verdict::Rounding => &mut counts.rounding,
                Verdict::RoundingLarge => &mut counts.rounding_large,
                Verdict::Unbalanced => &mut counts.unbalanced,
                Verdict::Unchecked => &mut counts.unchecked,
                Verdict::NotApplicable => &mut counts.not_applicable,
            } += 1;
        }
        counts
    }

    /// Adds the counts of other submissions.
    pub fn add_all(&mut self, other: Self) {
        self.balanced += other.balanced;
        self.rounding += other.rounding;
        self.rounding_large += other.rounding_large;
        self.unbalanced += other.unbalanced;
        self.unchecked += other.unchecked;
        self.not_applicable += other.not_applicable;
    }

    /// Every rule instance that concerned a submission.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.balanced + self.rounding + self.rounding_large + self.unbalanced + self.unchecked
    }
}
