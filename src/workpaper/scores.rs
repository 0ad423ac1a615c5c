//! 评分复核: every score beside the one computed again from target and result, and why they differ.

use rust_xlsxwriter::XlsxError;

use super::book::Book;
use super::desk::Desk;
use super::lead::Ties;
use super::names::Spot;
use super::page::{Page, Paper, Target, as_number};
use super::papers::{Column, Kind};
use super::plan::Plan;
use super::style::{Fill, Look, Style};
use crate::facts::Table;
use crate::model::Words;
use crate::reconcile::attainment::How;
use crate::reconcile::attainment::rows::{Numbered, ScoreRow, Sheet, total};
use rust_decimal::Decimal;

const GROUP: u16 = 0;
const NAME: u16 = 1;
const TARGET_TEXT: u16 = 2;
const TARGET: u16 = 3;
const RESULT_TEXT: u16 = 4;
const RESULT: u16 = 5;
const WEIGHT: u16 = 6;
pub const SCORE: u16 = 7;
pub const AGAIN: u16 = 8;
const DIFFERENCE: u16 = 9;
const WHY: u16 = 10;
const SOURCE: u16 = 11;
const CELL: u16 = 12;
const INDEX: u16 = 13;
const WIDTHS: [f64; 14] = [12.0, 26.0, 14.0, 10.0, 14.0, 10.0, 6.5, 8.5, 8.5, 9.5, 26.0, 18.0, 6.5, 10.0];
/// Its columns.
pub const COLUMNS: [Column; 14] = [
    Column::new("一级指标", "Group"),
    Column::new("指标", "Indicator").kept("得分要有名称", "a score needs its name"),
    Column::new("指标值（原文）", "Target as filed"),
    Column::new("指标值", "Target").read_by(&[AGAIN]),
    Column::new("完成值（原文）", "Result as filed"),
    Column::new("完成值", "Result").read_by(&[AGAIN]),
    Column::new("分值", "Points").read_by(&[AGAIN]),
    Column::new("自评得分", "Declared").kept("复核的对象", "it is what is reviewed"),
    Column::new("复算得分", "Again").read_by(&[DIFFERENCE]),
    Column::new("差异", "Difference"),
    Column::new("差异原因", "Why"),
    Column::new("来源（表）", "From (sheet)"),
    Column::new("单元格", "Cell").kept("链接到标注工作簿的单元格", "it leads to the cell in the annotated workbook"),
    Column::new("索引", "Index").kept("链接到勾稽底稿", "it leads to the tie-out"),
];

/// Writes the review of scores.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan, ties: &Ties) -> Result<(), XlsxError> {
    let mut page = desk.long_page(book, Kind::Scores, &plan.sheets.scores, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head("F", desk.title(Kind::Scores)))?;
    page.remark(desk.say(
        "复算口径：达到指标值的记满分；未达到的按完成值与指标值之比（方向为“不超过”的按指标值与完成值之比）乘以分值，保留两位小数；预算执行率得分＝执行率（最高100%）×分值。定性、数量级不一致或单位不同的指标不复算，暂取自评得分。资金表只取总额行的得分，其中行不重复计分。复算是供复核参考的口径，不代替评分办法。",
        "How it was computed again: full points where the target is met; else points × result ÷ target (target ÷ result where it is a ceiling), to two decimals; execution = rate (at most 100 %) × points. Targets in words, or in other units or magnitudes, keep the declared score. Of the funds only the total line scores, its parts do not score twice. This is an aid to the reviewer, not the scoring rules.",
    ))?;
    page.header(&desk.titles(Kind::Scores), 2)?;
    let mut any = false;
    for (place, at) in desk.submissions.iter().enumerate() {
        let submission = desk.submission(*at);
        for (table, one) in submission.tables.iter().enumerate() {
            let form = &desk.report.forms.all[one.form];
            let sheet = Sheet::of(form, one);
            let rows: Vec<&ScoreRow<'_>> = sheet.scored().collect();
            if rows.is_empty() {
                continue;
            }
            any = true;
            let entity = if desk.is_many() { format!("{} {}　", place + 1, submission.entity) } else { String::new() };
            let project = one.project.as_deref().map(|project| format!("　{project}")).unwrap_or_default();
            let title = format!(
                "{entity}{} {}{project}　{}·{}",
                form.annex,
                desk.of(&form.title),
                desk.file(&one.file),
                one.sheet
            );
            page.span(0, page.last(), &desk.report.masked(&title), Look::Strong.on(Fill::Group))?;
            page.end_row()?;
            write_table(&mut page, desk, plan, ties, (*at, table, one), &rows)?;
        }
    }
    if !any {
        page.span(0, page.last(), desk.say("没有评分表。", "No table with scores."), Look::Text.style())?;
        page.end_row()?;
    }
    desk.write_unlinked(&mut page)?;
    page.remark(desk.say("审计结论：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "Conclusion: ____________________"))?;
    page.close(book);
    Ok(())
}

/// A submission's number, a table's, and the table.
type Place<'t> = (usize, usize, &'t Table);

