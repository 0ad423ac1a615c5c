//! What makes marking hard, one package each.

use super::undo_cases::parts;
use super::{Fixture, mark, text_of};
use crate::annotate::{AnnotateError, Mark, annotate};
use crate::model::CellRef;
use crate::model::Severity::{Error, Note, Warning};
use crate::ooxml::PackageError;

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// Marks cells and gives the sheet part.
fn sheet_after(fixture: &Fixture, cells: &[&str]) -> String {
    let marks: Vec<_> = cells.iter().map(|cell| mark(cell, Error, "不平")).collect();
    text_of(&annotate(&fixture.bytes(), &marks, None).unwrap().bytes, SHEET)
}

fn rows_of(sheet: &str) -> &str {
    let from = sheet.find("sheetData>").unwrap() + "sheetData>".len();
    &sheet[from..sheet.find("</sheetData>").or_else(|| sheet.find("</x:sheetData>")).unwrap()]
}

/// Marks cells of rows and compares the rows that come back.
fn check(rows: &str, cells: &[&str], expect: &str) {
    let sheet = sheet_after(&Fixture::new(rows, ""), cells);
    assert_eq!(rows_of(&sheet), expect);
}

#[test]
fn a_cell_keeps_all_but_its_style() {
    check(
        "<row r=\"1\" spans=\"1:2\"><c r=\"A1\" s=\"1\" t=\"str\"><f>B1</f><v>x</v></c><c r=\"B1\"><v>275.30</v></c></row>",
        &["A1", "B1"],
        "<row r=\"1\" spans=\"1:2\"><c r=\"A1\" s=\"4\" t=\"str\"><f>B1</f><v>x</v></c><c r=\"B1\" s=\"5\"><v>275.30</v></c></row>",
    );
}

#[test]
fn missing_cells_and_rows_come_in_their_order() {
    check(
        "<row r=\"2\"><c r=\"B2\"/><c r=\"D2\"/></row><row r=\"5\"/>",
        &["A2", "C2", "E2", "B3", "A1", "C5", "B9"],
        "<row r=\"1\"><c r=\"A1\" s=\"4\"/></row><row r=\"2\"><c r=\"A2\" s=\"4\"/><c r=\"B2\"/><c r=\"C2\" s=\"4\"/><c r=\"D2\"/>\
         <c r=\"E2\" s=\"4\"/></row><row r=\"3\"><c r=\"B3\" s=\"4\"/></row><row r=\"5\"><c r=\"C5\" s=\"4\"/></row>\
         <row r=\"9\"><c r=\"B9\" s=\"4\"/></row>",
    );
}

#[test]
fn places_may_be_left_unsaid() {
    check(
        "<row><c/><c><v>1</v></c></row><row><c/></row>",
        &["B1", "B2", "C1"],
        "<row><c/><c s=\"4\"><v>1</v></c><c r=\"C1\" s=\"4\"/></row><row><c/><c r=\"B2\" s=\"4\"/></row>",
    );
}

#[test]
fn rows_out_of_order_stay_so() {
    check(
        "<row r=\"5\"><c r=\"A5\"/></row><row r=\"3\"><c r=\"A3\"/></row>",
        &["A3", "A4"],
        "<row r=\"4\"><c r=\"A4\" s=\"4\"/></row><row r=\"5\"><c r=\"A5\"/></row><row r=\"3\"><c r=\"A3\" s=\"4\"/></row>",
    );
}

#[test]
fn new_cells_take_the_style_of_their_row_or_column() {
    let mut fixture = Fixture::new("<row r=\"1\" s=\"1\" customFormat=\"1\"/>", "");
    fixture.change(SHEET, "<sheetData>", "<cols><col min=\"2\" max=\"2\" style=\"1\"/></cols><sheetData>");
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, ""), mark("B7", Error, ""), mark("C7", Error, "")], None);
    let out = out.unwrap().bytes;
    let sheet = text_of(&out, SHEET);
    assert!(
        sheet.contains("<c r=\"A1\" s=\"4\"/>") && sheet.contains("<c r=\"B7\" s=\"4\"/><c r=\"C7\" s=\"5\"/>"),
        "{sheet}"
    );
    let styles = text_of(&out, "xl/styles.xml");
    assert!(
        styles.contains("<xf numFmtId=\"10\" fontId=\"0\" fillId=\"3\" borderId=\"0\" applyFill=\"1\"><alignment"),
        "{styles}"
    );
    assert!(styles.contains("<cellXfs count=\"6\">") && styles.contains("<fills count=\"4\">"));
}

