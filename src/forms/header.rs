//! Where a block's columns are: header rows found by their words, in one row or two.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::declare::{Block, Form, Measure, Shape, Stage};
use super::grid::{Grid, Span};
use super::lines::match_line;
use super::normal::{Label, label_of, made_of};
use super::recognise::Piece;
use super::words::{BESIDE, Held};
use crate::model::{CellRef, Quantity, Unit};

/// The columns of one block.
#[derive(Debug, Clone)]
pub struct Header {
    /// Header rows, both included.
    pub top: u32,
    pub bottom: u32,
    pub columns: Vec<Column>,
    /// Where a table across prints its measures again further right, once a line: those columns.
    pub again: Vec<Vec<Column>>,
    /// The first column of any measure.
    pub left: u32,
}

/// One measure's columns on the sheet.
#[derive(Debug, Clone)]
pub struct Column {
    /// Index into the block's measures.
    pub measure: usize,
    pub first: u32,
    pub last: u32,
    pub unit: Option<Unit>,
    pub percent: bool,
    /// The year printed in the header.
    pub year: Option<i32>,
}

/// What every row of a piece says as a header, alone and joined with the row under it; read once for all blocks.
pub struct HeaderRows<'g> {
    single: BTreeMap<u32, Vec<Labelled<'g>>>,
    double: BTreeMap<u32, Vec<Labelled<'g>>>,
}

impl<'g> HeaderRows<'g> {
    #[must_use]
    pub fn new(grid: &'g Grid<'_>, piece: Piece, form: &Form) -> Self {
        let rows: Vec<u32> = grid.rows_between(piece.top, piece.bottom).collect();
        // A row that prints figures between its words is no header: there every figure stands beside its label.
        let header = |row: &&u32| {
            let own = || grid.filled(**row).iter().filter(|span| span.anchor.row == **row);
            let numbers = own().filter(|span| grid.is_number(span.anchor) && !is_year(grid.squashed(span.anchor)));
            own().filter(|span| grid.is_figure(span.anchor)).count() < 2 && numbers.count() < 2
        };
        let words = |row: &u32| !grid.filled(*row).is_empty() && !has_numbers(grid, *row) && header(&row);
        let pairs = rows.iter().filter(|row| **row < piece.bottom && words(row) && words(&(**row + 1)));
        Self {
            double: pairs.map(|row| (*row, labels(grid, *row, row + 1, form))).collect(),
            single: rows.iter().filter(header).map(|row| (*row, labels(grid, *row, *row, form))).collect(),
        }
    }
}

/// Finds the rows that hold most of a block's headers; none where fewer than the block needs are found.
#[must_use]
pub fn find_header<'r>(rows: &'r HeaderRows<'_>, index: usize, block: &Block, year: Option<i32>) -> Option<Header> {
    let mut best: Option<Header> = None;
    let names = |labels: &'r [Labelled<'_>]| labels.iter().map(|label| Named::of(label, index, block)).collect();
    let single: BTreeMap<u32, Vec<Named<'_>>> = rows.single.iter().map(|(row, labels)| (*row, names(labels))).collect();
    for (row, labels) in &single {
        let alone = read_rows(*row, *row, labels, block, year).filter(|header| !names_lines(labels, header, block));
        let joined = rows.double.get(row).and_then(|labels| read_two(*row, &names(labels), &single, block, year));
        for header in [alone, joined].into_iter().flatten().filter(|header| enough(header, block)) {
            if best.as_ref().is_none_or(|best| header.columns.len() > best.columns.len()) {
                best = Some(header);
            }
        }
    }
    best
}

/// Finds further tables of a block of amounts, as of its tasks beside its funds; rows that are taken have none. A header
/// printed again, as at the top of a page, opens no table.
#[must_use]
pub fn further_headers(
    rows: &HeaderRows<'_>,
    (index, block): (usize, &Block),
    first: &Header,
    year: Option<i32>,
    taken: &dyn Fn(u32, u32) -> bool,
) -> Vec<Header> {
    if block.shape != Shape::Lines || block.line.is_empty() || block.until.is_empty() {
        return Vec::new();
    }
    let places = |header: &Header| header.columns.iter().map(|one| (one.measure, one.first)).collect::<Vec<_>>();
    let mut found: Vec<Header> = Vec::new();
    for (row, labels) in rows.single.iter().filter(|(row, _)| !taken(**row, **row)) {
        let names: Vec<Named<'_>> = labels.iter().map(|label| Named::of(label, index, block)).collect();
        let Some(header) = read_rows(*row, *row, &names, block, year) else { continue };
        if enough(&header, block) && !names_lines(&names, &header, block) && places(&header) != places(first) {
            found.push(header);
        }
    }
    found
}

