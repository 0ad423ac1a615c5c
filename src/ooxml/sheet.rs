//! Looks through one worksheet for given cells: where each stands or would have to stand.
//!
//! The sheet is streamed; what is kept grows with the cells asked for, not with the sheet.
//!
//! # Source
//! ECMA-376 part 1, 18.3.1 (worksheets): `row` (18.3.1.73), `c` (18.3.1.4), `cols` (18.3.1.17), `mergeCell` (18.3.1.55).

use std::collections::{BTreeMap, BTreeSet};

use super::namespaces::Dialect;
use super::scanner::{Kind, Node, Scanner};
use super::styles::MOST_STYLES;
use super::{PackageError, xml};
use crate::model::{CellRange, CellRef};

/// Rows below a cell whose heights are kept, to size a note.
const ROWS_BELOW: u32 = 60;
/// What stands at or before the place of `legacyDrawing`, in the schema's order (18.3.1.99).
const BEFORE_LEGACY: [&str; 30] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
];

/// The bytes of an element that may get children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The qualified name.
    pub name: String,
    /// Offset after the first tag.
    pub open_end: u64,
    /// Offset of the closing tag; of an empty element, `open_end`.
    pub close: u64,
    pub empty: bool,
}

/// A cell that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCell {
    pub style: usize,
    /// Offset and text of the value of `s`.
    pub style_value: Option<(u64, String)>,
    /// Offset in the tag where an attribute can be put.
    pub attribute_at: u64,
}

/// A row that holds, or shall hold, cells asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    pub span: Span,
    /// The style of the row's cells that are not there.
    pub style: Option<usize>,
    /// For each missing cell, the offset of the first cell to its right.
    pub before: BTreeMap<u32, u64>,
}

/// A run of columns with one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Zero-based, both ends included.
    pub first: u32,
    pub last: u32,
    pub style: usize,
    /// In hundredths of a character.
    pub width: Option<u32>,
    pub hidden: bool,
}

/// What was found in one sheet.
#[derive(Debug, Default)]
pub struct SheetMap {
    pub dialect: Dialect,
    /// The root's prefix with its colon.
    pub prefix: String,
    pub columns: Vec<Columns>,
    /// Hundredths of a character.
    pub default_width: Option<u32>,
    /// Hundredths of a point.
    pub default_height: Option<u32>,
    /// Heights of rows near the cells asked for, in hundredths of a point; hidden rows have none.
    pub heights: BTreeMap<u32, u32>,
    pub sheet_data: Option<Span>,
    pub rows: BTreeMap<u32, FoundRow>,
    /// For each missing row, the offset of the first row below it.
    pub rows_before: BTreeMap<u32, u64>,
    /// A cell given twice stands here twice.
    pub cells: BTreeMap<CellRef, Vec<FoundCell>>,
    /// Merged ranges that hold a cell asked for.
    pub merges: Vec<CellRange>,
    /// Cells asked for that a conditional format covers.
    pub conditional: BTreeSet<CellRef>,
    /// The relationship of the drawing of notes and controls.
    pub legacy_drawing: Option<String>,
    /// Where that element belongs, if it is not there.
    pub legacy_at: u64,
    /// The relationships that anything outside the rows names, also those that are not there.
    pub links: BTreeSet<String>,
}

/// Reads hundredths from a decimal number, without floats: `8.43` is 843.
#[must_use]
pub fn hundredths(text: &str) -> Option<u32> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    whole.checked_mul(100)?.checked_add(part.parse().ok()?)
}

struct Search<'t> {
    targets: &'t BTreeSet<CellRef>,
    rows: BTreeSet<u32>,
    /// Those below which no row was seen yet.
    pending: BTreeSet<u32>,
    map: SheetMap,
    /// One-based number of the row before, for rows that state none.
    row: u32,
    /// One-based column of the cell before.
    column: u32,
    /// Zero-based number of the row we are in, when it holds cells asked for.
    wanted: Option<u32>,
    /// The columns of that row that are asked for and were not passed yet.
    ahead: BTreeSet<u32>,
    in_data: bool,
    /// A cell asked for whose style is no number.
    odd_style: Option<CellRef>,
}

