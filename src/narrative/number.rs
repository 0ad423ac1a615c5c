//! Numbers as sentences write them: 8.57万元, 2万余份, 近300人, 3—5万元, 三个, 十二名, 109.2%, 百分之九十五.

use rust_decimal::Decimal;

use super::grammar::{Grammar, Reach};
use crate::model::interval::half_unit;
use crate::model::unit::shift;
use crate::model::{Interval, Quantity, Unit};

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    Number(Number),
    /// A calendar year of four digits, with the letters up to and with 年.
    Year(i32, usize),
    /// Digits that count nothing (a date, a document's or a telephone number), with the letters they take.
    Skip(usize),
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Letters, with unit and 余, 多, 左右.
    pub len: usize,
    pub value: Decimal,
    pub unit: Unit,
    pub noun: String,
    pub interval: Interval,
    pub approximate: bool,
    /// A limit (以上, 以内), no value.
    pub limit: bool,
}

/// Digits of a number at most; longer runs are codes.
const LONGEST: usize = 14;
const SCALES: [(char, i32); 6] = [('十', 1), ('百', 2), ('千', 3), ('万', 4), ('亿', 8), ('兆', 12)];
const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿半";

/// The value in 元, in percent, or in the bare noun.
#[must_use]
pub fn base(value: Decimal, unit: &Unit) -> Option<Decimal> {
    if unit.quantity() == Quantity::Ratio { shift(value, unit.power + 2) } else { shift(value, unit.power) }
}

/// Reads what stands at a letter; `before` is the reach of a word such as 近 right in front of it.
#[must_use]
pub fn scan(chars: &[char], at: usize, grammar: &Grammar, before: Option<Reach>) -> Option<Scanned> {
    let c = *chars.get(at)?;
    let previous = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or('\0');
    if c.is_ascii_digit() {
        return Some(digits(chars, at, previous, grammar, before));
    }
    if previous == '第' || !(NUMERALS.contains(c) || c == '百') {
        return None;
    }
    let percent = chars.get(at..at + 3).is_some_and(|three| three == ['百', '分', '之']);
    let from = if percent { at + 3 } else { at };
    let run = chars.get(from..)?.iter().take(LONGEST).take_while(|c| NUMERALS.contains(**c)).count();
    let (value, place) = chinese(chars.get(from..from + run)?)?;
    if percent {
        let unit = Unit::percent();
        let interval = reach(value, 0, place, before, false)?;
        let noun = "%".to_owned();
        let approximate = before.is_some();
        return Some(Scanned::Number(Number {
            len: run + 3,
            value,
            unit,
            noun,
            interval,
            approximate,
            limit: before == Some(Reach::Limit),
        }));
    }
    let words = Written { value, decimals: 0, place, exact: true, upper: None };
    let number = with_unit(chars, at, run, &words, grammar, before)?;
    // 千方百计, 万元户, 一次性 and the like count nothing.
    let bare = chars.get(at..at + run)?.iter().all(|c| matches!(c, '百' | '千' | '万' | '亿' | '半'));
    let after = chars.get(at + number.len).copied().unwrap_or('\0');
    if number.noun.is_empty() || (bare && !number.approximate) || matches!(after, '性' | '户') {
        return None;
    }
    Some(Scanned::Number(number))
}

/// A number before its unit is known.
struct Written {
    value: Decimal,
    decimals: u32,
    /// The power of ten of the last digit that is not nought.
    place: i32,
    /// Written as words: counts without slack.
    exact: bool,
    /// The upper end of a range.
    upper: Option<Decimal>,
}

