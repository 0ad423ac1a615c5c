//! Whole books from tiny packages made in memory.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::model::CellRef;

const TYPES: &str = r#"<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str =
    r#"<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="strings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/><Relationship Id="r4" Type="x/chartsheet" Target="c.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook><sheets><sheet name="附件2" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const STRINGS: &str = "<sst uniqueCount=\"1000000000000\"><si><t>基本支出</t></si></sst>";
const STYLES: &str = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="10"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// The parts of a workbook with one sheet of these rows.
pub(super) fn parts(rows: &str) -> Vec<(String, Vec<u8>)> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/strings.xml", STRINGS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .collect()
}

fn replaced(mut parts: Vec<(String, Vec<u8>)>, name: &str, text: &str) -> Vec<(String, Vec<u8>)> {
    parts.retain(|(n, _)| n != name);
    parts.push((name.to_owned(), text.as_bytes().to_vec()));
    parts
}

pub(super) fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read_rows(rows: &str) -> Book {
    read_book("a.xlsx", pack(&parts(rows))).unwrap()
}

fn refusal(parts: &[(String, Vec<u8>)]) -> ReadError {
    read_book("a.xlsx", pack(parts)).unwrap_err()
}

/// Spells the cells of the first sheet as `A1=shown`.
fn cells(book: &Book) -> String {
    book.sheets[0].cells.iter().map(|(at, cell)| format!("{at}={}", cell.shown)).collect::<Vec<_>>().join(" ")
}

#[test]
fn cells_come_with_value_format_and_formula() {
    let book = read_rows(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>257.5</v></c><c r="C1" s="2"><f>B1/D1</f><v>0.999</v></c>
        <c r="D1" s="3"><v>45624</v></c><c r="E1" s="1"/><c r="F1" t="inlineStr"><is><t/></is></c><c r="G1"><f>B1*2</f></c>
        <c r="H1"><v>0.30000000000000004</v></c><c r="I1" t="e"><v>#SPILL!</v></c><c r="J1"><v>NaN</v></c><c r="K1" t="s"><v>9</v></c></row>"#,
    );
    assert_eq!(cells(&book), "A1=基本支出 B1=257.50 C1=99.90% D1=2024-11-28 F1= G1= H1=0.3 I1=#SPILL! J1=NaN K1=9");
    let sheet = &book.sheets[0];
    let cell = |address: &str| &sheet.cells[&address.parse::<CellRef>().unwrap()];
    assert_eq!((cell("B1").fixed_decimals, cell("B1").number_format.as_deref()), (Some(2), Some("0.00")));
    assert_eq!((cell("C1").percent, cell("C1").formula.as_deref()), (true, Some("B1/D1")));
    assert_eq!(cell("D1").value, CellValue::Date("2024-11-28".into()));
    assert_eq!(cell("F1").value, CellValue::Text(String::new()));
    assert_eq!(cell("G1").value, CellValue::Uncalculated);
    assert!(cell("H1").digits_cut);
    assert_eq!(cell("I1").value, CellValue::Error("#SPILL!".into()));
    assert_eq!(cell("J1").value, CellValue::Error("NaN".into()));
    assert!(matches!(cell("K1").value, CellValue::Error(_)));
    assert_eq!(book.notices.len(), 1, "{:?}", book.notices);
}

#[test]
fn a_cell_given_twice_is_no_figure() {
    let book = read_rows(
        r#"<row r="1"><c r="A1"><v>300</v></c><c r="A1"><v>900</v></c><c r="B1"><v>5</v></c><c r="B1"><v>5.0</v></c></row>"#,
    );
    assert_eq!(cells(&book), "A1=300 | 900 B1=5");
    assert!(matches!(book.sheets[0].cells[&CellRef::new(0, 0)].value, CellValue::Error(_)));
    assert_eq!(book.notices[0].cell, Some(CellRef::new(0, 0)));
}

#[test]
fn values_in_pieces_and_bad_addresses_lose_no_neighbour() {
    let book = read_rows(
        r#"<row r="x"><c r="A1"><v>1<!-- -->2</v></c><c r="A99999999999"><v>7</v></c><c r="C1"><v><![CDATA[34]]></v></c></row><row r="2"><c><v>5</v></c><c t="e"><v>?</v></c><c><v>6</v></c></row>"#,
    );
    assert_eq!(cells(&book), "A1=12 C1=34 A2=5 B2=? C2=6");
    assert_eq!(book.notices.len(), 2);
    assert!(book.notices.iter().any(|notice| notice.lost), "what has no place is lost");
}

