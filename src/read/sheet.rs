//! One worksheet of a package: its cells, their values and where they stand.

use super::book::{Cell, CellValue, Notice, Sheet, Visibility};
use super::error::Bound;
use super::limits::{Limits, Spent};
use super::scan::{RawCell, Scan};
use super::styles::Styles;
use super::value::{self, Reading};
use crate::model::{CellRef, Words};

/// Forces what follows to be shown from right to left, digits too.
const RIGHT_TO_LEFT: char = '\u{202E}';

/// What the sheets of a package share.
pub(super) struct Context<'a> {
    pub strings: &'a [String],
    pub styles: &'a Styles,
    pub date_1904: bool,
    pub limits: Limits,
}

/// Why a sheet could not be read.
#[derive(Debug)]
pub(super) enum SheetFault {
    Broken(String),
    Over(Bound, u64, u64),
}

impl From<String> for SheetFault {
    fn from(why: String) -> Self {
        Self::Broken(why)
    }
}

/// Reads the text of a sheet part.
pub(super) fn read_sheet(
    name: &str,
    visibility: Visibility,
    text: &str,
    context: &Context<'_>,
    spent: &mut Spent,
) -> Result<(Sheet, Vec<Notice>), SheetFault> {
    let mut gathered = Gathered::new(name, visibility, context.limits);
    let mut scan = Scan::new(text);
    while let Some(raw) = scan.next_cell()? {
        gathered.take(raw, context, spent)?;
    }
    if !scan.has_data() {
        gathered.say(None, no_data());
    }
    gathered.finish(scan)
}

/// What was gathered of a sheet so far.
struct Gathered {
    sheet: Sheet,
    notices: Vec<Notice>,
    limits: Limits,
    /// The first cell whose formula leads to another workbook, and how many there are.
    outside: Option<(CellRef, usize)>,
}

impl Gathered {
    fn new(name: &str, visibility: Visibility, limits: Limits) -> Self {
        let sheet = Sheet {
            name: name.to_owned(),
            visibility,
            cells: std::collections::BTreeMap::new(),
            merges: Vec::new(),
            hidden_rows: std::collections::BTreeSet::new(),
            hidden_cols: std::collections::BTreeSet::new(),
            layout_known: true,
        };
        Self { sheet, notices: Vec::new(), limits, outside: None }
    }

    fn say(&mut self, cell: Option<CellRef>, words: Words) {
        self.notices.push(Notice { sheet: Some(self.sheet.name.clone()), cell, words, lost: false });
    }

    fn take(&mut self, raw: RawCell<'_>, context: &Context<'_>, spent: &mut Spent) -> Result<(), SheetFault> {
        let reading =
            Reading { format: context.styles.format(raw.style), format_known: true, date_1904: context.date_1904 };
        let (at, address) = (raw.at, raw.address.clone());
        let Some((cell, unreadable_value)) = value::cell(raw, context.strings, reading) else { return Ok(()) };
        let Some(at) = at else {
            let (sheet, words) = (Some(self.sheet.name.clone()), bad_address(&address, &cell.shown));
            // Content without a place belongs to some table, which then is not what was filed.
            self.notices.push(Notice { sheet, cell: None, words, lost: true });
            return Ok(());
        };
        if cell.formula.as_deref().is_some_and(is_from_outside) {
            self.outside.get_or_insert((at, 0)).1 += 1;
        }
        if unreadable_value {
            self.say(Some(at), unreadable(&cell.shown));
        }
        if matches!(&cell.value, CellValue::Text(text) if text.contains(RIGHT_TO_LEFT)) {
            self.say(Some(at), reversed());
        }
        self.spend(&cell, spent)?;
        self.put(at, cell);
        Ok(())
    }

    fn spend(&self, cell: &Cell, spent: &mut Spent) -> Result<(), SheetFault> {
        let text = cell.shown.len() + cell.formula.as_ref().map_or(0, String::len);
        spent.cell(text, &self.limits).map_err(|(bound, limit, found)| SheetFault::Over(bound, limit, found))
    }

