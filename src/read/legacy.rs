//! The older workbooks (.xls, .xlsb): values by calamine, behind a fence, without formats.

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, Range, Reader, SheetType, SheetVisible, Xls, XlsError, XlsOptions, Xlsb, XlsbError,
};

use super::biff::{self, BiffFault};
use super::book::{Book, BookFormat, Notice, Sheet, Visibility};
use super::compound::Compound;
use super::error::{Bound, ReadError};
use super::guard::fenced;
use super::limits::{Limits, Spent};
use super::numfmt::NumberFormat;
use super::package::{Package, canonical};
use super::relations::relations;
use super::sniff::Kind;
use super::value::{self, Reading};
use crate::model::{CellRange, CellRef, Words};

/// Windows Latin 1.
const WESTERN: u16 = 1252;

/// Reads a compound file: an old workbook, or a reason why it is none.
pub(super) fn read_compound(bytes: &[u8], limits: Limits, book: Book) -> Result<Book, ReadError> {
    let file = book.file.clone();
    let damaged = |detail: String| ReadError::Corrupted { file: file.clone(), part: "OLE".into(), detail };
    let compound = Compound::open(bytes).map_err(damaged)?;
    if compound.has("EncryptedPackage") || compound.has("EncryptionInfo") {
        return Err(ReadError::Password { file });
    }
    let stream = match compound.stream("Workbook").map_err(damaged)? {
        Some(stream) => Some(stream),
        None => compound.stream("Book").map_err(damaged)?,
    };
    let Some(stream) = stream else {
        let kind = match &compound {
            c if c.has("WordDocument") => Kind::WordDocument,
            c if c.has("PowerPoint Document") => Kind::Presentation,
            _ => Kind::OtherCompound,
        };
        return Err(ReadError::NotWorkbook { file, kind });
    };
    biff::check(&stream, limits).map_err(|fault| match fault {
        BiffFault::Password => ReadError::Password { file: file.clone() },
        BiffFault::Damaged(detail) => damaged(detail),
        BiffFault::TooMany(found) => too_many(&file, "Workbook", limits, found),
    })?;
    fenced(|| read_xls(bytes, limits, book)).unwrap_or_else(|why| Err(failed(&file, ".xls", &why)))
}

fn read_xls(bytes: &[u8], limits: Limits, mut book: Book) -> Result<Book, ReadError> {
    let mut xls = open_xls(bytes).map_err(|error| match error {
        XlsError::Password => ReadError::Password { file: book.file.clone() },
        other => failed(&book.file, ".xls", &other.to_string()),
    })?;
    (book.format, book.date_1904) = (BookFormat::Xls, xls.has_1904_epoch());
    let mut gathering = Gathering::new(book, limits);
    for tab in xls.sheets_metadata().to_vec() {
        if gathering.leaves_out(&tab) {
            continue;
        }
        let values = xls.worksheet_range(&tab.name).map_err(|error| error.to_string());
        let formulas = xls.worksheet_formula(&tab.name).unwrap_or_default();
        let merges = xls.merge_cells_by_sheet_name(&tab.name).unwrap_or_default();
        gathering.spread(&tab, values, &formulas, &merges)?;
    }
    Ok(gathering.book)
}

/// Some programs name a code page that nobody knows; the text is then read as Western.
fn open_xls(bytes: &[u8]) -> Result<Xls<Cursor<&[u8]>>, XlsError> {
    Xls::new(Cursor::new(bytes)).or_else(|error| {
        if !error.to_string().contains("Codepage") {
            return Err(error);
        }
        let mut options = XlsOptions::default();
        options.force_codepage = Some(WESTERN);
        Xls::new_with_options(Cursor::new(bytes), options)
    })
}

/// Reads a binary workbook from its checked package.
pub(super) fn read_xlsb(
    package: &mut Package<'_>,
    bytes: &[u8],
    main: &str,
    limits: Limits,
    book: Book,
) -> Result<Book, ReadError> {
    let file = book.file.clone();
    refuse_decoys(package, main, &file)?;
    fenced(|| walk_xlsb(bytes, limits, book)).unwrap_or_else(|why| Err(failed(&file, ".xlsb", &why)))
}

