//! Indicators: targets that ask too little or nothing, values in the wrong place, units, names, reasons.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Context, Noted, subject};
use crate::forms::normal::{squash, years_in};
use crate::forms::reading::Figure;
use crate::forms::value::State;
use crate::model::{Quantity, Words};
use crate::read::{Comparator, Typed, parse_typed};
use crate::reconcile::attainment::rows::{Numbered, ScoreRow};
use crate::reconcile::attainment::{How, is_misread};
use crate::reconcile::outcome::Use;

/// Every indicator row of a submission with the number of its table.
fn rows<'c>(context: &Context<'c>) -> impl Iterator<Item = (usize, &'c ScoreRow<'c>)> {
    context
        .shared
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(table, sheet)| sheet.indicators.iter().map(move |row| (table, row)))
}

fn uses(table: usize, figures: &[Option<Numbered<'_>>]) -> Vec<Use> {
    figures.iter().flatten().map(|(number, _)| subject(table, *number)).collect()
}

fn text(figure: Option<Numbered<'_>>) -> &str {
    figure.map(|(_, figure)| figure.text.trim()).unwrap_or_default()
}

/// Judges every row for which `fault` decides: none is not asked, an empty answer holds.
fn each_row(context: &Context<'_>, fault: impl Fn(&ScoreRow<'_>) -> Option<Option<Words>>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, row) in rows(context) {
        let Some(answer) = fault(row) else { continue };
        let place = context.place(table, Some(row.name), None);
        let found = uses(table, &[row.result, row.target, row.score]);
        noted.push(match answer {
            None => Noted::holds(found).at(place),
            Some(words) => Noted::fails(found, words).at(place),
        });
    }
    noted
}

/// Judges the rows of each table together: one finding a table lists them.
fn each_table(
    context: &Context<'_>,
    asked: impl Fn(&ScoreRow<'_>) -> Option<bool>,
    say: impl Fn(&str) -> Words,
) -> Vec<Noted> {
    // By table: the rows that are fine, those that are not, and the names of these.
    type Rows = (Vec<Use>, Vec<Use>, Vec<String>);
    let mut tables: BTreeMap<usize, Rows> = BTreeMap::new();
    for (table, row) in rows(context) {
        let Some(fails) = asked(row) else { continue };
        let entry = tables.entry(table).or_default();
        let one = uses(table, &[row.target.or(row.result)]);
        if fails {
            entry.1.extend(one);
            entry.2.push(format!("“{}”", row.name));
        } else {
            entry.0.extend(one);
        }
    }
    tables
        .into_iter()
        .map(|(table, (fine, failing, names))| {
            let place = context.place(table, None, None);
            if failing.is_empty() {
                return Noted::holds(fine).at(place);
            }
            Noted::fails(failing, say(&names.join("、"))).at(place)
        })
        .collect()
}

/// Results far above a target that they reach: the target may have been too low.
pub fn over(context: &Context<'_>) -> Vec<Noted> {
    let Some(most) = context.decimal("most") else { return Vec::new() };
    each_row(context, |row| {
        let (target, result) = row.attained.target.zip(row.attained.result)?;
        let ceiling = matches!(row.attained.comparator, Some(Comparator::AtMost | Comparator::Less));
        if row.attained.how != How::Full || ceiling || target <= Decimal::ZERO {
            return None;
        }
        let limit = target.checked_mul(most)?;
        let times = result.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(target)?.round_dp(1).normalize();
        let (aim, done) = (text(row.target), text(row.result));
        Some((result > limit).then(|| {
            Words::new(
                format!("“{}”完成值{done}为指标值{aim}的{times}%，指标值可能偏低，请说明", row.name),
                format!(
                    "“{}”: the result {done} is {times} % of the target {aim}; it may have been set too low",
                    row.name
                ),
            )
        }))
    })
}

/// Results that repeat the sign of the target: “≥90%” is no result.
pub fn copied(context: &Context<'_>) -> Vec<Noted> {
    each_row(context, |row| {
        let (target, result) = (row.target?.1, row.result?.1);
        result.value.amount?;
        let signed = |figure: &Figure| {
            let text = squash(&figure.text);
            text.starts_with(['≥', '≤', '≧', '≦', '>', '<', '＞', '＜'])
                || text.ends_with("以上")
                || text.ends_with("以下")
        };
        let copied = signed(result) && signed(target) && squash(&target.text) == squash(&result.text);
        Some(copied.then(|| {
            Words::new(
                format!("“{}”完成值照抄指标值“{}”，应填实际完成数", row.name, text(row.result)),
                format!("“{}”: the result copies the target “{}”; give what was done", row.name, text(row.result)),
            )
        }))
    })
}

/// Results that repeat the sentence of the target.
pub fn repeats_words(context: &Context<'_>) -> Vec<Noted> {
    let least = usize::try_from(context.number("letters", 6)).unwrap_or(6);
    let asked = |row: &ScoreRow<'_>| {
        let (target, result) = (row.target?.1, row.result?.1);
        let words = target.value.state == State::Text && result.value.state == State::Text;
        let (aim, done) = (squash(&target.text), squash(&result.text));
        let long = aim.chars().count() >= least && !aim.chars().any(|c| c.is_ascii_digit());
        (words && long).then_some(aim == done)
    };
    each_table(context, asked, |names| {
        Words::new(
            format!("完成值照抄指标值的文字：{names}"),
            format!("results that repeat the words of their targets: {names}"),
        )
    })
}

