//! Running twice equals running once, and what people typed stays.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::listing_cases::{LIST, listing, row};
use super::{Fixture, mark, text_of};
use crate::annotate::{annotate, remove};
use crate::model::Severity;

pub(super) fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Takes a package apart, changes some parts, leaves some out, and packs it again.
fn saved_by_another(bytes: &[u8], change: impl Fn(&str, String) -> Option<String>) -> Vec<u8> {
    let mut fixture = Fixture::new("", "");
    for (name, _) in parts(&fixture.bytes()) {
        fixture.drop(&name);
    }
    for (name, content) in parts(bytes) {
        if let Some(text) = change(&name, String::from_utf8(content).unwrap()) {
            fixture.put(&name, &text);
        }
    }
    fixture.bytes()
}

fn source() -> Vec<u8> {
    Fixture::new("<row r=\"3\"><c r=\"B3\" s=\"3\"><v>275.3</v></c></row>", "<pageMargins left=\"1\"/>").bytes()
}

#[test]
fn twice_is_once_and_removal_gives_the_workbook_back() {
    let marks = [mark("B3", Severity::Error, "不平"), mark("D9", Severity::Note, "尾差")];
    let list = listing(vec![row(1, "k1")]);
    let once = annotate(&source(), &marks, Some(&list)).unwrap().bytes;
    assert_eq!(annotate(&source(), &marks, Some(&list)).unwrap().bytes, once);
    assert_eq!(annotate(&once, &marks, Some(&list)).unwrap().bytes, once);
    assert_eq!(parts(&remove(&once).unwrap().bytes), parts(&source()));
    let other = annotate(&source(), &marks[1..], None).unwrap().bytes;
    assert_eq!(parts(&annotate(&once, &marks[1..], None).unwrap().bytes), parts(&other));
    assert!(remove(&source()).unwrap().notices[0].en.contains("no marks"));
}

/// Types a remark into the first finding's row of the list.
fn typed(sheet: &str) -> String {
    let at = sheet.find("<c r=\"L4\"").unwrap();
    let end = at + sheet[at..].find("/>").unwrap();
    format!("{} t=\"inlineStr\"><is><t>已核实</t></is></c>{}", &sheet[..end], &sheet[end + 2..])
}

#[test]
fn what_was_typed_is_carried_over_and_outlives_its_finding() {
    let marks = [mark("B3", Severity::Error, "不平")];
    let once = annotate(&source(), &marks, Some(&listing(vec![row(1, "k1"), row(2, "k2")]))).unwrap().bytes;
    let edited = saved_by_another(&once, |name, text| Some(if name == LIST { typed(&text) } else { text }));
    let moved = annotate(&edited, &marks, Some(&listing(vec![row(1, "k0"), row(2, "k1")]))).unwrap().bytes;
    let sheet = text_of(&moved, LIST);
    assert!(sheet.contains("r=\"L5\"") && sheet[sheet.find("r=\"L5\"").unwrap()..].contains("已核实"));
    let gone = annotate(&moved, &marks, Some(&listing(vec![row(1, "k0")]))).unwrap().bytes;
    let sheet = text_of(&gone, LIST);
    assert!(sheet.contains("已消除") && sheet.contains("已核实") && !sheet.contains(">k2<"));
    assert_eq!(annotate(&gone, &marks, Some(&listing(vec![row(1, "k0")]))).unwrap().bytes, gone);
    let unlisted = annotate(&gone, &marks, None).unwrap();
    assert!(unlisted.notices.iter().any(|notice| notice.en.contains("not carried over")));
}

#[test]
fn marks_are_known_without_the_ledger() {
    let marks = [mark("B3", Severity::Error, "不平")];
    let once = annotate(&source(), &marks, Some(&listing(vec![row(1, "k1")]))).unwrap().bytes;
    let saved = saved_by_another(&once, |name, text| match name {
        "xl/goujiComments.xml" => None,
        "xl/_rels/workbook.xml.rels" => {
            let at = text.find("urn:gouji").unwrap();
            let start = text[..at].rfind("<Relationship ").unwrap();
            Some(format!("{}{}", &text[..start], &text[start + text[start..].find("/>").unwrap() + 2..]))
        }
        LIST => Some(typed(&text)),
        // LibreOffice writes a blank for every author.
        "xl/comments1.xml" => Some(text.replace("<author>勾稽 gouji</author>", "<author> </author>")),
        _ => Some(text),
    });
    let removed = remove(&saved).unwrap();
    assert!(removed.notices[0].en.contains("Another program"));
    let names: Vec<String> = parts(&removed.bytes).into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&LIST.to_owned()));
    assert!(!text_of(&removed.bytes, "xl/workbook.xml").contains("勾稽结果"));
    assert!(!text_of(&removed.bytes, "xl/comments1.xml").contains("不平"));
    assert!(!text_of(&removed.bytes, "xl/drawings/vmlDrawing1.vml").contains("ObjectType=\"Note\""));
    // Its own fill had the colour of our mark and comes back.
    let sheet = text_of(&removed.bytes, "xl/worksheets/sheet1.xml");
    let styles = text_of(&removed.bytes, "xl/styles.xml");
    assert!(sheet.contains("<v>275.3</v>") && !sheet.contains("s=\"4\""), "{sheet} {styles}");
    let again = annotate(&saved, &marks, Some(&listing(vec![row(1, "k1")]))).unwrap().bytes;
    assert!(text_of(&again, LIST).contains("已核实"));
}

#[test]
fn a_forged_ledger_changes_no_figure() {
    let once = annotate(&source(), &[mark("B3", Severity::Error, "不平")], None).unwrap().bytes;
    // The undo that restores the style is turned on the value: same length, other digits.
    let sheet = text_of(&once, "xl/worksheets/sheet1.xml");
    let (style, value) = (sheet.find("s=\"4\"").unwrap() + 3, sheet.find("275.3").unwrap());
    let forged = saved_by_another(&once, |name, text| {
        Some(if name == "xl/goujiComments.xml" {
            text.replace(
                &format!("<edit at=\"{style}\" old=\"34\" new=\"33\"/>"),
                &format!("<edit at=\"{value}\" old=\"32\" new=\"39\"/>"),
            )
        } else {
            text
        })
    });
    assert!(text_of(&forged, "xl/goujiComments.xml").contains("old=\"32\" new=\"39\""));
    let out = annotate(&forged, &[mark("B3", Severity::Error, "不平")], None).unwrap().bytes;
    assert!(text_of(&out, "xl/worksheets/sheet1.xml").contains("<v>275.3</v>"));
}
