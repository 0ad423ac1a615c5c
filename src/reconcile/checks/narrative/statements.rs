//! Statements without a sum: contradictions, claims of completion, 无…支出, activities without cost, counts of projects.

use rust_decimal::Decimal;

use super::lines::plain;
use super::{Context, Noted, Spoken, cut, fault};
use crate::forms::declare::Stage;
use crate::forms::normal::letter_mask;
use crate::forms::reading::Figure;
use crate::forms::sought::Sought;
use crate::model::finding::Role;
use crate::model::{Quantity, Verdict, Words};
use crate::reconcile::outcome::{Use, figure_at};

/// The clause of a sentence in which a word stands.
fn clause(text: &str, word: &str) -> String {
    text.split([',', ';', ':', '(', ')']).find(|part| part.contains(word)).map_or_else(|| word.to_owned(), cut)
}

/// Declared statements that cannot both be true.
pub fn against(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    let all: Vec<Spoken<'_>> =
        context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()).collect();
    let letters: Vec<u64> = all.iter().map(|spoken| letter_mask(&spoken.sentence.text)).collect();
    let find = |words: &[String]| {
        let words = Sought::all(words);
        all.iter().zip(&letters).find_map(|(spoken, letters)| {
            let found = words.iter().find(|one| one.is_in(*letters, &spoken.sentence.text))?;
            Some((*spoken, found.word().to_owned()))
        })
    };
    for contrary in &context.grammar.text.contrary {
        let Some((says, word)) = find(&contrary.says) else { continue };
        let place = context.place(says.sentence.table, Some(&contrary.name), None);
        let quote = clause(&says.sentence.text, &word);
        match find(&contrary.against) {
            None => noted.push(Noted::holds(vec![says.clause(&quote)]).at(place)),
            Some((other, other_word)) => {
                let against = clause(&other.sentence.text, &other_word);
                let words = Words::new(
                    format!("前后矛盾：“{quote}”，又称“{against}”，请核实"),
                    format!("“{quote}” against “{against}”; please verify"),
                );
                noted.push(Noted::fails(vec![says.clause(&quote), other.clause(&against)], words).at(place));
            }
        }
    }
    noted
}

/// Words that claim that everything was done, and what they are said of.
const CLAIMS: [&str; 9] = [
    "100%完成",
    "全部完成",
    "全面完成",
    "均已完成",
    "已完成100%",
    "圆满完成",
    "全部达标",
    "百分之百完成",
    "完成率100%",
];
const OF: [&str; 14] = [
    "绩效目标",
    "年度目标",
    "目标任务",
    "各项任务",
    "各项工作",
    "各项指标",
    "年初目标",
    "项目目标",
    "年度任务",
    "各项目标",
    "全年目标",
    "全年任务",
    "预期目标",
    "工作任务",
];

/// “已100%完成” against an indicator below its target or its weight.
pub fn claim(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()) {
        let text = &spoken.sentence.text;
        let Some(word) = CLAIMS.iter().find(|word| text.contains(**word)) else { continue };
        let bare = text.chars().count() <= word.chars().count() + 3 && spoken.sentence.siblings == 1;
        let own = clause(text, word);
        let barred = text.contains('除') || text.contains('未') || text.contains("确保") || text.contains("基本");
        let spoken_of = OF.iter().any(|of| own.contains(of))
            && !spoken.sentence.mentions.iter().any(crate::narrative::Mention::is_value);
        if barred || !(bare || spoken_of) {
            continue;
        }
        let table = &context.submission.tables[spoken.sentence.table];
        let form = &context.forms.all[table.form];
        let missed: Vec<Use> = missed(context, |other| {
            let other_form = &context.forms.all[other.form];
            if form.single { other_form.single } else { other.project == table.project && !other_form.single }
        });
        let place = context.place(spoken.sentence.table, Some("完成情况"), None);
        let mut uses = vec![spoken.clause(&own)];
        if missed.is_empty() {
            noted.push(Noted::holds(uses).at(place));
            continue;
        }
        let rows = missed.len().div_ceil(2);
        uses.extend(missed);
        let words = Words::new(
            format!("“{own}”，但有{rows}项指标的完成值低于指标值，请核实"),
            format!("“{own}”, but {rows} indicators are below their targets; please verify"),
        );
        noted.push(Noted::fails(uses, words).at(place));
    }
    noted
}

