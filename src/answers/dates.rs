//! The day on which an explanation's expiry is judged: the user's, else the day the submission was filed.

use crate::facts::Submission;
use crate::forms::value::read_day;

/// The latest filing date that a submission bears, as `2025-06-06`.
#[must_use]
pub fn filed_on(submission: &Submission) -> Option<String> {
    let days = submission.tables.iter().filter_map(|table| read_day(&table.reading.field("填报日期")?.value));
    days.max().map(|day| day.to_string())
}
