//! Integration tests, one binary so that polars is linked once.

mod support;

mod command_line;
mod layouts;
mod oracle;
mod reference;
mod snapshots;
mod specs;
