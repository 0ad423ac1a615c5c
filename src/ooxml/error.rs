//! Why a package cannot be read or written, in words with the cure.

use crate::model::Words;

/// What stands in the way of reading or editing a package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("not a zip package: {why}")]
    NotAPackage { why: String },
    #[error("the workbook is encrypted with a password")]
    Encrypted,
    #[error("an OLE compound file, not a zip package (an old .xls?)")]
    CompoundFile,
    #[error("the package holds two parts named `{name}`")]
    DuplicatePart { name: String },
    #[error("entry `{name}` is encrypted or compressed in a way that workbooks do not use")]
    OddEntry { name: String },
    #[error("part `{name}` inflates to more than {limit} bytes")]
    TooBig { name: String, limit: u64 },
    #[error("part `{name}` is damaged: {why}")]
    Damaged { name: String, why: String },
    #[error("part `{name}` is missing")]
    Missing { name: String },
    #[error("part `{name}` declares a document type, which a workbook never needs")]
    Doctype { name: String },
    #[error("part `{name}` is not written in UTF-8")]
    Encoding { name: String },
    #[error("the package is not a spreadsheet of XML parts: {found}")]
    NotASpreadsheet { found: String },
    #[error("part `{name}` would need more than {limit} cell styles")]
    TooManyStyles { name: String, limit: usize },
    #[error("the package could not be written: {why}")]
    Unwritable { why: String },
}

impl PackageError {
    /// Says for people what is wrong and what to do about it.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::NotAPackage { .. } => Words::new(
                "文件不是完整的 Excel 工作簿（可能传输中断或改了扩展名）。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。",
                "The file is not a complete workbook (cut off, or renamed). Open it in Excel or WPS, save it as .xlsx and try again.",
            ),
            Self::Encrypted => Words::new(
                "工作簿设有打开密码，无法读取。请取消密码后重新提供。",
                "The workbook is protected by a password. Remove the password and try again.",
            ),
            Self::CompoundFile => Words::new(
                "这是旧格式（.xls 等）文件，不能在原件上标注。请另存为 .xlsx，或由本程序重建后标注。",
                "This is an old binary file (.xls or the like) and cannot be marked in place. Save it as .xlsx, or let it be rebuilt.",
            ),
            Self::DuplicatePart { name } => Words::new(
                format!(
                    "工作簿内有两个同名部件“{name}”，不同软件会读出不同内容，故不处理。请用 Excel 打开核对后另存。"
                ),
                format!(
                    "The workbook holds two parts named `{name}`; programs would read different figures from it. Open it in Excel, check it and save it again."
                ),
            ),
            Self::OddEntry { name } => Words::new(
                format!("工作簿部件“{name}”被加密或用了不支持的压缩方式。请用 Excel 打开后另存为 .xlsx。"),
                format!(
                    "Part `{name}` is encrypted or compressed in an unsupported way. Open it in Excel and save it as .xlsx."
                ),
            ),
            Self::TooBig { name, limit } => Words::new(
                format!("部件“{name}”解压后超过上限（{limit} 字节），疑为异常文件，故不处理。请核对来源。"),
                format!("Part `{name}` inflates beyond the limit of {limit} bytes. Check where the file came from."),
            ),
            Self::Damaged { name, why } => Words::new(
                format!("工作簿部件“{name}”已损坏（{why}）。请用 Excel 打开修复后另存。"),
                format!(
                    "Part `{name}` of the workbook is damaged ({why}). Open it in Excel, let it repair the file and save it."
                ),
            ),
            Self::Missing { name } => Words::new(
                format!("工作簿缺少部件“{name}”。请用 Excel 打开修复后另存。"),
                format!("The workbook lacks part `{name}`. Open it in Excel, let it repair the file and save it."),
            ),
            Self::Doctype { name } => Words::new(
                format!("部件“{name}”含有 DOCTYPE 声明，正常工作簿不会有，为安全起见不处理。"),
                format!("Part `{name}` declares a DOCTYPE, which no ordinary workbook does; it is refused for safety."),
            ),
            Self::Encoding { name } => Words::new(
                format!("部件“{name}”不是 UTF-8 编码，不能在原件上标注。请用 Excel 打开后另存。"),
                format!(
                    "Part `{name}` is not in UTF-8 and cannot be marked in place. Open it in Excel and save it again."
                ),
            ),
            Self::NotASpreadsheet { found } => Words::new(
                format!("文件不是 .xlsx／.xlsm 工作簿（{found}）。请提供 Excel 工作簿。"),
                format!("The file is not an .xlsx or .xlsm workbook ({found}). Supply an Excel workbook."),
            ),
            Self::TooManyStyles { limit, .. } => Words::new(
                format!("工作簿的单元格样式已接近 Excel 上限（{limit} 个），无法再加标记底色。请清理样式后再试。"),
                format!(
                    "The workbook is close to Excel's limit of {limit} cell styles. Clear unused styles and try again."
                ),
            ),
            Self::Unwritable { why } => Words::new(
                format!("标注后的工作簿写不出来：{why}。"),
                format!("The marked workbook could not be written: {why}."),
            ),
        }
    }
}
