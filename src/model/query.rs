//! 反馈单: the questions to one unit as they were sent, kept in the list itself.

use serde::{Deserialize, Serialize};

use super::explanation::Given;

/// What the hidden sheet of a query list says of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub schema: String,
    pub entity: String,
    pub year: Option<i32>,
    pub lang: String,
    pub questions: usize,
}

/// The schema of the hidden sheet.
pub const SCHEMA: &str = "gouji.query/1";

/// One question as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub number: usize,
    pub key: String,
    pub code: String,
    pub class: String,
    pub severity: String,
    pub verdict: String,
    pub figures: Vec<Given>,
    /// As printed, by the headings of their columns.
    pub texts: Vec<(String, String)>,
}
