//! A figure as typed, as stored and as a number format shows it; and what masking and showing make of the same text.

use gouji::model::amount::{from_stored, from_written};
use gouji::model::{inert, mask};
use gouji::read::numfmt::NumberFormat;
use gouji::read::typed::{Typed, parse_date, parse_typed};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    typed(&text);
    stored(&text);
    if let Some((code, number)) = text.split_once('\n') {
        shown(code, number);
    }
    let masked = mask::mask_text(&text);
    assert_eq!(mask::mask_text(&masked), masked, "masking twice equals masking once");
    assert!(!inert::one_line(&text).chars().any(char::is_control));
}

fn typed(text: &str) {
    let _ = parse_date(text);
    let numbers = match parse_typed(text) {
        Typed::Number(number) => vec![number],
        Typed::Numbers(numbers) => numbers,
        _ => return,
    };
    let (length, mut end) = (text.chars().count(), 0);
    for number in numbers {
        assert!(number.start >= end && number.start + number.len <= length, "figures stand apart, inside the text");
        assert_eq!(number.value.scale(), number.decimals, "the digits printed are the digits kept");
        end = number.start + number.len;
    }
}

/// What a file spells is what a spreadsheet keeps of it.
fn stored(text: &str) {
    let written = from_written(text);
    assert_eq!(written, text.parse().ok().and_then(from_stored), "{text}");
    if let Some(written) = written {
        let again = from_written(&written.value.to_string()).expect("its own digits");
        assert_eq!((again.value, again.digits_cut), (written.value, false));
    }
}

fn shown(code: &str, number: &str) {
    let Some(number) = from_written(number) else { return };
    let format = NumberFormat::parse(code);
    let _ = (format.show(number.value), format.shows(number.value), format.percent(number.value));
    let _ = format.fixed_decimals(number.value);
}
