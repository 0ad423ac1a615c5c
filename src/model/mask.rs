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

/// Digits of the shortest telephone number that is masked: one without its area code, behind a word that says so.
const FEWEST_LOCAL: usize = 7;

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

/// Telephones and identity cards: runs of digits, and of groups as such numbers are spaced, that are no amount or date.
fn numbers(text: &str) -> Vec<Range<usize>> {
    // Most texts hold few digits.
    if text.chars().filter(|c| digit(*c).is_some()).take(FEWEST_LOCAL).count() < FEWEST_LOCAL {
        return Vec::new();
    }
    let runs = runs(text);
    let mut found: Vec<Range<usize>> = runs
        .iter()
        .filter(|run| is_number_of_a_person(&run.digits) || is_called_so(text, run))
        .map(Run::span)
        .collect();
    for (at, run) in runs.iter().enumerate() {
        let groups = |lengths: &[usize]| {
            let own = runs.get(at..at + lengths.len())?;
            let close =
                own.windows(2).all(|two| matches!(&text[two[0].end..two[1].start], " " | "\u{3000}" | "\u{A0}"));
            let fits = own.iter().zip(lengths).all(|(run, length)| run.digits.len() == *length);
            (close && fits).then(|| run.start..own[own.len() - 1].end)
        };
        let mobile = is_mobile(&run.digits).then(|| groups(&[3, 4, 4]).or_else(|| groups(&[3, 8]))).flatten();
        let area = [[3, 7], [3, 8], [4, 7], [4, 8]].iter().find_map(|lengths| groups(lengths));
        let area = area.filter(|_| run.digits.starts_with('0'));
        found.extend(mobile.or(area).or_else(|| groups(&[6, 8, 4])));
    }
    found.sort_by_key(|span| span.start);
    found.dedup_by(|later, earlier| later.start < earlier.end);
    found
}

/// Digits and hyphens that stand together, full-width ones as plain ones.
struct Run {
    start: usize,
    end: usize,
    digits: String,
}

impl Run {
    fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut all = Vec::new();
    let mut run = Run { start: 0, end: 0, digits: String::new() };
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), '\0'))) {
        let held = match c {
            '-' | '－' | '‐' | '‑' | '–' if !run.digits.is_empty() => Some('-'),
            'X' | 'x' if run.digits.len() == 17 => Some('X'),
            c => digit(c),
        };
        match held {
            Some(held) => {
                if run.digits.is_empty() {
                    run.start = at;
                }
                run.digits.push(held);
                run.end = at + c.len_utf8();
            }
            None if !run.digits.is_empty() => {
                all.push(std::mem::replace(&mut run, Run { start: 0, end: 0, digits: String::new() }));
            }
            None => {}
        }
    }
    all
}

/// Whether a word right before a number says that it is a telephone or the like: a local one has seven digits.
fn is_called_so(text: &str, run: &Run) -> bool {
    let before = text[..run.start].trim_end_matches([':', '：', ' ', '\u{3000}', '(', '（', ')', '）']);
    let number = run.digits.chars().filter(char::is_ascii_digit).count() >= FEWEST_LOCAL;
    number
        && ["电话", "手机", "手机号", "传真", "联系方式", "通讯号码", "座机"].iter().any(|word| before.ends_with(word))
}

fn is_mobile(digits: &str) -> bool {
    digits.starts_with('1') && digits.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second))
}

fn is_number_of_a_person(run: &str) -> bool {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let area = run.find('-').is_some_and(|at| (3..=4).contains(&at));
    let landline = area && run.starts_with('0') && (10..=12).contains(&digits.len());
    let abroad = ["86", "0086"]
        .iter()
        .any(|code| digits.strip_prefix(code).is_some_and(|own| own.len() == 11 && is_mobile(own)));
    landline || abroad || (digits.len() == 11 && digits.starts_with('1')) || digits.len() >= 17
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

    #[test]
    fn numbers_are_masked_however_they_are_spaced() {
        for number in [
            "13912345678",
            "139-1234-5678",
            "139 1234 5678",
            "139\u{3000}12345678",
            "１３９１２３４５６７８",
            "0731-84212345",
            "0731 84212345",
            "0731－84212345",
            "8613912345678",
            "110101199003078515",
            "110101 19900307 8515",
            "11010119900307851X",
        ] {
            assert_eq!(mask_text(&format!("联系{number}，")), "联系***，", "{number}");
        }
        assert_eq!(mask_text("联系电话：8421234"), "联系电话：***");
        assert_eq!(mask_text("电话（8421234）"), "电话（***）");
        for plain in ["2024 1234 5678", "支出8421234元", "2024 12 31", "257 500 000元", "2023-2024年", "8 421 234"]
        {
            assert_eq!(mask_text(plain), plain);
        }
    }
}
