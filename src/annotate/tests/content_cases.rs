//! What a sheet and a package may hold beside figures; all of it stays.

use super::undo_cases::parts;
use super::{Fixture, mark, text_of};
use crate::annotate::{annotate, remove};
use crate::model::Severity::{Error, Warning};

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// Marks cells of a sheet that holds something around its rows, and gives the sheet; what is around stays word for word.
fn check(rows: &str, after: &str, cells: &[&str]) -> String {
    let source = Fixture::new(rows, after).bytes();
    let marks: Vec<_> = cells.iter().map(|cell| mark(cell, Error, "不平")).collect();
    let out = annotate(&source, &marks, None).unwrap().bytes;
    let sheet = text_of(&out, SHEET);
    let kept = sheet.split_once("</sheetData>").unwrap().1;
    let drawing = kept.find("<legacyDrawing ").unwrap();
    let end = drawing + kept[drawing..].find("/>").unwrap() + 2;
    assert_eq!(format!("{}{}", &kept[..drawing], &kept[end..]), format!("{after}</worksheet>"));
    assert_eq!(parts(&remove(&out).unwrap().bytes), parts(&source));
    sheet
}

#[test]
fn inline_strings_and_rich_texts_stay() {
    let text = "<is><r><rPr><b/></rPr><t>三公</t></r><r><t xml:space=\"preserve\"> 经费<![CDATA[</row>]]></t></r></is>";
    let rows = format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\">{text}</c><c r=\"B1\" t=\"e\"><v>#REF!</v></c></row>");
    let sheet = check(&rows, "", &["A1", "B1"]);
    assert!(sheet.contains(&format!("<c r=\"A1\" s=\"4\" t=\"inlineStr\">{text}</c>")), "{sheet}");
    assert!(sheet.contains("<c r=\"B1\" s=\"4\" t=\"e\"><v>#REF!</v></c>"));
}

#[test]
fn formulas_of_every_kind_stay() {
    let shared = "<f t=\"shared\" ref=\"A1:A3\" si=\"0\">B1*2</f><v>4</v>";
    let array = "<f t=\"array\" ref=\"A2:A3\">B1:B2</f><v>1</v>";
    let rows = format!(
        "<row r=\"1\"><c r=\"A1\" cm=\"1\">{shared}</c></row><row r=\"2\"><c r=\"A2\" ph=\"1\">{array}</c></row>"
    );
    let sheet = check(&rows, "", &["A1", "A2"]);
    assert!(sheet.contains(&format!("<c r=\"A1\" s=\"4\" cm=\"1\">{shared}</c>")), "{sheet}");
    assert!(sheet.contains(&format!("<c r=\"A2\" s=\"4\" ph=\"1\">{array}</c>")), "{sheet}");
}

#[test]
fn protection_filters_validations_and_print_set_up_stay() {
    let after = "<sheetProtection sheet=\"1\" objects=\"1\" algorithmName=\"SHA-512\" hashValue=\"x\" saltValue=\"y\" spinCount=\"1\"/>\
        <protectedRanges><protectedRange sqref=\"A1\" name=\"a\"/></protectedRanges><autoFilter ref=\"A1:B9\"><filterColumn colId=\"0\"/></autoFilter>\
        <mergeCells count=\"1\"><mergeCell ref=\"C1:D1\"/></mergeCells><dataValidations count=\"1\"><dataValidation sqref=\"A1\"/></dataValidations>\
        <pageMargins left=\"1\" right=\"1\" top=\"1\" bottom=\"1\" header=\"0\" footer=\"0\"/><pageSetup paperSize=\"9\"/>\
        <headerFooter><oddFooter>&amp;P</oddFooter></headerFooter><rowBreaks/><drawing xmlns:r=\"r\" r:id=\"rId3\"/>\
        <legacyDrawingHF xmlns:r=\"r\" r:id=\"rId4\"/><picture xmlns:r=\"r\" r:id=\"rId5\"/><tableParts count=\"1\"><tablePart xmlns:r=\"r\" r:id=\"rId6\"/></tableParts>\
        <extLst><ext uri=\"{1}\"><x14:a xmlns:x14=\"x14\"/></ext></extLst>";
    let sheet = check("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>", after, &["A1", "B1", "D1"]);
    // The notes' drawing stands where the schema has it: after `drawing`, before all that follows.
    let (drawing, notes) = (sheet.find("<drawing ").unwrap(), sheet.find("<legacyDrawing ").unwrap());
    assert!(drawing < notes && notes < sheet.find("<legacyDrawingHF").unwrap());
    assert!(sheet.contains("<c r=\"C1\" s=\"4\"/>") && !sheet.contains("r=\"D1\""));
}

