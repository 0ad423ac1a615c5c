//! Findings → what is marked in one file: cells with notes, and the rows of the sheet 勾稽结果.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::annotate::{Listing, ListingRow, Mark};
use crate::facts::origin::Origin;
use crate::model::explanation::{Explained, Field, Typed};
use crate::model::finding::{Cause, FindingCell, Role};
use crate::model::mask::unless_asked;
use crate::model::{Answers, CellRef, Finding, Lang, Severity, Stated};
use crate::reconcile::Run;
use crate::report::answers as said;

/// Operands of a finding that are all marked where none of them stands out.
const MOST: usize = 8;
/// Most related cells that a note names.
const RELATED: usize = 8;

/// Gives the marks and the listing of one file.
#[must_use]
pub fn marks_of(run: &Run, file: &str, rules_sha256: &str, lang: Lang, show_personal: bool) -> (Vec<Mark>, Listing) {
    let own = |cell: &FindingCell| *cell.file == *file;
    let masked = |text: &str| unless_asked(text, show_personal);
    let mut marks = Vec::new();
    let mut rows = Vec::new();
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut explained = 0;
    let findings = run.submission_of(file).map(|submission| run.findings_of(submission)).unwrap_or_default();
    for (at, finding) in findings.iter().enumerate() {
        let here = finding.cells.is_empty() || finding.cells.iter().any(own);
        if !here {
            continue;
        }
        let number = at + 1;
        if finding.is_closed() {
            explained += 1;
        } else {
            *counts.entry(finding.severity).or_default() += 1;
        }
        let note = masked(&note(finding, number, file, lang));
        for (place, cell) in marked(finding).into_iter().enumerate().filter(|(_, cell)| own(cell)) {
            let text = if place == 0 { note.clone() } else { masked(&aside(finding, cell, number, lang)) };
            marks.push(Mark { sheet: cell.sheet.to_string(), cell: cell.cell, severity: finding.severity, note: text });
        }
        rows.push(row(finding, number, file, lang, &run.answers, &masked));
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
    let headline = format!("{headline}{}", how_to_answer(lang, rows.len(), explained));
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
    if let Some(Stated { expected, reported, difference, allowance }) = finding.stated() {
        let unit = &finding.unit;
        lines.push(match lang {
            Lang::Zh => format!("应为 {expected}{unit}；所报 {reported}{unit}；差 {difference}{unit}（允许尾差 {allowance}{unit}）"),
            Lang::En => format!("expected {expected}{unit}; reported {reported}{unit}; difference {difference}{unit} (allowance {allowance}{unit})"),
        });
    }
    if let Some(likely) = &finding.likely {
        lines.push(likely.get(lang).to_owned());
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
    lines.extend(said::lines(finding, lang));
    lines.join("\n")
}

/// The note of a cell that takes part in a finding marked elsewhere; of one that is probably the wrong one, why.
fn aside(finding: &Finding, cell: &FindingCell, number: usize, lang: Lang) -> String {
    let at = finding.cells.first().map(place).unwrap_or_default();
    let mut note = match lang {
        Lang::Zh => format!("{}\n本格参与此项勾稽，说明见 {at}。", head(finding, number, lang)),
        Lang::En => format!("{}\nThis cell takes part in the tie; see {at}.", head(finding, number, lang)),
    };
    let here = |one: &Cause| one.file == cell.file && one.sheet == cell.sheet && one.cell == cell.cell;
    if let Some(likely) = finding.likely.as_ref().filter(|_| finding.causes.iter().any(here)) {
        let _ = write!(note, "\n{}", likely.get(lang));
    }
    note
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
        // Whether there are more than are named is all that the rest could tell.
        if cells.len() > RELATED + 1 {
            break;
        }
    }
    let mut last: Option<&FindingCell> = None;
    for cell in cells.iter().copied().skip(1).take(RELATED) {
        let same = last.is_some_and(|last| last.file == cell.file && last.sheet == cell.sheet);
        if last.is_some() {
            out.push_str(if same { "、" } else { "；" });
        }
        if !same {
            if *cell.file != *file {
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

fn row(
    finding: &Finding,
    number: usize,
    file: &str,
    lang: Lang,
    answers: &Answers,
    masked: &dyn Fn(&str) -> String,
) -> ListingRow {
    let first = finding.cells.first();
    let stated = finding.stated();
    let text = |of: fn(Stated) -> Decimal| stated.map(|stated| of(stated).to_string()).unwrap_or_default();
    ListingRow {
        number,
        code: finding.code.clone(),
        severity: finding.severity,
        file: first.map_or(&finding.file, |cell| &cell.file).to_string(),
        sheet: first.map(|cell| cell.sheet.to_string()).unwrap_or_default(),
        cell: first.map(|cell| cell.cell).or(Some(CellRef::new(0, 0))).filter(|_| first.is_some()),
        here: first.is_some_and(|cell| *cell.file == *file),
        what: what(finding, lang, masked),
        expected: text(|one| one.expected),
        reported: text(|one| one.reported),
        difference: text(|one| one.difference),
        unit: finding.unit.clone(),
        related: related(finding, file),
        likely: finding.likely.as_ref().map(|likely| masked(likely.get(lang))).unwrap_or_default(),
        state: state(finding, lang),
        figures: finding.figures(),
        typed: typed(finding, answers),
        given_for: own_explanation(finding).and_then(|one| one.figures.clone()),
        key: finding.key.clone(),
    }
}

/// Title and sentence, and under them what was said of it.
fn what(finding: &Finding, lang: Lang, masked: &dyn Fn(&str) -> String) -> String {
    let head = format!("{}：{}", finding.title.get(lang), masked(finding.message.get(lang)));
    let lines = said::lines(finding, lang);
    std::iter::once(head).chain(lines.iter().map(|line| masked(line))).collect::<Vec<_>>().join("\n")
}

/// Where the explanation stands, and what became of the finding, a word a line.
fn state(finding: &Finding, lang: Lang) -> String {
    let explained = finding.explained.as_ref().map(|one| one.standing.words());
    let since = finding.since.as_ref().map(crate::model::Since::words);
    let words = explained.into_iter().chain(since).map(|words| words.get(lang).to_owned());
    words.collect::<Vec<_>>().join("\n")
}

/// An explanation of this very finding; that of an earlier year is shown and not typed in again.
fn own_explanation(finding: &Finding) -> Option<&Explained> {
    finding.explained.as_deref().filter(|one| one.year.is_none())
}

/// What stands in the columns for people: the explanation, and what else was typed beside the finding elsewhere.
fn typed(finding: &Finding, answers: &Answers) -> Typed {
    let mut typed = Typed::new();
    let beside = answers.typed.get(&finding.key);
    for field in [Field::Remark, Field::Progress] {
        typed.extend(beside.and_then(|beside| Some((field, beside.get(&field)?.clone()))));
    }
    if let Some(one) = own_explanation(finding) {
        let words = [
            (Field::Reason, &one.reason),
            (Field::Who, &one.who),
            (Field::When, &one.when),
            (Field::Expiry, &one.expiry),
            (Field::Carry, &one.carry),
        ];
        typed.extend(words.into_iter().filter(|(_, text)| !text.is_empty()).map(|(field, text)| (field, text.clone())));
    }
    typed
}

/// How many are explained, and where to type.
fn how_to_answer(lang: Lang, rows: usize, explained: usize) -> String {
    let closed = match (explained, lang) {
        (0, _) => String::new(),
        (n, Lang::Zh) => format!("另有{n}个已说明关闭。"),
        (n, Lang::En) => format!(" {n} more are explained and closed."),
    };
    let how = match (rows, lang) {
        (0, _) => "",
        (_, Lang::Zh) => {
            "核实性、完整性、表式问题可在右侧“审核说明”填写理由，再核对时加 --explanations 读回；平衡、逻辑错误须更正。"
        }
        (_, Lang::En) => {
            " What is to be verified, is missing or is a matter of form can be explained at the right; read it back with --explanations. Balances and conditions must be mended."
        }
    };
    format!("{closed}{how}")
}
