//! Labels as offices type them, brought to one shape: `　　　1．其中：公务车\n购置（万元）` is `公务车购置`.

use rust_decimal::Decimal;

use crate::model::Unit;

/// A label without its numbering, brackets and year, and what was taken off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// The words that matter, half-width, without any space.
    pub core: String,
    pub numbering: Numbering,
    /// A unit in brackets at the end: `（万元）`.
    pub unit: Option<Unit>,
    /// Points in brackets at the end: `（50分）`.
    pub points: Option<Decimal>,
    /// A year in front: `2023年决算数`.
    pub year: Option<i32>,
    /// A bracket said that figures are percentages: `执行率（%）`.
    pub percent: bool,
}

impl Label {
    /// The label of a place without words.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: Label = Label {
            core: String::new(),
            numbering: Numbering::None,
            unit: None,
            points: None,
            year: None,
            percent: false,
        };
        &NONE
    }
}

/// The kind of number in front of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbering {
    #[default]
    None,
    /// 一、 二、
    Chapter,
    /// 1. 2、 （3） ④
    Item,
}

/// Turns full-width letters, digits and signs into half-width ones and drops every space.
#[must_use]
pub fn squash(text: &str) -> String {
    let mut squashed = String::with_capacity(text.len());
    // Runs that stay are copied whole.
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let half = half_width(c);
        if half == Some(c) {
            continue;
        }
        squashed.push_str(&text[from..at]);
        squashed.extend(half);
        from = at + c.len_utf8();
    }
    squashed.push_str(&text[from..]);
    squashed
}

/// Whether a text holds spaces at most.
#[must_use]
pub fn is_empty(text: &str) -> bool {
    text.chars().all(|c| half_width(c).is_none())
}

/// One bit for every letter of a text, several letters to a bit: a text that holds a word has all bits of it.
#[must_use]
pub fn letter_mask(text: &str) -> u64 {
    text.chars().fold(0, |mask, c| mask | 1 << (u32::from(c).wrapping_mul(0x9e37_79b1) >> 26))
}

/// Counts the characters of a text without its spaces.
#[must_use]
pub fn letters(text: &str) -> usize {
    text.chars().filter(|c| half_width(*c).is_some()).count()
}

pub(crate) fn half_width(c: char) -> Option<char> {
    match c {
        '\u{4e00}'..='\u{9fff}' | '!'..='~' => Some(c),
        c if c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}') => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '﹪' => Some('%'),
        '〔' | '【' | '﹝' | '﹙' => Some('('),
        '〕' | '】' | '﹞' | '﹚' => Some(')'),
        other => Some(other),
    }
}

/// A label's words with the brackets as printed: names that are a unit's own are shown as it wrote them.
#[must_use]
pub fn printed_name(core: &str, text: &str) -> String {
    if text.contains('（') { core.replace('(', "（").replace(')', "）") } else { core.to_owned() }
}

/// Brings a label to its shape.
///
/// # Examples
/// ```
/// use gouji::forms::normal::read_label;
/// assert_eq!(read_label("　1.其中：公务车\n购置（万元）").core, "公务车购置");
/// assert_eq!(read_label("2023年决算数").year, Some(2023));
/// ```
#[must_use]
pub fn read_label(text: &str) -> Label {
    label_of(squash(text))
}

/// Brings a label to its shape whose text is squashed already.
#[must_use]
pub fn label_of(mut rest: String) -> Label {
    let mut label = Label::default();
    strip_front(&mut rest, &mut label);
    strip_back(&mut rest, &mut label);
    if let Some((year, after)) = leading_year(&rest) {
        label.year = Some(year);
        after.clone_into(&mut label.core);
    } else {
        label.core = rest;
    }
    label
}