/// Targets of quantity and cost without a number, a date or a named standard.
pub fn measurable(context: &Context<'_>) -> Vec<Noted> {
    let (groups, standards) = (context.words("groups"), context.words("standards"));
    let asked = |row: &ScoreRow<'_>| {
        let target = row.target?.1;
        let mine = groups.iter().any(|group| row.group.contains(group));
        let stated = squash(&target.text);
        let number = stated.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十百千万".contains(c));
        let named = standards.iter().any(|word| stated.contains(word));
        (mine && !stated.is_empty() && target.value.state != State::Filler)
            .then_some(target.value.state == State::Text && !number && !named)
    };
    each_table(context, asked, |names| {
        Words::new(
            format!("指标值没有数字、时限或标准，难以衡量：{names}"),
            format!("targets without a number, a date or a standard: {names}"),
        )
    })
}

/// One name and one target twice in a table.
pub fn twice(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, sheet) in context.shared.sheets.iter().enumerate() {
        let mut alike: BTreeMap<(String, String), Vec<&ScoreRow<'_>>> = BTreeMap::new();
        for row in &sheet.indicators {
            let name = squash(row.name);
            if name.chars().count() >= 4 && !text(row.target).is_empty() {
                alike.entry((name, squash(text(row.target)))).or_default().push(row);
            }
        }
        for rows in alike.values() {
            let place = context.place(table, Some(rows[0].name), None);
            let found: Vec<Use> = rows.iter().flat_map(|row| uses(table, &[row.target.or(row.result)])).collect();
            noted.push(if rows.len() == 1 {
                Noted::holds(found).at(place)
            } else {
                let (name, count) = (rows[0].name, rows.len());
                Noted::fails(
                    found,
                    Words::new(
                        format!("“{name}”在同一张表中列了{count}次，指标值也相同，请核实是否重复"),
                        format!("“{name}” stands {count} times in one table with one target; please verify"),
                    ),
                )
                .at(place)
            });
        }
    }
    noted
}

/// Indicators of cost that are neither money nor a rate nor speak of cost.
pub fn category(context: &Context<'_>) -> Vec<Noted> {
    let (groups, words) = (context.words("groups"), context.words("words"));
    let asked = |row: &ScoreRow<'_>| {
        let target = row.target?.1;
        if !groups.iter().any(|group| row.group.contains(group)) || text(row.target).is_empty() {
            return None;
        }
        let money = |figure: &Figure| {
            matches!(figure.value.unit.quantity(), Quantity::Money) || squash(&figure.text).contains('元')
        };
        let speaks = words.iter().any(|word| row.name.contains(word) || text(row.target).contains(word));
        Some(!money(target) && !speaks)
    };
    each_table(context, asked, |names| {
        Words::new(
            format!("列在成本指标下，却不是金额，名称也不涉及成本：{names}"),
            format!("listed under cost, but no amount and not about cost: {names}"),
        )
    })
}

/// Satisfaction above a hundred, asked for below the usual, or a plain hundred.
pub fn satisfaction(context: &Context<'_>) -> Vec<Noted> {
    let Some(low) = context.decimal("low") else { return Vec::new() };
    let hundred = Decimal::ONE_HUNDRED;
    each_row(context, |row| {
        if !row.name.contains("满意度") {
            return None;
        }
        let rate = |one: Option<Numbered<'_>>| {
            let figure = one?.1;
            (figure.value.unit.quantity() == Quantity::Ratio).then_some(figure.value.amount?)
        };
        let (target, result) = (rate(row.target), rate(row.result));
        let target = target.filter(|_| !row.attained.guessed);
        target.or(result)?;
        let (aim, done) = (text(row.target), text(row.result));
        let outside = |rate: Option<Decimal>| rate.is_some_and(|rate| rate > hundred || rate < Decimal::ZERO);
        let words = if outside(target) || outside(result) {
            Words::new(
                format!("“{}”超出0至100%：指标值{aim}，完成值{done}", row.name),
                format!("“{}” lies outside 0 to 100 %: target {aim}, result {done}", row.name),
            )
        } else if target.is_some_and(|target| target < low) {
            Words::new(
                format!("“{}”指标值{aim}低于{}%", row.name, low.normalize()),
                format!("“{}”: the target {aim} is below {} %", row.name, low.normalize()),
            )
        } else if result == Some(hundred) {
            Words::new(
                format!("“{}”完成值为100%，请备好调查依据", row.name),
                format!("“{}”: the result is a plain 100 %; keep the survey at hand", row.name),
            )
        } else {
            return Some(None);
        };
        Some(Some(words))
    })
}

