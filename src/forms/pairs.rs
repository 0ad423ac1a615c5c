//! Labels beside, above or inside their values: headings, footers and “其中：基本支出：266.9”.

use std::sync::Arc;

use super::declare::{Block, Pair, Role, ValueKind};
use super::grid::Grid;
use super::normal::{read_label, squash};
use super::reading::{Claim, Claims, Field, Figure, Required};
use super::recognise::Piece;
use super::value::{Place, Value, read_day, read_value};
use crate::model::{CellRef, Quantity, Unit};
use crate::read::Cell;

/// The measure of an amount that stands beside its label.
pub const AMOUNT: &str = "金额";

/// The measure of a score that stands beside its label.
pub const SCORE: &str = "得分";

impl ValueKind {
    /// The measure and quantity as which a pair's value is read; none where it is no figure.
    #[must_use]
    pub fn figure(self) -> Option<(&'static str, Quantity)> {
        match self {
            Self::Money => Some((AMOUNT, Quantity::Money)),
            Self::Points => Some((SCORE, Quantity::Points)),
            Self::Ratio => Some(("比率", Quantity::Ratio)),
            Self::Count => Some(("数量", Quantity::Count)),
            Self::Text | Self::Date | Self::Person | Self::Phone => None,
        }
    }
}

/// A pair found on the sheet.
#[derive(Debug, Clone)]
pub struct Hit<'f> {
    pub block: &'f Block,
    pub pair: &'f Pair,
    /// The cell that holds the value; it may be the label's own, or blank.
    pub cell: CellRef,
    pub label_cell: CellRef,
    /// The value as text.
    pub text: String,
    /// The value stands in the label's own cell.
    pub inside: bool,
}

/// A label's place in a cell's text, in characters of the squashed-by-character text.
struct Mention<'f> {
    block: &'f Block,
    pair: &'f Pair,
    start: usize,
    /// Where the value begins; none where the cell ends with the label.
    value: usize,
}

/// Finds every declared pair in a piece, leaving out rows that tables own and labels of their lines.
#[must_use]
pub fn find_pairs<'f>(
    grid: &Grid<'_>,
    piece: Piece,
    blocks: &'f [Block],
    owned: &dyn Fn(u32) -> bool,
    line: &dyn Fn(CellRef) -> bool,
) -> Vec<Hit<'f>> {
    let mut hits: Vec<Hit<'f>> = Vec::new();
    for row in grid.rows_between(piece.top, piece.bottom) {
        if owned(row) {
            continue;
        }
        let filled = grid.filled(row);
        for span in filled.iter().filter(|span| span.anchor.row == row && !line(span.anchor)) {
            let text = grid.text(span.anchor);
            for hit in read_cell(grid, piece, blocks, span.anchor, text, owned) {
                // `单位：元` states a unit of money, not whose table it is.
                if hit.pair.role == Some(Role::Entity) && Unit::parse(&squash(&hit.text)).noun == "元" {
                    continue;
                }
                // The first place with an answer speaks; a blank one may still be filled by a later twin.
                match hits.iter_mut().find(|old| std::ptr::eq(old.pair, hit.pair)) {
                    Some(old) if old.text.is_empty() && !hit.text.is_empty() => *old = hit,
                    Some(_) => {}
                    None => hits.push(hit),
                }
            }
        }
    }
    align_blanks(grid, &mut hits);
    hits
}

/// Where an answer is blank, its cell is the one under the answers of the labels above or below.
fn align_blanks(grid: &Grid<'_>, hits: &mut [Hit<'_>]) {
    let answered: Vec<(u32, u32)> = hits
        .iter()
        .filter(|hit| !hit.inside && !hit.text.is_empty())
        .map(|hit| (hit.label_cell.col, hit.cell.col))
        .collect();
    for hit in hits.iter_mut().filter(|hit| !hit.inside && hit.text.is_empty()) {
        let column = answered.iter().find(|(label, _)| *label == hit.label_cell.col).map(|(_, value)| *value);
        let cell = column.map(|col| grid.anchor(CellRef::new(hit.cell.row, col)));
        if let Some(cell) = cell.filter(|cell| grid.blank(*cell) && cell.row == hit.cell.row) {
            hit.cell = cell;
        }
    }
}

