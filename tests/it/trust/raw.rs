//! What the parts of a package say of every cell, by a reader of its own: namespaces resolved, relations followed.
//!
//! It shares nothing with the reader that it is held against but the zip and the addresses. `GOUJI_WORKBOOKS` names
//! folders of more workbooks (separated as in `PATH`).

use std::collections::BTreeMap;

use gouji::model::CellRef;
use gouji::read::{Book, Cell, CellValue, Sheet, read_book};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use rust_decimal::Decimal;
use zip::CompressionMethod;

use super::is_kind;
use crate::fuzz_seeds::targets::parts::workbook;
use crate::support::package;
use crate::support::tree::root;

const MAIN: [&str; 2] =
    ["http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"];

/// A tag that opens or closes: whether it is of the main vocabulary, its name, its attributes without a prefix.
struct Tag {
    main: bool,
    name: String,
    attributes: BTreeMap<String, String>,
}

enum Piece {
    Open(Tag),
    Close,
    Text(String),
}

/// Reads a part into its pieces; none where it is no XML.
fn pieces(part: &[u8]) -> Option<Vec<Piece>> {
    let mut reader = NsReader::from_str(std::str::from_utf8(part).ok()?.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut out = Vec::new();
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let main = matches!(namespace, ResolveResult::Bound(name) if MAIN.contains(&name.into_inner()));
        out.push(match event {
            Event::Start(tag) => {
                Piece::Open(Tag { main, name: tag.local_name().into_inner().to_owned(), attributes: attributes(&tag)? })
            }
            Event::End(_) => Piece::Close,
            Event::Text(text) => Piece::Text(text.xml10_content().into_owned()),
            Event::CData(text) => Piece::Text(text.xml10_content().into_owned()),
            Event::GeneralRef(name) => Piece::Text(match name.resolve_char_ref().ok()? {
                Some(letter) => letter.to_string(),
                None => quick_xml::escape::resolve_predefined_entity(&name)?.to_owned(),
            }),
            Event::Eof => return Some(out),
            _ => continue,
        });
    }
}

fn attributes(tag: &BytesStart<'_>) -> Option<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for one in tag.attributes() {
        let one = one.ok()?;
        let value = one.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned();
        all.insert(one.key.into_inner().to_owned(), value);
    }
    Some(all)
}

/// One cell as its part has it.
#[derive(Debug, Clone, Default)]
struct Raw {
    kind: String,
    values: Vec<String>,
    texts: Vec<String>,
    formula: bool,
}

/// The cells of a sheet by address; none where programs would differ on what they are.
fn cells(pieces: Vec<Piece>) -> Option<BTreeMap<CellRef, Vec<Raw>>> {
    let (mut found, mut path) = (BTreeMap::<CellRef, Vec<Raw>>::new(), Vec::<String>::new());
    let (mut row, mut column, mut at, mut raw) = (0, 0, None, Raw::default());
    let mut data = 0;
    for piece in pieces {
        let inside = path.join("/");
        match piece {
            Piece::Open(tag) => {
                let name = if tag.main { tag.name.clone() } else { format!("other:{}", tag.name) };
                let get = |name: &str| tag.attributes.get(name).map(|value| value.trim().to_owned());
                match (inside.as_str(), name.as_str()) {
                    ("worksheet", "sheetData") => data += 1,
                    ("worksheet/sheetData", "row") => {
                        row = get("r").map_or(Some(row + 1), |r| r.parse().ok().filter(|r| *r > 0))?;
                        column = 0;
                    }
                    ("worksheet/sheetData/row", "c") => {
                        let address = get("r").filter(|r| !r.is_empty());
                        let here = match &address {
                            Some(address) => address.parse::<CellRef>().ok().filter(|a| a.row + 1 == row)?,
                            None => CellRef::new(row - 1, column),
                        };
                        column = here.col + 1;
                        at = Some(here);
                        raw = Raw { kind: get("t").unwrap_or_default(), ..Raw::default() };
                    }
                    ("worksheet/sheetData/row/c", "v") => raw.values.push(String::new()),
                    ("worksheet/sheetData/row/c", "is") => raw.texts.push(String::new()),
                    ("worksheet/sheetData/row/c", "f") => raw.formula = true,
                    (place, name) => {
                        let data = ["worksheet/sheetData", "worksheet/sheetData/row", "worksheet/sheetData/row/c"];
                        let odd = data.contains(&place);
                        if name.ends_with(":sheetData") || (odd && name.starts_with("other:")) || name == "sheetData" {
                            return None;
                        }
                    }
                }
                path.push(name);
            }
            Piece::Close => {
                path.pop();
                if inside == "worksheet/sheetData/row/c" {
                    found.entry(at?).or_default().push(std::mem::take(&mut raw));
                }
            }
            Piece::Text(text) => {
                let into = match inside.strip_prefix("worksheet/sheetData/row/c/") {
                    Some("v") => raw.values.last_mut(),
                    Some("is/t" | "is/r/t") => raw.texts.last_mut(),
                    _ => None,
                };
                if let Some(into) = into {
                    into.push_str(&text);
                }
            }
        }
    }
    (data == 1).then_some(found)
}