#[test]
fn a_mark_inside_a_merged_range_goes_to_its_first_cell() {
    let merges = "<mergeCells count=\"1\"><mergeCell ref=\"B2:D4\"/></mergeCells>";
    let sheet = sheet_after(&Fixture::new("<row r=\"2\"><c r=\"B2\" s=\"1\"/></row>", merges), &["C3"]);
    assert!(rows_of(&sheet) == "<row r=\"2\"><c r=\"B2\" s=\"4\"/></row>", "{sheet}");
}

#[test]
fn the_heaviest_mark_colours_the_cell() {
    let marks = [mark("A1", Note, "一"), mark("A1", Error, "二"), mark("A1", Warning, "三")];
    let out = annotate(&Fixture::new("", "").bytes(), &marks, None).unwrap().bytes;
    assert!(text_of(&out, "xl/styles.xml").contains("FFFFC7CE\"/><bgColor"));
    let comments = text_of(&out, "xl/comments1.xml");
    assert_eq!(comments.matches("<comment ").count(), 1);
    let (two, three, one) = (comments.find('二'), comments.find('三'), comments.find('一'));
    assert!(two < three && three < one, "{comments}");
}

#[test]
fn the_fill_differs_from_the_cells_own_and_suits_white_writing() {
    let rows = "<row r=\"1\"><c r=\"A1\" s=\"2\"/><c r=\"B1\" s=\"3\"/></row>";
    let out = annotate(&Fixture::new(rows, "").bytes(), &[mark("A1", Error, ""), mark("B1", Error, "")], None);
    let styles = text_of(&out.unwrap().bytes, "xl/styles.xml");
    assert!(styles.contains("FFC00000") && styles.contains("FFFFA7A7"), "{styles}");
}

#[test]
fn strict_and_prefixed_parts_keep_their_dialect_and_prefix() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "<pageMargins left=\"1\"/><tableParts/>");
    fixture.put(
        SHEET,
        "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><x:row r=\"1\"><x:c r=\"B1\"/></x:row>\
         </x:sheetData><x:pageMargins left=\"1\"/><x:tableParts/></x:worksheet>",
    );
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x"), mark("B2", Error, "x")], None).unwrap().bytes;
    let sheet = text_of(&out, SHEET);
    assert!(
        sheet.contains("<x:c r=\"A1\" s=\"4\"/><x:c r=\"B1\"/></x:row><x:row r=\"2\"><x:c r=\"B2\" s=\"4\"/></x:row>"),
        "{sheet}"
    );
    assert!(sheet.contains("<x:pageMargins left=\"1\"/><x:legacyDrawing xmlns:r=\"http://purl.oclc.org/ooxml/officeDocument/relationships\""));
    assert!(
        text_of(&out, "xl/worksheets/_rels/sheet1.xml.rels")
            .contains("purl.oclc.org/ooxml/officeDocument/relationships/comments")
    );
    assert!(text_of(&out, "xl/comments1.xml").contains("purl.oclc.org/ooxml/spreadsheetml/main"));
}

#[test]
fn prefixed_styles_grow_with_their_prefix() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    fixture.put(
        "xl/styles.xml",
        "<x:styleSheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:fills><x:fill/></x:fills><x:dxfs/></x:styleSheet>",
    );
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x")], None).unwrap().bytes;
    let styles = text_of(&out, "xl/styles.xml");
    assert!(
        styles.contains("gray125")
            && styles.contains("<x:cellXfs count=\"2\"><x:xf")
            && styles.contains("fillId=\"2\""),
        "{styles}"
    );
    assert!(
        styles.find("<x:fonts") < styles.find("<x:fills") && styles.find("<x:borders") < styles.find("<x:cellXfs"),
        "{styles}"
    );
}

