//! The sheet 勾稽结果: every finding with a link to its cell, and room for what people decide.
//!
//! Its texts stand in the sheet itself (inline strings), so nothing in them can become a formula and the workbook's
//! shared strings stay as they are. A hidden column holds each finding's key; hidden cells in the first row hold the
//! fills that marked cells had, for the case that another program saves the workbook and drops our ledger.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::listing_styles::{self, ListingStyles};
use super::remarks::Row;
use super::{AnnotateError, beside_workbook, text_width};
use crate::model::cell::column_letters;
use crate::model::explanation::{
    Carried, FIGURES_MARKER, Field, GIVEN_MARKER, Given, KEY_MARKER, Typed, spell_figures,
};
use crate::model::{CellRef, Lang, Severity};
use crate::ooxml::Package;
use crate::ooxml::content_types::ContentTypes;
use crate::ooxml::styles::Styles;
use crate::ooxml::workbook::{SheetName, Workbook};
use crate::ooxml::xml::{escape_attribute, escape_xstring};

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    pub number: usize,
    pub code: String,
    pub severity: Severity,
    pub file: String,
    pub sheet: String,
    pub cell: Option<CellRef>,
    /// The cell stands in this workbook, so it can be linked.
    pub here: bool,
    pub what: String,
    pub expected: String,
    pub reported: String,
    pub difference: String,
    pub unit: String,
    pub related: String,
    /// Which cell is probably wrong and what it should be; empty where that is not known.
    pub likely: String,
    /// Under the severity: where an explanation stands; empty where none was given.
    pub state: String,
    /// The figures that the finding shows now.
    pub figures: Vec<Given>,
    /// What was typed beside the finding elsewhere, to be carried into this list.
    pub typed: Typed,
    /// The figures that the typed words were given for.
    pub given_for: Option<Vec<Given>>,
    /// Stable over runs; what people typed is carried over by it.
    pub key: String,
}

/// The list of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub lang: Lang,
    /// One sentence with counts.
    pub headline: String,
    pub rows: Vec<ListingRow>,
}

/// A column of the list, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Number,
    Code,
    Level,
    Sheet,
    Cell,
    What,
    Expected,
    Reported,
    Difference,
    Unit,
    Related,
    Likely,
    /// What people type.
    Typed(Field),
}

/// How a column is headed (Chinese, English), and its width in characters.
pub(super) struct Heading {
    pub column: Column,
    pub words: (&'static str, &'static str),
    width: u32,
}

const fn to_type(field: Field, width: u32) -> Heading {
    let (zh, en, _) = field.headings();
    heading(Column::Typed(field), zh, en, width)
}

const fn heading(column: Column, zh: &'static str, en: &'static str, width: u32) -> Heading {
    Heading { column, words: (zh, en), width }
}

pub(super) const COLUMNS: [Heading; 19] = [
    heading(Column::Number, "序号", "No.", 6),
    heading(Column::Code, "代码", "Code", 9),
    heading(Column::Level, "级别", "Level", 9),
    heading(Column::Sheet, "工作表", "Sheet", 17),
    heading(Column::Cell, "单元格", "Cell", 9),
    heading(Column::What, "问题", "Finding", 40),
    heading(Column::Expected, "应为", "Expected", 12),
    heading(Column::Reported, "所报", "Reported", 12),
    heading(Column::Difference, "差额", "Difference", 12),
    heading(Column::Unit, "单位", "Unit", 7),
    heading(Column::Related, "相关单元格", "Related cells", 20),
    heading(Column::Likely, "可能原因", "Likely cause", 26),
    to_type(Field::Reason, 24),
    to_type(Field::Who, 9),
    to_type(Field::When, 11),
    to_type(Field::Expiry, 11),
    to_type(Field::Carry, 9),
    to_type(Field::Remark, 16),
    to_type(Field::Progress, 13),
];

/// Zero-based number of the last column that shows.
const LAST_COLUMN: u32 = COLUMNS.len() as u32 - 1;
/// Zero-based number of the column of cells.
const CELL_COLUMN: u32 = 4;
/// Hidden columns behind the last that shows: the key, the figures shown, and the words carried over.
const HIDDEN: usize = 3;
/// Characters of one hidden cell.
const CELL_TEXT: usize = 30_000;
/// One-based numbers of the rows of the head.
const HEADER_ROW: u32 = 3;
const NAMES: [&str; 2] = ["勾稽结果", "Findings"];
const WORKSHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

type Fills = BTreeMap<String, BTreeMap<CellRef, String>>;

