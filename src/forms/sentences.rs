//! Figures in sentences, by patterns that a form declares: `编制数{n}人`, `{name}{n}`.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::declare::{Block, Capture};
use super::normal::{letter_mask, squash};
use super::reading::{Figure, Passage, Required};
use super::sought::Sought;
use super::value::{State, UnitFrom, Value};
use crate::model::{Quantity, Unit};

/// Words that lead into a list and are no part of its first name.
const LEADS: [&str; 12] =
    ["主要包括", "主要用于", "主要是", "分别为", "分别是", "包括", "用于", "其中", "包含", "含", "安排", "为"];

/// Ends of names that are totals and no items.
const TOTALS: [&str; 14] = [
    "预算",
    "决算",
    "预算数",
    "决算数",
    "支出数",
    "合计",
    "共计",
    "资金总额",
    "项目支出",
    "基本支出",
    "为",
    "是",
    "达",
    "共",
];

/// Reads the captures of one text block from the passages of a page; of several mentions the first stands.
#[must_use]
pub fn read_sentences(passages: &[Passage], block: &Block) -> Vec<Figure> {
    let mut figures = Vec::new();
    let texts: Vec<(&Passage, String, u64)> = passages
        .iter()
        .map(|passage| {
            let text = squash(&passage.text);
            let letters = letter_mask(&text);
            (passage, text, letters)
        })
        .collect();
    for capture in &block.captures {
        let patterns: Vec<Pattern<'_>> = capture.patterns.iter().filter_map(|text| Pattern::of(text)).collect();
        if patterns.iter().any(|pattern| pattern.front.word().starts_with("{name}")) {
            let found = texts.iter().flat_map(|(passage, text, _)| items(passage, text, block, capture, &patterns));
            figures.extend(found);
            continue;
        }
        let found = texts.iter().find_map(|(passage, text, letters)| {
            // Letters tell first: most passages hold no pattern.
            let likely = patterns.iter().filter(|one| one.front.fits(*letters));
            first(text, likely, capture).map(|number| figure(passage, block, capture, &capture.line, None, number))
        });
        figures.extend(found);
    }
    figures
}

/// The words before and behind the number of a pattern.
struct Pattern<'p> {
    front: Sought<&'p str>,
    back: &'p str,
}

impl<'p> Pattern<'p> {
    fn of(text: &'p str) -> Option<Self> {
        let (front, back) = text.split_once("{n}")?;
        Some(Self { front: Sought::new(front), back })
    }
}

/// The number of the pattern that stands first in a text.
fn first<'p>(text: &str, patterns: impl Iterator<Item = &'p Pattern<'p>>, capture: &Capture) -> Option<Number> {
    let mut best: Option<(usize, Number)> = None;
    for Pattern { front, back } in patterns {
        let front = front.word();
        for (at, _) in text.match_indices(front) {
            let Some(number) = number_at(&text[at + front.len()..], capture) else { continue };
            let fits = back.is_empty() || text[at + front.len() + number.digits..].starts_with(*back);
            if fits && best.as_ref().is_none_or(|(old, _)| at < *old) {
                best = Some((at, number));
            }
        }
    }
    best.map(|(_, number)| number)
}

/// Reads `甲费4万元、乙费3万元`: two items or more, side by side.
fn items(passage: &Passage, text: &str, block: &Block, capture: &Capture, patterns: &[Pattern<'_>]) -> Vec<Figure> {
    text.split(['。', ';', '；'])
        .filter_map(|sentence| after_opening(sentence, &capture.within))
        .flat_map(|sentence| {
            let found: Vec<_> = sentence
                .split(['、', '，', ',', '(', ')', ':'])
                .filter_map(|part| item(part, capture, patterns))
                .collect();
            if found.len() < 2 { Vec::new() } else { found }
        })
        .map(|(name, number)| figure(passage, block, capture, &name, Some(&capture.line), number))
        .collect()
}

/// The part of a sentence from the first word that opens a list; all of it where none is asked for.
fn after_opening<'s>(sentence: &'s str, within: &[String]) -> Option<&'s str> {
    if within.is_empty() {
        return Some(sentence);
    }
    let start = within.iter().filter_map(|word| sentence.find(word.as_str())).min()?;
    Some(&sentence[start..])
}

