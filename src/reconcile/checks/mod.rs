//! Checks that no formula says: dates, names, units, completeness. Each is named in a rule of the pack.

mod complete;
mod dates;
mod indicators;
mod names;
mod narrative;
mod pages;
mod plausible;
mod scores;
mod texts;
mod units;
mod weights;
mod years;

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::attainment::rows::Sheet;
use super::evaluate::Paired;
use super::outcome::{At, Judged, Outcome, Outcomes, Place, Use};
use super::shape::Shape;
use super::working::Working;
use crate::facts::{Submission, Table};
use crate::forms::Forms;
use crate::model::finding::Role;
use crate::model::{Verdict, Words};
use crate::rules::{Body, Pack, Rule};
use crate::years::Before;
use crate::years::reasons::Reasons;
use texts::Text;

/// What a check is given.
pub struct Context<'c> {
    pub submission: &'c Submission,
    pub before: Option<Before<'c>>,
    pub forms: &'c Forms,
    pub rule: &'c Rule,
    pub grammar: &'c crate::narrative::Grammar,
    pub shared: &'c Shared<'c>,
}

/// What a check found at one place.
pub struct Noted {
    pub verdict: Verdict,
    pub place: Place,
    pub uses: Vec<Use>,
    pub words: Option<Words>,
    /// It rests on a pair of years, or of lines, or on a reading of a sentence, that is likely and not known.
    pub likely: bool,
    pub figures: Option<Judged>,
    /// How both sides of those figures come from the operands.
    pub working: Option<Working>,
}

impl Noted {
    /// Nothing to say: it was looked at and holds.
    #[must_use]
    pub fn holds(uses: Vec<Use>) -> Self {
        Self {
            verdict: Verdict::Balanced,
            place: Place::default(),
            uses,
            words: None,
            likely: false,
            figures: None,
            working: None,
        }
    }

    /// It does not hold, and why.
    #[must_use]
    pub fn fails(uses: Vec<Use>, words: Words) -> Self {
        Self {
            verdict: Verdict::Unbalanced,
            place: Place::default(),
            uses,
            words: Some(words),
            likely: false,
            figures: None,
            working: None,
        }
    }

