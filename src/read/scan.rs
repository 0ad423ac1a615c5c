//! A walk through one sheet part: every `<c>` as it stands there, merges, hidden rows and columns.
//!
//! What a cell holds is taken down as written; [`super::value`] says what it means.
//!
//! # Source
//! ECMA-376 part 1, 18.3.1.4 (`c`), 18.3.1.13 (`col`), 18.3.1.40 (`f`), 18.3.1.53 (`is`), 18.3.1.55 (`mergeCell`),
//! 18.3.1.73 (`row`), 18.18.11 (`ST_CellType`).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::guard::fenced;
use super::strings::run_text;
use super::walk::{Piece, Walk, is_set, value_of};
use super::xml::XmlFault;
use crate::markup::tokens::Kind;
use crate::model::cell::{MAX_COLS, MAX_ROWS};
use crate::model::{CellRange, CellRef};

/// Bytes of formulas that are spelled out for the followers of shared formulas.
const SHARED_BUDGET: usize = 32 << 20;

/// What a cell says that its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Type {
    /// No type is written: a number, as far as it reads as one.
    #[default]
    Untyped,
    Number,
    Shared,
    Bool,
    Error,
    Date,
    Text,
    Inline,
    /// A type that nobody defined.
    Unknown,
}

/// One `<c>` as it stands in the part.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct RawCell<'t> {
    /// None where the address is outside a sheet or not an address.
    pub at: Option<CellRef>,
    pub address: Cow<'t, str>,
    pub kind: Type,
    pub style: usize,
    pub has_formula: bool,
    pub formula: Option<String>,
    /// The text of `<v>`; none where there is no `<v>`.
    pub value: Option<Cow<'t, str>>,
    /// The text of `<is>`; none where there is no `<is>`.
    pub inline: Option<String>,
}

impl<'t> RawCell<'t> {
    /// Takes a value; of two that differ neither counts.
    fn add_value(&mut self, text: Cow<'t, str>) {
        match &self.value {
            Some(before) if *before != text => self.doubt(format!("{before} | {text}")),
            _ => self.value = Some(text),
        }
    }

    fn add_inline(&mut self, text: String) {
        match &self.inline {
            Some(before) if *before != text => self.doubt(format!("{before} | {text}")),
            _ => self.inline = Some(text),
        }
    }

    /// A value beside a text that is another, or in the place of a text, is read differently by every program.
    fn settle(&mut self) {
        let value = self.value.as_deref().map(str::trim).filter(|value| !value.is_empty());
        let Some(value) = value else { return };
        match &self.inline {
            Some(text) if text.trim() != value => self.doubt(format!("{value} | {text}")),
            None if self.kind == Type::Inline => self.kind = Type::Unknown,
            _ => {}
        }
    }

    fn doubt(&mut self, both: String) {
        (self.kind, self.value, self.inline) = (Type::Unknown, Some(Cow::Owned(both)), None);
    }
}

/// What a sheet part says beside its cells.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub merges: Vec<CellRange>,
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_cols: BTreeSet<u32>,
    /// References of merged ranges that are no ranges.
    pub bad_merges: Vec<String>,
}

