//! Scores: computed again from target and result, by bands, beside each other, and as totals and grades.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Context, Noted, subject};
use crate::forms::normal::squash;
use crate::forms::value::State;
use crate::model::finding::Role;
use crate::model::{Unit, Verdict, Words};
use crate::read::Comparator;
use crate::reconcile::attainment::How;
use crate::reconcile::attainment::rows::{ScoreRow, total};
use crate::reconcile::outcome::{Judged, Use};
use crate::reconcile::working::{Calc, Working};

/// Which scores a rule computes again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Missed, where more is printed as better; the score is above what is due.
    Least,
    /// Missed, where less is printed as better; the score is above what is due.
    Most,
    /// Missed otherwise: no direction is printed, or the score lies below what is due.
    Other,
}

/// Scores beside those of the published method, further apart than the rule allows.
pub fn recomputed(context: &Context<'_>) -> Vec<Noted> {
    let slack = context.decimal("slack").unwrap_or_default();
    let kind = match context.text("of") {
        "least" => Kind::Least,
        "most" => Kind::Most,
        _ => Kind::Other,
    };
    let mut noted = Vec::new();
    for (table, sheet) in context.shared.sheets.iter().enumerate() {
        for row in &sheet.indicators {
            noted.extend(score_of(context, table, row, kind, slack));
        }
    }
    noted
}

fn score_of(context: &Context<'_>, table: usize, row: &ScoreRow<'_>, kind: Kind, slack: Decimal) -> Option<Noted> {
    let (weight, score, due) = (row.weight()?, row.score()?, row.due()?);
    let attained = &row.attained;
    let above = score > due;
    let own = match attained.comparator {
        Some(Comparator::AtLeast | Comparator::More) if above || score == due => Kind::Least,
        Some(Comparator::AtMost | Comparator::Less) if above || score == due => Kind::Most,
        _ => Kind::Other,
    };
    // Full points for a missed target, and points taken off a reached one, are matters of rules of their own.
    let partial = attained.how != How::Full && !attained.guessed && score < weight;
    if own != kind || !partial {
        return None;
    }
    let mut reported = subject(table, row.score?.0);
    reported.role = Role::Total;
    let operands = [row.weight, row.target, row.result].into_iter().flatten();
    let uses: Vec<Use> =
        std::iter::once(reported).chain(operands.map(|(number, _)| Use::figure(table, number, Role::Term))).collect();
    let place = context.place(table, Some(row.name), Some("得分"));
    let difference = score.checked_sub(due)?;
    let allowance = weight.checked_mul(slack)?.normalize();
    let mut found = Noted::holds(uses).at(place);
    found.figures = Some(Judged {
        reported: score,
        expected: due,
        difference,
        allowance,
        unit: Unit::points().to_string(),
        op: "=".to_owned(),
    });
    found.working = working(row);
    // What is to be verified closes where a reason is typed.
    let explained = row.reason.is_some_and(|(_, figure)| figure.value.state == State::Text);
    if difference.abs() > allowance && !explained {
        found.verdict = Verdict::Unbalanced;
        found.words = Some(say(row, score, due));
    }
    Some(found)
}

/// The working over score, points, target and result, in this order; none where the points due were rounded.
fn working(row: &ScoreRow<'_>) -> Option<Working> {
    let (weight, share) = (row.weight()?, row.attained.share?);
    let exact = weight.checked_mul(share)? == row.due()?;
    let (over, under) = match row.attained.how {
        How::Ratio => (3, 2),
        How::Ceiling => (2, 3),
        _ => return None,
    };
    let points = Calc::Mul(Box::new(Calc::operand(1)), Box::new(Calc::operand(over)));
    let right = Calc::Div(Box::new(points), Box::new(Calc::operand(under)));
    exact.then_some(Working { left: Calc::operand(0), right, power: 0 })
}

