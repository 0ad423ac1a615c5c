//! Ways in which a zip file may be written; what is not touched goes over with its compressed bytes, times and fields.

use std::io::{Cursor, Read};

use zip::write::{FullFileOptions, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::undo_cases::parts;
use super::{Fixture, mark, text_of};
use crate::annotate::{AnnotateError, annotate, remove};
use crate::model::Severity::Error;
use crate::ooxml::PackageError;

/// A workbook with a part that nothing knows.
fn fixture() -> Fixture {
    let mut fixture = Fixture::new("<row r=\"1\"><c r=\"A1\"><v>275.3</v></c></row>", "");
    fixture.put("customXml/item1.xml", &format!("<a>{}</a>", "三公经费".repeat(500)));
    fixture
}

/// What is stored of an entry: name, compressed bytes, check sum, size, time.
type Stored = (Vec<u8>, Vec<u8>, u32, u64, Option<DateTime>);

fn entries(bytes: &[u8]) -> Vec<Stored> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index_raw(index).unwrap();
            let mut packed = Vec::new();
            file.read_to_end(&mut packed).unwrap();
            (file.name_raw().to_vec(), packed, file.crc32(), file.size(), file.last_modified())
        })
        .collect()
}

/// Marks a package and takes the marks out again; all but the parts that marks need is as it was stored.
fn check(source: &[u8]) -> Vec<u8> {
    let marked = annotate(source, &[mark("A1", Error, "不平")], None).unwrap().bytes;
    let after = entries(&marked);
    let touched = ["[Content_Types].xml", "workbook.xml.rels", "styles.xml", "sheet1.xml"];
    let mut same = 0;
    for entry in entries(source) {
        let name = String::from_utf8_lossy(&entry.0).into_owned();
        let found = after.iter().find(|other| other.0 == entry.0).unwrap();
        if !touched.iter().any(|end| name.ends_with(end)) {
            assert_eq!(found, &entry, "{name}");
            same += 1;
        }
        assert_eq!(found.4, entry.4, "the time of {name}");
    }
    assert!(same >= 3);
    assert_eq!(annotate(&marked, &[mark("A1", Error, "不平")], None).unwrap().bytes, marked);
    assert_eq!(parts(&remove(&marked).unwrap().bytes), parts(source));
    marked
}

#[test]
fn entries_with_times_extra_fields_and_other_methods() {
    let time = DateTime::from_date_and_time(2025, 3, 14, 9, 30, 0).unwrap();
    let methods = [CompressionMethod::Stored, CompressionMethod::Deflated];
    for method in methods {
        let source = fixture().bytes_by(ZipWriter::new(Cursor::new(Vec::new())), |_| {
            let mut options = FullFileOptions::default().compression_method(method).last_modified_time(time);
            options.add_extra_field(0x9999, b"field", false).unwrap();
            options.with_file_comment("a note on the entry")
        });
        let marked = check(&source);
        let mut archive = ZipArchive::new(Cursor::new(marked.as_slice())).unwrap();
        let file = archive.by_name("customXml/item1.xml").unwrap();
        assert_eq!(file.comment(), "a note on the entry");
        assert!(file.extra_data().unwrap().windows(5).any(|field| field == b"field"));
        assert_eq!(file.compression(), method);
    }
}

#[test]
fn entries_in_the_long_form() {
    let options = |_: &str| FullFileOptions::default().large_file(true);
    check(&fixture().bytes_by(ZipWriter::new(Cursor::new(Vec::new())), options));
}

#[test]
fn entries_with_their_sizes_behind_them() {
    let mut source = Vec::new();
    fixture().write_to(ZipWriter::new_stream(&mut source), |_| FullFileOptions::default());
    let flags = u16::from_le_bytes([source[6], source[7]]);
    assert_eq!(flags & 8, 8, "the fixture has a data descriptor");
    let marked = check(&source);
    assert_eq!(u16::from_le_bytes([marked[6], marked[7]]) & 8, 0);
}

#[test]
fn names_with_backslashes_and_folders() {
    let mut fixture = fixture();
    for name in ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"] {
        fixture.rename(name, &name.replace('/', "\\"));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_directory("docProps/", SimpleFileOptions::default()).unwrap();
    let source = fixture.bytes_by(writer, |_| FullFileOptions::default());
    let marked = annotate(&source, &[mark("A1", Error, "不平")], None).unwrap().bytes;
    let names: Vec<_> = entries(&marked).into_iter().map(|entry| entry.0).collect();
    assert!(names.contains(&b"xl\\worksheets\\sheet1.xml".to_vec()) && names.contains(&b"docProps/".to_vec()));
    assert!(text_of(&marked, "xl\\worksheets\\sheet1.xml").contains("s=\"4\""));
    assert_eq!(parts(&remove(&marked).unwrap().bytes), parts(&source));
}

#[test]
fn a_file_with_bytes_before_it_and_a_comment_behind() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.set_comment("附件").unwrap();
    let plain = fixture().bytes_by(writer, |_| FullFileOptions::default());
    let mut source = b"some bytes before".to_vec();
    source.extend_from_slice(&plain);
    let marked = check(&source);
    assert!(marked.ends_with("附件".as_bytes()));
}

#[test]
fn an_entry_whose_bytes_do_not_fit_its_check_sum_is_refused() {
    let mut source = fixture().bytes_by(ZipWriter::new(Cursor::new(Vec::new())), |_| {
        FullFileOptions::default().compression_method(CompressionMethod::Stored)
    });
    let at = source.windows(5).position(|window| window == b"275.3").unwrap();
    source[at] = b'9';
    let refused = annotate(&source, &[mark("A1", Error, "不平")], None).unwrap_err();
    assert!(matches!(refused, AnnotateError::Package(PackageError::Damaged { .. })), "{refused}");
}

#[test]
fn a_name_given_twice_is_refused() {
    let twin = b"xl/worksheets/sheet1.xml";
    let mut fixture = fixture();
    let mut source = fixture.put("xl/worksheets/sheet9.xml", "<worksheet/>").bytes();
    // In both headers the second name becomes the first.
    for at in (0..source.len() - twin.len()).rev() {
        if source[at..].starts_with(b"xl/worksheets/sheet9.xml") {
            source[at..at + twin.len()].copy_from_slice(twin);
        }
    }
    let refused = annotate(&source, &[mark("A1", Error, "不平")], None).unwrap_err();
    assert!(matches!(refused, AnnotateError::Package(PackageError::DuplicatePart { .. })), "{refused}");
    assert!(refused.words().zh.contains("sheet1.xml") && refused.words().en.contains("sheet1.xml"));
}