    /// A stated figure and what it should be equal to, where that is what was looked at.
    fn shape(&self) -> Option<Shape> {
        let decided = matches!(self.verdict, Verdict::Balanced | Verdict::Rounding | Verdict::Unbalanced);
        self.figures.as_ref().filter(|_| decided && !self.likely).and_then(|judged| Shape::stated(&self.uses, judged))
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

/// What the checks of one submission share, worked out once.
pub struct Shared<'s> {
    /// What the sentences say.
    pub words: narrative::Read,
    /// The score sheet of each table.
    pub sheets: Vec<Sheet<'s>>,
    /// What the unit wrote.
    pub texts: Vec<Text<'s>>,
    pub reasons: Reasons<'s>,
}

impl<'s> Shared<'s> {
    #[must_use]
    pub fn of(submission: &'s Submission, forms: &Forms, pack: &Pack) -> Self {
        let speaks = pack.rules.iter().any(|rule| rule.formula.starts_with("words-"));
        Self {
            words: if speaks {
                narrative::Read::of(submission, forms, &pack.grammar)
            } else {
                narrative::Read::default()
            },
            sheets: submission.tables.iter().map(|table| Sheet::of(&forms.all[table.form], table)).collect(),
            texts: Text::all(submission, forms),
            reasons: Reasons::of(submission),
        }
    }
}

/// Runs every check of a pack on every submission, and gives those whose checks took longer than `patience`.
pub fn run(
    pairs: &[Paired<'_>],
    forms: &Forms,
    pack: &Pack,
    outcomes: &mut Outcomes,
    patience: Duration,
) -> Vec<usize> {
    let (shared, mut spent): (Vec<_>, Vec<_>) = pairs
        .par_iter()
        .map(|(now, _)| {
            let start = Instant::now();
            let shared = Shared::of(now, forms, pack);
            (shared, start.elapsed())
        })
        .unzip();
    for (index, rule) in pack.rules.iter().enumerate() {
        // A check looks at whole submissions, so one of the rule's places is enough.
        let check = rule.places.iter().find_map(|place| match &place.body {
            Body::Check(name) => Some(name.as_str()),
            Body::Formula(_) => None,
        });
        let Some(check) = check else { continue };
        for (at, (submission, before)) in pairs.iter().enumerate() {
            if spent[at] > patience {
                continue;
            }
            let start = Instant::now();
            let context =
                Context { submission, before: *before, forms, rule, grammar: &pack.grammar, shared: &shared[at] };
            let noted = run_one(check, &context);
            spent[at] += start.elapsed();
            if noted.is_empty() {
                let words = || Words::new("没有可核对的内容", "nothing to look at");
                outcomes.pass_over(index, at, words, LATE.contains(&check));
            }
            for noted in noted {
                outcomes.push(Outcome {
                    shapes: noted.shape().into_iter().collect(),
                    place: noted.place,
                    uses: noted.uses,
                    figures: noted.figures.map(Box::new),
                    working: noted.working.map(Box::new),
                    words: noted.words,
                    likely: noted.likely,
                    ..Outcome::new(index, at, noted.verdict)
                });
            }
        }
    }
    (0..pairs.len()).filter(|at| spent[*at] > patience).collect()
}

/// Checks whose findings come when all ties are judged: `reconcile::diagnosis`.
const LATE: [&str; 3] = ["scale-slip", "joint-rounding", "one-sided-tails"];

fn run_one(check: &str, context: &Context<'_>) -> Vec<Noted> {
    match check {
        "annexes-present" => complete::annexes_present(context),
        "cells-unread" => complete::cells_unread(context),
        "cells-unusable" => complete::cells_unusable(context),
        "required-blank" => complete::required_blank(context),
        "filing-date" => dates::filing_date(context),
        "one-date" => dates::one_date(context),
        "content-after-filing" => dates::content_after_filing(context),
        "same-field" => names::same_field(context),
        "project-names" => names::project_names(context),
        "project-title-parts" => names::project_title_parts(context),
        "project-line-words" => names::project_line_words(context),
        "unit-mismatch" => units::unit_mismatch(context),
        "scale-outlier" => units::scale_outlier(context),
        "unit-twice" => units::unit_twice(context),
        late if LATE.contains(&late) => Vec::new(),
        "mixed-precision" => units::mixed_precision(context),
        "number-as-text" => units::number_as_text(context),
        "renamed-lines" => years::renamed_lines(context),
        "line-continuity" => years::line_continuity(context),
        "large-change" => years::large_change(context),
        "new-or-gone" => years::new_or_gone(context),
        "standard-weights" => weights::standard_weights(context),
        "score-recomputed" => scores::recomputed(context),
        "score-band" => scores::band(context),
        "score-same-rate" => scores::same_rate(context),
        "score-weighted-twice" => scores::weighted_twice(context),
        "words-declared" => scores::declared(context),
        "words-grade" => scores::grade(context),
        "indicator-over" => indicators::over(context),
        "indicator-copied" => indicators::copied(context),
        "indicator-repeats-words" => indicators::repeats_words(context),
        "indicator-measurable" => indicators::measurable(context),
        "indicator-twice" => indicators::twice(context),
        "indicator-category" => indicators::category(context),
        "indicator-satisfaction" => indicators::satisfaction(context),
        "indicator-points-as-values" => indicators::points_as_values(context),
        "indicator-empty-reason" => indicators::empty_reason(context),
        "indicator-across" => indicators::across(context),
        "indicator-people-times" => indicators::people_times(context),
        "indicator-unitless" => indicators::unitless(context),
        "indicator-deadline" => indicators::deadline(context),
        "garbled" => indicators::garbled(context),
        "all-equal" => plausible::all_equal(context),
        "budget-adjusted" => plausible::adjusted(context),
        "year-labels" => dates::year_labels(context),
        "filing-window" => dates::filing_window(context),
        "empty-section" => pages::empty_section(context),
        "instructions-left" => pages::instructions_left(context),
        "not-filled" => pages::not_filled(context),
        "foreign-wording" => pages::foreign_wording(context),
        "residue" => pages::residue(context),
        "personal-data" => pages::personal_data(context),
        "sign-off" => pages::sign_off(context),
        "numbering" => pages::numbering(context),
        // `Pack::read` refuses any name that is in no list.
        other => narrative::run(other, context),
    }
}

impl Context<'_> {
    /// The tables of the submission with their numbers.
    pub fn tables(&self) -> impl Iterator<Item = (usize, &Table)> {
        self.submission.tables.iter().enumerate()
    }

    /// A list of words among the rule's parameters.
    #[must_use]
    pub fn words(&self, name: &str) -> Vec<&str> {
        let list = self.rule.params.get(name).and_then(|value| value.as_array());
        list.map(|list| list.iter().filter_map(|value| value.as_str()).collect()).unwrap_or_default()
    }

    /// A list among the rule's parameters; empty where there is none.
    #[must_use]
    pub fn list(&self, name: &str) -> &[toml::Value] {
        self.rule.params.get(name).and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the submission gives a reason for how the budget of a figure's row was spent.
    #[must_use]
    pub fn is_explained(&self, table: usize, figure: usize) -> bool {
        let figure = super::outcome::figure_at(self.submission, table, figure);
        super::holds::explained(figure, self.submission)
    }

    /// A whole number among the rule's parameters.
    #[must_use]
    pub fn number(&self, name: &str, otherwise: i64) -> i64 {
        self.rule.params.get(name).and_then(toml::Value::as_integer).unwrap_or(otherwise)
    }

    /// A text among the rule's parameters; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.rule.params.get(name).and_then(toml::Value::as_str).unwrap_or_default()
    }

    /// A decimal among the rule's parameters, written as text.
    #[must_use]
    pub fn decimal(&self, name: &str) -> Option<rust_decimal::Decimal> {
        crate::rules::parse::number_of(self.rule.params.get(name)?)
    }

    /// The place of a table, with a line.
    #[must_use]
    pub fn place(&self, table: usize, line: Option<&str>, measure: Option<&str>) -> Place {
        let table = &self.submission.tables[table];
        Place {
            form: Some(table.form),
            project: table.project.clone(),
            line: line.map(str::to_owned),
            measure: measure.map(str::to_owned),
        }
    }
}

/// A figure that a check looks at.
#[must_use]
pub fn subject(table: usize, figure: usize) -> Use {
    Use { at: At::Figure { prior: false, table, figure }, role: Role::Subject, suspect: false, said: None }
}