/// Points that were typed into the columns of values.
pub fn points_as_values(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, sheet) in context.shared.sheets.iter().enumerate() {
        let rows: Vec<&ScoreRow<'_>> = sheet.indicators.iter().filter(|row| row.weight().is_some()).collect();
        if rows.len() < 4 {
            continue;
        }
        let bare = |one: Option<Numbered<'_>>| {
            let figure = one?.1;
            let plain = figure.value.unit.noun.is_empty() && figure.value.comparator.is_none();
            figure.value.amount.filter(|_| plain)
        };
        let all = |of: &dyn Fn(&ScoreRow<'_>) -> bool| rows.iter().all(|row| of(row));
        let targets = all(&|row| bare(row.target).is_some_and(|value| Some(value) == row.weight()));
        let results = all(&|row| bare(row.result).is_some_and(|value| Some(value) == row.score()));
        let place = context.place(table, None, None);
        let found: Vec<Use> = rows.iter().flat_map(|row| uses(table, &[row.target.or(row.result)])).collect();
        noted.push(match (targets, results) {
            (false, false) => Noted::holds(found).at(place),
            (targets, _) => {
                let (zh, en) = if targets { ("年度指标值", "targets") } else { ("实际完成值", "results") };
                Noted::fails(
                    found,
                    Words::new(
                        format!("“{zh}”一栏各行都等于分值或得分，疑将分数填入了数值栏"),
                        format!("all {en} equal the points beside them; points seem to stand in the column of values"),
                    ),
                )
                .at(place)
            }
        });
    }
    noted
}

/// Reasons for a deduction that say nothing.
pub fn empty_reason(context: &Context<'_>) -> Vec<Noted> {
    let phrases = context.words("phrases");
    let mut noted = Vec::new();
    for (table, row) in rows(context) {
        let (Some(score), Some(weight), Some((number, reason))) = (row.score(), row.weight(), row.reason) else {
            continue;
        };
        if score >= weight || reason.value.state != State::Text {
            continue;
        }
        let said = squash(&reason.text);
        let said = said.trim_matches(['。', '.', ',', ';', '，', '；']);
        let place = context.place(table, Some(row.name), Some("偏差原因"));
        let found = vec![subject(table, number)];
        noted.push(if phrases.contains(&said) {
            Noted::fails(
                found,
                Words::new(
                    format!("“{}”有扣分，原因只写“{said}”，没有说明", row.name),
                    format!("“{}”: points were deducted and the reason says only “{said}”", row.name),
                ),
            )
            .at(place)
        } else {
            Noted::holds(found).at(place)
        });
    }
    noted
}

