//! Tests of what cells hold, decided before any arithmetic: filled, blank, reached, missed, explained.

use super::attainment::{How, attain};
use super::filled::Filled;
use super::outcome::At;
use crate::facts::Submission;
use crate::forms::reading::Figure;
use crate::forms::value::State;
use crate::model::Unit;
use crate::model::unit::shift;
use crate::read::Comparator;
use crate::rules::ast::Test;
use rust_decimal::Decimal;

/// Three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tested {
    Yes,
    No,
    /// The form does not print what is asked.
    Unknown,
}

impl From<bool> for Tested {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Words that give a reason for how a budget was spent, and words that such a reason speaks of.
const REASON: [&str; 6] = ["原因", "由于", "主要是", "因为", "系因", "因"];
const SPENDING: [&str; 9] = ["执行率", "预算执行", "超预算", "超支", "结余", "结转", "支出进度", "未执行", "未支付"];

/// Runs one test on its operands; `in_words` tells whether a sentence gives a reason, see [`gives_reason`].
#[must_use]
pub fn run(
    test: Test,
    parts: &[Filled],
    optional: &[bool],
    submission: &Submission,
    in_words: impl Fn() -> bool,
) -> Tested {
    let figure = |index: usize| parts.get(index).and_then(|part| first_figure(part, submission));
    let printed = |index: usize| parts.get(index).is_some_and(|part| !part.uses.is_empty());
    match test {
        Test::Absent => (!printed(0)).into(),
        Test::Filled | Test::Blank => match figure(0) {
            Some(figure) => (is_filled(figure) == (test == Test::Filled)).into(),
            None if optional.first() == Some(&true) => (test == Test::Blank).into(),
            None => Tested::Unknown,
        },
        Test::Reached | Test::Missed | Test::Below => match (figure(0), figure(1)) {
            (Some(target), Some(actual)) => compare(test, target, actual),
            _ => Tested::Unknown,
        },
        Test::Explained => (own_reason(figure(0), submission) || in_words()).into(),
    }
}

fn first_figure<'s>(part: &Filled, submission: &'s Submission) -> Option<&'s Figure> {
    match part.uses.first()?.at {
        At::Figure { prior: false, table, figure } => super::outcome::figure_at(submission, table, figure),
        _ => None,
    }
}

fn is_filled(figure: &Figure) -> bool {
    matches!(figure.value.state, State::Amount | State::Text)
}

/// A target and a result in one unit, where their nouns agree or one is left out; a bare number takes the other's unit.
#[must_use]
pub fn in_one_unit(target: &Figure, actual: &Figure) -> Option<(Decimal, Decimal)> {
    let (t, a) = (&target.value, &actual.value);
    let same = t.unit.noun == a.unit.noun || t.unit.noun.is_empty() || a.unit.noun.is_empty();
    let power = |unit: &Unit, other: &Unit| {
        if unit.noun.is_empty() && unit.power == 0 { other.power } else { unit.power }
    };
    if !same {
        return None;
    }
    Some((shift(t.amount?, power(&t.unit, &a.unit))?, shift(a.amount?, power(&a.unit, &t.unit))?))
}

fn compare(test: Test, target: &Figure, actual: &Figure) -> Tested {
    let attained = attain(target, actual, None);
    let Some((target, actual)) = attained.target.zip(attained.result) else { return Tested::Unknown };
    if attained.guessed {
        return Tested::No;
    }
    let directed = matches!(
        attained.comparator,
        Some(Comparator::AtLeast | Comparator::More | Comparator::AtMost | Comparator::Less)
    );
    let yes = match test {
        Test::Reached if directed => attained.how == How::Full,
        Test::Reached => actual == target,
        Test::Missed => directed && matches!(attained.how, How::Ratio | How::Ceiling | How::Zero),
        _ => !directed && attained.how == How::Ratio && actual < target,
    };
    yes.into()
}

/// Looks for a reason: in the row's own column, else in any sentence of the submission.
#[must_use]
pub fn explained(figure: Option<&Figure>, submission: &Submission) -> bool {
    own_reason(figure, submission) || gives_reason(submission)
}

/// Looks for a reason in the row's own column.
fn own_reason(figure: Option<&Figure>, submission: &Submission) -> bool {
    figure.is_some_and(|figure| {
        submission.tables.iter().flat_map(|table| &table.reading.figures).any(|other| {
            &*other.measure == "偏差原因" && other.block == figure.block && other.row == figure.row && is_filled(other)
        })
    })
}

/// Whether any sentence of a submission gives a reason for how a budget was spent.
#[must_use]
pub fn gives_reason(submission: &Submission) -> bool {
    submission.tables.iter().flat_map(|table| &table.reading.passages).any(|passage| {
        passage.text.split(['。', '；', ';', '\n']).any(|sentence| {
            SPENDING.iter().any(|word| sentence.contains(word)) && REASON.iter().any(|word| sentence.contains(word))
        })
    })
}
