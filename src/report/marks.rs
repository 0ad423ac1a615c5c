//! Findings → what is marked in one file: cells with notes, and the rows of the sheet 勾稽结果.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::annotate::{Listing, ListingRow, Mark};
use crate::facts::origin::Origin;
use crate::model::finding::{FindingCell, Role};
use crate::model::mask::mask_text;
use crate::model::{CellRef, Finding, Lang, Severity};
use crate::reconcile::Run;

/// Operands of a finding that are all marked where none of them stands out.
const MOST: usize = 8;
/// Most related cells that a note names.
const RELATED: usize = 8;

/// Gives the marks and the listing of one file.
#[must_use]
pub fn marks_of(run: &Run, file: &str, rules_sha256: &str, lang: Lang, show_personal: bool) -> (Vec<Mark>, Listing) {
    let own = |cell: &FindingCell| cell.file == file;
    let masked = |text: &str| if show_personal { text.to_owned() } else { mask_text(text) };
    let mut marks = Vec::new();
    let mut rows = Vec::new();
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    let findings = run.submission_of(file).map(|submission| run.findings_of(submission)).unwrap_or_default();
    for (at, finding) in findings.iter().enumerate() {
        let here = finding.cells.is_empty() || finding.cells.iter().any(own);
        if !here {
            continue;
        }
        let number = at + 1;
        *counts.entry(finding.severity).or_default() += 1;
        let note = masked(&note(finding, number, file, lang));
        for (place, cell) in marked(finding).into_iter().enumerate().filter(|(_, cell)| own(cell)) {
            let text = if place == 0 { note.clone() } else { masked(&aside(finding, number, lang)) };
            marks.push(Mark { sheet: cell.sheet.clone(), cell: cell.cell, severity: finding.severity, note: text });
        }
        rows.push(row(finding, number, file, lang, &masked));
    }
    let count = |severity| counts.get(&severity).copied().unwrap_or(0);
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let headline = match (lang, rows.len()) {
        (Lang::Zh, 0) => "未发现问题：表内、表间各项勾稽相符。".to_owned(),
        (Lang::En, 0) => "No finding: every tie that was tried holds.".to_owned(),
        (Lang::Zh, n) => format!(
            "共{n}个问题：错误{errors}，警告{warnings}，提示{notes}。颜色与级别一致：红为错误，黄为警告，蓝为提示。"
        ),
        (Lang::En, n) => format!(
            "{n} findings: {errors} errors, {warnings} warnings, {notes} notes. Red is an error, yellow a warning, blue a note."
        ),
    };
    let sha256 = run.sha256_of(file).unwrap_or_default().to_owned();
    let origin = Origin { rules_sha256: rules_sha256.to_owned(), files: vec![(file.into(), sha256)] };
    let headline = format!("{headline}\n{}", origin.line(lang));
    (marks, Listing { lang, headline, rows })
}

/// The cells of a finding that are marked: where it stands, and every cell that may be the wrong one.
fn marked(finding: &Finding) -> Vec<&FindingCell> {
    let Some(first) = finding.cells.first() else { return Vec::new() };
    let suspects = finding.cells.iter().any(|cell| cell.suspect);
    let mut cells = vec![first];
    // Only the operands of an equality can each be the wrong one.
    if finding.severity != Severity::Error || finding.cells.iter().all(|cell| cell.role == Role::Subject) {
        return cells;
    }
    // A long sum that points at nobody is marked at its total alone; the note names the rest.
    if !suspects && finding.cells.len() > MOST {
        return cells;
    }
    cells.extend(finding.cells.iter().skip(1).filter(|cell| {
        let same = cell.file == first.file && cell.sheet == first.sheet && cell.cell == first.cell;
        !same && (cell.suspect || !suspects)
    }));
    cells
}

fn head(finding: &Finding, number: usize, lang: Lang) -> String {
    let severity = finding.severity.words();
    match lang {
        Lang::Zh => format!("问题{number}　{}　{}　{}", severity.zh, finding.code, finding.title.zh),
        Lang::En => format!("Finding {number}  {}  {}  {}", severity.en, finding.code, finding.title.en),
    }
}

