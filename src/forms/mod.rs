//! Forms declared as data, recognised on a grid by their content, and read into figures.
//!
//! [`Forms`] holds what is declared. [`read_sheet`] cuts a sheet at its headings, weighs every piece against
//! every form, reads the pieces that are recognised, and says of the others which form was nearest and what
//! was missing. A sheet's name, number and position never count.

pub mod beside;
pub mod decimals;
pub mod declare;
pub mod draft;
pub mod grid;
pub mod header;
pub mod indicators;
pub mod lines;
pub mod normal;
pub mod pairs;
mod placed;
pub mod reading;
mod reckoned;
pub mod recognise;
pub mod registry;
pub mod sentences;
pub mod sought;
pub mod tables;
mod totals;
mod turned;
pub mod value;
pub mod words;
mod written;

use crate::model::{CellRef, Quantity, Words};
use crate::read::{CellValue, Limits, Sheet};

use declare::{Form, Role, Shape};
use grid::Grid;
use header::Header;
use normal::{letters, read_label, squash, years_in};
use placed::{block_bottom, find_headers, header_year, reading_order};
use reading::{Claim, Claims, Figure, Passage, Reading, Unread};
use recognise::{Fit, Piece};
use tables::{Found, TableReader};

pub use registry::{Asked, Forms};

/// What a sheet was read as.
#[derive(Debug, Clone, Default)]
pub struct SheetReading {
    pub readings: Vec<Reading>,
    pub unknown: Vec<Unknown>,
}

/// A piece of a sheet that no form fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    pub piece: Piece,
    /// The nearest form, its score and what was missing of it.
    pub nearest: Option<Fit>,
    /// It was not looked at: the sheet has more rows, or merges over more cells, than any form.
    pub beyond: bool,
    /// It holds sentences without any amount, as instructions do.
    pub prose: bool,
}

impl Unknown {
    fn near(piece: Piece, nearest: Option<Fit>) -> Self {
        Self { piece, nearest, beyond: false, prose: false }
    }
}

/// Letters of a table's entry at most; what is longer is a sentence.
const LONGEST_ENTRY: usize = 16;
/// Fewest letters of a passage that can hold a sentence.
const SENTENCE: usize = 6;

/// Recognises and reads every piece of a sheet.
#[must_use]
pub fn read_sheet(sheet: &Sheet, forms: &Forms) -> SheetReading {
    read_sheet_within(sheet, forms, &Limits::default()).unwrap_or_default()
}

/// Recognises and reads every piece of a sheet while the time of its file lasts; gives nothing when it is over.
#[must_use]
pub fn read_sheet_within(sheet: &Sheet, forms: &Forms, limits: &Limits) -> Option<SheetReading> {
    let Looked { readings, unknown } = look_within(sheet, forms, limits)?;
    Some(SheetReading { readings: readings.into_iter().map(|(reading, _)| reading).collect(), unknown })
}

/// What a sheet was read as, with what became of every cell.
#[derive(Debug, Default)]
pub struct Looked {
    pub readings: Vec<(Reading, Claims)>,
    pub unknown: Vec<Unknown>,
}

/// Like [`read_sheet`], for a person who wants to see each cell.
#[must_use]
pub fn look_at_sheet(sheet: &Sheet, forms: &Forms) -> Looked {
    // Without a time that is over there is always something to give.
    look_within(sheet, forms, &Limits::default()).unwrap_or_default()
}

fn look_within(sheet: &Sheet, forms: &Forms, limits: &Limits) -> Option<Looked> {
    let grid = Grid::within(sheet, limits);
    let mut result = Looked::default();
    if grid.rows.is_none() && !sheet.cells.is_empty() {
        let last = sheet.cells.keys().next_back().map_or(0, |at| at.row);
        let piece = Piece { top: 0, bottom: last };
        result.unknown.push(Unknown { beyond: grid.beyond, ..Unknown::near(piece, None) });
        return Some(result);
    }
    if let Some(form) = forms.asked_of(&sheet.name) {
        let (top, bottom) = grid.rows.unwrap_or_default();
        read_asked(&grid, Piece { top, bottom }, forms, form, limits, &mut result)?;
        return Some(result);
    }
    for piece in recognise::cut(&grid, &forms.all) {
        let fits = recognise::weigh(&grid, piece, &forms.all);
        let Some(best) = fits.into_iter().next() else { continue };
        let form = &forms.all[best.form];
        if best.score < form.need {
            if let Some(form) = forms.asked_of_rest() {
                read_asked(&grid, piece, forms, form, limits, &mut result)?;
                continue;
            }
            let nearest = Some(best).filter(|fit| fit.score > 0);
            result.unknown.push(Unknown { prose: is_prose(&grid, piece), ..Unknown::near(piece, nearest) });
            continue;
        }
        result.readings.extend(read_as(&grid, piece, form, &best, limits)?);
    }
    Some(result)
}

