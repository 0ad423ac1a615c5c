//! One sentence → its mentions: numbers, the words around them, and the parts they play.

use super::grammar::{Grammar, RateText, Sense};
use super::mention::{Measure, Mention, Part};
use super::number::{Number, Scanned, scan};
use super::text::{numbering, string};
use crate::model::Quantity;

/// Letters before a figure that are looked at.
const LOOK_BACK: usize = 48;

/// Signs that end a lead. Quotation marks are none.
fn is_sign(c: char) -> bool {
    matches!(c, ',' | '、' | ';' | ':' | '(' | ')' | '。')
}

/// What is known of the text around a sentence.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// The year that the form speaks of.
    pub year: Option<i32>,
}

/// Reads the mentions of the letters `from..to`; `places` gives each letter's number in the cell as typed.
#[must_use]
pub fn read_mentions(
    chars: &[char],
    (from, to): (usize, usize),
    places: &[usize],
    grammar: &Grammar,
    around: Around,
) -> Vec<Mention> {
    let Some(letters) = chars.get(..to) else { return Vec::new() };
    let mut found: Vec<Mention> = Vec::new();
    // Numbering in front of a sentence counts nothing.
    let mut at = from + numbering(letters.get(from..).unwrap_or_default()).map_or(0, |(_, used)| used);
    let mut end = at;
    let (mut segment, mut depth) = (0, 0usize);
    let mut year = None;
    let mut once = None;
    while at < to {
        match letters[at] {
            ';' | '。' => segment += 1,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let start = at.saturating_sub(LOOK_BACK).max(end);
        let scanned = if begins_number(letters[at]) {
            let lead = string(&letters[at.saturating_sub(4).max(end)..at]);
            scan(letters, at, grammar, grammar.approximation_before(&lead))
        } else {
            None
        };
        match scanned {
            Some(Scanned::Year(stated, len)) => {
                // 较2023年4.86万元: the year of that figure only.
                if at.checked_sub(1).is_some_and(|before| matches!(letters[before], '比' | '较' | '由' | '从' | '与'))
                {
                    once = Some(stated);
                } else {
                    year = Some(stated);
                }
                at += len;
            }
            Some(Scanned::Skip(len)) => at += len.max(1),
            Some(Scanned::Number(number)) => {
                let gap = string(&letters[start..at]);
                let len = number.len.max(1);
                let span = (places.get(at).copied(), places.get(at + len - 1).copied());
                if let (Some(first), Some(last)) = span {
                    let mut mention = mention(number, &gap, grammar);
                    mention.span = (first, last + 1);
                    mention.at = (at - from, at + len - from);
                    mention.text = string(&letters[at..(at + len).min(to)]);
                    mention.tail = tail(letters, at + len, to);
                    mention.segment = segment;
                    mention.depth = depth;
                    mention.year = once.take().or_else(|| year_of(&gap, year, around, grammar));
                    found.push(mention);
                }
                at += len;
                end = at;
            }
            None => at += 1,
        }
    }
    inherit(&mut found, grammar);
    name_respectively(&mut found, letters.get(from..).unwrap_or_default(), grammar);
    found
}

fn begins_number(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万' | '半'
        )
}

fn tail(letters: &[char], at: usize, to: usize) -> String {
    let rest = letters.get(at..to).unwrap_or_default();
    rest.iter().take(16).take_while(|c| !is_sign(**c) && !c.is_ascii_digit()).collect()
}

/// The year that a figure speaks of: 上年 is one less than the form's.
fn year_of(gap: &str, stated: Option<i32>, around: Around, grammar: &Grammar) -> Option<i32> {
    // What was carried over from last year is money of this one.
    let words = without_added(gap);
    let before = ["上年", "去年", "上一年"].iter().any(|word| words.contains(word))
        && !grammar.holds(Sense::Carried, lead_of(gap));
    if before && !gap.contains('比') && !gap.contains('较') { around.year.map(|year| year - 1) } else { stated }
}

