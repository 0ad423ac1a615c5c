//! The report on a terminal: by submission and sheet, with cells and figures lined up, and a closing sentence.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::table::{clip, lay_out};
use super::{Problem, Report, answers};
use crate::model::inert::{lines, one_line};
use crate::model::{Finding, Lang, Severity, Stated, Verdict};

/// Colours, or nothing where the output is no terminal; every mark also stands as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub bool);

impl Colour {
    fn paint(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "36",
        };
        self.wrap(code, text)
    }

    fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Widest text of a cell in the lists of operands.
const CELL_TEXT: usize = 36;

/// Writes the whole report.
#[must_use]
pub fn render(report: &Report<'_>, colour: Colour) -> String {
    let mut out = String::new();
    for (index, submission) in report.run.submissions.iter().enumerate() {
        let year = submission.year.map_or_else(String::new, |year| format!(" {year}"));
        let _ = writeln!(out, "{}", colour.bold(&format!("■ {}{year}", one_line(&submission.entity))));
        sheets(&mut out, report, index);
        by_sheet(&mut out, report, index, colour);
        unchecked(&mut out, report, index);
        for notice in &submission.notices {
            let _ = writeln!(out, "  · {}", one_line(notice.get(report.lang)));
        }
        out.push('\n');
    }
    for problem in report.problems {
        problem_line(&mut out, report, problem, colour);
    }
    out.push_str(&closing(report));
    out.push_str(&answers::closing(report));
    out
}

fn problem_line(out: &mut String, report: &Report<'_>, problem: &Problem, colour: Colour) {
    let word = match (problem.failed, report.lang) {
        (true, Lang::Zh) => "未能核对",
        (true, Lang::En) => "not checked",
        (false, Lang::Zh) => "说明",
        (false, Lang::En) => "note",
    };
    let severity = if problem.failed { Severity::Error } else { Severity::Note };
    let _ = writeln!(
        out,
        "{} {}: {}",
        colour.paint(severity, word),
        one_line(&problem.file),
        lines(problem.words.get(report.lang))
    );
}

fn sheets(out: &mut String, report: &Report<'_>, index: usize) {
    let submission = &report.run.submissions[index];
    let (mut rows, mut unknown) = (Vec::new(), Vec::new());
    for note in &submission.sheets {
        let what = match (note.form, &note.why) {
            (Some(form), _) => {
                let form = &report.forms.all[form];
                let project =
                    note.project.as_deref().map(|project| format!(" · {}", clip(project, 30))).unwrap_or_default();
                let why = note.why.as_ref().map(|why| format!(" — {}", why.get(report.lang))).unwrap_or_default();
                format!("{} {}{project}{why}", form.annex, form.title.get(report.lang))
            }
            (None, Some(why)) => why.get(report.lang).to_owned(),
            (None, None) => String::new(),
        };
        let count = match report.lang {
            Lang::Zh => format!("{}个数", note.figures),
            Lang::En if note.figures == 1 => "1 figure".to_owned(),
            Lang::En => format!("{} figures", note.figures),
        };
        let unread = match (note.unread.len(), report.lang) {
            (0, _) => String::new(),
            (n, Lang::Zh) => format!("{n}格未读"),
            (1, Lang::En) => "1 cell unread".to_owned(),
            (n, Lang::En) => format!("{n} cells unread"),
        };
        let place = format!("{} · {}", clip(&note.file, 44), clip(&note.sheet, 24));
        if note.form.is_some() {
            rows.push(vec![place, what, count, unread]);
        } else {
            // A reason is as long as it is; it widens no column.
            unknown.push(format!("  {place}  {what}\n"));
        }
    }
    out.push_str(&lay_out(&rows, &[], "  "));
    out.extend(unknown);
}

/// Lists what could not be tried and why; what a finding says already is left out.
fn unchecked(out: &mut String, report: &Report<'_>, index: usize) {
    let own = report.run.outcomes_of(index).iter();
    let open: Vec<_> = own.filter(|outcome| outcome.verdict == Verdict::Unchecked && !outcome.blocked).collect();
    if open.is_empty() {
        return;
    }
    let head = match report.lang {
        Lang::Zh => format!("未核{}处：", open.len()),
        Lang::En => format!("{} not checked:", open.len()),
    };
    let _ = writeln!(out, "\n  {head}");
    let rows: Vec<Vec<String>> = open
        .iter()
        .map(|outcome| {
            let rule = &report.pack.rules[outcome.rule];
            let place = outcome.place.line.iter().chain(&outcome.place.measure).map(String::as_str);
            let place: Vec<&str> = place.collect();
            let why = outcome.words.as_ref().map(|words| words.get(report.lang)).unwrap_or_default();
            vec![rule.code.clone(), rule.title.get(report.lang).to_owned(), clip(&place.join("·"), 30), clip(why, 90)]
        })
        .collect();
    out.push_str(&lay_out(&rows, &[], "    "));
}

/// A sheet's name and its findings with their numbers.
type Sheet<'f> = (String, Vec<(usize, &'f Finding)>);