/// Tells whether a tab may be our list by its name, so that other sheets need not be read.
pub(super) fn may_be(name: &str) -> bool {
    NAMES.iter().any(|ours| name.starts_with(ours))
}

/// Reads back what [`fill_cells`] spelled.
pub(super) fn read_fills(text: &str) -> Vec<(String, CellRef, String)> {
    serde_json::from_str::<Vec<(String, String, String)>>(text)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(sheet, cell, fill)| Some((sheet, cell.parse().ok()?, fill)))
        .collect()
}

/// Spells the fills that marked cells had, in texts short enough for a cell.
fn fill_cells(fills: &Fills) -> Vec<String> {
    let mut cells = Vec::new();
    let mut items: Vec<(String, String, String)> = Vec::new();
    let mut length = 0;
    for (sheet, cell, fill) in fills.iter().flat_map(|(s, cells)| cells.iter().map(move |(c, f)| (s, c, f))) {
        let size = sheet.len() + fill.len() * 2 + 40;
        if length + size > CELL_TEXT && !items.is_empty() {
            cells.extend(serde_json::to_string(&std::mem::take(&mut items)));
            length = 0;
        }
        length += size;
        items.push((sheet.clone(), cell.to_string(), fill.clone()));
    }
    if !items.is_empty() {
        cells.extend(serde_json::to_string(&items));
    }
    cells
}

/// Adds the sheet at the workbook's end.
pub(super) fn add(
    package: &mut Package<'_>,
    types: &mut ContentTypes,
    workbook: &mut Workbook,
    styles: &mut Styles,
    listing: &Listing,
    rows: &[Row],
    fills: &Fills,
) -> Result<(), AnnotateError> {
    let name = workbook.free_tab_name(NAMES[listing.lang as usize]);
    let part = package.free_name(&beside_workbook(workbook, "worksheets/sheet"), ".xml");
    let kind = workbook.dialect.relationship("worksheet");
    let id = workbook.relationships.add(&kind, &part);
    types.add(&part, WORKSHEET_TYPE);
    let quoted = name.replace('\'', "''");
    let last = HEADER_ROW as usize + rows.len().max(1);
    let letters = column_letters(LAST_COLUMN);
    let mut names = vec![SheetName {
        name: "_xlnm.Print_Titles",
        hidden: false,
        refers_to: format!("'{quoted}'!${HEADER_ROW}:${HEADER_ROW}"),
    }];
    if !rows.is_empty() {
        let refers_to = format!("'{quoted}'!$A${HEADER_ROW}:${letters}${last}");
        names.insert(0, SheetName { name: "_xlnm._FilterDatabase", hidden: true, refers_to });
    }
    let edits = workbook.add_sheet(&name, &id, &names);
    package.splice(&workbook.part, edits)?;
    let styles = listing_styles::add(styles)?;
    let sheet = SheetWriter { listing, styles, text: String::new() }.write(workbook.dialect.main(), rows, fills);
    package.create(&part, sheet.into_bytes());
    Ok(())
}

/// The hidden cells of a row: key, figures shown, and the words with the figures that they were given for.
fn hidden(row: &Row) -> [String; HIDDEN] {
    let Row { finding, remark, given_for } = row;
    let figures = finding.as_ref().map(|finding| spell_figures(&finding.figures)).unwrap_or_default();
    let typed = remark.typed();
    let carried = given_for.as_ref().map(|figures| Carried::new(&typed, Some(figures.clone())).spell());
    [remark.key.clone(), figures, carried.unwrap_or_default()]
}

struct SheetWriter<'l> {
    listing: &'l Listing,
    styles: ListingStyles,
    text: String,
}

