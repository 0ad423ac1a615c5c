//! A format code as sections of tokens.

use rust_decimal::Decimal;

use super::Shows;

/// One piece of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Literal(char),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    /// A comma between or after digits.
    Comma,
    Percent,
    /// `E+` or `E-`.
    Exponent,
    /// `/` between digits.
    Slash,
    General,
    /// `@`.
    Text,
    /// A letter of a date or a time.
    Date,
    /// `[h]` and its kin.
    Elapsed,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

/// `[>=100]` in front of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Condition {
    comparison: Comparison,
    limit: Decimal,
}

impl Condition {
    pub(super) fn holds(self, value: Decimal) -> bool {
        match self.comparison {
            Comparison::Less => value < self.limit,
            Comparison::AtMost => value <= self.limit,
            Comparison::More => value > self.limit,
            Comparison::AtLeast => value >= self.limit,
            Comparison::Equal => value == self.limit,
            Comparison::Unequal => value != self.limit,
        }
    }

    /// Where only negative numbers come, the section writes the sign itself.
    pub(super) fn only_negative(self) -> bool {
        match self.comparison {
            Comparison::Less => self.limit <= Decimal::ZERO,
            Comparison::AtMost | Comparison::Equal => self.limit < Decimal::ZERO,
            _ => false,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (comparison, rest) = [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<>", Comparison::Unequal),
            ("<", Comparison::Less),
            (">", Comparison::More),
            ("=", Comparison::Equal),
        ]
        .iter()
        .find_map(|(sign, comparison)| text.strip_prefix(sign).map(|rest| (*comparison, rest)))?;
        Some(Self { comparison, limit: rest.trim().parse().ok()? })
    }
}

/// One section of a format code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    pub condition: Option<Condition>,
    pub tokens: Vec<Token>,
}

impl Section {
    pub(super) fn shows(&self) -> Shows {
        if self.tokens.contains(&Token::Elapsed) {
            Shows::Elapsed
        } else if self.tokens.contains(&Token::Date) {
            Shows::Date
        } else {
            Shows::Number
        }
    }

    /// A number that is neither general nor an exponent nor a fraction, with digits to fill.
    pub(super) fn has_layout(&self) -> bool {
        self.tokens.iter().any(|t| matches!(t, Token::Digit(_)))
            && !self
                .tokens
                .iter()
                .any(|t| matches!(t, Token::General | Token::Exponent | Token::Slash | Token::Date | Token::Elapsed))
    }

    /// Where the decimals begin: the index of the point, or the end.
    pub(super) fn point(&self) -> usize {
        self.tokens.iter().position(|t| *t == Token::Point).unwrap_or(self.tokens.len())
    }

    /// Commas behind the last digit, of the whole or of the decimals: each divides by a thousand.
    pub(super) fn scaling_commas(&self) -> usize {
        let (whole, fraction) = self.tokens.split_at(self.point());
        let behind = |tokens: &[Token]| {
            tokens.iter().rev().take_while(|t| !matches!(t, Token::Digit(_))).filter(|t| **t == Token::Comma).count()
        };
        behind(whole) + behind(fraction)
    }

    /// Says whether a comma between digits groups thousands.
    pub(super) fn groups(&self) -> bool {
        let whole = &self.tokens[..self.point()];
        let last_digit = whole.iter().rposition(|t| matches!(t, Token::Digit(_))).unwrap_or(0);
        whole[..last_digit].contains(&Token::Comma)
    }

    pub(super) fn fixed_decimals(&self) -> Option<u32> {
        if !self.has_layout() || self.scaling_commas() > 0 {
            return None;
        }
        let mut count = 0;
        for token in &self.tokens[self.point()..] {
            match token {
                Token::Digit('0') => count += 1,
                Token::Digit(_) => return None,
                _ => {}
            }
        }
        Some(count)
    }
}

/// Splits a code into its sections.
pub(super) fn sections(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let chars: Vec<char> = code.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == ';' {
            sections.push(Section::default());
            at += 1;
        } else if let Some(section) = sections.last_mut() {
            at += take(section, &chars[at..]).max(1);
        }
    }
    sections
}

/// Takes one piece off the front and says how many characters it had.
fn take(section: &mut Section, rest: &[char]) -> usize {
    if let Some(length) = keyword(section, rest) {
        return length;
    }
    let token = match rest[0] {
        '"' => return quoted(section, rest),
        '[' => return bracket(section, rest),
        '\\' | '!' => {
            section.tokens.extend(rest.get(1).copied().map(Token::Literal));
            return 2;
        }
        // Padding as wide as a character, or filling the cell with it: nothing to read.
        '_' | '*' => return 2,
        '0' | '#' | '?' => Token::Digit(rest[0]),
        '.' => Token::Point,
        ',' if section.tokens.iter().any(|t| matches!(t, Token::Digit(_))) => Token::Comma,
        '%' => Token::Percent,
        '@' => Token::Text,
        '/' if section.tokens.iter().any(|t| matches!(t, Token::Digit(_))) => Token::Slash,
        'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'g' => Token::Date,
        c => Token::Literal(c),
    };
    section.tokens.push(token);
    1
}

fn keyword(section: &mut Section, rest: &[char]) -> Option<usize> {
    const WORDS: [(&str, Token); 9] = [
        ("general", Token::General),
        ("g/通用格式", Token::General),
        ("am/pm", Token::Date),
        ("a/p", Token::Date),
        ("上午/下午", Token::Date),
        ("aaaa", Token::Date),
        ("aaa", Token::Date),
        ("e+", Token::Exponent),
        ("e-", Token::Exponent),
    ];
    let (word, token) = WORDS.iter().find(|(word, _)| starts_with(rest, word))?;
    section.tokens.push(token.clone());
    Some(word.chars().count())
}

fn starts_with(rest: &[char], word: &str) -> bool {
    let mut front = rest.iter().flat_map(|c| c.to_lowercase());
    word.chars().all(|c| front.next() == Some(c))
}

fn quoted(section: &mut Section, rest: &[char]) -> usize {
    let inner = rest[1..].iter().take_while(|c| **c != '"').copied();
    let before = section.tokens.len();
    section.tokens.extend(inner.map(Token::Literal));
    section.tokens.len() - before + 2
}

/// `[Red]` and `[$-804]` show nothing, `[$¥-804]` a currency, `[h]` elapsed time, `[>=100]` is a condition.
fn bracket(section: &mut Section, rest: &[char]) -> usize {
    let inner: String = rest[1..].iter().take_while(|c| **c != ']').collect();
    if let Some(currency) = inner.strip_prefix('$') {
        section.tokens.extend(currency.split('-').next().unwrap_or("").chars().map(Token::Literal));
    } else if !inner.is_empty() && inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
        section.tokens.push(Token::Elapsed);
    } else if let Some(condition) = Condition::parse(&inner) {
        section.condition = Some(condition);
    }
    inner.chars().count() + 2
}