/// Results below their targets, each pair as two operands.
fn missed(context: &Context<'_>, wanted: impl Fn(&crate::facts::Table) -> bool) -> Vec<Use> {
    use crate::reconcile::holds::in_one_unit;
    let mut uses = Vec::new();
    for (number, table) in context.tables().filter(|(_, table)| wanted(table)) {
        let figures = &table.reading.figures;
        for (at, target) in figures.iter().enumerate().filter(|(_, f)| &*f.measure == "年度指标值") {
            let is_result = |f: &&Figure| f.row == target.row && f.block == target.block && &*f.measure == "实际完成值";
            let Some(result) = figures.iter().position(|f| is_result(&f)) else { continue };
            let downward = matches!(
                target.value.comparator,
                Some(crate::read::Comparator::AtMost | crate::read::Comparator::Less)
            );
            let cost = target.quantity == Quantity::Money || target.value.unit.quantity() == Quantity::Money;
            let below = in_one_unit(target, &figures[result])
                .is_some_and(|(t, a)| a < t && a.checked_mul(Decimal::TEN).is_some_and(|ten| ten > t));
            if below && !downward && !cost {
                uses.push(super::super::subject(number, result));
                uses.push(super::super::subject(number, at));
            }
        }
    }
    uses
}

/// “无…支出”, “未发生…” against a positive amount of this year.
pub fn none(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for spoken in context.shared.words.all().filter(|spoken| spoken.sentence.indicator.is_none()) {
        let text = &spoken.sentence.text;
        for part in text.split([',', ';', ':']) {
            let Some(subjects) = denied(part) else { continue };
            let this_year = !["上年", "去年"].iter().any(|word| part.contains(word));
            let year = crate::forms::normal::years_in(text).first().copied();
            let own = context.submission.tables[spoken.sentence.table].reading.year.or(context.submission.year);
            if !this_year || (year.is_some() && year != own) {
                continue;
            }
            // 会议费、培训费 is one line, or two.
            let whole = deny(context, spoken, part, &subjects);
            let each = || subjects.split('、').filter_map(|one| deny(context, spoken, part, one)).collect::<Vec<_>>();
            noted.extend(whole.map_or_else(each, |one| vec![one]));
        }
    }
    noted
}

/// What a clause says there was none of.
fn denied(clause: &str) -> Option<String> {
    // Every word of denial holds one of these.
    if !clause.contains(['无', '未', '没']) {
        return None;
    }
    let words = ["未发生", "没有发生", "未安排", "没有安排", "无", "没有"];
    let (at, word) = words
        .iter()
        .filter_map(|word| Some((clause.find(word)?, *word)))
        .min_by_key(|(at, word)| (*at, std::cmp::Reverse(word.len())))?;
    let rest = plain(&clause[at + word.len()..]);
    let mut rest = rest.as_str();
    for head in ["任何", "使用", "相关"] {
        rest = rest.strip_prefix(head).unwrap_or(rest);
    }
    let ends = [
        "安排的支出",
        "预算安排的支出",
        "预算支出",
        "支出预算",
        "支出",
        "预算",
        "费用",
        "收支",
        "情况",
        "安排",
        "资金",
        "拨款",
    ];
    let mut trimmed = rest;
    // 项目支出 stays what it is.
    let long = |name: &&str| name.chars().count() > 2;
    while let Some(shorter) = ends.iter().find_map(|end| trimmed.strip_suffix(end)).filter(long) {
        trimmed = shorter;
    }
    let least = if trimmed.contains('、') { 2 } else { 3 };
    let fits = |name: &str| (least..=14).contains(&name.chars().count());
    trimmed.split('、').all(fits).then(|| trimmed.to_owned())
}

