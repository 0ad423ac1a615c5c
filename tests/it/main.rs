//! Integration tests, one binary so that polars is linked once.

mod support;

mod oracle;
mod specs;
