//! Formula text → [`Relation`]. The parser mirrors the grammar:
//!
//! ```text
//! relation := ("if" | "如果") all ("then" | "则") relation | "one of" "(" relation {";" relation} ")" | all
//! all      := simple {("and" | "且") simple}
//! simple   := test "(" operand {"," operand} ")" | sum compare sum {compare sum}
//! sum      := product {("+" | "-") product}
//! product  := factor {("*" | "/") factor}
//! factor   := "-" factor | number ["%"] | "$" parameter | "(" sum ")" | function "(" … ")" | operand
//! operand  := ["上年" "."] (name {"." name} ["." "*"] | "*") ["[" name "]"] ["?"]
//! ```

use rust_decimal::Decimal;

use super::ast::{Expr, FUNCTIONS, Op, Operand, Relation, Span, Test};
use super::lex::{SyntaxError, Token, lex};

/// Deepest nesting of brackets; beyond it a formula is refused rather than the stack risked.
const DEEPEST: usize = 40;
/// Most words and signs of a formula; a long sum nests as deep as it is long.
const LONGEST: usize = 1000;

/// Reads a formula.
///
/// # Errors
/// Says what was expected, what was found, and where.
///
/// # Examples
/// ```
/// let relation = gouji::rules::parse::parse("三公经费 = 公务用车 + 出国经费? + 公务接待").unwrap();
/// assert_eq!(relation.to_string(), "三公经费 = 公务用车 + 出国经费? + 公务接待");
/// ```
pub fn parse(text: &str) -> Result<Relation, SyntaxError> {
    parse_with(text, &toml::Table::new())
}

/// Reads a formula whose `$names` are parameters: whole numbers, or decimals and rates as text (`"0.5"`, `"20%"`).
///
/// # Errors
/// As [`parse`]; also for a parameter that is not there or is no number.
pub fn parse_with(text: &str, params: &toml::Table) -> Result<Relation, SyntaxError> {
    let mut tokens = lex(text)?;
    if let Some((_, span)) = tokens.get(LONGEST) {
        let (expected, found) = (format!("at most {LONGEST} words and signs"), format!("{}", tokens.len()));
        return Err(SyntaxError { span: span.clone(), expected, found });
    }
    for (token, span) in &mut tokens {
        if let Token::Param(name) = token {
            let number = params.get(name.as_str()).and_then(number_of);
            *token = Token::Number(number.ok_or_else(|| SyntaxError {
                span: span.clone(),
                expected: "the name of a number among `params`, a rate or a decimal as text".to_owned(),
                found: format!("${name}"),
            })?);
        }
    }
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let relation = parser.relation()?;
    parser.end()?;
    Ok(relation)
}

