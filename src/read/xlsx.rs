//! An Office Open XML workbook (.xlsx, .xlsm) from its checked package.

use quick_xml::events::Event;

use super::book::{Book, BookFormat, Notice, Sheet};
use super::error::ReadError;
use super::limits::{Limits, Spent};
use super::package::Package;
use super::relations::{Relation, relations};
use super::sheet::{Context, SheetFault, read_sheet};
use super::strings::read_strings;
use super::styles::{Styles, read_styles};
use super::workbook::{Tab, TabKind, read_workbook};
use super::xml;
use crate::model::Words;

/// Where shared strings stand when nothing relates to them.
const USUAL_STRINGS: &str = "xl/sharedStrings.xml";

/// Reads the workbook whose main part has that name into an empty book.
pub(super) fn read_xlsx(
    package: &mut Package<'_>,
    main: &str,
    format: BookFormat,
    limits: Limits,
    mut book: Book,
) -> Result<Book, ReadError> {
    let workbook = read_workbook(package, main)?;
    let strings = shared_strings(package, workbook.strings.as_deref(), &mut book.notices)?;
    let styles = cell_styles(package, workbook.styles.as_deref(), &mut book.notices)?;
    (book.format, book.date_1904) = (format, workbook.date_1904);
    let context = Context { strings: &strings, styles: &styles, date_1904: workbook.date_1904, limits };
    let mut spent = Spent::default();
    spent.strings(&strings);
    for tab in workbook.tabs {
        if let Some(sheet) = open_tab(package, &tab, &context, &mut spent, &mut book)? {
            book.sheets.push(sheet);
        }
    }
    Ok(book)
}

/// Reads `dcterms:modified`; a package without it, or with a broken one, has none.
pub(super) fn modified(package: &mut Package<'_>) -> Result<Option<String>, ReadError> {
    let related = relations(package, "")?.into_iter().find(|r: &Relation| r.kind == "core-properties");
    let Some(text) = package.text(&related.map_or_else(|| "docProps/core.xml".into(), |r| r.target))? else {
        return Ok(None);
    };
    let mut reader = xml::reader(&text);
    while let Ok(event) = xml::next(&mut reader) {
        match event {
            Event::Start(e) if e.local_name().into_inner() == "modified" => {
                let text = xml::text(&mut reader).unwrap_or_default();
                return Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(None)
}

fn shared_strings(
    package: &mut Package<'_>,
    related: Option<&str>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<String>, ReadError> {
    let part = related.unwrap_or(USUAL_STRINGS);
    let Some(text) = package.text(part)? else { return Ok(Vec::new()) };
    if related.is_none() {
        notices.push(Notice { sheet: None, cell: None, words: unrelated_strings(), lost: false });
    }
    read_strings(&text).map_err(|fault| package.corrupted(part, fault))
}

/// Broken styles cost the formats, not the figures.
fn cell_styles(
    package: &mut Package<'_>,
    related: Option<&str>,
    notices: &mut Vec<Notice>,
) -> Result<Styles, ReadError> {
    let Some(text) = package.text(related.unwrap_or("xl/styles.xml"))? else { return Ok(Styles::default()) };
    Ok(read_styles(&text).unwrap_or_else(|fault| {
        notices.push(Notice { sheet: None, cell: None, words: broken_styles(&fault), lost: false });
        Styles::default()
    }))
}

fn open_tab(
    package: &mut Package<'_>,
    tab: &Tab,
    context: &Context<'_>,
    spent: &mut Spent,
    book: &mut Book,
) -> Result<Option<Sheet>, ReadError> {
    let left_out = |words, lost| Notice { sheet: Some(tab.name.clone()), cell: None, words, lost };
    let TabKind::Worksheet(part) = &tab.kind else {
        book.notices.push(left_out(not_a_worksheet(&tab.kind), matches!(tab.kind, TabKind::Missing)));
        return Ok(None);
    };
    let text = package.text(part)?.unwrap_or_default();
    spent.part(text.len());
    match read_sheet(&tab.name, tab.visibility, &text, context, spent) {
        Ok((sheet, notices)) => {
            book.notices.extend(notices);
            Ok(Some(sheet))
        }
        Err(SheetFault::Broken(why)) => {
            book.notices.push(left_out(broken_sheet(part, &why), true));
            Ok(None)
        }
        Err(SheetFault::Over(bound, limit, found)) => {
            Err(ReadError::TooLarge { file: book.file.clone(), part: part.clone(), bound, limit, found })
        }
    }
}

fn not_a_worksheet(kind: &TabKind) -> Words {
    let (zh, en) = match kind {
        TabKind::Chart => ("图表工作表", "a chart sheet"),
        TabKind::Dialog => ("对话框工作表", "a dialog sheet"),
        TabKind::Macro => ("宏表", "a macro sheet"),
        TabKind::Worksheet(_) | TabKind::Missing => ("找不到内容的工作表", "a sheet whose content is missing"),
    };
    Words::new(format!("这是{zh}，没有读入。"), format!("this is {en} and was left out."))
}

fn broken_sheet(part: &str, why: &str) -> Words {
    Words::new(
        format!("工作表的内容已损坏（{part}：{why}），整张表没有读入。请用 Excel 或 WPS 打开后另存。"),
        format!(
            "the sheet is damaged ({part}: {why}) and was left out whole. Open it in Excel or WPS and save a copy."
        ),
    )
}

fn unrelated_strings() -> Words {
    Words::new(
        format!("工作簿没有指明共享字符串，按通常位置 {USUAL_STRINGS} 读取。"),
        format!("the workbook does not say where its shared strings are; they were read from {USUAL_STRINGS}."),
    )
}

fn broken_styles(fault: &str) -> Words {
    Words::new(
        format!("样式部件已损坏（{fault}），数字格式未知。"),
        format!("the styles are damaged ({fault}); number formats are unknown."),
    )
}