/// A walk through one sheet part.
pub(super) struct Scan<'t> {
    walk: Walk<'t>,
    layout: Layout,
    row: u32,
    col: u32,
    columns_seen: u32,
    /// Hidden columns, zero-based, from and to.
    hidden: Vec<(u32, u32)>,
    /// The number that the row states.
    stated: Option<u32>,
    /// The row states a number that is none: its cells stand where they say themselves, or nowhere.
    placeless: bool,
    in_data: bool,
    shared: HashMap<String, (String, CellRef)>,
    budget: usize,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            walk: Walk::new(text),
            layout: Layout::default(),
            row: 0,
            col: 0,
            columns_seen: 0,
            hidden: Vec::new(),
            stated: None,
            placeless: false,
            in_data: false,
            shared: HashMap::new(),
            budget: SHARED_BUDGET,
        }
    }

    /// Gives the next cell; none at the end of the sheet's data.
    pub(super) fn next_cell(&mut self) -> Result<Option<RawCell<'t>>, XmlFault> {
        while let Some(piece) = self.walk.step()? {
            let name = self.walk.name(piece);
            match (piece.kind, name) {
                (Kind::Open | Kind::Empty, Some("c")) if self.in_data => return self.cell(piece).map(Some),
                (Kind::Open | Kind::Empty, Some("row")) if self.in_data => {
                    self.open_row(piece)?;
                    if piece.kind == Kind::Empty {
                        self.close_row();
                    }
                }
                (Kind::Close, Some("row")) if self.in_data => self.close_row(),
                (Kind::Open | Kind::Empty, Some("sheetData")) => {
                    self.in_data = true;
                    if self.walk.depth() > usize::from(piece.kind == Kind::Open) + 1 {
                        return Err("the sheet's data stand inside another element".to_owned());
                    }
                    if piece.kind == Kind::Empty {
                        return Ok(None);
                    }
                }
                (Kind::Close, Some("sheetData")) => return Ok(None),
                (Kind::Open | Kind::Empty, Some("col")) if !self.in_data => self.column(piece),
                (Kind::Open, Some(_)) if self.in_data => self.walk.skip()?,
                (Kind::Open | Kind::Empty, None) if self.in_data => return Err(foreign(piece)),
                _ => {}
            }
        }
        if self.in_data { Err("the part ends in the sheet's data".into()) } else { Ok(None) }
    }

    /// Says whether the part has sheet data at all.
    pub(super) fn has_data(&self) -> bool {
        self.in_data
    }

    /// Walks to the end of the part and gives its layout.
    pub(super) fn finish(mut self) -> Result<Layout, XmlFault> {
        while let Some(piece) = self.walk.step()? {
            if !piece.opens() {
                continue;
            }
            let name = self.walk.name(piece);
            if name == Some("sheetData") {
                return Err("the sheet's data are given twice".to_owned());
            }
            if name == Some("mergeCell") {
                let reference = piece.attribute("ref").unwrap_or_default();
                match reference.parse() {
                    Ok(range) => self.layout.merges.push(range),
                    Err(_) => self.layout.bad_merges.push(reference.into_owned()),
                }
            }
        }
        let mut spans = self.hidden;
        spans.sort_unstable();
        let mut next = 0;
        for (first, last) in spans {
            self.layout.hidden_cols.extend(first.max(next)..last.max(next));
            next = next.max(last);
        }
        Ok(self.layout)
    }

    fn open_row(&mut self, row: Piece<'t>) -> Result<(), XmlFault> {
        let (mut hidden, mut seen) = (false, false);
        (self.stated, self.placeless) = (None, false);
        for (name, raw) in row.attributes() {
            match name {
                "r" => {
                    if std::mem::replace(&mut seen, true) {
                        return Err("a row has two numbers".to_owned());
                    }
                    self.stated = whole(raw).and_then(|number| number.checked_sub(1));
                    self.row = self.stated.unwrap_or(self.row);
                    self.placeless = self.stated.is_none();
                }
                "hidden" => hidden = is_set(&value_of(raw)),
                _ => self.refuse_redeclared((name, raw))?,
            }
        }
        if hidden && self.row < MAX_ROWS && !self.placeless {
            self.layout.hidden_rows.insert(self.row);
        }
        Ok(())
    }

    fn refuse_redeclared(&self, attribute: (&str, &str)) -> Result<(), XmlFault> {
        if self.walk.redeclares(attribute) {
            return Err("names are given another meaning inside the sheet's data".to_owned());
        }
        Ok(())
    }

    fn close_row(&mut self) {
        self.row = self.row.saturating_add(1);
        self.col = 0;
    }

    fn column(&mut self, column: Piece<'t>) {
        self.columns_seen += 1;
        let hidden = column.attribute("hidden").is_some_and(|raw| is_set(&raw));
        if !hidden || self.columns_seen > MAX_COLS {
            return;
        }
        let number = |name| column.attribute(name).and_then(|n| whole(&n));
        if let (Some(min), Some(max)) = (number("min"), number("max")) {
            self.hidden.push((min.saturating_sub(1), max.min(MAX_COLS)));
        }
    }

    fn cell(&mut self, element: Piece<'t>) -> Result<RawCell<'t>, XmlFault> {
        let mut cell = RawCell::default();
        let (mut seen, mut twice) = ([false; 3], false);
        for (name, raw) in element.attributes() {
            let known = match name {
                "r" => {
                    cell.address = value_of(raw);
                    0
                }
                "s" => {
                    cell.style = style_number(raw);
                    1
                }
                "t" => {
                    cell.kind = read_type(raw);
                    2
                }
                _ => {
                    self.refuse_redeclared((name, raw))?;
                    continue;
                }
            };
            twice |= std::mem::replace(&mut seen[known], true);
        }
        if twice {
            return Err(format!("the cell {} says something twice", brief(&cell.address)));
        }
        cell.at = self.place(&cell.address);
        if element.kind == Kind::Empty {
            return Ok(cell);
        }
        loop {
            let Some(piece) = self.walk.step()? else { return Err("the part ends in a cell".into()) };
            let holds = piece.kind == Kind::Open;
            if piece.opens() {
                piece.attributes().try_for_each(|attribute| self.refuse_redeclared(attribute))?;
            }
            match piece.kind {
                Kind::Open | Kind::Empty => match self.walk.name(piece) {
                    Some("v") => {
                        let text = if holds { self.walk.text()? } else { Cow::Borrowed("") };
                        cell.add_value(text);
                    }
                    Some("f") => self.formula(piece, &mut cell)?,
                    Some("is") => {
                        let text = if holds { run_text(&mut self.walk)? } else { String::new() };
                        cell.add_inline(text);
                    }
                    None => return Err(foreign(piece)),
                    _ if holds => self.walk.skip()?,
                    _ => {}
                },
                Kind::Close => {
                    cell.settle();
                    return Ok(cell);
                }
                Kind::Text | Kind::Other => {}
            }
        }
    }

    fn place(&mut self, address: &str) -> Option<CellRef> {
        let at = if address.is_empty() {
            let at = CellRef::new(self.row, self.col);
            Some(at).filter(|at| at.row < MAX_ROWS && at.col < MAX_COLS && !self.placeless)
        } else {
            // Readers differ on which of the two counts where a cell is not of its row.
            read_address(address).filter(|at| self.stated.is_none_or(|row| row == at.row))
        };
        self.col = at.map_or(self.col, |at: CellRef| at.col).saturating_add(1);
        at
    }

    fn formula(&mut self, element: Piece<'t>, cell: &mut RawCell<'t>) -> Result<(), XmlFault> {
        let shared = element.attribute("t").is_some_and(|t| t == "shared");
        let index = element.attribute("si").filter(|_| shared);
        let text = if element.kind == Kind::Open { self.walk.text()? } else { Cow::Borrowed("") };
        cell.has_formula = true;
        match (index, cell.at) {
            (Some(index), Some(at)) if !text.is_empty() => {
                self.shared.insert(index.into_owned(), (text.clone().into_owned(), at));
            }
            (Some(index), Some(at)) => cell.formula = self.follower(&index, at),
            _ => {}
        }
        if !text.is_empty() {
            cell.formula = Some(text.into_owned());
        }
        Ok(())
    }

    /// Spells out a shared formula for one of its followers.
    fn follower(&mut self, index: &str, at: CellRef) -> Option<String> {
        let (master, from) = self.shared.get(index)?;
        self.budget = self.budget.checked_sub(master.len())?;
        fenced(|| calamine::expand_shared_formula(master, (from.row, from.col), (at.row, at.col))).ok()?.ok()
    }
}