fn by_sheet(out: &mut String, report: &Report<'_>, index: usize, colour: Colour) {
    let findings = report.run.findings_of(index);
    if findings.is_empty() {
        let words = match report.lang {
            Lang::Zh => "  没有问题。",
            Lang::En => "  No finding.",
        };
        let _ = writeln!(out, "{words}");
        return;
    }
    let tables = &report.run.submissions[index].tables;
    // Sheets in the order of the workbook; a finding without a cell comes first.
    let mut sheets: BTreeMap<usize, Sheet<'_>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let first = finding.cells.first();
        let order =
            first.and_then(|cell| tables.iter().position(|table| table.file == cell.file && table.sheet == cell.sheet));
        let name = first.map_or_else(|| finding.file.to_string(), |cell| format!("{} · {}", cell.file, cell.sheet));
        let key = order.map_or(0, |order| order + 1);
        sheets.entry(key).or_insert_with(|| (name, Vec::new())).1.push((at + 1, finding));
    }
    for (sheet, findings) in sheets.into_values() {
        let _ = writeln!(out, "\n  {}", colour.bold(&one_line(&sheet)));
        for (number, finding) in findings {
            one(out, report, number, finding, colour);
        }
    }
}

fn one(out: &mut String, report: &Report<'_>, number: usize, finding: &Finding, colour: Colour) {
    let lang = report.lang;
    let at = finding.cells.first().map(|cell| cell.cell.to_string()).unwrap_or_default();
    let severity = colour.paint(finding.severity, finding.severity.words().get(lang));
    let state = answers::state(finding, lang);
    let _ = writeln!(out, "  {severity} {} {at}  {}  #{number}{state}", finding.code, finding.title.get(lang));
    let _ = writeln!(out, "      {}", lines(&report.masked(finding.message.get(lang))));
    for line in answers::lines(finding, lang) {
        let _ = writeln!(out, "      ▸ {}", lines(&report.masked(&line)));
    }
    // What is explained needs no second look at its operands.
    if finding.severity == Severity::Note || finding.is_closed() {
        return;
    }
    let rows: Vec<Vec<String>> = finding
        .cells
        .iter()
        .take(12)
        .map(|cell| {
            let same = finding.cells.first().is_some_and(|first| first.file == cell.file);
            let file = if same { String::new() } else { format!("{} · ", cell.file) };
            let suspect = match (cell.suspect, lang) {
                (true, Lang::Zh) => "← 存疑",
                (true, Lang::En) => "← suspect",
                (false, _) => "",
            };
            vec![
                format!("{file}{}!{}", cell.sheet, cell.cell),
                clip(&cell.label, 44),
                clip(&report.masked(&cell.text), CELL_TEXT),
                cell.unit.clone(),
                suspect.to_owned(),
            ]
        })
        .collect();
    out.push_str(&lay_out(&rows, &[2], "        "));
    if finding.cells.len() > 12 {
        let _ = writeln!(out, "        … +{}", finding.cells.len() - 12);
    }
    if let Some(Stated { expected, reported, difference, allowance }) = finding.stated() {
        let unit = &finding.unit;
        let words = match lang {
            Lang::Zh => format!(
                "应为 {expected}　所报 {reported}　差 {difference}　允许尾差 {allowance}{}",
                bracket(unit, "　（", "）")
            ),
            Lang::En => format!(
                "expected {expected}, reported {reported}, difference {difference}, allowance {allowance}{}",
                bracket(unit, " (", ")")
            ),
        };
        let _ = writeln!(out, "        {words}");
    }
    if let Some(likely) = &finding.likely {
        let word = if lang == Lang::Zh { "可能原因" } else { "likely cause" };
        let _ = writeln!(out, "        {word}: {}", report.masked(likely.get(lang)));
    }
    if !finding.hint.get(lang).is_empty() {
        let word = if lang == Lang::Zh { "提示" } else { "hint" };
        let _ = writeln!(out, "        {word}: {}", one_line(finding.hint.get(lang)));
    }
}

/// A unit in brackets, or nothing where there is none.
fn bracket(unit: &str, open: &str, close: &str) -> String {
    if unit.is_empty() { String::new() } else { format!("{open}{unit}{close}") }
}

/// One sentence with all counts; an empty result is a sentence too.
#[must_use]
pub fn closing(report: &Report<'_>) -> String {
    let s = report.summary();
    let c = s.counts;
    let failed = report.problems.iter().filter(|problem| problem.failed).count();
    let (submissions, figures, idle) = (s.submissions, s.figures, s.figures_under_no_rule);
    let (checks, balanced, rounding, large) = (c.checks(), c.balanced, c.rounding, c.rounding_large);
    let (unbalanced, unchecked, apart) = (c.unbalanced, c.unchecked, c.not_applicable);
    let (errors, warnings, notes) = (s.errors, s.warnings, s.notes);
    let tail = match (failed, report.lang) {
        (0, _) => String::new(),
        (n, Lang::Zh) => format!("{n}个文件未能核对。"),
        (1, Lang::En) => " 1 file could not be checked.".to_owned(),
        (n, Lang::En) => format!(" {n} files could not be checked."),
    };
    match report.lang {
        Lang::Zh => format!(
            "共{submissions}份报送件，{figures}个数，核对{checks}处：{balanced}平，{rounding}尾差，{large}尾差偏大，\
             {unbalanced}不平，{unchecked}未核；另{apart}处不适用，{idle}个数无规则涉及。\n\
             错误{errors}，警告{warnings}，提示{notes}。{tail}\n"
        ),
        Lang::En => format!(
            "submissions {submissions}, figures {figures}, checks {checks}: {balanced} balanced, {rounding} rounding, \
             {large} large rounding, {unbalanced} unbalanced, {unchecked} unchecked; {apart} not applicable, \
             {idle} figures under no rule.\nerrors {errors}, warnings {warnings}, notes {notes}.{tail}\n"
        ),
    }
}
