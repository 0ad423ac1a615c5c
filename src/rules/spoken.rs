//! A formula in the keywords of a language: as it was typed, or with their Chinese twins.

use super::ast::{FUNCTIONS, Test};
use super::lex::{Token, lex};
use crate::model::Lang;

/// Keywords outside calls, each with its Chinese twin.
const WORDS: [(&str, &str); 3] = [("if", "如果"), ("then", "则"), ("and", "且")];

/// Says a formula in a language; what it says stays the same, and reads back. A check's name is no formula.
#[must_use]
pub fn spoken(formula: &str, lang: Lang) -> String {
    let Some(tokens) = lex(formula).ok().filter(|_| lang == Lang::Zh) else { return formula.to_owned() };
    let mut out = String::new();
    let mut from = 0;
    for (at, (token, span)) in tokens.iter().enumerate() {
        if span.start < from {
            continue;
        }
        let next = tokens.get(at + 1);
        let called = next.is_some_and(|(token, _)| *token == Token::Sign("("));
        let (twin, end) = match token {
            // A quoted name is no keyword.
            Token::Name(_) if formula[span.clone()].starts_with('"') => continue,
            Token::Name(name) if name == "one" => match next {
                Some((Token::Name(of), after)) if of == "of" => ("任一", after.end),
                _ => continue,
            },
            Token::Name(name) => match twin(name, called) {
                Some(twin) => (twin, span.end),
                None => continue,
            },
            Token::Sign(";") => ("；", span.end),
            _ => continue,
        };
        out.push_str(&formula[from..span.start]);
        out.push_str(twin);
        from = end;
    }
    out.push_str(&formula[from..]);
    out
}

fn twin(name: &str, called: bool) -> Option<&'static str> {
    let tests = Test::ALL.into_iter().map(|(en, zh, ..)| (en, zh));
    let calls = FUNCTIONS.into_iter().chain(tests).filter(|_| called);
    WORDS.into_iter().chain(calls).find(|(en, _)| *en == name).map(|(_, zh)| zh)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn what_is_said_in_chinese_reads_back() {
        for (typed, said) in [
            ("甲 = sum(甲.*)", "甲 = 合计(甲.*)"),
            (
                "one of (if filled(乙) and absent(丙) then 甲 = min(乙, 丙?) / 2; 甲 <= abs(乙))",
                "任一 (如果 已填(乙) 且 未列(丙) 则 甲 = 较小(乙, 丙?) / 2； 甲 <= 绝对值(乙))",
            ),
            ("\"if\" = 合计", "\"if\" = 合计"),
        ] {
            assert_eq!(spoken(typed, Lang::Zh), said);
            assert_eq!(spoken(typed, Lang::En), typed);
            // The twins are as long as they are, so that spans differ and nothing else does.
            let [typed, said] = [typed, said].map(|formula| parse(formula).map(|relation| relation.to_string()));
            assert_eq!(typed, said);
        }
    }
}
