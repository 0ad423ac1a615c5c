//! `--strict`: what a run should have tried and could not.

use crate::model::{Lang, Verdict};
use crate::reconcile::Run;
use crate::rules::Pack;

/// Ties that were due and were not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untried {
    /// Ties with a figure that is there and cannot be used.
    ties: usize,
    /// Findings of what is missing: an annex, a project's table, a required cell, a figure that was not understood.
    missing: usize,
}

impl Untried {
    /// Counts them; what the user chose to leave out (`--ignore`) was not due.
    pub fn of(run: &Run, pack: &Pack) -> Self {
        let mut untried = Self { ties: 0, missing: 0 };
        for finding in &run.findings {
            let missing = || pack.rule(&finding.code).is_some_and(|rule| rule.untried);
            untried.ties += usize::from(finding.verdict == Verdict::Unchecked);
            untried.missing += usize::from(finding.verdict == Verdict::Unbalanced && missing());
        }
        untried
    }

    /// Says them; none where everything that was due was tried.
    pub fn said(self, lang: Lang) -> Option<String> {
        let Self { ties, missing } = self;
        if ties + missing == 0 {
            return None;
        }
        Some(match lang {
            Lang::Zh => format!(
                "--strict：应核而未核的勾稽{ties}处；缺附件、缺必填的数或数字读不懂（与之有关的勾稽都没有核）{missing}处；本次核对不算完成。"
            ),
            Lang::En => format!(
                "--strict: {ties} ties that the forms require were not checked, and in {missing} places an annex or a required figure is missing or was not understood, so that none of its ties were; the run is not complete."
            ),
        })
    }
}
