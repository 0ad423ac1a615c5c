//! A decimal laid out by the tokens of a section.

use rust_decimal::{Decimal, RoundingStrategy};

use super::parse::{Section, Token};

/// Writes a number plainly: all its digits, no exponent, no trailing zeros.
pub(super) fn plain(value: Decimal) -> String {
    let value = value.normalize();
    if value.is_zero() { "0".into() } else { value.to_string() }
}

/// Writes a number by a section; `unsigned` where the section itself shows the sign.
pub(super) fn render(section: &Section, value: Decimal, unsigned: bool) -> String {
    let negative = value.is_sign_negative() && !value.is_zero();
    let body = if section.has_layout() {
        scaled(section, value.abs()).map_or_else(|| plain(value.abs()), |amount| lay_out(section, amount))
    } else {
        without_layout(section, value.abs())
    };
    let body = body.trim();
    if negative && !unsigned && !section.tokens.is_empty() { format!("-{body}") } else { body.to_owned() }
}

/// Literals around a plain number; a section of literals alone hides the number.
fn without_layout(section: &Section, amount: Decimal) -> String {
    if section.tokens.iter().any(|t| matches!(t, Token::Digit(_) | Token::Date | Token::Elapsed)) {
        return plain(amount);
    }
    let mut text = String::new();
    for token in &section.tokens {
        match token {
            Token::Literal(c) => text.push(*c),
            Token::General => text.push_str(&plain(amount)),
            Token::Percent => text.push('%'),
            _ => {}
        }
    }
    text
}

/// Applies percent signs and thousands commas; none where the result leaves the range of a decimal.
fn scaled(section: &Section, amount: Decimal) -> Option<Decimal> {
    let percents = section.tokens.iter().filter(|t| **t == Token::Percent).count();
    let up = (0..percents).try_fold(amount, |a, _| a.checked_mul(Decimal::ONE_HUNDRED))?;
    (0..section.scaling_commas()).try_fold(up, |a, _| a.checked_div(Decimal::ONE_THOUSAND))
}

fn lay_out(section: &Section, amount: Decimal) -> String {
    let point = section.point();
    let (whole, fraction) = section.tokens.split_at(point);
    let places = fraction.iter().filter(|t| matches!(t, Token::Digit(_))).count();
    let kept = u32::try_from(places).unwrap_or(28).min(28);
    let rounded = amount.round_dp_with_strategy(kept, RoundingStrategy::MidpointAwayFromZero);
    let text = rounded.to_string();
    let (digits, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits = if digits == "0" { "" } else { digits };
    let mut shown = lay_out_whole(whole, digits, section.groups());
    shown.push_str(&lay_out_fraction(fraction, decimals));
    shown
}

/// Fills the places before the point from the right; the first place takes all digits that are left.
fn lay_out_whole(tokens: &[Token], digits: &str, groups: bool) -> String {
    let mut rest: Vec<char> = digits.chars().collect();
    let mut places = tokens.iter().filter(|t| matches!(t, Token::Digit(_))).count();
    let mut reversed: Vec<char> = Vec::new();
    let mut written = 0;
    let mut put = |reversed: &mut Vec<char>, c: char| {
        if groups && written > 0 && written % 3 == 0 {
            reversed.push(',');
        }
        reversed.push(c);
        written += 1;
    };
    for token in tokens.iter().rev() {
        match token {
            Token::Digit(place) => {
                places -= 1;
                match (rest.pop(), place) {
                    (Some(digit), _) => put(&mut reversed, digit),
                    (None, '0') => put(&mut reversed, '0'),
                    (None, '?') => reversed.push(' '),
                    (None, _) => {}
                }
                while places == 0
                    && let Some(digit) = rest.pop()
                {
                    put(&mut reversed, digit);
                }
            }
            Token::Literal(c) => reversed.push(*c),
            Token::Percent => reversed.push('%'),
            _ => {}
        }
    }
    if tokens.iter().all(|t| !matches!(t, Token::Digit(_))) {
        reversed.splice(0..0, rest.into_iter().rev());
    }
    reversed.iter().rev().collect()
}

fn lay_out_fraction(tokens: &[Token], decimals: &str) -> String {
    let significant = decimals.trim_end_matches('0').len();
    let mut digits = decimals.chars().chain(std::iter::repeat('0'));
    let mut written = 0;
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Point => text.push('.'),
            Token::Digit(place) => {
                let digit = digits.next().unwrap_or('0');
                match (written < significant, place) {
                    (true, _) | (false, '0') => text.push(digit),
                    (false, '?') => text.push(' '),
                    (false, _) => {}
                }
                written += 1;
            }
            Token::Literal(c) => text.push(*c),
            Token::Percent => text.push('%'),
            _ => {}
        }
    }
    text
}
