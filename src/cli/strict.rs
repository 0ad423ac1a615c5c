//! `--strict`: what a run should have tried and could not.

use crate::model::{Lang, Verdict};
use crate::reconcile::Run;
use crate::rules::Pack;

/// The check that says which annexes a submission lacks.
const ANNEXES: &str = "annexes-present";

/// Ties that were due and were not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untried {
    /// Ties with a figure that is there and cannot be used.
    ties: usize,
    /// Submissions that lack an annex, and with it every tie that needs its figures.
    incomplete: usize,
}

impl Untried {
    /// Counts them; what the user chose to leave out (`--ignore`) was not due.
    pub fn of(run: &Run, pack: &Pack) -> Self {
        let annexes = |code: &str| pack.rule(code).is_some_and(|rule| rule.formula == ANNEXES);
        let mut untried = Self { ties: 0, incomplete: 0 };
        for finding in &run.findings {
            untried.ties += usize::from(finding.verdict == Verdict::Unchecked);
            untried.incomplete += usize::from(finding.verdict == Verdict::Unbalanced && annexes(&finding.code));
        }
        untried
    }

    /// Says them; none where everything that was due was tried.
    pub fn said(self, lang: Lang) -> Option<String> {
        let Self { ties, incomplete } = self;
        if ties + incomplete == 0 {
            return None;
        }
        Some(match lang {
            Lang::Zh => format!(
                "--strict：应核而未核的勾稽{ties}处，缺附件（与之有关的勾稽都没有核）的报送件{incomplete}份；本次核对不算完成。"
            ),
            Lang::En => format!(
                "--strict: {ties} ties that the forms require were not checked, and {incomplete} submissions lack an annex, so that none of its ties were; the run is not complete."
            ),
        })
    }
}
