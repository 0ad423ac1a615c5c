//! 公式与依据: every rule of the pack with its counts and its basis, why ties were not tried, and why some were not checked.

use std::collections::BTreeMap;

use rust_xlsxwriter::XlsxError;

use super::authority::basis;
use super::book::Book;
use super::desk::Desk;
use super::page::{Page, Paper};
use super::papers::{Column, Kind};
use super::plan::Plan;
use super::style::{Fill, Look, Style};
use crate::model::{Lang, Verdict, Words};
use crate::reconcile::outcome::{At, Outcome, figure_at};
use crate::rules::ast::Relation;
use crate::rules::parse::parse;
use crate::rules::spoken::spoken;
use crate::rules::{Body, Rule};
use rust_decimal::Decimal;

const CODE: u16 = 0;
const TITLE: u16 = 1;
const CLASS: u16 = 2;
const FORMULA: u16 = 3;
const FIRST_COUNT: u16 = 4;
const ABSENT: u16 = 9;
const WHY: u16 = 10;
const BASIS: u16 = 11;
const WIDTHS: [f64; 12] = [7.5, 24.0, 9.0, 42.0, 9.0, 9.0, 7.5, 9.0, 9.0, 10.0, 28.0, 23.0];
/// Its columns.
pub const COLUMNS: [Column; 12] = [
    Column::new("公式", "Rule").kept("其他底稿按编号引用", "other papers name rules by it"),
    Column::new("名称", "Title").kept("公式要有名称", "a rule needs its title"),
    Column::new("类别", "Class"),
    Column::new("内容", "Formula or check"),
    Column::new("平", "Balanced"),
    Column::new("尾差", "Rounding"),
    Column::new("尾差偏大", "Large"),
    Column::new("不平", "Not balanced"),
    Column::new("未核", "Not checked"),
    Column::new("不适用", "Not applicable"),
    Column::new("不适用的原因", "Why not applicable").kept("未执行的要说明原因", "what was not tried needs its reason"),
    Column::new("依据", "Basis"),
];

/// The verdicts in the order of their columns.
const VERDICTS: [Verdict; 6] = [
    Verdict::Balanced,
    Verdict::Rounding,
    Verdict::RoundingLarge,
    Verdict::Unbalanced,
    Verdict::Unchecked,
    Verdict::NotApplicable,
];

/// Writes rules, their basis and the reasons.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.page(Kind::Basis, &plan.sheets.basis, Paper::Landscape, &WIDTHS)?;
    page.head(&desk.head("G1", desk.title(Kind::Basis)))?;
    page.remark(desk.say(
        "本次审核公式包中的全部公式，各结论的次数，不适用的原因，以及公式所载的依据。依据只列公式包中写明的来源；“表样”指表格自身的勾稽关系，“未核原文”的只是线索，不作引用。",
        "Every rule of the pack: how often each verdict came out, why it was not applicable, and its basis. Only sources that the pack names are listed; “the form itself” is the relation that the form implies; a source whose text was not read is a lead, not to be cited.",
    ))?;
    page.header(&desk.titles(Kind::Basis), 1)?;
    let mut by_rule: BTreeMap<usize, Vec<&Outcome>> = BTreeMap::new();
    for (_, outcome) in desk.outcomes() {
        by_rule.entry(outcome.rule).or_default().push(outcome);
    }
    for (number, rule) in desk.report.pack.rules.iter().enumerate() {
        let own = by_rule.get(&number).map_or(&[][..], Vec::as_slice);
        write_rule(&mut page, desk, rule, own)?;
    }
    write_reasons(&mut page, desk, plan)?;
    page.close(book);
    Ok(())
}

