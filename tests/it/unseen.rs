//! Project tables put together at random from the words and habits of many places: order of columns, header wording,
//! units, merges, blank and filler rows, where totals stand. None was looked at while the forms were declared.

use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::layouts::Dice;
use crate::provinces::{check, is_found, loud, misread};
use crate::support::drawing::Drawing;

const TITLES: [&str; 5] = [
    "项目支出绩效自评表",
    "财政项目支出绩效自评表",
    "项目绩效自评表",
    "部门预算项目支出绩效自评表",
    "专项资金绩效目标自评表",
];
const NAMES: [&str; 4] = ["项目名称", "项目支出名称", "专项名称", "专项（项目）名称"];
const UNITS: [&str; 4] = ["实施单位", "项目实施单位", "项目单位", "预算单位"];
const INITIAL: [&str; 2] = ["年初预算数", "年初预算"];
const BUDGET: [&str; 8] = [
    "全年预算数",
    "全年预算数（A）",
    "调整后预算数",
    "调整预算数(A)",
    "调整后的预算",
    "全年（调整）预算数",
    "当年预算数",
    "预算安排情况（调整后）",
];
const OUTTURN: [&str; 7] =
    ["全年执行数", "全年执行数(B)", "预算执行数", "执行数", "执行数（B）", "实际支出（UNIT）", "资金执行情况"];
const RATE: [&str; 6] = ["执行率", "执行率(B/A)", "预算执行率", "预算执行率（B/A）", "预算执行进度(%)", "执行率（%）"];
const POINTS: [&str; 5] = ["分值", "权重", "参考分值", "指标分值", "权重（分）"];
const SCORE: [&str; 5] = ["得分", "自评得分", "自评分", "指标得分（分）", "单项指标得分"];
const TARGET: [&str; 6] = ["年度指标值", "指标值", "年初目标值（A）", "年初指标值", "预期指标值", "年度指标值（A）"];
const RESULT: [&str; 6] = ["实际完成值", "全年实际值", "全年完成值", "完成值", "年终完成值", "实际完成值（B）"];
const REASON: [&str; 5] =
    ["偏差原因分析及改进措施", "未完成原因分析", "未完成原因和改进措施", "扣分原因和其他说明", "原因"];
const TOTAL: [&str; 3] = ["年度资金总额", "资金总额", "总额"];
const SOURCES: [(&str, &str); 7] = [
    ("当年财政拨款", "当年财政拨款"),
    ("当年财政拨款", "财政资金"),
    ("当年财政拨款", "本年财政拨款"),
    ("上年结转资金", "上年结转资金"),
    ("上年结转资金", "上年结转"),
    ("其他资金", "其他资金"),
    ("其他资金", "自有资金"),
];
const SUM: [&str; 4] = ["总分", "合计", "总计", "得分合计"];

fn pick<'w>(dice: &mut Dice, words: &[&'w str]) -> &'w str {
    words[dice.below(words.len())]
}

fn shuffle<T>(dice: &mut Dice, all: &mut [T]) {
    for at in (1..all.len()).rev() {
        all.swap(at, dice.below(at + 1));
    }
}

fn letter(col: usize) -> char {
    char::from(b'A' + u8::try_from(col).expect("a few columns"))
}

fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// One table that ties, with three errors to plant.
#[allow(clippy::too_many_lines, reason = "one sheet, drawn from the top down")]
fn draw(seed: u64) -> Drawing {
    let dice = &mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..8 {
        dice.below(2);
    }
    let mut text = String::from("# 表.xlsx!第一张\n");
    let mut row = 0usize;
    let mut put = |text: &mut String, line: &str| {
        let _ = writeln!(text, "{line}");
        row += 1;
        row
    };
    let (unit, factor) = [("万元", 1), ("元", 10_000), ("千元", 10)][dice.below(3)];
    let merged = dice.below(2) == 0;
    let wide = |count: usize| if merged { format!(">{count}") } else { String::new() };
    if dice.below(3) == 0 {
        put(&mut text, &format!("附件{}", 2 + dice.below(8)));
    }
    put(&mut text, &format!("{}{}", pick(dice, &TITLES), wide(10)));
    put(&mut text, &format!("（202{}年度）{}", 1 + dice.below(4), wide(10)));
    let caption = dice.below(2) == 0;
    if caption {
        put(&mut text, &format!("金额单位：{unit}{}", wide(10)));
    }
    if dice.below(3) == 0 {
        put(&mut text, "~");
    }
    put(&mut text, &format!("{}|农村公益设施维护", pick(dice, &NAMES)));
    put(&mut text, &format!("主管部门|云山县财政局|{}|云山县财政服务中心", pick(dice, &UNITS)));
    // Funds: a banner, the source, and columns in any order.
    let mut columns = vec!["年初预算数", "全年预算数", "全年执行数", "执行率"];
    if dice.below(3) == 0 {
        columns.remove(0);
    }
    let weighed = dice.below(4) > 0;
    let at = dice.below(2);
    if weighed {
        columns.insert(if at == 0 { 0 } else { columns.len() - 1 }, "分值");
        columns.push("得分");
    }
    let header = |dice: &mut Dice, name: &str| {
        let word = match name {
            "年初预算数" => pick(dice, &INITIAL),
            "全年预算数" => pick(dice, &BUDGET),
            "全年执行数" => pick(dice, &OUTTURN),
            "执行率" => pick(dice, &RATE),
            "分值" => pick(dice, &POINTS),
            "得分" => pick(dice, &SCORE),
            "年度指标值" => pick(dice, &TARGET),
            "实际完成值" => pick(dice, &RESULT),
            "偏差原因" => pick(dice, &REASON),
            other => return other.to_owned(),
        };
        word.replace("UNIT", unit)
    };
    let meaning = |columns: &[&str], from: usize| {
        let known = columns
            .iter()
            .enumerate()
            .filter(|(_, name)| !matches!(**name, "年度指标值" | "实际完成值" | "偏差原因" | "指标性质" | "度量单位"));
        let said: Vec<String> = known.map(|(at, name)| format!("{}={name}", letter(from + at))).collect();
        format!("@ {unit} {}", said.join(" "))
    };
    let _ = writeln!(text, "{}", meaning(&columns, 2));
    let banner = if caption { "项目资金".to_owned() } else { format!("项目资金（{unit}）") };
    let words: Vec<String> = columns.iter().map(|name| header(dice, name)).collect();
    put(&mut text, &format!("{banner}|资金来源|{}", words.join("|")));
    let mut sources = SOURCES.to_vec();
    shuffle(dice, &mut sources);
    let mut chosen: Vec<(&str, &str)> = Vec::new();
    for source in sources {
        if chosen.len() < 1 + dice.below(3) && chosen.iter().all(|(name, _)| *name != source.0) {
            chosen.push(source);
        }
    }
    let places = u32::try_from(1 + dice.below(2)).expect("one or two");
    let money = |dice: &mut Dice| Decimal::new(i64::try_from(2_000 + dice.below(60_000)).expect("small"), places);
    let parts: Vec<[Decimal; 3]> = chosen
        .iter()
        .map(|_| {
            let budget = money(dice);
            let spent = round(budget * Decimal::new(i64::try_from(91 + dice.below(10)).expect("small"), 2), places);
            [budget, budget, spent.min(budget)]
        })
        .collect();
    let total: [Decimal; 3] = std::array::from_fn(|at| parts.iter().map(|part| part[at]).sum());
    let percent = |row: &[Decimal; 3]| round(row[2] / row[1] * Decimal::ONE_HUNDRED, 2);
    let score = round(Decimal::TEN * percent(&total) / Decimal::ONE_HUNDRED, 2);
    let bare_percent = columns.iter().zip(&words).any(|(name, word)| *name == "执行率" && word.contains('%'));
    let cells = |row: &[Decimal; 3], top: bool| {
        let one = |name: &&str| match *name {
            "年初预算数" => (row[0] * Decimal::from(factor)).normalize().to_string(),
            "全年预算数" => (row[1] * Decimal::from(factor)).normalize().to_string(),
            "全年执行数" => (row[2] * Decimal::from(factor)).normalize().to_string(),
            "执行率" if bare_percent => percent(row).to_string(),
            "执行率" => format!("{}%", percent(row)),
            "分值" if top => "10".to_owned(),
            "得分" if top => score.normalize().to_string(),
            _ => ["", "—", "/"][at].to_owned(),
        };
        columns.iter().map(one).collect::<Vec<_>>().join("|")
    };
    let bottom = dice.below(3) == 0;
    let label = if bottom { "合计" } else { pick(dice, &TOTAL) };
    let whole = format!("[年度资金总额]|{label}|{}", cells(&total, true));
    let mut total_row = 0;
    if !bottom {
        total_row = put(&mut text, &whole);
    }
    let mut part_row = 0;
    for (number, ((name, printed), part)) in chosen.iter().zip(&parts).enumerate() {
        let front = if number == 0 && !bottom { "其中：" } else { "　　" };
        part_row = put(&mut text, &format!("[{name}]|{front}{printed}|{}", cells(part, false)));
    }
    if bottom {
        total_row = put(&mut text, &whole);
    }
    let spent_col = letter(2 + columns.iter().position(|name| *name == "全年执行数").expect("there"));
    // Goals.
    text.push_str("@\n");
    put(&mut text, "年度总体目标|预期目标||||实际完成情况");
    put(&mut text, "|维护公益设施||||设施运行良好");
    if dice.below(3) == 0 {
        put(&mut text, "~");
    }
    // Indicators.
    let mut columns = vec!["年度指标值", "实际完成值"];
    if dice.below(2) == 0 {
        columns.insert(0, "指标性质");
        columns.insert(2, "度量单位");
    }
    match dice.below(3) {
        0 => {
            columns.insert(0, "分值");
            columns.push("得分");
        }
        1 => columns.extend(["分值", "得分"]),
        _ => {
            columns.push("分值");
            columns.push("偏差原因");
            columns.push("得分");
        }
    }
    if !columns.contains(&"偏差原因") {
        columns.push("偏差原因");
    }
    let _ = writeln!(text, "{}", meaning(&columns, 3));
    let words: Vec<String> = columns.iter().map(|name| header(dice, name)).collect();
    put(&mut text, &format!("一级指标|二级指标|三级指标|{}", words.join("|")));
    let rows = [
        ("产出指标", "数量指标", "维护设施", "120", "处", "125"),
        ("产出指标", "质量指标", "设施完好率", "95", "%", "96"),
        ("效益指标", "社会效益指标", "受益村庄", "58", "个", "58"),
        ("满意度指标", "满意度指标", "群众满意度", "90", "%", "92"),
    ];
    let weights = if weighed { [30, 20, 30, 10] } else { [40, 20, 30, 10] };
    let split = columns.contains(&"度量单位");
    let last_group = std::cell::Cell::new("");
    for ((group, second, name, target, noun, result), weight) in rows.into_iter().zip(weights) {
        let one = |column: &&str| match *column {
            "指标性质" => "≥".to_owned(),
            "度量单位" => noun.to_owned(),
            "年度指标值" if split => target.to_owned(),
            "年度指标值" => format!("≥{target}{noun}"),
            "实际完成值" if split => result.to_owned(),
            "实际完成值" => format!("{result}{noun}"),
            "分值" | "得分" => weight.to_string(),
            _ => String::new(),
        };
        let shown = if last_group.replace(group) == group { "" } else { group };
        let cells: Vec<String> = columns.iter().map(one).collect();
        put(&mut text, &format!("{shown}|{second}|{name}|{}", cells.join("|")));
        if name == "设施完好率" && dice.below(2) == 0 {
            put(&mut text, &format!("||……{}", "|".repeat(columns.len())));
        }
    }
    let summed = if weighed { Decimal::from(90) + score } else { Decimal::ONE_HUNDRED };
    let one = |column: &&str| match *column {
        "分值" => "100".to_owned(),
        "得分" => summed.normalize().to_string(),
        _ => String::new(),
    };
    let cells: Vec<String> = columns.iter().map(one).collect();
    let sum_row = put(&mut text, &format!("[总分]{}|||{}", pick(dice, &SUM), cells.join("|")));
    let score_col = letter(3 + columns.iter().position(|name| *name == "得分").expect("there"));
    let off = |amount: Decimal, by: i64| (amount + Decimal::from(by)).normalize() * Decimal::from(factor);
    let _ = writeln!(text, "! {spent_col}{total_row} {}", off(total[2], -9).normalize());
    let last = parts.last().expect("a part");
    let _ = writeln!(text, "! {spent_col}{part_row} {}", off(last[2], -7).normalize());
    let _ = writeln!(text, "! {score_col}{sum_row} {}", (summed - Decimal::from(2)).normalize());
    Drawing::parse(&text)
}

