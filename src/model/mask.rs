//! Personal data, kept out of every output unless it is asked for.

/// Keeps the family name: `张三丰` is `张××`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map(|first| format!("{first}××")).unwrap_or_default()
}

/// Labels before a person's name in a footer or a sentence.
const BEFORE_NAMES: [&str; 10] =
    ["填表人", "填报人", "制表人", "经办人", "负责人签字", "负责人签章", "负责人", "联系人", "签字", "分管领导"];

/// Digits of the shortest telephone number that is masked, with its area code.
const FEWEST_DIGITS: usize = 10;

/// Masks telephone and identity numbers, and the names that stand after a signature's label.
#[must_use]
pub fn mask_text(text: &str) -> String {
    mask_numbers(&mask_signatures(text))
}

fn mask_signatures(text: &str) -> String {
    // Most texts hold none of the labels, whose letters tell.
    if !text.contains(['人', '签', '导']) {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, label)) = BEFORE_NAMES.iter().filter_map(|word| rest.find(word).map(|at| (at, *word))).min() {
        let after = &rest[at + label.len()..];
        masked.push_str(&rest[..at + label.len()]);
        let Some(value) = after.strip_prefix([':', '：']) else {
            rest = after;
            continue;
        };
        masked.push_str(&after[..after.len() - value.len()]);
        let spaces = value.len() - value.trim_start().len();
        masked.push_str(&value[..spaces]);
        let name: String =
            value[spaces..].chars().take_while(|c| c.is_alphabetic() || matches!(c, '×' | '·')).collect();
        masked.push_str(&mask_name(&name));
        rest = &value[spaces + name.len()..];
    }
    masked.push_str(rest);
    masked
}

/// Runs of digits (with hyphens) long enough for a telephone or an identity card, but no amount or date.
fn mask_numbers(text: &str) -> String {
    if text.bytes().filter(u8::is_ascii_digit).count() < FEWEST_DIGITS {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() || (c == '-' && !run.is_empty()) || (matches!(c, 'X' | 'x') && run.len() == 17) {
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let area = run.find('-').is_some_and(|at| (3..=4).contains(&at));
        let landline = area && run.starts_with('0') && (10..=12).contains(&digits);
        let telephone = landline || (digits == 11 && run.starts_with('1'));
        if telephone || digits >= 17 {
            masked.push_str("***");
        } else {
            masked.push_str(&run);
        }
        run.clear();
        if c != '\0' {
            masked.push(c);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_numbers_are_masked() {
        let footer = "填表人：王小二 填报日期：2025.6.6  联系电话：0999-1234567  单位负责人签字：李四";
        assert_eq!(mask_text(footer), "填表人：王×× 填报日期：2025.6.6  联系电话：***  单位负责人签字：李××");
        assert_eq!(mask_text("支出257.5万元，2024-12-31"), "支出257.5万元，2024-12-31");
    }
}