#[test]
fn values_from_other_workbooks_are_said_once_a_sheet() {
    let book = read_rows(
        "<row><c><f>[1]Sheet1!A1+1</f><v>5</v></c><c><f>'[12]附件 2'!B3</f><v>6</v></c><c><f>SUM(表1[2024])</f><v>7</v></c></row>",
    );
    assert_eq!(cells(&book), "A1=5 B1=6 C1=7");
    let notices: Vec<_> = book.notices.iter().map(|one| (one.cell.map(|at| at.to_string()), &one.words.zh)).collect();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].0.as_deref() == Some("A1") && notices[0].1.contains("共2格"), "{notices:?}");
}

#[test]
fn tabs_keep_their_order_and_say_what_was_left_out() {
    let workbook = r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="图" r:id="r4"/><sheet name="丢" r:id="r9"/><sheet name="附件2" state="veryHidden" r:id="r1"/></sheets></workbook>"#;
    let book = read_book("a.xlsx", pack(&replaced(parts(""), "xl/workbook.xml", workbook))).unwrap();
    assert_eq!((book.sheets.len(), book.sheets[0].visibility, book.date_1904), (1, Visibility::VeryHidden, true));
    assert_eq!(book.notices.iter().map(|n| n.sheet.as_deref().unwrap()).collect::<Vec<_>>(), ["图", "丢"]);
    let lost = r#"<workbook><sheets><sheet name="丢" r:id="r9"/></sheets></workbook>"#;
    let error = refusal(&replaced(parts(""), "xl/workbook.xml", lost));
    assert!(error.words().zh.contains("丢"), "{error}");
}

#[test]
fn a_broken_sheet_is_left_out_whole() {
    let workbook = r#"<workbook><sheets><sheet name="好" r:id="r1"/><sheet name="坏" r:id="r5"/></sheets></workbook>"#;
    let rels = RELS.replace(
        "<Relationships>",
        "<Relationships><Relationship Id=\"r5\" Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>",
    );
    let mut parts = replaced(parts("<row><c><v>1</v></c></row>"), "xl/workbook.xml", workbook);
    parts = replaced(parts, "xl/_rels/workbook.xml.rels", &rels);
    parts = replaced(parts, "xl/worksheets/sheet2.xml", "<worksheet><sheetData><row><c><v>1</v></c></row>");
    let book = read_book("a.xlsx", pack(&parts)).unwrap();
    assert_eq!((book.sheets.len(), book.notices[0].sheet.as_deref()), (1, Some("坏")));
}

#[test]
fn unsound_packages_are_refused_by_name() {
    let doctype = replaced(parts(""), "xl/styles.xml", "<?xml version=\"1.0\"?><!DOCTYPE a><a/>");
    assert!(matches!(refusal(&doctype), ReadError::DocumentType { part, .. } if part == "xl/styles.xml"));
    let mut twice = parts("");
    twice.push(("XL/Workbook.xml".into(), WORKBOOK.into()));
    assert!(matches!(refusal(&twice), ReadError::DuplicatePart { .. }));
    let mut utf16 = parts("");
    utf16.push(("xl/a.xml".into(), b"\xFF\xFE<\0a\0".to_vec()));
    assert!(matches!(refusal(&utf16), ReadError::Encoding { .. }));
    let mut bomb = parts("");
    bomb.push(("xl/media/a.bin".into(), vec![0; 8 << 20]));
    assert!(matches!(refusal(&bomb), ReadError::TooLarge { bound: Bound::Ratio, .. }));
    let limits = Limits { part_bytes: 100, ..Limits::default() };
    let error = read_book_within("a.xlsx", pack(&parts("")), limits).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { bound: Bound::Part, .. }));
    let limits = Limits { cells: 1, ..Limits::default() };
    let error =
        read_book_within("a.xlsx", pack(&parts("<row><c><v>1</v></c><c><v>1</v></c></row>")), limits).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { bound: Bound::Cells, .. }));
}

#[test]
fn damage_is_told_from_a_transfer_that_stopped() {
    let whole = pack(&parts(""));
    let half = whole[..whole.len() / 2].to_vec();
    assert!(matches!(read_book("a.xlsx", half), Err(ReadError::Truncated { .. })));
    let name = b"xl/worksheets/sheet1.xml";
    let at = whole.windows(name.len()).position(|w| w == name).unwrap() + name.len() + 8;
    let mut flipped = whole;
    flipped[at] ^= 0x55;
    assert!(matches!(read_book("a.xlsx", flipped), Err(ReadError::Corrupted { .. })));
}