fn mention(number: Number, gap: &str, grammar: &Grammar) -> Mention {
    let lead = lead_of(gap);
    let plain = grammar.without_end(Sense::Copula, lead);
    let part = part(&number, gap, lead, &without_added(plain), grammar);
    Mention {
        span: (0, 0),
        at: (0, 0),
        text: String::new(),
        value: number.value,
        unit: number.unit,
        noun: number.noun,
        interval: number.interval,
        approximate: number.approximate,
        gap: gap.to_owned(),
        lead: lead.to_owned(),
        tail: String::new(),
        core: core(plain, grammar),
        wide: wide(gap, lead, grammar),
        name: name(plain, grammar),
        inherited: false,
        measure: measure(plain, grammar),
        measure_inherited: false,
        part,
        year: None,
        segment: 0,
        depth: 0,
    }
}

/// 加上年中追加 speaks of no 上年.
fn without_added(words: &str) -> String {
    words.replace("加上", "加")
}

/// The words from the last sign on; where a colon or a comma stands right before the figure, those before it.
fn lead_of(gap: &str) -> &str {
    let trimmed = gap.trim_end_matches([':', '(']);
    let mut end = trimmed.len();
    let from = loop {
        let Some(at) = trimmed[..end].rfind(is_sign) else { break 0 };
        // A short word in brackets stands in the middle of a name: 因公出国(境)费, 村(居)委会.
        let inside = trimmed[..at].rfind('(').filter(|open| {
            let word = &trimmed[open + 1..at];
            trimmed[at..].starts_with(')')
                && at + 1 < trimmed.len()
                && *open > 0
                && (1..=4).contains(&word.chars().count())
                && !word.contains(is_sign)
                && !trimmed[..*open].ends_with(is_sign)
        });
        match inside {
            Some(open) => end = open,
            None => break at + trimmed[at..].chars().next().map_or(1, char::len_utf8),
        }
    };
    let lead = &trimmed[from..];
    if trimmed.len() < gap.len() || !lead.is_empty() { lead } else { "" }
}

/// The subject: no years, fillers, connectives and measure words.
fn core(plain: &str, grammar: &Grammar) -> String {
    let rest = subject(plain, grammar);
    let rest = grammar.without_end(Sense::Budget, &rest);
    let rest = grammar.without_end(Sense::Outturn, rest);
    let rest = grammar.without_end(Sense::Copula, rest);
    // 年初预算安排基本支出 is 基本支出.
    let behind = grammar.without_start(Sense::Filler, grammar.without_start(Sense::Budget, rest));
    let rest = if behind.chars().count() > 2 { behind } else { rest };
    // 两新”组织 had its opening mark taken off as a sign in front.
    let closed = rest.matches('”').count() > rest.matches('“').count() && !rest.starts_with("三公");
    if closed { rest.replacen('”', "", 1) } else { rest.to_owned() }
}

/// The subject with the names before it that have no figure of their own; empty where there are none.
fn wide(gap: &str, lead: &str, grammar: &Grammar) -> String {
    let listed = gap.strip_suffix(lead).is_some_and(|before| before.ends_with('、') && before.chars().count() > 2);
    if !listed {
        return String::new();
    }
    let from = gap.rfind([',', ';', ':', '(', ')', '。']).map_or(0, |at| at + 1);
    let words = gap.get(from..).unwrap_or_default();
    core(grammar.without_end(Sense::Copula, words), grammar)
}

/// As [`subject`]; the last filler where there is nothing else: 全年共安排 is 安排.
fn name(plain: &str, grammar: &Grammar) -> String {
    let name = subject(plain, grammar);
    let last = || grammar.words(Sense::Filler).filter(|word| plain.ends_with(word)).max_by_key(|word| word.len());
    if name.is_empty() {
        return last().unwrap_or_default().to_owned();
    }
    name.chars().filter(|c| !matches!(c, '"' | '“' | '”')).collect()
}

