//! The words of a formula, with their spans. Full-width signs and the Chinese keywords read like their twins.

use rust_decimal::Decimal;

use super::ast::{Span, in_name};

/// A formula that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct SyntaxError {
    pub span: Span,
    pub expected: String,
    pub found: String,
}

/// One word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Number(Decimal),
    Name(String),
    /// `$most`: a parameter of the rule.
    Param(String),
    Sign(&'static str),
    End,
}

const SIGNS: [(&str, &str); 30] = [
    ("<=", "<="),
    (">=", ">="),
    ("!=", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("<", "<"),
    (">", ">"),
    ("＜", "<"),
    ("＞", ">"),
    ("=", "="),
    ("＝", "="),
    ("+", "+"),
    ("＋", "+"),
    ("-", "-"),
    ("－", "-"),
    ("−", "-"),
    ("*", "*"),
    ("×", "*"),
    ("/", "/"),
    ("÷", "/"),
    ("(", "("),
    ("（", "("),
    (")", ")"),
    ("）", ")"),
    ("[", "["),
    ("]", "]"),
    (".", "."),
    ("?", "?"),
    (",", ","),
];

/// Splits a formula into tokens, the last of them [`Token::End`].
pub fn lex(text: &str) -> Result<Vec<(Token, Span)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c.is_ascii_digit() {
            let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
            let span = at..at + length;
            let mut number = Decimal::from_str_exact(&rest[..length]).map_err(|_| SyntaxError {
                span: span.clone(),
                expected: "a number".into(),
                found: rest[..length].into(),
            })?;
            at += length;
            if let Some(sign) = text[at..].chars().next().filter(|c| matches!(c, '%' | '％')) {
                number = (number / Decimal::ONE_HUNDRED).normalize();
                at += sign.len_utf8();
            }
            tokens.push((Token::Number(number), span));
        } else if c == '"' {
            let length = rest[1..].find('"').ok_or_else(|| SyntaxError {
                span: at..text.len(),
                expected: "a closing `\"`".into(),
                found: "the end of the formula".into(),
            })?;
            tokens.push((Token::Name(rest[1..=length].to_owned()), at..at + length + 2));
            at += length + 2;
        } else if c == '$' {
            let length: usize = rest[1..].chars().take_while(|c| in_name(*c)).map(char::len_utf8).sum();
            tokens.push((Token::Param(rest[1..=length].to_owned()), at..at + 1 + length));
            at += 1 + length;
        } else if in_name(c) {
            let length: usize = rest.chars().take_while(|c| in_name(*c)).map(char::len_utf8).sum();
            tokens.push((Token::Name(rest[..length].to_owned()), at..at + length));
            at += length;
        } else if c == ';' || c == '；' {
            tokens.push((Token::Sign(";"), at..at + c.len_utf8()));
            at += c.len_utf8();
        } else if c == '，' {
            tokens.push((Token::Sign(","), at..at + c.len_utf8()));
            at += c.len_utf8();
        } else if let Some((sign, name)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            tokens.push((Token::Sign(name), at..at + sign.len()));
            at += sign.len();
        } else {
            return Err(SyntaxError {
                span: at..at + c.len_utf8(),
                expected: "a name, a number or a sign".into(),
                found: c.to_string(),
            });
        }
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}
