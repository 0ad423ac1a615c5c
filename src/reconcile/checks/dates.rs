//! Dates: filed after the year, on one day, and before nothing that the page reports.

use super::{Context, Noted};
use crate::forms::declare::ValueKind;
use crate::forms::normal::squash;
use crate::forms::value::{Day, read_day};
use crate::model::Words;
use crate::reconcile::outcome::Use;

/// A filing date with its place.
struct Dated {
    table: usize,
    field: usize,
    day: Day,
}

fn dates(context: &Context<'_>) -> Vec<Dated> {
    let mut dated = Vec::new();
    for (table, one) in context.tables() {
        for (field, found) in one.reading.fields.iter().enumerate().filter(|(_, f)| f.kind == ValueKind::Date) {
            if let Some(day) = read_day(&found.value) {
                dated.push(Dated { table, field, day });
            }
        }
    }
    dated
}

/// Full-year figures are filed after 31 December of the year.
pub fn filing_date(context: &Context<'_>) -> Vec<Noted> {
    let Some(year) = context.submission.year else { return Vec::new() };
    let check = |dated: &Dated| {
        let uses = vec![Use::field(dated.table, dated.field)];
        let place = context.place(dated.table, Some("填报日期"), None);
        if dated.day.year > year {
            return Noted::holds(uses).at(place);
        }
        let day = dated.day;
        let zh = format!("填报日期{day}早于{year}年度终了，却填报了{year}年全年数据");
        let en = format!("dated {day}, before {year} ended, yet it reports the full year {year}");
        Noted::fails(uses, Words::new(zh, en)).at(place)
    };
    dates(context).iter().map(check).collect()
}

/// The annexes bear one date, give or take some days.
pub fn one_date(context: &Context<'_>) -> Vec<Noted> {
    let dated = dates(context);
    let (Some(first), Some(last)) =
        (dated.iter().min_by_key(|dated| dated.day), dated.iter().max_by_key(|dated| dated.day))
    else {
        return Vec::new();
    };
    if dated.len() < 2 {
        return Vec::new();
    }
    let uses = vec![Use::field(first.table, first.field), Use::field(last.table, last.field)];
    let apart = ordinal(last.day) - ordinal(first.day);
    if apart <= context.number("days", 31) {
        return vec![Noted::holds(uses)];
    }
    let zh = format!("填报日期相差{apart}天：{}与{}", first.day, last.day);
    let en = format!("filing dates are {apart} days apart: {} and {}", first.day, last.day);
    vec![Noted::fails(uses, Words::new(zh, en)).at(context.place(first.table, Some("填报日期"), None))]
}

/// Title, columns and submission speak of one year.
pub fn year_labels(context: &Context<'_>) -> Vec<Noted> {
    let Some(year) = context.submission.year else { return Vec::new() };
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let reading = &one.reading;
        let (title, columns) = (reading.year, reading.column_year);
        if title.is_none() && columns.is_none() {
            continue;
        }
        let uses = vec![Use::cell(table, one.heading())];
        let place = context.place(table, Some("年度"), None);
        let wrong = |stated: Option<i32>| stated.filter(|stated| *stated != year);
        // Columns state the year of their figures; a title may give the year in which it was written.
        noted.push(match (wrong(columns), wrong(title)) {
            (Some(stated), _) => {
                let zh = format!("栏目标注的本年是{stated}年，报送年度是{year}年");
                let en = format!("the columns take {stated} for this year, and the submission is for {year}");
                Noted::fails(uses, Words::new(zh, en)).at(place)
            }
            (None, Some(stated)) => {
                let zh = format!("标题写{stated}年度，报送年度是{year}年，请核实");
                let en = format!("the title says {stated}, and the submission is for {year}; please verify");
                Noted { likely: true, ..Noted::fails(uses, Words::new(zh, en)).at(place) }
            }
            (None, None) => Noted::holds(uses).at(place),
        });
    }
    noted
}

