//! Why a file could not be read, in words that name the cure.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::sniff::Kind;
use crate::model::Words;

/// A limit of [`super::Limits`] that a file went past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// Bytes of the file itself.
    File,
    /// Bytes of one inflated part.
    Part,
    /// Bytes of all inflated parts.
    Package,
    /// Inflated bytes for each packed byte.
    Ratio,
    /// Entries in the package.
    Entries,
    /// Cells of the workbook.
    Cells,
    /// Bytes of text in the cells.
    Text,
    /// Merged ranges of a sheet.
    Merges,
    /// Figures of a sheet that was recognised.
    Figures,
    /// Bytes of memory.
    Memory,
    /// Seconds of reading, recognising and checking.
    Seconds,
}

impl Bound {
    fn words(self) -> Words {
        match self {
            Self::File => Words::new("文件大小", "the size of the file"),
            Self::Part => Words::new("单个部件展开后的大小", "the size of one part once unpacked"),
            Self::Package => Words::new("全部部件展开后的大小", "the size of all parts once unpacked"),
            Self::Ratio => Words::new("压缩倍数", "how many times a part grows when unpacked"),
            Self::Entries => Words::new("包内条目数", "the number of entries in the package"),
            Self::Cells => Words::new("单元格数", "the number of cells"),
            Self::Text => Words::new("单元格文字的总量", "the text of all cells"),
            Self::Merges => Words::new("一张表的合并区域数", "the number of merged ranges of a sheet"),
            Self::Figures => Words::new("一张表读出的数", "the number of figures of a sheet"),
            Self::Memory => Words::new("所用的内存", "the memory that it takes"),
            Self::Seconds => Words::new("读取和核对的时间", "the time for reading and checking"),
        }
    }

    /// The option that raises it.
    #[must_use]
    pub fn flag(self) -> &'static str {
        match self {
            Self::File => "--max-file",
            Self::Part => "--max-part",
            Self::Package => "--max-unpacked",
            Self::Ratio => "--max-ratio",
            Self::Entries => "--max-entries",
            Self::Cells => "--max-cells",
            Self::Text => "--max-text",
            Self::Merges => "--max-merges",
            Self::Figures => "--max-figures",
            Self::Memory => "--max-memory",
            Self::Seconds => "--max-seconds",
        }
    }

    /// An amount as people say it: bytes in MB where they are whole MB or many, seconds with their word.
    fn amount(self, number: u64) -> Words {
        const MB: u64 = 1 << 20;
        match self {
            Self::File | Self::Part | Self::Package | Self::Text | Self::Memory => {
                let tenths = u128::from(number) * 10 / u128::from(MB);
                let text = if tenths % 10 == 0 {
                    format!("{} MB", tenths / 10)
                } else {
                    format!("{}.{} MB", tenths / 10, tenths % 10)
                };
                Words::new(text.clone(), text)
            }
            Self::Seconds => Words::new(format!("{number} 秒"), format!("{number} s")),
            _ => Words::new(number.to_string(), number.to_string()),
        }
    }
}

/// A file that cannot be read as a workbook: what it is, what was found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ReadError {
    #[error("{file} is empty: 0 bytes")]
    Empty { file: String },
    #[error("{file} is not a workbook but {}", kind.words().en)]
    NotWorkbook { file: String, kind: Kind },
    #[error("{file} is protected by a password")]
    Password { file: String },
    #[error("{file} is cut off: {detail}")]
    Truncated { file: String, detail: String },
    #[error("{file} is damaged in {part}: {detail}")]
    Corrupted { file: String, part: String, detail: String },
    #[error("{file} holds two parts named {part}")]
    DuplicatePart { file: String, part: String },
    #[error("{file} declares a document type in {part}")]
    DocumentType { file: String, part: String },
    #[error("{file} goes past the limit of {limit} ({bound:?}) in {part}: {found}")]
    TooLarge { file: String, part: String, bound: Bound, limit: u64, found: u64 },
    #[error("{file} keeps {part} in {encoding}, not in UTF-8")]
    Encoding { file: String, part: String, encoding: String },
    #[error("{file} has no worksheet that can be read")]
    NoSheets { file: String, why: Words },
    #[error("{file} broke the reader of {format}: {detail}")]
    ReaderFailed { file: String, format: String, detail: String },
}

impl ReadError {
    /// A file that took more than its time.
    #[must_use]
    pub fn late(file: &str, seconds: u64) -> Self {
        let (file, part) = (file.to_owned(), String::new());
        Self::TooLarge { file, part, bound: Bound::Seconds, limit: seconds, found: seconds }
    }

    /// Names the file that could not be read.
    pub fn file(&self) -> &str {
        match self {
            Self::Empty { file }
            | Self::NotWorkbook { file, .. }
            | Self::Password { file }
            | Self::Truncated { file, .. }
            | Self::Corrupted { file, .. }
            | Self::DuplicatePart { file, .. }
            | Self::DocumentType { file, .. }
            | Self::TooLarge { file, .. }
            | Self::Encoding { file, .. }
            | Self::NoSheets { file, .. }
            | Self::ReaderFailed { file, .. } => file,
        }
    }

