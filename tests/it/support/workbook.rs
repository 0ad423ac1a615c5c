//! A written workbook, opened by other eyes: cells and formulas by calamine, links from the XML itself.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

/// One sheet as it was written.
#[derive(Debug, Default)]
pub struct Written {
    /// Values by zero-based row and column.
    pub cells: BTreeMap<(u32, u32), Data>,
    pub formulas: BTreeMap<(u32, u32), String>,
    /// Links by the cell they stand in.
    pub links: BTreeMap<String, Link>,
    pub xml: String,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Inside { sheet: String, cell: String },
    Beside { path: String, sheet: String, cell: String },
}

impl Written {
    pub fn text(&self, row: u32, col: u32) -> String {
        self.cells.get(&(row, col)).map(ToString::to_string).unwrap_or_default()
    }

    pub fn last_row(&self) -> u32 {
        self.cells.keys().map(|(row, _)| *row).max().unwrap_or(0)
    }
}

/// Opens a workbook: its sheets in order.
pub fn open(bytes: &[u8]) -> Vec<(String, Written)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("an .xlsx");
    let mut package = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a package");
    let names = book.sheet_names().clone();
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let range = book.worksheet_range(&name).expect("a sheet");
            let (top, left) = range.start().unwrap_or((0, 0));
            let cells = range
                .used_cells()
                .map(|(row, col, value)| ((top + row as u32, left + col as u32), value.clone()))
                .collect();
            let formula = book.worksheet_formula(&name).expect("formulas");
            let (top, left) = formula.start().unwrap_or((0, 0));
            let formulas = formula
                .used_cells()
                .filter(|(_, _, text)| !text.is_empty())
                .map(|(row, col, text)| ((top + row as u32, left + col as u32), text.clone()))
                .collect();
            let xml = part(&mut package, &format!("xl/worksheets/sheet{}.xml", at + 1));
            let relations = part(&mut package, &format!("xl/worksheets/_rels/sheet{}.xml.rels", at + 1));
            let links = links(&xml, &relations);
            (name, Written { cells, formulas, links, xml })
        })
        .collect()
}

fn part(package: &mut zip::ZipArchive<Cursor<Vec<u8>>>, name: &str) -> String {
    let mut text = String::new();
    if let Ok(mut file) = package.by_name(name) {
        file.read_to_string(&mut text).expect("UTF-8");
    }
    text
}

fn links(xml: &str, relations: &str) -> BTreeMap<String, Link> {
    let target = |id: &str| {
        let at = relations.split("<Relationship ").find(|one| attribute(one, "Id").as_deref() == Some(id))?;
        attribute(at, "Target")
    };
    xml.split("<hyperlink ")
        .skip(1)
        .map(|one| {
            let place = attribute(one, "ref").expect("a place");
            let (sheet, cell) = split(&attribute(one, "location").expect("a location"));
            let link = match attribute(one, "r:id") {
                Some(id) => Link::Beside { path: target(&id).expect("a relationship"), sheet, cell },
                None => Link::Inside { sheet, cell },
            };
            (place, link)
        })
        .collect()
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let element = &element[..element.find('>')?];
    let value = element.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    Some(
        value
            .replace("&apos;", "'")
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

/// `'C1 附件2'!A5` as sheet and cell.
fn split(location: &str) -> (String, String) {
    let (sheet, cell) = location.rsplit_once('!').expect("a sheet and a cell");
    (sheet.trim_matches('\'').replace("''", "'"), cell.to_owned())
}
