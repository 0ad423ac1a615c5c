//! A person at a workbook: finds a cell by heading and row, and types into it.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use gouji::model::CellRef;
use gouji::read::{Book, read_book};

/// A workbook that is being typed into.
pub struct Desk {
    bytes: Vec<u8>,
}

impl Desk {
    pub fn open(path: &Path) -> Self {
        Self { bytes: std::fs::read(path).expect("the workbook is there") }
    }

    pub fn save(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, &self.bytes).expect("writable");
    }

    pub fn book(&self) -> Book {
        read_book("typed.xlsx", self.bytes.clone()).expect("readable")
    }

    /// The number of a sheet and the text of its cells.
    fn find(&self, sheet: &str, text: &dyn Fn(&str) -> bool) -> Vec<CellRef> {
        let book = self.book();
        let sheet = book.sheets.iter().find(|one| one.name.contains(sheet)).expect("the sheet is there");
        sheet.cells.iter().filter(|(_, cell)| text(&cell.shown)).map(|(at, _)| *at).collect()
    }

    /// The rows that hold a text, and the column of a heading.
    pub fn rows(&self, sheet: &str, holding: &str) -> Vec<u32> {
        let mut rows: Vec<u32> = self.find(sheet, &|text| text.contains(holding)).iter().map(|at| at.row).collect();
        rows.dedup();
        rows
    }

    pub fn column(&self, sheet: &str, heading: &str) -> u32 {
        self.find(sheet, &|text| text == heading).first().unwrap_or_else(|| panic!("no column {heading}")).col
    }

    /// Types a text under a heading, in a row.
    pub fn type_in(&mut self, sheet: &str, row: u32, heading: &str, text: &str) {
        let col = self.column(sheet, heading);
        self.set(sheet, CellRef::new(row, col), text);
    }

    /// Puts a text, or a number where it is one, into a cell that the sheet holds already.
    pub fn set(&mut self, sheet: &str, at: CellRef, text: &str) {
        let part = self.part_of(sheet);
        let mut package = zip::ZipArchive::new(Cursor::new(self.bytes.clone())).expect("a package");
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..package.len() {
            let mut file = package.by_index(index).expect("a part");
            let name = file.name().expect("a name").into_owned();
            if name == part {
                let mut xml = String::new();
                file.read_to_string(&mut xml).expect("UTF-8");
                out.start_file(&name, zip::write::SimpleFileOptions::default()).expect("writable");
                out.write_all(with_cell(&xml, at, text).as_bytes()).expect("writable");
            } else {
                out.raw_copy_file(file).expect("copied");
            }
        }
        self.bytes = out.finish().expect("written").into_inner();
    }

    /// The part of a sheet: by the order of the workbook's tabs and its relationships.
    fn part_of(&self, sheet: &str) -> String {
        let mut package = zip::ZipArchive::new(Cursor::new(self.bytes.clone())).expect("a package");
        let mut text = |name: &str| {
            let mut text = String::new();
            package.by_name(name).expect("a part").read_to_string(&mut text).expect("UTF-8");
            text
        };
        let (workbook, relations) = (text("xl/workbook.xml"), text("xl/_rels/workbook.xml.rels"));
        let value = |element: &str, name: &str| {
            element
                .split(&format!(" {name}=\""))
                .nth(1)
                .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        };
        let tab =
            workbook.split("<sheet ").skip(1).find(|tab| value(&format!(" {tab}"), "name").unwrap().contains(sheet));
        let id = value(tab.expect("the tab is there"), "r:id").expect("an id");
        let relation = relations.split("<Relationship").find(|one| value(one, "Id").as_deref() == Some(&id));
        let target = value(relation.expect("a relationship"), "Target").expect("a target");
        target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)
    }
}

fn with_cell(xml: &str, at: CellRef, text: &str) -> String {
    let start = xml.find(&format!("<c r=\"{at}\"")).unwrap_or_else(|| panic!("{at} is not on the sheet"));
    let rest = &xml[start..];
    let tag = rest.find('>').expect("a tag") + 1;
    let end = if rest[..tag].ends_with("/>") { tag } else { rest.find("</c>").expect("an end") + 4 };
    let style = rest[..tag].split(" s=\"").nth(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
    let cell = if text.parse::<f64>().is_ok() {
        format!("<c r=\"{at}\"{style}><v>{text}</v></c>")
    } else {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<c r=\"{at}\"{style} t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    format!("{}{cell}{}", &xml[..start], &rest[end..])
}
