//! 图表: the figures that people would rather look at, each with the table it is drawn from.

use std::collections::BTreeMap;

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::view::{View, held, is_declared};
use crate::compare::{Row, Spread};
use crate::model::Lang;
use crate::workpaper::figures::{Digits, Two, count, rate};
use crate::workpaper::graph::{Graph, Ink, Series, pixels, reserve};
use crate::workpaper::page::{Page, Paper, as_number};
use crate::workpaper::style::{Fill, Look};

const WIDTHS: [f64; 7] = [28.0, 12.5, 12.5, 12.5, 10.0, 10.0, 10.0];
/// The first row of the first table: title, header, remark, heading, titles.
const FIRST: u32 = 5;
/// Units at either end of the chart of execution rates.
const ENDS: usize = 25;
/// Units from which on a distribution says something.
const FEW: usize = 5;

/// Writes the charts with their tables.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let mut page = Page::new(&view.sheets.charts, Paper::Portrait, &WIDTHS)?;
    page.head(&view.head("Y2", view.say("图表", "Charts")))?;
    page.remark(view.say(
        "每张图下列其数据；金额为决算（执行）数。图为 Excel 图表，可选中后另行编辑。",
        "Each chart stands with its figures; amounts are outturn. Charts are Excel’s own and can be edited.",
    ))?;
    let mut breaks = Vec::new();
    let main: Vec<&Spread> = headline_spreads(view);
    years(&mut page, view, view.say("主要行次：今年与上年", "Headline lines: this year and last"), &main)?;
    let apart: Vec<&Spread> = view
        .report
        .comparison
        .summary
        .lines
        .iter()
        .filter(|line| line.three_public && is_declared(view.report, line))
        .collect();
    if !apart.is_empty() {
        years(&mut page, view, view.say("三公经费：今年与上年", "Three-public lines: this year and last"), &apart)?;
    }
    breaks.push(page.row);
    execution(&mut page, view, &mut breaks)?;
    breaks.push(page.row);
    if view.is_many() {
        distribution(&mut page, view, &main)?;
    } else {
        rates(&mut page, view)?;
    }
    page.sheet().set_page_breaks(&breaks)?;
    page.close(book);
    Ok(())
}

/// The chart of the first table, to stand on another sheet; none where there is no line.
#[must_use]
pub fn main_chart(view: &View<'_>) -> Option<Graph> {
    let lines = headline_spreads(view).len();
    (lines > 0).then(|| {
        two_years(
            view,
            view.say("主要行次：今年与上年", "Headline lines: this year and last"),
            (FIRST, FIRST + lines as u32 - 1),
        )
    })
}

fn headline_spreads<'v>(view: &View<'v>) -> Vec<&'v Spread> {
    let all = &view.report.comparison.summary.lines;
    let is = |line: &&Spread| {
        view.headlines.iter().any(|one| (one.form, &one.line, &one.parent) == (line.form, &line.line, &line.parent))
    };
    all.iter().filter(is).collect()
}

fn two_years(view: &View<'_>, title: &str, rows: (u32, u32)) -> Graph {
    let series = |zh: &str, en: &str, col: u16, ink: Ink| Series { name: view.say(zh, en).to_owned(), col, ink };
    Graph {
        title: title.to_owned(),
        values: view.say("万元", "万元 (10,000 yuan)").to_owned(),
        sheet: view.sheets.charts.clone(),
        rows,
        labels: 0,
        series: vec![series("上年", "Last year", 1, Ink::Before), series("今年", "This year", 2, Ink::Now)],
        lying: false,
        valued: rows.1 - rows.0 < 9,
        beyond: Vec::new(),
        from_zero: false,
        counts: None,
        number: "#,##0.00",
        axis: "[>=10]#,##0;General",
    }
}