/// The shared strings, item by item.
fn strings(part: &[u8]) -> Option<Vec<String>> {
    let (mut items, mut path) = (Vec::<String>::new(), Vec::<String>::new());
    for piece in pieces(part)? {
        match piece {
            Piece::Open(tag) => {
                if path.len() == 1 && tag.main && tag.name == "si" {
                    items.push(String::new());
                }
                path.push(if tag.main { tag.name } else { "other".to_owned() });
            }
            Piece::Close => _ = path.pop(),
            Piece::Text(text) if matches!(path.join("/").as_str(), "sst/si/t" | "sst/si/r/t") => {
                items.last_mut()?.push_str(&text);
            }
            Piece::Text(_) => {}
        }
    }
    Some(items)
}

/// Where the relations of a part lead: by number, the last word of the kind and the target's name.
fn relations(parts: &BTreeMap<String, Vec<u8>>, of: &str) -> Option<BTreeMap<String, (String, String)>> {
    let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
    let rels = format!("{folder}/_rels/{name}.rels").trim_start_matches('/').to_lowercase();
    let mut found = BTreeMap::new();
    for piece in pieces(parts.get(&rels)?)? {
        let Piece::Open(tag) = piece else { continue };
        let get = |name: &str| tag.attributes.get(name).cloned().unwrap_or_default();
        let target = get("Target").replace('\\', "/");
        let mut place: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
        for step in target.split('/') {
            match step {
                "." | "" => {}
                ".." => _ = place.pop(),
                step => place.push(step),
            }
        }
        place.retain(|step| !step.is_empty());
        let kind = get("Type").rsplit('/').next().unwrap_or_default().to_owned();
        found.insert(get("Id"), (kind, place.join("/").to_lowercase()));
    }
    Some(found)
}

/// A stored number at 15 significant digits, by its digits alone; none where no decimal holds it.
fn stored(text: &str) -> Option<Decimal> {
    // Decimals may be written with underscores, numbers of a workbook may not.
    let text = Some(text).filter(|text| !text.contains('_'))?;
    let exact = Decimal::from_scientific(text).or_else(|_| text.trim_start_matches('+').parse()).ok()?;
    exact.round_sf(15).map(|kept| kept.normalize())
}

