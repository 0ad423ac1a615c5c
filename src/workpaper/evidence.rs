//! 取证单: a page a material finding, to be printed, answered and stamped.

use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::authority::basis;
use super::book::Book;
use super::cause::cause;
use super::desk::Desk;
use super::issues::matter;
use super::page::{Page, Paper, Target};
use super::papers::Kind;
use super::plan::{Evidence, Plan};
use super::style::{Fill, Look, Style};
use crate::model::{Finding, Lang, Stated};

const LABEL: u16 = 0;
const WHAT: u16 = 1;
const FROM: u16 = 2;
const TEXT: u16 = 4;
const VALUE: u16 = 5;
const UNIT: u16 = 6;
const WIDTHS: [f64; 7] = [12.0, 32.0, 32.0, 7.0, 11.0, 12.0, 7.0];
/// Operands that a page lists; the tie-out lists all.
const MOST: usize = 20;
/// Rows of a block besides its operands.
const FIXED: u32 = 14;

/// The rows that the block of a finding takes.
#[must_use]
pub fn rows(finding: &Finding) -> u32 {
    FIXED + finding.cells.len().min(MOST) as u32
}

/// Writes the evidence sheets, each on a page of its own.
pub fn write(book: &mut Book, desk: &Desk<'_>, plan: &Plan) -> Result<(), XlsxError> {
    let mut page = desk.long_page(book, Kind::Evidence, &plan.sheets.evidence, Paper::Portrait, &WIDTHS)?;
    if plan.evidence.is_empty() {
        page.head(&desk.head("E", desk.title(Kind::Evidence)))?;
        page.remark(
            desk.say("没有需要取证的重大问题。", "No finding is material; there is nothing to obtain evidence for."),
        )?;
    }
    let mut breaks = Vec::new();
    for sheet in &plan.evidence {
        if page.row > 0 {
            breaks.push(page.row);
        }
        write_block(&mut page, desk, plan, sheet)?;
    }
    desk.write_unlinked(&mut page)?;
    // Excel takes so many breaks on a sheet; beyond them blocks follow each other.
    breaks.truncate(1_022);
    page.sheet().set_page_breaks(&breaks)?;
    page.close(book);
    Ok(())
}

fn write_block(page: &mut Page, desk: &Desk<'_>, plan: &Plan, sheet: &Evidence) -> Result<(), XlsxError> {
    let finding = &desk.run().findings[sheet.finding];
    let rule = desk.rule(&desk.run().outcomes[desk.run().made_of[sheet.finding]]);
    let head = desk.head_of(&sheet.index, desk.title(Kind::Evidence), &finding.entity);
    if page.row == 0 {
        page.head(&super::page::Head { index: "E".to_owned(), ..head })?;
    } else {
        page.block(&head)?;
    }
    write_chain(page, desk, plan, sheet)?;
    line(page, desk.say("取证事项", "Matter"), desk.of(&finding.title), 1)?;
    line(page, desk.say("问题摘要", "Finding"), &matter(desk, finding), 3)?;
    write_amounts(page, desk, finding)?;
    write_operands(page, desk, finding)?;
    line(page, desk.say("依据", "Basis"), &basis(desk, &rule.source), 1)?;
    line(page, desk.say("可能原因", "Likely cause"), &cause(desk, finding), 1)?;
    line(page, desk.say("单位意见", "Unit’s reply"), "", 12)?;
    let signed = desk.say(
        "经办人（签字）：　　　　　　　单位负责人（签字）：　　　　　　　单位（盖章）　　　　年　　月　　日",
        "Handled by:                  Head of unit:                  (seal)        date:",
    );
    page.at_least(5);
    page.span(LABEL, UNIT, signed, Look::Text.style())?;
    page.end_row()?;
    page.remark("")
}