/// A table of lines with last year's and this year's amounts, and its chart.
fn years(page: &mut Page, view: &View<'_>, title: &str, lines: &[&Spread]) -> Result<(), XlsxError> {
    page.heading(title)?;
    let names =
        [("行次", "Line"), ("上年", "Last year"), ("今年", "This year"), ("增减", "Change"), ("增减率%", "Rate %")];
    page.titles(&names.map(|(zh, en)| view.say(zh, en)))?;
    let first = page.row;
    for line in lines {
        page.text(0, &line.line, Look::Text.style())?;
        chart_amount(page, 1, Some(line.last))?;
        chart_amount(page, 2, Some(line.now))?;
        let two = Two { from: (1, Some(line.last)), to: (2, Some(line.now)) };
        two.difference(page, 3, Some(line.change), Digits::Short, Fill::None)?;
        two.change_rate(page, 4, line.rate, Fill::None)?;
        page.end_row()?;
    }
    if lines.is_empty() {
        page.span(0, 4, view.say("没有可汇总的行次。", "No line to add up."), Look::Text.style())?;
        return page.end_row();
    }
    two_years(view, title, (first, page.row - 1)).insert_below(page, &WIDTHS, 290)
}

/// An amount that a chart draws: a number, whatever its digits.
fn chart_amount(page: &mut Page, col: u16, value: Option<Decimal>) -> Result<(), XlsxError> {
    let shown = value.map(|value| if as_number(value).is_some() { value } else { value.round_dp(4) });
    crate::workpaper::figures::amount(page, col, shown, Digits::Short, Fill::None)
}

/// One bar of the chart of execution rates.
struct Bar<'v> {
    name: &'v str,
    now: Decimal,
    last: Option<Decimal>,
}

/// Execution rates, by unit; of one unit by its lines and projects.
fn execution(page: &mut Page, view: &View<'_>, breaks: &mut Vec<u32>) -> Result<(), XlsxError> {
    let mut bars: Vec<Bar<'_>> = if view.is_many() {
        let whole = view.units().iter().filter_map(|unit| Some((unit.entity.as_str(), unit.whole()?)));
        whole.filter_map(|(name, one)| Some(Bar { name, now: one.rate?, last: one.rate_before })).collect()
    } else {
        let lines = view.units().iter().flat_map(|unit| &unit.execution);
        lines
            .filter(|one| one.project.is_none() || one.parent.is_none())
            .filter_map(|one| {
                let name = if one.parent.is_none() { one.project.as_deref().unwrap_or(&one.line) } else { &*one.line };
                Some(Bar { name, now: one.rate?, last: one.rate_before })
            })
            .take(2 * ENDS)
            .collect()
    };
    let all = bars.len();
    if view.is_many() {
        bars.sort_by(|a, b| (a.now, a.name).cmp(&(b.now, b.name)));
    }
    if view.is_many() && all > 2 * ENDS {
        bars.drain(ENDS..all - ENDS);
    }
    let title = match (view.is_many(), all > 2 * ENDS, view.lang()) {
        (false, _, Lang::Zh) => "预算执行率：按行次和项目".to_owned(),
        (false, _, Lang::En) => "Execution rate by line and project".to_owned(),
        (true, false, Lang::Zh) => format!("预算执行率：{all}个单位，由低到高"),
        (true, false, Lang::En) => format!("Execution rate of {all} units, lowest first"),
        (true, true, Lang::Zh) => format!("预算执行率：{all}个单位中最低的{ENDS}个和最高的{ENDS}个"),
        (true, true, Lang::En) => format!("Execution rate: the lowest {ENDS} and the highest {ENDS} of {all} units"),
    };
    page.heading(&title)?;
    if bars.is_empty() {
        page.span(0, 4, view.say("没有执行率。", "No execution rate."), Look::Text.style())?;
        return page.end_row();
    }
    let names = [("单位或行次", "Unit or line"), ("今年%", "This year %"), ("上年%", "Last year %")];
    page.titles(&names.map(|(zh, en)| view.say(zh, en)))?;
    let first = page.row;
    for bar in &bars {
        page.text(0, bar.name, Look::Text.style())?;
        rate(page, 1, Some(bar.now), Fill::None)?;
        rate(page, 2, bar.last, Fill::None)?;
        page.end_row()?;
    }
    let graph = Graph {
        title,
        values: view.say("执行率（%）", "execution rate (%)").to_owned(),
        sheet: view.sheets.charts.clone(),
        rows: (first, page.row - 1),
        labels: 0,
        series: vec![Series { name: view.say("今年", "This year").to_owned(), col: 1, ink: Ink::Now }],
        lying: true,
        valued: true,
        beyond: Vec::new(),
        from_zero: true,
        counts: None,
        number: "0.0#",
        axis: "General",
    };
    // A long table and its chart do not fit one page.
    if bars.len() > ENDS {
        breaks.push(page.row);
    }
    let each = if bars.len() > 30 { 17 } else { 20 };
    let height = 110 + each * bars.len() as u32;
    graph.insert_below(page, &WIDTHS, height.max(200))
}

