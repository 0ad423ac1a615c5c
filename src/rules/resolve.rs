//! Names → places: every operand of a formula becomes a [`Slot`] of a panel, its quantity known.

use std::ops::Range;

use rust_decimal::Decimal;

use super::ast::{Expr, Op, Operand, Relation, Test};
use crate::forms::Forms;
use crate::forms::declare::{Block, Form, Shape};
use crate::forms::indicators::GROUPS;
use crate::forms::pairs::AMOUNT;
use crate::model::Quantity;

/// What one row of a rule's panel is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// A table × one of a block's measures.
    Measure { form: usize, block: String },
    /// A table × one of a block's rows.
    Line { form: usize, block: String },
    /// One table.
    Form { form: usize },
    /// One submission.
    Submission,
    /// One project of a submission.
    Project,
}

impl Scope {
    /// The form whose tables are the rows.
    #[must_use]
    pub fn form(&self) -> Option<usize> {
        match self {
            Self::Measure { form, .. } | Self::Line { form, .. } | Self::Form { form } => Some(*form),
            Self::Submission | Self::Project => None,
        }
    }
}

/// One column of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub source: Source,
    pub quantity: Quantity,
    /// The operand as written, for people.
    pub printed: String,
}

/// Where a slot's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Constant(Decimal),
    Figures {
        prior: bool,
        form: Option<usize>,
        select: Select,
        measure: Which,
        fold: Fold,
        optional: bool,
        /// What is recomputed on the other side: it stands for all values that round to it, even a score.
        rounded: bool,
    },
    /// How many tables of a form a submission has.
    Tables {
        form: usize,
    },
    /// A test of figures.
    Test {
        test: Test,
        of: Vec<Slot>,
    },
}

/// Which lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    Line {
        block: String,
        line: String,
    },
    /// The row that the panel's row is.
    Row,
    /// The parts of a named line.
    Parts(String),
    /// The parts of the panel's row.
    RowParts,
    /// Every line of a block.
    Block(String),
}

/// Which measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Named(String),
    /// The measure that the panel's row is.
    Scope,
    Any,
}

/// One figure, or several folded into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    One,
    Sum,
    Count,
}

/// A relation over slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    Compare { left: Term, op: Op, right: Term },
    All(Vec<Goal>),
    OneOf(Vec<Goal>),
    If { when: Box<Goal>, then: Box<Goal> },
    Test(usize),
}

/// An expression over slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    Slot(usize),
    Neg(Box<Term>),
    Add(Box<Term>, Box<Term>),
    Sub(Box<Term>, Box<Term>),
    Mul(Box<Term>, Box<Term>),
    Div(Box<Term>, Box<Term>),
    Min(Box<Term>, Box<Term>),
    Max(Box<Term>, Box<Term>),
    Abs(Box<Term>),
}

/// A formula whose every name is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub slots: Vec<Slot>,
    pub goal: Goal,
}

impl Slot {
    /// Whether its value comes from last year's submission.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        match &self.source {
            Source::Figures { prior, .. } => *prior,
            Source::Test { of, .. } => of.iter().any(Self::looks_back),
            Source::Constant(_) | Source::Tables { .. } => false,
        }
    }
}

/// A name that means nothing here, or means too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct NameError {
    pub span: Range<usize>,
    pub problem: String,
}

type Known<T> = Result<T, NameError>;

/// Gives every operand its slot.
///
/// # Errors
/// Names what is not known, with the nearest known name; mixed quantities; a form that is one a project where one
/// table is meant.
pub fn resolve(relation: &Relation, scope: &Scope, forms: &Forms) -> Known<Resolved> {
    let mut resolver = Resolver { scope, forms, slots: Vec::new() };
    let goal = resolver.goal(relation)?;
    Ok(Resolved { slots: resolver.slots, goal })
}

struct Resolver<'a> {
    scope: &'a Scope,
    forms: &'a Forms,
    slots: Vec<Slot>,
}