/// The reader takes these parts from fixed places, so they must be the related ones.
fn refuse_decoys(package: &mut Package<'_>, main: &str, file: &str) -> Result<(), ReadError> {
    let related = relations(package, main)?;
    for (kind, place) in [("sharedStrings", "xl/sharedStrings.bin"), ("styles", "xl/styles.bin")] {
        let target = related.iter().find(|r| r.kind == kind).map(|r| canonical(&r.target));
        let agrees = target.as_deref() == Some(&canonical(place)) || (target.is_none() && !package.has(place));
        if !agrees {
            return Err(failed(file, ".xlsb", &format!("{place} is not the part that the workbook names")));
        }
    }
    if canonical(main) == "xl/workbook.bin" { Ok(()) } else { Err(failed(file, ".xlsb", main)) }
}

fn walk_xlsb(bytes: &[u8], limits: Limits, mut book: Book) -> Result<Book, ReadError> {
    let mut xlsb: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsbError::Password => ReadError::Password { file: book.file.clone() },
        other => failed(&book.file, ".xlsb", &other.to_string()),
    })?;
    (book.format, book.date_1904) = (BookFormat::Xlsb, xlsb.has_1904_epoch());
    let mut gathering = Gathering::new(book, limits);
    for tab in xlsb.sheets_metadata().to_vec() {
        if gathering.leaves_out(&tab) {
            continue;
        }
        let mut sheet = blank_sheet(&tab);
        match stream_xlsb(&mut xlsb, &tab.name, &mut sheet, &mut gathering) {
            Ok(()) => gathering.book.sheets.push(sheet),
            Err(Stop::Over(error)) => return Err(error),
            Err(Stop::Broken(why)) => gathering.lose(&tab.name, &why),
        }
    }
    Ok(gathering.book)
}

/// Why a sheet's stream ended early.
enum Stop {
    Broken(String),
    Over(ReadError),
}

impl From<XlsbError> for Stop {
    fn from(error: XlsbError) -> Self {
        Self::Broken(error.to_string())
    }
}

fn stream_xlsb(
    xlsb: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    sheet: &mut Sheet,
    gathering: &mut Gathering,
) -> Result<(), Stop> {
    let mut cells = xlsb.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell()? {
        let (row, col) = cell.get_position();
        gathering.keep(sheet, CellRef::new(row, col), cell.get_value().clone()).map_err(Stop::Over)?;
    }
    drop(cells);
    let mut formulas = xlsb.worksheet_cells_reader(name)?;
    while let Ok(Some(cell)) = formulas.next_formula() {
        let (row, col) = cell.get_position();
        note_formula(sheet, CellRef::new(row, col), cell.get_value());
    }
    Ok(())
}

/// A book being filled, with what its limits allow.
pub(super) struct Gathering {
    pub book: Book,
    limits: Limits,
    spent: Spent,
    general: NumberFormat,
}

impl Gathering {
    pub(super) fn new(mut book: Book, limits: Limits) -> Self {
        book.notices.push(Notice { sheet: None, cell: None, words: layout_unknown(), lost: false });
        Self { book, limits, spent: Spent::default(), general: NumberFormat::default() }
    }

    /// Says that a sheet is damaged and was not read.
    fn lose(&mut self, sheet: &str, why: &str) {
        let words = broken_sheet(why);
        self.book.notices.push(Notice { sheet: Some(sheet.to_owned()), cell: None, words, lost: true });
    }

    fn say(&mut self, sheet: &str, words: Words) {
        self.book.notices.push(Notice { sheet: Some(sheet.to_owned()), cell: None, words, lost: false });
    }

    /// Leaves out, with a notice, what is no worksheet.
    pub(super) fn leaves_out(&mut self, tab: &calamine::Sheet) -> bool {
        let (zh, en) = match tab.typ {
            SheetType::WorkSheet => return false,
            SheetType::ChartSheet => ("图表工作表", "a chart sheet"),
            SheetType::DialogSheet => ("对话框工作表", "a dialog sheet"),
            SheetType::MacroSheet => ("宏表", "a macro sheet"),
            SheetType::Vba => ("宏模块", "a macro module"),
        };
        self.say(&tab.name, Words::new(format!("这是{zh}，没有读入。"), format!("this is {en} and was left out.")));
        true
    }