fn deny(context: &Context<'_>, spoken: Spoken<'_>, part: &str, subject: &str) -> Option<Noted> {
    let ends = ["支出", "费", "费用", "经费", "拨款", "资金", "预算拨款", "预算", "收入", "基金"];
    let names = std::iter::once(subject.to_owned()).chain(ends.iter().map(|end| format!("{subject}{end}")));
    let entries: Vec<_> = names.flat_map(|name| context.shared.words.lines.named(&name)).collect();
    let of_year: Vec<_> = entries.into_iter().filter(|entry| entry.stage != Some(Stage::LastOutturn)).collect();
    if of_year.is_empty() {
        return None;
    }
    let positive = |entry: &&&super::lines::Entry| {
        figure_at(context.submission, entry.table, entry.figure)
            .and_then(|f| f.value.amount)
            .is_some_and(|a| a > Decimal::ZERO)
    };
    let spent_only = part.contains("发生");
    let relevant = |entry: &&&super::lines::Entry| !spent_only || matches!(entry.stage, Some(Stage::Outturn) | None);
    let against = of_year.iter().filter(relevant).find(positive);
    let place = context.place(spoken.sentence.table, Some(subject), None);
    let mut uses = vec![spoken.clause(part)];
    let shown = against.or(of_year.first())?;
    uses.push(super::super::subject(shown.table, shown.figure));
    let Some(entry) = against else { return Some(Noted::holds(uses).at(place)) };
    let figure = figure_at(context.submission, entry.table, entry.figure)?;
    let amount = format!("{}{}", figure.value.amount?.normalize(), figure.value.unit);
    let words = Words::new(
        format!("“{}”，但表中“{}”为{amount}，请核实", cut(part), figure.line),
        format!("“{}”, but the table has “{}” as {amount}; please verify", cut(part), figure.line),
    );
    Some(Noted::fails(uses, words).at(place))
}

/// Training and meetings that took place and cost nothing.
pub fn activity(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for activity in &context.grammar.text.activity {
        let year_figures: Vec<_> = activity
            .lines
            .iter()
            .flat_map(|line| context.shared.words.lines.named(line))
            .filter(|entry| matches!(entry.stage, Some(Stage::Budget | Stage::Initial | Stage::Outturn)))
            .collect();
        let amounts: Vec<Decimal> = year_figures
            .iter()
            .filter_map(|entry| figure_at(context.submission, entry.table, entry.figure)?.value.amount)
            .collect();
        // What a project's own pages tell of, the project pays for.
        let whole = |spoken: &Spoken<'_>| {
            context.forms.all[context.submission.tables[spoken.sentence.table].form].single
                && spoken.sentence.indicator.is_none()
        };
        let held = context.shared.words.all().filter(whole).find_map(|spoken| {
            let is = |m: &crate::narrative::Mention| {
                m.value > Decimal::ZERO
                    && activity.units.contains(&m.unit.noun)
                    && activity.words.iter().any(|word| m.lead.contains(word.as_str()))
            };
            spoken.sentence.mentions.iter().position(is).map(|at| (spoken, at))
        });
        let Some((spoken, at)) = held.filter(|_| !amounts.is_empty()) else { continue };
        let mut uses = vec![spoken.said(at, Role::Subject)];
        uses.extend(year_figures.iter().map(|entry| super::super::subject(entry.table, entry.figure)));
        let free = amounts.iter().all(Decimal::is_zero);
        let mut found = spoken.noted(context, at, if free { Verdict::Unbalanced } else { Verdict::Balanced }, uses);
        if free {
            let line = activity.lines.join("、");
            let zh = format!("有活动，而“{line}”预算和决算都为0，请说明经费来源");
            let en = format!("it took place, and “{line}” is nought in budget and outturn; say what paid for it");
            found.words = Some(fault(&spoken.quote(at, at), false, &zh, &en));
        }
        noted.push(found);
    }
    noted
}

