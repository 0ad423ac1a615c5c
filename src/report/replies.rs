//! Query lists that were written, and replies that came back, as text and JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Report;
use super::table::{clip, pad};
use crate::answers::Tried;
use crate::answers::reply::{Answer, Outcome, Returned};
use crate::model::explanation::Field;
use crate::model::inert::one_line;
use crate::model::{Lang, Words};

/// A query list that was written, or why none was.
#[derive(Debug, Clone)]
pub struct Written {
    pub submission: usize,
    pub questions: usize,
    /// None where there was nothing to ask.
    pub place: Option<String>,
}

/// Says what was written for every submission.
#[must_use]
pub fn written(report: &Report<'_>, all: &[Written]) -> String {
    let mut out = String::new();
    for one in all {
        let submission = &report.run.submissions[one.submission];
        let year = submission.year.map(|year| format!(" {year}")).unwrap_or_default();
        let (name, count) = (one_line(&submission.entity), one.questions);
        let _ = match (&one.place, report.lang) {
            (Some(place), Lang::Zh) => writeln!(out, "{name}{year}：{count}个问题，反馈单 {place}"),
            (Some(place), Lang::En) => writeln!(out, "{name}{year}: {count} questions, {place}"),
            (None, Lang::Zh) => writeln!(out, "{name}{year}：没有要核实的问题，不发反馈单"),
            (None, Lang::En) => writeln!(out, "{name}{year}: nothing to ask, no list"),
        };
    }
    out
}

/// The same as JSON.
#[must_use]
pub fn written_json(report: &Report<'_>, all: &[Written]) -> Value {
    let one = |one: &Written| {
        let submission = &report.run.submissions[one.submission];
        json!({"entity": submission.entity, "year": submission.year, "questions": one.questions, "file": one.place})
    };
    json!({"schema": "gouji.queries/1", "lists": all.iter().map(one).collect::<Vec<_>>()})
}

/// Replies, and the run they are held against, where there is one.
pub struct Replies<'r> {
    pub returned: &'r [Returned],
    pub tried: Option<Tried<'r>>,
    pub lang: Lang,
    pub masked: &'r dyn Fn(&str) -> String,
}

