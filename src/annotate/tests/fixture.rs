//! Small packages made in code.

use std::io::{Cursor, Read, Seek, Write};

use zip::write::FullFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::annotate::Mark;
use crate::model::Severity;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package under construction: parts by name, in order.
#[derive(Clone)]
pub(in crate::annotate) struct Fixture {
    parts: Vec<(String, Vec<u8>)>,
}

impl Fixture {
    /// Begins with one sheet `Sheet1` of given rows, and what may follow them.
    pub(in crate::annotate) fn new(rows: &str, after: &str) -> Self {
        let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
            <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
            <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
            <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
            <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
            <Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>";
        let styles = format!(
            "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/></font><font><color rgb=\"FFFFFFFF\"/></font></fonts>\
             <fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>\
             <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFC7CE\"/></patternFill></fill></fills>\
             <borders count=\"1\"><border/></borders><cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>\
             <xf numFmtId=\"10\" fontId=\"0\" fillId=\"0\" borderId=\"0\"><alignment horizontal=\"center\"/></xf>\
             <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\"/><xf numFmtId=\"0\" fontId=\"0\" fillId=\"2\" borderId=\"0\"/>\
             </cellXfs></styleSheet>"
        );
        let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData>{after}</worksheet>");
        let mut fixture = Self { parts: Vec::new() };
        fixture
            .put("[Content_Types].xml", types)
            .put("_rels/.rels", &relationships(&[("rId1", "officeDocument", "xl/workbook.xml")]))
            .put(
                "xl/workbook.xml",
                &format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets>\
                     <calcPr calcId=\"1\"/></workbook>"
                ),
            )
            .put(
                "xl/_rels/workbook.xml.rels",
                &relationships(&[("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "styles.xml")]),
            )
            .put("xl/styles.xml", &styles)
            .put("xl/worksheets/sheet1.xml", &sheet);
        fixture
    }

    /// Sets a part, in its place or at the end.
    pub(in crate::annotate) fn put(&mut self, name: &str, text: &str) -> &mut Self {
        match self.parts.iter_mut().find(|(other, _)| other == name) {
            Some((_, bytes)) => *bytes = text.as_bytes().to_vec(),
            None => self.parts.push((name.to_owned(), text.as_bytes().to_vec())),
        }
        self
    }

    /// Replaces a text in a part.
    pub(in crate::annotate) fn change(&mut self, name: &str, from: &str, to: &str) -> &mut Self {
        let text = self.parts.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes.clone()).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        self.put(name, &text.replace(from, to))
    }

    /// Renames a part.
    pub(in crate::annotate) fn rename(&mut self, from: &str, to: &str) -> &mut Self {
        for (name, _) in &mut self.parts {
            if name == from {
                to.clone_into(name);
            }
        }
        self
    }

    /// Leaves a part out.
    pub(in crate::annotate) fn drop(&mut self, name: &str) -> &mut Self {
        self.parts.retain(|(other, _)| other != name);
        self
    }

    /// Gives the first sheet its own relationships: id, kind and target.
    pub(in crate::annotate) fn relate(&mut self, list: &[(&str, &str, &str)]) -> &mut Self {
        self.put("xl/worksheets/_rels/sheet1.xml.rels", &relationships(list))
    }

    pub(in crate::annotate) fn bytes(&self) -> Vec<u8> {
        self.bytes_by(ZipWriter::new(Cursor::new(Vec::new())), |_| {
            FullFileOptions::default().last_modified_time(zip::DateTime::default())
        })
    }

    /// Writes the parts with options of their own, by name.
    pub(in crate::annotate) fn bytes_by(
        &self,
        writer: ZipWriter<Cursor<Vec<u8>>>,
        options: impl Fn(&str) -> FullFileOptions<'static, 'static>,
    ) -> Vec<u8> {
        self.write_to(writer, options).into_inner()
    }

    /// Writes the parts wherever a writer leads.
    pub(in crate::annotate) fn write_to<W: Write + Seek>(
        &self,
        mut writer: ZipWriter<W>,
        options: impl Fn(&str) -> FullFileOptions<'static, 'static>,
    ) -> W {
        for (name, bytes) in &self.parts {
            writer.start_file(name.as_str(), options(name)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap()
    }
}

fn relationships(list: &[(&str, &str, &str)]) -> String {
    let items = list.iter().fold(String::new(), |items, (id, kind, target)| {
        format!("{items}<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    });
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{items}</Relationships>"
    )
}

/// Reads one part of a package.
pub(in crate::annotate) fn text_of(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

pub(in crate::annotate) fn mark(cell: &str, severity: Severity, note: &str) -> Mark {
    Mark { sheet: "Sheet1".to_owned(), cell: cell.parse().unwrap(), severity, note: note.to_owned() }
}
