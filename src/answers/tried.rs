//! What a run tried: a finding that it does not have is gone only where its rule was tried at its place.

use super::key::Key;
use crate::facts::Submission;
use crate::facts::gather::normal_entity;
use crate::forms::Forms;
use crate::model::Words;
use crate::reconcile::Run;
use crate::rules::Pack;

/// A run with what it was made by.
#[derive(Clone, Copy)]
pub struct Tried<'r> {
    pub run: &'r Run,
    pub pack: &'r Pack,
    pub forms: &'r Forms,
}

/// Why a run says nothing of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untried {
    Unit,
    Rule,
    Year,
    /// The rule looks back, and there is nothing to look back at.
    LastYear,
    /// The unit's files hold no such annex.
    Annex,
}

impl Tried<'_> {
    /// Says why the run tried nothing of this key; none where it did.
    #[must_use]
    pub fn why_not(&self, key: &Key<'_>) -> Option<Untried> {
        let units =
            || self.run.submissions.iter().enumerate().filter(|(_, one)| normal_entity(&one.entity) == key.entity);
        if units().next().is_none() {
            return Some(Untried::Unit);
        }
        let Some(rule) = self.pack.rules.iter().find(|rule| rule.code == key.code) else {
            return Some(Untried::Rule);
        };
        let mut years = units().filter(|(_, one)| one.year == key.year).peekable();
        if years.peek().is_none() {
            return Some(Untried::Year);
        }
        let form = key.place.split('|').next().unwrap_or_default();
        let mut why = None;
        for (at, one) in years {
            if rule.looks_back() && self.run.prior_of(at).is_none() {
                why = Some(Untried::LastYear);
            } else if !form.is_empty() && !self.holds(one, form) {
                why = Some(Untried::Annex);
            } else {
                return None;
            }
        }
        why
    }

    fn holds(&self, one: &Submission, form: &str) -> bool {
        one.sheets.iter().filter_map(|sheet| sheet.form).any(|at| self.forms.all[at].kind == form)
    }
}

impl Untried {
    /// The reason for people; what the key names stands in it.
    #[must_use]
    pub fn words(self, key: &Key<'_>) -> Words {
        let Key { code, entity, .. } = key;
        let year = key.year.map(|year| year.to_string()).unwrap_or_default();
        match self {
            Self::Unit => {
                Words::new(format!("本次没有核对这个单位（{entity}）"), format!("this unit was not checked ({entity})"))
            }
            Self::Rule => {
                Words::new(format!("本次没有用这条公式（{code}）"), format!("this rule was not used ({code})"))
            }
            Self::Year => Words::new(format!("本次没有核对{year}年度"), format!("the year {year} was not checked")),
            Self::LastYear => Words::new(
                "这个问题要与上年对照，本次没有上年报送件，请用 --prior 给出",
                "this finding looks back at last year, whose submission is missing here: name it with --prior",
            ),
            Self::Annex => Words::new(
                "本次的文件里没有这张附件，没有核对",
                "the files of this run do not hold this annex, so it was not checked",
            ),
        }
    }
}
