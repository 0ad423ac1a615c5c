//! A form file is read or refused in words; a form that was read reads any sheet.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use gouji::forms::declare::Form;
use gouji::forms::{Forms, read_sheet};
use gouji::model::{CellRange, CellRef};
use gouji::read::{Cell, Sheet, Visibility};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Form::parse("表样.toml", text) {
        Ok(form) => {
            assert!(!form.kind.is_empty());
            // Asked for, so that it is read whatever its clues weigh.
            let mut forms = Forms { all: vec![form], asked: Vec::new() };
            let kind = forms.all[0].kind.clone();
            forms.ask(&kind).expect("a form is known by its kind");
            let read = read_sheet(sheet(), &forms);
            let figures = read.readings.iter().flat_map(|reading| &reading.figures);
            assert!(figures.into_iter().all(|figure| figure.cell.row <= 14));
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
}

/// A small page with a title, headers, labels, parts, sentences and what people leave behind.
fn sheet() -> &'static Sheet {
    static SHEET: OnceLock<Sheet> = OnceLock::new();
    SHEET.get_or_init(|| {
        let rows: [&[&str]; 14] = [
            &["附件2", "", "", ""],
            &["2024年度部门整体支出绩效评价基础数据表", "", "", ""],
            &["填报单位：甲局", "", "单位：万元", ""],
            &["经费控制情况", "2023年决算数", "2024年预算数", "2024年决算数"],
            &["三公经费", "8.5", "9", "8.57万元"],
            &["  1、公务用车购置和维护经费", "5.20", "——", "5.27"],
            &["     其中：公车购置", "/", "0", "无"],
            &["  2、出国经费", "", "", "×××"],
            &["  3、公务接待", "3.3", "9", "3.3"],
            &["项目支出：", "100%", "≥90%", "50人"],
            &["其中：基本支出：266.9", "一级指标", "分值", "得分"],
            &["产出指标", "数量指标", "10", "9.5"],
            &["2024年，本单位支出共257.5万元，其中基本支出251.72万元，占97.8%。", "", "", ""],
            &["填表人：张某", "2025年3月1日", "……", "（100字以内）"],
        ];
        let cells = rows.iter().enumerate().flat_map(|(row, texts)| {
            texts
                .iter()
                .enumerate()
                .filter(|(_, text)| !text.is_empty())
                .map(move |(col, text)| (CellRef::new(row as u32, col as u32), Cell::of_text(text)))
        });
        Sheet {
            name: "附件2".to_owned(),
            visibility: Visibility::Visible,
            cells: cells.collect(),
            merges: vec![CellRange::new(CellRef::new(1, 0), CellRef::new(1, 3))],
            hidden_rows: BTreeSet::new(),
            hidden_cols: BTreeSet::new(),
            layout_known: true,
        }
    })
}