/// Reads the address of a cell, which has no `$`.
fn read_address(address: &str) -> Option<CellRef> {
    Some(address).filter(|a| !a.contains('$')).and_then(|a| a.parse().ok())
}

fn read_type(raw: &str) -> Type {
    match raw {
        "n" => Type::Number,
        "s" => Type::Shared,
        "b" => Type::Bool,
        "e" => Type::Error,
        "d" => Type::Date,
        "str" => Type::Text,
        "inlineStr" | "is" => Type::Inline,
        _ if raw.contains('&') => read_type(&value_of(raw).replace('&', "")),
        _ => Type::Unknown,
    }
}

/// Reads a whole number as XML Schema spells it: blanks around it, references in it.
fn whole(raw: &str) -> Option<u32> {
    raw.parse().ok().or_else(|| value_of(raw).trim_ascii().parse().ok())
}

/// A number too large for any list names no style; what is no number names the first.
fn style_number(raw: &str) -> usize {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let large = || if digits(value_of(raw).trim_ascii()) { usize::MAX } else { 0 };
    whole(raw).map_or_else(large, |number| number as usize)
}

fn brief(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Whether what stands in another vocabulary counts, readers do not agree.
fn foreign(piece: Piece<'_>) -> XmlFault {
    format!("`<{}>` of another vocabulary stands in the sheet's data", brief(piece.qualified()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_tells_cells_and_layout() {
        let text = r#"<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData>
            <row r="2" hidden="1"><c r="A2"><v>NaN</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f></c><c/></row>
            <row r="3"><c r="B3" t="str"><f t="shared" si="0"/><v>1<!-- -->2</v></c><c r="1X"/></row>
            </sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A"/></mergeCells></worksheet>"#;
        let mut scan = Scan::new(text);
        let mut cells = Vec::new();
        while let Some(cell) = scan.next_cell().unwrap() {
            cells.push(cell);
        }
        let addresses: Vec<String> = cells.iter().map(|c| c.at.map_or("?".into(), |at| at.to_string())).collect();
        assert_eq!(addresses, ["A2", "B2", "C2", "B3", "?"]);
        assert_eq!(cells[0].value.as_deref(), Some("NaN"));
        assert_eq!((cells[1].formula.as_deref(), cells[1].value.as_deref()), (Some("A2*2"), None));
        assert_eq!(
            (cells[3].formula.as_deref(), cells[3].value.as_deref(), cells[3].kind),
            (Some("A3*2"), Some("12"), Type::Text)
        );
        let layout = scan.finish().unwrap();
        assert_eq!(layout.merges, ["A1:B2".parse().unwrap()]);
        assert_eq!(layout.bad_merges, ["A"]);
        assert_eq!(
            (layout.hidden_rows.into_iter().collect::<Vec<_>>(), layout.hidden_cols.into_iter().collect::<Vec<_>>()),
            (vec![1], vec![1, 2])
        );
    }

    #[test]
    fn a_sheet_that_breaks_off_is_an_error() {
        let mut scan = Scan::new("<worksheet><sheetData><row><c><v>1</v></c>");
        assert!(scan.next_cell().unwrap().is_some());
        assert!(scan.next_cell().is_err());
    }
}