/// Says how the score was computed.
fn say(row: &ScoreRow<'_>, score: Decimal, due: Decimal) -> Words {
    let target = row.target.map_or("", |(_, figure)| figure.text.trim());
    let result = row.result.map_or("", |(_, figure)| figure.text.trim());
    let (zh, en) = match row.attained.how {
        How::Ceiling => ("指标值÷完成值×分值", "target ÷ result × points"),
        How::Zero => ("应为零而不为零，不得分", "nothing was to happen, so no points"),
        How::Parts => ("各数完成程度的平均×分值", "the mean of what each figure reached × points"),
        _ => ("完成值÷指标值×分值", "result ÷ target × points"),
    };
    let (due, name) = (due.normalize(), row.name);
    Words::new(
        format!("“{name}”指标值{target}，完成值{result}，按{zh}应得{due}分，自评{score}分，请核实评分依据"),
        format!(
            "“{name}”: target {target}, result {result}; {en} gives {due} points, {score} were given; please verify"
        ),
    )
}

/// Results in words whose score lies outside the band of what they say.
pub fn band(context: &Context<'_>) -> Vec<Noted> {
    let (Some(upper), Some(lower)) = (context.decimal("upper"), context.decimal("lower")) else { return Vec::new() };
    let (done, partly, not) = (context.words("done"), context.words("partly"), context.words("not"));
    let mut noted = Vec::new();
    for (table, sheet) in context.shared.sheets.iter().enumerate() {
        for row in &sheet.indicators {
            let (Some(weight), Some(score), Some((result, figure))) = (row.weight(), row.score(), row.result) else {
                continue;
            };
            if row.attained.how != How::Words || figure.value.state != State::Text || weight <= Decimal::ZERO {
                continue;
            }
            let text = squash(&figure.text);
            let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
            let (from, to) = match (says(&not), says(&partly), says(&done)) {
                (true, false, false) => (Decimal::ZERO, lower),
                (_, true, _) => (lower, upper),
                (false, false, true) => (upper, Decimal::ONE),
                _ => continue,
            };
            let points = |part: Decimal| weight.checked_mul(part).map(|points| points.normalize());
            let (Some(least), Some(most)) = (points(from), points(to)) else { continue };
            let mut uses = vec![Use::figure(table, row.score.map_or(0, |(number, _)| number), Role::Total)];
            uses.extend([Some((result, figure)), row.weight].into_iter().flatten().map(|(at, _)| subject(table, at)));
            let place = context.place(table, Some(row.name), Some("得分"));
            if (least..=most).contains(&score) {
                noted.push(Noted::holds(uses).at(place));
                continue;
            }
            let expected = if score < least { least } else { most };
            let words = Words::new(
                format!("“{}”完成情况为“{}”，按分档应得{least}至{most}分，自评{score}分", row.name, figure.text.trim()),
                format!("“{}”: “{}” is due {least} to {most} points, {score} were given", row.name, figure.text.trim()),
            );
            let mut found = Noted::fails(uses, words).at(place);
            found.figures = Some(Judged {
                reported: score,
                expected,
                difference: score - expected,
                allowance: Decimal::ZERO,
                unit: Unit::points().to_string(),
                op: if score < least { ">=" } else { "<=" }.to_owned(),
            });
            noted.push(found);
        }
    }
    noted
}

