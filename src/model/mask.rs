//! Personal data, kept out of every output unless it is asked for.

use std::ops::Range;

/// Keeps the family name: `张三丰` is `张××`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map(|first| format!("{first}××")).unwrap_or_default()
}

/// A text as outputs show it: personal data masked unless it was asked for.
#[must_use]
pub fn unless_asked(text: &str, show_personal: bool) -> String {
    if show_personal { text.to_owned() } else { mask_text(text) }
}

/// Labels before a person's name in a footer or a sentence; of two that begin alike the longer stands first.
pub const BEFORE_NAMES: [&str; 17] = [
    "填表人",
    "填报人",
    "制表人",
    "经办人",
    "审核人",
    "复核人",
    "负责人签字",
    "负责人签章",
    "负责人",
    "联系人",
    "联络员",
    "法定代表人",
    "分管领导",
    "主管领导",
    "签字",
    "签名",
    "姓名",
];

/// Letters that stand in no name but in the labels beside it.
pub const NO_NAME: [&str; 16] =
    ["单位", "日期", "签", "章", "电话", "职", "负责", "表", "部门", "科", "局", "项目", "意见", "情况", "方式", "人"];

/// What of a text is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    Name,
    /// A telephone or an identity card.
    Number,
}

/// Digits of the shortest telephone number that is masked, with its area code.
const FEWEST_DIGITS: usize = 10;

/// Masks telephone and identity numbers, and the names that stand after a signature's label.
#[must_use]
pub fn mask_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (span, what) in spans(text) {
        masked.push_str(&text[from..span.start]);
        match what {
            Personal::Name => masked.push_str(&mask_name(&text[span.clone()])),
            Personal::Number => masked.push_str("***"),
        }
        from = span.end;
    }
    masked.push_str(&text[from..]);
    masked
}

/// Finds what is personal in a text: bytes, in order, apart from each other.
#[must_use]
pub fn spans(text: &str) -> Vec<(Range<usize>, Personal)> {
    let mut found: Vec<_> = signatures(text).into_iter().map(|span| (span, Personal::Name)).collect();
    found.extend(numbers(text).into_iter().map(|span| (span, Personal::Number)));
    found.sort_by_key(|(span, _)| span.start);
    found
}

fn signatures(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Most texts hold none of the labels, whose letters tell.
    if !text.contains(['人', '签', '导', '员', '名']) {
        return found;
    }
    if !text.contains([':', '：']) {
        found.extend(behind_label(text));
        return found;
    }
    let mut from = 0;
    let label = |from: usize| {
        let places = BEFORE_NAMES.iter().filter_map(|word| text[from..].find(word).map(|at| (from + at, *word)));
        places.min_by_key(|(at, word)| (*at, usize::MAX - word.len()))
    };
    while let Some((at, word)) = label(from) {
        from = at + word.len();
        let rest = after_bracket(text[from..].trim_start());
        let Some(value) = rest.strip_prefix([':', '：']) else { continue };
        let start = text.len() - value.trim_start().len();
        let length = name_length(&text[start..]);
        if length > 0 {
            found.push(start..start + length);
        }
        from = start + length;
    }
    found
}

/// The name of a text that is nothing but a label and it: `联系人李建国`.
fn behind_label(text: &str) -> Option<Range<usize>> {
    let bare = text.trim_start();
    let labels = BEFORE_NAMES.iter().filter_map(|word| bare.strip_prefix(word));
    // The longest label leaves the shortest name.
    let rest = labels.min_by_key(|rest| rest.len())?;
    let name = after_bracket(rest.trim_start()).trim();
    let letters = name.chars().filter(|c| !c.is_whitespace()).count();
    let plain = name.chars().all(|c| is_han(c) || c.is_whitespace()) && (2..=4).contains(&letters);
    let start = text.len() - text.trim_start().len() + bare.find(name)?;
    (plain && !NO_NAME.iter().any(|word| name.contains(word))).then_some(start..start + name.len())
}

/// Steps over `（签字）` behind a label.
fn after_bracket(rest: &str) -> &str {
    let Some(inside) = rest.strip_prefix(['(', '（']) else { return rest };
    let end = inside.char_indices().take(8).find(|(_, c)| matches!(c, ')' | '）'));
    end.map_or(rest, |(at, c)| inside[at + c.len_utf8()..].trim_start())
}

/// Bytes of the name that a text begins with; names of two letters are often typed with a blank between them.
fn name_length(text: &str) -> usize {
    let run = |text: &str| -> usize {
        text.chars().take_while(|c| c.is_alphabetic() || matches!(c, '×' | '·')).map(char::len_utf8).sum()
    };
    let first = run(text);
    if text[..first].chars().count() != 1 || !text.starts_with(is_han) {
        return first;
    }
    let rest = &text[first..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
    let second = run(&rest[blanks..]);
    let short = (1..=2).contains(&rest[blanks..blanks + second].chars().count());
    if blanks > 0 && short { first + blanks + second } else { first }
}

/// A Chinese character, as names are written with.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

/// Runs of digits (with hyphens) long enough for a telephone or an identity card, but no amount or date.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.bytes().filter(u8::is_ascii_digit).count() < FEWEST_DIGITS {
        return found;
    }
    let mut start = 0;
    let mut run = String::new();
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), '\0'))) {
        if c.is_ascii_digit() || (c == '-' && !run.is_empty()) || (matches!(c, 'X' | 'x') && run.len() == 17) {
            if run.is_empty() {
                start = at;
            }
            run.push(c);
            continue;
        }
        if is_number_of_a_person(&run) {
            found.push(start..start + run.len());
        }
        run.clear();
    }
    found
}

fn is_number_of_a_person(run: &str) -> bool {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    let area = run.find('-').is_some_and(|at| (3..=4).contains(&at));
    let landline = area && run.starts_with('0') && (10..=12).contains(&digits);
    let telephone = landline || (digits == 11 && run.starts_with('1'));
    telephone || digits >= 17
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_numbers_are_masked() {
        let footer = "填表人：王小二 填报日期：2025.6.6  联系电话：0999-1234567  单位负责人签字：李四";
        assert_eq!(mask_text(footer), "填表人：王×× 填报日期：2025.6.6  联系电话：***  单位负责人签字：李××");
        assert_eq!(mask_text("支出257.5万元，2024-12-31"), "支出257.5万元，2024-12-31");
        assert_eq!(mask_text("审核人（签字）：李　四　　日期：5月"), "审核人（签字）：李××　　日期：5月");
        assert_eq!(mask_text("联系人李建国"), "联系人李××");
        assert_eq!(mask_text("联系人电话"), "联系人电话");
        assert_eq!(mask_text("负责人签字"), "负责人签字");
        assert_eq!(mask_text("法定代表人 ：欧阳小二，负责人未签"), "法定代表人 ：欧××，负责人未签");
    }
}