#[test]
fn the_content_decides_and_not_the_name() {
    let word = TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document");
    let error = refusal(&replaced(parts(""), "[Content_Types].xml", &word));
    assert_eq!(error, ReadError::NotWorkbook { file: "a.xlsx".into(), kind: Kind::WordDocument });
    let macros = TYPES.replace("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled");
    let book = read_book("a.xls", pack(&replaced(parts(""), "[Content_Types].xml", &macros))).unwrap();
    assert_eq!(book.format, BookFormat::Xlsm);
    let archive = pack(&[("附件1.docx".to_owned(), b"x".to_vec())]);
    assert!(matches!(read_book("a.xlsx", archive), Err(ReadError::NotWorkbook { kind: Kind::ZipArchive, .. })));
    assert!(matches!(read_book("a.xlsx", Vec::new()), Err(ReadError::Empty { .. })));
}

#[test]
fn strings_come_from_the_related_part_only() {
    let rows = r#"<row><c t="s"><v>0</v></c></row>"#;
    let mut decoy = parts(rows);
    decoy.push(("xl/sharedStrings.xml".into(), "<sst><si><t>假</t></si></sst>".into()));
    assert_eq!(cells(&read_book("a.xlsx", pack(&decoy)).unwrap()), "A1=基本支出");
}

#[test]
fn backslashes_in_names_do_not_matter() {
    let parts: Vec<_> =
        parts("<row><c><v>1</v></c></row>").into_iter().map(|(n, b)| (n.replace('/', "\\"), b)).collect();
    assert_eq!(cells(&read_book("a.xlsx", pack(&parts)).unwrap()), "A1=1");
}

#[test]
fn an_open_document_is_read_without_formats() {
    let content = r#"<office:document-content><office:body><office:spreadsheet>
        <table:table table:name="附件2">
          <table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
          <table:table-row><table:table-cell/><table:table-cell office:value-type="float" office:value="5.5"><text:p>5.5</text:p></table:table-cell></table:table-row>
          <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    let mimetype = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
    let book =
        read_book("a.ods", pack(&[("mimetype".into(), mimetype), ("content.xml".into(), content.into())])).unwrap();
    assert_eq!((book.format, cells(&book)), (BookFormat::Ods, "B3=5.5".to_owned()));
    assert!(!book.sheets[0].layout_known && book.notices.len() == 1);
}

#[test]
fn an_open_document_that_shows_another_number_than_it_stores_says_so() {
    let content = r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="附件2">
        <table:table-row><table:table-cell/></table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="2"/>
          <table:table-cell office:value-type="float" office:value="257.5"><office:annotation><text:p>9</text:p></office:annotation><text:p>300.00</text:p></table:table-cell>
          <table:table-cell office:value-type="percentage" office:value="0.9987"><text:p>99.9%</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    let mimetype = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
    let book =
        read_book("a.ods", pack(&[("mimetype".into(), mimetype), ("content.xml".into(), content.into())])).unwrap();
    assert_eq!(cells(&book), "C2=257.5 D2=0.9987");
    let said: Vec<_> = book.notices.iter().filter(|notice| notice.cell.is_some()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].cell.unwrap().to_string().as_str(), said[0].sheet.as_deref()), ("C2", Some("附件2")));
    assert!(said[0].words.zh.contains("300.00") && said[0].words.en.contains("257.5"));
}