    /// A cell given twice with different values has no value that could be trusted.
    fn put(&mut self, at: CellRef, cell: Cell) {
        match self.sheet.cells.get_mut(&at) {
            Some(before) if before.value != cell.value => {
                let words = given_twice(&before.shown, &cell.shown);
                before.shown = format!("{} | {}", before.shown, cell.shown);
                before.value = CellValue::Error(before.shown.clone());
                self.say(Some(at), words);
            }
            Some(_) => {}
            None => {
                self.sheet.cells.insert(at, cell);
            }
        }
    }

    fn finish(mut self, scan: Scan<'_>) -> Result<(Sheet, Vec<Notice>), SheetFault> {
        let layout = scan.finish()?;
        let merges = layout.merges.len() as u64;
        if merges > self.limits.merges {
            return Err(SheetFault::Over(Bound::Merges, self.limits.merges, merges));
        }
        for reference in layout.bad_merges {
            self.say(None, bad_merge(&reference));
        }
        if let Some((first, count)) = self.outside {
            self.say(Some(first), from_outside(count));
        }
        (self.sheet.merges, self.sheet.hidden_rows, self.sheet.hidden_cols) =
            (layout.merges, layout.hidden_rows, layout.hidden_cols);
        Ok((self.sheet, self.notices))
    }
}

/// Whether a formula takes a value from another workbook: `[1]Sheet!A1`, and not a column of a table, `Table1[2024]`.
///
/// # Source
/// ECMA-376 part 1, 18.17.2.3 (references to other workbooks stand by their number in brackets).
fn is_from_outside(formula: &str) -> bool {
    formula.match_indices('[').any(|(at, _)| {
        let table = formula[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ']' | '['));
        let number = formula[at + 1..].split(']').next().unwrap_or_default();
        !table && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn from_outside(count: usize) -> Words {
    Words::new(
        format!("公式引用了其他工作簿（本表共{count}格）：其他工作簿不打开，按保存时的数值核对。"),
        format!(
            "the formula takes its value from another workbook ({count} cells of this sheet do); that workbook is not opened, and the value as saved is checked."
        ),
    )
}

fn no_data() -> Words {
    Words::new("这张表里没有单元格数据。", "this sheet holds no cell data.")
}

fn bad_address(address: &str, shown: &str) -> Words {
    Words::new(
        format!("单元格地址“{address}”不在工作表范围内，或不在它所在的行，其内容“{shown}”没有读入。"),
        format!(
            "the cell address \"{address}\" is outside a sheet, or of another row than it stands in; its content \"{shown}\" was not read."
        ),
    )
}

fn unreadable(stored: &str) -> Words {
    Words::new(
        format!("单元格的存储值“{stored}”读不出来，按错误值处理。请在 Excel 或 WPS 里重新录入。"),
        format!(
            "the stored value \"{stored}\" cannot be read and counts as an error value. Type it again in Excel or WPS."
        ),
    )
}

fn reversed() -> Words {
    Words::new(
        "文字里有强制从右到左显示的控制符：看到的数字与存储的不同，按存储的内容读取。请重新录入。",
        "the text holds a mark that forces it to show from right to left: its figures look other than they are stored. It was read as stored; type it again.",
    )
}

fn given_twice(first: &str, second: &str) -> Words {
    Words::new(
        format!(
            "同一单元格在文件里给了两个不同的值（“{first}”和“{second}”），两个都不采用。请在 Excel 或 WPS 里打开、核对后另存。"
        ),
        format!(
            "the file gives this cell two different values (\"{first}\" and \"{second}\"); neither is used. Open it in Excel or WPS, look it over and save a copy."
        ),
    )
}

fn bad_merge(reference: &str) -> Words {
    Words::new(
        format!("合并区域“{reference}”不是有效的区域，没有读入。"),
        format!("the merged range \"{reference}\" is no range and was not read."),
    )
}
