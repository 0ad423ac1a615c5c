//! Rules as text that an officer can read: TOML → formula → [`ast`] → [`resolve`]d slots → polars [`plan`].
//!
//! A pack holds the built-in rules and a user's own; a pack with one bad rule does not run and says where.

pub mod ast;
pub mod lex;
pub mod pack;
pub mod parse;
pub mod plan;
pub mod resolve;

pub use pack::{Body, Pack, Rule, RuleError};
pub use resolve::{Fold, Goal, Scope, Select, Slot, Source, Term, Which};

/// Checks that no formula says; `reconcile` holds their procedures.
pub const CHECKS: [&str; 41] = [
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
    "words-activity",
    "words-against",
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
    "words-unit",
    "words-unit-type",
    "words-within",
];