/// Whether a piece holds one text a row and no amount in any.
fn is_prose(grid: &Grid<'_>, piece: Piece) -> bool {
    let amount = |text: &str| {
        let digit = |c: char| c.is_ascii_digit();
        let after = text.match_indices(digit).map(|(at, digit)| &text[at + digit.len()..]);
        after.into_iter().any(|rest| rest.starts_with(['万', '亿', '元', '%', '人', '个', '次']))
    };
    grid.rows_between(piece.top, piece.bottom).all(|row| match grid.filled(row) {
        [] => true,
        [one] => !grid.is_number(one.anchor) && !grid.is_figure(one.anchor) && !amount(grid.squashed(one.anchor)),
        _ => false,
    })
}

/// Reads a piece as the form that the user says it is; where nothing of that form is there, it stays unknown.
fn read_asked(
    grid: &Grid<'_>,
    piece: Piece,
    forms: &Forms,
    form: usize,
    limits: &Limits,
    result: &mut Looked,
) -> Option<()> {
    let fits = recognise::weigh(grid, piece, &forms.all);
    let Some(fit) = fits.into_iter().find(|fit| fit.form == form) else { return Some(()) };
    let readings = read_as(grid, piece, &forms.all[form], &fit, limits)?;
    if readings.iter().any(|(reading, _)| !reading.figures.is_empty() || !reading.fields.is_empty()) {
        result.readings.extend(readings);
    } else {
        result.unknown.push(Unknown::near(piece, Some(fit)));
    }
    Some(())
}

/// Reads a piece, project by project; gives nothing when the time is over.
fn read_as(grid: &Grid<'_>, piece: Piece, form: &Form, fit: &Fit, limits: &Limits) -> Option<Vec<(Reading, Claims)>> {
    let title_year = piece_year(grid, piece);
    let read = |part: Piece| {
        let year = || piece_year(grid, part).or(title_year);
        (!limits.is_over()).then(|| read_piece(grid, part, form, fit, year()))
    };
    parts(grid, piece, form).into_iter().map(read).collect()
}

/// A form that is one a project is cut again where its project's label repeats.
fn parts(grid: &Grid<'_>, piece: Piece, form: &Form) -> Vec<Piece> {
    let project = form.blocks.iter().flat_map(|block| &block.pairs).find(|pair| pair.role == Some(Role::Project));
    match project {
        Some(pair) if !form.single => recognise::cut_at_label(grid, piece, &pair.words),
        _ => vec![piece],
    }
}

/// The year that the headings at the top of a piece state.
fn piece_year(grid: &Grid<'_>, piece: Piece) -> Option<i32> {
    grid.rows_between(piece.top, piece.bottom)
        .flat_map(|row| grid.filled(row))
        .take(8)
        .filter(|span| grid.text(span.anchor).chars().count() < 60)
        .map(|span| grid.squashed(span.anchor))
        .filter(|text| ["绩效", "自评", "年度"].iter().any(|word| text.contains(word)))
        .find_map(|text| years_in(text).first().copied())
}

