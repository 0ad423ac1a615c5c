//! 汇总: what all units come to, or one unit's headline; outliers; and what stands on the other sheets.

use crate::workpaper::book::Book;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

use super::charts::main_chart;
use super::units::spot;
use super::view::{View, held, is_declared};
use crate::compare::summary::Quartiles;
use crate::compare::{Spread, YearOverYear};
use crate::model::{Lang, Severity};
use crate::report::years::closing;
use crate::workpaper::figures::{Digits, Two, amount, count, fitting, rate};
use crate::workpaper::page::{Page, Paper, Target};
use crate::workpaper::style::{Fill, Look};

/// Columns that one unit has; several have all.
const ONE: usize = 6;

/// Writes the sheet.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn write(book: &mut Book, view: &View<'_>) -> Result<(), XlsxError> {
    let widths = widths(view);
    let paper = if view.is_many() { Paper::Landscape } else { Paper::Portrait };
    let mut page = Page::new(&view.sheets.overview, paper, &widths)?;
    page.head(&view.head("Y1", view.say("年度对比汇总", "Year over year: summary")))?;
    page.remark(closing(view.report).trim())?;
    if let Some(chart) = main_chart(view) {
        chart.insert_below(&mut page, &widths, 240)?;
    }
    lines(&mut page, view)?;
    execution(&mut page, view)?;
    if view.is_many() {
        outliers(&mut page, view)?;
    }
    contents(&mut page, view)?;
    view.write_unlinked(&mut page)?;
    page.fit_one_page();
    page.sheet().set_active(true).set_first_tab(true);
    page.close(book);
    Ok(())
}

fn widths(view: &View<'_>) -> Vec<f64> {
    let all = || view.report.comparison.summary.lines.iter();
    let money = fitting(all().flat_map(|line| [line.last, line.now]), Digits::Short, 12.0);
    let change = fitting(all().map(|line| line.change), Digits::Short, 11.0);
    let of = |line: &Spread| {
        line.quartiles.map_or([Decimal::ZERO; 2], |of| [of.least, of.most].map(|rate| rate.round_dp(2)))
    };
    let rates = fitting(all().flat_map(|line| line.rate.into_iter().chain(of(line))), Digits::Short, 8.5);
    let mut widths = vec![if view.is_many() { 26.0 } else { 30.0 }, 7.0, money, money, change, rates];
    if view.is_many() {
        widths.extend([6.0, 6.0, 6.0, 6.0, 6.0, rates, rates, rates, rates, rates, 7.0]);
    }
    widths
}

fn lines(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    page.heading(view.say("决算（执行）数，万元", "Outturn, 万元"))?;
    let titles = [
        ("行次", "Line"),
        ("单位数", "Units"),
        ("上年", "Last year"),
        ("今年", "This year"),
        ("增减", "Change"),
        ("增减率%", "Rate %"),
        ("增", "Up"),
        ("减", "Down"),
        ("平", "Same"),
        ("新增", "New"),
        ("取消", "Gone"),
        ("最低%", "Least %"),
        ("下四分位%", "1st quartile %"),
        ("中位数%", "Median %"),
        ("上四分位%", "3rd quartile %"),
        ("最高%", "Most %"),
        ("离群", "Out-liers"),
    ];
    let shown = if view.is_many() { titles.len() } else { ONE };
    let names: Vec<&str> = titles[..shown].iter().map(|(zh, en)| view.say(zh, en)).collect();
    page.at_least(if view.is_many() { 2 } else { 1 });
    page.titles(&names)?;
    let all = &view.report.comparison.summary.lines;
    let (declared, own): (Vec<&Spread>, Vec<&Spread>) = all.iter().partition(|line| is_declared(view.report, line));
    for one in &declared {
        line(page, view, one)?;
    }
    if !own.is_empty() {
        let words = view.say("单位自列的行次（同名的合并）", "Lines that units named themselves (one name, one line)");
        page.span(0, page.last(), words, Look::Text.on(Fill::Group))?;
        page.end_row()?;
        for one in &own {
            line(page, view, one)?;
        }
    }
    if all.is_empty() {
        page.span(0, page.last(), view.say("没有可对比的行次。", "No line to compare."), Look::Text.style())?;
        page.end_row()?;
    }
    if view.is_many() {
        page.remark(view.say(
            "增、减等为单位数；分位数是各单位增减率的分布，两个名次之间按比例取值。离群：超出四分位 1.5 倍距的单位，见下表。",
            "Up, down and so on count units; quartiles are of the units’ own change rates, interpolated between ranks. Outliers lie more than 1.5 times the middle half’s width outside it; they are listed below.",
        ))?;
    }
    Ok(())
}

