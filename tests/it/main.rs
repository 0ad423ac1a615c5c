//! Integration tests, one binary so that polars is linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop where it stands")]
#![allow(
    clippy::similar_names,
    clippy::comparison_chain,
    clippy::needless_for_each,
    clippy::format_collect,
    clippy::struct_excessive_bools,
    reason = "plain words and plain steps are easier to hold against the code they test"
)]

mod support;

mod answers;
mod command_line;
mod compare;
mod county;
mod diagnose;
mod drafts;
mod formats;
mod fuzz_seeds;
mod guide;
mod layouts;
mod oracle;
mod page;
mod provinces;
mod queries;
mod reference;
mod run_summary;
mod season;
mod snapshots;
mod specs;
mod trust;
mod two_years;
mod unseen;
mod workpapers;
mod years_workbook;