/// Adds a date that stands alone on its row, as on a cover, for a form's date that no label gave.
pub fn add_bare_date<'f>(grid: &Grid<'_>, piece: Piece, blocks: &'f [Block], hits: &mut Vec<Hit<'f>>) {
    let pairs = || blocks.iter().flat_map(|block| block.pairs.iter().map(move |pair| (block, pair)));
    let Some((block, pair)) = pairs().find(|(_, pair)| pair.value == ValueKind::Date) else { return };
    let found = hits.iter().any(|hit| hit.pair.value == ValueKind::Date && !hit.text.is_empty());
    let alone = |row: u32| {
        let filled = grid.filled(row);
        let one = filled.first().filter(|span| filled.len() == 1 && span.anchor.row == row)?.anchor;
        read_day(grid.text(one)).map(|_| one)
    };
    if found {
        return;
    }
    if let Some(cell) = grid.rows_between(piece.top, piece.bottom).find_map(alone) {
        let text = grid.text(cell).trim().to_owned();
        hits.retain(|hit| !std::ptr::eq(hit.pair, pair));
        hits.push(Hit { block, pair, cell, label_cell: cell, text, inside: true });
    }
}

fn read_cell<'f>(
    grid: &Grid<'_>,
    piece: Piece,
    blocks: &'f [Block],
    at: CellRef,
    text: &str,
    owned: &dyn Fn(u32) -> bool,
) -> Vec<Hit<'f>> {
    let core = &grid.label(at).core;
    let pairs = || blocks.iter().flat_map(|block| block.pairs.iter().map(move |pair| (block, pair)));
    if let Some((block, pair)) = pairs().find(|(_, pair)| pair.words.contains(core)) {
        let (cell, value) = beside(grid, piece, blocks, at, owned);
        // `政府性基金拨款：` alone keeps its value, here none, in its own cell.
        if grid.squashed(at).ends_with(':') && value.is_empty() {
            return vec![Hit { block, pair, cell: at, label_cell: at, text: String::new(), inside: true }];
        }
        return vec![Hit { block, pair, cell, label_cell: at, text: value, inside: false }];
    }
    if text.chars().count() > 400 || !text.contains([':', '：']) {
        return Vec::new();
    }
    inside(blocks, at, text)
}

/// The value to the right of a label, or under it where the right neighbour is a label itself.
fn beside(
    grid: &Grid<'_>,
    piece: Piece,
    blocks: &[Block],
    at: CellRef,
    owned: &dyn Fn(u32) -> bool,
) -> (CellRef, String) {
    let range = grid.range(at);
    let right = CellRef::new(at.row, range.last.col + 1);
    let is_label = |cell: CellRef| {
        let core = &grid.label(cell).core;
        !core.is_empty() && blocks.iter().flat_map(|block| &block.pairs).any(|pair| pair.words.contains(core))
    };
    let mut col = right.col;
    while col <= grid.last_col {
        let cell = grid.anchor(CellRef::new(at.row, col));
        // A range that reaches down from another table is no answer here.
        if !grid.blank(cell) && cell.row >= piece.top {
            if is_label(cell) || grid.squashed(cell).contains(':') && grid.text(cell).chars().count() < 12 {
                break;
            }
            return (cell, grid.text(cell).trim().to_owned());
        }
        col = grid.range(cell).last.col.max(col) + 1;
    }
    let below = grid.anchor(CellRef::new(range.last.row + 1, at.col));
    let under = below.row <= piece.bottom
        && !owned(below.row)
        && !grid.blank(below)
        && !is_label(below)
        && (is_label(right) || right.col > grid.last_col || heads(grid, at, &is_label))
        && below.col == at.col;
    if under && !grid.squashed(below).contains(':') {
        return (below, grid.text(below).trim().to_owned());
    }
    let blank = Some(grid.anchor(right)).filter(|cell| right.col <= grid.last_col && cell.row >= piece.top);
    (blank.unwrap_or(at), String::new())
}