/// Indicators of one target and one result that were given unequal parts of their points.
pub fn same_rate(context: &Context<'_>) -> Vec<Noted> {
    /// Name, target and result.
    type Alike = (String, String, String);
    let mut alike: BTreeMap<Alike, Vec<(usize, &ScoreRow<'_>)>> = BTreeMap::new();
    for (table, sheet) in context.shared.sheets.iter().enumerate() {
        for row in &sheet.indicators {
            let (Some((_, target)), Some((_, result))) = (row.target, row.result) else { continue };
            let key = (squash(row.name), squash(&target.text), squash(&result.text));
            let usable = row.weight().is_some_and(|weight| weight > Decimal::ZERO) && row.score().is_some();
            if usable && key.0.chars().count() >= 4 && !key.2.is_empty() {
                alike.entry(key).or_default().push((table, row));
            }
        }
    }
    let mut noted = Vec::new();
    for rows in alike.values().filter(|rows| rows.len() > 1) {
        let (table, first) = &rows[0];
        let rate = |row: &ScoreRow<'_>| row.score().zip(row.weight());
        // Rates are cross-multiplied, so no quotient is rounded; points are given to a tenth or finer.
        let other = rows.iter().skip(1).find(|(_, row)| {
            let (Some((s, w)), Some((t, v))) = (rate(first), rate(row)) else { return false };
            let product = |a: Decimal, b: Decimal| a.checked_mul(b);
            let apart = product(s, v).zip(product(t, w)).and_then(|(a, b)| product((a - b).abs(), Decimal::TEN));
            apart.zip(product(w, v)).is_some_and(|(apart, whole)| apart > whole)
        });
        let uses = |table: usize, row: &ScoreRow<'_>| row.score.map(|(number, _)| subject(table, number));
        let all: Vec<Use> = rows.iter().filter_map(|(table, row)| uses(*table, row)).collect();
        let place = context.place(*table, Some(first.name), Some("得分"));
        noted.push(match other {
            None => Noted::holds(all).at(place),
            Some((_, other)) => {
                let shown = |row: &ScoreRow<'_>| {
                    let (score, weight) = rate(row).unwrap_or_default();
                    format!("{score}/{weight}")
                };
                let (a, b) = (shown(first), shown(other));
                Noted::fails(
                    all,
                    Words::new(
                        format!("“{}”指标值和完成值相同，得分与分值却是{a}和{b}，请核实", first.name),
                        format!("“{}”: one target and one result were scored {a} and {b}; please verify", first.name),
                    ),
                )
                .at(place)
            }
        });
    }
    noted
}

/// A total that weighs each score a second time: `Σ 得分 × 分值 ÷ 100`.
pub fn weighted_twice(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let form = &context.forms.all[one.form];
        let rows: Vec<&ScoreRow<'_>> = context.shared.sheets[table].scored().collect();
        let Some((number, stated)) = total(form, one).1 else { continue };
        let Some(stated_score) = stated.value.amount else { continue };
        let pairs: Vec<(Decimal, Decimal)> = rows.iter().filter_map(|row| row.score().zip(row.weight())).collect();
        let within = pairs.len() >= 3 && pairs.iter().all(|(score, weight)| score <= weight);
        if !within {
            continue;
        }
        let sum: Decimal = pairs.iter().map(|(score, _)| *score).sum();
        let product =
            |total: Decimal, (score, weight): &(Decimal, Decimal)| total.checked_add(score.checked_mul(*weight)?);
        let Some(twice) = pairs.iter().try_fold(Decimal::ZERO, product) else { continue };
        let twice = twice / Decimal::ONE_HUNDRED;
        let near = |value: Decimal| (stated_score - value).abs() <= Decimal::new(1, 1);
        let mut uses = vec![Use::figure(table, number, Role::Total)];
        uses.extend(rows.iter().filter_map(|row| row.score).map(|(at, _)| Use::figure(table, at, Role::Term)));
        let place = context.place(table, Some(&stated.line), Some("得分"));
        noted.push(if near(twice) && sum - stated_score > Decimal::ONE {
            let twice = twice.round_dp(2).normalize();
            let sum = sum.normalize();
            Noted::fails(uses, Words::new(
                format!("总得分{stated_score}是各得分再乘以分值的结果（{twice}）；得分已按分值给出，合计应为{sum}"),
                format!("the total {stated_score} weighs each score once more ({twice}); the scores carry their weights already and sum to {sum}"),
            ))
            .at(place)
        } else {
            Noted::holds(uses).at(place)
        });
    }
    noted
}