fn line(page: &mut Page, view: &View<'_>, one: &Spread) -> Result<(), XlsxError> {
    let head = view.headlines.iter().any(|it| (it.form, &it.line, &it.parent) == (one.form, &one.line, &one.parent));
    let look = if head { Look::Strong } else { Look::Text };
    let indent = if one.parent.is_some() { "　" } else { "" };
    page.text(0, &format!("{indent}{}", one.line), look.style())?;
    count(page, 1, one.units, Fill::None)?;
    amount(page, 2, Some(one.last), Digits::Short, Fill::None)?;
    amount(page, 3, Some(one.now), Digits::Short, Fill::None)?;
    let two = Two { from: (2, Some(one.last)), to: (3, Some(one.now)) };
    two.difference(page, 4, Some(one.change), Digits::Short, Fill::None)?;
    two.change_rate(page, 5, one.rate, Fill::None)?;
    if view.is_many() {
        for (col, number) in (6u16..).zip([one.up, one.down, one.same, one.new, one.gone]) {
            count(page, col, number, Fill::None)?;
        }
        five(page, 11, one.quartiles.as_ref())?;
        let fill = if one.outliers.is_empty() { Fill::None } else { Fill::Of(Severity::Note) };
        count(page, 16, one.outliers.len(), fill)?;
    }
    page.end_row()
}

fn five(page: &mut Page, col: u16, of: Option<&Quartiles>) -> Result<(), XlsxError> {
    let all = of.map(|of| [of.least, of.first, of.median, of.third, of.most]);
    for (col, number) in (col..).zip(0..5) {
        let value = all.and_then(|all| all.get(number).copied()).map(|value| value.round_dp(2));
        rate(page, col, value, Fill::None)?;
    }
    Ok(())
}

/// How the whole budgets were carried out.
fn execution(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    page.heading(view.say("预算执行率（整体支出资金总额）", "Execution rate (whole funds)"))?;
    let text =
        |rate: Option<Decimal>| rate.map_or("—".to_owned(), |rate| format!("{}%", rate.round_dp(2).normalize()));
    let words = if view.is_many() {
        let of = view.report.comparison.summary.execution;
        let get = |pick: fn(&Quartiles) -> Decimal| text(of.as_ref().map(pick));
        let (count, all) = (of.map_or(0, |of| of.count), view.units().len());
        let (least, first, median) = (get(|of| of.least), get(|of| of.first), get(|of| of.median));
        let (third, most) = (get(|of| of.third), get(|of| of.most));
        match view.lang() {
            Lang::Zh => format!(
                "{all}份报送件中{count}份有执行率：最低{least}，下四分位{first}，中位数{median}，上四分位{third}，最高{most}。"
            ),
            Lang::En => format!(
                "{count} of {all} submissions tell it: least {least}, first quartile {first}, median {median}, third quartile {third}, most {most}."
            ),
        }
    } else {
        let whole = view.units().first().and_then(YearOverYear::whole);
        let (now, last) = (text(whole.and_then(|one| one.rate)), text(whole.and_then(|one| one.rate_before)));
        match view.lang() {
            Lang::Zh => format!("今年{now}，上年{last}。"),
            Lang::En => format!("This year {now}, last year {last}."),
        }
    };
    page.span(0, page.last(), &words, Look::Text.style())?;
    page.end_row()
}