/// Whether a row holds nothing but labels, two or more: their values stand under them.
fn heads(grid: &Grid<'_>, at: CellRef, is_label: &dyn Fn(CellRef) -> bool) -> bool {
    let filled = grid.filled(at.row);
    filled.len() > 1 && filled.iter().all(|span| span.anchor.row == at.row && is_label(span.anchor))
}

/// Reads `填表人：甲 填报日期：2025.6.6` : every label with a colon, its value up to the next label.
fn inside<'f>(blocks: &'f [Block], at: CellRef, text: &str) -> Vec<Hit<'f>> {
    let chars: Vec<char> = text.chars().collect();
    let mentions = mentions(blocks, &chars);
    let mut hits = Vec::new();
    for (index, mention) in mentions.iter().enumerate() {
        let end = mentions.get(index + 1).map_or(chars.len(), |next| next.start);
        let value: String = chars[mention.value.min(end)..end].iter().collect();
        let value = value.trim().trim_matches('\u{3000}').trim().to_owned();
        // A sentence that happens to hold a label is no answer.
        if value.chars().count() > 60 && mention.pair.value != ValueKind::Text {
            continue;
        }
        hits.push(Hit {
            block: mention.block,
            pair: mention.pair,
            cell: at,
            label_cell: at,
            text: value,
            inside: true,
        });
    }
    hits
}

fn mentions<'f>(blocks: &'f [Block], chars: &[char]) -> Vec<Mention<'f>> {
    let mut found: Vec<Mention<'f>> = Vec::new();
    for (index, _) in chars.iter().enumerate().filter(|(_, c)| matches!(c, ':' | '：')) {
        // The words before the colon, back to a break, without a bracketed remark.
        let start = chars[..index]
            .iter()
            .rposition(|c| matches!(c, ':' | '：' | ',' | '，' | ';' | '；' | '。' | '\n'))
            .map_or(0, |at| at + 1);
        let Some((block, pair, length)) = label_before(blocks, &chars[start..index]) else { continue };
        found.push(Mention { block, pair, start: index - length, value: index + 1 });
    }
    found
}

/// The longest declared label that ends where a colon stands; its length counts in characters with spaces.
fn label_before<'f>(blocks: &'f [Block], before: &[char]) -> Option<(&'f Block, &'f Pair, usize)> {
    let whole: String = before.iter().collect();
    let core = read_label(&whole).core;
    let mut best: Option<(&Block, &Pair, usize)> = None;
    for block in blocks {
        for pair in &block.pairs {
            for word in pair.words.iter().filter(|word| core.ends_with(word.as_str())) {
                let rest = core[..core.len() - word.len()].chars().next_back();
                let longer = best.is_none_or(|(_, _, length)| word.chars().count() > length);
                // A label inside a longer word is another label: 实施单位 is not 单位.
                let apart = rest.is_none() || value_ends_before(before, word);
                if longer && apart {
                    best = Some((block, pair, word.chars().count()));
                }
            }
        }
    }
    best.map(|(block, pair, length)| (block, pair, spaced_length(before, length)))
}

/// Whether a space stands between the label and what comes before it.
fn value_ends_before(before: &[char], word: &str) -> bool {
    let length = spaced_length(before, word.chars().count());
    before.len().checked_sub(length + 1).is_some_and(|at| before[at].is_whitespace())
}

