//! 审核说明: what was said of a finding, for which figures, and whether that closes it.
//!
//! A run finds; people answer. An explanation belongs to a finding by its key, and holds for the figures it was given
//! for: they stand beside the words. Only what was to be looked into can be explained away ([`closes`]); a balance
//! that does not hold is mended, whatever is said of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Class, Verdict, Words};

/// Heads the hidden column of keys, in every workbook of ours that people type answers into.
pub const KEY_MARKER: &str = "gouji.key/1";
/// Heads the hidden column of the figures that a finding shows.
pub const FIGURES_MARKER: &str = "gouji.figures/1";
/// Heads the hidden column of the words as they were carried over, with the figures that they were given for.
pub const GIVEN_MARKER: &str = "gouji.given/1";

/// Stands in the hidden column of keys where a row is for signatures.
pub const SIGN_MARKER: &str = "gouji.sign/1";

/// A column that people type into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// 审核说明: the reason.
    Reason,
    Who,
    When,
    Expiry,
    /// 跨年沿用: whether the words hold for later years.
    Carry,
    /// 处理意见.
    Remark,
    /// 整改情况.
    Progress,
    /// 单位意见: the unit's own reply.
    Reply,
    /// 佐证材料.
    Evidence,
    /// 整改期限.
    Deadline,
    /// 状态, as an auditor sets it.
    Status,
}

impl Field {
    pub const ALL: [Self; 11] = [
        Self::Reason,
        Self::Who,
        Self::When,
        Self::Expiry,
        Self::Carry,
        Self::Remark,
        Self::Progress,
        Self::Reply,
        Self::Evidence,
        Self::Deadline,
        Self::Status,
    ];

    /// How the column is headed: Chinese, English, and the name in files.
    #[must_use]
    pub const fn headings(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Reason => ("审核说明", "Explanation", "reason"),
            Self::Who => ("说明人", "Explained by", "who"),
            Self::When => ("说明日期", "Explained on", "when"),
            Self::Expiry => ("有效期至", "Valid until", "expiry"),
            Self::Carry => ("跨年沿用", "Carries on", "carry"),
            Self::Remark => ("处理意见", "Remark", "remark"),
            Self::Progress => ("整改情况", "Progress", "progress"),
            Self::Reply => ("单位意见", "Unit’s reply", "reply"),
            Self::Evidence => ("佐证材料", "Evidence", "evidence"),
            Self::Deadline => ("整改期限", "Mend by", "deadline"),
            Self::Status => ("状态", "State", "status"),
        }
    }

    /// The column of a heading, in either language or as files name it.
    #[must_use]
    pub fn headed(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|field| {
            let (zh, en, name) = field.headings();
            text == zh || text.eq_ignore_ascii_case(en) || text.eq_ignore_ascii_case(name)
        })
    }
}

/// One amount, or the words of a cell that holds none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "(String, String, String)", into = "(String, String, String)")]
pub struct Given {
    /// Line and measure: `附件3 年度资金总额·全年执行数`.
    pub label: String,
    pub value: String,
    pub unit: String,
}

impl From<(String, String, String)> for Given {
    fn from((label, value, unit): (String, String, String)) -> Self {
        Self { label, value, unit }
    }
}

impl From<Given> for (String, String, String) {
    fn from(given: Given) -> Self {
        (given.label, given.value, given.unit)
    }
}

/// What a person typed beside a finding.
pub type Typed = BTreeMap<Field, String>;

/// The columns whose words make an explanation.
pub const WORDS: [Field; 6] = [Field::Reason, Field::Reply, Field::Who, Field::When, Field::Expiry, Field::Carry];

/// Words as they were carried into a workbook, with the figures that they were given for.
///
/// A person who changes a word there speaks of the figures that the workbook shows; one who leaves them does not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Carried {
    /// By the name of the field in files.
    words: BTreeMap<String, String>,
    figures: Option<Vec<Given>>,
}

impl Carried {
    /// Keeps words and their figures.
    #[must_use]
    pub fn new(typed: &Typed, figures: Option<Vec<Given>>) -> Self {
        Self { words: words_of(typed), figures }
    }