/// How many units changed by how much, for each headline line.
fn distribution(page: &mut Page, view: &View<'_>, lines: &[&Spread]) -> Result<(), XlsxError> {
    page.heading(view.say("增减率的分布（单位数）", "Distribution of change rates (units)"))?;
    if view.units().len() < FEW || lines.is_empty() {
        let words = match view.lang() {
            Lang::Zh => format!("不足{FEW}个单位，不作分布图。"),
            Lang::En => format!("With fewer than {FEW} units there is no distribution to draw."),
        };
        page.span(0, page.last(), &words, Look::Text.style())?;
        return page.end_row();
    }
    let bands = Bands::of(view);
    let mut titles = vec![view.say("增减率%", "Change %")];
    titles.extend(lines.iter().map(|line| &*line.line));
    page.at_least(2);
    page.titles(&titles)?;
    let counts: Vec<BTreeMap<usize, usize>> = view
        .headlines
        .iter()
        .filter(|one| lines.iter().any(|line| line.line == one.line && line.form == one.form))
        .map(|one| {
            let mut counts = BTreeMap::new();
            for row in (0..view.units().len()).filter_map(|unit| view.headline(unit, one)) {
                if let Some(band) = bands.place(row) {
                    *counts.entry(band).or_default() += 1;
                }
            }
            counts
        })
        .collect();
    let first = page.row;
    for (band, name) in bands.names.iter().enumerate() {
        page.text(0, name, Look::Centre.style())?;
        for (col, counts) in (1u16..).zip(&counts) {
            count(page, col, counts.get(&band).copied().unwrap_or_default(), Fill::None)?;
        }
        page.end_row()?;
    }
    let rows = (first, first + bands.drawn as u32 - 1);
    // Two charts stand side by side.
    let (width, height) = (pixels(&WIDTHS) / 2 - 6, 230);
    let right: u16 = (1..WIDTHS.len()).find(|cols| pixels(&WIDTHS[..*cols]) + 20 >= width).unwrap_or(3) as u16;
    for pair in (0..lines.len()).collect::<Vec<_>>().chunks(2) {
        for (at, number) in [0, right].into_iter().zip(pair) {
            let graph = Graph {
                title: lines[*number].line.to_string(),
                values: view.say("单位数", "units").to_owned(),
                sheet: view.sheets.charts.clone(),
                rows,
                labels: 0,
                series: vec![Series { name: lines[*number].line.to_string(), col: *number as u16 + 1, ink: Ink::Now }],
                lying: false,
                valued: true,
                beyond: bands.beyond.clone(),
                from_zero: false,
                counts: None,
                number: "0",
                axis: "General",
            };
            let row = page.row;
            graph.insert(page, (row, at), (width.min(pixels(&WIDTHS[usize::from(at)..]).saturating_sub(8)), height))?;
        }
        reserve(page, height)?;
    }
    page.remark(view.say(
        "斜纹为超过限额比率的区间。上年为零或今年为零的不画图，只列数。",
        "Hatched bands lie beyond the limit of the rate. Changes from nothing and to nothing are counted and not drawn.",
    ))
}