#[test]
fn a_workbook_without_styles_gets_some() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    fixture.drop("xl/styles.xml").change("xl/_rels/workbook.xml.rels", "/styles\"", "/theme\"");
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x")], None).unwrap().bytes;
    assert!(text_of(&out, "xl/styles.xml").contains("<cellXfs count=\"2\">"));
    assert!(text_of(&out, "xl/_rels/workbook.xml.rels").contains("/xl/styles.xml"));
}

#[test]
fn a_list_of_styles_that_nothing_leads_to_is_not_taken_over() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    fixture.change("xl/_rels/workbook.xml.rels", "/styles\"", "/theme\"");
    let bytes = fixture.bytes();
    let out = annotate(&bytes, &[mark("A1", Error, "x")], None).unwrap().bytes;
    assert_eq!(text_of(&out, "xl/styles.xml"), text_of(&bytes, "xl/styles.xml"));
    assert!(text_of(&out, "xl/_rels/workbook.xml.rels").contains("/xl/styles1.xml"));
}

/// A sheet that has a note at B2, its drawing, and a control in it.
fn with_notes(author: &str) -> Fixture {
    let mut fixture = Fixture::new("<row r=\"2\"><c r=\"B2\"/></row>", "<legacyDrawing xmlns:r=\"r\" r:id=\"rId7\"/>");
    fixture.relate(&[("rId7", "vmlDrawing", "../drawings/Drawing.VML"), ("rId8", "comments", "../comments9.xml")]);
    fixture.put("xl/Drawings/drawing.vml", "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:x\" xmlns:x=\"urn:y\">\
        <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"3\"/></o:shapelayout><v:shape id=\"_x0000_s3073\" type=\"#_x0000_t201\">a<br></v:shape></xml>");
    fixture.put("xl/comments9.xml", &format!(
        "<comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><authors><author>{author}</author></authors>\
         <commentList><comment ref=\"B2\" authorId=\"0\"><text><t>原有</t></text></comment></commentList></comments>"));
    fixture
}

#[test]
fn notes_and_shapes_that_are_there_stay_before_ours() {
    let bytes = with_notes("张三").bytes();
    let out = annotate(&bytes, &[mark("B2", Error, "甲"), mark("C3", Error, "乙")], None).unwrap().bytes;
    let comments = text_of(&out, "xl/comments9.xml");
    assert!(comments.contains("<text><r><t>原有</t></r><r>"), "{comments}");
    assert!(comments.contains("<author>张三</author><author>勾稽 gouji</author>"));
    assert!(comments.contains("<comment ref=\"C3\" authorId=\"1\">"));
    let vml = text_of(&out, "xl/Drawings/drawing.vml");
    assert!(
        vml.contains("a<br></v:shape>") && vml.contains("id=\"_x0000_s3074\"") && vml.contains("id=\"_x0000_t202\""),
        "{vml}"
    );
    assert_eq!(text_of(&out, SHEET).matches("legacyDrawing").count(), 1);
}

#[test]
fn a_threaded_comment_gets_the_fill_only_and_a_notice() {
    let out = annotate(&with_notes("tc={1-2}").bytes(), &[mark("B2", Error, "甲")], None).unwrap();
    assert!(out.notices[0].en.contains("threaded"));
    assert!(!text_of(&out.bytes, "xl/comments9.xml").contains('甲'));
    assert!(text_of(&out.bytes, SHEET).contains("<c r=\"B2\" s=\"4\"/>"));
}