fn outliers(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    page.heading(view.say("离群单位", "Outliers"))?;
    let head = Look::Header.style();
    page.text(0, view.say("行次", "Line"), head)?;
    page.span(1, 3, view.say("单位", "Unit"), head)?;
    for (col, (zh, en)) in (4u16..).zip([("增减率%", "Rate %"), ("方向", "Side")]) {
        page.text(col, view.say(zh, en), head)?;
    }
    page.span(6, 10, view.say("上年", "Last year"), head)?;
    page.span(11, 12, view.say("今年", "This year"), head)?;
    page.end_row()?;
    let mut any = false;
    for line in view.report.comparison.summary.lines.iter().filter(|line| is_declared(view.report, line)) {
        for (unit, change) in &line.outliers {
            any = true;
            outlier(page, view, line, *unit, *change)?;
        }
    }
    if !any {
        page.span(0, 12, view.say("没有离群单位。", "None."), Look::Text.style())?;
        page.end_row()?;
    }
    Ok(())
}

fn outlier(page: &mut Page, view: &View<'_>, line: &Spread, unit: usize, change: Decimal) -> Result<(), XlsxError> {
    let above = line.quartiles.is_some_and(|of| change > of.third);
    let key = super::view::Headline { form: line.form, line: line.line.clone(), parent: line.parent.clone() };
    let row = view.headline(unit, &key);
    page.text(0, &line.line, Look::Text.style())?;
    page.link_span(1, 3, view.entity(unit), &spot(view, unit), Look::Link.style())?;
    rate(page, 4, Some(change), Fill::None)?;
    page.text(5, if above { view.say("偏高", "high") } else { view.say("偏低", "low") }, Look::Centre.style())?;
    let text = |value: Option<Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
    page.span(6, 10, &text(row.and_then(|row| held(row.last.as_ref()))), Look::Figure.style())?;
    page.span(11, 12, &text(row.and_then(|row| held(row.now.as_ref()))), Look::Figure.style())?;
    page.end_row()
}

/// The other sheets, with links.
fn contents(page: &mut Page, view: &View<'_>) -> Result<(), XlsxError> {
    let sheets = &view.sheets;
    page.heading(view.say("各表内容", "Sheets"))?;
    let lines = sheets.lines.first().map_or("", String::as_str);
    let all = [
        (&*sheets.charts, "两年对比、执行率和增减率分布的图", "charts of both years, execution rates and change rates"),
        (&sheets.units, "一个单位一行", "one row a unit"),
        (lines, "每个行次每个栏次的两年数、出处和对应", "every line and measure of both years, with cells"),
        (&sheets.execution, "预算与执行、执行率", "budget against outturn, and rates"),
        (&sheets.three_public, "三公经费单列", "three-public lines apart"),
        (&sheets.explain, "超过限额的变动及其说明", "changes beyond the limits, and their reasons"),
        (&sheets.apart, "只在一年出现的行次和项目", "lines and projects of one year only"),
        (&sheets.pairs, "单位和行次的配对依据", "on what ground units and lines were matched"),
    ];
    let (left, right): (u16, u16) = if view.is_many() { (5, 8) } else { (3, 4) };
    for pair in all.chunks(2) {
        for ((name, zh, en), first, text, last) in
            pair.iter().zip([(0, 1, left - 1), (left, right, page.last())]).map(|(one, (a, b, c))| (one, a, b, c))
        {
            let target = Target::inside(name, 0, 0);
            page.link_span(first, text - 1, name, &target, Look::Link.style())?;
            page.span(text, last, view.say(zh, en), Look::Text.style())?;
        }
        page.end_row()?;
    }
    Ok(())
}