/// The change rates of one unit's lines.
fn rates(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    let lines: Vec<&Spread> =
        view.report.comparison.summary.lines.iter().filter(|line| line.rate.is_some()).take(2 * ENDS).collect();
    let title = view.say("各行次的增减率", "Change rate by line");
    page.heading(title)?;
    if lines.is_empty() {
        page.span(0, 4, view.say("没有增减率。", "No change rate."), Look::Text.style())?;
        return page.end_row();
    }
    page.titles(&[view.say("行次", "Line"), view.say("增减率%", "Change %")])?;
    let first = page.row;
    let limit = view.report.comparison.limits.rate;
    for line in &lines {
        page.text(0, &line.line, Look::Text.style())?;
        rate(page, 1, line.rate, Fill::None)?;
        page.end_row()?;
    }
    let graph = Graph {
        title: title.to_owned(),
        values: view
            .say("增减率（%）；斜纹为超过限额比率", "change (%); hatched beyond the limit of the rate")
            .to_owned(),
        sheet: view.sheets.charts.clone(),
        rows: (first, page.row - 1),
        labels: 0,
        series: vec![Series { name: title.to_owned(), col: 1, ink: Ink::Now }],
        lying: true,
        valued: true,
        beyond: lines.iter().map(|line| line.rate.is_some_and(|rate| rate.abs() > limit)).collect(),
        from_zero: false,
        counts: None,
        number: "0.0#",
        axis: "General",
    };
    graph.insert_below(page, &WIDTHS, 110 + 20 * lines.len() as u32)
}

/// Bands of change rates around the limit: half of it, the limit, two and a half times the limit.
struct Bands {
    edges: [Decimal; 3],
    names: Vec<String>,
    beyond: Vec<bool>,
    /// Bands that are drawn; behind them come those from and to nothing.
    drawn: usize,
}

impl Bands {
    fn of(view: &View<'_>) -> Self {
        let limit = view.report.comparison.limits.rate;
        let limit = if limit.is_zero() { Decimal::from(20) } else { limit };
        let edges = [limit / Decimal::TWO, limit, limit * Decimal::new(25, 1)].map(|edge| edge.normalize());
        let [half, full, far] = edges;
        let names = vec![
            format!("< -{far}"),
            format!("-{far} ~ -{full}"),
            format!("-{full} ~ -{half}"),
            format!("-{half} ~ 0"),
            "0".to_owned(),
            format!("0 ~ {half}"),
            format!("{half} ~ {full}"),
            format!("{full} ~ {far}"),
            format!("> {far}"),
            view.say("上年为零", "from nothing").to_owned(),
            view.say("今年为零", "to nothing").to_owned(),
        ];
        let beyond = vec![true, true, false, false, false, false, false, true, true];
        Self { edges, names, drawn: beyond.len(), beyond }
    }

    /// The band of a row; none where one of the years is not told.
    fn place(&self, row: &Row) -> Option<usize> {
        row.change?;
        let (last, now) = (held(row.last.as_ref()).unwrap_or_default(), held(row.now.as_ref()).unwrap_or_default());
        match (last.is_zero(), now.is_zero()) {
            (true, true) => return Some(4),
            (true, false) => return Some(self.drawn),
            (false, true) => return Some(self.drawn + 1),
            (false, false) => {}
        }
        let rate = row.rate?;
        if rate.is_zero() {
            return Some(4);
        }
        let steps = self.edges.iter().filter(|edge| rate.abs() > **edge).count();
        Some(if rate.is_sign_negative() { 3 - steps } else { 5 + steps })
    }
}
