use super::*;

/// Spells a number as `[comparator][~][(]value[)] unit`, where its value shows all printed decimals.
fn spell(number: &TypedNumber) -> String {
    let sign = match number.comparator {
        Some(Comparator::AtLeast) => "≥",
        Some(Comparator::AtMost) => "≤",
        Some(Comparator::More) => ">",
        Some(Comparator::Less) => "<",
        Some(Comparator::Equal) => "=",
        Some(Comparator::PlusMinus) => "±",
        None => "",
    };
    let about = if number.approximate { "~" } else { "" };
    let value = format!("{:.*}", number.decimals as usize, number.value);
    let value = if number.parenthesised { format!("({value})") } else { value };
    format!("{sign}{about}{value}{}", number.unit)
}

fn say(text: &str) -> String {
    match parse_typed(text) {
        Typed::Number(number) => spell(&number),
        Typed::Numbers(numbers) => numbers.iter().map(spell).collect::<Vec<_>>().join(" | "),
        Typed::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
        other => format!("{other:?}"),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (text, said) in cases {
        assert_eq!(say(text), *said, "{text:?}");
    }
}

#[test]
fn one_number_is_read_with_its_unit() {
    check(&[
        ("\u{3000}25", "25"),
        ("6\u{3000}", "6"),
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("11,122,315.04", "11122315.04"),
        ("２５．５", "25.5"),
        ("－３．２", "-3.2"),
        ("84%", "84%"),
        ("８４％", "84%"),
        ("100.00%", "100.00%"),
        ("8.57万元", "8.57万元"),
        ("266.9元", "266.9元"),
        ("12万人次", "12万人次"),
        ("108800万人次", "108800万人次"),
        ("38508人", "38508人"),
        ("29.5亩", "29.5亩"),
        ("1600元/亩", "1600元/亩"),
        ("1元/人", "1元/人"),
        ("300元/人·月", "300元/人·月"),
        ("1年", "1年"),
        ("3个月", "3个月"),
        ("10分", "10分"),
        ("99.3分", "99.3分"),
        ("45分钟", "45分钟"),
        ("100㎡", "100㎡"),
        ("120平方米", "120㎡"),
        ("-3.2", "-3.2"),
        ("−3.2", "-3.2"),
        ("9.", "9"),
        ("7.50.", "7.50"),
        ("0.00", "0.00"),
        ("0起", "0起"),
        ("￥1,234.50", "1234.50元"),
        ("854万", "854万"),
        ("+3", "3"),
        ("2024.11", "2024.11"),
        ("15 台", "15台"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("300\u{202c}", "300"),
        ("\u{200b}300", "300"),
        ("–300", "-300"),
        ("200头", "200头"),
    ]);
}

#[test]
fn comparators_are_signs_or_words() {
    check(&[
        ("≧90%", "≥90%"),
        ("≥ 90 %", "≥90%"),
        (">=90%", "≥90%"),
        ("≦5", "≤5"),
        ("﹦3", "=3"),
        ("═3", "=3"),
        ("＞95%", ">95%"),
        ("±10%", "±10%"),
        ("不少于12种", "≥12种"),
        ("98%以上", "≥98%"),
        ("98%及以上", "≥98%"),
        ("不低于95%", "≥95%"),
        ("不超过3天", "≤3天"),
        ("控制在5万元以内", "≤5万元"),
        ("大于3", ">3"),
        ("小于等于3", "≤3"),
        ("小于3", "<3"),
        ("≥100百分比", "≥100%"),
        ("10日内", "≤10日"),
    ]);
}

#[test]
fn approximate_numbers_say_so() {
    check(&[
        ("约20", "~20"),
        ("近30人", "~30人"),
        ("2万余份", "~2万份"),
        ("3000多万元", "~3000万元"),
        ("100余人", "~100人"),
        ("20人左右", "~20人"),
        ("20余", "~20"),
    ]);
}

#[test]
fn brackets_round_the_whole_number_are_kept_in_mind() {
    check(&[
        ("（3.20）", "(3.20)"),
        ("(3.20)", "(3.20)"),
        ("(5万元)", "(5)万元"),
        ("（2）", "(2)"),
        ("增长（3.20）", "3.20"),
    ]);
}

#[test]
fn words_with_numbers_give_the_numbers() {
    check(&[
        ("群众满意度达到100%", "100%"),
        ("完成100户改造任务", "100户"),
        ("扩面11700人，缴费8653人", "11700人 | 8653人"),
        ("854万(高标准农田建设400万元,示范建设295万元,畅通工程159万元)", "854万 | 400万元 | 295万元 | 159万元"),
        ("基本支出：266.9", "266.9"),
        ("5-10万元", "5 | 10万元"),
        ("95.\n10%", "95 | 10%"),
        ("100%22否", "100% | 22否"),
        ("1.2024年完成12户", "12户"),
        ("2024年全年执行数275.3万元，比2023年增长5.2%", "275.3万元 | 5.2%"),
        ("1.完成100户", "100户"),
        ("（2）完成3项", "3项"),
        ("1、扩面300人\n2、缴费200人", "300人 | 200人"),
        ("截至2024年12月31日，在职25人", "25人"),
    ]);
}

#[test]
fn blank_like_states_are_told_apart() {
    check(&[
        ("", "Blank"),
        (" \u{3000}\u{a0}\n\t", "Blank"),
        ("-", "Dash"),
        ("—", "Dash"),
        ("——", "Dash"),
        ("－", "Dash"),
        ("--", "Dash"),
        (" — ", "Dash"),
        ("/", "Slash"),
        ("／", "Slash"),
        ("无", "None_"),
        ("暂无", "None_"),
        ("无。", "None_"),
        ("……", "Filler"),
        ("…", "Filler"),
        ("...", "Filler"),
        ("指标2：", "Filler"),
        ("指标3:", "Filler"),
        ("（100字以内）", "Filler"),
        ("×××", "Filler"),
        ("XX", "Filler"),
        ("XX万元", "Filler"),
        ("××%", "Filler"),
    ]);
}

#[test]
fn dates_are_dates() {
    check(&[
        ("2024.11.28", "2024-11-28"),
        ("2025年6月6日", "2025-06-06"),
        ("2025.6.6", "2025-06-06"),
        ("2024-11-28", "2024-11-28"),
        ("2024/11/28", "2024-11-28"),
        ("2024-11-28 09:30", "2024-11-28"),
        ("２０２４年１１月２８日", "2024-11-28"),
        ("2024年2月30日", "Text"),
        ("2019.1.1-2019.12.30", "Text"),
    ]);
}

#[test]
fn what_only_looks_like_a_number_is_text() {
    check(&[
        ("2024年", "Text"),
        ("2018年实际在职人数", "Text"),
        ("2016-执行数", "Text"),
        ("2018-2020年", "Text"),
        ("9月前", "Text"),
        ("12月底之前", "Text"),
        ("第3季度", "Text"),
        ("1.完成", "Text"),
        ("（2）项目支出", "Text"),
        ("3、公用经费", "Text"),
        ("1.00.5", "Text"),
        ("12,34", "Text"),
        ("1.561.56120", "Text"),
        ("13800138000", "Text"),
        ("0746-7722345", "Text"),
        ("联系电话：13800138000", "Text"),
        ("51092324T000010263357", "Text"),
        ("007", "Text"),
        ("A4", "Text"),
        ("附件2", "Text"),
        ("1、", "Text"),
        ("1.细化预算编制。2.加强管理。3.加强跟踪。", "Text"),
        ("1234-", "Text"),
        ("3 00", "Text"),
        ("1 234.50", "Text"),
        ("1.234,50", "Text"),
        ("1e3", "Text"),
        ("3OO", "Text"),
        ("2X", "Text"),
        ("完成", "Text"),
        ("(B/A)", "Text"),
        ("123456789012345678901234567890", "Text"),
    ]);
}

#[test]
fn places_are_counted_in_characters() {
    let Typed::Numbers(numbers) = parse_typed("　扩面11700人，缴费－８653万人次。") else {
        panic!("two numbers")
    };
    assert_eq!(numbers.iter().map(|n| (n.start, n.len)).collect::<Vec<_>>(), [(3, 6), (13, 7)]);
}

/// Writes a decimal with thousands separators.
fn grouped(value: Decimal) -> String {
    let text = value.abs().to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if value.is_sign_negative() && !value.is_zero() { "-" } else { "" };
    fraction.map_or_else(|| format!("{sign}{out}"), |f| format!("{sign}{out}.{f}"))
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reading(text in ".*") {
        let _ = parse_typed(&text);
    }

    #[test]
    fn no_mixture_of_marks_breaks_the_reading(text in "[0-9.,，()（）%％/ \\-—~年月日号万亿元人余多约第指标：:×X…。\n以上内≥>=±¥A]{0,24}") {
        let length = text.chars().count();
        let numbers = match parse_typed(&text) {
            Typed::Number(number) => vec![number],
            Typed::Numbers(numbers) => numbers,
            _ => Vec::new(),
        };
        let mut end = 0;
        for number in numbers {
            proptest::prop_assert!(number.start >= end && number.start + number.len <= length);
            end = number.start + number.len;
        }
    }

    #[test]
    fn a_grouped_number_reads_back(mantissa in -9_999_999_999_999i64..9_999_999_999_999, scale in 0u32..6) {
        let value = Decimal::new(mantissa, scale);
        let Typed::Number(number) = parse_typed(&grouped(value)) else { panic!("{}", grouped(value)) };
        proptest::prop_assert_eq!((number.value, number.decimals), (value, scale));
    }
}

#[test]
fn what_shows_another_figure_than_it_stores_is_no_figure() {
    for text in ["\u{202e}24.893", "398.42²", "\u{ad}398.42", "1₀"] {
        assert_eq!(parse_typed(text), Typed::Text, "{text:?}");
    }
    assert!(matches!(parse_typed("45m²"), Typed::Number(_)));
    assert!(matches!(parse_typed("\u{200b}45\u{ad}"), Typed::Number(_)));
}
