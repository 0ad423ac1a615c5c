//! One tying submission in five layouts, and one planted error at a time.
//!
//! The layouts are drawn from the base submission of the specs as real workbooks, so that reading, recognition and
//! tying are all under test. An error is planted on the plain grid first and then laid out with everything else.

use std::collections::{BTreeMap, BTreeSet};

use gouji::forms::read_sheet;
use gouji::model::finding::Cause;
use gouji::model::{CellRange, CellRef, Finding, Severity};
use gouji::read::Sheet;
use gouji::reconcile::Run;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook};

use crate::specs::base;
use crate::support::grid::Grid;
use crate::support::pipeline::{self, book, filed, submissions, tie};

/// A small generator of numbers (xorshift64*): the same seed, the same submission, everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap_or(0) % bound
    }
}

/// Where a cell of the plain grid ended up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    pub file: String,
    pub sheet: String,
    pub cell: CellRef,
}

/// A submission laid out: its files, and where every cell of the plain grids went.
#[derive(Default)]
pub struct Laid {
    pub files: Vec<(String, Vec<Grid>)>,
    pub landed: BTreeMap<(String, CellRef), Landed>,
}

pub type Draw = fn(&[Grid]) -> Laid;

pub const LAYOUTS: [(&str, Draw); 5] = [
    ("as published", as_published),
    ("renamed and shifted", renamed_and_shifted),
    ("text without merges", text_without_merges),
    ("in yuan, other headers", in_yuan),
    ("several files, stacked", several_files),
];

// ---- the layouts

impl Laid {
    /// Puts plain grids on one sheet, each moved by its own rule.
    fn put(&mut self, file: &str, sheet: &str, grids: &[&Grid], to: impl Fn(&str, CellRef) -> CellRef) {
        let mut page = Grid::new(sheet);
        let mut top = 0;
        for plain in grids {
            let mut bottom = top;
            let place = |at: CellRef| {
                let at = to(&plain.name, at);
                CellRef::new(at.row + top, at.col)
            };
            for (at, typed) in &plain.typed {
                let cell = place(*at);
                bottom = bottom.max(cell.row + 1);
                page.set(cell, typed);
                let landed = Landed { file: file.into(), sheet: sheet.into(), cell };
                self.landed.insert((plain.name.clone(), *at), landed);
            }
            let merges = plain.merges.iter().map(|range| CellRange::new(place(range.first), place(range.last)));
            page.merges.extend(merges);
            // One blank row between two tables on a sheet.
            top = bottom + 1;
        }
        match self.files.iter_mut().find(|(name, _)| name == file) {
            Some((_, pages)) => pages.push(page),
            None => self.files.push((file.into(), vec![page])),
        }
    }
}

fn stay(_: &str, at: CellRef) -> CellRef {
    at
}

pub fn at(cell: &str) -> CellRef {
    cell.parse().expect("an address")
}

/// Merged cells, labels broken over lines, execution outside a total of 90.
fn as_published(plain: &[Grid]) -> Laid {
    let mut laid = Laid::default();
    for grid in plain {
        let mut grid = grid.clone();
        let merges: &[&str] = match grid.name.chars().take(3).collect::<String>().as_str() {
            "附件2" => &["A2:G2", "A3:A4", "A22:A23", "B24:G24", "A25:G25"],
            "附件3" => &[
                "A2:I2", "A3:B3", "C3:I3", "A4:A10", "B6:E6", "F6:I6", "B7:E7", "F7:I7", "B8:E8", "F8:I8", "A11:A12",
                "B11:E11", "F11:I11", "B12:E12", "F12:I12", "A13:A20", "B14:B16", "B17:B18", "C14:C16", "B20:F20",
            ],
            "附件5" => &[
                "A2:I2", "A3:B3", "C3:I3", "A4:B4", "C4:E4", "G4:I4", "A5:B9", "A10:A11", "B10:E10", "F10:I10",
                "B11:E11", "F11:I11", "A12:A18", "B14:B15", "B18:F18",
            ],
            _ => &[],
        };
        grid.merges = merges.iter().map(|range| range.parse().expect("a range")).collect();
        for typed in grid.typed.values_mut() {
            for (word, broken) in [
                ("年度指标值", "年度\n指标值"),
                ("年度预算申请（万元）", "年度预\n算申请\n（万元）"),
                ("指标（", "指标\n（"),
                ("项目支出名称", "项目支\n出名称"),
            ] {
                *typed = typed.replace(word, broken);
            }
        }
        // Points and score of the total row, and the honest score for execution.
        let total = match grid.name.as_str() {
            "附件3" => Some(("G20", "H20", "9.89")),
            "附件5甲" => Some(("G18", "H18", "9.83")),
            "附件5乙" => Some(("G18", "H18", "9.80")),
            _ => None,
        };
        if let Some((points, score, honest)) = total {
            let number = |cell: &str| grid.typed.get(&at(cell)).and_then(|typed| typed.parse::<Decimal>().ok());
            if let (Some(points_now), Some(score_now)) = (number(points), number(score)) {
                // A planted score stays as far off as it is.
                grid.set(at(points), &(points_now - Decimal::TEN).to_string());
                grid.set(at(score), &(score_now - honest.parse::<Decimal>().expect("a number")).to_string());
            }
        }
        laid.put("报送件.xlsx", &grid.name, &[&grid], stay);
    }
    laid
}

