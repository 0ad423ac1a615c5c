//! 配对: on what ground every unit and every renamed line was matched; what is unpaired, paired twice, or unused.

use std::collections::BTreeSet;

use crate::workpaper::book::Book;
use rust_xlsxwriter::XlsxError;

use super::units::spot;
use super::view::View;
use crate::model::Severity;
use crate::workpaper::figures::count;
use crate::workpaper::page::{Page, Paper};
use crate::workpaper::style::{Fill, Look};
use crate::years::{LineHow, PairNoticeKind};

const WIDTHS: [f64; 8] = [6.0, 28.0, 8.0, 28.0, 8.0, 26.0, 34.0, 34.0];

/// Writes the sheet.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&view.sheets.pairs, Paper::Landscape, &WIDTHS)?;
    page.head(&view.head("Y9", view.say("配对依据", "Pairing")))?;
    page.remark(view.say(
        "单位按名称配对，再按公式文件中的 [[alias]]，最后按名称与上年数的相似程度；相似的都列明依据，分不清的不配对。",
        "Units are paired by name, then by an [[alias]] of a rule file, last by likeness of names and prior-year figures. A likely pair shows its ground; what cannot be told apart is not paired.",
    ))?;
    units(&mut page, view)?;
    notices(&mut page, view)?;
    renamed(&mut page, view)?;
    problems(&mut page, view)?;
    view.write_unlinked(&mut page)?;
    page.close(book);
    Ok(())
}

fn units(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    page.header(
        &[
            view.say("序号", "No."),
            view.say("今年单位", "Unit this year"),
            view.say("年度", "Year"),
            view.say("上年单位", "Unit last year"),
            view.say("年度", "Year"),
            view.say("依据", "Ground"),
            view.say("今年文件", "Files this year"),
            view.say("上年文件", "Files last year"),
        ],
        2,
    )?;
    for (number, it) in view.units().iter().enumerate() {
        let pair = view.report.pairing.pairs.get(it.submission).copied().flatten();
        let fill = match pair {
            None => Fill::Of(Severity::Note),
            Some(pair) if !pair.is_sure() => Fill::Of(Severity::Warning),
            Some(_) => Fill::None,
        };
        let mut ground = view.report.ground(it).get(view.lang()).to_owned();
        if pair.is_some_and(|pair| !pair.is_sure()) {
            ground.push_str(view.say("，待确认", ", to be confirmed"));
        }
        let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
        let (last, last_year) = it.prior.clone().unwrap_or_default();
        count(page, 0, number + 1, Fill::None)?;
        page.link(1, &it.entity, &spot(view, number), Look::Link.style())?;
        page.text(2, &year(it.year), Look::Centre.style())?;
        page.text(3, if it.prior.is_some() { &last } else { "—" }, Look::Text.style())?;
        page.text(4, &year(last_year), Look::Centre.style())?;
        page.text(5, &ground, Look::Text.on(fill))?;
        page.text(6, &files(view, view.report.submissions.get(it.submission)), Look::Text.style())?;
        page.text(7, &files(view, pair.and_then(|pair| view.report.priors.get(pair.prior))), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}

fn files(view: &View<'_>, of: Option<&crate::facts::Submission>) -> String {
    let names = of.into_iter().flat_map(|one| &one.files).map(|file| view.file(&file.file));
    names.collect::<Vec<_>>().join("\n")
}

/// A heading and one line of titles over the columns 1–2, 3–4 and 5–7.
fn section(page: &mut Page, view: &View<'_>, title: &str, titles: [(&str, &str); 3]) -> Result<(), XlsxError> {
    page.remark("")?;
    page.heading(title)?;
    let head = Look::Header.style();
    page.text(0, view.say("序号", "No."), head)?;
    for ((zh, en), (first, last)) in titles.iter().zip([(1, 2), (3, 4), (5, 7)]) {
        page.span(first, last, view.say(zh, en), head)?;
    }
    page.end_row()
}

fn line(page: &mut Page, number: usize, texts: [&str; 3], fill: Fill) -> Result<(), XlsxError> {
    count(page, 0, number, Fill::None)?;
    page.span(1, 2, texts[0], Look::Text.on(fill))?;
    page.span(3, 4, texts[1], Look::Text.style())?;
    page.span(5, 7, texts[2], Look::Text.style())?;
    page.end_row()
}

fn notices(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    let title = view.say("待看的配对", "Pairs to look at");
    section(page, view, title, [("情况", "What"), ("单位", "Unit"), ("说明", "Words")])?;
    for (number, notice) in view.report.pairing.notices.iter().enumerate() {
        let (word, severity) = match notice.kind {
            PairNoticeKind::Likely => (view.say("按相似配对", "paired by likeness"), Severity::Warning),
            PairNoticeKind::Unpaired => (view.say("未配对", "not paired"), Severity::Note),
            PairNoticeKind::Several => (view.say("有多个可能，未配对", "several could be meant"), Severity::Warning),
            PairNoticeKind::Twice => (view.say("重复配对", "paired twice"), Severity::Warning),
            PairNoticeKind::Unused => (view.say("上年有、今年无", "filed last year only"), Severity::Note),
        };
        let now = notice.submission.and_then(|at| view.report.submissions.get(at));
        let one = now.or_else(|| notice.prior.and_then(|at| view.report.priors.get(at)));
        let name = one.map_or("", |one| one.entity.as_str());
        line(page, number + 1, [word, name, notice.words.get(view.lang())], Fill::Of(severity))?;
    }
    if view.report.pairing.notices.is_empty() {
        page.span(0, page.last(), view.say("没有。", "None."), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}

fn renamed(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    let title = view.say("改了名称的行次", "Lines that changed their names");
    section(page, view, title, [("单位", "Unit"), ("今年行次", "Line this year"), ("对应依据", "Ground")])?;
    let mut seen = BTreeSet::new();
    let mut number = 0;
    for (unit, it) in view.units().iter().enumerate() {
        for row in it.rows.iter().filter(|row| matches!(row.how, LineHow::Renamed { .. })) {
            let key = (unit, row.form, row.project.clone(), row.block.clone(), row.parent.clone(), row.line.clone());
            if !seen.insert(key) {
                continue;
            }
            number += 1;
            let place = format!("{}·{}", view.table(row.form, row.project.as_deref()), row.line);
            line(page, number, [&it.entity, &place, &view.report.how(row)], Fill::None)?;
        }
    }
    if number == 0 {
        page.span(0, page.last(), view.say("没有。", "None."), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}

/// What could not be read, and what was passed over.
fn problems(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    // Notices of pairs stand above already.
    let told = |words: &crate::model::Words| view.report.pairing.notices.iter().any(|notice| notice.words == *words);
    let all: Vec<_> = view.report.problems.iter().filter(|one| !told(&one.words)).collect();
    if all.is_empty() {
        return Ok(());
    }
    let title = view.say("未读取的文件和说明", "Files not read, and notes");
    section(page, view, title, [("情况", "What"), ("文件", "File"), ("说明", "Words")])?;
    for (number, problem) in all.into_iter().enumerate() {
        let (word, fill) = if problem.failed {
            (view.say("未读取", "not read"), Fill::Of(Severity::Error))
        } else {
            (view.say("说明", "note"), Fill::None)
        };
        line(page, number + 1, [word, &problem.file, problem.words.get(view.lang())], fill)?;
    }
    Ok(())
}
