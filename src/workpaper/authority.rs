//! 依据: what a finding rests on. Only what was read is cited; a source whose text was not read is said to be that.

use super::desk::Desk;
use crate::model::Lang;

/// The words by which a rule says that nobody read its source.
const UNREAD: &str = "was not read";

/// The basis as the rule states it: the form itself, the figures, a source that was read; or, in words, that the text of
/// a source was not read and cannot be cited.
#[must_use]
pub fn basis(desk: &Desk<'_>, source: &str) -> String {
    in_words(source, desk.lang())
}

/// The basis of a finding: a source that was read, else nothing; the list of rules says which were not.
#[must_use]
pub fn cited(desk: &Desk<'_>, source: &str) -> String {
    if source.contains(UNREAD) { "—".to_owned() } else { basis(desk, source) }
}

fn in_words(source: &str, lang: Lang) -> String {
    let known = SOURCES.iter().find(|(known, ..)| *known == source);
    let said = match (known, lang) {
        (Some((_, zh, _)), Lang::Zh) => zh,
        (Some((_, _, en)), Lang::En) => en,
        (None, _) => source,
    };
    match (source.contains(UNREAD), lang) {
        (false, _) => said.to_owned(),
        (true, Lang::Zh) => format!("未核原文，不作引用：{said}"),
        (true, Lang::En) => format!("text not read, not to be cited: {said}"),
    }
}

/// The sources that the built-in rules name: as typed, in Chinese, in English. One of a user's own stands as typed.
const SOURCES: [(&str, &str, &str); 13] = [
    ("form", "表样本身的勾稽关系", "the form itself"),
    ("the sentence itself", "句中数字本身的勾稽关系", "the sentence itself"),
    ("derived", "由所报数字推导", "derived from the figures"),
    (
        "published notes under forms of several provinces",
        "多省已公开表样的填报说明",
        "published notes under forms of several provinces",
    ),
    ("a provincial system’s form check", "某省系统的表内审核", "a provincial system’s form check"),
    (
        "a provincial form that asks for a reason below 90 %",
        "某省表样：执行率低于90%须说明",
        "a provincial form that asks for a reason below 90 %",
    ),
    ("a published list of scoring rates", "已公开的评分比率表", "a published list of scoring rates"),
    ("a published list of grades", "已公开的绩效等级划分", "a published list of grades"),
    ("a rule set of an audit tool", "某审核工具的规则", "a rule set of an audit tool"),
    ("practice as known; the text of a notice was not read", "通行做法", "practice as known"),
    ("budget practice; the text of a notice was not read", "预算编制惯例", "budget practice"),
    (
        "province notices as listed in the catalogue; their text was not read",
        "审核目录所列省级通知",
        "province notices as listed in the catalogue",
    ),
    (
        "a published rule of a ministry on large changes, as listed in the catalogue; its text was not read",
        "审核目录所列部委关于大幅变动的公开规则",
        "a published rule of a ministry on large changes, as listed in the catalogue",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::Forms;
    use crate::rules::Pack;

    #[test]
    fn every_built_in_source_has_its_words_and_none_unread_is_cited() {
        let forms = Forms::builtin().unwrap();
        let pack = Pack::read(&[], &forms).unwrap();
        for rule in &pack.rules {
            let zh = in_words(&rule.source, Lang::Zh);
            assert!(zh.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)), "{}: {zh}", rule.code);
            assert_eq!(zh.contains("未核原文"), rule.source.contains("not read"), "{}: {zh}", rule.code);
        }
        assert!(in_words("form", Lang::Zh).contains("表样"));
        assert_eq!(in_words("own circular 3", Lang::Zh), "own circular 3");
        assert!(in_words("x; its text was not read", Lang::En).starts_with("text not read"));
    }
}