/// Looks through a sheet.
///
/// # Errors
/// The XML is malformed, or has no `sheetData`.
pub fn scan(mut scanner: Scanner<'_>, targets: &BTreeSet<CellRef>) -> Result<SheetMap, PackageError> {
    let rows: BTreeSet<u32> = targets.iter().map(|cell| cell.row).collect();
    let mut search = Search {
        targets,
        pending: rows.clone(),
        rows,
        map: SheetMap::default(),
        row: 0,
        column: 0,
        wanted: None,
        ahead: BTreeSet::new(),
        in_data: false,
        odd_style: None,
    };
    while let Some(node) = scanner.next_node()? {
        search.see(&node);
    }
    if search.map.sheet_data.is_none() {
        let why = "it has no rows and no place for them".to_owned();
        return Err(PackageError::Damaged { name: scanner.part().to_owned(), why });
    }
    if let Some(cell) = search.odd_style {
        let why = format!("the style of {cell} is no number");
        return Err(PackageError::Damaged { name: scanner.part().to_owned(), why });
    }
    Ok(search.map)
}

impl Search<'_> {
    fn see(&mut self, node: &Node<'_>) {
        if matches!(node.kind, Kind::Text | Kind::Other) {
            return;
        }
        if !self.in_data && node.kind != Kind::Close {
            self.map.links.extend(xml::prefixed_attribute(node.content(), "id").map(|a| a.text()));
        }
        match node.depth {
            0 => self.see_root(node),
            1 => self.see_section(node),
            2 if self.in_data => self.see_row(node),
            3 if self.in_data => self.see_cell(node),
            2 if node.kind != Kind::Close => self.see_item(node),
            _ => {}
        }
    }

    fn see_root(&mut self, node: &Node<'_>) {
        if node.kind != Kind::Close {
            xml::prefix(node.name()).clone_into(&mut self.map.prefix);
            let prefix = self.map.prefix.trim_end_matches(':');
            let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            self.map.dialect = Dialect::of_namespace(&node.attribute(&name).unwrap_or_default());
        } else if self.map.legacy_at == 0 {
            self.map.legacy_at = node.start;
        }
    }

    fn see_section(&mut self, node: &Node<'_>) {
        let local = node.local();
        if node.kind != Kind::Open && BEFORE_LEGACY.contains(&local) {
            self.map.legacy_at = node.end;
        }
        match (local, node.kind) {
            ("sheetData", Kind::Close) => {
                self.in_data = false;
                if let Some(span) = &mut self.map.sheet_data {
                    span.close = node.start;
                }
            }
            ("sheetData", kind) if self.map.sheet_data.is_none() => {
                self.in_data = kind == Kind::Open;
                self.map.sheet_data = Some(span(node));
            }
            ("sheetFormatPr", Kind::Open | Kind::Empty) => {
                self.map.default_width = node
                    .attribute("defaultColWidth")
                    .or_else(|| node.attribute("baseColWidth"))
                    .and_then(|text| hundredths(&text));
                self.map.default_height = node.attribute("defaultRowHeight").and_then(|text| hundredths(&text));
            }
            ("legacyDrawing", Kind::Open | Kind::Empty) => {
                self.map.legacy_drawing = xml::prefixed_attribute(node.content(), "id").map(|a| a.text());
            }
            ("conditionalFormatting", Kind::Open) => self.see_conditional(node),
            _ => {}
        }
    }

    fn see_conditional(&mut self, node: &Node<'_>) {
        let Some(areas) = node.attribute("sqref") else { return };
        for area in areas.split_whitespace().filter_map(|area| area.parse::<CellRange>().ok()) {
            let rows = CellRef::new(area.first.row, 0)..=CellRef::new(area.last.row, u32::MAX);
            self.map.conditional.extend(self.targets.range(rows).filter(|cell| area.contains(**cell)));
        }
    }

    fn see_item(&mut self, node: &Node<'_>) {
        let number = |name: &str| node.attribute(name).and_then(|text| text.trim().parse::<u32>().ok());
        match node.local() {
            "col" => {
                let (Some(first), Some(last)) = (number("min"), number("max")) else { return };
                self.map.columns.push(Columns {
                    first: first.saturating_sub(1),
                    last: last.saturating_sub(1),
                    style: number("style").unwrap_or(0) as usize,
                    width: node.attribute("width").and_then(|text| hundredths(&text)),
                    hidden: node.attribute("hidden").is_some_and(|text| xml::is_true(&text)),
                });
            }
            "mergeCell" => {
                let Some(range) = node.attribute("ref").and_then(|text| text.parse::<CellRange>().ok()) else { return };
                let rows = CellRef::new(range.first.row, 0)..=CellRef::new(range.last.row, u32::MAX);
                if self.targets.range(rows).any(|cell| range.contains(*cell)) {
                    self.map.merges.push(range);
                }
            }
            _ => {}
        }
    }

    fn see_row(&mut self, node: &Node<'_>) {
        if node.kind == Kind::Close {
            if let Some(row) = self.wanted.take().and_then(|row| self.map.rows.get_mut(&row)) {
                // Of a row given twice the first keeps its place.
                if row.span.close == 0 {
                    row.span.close = node.start;
                }
            }
            return;
        }
        if node.local() != "row" {
            return;
        }
        let (mut stated, mut height, mut style, mut hidden, mut custom) = (None, None, None, false, false);
        for attribute in xml::attributes(node.content()) {
            match attribute.name {
                "r" => stated = attribute.raw.trim().parse::<u32>().ok(),
                "ht" => height = hundredths(attribute.raw),
                "s" => style = attribute.raw.trim().parse().ok(),
                "hidden" => hidden = xml::is_true(attribute.raw),
                "customFormat" => custom = xml::is_true(attribute.raw),
                _ => {}
            }
        }
        self.row = stated.filter(|row| *row > 0).unwrap_or(self.row.saturating_add(1));
        self.column = 0;
        let row = self.row - 1;
        while self.pending.first().is_some_and(|missing| *missing < row) {
            if let Some(missing) = self.pending.pop_first() {
                self.map.rows_before.insert(missing, node.start);
            }
        }
        let near = self.rows.range(row.saturating_sub(ROWS_BELOW)..=row).next().is_some();
        if let Some(height) = if hidden { Some(0) } else { height }.filter(|_| near) {
            self.map.heights.insert(row, height);
        }
        self.wanted = None;
        if !self.rows.contains(&row) {
            return;
        }
        let style = custom.then(|| style.unwrap_or(0));
        self.map.rows.entry(row).or_insert_with(|| {
            let mut span = span(node);
            span.close = if span.empty { span.open_end } else { 0 };
            FoundRow { span, style, before: BTreeMap::new() }
        });
        self.wanted = (node.kind == Kind::Open).then_some(row);
        let own = CellRef::new(row, 0)..=CellRef::new(row, u32::MAX);
        self.ahead = self.targets.range(own).map(|cell| cell.col).collect();
    }

    fn see_cell(&mut self, node: &Node<'_>) {
        let Some(row) = self.wanted else { return };
        if node.kind == Kind::Close || node.local() != "c" {
            return;
        }
        let tag = node.content();
        let stated = xml::attribute(tag, "r");
        let column = match stated.as_ref().map(|a| a.raw.trim().parse::<CellRef>()) {
            Some(Ok(cell)) => cell.col + 1,
            Some(Err(_)) => return,
            None => self.column + 1,
        };
        self.column = column;
        let cell = CellRef::new(row, column - 1);
        while let Some(missing) = self.ahead.first().copied().filter(|missing| *missing < cell.col) {
            self.ahead.pop_first();
            if let Some(found) = self.map.rows.get_mut(&row) {
                // Only the first of two rows of one number takes new cells.
                if found.span.close == 0 {
                    found.before.entry(missing).or_insert(node.start);
                }
            }
        }
        if !self.targets.contains(&cell) {
            return;
        }
        let inside = node.start + 1;
        let style = xml::attribute(tag, "s");
        let number = style.as_ref().map(|a| style_number(&a.text()));
        if matches!(number, Some(None)) {
            self.odd_style = Some(cell);
        }
        let after = stated.map_or(node.name().len(), |a| a.value.end + 1);
        self.map.cells.entry(cell).or_default().push(FoundCell {
            style: number.flatten().unwrap_or(0),
            style_value: style.map(|a| (inside + a.value.start as u64, a.raw.to_owned())),
            attribute_at: inside + after as u64,
        });
    }
}

/// The highest number of a style that cells, rows or columns of a sheet name, up to where the sheet is damaged.
///
/// Numbers that no style can have are passed over.
#[must_use]
pub fn highest_style(mut scanner: Scanner<'_>) -> usize {
    let mut highest = 0;
    while let Ok(Some(node)) = scanner.next_node() {
        if !matches!(node.kind, Kind::Open | Kind::Empty) {
            continue;
        }
        let name = match node.local() {
            "c" | "row" => "s",
            "col" => "style",
            _ => continue,
        };
        let style = xml::attribute(node.content(), name).and_then(|found| style_number(&found.text()));
        highest = highest.max(style.filter(|number| *number < MOST_STYLES).unwrap_or(0));
    }
    highest
}

/// Reads the number of a style; one too large for any list is a number all the same.
fn style_number(text: &str) -> Option<usize> {
    let text = text.trim_ascii();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

fn span(node: &Node<'_>) -> Span {
    Span { name: node.name().to_owned(), open_end: node.end, close: node.end, empty: node.kind == Kind::Empty }
}