#[test]
fn a_table_over_a_marked_cell_and_a_filter_on_it_stay() {
    let mut fixture = Fixture::new(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>名称</v></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>1</v></c></row>",
        "<tableParts count=\"1\"><tablePart xmlns:r=\"r\" r:id=\"rId1\"/></tableParts>",
    );
    let table = "<table id=\"1\" ref=\"A1:A2\"><autoFilter ref=\"A1:A2\"/></table>";
    fixture.relate(&[("rId1", "table", "../tables/table1.xml")]).put("xl/tables/table1.xml", table);
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x"), mark("A2", Error, "y")], None).unwrap().bytes;
    assert_eq!(text_of(&out, "xl/tables/table1.xml"), table);
    let sheet = text_of(&out, SHEET);
    assert!(sheet.contains("<row r=\"2\" hidden=\"1\"><c r=\"A2\" s=\"4\"><v>1</v></c></row>"), "{sheet}");
    let links = text_of(&out, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(links.contains("../tables/table1.xml") && links.matches("Id=\"rId1\"").count() == 1);
}

#[test]
fn dates_since_1904_very_hidden_sheets_and_names_stay() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"><v>44000</v></c></row>", "");
    let names = "<definedNames><definedName name=\"合计\">Sheet1!$A$1</definedName></definedNames>";
    fixture
        .change(
            "xl/workbook.xml",
            "<sheets>",
            "<workbookPr date1904=\"1\"/><workbookProtection lockStructure=\"1\"/><sheets>",
        )
        .change("xl/workbook.xml", "<sheet name", "<sheet state=\"veryHidden\" name")
        .change("xl/workbook.xml", "<calcPr", &format!("{names}<calcPr"));
    let source = fixture.bytes();
    let out = annotate(&source, &[mark("A1", Warning, "x")], None).unwrap().bytes;
    assert_eq!(text_of(&out, "xl/workbook.xml"), text_of(&source, "xl/workbook.xml"));
    assert!(text_of(&out, SHEET).contains("<c r=\"A1\" s=\"4\"><v>44000</v></c>"));
}

#[test]
fn parts_that_nothing_here_knows_stay() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>", "");
    let known = [
        "xl/vbaProject.bin",
        "xl/calcChain.xml",
        "xl/sharedStrings.xml",
        "xl/theme/theme1.xml",
        "xl/media/image1.png",
        "xl/charts/chart1.xml",
        "xl/pivotCache/pivotCacheRecords1.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/persons/person.xml",
        "xl/cellimages.xml",
        "xl/printerSettings/printerSettings1.bin",
        "customXml/item1.xml",
        "docProps/app.xml",
    ];
    for name in known {
        fixture.put(name, &format!("\u{0}{name}"));
    }
    fixture.change("[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml");
    let source = fixture.bytes();
    let out = annotate(&source, &[mark("A1", Error, "x")], None).unwrap().bytes;
    for name in known {
        assert_eq!(text_of(&out, name), text_of(&source, name));
    }
    assert_eq!(parts(&remove(&out).unwrap().bytes), parts(&source));
}

#[test]
fn a_prefixed_workbook_takes_the_list_with_its_prefix() {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"/></row>", "");
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    fixture.put(
        "xl/workbook.xml",
        &format!(
            "<x:workbook xmlns:x=\"{main}\" xmlns:r=\"{office}\"><x:sheets><x:sheet name=\"Sheet1\" sheetId=\"7\" r:id=\"rId1\"/></x:sheets></x:workbook>"
        ),
    );
    let list = super::listing_cases::listing(vec![super::listing_cases::row(1, "k")]);
    let out = annotate(&fixture.bytes(), &[mark("A1", Error, "x")], Some(&list)).unwrap().bytes;
    let workbook = text_of(&out, "xl/workbook.xml");
    assert!(
        workbook.contains("<x:sheet xmlns:r=") && workbook.contains("name=\"勾稽结果\" sheetId=\"8\""),
        "{workbook}"
    );
    assert!(workbook.contains("<x:definedNames><x:definedName "), "{workbook}");
}
