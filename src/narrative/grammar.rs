//! What words mean in sentences, declared in TOML: built in, and a place's own under `[[narrative.…]]` in a rule file.

use foldhash::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::number::{Number, Scanned};
use crate::forms::normal::letter_mask;
use crate::forms::sought::Sought;

/// Words that make the number before them approximate.
const AFTER: [&str; 8] = ["左右", "上下", "及以上", "及以下", "以上", "以下", "以内", "之内"];

/// What a word says of the figure beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// 约, 左右: more or less.
    About,
    /// 近, 不足: less than said.
    Near,
    /// 超过, 逾: more than said.
    Over,
    /// 不少于, 以上: a limit, no value.
    Limit,
    /// 任务, 目标, 计划: what was to be done.
    Task,
    /// 完成, 实际: what was done.
    Done,
    /// 上年, 去年.
    Previous,
    /// 增加, 增长.
    Up,
    /// 减少, 下降.
    Down,
    /// 增至, 降到: the value after a change.
    Reached,
    /// 占, 占比.
    Share,
    /// 其中, 包括: parts follow.
    Parts,
    /// 分别为, 分为: parts follow, and they are all.
    All,
    /// 主要, 等: not all parts.
    Some,
    /// 合计, 共计: the sum of what stands before.
    Sum,
    /// 分别为: values in the order of the names before.
    Respectively,
    /// 预算, 安排.
    Budget,
    /// 决算, 实际支出.
    Outturn,
    /// 为, 达到: between a subject and its figure.
    Copula,
    /// 本部门, 全年: before a subject, of no weight.
    Filler,
    /// 同时, 此外: what follows is no part any more.
    Break,
    /// 年初结转, 上年结余: money carried over, an amount of its own and no time.
    Carried,
    /// 节约, 设计: words whose end is no 约 and no 计.
    Bound,
    /// 一般公共预算: the name of money, and not which figure of it is meant.
    Fund,
    /// 全县, 全市: what follows is of a whole area, and not of the unit that writes.
    Area,
    /// 人均, 每户: so much for each, and no part of a total.
    Each,
    /// 女, 党员, 低保: kinds of people that stand across others.
    Across,
    /// 率: ends the name of a rate.
    RateName,
    /// 按时, 一次: a rate with one of these in its name is of other figures.
    Qualified,
}

impl Sense {
    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::Near => "near",
            Self::Over => "over",
            Self::Limit => "limit",
            Self::Task => "task",
            Self::Done => "done",
            Self::Previous => "previous",
            Self::Up => "up",
            Self::Down => "down",
            Self::Reached => "reached",
            Self::Share => "share",
            Self::Parts => "parts",
            Self::All => "all",
            Self::Some => "some",
            Self::Sum => "sum",
            Self::Respectively => "respectively",
            Self::Budget => "budget",
            Self::Outturn => "outturn",
            Self::Copula => "copula",
            Self::Filler => "filler",
            Self::Break => "break",
            Self::Carried => "carried",
            Self::Bound => "bound",
            Self::Fund => "fund",
            Self::Area => "area",
            Self::Each => "each",
            Self::Across => "across",
            Self::RateName => "rate-name",
            Self::Qualified => "qualified",
        }
    }
}

/// Words of one sense.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsText {
    pub sense: Sense,
    pub words: Vec<String>,
}

/// Units that count one noun.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitText {
    /// What they are compared as; each its own where left out.
    pub noun: Option<String>,
    pub words: Vec<String>,
}

/// A rate and what it is computed from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateText {
    pub name: String,
    /// Words that name the rate.
    pub words: Vec<String>,
    /// Words of the numerator.
    pub of: Vec<String>,
    /// Words of the denominator.
    pub to: Vec<String>,
    /// A name with one of these is another rate: 按时办结率.
    #[serde(default)]
    pub except: Vec<String>,
    /// The words of both sides name things of their own (在职, 编制), whatever is counted and whichever comes first.
    #[serde(default)]
    pub named: bool,
}

/// Names that together are the whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WholeText {
    pub name: String,
    /// Each part by a word that its name holds.
    pub parts: Vec<String>,
    /// A name that holds one of these is no part.
    #[serde(default)]
    pub except: Vec<String>,
    /// The whole's own name holds one of these, where any is given.
    #[serde(default)]
    pub of: Vec<String>,
}

/// A count that cannot be above another of the same sentence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithinText {
    pub part: Vec<String>,
    pub whole: Vec<String>,
}

/// Statements that cannot both be true.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContraryText {
    pub name: String,
    pub says: Vec<String>,
    pub against: Vec<String>,
}