#[test]
fn tables_put_together_at_random_are_read_tie_and_show_their_errors() {
    let drawings: Vec<Drawing> = (1..=30).map(draw).collect();
    let (run, owns) = check(&drawings);
    let mut wrong: Vec<String> = Vec::new();
    let mut noise = Vec::new();
    let mut cells = 0;
    for (number, (drawing, own)) in drawings.iter().zip(&owns).enumerate() {
        cells += drawing.truth.len();
        wrong.extend(
            drawing.truth.iter().filter_map(|truth| misread(&run, own, truth)).map(|w| format!("{}: {w}", number + 1)),
        );
        noise.extend(loud(&run, own).into_iter().map(|words| format!("{}: {words}", number + 1)));
    }
    let cases: Vec<_> = drawings
        .iter()
        .enumerate()
        .flat_map(|(at, drawing)| drawing.faults.iter().map(move |fault| (at, fault, drawing.with(fault))))
        .collect();
    let (run, owns) = check(cases.iter().map(|(_, _, drawing)| drawing));
    let missed: Vec<String> = cases
        .iter()
        .zip(&owns)
        .filter(|((_, fault, _), own)| !is_found(&run, own, fault))
        .map(|((at, fault, _), own)| format!("{}: {} {} {:?}", at + 1, fault.cell, fault.typed, loud(&run, own)))
        .collect();
    let read = cells - wrong.len();
    println!(
        "{} tables: {read} of {cells} cells read, {} loud, {} of {} errors missed",
        drawings.len(),
        noise.len(),
        missed.len(),
        cases.len()
    );
    assert!(cells > 500 && read * 100 >= cells * 97, "{read} of {cells}\n{}", wrong.join("\n"));
    assert!(noise.is_empty(), "\n{}", noise.join("\n"));
    assert!(missed.is_empty(), "{} of {}\n{}", missed.len(), cases.len(), missed.join("\n"));
}
