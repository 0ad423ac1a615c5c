//! Facts × rules → outcomes: every rule at every place, with its operands and a verdict.
//!
//! Formulas run as polars plans over panels ([`evaluate`]); what no formula says runs as a named check ([`checks`]).
//! [`suspects`] tells the cells that no tie vouches for, and [`findings`] turns what failed into findings.

pub mod checks;
pub mod columns;
pub mod coverage;
pub mod evaluate;
pub mod filled;
pub mod findings;
pub mod holds;
pub mod outcome;
pub mod panel;
pub mod projects;
pub mod suspects;
pub mod working;

use std::collections::HashSet;

use polars::prelude::PolarsResult;
use rayon::prelude::*;

use crate::facts::Submission;
use crate::forms::Forms;
use crate::model::{Finding, Verdict};
use crate::rules::Pack;
use crate::years::{Before, LineMap, Pairing, pair};
use outcome::{At, Outcome, figure_at};

/// Everything that one run found out.
#[derive(Debug)]
pub struct Run {
    pub submissions: Vec<Submission>,
    pub priors: Vec<Submission>,
    /// For each submission, the prior it was tied to and on what ground; and what is to be seen of that.
    pub pairing: Pairing,
    pub outcomes: Vec<Outcome>,
    pub findings: Vec<Finding>,
    /// For each finding, the outcome that it was made of.
    pub made_of: Vec<usize>,
    /// For each submission, where its findings begin in `findings`; and their end.
    starts: Vec<usize>,
}

impl Run {
    /// The findings of one submission, numbered from one in this order.
    #[must_use]
    pub fn findings_of(&self, submission: usize) -> &[Finding] {
        &self.findings[self.starts[submission]..self.starts[submission + 1]]
    }

    /// All findings, each with its submission.
    pub fn with_submissions(&self) -> impl Iterator<Item = (usize, &Finding)> + Clone {
        (0..self.submissions.len()).flat_map(|at| self.findings_of(at).iter().map(move |finding| (at, finding)))
    }

    /// The submission that holds a file.
    #[must_use]
    pub fn submission_of(&self, file: &str) -> Option<usize> {
        self.submissions.iter().position(|one| one.files.iter().any(|held| &*held.file == file))
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

    /// How many figures stand in some tie that was decided.
    #[must_use]
    pub fn figures_under_rules(&self) -> usize {
        self.tied().len()
    }

    /// The amounts that stand in no tie that was decided: submission, table and figure, in the order of the sheets.
    #[must_use]
    pub fn figures_under_no_rule(&self) -> Vec<(usize, usize, usize)> {
        let tied = self.tied();
        let all = self.submissions.iter().enumerate().flat_map(|(at, submission)| {
            submission.tables.iter().enumerate().flat_map(move |(table, one)| {
                let amounts = one.reading.figures.iter().enumerate().filter(|(_, f)| f.value.amount.is_some());
                amounts.map(move |(figure, _)| (at, table, figure))
            })
        });
        all.filter(|place| !tied.contains(place)).collect()
    }

    /// The amounts that stand in some tie that was decided.
    fn tied(&self) -> HashSet<(usize, usize, usize)> {
        let mut touched: HashSet<(usize, usize, usize)> = HashSet::new();
        for outcome in self.outcomes.iter().filter(|outcome| outcome.verdict != Verdict::NotApplicable) {
            touched.extend(outcome.uses.iter().filter_map(|one| match one.at {
                At::Figure { prior: false, table, figure } => Some((outcome.submission, table, figure)),
                _ => None,
            }));
        }
        let amount = |(submission, table, figure): &(usize, usize, usize)| {
            figure_at(&self.submissions[*submission], *table, *figure).is_some_and(|f| f.value.amount.is_some())
        };
        touched.retain(|place| amount(place));
        touched
    }
}

/// Ties everything to everything.
///
/// # Errors
/// What polars says of the plans; none is expected of data.
pub fn reconcile(
    submissions: Vec<Submission>,
    priors: Vec<Submission>,
    forms: &Forms,
    pack: &Pack,
) -> PolarsResult<Run> {
    let pairing = pair(&submissions, &priors, forms, &pack.aliases);
    let lines: Vec<Option<LineMap>> = submissions
        .par_iter()
        .zip(&pairing.pairs)
        .map(|(now, pair)| pair.map(|pair| LineMap::new(now, &priors[pair.prior], forms)))
        .collect();
    let pairs: Vec<evaluate::Paired<'_>> = submissions
        .iter()
        .zip(pairing.pairs.iter().zip(&lines))
        .map(|(now, (pair, lines))| {
            let before = pair.zip(lines.as_ref()).map(|(pair, lines)| Before {
                submission: &priors[pair.prior],
                lines,
                sure: pair.is_sure(),
            });
            (now, before)
        })
        .collect();
    let mut outcomes = evaluate::evaluate(&pairs, forms, pack)?;
    outcomes.extend(checks::run(&pairs, forms, pack));
    outcomes.sort_by(|a, b| (a.submission, &pack.rules[a.rule].code).cmp(&(b.submission, &pack.rules[b.rule].code)));
    suspects::mark(&mut outcomes, pack);
    let mut findings = Vec::new();
    let mut made_of = Vec::new();
    let mut belongs = Vec::new();
    for (outcome, finding) in findings::findings(&outcomes, &pairs, forms, pack) {
        belongs.push(outcomes[outcome].submission);
        made_of.push(outcome);
        findings.push(finding);
    }
    let starts = (0..=submissions.len()).map(|at| belongs.partition_point(|own| *own < at)).collect();
    drop(pairs);
    Ok(Run { submissions, priors, pairing, outcomes, findings, made_of, starts })
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

    /// Every rule instance that concerned a submission.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.balanced + self.rounding + self.rounding_large + self.unbalanced + self.unchecked
    }
}