/// Sheets called 表一, 表二 …, everything two rows down and one column right, with lines of the unit's own.
fn renamed_and_shifted(plain: &[Grid]) -> Laid {
    let mut laid = Laid::default();
    for (number, grid) in plain.iter().enumerate() {
        let sheet = format!("表{}", ["一", "二", "三", "四", "五", "六", "七", "八"][number]);
        laid.put("汇总.xlsx", &sheet, &[grid], |name, at| {
            // One more row in the basic data, and one under the title of the project tables.
            let from = if name == "附件2" { 10 } else { 2 };
            let more = u32::from((name == "附件2" || name.starts_with("附件5")) && at.row >= from);
            CellRef::new(at.row + 2 + more, at.col + 1)
        });
        let page = &mut laid.files[0].1[number];
        if grid.name == "附件2" {
            for (cell, typed) in [("B13", "劳务费"), ("C13", "1.05"), ("D13", "1.05"), ("E13", "1.05")] {
                page.set(at(cell), typed);
            }
        } else if grid.name.starts_with("附件5") {
            page.set(at("B5"), "（本表由财务股填报）");
        }
    }
    laid
}

/// No merges, full-width spaces round labels, every number typed as text.
fn text_without_merges(plain: &[Grid]) -> Laid {
    let mut laid = Laid::default();
    for grid in plain {
        let mut grid = grid.clone();
        for typed in grid.typed.values_mut() {
            *typed = if typed.parse::<Decimal>().is_ok() { format!("'{typed}　") } else { format!("　{typed}") };
        }
        laid.put("报送件.xlsx", &grid.name, &[&grid], stay);
    }
    laid
}

/// Amounts in 元, headers by other names.
fn in_yuan(plain: &[Grid]) -> Laid {
    const HEADERS: [(&str, &str); 13] = [
        ("年初预算数", "年初预算"),
        ("全年预算数", "调整后预算数(A)"),
        ("全年执行数", "预算执行数(B)"),
        ("执行率", "执行率(B/A)"),
        ("得分", "自评得分"),
        ("分值", "权重"),
        ("年度指标值", "年度指标值(A)"),
        ("实际完成值", "实际完成值(B)"),
        ("编制数", "核定编制数"),
        ("三公经费", "“三公”经费合计"),
        ("3.公务接待", "3.公务接待费"),
        ("专项名称", "项目名称"),
        ("县级预算部门名称", "预算部门名称"),
    ];
    let mut laid = Laid::default();
    for grid in plain {
        let mut grid = grid.clone();
        let name = grid.name.clone();
        for (cell, typed) in &mut grid.typed {
            if let Some((_, other)) = HEADERS.iter().find(|(word, _)| word == typed) {
                *typed = (*other).to_owned();
            } else if is_money(&name, *cell) {
                *typed = to_yuan(typed);
            } else if typed.contains("（万元）") {
                *typed = typed.replace("（万元）", if typed.contains("投资") { "（元）" } else { "" });
            }
        }
        // The caption stands between the title and the table.
        laid.put("报送件.xlsx", &name, &[&grid], |_, at| CellRef::new(at.row + u32::from(at.row >= 2), at.col));
        if ["附件2", "附件3", "附件5甲", "附件5乙"].contains(&name.as_str()) {
            laid.files[0].1.last_mut().expect("the sheet just drawn").set(at("F3"), "单位：元");
        }
    }
    laid
}

/// Whether a cell of the plain grid holds an amount in the unit of its table.
fn is_money(sheet: &str, cell: CellRef) -> bool {
    let inside = |range: &str| range.parse::<CellRange>().expect("a range").contains(cell);
    match sheet {
        "附件2" => inside("B6:D21") || inside("E23:F23"),
        "附件3" => inside("D5:F5") || inside("B7:F10"),
        "附件5甲" | "附件5乙" => inside("D6:F9"),
        _ => false,
    }
}