/// Amounts of one sentence that make up another: `end = start + plus - minus`, and the money carried over where it is not
/// in already.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceText {
    pub name: String,
    /// Names as of [`called`].
    pub start: Vec<String>,
    #[serde(default)]
    pub plus: Vec<String>,
    #[serde(default)]
    pub minus: Vec<String>,
    /// Counted where the sum needs it.
    #[serde(default)]
    pub carried: Vec<String>,
    pub end: Vec<String>,
    /// Words of a sentence in which more is taken out or put in than these.
    #[serde(default)]
    pub except: Vec<String>,
    /// Starts that end so may be several, and are then added: 财政拨款收入 and 事业收入.
    #[serde(default)]
    pub added: Vec<String>,
    /// Letters that may stand before the names, where start and minus have them alike: 基金收入 and 基金支出.
    #[serde(default)]
    pub shared: usize,
}

/// Names that reports give the total of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalText {
    pub line: String,
    /// One of these is meant.
    pub measures: Vec<String>,
    /// Names as of [`called`].
    pub words: Vec<String>,
}

/// Whether a declared name is that of a figure; `…` in it stands for any letters.
///
/// # Examples
/// ```
/// use gouji::narrative::grammar::called;
/// assert!(called("项目年初预算", "…初预算"));
/// assert!(called("上年项目结转资金", "…上年…结转资金"));
/// assert!(!called("三公预算", "预算"));
/// ```
#[must_use]
pub fn called(name: &str, declared: &str) -> bool {
    // Most differ in their first letter.
    let first = declared.chars().next();
    if first != Some('…') && first != name.chars().next() {
        return false;
    }
    let Some((head, back)) = declared.rsplit_once('…') else { return name == declared };
    let Some(rest) = name.strip_suffix(back) else { return false };
    let mut parts = head.split('…');
    let front = parts.next().and_then(|front| rest.strip_prefix(front));
    front.is_some_and(|front| {
        let after = |rest: &'_ str, part: &str| rest.find(part).map(|at| at + part.len());
        parts.try_fold(front, |rest, part| after(rest, part).and_then(|end| rest.get(end..))).is_some()
    })
}

/// An activity and the lines that pay for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityText {
    pub words: Vec<String>,
    pub units: Vec<String>,
    pub lines: Vec<String>,
}

/// A grammar as declared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrammarText {
    #[serde(default)]
    pub words: Vec<WordsText>,
    #[serde(default)]
    pub unit: Vec<UnitText>,
    #[serde(default)]
    pub rate: Vec<RateText>,
    #[serde(default)]
    pub whole: Vec<WholeText>,
    #[serde(default)]
    pub within: Vec<WithinText>,
    #[serde(default)]
    pub contrary: Vec<ContraryText>,
    #[serde(default)]
    pub activity: Vec<ActivityText>,
    #[serde(default)]
    pub balance: Vec<BalanceText>,
    #[serde(default)]
    pub total: Vec<TotalText>,
}

/// How far an approximate number reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Both,
    Down,
    Up,
    Limit,
}

/// All that is declared.
#[derive(Debug, Clone, Default)]
pub struct Grammar {
    pub text: GrammarText,
    nouns: HashMap<String, String>,
    /// The words of each sense, the longest first; by the number of the sense.
    senses: Vec<Vec<Sought>>,
}

/// The built-in grammar as text.
pub const BUILTIN: (&str, &str) = ("grammar.toml", include_str!("builtin/grammar.toml"));

#[derive(Deserialize)]
struct FileText {
    narrative: GrammarText,
}