fn strip_front(text: &mut String, label: &mut Label) {
    let mut rest = text.as_str();
    loop {
        let before = rest.len();
        for word in ["其中:", "其中", "减:", "加:", "★", "▲", "*", "—", "-"] {
            if let Some(after) = rest.strip_prefix(word)
                && !after.is_empty()
            {
                rest = after;
            }
        }
        if let Some((kind, after)) = leading_number(rest) {
            if label.numbering == Numbering::None {
                label.numbering = kind;
            }
            rest = after;
        }
        if let Some(after) = under_heading(rest) {
            rest = after;
        }
        if rest.len() == before {
            break;
        }
    }
    let taken = text.len() - rest.len();
    text.drain(..taken);
}

/// Takes the words of a division off its first part: `资金来源:(1)财政性资金`.
fn under_heading(text: &str) -> Option<&str> {
    let (head, after) = text.split_once(':')?;
    let short =
        (2..=6).contains(&head.chars().count()) && ["资金", "支出", "收入", "按"].iter().any(|w| head.starts_with(w));
    (short && leading_number(after).is_some()).then_some(after)
}

/// Takes `一、`, `(一)`, `1.`, `1、`, `(1)`, `1)` or `①` off the front.
fn leading_number(text: &str) -> Option<(Numbering, &str)> {
    let first = text.chars().next()?;
    if ('①'..='⑳').contains(&first) {
        return Some((Numbering::Item, &text[first.len_utf8()..]));
    }
    let open = text.strip_prefix('(');
    let body = open.unwrap_or(text);
    let chinese: usize = body.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).map(char::len_utf8).sum();
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let (kind, length) = if chinese > 0 { (Numbering::Chapter, chinese) } else { (Numbering::Item, digits) };
    if length == 0 || digits > 2 {
        return None;
    }
    let after = &body[length..];
    let tail =
        if open.is_some() { after.strip_prefix(')')? } else { after.strip_prefix(['、', '.', ')', ',', ':'])? };
    // `3.73` and `1,860` are figures and `1.` a number.
    if kind == Numbering::Item && tail.starts_with(|c: char| c.is_ascii_digit()) && after.starts_with(['.', ',']) {
        return None;
    }
    Some((kind, tail.strip_prefix('、').unwrap_or(tail)))
}

/// What a bracket behind a budget says of it.
const BUDGET_STAGES: [&str; 2] = ["调整后", "年初"];

/// Takes colons and bracketed remarks off the end, keeping what they say of unit, points and percent.
fn strip_back(rest: &mut String, label: &mut Label) {
    loop {
        let trimmed = rest.trim_end_matches([':', ';', '。', ',']).len();
        rest.truncate(trimmed);
        let Some(open) = rest.rfind('(').filter(|at| rest.ends_with(')') && *at > 0) else { return };
        let inside = &rest[open + 1..rest.len() - 1];
        // 预算数（调整后） is 调整后预算数.
        let stage = BUDGET_STAGES.iter().find(|stage| **stage == inside && rest.starts_with("预算"));
        note_bracket(inside, label);
        rest.truncate(open);
        if let Some(stage) = stage {
            rest.insert_str(0, stage);
        }
    }
}

fn note_bracket(inside: &str, label: &mut Label) {
    let inside = inside.strip_prefix("单位:").unwrap_or(inside);
    // 得分（20分×执行率） is out of 20.
    let scored =
        inside.split_once("分").filter(|(_, rest)| rest.strip_prefix(['*', '×', 'x', 'X']).is_some_and(is_rate));
    let points = scored.map(|(number, _)| number).or_else(|| inside.strip_suffix('分'));
    if let Some(number) = points.and_then(|n| n.parse::<Decimal>().ok()) {
        label.points = Some(number);
    } else if inside.contains('%') || inside == "百分比" {
        label.percent = true;
    } else if inside.chars().count() <= 4 {
        let unit = Unit::parse(inside);
        if matches!(unit.noun.as_str(), "元" | "人" | "㎡" | "分") {
            label.unit = Some(unit);
        }
    }
}

fn is_rate(words: &str) -> bool {
    matches!(words, "执行率" | "预算执行率")
}