impl Resolver<'_> {
    fn goal(&mut self, relation: &Relation) -> Known<Goal> {
        let many = |resolver: &mut Self, parts: &[Relation]| {
            parts.iter().map(|part| resolver.goal(part)).collect::<Known<Vec<_>>>()
        };
        Ok(match relation {
            Relation::Compare { left, op, right } => {
                let (mut left_term, left_kind) = self.term(left)?;
                let (right_term, right_kind) = self.term(right)?;
                if *op == Op::Eq && is_computed(&right_term) {
                    left_term = self.rounded(left_term);
                }
                same_quantity(left_kind, right_kind, span_of(left).or_else(|| span_of(right)))?;
                Goal::Compare { left: left_term, op: *op, right: right_term }
            }
            Relation::All(parts) => Goal::All(many(self, parts)?),
            Relation::OneOf(parts) => Goal::OneOf(many(self, parts)?),
            Relation::If { when, then } => {
                Goal::If { when: Box::new(self.goal(when)?), then: Box::new(self.goal(then)?) }
            }
            Relation::Test { test, operands } => {
                let of = operands.iter().map(|operand| self.operand(operand, Fold::One).map(|(slot, _)| slot));
                let of = of.collect::<Known<Vec<_>>>()?;
                let printed = relation.to_string();
                Goal::Test(self.slot(Slot {
                    source: Source::Test { test: *test, of },
                    quantity: Quantity::Plain,
                    printed,
                }))
            }
        })
    }

    fn term(&mut self, expr: &Expr) -> Known<(Term, Option<Quantity>)> {
        let two = |resolver: &mut Self, a: &Expr, b: &Expr| Ok((resolver.term(a)?, resolver.term(b)?));
        let span = span_of(expr);
        Ok(match expr {
            Expr::Number(number) => {
                let source = Source::Constant(*number);
                let slot = self.slot(Slot { source, quantity: Quantity::Plain, printed: number.to_string() });
                (Term::Slot(slot), None)
            }
            Expr::Operand(operand) => self.figure(operand, Fold::One)?,
            Expr::Sum(operand) => self.figure(operand, Fold::Sum)?,
            Expr::Count(operand) => (self.figure(operand, Fold::Count)?.0, None),
            Expr::Neg(inner) => {
                let (term, kind) = self.term(inner)?;
                (Term::Neg(Box::new(term)), kind)
            }
            Expr::Abs(inner) => {
                let (term, kind) = self.term(inner)?;
                (Term::Abs(Box::new(term)), kind)
            }
            Expr::Add(a, b) | Expr::Sub(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
                let ((a, a_kind), (b, b_kind)) = two(self, a, b)?;
                let kind = same_quantity(a_kind, b_kind, span)?;
                let (a, b) = (Box::new(a), Box::new(b));
                let term = match expr {
                    Expr::Add(..) => Term::Add(a, b),
                    Expr::Sub(..) => Term::Sub(a, b),
                    Expr::Min(..) => Term::Min(a, b),
                    _ => Term::Max(a, b),
                };
                (term, kind)
            }
            Expr::Mul(a, b) => {
                let ((a, a_kind), (b, b_kind)) = two(self, a, b)?;
                (Term::Mul(Box::new(a), Box::new(b)), product_quantity(a_kind, b_kind))
            }
            Expr::Div(a, b) => {
                let ((a, a_kind), (b, b_kind)) = two(self, a, b)?;
                let kind = if a_kind == b_kind { Some(Quantity::Ratio) } else { None };
                (Term::Div(Box::new(a), Box::new(b)), kind)
            }
        })
    }

    fn figure(&mut self, operand: &Operand, fold: Fold) -> Known<(Term, Option<Quantity>)> {
        let (slot, kind) = self.operand(operand, fold)?;
        Ok((Term::Slot(self.slot(slot)), kind))
    }

    /// A figure on the left of a recomputation.
    fn rounded(&mut self, term: Term) -> Term {
        let Term::Slot(at) = term else { return term };
        let mut slot = self.slots[at].clone();
        if let Source::Figures { rounded, .. } = &mut slot.source {
            *rounded = true;
        }
        Term::Slot(self.slot(slot))
    }

    fn slot(&mut self, slot: Slot) -> usize {
        if let Some(at) = self.slots.iter().position(|old| *old == slot) {
            return at;
        }
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn operand(&self, operand: &Operand, fold: Fold) -> Known<(Slot, Option<Quantity>)> {
        let (form, rest) = self.split_form(operand)?;
        let Some(index) = form.or(self.scope.form()) else {
            return wrong(operand, "name the form first, as in `附件2.部门基本支出[本年决算数]`".to_owned());
        };
        if rest.is_empty() && !operand.parts && fold == Fold::Count {
            let slot = Slot {
                source: Source::Tables { form: index },
                quantity: Quantity::Plain,
                printed: operand.to_string(),
            };
            return Ok((slot, None));
        }
        let named = self.place(operand, rest, index, fold)?;
        let foreign = form.is_some_and(|form| Some(form) != self.scope.form());
        let one_table = self.forms.all[index].single || *self.scope == Scope::Project || fold != Fold::One;
        if foreign && !one_table {
            let title = &self.forms.all[index].title.zh;
            return wrong(operand, format!("{title} is one a project: use sum(…), or for = \"each project\""));
        }
        let (select, measure, quantity) = named;
        let source = Source::Figures {
            prior: operand.prior,
            form: foreign.then_some(index),
            select,
            measure,
            fold,
            optional: operand.optional,
            rounded: false,
        };
        let kind = if fold == Fold::Count { None } else { quantity };
        let slot = Slot { source, quantity: kind.unwrap_or(Quantity::Plain), printed: operand.to_string() };
        Ok((slot, kind))
    }

    fn split_form<'o>(&self, operand: &'o Operand) -> Known<(Option<usize>, &'o [String])> {
        let Some(first) = operand.path.first() else { return Ok((None, &[])) };
        let form = self.forms.all.iter().position(|form| [&form.kind, &form.annex, &form.title.zh].contains(&first));
        match form {
            Some(form) => Ok((Some(form), &operand.path[1..])),
            None if operand.path.len() > 1 => {
                let known = self.forms.all.iter().flat_map(|form| [form.annex.as_str(), form.title.zh.as_str()]);
                wrong(operand, unknown("form", first, known))
            }
            None => Ok((None, &operand.path[..])),
        }
    }

    fn place(
        &self,
        operand: &Operand,
        rest: &[String],
        index: usize,
        fold: Fold,
    ) -> Known<(Select, Which, Option<Quantity>)> {
        let form = &self.forms.all[index];
        let Some(name) = rest.first() else {
            let Scope::Line { .. } = self.scope else {
                return wrong(operand, "`*` stands for the parts of a row: use it with for = \"each line\"".into());
            };
            let measure = self.measure_named(operand, form, None)?;
            return Ok((Select::RowParts, measure.0, measure.1));
        };
        if operand.parts {
            if let Some(block) = form.blocks.iter().find(|block| block.title.zh == *name || block.name == *name) {
                let measure = self.measure_named(operand, form, Some(block))?;
                return Ok((Select::Block(block.name.clone()), measure.0, measure.1));
            }
            let Some(block) = block_of_line(form, name) else {
                return wrong(operand, unknown("line", name, line_names(form)));
            };
            let (measure, kind) = if fold == Fold::Count && operand.measure.is_none() {
                (Which::Any, None)
            } else {
                self.measure_named(operand, form, Some(block))?
            };
            return Ok((Select::Parts(name.clone()), measure, kind));
        }
        if let Scope::Line { block, .. } = self.scope
            && operand.measure.is_none()
            && rest.len() == 1
            && let Some(measure) = row_measure(form, block, name)
        {
            return Ok((Select::Row, Which::Named(name.clone()), Some(measure)));
        }
        let Some(block) = block_of_line(form, name) else {
            let measures = match self.scope {
                Scope::Line { block, .. } => measure_names(form, block),
                _ => Vec::new(),
            };
            return wrong(operand, unknown("line", name, line_names(form).chain(measures)));
        };
        let (measure, kind) = self.measure_of_line(operand, block, name)?;
        let block_name = if block.shape == Shape::Indicators { "total" } else { &block.name };
        Ok((Select::Line { block: block_name.to_owned(), line: name.clone() }, measure, kind))
    }

    fn measure_of_line(&self, operand: &Operand, block: &Block, line: &str) -> Known<(Which, Option<Quantity>)> {
        match block.shape {
            Shape::Pairs => {
                let pair = block.pairs.iter().find(|pair| pair.name == line);
                let (measure, kind) = pair.and_then(|pair| pair.value.figure()).unwrap_or((AMOUNT, Quantity::Money));
                Ok((Which::Named(measure.into()), Some(kind)))
            }
            Shape::Text => {
                let capture = block.captures.iter().find(|capture| capture.line == line);
                Ok(capture.map_or((Which::Any, None), |capture| {
                    (Which::Named(capture.measure.clone()), Some(capture.quantity))
                }))
            }
            _ if operand.measure.is_none() && matches!(self.scope, Scope::Measure { .. }) => {
                Ok((Which::Scope, block.measures.first().map(|measure| measure.quantity)))
            }
            _ => {
                let Some(name) = &operand.measure else {
                    return wrong(operand, format!("say which measure: `{line}[{}]`", block.measures[0].name));
                };
                match block.measure(name) {
                    Some(measure) => Ok((Which::Named(name.clone()), Some(measure.quantity))),
                    None => wrong(operand, unknown("measure", name, block.measures.iter().map(|m| m.name.as_str()))),
                }
            }
        }
    }

    fn measure_named(&self, operand: &Operand, form: &Form, block: Option<&Block>) -> Known<(Which, Option<Quantity>)> {
        let Some(name) = &operand.measure else {
            if block.is_some_and(|block| block.shape == Shape::Pairs) {
                return Ok((Which::Named(AMOUNT.into()), Some(Quantity::Money)));
            }
            if let Some(capture) = block.filter(|b| b.shape == Shape::Text).and_then(|block| block.captures.first()) {
                return Ok((Which::Any, Some(capture.quantity)));
            }
            return match self.scope {
                Scope::Measure { .. } => {
                    Ok((Which::Scope, block.and_then(|block| block.measures.first()).map(|measure| measure.quantity)))
                }
                _ => wrong(operand, "say which measure, in square brackets".to_owned()),
            };
        };
        let measure = block.into_iter().chain(&form.blocks).find_map(|block| block.measure(name));
        if let Some(measure) = measure {
            Ok((Which::Named(name.clone()), Some(measure.quantity)))
        } else {
            let known = form.blocks.iter().flat_map(|block| block.measures.iter().map(|measure| measure.name.as_str()));
            wrong(operand, unknown("measure", name, known))
        }
    }
}