impl Replies<'_> {
    fn outcomes(&self) -> impl Iterator<Item = (&Answer, Outcome)> {
        let answers = self.returned.iter().flat_map(|one| &one.answers);
        answers.map(|answer| (answer, answer.outcome(self.tried)))
    }

    /// Every question is closed or resolved, and nothing was changed elsewhere.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.returned.iter().all(|one| one.altered.is_empty())
            && self.outcomes().all(|(answer, outcome)| outcome.is_done() && answer.altered.is_empty())
    }

    fn say(&self, words: &Words) -> String {
        one_line(&(self.masked)(words.get(self.lang))).into_owned()
    }

    /// A list a unit, a question a line, and a closing sentence.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for one in self.returned {
            self.list(&mut out, one);
        }
        out.push_str(&self.closing());
        out
    }

    fn list(&self, out: &mut String, one: &Returned) {
        let year = one.sent.year.map(|year| format!(" {year}")).unwrap_or_default();
        let _ = writeln!(out, "■ {}{year}  {}", one_line(&one.sent.entity), one_line(&one.file));
        let typed = |field| one.signed.get(&field).map_or("", String::as_str);
        let signed = [typed(Field::Who), typed(Field::When)].map(|text| self.say(&Words::new(text, text)));
        let _ = match (signed.iter().all(String::is_empty), self.lang) {
            (true, Lang::Zh) => writeln!(out, "  没有签署填报人和日期"),
            (true, Lang::En) => writeln!(out, "  not signed: no name, no date"),
            (_, Lang::Zh) => writeln!(out, "  填报人 {}，回复日期 {}", signed[0], signed[1]),
            (_, Lang::En) => writeln!(out, "  answered by {} on {}", signed[0], signed[1]),
        };
        for words in &one.altered {
            let _ = writeln!(out, "  ! {}", self.say(words));
        }
        let states: Vec<Outcome> = one.answers.iter().map(|answer| answer.outcome(self.tried)).collect();
        let width = states.iter().map(|state| super::table::width(state.words().get(self.lang))).max().unwrap_or(0);
        for (answer, state) in one.answers.iter().zip(&states) {
            let (number, code) = (answer.question.number, &answer.question.code);
            let reply = if answer.reply.is_empty() { String::new() } else { clip(&(self.masked)(&answer.reply), 60) };
            let word = pad(state.words().get(self.lang), width);
            let _ = writeln!(out, "  #{number:<3} {code}  {word}  {}", one_line(&reply));
            if let Some(why) = state.why() {
                let _ = writeln!(out, "       {}", self.say(why));
            }
            for words in &answer.altered {
                let _ = writeln!(out, "       ! {}", self.say(words));
            }
        }
    }

    fn closing(&self) -> String {
        let count = |name: &str| self.outcomes().filter(|(_, outcome)| outcome.name() == name).count();
        let all = self.outcomes().count();
        let [closed, resolved, reopened, open, bare, promised, silent, apart] =
            ["closed", "resolved", "reopened", "open", "no-reason", "promised", "not-answered", "not-checked"]
                .map(count);
        let altered = self.altered();
        let apart = match (apart, self.lang) {
            (0, _) => String::new(),
            (n, Lang::Zh) => format!("，本次未核对{n}"),
            (n, Lang::En) => format!(", {n} not checked this time"),
        };
        match self.lang {
            Lang::Zh => format!(
                "共{all}个问题：已说明关闭{closed}，已更正消除{resolved}，重新打开{reopened}，未关闭{open}，未说明理由{bare}，称已更正{promised}，未回复{silent}{apart}；另有{altered}处改动了别的格。\n"
            ),
            Lang::En => format!(
                "{all} questions: {closed} closed, {resolved} resolved, {reopened} opened again, {open} open, {bare} without a reason, {promised} promised, {silent} not answered{apart}; {altered} changes elsewhere.\n"
            ),
        }
    }

    fn altered(&self) -> usize {
        let rows = self.returned.iter().flat_map(|one| &one.answers).map(|answer| answer.altered.len());
        rows.chain(self.returned.iter().map(|one| one.altered.len())).sum()
    }

    /// One object: every list with its questions, and counts.
    #[must_use]
    pub fn json(&self) -> Value {
        let words = |all: &[Words]| all.iter().map(|one| self.say(one)).collect::<Vec<_>>();
        let answer = |one: &Answer| {
            let outcome = one.outcome(self.tried);
            json!({
                "number": one.question.number,
                "code": one.question.code,
                "key": one.question.key,
                "state": outcome.name(),
                "why": outcome.why().map(|why| self.say(why)),
                "reply": (self.masked)(&one.reply),
                "evidence": (self.masked)(&one.evidence),
                "altered": words(&one.altered),
            })
        };
        let list = |one: &Returned| {
            let typed = |field| one.signed.get(&field).map(|text| (self.masked)(text));
            json!({
                "file": one.file,
                "entity": one.sent.entity,
                "year": one.sent.year,
                "who": typed(Field::Who),
                "when": typed(Field::When),
                "altered": words(&one.altered),
                "questions": one.answers.iter().map(answer).collect::<Vec<_>>(),
            })
        };
        let mut counts = serde_json::Map::new();
        for (_, outcome) in self.outcomes() {
            let count = counts.get(outcome.name()).and_then(Value::as_u64).unwrap_or(0);
            counts.insert(outcome.name().to_owned(), json!(count + 1));
        }
        counts.insert("altered".to_owned(), json!(self.altered()));
        let lists: Vec<Value> = self.returned.iter().map(list).collect();
        json!({"schema": "gouji.replies/1", "checked": self.tried.is_some(), "lists": lists, "summary": counts})
    }
}