/// Filing dates of the next year lie between the days that a place sets.
pub fn filing_window(context: &Context<'_>) -> Vec<Noted> {
    let Some(year) = context.submission.year else { return Vec::new() };
    let day = |name: &str| read_day(&format!("{}-{}", year + 1, context.text(name)));
    let (Some(from), Some(to)) = (day("from"), day("to")) else { return Vec::new() };
    // Dates before the year has ended are another rule's.
    let after = dates(context).into_iter().filter(|dated| dated.day.year > year);
    let check = |dated: Dated| {
        let uses = vec![Use::field(dated.table, dated.field)];
        let place = context.place(dated.table, Some("填报日期"), None);
        if (from..=to).contains(&dated.day) {
            return Noted::holds(uses).at(place);
        }
        let zh = format!("填报日期{}不在报送期限{from}至{to}之内", dated.day);
        let en = format!("dated {}, outside the filing window {from} to {to}", dated.day);
        Noted::fails(uses, Words::new(zh, en)).at(place)
    };
    after.map(check).collect()
}

/// Days since a fixed day of the proleptic Gregorian calendar.
fn ordinal(day: Day) -> i64 {
    let (year, month) = if day.month <= 2 { (day.year - 1, day.month + 12) } else { (day.year, day.month) };
    let (year, month) = (i64::from(year), i64::from(month));
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * (month - 3) + 2) / 5
        + i64::from(day.day)
}

/// A page that says “截至12月底” was not written in November of the same year.
pub fn content_after_filing(context: &Context<'_>) -> Vec<Noted> {
    let Some(year) = context.submission.year else { return Vec::new() };
    let mut noted = Vec::new();
    for dated in dates(context) {
        let table = &context.submission.tables[dated.table];
        for passage in &table.reading.passages {
            let Some(until) = latest_end(&passage.text, year) else { continue };
            let uses = vec![Use::field(dated.table, dated.field), Use::cell(dated.table, passage.cell)];
            let place = context.place(dated.table, Some("填报日期"), None);
            noted.push(if until > dated.day {
                let zh = format!("正文写到“截至{}月底”，晚于填报日期{}", until.month, dated.day);
                let en = format!(
                    "the text reports to the end of {}-{:02}, after its date {}",
                    until.year, until.month, dated.day
                );
                Noted::fails(uses, Words::new(zh, en)).at(place)
            } else {
                Noted::holds(uses).at(place)
            });
        }
    }
    noted
}

/// The last month end that a text says it reports to: `截至12月底`, `截止2024年12月31日`.
fn latest_end(text: &str, year: i32) -> Option<Day> {
    if !text.contains('截') {
        return None;
    }
    let text = squash(text);
    let mut latest = None;
    for word in ["截至", "截止"] {
        for (at, _) in text.match_indices(word) {
            let rest = text[at + word.len()..].trim_start_matches(['到', '至']);
            let (stated, rest) = match rest.split_once('年') {
                Some((digits, after)) if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                    (digits.parse().unwrap_or(year), after.trim_start_matches(['底', '末', '度']))
                }
                _ => (year, rest),
            };
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let Some(month) = digits.parse().ok().filter(|month| (1..=12).contains(month)) else { continue };
            if rest[digits.len()..].starts_with('月') {
                let day =
                    rest[digits.len() + '月'.len_utf8()..].chars().take_while(char::is_ascii_digit).collect::<String>();
                let end = Day { year: stated, month, day: day.parse().unwrap_or(28) };
                latest = latest.max(Some(end));
            }
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_ends_are_read_from_sentences() {
        let end = |text| latest_end(text, 2024).map(|day| (day.year, day.month, day.day));
        assert_eq!(end("截至12月底完成100%"), Some((2024, 12, 28)));
        assert_eq!(end("截止到2023年6月30日"), Some((2023, 6, 30)));
        assert_eq!(end("截至目前"), None);
        assert_eq!(end("2024年12月"), None);
    }

    #[test]
    fn days_count_across_years() {
        let day = |year, month, day| ordinal(Day { year, month, day });
        assert_eq!(day(2025, 6, 6) - day(2024, 11, 28), 190);
        assert_eq!(day(2024, 3, 1) - day(2024, 2, 28), 2);
    }
}