fn digits(chars: &[char], at: usize, previous: char, grammar: &Grammar, before: Option<Reach>) -> Scanned {
    let (mut plain, len) = digit_run(chars, at);
    let next = chars.get(at + len).copied().unwrap_or('\0');
    if len == 4 && next == '年' && (plain.starts_with("19") || plain.starts_with("20")) {
        let span = if chars.get(at + 5) == Some(&'度') { 6 } else { 5 };
        return plain.parse().map_or(Scanned::Skip(len), |year| Scanned::Year(year, span));
    }
    let dated = matches!(next, '月' | '日' | '号' | '时' | '点' | '届')
        || (next == '季' && chars.get(at + len + 1) == Some(&'度'));
    let coded = previous == '第'
        || previous.is_ascii_alphabetic()
        || next.is_ascii_alphabetic() && !matches!(next, 'm' | 'k')
        || previous == '-'
        || matches!(previous, '"' | '“') && matches!(next, '"' | '”')
        || plain.len() > LONGEST
        || (plain.len() > 1 && plain.starts_with('0') && !plain.starts_with("0."));
    // 2024.6.6 and 1.2.3
    let dotted = next == '.' && chars.get(at + len + 1).is_some_and(char::is_ascii_digit);
    if dated || coded || dotted {
        return Scanned::Skip(skip_code(chars, at, len));
    }
    // 6:3:1 and 9:30
    if next == ':' && chars.get(at + len + 1).is_some_and(char::is_ascii_digit) {
        let rest = chars.get(at + len..).unwrap_or_default();
        return Scanned::Skip(len + rest.iter().take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.')).count());
    }
    let mut len = len;
    let mut upper = None;
    if matches!(next, '-' | '~' | '—' | '–' | '至' | '～') {
        let dash = chars
            .get(at + len..)
            .unwrap_or_default()
            .iter()
            .take(2)
            .take_while(|c| matches!(c, '-' | '~' | '—' | '–' | '至'))
            .count();
        let (second, more) = digit_run(chars, at + len + dash);
        let after = chars.get(at + len + dash + more).copied().unwrap_or('\0');
        if more == 0 && next != '至' {
            // A dash that leads nowhere.
        } else if more > 0
            && !matches!(after, '月' | '日' | '-' | '年')
            && second.len() <= LONGEST
            && !second.starts_with('0')
        {
            match (plain.parse::<Decimal>(), second.parse::<Decimal>()) {
                (Ok(low), Ok(high)) if low < high => {
                    upper = Some(high);
                    len += dash + more;
                }
                _ => return Scanned::Skip(len + dash + more),
            }
        } else if next != '至' {
            return Scanned::Skip(len + dash + more);
        }
    }
    if plain.ends_with('.') {
        plain.pop();
    }
    let Ok(value) = plain.parse::<Decimal>() else { return Scanned::Skip(len) };
    let decimals = value.scale();
    let place = last_place(value);
    let words = Written { value, decimals, place, exact: false, upper };
    with_unit(chars, at, len, &words, grammar, before).map_or(Scanned::Skip(len), Scanned::Number)
}

/// The digits from a place on, without separators of thousands; with the letters they take.
fn digit_run(chars: &[char], at: usize) -> (String, usize) {
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut plain = String::new();
    let mut to = at;
    let mut point = false;
    while let Some(c) = chars.get(to) {
        let thousands = *c == ','
            && !point
            && to > at
            && (1..=3).all(|n| is_digit(to + n))
            && !is_digit(to + 4)
            && plain.len() <= LONGEST
            && (plain.len() <= 3 || chars.get(to.wrapping_sub(4)) == Some(&','));
        if c.is_ascii_digit() {
            plain.push(*c);
        } else if *c == '.' && !point && to > at && is_digit(to + 1) {
            plain.push('.');
            point = true;
        } else if !thousands {
            break;
        }
        to += 1;
    }
    (plain, to - at)
}

/// The letters of a date or a code from a digit on.
fn skip_code(chars: &[char], at: usize, len: usize) -> usize {
    let rest = chars.get(at + len..).unwrap_or_default();
    len + rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/')).count()
}

/// The power of ten of the last digit that is not nought.
fn last_place(value: Decimal) -> i32 {
    let mut value = value.normalize();
    let mut place = -i32::try_from(value.scale()).unwrap_or(0);
    while place >= 0 && !value.is_zero() && (value % Decimal::TEN).is_zero() && place < 20 {
        value /= Decimal::TEN;
        place += 1;
    }
    place
}

fn with_unit(
    chars: &[char],
    at: usize,
    len: usize,
    words: &Written,
    grammar: &Grammar,
    before: Option<Reach>,
) -> Option<Number> {
    let mut to = at + len;
    let next = |to: usize| chars.get(to).copied().unwrap_or('\0');
    let mut more = before;
    let up = |to: &mut usize, more: &mut Option<Reach>| {
        if matches!(next(*to), '余' | '多' | '几') {
            *more = Some(Reach::Up);
            *to += 1;
        }
    };
    up(&mut to, &mut more);
    let mut power = 0;
    for _ in 0..2 {
        let Some((_, scale)) = SCALES.iter().find(|(c, _)| *c == next(to)) else { break };
        // 千克 and 千伏安 are units, and no thousands.
        if next(to) == '千' && unit_at(chars, to, 0, grammar).2 > 1 {
            break;
        }
        power += scale;
        to += 1;
    }
    up(&mut to, &mut more);
    let (unit, noun, used) = unit_at(chars, to, power, grammar);
    to += used;
    let after = grammar.approximation_at(chars, to);
    if let Some((reach, letters)) = after {
        more = Some(reach);
        to += letters;
    }
    let counted = unit.quantity() == Quantity::Count || noun.is_empty();
    let exact = (words.exact || (counted && words.decimals == 0)) && power == 0;
    let printed = reach(words.value, words.decimals, words.place, more, exact)?;
    let printed = match words.upper {
        Some(high) => Interval { hi: high.max(printed.hi), ..printed },
        None => printed,
    };
    let carry = |value: Decimal| base(value, &unit);
    let interval = Interval { lo: carry(printed.lo)?, hi: carry(printed.hi)?, ..printed };
    Some(Number {
        len: to - at,
        value: words.value,
        unit,
        noun,
        interval,
        approximate: more.is_some() || words.upper.is_some(),
        limit: more == Some(Reach::Limit),
    })
}

/// The unit at a place, the noun it is compared by, and the letters it takes.
fn unit_at(chars: &[char], at: usize, power: i32, grammar: &Grammar) -> (Unit, String, usize) {
    let next = chars.get(at).copied().unwrap_or('\0');
    if power == 0 && matches!(next, '%' | '‰') {
        let unit = Unit { noun: "%".to_owned(), power: if next == '%' { -2 } else { -3 } };
        return (unit, "%".to_owned(), 1);
    }
    for len in (1..=5).rev() {
        let Some(word) = chars.get(at..at + len) else { continue };
        let word: String = word.iter().collect();
        if let Some(noun) = grammar.noun(&word) {
            // 2316台次: a count of times, no count of 台.
            if chars.get(at + len) == Some(&'次') && noun != "元" && !word.ends_with('次') {
                let word = format!("{word}次");
                return (Unit { noun: word.clone(), power }, word, len + 1);
            }
            let unit = if noun == "元" { Unit { noun: "元".to_owned(), power } } else { Unit { noun: word, power } };
            return (unit, noun.to_owned(), len);
        }
    }
    (Unit { noun: String::new(), power }, String::new(), 0)
}

/// What a printed number can stand for.
fn reach(value: Decimal, decimals: u32, place: i32, reach: Option<Reach>, exact: bool) -> Option<Interval> {
    let step = shift(Decimal::ONE, place)?;
    let half = if exact { Decimal::ZERO } else { half_unit(decimals) };
    let (down, up) = match reach {
        None | Some(Reach::Limit) => (half, half),
        Some(Reach::Both) => (step.max(half), step.max(half)),
        Some(Reach::Down) => (step.max(half), Decimal::ZERO),
        Some(Reach::Up) => (Decimal::ZERO, step.max(half)),
    };
    Some(Interval { lo: value.checked_sub(down)?, hi: value.checked_add(up)?, lo_closed: true, hi_closed: true })
}

/// Reads 二十三, 一百二十, 三千零五, 两万, 十二; with the place of the last digit named.
fn chinese(run: &[char]) -> Option<(Decimal, i32)> {
    if run.is_empty() {
        return None;
    }
    let digit = |c: char| "零一二三四五六七八九".chars().position(|other| other == c);
    let (mut total, mut part, mut last) = (0i64, 0i64, None::<i64>);
    let mut place = 0;
    for c in run {
        let c = match c {
            '两' => '二',
            '〇' => '零',
            other => *other,
        };
        if let Some(value) = digit(c) {
            if last.is_some_and(|last| last != 0) {
                // 一三五 is no number.
                return None;
            }
            last = Some(i64::try_from(value).ok()?);
            if value != 0 {
                place = 0;
            }
            continue;
        }
        let (_, power) = SCALES.iter().find(|(scale, _)| *scale == c)?;
        let factor = 10i64.checked_pow(u32::try_from(*power).ok()?)?;
        let count = last.take();
        if *power >= 4 {
            let whole = total.checked_add(part)?.checked_add(count.unwrap_or(0))?;
            (total, part) = (whole.max(1).checked_mul(factor)?, 0);
        } else {
            part = part.checked_add(count.filter(|count| *count != 0).unwrap_or(1).checked_mul(factor)?)?;
        }
        place = *power;
    }
    if let Some(rest) = last {
        part = part.checked_add(rest)?;
    }
    Some((Decimal::from(total.checked_add(part)?), place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrative::text::Letters;

    fn read(text: &str) -> String {
        let letters = Letters::of(text);
        match scan(&letters.chars, 0, Grammar::builtin(), None) {
            Some(Scanned::Number(n)) => {
                format!(
                    "{}{} [{}, {}] {}",
                    n.value,
                    n.unit,
                    n.interval.lo.normalize(),
                    n.interval.hi.normalize(),
                    n.len
                )
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn numbers_have_units_and_reach() {
        for (text, read_as) in [
            ("8.57万元", "8.57万元 [85650, 85750] 6"),
            ("266.9元", "266.9元 [266.85, 266.95] 6"),
            ("4,610,000.00元", "4610000.00元 [4609999.995, 4610000.005] 13"),
            ("21人", "21人 [21, 21] 3"),
            ("2万余份", "2万份 [20000, 30000] 4"),
            ("300多人次", "300人次 [300, 400] 6"),
            ("12万人次", "12万人次 [115000, 125000] 5"),
            ("109.2%", "109.2% [109.15, 109.25] 6"),
            ("3—5万元", "3万元 [25000, 50000] 5"),
            ("1.2亿元", "1.2亿元 [115000000, 125000000] 5"),
            ("300人左右", "300人 [200, 400] 6"),
            ("三个", "3个 [3, 3] 2"),
            ("十二名", "12名 [12, 12] 3"),
            ("二十三人", "23人 [23, 23] 4"),
            ("一百二十户", "120户 [120, 120] 5"),
            ("三千零五件", "3005件 [3005, 3005] 5"),
            ("两万件", "20000件 [20000, 20000] 3"),
            ("百余名", "100名 [100, 200] 3"),
            ("百分之九十五", "95% [94.5, 95.5] 6"),
            ("2024年", "Some(Year(2024, 5))"),
            ("12月底", "Some(Skip(2))"),
            ("2024.6.6", "Some(Skip(8))"),
            ("0746-0000000", "Some(Skip(12))"),
            ("万元", "None"),
            ("千方百计", "None"),
            ("一次性", "None"),
            ("三公", "None"),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }
}