impl SheetWriter<'_> {
    fn word(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.listing.lang == Lang::Zh { zh } else { en }
    }

    fn put(&mut self, column: usize, row: u32, style: usize, text: &str) {
        let place = CellRef::new(row - 1, u32::try_from(column).unwrap_or(0));
        let _ = if text.is_empty() {
            write!(self.text, "<c r=\"{place}\" s=\"{style}\"/>")
        } else {
            let text: String = text.chars().take(CELL_TEXT).collect();
            write!(
                self.text,
                "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                escape_xstring(&text)
            )
        };
    }

    fn open_row(&mut self, row: u32, height: u32) {
        let _ = write!(self.text, "<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">");
    }

    fn close_row(&mut self) {
        self.text.push_str("</row>");
    }

    fn write(mut self, namespace: &str, rows: &[Row], fills: &Fills) -> String {
        let last = HEADER_ROW + u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX - HEADER_ROW);
        let letters = column_letters(LAST_COLUMN);
        let _ = write!(
            self.text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\">\
             <sheetPr><tabColor rgb=\"FFC00000\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
             <dimension ref=\"A1:{}{last}\"/>\
             <sheetViews><sheetView showGridLines=\"0\" workbookViewId=\"0\">\
             <pane ySplit=\"{HEADER_ROW}\" topLeftCell=\"A{}\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             <selection pane=\"bottomLeft\" activeCell=\"A{}\" sqref=\"A{}\"/></sheetView></sheetViews>\
             <sheetFormatPr defaultRowHeight=\"15\"/><cols>",
            column_letters(LAST_COLUMN + HIDDEN as u32),
            HEADER_ROW + 1,
            HEADER_ROW + 1,
            HEADER_ROW + 1
        );
        for (index, heading) in COLUMNS.iter().enumerate() {
            let number = index + 1;
            let _ = write!(
                self.text,
                "<col min=\"{number}\" max=\"{number}\" width=\"{}\" customWidth=\"1\"/>",
                heading.width
            );
        }
        let hidden = COLUMNS.len() + 1;
        let _ = write!(
            self.text,
            "<col min=\"{hidden}\" max=\"16384\" width=\"9\" hidden=\"1\" customWidth=\"1\"/></cols><sheetData>"
        );
        self.write_head(fills);
        for (index, row) in rows.iter().enumerate() {
            self.write_row(HEADER_ROW + 1 + u32::try_from(index).unwrap_or(0), row);
        }
        let mut merges = format!("<mergeCell ref=\"A1:{letters}1\"/><mergeCell ref=\"A2:{letters}2\"/>");
        if rows.is_empty() {
            self.write_empty();
            let row = HEADER_ROW + 1;
            let _ = write!(merges, "<mergeCell ref=\"A{row}:{letters}{row}\"/>");
        }
        self.text.push_str("</sheetData>");
        if !rows.is_empty() {
            let _ = write!(self.text, "<autoFilter ref=\"A{HEADER_ROW}:{letters}{last}\"/>");
        }
        let _ =
            write!(self.text, "<mergeCells count=\"{}\">{merges}</mergeCells>", merges.matches("<mergeCell ").count());
        if !rows.is_empty() {
            self.write_drop_down(last);
            self.write_links(rows);
        }
        self.write_page();
        self.text.push_str("</worksheet>");
        self.text
    }

    fn write_head(&mut self, fills: &Fills) {
        let styles = self.styles;
        let title = self.word("勾稽核对结果", "Reconciliation findings");
        self.open_row(1, 30);
        self.put(0, 1, styles.title, title);
        for (index, text) in fill_cells(fills).iter().enumerate() {
            self.put(COLUMNS.len() + HIDDEN + index, 1, styles.hidden, text);
        }
        self.close_row();
        let width: u32 = COLUMNS.iter().map(|heading| heading.width).sum();
        let headline = self.listing.headline.clone();
        self.open_row(2, (text_width::lines(&headline, width) * 14 + 8).clamp(20, 400));
        self.put(0, 2, styles.headline, &headline);
        self.close_row();
        let lines = COLUMNS
            .iter()
            .map(|one| text_width::lines(self.word(one.words.0, one.words.1), one.width.saturating_sub(1)));
        let height = lines.max().unwrap_or(1) * 14 + 10;
        self.open_row(HEADER_ROW, height);
        for (index, heading) in COLUMNS.iter().enumerate() {
            let word = self.word(heading.words.0, heading.words.1);
            self.put(index, HEADER_ROW, styles.header, word);
        }
        for (index, marker) in [KEY_MARKER, FIGURES_MARKER, GIVEN_MARKER].iter().enumerate() {
            self.put(COLUMNS.len() + index, HEADER_ROW, styles.hidden, marker);
        }
        self.close_row();
    }

    fn write_empty(&mut self) {
        let row = HEADER_ROW + 1;
        let sentence = self.word("没有需要列出的问题。", "There is nothing to list.");
        self.open_row(row, 24);
        for index in 0..COLUMNS.len() {
            self.put(index, row, self.styles.centred, if index == 0 { sentence } else { "" });
        }
        self.close_row();
    }

    fn write_row(&mut self, number: u32, row: &Row) {
        let cells: Vec<(usize, String)> = COLUMNS.iter().map(|heading| self.cell(row, heading.column)).collect();
        let lines = cells.iter().zip(&COLUMNS).map(|((_, text), heading)| {
            // A character is seven pixels wide, an ideograph of ten points not quite fourteen; a little room stays free.
            text_width::lines(text, heading.width.saturating_sub(2))
        });
        let height = lines.max().unwrap_or(1) * 14 + 8;
        self.open_row(number, height.clamp(22, 405));
        for (index, (style, text)) in cells.iter().enumerate() {
            self.put(index, number, *style, text);
        }
        for (index, text) in hidden(row).iter().enumerate() {
            self.put(COLUMNS.len() + index, number, self.styles.hidden, text);
        }
        self.close_row();
    }

    /// Gives the style and text of one cell of a row.
    fn cell(&self, row: &Row, column: Column) -> (usize, String) {
        let styles = &self.styles;
        let typed = || row.remark.texts.get(&column).cloned().unwrap_or_default();
        let Some(finding) = &row.finding else {
            let text = match column {
                Column::Level => self.word("已消除", "resolved").to_owned(),
                Column::Number => String::new(),
                _ => typed(),
            };
            let style = if matches!(column, Column::Typed(_)) { styles.typed } else { styles.resolved };
            return (style, text);
        };
        match column {
            Column::Number => (styles.centred, finding.number.to_string()),
            Column::Code => (styles.centred, finding.code.clone()),
            Column::Level => {
                let words = finding.severity.words();
                let text = format!("{}\n{}", words.get(self.listing.lang), finding.state).trim().to_owned();
                (styles.severity[finding.severity as usize], text)
            }
            Column::Sheet if finding.here => (styles.text, finding.sheet.clone()),
            Column::Sheet => (styles.text, format!("{}\n{}", finding.file, finding.sheet).trim().to_owned()),
            Column::Cell => {
                let style = if finding.here && finding.cell.is_some() { styles.link } else { styles.centred };
                (style, finding.cell.map(|cell| cell.to_string()).unwrap_or_default())
            }
            Column::What => (styles.text, finding.what.clone()),
            Column::Expected => (styles.figure, finding.expected.clone()),
            Column::Reported => (styles.figure, finding.reported.clone()),
            Column::Difference => (styles.figure, finding.difference.clone()),
            Column::Unit => (styles.centred, finding.unit.clone()),
            Column::Related => (styles.text, finding.related.clone()),
            Column::Likely => (styles.text, finding.likely.clone()),
            Column::Typed(_) => (styles.typed, typed()),
        }
    }

    fn write_drop_down(&mut self, last: u32) {
        // A comma parts the choices, so the one inside a choice is the full-width one.
        let progress = self
            .word("已整改,整改中,不整改，说明原因,待核", "done,under way,not to be changed (say why),to be checked");
        let carry = self.word("沿用,不沿用", "yes,no");
        let lists = [(Field::Carry, carry), (Field::Progress, progress)];
        let _ = write!(self.text, "<dataValidations count=\"{}\">", lists.len());
        for (field, choices) in lists {
            let at = COLUMNS.iter().position(|heading| heading.column == Column::Typed(field)).unwrap_or(0);
            let letters = column_letters(u32::try_from(at).unwrap_or(0));
            // Other words may be typed: a share such as 10%.
            let _ = write!(
                self.text,
                "<dataValidation type=\"list\" errorStyle=\"information\" allowBlank=\"1\" showInputMessage=\"1\" \
                 sqref=\"{letters}{}:{letters}{last}\"><formula1>\"{}\"</formula1></dataValidation>",
                HEADER_ROW + 1,
                escape_attribute(choices)
            );
        }
        self.text.push_str("</dataValidations>");
    }

    fn write_links(&mut self, rows: &[Row]) {
        let column = column_letters(CELL_COLUMN);
        let mut links = String::new();
        for (index, row) in rows.iter().enumerate() {
            let Some(finding) = row.finding.as_ref().filter(|finding| finding.here) else { continue };
            let Some(cell) = finding.cell else { continue };
            let location = format!("'{}'!{cell}", finding.sheet.replace('\'', "''"));
            let number = HEADER_ROW as usize + 1 + index;
            let _ = write!(
                links,
                "<hyperlink ref=\"{column}{number}\" location=\"{}\" display=\"{cell}\"/>",
                escape_attribute(&location)
            );
        }
        if !links.is_empty() {
            let _ = write!(self.text, "<hyperlinks>{links}</hyperlinks>");
        }
    }

    fn write_page(&mut self) {
        let footer = self.word("第 &amp;P 页，共 &amp;N 页", "Page &amp;P of &amp;N");
        let _ = write!(
            self.text,
            "<printOptions horizontalCentered=\"1\"/>\
             <pageMargins left=\"0.4\" right=\"0.4\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
             <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/>\
             <headerFooter><oddFooter>&amp;C{footer}</oddFooter></headerFooter>"
        );
    }
}
