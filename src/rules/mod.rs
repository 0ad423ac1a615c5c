//! Rules as text that an officer can read: TOML → formula → [`ast`] → [`resolve`]d slots → polars [`plan`].
//!
//! A pack holds the built-in rules and a user's own; a pack with one bad rule does not run and says where.

pub mod ast;
pub mod lex;
#[cfg(feature = "program")]
pub mod pack;
pub mod parse;
#[cfg(feature = "program")]
pub mod parts;
#[cfg(feature = "program")]
pub mod plan;
pub mod resolve;
pub mod spoken;
#[cfg(feature = "program")]
pub mod steps;

#[cfg(feature = "program")]
pub use pack::{Body, Pack, Rule, RuleError};
pub use resolve::{Fold, Goal, Scope, Select, Slot, Source, Term, Which};

/// Those of them that hold a submission against last year's.
pub const CHECKS_OF_TWO_YEARS: [&str; 4] = ["renamed-lines", "line-continuity", "large-change", "new-or-gone"];

/// Checks that no formula says; `reconcile` holds their procedures.
pub const CHECKS: [&str; 80] = [
    "score-recomputed",
    "score-band",
    "score-same-rate",
    "score-weighted-twice",
    "words-declared",
    "words-grade",
    "indicator-over",
    "indicator-copied",
    "indicator-repeats-words",
    "indicator-measurable",
    "indicator-twice",
    "indicator-category",
    "indicator-satisfaction",
    "indicator-points-as-values",
    "indicator-empty-reason",
    "indicator-across",
    "indicator-people-times",
    "indicator-unitless",
    "indicator-deadline",
    "garbled",
    "all-equal",
    "budget-adjusted",
    "year-labels",
    "filing-window",
    "empty-section",
    "instructions-left",
    "not-filled",
    "foreign-wording",
    "residue",
    "personal-data",
    "sign-off",
    "numbering",
    "words-copied",
    "words-procured",
    "words-goal",
    "cells-unread",
    "cells-unusable",
    "annexes-present",
    "filing-date",
    "content-after-filing",
    "large-change",
    "line-continuity",
    "mixed-precision",
    "new-or-gone",
    "number-as-text",
    "one-date",
    "project-line-words",
    "project-names",
    "project-title-parts",
    "renamed-lines",
    "required-blank",
    "same-field",
    "scale-outlier",
    "standard-weights",
    "unit-mismatch",
    "unit-twice",
    "scale-slip",
    "joint-rounding",
    "one-sided-tails",
    "words-activity",
    "words-against",
    "words-balance",
    "words-change",
    "words-claim",
    "words-indicator",
    "words-list",
    "words-none",
    "words-parts",
    "words-projects",
    "words-rate",
    "words-retired",
    "words-same",
    "words-share",
    "words-shares",
    "words-staff",
    "words-table",
    "words-total",
    "words-unit",
    "words-unit-type",
    "words-within",
];