/// What a number of days is on the calendar, to the day.
fn day(serial: Decimal, from_1904: bool) -> Option<String> {
    let days: i64 = serial.trunc().to_string().parse().ok()?;
    // Before March 1900 the calendar of spreadsheets has a day that never was.
    let days = days - 25_569 + if from_1904 { 1_462 } else { 0 };
    let (shifted, era_days) = (days + 719_468, 146_097);
    let era = shifted.div_euclid(era_days);
    let of_era = shifted.rem_euclid(era_days);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Text with its escapes resolved (ECMA-376 part 1, 22.9.2.19).
fn resolved(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    let is = |at: usize, letter: char| units.get(at) == Some(&(letter as u16));
    while at < units.len() {
        let hex = units.get(at + 2..at + 6).map(String::from_utf16_lossy).filter(|_| is(at, '_') && is(at + 1, 'x'));
        let unit = hex.and_then(|hex| u16::from_str_radix(&hex, 16).ok()).filter(|_| is(at + 6, '_'));
        at += if unit.is_some() { 7 } else { 1 };
        out.push(unit.unwrap_or(units[at - 1]));
    }
    String::from_utf16_lossy(&out)
}

/// Text without blanks, of which readers keep more or fewer.
fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Whether what was read of a cell is what its part says, or was said to be none.
fn agrees(cell: &Cell, all: &[Raw], strings: &[String], from_1904: bool) -> bool {
    let [raw] = all else {
        let first = format!("{:?}", all[0]);
        return all.iter().all(|one| format!("{one:?}") == first) && agrees(cell, &all[..1], strings, from_1904)
            || matches!(cell.value, CellValue::Error(_));
    };
    let error = matches!(cell.value, CellValue::Error(_));
    let value = raw.values.first().map_or("", |value| value.trim());
    if raw.values.len() + raw.texts.len() > 1 && !value.is_empty() {
        return error || raw.texts.iter().chain(&raw.values).all(|one| one.trim() == value);
    }
    let is_text =
        |expected: &str| matches!(&cell.value, CellValue::Text(text) if solid(text) == solid(&resolved(expected)));
    match (raw.kind.as_str(), value) {
        ("inlineStr" | "is", _) | (_, "") if !raw.texts.is_empty() => is_text(&raw.texts[0]),
        ("inlineStr" | "is", _) => error || value.is_empty(),
        ("str", _) => raw.values.first().is_some_and(|value| is_text(value)),
        (_, "") => !raw.formula || cell.value == CellValue::Uncalculated,
        ("s", at) => match at.parse::<usize>().ok().and_then(|at| strings.get(at)) {
            Some(text) => is_text(text),
            None => error,
        },
        ("b", truth) => error || cell.value == CellValue::Bool(truth == "1" || truth.eq_ignore_ascii_case("true")),
        ("d", date) => {
            error || matches!(&cell.value, CellValue::Date(read) if date.starts_with(&read[..read.len().min(10)]))
        }
        ("" | "n", number) => match (stored(number), &cell.value) {
            (Some(number), CellValue::Number(read)) => read.normalize() == number,
            (Some(number), CellValue::Date(read)) => {
                let early = number < Decimal::from(61) && !from_1904;
                early || !read.contains('-') || day(number, from_1904).is_some_and(|day| read.starts_with(&day))
            }
            (_, CellValue::Error(_)) => stored(number).is_none_or(|one| one.is_zero()) || number.len() > 28,
            (None, CellValue::Text(_)) => raw.kind.is_empty(),
            (None, CellValue::Number(read)) => read.is_zero() || number.len() > 28,
            _ => false,
        },
        _ => error,
    }
}

/// Holds one sheet against its part; gives how many numbers were compared.
fn hold(name: &str, sheet: &Sheet, part: &[u8], strings: &[String], book: &Book) -> usize {
    let said: Vec<CellRef> =
        book.notices.iter().filter(|one| one.sheet.as_ref() == Some(&sheet.name)).filter_map(|one| one.cell).collect();
    // A parser has bounds of its own, such as how deep elements stand.
    let Some(pieces) = pieces(part) else { return 0 };
    let Some(raw) = cells(pieces) else {
        assert!(book.notices.iter().any(|one| one.lost), "{name} {}: odd, and nothing was said", sheet.name);
        return 0;
    };
    let held = |raw: &Raw| raw.formula || !raw.texts.is_empty() || raw.values.iter().any(|value| !value.is_empty());
    for (at, all) in raw.iter().filter(|(_, all)| all.iter().any(held)) {
        match sheet.cells.get(at) {
            Some(cell) => assert!(
                agrees(cell, all, strings, book.date_1904) || said.contains(at),
                "{name} {} {at}: {all:?} became {cell:?}",
                sheet.name
            ),
            None => assert!(
                said.contains(at)
                    || all.iter().all(|one| one.values.iter().all(|value| value.trim().is_empty()) && !one.formula),
                "{name} {} {at}: {all:?} was not read",
                sheet.name
            ),
        }
    }
    for (at, cell) in &sheet.cells {
        assert!(raw.contains_key(at), "{name} {} {at}: {cell:?} stands in no part", sheet.name);
    }
    sheet.cells.values().filter(|cell| matches!(cell.value, CellValue::Number(_) | CellValue::Date(_))).count()
}

/// Holds one workbook against its parts; nothing where it was refused, or is of another container.
fn compare(name: &str, bytes: &[u8]) -> Option<usize> {
    let book = read_book(name, bytes.to_vec()).ok()?;
    let parts: BTreeMap<String, Vec<u8>> = package::try_parts(bytes)?
        .into_iter()
        .map(|(name, part)| (name.replace('\\', "/").trim_start_matches('/').to_lowercase(), part))
        .collect();
    let main = relations(&parts, "")?.into_values().find(|(kind, _)| kind == "officeDocument")?.1;
    let related = relations(&parts, &main)?;
    let shared = related.values().find(|(kind, _)| kind == "sharedStrings").map(|(_, part)| part.as_str());
    let texts = parts.get(shared.unwrap_or("xl/sharedstrings.xml")).map_or(Some(Vec::new()), |part| strings(part))?;
    let mut compared = 0;
    let mut next = book.sheets.iter().peekable();
    for piece in pieces(parts.get(&main)?)? {
        let Piece::Open(tag) = piece else { continue };
        let Some(sheet) = next.peek().filter(|_| tag.name == "sheet") else { continue };
        let id = tag.attributes.iter().find(|(key, _)| key.ends_with(":id")).map(|(_, id)| id)?;
        let there = related.get(id).filter(|(kind, part)| kind == "worksheet" && parts.contains_key(part));
        if let Some((_, part)) = there
            && tag.attributes.get("name").map(|name| solid(&resolved(name))) == Some(solid(&sheet.name))
        {
            compared += hold(name, sheet, &parts[part], &texts, &book);
            next.next();
        }
    }
    assert!(next.peek().is_none(), "{name}: sheets that the workbook does not list");
    Some(compared)
}

fn files(folder: &std::path::Path) -> impl Iterator<Item = (String, Vec<u8>)> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let all =
        all.filter(|entry| entry.file_type().is_file() && entry.metadata().is_ok_and(|about| about.len() < 32 << 20));
    all.filter_map(|entry| Some((entry.path().display().to_string(), std::fs::read(entry.path()).ok()?)))
}

#[test]
fn every_cell_of_samples_seeds_and_other_workbooks_is_what_its_part_says() {
    let (mut held, mut numbers) = (0, 0);
    for (name, bytes) in files(&root().join("samples")).filter(|(name, _)| is_kind(name, "xlsx")) {
        let compared = compare(&name, &bytes).unwrap_or_default();
        assert!(compared > 20, "{name}: {compared}");
        (held, numbers) = (held + 1, numbers + compared);
    }
    let mut count = |name: &str, bytes: &[u8]| {
        if let Some(compared) = compare(name, bytes) {
            (held, numbers) = (held + 1, numbers + compared);
        }
    };
    for target in ["read_workbook", "patch_package"] {
        for (name, data) in files(&root().join("fuzz/seeds").join(target)) {
            count(&name, &workbook(&data, CompressionMethod::Stored));
        }
    }
    let more = std::env::var_os("GOUJI_WORKBOOKS").unwrap_or_default();
    for folder in std::env::split_paths(&more) {
        files(&folder).for_each(|(name, bytes)| count(&name, &bytes));
    }
    println!("{held} workbooks, {numbers} numbers and dates");
    assert!(held > 25 && numbers > 500, "{held} workbooks, {numbers} numbers");
}
