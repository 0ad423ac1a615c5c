//! 反馈单: the questions to one unit, ready to send, to be answered in the sheet itself and read back.
//!
//! Whoever answers can type in the pale cells only; the sheet is protected without a password. Behind the columns that
//! show stand each question's key and figures; the hidden sheet at the end keeps the questions as they were sent, so
//! that a reader of the answers sees what else was changed.

use rust_xlsxwriter::{ProtectionOptions, XlsxError};

use super::book::Book;
use super::page::{Head, Page, Paper};
use super::style::{Fill, Look};
use crate::facts::origin::Origin;
use crate::model::explanation::{FIGURES_MARKER, Field, GIVEN_MARKER, KEY_MARKER, SIGN_MARKER, spell_figures};
use crate::model::finding::FindingCell;
use crate::model::query::{Question, SCHEMA, Sent};
use crate::model::{Class, Finding, Lang, Severity, Stated, Verdict, Words};
use crate::report::Report;

const NUMBER: u16 = 0;
const ANNEX: u16 = 1;
const CELL: u16 = 2;
const WHAT: u16 = 3;
const FIGURES: u16 = 4;
const QUESTION: u16 = 5;
const REPLY: u16 = 6;
const EVIDENCE: u16 = 7;
const WIDTHS: [f64; 8] = [6.0, 15.0, 7.5, 41.0, 42.0, 28.0, 32.0, 14.0];
/// The columns that are ours; their texts are kept to tell what was changed.
const KEPT: [u16; 6] = [NUMBER, ANNEX, CELL, WHAT, FIGURES, QUESTION];
/// Hidden columns behind those that show.
const HIDDEN: u16 = WIDTHS.len() as u16;
/// Letters of one text that are kept.
const LONGEST: usize = 4_000;
/// Cells of a question whose figures are printed.
const PRINTED: usize = 10;

/// What a user says of the list.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// The day it is sent.
    pub date: String,
    /// The day until which it is to be answered.
    pub reply_by: String,
    /// The office that asks.
    pub from: String,
    /// Notes are asked about too.
    pub notes: bool,
}

/// The findings of a submission that its unit is asked about, with their numbers in the annotated workbook.
pub fn asked<'r>(report: &Report<'r>, submission: usize, notes: bool) -> Vec<(usize, &'r Finding)> {
    let own = report.run.findings_of(submission).iter().enumerate();
    let open = own.filter(|(_, one)| !one.is_closed() && (notes || one.severity != Severity::Note));
    open.map(|(at, one)| (at + 1, one)).collect()
}

/// Writes the query list of one submission; nothing where there is nothing to ask.
///
/// # Errors
/// What Excel does not take.
pub fn query(report: &Report<'_>, submission: usize, letter: &Letter) -> Result<Option<Vec<u8>>, XlsxError> {
    let findings = asked(report, submission, letter.notes);
    if findings.is_empty() {
        return Ok(None);
    }
    let lang = report.lang;
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let one = &report.run.submissions[submission];
    let title = say("绩效自评数据核实反馈单", "Query list on performance self-evaluation");
    let from = Origin::of(&report.pack.sha256, [one]).line(lang);
    let mut book = Book::new(title, &from)?;
    let mut page = Page::new(say("反馈单", "Queries"), Paper::Landscape, &WIDTHS)?;
    page.head(&head(report, submission, letter, findings.len(), title))?;
    page.remark(say(
        "请逐项核实：在浅黄色的“单位意见”写明情况和理由（只写“属实”“不属实”视同未说明理由），“佐证材料”写明附件名称；数字有误的，更正后连同本表一并重报。其余各格请勿改动，填好后把本文件原样发回。",
        "Please look into each point: give facts and reasons in the pale column (a bare yes or no counts as no reason), name your evidence, and file the annex anew where a figure was wrong. Leave all other cells as they are, and send this file back.",
    ))?;
    for (col, marker) in (HIDDEN..).zip([KEY_MARKER, FIGURES_MARKER, GIVEN_MARKER]) {
        page.sheet().set_column_hidden(col)?;
        page.aside(col, marker)?;
    }
    let titles = headings(lang);
    page.header(&titles, 3)?;
    let mut questions = Vec::new();
    for (number, finding) in findings {
        questions.push(write_one(&mut page, report, number, finding, &titles)?);
    }
    sign(&mut page, lang)?;
    protect(&mut page);
    page.close(&mut book);
    let sent = Sent {
        schema: SCHEMA.to_owned(),
        entity: one.entity.clone(),
        year: one.year,
        lang: if lang == Lang::Zh { "zh" } else { "en" }.to_owned(),
        questions: questions.len(),
    };
    let kept = std::iter::once(serde_json::to_string(&sent)).chain(questions.iter().map(serde_json::to_string));
    let kept: Vec<String> = kept.map(Result::unwrap_or_default).collect();
    book.seal_with(&kept)?;
    Ok(Some(book.save()?))
}

