//! Text from submissions in what we write: it is shown, and nothing of it runs.

use gouji::facts::export::write_csv;

use super::{folder, is_kind, put, submission, text};
use crate::support::package::{parts, with};
use crate::support::program::{check_json, files_below, gouji};

/// What people have tried: formulas, commands, marks of a page, escapes of a terminal, turned lines.
const SHARP: [&str; 12] = [
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "=cmd|' /c calc'!A0",
    "+1+cmd|' /c calc'!A0",
    "-2+3+cmd|' /c calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "＝1＋1",
    "<script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\u{202e}gnp.exe",
    "[x](javascript:alert(1))",
];

/// The sample with each of them as the name of an item, a unit and a sheet.
fn sharp(one: &str) -> Vec<u8> {
    let escaped: String = one
        .chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            // What XML cannot hold stands as the file format writes it.
            c if c < ' ' && c != '\t' => format!("_x{:04X}_", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    // Some programs write every letter beyond ASCII as a reference.
    let written = |text: &str| text.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>();
    let (from, to) = ("水费、电费、差旅费", format!("{escaped}、电费"));
    let sharp =
        with(&submission(), "xl/worksheets/sheet2.xml", |sheet| sheet.replace(&written(from), &to).replace(from, &to));
    assert_ne!(sharp.len(), submission().len(), "the text is there to be replaced");
    sharp
}

fn is_sharp(field: &str) -> bool {
    let start = field.trim_start_matches([' ', '\u{3000}', '\u{feff}']);
    start.starts_with(['=', '+', '@', '\t', '\r', '＝', '＋', '＠'])
        || (start.starts_with('-') && start.parse::<f64>().is_err() && start.len() > 2)
}

#[test]
fn nothing_of_a_submission_runs_in_what_is_written() {
    for one in SHARP {
        let folder = folder();
        let file = put(folder.path(), "甲.xlsx", &sharp(one));
        let out = folder.path().join("out");
        let (findings, facts) = (folder.path().join("findings.csv"), folder.path().join("facts.csv"));
        let ended = gouji(["check", &file, "-o", &text(&out), "--findings", &text(&findings)]);
        assert!(ended.code == 1 && !ended.said().contains("panicked"), "{one}: {}", ended.said());
        let imported = gouji(["import", &file, "-o", &text(&facts)]);
        for said in [ended.said(), imported.said()] {
            let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!said.chars().any(acts), "{one}: {said}");
        }
        for table in [findings, facts] {
            let text = std::fs::read_to_string(&table).expect("written");
            for field in fields(&text) {
                assert!(!is_sharp(&field), "{one}: {field}");
            }
        }
        for (name, bytes) in files_below(&out) {
            if is_kind(&name, "html") {
                let page = String::from_utf8(bytes).expect("UTF-8");
                let run = ["<script>alert", "<img src=x", "</textarea><img", "\u{1b}"];
                assert!(!run.iter().any(|run| page.contains(run)), "{one}: {name}");
                continue;
            }
            for (part, xml) in parts(&bytes) {
                let xml = String::from_utf8_lossy(&xml);
                let formulas = xml.split("<f").skip(1).filter(|rest| rest.starts_with(['>', ' ']));
                for formula in formulas {
                    assert!(!formula[..formula.find("</f>").unwrap_or(0)].contains("cmd|"), "{one}: {name} {part}");
                }
                assert!(
                    !xml.contains("example.org\" TargetMode") && !xml.contains("javascript:alert(1)\" TargetMode"),
                    "{one}: {name} {part}"
                );
                assert!(!xml.contains("<script") && !xml.contains('\u{1b}'), "{one}: {name} {part}");
            }
        }
        let run = check_json(&[&file]).json();
        assert_eq!(run["schema"], "gouji.run/1");
    }
}

/// The fields of a table (RFC 4180).
fn fields(text: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap_or('"')),
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields
}

#[test]
fn a_table_keeps_every_sharp_text_as_text() {
    let mut out = Vec::new();
    write_csv(&mut out, &["甲"], SHARP.iter().map(|one| [(*one).to_owned()])).expect("memory");
    let written = fields(std::str::from_utf8(&out).expect("UTF-8"));
    for (one, field) in SHARP.iter().zip(&written[1..]) {
        assert!(!is_sharp(field) && field.trim_start_matches('\'') == *one, "{one}: {field}");
    }
}

#[test]
fn names_of_files_and_sheets_do_not_act_either() {
    let folder = folder();
    let book = with(&submission(), "xl/workbook.xml", |book| book.replacen("附件2", "附件2'&#x202E;&lt;b&gt;", 1));
    let name = if cfg!(windows) { "甲 %s.xlsx" } else { "甲\u{1b}[31m\n%s\u{202e}.xlsx" };
    let file = put(folder.path(), name, &book);
    let out = folder.path().join("out");
    let ended = gouji(["check", &file, "-o", &text(&out)]);
    assert_eq!(ended.code, 1, "{}", ended.said());
    assert!(!ended.said().contains(['\u{1b}', '\u{202e}']), "{}", ended.said());
    // Links of the list lead to the sheet by its quoted name.
    let (_, bytes) =
        files_below(&out).into_iter().find(|(name, _)| name.ends_with(".annotated.xlsx")).expect("written");
    let locations: Vec<String> = parts(&bytes)
        .iter()
        .flat_map(|(_, xml)| {
            String::from_utf8_lossy(xml)
                .split("location=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap_or("").to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|location| location.contains("附件2"))
        .collect();
    assert!(!locations.is_empty());
    for location in locations {
        let location = location.replace("&apos;", "'").replace("&#39;", "'");
        assert!(location.starts_with('\'') && location.contains("''"), "{location}");
    }
}

#[test]
fn marks_that_no_markup_holds_break_nothing_that_is_written() {
    // In every text, and in the name of a sheet: what the file format may spell and XML may not hold.
    let sheets = (1..=10).map(|number| format!("xl/worksheets/sheet{number}.xml"));
    let marked = sheets.fold(submission(), |bytes, name| {
        with(&bytes, &name, |sheet| sheet.replace("</t>", "_xFFFE__xFFFF__x001B__x0000_</t>"))
    });
    let marked =
        with(&marked, "xl/workbook.xml", |book| book.replacen("<sheet name=\"", "<sheet name=\"_xFFFF__x001B_", 9));
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &marked);
    let out = folder.path().join("out");
    let yoy = folder.path().join("out/yoy.xlsx");
    let ended = gouji(["check", &file, "-o", &text(&out)]);
    assert!(ended.code <= 1, "{}", ended.said());
    let prior = text(&crate::support::tree::sample("2023"));
    let compared = gouji(["compare", &file, "--prior", &prior, "-o", &text(&yoy)]);
    assert!(compared.code <= 1, "{}", compared.said());
    let mut looked = 0;
    for (name, bytes) in files_below(&out).into_iter().filter(|(name, _)| is_kind(name, "xlsx")) {
        for (part, content) in parts(&bytes) {
            let content = String::from_utf8_lossy(&content).into_owned();
            let unfit = |c: char| (c < ' ' && !"\t\n\r".contains(c)) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
            assert!(!content.contains(unfit), "{name} {part}");
            looked += 1;
        }
    }
    assert!(looked > 30, "{looked}");
}
