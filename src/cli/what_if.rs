//! `gouji check --what-if`: the ties as they would be with another figure in a cell. Nothing is written.

use std::fmt::Write as _;

use anyhow::bail;
use serde_json::{Value, json};

use super::args::{CheckArgs, CheckFormat};
use super::check::Checked;
use super::{Exit, print, say};
use crate::model::{Lang, Severity};
use crate::reconcile::what_if::{Change, Changed, Turn, Turned, apply, compare};
use crate::reconcile::{Keep, Run, reconcile_keeping};
use crate::report::table::lay_out;
use crate::report::{Problem, Report};

/// Runs again with the changes, and prints what turns.
///
/// # Errors
/// A change that is not well written, or names no figure, or several.
pub fn run(checked: &Checked, args: &CheckArgs) -> anyhow::Result<Exit> {
    if !matches!(args.format, CheckFormat::Text | CheckFormat::Json) {
        bail!("--what-if 只有文本和 JSON 两种格式 · --what-if prints text or JSON: --format text, or json");
    }
    let changes = args.what_if.iter().map(|typed| typed.parse()).collect::<Result<Vec<Change>, _>>()?;
    let mut submissions = checked.run.submissions.clone();
    let made = apply(&mut submissions, &changes, &checked.forms)?;
    let priors = checked.run.priors.clone();
    let after = reconcile_keeping(submissions, priors, &checked.forms, &checked.pack, Keep::Ledger)?;
    let turned = compare(&checked.run, &after, &made);
    let report = &checked.report(args);
    let errors = (errors(&checked.run), errors(&after));
    let page = if args.format == CheckFormat::Json {
        format!("{}\n", serde_json::to_string_pretty(&object(&made, &turned, report, errors))?)
    } else {
        text(&made, &turned, report, errors)
    };
    print(&page)?;
    let unread: Vec<&Problem> = checked.problems.iter().filter(|problem| problem.failed).collect();
    for problem in &unread {
        say(&format!("{}: {}", problem.file, problem.words.get(report.lang)));
    }
    Ok(match errors.1 {
        _ if !unread.is_empty() => Exit::Failed,
        0 => Exit::Clean,
        _ => Exit::Findings,
    })
}

fn errors(run: &Run) -> usize {
    run.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

fn turn_name(turn: Turn) -> &'static str {
    match turn {
        Turn::Holds => "holds",
        Turn::Breaks => "breaks",
        Turn::StillFails => "still-fails",
        Turn::StillHolds => "still-holds",
        Turn::Other => "other",
    }
}

fn heading(turn: Turn, count: usize, lang: Lang) -> String {
    match (turn, lang) {
        (Turn::Holds, Lang::Zh) => format!("原来不平，改后相符：{count}处"),
        (Turn::Breaks, Lang::Zh) => format!("原来相符，改后不平：{count}处"),
        (Turn::StillFails, Lang::Zh) => format!("涉及所改的数，改后仍不平：{count}处"),
        (Turn::StillHolds, Lang::Zh) => format!("涉及所改的数，改后仍相符：{count}处"),
        (Turn::Other, Lang::Zh) => format!("改后是否核对有变：{count}处"),
        (Turn::Holds, Lang::En) => format!("failed, and would hold: {count}"),
        (Turn::Breaks, Lang::En) => format!("held, and would fail: {count}"),
        (Turn::StillFails, Lang::En) => format!("with a changed figure, and would still fail: {count}"),
        (Turn::StillHolds, Lang::En) => format!("with a changed figure, and would still hold: {count}"),
        (Turn::Other, Lang::En) => format!("would become checked, or no longer be: {count}"),
    }
}

const TURNS: [Turn; 5] = [Turn::Holds, Turn::Breaks, Turn::StillFails, Turn::StillHolds, Turn::Other];

fn text(made: &[Changed], turned: &[Turned<'_>], report: &Report<'_>, errors: (usize, usize)) -> String {
    let lang = report.lang;
    let head = if lang == Lang::Zh { "假设（不写入任何文件）：" } else { "what if (nothing is written):" };
    let mut out = format!("{head}\n");
    let change = |one: &Changed| {
        let from = one.from.map_or_else(|| "—".to_owned(), |from| from.to_string());
        let arrow = format!("{from} → {}{}", one.to, one.unit);
        vec![format!("{} · {}!{}", one.file, one.sheet, one.cell), report.masked(&one.label), arrow]
    };
    out.push_str(&lay_out(&made.iter().map(change).collect::<Vec<_>>(), &[], "  "));
    for turn in TURNS {
        let own: Vec<&Turned<'_>> = turned.iter().filter(|one| one.turn == turn).collect();
        // That nothing breaks is worth saying; that nothing else turned is not.
        if own.is_empty() && !matches!(turn, Turn::Holds | Turn::Breaks) {
            continue;
        }
        let _ = writeln!(out, "\n{}", heading(turn, own.len(), lang));
        let rows: Vec<Vec<String>> = own.iter().map(|one| row(one, report)).collect();
        out.push_str(&lay_out(&rows, &[], "  "));
    }
    let (before, after) = errors;
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n错误{before}个，改后{after}个。"),
        Lang::En => writeln!(out, "\nerrors: {before}, with the change {after}."),
    };
    out
}

fn row(one: &Turned<'_>, report: &Report<'_>) -> Vec<String> {
    let lang = report.lang;
    let rule = &report.pack.rules[one.after.rule];
    let place = [&one.after.place.line, &one.after.place.measure].into_iter().flatten();
    let place: Vec<String> = place.map(|part| report.masked(part)).collect();
    let figures = one
        .after
        .figures
        .as_ref()
        .map(|judged| (judged, judged.stated()))
        .map(|(judged, stated)| format!("{} {} {}{}", stated.reported, judged.op, stated.expected, judged.unit));
    let verdicts = format!("{} → {}", one.before.verdict.words().get(lang), one.after.verdict.words().get(lang));
    vec![rule.code.clone(), rule.title.get(lang).to_owned(), place.join("·"), figures.unwrap_or_default(), verdicts]
}

fn object(made: &[Changed], turned: &[Turned<'_>], report: &Report<'_>, errors: (usize, usize)) -> Value {
    let changes: Vec<Value> = made
        .iter()
        .map(|one| {
            json!({"file": one.file, "sheet": one.sheet, "cell": one.cell.to_string(), "label": report.masked(&one.label),
                   "from": one.from.map(|from| from.to_string()), "to": one.to.to_string(), "unit": one.unit})
        })
        .collect();
    let ties: Vec<Value> = turned
        .iter()
        .map(|one| {
            let rule = &report.pack.rules[one.after.rule];
            json!({"code": rule.code, "title": rule.title.get(report.lang), "line": one.after.place.line,
                   "measure": one.after.place.measure, "project": one.after.place.project,
                   "turn": turn_name(one.turn), "before": one.before.verdict.name(), "after": one.after.verdict.name()})
        })
        .collect();
    let count = |turn: Turn| turned.iter().filter(|one| one.turn == turn).count();
    json!({
        "schema": "gouji.what-if/1",
        "changes": changes,
        "ties": ties,
        "summary": {"holds": count(Turn::Holds), "breaks": count(Turn::Breaks), "still_fails": count(Turn::StillFails),
                    "still_holds": count(Turn::StillHolds), "errors_before": errors.0, "errors_after": errors.1},
    })
}
