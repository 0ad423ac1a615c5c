//! A query list that came back: what was answered, what was not, and what was changed that nobody asked to change.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Table, entries};
use super::entry::{Entry, Said, says};
use super::key::Key;
use super::tried::Tried;
use crate::model::explanation::{Field, Given, Standing, Typed, closes, read_figures};
use crate::model::query::{Question, SCHEMA, Sent};
use crate::model::{CellRef, Class, Verdict, Words};
use crate::read::{Book, CellValue, Sheet};

/// One list as it came back.
#[derive(Debug, Clone)]
pub struct Returned {
    pub file: String,
    pub sent: Sent,
    pub answers: Vec<Answer>,
    /// Who signed it and when.
    pub signed: Typed,
    /// What was changed of the list as a whole.
    pub altered: Vec<Words>,
}

/// What became of one question.
#[derive(Debug, Clone)]
pub struct Answer {
    pub question: Question,
    pub said: Said,
    /// 单位意见 and 佐证材料, as typed.
    pub reply: String,
    pub evidence: String,
    /// What was changed besides: the row's printed texts and figures.
    pub altered: Vec<Words>,
}

/// Reads a workbook that came back; none where it is no query list.
#[must_use]
pub fn returned(book: &Book) -> Option<Returned> {
    let (sent, questions) = book.sheets.iter().find_map(kept)?;
    let mut altered = Vec::new();
    let table = book.sheets.iter().find_map(Table::find);
    let rows: BTreeMap<String, u32> =
        table.iter().flat_map(|table| table.rows().map(|(row, key)| (key, row)).collect::<Vec<_>>()).collect();
    if table.is_none() {
        altered.push(Words::new(
            "问题表不在了（表头或隐藏列被删）",
            "the table of questions is gone (its header or hidden columns were deleted)",
        ));
    }
    if sent.questions != questions.len() {
        altered.push(Words::new("隐藏的底页被改动", "the hidden sheet was changed"));
    }
    let known: BTreeSet<&str> = questions.iter().map(|one| one.key.as_str()).collect();
    altered.extend(rows.iter().filter(|(key, _)| !known.contains(key.as_str())).map(|(_, row)| {
        Words::new(format!("第{}行不是发出的问题", row + 1), format!("row {} is none of the questions", row + 1))
    }));
    let typed: BTreeMap<String, Entry> = entries(book).into_iter().map(|entry| (entry.key.clone(), entry)).collect();
    let answers = questions
        .into_iter()
        .map(|question| {
            let row = rows.get(&question.key).copied();
            let altered = table.as_ref().map(|table| changes(table, &question, row)).unwrap_or_default();
            let text = |field| typed.get(&question.key).map(|entry| entry.text(field).to_owned()).unwrap_or_default();
            let reply = text(Field::Reply);
            Answer { said: says(&reply), reply, evidence: text(Field::Evidence), question, altered }
        })
        .collect();
    let signed = table.map(|table| table.signed()).unwrap_or_default();
    Some(Returned { file: book.file.clone(), sent, answers, signed, altered })
}

/// What the hidden sheet keeps of the list as it was sent.
fn kept(sheet: &Sheet) -> Option<(Sent, Vec<Question>)> {
    let texts = || sheet.cells.iter().filter(|(at, _)| at.col == 0).filter_map(|(_, cell)| text_of(&cell.value));
    let sent = texts().find_map(|text| serde_json::from_str::<Sent>(text).ok().filter(|sent| sent.schema == SCHEMA))?;
    Some((sent, texts().filter_map(|text| serde_json::from_str(text).ok()).collect()))
}

fn text_of(value: &CellValue) -> Option<&str> {
    match value {
        CellValue::Text(text) => Some(text),
        _ => None,
    }
}

/// What was changed of one question: its row, its printed texts, its hidden figures.
fn changes(table: &Table<'_>, question: &Question, row: Option<u32>) -> Vec<Words> {
    let Some(row) = row else {
        return vec![Words::new("这一行被删除", "its row was deleted")];
    };
    let mut all = Vec::new();
    for (heading, was) in &question.texts {
        let now = table.headed(heading).and_then(|col| table.at(row, col)).unwrap_or_default();
        if plain(was) != plain(&now) {
            let (was, now) = (short(was), short(&now));
            all.push(Words::new(
                format!("“{heading}”被改动：原“{was}”，现“{now}”"),
                format!("“{heading}” was changed: was “{was}”, is “{now}”"),
            ));
        }
    }
    let figures: Option<Vec<Given>> = table.figures(row).and_then(|text| read_figures(&text));
    if figures.as_ref() != Some(&question.figures) {
        all.push(Words::new("隐藏列中的数字被改动", "the figures in the hidden column were changed"));
    }
    all
}

