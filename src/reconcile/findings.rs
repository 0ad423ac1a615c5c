//! Outcomes → findings: operands with their cells, and the sentence about them in both languages.

use foldhash::{HashMap, HashMapExt};

use rust_decimal::Decimal;

use super::evaluate::Paired;
use super::outcome::{At, Judged, Outcome, Place, Suspected, Use, field_at, figure_at};
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::declare::ValueKind;
use crate::model::finding::{Cause, FindingCell, Role};
use crate::model::mask::{mask_name, mask_text};
use crate::model::{CellRef, Finding, Severity, Stated, Verdict, Words};
use crate::rules::{Pack, Rule};

/// Makes the findings of a run with the outcomes they come from, the heaviest of each submission first.
#[must_use]
pub fn findings(outcomes: &[Outcome], pairs: &[Paired<'_>], forms: &Forms, pack: &Pack) -> Vec<(usize, Finding)> {
    let mut findings: Vec<(usize, Finding)> = outcomes
        .iter()
        .enumerate()
        .filter_map(|(at, outcome)| {
            let rule = &pack.rules[outcome.rule];
            let severity = severity(outcome, rule).filter(|_| !outcome.gathered)?;
            let finding = finding(outcome, rule, severity, pairs[outcome.submission], forms);
            Some((at, finding))
        })
        .collect();
    tell_apart(outcomes, &mut findings);
    findings.sort_by(|(a, x), (b, y)| {
        let order = |f: &Finding| (f.severity, f.code.clone());
        let submission = |outcome: &usize| outcomes[*outcome].submission;
        submission(a).cmp(&submission(b)).then_with(|| order(x).cmp(&order(y)))
    });
    findings
}

/// Findings of one rule on lines of one name get a number behind their key, in the order of the sheet.
fn tell_apart(outcomes: &[Outcome], findings: &mut [(usize, Finding)]) {
    let mut seen: HashMap<(usize, String), usize> = HashMap::new();
    for (outcome, finding) in findings {
        let count = seen.entry((outcomes[*outcome].submission, finding.key.clone())).or_default();
        *count += 1;
        if *count > 1 {
            finding.key = format!("{}|{count}", finding.key);
        }
    }
}

/// What a verdict weighs; nothing where there is nothing to say.
fn severity(outcome: &Outcome, rule: &Rule) -> Option<Severity> {
    let of_rule = if outcome.likely { Severity::Warning.max(rule.severity) } else { rule.severity };
    match outcome.verdict {
        // A figure that cannot be used hides whatever is wrong with it.
        Verdict::Unchecked if outcome.blocked => Some(Severity::Warning.max(rule.severity)),
        Verdict::Unbalanced => Some(of_rule),
        Verdict::RoundingLarge => Some(Severity::Warning.max(rule.severity)),
        Verdict::Rounding => Some(Severity::Note),
        Verdict::Balanced | Verdict::Unchecked | Verdict::NotApplicable => None,
    }
}

fn finding(outcome: &Outcome, rule: &Rule, severity: Severity, pair: Paired<'_>, forms: &Forms) -> Finding {
    let (now, before) = pair;
    let mut cells = cells(outcome, (now, before.map(|before| before.submission)), forms);
    lead_with_this_year(&mut cells, outcome);
    let judged = outcome.figures.as_ref();
    let text = |of: fn(&Judged) -> Decimal| judged.map(|judged| of(judged).to_string());
    let (zh, en) = sentence(outcome, rule, &cells);
    let file = cells.first().map(|cell| cell.file.clone()).or_else(|| now.files.first().map(|f| f.file.clone()));
    Finding {
        code: rule.code.clone(),
        class: rule.class,
        severity,
        verdict: outcome.verdict,
        title: rule.title.clone(),
        message: Words::new(zh, en),
        hint: rule.hint.clone(),
        file: file.unwrap_or_default(),
        entity: now.entity.clone(),
        year: now.year,
        causes: causes(outcome, (now, before.map(|before| before.submission)), forms),
        likely: outcome.diagnosis.as_ref().map(|diagnosis| diagnosis.line.clone()),
        cells,
        expected: text(|j| j.expected).or_else(|| judged.is_none().then(String::new)).filter(|t| !t.is_empty()),
        reported: text(|j| j.reported),
        difference: text(|j| j.difference),
        allowance: text(|j| j.allowance),
        unit: judged.map(|judged| judged.unit.clone()).unwrap_or_default(),
        key: key(rule, &outcome.place, now, forms),
        explained: None,
        since: None,
    }
}

/// A finding is marked in this year's file.
fn lead_with_this_year(cells: &mut [FindingCell], outcome: &Outcome) {
    let prior = |one: &Use| matches!(one.at, At::Figure { prior: true, .. });
    if let Some(first) = outcome.uses.iter().position(|one| !prior(one)).filter(|first| *first < cells.len()) {
        cells[..=first].rotate_right(1);
    }
}

/// What tells a finding again next time: names, never addresses.
fn key(rule: &Rule, place: &Place, submission: &Submission, forms: &Forms) -> String {
    let form = place.form.map_or("", |form| forms.all[form].kind.as_str());
    let year = submission.year.map(|year| year.to_string()).unwrap_or_default();
    let part = |part: &Option<String>| part.as_deref().map(crate::forms::normal::squash).unwrap_or_default();
    [
        rule.code.clone(),
        form.to_owned(),
        part(&place.project),
        part(&place.line),
        part(&place.measure),
        crate::facts::gather::normal_entity(&submission.entity),
        year,
    ]
    .join("|")
}

/// Gives every operand its file, sheet, cell and text, and what it probably should be.
#[must_use]
pub fn cells(outcome: &Outcome, pair: (&Submission, Option<&Submission>), forms: &Forms) -> Vec<FindingCell> {
    let proposed = |one: &Use| {
        let causes = outcome.diagnosis.iter().flat_map(|diagnosis| &diagnosis.causes);
        causes.filter(|cause| cause.set == 1).find(|cause| cause.figure.is(one)).and_then(|cause| cause.proposed)
    };
    let with = |one: &Use| Some(FindingCell { proposed: proposed(one), ..cell(one, pair, forms)? });
    outcome.uses.iter().filter_map(with).collect()
}

/// Gives every suspected figure its file, sheet and cell.
fn causes(outcome: &Outcome, pair: (&Submission, Option<&Submission>), forms: &Forms) -> Vec<Cause> {
    let cause = |one: &Suspected| {
        let found = cell(&one.figure, pair, forms)?;
        Some(Cause {
            cause: one.cause,
            file: found.file,
            sheet: found.sheet,
            cell: found.cell,
            label: found.label,
            proposed: one.proposed,
            unit: found.unit,
            repairs: one.repairs,
            of: one.of,
            breaks: one.breaks,
            set: one.set,
            why: one.why.clone(),
        })
    };
    outcome.diagnosis.iter().flat_map(|diagnosis| &diagnosis.causes).filter_map(cause).collect()
}

pub(super) fn cell(one: &Use, (now, before): (&Submission, Option<&Submission>), forms: &Forms) -> Option<FindingCell> {
    let build = |submission: &Submission, table: usize, cell: CellRef, text: String, label: String| {
        let table = submission.tables.get(table)?;
        Some(FindingCell {
            file: table.file.clone(),
            sheet: table.sheet.clone(),
            cell,
            text,
            value: None,
            unit: String::new(),
            role: one.role,
            label,
            suspect: one.suspect,
            proposed: None,
            span: None,
        })
    };
    match &one.at {
        At::Figure { prior, table, figure } => {
            let submission = if *prior { before? } else { now };
            let found = figure_at(submission, *table, *figure)?;
            let form = &forms.all[submission.tables[*table].form];
            let mut label = format!("{} {}", form.annex, found.line);
            if !found.measure.is_empty() && &*found.measure != crate::forms::pairs::AMOUNT {
                label.push('·');
                label.push_str(&found.measure);
            }
            if *prior {
                label.insert_str(0, "上年");
            }
            let mut cell = build(submission, *table, found.cell, found.text.trim().to_owned(), label)?;
            cell.value = found.value.amount;
            cell.unit = found.value.unit.to_string();
            Some(cell)
        }
        At::Field { table, field } => {
            let found = field_at(now, *table, *field)?;
            let text = match found.kind {
                ValueKind::Person => mask_name(&found.value),
                ValueKind::Phone => String::new(),
                _ => found.value.clone(),
            };
            let annex = &forms.all[now.tables[*table].form].annex;
            build(now, *table, found.cell, text, format!("{annex} {}", found.name))
        }
        At::Cell { table, cell } => {
            let annex = &forms.all[now.tables.get(*table)?.form].annex;
            let Some(said) = &one.said else {
                return build(now, *table, *cell, String::new(), format!("{annex} {cell}"));
            };
            let mut part =
                build(now, *table, *cell, mask_text(&said.text), format!("{annex} {}", mask_text(&said.label)))?;
            part.value = said.value;
            part.unit.clone_from(&said.unit);
            part.span = Some(said.span);
            Some(part)
        }
    }
}

/// Operands that a sentence names; the cells of the finding list them all.
const LISTED: usize = 5;

/// Says what is wrong, with the figures.
fn sentence(outcome: &Outcome, rule: &Rule, cells: &[FindingCell]) -> (String, String) {
    if let Some(words) = &outcome.words {
        if outcome.verdict == Verdict::Unchecked {
            return (format!("未能核对：{}", words.zh), format!("could not be checked: {}", words.en));
        }
        return (words.zh.clone(), words.en.clone());
    }
    let place = place_words(&outcome.place);
    let Some(judged) = &outcome.figures else {
        let between = if place.is_empty() { "" } else { " " };
        return (format!("{place}{}", rule.why.zh), format!("{place}{between}{}", rule.why.en));
    };
    let side = |role: Role, between: &str| {
        let labels: Vec<String> = cells
            .iter()
            .filter(|cell| cell.role == role)
            .map(|cell| format!("{} {}", cell.label, shown(cell)))
            .collect();
        let more = if labels.len() > LISTED { "…" } else { "" };
        format!("{}{more}", labels[..labels.len().min(LISTED)].join(between))
    };
    let unit = &judged.unit;
    let (left, right) = (side(Role::Total, "、"), side(Role::Term, "、"));
    let (left_en, right_en) = (side(Role::Total, ", "), side(Role::Term, ", "));
    let tail = match outcome.verdict {
        _ if outcome.likely => ("表中另有未计入的数字，请核实", "the table holds other figures, please verify"),
        Verdict::Rounding if outcome.shown_only => {
            ("按显示的位数相符，按存储的数值不符", "as shown they agree, as stored they do not")
        }
        Verdict::Rounding => ("可由取整解释", "rounding explains it"),
        Verdict::RoundingLarge => {
            ("在取整界限之内，但比通常的尾差大", "within the bound of rounding, but larger than usual")
        }
        _ => ("", ""),
    };
    let tail = if tail.0.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("（{}）", tail.0), format!(" ({})", tail.1))
    };
    let Stated { reported, expected, difference, allowance } = judged.stated();
    let (by, side) = (difference.abs(), if difference.is_sign_negative() { "low" } else { "high" });
    let titled = |side: &String, title: &str| if side.is_empty() { title.to_owned() } else { side.clone() };
    let (left, left_en) = (titled(&left, &rule.title.zh), titled(&left_en, &rule.title.en));
    if judged.unit.is_empty() && judged.op == "=" {
        // Counts are compared: the amounts beside the operands are not what is counted.
        return (
            format!("{}现为{}，应为{}。", rule.why.zh, reported, expected),
            format!("{} Found {}, expected {}.", rule.why.en, reported, expected),
        );
    }
    if judged.op == "=" {
        let from_zh = if right.is_empty() { String::new() } else { format!("（{right}）") };
        let from_en = if right_en.is_empty() { String::new() } else { format!(" ({right_en})") };
        (
            format!(
                "{left}，应为{expected}{unit}{from_zh}，相差{difference}{unit}，允许尾差{allowance}{unit}{}",
                tail.0
            ),
            format!(
                "{left_en} should be {expected}{unit}{from_en}: reported {reported}{unit}, {by}{unit} too {side}, allowance {allowance}{unit}{}",
                tail.1
            ),
        )
    } else {
        let op = match judged.op.as_str() {
            "<=" => "≤",
            ">=" => "≥",
            other => other,
        };
        let several = cells.iter().filter(|cell| cell.role == Role::Total).count() > 1;
        let alike = cells.iter().filter(|cell| cell.role == Role::Total).all(|cell| cell.unit == *unit);
        let sum = if several && !alike {
            // A rate of amounts, or what else is worked out from them, is no sum.
            (format!("，算得{reported}{unit}"), format!(", which makes {reported}{unit}"))
        } else if several {
            (format!("，合计{reported}{unit}"), format!(", together {reported}{unit}"))
        } else {
            (String::new(), String::new())
        };
        (
            format!("{left}{}，应{op}{expected}{unit}。{}{}", sum.0, rule.why.zh, tail.0),
            format!("{left_en}{} should be {op} {expected}{unit}. {}{}", sum.1, rule.why.en, tail.1),
        )
    }
}

/// A figure as shown, with the unit that is not in the text already.
fn shown(cell: &FindingCell) -> String {
    let text = if cell.text.is_empty() { "（空）" } else { cell.text.as_str() };
    if let Some(value) = cell.value.filter(|_| cell.unit == "%" && !text.contains(['%', '％'])) {
        return format!("{value}%");
    }
    if cell.value.is_none() || text.contains(cell.unit.as_str()) {
        text.to_owned()
    } else {
        format!("{text}{}", cell.unit)
    }
}

fn place_words(place: &Place) -> String {
    let line = place.line.as_deref().map(|line| format!("“{line}”")).unwrap_or_default();
    let measure = place.measure.as_deref().unwrap_or_default();
    format!("{line}{measure}")
}