/// The number that a parameter is; a float is none, for it is not exact.
#[must_use]
pub fn number_of(value: &toml::Value) -> Option<Decimal> {
    if let Some(whole) = value.as_integer() {
        return Some(Decimal::from(whole));
    }
    let text = value.as_str()?.trim();
    match text.strip_suffix(['%', '％']) {
        Some(rate) => Some((rate.trim().parse::<Decimal>().ok()? / Decimal::ONE_HUNDRED).normalize()),
        None => text.parse().ok(),
    }
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, SyntaxError>;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at.min(self.tokens.len() - 1)].1.clone()
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn wrong<T>(&self, expected: &str) -> Parsed<T> {
        let found = match self.peek() {
            Token::Number(number) => number.to_string(),
            Token::Name(name) => name.clone(),
            Token::Param(name) => format!("${name}"),
            Token::Sign(sign) => (*sign).to_owned(),
            Token::End => "the end of the formula".to_owned(),
        };
        Err(SyntaxError { span: self.span(), expected: expected.to_owned(), found })
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn is_name(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Token::Name(found) if words.contains(&found.as_str()))
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, words: &[&str]) -> bool {
        let found = self.is_name(words);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take(sign) { Ok(()) } else { self.wrong(&format!("`{sign}`")) }
    }

    fn end(&mut self) -> Parsed<()> {
        if *self.peek() == Token::End { Ok(()) } else { self.wrong("the end of the formula") }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong("fewer nested brackets");
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn relation(&mut self) -> Parsed<Relation> {
        if self.take_word(&["if", "如果"]) {
            let when = Box::new(self.all()?);
            self.take(",");
            if !self.take_word(&["then", "则"]) {
                return self.wrong("`then`");
            }
            let then = Box::new(self.deeper(Self::relation)?);
            return Ok(Relation::If { when, then });
        }
        if self.take_word(&["任一"]) {
            return self.one_of();
        }
        if self.is_name(&["one"]) && matches!(self.tokens.get(self.at + 1), Some((Token::Name(of), _)) if of == "of") {
            self.at += 2;
            return self.one_of();
        }
        self.all()
    }

    fn one_of(&mut self) -> Parsed<Relation> {
        self.expect("(")?;
        let mut parts = vec![self.deeper(Self::relation)?];
        while self.take(";") {
            parts.push(self.deeper(Self::relation)?);
        }
        self.expect(")")?;
        Ok(Relation::OneOf(parts))
    }

    fn all(&mut self) -> Parsed<Relation> {
        let mut parts = self.simple()?;
        while self.take_word(&["and", "且"]) {
            parts.extend(self.simple()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Relation::All(parts) })
    }

    fn simple(&mut self) -> Parsed<Vec<Relation>> {
        let called = matches!(self.tokens.get(self.at + 1), Some((Token::Sign("("), _)));
        if let Token::Name(name) = self.peek().clone()
            && called
            && let Some((_, _, test, count)) = Test::ALL.into_iter().find(|(en, zh, ..)| *en == name || *zh == name)
        {
            self.at += 2;
            let mut operands = vec![self.operand()?];
            while operands.len() < count {
                self.expect(",")?;
                operands.push(self.operand()?);
            }
            self.expect(")")?;
            return Ok(vec![Relation::Test { test, operands }]);
        }
        let mut left = self.sum()?;
        let mut parts = Vec::new();
        while let Some(op) = self.op() {
            let right = self.sum()?;
            parts.push(Relation::Compare { left, op, right: right.clone() });
            left = right;
        }
        if parts.is_empty() { self.wrong("a comparison such as `=` or `<=`") } else { Ok(parts) }
    }

    fn op(&mut self) -> Option<Op> {
        let op = match self.peek() {
            Token::Sign("=") => Op::Eq,
            Token::Sign("!=") => Op::Ne,
            Token::Sign("<") => Op::Lt,
            Token::Sign("<=") => Op::Le,
            Token::Sign(">") => Op::Gt,
            Token::Sign(">=") => Op::Ge,
            _ => return None,
        };
        self.at += 1;
        Some(op)
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        loop {
            if self.take("+") {
                left = Expr::Add(Box::new(left), Box::new(self.product()?));
            } else if self.take("-") {
                left = Expr::Sub(Box::new(left), Box::new(self.product()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut left = self.factor()?;
        loop {
            if self.take("*") {
                left = Expr::Mul(Box::new(left), Box::new(self.factor()?));
            } else if self.take("/") {
                left = Expr::Div(Box::new(left), Box::new(self.factor()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn factor(&mut self) -> Parsed<Expr> {
        if self.take("-") {
            return Ok(Expr::Neg(Box::new(self.deeper(Self::factor)?)));
        }
        if self.take("(") {
            let inner = self.deeper(Self::sum)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if let Token::Number(number) = *self.peek() {
            self.at += 1;
            return Ok(Expr::Number(number));
        }
        let called = matches!(self.tokens.get(self.at + 1), Some((Token::Sign("("), _)));
        match self.peek().clone() {
            Token::Name(name) if called => self.call(&name),
            Token::Name(_) | Token::Sign("*") => Ok(Expr::Operand(self.operand()?)),
            _ => self.wrong("a name, a number or `(`"),
        }
    }

    fn call(&mut self, name: &str) -> Parsed<Expr> {
        let Some((name, _)) = FUNCTIONS.into_iter().find(|(en, zh)| *en == name || *zh == name) else {
            return self.wrong("one of the functions sum, count, min, max, abs");
        };
        self.at += 2;
        let expr = match name {
            "sum" => Expr::Sum(self.operand()?),
            "count" => Expr::Count(self.operand()?),
            "abs" => Expr::Abs(Box::new(self.deeper(Self::sum)?)),
            _ => {
                let first = Box::new(self.deeper(Self::sum)?);
                self.expect(",")?;
                let second = Box::new(self.deeper(Self::sum)?);
                if name == "min" { Expr::Min(first, second) } else { Expr::Max(first, second) }
            }
        };
        self.expect(")")?;
        Ok(expr)
    }

    fn operand(&mut self) -> Parsed<Operand> {
        let start = self.span().start;
        let mut operand = Operand {
            prior: false,
            path: Vec::new(),
            parts: false,
            measure: None,
            optional: false,
            span: start..start,
        };
        if self.is_name(&["上年"]) {
            self.at += 1;
            self.expect(".")?;
            operand.prior = true;
        }
        if self.take("*") {
            operand.parts = true;
        } else {
            operand.path.push(self.name()?);
            while self.take(".") {
                if self.take("*") {
                    operand.parts = true;
                    break;
                }
                operand.path.push(self.name()?);
            }
        }
        if self.take("[") {
            operand.measure = Some(self.name()?);
            self.expect("]")?;
        }
        operand.optional = self.take("?");
        operand.span.end = self.tokens[self.at - 1].1.end;
        Ok(operand)
    }

    fn name(&mut self) -> Parsed<String> {
        match self.peek() {
            Token::Name(_) => match self.next() {
                Token::Name(name) => Ok(name),
                _ => self.wrong("a name"),
            },
            _ => self.wrong("a name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_reads_back() {
        for text in [
            "三公经费 = 公务用车购置和维护经费 + 出国经费? + 公务接待",
            "附件3.年度资金总额[全年执行数] = 附件2.部门基本支出[本年决算数] + 附件2.项目支出小计[本年决算数]",
            "上年决算数 = 上年.本年决算数",
            "项目支出小计 = sum(项目支出小计.*)",
            "分值 = sum(*[分值])",
            "if 得分 < 分值 then filled(偏差原因)",
            "one of (甲 = 乙; 甲 = 丙 × 2)",
            "0 <= 得分 <= 分值",
            "执行率得分 = min(执行率, 100%) * 分值",
            "abs(甲 - 乙) <= max(甲 * 20%, 0.5)",
            "水费、电费、差旅费 <= 公用经费",
            "如果 甲 > 0 且 乙 > 0 则 甲 ≤ 乙",
            "甲 - (乙 - 丙) / (丁 * (戊 + 1)) = --(甲 + 乙) * -丙",
            &format!("甲 = 乙{}", " + 丙".repeat(60)),
            &format!("甲 = {}乙", "-".repeat(38)),
        ] {
            let relation = parse(text).unwrap_or_else(|error| panic!("{text}: {error} at {:?}", error.span));
            let printed = relation.to_string();
            assert_eq!(parse(&printed).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn a_wrong_formula_says_where() {
        for (text, start, expected) in [
            ("三公经费 = ", 15, "a name, a number or `(`"),
            ("甲 + 乙", 9, "a comparison such as `=` or `<=`"),
            ("甲 = 乙 丙", 10, "the end of the formula"),
            ("甲 = avg(乙)", 6, "one of the functions sum, count, min, max, abs"),
            ("甲 = \"乙", 6, "a closing `\"`"),
            ("甲 = 乙 # 丙", 10, "a name, a number or a sign"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.span.start, error.expected.as_str()), (start, expected), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("甲 = {}乙{}", "(".repeat(200), ")".repeat(200));
        assert!(parse(&text).is_err());
        let long = format!("甲 = 乙{}", " + 丙".repeat(200_000));
        assert!(parse(&long).unwrap_err().expected.contains("1000"));
    }

    proptest::proptest! {
        /// Whatever parses prints as something that parses to the same.
        #[test]
        fn what_is_printed_reads_the_same(
            pieces in proptest::collection::vec("(甲|乙\\.\\*|上年\\.丙\\[丁\\]|\"其中：戊\"\\?|3|20%|sum\\(甲\\.\\*\\)|min\\(甲, 乙\\)|abs\\(-丙\\)|\\(甲 - 乙\\)|-甲)", 2..12),
            signs in proptest::collection::vec("( \\+ | - | \\* | / | = | <= | != | \\* -\\(| and 甲 > )", 11),
        ) {
            let mut text = pieces[0].clone();
            for (piece, sign) in pieces[1..].iter().zip(&signs) {
                text.push_str(sign);
                text.push_str(piece);
            }
            text.push_str(&")".repeat(text.matches("-(").count()));
            if let Ok(relation) = parse(&text) {
                let printed = relation.to_string();
                let again = parse(&printed);
                proptest::prop_assert!(again.is_ok(), "{} printed as {}: {:?}", text, printed, again);
                proptest::prop_assert_eq!(again.map(|again| again.to_string()), Ok(printed));
            }
        }
    }
}
