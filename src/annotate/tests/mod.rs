//! Marks on packages made in code, one for each hard case.

mod container_cases;
mod content_cases;
mod fixture;
mod hard_cases;
mod listing_cases;
mod rebuild_cases;
mod undo_cases;

pub(super) use fixture::{Fixture, mark, text_of};