fn read_piece(grid: &Grid<'_>, piece: Piece, form: &Form, fit: &Fit, year: Option<i32>) -> (Reading, Claims) {
    let mut claims = Claims::default();
    let headers = find_headers(grid, piece, form, year);
    let owned = |row: u32| {
        headers.iter().enumerate().any(|(at, (index, header))| {
            let rows = header.top..=header.bottom;
            let body = header.bottom + 1..=block_bottom(at, &headers, piece, form);
            rows.contains(&row)
                || (form.blocks[*index].shape == Shape::Indicators && body.contains(&row) && !is_foot(grid, row))
                || (form.blocks[*index].shape == Shape::Record && row == header.bottom + 1)
                || (form.blocks[*index].shape == Shape::Roster && body.contains(&row))
        })
    };
    let line = |at: CellRef| {
        headers.iter().enumerate().any(|(nth, (index, header))| {
            let block = &form.blocks[*index];
            let body = header.bottom + 1..=block_bottom(nth, &headers, piece, form);
            body.contains(&at.row) && block.shape == Shape::Lines && opens_line(grid, block, header, at)
        })
    };
    let headless = |index: usize| headers.iter().all(|(found, _)| *found != index);
    let turned: Vec<Option<turned::Turned>> = (form.blocks.iter().enumerate())
        .map(|(index, block)| turned::find_turned(grid, block, piece, &owned).filter(|_| headless(index)))
        .collect();
    let taken = |row: u32| owned(row) || turned.iter().flatten().any(|one| one.has(row));
    let mut hits = pairs::find_pairs(grid, piece, &form.blocks, &taken, &line);
    pairs::add_bare_date(grid, piece, &form.blocks, &mut hits);
    let money = tables::stated_unit(grid, piece.top, piece.bottom).or_else(|| tables::stated_above(grid, piece.top));
    let (fields, pair_figures) = pairs::read_pairs(grid, &hits, money.as_ref(), &mut claims);
    let mut reader = TableReader { grid, claims: &mut claims, figures: pair_figures, money };
    for at in reading_order(grid, &headers, piece, form) {
        let (index, header) = &headers[at];
        let bottom = block_bottom(at, &headers, piece, form);
        let end = headers.get(at + 1).map_or(piece.bottom, |(_, next)| next.top.saturating_sub(1));
        reader.read(&Found { block: &form.blocks[*index], header: header.clone(), bottom, end });
    }
    for (index, block) in form.blocks.iter().enumerate() {
        match &turned[index] {
            Some(turned) => reader.push_turned(block, turned),
            None if headless(index) => reader.read_beside(block, piece, &owned),
            None => {}
        }
    }
    let mut figures = reader.figures;
    decimals::share_total_decimals(&mut figures);
    let column_year = header_year(&headers, form);
    let year = year.or(column_year);
    let passages = passages(grid, piece, &claims);
    for block in form.blocks.iter().filter(|block| block.shape == Shape::Text) {
        figures.extend(sentences::read_sentences(&passages, block));
    }
    let titles = titles(grid, piece);
    let unread = sweep(grid, piece, &claims, &figures);
    (
        Reading {
            form: fit.form,
            piece,
            score: fit.score,
            year,
            column_year,
            figures,
            fields,
            passages,
            unread,
            titles,
        },
        claims,
    )
}

/// Whether words are a line of a block, declared or one that divides its total another way.
fn names_line(block: &declare::Block, core: &str) -> bool {
    block.apart.iter().any(|word| word == core) || lines::match_line(core, block).is_some()
}

/// Whether a label left of a table's columns opens one of its rows, though pairs may know its words: bare figures stand
/// under two columns, or under one where nothing is beside the label, or a line's own name has digits under two.
fn opens_line(grid: &Grid<'_>, block: &declare::Block, header: &Header, at: CellRef) -> bool {
    if at.col >= header.left {
        return false;
    }
    let cell = |column: &header::Column| CellRef::new(at.row, column.first);
    let figure = |at: CellRef| grid.is_number(at) || grid.is_figure(at);
    let is_text = |column: &header::Column| block.measures[column.measure].quantity == Quantity::Text;
    let bare = header.columns.iter().all(|one| is_text(one) || figure(cell(one)) || !has_words(grid, cell(one)));
    let figures = header.columns.iter().filter(|one| figure(cell(one))).count();
    if bare && figures > 1 {
        return true;
    }
    let digits = header.columns.iter().filter(|one| has_number(grid, cell(one))).count();
    let apart = bare && figures == 1 && grid.blank(CellRef::new(at.row, header.left));
    (apart || digits > 1) && names_line(block, &read_label(grid.text(at)).core)
}

fn has_words(grid: &Grid<'_>, at: CellRef) -> bool {
    grid.text(at).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && c != '无')
}

fn has_number(grid: &Grid<'_>, at: CellRef) -> bool {
    grid.text(at).chars().any(|c| c.is_ascii_digit())
}