    /// Reads what a hidden cell holds; none where it holds nothing of the kind.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Spells it for a hidden cell.
    #[must_use]
    pub fn spell(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the words are still those that were carried over.
    #[must_use]
    pub fn is_untouched(&self, typed: &Typed) -> bool {
        self.words == words_of(typed)
    }
}

/// The words of an explanation, spaces aside; of a date its numbers, for programs write dates in their own way.
fn words_of(typed: &Typed) -> BTreeMap<String, String> {
    let plain = |field: Field, text: &str| match field {
        Field::When | Field::Expiry => {
            let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).take(3);
            numbers.map(|part| part.trim_start_matches('0')).collect::<Vec<_>>().join("-")
        }
        _ => text.chars().filter(|c| !c.is_whitespace()).collect(),
    };
    let typed = WORDS.iter().filter_map(|field| Some((*field, typed.get(field)?)));
    typed
        .map(|(field, text)| (field.headings().2.to_owned(), plain(field, text)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The figures that typed words were given for: those they were carried over with, where nobody touched the words
/// since; else those that stood beside them when they were typed.
#[must_use]
pub fn figures_given_for(typed: &Typed, shown: Option<&[Given]>, carried: Option<&Carried>) -> Option<Vec<Given>> {
    match carried {
        Some(carried) if carried.is_untouched(typed) => carried.figures.clone(),
        _ => shown.map(<[Given]>::to_vec),
    }
}

/// Spells figures for a hidden cell or a field.
#[must_use]
pub fn spell_figures(figures: &[Given]) -> String {
    serde_json::to_string(figures).unwrap_or_default()
}

/// Reads what [`spell_figures`] wrote.
#[must_use]
pub fn read_figures(text: &str) -> Option<Vec<Given>> {
    serde_json::from_str(text).ok()
}

/// A figure that is no longer what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub label: String,
    /// With its unit; none where the figure was not there.
    pub before: Option<String>,
    pub now: Option<String>,
}

impl Moved {
    #[must_use]
    pub fn words(&self) -> Words {
        let label = &self.label;
        let shown = |text: &Option<String>, nothing: &str, blank: &str| match text.as_deref() {
            None => nothing.to_owned(),
            Some("") => blank.to_owned(),
            Some(text) => text.to_owned(),
        };
        Words::new(
            format!("{label} 原{}，现{}", shown(&self.before, "无", "空"), shown(&self.now, "无", "空")),
            format!(
                "{label} was {}, is {}",
                shown(&self.before, "absent", "blank"),
                shown(&self.now, "absent", "blank")
            ),
        )
    }
}

/// Where an explanation stands with the finding it was given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It holds, and the finding is closed.
    Accepted,
    /// A figure moved since.
    Stale(Vec<Moved>),
    /// Its last day is over.
    Expired { judged_on: String },
    /// It does not close the finding: why.
    NotAccepted(Words),
    /// It was given for an earlier year, and does not carry on by itself: why.
    Offered(Words),
}

impl Standing {
    /// The name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Stale(_) => "stale",
            Self::Expired { .. } => "expired",
            Self::NotAccepted(_) => "not-accepted",
            Self::Offered(_) => "offered",
        }
    }

    /// One or two words for a narrow column.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Accepted => Words::new("已说明", "explained"),
            Self::Stale(_) => Words::new("说明失效", "stale"),
            Self::Expired { .. } => Words::new("说明到期", "expired"),
            Self::NotAccepted(_) => Words::new("说明不采", "not accepted"),
            Self::Offered(_) => Words::new("上年说明", "last year’s"),
        }
    }
}

/// What was said of a finding, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub reason: String,
    pub who: String,
    /// `2025-06-30` where it is a date; else as typed.
    pub when: String,
    pub expiry: String,
    /// As typed: empty, 沿用, `10%`.
    pub carry: String,
    /// 佐证材料, where some was named.
    pub evidence: String,
    /// The year it was given in, where that is not the finding's own.
    pub year: Option<i32>,
    /// File and place where it was typed.
    pub source: String,
    /// The figures it was given for; none where nothing of them was kept.
    pub figures: Option<Vec<Given>>,
    pub standing: Standing,
    /// What else is worth saying: no figures stand beside it, its expiry could not be judged.
    pub note: Option<Words>,
}

impl Explained {
    #[must_use]
    pub fn closes(&self) -> bool {
        self.standing == Standing::Accepted
    }

