//! Nothing of people leaves unmasked unless it is asked for, and no run talks to anybody.

use std::io::Cursor;
use std::process::Command;

use rust_xlsxwriter::{DocProperties, Note, Workbook};

use super::{folder, put, submission, text};
use crate::support::package::{parts, with};
use crate::support::program::{files_below, gouji};
use crate::support::tree::root;

/// People who are nobody, with telephones that nobody has.
const PEOPLE: [&str; 4] = ["钱小夏", "周　冬", "欧阳晓春", "孙秋"];
const NUMBERS: [&str; 3] = ["13000000001", "0999-1234567", "431100200001010018"];

/// A submission in which they stand: roster, footers, a sentence, a note, the file's own properties.
fn with_people() -> Vec<u8> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_author(PEOPLE[0]).set_manager(PEOPLE[2]));
    let sheet = book.add_worksheet().set_name("附件2 基础数据表").expect("a name");
    for (row, line) in [
        ["附件2", "部门整体支出绩效评价基础数据表", "", ""],
        ["青溪县测试中心", "", "", ""],
        ["一、部门基本支出", "251.72", "266.73", "275.3"],
        ["填表人：钱小夏", "联系电话：0999-1234567", "单位负责人（签字）", "周　冬"],
    ]
    .iter()
    .enumerate()
    {
        for (col, words) in line.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            match words.parse::<f64>() {
                Ok(number) => sheet.write(row as u32, col as u16, number).expect("a cell"),
                Err(_) => sheet.write(row as u32, col as u16, *words).expect("a cell"),
            };
        }
    }
    sheet.insert_note(2, 1, &Note::new("问钱小夏，电话13000000001").set_author(PEOPLE[3])).expect("a note");
    sheet.set_footer("&L填表人：孙秋&R13000000001");
    let roster = book.add_worksheet().set_name("附件6 名册").expect("a name");
    for (row, line) in [
        ["姓名", "职务", "移动通讯号码", "身份证号"],
        ["欧阳晓春", "主任", "", "431100200001010018"],
        ["孙秋", "科员", "", ""],
    ]
    .iter()
    .enumerate()
    {
        for (col, words) in line.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            roster.write(row as u32, col as u16, *words).expect("a cell");
        }
    }
    roster.write(1, 2, 13_000_000_001_f64).expect("a number");
    let words = book.add_worksheet().set_name("附件1 自评报告").expect("a name");
    words.write(0, 0, "项目由欧阳晓春、孙 秋负责，支出257.5万元，完成率99.9%。").expect("a cell");
    book.save_to_buffer().expect("memory")
}

fn leaks(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, part) in parts(bytes) {
        let words: String = String::from_utf8_lossy(&part).split_whitespace().collect();
        for one in PEOPLE.iter().chain(&NUMBERS) {
            let bare: String = one.chars().filter(|c| !c.is_whitespace()).collect();
            if words.contains(&bare) {
                found.push(format!("{name}: {one}"));
            }
        }
    }
    found
}