/// Spaces and the ways of writing a line break do not count.
fn plain(text: &str) -> String {
    text.replace("_x000D_", "").chars().filter(|c| !c.is_whitespace()).collect()
}

fn short(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 60 { text } else { format!("{}…", text.chars().take(60).collect::<String>()) }
}

impl Table<'_> {
    fn headed(&self, heading: &str) -> Option<u32> {
        let (from, to) = (CellRef::new(self.header.row, 0), self.header);
        let mut header = self.sheet().cells.range(from..to);
        header.find(|(_, cell)| plain(&cell.shown) == plain(heading)).map(|(at, _)| at.col)
    }
}

/// Where a question stands after its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Explained, and the explanation holds.
    Closed,
    /// The filing that was checked now has no such finding.
    Resolved,
    /// Explained for figures that are others now, or until a day that is over.
    Reopened(Words),
    /// Explained, which cannot close it, or set aside.
    Open(Words),
    /// A bare yes or no.
    NoReason,
    /// Said to be mended; the filing that was checked shows the same.
    Promised,
    NotAnswered,
    /// The unit, year, annex or rule was not checked, and why.
    NotChecked(Words),
}

impl Outcome {
    /// The name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Resolved => "resolved",
            Self::Reopened(_) => "reopened",
            Self::Open(_) => "open",
            Self::NoReason => "no-reason",
            Self::Promised => "promised",
            Self::NotAnswered => "not-answered",
            Self::NotChecked(_) => "not-checked",
        }
    }

    /// Nothing is left to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Closed | Self::Resolved)
    }

    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Closed => Words::new("已说明，关闭", "explained, closed"),
            Self::Resolved => Words::new("已更正，问题消除", "mended, resolved"),
            Self::Reopened(_) => Words::new("重新打开", "opened again"),
            Self::Open(_) => Words::new("未关闭", "open"),
            Self::NoReason => Words::new("已回复，未说明理由", "answered without a reason"),
            Self::Promised => Words::new("称已更正，尚未见更正", "said to be mended, not seen"),
            Self::NotAnswered => Words::new("未回复", "not answered"),
            Self::NotChecked(_) => Words::new("本次未核对", "not checked this time"),
        }
    }

    /// Why, where there is more to say.
    #[must_use]
    pub fn why(&self) -> Option<&Words> {
        match self {
            Self::Reopened(why) | Self::Open(why) | Self::NotChecked(why) => Some(why),
            _ => None,
        }
    }
}

impl Answer {
    /// Where the question stands: held against a run, else by the answer alone.
    #[must_use]
    pub fn outcome(&self, tried: Option<Tried<'_>>) -> Outcome {
        match tried {
            Some(tried) => self.against(tried),
            None => self.alone(),
        }
    }

    fn against(&self, tried: Tried<'_>) -> Outcome {
        let Some(finding) = tried.run.findings.iter().find(|one| one.key == self.question.key) else {
            let key = Key::of(&self.question.key);
            return tried.why_not(&key).map_or(Outcome::Resolved, |why| Outcome::NotChecked(why.words(&key)));
        };
        let Some(explained) = &finding.explained else { return self.unexplained() };
        match explained.standing {
            Standing::Accepted => Outcome::Closed,
            Standing::Stale(_) | Standing::Expired { .. } => Outcome::Reopened(explained.sentence()),
            Standing::NotAccepted(_) | Standing::Offered(_) => Outcome::Open(explained.sentence()),
        }
    }

    fn alone(&self) -> Outcome {
        if self.said != Said::Reason {
            return self.unexplained();
        }
        let Question { class, verdict, .. } = &self.question;
        let class = Class::ALL.into_iter().find(|one| one.name() == class);
        let verdict = if verdict == Verdict::Unchecked.name() { Verdict::Unchecked } else { Verdict::Unbalanced };
        match class.map(|class| closes(class, verdict)) {
            Some(Err(why)) => Outcome::Open(why),
            _ => Outcome::Closed,
        }
    }

    fn unexplained(&self) -> Outcome {
        match self.said {
            Said::Nothing => Outcome::NotAnswered,
            Said::Mending => Outcome::Promised,
            Said::Bare | Said::Reason => Outcome::NoReason,
        }
    }
}