/// Whether a row names more lines than columns of amounts: it heads a table that lies on its side.
fn names_lines(labels: &[Named<'_>], header: &Header, block: &Block) -> bool {
    let money = |column: &&Column| block.measures[column.measure].quantity == Quantity::Money;
    let free = |label: &&Named<'_>| header.columns.iter().all(|column| column.first != label.place.first);
    let line = |label: &&Named<'_>| match_line(&label.place.label.core, block).is_some();
    let lines = labels.iter().filter(free).filter(line).count();
    lines > 1 && lines > header.columns.iter().filter(money).count()
}

/// Whether a number is a year.
fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("20") || text.starts_with("19"))
}

fn enough(header: &Header, block: &Block) -> bool {
    let has = |quantity| header.columns.iter().any(|column| block.measures[column.measure].quantity == quantity);
    let wants_money = block.shape == Shape::Lines && block.measures.iter().any(|m| m.quantity == Quantity::Money);
    header.columns.len() >= block.need && (!wants_money || has(Quantity::Money))
}

/// Reads two rows as one header, where both bring something: else one of them is the header and the other is not.
fn read_two(
    top: u32,
    joined: &[Named<'_>],
    single: &BTreeMap<u32, Vec<Named<'_>>>,
    block: &Block,
    year: Option<i32>,
) -> Option<Header> {
    let header = read_rows(top, top + 1, joined, block, year)?;
    let year = printed_year(joined).or(year);
    let alone = |row| single.get(&row).map_or(0, |labels| match_columns(labels, block, year).len());
    (header.columns.len() > alone(top).max(alone(top + 1))).then_some(header)
}

fn read_rows(top: u32, bottom: u32, labels: &[Named<'_>], block: &Block, year: Option<i32>) -> Option<Header> {
    let by_title = match_columns(labels, block, year);
    let printed = printed_year(labels).or(year);
    let by_print = if printed == year { Vec::new() } else { match_columns(labels, block, printed) };
    let columns = if by_print.len() > by_title.len() { by_print } else { by_title };
    let left = columns.iter().map(|column| column.first).min()?;
    let again = if block.across { match_again(labels, &columns, block, year) } else { Vec::new() };
    Some(Header { top, bottom, columns, again, left })
}

/// The columns of further groups right of the first, each with as many measures as the block needs.
fn match_again(labels: &[Named<'_>], first: &[Column], block: &Block, year: Option<i32>) -> Vec<Vec<Column>> {
    let mut groups: Vec<Vec<Column>> = Vec::new();
    let mut rest = labels;
    while let Some(last) = groups.last().map_or(first, Vec::as_slice).last() {
        rest = &rest[rest.partition_point(|label| label.place.first <= last.last)..];
        let group = match_columns(rest, block, year);
        if group.len() < block.need {
            break;
        }
        groups.push(group);
    }
    groups
}

/// The latest year that header words print.
fn printed_year(labels: &[Named<'_>]) -> Option<i32> {
    labels.iter().filter_map(|label| label.place.label.year).max()
}

fn has_numbers(grid: &Grid<'_>, row: u32) -> bool {
    grid.filled(row).iter().any(|span| grid.is_number(span.anchor))
}

struct Labelled<'g> {
    label: Cow<'g, Label>,
    /// The same place's lower words alone, where two rows were joined.
    lower: Option<&'g Label>,
    /// The words of the form's measures that each of them holds.
    held: Vec<Held>,
    lower_held: Vec<Held>,
    /// The words without whose money it is, where they say that.
    unowned: Option<(Vec<Held>, String)>,
    first: u32,
    last: u32,
    /// A figure stands in the row under the words.
    figure: bool,
}

impl<'g> Labelled<'g> {
    fn new(label: Cow<'g, Label>, lower: Option<&'g Label>, first: u32, last: u32) -> Self {
        Self { label, lower, held: Vec::new(), lower_held: Vec::new(), unowned: None, first, last, figure: false }
    }
}

/// Reads the header words over every column; words of two rows are joined downwards.
fn labels<'g>(grid: &'g Grid<'_>, top: u32, bottom: u32, form: &Form) -> Vec<Labelled<'g>> {
    // Words that reach down beside the rows name the block, not a column of it.
    let heads = |span: &&Span| grid.range(span.anchor).last.row <= bottom + 1;
    let spans: Vec<&Span> = grid.filled(bottom).iter().filter(heads).collect();
    let mut labels: Vec<Labelled<'g>> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let above = grid.anchor(CellRef::new(top, span.first));
        let joined = above != span.anchor && above.row == top && top != bottom && !grid.blank(above);
        // Without merges a header owns the blank columns up to the next one.
        let single = grid.range(span.anchor).first.col == grid.range(span.anchor).last.col;
        let upper = grid.filled(top).iter().map(|above| above.first).find(|col| *col > span.first);
        let beside = spans.get(index + 1).map(|next| next.first);
        let next = beside.into_iter().chain(upper).min().unwrap_or(grid.last_col + 1);
        let last = if single { next.saturating_sub(1).max(span.last) } else { span.last };
        let own = grid.label(span.anchor);
        let (label, lower) = if joined {
            (Cow::Owned(join(grid.label(above), grid.squashed(span.anchor))), Some(own))
        } else {
            (Cow::Borrowed(own), None)
        };
        labels.push(Labelled::new(label, lower, span.first, last));
    }
    if top != bottom {
        // Headers that stand only in the upper row keep their column.
        for span in grid.filled(top).iter().filter(heads) {
            if labels.iter().all(|label| !(label.first..=label.last).contains(&span.first)) {
                labels.push(Labelled::new(Cow::Borrowed(grid.label(span.anchor)), None, span.first, span.last));
            }
        }
        for label in &mut labels {
            let above = grid.label(grid.anchor(CellRef::new(top, label.first)));
            if grid.blank(CellRef::new(bottom, label.first)) {
                label.label = Cow::Borrowed(above);
            }
        }
    }
    labels.sort_by_key(|label| label.first);
    for label in &mut labels {
        label.held = form.words.within(&label.label.core);
        label.lower_held = label.lower.map_or_else(Vec::new, |lower| form.words.within(&lower.core));
        label.unowned = unowned(&label.label.core).map(|core| (form.words.within(&core), core));
        let under = |span: &&Span| (label.first..=label.last).contains(&span.first);
        let mut below = grid.filled(bottom + 1).iter().filter(under);
        label.figure = below.any(|span| grid.is_number(span.anchor) || grid.is_figure(span.anchor));
    }
    labels
}

/// Words under a header that say it is the whole of what stands beside them.
const WHOLES: [&str; 5] = ["小计", "合计", "总计", "总额", "金额"];

/// Joins a header with the words under it; what the upper one's brackets and year say holds for both.
fn join(above: &Label, below: &str) -> Label {
    let whole = WHOLES.contains(&label_of(below.to_owned()).core.as_str());
    let mut both = label_of(if whole { above.core.clone() } else { format!("{}{below}", above.core) });
    both.unit = both.unit.or_else(|| above.unit.clone());
    both.year = both.year.or(above.year);
    both.percent |= above.percent;
    both
}

/// A header's words with the measures that they may name, whatever the year.
struct Named<'l> {
    place: &'l Labelled<'l>,
    /// The label, or the lower words alone, each with its candidates.
    told: Vec<(&'l Label, Candidates)>,
}

/// Measures that a label names as it stands, those that its words hold among others, and those by their root.
struct Candidates {
    exact: Vec<Candidate>,
    near: Vec<Candidate>,
    rooted: Vec<Candidate>,
}

/// A measure, the letters of its longest word that fits, and whether the label is its very name.
struct Candidate {
    measure: usize,
    letters: usize,
    named: bool,
}

impl<'l> Named<'l> {
    fn of(place: &'l Labelled<'_>, index: usize, block: &Block) -> Self {
        let own = place.label.as_ref();
        let any = |held: &[Held]| held.iter().any(|one| one.means.block == index);
        let unowned = place.unowned.as_ref().is_some_and(|(held, _)| any(held));
        if !any(&place.held) && !any(&place.lower_held) && !unowned {
            return Self { place, told: Vec::new() };
        }
        let mut whole = candidates(&own.core, &place.held, index, block);
        // 财政拨款 under 全年预算数 is a part of that column, not the column.
        let part = |lower: &&Label| match_line(&lower.core, block).is_some_and(|line| line.name != block.line);
        if place.lower.as_ref().is_some_and(part) {
            (whole.near, whole.rooted) = (Vec::new(), Vec::new());
            return Self { place, told: vec![(own, whole)] };
        }
        if let Some((held, core)) = place.unowned.as_ref().filter(|_| whole.is_empty() && block.shape == Shape::Lines) {
            whole = candidates(core, held, index, block);
        }
        let lower = place.lower.map(|lower| (lower, candidates(&lower.core, &place.lower_held, index, block)));
        let told = std::iter::once((own, whole)).chain(lower);
        Self { place, told: told.filter(|(_, told)| !told.is_empty()).collect() }
    }
}

impl Candidates {
    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.near.is_empty() && self.rooted.is_empty()
    }
}

/// Whose money it is: a header of amounts may say so anywhere, 年初部门预算, or not.
const OWNERS: [&str; 4] = ["部门", "单位", "项目", "整体"];

/// A header's words without whose money it is; none where they do not say it.
fn unowned(core: &str) -> Option<String> {
    // Single letters are found at once.
    let owned = core.contains(['部', '单', '项', '整']) && OWNERS.iter().any(|owner| core.contains(owner));
    owned.then(|| OWNERS.iter().fold(core.to_owned(), |core, owner| core.replace(owner, "")))
}

/// Letters of a root that names its measure with nothing around it; a shorter one, 支出, is a row as often as a column.
const WHOLE_ROOT: usize = 4;

/// A header may carry a few words more than the measure it names, or its root with nothing but the block's words around
/// it: 实际使用数 is 实际 + 使用 + 数.
fn candidates(core: &str, held: &[Held], index: usize, block: &Block) -> Candidates {
    let mut found = Candidates { exact: Vec::new(), near: Vec::new(), rooted: Vec::new() };
    for one in held.iter().filter(|one| one.means.block == index) {
        let (measure, letters) = (one.means.measure, one.letters);
        let named = || block.measures[measure].name == core;
        let whole = one.to - one.from == core.len();
        if one.means.root {
            let around = |text| made_of(text, &block.around);
            let alone = whole && letters < WHOLE_ROOT;
            if !alone && around(&core[..one.from]) && around(&core[one.to..]) {
                keep_longest(&mut found.rooted, measure, letters, || false);
            }
            continue;
        }
        if whole {
            keep_longest(&mut found.exact, measure, letters, named);
        }
        if letters >= 3 && core.chars().count() <= letters + BESIDE {
            keep_longest(&mut found.near, measure, letters, named);
        }
    }
    found
}

/// Adds a measure, or lengthens the word by which it was found.
fn keep_longest(found: &mut Vec<Candidate>, measure: usize, letters: usize, named: impl Fn() -> bool) {
    match found.iter_mut().find(|one| one.measure == measure) {
        Some(one) => one.letters = one.letters.max(letters),
        None => found.push(Candidate { measure, letters, named: named() }),
    }
}

fn match_columns(labels: &[Named<'_>], block: &Block, year: Option<i32>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for pass in [Pass::Name, Pass::Word, Pass::Near, Pass::Root] {
        for Named { place, told } in labels {
            if columns.iter().any(|column| column.first == place.first) {
                continue;
            }
            let found = told.iter().find_map(|(label, told)| {
                let told = match pass {
                    Pass::Near => &told.near,
                    Pass::Root => &told.rooted,
                    Pass::Name | Pass::Word => &told.exact,
                };
                let found = match_measure(label, told, block, year)?;
                (pass != Pass::Name || block.measures[found].name == label.core).then_some((found, label))
            });
            if let Some((measure, label)) = found {
                if let Some(at) = columns.iter().position(|column| column.measure == measure) {
                    let bare = labels.iter().any(|one| one.place.first == columns[at].first && !one.place.figure);
                    if !(yields(&columns, at, place.first, block)
                        || bare && place.figure && block.shape == Shape::Lines)
                    {
                        continue;
                    }
                    columns.remove(at);
                }
                columns.push(Column {
                    measure,
                    first: place.first,
                    last: place.last,
                    unit: label.unit.clone(),
                    percent: label.percent,
                    year: label.year,
                });
            }
        }
    }
    columns.sort_by_key(|column| column.first);
    add_earlier_budget(&mut columns, labels, block, year);
    serve(&mut columns, block);
    columns
}

/// Of two budgets that no word tells apart the left one is the year's first: `预算安排数 | 调整后预算`.
fn add_earlier_budget(columns: &mut Vec<Column>, labels: &[Named<'_>], block: &Block, year: Option<i32>) {
    let stage = |wanted| block.measures.iter().position(|measure| measure.stage == Some(wanted));
    let (Some(initial), Some(budget)) = (stage(Stage::Initial), stage(Stage::Budget)) else { return };
    let place = |measure: usize| columns.iter().find(|column| column.measure == measure).map(|column| column.first);
    let (None, Some(right)) = (place(initial), place(budget)) else { return };
    let taken = |first: u32| columns.iter().any(|column| column.first == first);
    let left = labels.iter().find_map(|Named { place, told }| {
        let means = |(label, told): &&(&Label, Candidates)| {
            let mut found = [&told.exact, &told.near, &told.rooted].into_iter();
            found.find_map(|told| match_measure(label, told, block, year)) == Some(budget)
        };
        let (label, _) =
            told.iter().find(means).filter(|_| place.first < right && place.figure && !taken(place.first))?;
        Some((place.first, place.last, label.unit.clone(), label.percent, label.year))
    });
    let Some((first, last, unit, percent, year)) = left else { return };
    columns.push(Column { measure: initial, first, last, unit, percent, year });
    columns.sort_by_key(|column| column.first);
}

/// Whether a column gives its measure up to one further right that names it too: the corner of a record is what the
/// record is called, and weights before the indicator's name are its group's. So does the corner of a table of lines,
/// which has no figure under it (`年度预算数（万元） | 年初预算 | 调整后预算数`).
fn yields(columns: &[Column], at: usize, right: u32, block: &Block) -> bool {
    let named = |column: &&Column| block.measures[column.measure].name == "三级指标";
    match block.shape {
        Shape::Record => columns[at].first == 0,
        // 绩效指标 left of 一级指标 is what the table is called.
        Shape::Indicators if block.measures[columns[at].measure].name == "三级指标" => {
            let group = |column: &&Column| block.measures[column.measure].name == "一级指标";
            columns.iter().find(group).is_some_and(|group| columns[at].first < group.first)
        }
        Shape::Indicators if block.measures[columns[at].measure].quantity == Quantity::Points => {
            columns.iter().find(named).is_some_and(|name| (columns[at].first..right).contains(&name.first))
        }
        _ => false,
    }
}

/// A column that serves for a measure is that measure where no column of its own stands.
fn serve(columns: &mut [Column], block: &Block) {
    for at in 0..columns.len() {
        let serves = block.measures[columns[at].measure].serves.as_deref();
        let meant = serves.and_then(|name| block.measures.iter().position(|measure| measure.name == name));
        if let Some(meant) = meant.filter(|meant| columns.iter().all(|column| column.measure != *meant)) {
            columns[at].measure = meant;
        }
    }
}

/// How strictly a header must name its measure: a name goes before a synonym, that before words that hold one,
/// those before words that are made around a root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Name,
    Word,
    Near,
    Root,
}

/// The measure that a header names, of those whose year fits: the longest word tells most, so 执行率得分 is a score,
/// though it holds 执行率.
fn match_measure(label: &Label, told: &[Candidate], block: &Block, year: Option<i32>) -> Option<usize> {
    // 增减（%） is no amount.
    let kind = |one: &&Candidate| !(label.percent && block.measures[one.measure].quantity == Quantity::Money);
    let fits = told.iter().filter(kind).filter(|one| year_fits(&block.measures[one.measure], label, year));
    fits.max_by_key(|one| (one.letters, one.named, std::cmp::Reverse(one.measure))).map(|one| one.measure)
}

fn year_fits(measure: &Measure, label: &Label, year: Option<i32>) -> bool {
    match (measure.year, label.year, year) {
        (None, _, _) => true,
        (Some(offset), Some(printed), Some(year)) => printed - year == offset,
        (Some(_), Some(_), None) => false,
        (Some(offset), None, _) => {
            let last = label.core.starts_with("上年") || label.core.starts_with("上一年");
            if last { offset == -1 } else { offset == 0 || measure.name == label.core }
        }
    }
}