impl Grammar {
    /// The grammar that is built in; empty only where the program was built with a broken one, which a test excludes.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        GRAMMAR.get_or_init(|| {
            let mut grammar = Self::default();
            if let Ok(file) = toml::from_str::<FileText>(BUILTIN.1) {
                grammar.add(file.narrative);
            }
            grammar
        })
    }

    /// Adds declarations to those that are there.
    pub fn add(&mut self, text: GrammarText) {
        for unit in &text.unit {
            for word in &unit.words {
                let noun = unit.noun.clone().unwrap_or_else(|| word.clone());
                self.nouns.insert(word.clone(), noun);
            }
        }
        for words in &text.words {
            let number = words.sense as usize;
            if self.senses.len() <= number {
                self.senses.resize_with(number + 1, Vec::new);
            }
            let sensed = &mut self.senses[number];
            sensed.extend(words.words.iter().filter(|word| !word.is_empty()).cloned().map(Sought::new));
            // The longest is tried first.
            sensed.sort_by_key(|one| std::cmp::Reverse(one.word().chars().count()));
        }
        self.text.words.extend(text.words);
        self.text.unit.extend(text.unit);
        self.text.rate.extend(text.rate);
        self.text.whole.extend(text.whole);
        self.text.within.extend(text.within);
        self.text.contrary.extend(text.contrary);
        self.text.activity.extend(text.activity);
        self.text.balance.extend(text.balance);
        self.text.total.extend(text.total);
    }

    /// The words of a sense, the longest first.
    pub fn words(&self, sense: Sense) -> impl Iterator<Item = &str> {
        self.sought(sense).iter().map(Sought::word)
    }

    fn sought(&self, sense: Sense) -> &[Sought] {
        self.senses.get(sense as usize).map_or(&[], Vec::as_slice)
    }

    /// What a unit is compared as.
    #[must_use]
    pub fn noun(&self, unit: &str) -> Option<&str> {
        self.nouns.get(unit).map(String::as_str)
    }

    #[must_use]
    pub fn holds(&self, sense: Sense, text: &str) -> bool {
        let letters = letter_mask(text);
        self.sought(sense).iter().any(|one| one.is_in(letters, text))
    }

    #[must_use]
    pub fn ends(&self, sense: Sense, text: &str) -> bool {
        self.words(sense).any(|word| text.ends_with(word))
    }

    /// Where the last word of a sense begins in a text, and the word.
    #[must_use]
    pub fn last(&self, sense: Sense, text: &str) -> Option<(usize, &str)> {
        let letters = letter_mask(text);
        let likely = self.sought(sense).iter().filter(|one| one.fits(letters)).map(Sought::word);
        likely
            .filter_map(|word| Some((text.rfind(word)?, word)))
            .max_by_key(|(at, word)| (*at + word.len(), word.len()))
    }

    /// A text without the words of a sense at its end, over and over; a word that is read as one stays whole.
    #[must_use]
    pub fn without_end<'t>(&self, sense: Sense, text: &'t str) -> &'t str {
        let mut text = text;
        while let Some(rest) = self.words(sense).find_map(|word| text.strip_suffix(word)) {
            if self.ends(Sense::Bound, text) {
                break;
            }
            text = rest;
        }
        text
    }

    /// Whether a text ends in a value after a change: 增至, or a word of change and 到 or 至.
    #[must_use]
    pub fn reached(&self, text: &str) -> bool {
        let stem = text.strip_suffix(['到', '至']);
        self.ends(Sense::Reached, text)
            || stem.is_some_and(|stem| self.ends(Sense::Up, stem) || self.ends(Sense::Down, stem))
    }

    /// A text without the words of a sense in front, over and over.
    #[must_use]
    pub fn without_start<'t>(&self, sense: Sense, text: &'t str) -> &'t str {
        let mut text = text;
        while let Some(rest) = self.words(sense).find_map(|word| text.strip_prefix(word)) {
            text = rest;
        }
        text
    }

    /// The reach that a word right before a number gives it.
    #[must_use]
    pub fn approximation_before(&self, lead: &str) -> Option<Reach> {
        Self::approximations().into_iter().find_map(|(sense, reach)| self.ends(sense, lead).then_some(reach))
    }

    /// The reach that a word right after a number's unit gives it, and its letters.
    #[must_use]
    pub fn approximation_at(&self, chars: &[char], at: usize) -> Option<(Reach, usize)> {
        let rest = chars.get(at..)?;
        if !AFTER.iter().any(|word| word.chars().eq(rest.iter().copied().take(word.chars().count()))) {
            return None;
        }
        let rest: String = rest.iter().take(4).collect();
        Self::approximations().into_iter().find_map(|(sense, reach)| {
            // 近 and 约 stand in front only: 5人近三年 is no approximate number.
            let word = self.words(sense).find(|word| word.chars().count() > 1 && rest.starts_with(word))?;
            AFTER.contains(&word).then(|| (reach, word.chars().count()))
        })
    }

    fn approximations() -> [(Sense, Reach); 4] {
        [
            (Sense::Limit, Reach::Limit),
            (Sense::About, Reach::Both),
            (Sense::Near, Reach::Down),
            (Sense::Over, Reach::Up),
        ]
    }

    /// Reads a number at the start of a text; for tools and tests.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<Number> {
        let letters = super::text::Letters::of(text);
        match super::number::scan(&letters.chars, 0, self, None)? {
            Scanned::Number(number) => Some(number),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_grammar_is_read_and_says_each_word_once_a_sense() {
        let grammar: FileText = toml::from_str(BUILTIN.1).expect("the built-in grammar is TOML");
        let mut seen = std::collections::HashSet::new();
        for words in &grammar.narrative.words {
            for word in &words.words {
                assert!(seen.insert((words.sense, word.clone())), "{word} is declared twice");
            }
        }
        assert!(Grammar::builtin().noun("人次").is_some());
    }
}
