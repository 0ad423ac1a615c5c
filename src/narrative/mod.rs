//! Figures in sentences: passages of every annex → sentences with their mentions.
//!
//! A [`Mention`] is one figure with its span, unit, interval, the words it stands under, the part it plays (a value, a
//! task, a share, a change …) and the year it speaks of. What the words mean is declared in a [`Grammar`]; nothing here
//! knows of rules or tables. A text is walked once from left to right, and looks back over a bounded number of words
//! and mentions, so reading is linear in its length.

pub mod grammar;
pub mod lists;
pub mod mention;
pub mod number;
pub mod page;
pub mod sentence;
pub mod text;

pub use grammar::{Grammar, GrammarText, Sense};
pub use lists::{Claim, List};
pub use mention::{Mention, Part};
pub use page::{Narrative, Sentence, read_narrative};
