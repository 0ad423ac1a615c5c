//! `forms draft` on every drawn sheet: the draft parses, takes the sheet it came from, and reads its figures.

use gouji::forms::declare::Form;
use gouji::forms::draft::propose;
use gouji::forms::{Forms, read_sheet};
use gouji::read::Sheet;

use crate::provinces::drawings;
use crate::support::pipeline::{book, forms};

/// Forms with the drafts of one sheet, their places among them, and their texts.
fn with_drafts(sheet: &Sheet) -> (Forms, Vec<usize>, String) {
    let mut all = forms().clone();
    let mut texts = String::new();
    let mut own = Vec::new();
    for (number, draft) in propose(sheet, forms()).into_iter().enumerate() {
        let text = draft.toml();
        let form = all.add(&format!("draft-{number}.toml"), &text);
        own.push(form.unwrap_or_else(|error| panic!("{error}\n{text}")));
        texts.push_str(&text);
    }
    (all, own, texts)
}

#[test]
fn a_draft_reads_the_sheet_it_came_from() {
    let mut short = Vec::new();
    let (mut cells, mut read) = (0, 0);
    // Tables under one header, as most forms are; the drawings after them have labels beside their figures, or columns
    // that serve for others, which a draft leaves to the hand that completes it.
    let (mut plain_cells, mut plain_read) = (0, 0);
    for (name, drawing) in drawings() {
        for (file, bytes) in drawing.workbooks() {
            for sheet in book(&file, bytes).sheets {
                let truth: Vec<_> =
                    drawing.truth.iter().filter(|one| one.file == file && one.sheet == sheet.name).collect();
                if truth.is_empty() {
                    continue;
                }
                let (all, drafts, text) = with_drafts(&sheet);
                let readings = read_sheet(&sheet, &all).readings;
                let own: Vec<_> = readings.iter().filter(|reading| drafts.contains(&reading.form)).collect();
                let figures = || own.iter().flat_map(|reading| &reading.figures);
                let got = truth
                    .iter()
                    .filter(|one| figures().any(|f| f.cell == one.cell && f.value.amount == Some(one.amount)))
                    .count();
                cells += truth.len();
                read += got;
                if name.as_str() < "24" {
                    plain_cells += truth.len();
                    plain_read += got;
                }
                if got * 10 < truth.len() * 9 {
                    short.push(format!("{name} {file}: {got} of {}\n{text}", truth.len()));
                }
            }
        }
    }
    println!("{read} of {cells} cells read by drafts");
    assert!(
        plain_cells > 600 && plain_read * 100 >= plain_cells * 97,
        "{plain_read} of {plain_cells}\n{}",
        short.join("\n")
    );
    assert!(read * 100 >= cells * 95, "{read} of {cells}\n{}", short.join("\n"));
}

#[test]
fn a_sheet_without_a_table_gives_no_draft() {
    let drawing = crate::support::drawing::Drawing::parse("# 文.xlsx!文\n关于报送材料的通知\n请各单位按时报送。");
    for (file, bytes) in drawing.workbooks() {
        let sheets = book(&file, bytes).sheets;
        assert!(sheets.iter().all(|sheet| propose(sheet, forms()).is_empty()));
    }
}

#[test]
fn odd_labels_stay_inside_their_quotes() {
    let text = "# 表.xlsx!表\n\"特别\\资金\"情况表>3\n项目|预算数（万元）|决算数（万元）\n甲\"乙\\丙|3|2\n合计|3|2";
    let drawing = crate::support::drawing::Drawing::parse(text);
    for (file, bytes) in drawing.workbooks() {
        let sheets = book(&file, bytes).sheets;
        let text = propose(&sheets[0], forms()).first().expect("a table").toml();
        let form = Form::parse("draft.toml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(form.blocks[0].lines[0].name, "甲\"乙\\丙");
    }
}
