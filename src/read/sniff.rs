//! What a file is, by its bytes and never by its name.

use serde::{Deserialize, Serialize};

use crate::model::Words;

/// What the first bytes of a file, or the inside of its package, say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A zip package, to be looked into.
    Zip,
    /// A compound file (MS-CFB), to be looked into.
    Compound,
    WordDocument,
    Presentation,
    /// An `OpenDocument` text or presentation.
    OpenDocument,
    Pdf,
    Html,
    /// A workbook saved as one XML file (Excel 2003 XML or flat `OpenDocument`).
    FlatXml,
    Xml,
    Rtf,
    Image,
    /// RAR, 7z or gzip.
    Archive,
    /// A zip that is no workbook.
    ZipArchive,
    /// An old binary workbook without a compound file around it (Excel 2 to 4).
    BareBiff,
    /// A compound file that is no workbook.
    OtherCompound,
    /// The owner file that Excel or WPS keeps beside an open workbook.
    LockFile,
    Text,
    Unknown,
}

impl Kind {
    /// Names the kind.
    pub fn words(self) -> Words {
        match self {
            Self::Zip | Self::ZipArchive => Words::new("普通压缩包（zip）", "a plain zip archive"),
            Self::Compound | Self::OtherCompound => {
                Words::new("一份旧式复合文档，里面没有工作簿", "a compound file without a workbook in it")
            }
            Self::WordDocument => Words::new("Word 文档", "a Word document"),
            Self::Presentation => Words::new("演示文稿", "a presentation"),
            Self::OpenDocument => {
                Words::new("OpenDocument 文档（不是表格）", "an OpenDocument file that is no spreadsheet")
            }
            Self::Pdf => Words::new("PDF 文件", "a PDF file"),
            Self::Html => Words::new("网页（HTML）", "a web page (HTML)"),
            Self::FlatXml => Words::new("单个 XML 形式的表格", "a spreadsheet saved as one XML file"),
            Self::Xml => Words::new("XML 文件", "an XML file"),
            Self::Rtf => Words::new("RTF 文档", "an RTF document"),
            Self::Image => Words::new("图片", "a picture"),
            Self::Archive => Words::new("压缩包（RAR、7z 或 gzip）", "an archive (RAR, 7z or gzip)"),
            Self::BareBiff => Words::new("Excel 2 至 4 的旧式工作表", "a worksheet of Excel 2 to 4"),
            Self::LockFile => Words::new("工作簿打开时留下的占用标记", "the lock file of a workbook that is open"),
            Self::Text => Words::new("纯文本", "plain text"),
            Self::Unknown => Words::new("无法识别的文件", "a file of unknown kind"),
        }
    }

    /// Says what the file is, what is read, and the cure.
    pub fn refusal(self) -> Words {
        let name = self.words();
        let (zh, en) = self.cure();
        Words::new(
            format!("这不是工作簿，而是{}。勾稽只读工作簿（.xlsx、.xlsm、.xlsb、.xls、.ods）。{zh}", name.zh),
            format!(
                "this is not a workbook but {}. gouji reads workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods). {en}",
                name.en
            ),
        )
    }

    fn cure(self) -> (&'static str, &'static str) {
        match self {
            Self::WordDocument | Self::Rtf | Self::OpenDocument => (
                "请向报送单位索取 .xlsx；没有的话，把各附件的表格分别粘贴到工作表里再核对。",
                "Ask the unit for the .xlsx, or paste each annex into a sheet of its own.",
            ),
            Self::Pdf | Self::Image | Self::Presentation => {
                ("请向报送单位索取 .xlsx 原件。", "Ask the unit for the .xlsx that it was made from.")
            }
            Self::Html | Self::FlatXml | Self::Xml | Self::Text | Self::BareBiff => {
                ("请用 Excel 或 WPS 打开后另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx.")
            }
            Self::Archive | Self::Zip | Self::ZipArchive => (
                "请先解压，再核对里面的工作簿；或请报送单位发送 .xlsx。",
                "Unpack it and check the workbooks inside, or ask the unit for the .xlsx.",
            ),
            Self::LockFile => (
                "请关闭正在打开的工作簿，核对工作簿本身即可。",
                "Close the workbook, save it, and check the workbook itself.",
            ),
            Self::Compound | Self::OtherCompound | Self::Unknown => (
                "请向报送单位索取 .xlsx，或用 Excel 或 WPS 打开后另存为 .xlsx。",
                "Ask the unit for the .xlsx, or open it in Excel or WPS and save it as .xlsx.",
            ),
        }
    }
}