fn wrong<T>(operand: &Operand, problem: String) -> Known<T> {
    Err(NameError { span: operand.span.clone(), problem })
}

fn is_computed(term: &Term) -> bool {
    match term {
        Term::Slot(_) => false,
        Term::Neg(inner) | Term::Abs(inner) => is_computed(inner),
        Term::Mul(..) | Term::Div(..) => true,
        Term::Add(a, b) | Term::Sub(a, b) | Term::Min(a, b) | Term::Max(a, b) => is_computed(a) || is_computed(b),
    }
}

/// The quantity of a row's measure; the block of weights inside 一级 labels has one measure.
fn row_measure(form: &Form, block: &str, name: &str) -> Option<Quantity> {
    if block == GROUPS {
        return (name == "分值").then_some(Quantity::Points);
    }
    form.block(block)?.measure(name).map(|measure| measure.quantity)
}

fn measure_names<'f>(form: &'f Form, block: &str) -> Vec<&'f str> {
    let found = form.block(block);
    found.map(|block| block.measures.iter().map(|measure| measure.name.as_str()).collect()).unwrap_or_default()
}

fn block_of_line<'f>(form: &'f Form, name: &str) -> Option<&'f Block> {
    form.blocks.iter().find(|block| lines_of(block).any(|line| line == name))
}