/// One indicator with one target in two annexes, and two results.
pub fn across(context: &Context<'_>) -> Vec<Noted> {
    let generic = context.words("generic");
    let mut alike: BTreeMap<(String, String), Vec<(usize, &ScoreRow<'_>)>> = BTreeMap::new();
    for (table, row) in rows(context) {
        let name = squash(row.name);
        let specific = name.chars().count() >= 5 && !generic.iter().any(|word| name.contains(word));
        if specific && row.attained.target.is_some() && !row.attained.guessed {
            alike.entry((name, squash(text(row.target)))).or_default().push((table, row));
        }
    }
    let mut noted = Vec::new();
    for rows in alike.values() {
        let (first, one) = &rows[0];
        // Never across different projects: one of the tables is the unit's own.
        let single = |table: &usize| context.forms.all[context.submission.tables[*table].form].single;
        let others: Vec<_> = rows.iter().filter(|(table, _)| table != first).collect();
        let projects = rows.iter().filter(|(table, _)| !single(table)).count();
        if others.is_empty() || projects > 1 {
            continue;
        }
        let place = context.place(*first, Some(one.name), Some("实际完成值"));
        let found: Vec<Use> = rows.iter().flat_map(|(table, row)| uses(*table, &[row.result])).collect();
        let differs = others.iter().find(|(_, row)| row.attained.result != one.attained.result);
        noted.push(match differs {
            None => Noted::holds(found).at(place),
            Some((_, other)) => {
                let (a, b) = (text(one.result), text(other.result));
                Noted::fails(
                    found,
                    Words::new(
                        format!("“{}”在两张表中指标值相同，完成值却是{a}和{b}，请核实", one.name),
                        format!(
                            "“{}” has one target in two tables, and the results {a} and {b}; please verify",
                            one.name
                        ),
                    ),
                )
                .at(place)
            }
        });
    }
    noted
}

/// Heads (人数) that are counted in 人次.
pub fn people_times(context: &Context<'_>) -> Vec<Noted> {
    each_row(context, |row| {
        if !row.name.contains("人数") || row.name.contains("人次") {
            return None;
        }
        let times = |one: Option<Numbered<'_>>| one.is_some_and(|(_, figure)| figure.value.unit.noun == "人次");
        Some((times(row.target) || times(row.result)).then(|| {
            Words::new(
                format!("“{}”是人数，却以“人次”计", row.name),
                format!("“{}” counts heads, and is given in visits (人次)", row.name),
            )
        }))
    })
}

/// Bare whole numbers as target and result, without a unit anywhere in the row.
pub fn unitless(context: &Context<'_>) -> Vec<Noted> {
    let asked = |row: &ScoreRow<'_>| {
        let (target, result) = (row.target?.1, row.result?.1);
        let bare = |figure: &Figure| {
            figure.value.unit.noun.is_empty()
                && figure.value.unit.power == 0
                && figure.value.amount.is_some_and(|amount| amount > Decimal::ONE)
        };
        target.value.amount?;
        let named = row.name.ends_with([')', '）']) || row.name.ends_with("率") || row.name.contains('%');
        Some(bare(target) && bare(result) && !named)
    };
    each_table(context, asked, |names| {
        Words::new(
            format!("指标值和完成值都没有计量单位：{names}"),
            format!("neither target nor result has a unit: {names}"),
        )
    })
}

/// Deadlines of another year.
pub fn deadline(context: &Context<'_>) -> Vec<Noted> {
    let Some(year) = context.submission.year else { return Vec::new() };
    each_row(context, |row| {
        let stated = squash(text(row.target));
        let compared = ["较", "比", "同比", "增长", "基期"].iter().any(|word| stated.contains(word));
        let years = years_in(&stated);
        let dated = years.iter().any(|year| {
            let behind = stated.split_once(&format!("{year}年")).map_or("", |(_, rest)| rest);
            behind.starts_with(['底', '末', '前', '内']) || behind.starts_with(|c: char| c.is_ascii_digit())
        });
        if compared || !dated {
            return None;
        }
        Some((!years.contains(&year)).then(|| {
            Words::new(
                format!("“{}”的时限“{}”不在{year}年", row.name, text(row.target)),
                format!("“{}”: the deadline “{}” is not in {year}", row.name, text(row.target)),
            )
        }))
    })
}

/// Values that a scan misread or glued together.
pub fn garbled(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, row) in rows(context) {
        let misread = row.target.zip(row.result).is_some_and(|((_, target), (_, result))| is_misread(target, result));
        let cells = [row.target, row.result];
        let glued = cells.iter().flatten().find(|(_, figure)| is_glued(&squash(&figure.text)));
        let place = context.place(table, Some(row.name), None);
        let found = uses(table, &cells);
        let (name, aim) = (row.name, text(row.target));
        noted.push(match (misread, glued) {
            (true, _) => Noted::fails(
                found,
                Words::new(
                    format!("“{name}”指标值“{aim}”疑为符号误识（如“≥90%”误作“290%”），请核对原件"),
                    format!(
                        "“{name}”: the target “{aim}” looks like a misread sign (290% for ≥90%); compare the original"
                    ),
                ),
            )
            .at(place),
            (false, Some((_, figure))) => Noted::fails(
                found,
                Words::new(
                    format!("“{name}”的“{}”疑为几个数粘连", figure.text.trim()),
                    format!("“{name}”: “{}” looks like several numbers glued together", figure.text.trim()),
                ),
            )
            .at(place),
            (false, None) => Noted::holds(found).at(place),
        });
    }
    noted
}

/// `202010100.00%10`: digits go on behind a percent sign.
fn is_glued(text: &str) -> bool {
    if text.chars().any(char::is_alphabetic) || !matches!(parse_typed(text), Typed::Text | Typed::Numbers(_)) {
        return false;
    }
    text.split('%').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
