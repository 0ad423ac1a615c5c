//! Targets and results as they stand in published forms.

use rust_decimal::Decimal;

use super::{How, attain, is_misread};
use crate::forms::reading::{Figure, Required};
use crate::forms::value::{Place, read_value};
use crate::model::{CellRef, Quantity, Unit};
use crate::read::Cell;

fn figure(text: &str) -> Figure {
    let unit = Unit::none();
    let place = Place { quantity: Quantity::Plain, unit: &unit, percent: false };
    Figure {
        cell: CellRef::new(0, 0),
        block: "indicators".into(),
        line: "指标".into(),
        parent: None,
        measure: "年度指标值".into(),
        quantity: Quantity::Plain,
        text: text.to_owned(),
        formula: None,
        value: read_value(Some(&Cell::of_text(text)), place),
        exact: false,
        required: Required::No,
        row: 0,
    }
}

/// How a result of ten points stands, and the points that are due.
fn due(target: &str, result: &str) -> (How, Option<String>) {
    let attained = attain(&figure(target), &figure(result), Some(2024));
    (attained.how, attained.points(Decimal::TEN).map(|points| points.normalize().to_string()))
}

fn points(how: How, points: &str) -> (How, Option<String>) {
    (how, Some(points.to_owned()))
}

#[test]
fn targets_that_shall_be_reached() {
    assert_eq!(due("≥90%", "95%"), points(How::Full, "10"));
    assert_eq!(due("≧90%", "81%"), points(How::Ratio, "9"));
    assert_eq!(due("98%以上", "98%"), points(How::Full, "10"));
    assert_eq!(due("98%以上", "49%"), points(How::Ratio, "5"));
    assert_eq!(due("不少于12种", "9种"), points(How::Ratio, "7.5"));
    assert_eq!(due("不低于12种", "12种"), points(How::Full, "10"));
    assert_eq!(due(">=600人", "540人"), points(How::Ratio, "9"));
    assert_eq!(due("12万人", "108000人"), points(How::Ratio, "9"));
    assert_eq!(due("3400", "3148"), points(How::Ratio, "9.26"));
    assert_eq!(due("≥12场", "0场"), points(How::Ratio, "0"));
    assert_eq!(due("群众满意度达到100%", "群众满意度达到96%"), points(How::Ratio, "9.6"));
    for equal in ["=12种", "﹦12种", "═12种"] {
        assert_eq!(due(equal, "12种"), points(How::Full, "10"), "{equal}");
    }
}

#[test]
fn targets_that_shall_not_be_exceeded() {
    assert_eq!(due("≤30万元", "29万元"), points(How::Full, "10"));
    assert_eq!(due("≦30万元", "40万元"), points(How::Ceiling, "7.5"));
    assert_eq!(due("不超过8起", "10起"), points(How::Ceiling, "8"));
    assert_eq!(due("≤0起", "0起"), points(How::Full, "10"));
    assert_eq!(due("≤0起", "2起"), points(How::Zero, "0"));
    assert_eq!(due("≤0%", "-5.4%"), points(How::Full, "10"));
    assert_eq!(due("≤2起", "0起"), points(How::Full, "10"));
}

#[test]
fn dates() {
    assert_eq!(due("9月前", "8月"), points(How::Full, "10"));
    assert_eq!(due("9月前", "2024年8月20日"), points(How::Full, "10"));
    assert_eq!(due("2024年12月底前", "12月31日"), points(How::Full, "10"));
    assert_eq!(due("12月底之前", "2025年1月"), (How::Late, None));
    assert_eq!(due("9月前", "按时完成"), (How::Words, None));
    assert_eq!(due("1-12月", "12月"), (How::Words, None));
}

#[test]
fn several_figures_in_a_cell() {
    assert_eq!(due("扩面11700人，缴费8653人", "扩面完成11700人，缴费人数8518人"), points(How::Parts, "9.92"));
    assert_eq!(due("培训4期，参训200人", "培训4期，参训200人"), points(How::Parts, "10"));
    assert_eq!(due("培训4期，参训200人", "培训4期"), (How::Words, None));
}

#[test]
fn what_is_not_computed() {
    assert_eq!(due("提高水平", "在原有基础上已提高"), (How::Words, None));
    assert_eq!(due("12万人次", "108800万人次"), (How::Apart, None));
    assert_eq!(due("12人", "12万元"), (How::Words, None));
}

#[test]
fn signs_that_a_scan_misread() {
    for (target, result, score) in
        [("290%", "95%", "10"), ("290%", "81%", "9"), ("工5%", "6%", "10"), ("Q100%", "98%", "10")]
    {
        let (aim, done) = (figure(target), figure(result));
        let attained = attain(&aim, &done, Some(2024));
        assert!(attained.guessed && is_misread(&aim, &done), "{target}");
        assert_eq!(attained.points(Decimal::TEN).map(|p| p.normalize().to_string()).as_deref(), Some(score));
    }
    assert!(!is_misread(&figure("290%"), &figure("280%")));
}