/// A row under a table that signs or remarks.
fn is_foot(grid: &Grid<'_>, row: u32) -> bool {
    grid.filled(row).first().is_some_and(|span| {
        let text = grid.squashed(span.anchor);
        ["填表", "填报", "备注", "说明", "注:", "制表", "联系", "单位负责人"].iter().any(|word| text.starts_with(word))
    })
}

fn titles(grid: &Grid<'_>, piece: Piece) -> Vec<(CellRef, String)> {
    grid.rows_between(piece.top, piece.bottom)
        .flat_map(|row| grid.filled(row).iter().filter(move |span| span.anchor.row == row))
        .take(4)
        .map(|span| (span.anchor, grid.squashed(span.anchor).to_owned()))
        .filter(|(_, text)| text.chars().count() < 60)
        .collect()
}

fn passages(grid: &Grid<'_>, piece: Piece, claims: &Claims) -> Vec<Passage> {
    cells(grid, piece)
        .filter_map(|(at, cell)| Some(Passage { cell: at, text: passage(claims, at, cell)?.to_owned() }))
        .collect()
}

/// The text of a cell whose sentences are read.
fn passage<'c>(claims: &Claims, at: CellRef, cell: &'c crate::read::Cell) -> Option<&'c str> {
    match &cell.value {
        CellValue::Text(text) if letters(text) >= SENTENCE => {
            (!matches!(claims.0.get(&at), Some(Claim::Identifier | Claim::Date))).then_some(text.as_str())
        }
        _ => None,
    }
}

fn cells<'g>(grid: &'g Grid<'_>, piece: Piece) -> impl Iterator<Item = (CellRef, &'g crate::read::Cell)> {
    let rows = CellRef::new(piece.top, 0)..CellRef::new(piece.bottom + 1, 0);
    grid.sheet.cells.range(rows).map(|(at, cell)| (*at, cell))
}

/// Lists every cell with a digit that nothing accounts for.
fn sweep(grid: &Grid<'_>, piece: Piece, claims: &Claims, figures: &[Figure]) -> Vec<Unread> {
    let read = |at: CellRef| figures.iter().filter(|figure| figure.cell == at).count();
    cells(grid, piece)
        .filter(|(_, cell)| cell.shown.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)))
        .filter(|(at, _)| matches!(claims.0.get(at), None | Some(Claim::Words)))
        .filter(|(at, cell)| read(*at) == 0 || read(*at) < quantities(&cell.shown))
        .filter_map(|(at, cell)| why_unread(grid, at, cell, claims.has(at)).map(|why| (at, cell, why)))
        .filter_map(|(at, cell, why)| {
            let worded = claims.0.get(&at) == Some(&Claim::Words);
            let sentence =
                worded || matches!(&cell.value, CellValue::Text(text) if letters(text) > LONGEST_ENTRY || tells(text));
            // What a passage says in a sentence is read with it.
            let told = sentence && grid.anchor(at) == at && passage(claims, at, cell).is_some();
            (!told).then(|| Unread { cell: at, text: cell.shown.trim().to_owned(), why, sentence })
        })
        .collect()
}

/// Whether words stand before a text's first figure: `演练9次` tells of something, `约9次` and `9次` are entries.
fn tells(text: &str) -> bool {
    let before = text.chars().take_while(|c| !c.is_ascii_digit() && !('０'..='９').contains(c));
    before.filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 1
}

/// Whether a cell is a year in a column of years: 财年 over 2023, 2024, 2025.
fn is_listed_year(grid: &Grid<'_>, at: CellRef) -> bool {
    let year = |text: &str| text.len() == 4 && text.starts_with("20") && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = |at: CellRef| grid.squashed(at).trim_end_matches(['年', '度']);
    let mut above = (0..at.row).rev().map(|row| text(CellRef::new(row, at.col)));
    year(text(at)) && above.find(|text| !year(text)).is_some_and(|head| matches!(head, "财" | "" | "年份"))
}

/// Whether a text is the number of an annex or table: `附件5`, `公开13表`.
fn is_table_number(text: &str) -> bool {
    if is_page_number(text) {
        return true;
    }
    let annex = text.starts_with("附件") && text.chars().count() <= 10;
    let rest = ["附表", "公开", "表"].iter().find_map(|word| text.strip_prefix(word));
    annex || rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '表' | ':' | '-')))
}

/// Whether a text numbers a printed page: `第1页共2页`, `-3-`.
fn is_page_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let digits = text.len() > bare.len();
    digits && matches!(bare.as_str(), "第页" | "第页共页" | "第页,共页" | "共页第页" | "共页,第页" | "--" | "——")
}