/// Signatures at the start of a file, the longest first where one begins another.
const SIGNATURES: [(&[u8], Kind); 19] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Compound),
    (b"%PDF-", Kind::Pdf),
    (b"{\\rtf", Kind::Rtf),
    (b"\x89PNG", Kind::Image),
    (b"\xFF\xD8\xFF", Kind::Image),
    (b"GIF8", Kind::Image),
    (b"BM", Kind::Image),
    (b"II*\0", Kind::Image),
    (b"MM\0*", Kind::Image),
    (b"Rar!", Kind::Archive),
    (b"7z\xBC\xAF\x27\x1C", Kind::Archive),
    (b"\x1F\x8B", Kind::Archive),
    (b"\x09\x00\x04\x00", Kind::BareBiff),
    (b"\x09\x02\x06\x00", Kind::BareBiff),
    (b"\x09\x04\x06\x00", Kind::BareBiff),
    (b"\x09\x08", Kind::BareBiff),
    (b"\x00\x05\x16\x07", Kind::LockFile),
];

/// Bytes looked at for words.
const HEAD: usize = 4096;

/// Recognises a file by its first bytes.
pub(super) fn sniff(bytes: &[u8]) -> Kind {
    for (signature, kind) in SIGNATURES {
        if bytes.starts_with(signature) {
            return kind;
        }
    }
    if is_lock_file(bytes) {
        return Kind::LockFile;
    }
    if zip_after_other_bytes(bytes) {
        return Kind::Zip;
    }
    sniff_text(bytes)
}

/// Excel's owner file is a length, a name padded with blanks, and little else.
fn is_lock_file(bytes: &[u8]) -> bool {
    let owner = bytes.len() < 512 && bytes.first().is_some_and(|n| (1..=54).contains(n)) && bytes.contains(&b' ');
    (owner && bytes.get(54).is_some_and(|n| *n == bytes[0] + 1 || *n == bytes[0]))
        || (bytes.len() < 512 && bytes.starts_with(b",") && bytes.windows(5).any(|w| w == b"file:"))
}

/// A zip may stand behind other bytes; then its directory is at the end.
fn zip_after_other_bytes(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    tail.windows(4).any(|w| w == b"PK\x05\x06") && bytes.windows(4).any(|w| w == b"PK\x01\x02")
}

fn sniff_text(bytes: &[u8]) -> Kind {
    let head = &bytes[..bytes.len().min(HEAD)];
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let plain: Vec<u8> = head.iter().copied().filter(|b| *b != 0 || !utf16).collect();
    let lower = String::from_utf8_lossy(&plain).to_lowercase();
    let text = lower.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{FFFD}');
    if text.starts_with("<?xml") || text.starts_with('<') {
        return sniff_markup(text);
    }
    let control = plain.iter().filter(|b| **b < 32 && !matches!(**b, b'\t' | b'\n' | b'\r' | 12)).count();
    if plain.is_empty() || control > 0 { Kind::Unknown } else { Kind::Text }
}

fn sniff_markup(text: &str) -> Kind {
    if text.contains("urn:schemas-microsoft-com:office:spreadsheet") && !text.contains("<html")
        || text.contains("opendocument:xmlns:office")
    {
        Kind::FlatXml
    } else if ["<html", "<!doctype html", "<table", "<body", "<meta"].iter().any(|tag| text.contains(tag)) {
        Kind::Html
    } else if text.contains("wordprocessingml") || text.contains("office:word") {
        Kind::WordDocument
    } else if text.starts_with("<?xml") {
        Kind::Xml
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_a_file_is() {
        for (bytes, kind) in [
            (&b"PK\x03\x04rest"[..], Kind::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Compound),
            (b"%PDF-1.7", Kind::Pdf),
            (b"\n <html><table>", Kind::Html),
            (b"<?xml version=\"1.0\"?><html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", Kind::Html),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Kind::FlatXml,
            ),
            (b"{\\rtf1", Kind::Rtf),
            (b"\x89PNG\r\n", Kind::Image),
            ("单位,金额\n甲,3".as_bytes(), Kind::Text),
            (b"\x00\x01\x02\x03", Kind::Unknown),
            (b"Rar!\x1a\x07", Kind::Archive),
            (b",user,host,22.11.2026 20:00,file:///x;", Kind::LockFile),
        ] {
            assert_eq!(sniff(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_word_document_is_told_how_to_become_a_workbook() {
        let words = Kind::WordDocument.refusal();
        assert!(words.zh.contains("Word") && words.zh.contains(".xlsx") && words.zh.contains("粘贴"));
        assert!(
            words.en.contains("Word document")
                && words.en.contains("reads workbooks")
                && words.en.contains("paste each annex")
        );
    }
}
