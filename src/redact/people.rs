//! Who stands in a workbook: names behind labels, in footers, sentences and rosters; cells that hold a number of theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::CellRef;
use crate::model::mask::{BEFORE_NAMES, NO_NAME, Personal, is_han, spans};
use crate::read::{Book, CellValue, Sheet};

/// Headings and labels of telephones and identity cards.
const NUMBERS: [&str; 8] = ["电话", "手机", "通讯号码", "联系方式", "身份证", "证件号码", "传真", "微信"];
/// Headings of columns that hold names.
const NAMES: [&str; 7] = ["姓名", "联系人", "联络员", "经办人", "负责人", "填表人", "分管领导"];

/// What is to be masked in one workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Names without blanks.
    names: BTreeSet<String>,
    /// The letters that they begin with, and the bytes of the longest.
    firsts: BTreeSet<char>,
    longest: usize,
    /// Cells that hold a person's number as a number, by file and sheet.
    numbers: BTreeMap<(String, String), BTreeSet<CellRef>>,
}

impl People {
    /// Finds them in everything that was read.
    #[must_use]
    pub fn of(books: &[Book]) -> Self {
        Self::on(books.iter().flat_map(|book| book.sheets.iter().map(|sheet| (book.file.as_str(), sheet))))
    }

    /// Finds them on some sheets, each with its file.
    #[must_use]
    pub fn on<'s>(sheets: impl IntoIterator<Item = (&'s str, &'s Sheet)>) -> Self {
        let mut names = BTreeSet::new();
        let mut numbers: BTreeMap<(String, String), BTreeSet<CellRef>> = BTreeMap::new();
        for (file, sheet) in sheets {
            let (mut under_names, mut under_numbers) = (Columns::default(), Columns::default());
            for (at, cell) in &sheet.cells {
                for (span, what) in spans(&cell.shown) {
                    if what == Personal::Name {
                        names.extend(name_in(&cell.shown[span]));
                    }
                }
                let label = squash(&cell.shown);
                if ends_with(&label, &BEFORE_NAMES) || ends_with(&label, &NAMES) {
                    names.extend(
                        beside(sheet, *at)
                            .chain(under_names.below(sheet, *at))
                            .filter_map(|one| name_in(text_at(sheet, one))),
                    );
                }
                if NUMBERS.iter().any(|word| label.contains(word)) {
                    let held = |one: &CellRef| matches!(sheet.cells[one].value, CellValue::Number(n) if n.trunc().to_string().len() >= 7);
                    let cells = beside(sheet, *at).chain(under_numbers.below(sheet, *at)).filter(held);
                    numbers.entry((file.to_owned(), sheet.name.clone())).or_default().extend(cells);
                }
            }
        }
        Self::named(names, numbers)
    }

    /// People whose names are known already.
    #[must_use]
    pub fn of_names(names: impl IntoIterator<Item = String>) -> Self {
        Self::named(names.into_iter().collect(), BTreeMap::new())
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether nobody is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn named(names: BTreeSet<String>, numbers: BTreeMap<(String, String), BTreeSet<CellRef>>) -> Self {
        let firsts = names.iter().filter_map(|name| name.chars().next()).collect();
        let longest = names.iter().map(String::len).max().unwrap_or(0);
        Self { names, firsts, longest, numbers }
    }

    /// Whether a cell holds a person's number as a number.
    #[must_use]
    pub fn holds_number(&self, file: &str, sheet: &str, cell: CellRef) -> bool {
        self.numbers.get(&(file.to_owned(), sheet.to_owned())).is_some_and(|cells| cells.contains(&cell))
    }

    /// The cells of a book in which something is masked, with what.
    #[must_use]
    pub fn cells(&self, book: &Book) -> Vec<(String, CellRef, Vec<Personal>)> {
        let mut found = Vec::new();
        for sheet in &book.sheets {
            for (at, cell) in &sheet.cells {
                let kinds = if self.holds_number(&book.file, &sheet.name, *at) {
                    vec![Personal::Number]
                } else if matches!(cell.value, CellValue::Number(_)) {
                    continue;
                } else {
                    self.mask(&cell.shown).map(|(_, kinds)| kinds).unwrap_or_default()
                };
                if !kinds.is_empty() {
                    found.push((sheet.name.clone(), *at, kinds));
                }
            }
        }
        found
    }

    /// Masks a text letter for letter; none where nothing in it is a person's.
    #[must_use]
    pub fn mask(&self, text: &str) -> Option<(String, Vec<Personal>)> {
        let mut found = spans(text);
        found.extend(self.places(text).into_iter().map(|span| (span, Personal::Name)));
        rewrite(text, found)
    }

    /// Masks nothing but names that were found elsewhere.
    #[must_use]
    pub fn mask_names(&self, text: &str) -> Option<(String, Vec<Personal>)> {
        rewrite(text, self.places(text).into_iter().map(|span| (span, Personal::Name)).collect())
    }

    /// Where known names stand, with or without blanks between their letters.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut name = String::new();
        for (start, _) in text.char_indices().filter(|(_, c)| self.firsts.contains(c)) {
            name.clear();
            for (at, c) in text[start..].char_indices() {
                if at > 0 && matches!(c, ' ' | '\u{3000}') {
                    continue;
                }
                name.push(c);
                if self.names.contains(&name) {
                    found.push(start..start + at + c.len_utf8());
                }
                if name.len() >= self.longest {
                    break;
                }
            }
        }
        found
    }
}

