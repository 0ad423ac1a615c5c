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

/// A page without a header row, and how many figures it has.
const HEADLESS: [(&str, usize); 4] = [
    (
        "# 登.xlsx!表\n专项资金使用情况登记表>6\n项目名称|乡村道路维护|主管部门|苕溪县交通局|项目编码|'3305\n预算安排（万元）|120|实际到位（万元）|118|实际支出（万元）|115.6\n支付进度|97.97%|自评得分|96.5|评价等级|优\n受益人口（人）|2300|脱贫人口（人）|310|群众满意度|95%",
        8,
    ),
    (
        "# 单.xlsx!表\n单位基本情况表>2\n单位名称|陶溪县图书馆\n单位性质|公益一类\n编制人数|46\n在职人数|44\n年初预算（万元）|860.5\n全年支出（万元）|893.28\n预算执行率|99%",
        5,
    ),
    (
        "# 资.xlsx!表\n专项资金绩效情况表>6\n项目名称|增殖放流>5\n年初预算数|260|全年预算数|275.5|全年执行数|269.99\n其中：财政拨款|200|其中：财政拨款|215.5|其中：财政拨款|209.99\n其他资金|60|其他资金|60|其他资金|60\n绩效目标|放流苗种>5",
        9,
    ),
    (
        "# 简.xlsx!表\n项目绩效情况简表>4\n项目名称：古树名木保护>2|项目单位：岭西县林业局>2\n年初预算：36万元>2|年中追加：4万元>2\n预算合计：40万元>2|实际支出：39.2万元>2\n执行率：98%>2|自评得分：97.8分>2\n保护古树：126株>2|新增挂牌：38株>2",
        8,
    ),
];

#[test]
fn a_page_without_a_header_row_is_drafted_from_its_labels() {
    for (text, figures) in HEADLESS {
        let drawing = crate::support::drawing::Drawing::parse(text);
        for (file, bytes) in drawing.workbooks() {
            let sheet = &book(&file, bytes).sheets[0];
            let (all, drafts, text) = with_drafts(sheet);
            let readings = read_sheet(sheet, &all).readings;
            let own = readings.iter().filter(|reading| drafts.contains(&reading.form));
            let read: Vec<_> = own.flat_map(|reading| &reading.figures).filter(|f| f.value.amount.is_some()).collect();
            let said: Vec<String> = read.iter().map(|f| format!("{}·{} {}", f.line, f.measure, f.text)).collect();
            assert_eq!(read.len(), figures, "{said:?}\n{text}");
            let money = read.iter().filter(|f| f.quantity == gouji::model::Quantity::Money);
            assert!(money.into_iter().all(|f| f.value.unit.to_string() == "万元"), "{said:?}\n{text}");
        }
    }
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