#[test]
fn one_drawing_may_serve_two_sheets() {
    let mut fixture = with_notes("张三");
    fixture
        .change("xl/workbook.xml", "</sheets>", "<sheet name=\"Sheet2\" sheetId=\"2\" r:id=\"rId9\" state=\"veryHidden\"/></sheets>")
        .change("xl/_rels/workbook.xml.rels", "</Rel", "<Relationship Id=\"rId9\" Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/></Rel")
        .put("xl/worksheets/sheet2.xml", "<worksheet xmlns=\"m\"><sheetData/><sheetProtection sheet=\"1\"/><legacyDrawing xmlns:r=\"r\" r:id=\"rId1\"/></worksheet>")
        .put("xl/worksheets/_rels/sheet2.xml.rels", "<Relationships><Relationship Id=\"rId1\" Type=\"x/vmlDrawing\" Target=\"../drawings/drawing.vml\"/></Relationships>");
    let mut other = mark("A1", Error, "丙");
    other.sheet = "sheet2".to_owned();
    let source = fixture.bytes();
    let out = annotate(&source, &[mark("C3", Error, "乙"), other], None).unwrap().bytes;
    let vml = text_of(&out, "xl/Drawings/drawing.vml");
    assert!(vml.contains("_x0000_s3074") && vml.contains("_x0000_s3075"), "{vml}");
    let back = crate::annotate::remove(&out).unwrap().bytes;
    assert_eq!(text_of(&back, "xl/Drawings/drawing.vml"), text_of(&source, "xl/Drawings/drawing.vml"));
}

#[test]
fn parts_may_stand_anywhere_under_any_case() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    fixture
        .change("_rels/.rels", "xl/workbook.xml", "/XL/Workbook.xml")
        .change("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", ".\\worksheets\\..\\WORKSHEETS/my%20sheet.xml")
        .change("[Content_Types].xml", "worksheets/sheet1.xml", "worksheets/my%20sheet.xml")
        .rename(SHEET, "xl\\worksheets\\my sheet.xml");
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x")], None).unwrap().bytes;
    assert!(text_of(&out, "xl\\worksheets\\my sheet.xml").contains("<c r=\"A1\" s=\"4\"/>"));
}

#[test]
fn many_notes_take_further_blocks_of_shapes() {
    let marks: Vec<_> = (1..=2100).map(|row| mark(&format!("A{row}"), Note, "注")).collect();
    let out = annotate(&Fixture::new("", "").bytes(), &marks, None).unwrap().bytes;
    let vml = text_of(&out, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(vml.matches("<v:shape ").count(), 2100);
    assert!(vml.contains("data=\"1,2,3\""), "{}", &vml[..400]);
}

#[test]
fn new_relationships_are_stated_where_there_is_no_default_for_them() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    let kind = "application/vnd.openxmlformats-package.relationships+xml";
    fixture.change(
        "[Content_Types].xml",
        &format!("<Default Extension=\"rels\" ContentType=\"{kind}\"/>"),
        &format!("<Override PartName=\"/_rels/.rels\" ContentType=\"{kind}\"/>"),
    );
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x")], None).unwrap().bytes;
    let stated = format!("<Override PartName=\"/xl/worksheets/_rels/sheet1.xml.rels\" ContentType=\"{kind}\"/>");
    assert!(text_of(&out, "[Content_Types].xml").contains(&stated));
}

#[test]
fn what_cannot_be_marked_safely_is_refused() {
    let refused = |bytes: &[u8], cell: &str| annotate(bytes, &[mark(cell, Error, "x")], None).unwrap_err();
    let good = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    let mut twice = good.clone();
    twice.put("XL/Worksheets/Sheet1.xml", "<worksheet/>");
    assert!(matches!(refused(&twice.bytes(), "A1"), AnnotateError::Package(PackageError::DuplicatePart { .. })));
    let mut doctype = good.clone();
    doctype.change(SHEET, "<worksheet", "<!DOCTYPE a><worksheet");
    assert!(matches!(refused(&doctype.bytes(), "A1"), AnnotateError::Package(PackageError::Doctype { .. })));
    let mut broken = good.clone();
    broken.change(SHEET, "</sheetData>", "");
    assert!(matches!(refused(&broken.bytes(), "A1"), AnnotateError::Package(PackageError::Damaged { .. })));
    let mut elsewhere = mark("A1", Error, "x");
    elsewhere.sheet = "附件9".to_owned();
    let unknown = annotate(&good.bytes(), &[elsewhere], None).unwrap_err();
    assert!(unknown.words().zh.contains("附件9") && unknown.to_string().contains("mark 1"));
    for bytes in [&b""[..], b"PK", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"<html>"] {
        assert!(!refused(bytes, "A1").words().en.is_empty());
    }
}