/// Counts the runs of digits in a text that are not years.
fn quantities(text: &str) -> usize {
    let text = squash(text);
    let numbers = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
    let runs = numbers.filter(|run| run.chars().any(|c| c.is_ascii_digit())).count();
    runs.saturating_sub(years_in(&text).len())
}

fn why_unread(grid: &Grid<'_>, at: CellRef, cell: &crate::read::Cell, claimed: bool) -> Option<Words> {
    if grid.anchor(at) != at {
        return Some(Words::new("合并单元格遮住的内容，表上看不到", "hidden under a merged range"));
    }
    if is_listed_year(grid, at) {
        return None;
    }
    if let CellValue::Text(text) = &cell.value {
        let squashed = squash(text);
        let label = read_label(text);
        let digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
        let heading = is_table_number(&squashed);
        let bare = squashed.trim_matches(['(', ')']);
        let year_only = read_label(bare).year.is_some() && !digits(&read_label(bare).core);
        let titled = squashed.chars().count() < 48 && !years_in(&squashed).is_empty() && squashed.contains("绩效");
        if heading || !digits(&label.core) || year_only || titled || value::read_day(text).is_some() {
            return None;
        }
        if claimed || (squashed.chars().count() >= SENTENCE && !grid.is_figure(at)) {
            return Some(Words::new("句中数字，未逐一读取", "figures inside a sentence were not read one by one"));
        }
    }
    Some(Words::new("不在已知的行、列或标签之下", "stands under no known line, column or label"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::model::CellRange;
    use crate::read::{Cell, Visibility};

    fn forms() -> &'static Forms {
        static FORMS: OnceLock<Forms> = OnceLock::new();
        FORMS.get_or_init(|| Forms::builtin().unwrap())
    }

    /// Words of every form and shapes of figures, so that random sheets come near to real ones.
    fn vocabulary() -> &'static [String] {
        static WORDS: OnceLock<Vec<String>> = OnceLock::new();
        WORDS.get_or_init(|| {
            let clues = forms()
                .all
                .iter()
                .flat_map(|form| form.clues.iter().flat_map(|clue| clue.words.iter().map(|one| one.word().to_owned())));
            let blocks = forms().all.iter().flat_map(|form| &form.blocks);
            let names = blocks.flat_map(|block| {
                let measures = block.measures.iter().map(|measure| measure.name.clone());
                let lines = block.lines.iter().map(|line| line.name.clone());
                measures
                    .chain(lines)
                    .chain(block.pairs.iter().map(|pair| format!("{}：", pair.name)))
                    .collect::<Vec<_>>()
            });
            let typed = [
                "257.5",
                "84%",
                "8.57万元",
                "——",
                "/",
                "无",
                "　",
                "≥90%",
                "2024年",
                "2023年决算数",
                "总分",
                "（50分）",
            ];
            clues.chain(names).chain(typed.into_iter().map(str::to_owned)).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// Whatever stands on a sheet, reading it ends, and every cell with a digit is accounted for.
        #[test]
        fn any_sheet_is_read(
            cells in prop::collection::btree_map((0u32..14, 0u32..9), 0usize..10_000, 0..90),
            merges in prop::collection::vec((0u32..14, 0u32..9, 0u32..4, 0u32..4), 0..6),
        ) {
            let words = vocabulary();
            let cells = cells
                .into_iter()
                .map(|((row, col), word)| (CellRef::new(row, col), Cell::of_text(&words[word % words.len()])))
                .collect();
            let merge = |(row, col, down, right): &(u32, u32, u32, u32)| {
                CellRange::new(CellRef::new(*row, *col), CellRef::new(row + down, col + right))
            };
            let sheet = Sheet {
                name: "表".to_owned(),
                visibility: Visibility::Visible,
                cells,
                merges: merges.iter().map(merge).collect(),
                hidden_rows: BTreeSet::new(),
                hidden_cols: BTreeSet::new(),
                layout_known: true,
            };
            let read = read_sheet(&sheet, forms());
            for reading in &read.readings {
                let rows = reading.piece.top..=reading.piece.bottom;
                prop_assert!(reading.figures.iter().all(|figure| rows.contains(&figure.cell.row)));
            }
        }
    }
}