/// Procurement that a report tells of, and a line of procurement that is nought or blank in both columns.
pub fn procured(context: &Context<'_>) -> Vec<Noted> {
    let (words, barred) = (context.words("words"), context.words("barred"));
    let line = context.text("line");
    let of_year = |entry: &&super::lines::Entry| entry.stage != Some(Stage::LastOutturn);
    let entries: Vec<&super::lines::Entry> = context.shared.words.lines.named(line).iter().filter(of_year).collect();
    let Some(first) = entries.first() else { return Vec::new() };
    let single = |spoken: &Spoken<'_>| context.forms.all[context.submission.tables[spoken.sentence.table].form].single;
    let tells = |spoken: &Spoken<'_>| {
        let text = &spoken.sentence.text;
        let said = words.iter().any(|word| text.contains(word)) && !barred.iter().any(|word| text.contains(word));
        said && spoken.sentence.indicator.is_none() && single(spoken)
    };
    let Some(spoken) = context.shared.words.all().find(tells) else { return Vec::new() };
    let text = &spoken.sentence.text;
    let word = words.iter().find(|word| text.contains(**word)).copied().unwrap_or_default();
    let quote = clause(text, word);
    let positive = entries.iter().any(|entry| {
        let figure = figure_at(context.submission, entry.table, entry.figure);
        figure.and_then(|figure| figure.value.amount).is_some_and(|amount| amount > Decimal::ZERO)
    });
    let mut uses = vec![spoken.clause(&quote)];
    uses.extend(entries.iter().map(|entry| super::super::subject(entry.table, entry.figure)));
    let place = context.place(first.table, Some(line), None);
    if positive {
        return vec![Noted::holds(uses).at(place)];
    }
    let words = Words::new(
        format!("正文写有“{quote}”，“{line}”却为空或为0，请核实是否属于政府采购"),
        format!("the report says “{quote}”, and “{line}” is blank or nought; see whether it was procurement"),
    );
    vec![Noted::fails(uses, words).at(place)]
}

/// “共n个项目” against the projects that tables list.
pub fn projects(context: &Context<'_>) -> Vec<Noted> {
    let lines = open_lines(context);
    let tables =
        context.tables().filter(|(_, table)| context.forms.all[table.form].kind == "project-self-evaluation").count();
    let mut noted = Vec::new();
    for spoken in context.shared.words.all() {
        for (at, mention) in spoken.sentence.mentions.iter().enumerate() {
            let counts = mention.noun == "个"
                && mention.tail.starts_with("项目")
                && spoken.sentence.text.contains("项目支出")
                && ["共", "涉及", "包括"].iter().any(|word| mention.lead.ends_with(word));
            if !counts || mention.approximate || lines.is_empty() {
                continue;
            }
            let listed = spoken.lists.iter().map(|list| list.parts.len()).filter(|parts| *parts > 1);
            let known: Vec<usize> = listed.chain([lines.len(), tables]).collect();
            let holds = known.iter().any(|count| mention.value == Decimal::from(*count));
            let mut uses = vec![spoken.said(at, Role::Subject)];
            uses.extend(lines.iter().cloned());
            let mut found =
                spoken.noted(context, at, if holds { Verdict::Balanced } else { Verdict::Unbalanced }, uses);
            if !holds {
                let zh = format!("基础数据表列{}个项目，项目自评表{tables}张", lines.len());
                let en = format!("the basic data list {} projects, and there are {tables} project tables", lines.len());
                found.words = Some(fault(&spoken.quote(at, at), true, &zh, &en));
            }
            noted.push(found);
        }
    }
    noted
}

/// The project lines with an amount of this year.
fn open_lines(context: &Context<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    for (table, one) in context.tables() {
        let mut seen: Vec<&str> = Vec::new();
        for (number, figure) in one.reading.figures.iter().enumerate() {
            let ours = figure.parent.as_deref() == Some("项目支出小计")
                && matches!(&*figure.measure, "本年预算数" | "本年决算数")
                && figure.value.amount.is_some_and(|amount| !amount.is_zero());
            if ours && !seen.contains(&&*figure.line) {
                seen.push(&figure.line);
                uses.push(super::super::subject(table, number));
            }
        }
    }
    uses
}