/// `30.15` or `其中：基本支出：210.35` in 元.
fn to_yuan(typed: &str) -> String {
    let (label, number) = typed.rsplit_once('：').map_or(("", typed), |(label, number)| (label, number));
    let Ok(number) = number.parse::<Decimal>() else { return typed.to_owned() };
    let yuan = (number * Decimal::from(10_000)).normalize();
    if label.is_empty() { yuan.to_string() } else { format!("{label}：{yuan}.00") }
}

/// Three files; both project reports on one sheet and both project tables on another.
fn several_files(plain: &[Grid]) -> Laid {
    let grid = |name: &str| plain.iter().find(|grid| grid.name == name).expect("the grid is there");
    let mut laid = Laid::default();
    laid.put("自评/1报告和名册.xlsx", "报告", &[grid("附件1")], stay);
    laid.put("自评/1报告和名册.xlsx", "名册", &[grid("附件6")], stay);
    laid.put("自评/2整体.xlsx", "Sheet1", &[grid("附件2")], stay);
    laid.put("自评/2整体.xlsx", "Sheet2", &[grid("附件3")], stay);
    laid.put("自评/3项目.xlsx", "项目报告", &[grid("附件4甲"), grid("附件4乙")], stay);
    laid.put("自评/3项目.xlsx", "项目自评表", &[grid("附件5甲"), grid("附件5乙")], stay);
    laid
}

// ---- workbooks