/// The words without years, fillers and connectives.
fn subject(plain: &str, grammar: &Grammar) -> String {
    let mut text: String = plain.to_owned();
    for (at, _) in plain.match_indices('年').rev() {
        let digits = plain[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        if digits == 4 {
            let mut end = at + '年'.len_utf8();
            if let Some(part) = plain[end..].chars().next().filter(|c| matches!(c, '度' | '末' | '底')) {
                end += part.len_utf8();
            }
            text.replace_range(at - digits..end, "");
        }
    }
    let mut rest = text.as_str();
    loop {
        let mut next = grammar.without_start(Sense::Filler, rest);
        next = without_month(next.trim_start_matches(['"', '“', '”', '的']));
        if next.len() == rest.len() {
            break;
        }
        rest = next;
    }
    grammar.without_end(Sense::Copula, rest).to_owned()
}

/// 12月底收入 is 收入, 31日已拨付 is 已拨付.
fn without_month(text: &str) -> &str {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let month = after.strip_prefix(['月', '日']).filter(|_| after.len() < text.len());
    month.map_or(text, |after| after.trim_start_matches(['底', '末', '份', '止']))
}

fn measure(plain: &str, grammar: &Grammar) -> Option<Measure> {
    // The name of a fund says nothing of which figure is meant.
    let fund = grammar.holds(Sense::Fund, plain);
    let named = fund.then(|| grammar.words(Sense::Fund).fold(plain.to_owned(), |text, word| text.replace(word, "")));
    let plain = named.as_deref().unwrap_or(plain);
    let budget = grammar.last(Sense::Budget, plain).map(|(at, word)| at + word.len());
    let outturn = grammar.last(Sense::Outturn, plain).map(|(at, word)| at + word.len());
    match (budget, outturn) {
        (Some(b), Some(o)) => Some(if b > o { Measure::Budget } else { Measure::Outturn }),
        (Some(_), None) => Some(Measure::Budget),
        (None, Some(_)) => Some(Measure::Outturn),
        (None, None) => None,
    }
}

fn part(number: &Number, gap: &str, lead: &str, plain: &str, grammar: &Grammar) -> Part {
    let each = || grammar.holds(Sense::Each, plain);
    if number.limit || number.noun == "百分点" || (number.noun.is_empty() && number.unit.quantity() != Quantity::Ratio)
    {
        return Part::Other;
    }
    if number.unit.quantity() != Quantity::Ratio
        && each()
        && !grammar.ends(Sense::Up, plain)
        && !grammar.ends(Sense::Down, plain)
    {
        return Part::Other;
    }
    let compared = plain.contains(['比', '较']);
    // 比上年增产, 同比减亏
    let turned = compared.then(|| plain.chars().rev().nth(1)).flatten();
    let down = grammar.ends(Sense::Down, plain) || compared && plain.ends_with(['少', '减']) || turned == Some('减');
    let up = grammar.ends(Sense::Up, plain) || compared && plain.ends_with(['多', '增']) || turned == Some('增');
    let changed = (down || up) && !plain.ends_with("新增");
    if number.unit.quantity() == Quantity::Ratio {
        return if changed {
            Part::ChangeRate { down }
        } else if grammar.holds(Sense::Share, plain) && !plain.contains("完成") {
            Part::Share
        } else {
            rate(plain, gap, grammar).map_or(Part::Other, Part::Rate)
        };
    }
    if changed && !grammar.reached(lead) {
        return Part::Change { down };
    }
    let compared = plain.starts_with(['比', '较', '由', '从']) || plain.contains("上年") || plain.contains("去年");
    let previous = grammar.ends(Sense::Previous, plain)
        || (compared && grammar.holds(Sense::Previous, plain) && !grammar.reached(lead));
    if previous && !grammar.holds(Sense::Carried, plain) {
        return Part::Previous;
    }
    let task = grammar.last(Sense::Task, plain).map(|(at, word)| at + word.len());
    let done = grammar.last(Sense::Done, plain).map(|(at, word)| at + word.len());
    match (task, done) {
        (Some(t), Some(d)) if d > t => Part::Done,
        (Some(_), _) => Part::Task,
        (None, Some(_)) => Part::Done,
        // 年初目标任务：新增市场主体3000户
        (None, None) => {
            let before = gap.strip_suffix(lead).and_then(|before| before.strip_suffix(':'));
            let task = before.is_some_and(|before| grammar.ends(Sense::Task, before));
            if task { Part::Task } else { Part::Value }
        }
    }
}

/// The rate of the grammar that the words name; the longest word wins.
fn rate(plain: &str, _gap: &str, grammar: &Grammar) -> Option<usize> {
    let other = |rate: &RateText| rate.except.iter().any(|word| plain.contains(word.as_str()));
    let rates = grammar.text.rate.iter().enumerate().filter(|(_, rate)| !other(rate));
    let named = rates.flat_map(|(at, rate)| rate.words.iter().map(move |word| (at, word)));
    if grammar.ends(Sense::RateName, plain) && grammar.holds(Sense::Qualified, plain) {
        return None;
    }
    let ends = named
        .clone()
        .filter(|(_, word)| plain.ends_with(word.as_str()) || plain.ends_with(word.trim_end_matches('的')))
        .max_by_key(|(_, word)| word.len());
    // 完成年度任务的92.5%: the words enclose the subject.
    let within = || {
        let task = grammar.ends(Sense::Task, plain) || plain.ends_with("预算");
        let finished = grammar.text.rate.iter().enumerate().find(|(_, rate)| {
            let ended = rate.to.iter().any(|word| plain.ends_with(word.as_str()));
            ended && rate.of.iter().any(|word| plain.contains(word.as_str()))
        });
        finished.filter(|_| task).map(|(at, _)| at)
    };
    ends.map(|(at, _)| at).or_else(within)
}

/// A figure of a list without words of its own takes those of the one before it: `甲、乙和丙`.
fn inherit(found: &mut [Mention], grammar: &Grammar) {
    for at in 1..found.len() {
        let (before, rest) = found.split_at_mut(at);
        let (Some(last), Some(this)) = (before.last(), rest.first_mut()) else { continue };
        // 完成任务7451万元的109.2%: the figure before is the denominator, and its words name the rate.
        if this.quantity() == Quantity::Ratio && matches!(this.gap.as_str(), "的" | "的约" | "的近") {
            let lead = grammar.without_end(Sense::Copula, &last.lead).to_owned();
            this.part = if grammar.holds(Sense::Share, &lead) && !grammar.holds(Sense::Task, &lead) {
                Part::Share
            } else {
                rate(&lead, "", grammar).or_else(|| rate_by_operand(&lead, grammar)).map_or(Part::Other, Part::Rate)
            };
            continue;
        }
        // 比计划120场多6场
        let more = matches!(this.lead.as_str(), "多" | "多出" | "增" | "增加");
        let less = matches!(this.lead.as_str(), "少" | "减" | "减少" | "节约");
        if (more || less) && this.gap == this.lead && this.like(last) && last.lead.contains(['比', '较']) {
            this.part = Part::Change { down: less };
        }
        // 86户243人: the same in two counts.
        if this.gap.is_empty() && this.lead.is_empty() {
            (this.core, this.name, this.inherited) = (last.core.clone(), last.name.clone(), true);
        }
        // 862笔、3.16亿元: the same in another unit.
        if this.gap == "、" && this.lead.is_empty() && !this.like(last) {
            (this.core, this.name, this.inherited) = (last.core.clone(), last.name.clone(), true);
        }
        let joined = matches!(this.gap.as_str(), "、" | "和" | "及" | "," | "与" | "以及" | "、和");
        if joined && this.like(last) {
            this.inherited = true;
            this.measure = last.measure;
            this.part = last.part.clone();
        }
    }
    for at in 0..found.len() {
        if found[at].year.is_none() && at > 0 {
            let other = found[at - 1].lead.starts_with(['比', '较', '由', '从', '与']);
            found[at].year = found[at - 1].year.filter(|_| found[at].part != Part::Previous && !other);
        }
    }
}

/// `占年度任务7451万元的109.2%`: a rate is known by its denominator alone.
fn rate_by_operand(lead: &str, grammar: &Grammar) -> Option<usize> {
    grammar.text.rate.iter().position(|rate| rate.to.iter().any(|word| lead.contains(word.as_str())))
}

/// `甲、乙、丙分别为1、2、3`: names before, figures after, in one order.
fn name_respectively(found: &mut [Mention], letters: &[char], grammar: &Grammar) {
    let mut at = 0;
    while at < found.len() {
        let plain = found[at].lead.clone();
        let Some((cut, word)) = grammar.last(Sense::Respectively, &plain) else {
            at += 1;
            continue;
        };
        let mut run = at + 1;
        while found.get(run).is_some_and(|next| next.inherited || next.gap == "、" || next.gap == "和") {
            run += 1;
        }
        // The names stand before the word, back to the last comma that is no enumeration.
        let end = found[at].at.0.saturating_sub(plain.chars().count() - plain[..cut].chars().count());
        let floor = at.checked_sub(1).map_or(0, |before| found[before].at.1);
        let head = string(letters.get(floor.max(end.saturating_sub(LOOK_BACK * 2))..end).unwrap_or_default());
        let head = head.rsplit([',', ';', ':', '(']).next().unwrap_or_default().to_owned();
        // 甲、乙、丙共33人，分别为: the names stand before the total.
        let before = at.checked_sub(1).map(|before| found[before].gap.clone()).unwrap_or_default();
        let before = before.rsplit([',', ';', ':', '(']).next().unwrap_or_default();
        let before = grammar.without_end(Sense::Copula, grammar.without_end(Sense::Sum, before));
        let head = if head.is_empty() { before } else { head.as_str() };
        let names: Vec<&str> = head.split(['、', '和', '及', '与']).filter(|name| !name.is_empty()).collect();
        if names.len() == run - at && names.len() > 1 {
            let own = &plain[cut + word.len()..];
            let share = word.contains('占') || own.contains('占');
            for (mention, name) in found[at..run].iter_mut().zip(&names) {
                mention.core = core(name, grammar);
                mention.inherited = false;
                if share && mention.quantity() == Quantity::Ratio {
                    mention.part = Part::Share;
                }
            }
        }
        at = run.max(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrative::text::Letters;

    fn read(text: &str) -> Vec<String> {
        let letters = Letters::of(text);
        let all = (0, letters.chars.len());
        let around = Around { year: Some(2024) };
        read_mentions(&letters.chars, all, &letters.at, Grammar::builtin(), around)
            .into_iter()
            .map(|m| format!("{} {} {:?} {:?}", m.core, m.text, m.part, m.measure))
            .collect()
    }

    #[test]
    fn figures_know_their_words() {
        assert_eq!(
            read("2024年本部门一般公共预算拨款支出预算275.3万元，其中，基本支出266.9元，占96.9%；项目支出8.57万元"),
            [
                "一般公共预算拨款支出 275.3万元 Value Some(Budget)",
                "基本支出 266.9元 Value None",
                " 96.9% Share None",
                "项目支出 8.57万元 Value None",
            ]
            .map(|line| line.replace(" 96.9%", "占 96.9%"))
        );
    }

    #[test]
    fn tasks_results_and_rates_are_told_apart() {
        assert_eq!(
            read("基金征缴任务数7451万元，完成征缴收入8137.44万元，完成率109.2%"),
            ["基金征缴任务数 7451万元 Task None", "完成征缴收入 8137.44万元 Done None", "完成率 109.2% Rate(0) None",]
        );
        assert_eq!(read("比上年增加23.58万元，同比增长9.4%")[0], "比上年增加 23.58万元 Change { down: false } None");
        assert!(read("实际征缴8137万元，占年度任务7451万元的109.2%")[2].contains("Rate(0)"));
    }

    #[test]
    fn names_before_figures_are_given_in_order() {
        let found = read("行政人员、事业人员、工勤人员分别为6人、14人和4人");
        assert_eq!(found, ["行政人员 6人 Value None", "事业人员 14人 Value None", "工勤人员 4人 Value None"]);
    }

    #[test]
    fn spans_are_letters_as_typed() {
        let text = "共 有 21 人";
        let letters = Letters::of(text);
        let found =
            read_mentions(&letters.chars, (0, letters.chars.len()), &letters.at, Grammar::builtin(), Around::default());
        let span = found[0].span;
        assert_eq!(text.chars().skip(span.0).take(span.1 - span.0).collect::<String>(), "21 人");
    }
}