#[test]
fn a_signature_is_said_to_be_void_and_a_conditional_format_noticed() {
    let after = "<conditionalFormatting sqref=\"A1:B2 D4\"><cfRule type=\"x\"/></conditionalFormatting>";
    let mut fixture = Fixture::new("", after);
    fixture.put("_xmlsignatures/sig1.xml", "<Signature/>");
    let out = annotate(&fixture.bytes(), &[mark("B2", Error, "x")], None).unwrap();
    assert!(
        out.notices.iter().any(|n| n.en.contains("signed")) && out.notices.iter().any(|n| n.en.contains("conditional"))
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(at in 0usize..6000, byte: u8, cut in 0usize..6000, part in 0usize..6) {
        let names = [SHEET, "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/comments9.xml", "xl/Drawings/drawing.vml"];
        let fixture = with_notes("张三");
        let bytes = annotate(&fixture.bytes(), &[mark("C3", Error, "乙")], None).unwrap().bytes;
        let mut mutated = bytes.clone();
        let index = at % mutated.len();
        mutated[index] = byte;
        let _ = annotate(&mutated, &[mark("B2", Error, "x"), mark("A9", Error, "y")], None);
        let _ = annotate(&bytes[..cut.min(bytes.len())], &[], None);
        // The same inside a part, under a right checksum.
        let mut text = text_of(&fixture.bytes(), names[part]).into_bytes();
        let index = at % text.len();
        text[index] = byte & 0x7F;
        let mut inside = fixture.clone();
        inside.put(names[part], &String::from_utf8_lossy(&text));
        let _ = annotate(&inside.bytes(), &[mark("B2", Error, "x"), mark("A9", Error, "y")], None);
    }

    /// Whatever is marked: twice is once, and taking the marks out gives every part back.
    #[test]
    fn twice_is_once_whatever_is_marked(places in proptest::collection::btree_set((0u32..12, 0u32..8), 1..9), other in 0u32..9) {
        let original = with_notes("张三").bytes();
        let marks: Vec<Mark> = places
            .iter()
            .map(|(row, col)| Mark { cell: CellRef::new(*row, *col), ..mark("A1", Error, "合计与分项之和不符") })
            .collect();
        let once = annotate(&original, &marks, None).unwrap().bytes;
        proptest::prop_assert!(annotate(&once, &marks, None).unwrap().bytes == once);
        // What other marks stood there before leaves no trace.
        let before = Mark { cell: CellRef::new(other, other), ..mark("A1", Error, "别的问题") };
        let moved = annotate(&original, &[before], None).unwrap().bytes;
        // A part that only the earlier run touched is as it was, compressed anew.
        proptest::prop_assert!(parts(&annotate(&moved, &marks, None).unwrap().bytes) == parts(&once));
        proptest::prop_assert!(parts(&crate::annotate::remove(&once).unwrap().bytes) == parts(&original));
    }
}

#[test]
fn a_style_beyond_the_list_stays_a_plain_one() {
    let fixture = Fixture::new(
        "<row r=\"1\"><c r=\"A1\" s=\"1\"/><c r=\"B1\" s=\"6\"/><c r=\"C1\" s=\"5\"/><c r=\"D1\" s=\"70000\"/></row>",
        "",
    );
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, ""), mark("C1", Error, "")], None).unwrap().bytes;
    let sheet = text_of(&out, SHEET);
    assert_eq!(
        rows_of(&sheet),
        "<row r=\"1\"><c r=\"A1\" s=\"7\"/><c r=\"B1\" s=\"6\"/><c r=\"C1\" s=\"8\"/><c r=\"D1\" s=\"70000\"/></row>"
    );
    let styles = text_of(&out, "xl/styles.xml");
    let plain = "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>";
    let marked = "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"2\" borderId=\"0\" applyFill=\"1\"/></cellXfs>";
    assert!(styles.contains("<cellXfs count=\"9\">") && styles.contains(&plain.repeat(3)), "{styles}");
    assert!(styles.contains(marked) || styles.contains(&marked.replace("\"2\"", "\"3\"")), "{styles}");
}