/// Where the finding comes from, and where it goes.
fn write_chain(page: &mut Page, desk: &Desk<'_>, plan: &Plan, sheet: &Evidence) -> Result<(), XlsxError> {
    page.text(LABEL, desk.say("来自底稿", "From"), Look::Header.style())?;
    match plan.tie_of_finding(desk, sheet.finding) {
        Some(tie) => {
            page.link(WHAT, &format!("{}→", tie.index), &Target::Inside(tie.spot.clone()), Look::Link.style())?;
        }
        None => page.blank(WHAT, Look::Text.style())?,
    }
    page.blanks(FROM, FROM + 1, Look::Text.style())?;
    page.text(TEXT, desk.say("去向", "To"), Look::Header.style())?;
    let row = plan.issue_rows.get(&sheet.finding).copied().unwrap_or(0);
    let number = desk.finding_number(sheet.finding, sheet.submission);
    let text = format!("→{}{number}", desk.say("问题", "finding "));
    page.link(VALUE, &text, &Target::inside(&plan.sheets.issues, row, 0), Look::Link.style())?;
    page.blank(UNIT, Look::Text.style())?;
    page.end_row()
}

fn line(page: &mut Page, label: &str, text: &str, least: usize) -> Result<(), XlsxError> {
    page.at_least(least);
    page.text(LABEL, label, Look::Header.style())?;
    page.span(WHAT, UNIT, text, Look::Text.style())?;
    page.end_row()
}

fn write_amounts(page: &mut Page, desk: &Desk<'_>, finding: &Finding) -> Result<(), XlsxError> {
    page.text(LABEL, desk.say("金额", "Amount"), Look::Header.style())?;
    let unit = &finding.unit;
    let text = match (finding.stated(), desk.lang()) {
        (None, Lang::Zh) => "不以金额计量".to_owned(),
        (None, Lang::En) => "not measured by an amount".to_owned(),
        (Some(Stated { reported, expected, difference, allowance }), Lang::Zh) => format!(
            "所报 {reported}　应为 {expected}　差异 {difference}　允许尾差 {allowance}　（{}）",
            if unit.is_empty() { "个" } else { unit }
        ),
        (Some(Stated { reported, expected, difference, allowance }), Lang::En) => format!(
            "reported {reported}, expected {expected}, difference {difference}, allowance {allowance}{}",
            if unit.is_empty() { String::new() } else { format!(" ({unit})") }
        ),
    };
    page.span(WHAT, UNIT, &text, Look::Text.style())?;
    page.end_row()
}

fn write_operands(page: &mut Page, desk: &Desk<'_>, finding: &Finding) -> Result<(), XlsxError> {
    page.titles(&[
        desk.say("序号", "No."),
        desk.say("数字", "Figure"),
        desk.say("来源（文件·表）", "From (file · sheet)"),
        desk.say("单元格", "Cell"),
        desk.say("原文", "As filed"),
        desk.say("数值", "Value"),
        desk.say("单位", "Unit"),
    ])?;
    for (at, cell) in finding.cells.iter().take(MOST).enumerate() {
        page.text(LABEL, &(at + 1).to_string(), Look::Centre.style())?;
        let suspect = if cell.suspect { desk.say("（疑点）", " (suspect)") } else { "" };
        page.text(WHAT, &desk.report.masked(&format!("{}{suspect}", cell.label)), Look::Text.style())?;
        desk.write_source(page, FROM, cell, None, Fill::None)?;
        page.text(TEXT, &desk.report.masked(&cell.text), Look::Figure.style())?;
        match cell.value {
            Some(value) => page.amount(VALUE, value, Style::figure(scale(value)))?,
            None => page.blank(VALUE, Look::Figure.style())?,
        }
        page.text(UNIT, &cell.unit, Look::Centre.style())?;
        page.end_row()?;
    }
    let rest = finding.cells.len().saturating_sub(MOST);
    let text = match (rest, desk.lang()) {
        (0, Lang::Zh) => "以上为全部操作数。".to_owned(),
        (0, Lang::En) => "These are all operands.".to_owned(),
        (n, Lang::Zh) => format!("另有{n}个操作数，见勾稽底稿。"),
        (n, Lang::En) => format!("{n} more operands stand in the tie-out."),
    };
    page.span(LABEL, UNIT, &text, Look::Text.on(Fill::Group))?;
    page.end_row()
}

fn scale(value: Decimal) -> u32 {
    value.normalize().scale()
}
