//! Units as they stand behind a number.

use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

use super::text::{is_space, stands_at};

/// Units that are known to be one, so that words behind them are not taken for part of them.
const NOUNS: &str = "个百分点 百分点 百分比 平方公里 平方千米 平方米 立方米 人次 人天 车次 户次 场次 \
    批次 班次 台次 件次 头次 只次 公里 千米 公顷 公斤 千克 小时 分钟 工作日 \
    千瓦时 千瓦 季度 个月 个工作日 周年 人·次 元 % ‰ 分 人 户 个 件 项 家 \
    所 处 座 台 套 辆 条 份 本 册 次 场 期 批 宗 起 头 只 匹 亩 米 里 吨 \
    斤 克 升 年 月 周 天 日 时 秒 度 名 位 岁 种 类 棵 株 根 块 片 盏 张 \
    篇 部 幅 面 间 栋 层 村 镇 乡 县 市 区 校 班 组 队 倍 级 星 杆 口 眼 \
    节 课时 学时 点 方 套次 例 ㎡ m² m³ km kg m2";
/// The nouns by their first letter, each with its length in letters.
static BY_LETTER: LazyLock<HashMap<char, Vec<(&str, usize)>>> = LazyLock::new(|| {
    let mut nouns: HashMap<char, Vec<(&str, usize)>> = HashMap::new();
    for noun in NOUNS.split_whitespace() {
        if let Some(first) = noun.chars().next() {
            nouns.entry(first).or_default().push((noun, noun.chars().count()));
        }
    }
    nouns
});
/// Scale words, the longest first.
const SCALES: [&str; 8] = ["十万", "百万", "千万", "万亿", "亿", "万", "千", "百"];
/// Words inside a number's unit that say it is not exact: 2万余份.
const MORE_OR_SO: [char; 2] = ['余', '多'];
/// The longest word that is taken for a unit on trust.
const LONGEST_UNKNOWN: usize = 3;

/// A unit as it stands in the text: its words without 余 and 多, and how far it reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Suffix {
    pub words: String,
    pub approximate: bool,
    pub length: usize,
}

/// Reads the unit at the front of the characters; an empty one where there is none.
pub(super) fn read(chars: &[char]) -> Suffix {
    let mut suffix = Suffix::default();
    let mut at = chars.iter().take_while(|c| is_space(**c) && **c != '\n').count();
    at += take_more(chars, at, &mut suffix);
    // 百分点 and 百分比 begin with what would be a scale.
    let scales = if stands_at(chars, at, "百分") { &[] } else { SCALES.as_slice() };
    if let Some(scale) = scales.iter().find(|scale| stands_at(chars, at, scale)) {
        suffix.words.push_str(scale);
        at += scale.chars().count();
        suffix.length = at;
    }
    at += take_more(chars, at, &mut suffix);
    let noun = noun_length(&chars[at.min(chars.len())..]);
    if noun > 0 {
        at += noun;
        suffix.words.extend(&chars[at - noun..at]);
        at += per(chars, at, &mut suffix.words);
        suffix.length = at;
    } else if suffix.approximate {
        suffix.length = suffix.length.max(at);
    }
    suffix
}

/// Says whether a text is exactly one unit.
pub(super) fn is_unit(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    !chars.is_empty() && read(&chars).length == chars.len()
}

fn take_more(chars: &[char], at: usize, suffix: &mut Suffix) -> usize {
    let here = chars.get(at).is_some_and(|c| MORE_OR_SO.contains(c));
    suffix.approximate |= here;
    usize::from(here)
}

/// `/亩`, `/人·月` behind a unit.
fn per(chars: &[char], at: usize, words: &mut String) -> usize {
    let mut length = 0;
    while matches!(chars.get(at + length), Some('/' | '·')) {
        let noun = noun_length(&chars[at + length + 1..]);
        if noun == 0 {
            break;
        }
        words.extend(&chars[at + length..=at + length + noun]);
        length += noun + 1;
    }
    length
}

/// The longest known unit at the front; else a short word that ends there.
fn noun_length(chars: &[char]) -> usize {
    let likely = chars.first().and_then(|first| BY_LETTER.get(first)).map_or(&[][..], Vec::as_slice);
    let known = likely.iter().filter(|(noun, _)| stands_at(chars, 0, noun)).map(|(_, length)| *length).max();
    let word = chars.iter().take_while(|c| is_ideograph(**c)).count();
    let latin = chars.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    match known {
        // A known unit that a Latin word merely begins with is none.
        Some(known) if chars[..known].iter().any(char::is_ascii_alphabetic) && known < latin => 0,
        Some(known) => known,
        None if (1..=LONGEST_UNKNOWN).contains(&word) && !is_bound(&chars[..word]) => word,
        None => 0,
    }
}

/// Words that bound a number (以上, 左右 …) are no unit.
fn is_bound(word: &[char]) -> bool {
    super::words::SUFFIXES.iter().any(|(suffix, _)| stands_at(word, 0, suffix))
}

pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
}
