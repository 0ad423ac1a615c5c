//! Facts × rules → outcomes: every rule at every place, with its operands and a verdict.
//!
//! Formulas run as polars plans over panels ([`evaluate`]); what no formula says runs as a named check ([`checks`]).
//! [`suspects`] tells the cells that no tie vouches for, and [`findings`] turns what failed into findings.

pub mod checks;
pub mod columns;
pub mod evaluate;
pub mod filled;
pub mod findings;
pub mod holds;
pub mod outcome;
pub mod panel;
pub mod projects;
pub mod suspects;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use polars::prelude::PolarsResult;
use rayon::prelude::*;

use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::{Finding, Verdict};
use crate::rules::Pack;
use crate::years::{Before, LineMap, Pairing, pair, Pair};
use outcome::{At, Outcome, figure_at};

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
    /// Amounts that were read.
    pub figures: usize,
    /// How many figures stand in some tie that was decided.
    pub figures_under_rules: usize,
    pub findings: Vec<Finding>,
    /// For each submission, where its findings begin in `findings`; and their end.
    starts: Vec<usize>,
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

    /// Last year's submission that one was tied to.
    #[must_use]
    pub fn prior_of(&self, submission: usize) -> Option<&Submission> {
        self.pairing.pairs[submission].map(|pair| &self.priors[pair.prior])
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

/// Submissions that are reconciled together; their panels and outcomes are in memory at once.
const CHUNK: usize = 250;

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
    mut submissions: Vec<Submission>,
    priors: Vec<Submission>,
    forms: &Forms,
    pack: &Pack,
    keep: Keep,
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
        counts: Counts::default(),
        figures: submissions.iter().map(crate::facts::amounts).sum(),
        figures_under_rules: 0,
        starts: vec![0],
        holders,
    };
    for (number, chunk) in submissions.chunks_mut(CHUNK).enumerate() {
        run.add_chunk(number * CHUNK, chunk, forms, pack, keep)?;
        if keep == Keep::Findings {
            chunk.iter_mut().for_each(let_go);
        }
    }
    run.submissions = submissions;
    Ok(run)
}

impl Run {
    /// Reconciles the submissions that begin at a number and adds what came out.
    fn add_chunk(
        &mut self,
        base: usize,
        chunk: &[Submission],
        forms: &Forms,
        pack: &Pack,
        keep: Keep,
    ) -> PolarsResult<()> {
        let paired = &self.pairing.pairs[base..base + chunk.len()];
        let prior = |pair: &Pair| &self.priors[pair.prior];
        let lines: Vec<Option<LineMap>> = chunk
            .par_iter()
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
        let mut outcomes = evaluate::evaluate(&pairs, forms, pack, keep)?;
        outcomes.extend(checks::run(&pairs, forms, pack));
        outcomes.sort_by(|a, b| {
            (a.submission, &pack.rules[a.rule].code).cmp(&(b.submission, &pack.rules[b.rule].code))
        });
        suspects::mark(&mut outcomes, pack);
        let (belongs, findings): (Vec<usize>, Vec<Finding>) =
            findings::findings(&outcomes, &pairs, forms, pack).into_iter().unzip();
        let before = self.findings.len();
        self.findings.extend(findings);
        self.starts
            .extend((1..=chunk.len()).map(|at| before + belongs.partition_point(|own| *own < at)));
        self.counts.add(&outcomes);
        self.figures_under_rules += figures_under_rules(&outcomes, chunk);
        let kept = |outcome: &Outcome| keep == Keep::Ledger || outcome.verdict == Verdict::Unchecked;
        self.outcomes.extend(outcomes.into_iter().filter(kept).map(|mut outcome| {
            outcome.submission += base;
            outcome
        }));
        Ok(())
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

/// How many figures stand in some tie that was decided.
fn figures_under_rules(outcomes: &[Outcome], submissions: &[Submission]) -> usize {
    let mut touched: HashSet<(usize, usize, usize)> = HashSet::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable) {
        touched.extend(outcome.uses.iter().filter_map(|one| match one.at {
            At::Figure { prior: false, table, figure } => Some((outcome.submission, table, figure)),
            _ => None,
        }));
    }
    let amount = |(submission, table, figure): &(usize, usize, usize)| {
        figure_at(&submissions[*submission], *table, *figure).is_some_and(|f| f.value.amount.is_some())
    };
    touched.iter().filter(|place| amount(place)).count()
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
        counts.add(outcomes);
        counts
    }

    /// Adds some more outcomes.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            *match outcome.verdict {
                Verdict::Balanced => &mut self.balanced,
                Verdict::Rounding => &mut self.rounding,
                Verdict::RoundingLarge => &mut self.rounding_large,
                Verdict::Unbalanced => &mut self.unbalanced,
                Verdict::Unchecked => &mut self.unchecked,
                Verdict::NotApplicable => &mut self.not_applicable,
            } += 1;
        }
    }

    /// Every rule instance that concerned a submission.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.balanced + self.rounding + self.rounding_large + self.unbalanced + self.unchecked
    }
}