/// How many characters, spaces and a trailing bracket included, the last `length` letters take.
fn spaced_length(before: &[char], length: usize) -> usize {
    let mut letters = 0;
    let mut depth = 0i32;
    for (taken, c) in before.iter().rev().enumerate() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            c if c.is_whitespace() => {}
            _ if depth == 0 => letters += 1,
            _ => {}
        }
        if letters == length {
            return taken + 1;
        }
    }
    before.len()
}

/// Turns hits into fields and, where they hold amounts, figures.
pub fn read_pairs(
    grid: &Grid<'_>,
    hits: &[Hit<'_>],
    money: Option<&Unit>,
    claims: &mut Claims,
) -> (Vec<Field>, Vec<Figure>) {
    let mut fields = Vec::new();
    let mut figures = Vec::new();
    for hit in hits {
        // A column of scores is headed by the same words.
        if hit.pair.value == ValueKind::Points && !hit.text.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let kind = match hit.pair.value {
            ValueKind::Date => Claim::Date,
            ValueKind::Person | ValueKind::Phone => Claim::Identifier,
            _ => Claim::Words,
        };
        if !hit.inside {
            claims.claim(hit.label_cell, Claim::Label);
        }
        if let Some(read_as) = hit.pair.value.figure() {
            claims.claim(hit.cell, Claim::Figure);
            figures.push(figure(grid, hit, read_as, money));
            continue;
        }
        claims.claim(hit.cell, if hit.inside && kind == Claim::Words { Claim::Label } else { kind });
        fields.push(Field {
            name: hit.pair.name.as_str().into(),
            value: unsealed(&hit.text).to_owned(),
            cell: hit.cell,
            kind: hit.pair.value,
            role: hit.pair.role,
            required: hit.pair.required,
        });
    }
    (fields, figures)
}

/// A value without the bracket that asks for a seal behind it: `某局（公章）`.
fn unsealed(text: &str) -> &str {
    let sealed = |mark: &str| text.trim_end().strip_suffix(mark);
    let marks = ["（公章）", "(公章)", "（盖章）", "(盖章)", "（签章）", "(签章)", "（单位公章）", "(单位公章)"];
    marks.into_iter().find_map(sealed).map_or(text, str::trim_end)
}

fn figure(
    grid: &Grid<'_>,
    hit: &Hit<'_>,
    (measure, quantity): (&'static str, Quantity),
    money: Option<&Unit>,
) -> Figure {
    let words = grid.label(hit.label_cell);
    // 预算安排（元） speaks for its own figure.
    let own = words.unit.clone().filter(|_| !hit.inside);
    let unit = match quantity {
        Quantity::Money => {
            own.filter(|unit| unit.noun == "元").or_else(|| money.cloned()).unwrap_or_else(|| hit.block.unit.clone())
        }
        Quantity::Points => Unit::points(),
        Quantity::Ratio => Unit::percent(),
        _ => own.unwrap_or_else(Unit::none),
    };
    let place = Place { quantity, unit: &unit, percent: words.percent && !hit.inside };
    let value: Value = if hit.inside {
        read_value(Some(&Cell::of_text(&hit.text)), place)
    } else {
        read_value(grid.cell(hit.cell), place)
    };
    let whole = value.stored_decimals == 0;
    let name: Arc<str> = hit.pair.name.as_str().into();
    Figure {
        cell: hit.cell,
        block: hit.block.name.as_str().into(),
        line: name,
        parent: hit.pair.parent.as_deref().map(Arc::from),
        measure: measure.into(),
        quantity,
        text: if hit.inside { hit.text.clone() } else { grid.text(hit.cell).to_owned() },
        value,
        exact: quantity == Quantity::Count && whole,
        required: if hit.pair.required { Required::Cell } else { Required::No },
        row: hit.cell.row,
        formula: grid.cell(hit.cell).filter(|_| !hit.inside).and_then(|cell| cell.formula.as_deref()).map(Arc::from),
    }
}
