//! Marks on packages made in code, one for each hard case.

mod fixture;
mod hard_cases;
mod listing_cases;
mod rebuild_cases;
mod undo_cases;

pub(super) use fixture::{Fixture, mark, text_of};
