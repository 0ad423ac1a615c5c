//! Which form a table is: sheets are cut at their headings, and every piece is weighed against every form.

use foldhash::{HashSet, HashSetExt};
use std::borrow::Cow;

use super::declare::{Clue, Form, Place};
use super::grid::Grid;
use super::normal::{Numbering, letter_mask, read_label};
use crate::model::CellRef;

/// Rows of a sheet that make one table or page, zero-based, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub top: u32,
    pub bottom: u32,
}

/// How well a piece fits one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Index into the forms.
    pub form: usize,
    pub score: i32,
    /// The first words of the clues that were missing.
    pub missing: Vec<String>,
}

/// Longest heading; anything longer is a sentence that mentions a form.
const LONGEST_TITLE: usize = 48;
/// Filled rows from the top of a piece in which a heading may stand.
const TITLE_ROWS: usize = 8;

/// Filled rows below a heading of which one of a table holds two cells.
const TABLE_ROWS: usize = 4;

/// What a piece says, gathered once for all forms.
struct Said<'g> {
    titles: Vec<(u64, Cow<'g, str>)>,
    labels: HashSet<Cow<'g, str>>,
    texts: Vec<(u64, &'g str)>,
}

/// Cuts a sheet into pieces at rows that hold a heading of any form.
#[must_use]
pub fn cut(grid: &Grid<'_>, forms: &[Form]) -> Vec<Piece> {
    let Some((first, last)) = grid.rows else { return Vec::new() };
    let filled: Vec<u32> = grid.rows_between(first, last).filter(|row| !grid.filled(*row).is_empty()).collect();
    let mut starts = vec![first];
    // Where in `filled` the open piece begins, how far it was looked through, and whether it holds more than headings.
    let (mut open, mut looked, mut body) = (0, 0, false);
    for (index, row) in filled.iter().enumerate() {
        if !heading(grid, *row, forms) || is_chapter(grid, &filled[index..]) {
            continue;
        }
        let marker = index.checked_sub(1).filter(|before| annex_marker(grid, filled[*before]));
        let start = marker.unwrap_or(index);
        // A cover line above the table's own heading belongs to it.
        body = body || filled[looked..start].iter().any(|row| !front_matter(grid, *row, forms));
        looked = looked.max(start);
        if start > open && body {
            starts.push(filled[start]);
            (open, body) = (start, false);
        }
    }
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([last]);
    starts.iter().zip(ends).map(|(top, bottom)| Piece { top: *top, bottom }).collect()
}

fn heading(grid: &Grid<'_>, row: u32, forms: &[Form]) -> bool {
    let filled = grid.filled(row);
    filled.len() <= 3
        && filled.iter().filter(|span| span.anchor.row == row).any(|span| {
            let text = grid.squashed(span.anchor);
            is_title(text) && {
                let letters = letter_mask(text);
                forms
                    .iter()
                    .flat_map(|form| form.clues.iter().filter(|clue| names(clue, form)))
                    .any(|clue| holds_any(clue, letters, text))
            }
        })
}

/// Whether the first of some rows is a chapter of a report (`九、自评结果拟应用情况`): numbered, and sentences below it.
fn is_chapter(grid: &Grid<'_>, rows: &[u32]) -> bool {
    let own = |row: &u32| grid.filled(*row).iter().filter(|span| span.anchor.row == *row).count();
    let numbered = |row: u32| {
        let mut labels = grid.filled(row).iter().filter(|span| span.anchor.row == row);
        labels.next().is_some_and(|span| grid.label(span.anchor).numbering != Numbering::None)
    };
    let below = &rows[1..rows.len().min(1 + TABLE_ROWS)];
    numbered(rows[0]) && below.iter().all(|row| own(row) < 2)
}

/// Whether a clue is the form's own name: a word that only speaks for it a little, or against it, opens no table.
fn names(clue: &Clue, form: &Form) -> bool {
    clue.place == Place::Title && clue.weight.saturating_mul(3) >= form.need
}

/// Whether a text can be a heading: short, no sentence, no remark, no table of contents.
fn is_title(text: &str) -> bool {
    text.chars().count() <= LONGEST_TITLE
        && !text.ends_with(['。', ';', '；'])
        && !["备注", "说明", "注:", "注："].iter().any(|word| text.starts_with(word))
}

fn annex_marker(grid: &Grid<'_>, row: u32) -> bool {
    let filled = grid.filled(row);
    filled.len() == 1 && {
        let text = grid.squashed(filled[0].anchor);
        text.starts_with("附件") && text.chars().count() <= 8
    }
}

/// A row that only announces what follows: a marker, a heading, or short words alone on their row.
fn front_matter(grid: &Grid<'_>, row: u32, forms: &[Form]) -> bool {
    let filled = grid.filled(row);
    let short = filled.len() == 1 && grid.squashed(filled[0].anchor).chars().count() <= 20;
    short || annex_marker(grid, row) || heading(grid, row, forms)
}

/// Cuts a piece again before every repeat of a label that opens a project.
#[must_use]
pub fn cut_at_label(grid: &Grid<'_>, piece: Piece, words: &[String]) -> Vec<Piece> {
    let rows: Vec<u32> = grid
        .rows_between(piece.top, piece.bottom)
        .filter(|row| {
            grid.filled(*row).first().is_some_and(|span| {
                span.anchor.row == *row && words.iter().any(|word| *head_label(grid, span.anchor) == *word)
            }) || grid
                .filled(*row)
                .get(1)
                .is_some_and(|span| span.anchor.row == *row && words.contains(&grid.label(span.anchor).core))
        })
        .collect();
    let mut pieces = Vec::new();
    let mut top = piece.top;
    for start in rows.iter().skip(1) {
        pieces.push(Piece { top, bottom: start - 1 });
        top = *start;
    }
    pieces.push(Piece { top, bottom: piece.bottom });
    pieces
}

/// Weighs a piece against every form, the best fit first: a user's own form that reaches its need goes before a
/// built-in one.
#[must_use]
pub fn weigh(grid: &Grid<'_>, piece: Piece, forms: &[Form]) -> Vec<Fit> {
    let said = hear(grid, piece);
    let mut fits: Vec<Fit> = forms.iter().enumerate().map(|(form, declared)| fit(form, declared, &said)).collect();
    let short = |fit: &Fit| -(fit.score - forms[fit.form].need).min(0);
    fits.sort_by_key(|fit| (short(fit), !(forms[fit.form].own && short(fit) == 0), -fit.score));
    fits
}

/// The words of a cell as a label, up to its first colon.
fn head_label<'g>(grid: &'g Grid<'_>, at: CellRef) -> Cow<'g, str> {
    match grid.squashed(at).split_once(':') {
        Some((head, _)) => Cow::Owned(read_label(head).core),
        None => Cow::Borrowed(grid.label(at).core.as_str()),
    }
}

fn hear<'g>(grid: &'g Grid<'_>, piece: Piece) -> Said<'g> {
    let mut said = Said { titles: Vec::new(), labels: HashSet::new(), texts: Vec::new() };
    let mut seen_rows = 0;
    for row in grid.rows_between(piece.top, piece.bottom) {
        let own = || grid.filled(row).iter().filter(|span| span.anchor.row == row);
        if own().next().is_none() {
            continue;
        }
        seen_rows += 1;
        for span in own() {
            let squashed = grid.squashed(span.anchor);
            let letters = letter_mask(squashed);
            if seen_rows <= TITLE_ROWS && is_title(squashed) {
                said.titles.push((letters, Cow::Borrowed(squashed)));
            }
            said.labels.insert(head_label(grid, span.anchor));
            if squashed.contains(':') {
                // `其中：公务接待` is a label too.
                said.labels.insert(Cow::Borrowed(grid.label(span.anchor).core.as_str()));
            }
            said.texts.push((letters, squashed));
        }
    }
    // A heading broken over two rows reads as one.
    let joined: String = said.titles.iter().map(|(_, title)| title.as_ref()).collect();
    said.titles.push((letter_mask(&joined), Cow::Owned(joined)));
    said
}

/// Whether a text of these letters holds a word of a clue.
fn holds_any(clue: &Clue, letters: u64, text: &str) -> bool {
    clue.words.iter().any(|one| one.is_in(letters, text))
}

fn fit(form: usize, declared: &Form, said: &Said<'_>) -> Fit {
    let mut score = 0;
    let mut missing = Vec::new();
    for clue in &declared.clues {
        let found = match clue.place {
            Place::Title => said.titles.iter().any(|(letters, text)| holds_any(clue, *letters, text)),
            Place::Label => clue.words.iter().any(|one| said.labels.contains(one.word())),
            Place::Text => said.texts.iter().any(|(letters, text)| holds_any(clue, *letters, text)),
        };
        if found {
            score += clue.weight;
        } else if clue.weight > 0
            && let Some(one) = clue.words.first()
        {
            missing.push(one.word().to_owned());
        }
    }
    Fit { form, score, missing }
}