fn note(finding: &Finding, number: usize, file: &str, lang: Lang) -> String {
    let mut lines = vec![head(finding, number, lang), finding.message.get(lang).to_owned()];
    if let (Some(expected), Some(reported), Some(difference)) =
        (&finding.expected, &finding.reported, &finding.difference)
    {
        let unit = &finding.unit;
        let allowance = finding.allowance.as_deref().unwrap_or("0");
        lines.push(match lang {
            Lang::Zh => format!("应为 {expected}{unit}；所报 {reported}{unit}；差 {difference}{unit}（允许尾差 {allowance}{unit}）"),
            Lang::En => format!("expected {expected}{unit}; reported {reported}{unit}; difference {difference}{unit} (allowance {allowance}{unit})"),
        });
    }
    let related = related(finding, file);
    if !related.is_empty() {
        let word = if lang == Lang::Zh { "相关单元格：" } else { "Related cells: " };
        lines.push(format!("{word}{related}"));
    }
    if !finding.hint.get(lang).is_empty() {
        let word = if lang == Lang::Zh { "处理：" } else { "Hint: " };
        lines.push(format!("{word}{}", finding.hint.get(lang)));
    }
    lines.join("\n")
}

/// The note of a cell that takes part in a finding marked elsewhere.
fn aside(finding: &Finding, number: usize, lang: Lang) -> String {
    let at = finding.cells.first().map(place).unwrap_or_default();
    match lang {
        Lang::Zh => format!("{}\n本格参与此项勾稽，说明见 {at}。", head(finding, number, lang)),
        Lang::En => format!("{}\nThis cell takes part in the tie; see {at}.", head(finding, number, lang)),
    }
}

fn place(cell: &FindingCell) -> String {
    format!("{}!{}", cell.sheet, cell.cell)
}

/// The other cells, the sheet named once for those that stand together: `附件2 基础数据表!F6、F17`.
fn related(finding: &Finding, file: &str) -> String {
    let mut out = String::new();
    let mut cells: Vec<&FindingCell> = Vec::new();
    let place = |cell: &FindingCell| (cell.file.clone(), cell.sheet.clone(), cell.cell);
    for cell in &finding.cells {
        if !cells.iter().any(|old| place(old) == place(cell)) {
            cells.push(cell);
        }
    }
    let mut last: Option<&FindingCell> = None;
    for cell in cells.iter().copied().skip(1).take(RELATED) {
        let same = last.is_some_and(|last| last.file == cell.file && last.sheet == cell.sheet);
        if last.is_some() {
            out.push_str(if same { "、" } else { "；" });
        }
        if !same {
            if cell.file != file {
                let _ = write!(out, "[{}]", cell.file);
            }
            let _ = write!(out, "{}!", cell.sheet);
        }
        out.push_str(&cell.cell.to_string());
        last = Some(cell);
    }
    if cells.len() > RELATED + 1 {
        out.push('…');
    }
    out
}

fn row(finding: &Finding, number: usize, file: &str, lang: Lang, masked: &dyn Fn(&str) -> String) -> ListingRow {
    let first = finding.cells.first();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    ListingRow {
        number,
        code: finding.code.clone(),
        severity: finding.severity,
        file: first.map_or_else(|| finding.file.clone(), |cell| cell.file.clone()),
        sheet: first.map(|cell| cell.sheet.clone()).unwrap_or_default(),
        cell: first.map(|cell| cell.cell).or(Some(CellRef::new(0, 0))).filter(|_| first.is_some()),
        here: first.is_some_and(|cell| cell.file == file),
        what: format!("{}：{}", finding.title.get(lang), masked(finding.message.get(lang))),
        expected: text(&finding.expected),
        reported: text(&finding.reported),
        difference: text(&finding.difference),
        unit: finding.unit.clone(),
        related: related(finding, file),
        key: finding.key.clone(),
    }
}
