//! Why a workbook could not be marked, in words with the cure.

use crate::model::Words;
use crate::ooxml::PackageError;

/// What stands in the way of marking.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnnotateError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error("mark {number} names sheet `{sheet}`, which the workbook does not have")]
    UnknownSheet { number: usize, sheet: String, known: Vec<String> },
    #[error("mark {number} names `{sheet}`, which holds no cells (a chart or macro sheet)")]
    NotAWorksheet { number: usize, sheet: String },
    #[error("the workbook could not be rebuilt: {why}")]
    Rebuild { why: String },
}

impl AnnotateError {
    /// Says for people what is wrong and what to do about it.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Package(error) => error.words(),
            Self::UnknownSheet { number, sheet, known } => Words::new(
                format!("第 {number} 个标记的工作表“{sheet}”不在工作簿中。现有工作表：{}。", known.join("、")),
                format!(
                    "Mark {number} names sheet `{sheet}`, which is not in the workbook. It has: {}.",
                    known.join(", ")
                ),
            ),
            Self::NotAWorksheet { number, sheet } => Words::new(
                format!("第 {number} 个标记所在的“{sheet}”是图表或宏表，没有单元格。请改标在数据表上。"),
                format!("Mark {number} is on `{sheet}`, a chart or macro sheet without cells. Put it on a worksheet."),
            ),
            Self::Rebuild { why } => Words::new(
                format!("无法重建为 .xlsx：{why}。请用 Excel 或 WPS 另存为 .xlsx 后再试。"),
                format!("It could not be rebuilt as .xlsx: {why}. Save it as .xlsx in Excel or WPS and try again."),
            ),
        }
    }
}

/// Why a list of marks cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarksError {
    #[error("the marks are not valid JSON of the form {{\"marks\":[…]}}: {why}")]
    Json { why: String },
    #[error("mark {number} ({sheet}): `{cell}` is not a cell address such as B3")]
    Cell { number: usize, sheet: String, cell: String },
    #[error("mark {number} ({sheet}!{cell}): severity `{severity}` is none of error, warning, note")]
    Severity { number: usize, sheet: String, cell: String, severity: String },
    #[error("mark {number}: it names no sheet")]
    Sheet { number: usize },
}

impl MarksError {
    /// Says for people what is wrong and what to do about it.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Json { why } => Words::new(
                format!(
                    "标记文件不是要求的 JSON（{why}）。格式：{{\"marks\":[{{\"sheet\":\"Sheet1\",\"cell\":\"B3\",\"severity\":\"error\",\"note\":\"…\"}}]}}。"
                ),
                format!(
                    "The marks are not the JSON expected ({why}). The form is {{\"marks\":[{{\"sheet\":\"Sheet1\",\"cell\":\"B3\",\"severity\":\"error\",\"note\":\"…\"}}]}}."
                ),
            ),
            Self::Cell { number, sheet, cell } => Words::new(
                format!("第 {number} 个标记（{sheet}）的单元格“{cell}”不是有效地址，应如 B3。"),
                format!("Mark {number} ({sheet}): `{cell}` is not a cell address; write it like B3."),
            ),
            Self::Severity { number, sheet, cell, severity } => Words::new(
                format!("第 {number} 个标记（{sheet}!{cell}）的级别“{severity}”无效，应为 error、warning 或 note。"),
                format!(
                    "Mark {number} ({sheet}!{cell}): severity `{severity}` is unknown; use error, warning or note."
                ),
            ),
            Self::Sheet { number } => Words::new(
                format!("第 {number} 个标记没有写工作表名（sheet）。"),
                format!("Mark {number} names no sheet; give it in `sheet`."),
            ),
        }
    }
}