#[test]
fn the_date_of_the_last_change_is_taken_from_the_package() {
    let core = "<cp:coreProperties><dcterms:modified>2025-03-01T08:00:00Z</dcterms:modified></cp:coreProperties>";
    let book = read_book("a.xlsx", pack(&replaced(parts(""), "docProps/core.xml", core))).unwrap();
    assert_eq!(book.modified.as_deref(), Some("2025-03-01T08:00:00Z"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// Damage anywhere in a sheet's markup costs at most that sheet.
    #[test]
    fn no_markup_breaks_the_reading(at in 0usize..220, cut in 0usize..30, text in "[<>/=\"a-zA-Z0-9&;# ]{0,12}") {
        let mut rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><f t="shared" si="0" ref="B1:B2">A1*2</f><v>257.5</v></c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c></row>"#.to_owned();
        let from = at.min(rows.len());
        rows.replace_range(from..(from + cut).min(rows.len()), &text);
        let _ = read_book("a.xlsx", pack(&parts(&rows)));
    }

    #[test]
    fn no_bytes_break_the_reading(bytes in proptest::collection::vec(0u8.., 1..600), kind in 0usize..4) {
        let start: &[u8] = [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"<?xml", b""][kind];
        let _ = read_book("a.xlsx", [start, &bytes].concat());
    }
}

/// What became of one cell's markup, in a row that states its number.
fn cell_of(markup: &str) -> (String, usize, bool) {
    let bytes = pack(&parts(&format!("<row r=\"1\">{markup}</row>")));
    match read_book("a.xlsx", bytes) {
        Ok(book) => (cells(&book), book.notices.len(), book.notices.iter().any(|one| one.lost)),
        Err(error) => (error.words().en, 0, true),
    }
}

#[test]
fn a_cell_that_says_two_things_has_no_value() {
    for two in [
        r#"<c r="A1"><v>1</v><v>2</v></c>"#,
        r#"<c r="A1"><v>1</v><is><t>2</t></is></c>"#,
        r#"<c r="A1" t="inlineStr"><v>1</v><is><t>2</t></is></c>"#,
        r#"<c r="A1" t="inlineStr"><is><t>1</t></is><is><t>2</t></is></c>"#,
    ] {
        assert_eq!(cell_of(two), ("A1=1 | 2".to_owned(), 1, false), "{two}");
    }
    assert_eq!(cell_of(r#"<c r="A1" t="inlineStr"><v>1</v></c>"#), ("A1=1".to_owned(), 1, false));
    assert_eq!(cell_of(r#"<c r="A1"><v>1</v><v>1</v></c>"#), ("A1=1".to_owned(), 0, false));
    assert_eq!(cell_of(r#"<c r="A1" t="inlineStr"><v/><is><t>1</t></is></c>"#), ("A1=1".to_owned(), 0, false));
}

#[test]
fn what_is_spelled_oddly_is_read_all_the_same() {
    for odd in [
        r#"<c r="A&#49;" t="&#110;"><v>1</v></c>"#,
        r#"<c q:r="B2" r="A1" q:t="s" q:s="3"><v>1</v></c>"#,
        r#"<c r="A1"><v>1</v><extLst><ext><q:v>2</q:v><v>3</v></ext></extLst></c>"#,
        r#"<c r="A1" t="inlineStr"><is><r><t>1</t></r><rPh><t>2</t></rPh><extLst><t>3</t></extLst></is></c>"#,
    ] {
        assert_eq!(cell_of(odd), ("A1=1".to_owned(), 0, false), "{odd}");
    }
}

#[test]
fn what_programs_read_differently_costs_the_sheet_and_not_the_truth() {
    for markup in [
        r#"<c r="A1"><v>1</v><q:v>2</q:v></c>"#,
        r#"<mc:AlternateContent><mc:Choice><c r="A1"><v>1</v></c></mc:Choice></mc:AlternateContent>"#,
        r#"<c r="A1" r="B1"><v>1</v></c>"#,
        r#"<c r="A1" t="s" t="n"><v>1</v></c>"#,
        r#"<c r="A1" xmlns="urn:other"><v>1</v></c>"#,
        r#"<c r="A1"><v xmlns="urn:other">1</v></c>"#,
        r#"<c r="A1" t="inlineStr"><is><t>1</t><t>2</t></is></c>"#,
        r#"<c r="A1"><v>1</v></c></row></sheetData><sheetData><row r="1"><c r="B1"><v>2</v></c>"#,
    ] {
        let (words, _, lost) = cell_of(markup);
        assert!(lost && words.contains("damaged"), "{markup}: {words}");
    }
    // A cell of another row, and one that stands in no row at all, have no place.
    for (rows, read) in [
        (r#"<row r="5"><c r="A6"><v>1</v></c><c r="B5"><v>2</v></c></row>"#, "B5=2"),
        (r#"<row r="0"><c><v>1</v></c><c r="B1"><v>2</v></c></row>"#, "B1=2"),
    ] {
        let book = read_rows(rows);
        assert_eq!(cells(&book), read);
        assert!(book.notices.iter().any(|one| one.lost), "{rows}");
    }
    let decoy = "<x><sheetData><row><c><v>1</v></c></row></sheetData></x>";
    let sheet = format!("<worksheet>{decoy}<sheetData><row><c><v>2</v></c></row></sheetData></worksheet>");
    assert!(read_book("a.xlsx", pack(&replaced(parts(""), "xl/worksheets/sheet1.xml", &sheet))).is_err());
}

#[test]
fn a_forced_direction_is_said_at_its_cell() {
    let book = read_rows("<row><c t=\"inlineStr\"><is><t>\u{202e}24.893</t></is></c></row>");
    assert_eq!(
        book.notices.iter().map(|one| one.cell.map(|at| at.to_string())).collect::<Vec<_>>(),
        [Some("A1".into())]
    );
}
