//! The list of findings.

use super::{Fixture, mark, text_of};
use crate::annotate::{Listing, ListingRow, annotate};
use crate::model::{Lang, Severity};

pub(super) const LIST: &str = "xl/worksheets/sheet2.xml";

pub(super) fn row(number: usize, key: &str) -> ListingRow {
    ListingRow {
        number,
        code: "GJ203".into(),
        severity: Severity::Error,
        file: "甲.xlsx".into(),
        sheet: "Sheet1".into(),
        cell: "B3".parse().ok(),
        here: true,
        what: "=三公经费合计不平 & <其他>".into(),
        expected: "283.87".into(),
        reported: "275.30".into(),
        difference: "-8.57".into(),
        unit: "万元".into(),
        related: "附件3!C6".into(),
        likely: "附件2 F6疑为266.73：误将合计填入部门基本支出".into(),
        state: String::new(),
        figures: Vec::new(),
        typed: std::collections::BTreeMap::new(),
        given_for: None,
        key: key.into(),
    }
}

pub(super) fn listing(rows: Vec<ListingRow>) -> Listing {
    Listing { lang: Lang::Zh, headline: "共核对 12 项，错误 1 项。".into(), rows }
}

#[test]
fn the_list_stands_last_with_links_filter_and_drop_down() {
    let bytes = Fixture::new("", "").bytes();
    let out =
        annotate(&bytes, &[mark("B3", Severity::Error, "不平")], Some(&listing(vec![row(1, "k1")]))).unwrap().bytes;
    let workbook = text_of(&out, "xl/workbook.xml");
    assert!(workbook.contains("name=\"勾稽结果\" sheetId=\"2\""), "{workbook}");
    assert!(
        workbook.contains("<definedNames><definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"1\" hidden=\"1\">"),
        "{workbook}"
    );
    assert!(workbook.find("</definedNames>") < workbook.find("<calcPr"));
    let sheet = text_of(&out, LIST);
    for part in [
        "state=\"frozen\"",
        "<autoFilter ref=\"A3:S4\"/>",
        "\"已整改,整改中,不整改，说明原因,待核\"",
        "location=\"'Sheet1'!B3\"",
        "orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"",
        "=三公经费合计不平 &amp; &lt;其他&gt;",
    ] {
        assert!(sheet.contains(part), "{part} in {sheet}");
    }
    assert!(!sheet.contains("<f>") && !sheet.contains("t=\"s\""));
}

#[test]
fn an_empty_list_is_a_sentence_and_a_taken_name_is_numbered() {
    let mut fixture = Fixture::new("", "");
    fixture.change("xl/workbook.xml", "Sheet1", "勾稽结果");
    let out = annotate(&fixture.bytes(), &[], Some(&listing(Vec::new()))).unwrap().bytes;
    assert!(text_of(&out, "xl/workbook.xml").contains("name=\"勾稽结果(2)\""));
    assert!(text_of(&out, LIST).contains("没有需要列出的问题。"));
    let english = Listing { lang: Lang::En, headline: "Nothing wrong.".into(), rows: Vec::new() };
    let out = annotate(&fixture.bytes(), &[], Some(&english)).unwrap().bytes;
    assert!(text_of(&out, "xl/workbook.xml").contains("name=\"Findings\""));
    assert!(text_of(&out, LIST).contains(">Expected<"));
}