    /// Takes a sheet that came as ranges.
    pub(super) fn spread(
        &mut self,
        tab: &calamine::Sheet,
        values: Result<Range<Data>, String>,
        formulas: &Range<String>,
        merges: &[Dimensions],
    ) -> Result<(), ReadError> {
        let values = match values {
            Ok(values) => values,
            Err(why) => {
                self.lose(&tab.name, &why);
                return Ok(());
            }
        };
        let mut sheet = blank_sheet(tab);
        for (at, value) in absolute(&values) {
            self.keep(&mut sheet, at, borrowed(value))?;
        }
        for (at, formula) in absolute(formulas) {
            note_formula(&mut sheet, at, formula);
        }
        sheet.merges = merges.iter().map(|m| CellRange::new(place(m.start), place(m.end))).collect();
        self.book.sheets.push(sheet);
        Ok(())
    }

    fn keep(&mut self, sheet: &mut Sheet, at: CellRef, value: DataRef<'_>) -> Result<(), ReadError> {
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        let reading = Reading { format: &self.general, format_known: false, date_1904: self.book.date_1904 };
        let cell = value::of_data(value, "", reading);
        self.spent.cell(cell.shown.len(), &self.limits).map_err(|(bound, limit, found)| {
            let (file, part) = (self.book.file.clone(), sheet.name.clone());
            ReadError::TooLarge { file, part, bound, limit, found }
        })?;
        sheet.cells.insert(at, cell);
        Ok(())
    }
}

/// The cells of a range that hold something, at their places on the sheet.
fn absolute<T: calamine::CellType>(range: &Range<T>) -> impl Iterator<Item = (CellRef, &T)> {
    let (top, left) = range.start().unwrap_or_default();
    range.used_cells().filter_map(move |(row, col, value)| {
        let (row, col) = (u32::try_from(row).ok()?, u32::try_from(col).ok()?);
        Some((CellRef::new(top.checked_add(row)?, left.checked_add(col)?), value))
    })
}

fn place((row, col): (u32, u32)) -> CellRef {
    CellRef::new(row, col)
}

fn note_formula(sheet: &mut Sheet, at: CellRef, formula: &str) {
    if formula.is_empty() {
        return;
    }
    if let Some(cell) = sheet.cells.get_mut(&at) {
        cell.formula = Some(formula.trim_start_matches("of:").trim_start_matches('=').to_owned());
    }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(n) => DataRef::Int(*n),
        Data::Float(n) => DataRef::Float(*n),
        Data::String(s) => DataRef::SharedString(s),
        Data::Bool(b) => DataRef::Bool(*b),
        Data::DateTime(d) => DataRef::DateTime(*d),
        Data::DateTimeIso(s) => DataRef::DateTimeIso(s.clone()),
        Data::DurationIso(s) => DataRef::DurationIso(s.clone()),
        Data::Error(e) => DataRef::Error(e.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn blank_sheet(tab: &calamine::Sheet) -> Sheet {
    Sheet {
        name: tab.name.clone(),
        visibility: match tab.visible {
            SheetVisible::Visible => Visibility::Visible,
            SheetVisible::Hidden => Visibility::Hidden,
            SheetVisible::VeryHidden => Visibility::VeryHidden,
        },
        cells: std::collections::BTreeMap::new(),
        merges: Vec::new(),
        hidden_rows: std::collections::BTreeSet::new(),
        hidden_cols: std::collections::BTreeSet::new(),
        layout_known: false,
    }
}

/// Builds the error that a reader of that format failed.
pub(super) fn failed(file: &str, format: &str, why: &str) -> ReadError {
    ReadError::ReaderFailed { file: file.to_owned(), format: format.to_owned(), detail: why.to_owned() }
}

/// Builds the error that a workbook has too many cells.
pub(super) fn too_many(file: &str, part: &str, limits: Limits, found: u64) -> ReadError {
    let (file, part, limit) = (file.to_owned(), part.to_owned(), limits.cells);
    ReadError::TooLarge { file, part, bound: Bound::Cells, limit, found }
}

fn layout_unknown() -> Words {
    Words::new(
        "这种格式读不到数字格式和隐藏的行列：小数位数按存储的数字判断，隐藏的内容一并核对。",
        "this format does not tell number formats or hidden rows and columns: decimals are taken from the digits stored, and what is hidden is checked too.",
    )
}

fn broken_sheet(why: &str) -> Words {
    Words::new(
        format!("工作表的内容已损坏（{why}），整张表没有读入。请用 Excel 或 WPS 打开后另存。"),
        format!("the sheet is damaged ({why}) and was left out whole. Open it in Excel or WPS and save a copy."),
    )
}