fn rewrite(text: &str, mut found: Vec<(Range<usize>, Personal)>) -> Option<(String, Vec<Personal>)> {
    found.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    let (mut out, mut kinds, mut from) = (String::with_capacity(text.len()), Vec::new(), 0);
    for (span, what) in found {
        if span.start < from {
            continue;
        }
        out.push_str(&text[from..span.start]);
        let mut first = what == Personal::Name;
        for c in text[span.clone()].chars() {
            let kept = first || c.is_whitespace() || c == '-';
            out.push(match what {
                _ if kept => c,
                Personal::Name => '×',
                Personal::Number => '*',
            });
            first = false;
        }
        kinds.push(what);
        from = span.end;
    }
    out.push_str(&text[from..]);
    (out != text).then_some((out, kinds))
}

fn squash(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：')).collect()
}

/// A label, perhaps with `（签字）` behind it.
fn ends_with(label: &str, words: &[&str]) -> bool {
    let bare = label.split(['(', '（']).next().unwrap_or(label);
    label.chars().count() <= 16 && words.iter().any(|word| bare.ends_with(word))
}

fn text_at(sheet: &Sheet, at: CellRef) -> &str {
    sheet.cells.get(&at).map_or("", |cell| cell.shown.as_str())
}

/// The next filled cell on the row.
fn beside(sheet: &Sheet, at: CellRef) -> impl Iterator<Item = CellRef> + '_ {
    let from = CellRef::new(at.row, at.col + 1);
    sheet.cells.range(from..CellRef::new(at.row + 1, 0)).map(|(at, _)| *at).take(1)
}

/// How far down each column was looked through already: a label in every row would look at each cell again.
#[derive(Default)]
struct Columns(BTreeMap<u32, u32>);

impl Columns {
    /// The filled cells below, until one is missing; none where a label above has them.
    fn below(&mut self, sheet: &Sheet, at: CellRef) -> Vec<CellRef> {
        if self.0.get(&at.col).is_some_and(|end| *end >= at.row) {
            return Vec::new();
        }
        let cells = (at.row + 1..).map(|row| CellRef::new(row, at.col));
        let cells: Vec<CellRef> = cells.take_while(|at| sheet.cells.contains_key(at)).collect();
        self.0.extend(cells.last().map(|last| (at.col, last.row)));
        cells
    }
}

/// A name of two to four Chinese characters, without the blanks in it.
fn name_in(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = name.chars().all(is_han) && (2..=4).contains(&name.chars().count());
    let label = BEFORE_NAMES.contains(&name.as_str()) || NAMES.contains(&name.as_str());
    (plain && !label && !NO_NAME.iter().any(|word| name.contains(word))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> People {
        People::named(names.iter().map(|name| (*name).to_owned()).collect(), BTreeMap::new())
    }

    #[test]
    fn a_text_is_masked_letter_for_letter() {
        let people = people(&["欧阳小二", "李四"]);
        for (text, masked) in [
            ("由李四、欧阳小二负责", Some("由李×、欧×××负责")),
            ("李　四", Some("李　×")),
            ("填表人：王五　电话：0999-1234567", Some("填表人：王×　电话：****-*******")),
            ("身份证431100199001011234", Some("身份证******************")),
            ("支出257.5万元", None),
            ("李×", None),
        ] {
            let found = people.mask(text).map(|(masked, _)| masked);
            assert_eq!(found.as_deref(), masked, "{text}");
            assert!(found.is_none_or(|found| found.chars().count() == text.chars().count()), "{text}");
        }
        assert_eq!(people.mask_names("IF(A1=\"李四\",13812345678,0)").unwrap().0, "IF(A1=\"李×\",13812345678,0)");
    }
}