fn item(part: &str, capture: &Capture, patterns: &[Pattern<'_>]) -> Option<(String, Number)> {
    let start = part.find(|c: char| c.is_ascii_digit())?;
    // A year is no amount: `2024年…` belongs to the name.
    let run = part[start..].bytes().take_while(u8::is_ascii_digit).count();
    let start = if run == 4 && part[start + 4..].starts_with('年') {
        start + part[start + 4..].find(|c: char| c.is_ascii_digit())? + 4
    } else {
        start
    };
    let mut name = &part[..start];
    for lead in LEADS {
        if let Some(at) = name.rfind(lead).filter(|at| at + lead.len() < name.len()) {
            name = &name[at + lead.len()..];
            break;
        }
    }
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '年' | '(' | ')'));
    let number = number_at(&part[start..], capture)?;
    let holds = |words: &[String]| words.iter().any(|word| name.contains(word.as_str()));
    let total = TOTALS.iter().any(|word| name.ends_with(word));
    let wanted = (capture.only.is_empty() || holds(&capture.only)) && !holds(&capture.skip) && !total;
    let after = &part[start + number.digits..];
    let fits = patterns.iter().any(|pattern| after.starts_with(pattern.back));
    (name.chars().count() >= 2 && wanted && fits).then(|| (name.to_owned(), number))
}

struct Number {
    value: Decimal,
    unit: Unit,
    /// Bytes of the number without its unit.
    digits: usize,
    text: String,
}

/// Reads the number at the start of a text with the unit that the capture's quantity asks for.
fn number_at(text: &str, capture: &Capture) -> Option<Number> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    let plain: String = text[..digits].chars().filter(|c| *c != ',').collect();
    let value: Decimal = plain.trim_end_matches('.').parse().ok()?;
    let rest = &text[digits..];
    let quantity = capture.quantity;
    let unit = if quantity == Quantity::Money {
        let word: String = rest.chars().take_while(|c| "亿百千万元".contains(*c)).collect();
        Some(Unit::parse(&word)).filter(|unit| unit.noun == "元")?
    } else {
        Unit::parse(&rest.chars().take(1).collect::<String>())
    };
    let shown = format!("{}{unit}", &text[..digits]);
    Some(Number { value, unit, digits, text: shown })
}

fn figure(
    passage: &Passage,
    block: &Block,
    capture: &Capture,
    line: &str,
    parent: Option<&str>,
    number: Number,
) -> Figure {
    let decimals = number.value.scale();
    let quantity = capture.quantity;
    Figure {
        cell: passage.cell,
        block: block.name.as_str().into(),
        line: line.into(),
        parent: parent.map(Arc::from),
        measure: capture.measure.as_str().into(),
        quantity,
        text: number.text,
        value: Value {
            amount: Some(number.value),
            unit: number.unit,
            decimals,
            stored_decimals: decimals,
            typed: true,
            unit_from: UnitFrom::Cell,
            ..Value::of_state(State::Amount)
        },
        exact: quantity == Quantity::Count,
        required: Required::No,
        row: passage.cell.row,
        formula: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CellRef;
    use crate::model::Quantity;

    fn capture(patterns: &[&str], quantity: Quantity) -> Capture {
        Capture {
            line: "构成".to_owned(),
            measure: "金额".to_owned(),
            patterns: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            quantity,
            within: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
        }
    }

    fn listed(text: &str) -> Vec<(String, String)> {
        let capture = capture(&["{name}{n}"], Quantity::Money);
        let patterns: Vec<Pattern<'_>> = capture.patterns.iter().filter_map(|text| Pattern::of(text)).collect();
        let found = text.split(['、', '，']).filter_map(|part| item(&squash(part), &capture, &patterns));
        found.map(|(name, number)| (name, number.text)).collect()
    }

    #[test]
    fn lists_give_names_and_amounts() {
        let items = listed("主要包括征缴工作经费4万元、稽核工作经费3万元、系统维护费1.07万元");
        let names: Vec<&str> = items.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["征缴工作经费", "稽核工作经费", "系统维护费"]);
        assert_eq!(items[2].1, "1.07万元");
    }

    #[test]
    fn totals_and_odd_texts_are_no_items() {
        for text in ["2024年度项目支出决算数为8.57万元", "3个县2年", "3.个2年共", "年", "12", "第3年4万元"]
        {
            assert!(listed(text).iter().all(|(name, _)| !name.ends_with('为')), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever stands in a sentence, reading it ends.
        #[test]
        fn no_text_makes_it_panic(text in "[0-9年月个县万元、，。（）()共其中a-z.]{0,40}") {
            let passage = Passage { cell: CellRef::new(0, 0), text: text.clone() };
            for quantity in [Quantity::Money, Quantity::Count] {
                let capture = capture(&["{name}{n}", "共{n}"], quantity);
                let text = squash(&passage.text);
                let patterns: Vec<Pattern<'_>> = capture.patterns.iter().filter_map(|one| Pattern::of(one)).collect();
                let _ = (items(&passage, &text, block(), &capture, &patterns), first(&text, patterns.iter(), &capture));
            }
        }
    }

    fn block() -> &'static Block {
        static FORMS: std::sync::OnceLock<crate::forms::Forms> = std::sync::OnceLock::new();
        &FORMS.get_or_init(|| crate::forms::Forms::builtin().unwrap()).all[0].blocks[0]
    }
}
