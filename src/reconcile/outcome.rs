//! What became of one rule at one place.

use rust_decimal::Decimal;

use super::Keep;
use super::shape::Shape;
use super::working::Working;
use crate::facts::Submission;
use crate::forms::reading::{Field, Figure};
use crate::model::finding::Role;
use crate::model::{CellRef, Stated, Verdict, Words};
use crate::rules::Pack;

/// One rule instance with its verdict; every one of a run stands in the ledger.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of the tie, and none excludes another")]
pub struct Outcome {
    /// Index into the pack's rules.
    pub rule: usize,
    /// Index into the run's submissions.
    pub submission: usize,
    pub verdict: Verdict,
    /// The line or project, and the measure, at which the rule was tried.
    pub place: Place,
    pub uses: Vec<Use>,
    pub figures: Option<Box<Judged>>,
    /// How both sides of a comparison come from the operands.
    pub working: Option<Box<Working>>,
    /// The comparisons of which one has to hold, for those who ask which figure is wrong; they let them go.
    pub shapes: Vec<Shape>,
    /// Every one of them has to hold.
    pub shapes_all: bool,
    /// Which figure is probably wrong, where it fails.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// It is said by another outcome, which explains it together with others.
    pub gathered: bool,
    /// Why it was not checked, or what a check has to say.
    pub words: Option<Words>,
    /// Stored figures failed and the figures as shown tie.
    pub shown_only: bool,
    /// Words or an error stand where a figure belongs, so the tie could not be tried.
    pub blocked: bool,
    /// It rests on a pair of years, or of lines, that is likely and not known, or on a sum beside figures that may belong
    /// to it: no ground for an error.
    pub likely: bool,
}

/// The outcomes of some submissions, as they come.
#[derive(Debug)]
pub struct Outcomes {
    pub all: Vec<Outcome>,
    /// For each submission, the rules that did not concern it and were counted and let go; none of a ledger.
    pub passed_over: Vec<usize>,
    keep: Keep,
}

impl Outcomes {
    #[must_use]
    pub fn new(submissions: usize, keep: Keep) -> Self {
        Self { all: Vec::new(), passed_over: vec![0; submissions], keep }
    }

    /// Adds one; of what nobody will read only its operands are kept.
    pub fn push(&mut self, outcome: Outcome) {
        if self.keep.reads(outcome.verdict) {
            self.all.push(outcome);
        } else if outcome.verdict == Verdict::NotApplicable {
            self.passed_over[outcome.submission] += 1;
        } else {
            self.all.push(Outcome { place: Place::default(), figures: None, working: None, words: None, ..outcome });
        }
    }

    /// A rule that does not concern a submission; of one that is decided `late` the place is kept.
    pub fn pass_over(&mut self, rule: usize, submission: usize, words: impl Fn() -> Words, late: bool) {
        if self.keep == Keep::Findings && !late {
            self.passed_over[submission] += 1;
            return;
        }
        self.all.push(Outcome { words: Some(words()), ..Outcome::new(rule, submission, Verdict::NotApplicable) });
    }
}

/// Puts outcomes in the order of submissions and codes.
pub fn sort(outcomes: &mut [Outcome], pack: &Pack) {
    let mut by_code: Vec<usize> = (0..pack.rules.len()).collect();
    by_code.sort_by_key(|rule| &pack.rules[*rule].code);
    let mut rank = vec![0; by_code.len()];
    by_code.iter().enumerate().for_each(|(place, rule)| rank[*rule] = place);
    // Outcomes are large: places are sorted, and each outcome moves once.
    outcomes.sort_by_cached_key(|outcome| (outcome.submission, rank[outcome.rule]));
}

impl Outcome {
    /// A verdict of which nothing more is known yet.
    #[must_use]
    pub fn new(rule: usize, submission: usize, verdict: Verdict) -> Self {
        Self {
            rule,
            submission,
            verdict,
            place: Place::default(),
            uses: Vec::new(),
            figures: None,
            working: None,
            shapes: Vec::new(),
            shapes_all: false,
            diagnosis: None,
            gathered: false,
            words: None,
            shown_only: false,
            blocked: false,
            likely: false,
        }
    }
}

/// What is known of the cause of a failing tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub causes: Vec<Suspected>,
    /// In one line, for the terminal and the note.
    pub line: Words,
}

/// A figure that may be the wrong one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspected {
    pub figure: Use,
    pub cause: &'static str,
    /// In the figure's own unit.
    pub proposed: Option<Decimal>,
    pub repairs: usize,
    pub of: usize,
    pub breaks: usize,
    pub set: usize,
    pub why: Words,
}

/// Where a rule was tried, by names rather than addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub form: Option<usize>,
    pub project: Option<String>,
    pub line: Option<String>,
    pub measure: Option<String>,
}

/// The figures of a comparison, in the unit of the reported side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub reported: Decimal,
    pub expected: Decimal,
    pub difference: Decimal,
    pub allowance: Decimal,
    pub unit: String,
    /// `=`, `<=` and so on.
    pub op: String,
}

impl Judged {
    /// The figures as people print them.
    #[must_use]
    pub fn stated(&self) -> Stated {
        let Self { reported, expected, difference, allowance, .. } = *self;
        Stated::of(Stated { reported, expected, difference, allowance }, &self.unit)
    }
}

/// One operand: where it stands, and the part it plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub at: At,
    pub role: Role,
    pub suspect: bool,
    /// What exactly of the cell is meant, where it is a part of a sentence.
    pub said: Option<Box<Said>>,
}

/// A figure, or a clause, inside the text of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Letters of the cell's text as typed, half-open, counted from zero.
    pub span: (usize, usize),
    pub text: String,
    /// As printed, in `unit`; none for a clause.
    pub value: Option<Decimal>,
    pub unit: String,
    /// The subject, for people.
    pub label: String,
}

/// Where an operand stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum At {
    Figure {
        prior: bool,
        table: usize,
        figure: usize,
    },
    Field {
        table: usize,
        field: usize,
    },
    /// A cell that is neither, such as a sentence.
    Cell {
        table: usize,
        cell: CellRef,
    },
}

impl Use {
    #[must_use]
    pub fn figure(table: usize, figure: usize, role: Role) -> Self {
        Self { at: At::Figure { prior: false, table, figure }, role, suspect: false, said: None }
    }

    #[must_use]
    pub fn field(table: usize, field: usize) -> Self {
        Self { at: At::Field { table, field }, role: Role::Subject, suspect: false, said: None }
    }

    /// Whether both mean the same figure, whatever part it plays.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let span = |one: &Self| one.said.as_ref().map(|said| said.span);
        self.at == other.at && span(self) == span(other)
    }

    /// A part of a cell's text.
    #[must_use]
    pub fn words(table: usize, cell: CellRef, role: Role, said: Said) -> Self {
        Self { at: At::Cell { table, cell }, role, suspect: false, said: Some(Box::new(said)) }
    }

    #[must_use]
    pub fn cell(table: usize, cell: CellRef) -> Self {
        Self { at: At::Cell { table, cell }, role: Role::Subject, suspect: false, said: None }
    }
}

/// Finds the figure that a use names.
#[must_use]
pub fn figure_at(submission: &Submission, table: usize, figure: usize) -> Option<&Figure> {
    submission.tables.get(table)?.reading.figures.get(figure)
}

/// Finds the field that a use names.
#[must_use]
pub fn field_at(submission: &Submission, table: usize, field: usize) -> Option<&Field> {
    submission.tables.get(table)?.reading.fields.get(field)
}