fn headings(lang: Lang) -> [&'static str; 8] {
    let field = |field: Field| if lang == Lang::Zh { field.headings().0 } else { field.headings().1 };
    let (reply, evidence) = (field(Field::Reply), field(Field::Evidence));
    match lang {
        Lang::Zh => ["序号", "附件（工作表）", "单元格", "问题", "有关数字", "请核实", reply, evidence],
        Lang::En => ["No.", "Annex (sheet)", "Cell", "Finding", "Figures", "Please", reply, evidence],
    }
}

fn head(report: &Report<'_>, submission: usize, letter: &Letter, questions: usize, title: &str) -> Head {
    let one = &report.run.submissions[submission];
    let year = one.year.map(|year| year.to_string()).unwrap_or_default();
    let blank = |text: &str| if text.is_empty() { "＿＿＿＿＿＿".to_owned() } else { text.to_owned() };
    let meta = match report.lang {
        Lang::Zh => vec![
            ("被核实单位", one.entity.clone()),
            ("年度", year),
            ("问题数", questions.to_string()),
            ("发出单位", blank(&letter.from)),
            ("发出日期", blank(&letter.date)),
            ("请于此日前反馈", blank(&letter.reply_by)),
        ],
        Lang::En => vec![
            ("Unit", one.entity.clone()),
            ("Year", year),
            ("Questions", questions.to_string()),
            ("From", blank(&letter.from)),
            ("Sent on", blank(&letter.date)),
            ("Please answer by", blank(&letter.reply_by)),
        ],
    };
    let meta = meta.into_iter().map(|(label, text)| (label.to_owned(), text)).collect();
    let index = format!("{} {}", one.entity, if report.lang == Lang::Zh { "反馈单" } else { "queries" });
    Head { title: title.to_owned(), meta, index, lang: report.lang }
}

fn write_one(
    page: &mut Page,
    report: &Report<'_>,
    number: usize,
    finding: &Finding,
    titles: &[&str],
) -> Result<Question, XlsxError> {
    let lang = report.lang;
    let first = finding.cells.first();
    let texts: [String; KEPT.len()] = [
        number.to_string(),
        first.map_or_else(|| finding.file.to_string(), annex),
        first.map(|cell| cell.cell.to_string()).unwrap_or_default(),
        report.masked(&format!("{}\n{}", finding.title.get(lang), finding.message.get(lang))),
        report.masked(&figures(finding, lang)),
        question(finding).get(lang).to_owned(),
    ];
    let texts = texts.map(|text| text.chars().take(LONGEST).collect::<String>());
    for (col, text) in KEPT.into_iter().zip(&texts) {
        let look = match col {
            NUMBER => Look::Centre.on(Fill::Of(finding.severity)),
            CELL => Look::Centre.style(),
            _ => Look::Text.style(),
        };
        page.text(col, text, look)?;
    }
    page.blanks(REPLY, EVIDENCE, Look::Typed.style())?;
    // Room to write by hand.
    page.at_least(4);
    let now = finding.figures();
    for (col, text) in (HIDDEN..).zip([finding.key.clone(), spell_figures(&now)]) {
        page.aside(col, &text)?;
    }
    page.end_row()?;
    Ok(Question {
        number,
        key: finding.key.clone(),
        code: finding.code.clone(),
        class: finding.class.name().to_owned(),
        severity: finding.severity.name().to_owned(),
        verdict: finding.verdict.name().to_owned(),
        figures: now,
        texts: titles.iter().zip(texts).map(|(title, text)| ((*title).to_owned(), text)).collect(),
    })
}

