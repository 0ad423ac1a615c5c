//! Workbooks drawn as text: one line a row, cells parted by `|`, with what every figure on them means.
//!
//! - `# file.xlsx!sheet` opens a sheet; `~` is an empty row; `^` a cell that a merged range covers.
//! - `>3` after a cell merges it over three columns, `v2` over two rows.
//! - `@ 万元 D=年初预算数 E=全年预算数` says what the columns of the next rows mean, and the unit of money there; a row
//!   that begins with `[年度资金总额]` is that line. `@` alone ends it.
//! - `! D7 266.6` plants an error: typed there, it must be found there. Other files are named in front: `file.xlsx!D7`.

use std::collections::BTreeMap;

use gouji::model::{CellRange, CellRef};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook};

use super::grid::Grid;

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    pub file: String,
    pub sheet: String,
    pub cell: CellRef,
    pub line: String,
    pub measure: String,
    pub amount: Decimal,
    /// The unit of money; none for points, rates, targets and results.
    pub unit: Option<String>,
}

/// An error to be typed into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    pub cell: CellRef,
    pub typed: String,
}

/// A drawn submission.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    pub files: Vec<(String, Vec<Grid>)>,
    pub truth: Vec<Truth>,
    pub faults: Vec<Fault>,
}

/// What the columns of some rows mean.
#[derive(Default)]
struct Meaning {
    unit: String,
    columns: BTreeMap<u32, String>,
}

impl Drawing {
    pub fn parse(text: &str) -> Self {
        let mut drawing = Self::default();
        let mut meaning = Meaning::default();
        let mut row = 0;
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(name) = line.strip_prefix("# ") {
                drawing.open(name);
                (meaning, row) = (Meaning::default(), 0);
            } else if let Some(said) = line.strip_prefix('@') {
                meaning = Meaning::parse(said);
            } else if let Some(fault) = line.strip_prefix("! ") {
                drawing.plant(fault);
            } else {
                if line != "~" {
                    drawing.row(row, line, &meaning);
                }
                row += 1;
            }
        }
        drawing
    }

    fn open(&mut self, name: &str) {
        let (file, sheet) = name.split_once('!').expect("a file and a sheet");
        match self.files.iter_mut().find(|(held, _)| held == file) {
            Some((_, pages)) => pages.push(Grid::new(sheet)),
            None => self.files.push((file.to_owned(), vec![Grid::new(sheet)])),
        }
    }

    fn plant(&mut self, fault: &str) {
        let (place, typed) = fault.split_once(' ').expect("a cell and what is typed");
        let (file, cell) = place.rsplit_once('!').unwrap_or((&self.files[0].0, place));
        let fault =
            Fault { file: file.to_owned(), cell: cell.parse().expect("an address"), typed: typed.trim().to_owned() };
        self.faults.push(fault);
    }

    fn row(&mut self, row: u32, line: &str, meaning: &Meaning) {
        let named = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (name, line) = named.map_or((None, line), |(name, rest)| (Some(name), rest));
        let file = self.files.last().expect("a file is open").0.clone();
        let mut col = 0;
        for typed in line.split('|') {
            let (typed, wide, tall) = extent(typed);
            let at = CellRef::new(row, col);
            let page = self.files.last_mut().and_then(|(_, pages)| pages.last_mut()).expect("a sheet is open");
            if typed != "^" {
                page.set(at, &typed);
                if wide * tall > 1 {
                    page.merges.push(CellRange::new(at, CellRef::new(row + tall - 1, col + wide - 1)));
                }
            }
            if let Some(measure) = meaning.columns.get(&col)
                && let Some(amount) = amount(&typed)
            {
                let money = !matches!(
                    measure.as_str(),
                    "分值" | "得分" | "复核得分" | "执行率" | "控制率" | "完成率" | "年度指标值" | "实际完成值"
                );
                let truth = Truth {
                    file: file.clone(),
                    sheet: page.name.clone(),
                    cell: at,
                    // An indicator goes by its own name, which stands beside it.
                    line: name.unwrap_or_default().to_owned(),
                    measure: measure.clone(),
                    amount,
                    unit: money.then(|| meaning.unit.clone()),
                };
                self.truth.push(truth);
            }
            col += wide;
        }
    }

    /// The same with an error typed in.
    pub fn with(&self, fault: &Fault) -> Self {
        let mut other = self.clone();
        let (_, pages) =
            other.files.iter_mut().find(|(file, _)| *file == fault.file).expect("the file of the fault is there");
        pages[0].set(fault.cell, &fault.typed);
        other
    }

    /// The files as workbooks.
    pub fn workbooks(&self) -> Vec<(String, Vec<u8>)> {
        self.files.iter().map(|(name, pages)| (name.clone(), workbook(pages))).collect()
    }
}

impl Meaning {
    fn parse(said: &str) -> Self {
        let mut words = said.split_whitespace();
        let unit = words.next().unwrap_or_default().to_owned();
        let column = |word: &str| {
            let (col, measure) = word.split_once('=').expect("column=measure");
            let at: CellRef = format!("{col}1").parse().expect("a column");
            (at.col, measure.to_owned())
        };
        Self { unit, columns: words.map(column).collect() }
    }
}

/// Takes `>3v2` off the end of a cell.
fn extent(typed: &str) -> (String, u32, u32) {
    let (mut text, mut wide, mut tall) = (typed, 1, 1);
    while let Some((before, number)) = text.rsplit_once(['>', 'v'])
        && let Ok(number) = number.parse()
    {
        if text[before.len()..].starts_with('>') {
            wide = number;
        } else {
            tall = number;
        }
        text = before;
    }
    (text.to_owned(), wide, tall)
}

/// The number that is typed, a rate in percent.
fn amount(typed: &str) -> Option<Decimal> {
    let plain = typed.split(" {").next().unwrap_or_default().trim_end_matches(['%', '分']).replace(',', "");
    plain.parse().ok()
}

fn workbook(pages: &[Grid]) -> Vec<u8> {
    let mut book = Workbook::new();
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(&page.name).expect("a sheet name");
        for range in &page.merges {
            let (a, b) = (range.first, range.last);
            sheet.merge_range(a.row, narrow(a.col), b.row, narrow(b.col), "", &Format::new()).expect("a merge");
        }
        for (at, typed) in &page.typed {
            let (row, col) = (at.row, narrow(at.col));
            let (plain, format) = typed.split_once(" {").unwrap_or((typed, ""));
            let format = Format::new().set_num_format(format.trim_end_matches('}'));
            match plain.parse::<f64>() {
                Ok(number) if typed != plain => sheet.write_number_with_format(row, col, number, &format),
                Ok(number) => sheet.write_number(row, col, number),
                Err(_) => sheet.write_string(row, col, typed.replace("\\n", "\n")),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn narrow(col: u32) -> u16 {
    u16::try_from(col).expect("a sheet has 16,384 columns")
}
