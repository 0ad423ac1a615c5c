//! A formula as typed: relations between expressions over operands, every operand with its span.

use std::fmt;
use std::ops::Range;

use rust_decimal::Decimal;

/// Bytes of the formula's text.
pub type Span = Range<usize>;

/// Functions, each with its Chinese twin.
pub const FUNCTIONS: [(&str, &str); 5] =
    [("sum", "合计"), ("count", "个数"), ("min", "较小"), ("max", "较大"), ("abs", "绝对值")];
/// Words that cannot be a name without quotation marks.
pub const KEYWORDS: [&str; 10] = ["if", "then", "and", "one", "of", "如果", "则", "且", "任一", "上年"];

/// Letters that a name may hold; it may not begin with a digit.
#[must_use]
pub fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '、' | '“' | '”')
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    Compare {
        left: Expr,
        op: Op,
        right: Expr,
    },
    /// Every part must hold: `0 <= 得分 <= 分值`.
    All(Vec<Relation>),
    /// The nearest of several counts: `one of (…; …)`.
    OneOf(Vec<Relation>),
    /// Concerns a place only where the condition holds.
    If {
        when: Box<Relation>,
        then: Box<Relation>,
    },
    /// A test of what a cell holds: `filled(偏差原因)`.
    Test {
        test: Test,
        operands: Vec<Operand>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Tests of cells, decided before any arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Holds words or a number.
    Filled,
    /// Holds nothing, a dash, a slash or 无.
    Blank,
    /// The second meets the first, whose direction is printed (≥, ≤) or plain by equality.
    Reached,
    /// The second misses the first, whose direction is printed.
    Missed,
    /// The second is below the first, which prints no direction.
    Below,
    /// The form does not print it.
    Absent,
    /// Some sentence of the submission gives a reason for this line and measure.
    Explained,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    Number(Decimal),
    Operand(Operand),
    Sum(Operand),
    Count(Operand),
    Neg(Box<Expr>),
    Add(Box<Expr>, Box<Expr>),
    Sub(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Div(Box<Expr>, Box<Expr>),
    Min(Box<Expr>, Box<Expr>),
    Max(Box<Expr>, Box<Expr>),
    Abs(Box<Expr>),
}

/// A figure by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// `上年.`: last year's submission.
    pub prior: bool,
    /// Names before the measure, outermost first: form, line.
    pub path: Vec<String>,
    /// `.*`: the parts of what the path names.
    pub parts: bool,
    pub measure: Option<String>,
    /// `?`: counts as nothing where the form does not print it.
    pub optional: bool,
    pub span: Span,
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        })
    }
}

impl Test {
    /// Each with its Chinese twin and how many operands it takes.
    pub const ALL: [(&'static str, &'static str, Self, usize); 7] = [
        ("filled", "已填", Self::Filled, 1),
        ("blank", "空白", Self::Blank, 1),
        ("reached", "达标", Self::Reached, 2),
        ("missed", "未达标", Self::Missed, 2),
        ("below", "低于", Self::Below, 2),
        ("absent", "未列", Self::Absent, 1),
        ("explained", "已说明", Self::Explained, 1),
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, _, test, _)| *test == self).map_or("", |(name, ..)| name)
    }
}

/// Writes a name as the formula language reads it back.
fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let plain = name.chars().enumerate().all(|(at, c)| in_name(c) && (at > 0 || !c.is_ascii_digit()));
    if plain && !KEYWORDS.contains(&name) { f.write_str(name) } else { write!(f, "\"{name}\"") }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prior {
            f.write_str("上年.")?;
        }
        for (at, name) in self.path.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            write_name(f, name)?;
        }
        if self.parts {
            f.write_str(if self.path.is_empty() { "*" } else { ".*" })?;
        }
        if let Some(measure) = &self.measure {
            f.write_str("[")?;
            write_name(f, measure)?;
            f.write_str("]")?;
        }
        if self.optional { f.write_str("?") } else { Ok(()) }
    }
}

/// How tightly an expression holds together, as the grammar has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Sum,
    Product,
    Factor,
}

impl Expr {
    fn tie(&self) -> Tie {
        match self {
            Self::Add(..) | Self::Sub(..) => Tie::Sum,
            Self::Mul(..) | Self::Div(..) => Tie::Product,
            _ => Tie::Factor,
        }
    }

    /// Writes it where the grammar asks for something that holds together at least so, in brackets only where needed.
    fn write(&self, f: &mut fmt::Formatter<'_>, least: Tie) -> fmt::Result {
        if self.tie() < least { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let two = |f: &mut fmt::Formatter<'_>, a: &Self, sign: &str, b: &Self, right: Tie| {
            a.write(f, self.tie())?;
            f.write_str(sign)?;
            b.write(f, right)
        };
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Operand(operand) => write!(f, "{operand}"),
            Self::Sum(operand) => write!(f, "sum({operand})"),
            Self::Count(operand) => write!(f, "count({operand})"),
            Self::Neg(inner) => {
                f.write_str("-")?;
                inner.write(f, Tie::Factor)
            }
            Self::Add(a, b) => two(f, a, " + ", b, Tie::Product),
            Self::Sub(a, b) => two(f, a, " - ", b, Tie::Product),
            Self::Mul(a, b) => two(f, a, " * ", b, Tie::Factor),
            Self::Div(a, b) => two(f, a, " / ", b, Tie::Factor),
            Self::Min(a, b) => write!(f, "min({a}, {b})"),
            Self::Max(a, b) => write!(f, "max({a}, {b})"),
            Self::Abs(inner) => write!(f, "abs({inner})"),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { left, op, right } => write!(f, "{left} {op} {right}"),
            // A chain is written as one: `0 <= 得分 <= 分值`.
            Self::All(parts) => parts.iter().enumerate().try_for_each(|(at, part)| {
                match (at.checked_sub(1).map(|before| &parts[before]), part) {
                    (None, part) => write!(f, "{part}"),
                    (Some(Self::Compare { right: before, .. }), Self::Compare { left, op, right })
                        if before == left =>
                    {
                        write!(f, " {op} {right}")
                    }
                    (Some(_), part) => write!(f, " and {part}"),
                }
            }),
            Self::OneOf(parts) => {
                f.write_str("one of (")?;
                for (at, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if at > 0 { "; " } else { "" })?;
                }
                f.write_str(")")
            }
            Self::If { when, then } => write!(f, "if {when} then {then}"),
            Self::Test { test, operands } => {
                write!(f, "{}(", test.name())?;
                for (at, operand) in operands.iter().enumerate() {
                    write!(f, "{}{operand}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}
