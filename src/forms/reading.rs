//! What one table or page was read as.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::declare::{Role, ValueKind};
use super::recognise::Piece;
use super::value::{State, Value};
use crate::model::unit::shift;
use crate::model::{CellRef, Quantity, Words};

/// One figure, or the blank-like state that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub cell: CellRef,
    pub block: Arc<str>,
    /// The canonical line; of an open row, the label as printed, without numbering.
    pub line: Arc<str>,
    /// The line of which this one is a part.
    pub parent: Option<Arc<str>>,
    pub measure: Arc<str>,
    pub quantity: Quantity,
    /// As shown.
    pub text: String,
    pub value: Value,
    /// Given, not rounded: weights, points of a row, heads.
    pub exact: bool,
    /// A blank here is a finding; `*` in the form makes it one of the row.
    pub required: Required,
    /// The row of the sheet; figures of one open row share it.
    pub row: u32,
    /// The formula of which the value is the stored result.
    pub formula: Option<Arc<str>>,
}

impl Figure {
    /// The power of ten that carries the amount to the unit in which figures of its kind are compared: 万元 for money,
    /// one for a ratio, the bare noun for everything else.
    #[must_use]
    pub fn panel_power(&self) -> i32 {
        let unit = &self.value.unit;
        if unit.noun.is_empty() && self.quantity == Quantity::Money { 0 } else { unit.panel_power() }
    }

    /// The amount in that unit.
    #[must_use]
    pub fn in_panel_unit(&self) -> Option<Decimal> {
        shift(self.value.amount?, self.panel_power())
    }
}

/// How a form asks for a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    No,
    Cell,
    /// All figures of the row or block together.
    Row,
}

/// A word or a date that stands beside a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: Arc<str>,
    /// Trimmed; empty where nothing is filled in.
    pub value: String,
    pub cell: CellRef,
    pub kind: ValueKind,
    pub role: Option<Role>,
    pub required: bool,
}

/// A text long enough to be a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub cell: CellRef,
    pub text: String,
}

/// A cell with a digit that no figure, label, date or identifier accounts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub cell: CellRef,
    pub text: String,
    pub why: Words,
    /// It is a sentence; else a cell of a table that was not understood.
    pub sentence: bool,
}

/// What a cell turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    Label,
    Figure,
    Date,
    Identifier,
    /// A sentence; figures in it may be left.
    Words,
}

/// One recognised table or page.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Index into the forms.
    pub form: usize,
    pub piece: Piece,
    pub score: i32,
    pub year: Option<i32>,
    /// This year, as the columns' headers print it.
    pub column_year: Option<i32>,
    pub figures: Vec<Figure>,
    pub fields: Vec<Field>,
    pub passages: Vec<Passage>,
    pub unread: Vec<Unread>,
    /// What headings say, top down.
    pub titles: Vec<(CellRef, String)>,
}

impl Reading {
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| &*field.name == name)
    }

    /// Whether the form was published without anything filled in but weights.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let printed = |figure: &&Figure| &*figure.measure == "分值" || &*figure.block == super::indicators::GROUPS;
        let mut asked = self.figures.iter().filter(|figure| !printed(figure)).peekable();
        asked.peek().is_some()
            && self.role(Role::Project).is_none()
            && asked
                .all(|figure| matches!(figure.value.state, State::Blank | State::Filler | State::Slash | State::Dash))
    }

    #[must_use]
    pub fn role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role) && !field.value.is_empty())
    }
}

/// Keeps what every cell of a piece was claimed as.
#[derive(Debug, Default)]
pub struct Claims(pub BTreeMap<CellRef, Claim>);

impl Claims {
    pub fn claim(&mut self, cell: CellRef, claim: Claim) {
        self.0.entry(cell).or_insert(claim);
    }

    #[must_use]
    pub fn has(&self, cell: CellRef) -> bool {
        self.0.contains_key(&cell)
    }
}