#[test]
fn a_redacted_copy_holds_nobody_and_every_figure() {
    let folder = folder();
    let bytes = with_people();
    assert!(leaks(&bytes).len() > 8, "the people are there before: {:?}", leaks(&bytes));
    let file = put(folder.path(), "甲.xlsx", &bytes);
    let out = folder.path().join("share/甲.xlsx");
    for (lang, word) in [("zh", "数字未动"), ("en", "figures are as they were")] {
        let ended = gouji(["redact", &file, "-o", &text(&out), "--lang", lang]);
        assert_eq!(ended.code, 0, "{}", ended.said());
        assert!(ended.out.contains(word) && ended.out.contains("附件6 名册!C2"), "{}", ended.out);
        for one in PEOPLE.iter().chain(&NUMBERS) {
            assert!(!ended.said().contains(one), "{}", ended.said());
        }
    }
    let masked = std::fs::read(&out).expect("written");
    assert_eq!(leaks(&masked), Vec::<String>::new());
    let (before, after) =
        (gouji::read::read_book("甲", bytes.clone()).unwrap(), gouji::read::read_book("甲", masked.clone()).unwrap());
    for (one, other) in before.sheets.iter().zip(&after.sheets) {
        assert_eq!((one.cells.len(), &one.merges), (other.cells.len(), &other.merges));
        for (at, cell) in &one.cells {
            let kept = other.cells[at].value == cell.value;
            let personal = matches!((one.name.as_str(), at.to_string().as_str()), ("附件6 名册", "C2"));
            assert!(kept || personal || !matches!(cell.value, gouji::read::CellValue::Number(_)), "{} {at}", one.name);
            assert_eq!(other.cells[at].shown.chars().count(), cell.shown.chars().count(), "{} {at}", one.name);
        }
    }
    assert_eq!(after.sheets[0].cells[&"D4".parse().unwrap()].shown, "周　×");
    assert_eq!(
        after.sheets[2].cells[&"A1".parse().unwrap()].shown,
        "项目由欧×××、孙 ×负责，支出257.5万元，完成率99.9%。"
    );
    // What held nobody is the same to the byte, packed as it was.
    let (old, new) = (parts(&bytes), parts(&masked));
    assert_eq!(
        old.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        new.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    let same = old.iter().zip(&new).filter(|(old, new)| old == new).count();
    assert!(same >= 8, "{same}");
    // Once is enough.
    let again = folder.path().join("again.xlsx");
    assert_eq!(gouji(["redact", &text(&out), "-o", &text(&again)]).code, 0);
    assert_eq!(std::fs::read(&again).expect("written"), masked);
    assert_eq!(std::fs::read(&file).expect("it is there"), bytes, "the input is as it was");
}

#[test]
fn people_are_masked_where_no_reader_looks() {
    let (name, number) = (PEOPLE[0], NUMBERS[0]);
    let sheet = "xl/worksheets/sheet1.xml";
    let hidden = with(&with_people(), sheet, |part| {
        let prompts = format!(
            "<dataValidations><dataValidation sqref=\"A9\" promptTitle=\"{number}\" prompt=\"问{name}\"/></dataValidations>\
             <hyperlinks><hyperlink ref=\"A9\" tooltip=\"{number}\" display=\"{name}\" location=\"A1\"/></hyperlinks>"
        );
        let cells = format!(
            "<!-- {name} {number} --><row r=\"60\"><c r=\"A60\" t=\"str\"><f>\"{number}\"&amp;\"{name}\"</f><v>x</v></c>\
             <c r=\"B60\" t=\"inlineStr\"><is><t>１３０００００００01 130 0000 0001 +8613000000001</t></is></c></row></sheetData>"
        );
        let part = part.replacen("</sheetData>", &cells, 1);
        let at = part.find("<pageMargins").expect("margins");
        format!("{}{prompts}{}", &part[..at], &part[at..])
    });
    let hidden = with(&hidden, "xl/worksheets/_rels/sheet1.xml.rels", |part| {
        let link = |id: &str, target: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"urn:x/hyperlink\" Target=\"{target}\" TargetMode=\"External\"/>")
        };
        let links = [
            link("m", "mailto:qian@example.org"),
            link("t", &format!("tel:{number}")),
            link("f", "file:///C:/Users/qian/a.xlsx"),
        ];
        part.replacen("</Relationships>", &format!("{}</Relationships>", links.concat()), 1)
    });
    let hidden = with(&hidden, "xl/workbook.xml", |part| {
        let names = format!(
            "<definedNames><definedName name=\"n\" comment=\"{number}\">\"{number}\"</definedName></definedNames>"
        );
        part.replacen("</sheets>", &format!("</sheets>{names}"), 1)
    });
    let hidden = with(&hidden, "xl/revisions/userNames.xml", |_| "<users><userInfo name=\"qian\"/></users>".to_owned());
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &hidden);
    let out = folder.path().join("乙.xlsx");
    let ended = gouji(["redact", &file, "-o", &text(&out)]);
    assert_eq!(ended.code, 0, "{}", ended.said());
    let masked = std::fs::read(&out).expect("written");
    assert_eq!(leaks(&masked), Vec::<String>::new());
    for (part, bytes) in parts(&masked) {
        let words = String::from_utf8_lossy(&bytes).into_owned();
        for one in ["qian", "0000 0001", "１３０"] {
            assert!(!words.contains(one), "{part}: {one}");
        }
    }
}

#[test]
fn a_copy_of_what_holds_nobody_is_the_same_file() {
    let folder = folder();
    let plain = crate::support::package::pack(&parts(&submission()));
    let out = folder.path().join("out");
    put(folder.path(), "甲.xlsx", &plain);
    std::fs::copy(root().join("tests/hostile/ledger.xls"), folder.path().join("乙.xls")).expect("writable");
    let ended = gouji(["redact", &text(folder.path()), "-o", &text(&out)]);
    assert_eq!(ended.code, 0, "{}", ended.said());
    let names: Vec<String> = files_below(&out).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["乙.xlsx", "甲.xlsx"]);
}

