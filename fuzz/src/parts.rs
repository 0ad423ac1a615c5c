//! A package spelled as text, so that an input reaches the parts and not only the zip around them.
//!
//! ```text
//! <worksheet>…</worksheet>             the first sheet, up to the first line that names a part
//! //// xl/styles.xml
//! <styleSheet>…</styleSheet>
//! ```
//!
//! Parts that a workbook needs and an input does not spell are added, so a sheet alone is a workbook.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const NAMED: &[u8] = b"//// ";
const FIRST: &str = "xl/worksheets/sheet1.xml";
/// An open document needs none of the parts of the others.
const OPEN_DOCUMENT: &str = "content.xml";
/// More than any seed has; the number of parts is not what is looked for here.
const MOST_PARTS: usize = 24;

const NEEDED: [(&str, &str); 6] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="附件2" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="10"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>三公经费</t></si><si><r><t>年初</t></r><r><t>预算数</t></r></si></sst>"#,
    ),
];

/// Makes a workbook of an input: a package or an old workbook as it stands, else the parts that it spells.
pub fn workbook(data: &[u8], method: CompressionMethod) -> Vec<u8> {
    if data.starts_with(b"PK") || data.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return data.to_vec();
    }
    let mut parts = spelled(data);
    if !parts.iter().any(|(name, _)| name == OPEN_DOCUMENT) {
        for (name, text) in NEEDED {
            if !parts.iter().any(|(spelled, _)| spelled == name) {
                parts.push((name.to_owned(), text.as_bytes()));
            }
        }
    }
    pack(&parts, method).unwrap_or_default()
}

fn spelled(data: &[u8]) -> Vec<(String, &[u8])> {
    let mut parts = Vec::new();
    let (mut name, mut from, mut at) = (FIRST.to_owned(), 0, 0);
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        let next = at + line.len();
        if let Some(named) = line.strip_prefix(NAMED)
            && parts.len() < MOST_PARTS
        {
            parts.push((name, data[from..at].trim_ascii_end()));
            (name, from) = (String::from_utf8_lossy(named.trim_ascii()).into_owned(), next);
        }
        at = next;
    }
    parts.push((name, data[from..].trim_ascii_end()));
    parts.retain(|(name, bytes)| name != FIRST || !bytes.is_empty());
    parts
}

/// None where a zip cannot hold the parts: two of one name, or a name that is too long.
fn pack(parts: &[(String, &[u8])], method: CompressionMethod) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), options).ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}
