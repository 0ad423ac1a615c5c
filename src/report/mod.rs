//! A run as text, JSON, SARIF, CSV and a page: pure functions; the command line prints what they return.

pub mod answers;
pub mod changes;
pub mod coverage;
pub mod findings;
pub mod grid;
pub mod json;
pub mod marks;
pub mod page;
pub mod reference;
pub mod replies;
pub mod said;
pub mod sarif;
pub mod table;
pub mod text;
pub mod years;

use crate::facts::origin::Origin;
use crate::forms::Forms;
use crate::model::mask::unless_asked;
use crate::model::{Lang, Severity};
use crate::reconcile::{Counts, Run};
use crate::rules::Pack;

/// Everything that an emitter may know.
#[derive(Clone, Copy)]
pub struct Report<'r> {
    pub run: &'r Run,
    pub forms: &'r Forms,
    pub pack: &'r Pack,
    pub lang: Lang,
    /// Names and numbers of people are shown.
    pub show_personal: bool,
    pub problems: &'r [Problem],
}

/// A file that could not be checked, or was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub words: crate::model::Words,
    /// Something that should have been checked was not.
    pub failed: bool,
}

/// The figures of the closing sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub submissions: usize,
    pub figures: usize,
    pub counts: Counts,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    /// Closed by an explanation; they count as none of the three.
    pub explained: usize,
    pub figures_under_no_rule: usize,
}

impl Report<'_> {
    /// What this run was made of.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(&self.pack.sha256, self.run.submissions.iter().chain(&self.run.priors))
    }

    #[must_use]
    pub fn summary(&self) -> Summary {
        let open = || self.run.findings.iter().filter(|finding| !finding.is_closed());
        let by = |severity| open().filter(|finding| finding.severity == severity).count();
        let figures = self.run.figures;
        Summary {
            submissions: self.run.submissions.len(),
            figures,
            counts: self.run.counts,
            errors: by(Severity::Error),
            warnings: by(Severity::Warning),
            notes: by(Severity::Note),
            explained: self.run.findings.len() - open().count(),
            figures_under_no_rule: figures.saturating_sub(self.run.figures_under_rules),
        }
    }

    /// A text as outputs show it: personal data masked unless asked for.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        unless_asked(text, self.show_personal)
    }
}