#[test]
fn every_output_masks_people_unless_they_are_asked_for() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &with_people());
    let out = folder.path().join("out");
    let mut said = String::new();
    for lang in ["zh", "en"] {
        for format in ["text", "json"] {
            let ended = gouji([
                "check",
                &file,
                "-o",
                &text(&out),
                "--format",
                format,
                "--lang",
                lang,
                "--findings",
                &text(&out.join("f.csv")),
            ]);
            said.push_str(&ended.said());
        }
    }
    for name in ["facts.json", "facts.csv"] {
        said.push_str(&gouji(["import", &file, "-o", &text(&out.join(name))]).said());
    }
    for (name, bytes) in files_below(&out) {
        // The marked copy is the submission itself, with the people in it; what we add to it is masked.
        let annotated = name.ends_with(".annotated.xlsx");
        let ours = |part: &str| !annotated || part.contains("sheet4");
        if bytes.starts_with(b"PK") {
            said.extend(
                parts(&bytes)
                    .iter()
                    .filter(|(part, _)| ours(part))
                    .map(|(_, part)| String::from_utf8_lossy(part).into_owned()),
            );
        } else {
            said.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    for one in PEOPLE.iter().chain(&NUMBERS) {
        assert!(!said.contains(one), "{one}");
    }
}

/// A report whose faulty sentences name people of the roster behind no label.
fn with_people_in_sentences() -> Vec<u8> {
    let mut book = Workbook::new();
    let report = book.add_worksheet().set_name("报告").expect("a name");
    for (row, words) in [
        "附件1",
        "青溪县测试中心2024年度部门整体支出绩效自评报告",
        "2024年实有在编人数21人（含欧阳晓春，其中行政编制人员6人，事业人员14人，工勤人员4人）。",
        "本年度无人员变动，孙秋反映人员变动频繁。",
    ]
    .iter()
    .enumerate()
    {
        report.write(row as u32, 0, *words).expect("a cell");
    }
    let roster = book.add_worksheet().set_name("名册").expect("a name");
    for (row, words) in ["附件6", "预算绩效管理工作负责人名册", "姓名", "欧阳晓春", "孙秋"].iter().enumerate()
    {
        roster.write(row as u32, 0, *words).expect("a cell");
    }
    book.save_to_buffer().expect("memory")
}

#[test]
fn people_of_the_roster_are_hidden_in_every_sentence_that_is_quoted() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &with_people_in_sentences());
    let out = text(&folder.path().join("out"));
    let facts = text(&folder.path().join("facts.json"));
    let mut said = String::new();
    for args in [
        vec!["check", &file],
        vec!["check", &file, "--lang", "en", "--format", "json", "--ledger"],
        vec!["check", &file, "--format", "sarif"],
        vec!["check", &file, "-o", &out],
        vec!["import", &file, "-o", &facts],
    ] {
        let ended = gouji(args);
        assert!(ended.code < 2, "{}", ended.said());
        said.push_str(&ended.said());
    }
    assert!(said.contains("GJ501") && said.contains("（含欧×××，"), "the sentence is quoted: {said}");
    for (name, bytes) in files_below(folder.path()).into_iter().filter(|(name, _)| !name.ends_with("甲.xlsx")) {
        if name.rsplit('.').next() != Some("xlsx") {
            said.push_str(&String::from_utf8_lossy(&bytes));
            continue;
        }
        // The marked copy is the submission itself; what we add to it is not.
        let ours = |part: &str| !name.contains("annotated") || part.contains("comment") || part.ends_with("gouji.xml");
        let ours = parts(&bytes).into_iter().filter(|(part, _)| ours(part));
        said.extend(ours.map(|(_, part)| String::from_utf8_lossy(&part).into_owned()));
    }
    for name in ["欧阳晓春", "孙秋"] {
        assert!(!said.contains(name), "{name}");
    }
    let shown = gouji(["check", &file, "--show-personal"]);
    assert!(shown.out.contains("含欧阳晓春") && shown.out.contains("孙秋反映"), "{}", shown.out);
}

/// What a run asks of the system: programs started, and sockets.
fn calls(args: &[&str]) -> Vec<String> {
    let folder = folder();
    let log = folder.path().join("calls");
    let ended = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=execve,execveat,socket,connect,sendto,bind", "-o", &text(&log)])
        .arg(env!("CARGO_BIN_EXE_gouji"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("strace is there");
    assert!(ended.status.code().is_some_and(|code| code < 2), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
    let log = std::fs::read_to_string(&log).expect("the calls");
    log.lines().filter(|line| !line.contains("+++") && !line.contains("---")).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs strace"]
fn no_command_opens_a_socket_or_starts_anything_but_its_worker() {
    let folder = folder();
    let out = text(&folder.path().join("out"));
    let facts = text(&folder.path().join("facts.json"));
    let marks = put(folder.path(), "marks.json", b"{\"marks\":[]}");
    let (marked, masked) = (text(&folder.path().join("marked.xlsx")), text(&folder.path().join("masked.xlsx")));
    let yoy = text(&folder.path().join("yoy.xlsx"));
    let (new, old) = ("samples/2024/shuangpai-2024.xlsx", "tests/hostile/ledger.xls");
    for (args, workers) in [
        (vec!["check", new, "-o", &out], 0),
        (vec!["check", new, old], 1),
        (vec!["import", new, old, "-o", &facts], 1),
        (vec!["compare", new, "--prior", "samples/2023", "-o", &yoy], 0),
        (vec!["annotate", new, "--marks", &marks, "-o", &marked], 0),
        (vec!["redact", new, "-o", &masked], 0),
    ] {
        let calls = calls(&args);
        let started: Vec<&String> = calls.iter().filter(|call| call.contains("execve")).collect();
        assert_eq!(started.len(), 1 + workers, "{args:?}: {calls:#?}");
        for call in &started[1..] {
            assert!(call.contains(env!("CARGO_BIN_EXE_gouji")) && call.contains("read-worker"), "{call}");
        }
        // A pair of sockets inside the process is how a program waits for a signal; nothing connects.
        assert!(
            !calls.iter().any(|call| call.contains("AF_INET") || call.contains("connect(")),
            "{args:?}: {calls:#?}"
        );
    }
    assert!(Cursor::new(std::fs::read(&masked).expect("written")).get_ref().starts_with(b"PK"));
}