fn write_rule(page: &mut Page, desk: &Desk<'_>, rule: &Rule, own: &[&Outcome]) -> Result<(), XlsxError> {
    page.text(CODE, &rule.code, Look::Centre.style())?;
    page.text(TITLE, desk.of(&rule.title), Look::Text.style())?;
    page.text(CLASS, desk.of(&rule.class.words()), Look::Centre.style())?;
    // A check by name says more in its own words.
    let check = rule.places.iter().any(|place| matches!(place.body, Body::Check(_)));
    page.text(
        FORMULA,
        &if check { desk.of(&rule.why).to_owned() } else { spoken(&rule.formula, desk.lang()) },
        Look::Text.style(),
    )?;
    for (col, verdict) in (FIRST_COUNT..).zip(VERDICTS) {
        let count = own.iter().filter(|outcome| outcome.verdict == verdict).count();
        page.amount(col, Decimal::from(count), Style::figure(0))?;
    }
    let mut whys: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in own.iter().filter(|outcome| outcome.verdict == Verdict::NotApplicable) {
        *whys.entry(desk.of(&why(desk, rule, outcome)).to_owned()).or_default() += 1;
    }
    if own.is_empty() {
        whys.insert(desk.of(&nowhere()).to_owned(), 0);
    }
    let lines: Vec<String> = whys
        .into_iter()
        .map(|(why, count)| match (count, desk.lang()) {
            (0, _) => why,
            (n, Lang::Zh) => format!("{why}（{n}处）"),
            (n, Lang::En) => format!("{why} ({n})"),
        })
        .collect();
    page.text(WHY, &lines.join("\n"), Look::Text.style())?;
    page.text(BASIS, &basis(desk, &rule.source), Look::Text.style())?;
    page.end_row()
}

fn nowhere() -> Words {
    Words::new("没有该公式所涉的附件或上年报送件", "no annex, or no prior year, that the rule is about")
}

/// Why a rule did not concern a place, from what its operands hold.
fn why(desk: &Desk<'_>, rule: &Rule, outcome: &Outcome) -> Words {
    if let Some(words) = &outcome.words {
        return words.clone();
    }
    let (now, before) = desk.pair(outcome.submission);
    let relation = parse(&rule.formula).ok();
    if before.is_none() && rule.formula.contains("上年.") {
        return Words::new("没有上年报送件", "no prior-year submission");
    }
    let held = outcome.uses.iter().any(|one| match one.at {
        At::Figure { prior: false, table, figure } => {
            figure_at(now, table, figure).is_some_and(|f| f.value.amount.is_some())
        }
        At::Figure { prior: true, table, figure } => {
            before.and_then(|before| figure_at(before, table, figure)).is_some_and(|f| f.value.amount.is_some())
        }
        _ => true,
    });
    let conditional = relation.is_some_and(|relation| has_condition(&relation));
    match (outcome.uses.is_empty(), held, conditional) {
        (true, ..) => {
            Words::new("表中没有印该公式所涉的行次或栏目", "the form does not print the lines or measures it is about")
        }
        (false, false, _) => Words::new("所涉单元格为空或填“—”“/”", "the cells it is about are blank, — or /"),
        (false, true, true) => Words::new(
            "公式的前提条件不成立，或其余所涉栏目未印",
            "its condition does not hold, or a measure is not printed",
        ),
        (false, true, false) => Words::new(
            "所涉数字不全：有的行次或栏目未印或为空",
            "some of its lines or measures are not printed, or blank",
        ),
    }
}

fn has_condition(relation: &Relation) -> bool {
    match relation {
        Relation::If { .. } => true,
        Relation::All(parts) | Relation::OneOf(parts) => parts.iter().any(has_condition),
        Relation::Compare { .. } | Relation::Test { .. } => false,
    }
}

/// The reasons that unchecked ties name by number.
fn write_reasons(page: &mut Page, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    page.heading(desk.say("未核原因", "Why ties were not checked"))?;
    page.text(CODE, desk.say("编号", "No."), Look::Header.style())?;
    page.span(TITLE, FORMULA, desk.say("原因", "Reason"), Look::Header.style())?;
    page.span(FIRST_COUNT, ABSENT, desk.say("次数", "How often"), Look::Header.style())?;
    page.span(WHY, BASIS, desk.say("勾稽底稿", "Ties"), Look::Header.style())?;
    page.end_row()?;
    for (at, reason) in plan.reasons.iter().enumerate() {
        let ties: Vec<&str> =
            plan.ties.iter().filter(|tie| tie.reason == Some(at + 1)).map(|tie| tie.index.as_str()).collect();
        page.text(CODE, &(at + 1).to_string(), Look::Centre.style())?;
        page.span(TITLE, FORMULA, &desk.report.masked(reason), Look::Text.style())?;
        page.span(FIRST_COUNT, ABSENT, &ties.len().to_string(), Look::Centre.style())?;
        let more = if ties.len() > 8 { "…" } else { "" };
        page.span(WHY, BASIS, &format!("{}{more}", ties[..ties.len().min(8)].join(" ")), Look::Text.style())?;
        page.end_row()?;
    }
    if plan.reasons.is_empty() {
        page.span(CODE, BASIS, desk.say("没有未核的勾稽。", "Every tie was checked."), Look::Text.on(Fill::None))?;
        page.end_row()?;
    }
    Ok(())
}