fn lines_of(block: &Block) -> impl Iterator<Item = &str> {
    let own = Some(block.line.as_str()).filter(|line| !line.is_empty());
    let parents = block.pairs.iter().filter_map(|pair| pair.parent.as_deref());
    block
        .lines
        .iter()
        .map(|line| line.name.as_str())
        .chain(block.pairs.iter().map(|pair| pair.name.as_str()))
        .chain(block.captures.iter().map(|capture| capture.line.as_str()))
        .chain(own)
        .chain(parents)
}

fn line_names(form: &Form) -> impl Iterator<Item = &str> {
    form.blocks.iter().flat_map(lines_of)
}

/// Says that a name is not known, and which known one is nearest.
pub fn unknown<'n>(what: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    match nearest(name, known) {
        Some(candidate) => format!("no {what} is called `{name}`; did you mean `{candidate}`?"),
        None => format!("no {what} is called `{name}`"),
    }
}

/// The known name that a typed one was probably meant to be.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance * 2 <= candidate.chars().count().max(2))
        .map(|(_, candidate)| candidate)
}

fn span_of(expr: &Expr) -> Option<Range<usize>> {
    match expr {
        Expr::Number(_) => None,
        Expr::Operand(operand) | Expr::Sum(operand) | Expr::Count(operand) => Some(operand.span.clone()),
        Expr::Neg(inner) | Expr::Abs(inner) => span_of(inner),
        Expr::Add(a, b) | Expr::Sub(a, b) | Expr::Mul(a, b) | Expr::Div(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
            span_of(a).or_else(|| span_of(b))
        }
    }
}

/// Money, points, rates and heads do not mix; a bare number goes with anything.
fn same_quantity(a: Option<Quantity>, b: Option<Quantity>, span: Option<Range<usize>>) -> Known<Option<Quantity>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b && a != Quantity::Plain && b != Quantity::Plain => Err(NameError {
            span: span.unwrap_or_default(),
            problem: format!("{a:?} and {b:?} do not mix in a sum or a comparison").to_lowercase(),
        }),
        (Some(a), _) => Ok(Some(a)),
        (None, b) => Ok(b),
    }
}

fn product_quantity(a: Option<Quantity>, b: Option<Quantity>) -> Option<Quantity> {
    match (a, b) {
        (Some(Quantity::Ratio) | None, other) | (other, Some(Quantity::Ratio) | None) => other,
        _ => None,
    }
}