fn write_table(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    ties: &Ties,
    place: Place<'_>,
    rows: &[&ScoreRow<'_>],
) -> Result<(), XlsxError> {
    let first = page.row;
    for row in rows.iter().filter(|row| !row.execution) {
        write_row(page, desk, plan, ties, place, row)?;
    }
    let last = page.row;
    let indicators = (last > first).then(|| (first, last - 1));
    let part = |execution: bool| rows.iter().filter(move |row| row.execution == execution);
    let basis = Basis { rows: part(false).copied().collect(), range: indicators, also: None };
    write_total(page, desk.say("合计（不含预算执行率）", "Total without execution"), &basis)?;
    let mut also = Vec::new();
    for row in part(true) {
        also.push(page.row);
        write_row(page, desk, plan, ties, place, row)?;
    }
    if !also.is_empty() {
        let all = Basis { rows: rows.to_vec(), range: indicators, also: Some((also[0], also[also.len() - 1])) };
        write_total(page, desk.say("合计（含预算执行率）", "Total with execution"), &all)?;
    }
    let amount = |one: Option<Numbered<'_>>| one.and_then(|(_, figure)| figure.value.amount);
    let (weight, score) = total(&desk.report.forms.all[place.2.form], place.2);
    page.span(GROUP, RESULT, desk.say("表中所报总分", "Total as filed"), Look::Strong.on(Fill::Group))?;
    for (col, value) in [(WEIGHT, amount(weight)), (SCORE, amount(score))] {
        match value {
            Some(value) => page.amount(col, value, points(value).on(Fill::Group))?,
            None => page.blank(col, Look::Figure.on(Fill::Group))?,
        }
    }
    page.blanks(AGAIN, INDEX, Look::Text.on(Fill::Group))?;
    page.end_row()
}

/// The score computed again; where nothing was, the declared one.
fn again(row: &ScoreRow<'_>) -> Option<Decimal> {
    row.weight().and(row.due().or_else(|| row.score()))
}

fn text(figure: Option<Numbered<'_>>) -> &str {
    figure.map(|(_, figure)| figure.text.trim()).unwrap_or_default()
}

fn points(value: Decimal) -> Style {
    Style::figure(value.normalize().scale())
}

fn at(row: u32, col: u16) -> String {
    Spot::new("", row, u32::from(col)).cell.to_string()
}

fn write_row(
    page: &mut Page,
    desk: &Desk<'_>,
    plan: &Plan,
    ties: &Ties,
    (submission, table, one): Place<'_>,
    row: &ScoreRow<'_>,
) -> Result<(), XlsxError> {
    let group = if row.execution { desk.say("预算执行率", "Execution of the budget") } else { &row.group };
    page.text(GROUP, &desk.report.masked(group), Look::Text.style())?;
    page.text(NAME, &desk.report.masked(row.name), Look::Text.style())?;
    let number = |page: &mut Page, col: u16, value: Option<Decimal>| match value {
        Some(value) => page.amount(col, value, points(value)),
        None => page.blank(col, Look::Figure.style()),
    };
    page.text(TARGET_TEXT, &desk.report.masked(text(row.target)), Look::Centre.style())?;
    number(page, TARGET, row.attained.target)?;
    page.text(RESULT_TEXT, &desk.report.masked(text(row.result)), Look::Centre.style())?;
    number(page, RESULT, row.attained.result)?;
    number(page, WEIGHT, row.weight())?;
    number(page, SCORE, row.score())?;
    let line = page.row;
    match (again(row), formula(row, line)) {
        (Some(value), Some(text)) => page.formula(AGAIN, &text, &value.normalize().to_string(), points(value))?,
        (value, _) => number(page, AGAIN, value)?,
    }
    let difference = row.score().zip(again(row)).and_then(|(score, again)| score.checked_sub(again));
    match difference {
        Some(value) => {
            let text = format!("ROUND({}-{},4)", at(line, SCORE), at(line, AGAIN));
            let fill = if value.is_zero() { Fill::None } else { Fill::Of(crate::model::Severity::Warning) };
            page.formula(DIFFERENCE, &text, &value.normalize().to_string(), points(value).on(fill))?;
        }
        None => page.blank(DIFFERENCE, Look::Figure.style())?,
    }
    page.text(WHY, &desk.report.masked(desk.of(&why(row, difference))), Look::Text.style())?;
    let Some(cell) = row.score.map(|(_, figure)| figure.cell) else {
        page.blanks(SOURCE, INDEX, Look::Text.style())?;
        return page.end_row();
    };
    page.text(SOURCE, &one.sheet, Look::Text.style())?;
    match desk.settings.annotated.get(&*one.file) {
        Some(path) => {
            let target = Target::Beside { path: path.clone(), sheet: one.sheet.to_string(), cell };
            page.link(CELL, &cell.to_string(), &target, Look::Index.style())?;
        }
        None => page.text(CELL, &cell.to_string(), Look::Centre.style())?,
    }
    match row.score.and_then(|(figure, _)| ties.get(submission, table, figure)).and_then(|tie| plan.ties.get(tie)) {
        Some(tie) => {
            let text = format!("→{}{}", tie.index, if tie.finding.is_some() { " ×" } else { "" });
            page.link(INDEX, &text, &Target::Inside(tie.spot.clone()), Look::Index.style())?;
        }
        None => page.text(INDEX, desk.say("无规则涉及", "no rule"), Look::Centre.style())?,
    }
    page.end_row()
}

/// The score as Excel computes it from the cells beside it.
fn formula(row: &ScoreRow<'_>, line: u32) -> Option<String> {
    let whole = [row.weight(), row.attained.target, row.attained.result]
        .iter()
        .all(|value| value.is_some_and(|value| as_number(value).is_some()));
    let (weight, target, result) = (at(line, WEIGHT), at(line, TARGET), at(line, RESULT));
    match row.attained.how {
        // A sign put right by a guess is no figure of the sheet.
        _ if row.attained.guessed => None,
        How::Ratio if whole => Some(format!("ROUND({weight}*MIN(1,{result}/{target}),2)")),
        How::Ceiling if whole => Some(format!("ROUND({weight}*MIN(1,{target}/{result}),2)")),
        How::Full if row.weight().is_some() => Some(weight),
        _ => None,
    }
}

/// Why the two scores differ, or why there is no second one.
fn why(row: &ScoreRow<'_>, difference: Option<Decimal>) -> Words {
    let known = |words: Words| match (text(row.reason), difference) {
        (reason, Some(difference)) if !reason.is_empty() && !difference.is_zero() => {
            Words::new(format!("{}；所填原因：{reason}", words.zh), format!("{}; reason given: {reason}", words.en))
        }
        _ => words,
    };
    let Some(difference) = difference else {
        return Words::new("缺分值或得分，未复算", "points or score are missing");
    };
    let undirected = row.attained.undirected && !difference.is_zero();
    let words = match (row.attained.how, difference.is_sign_negative(), difference.is_zero()) {
        (How::Words, ..) => {
            Words::new("定性或无法比较的指标，取自评得分", "in words, or not comparable: the declared score stands")
        }
        (How::Apart, ..) => Words::new(
            "指标值与完成值数量级不一致，取自评得分",
            "target and result differ in magnitude: the declared score stands",
        ),
        (How::Late, ..) => Words::new(
            "未按期完成，评分办法未定扣分比例，取自评得分",
            "late, and no method says by how many points: the declared score stands",
        ),
        (_, _, true) => Words::new("一致", "agrees"),
        (How::Parts, ..) => Words::new(
            "一格数个数，按各数完成程度的平均复算",
            "several figures in one cell: the mean of what each reached",
        ),
        (How::Full, true, _) => Words::new("已达到指标值，自评有扣分", "the target is met, points were deducted"),
        (_, true, _) => Words::new("自评得分低于按比例得分", "declared below the proportional score"),
        (How::Full, false, _) => Words::new("自评得分高于分值", "declared above its points"),
        (_, false, _) => Words::new(
            "未达到指标值，自评得分高于按比例得分",
            "the target is missed, declared above the proportional score",
        ),
    };
    let words = if undirected {
        Words::new(
            format!("{}（指标方向未印明，按越高越好）", words.zh),
            format!("{} (no direction printed; higher is taken as better)", words.en),
        )
    } else {
        words
    };
    known(words)
}

/// What a total takes of a row.
type Taken = fn(&ScoreRow<'_>) -> Option<Decimal>;

/// The rows that a total adds up.
struct Basis<'s> {
    rows: Vec<&'s ScoreRow<'s>>,
    range: Option<(u32, u32)>,
    also: Option<(u32, u32)>,
}

fn write_total(page: &mut Page, title: &str, basis: &Basis<'_>) -> Result<(), XlsxError> {
    page.span(GROUP, RESULT, title, Look::Strong.on(Fill::Group))?;
    let values: [(u16, Taken); 4] = [
        (WEIGHT, |row| row.weight()),
        (SCORE, |row| row.score()),
        (AGAIN, again),
        (DIFFERENCE, |row| row.score().zip(again(row)).map(|(score, again)| score - again)),
    ];
    for (col, of) in values {
        let sum: Decimal = basis.rows.iter().filter_map(|row| of(row)).sum();
        let ranges: Vec<String> = [basis.range, basis.also]
            .into_iter()
            .flatten()
            .map(|(a, b)| format!("{}:{}", at(a, col), at(b, col)))
            .collect();
        let text = format!("ROUND(SUM({}),4)", ranges.join(","));
        if ranges.is_empty() {
            page.blank(col, Look::Figure.on(Fill::Group))?;
        } else {
            page.formula(col, &text, &sum.normalize().to_string(), points(sum).on(Fill::Group))?;
        }
    }
    page.blanks(WHY, INDEX, Look::Text.on(Fill::Group))?;
    page.end_row()
}