/// Takes `2023年` or `2023年度` off the front.
fn leading_year(text: &str) -> Option<(i32, &str)> {
    let year = text.get(..4)?;
    if !year.starts_with("20") && !year.starts_with("19") {
        return None;
    }
    let number: i32 = year.parse().ok()?;
    let after = text[4..].strip_prefix('年')?;
    Some((number, after.strip_prefix('度').unwrap_or(after)))
}

/// Letters of a label that an open root may be.
const LONGEST_OPEN: usize = 10;

/// Whether a text is a root with nothing but some words before and behind it: 实际使用数 is 实际 + 使用 + 数. An open root
/// leaves its middle to the office: 中央衔接资金 is 中央*资金.
#[must_use]
pub fn holds_root(text: &str, root: &str, around: &[String]) -> bool {
    if let Some((head, tail)) = root.split_once('*') {
        let rest = text.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail));
        return rest && text.chars().count() <= LONGEST_OPEN;
    }
    text.match_indices(root).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + root.len()..]);
        made_of(before, around) && made_of(after, around)
    })
}

/// Whether a text is some words one after another, and nothing else.
#[must_use]
pub fn made_of(text: &str, words: &[String]) -> bool {
    text.is_empty()
        || words.iter().any(|word| text.strip_prefix(word.as_str()).is_some_and(|rest| made_of(rest, words)))
}

/// Finds every four-digit year that is followed by 年 in a text.
#[must_use]
pub fn years_in(text: &str) -> Vec<i32> {
    let text = squash(text);
    text.match_indices('年')
        .filter_map(|(at, _)| {
            let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
            let year = text.get(at.checked_sub(4)?..at)?;
            (digits == 4).then(|| year.parse().ok()).flatten()
        })
        .filter(|year| (1990..=2100).contains(year))
        .collect()
}

/// Reads the scale unit of a caption such as `单位：万元` or `金额单位:元`.
#[must_use]
pub fn caption_unit(text: &str) -> Option<Unit> {
    if !text.contains('单') {
        return None;
    }
    let text = squash(text);
    let at = text.find("单位:")? + "单位:".len();
    let word: String = text[at..].chars().take_while(|c| "亿百千万元人".contains(*c)).collect();
    let unit = Unit::parse(&word);
    (unit.noun == "元").then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lose_numbering_brackets_and_space() {
        for (text, core) in [
            ("一、部门基本支出", "部门基本支出"),
            ("其中：公用经费", "公用经费"),
            ("            公务车运行维护", "公务车运行维护"),
            ("      2.出国经费", "出国经费"),
            ("年度预\n算申请\n（万元）", "年度预算申请"),
            ("全年预算数（A）", "全年预算数"),
            ("执行率（B/A）", "执行率"),
            ("单位名称（盖章）：", "单位名称"),
            ("（1） 单位职能", "单位职能"),
            ("3.73", "3.73"),
            ("1,860.00", "1,860.00"),
            ("得分（20分*执行率）", "得分"),
            ("全年（调整）预算数", "全年(调整)预算数"),
            ("  1.公用经费", "公用经费"),
        ] {
            assert_eq!(read_label(text).core, core, "{text}");
        }
    }

    #[test]
    fn brackets_and_years_are_kept_apart() {
        assert_eq!(read_label("产出指标\n(50分)").points, Some(Decimal::from(50)));
        assert_eq!(read_label("经费控制情况（万元）").unit, Some(Unit::wan_yuan()));
        assert_eq!(read_label("得分（20分×执行率）").points, Some(Decimal::from(20)));
        assert!(read_label("执行率（%）").percent);
        assert_eq!(read_label("预算数\n（调整后）").core, "调整后预算数");
        assert_eq!(read_label("决算数（调整后）").core, "决算数");
        assert_eq!(read_label("2024年实际在职人数").year, Some(2024));
        assert_eq!(read_label("一、部门基本支出").numbering, Numbering::Chapter);
        assert_eq!(read_label("2、企业").numbering, Numbering::Item);
        assert_eq!(years_in("2024年度部门（2023年）"), [2024, 2023]);
        assert_eq!(caption_unit("金额单位：元"), Some(Unit::yuan()));
    }
}
