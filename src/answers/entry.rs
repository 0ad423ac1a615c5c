//! One answer as it was typed, wherever that was.

use crate::forms::value::read_day;
use crate::model::Words;
use crate::model::explanation::{Carried, Field, Given, Typed, figures_given_for};

/// What was typed for one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The finding's key.
    pub key: String,
    pub typed: Typed,
    /// The figures that the words were given for; none where nothing of them was kept.
    pub figures: Option<Vec<Given>>,
    /// Nobody touched the words since a program carried them over.
    pub untouched: bool,
    /// File and place, for people.
    pub source: String,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub source: String,
    pub words: Words,
}

impl Entry {
    /// Takes a row of a workbook or a record of a file.
    #[must_use]
    pub fn new(
        key: &str,
        mut typed: Typed,
        shown: Option<&[Given]>,
        carried: Option<&Carried>,
        source: String,
    ) -> Self {
        let untouched = carried.is_some_and(|carried| carried.is_untouched(&typed));
        let figures = figures_given_for(&typed, shown, carried);
        for field in [Field::When, Field::Expiry] {
            if let Some(text) = typed.get_mut(&field)
                && let Some(day) = read_day(text)
            {
                *text = day.to_string();
            }
        }
        Self { key: key.trim().to_owned(), typed, figures, untouched, source }
    }

    /// What was typed in one column; empty where nothing was.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.typed.get(&field).map_or("", |text| text.trim())
    }

    /// The reason that was given: an explanation of its own, or what the unit replied, as far as it says why.
    #[must_use]
    pub fn reason(&self) -> &str {
        let own = self.text(Field::Reason);
        if !own.is_empty() {
            return own;
        }
        let reply = self.text(Field::Reply);
        if says(reply) == Said::Reason { reply } else { "" }
    }

    /// Who said it: a name that was typed, else the unit that replied.
    #[must_use]
    pub fn who(&self) -> String {
        let who = self.text(Field::Who);
        if who.is_empty() && !self.text(Field::Reply).is_empty() && self.text(Field::Reason).is_empty() {
            return super::key::Key::of(&self.key).entity.to_owned();
        }
        who.to_owned()
    }

    /// An auditor set the answer aside.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        ["不采纳", "dropped"].contains(&self.text(Field::Status))
    }
}

/// What a reply amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    /// Agreed, denied or noted, without a reason.
    Bare,
    /// It will be mended, or has been: the new filing shows it.
    Mending,
    Reason,
}

/// Words that say no reason.
const BARE: &[&str] = &[
    "属实",
    "情况属实",
    "部分属实",
    "基本属实",
    "不属实",
    "已核实",
    "已核对",
    "核实无误",
    "无误",
    "同意",
    "认可",
    "无异议",
    "有异议",
    "是",
    "否",
    "无",
    "有",
    "已阅",
    "收到",
    "已收到",
    "见附件",
    "详见附件",
    "另附说明",
    "待核实",
    "正在核实",
    "/",
    "-",
    "—",
    "agreed",
    "agreed in part",
    "not agreed",
    "see letter",
    "yes",
    "no",
];
/// Words that promise, or claim, that the figure is mended.
const MENDING: &[&str] = &[
    "已更正",
    "已改正",
    "已整改",
    "已修改",
    "已修正",
    "已重报",
    "将更正",
    "将改正",
    "将整改",
    "将修改",
    "将重报",
    "立即更正",
    "立即改正",
    "立即整改",
    "整改中",
    "正在整改",
    "予以更正",
    "予以改正",
    "will be mended",
    "mended",
    "corrected",
    "will be corrected",
];

/// Tells a reason from a bare yes or no, and from a promise to mend.
#[must_use]
pub fn says(reply: &str) -> Said {
    let clauses = reply.split(['，', '。', '；', '、', ',', ';', '.', '！', '!', '\n', '\r']);
    let clauses: Vec<String> = clauses.map(|part| part.trim().to_lowercase()).filter(|part| !part.is_empty()).collect();
    if clauses.is_empty() {
        return Said::Nothing;
    }
    let known = |list: &[&str], clause: &String| list.contains(&clause.as_str());
    if clauses.iter().any(|clause| !known(BARE, clause) && !known(MENDING, clause)) {
        return Said::Reason;
    }
    if clauses.iter().any(|clause| known(MENDING, clause)) { Said::Mending } else { Said::Bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_yes_is_no_reason() {
        for (reply, said) in [
            ("", Said::Nothing),
            (" 。", Said::Nothing),
            ("属实", Said::Bare),
            ("情况属实，无异议。", Said::Bare),
            ("Agreed", Said::Bare),
            ("属实，已更正。", Said::Mending),
            ("情况属实，因2024年新增三个服务站", Said::Reason),
            ("按合同分两年支付", Said::Reason),
        ] {
            assert_eq!(says(reply), said, "{reply}");
        }
    }
}