/// `附件3 整体支出自评表`: the annex of a cell's label where the sheet's own name does not begin with it.
fn annex(cell: &FindingCell) -> String {
    let annex = cell.label.split_whitespace().next().unwrap_or_default();
    if annex.starts_with("附件") && !cell.sheet.starts_with(annex) {
        format!("{annex}（{}）", cell.sheet)
    } else {
        cell.sheet.to_string()
    }
}

/// The figures of a question, a line each, with their cells; and what the tie says of them.
fn figures(finding: &Finding, lang: Lang) -> String {
    let line = |cell: &FindingCell| {
        let value = match cell.value {
            Some(value) if cell.unit != "%" => format!("{value}{}", cell.unit),
            Some(value) => format!("{value}%"),
            None if cell.text.is_empty() => if lang == Lang::Zh { "（空）" } else { "(blank)" }.to_owned(),
            None => cell.text.chars().take(60).collect(),
        };
        let here = finding.cells.first().is_some_and(|first| first.sheet == cell.sheet && first.file == cell.file);
        let place = if here { cell.cell.to_string() } else { format!("{}!{}", cell.sheet, cell.cell) };
        format!("{} {value}（{place}）", cell.label)
    };
    let mut lines: Vec<String> = finding.cells.iter().take(PRINTED).map(line).collect();
    if finding.cells.len() > PRINTED {
        lines.push("…".to_owned());
    }
    if let Some(Stated { reported, expected, difference, .. }) = finding.stated() {
        let unit = &finding.unit;
        lines.push(match lang {
            Lang::Zh => format!("所报{reported}{unit}，应为{expected}{unit}，相差{difference}{unit}"),
            Lang::En => format!(
                "reported {reported}{unit}, expected {expected}{unit}: {}{unit} too {}",
                difference.abs(),
                if difference.is_sign_negative() { "low" } else { "high" }
            ),
        });
    }
    lines.join("\n")
}

/// What the unit is to do, in plain words.
fn question(finding: &Finding) -> Words {
    let ask = match (finding.class, finding.verdict) {
        (_, Verdict::Unchecked) => {
            Words::new("请把有关的格填成数字后重报。", "Put figures into these cells, and file them anew.")
        }
        (Class::Balance | Class::Logic, _) => Words::new(
            "请查明哪一个数有误，写明原因，更正后重报。",
            "Find out which figure is wrong, say why, and file it anew.",
        ),
        (Class::Verify, _) => {
            Words::new("请说明原因，并附佐证；填写有误的请更正。", "Say why, with evidence; mend it where it is wrong.")
        }
        (Class::Complete, _) => {
            Words::new("请补填；确实没有的，请说明。", "Fill it in; say so where there is nothing.")
        }
        (Class::Form, _) => Words::new("请按表式更正，或说明。", "Mend it as the form asks, or say why not."),
    };
    let joined = |hint: &str, ask: String| if hint.is_empty() { ask } else { format!("{hint}\n{ask}") };
    Words::new(joined(&finding.hint.zh, ask.zh), joined(&finding.hint.en, ask.en))
}

/// Room for names, date and seal; the rows say that they are no questions.
fn sign(page: &mut Page, lang: Lang) -> Result<(), XlsxError> {
    page.skip();
    let rows: [[&str; 2]; 2] = match lang {
        Lang::Zh => [["填报人：", "回复日期："], ["单位负责人（签字）：", "单位（盖章）："]],
        Lang::En => [["Answered by:", "Date:"], ["Head of unit (signature):", "Seal:"]],
    };
    for [left, right] in rows {
        page.span(NUMBER, CELL, left, Look::Header.style())?;
        page.text(WHAT, "", Look::Typed.style())?;
        page.span(FIGURES, QUESTION, right, Look::Header.style())?;
        page.span(REPLY, EVIDENCE, "", Look::Typed.style())?;
        page.aside(HIDDEN, SIGN_MARKER)?;
        page.at_least(2);
        page.end_row()?;
    }
    Ok(())
}

/// Without a password: it keeps off slips, not people. Columns and rows may be made wider.
fn protect(page: &mut Page) {
    let options = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    page.sheet().protect_with_options(&options);
}