    /// Says what happened, what was found and the cure, in both languages; without the file's name.
    pub fn words(&self) -> Words {
        match self {
            Self::Empty { .. } => Words::new(
                "文件是空的（0 字节），没有任何内容。请让报送单位重新发送。",
                "the file is empty (0 bytes). Ask the unit to send it again.",
            ),
            Self::NotWorkbook { kind, .. } => kind.refusal(),
            Self::Password { .. } => Words::new(
                "文件设有打开密码，无法读取。请用 Excel 或 WPS 打开后取消密码，另存一份再核对。",
                "the file needs a password to open. Remove the password in Excel or WPS, save a copy and check that.",
            ),
            Self::Truncated { detail, .. } => Words::new(
                format!("文件不完整，像是没有传完（{detail}）。请让报送单位重新发送。"),
                format!(
                    "the file is cut off, as if the transfer had stopped ({detail}). Ask the unit to send it again."
                ),
            ),
            Self::Corrupted { part, detail, .. } => Words::new(
                format!(
                    "文件已损坏：部件 {part} 读不出来（{detail}）。其中的数不可信，故整份不读。请用 Excel 或 WPS 打开后另存，或让报送单位重新发送。"
                ),
                format!(
                    "the file is damaged: its part {part} cannot be read ({detail}), so no figure of it can be trusted. Open it in Excel or WPS and save a copy, or ask the unit to send it again."
                ),
            ),
            Self::DuplicatePart { part, .. } => Words::new(
                format!(
                    "文件里有两个同名部件 {part}，各程序看到的数可能不同，故不读。请用 Excel 或 WPS 打开、核对后另存。"
                ),
                format!(
                    "the file holds two parts named {part}, and programs differ on which one counts. Open it in Excel or WPS, look it over and save a copy."
                ),
            ),
            Self::DocumentType { part, .. } => Words::new(
                format!(
                    "部件 {part} 带有文档类型声明（DOCTYPE），正常的工作簿没有，出于安全不读。请用 Excel 或 WPS 打开后另存。"
                ),
                format!(
                    "its part {part} carries a DOCTYPE, which no ordinary workbook has; it is refused for safety. Open it in Excel or WPS and save a copy."
                ),
            ),
            Self::TooLarge { part, bound, limit, found, .. } => too_large(part, *bound, *limit, *found),
            Self::Encoding { part, encoding, .. } => Words::new(
                format!("部件 {part} 的编码是 {encoding}，应为 UTF-8。请用 Excel 或 WPS 打开后另存为 .xlsx。"),
                format!(
                    "its part {part} is kept in {encoding} where UTF-8 is expected. Open it in Excel or WPS and save it as .xlsx."
                ),
            ),
            Self::NoSheets { why, .. } => Words::new(
                format!("文件里没有能读的工作表。{}请把附件放在普通工作表里再报。", why.zh),
                format!(
                    "the file has no worksheet that can be read. {}Put each annex on an ordinary worksheet.",
                    why.en
                ),
            ),
            Self::ReaderFailed { format, detail, .. } => Words::new(
                format!(
                    "按 {format} 格式读取时出错（{detail}），文件可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx。"
                ),
                format!(
                    "reading it as {format} failed ({detail}); it may be damaged. Open it in Excel or WPS and save it as .xlsx."
                ),
            ),
        }
    }
}

fn too_large(part: &str, bound: Bound, limit: u64, found: u64) -> Words {
    let what = bound.words();
    let (most, met) = (bound.amount(limit), bound.amount(found));
    let here = if part.is_empty() {
        Words::new("此文件", "this file")
    } else {
        Words::new(format!("“{part}”"), format!("\"{part}\""))
    };
    Words::new(
        format!(
            "超出读取上限：{}最多 {}，{}已达 {}。正常的报送件远不到此数，出于安全不读。请删去多余的内容后另存，或拆成几份；确需读取的，用 {} 放宽。",
            what.zh,
            most.zh,
            here.zh,
            met.zh,
            bound.flag()
        ),
        format!(
            "it goes past a limit: {} may be {} at most, and {} has come to {}. No ordinary submission comes near that. Delete what is not needed and save a copy, or split the file; if it must be read, raise the limit with {}.",
            what.en,
            most.en,
            here.en,
            met.en,
            bound.flag()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_names_its_cure_in_both_languages() {
        let file = || "甲单位/附件2.xlsx".to_owned();
        let part = || "xl/workbook.xml".to_owned();
        for error in [
            ReadError::Empty { file: file() },
            ReadError::NotWorkbook { file: file(), kind: Kind::WordDocument },
            ReadError::Password { file: file() },
            ReadError::Truncated { file: file(), detail: "x".into() },
            ReadError::Corrupted { file: file(), part: part(), detail: "x".into() },
            ReadError::DuplicatePart { file: file(), part: part() },
            ReadError::DocumentType { file: file(), part: part() },
            ReadError::TooLarge { file: file(), part: part(), bound: Bound::Ratio, limit: 1000, found: 1001 },
            ReadError::Encoding { file: file(), part: part(), encoding: "UTF-16".into() },
            ReadError::NoSheets { file: file(), why: Words::default() },
            ReadError::ReaderFailed { file: file(), format: ".xls".into(), detail: "x".into() },
        ] {
            let words = error.words();
            assert!(words.zh.contains('请') && !words.zh.contains("甲单位"), "{}", words.zh);
            assert!(
                words.en.to_lowercase().contains("ask") || words.en.contains("save") || words.en.contains("Put"),
                "{}",
                words.en
            );
            assert!(error.to_string().starts_with("甲单位/附件2.xlsx"));
            assert_eq!(error.file(), "甲单位/附件2.xlsx");
        }
    }
}
