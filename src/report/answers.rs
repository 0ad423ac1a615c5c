//! What people said of findings, in words: beside each finding, and what is left over at the end.

use std::fmt::Write as _;

use super::Report;
use crate::model::explanation::{Baseline, Moved, Since, Standing};
use crate::model::inert::one_line;
use crate::model::{Finding, Lang};

/// Where a finding stands, in brackets: 〔已说明〕〔新增〕; nothing where nobody asked.
#[must_use]
pub fn state(finding: &Finding, lang: Lang) -> String {
    let explained = finding.explained.as_ref().map(|one| one.standing.words());
    let since = finding.since.as_ref().map(Since::words);
    let words = explained.into_iter().chain(since);
    words.map(|words| if lang == Lang::Zh { format!("〔{}〕", words.zh) } else { format!(" [{}]", words.en) }).collect()
}

/// The sentences under a finding: what was said of it, and what changed since the earlier run.
#[must_use]
pub fn lines(finding: &Finding, lang: Lang) -> Vec<String> {
    let explained = finding.explained.as_ref().map(|one| one.sentence().get(lang).to_owned());
    let changed = match &finding.since {
        Some(Since::Changed(moved)) => Some(match lang {
            Lang::Zh => format!("上次核对以来：{}", list(moved, lang)),
            Lang::En => format!("since the earlier run: {}", list(moved, lang)),
        }),
        _ => None,
    };
    explained.into_iter().chain(changed).collect()
}

fn list(moved: &[Moved], lang: Lang) -> String {
    let between = if lang == Lang::Zh { "；" } else { "; " };
    moved.iter().map(|one| one.words().get(lang).to_owned()).collect::<Vec<_>>().join(between)
}

/// What is left to say behind the counts; nothing where no answers and no earlier run were given.
#[must_use]
pub fn closing(report: &Report<'_>) -> String {
    let mut out = String::new();
    if report.run.answers.given {
        explanations(&mut out, report);
    }
    if let Some(baseline) = &report.run.answers.baseline {
        against(&mut out, report, baseline);
    }
    out
}

fn explanations(out: &mut String, report: &Report<'_>) {
    let standing = || report.run.findings.iter().filter_map(|finding| Some(&finding.explained.as_ref()?.standing));
    let count = |is: fn(&Standing) -> bool| standing().filter(|one| is(one)).count();
    let accepted = count(|one| matches!(one, Standing::Accepted));
    let stale = count(|one| matches!(one, Standing::Stale(_)));
    let expired = count(|one| matches!(one, Standing::Expired { .. }));
    let refused = count(|one| matches!(one, Standing::NotAccepted(_)));
    let offered = count(|one| matches!(one, Standing::Offered(_)));
    let unused = &report.run.answers.unused;
    let _ = match report.lang {
        Lang::Zh => writeln!(
            out,
            "审核说明：已说明关闭{accepted}，失效{stale}，到期{expired}，不采{refused}，上年说明供参考{offered}，未用{}。",
            unused.len()
        ),
        Lang::En => writeln!(
            out,
            "explanations: {accepted} closed, {stale} stale, {expired} expired, {refused} not accepted, {offered} of last year for reference, {} unused.",
            unused.len()
        ),
    };
    for one in unused {
        let (reason, why) = (one_line(&report.masked(&one.reason)).into_owned(), one.why.get(report.lang));
        let _ = match report.lang {
            Lang::Zh => writeln!(out, "  未用的说明 {}：{why}。说明：{reason}（{}）", one.source, one.key),
            Lang::En => writeln!(out, "  unused {}: {why}. Words: {reason} ({})", one.source, one.key),
        };
    }
}

fn against(out: &mut String, report: &Report<'_>, one: &Baseline) {
    let Baseline { file, new, unchanged, changed, resolved, not_checked } = one;
    let count = resolved.len();
    let _ = match report.lang {
        Lang::Zh => writeln!(out, "与 {file} 相比：新增{new}，未变{unchanged}，有变动{changed}，已消除{count}。"),
        Lang::En => {
            writeln!(out, "against {file}: {new} new, {unchanged} unchanged, {changed} changed, {count} resolved.")
        }
    };
    if *not_checked > 0 {
        let _ = match report.lang {
            Lang::Zh => {
                writeln!(out, "  另有{not_checked}个问题属于本次未核对的单位、年度、附件或公式，或缺上年报送件。")
            }
            Lang::En => {
                writeln!(
                    out,
                    "  {not_checked} more belong to units, years, annexes or rules that this run did not check, or need last year’s filing."
                )
            }
        };
    }
    for gone in resolved {
        let word = if report.lang == Lang::Zh { "已消除" } else { "resolved" };
        let (code, place, title, message) =
            (&gone.code, &gone.place, &gone.title, one_line(&report.masked(&gone.message)).into_owned());
        let _ = writeln!(out, "  {word} {code} {} {place} {title}  {message}", gone.entity);
    }
}