    /// Who said it and when, in brackets; nothing where neither is known.
    fn by(&self, comma: &str) -> String {
        [self.who.as_str(), self.when.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(comma)
    }

    /// The whole sentence: the words, who and when, and why they do not hold where they do not.
    #[must_use]
    pub fn sentence(&self) -> Words {
        let bracket = |open: &str, text: String, close: &str| {
            if text.is_empty() { text } else { format!("{open}{text}{close}") }
        };
        let (by_zh, by_en) = (bracket("（", self.by("，"), "）"), bracket(" (", self.by(", "), ")"));
        let (head_zh, head_en) = match self.year {
            Some(year) => (format!("{year}年审核说明"), format!("explanation of {year}")),
            None => ("审核说明".to_owned(), "explanation".to_owned()),
        };
        let (tail_zh, tail_en) = self.tail();
        let note = self.note.clone().unwrap_or_default();
        let note = (note.zh, if note.en.is_empty() { note.en } else { format!(" {}", note.en) });
        Words::new(
            format!("{head_zh}：{}{by_zh}。{tail_zh}{}", self.reason, note.0),
            format!("{head_en}: {}{by_en}. {tail_en}{}", self.reason, note.1),
        )
    }

    /// Why the words hold or do not.
    fn tail(&self) -> (String, String) {
        let until = &self.expiry;
        match &self.standing {
            Standing::Accepted if until.is_empty() => ("本项已关闭。".to_owned(), "Closed.".to_owned()),
            Standing::Accepted => (format!("有效期至{until}，本项已关闭。"), format!("Closed; valid until {until}.")),
            Standing::Stale(moved) => {
                let of = |part: fn(Words) -> String| moved.iter().map(|one| part(one.words())).collect::<Vec<_>>();
                (
                    format!("说明失效，数字已变动：{}。请重新说明。", of(|words| words.zh).join("；")),
                    format!("Stale, for figures moved: {}. Explain it anew.", of(|words| words.en).join("; ")),
                )
            }
            Standing::Expired { judged_on } => (
                format!("说明已到期：有效期至{until}，按{judged_on}判断。请重新说明。"),
                format!("Expired: valid until {until}, judged on {judged_on}. Explain it anew."),
            ),
            Standing::NotAccepted(why) | Standing::Offered(why) => (why.zh.clone(), why.en.clone()),
        }
    }
}

/// Whether words can close a finding: what was to be looked into, is missing or is a matter of form can be explained;
/// an identity or a condition that does not hold cannot, nor can what could not be checked.
///
/// # Errors
/// Why they cannot.
pub fn closes(class: Class, verdict: Verdict) -> Result<(), Words> {
    match class {
        Class::Balance => Err(Words::new(
            "平衡关系不符，说明不能代替更正，本项仍未关闭。",
            "A balance that does not hold is mended, not explained: this stays open.",
        )),
        Class::Logic => Err(Words::new(
            "逻辑关系不符，说明不能代替更正，本项仍未关闭。",
            "A condition that fails is mended, not explained: this stays open.",
        )),
        _ if verdict == Verdict::Unchecked => Err(Words::new(
            "数字无法读取，未能核对，本项仍未关闭；请先把数字填好。",
            "A figure could not be used, so nothing was checked: this stays open. Mend the figure first.",
        )),
        Class::Verify | Class::Complete | Class::Form => Ok(()),
    }
}

/// What became of a finding since an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    New,
    Unchanged,
    Changed(Vec<Moved>),
}

impl Since {
    /// The name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Changed(_) => "changed",
        }
    }

    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::New => Words::new("新增", "new"),
            Self::Unchanged => Words::new("未变", "unchanged"),
            Self::Changed(_) => Words::new("有变动", "changed"),
        }
    }
}

/// A finding of an earlier run that this one does not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gone {
    pub key: String,
    pub code: String,
    pub severity: String,
    pub title: String,
    pub message: String,
    pub entity: String,
    /// `表!F5`, or nothing.
    pub place: String,
}

/// An earlier run held against this one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    pub file: String,
    pub new: usize,
    pub unchanged: usize,
    pub changed: usize,
    pub resolved: Vec<Gone>,
    /// Findings of units, years or rules that this run did not check: nothing can be said of them.
    pub not_checked: usize,
}

/// An explanation that no finding took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    pub key: String,
    pub reason: String,
    pub who: String,
    pub source: String,
    pub why: Words,
}

/// All that people said, as far as it does not stand at a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// Explanations were given to this run.
    pub given: bool,
    pub unused: Vec<Unused>,
    /// What was typed beside a finding besides an explanation, by key: it is carried into the next workbook.
    pub typed: BTreeMap<String, Typed>,
    pub baseline: Option<Baseline>,
}