/// A score that a report declares and the deductions that its tables show.
pub fn declared(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        let own = &context.submission.tables[spoken.sentence.table];
        let form = &context.forms.all[own.form];
        let other = context.tables().find(|(number, other)| {
            let of = &context.forms.all[other.form];
            let scores = context.shared.sheets[*number].scored().next().is_some();
            scores && of.single == form.single && other.project == own.project
        });
        let Some((table, _)) = other.filter(|_| spoken.sentence.indicator.is_none()) else { continue };
        let declares = |m: &crate::narrative::Mention| {
            m.noun == "分"
                && !m.approximate
                && context.words("scores").iter().any(|word| m.core.ends_with(word))
                && !(form.single && m.gap.contains("项目"))
        };
        let Some(at) = spoken.sentence.mentions.iter().position(declares) else { continue };
        let rows: Vec<&ScoreRow<'_>> = context.shared.sheets[table].scored().collect();
        let pairs: Vec<(Decimal, Decimal)> = rows.iter().filter_map(|row| row.score().zip(row.weight())).collect();
        let weights: Decimal = pairs.iter().map(|(_, weight)| *weight).sum();
        if pairs.len() < rows.len() || weights != Decimal::ONE_HUNDRED {
            continue;
        }
        let left: Decimal = pairs.iter().map(|(score, _)| *score).sum();
        let value = spoken.mention(at).value;
        let mut uses = vec![spoken.said(at, Role::Total)];
        uses.extend(rows.iter().filter_map(|row| row.score).map(|(number, _)| Use::figure(table, number, Role::Term)));
        // A report may round the score to a whole number.
        let over = value - left >= Decimal::ONE;
        let mut found = spoken.noted(context, at, if over { Verdict::Unbalanced } else { Verdict::Balanced }, uses);
        found.figures = Some(Judged {
            reported: value,
            expected: left,
            difference: value - left,
            allowance: Decimal::ONE,
            unit: Unit::points().to_string(),
            op: "<=".to_owned(),
        });
        found.working =
            Some(Working { left: Calc::operand(0), right: Calc::Operands((1..=rows.len()).collect()), power: 0 });
        if over {
            let (off, left) = ((Decimal::ONE_HUNDRED - left).normalize(), left.normalize());
            found.words = Some(Words::new(
                format!("正文称自评{value}分，表中各项共扣{off}分，最多{left}分"),
                format!("the report declares {value} points; the table takes {off} off, which leaves {left} at most"),
            ));
        }
        noted.push(found);
    }
    noted
}

/// A grade in words beside its score in the same sentence.
pub fn grade(context: &Context<'_>) -> Vec<Noted> {
    let bands: Vec<(String, Decimal)> = context
        .rule
        .params
        .get("grades")
        .and_then(toml::Value::as_table)
        .map(|table| {
            let from =
                |(name, least): (&String, &toml::Value)| Some((name.clone(), Decimal::from(least.as_integer()?)));
            table.iter().filter_map(from).collect()
        })
        .unwrap_or_default();
    let mut noted = Vec::new();
    for spoken in context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()) {
        let text = &spoken.sentence.text;
        let Some(word) = named_grade(text) else { continue };
        let mut scores = spoken.sentence.mentions.iter().enumerate().filter(|(_, m)| m.noun == "分");
        let (Some((at, mention)), None) = (scores.next(), scores.next()) else { continue };
        let in_words =
            |m: &crate::narrative::Mention| ["得分", "总分", "评分", "自评"].iter().any(|w| m.gap.contains(w));
        if !in_words(mention) || mention.value > Decimal::ONE_HUNDRED {
            continue;
        }
        let due = bands.iter().filter(|(_, least)| mention.value >= *least).max_by_key(|(_, least)| *least);
        let (Some((due, _)), true) = (due, bands.iter().any(|(name, _)| name == word)) else { continue };
        let holds = due == word;
        let uses = vec![spoken.said(at, Role::Subject)];
        let mut found = spoken.noted(context, at, if holds { Verdict::Balanced } else { Verdict::Unbalanced }, uses);
        if !holds {
            let value = mention.value;
            found.words = Some(Words::new(
                format!("自评{value}分应为“{due}”，却写作“{word}”"),
                format!("{value} points make “{due}”, and “{word}” is written"),
            ));
        }
        noted.push(found);
    }
    noted
}

/// The grade that a sentence names: 等级为“优”, 评价等次为良.
fn named_grade(text: &str) -> Option<&'static str> {
    let at = ["等级", "等次", "级别"].iter().filter_map(|word| text.find(word).map(|at| at + word.len())).min()?;
    let rest = text[at..].trim_start_matches(['为', '是', '评', '定', ':', '"', '“', '‘', '「', '『', '\'']);
    ["优", "良", "中", "差"].into_iter().find(|grade| {
        let end = |after: &str| {
            let next = after.chars().next();
            after.starts_with("秀") || after.starts_with("好") || next.is_none_or(|c| !c.is_alphabetic())
        };
        rest.strip_prefix(*grade).is_some_and(end)
    })
}