fn workbook(pages: &[Grid]) -> Vec<u8> {
    let mut book = Workbook::new();
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(&page.name).expect("a sheet name");
        for range in &page.merges {
            let (a, b) = (range.first, range.last);
            sheet.merge_range(a.row, narrow(a.col), b.row, narrow(b.col), "", &Format::new()).expect("a merge");
        }
        for (at, typed) in &page.typed {
            let (row, col) = (at.row, narrow(at.col));
            match (typed.strip_prefix('\''), typed.parse::<f64>()) {
                (Some(text), _) => sheet.write_string(row, col, text),
                (None, Ok(number)) => sheet.write_number(row, col, number),
                (None, Err(_)) => sheet.write_string(row, col, typed),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn narrow(col: u32) -> u16 {
    u16::try_from(col).expect("a sheet has 16,384 columns")
}

/// Reads laid-out files back and gathers them.
fn read(laid: &Laid) -> Vec<gouji::facts::Submission> {
    let filed = laid.files.iter().map(|(name, pages)| {
        let sheets: Vec<Sheet> = book(name, workbook(pages)).sheets;
        filed(name, &sheets)
    });
    submissions(filed.collect())
}

// ---- planting

/// One error: its kind, its cell on the plain grid, and what is typed there instead.
#[derive(Debug, Clone)]
struct Planted {
    kind: &'static str,
    sheet: &'static str,
    cell: &'static str,
    typed: String,
}

const SPOTS: [(&str, &str, &[&str]); 12] = [
    ("total", "附件2", &["B11", "C11", "D11", "C12", "D12", "B17", "C17", "D17"]),
    ("total", "附件5甲", &["E6", "F6"]),
    ("total", "附件5乙", &["E6", "F6"]),
    ("part", "附件2", &["B16", "C16", "D16", "C14", "D14", "C18", "D18", "D19"]),
    ("part", "附件5甲", &["D7", "E7", "F7"]),
    ("rate", "附件2", &["D4", "D23", "G23"]),
    ("rate", "附件3", &["H5"]),
    ("rate", "附件5乙", &["H6"]),
    ("score", "附件3", &["I5", "H20", "G14"]),
    ("score", "附件5甲", &["I6", "H18", "G15"]),
    ("cross-table", "附件2", &["C6", "D6", "C21", "D21"]),
    ("cross-table", "附件3", &["E5", "F5"]),
];

/// Errors in cells that hold more than a number.
const WORDED: [(&str, &str, &str, &str); 12] = [
    ("cross-table", "附件3", "B7", "其中：一般公共预算：206.75"),
    ("cross-table", "附件3", "F7", "其中：基本支出：201.35"),
    ("cross-table", "附件3", "F8", "项目支出：54.00"),
    ("cross-table", "附件4甲", "B4", "31.05万元"),
    ("cross-table", "附件4乙", "B4", "22.05万元"),
    ("cross-table", "附件4乙", "B7", "2024年度项目支出决算数为18.95万元，用于车辆和图书。"),
    ("scale", "附件3", "F17", "106000万人次"),
    ("scale", "附件5甲", "F16", "6400000人"),
    ("scale", "附件5乙", "F14", "14000个"),
    ("date", "附件2", "A25", "填表人：王×× 填报日期：2024.11.28  联系电话：0000-0000000  单位负责人签字：李××"),
    ("date", "附件3", "A21", "填表人：王×× 填报日期：2024年10月8日  联系电话：0000-0000000  单位负责人签字：李××"),
    ("date", "附件5乙", "A19", "填表人：王×× 填报日期：2024-12-20  联系电话：0000-0000000  单位负责人签字：李××"),
];

fn planted(plain: &[Grid], dice: &mut Dice) -> Vec<Planted> {
    let mut all = Vec::new();
    for (kind, sheet, cells) in SPOTS {
        let grid = plain.iter().find(|grid| grid.name == sheet).expect("the grid is there");
        for cell in cells {
            let typed = slip(&grid.typed[&at(cell)], dice);
            all.push(Planted { kind, sheet, cell, typed });
        }
    }
    all.extend(WORDED.iter().map(|(kind, sheet, cell, typed)| Planted {
        kind,
        sheet,
        cell,
        typed: (*typed).to_owned(),
    }));
    all
}

/// A slip of the pen in a number: two digits change places, one is wrong, one is left out or written twice.
pub fn slip(typed: &str, dice: &mut Dice) -> String {
    let value = |text: &str| text.trim_end_matches('%').parse::<Decimal>().expect("a number");
    for _ in 0..200 {
        let mut text: Vec<char> = typed.chars().collect();
        let digits: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
        let at = digits[dice.below(digits.len())];
        match dice.below(4) {
            0 => {
                let other = digits[dice.below(digits.len())];
                text.swap(at, other);
            }
            1 => text[at] = char::from(b'0' + u8::try_from(dice.below(10)).unwrap_or(0)),
            2 if digits.len() > 2 => {
                text.remove(at);
            }
            _ => text.insert(at, text[at]),
        }
        let slipped: String = text.into_iter().collect();
        let sound = !slipped.starts_with(['0', '.']) && !slipped.ends_with('.');
        // Far enough off that rounding does not explain it.
        if sound && (value(&slipped) - value(typed)).abs() >= Decimal::ONE {
            return slipped;
        }
    }
    panic!("no slip of `{typed}` is large enough")
}

/// How often the cell that was changed is the one that is named.
#[derive(Default)]
struct Named {
    right: usize,
    listed: usize,
    wrong: Vec<String>,
}

impl Named {
    fn count<'f>(&mut self, one: &Planted, landed: &Landed, findings: impl Iterator<Item = &'f Finding>) {
        let causes: Vec<&Cause> = findings.flat_map(|finding| &finding.causes).collect();
        let here = |cause: &Cause| {
            (&*cause.file, &*cause.sheet, cause.cell) == (landed.file.as_str(), landed.sheet.as_str(), landed.cell)
        };
        if causes.iter().any(|cause| cause.set == 1 && here(cause)) {
            self.right += 1;
        } else if causes.iter().any(|cause| here(cause)) {
            self.listed += 1;
        } else if let Some(first) = causes.first() {
            let said = format!("{}!{} {}: {}", first.sheet, first.cell, first.label, first.why.zh);
            self.wrong.push(format!("{} {}!{} typed `{}`: {said}", one.kind, one.sheet, one.cell, one.typed));
        }
    }
}

// ---- tests

/// Draws plain grids in every layout and ties all of it in one run; the submissions of each drawing by number.
fn run(drawings: &[Laid]) -> (Run, Vec<BTreeSet<usize>>) {
    let mut all = Vec::new();
    let mut belongs = Vec::new();
    for laid in drawings {
        let from = all.len();
        all.extend(read(laid));
        belongs.push((from..all.len()).collect());
    }
    (tie(all, Vec::new()), belongs)
}

#[test]
fn a_chapter_of_a_report_is_no_table_and_a_numbered_table_is_one() {
    let pieces = |rows: &[&[&str]]| {
        let mut grid = Grid::new("报告");
        for (row, cells) in rows.iter().enumerate() {
            for (col, text) in cells.iter().enumerate() {
                grid.set(CellRef::new(row as u32, col as u32), text);
            }
        }
        let reading = read_sheet(&grid.sheet(), pipeline::forms());
        reading.readings.len() + reading.unknown.len()
    };
    let report: &[&[&str]] = &[
        &["部门整体支出绩效自评报告"],
        &["一、部门基本情况"],
        &["本部门有内设股室四个，全年围绕年初目标开展工作，各项任务按计划完成。"],
        &["八、部门整体支出绩效自评结果拟应用和公开情况"],
        &["自评结果作为下年预算安排的依据，并随部门决算公开。"],
        &["九、其他需要说明的情况"],
        &["没有其他需要说明的情况。"],
    ];
    assert_eq!(pieces(report), 1);
    let with_table: Vec<&[&str]> = report
        .iter()
        .copied()
        .chain([
            &["十、项目支出绩效自评表"][..],
            &["项目名称", "渠道维修"],
            &["主管部门", "水利局"],
            &["全年预算数", "10.00"],
        ])
        .collect();
    assert_eq!(pieces(&with_table), 2);
}

#[test]
fn every_layout_of_a_tying_submission_is_silent() {
    let plain = base("本年");
    let drawings: Vec<Laid> = LAYOUTS.iter().map(|(_, draw)| draw(&plain)).collect();
    let (run, belongs) = run(&drawings);
    let mut loud = Vec::new();
    for ((name, _), own) in LAYOUTS.iter().zip(&belongs) {
        if own.len() != 1 {
            loud.push(format!("{name}: {} submissions instead of one", own.len()));
        }
        let findings = run.with_submissions().filter(|(at, _)| own.contains(at));
        for (_, finding) in findings.filter(|(_, finding)| finding.severity != Severity::Note) {
            loud.push(format!("{name}: {} {} {}", finding.code, finding.severity, finding.message.zh));
        }
        for submission in own {
            let unread: usize = run.submissions[*submission].sheets.iter().filter(|sheet| sheet.form.is_none()).count();
            if unread > 0 {
                loud.push(format!("{name}: {unread} pieces were not recognised"));
            }
        }
    }
    assert!(loud.is_empty(), "\n{}", loud.join("\n"));
}

#[test]
fn planted_errors_are_found_at_their_cells() {
    let plain = base("本年");
    let mut dice = Dice(20_240_607);
    let mut cases = Vec::new();
    let mut drawings = Vec::new();
    for (layout, draw) in LAYOUTS {
        for one in planted(&plain, &mut dice) {
            let mut grids = plain.clone();
            let grid = grids.iter_mut().find(|grid| grid.name == one.sheet).expect("the grid is there");
            grid.set(at(one.cell), &one.typed);
            let laid = draw(&grids);
            cases.push((layout, one.clone(), laid.landed[&(one.sheet.to_owned(), at(one.cell))].clone()));
            drawings.push(laid);
        }
    }
    let (run, belongs) = run(&drawings);
    let mut missed = Vec::new();
    let mut named = Named::default();
    let mut table: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for ((layout, one, landed), own) in cases.iter().zip(&belongs) {
        let findings = run.with_submissions().filter(|(at, _)| own.contains(at));
        let loud = findings.filter(|(_, finding)| finding.severity != Severity::Note).map(|(_, finding)| finding);
        let found = loud.clone().any(|finding| {
            finding.cells.iter().any(|cell| {
                (&*cell.file, &*cell.sheet, cell.cell) == (landed.file.as_str(), landed.sheet.as_str(), landed.cell)
            })
        });
        named.count(one, landed, loud.clone());
        let count = table.entry((layout, one.kind)).or_default();
        count.1 += 1;
        if found {
            count.0 += 1;
        } else {
            let raised: Vec<&str> = loud.map(|finding| finding.code.as_str()).collect();
            missed.push(format!(
                "{layout}: {} {}!{} typed `{}`, at {}!{}; raised {raised:?}",
                one.kind, one.sheet, one.cell, one.typed, landed.sheet, landed.cell
            ));
        }
    }
    let rows: Vec<String> = table
        .iter()
        .map(|((layout, kind), (found, all))| format!("{layout:<24} {kind:<12} {found:>3} of {all}"))
        .collect();
    let allowed = cases.len() * 2 / 100;
    assert!(missed.len() <= allowed, "\n{}\n\n{}", rows.join("\n"), missed.join("\n"));
    let Named { right, listed, wrong } = named;
    let words = format!("{right} named first, {listed} among the candidates, others:\n{}", wrong.join("\n"));
    // Where a cause is named at all, it is nearly always at the cell that was changed.
    assert!(right > cases.len() / 3 && wrong.len() * 20 <= right + listed, "{words}");
}
