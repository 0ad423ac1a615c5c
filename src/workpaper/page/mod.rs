//! One sheet that will be printed: text that is never a formula, exact figures, links, heights and page set-up.
//!
//! Rows are written top down. Every text is written as a string, whatever it begins with; formulas are ours alone.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, Formula, IgnoreError, Url, Worksheet, XlsxError};

use super::book::{Book, Outwards};
use super::style::{Formats, Look, Style};
use crate::model::CellRef;

mod head;
mod target;
mod wrap;

pub use head::Head;
pub use target::Target;
pub use wrap::clean;
use wrap::lines;
pub use wrap::width_of;

/// Links that Excel takes on one sheet.
pub const MOST_LINKS: usize = 65_530;
/// Rows that Excel has.
pub const MOST_ROWS: u32 = 1_048_576;
/// Points of one line of body text, and of a row around its lines.
///
/// 宋体 of nine points takes eleven and a quarter; the faces that stand in for it elsewhere take up to thirteen.
const LINE: f64 = 13.0;
const ONE_LINE: f64 = 17.0;
const AROUND: f64 = 4.0;
/// The tallest row that Excel shows.
const TALLEST: f64 = 409.0;

/// Upright, or on its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Portrait,
    Landscape,
}

/// A sheet as it is written.
pub struct Page {
    sheet: Worksheet,
    formats: Formats,
    widths: Vec<f64>,
    hidden: BTreeSet<u16>,
    /// The row that is written now.
    pub row: u32,
    /// The tallest cell of this row, in lines.
    lines: usize,
    /// The lines of all rows that have ended, for what stands under them.
    ended: (usize, usize),
    landscape: bool,
    links: usize,
    outwards: Outwards,
    /// Links that found no room.
    pub unlinked: usize,
}

impl Page {
    /// Begins an A4 sheet, one page wide, with columns so many characters wide.
    ///
    /// # Errors
    /// A name that Excel does not allow; [`super::names::SheetNames`] gives none.
    pub fn new(name: &str, paper: Paper, widths: &[f64]) -> Result<Self, XlsxError> {
        Self::on(Worksheet::new(), name, paper, widths)
    }

    /// Begins such a sheet for very many rows: they wait in a temporary file, and each is written once, top down.
    /// Where no temporary file can be made they wait in memory.
    ///
    /// # Errors
    /// As [`Page::new`].
    pub fn long(book: &mut Book, name: &str, paper: Paper, widths: &[f64]) -> Result<Self, XlsxError> {
        Self::on(book.long_sheet(), name, paper, widths)
    }

    fn on(mut sheet: Worksheet, name: &str, paper: Paper, widths: &[f64]) -> Result<Self, XlsxError> {
        sheet.set_name(name)?.set_paper_size(9).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        // A formula that shows nothing has an empty text as its value, not a nought.
        sheet.set_formula_result_default("");
        // The height of a row of one line; a height of its own would be kept for every row until the end.
        sheet.set_default_row_height(ONE_LINE);
        sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3).set_screen_gridlines(false);
        match paper {
            Paper::Portrait => sheet.set_portrait(),
            Paper::Landscape => sheet.set_landscape(),
        };
        for (col, width) in widths.iter().enumerate() {
            sheet.set_column_width(col as u16, *width)?;
        }
        let widths = widths.to_vec();
        Ok(Self {
            sheet,
            formats: Formats::default(),
            widths,
            hidden: BTreeSet::new(),
            row: 0,
            lines: 1,
            ended: (0, 0),
            landscape: matches!(paper, Paper::Landscape),
            links: 0,
            outwards: Outwards::default(),
            unlinked: 0,
        })
    }

    /// Hides columns; the others take their room. To be called before anything is written.
    ///
    /// # Errors
    /// A column that Excel does not have.
    pub fn hide(&mut self, hidden: &BTreeSet<u16>) -> Result<(), XlsxError> {
        let total: f64 = self.widths.iter().sum();
        let shown: f64 =
            (0u16..).zip(&self.widths).filter(|(col, _)| !hidden.contains(col)).map(|(_, width)| width).sum();
        if shown <= 0.0 {
            return Ok(());
        }
        for (col, width) in (0u16..).zip(&mut self.widths) {
            if hidden.contains(&col) {
                self.sheet.set_column_hidden(col)?;
                *width = 0.0;
            } else {
                #[allow(clippy::float_arithmetic)]
                {
                    *width *= total / shown;
                }
                self.sheet.set_column_width(col, *width)?;
            }
        }
        self.hidden.clone_from(hidden);
        Ok(())
    }

    /// The last column.
    #[must_use]
    pub fn last(&self) -> u16 {
        (self.widths.len().max(1) - 1) as u16
    }

    /// Writes text; it stays text whatever it begins with.
    pub fn text(&mut self, col: u16, text: &str, style: Style) -> Result<(), XlsxError> {
        let text = clean(text);
        self.grow(col, &text, style);
        if text.is_empty() {
            return self.blank(col, style);
        }
        self.sheet.write_string_with_format(self.row, col, text, self.formats.get(style))?;
        Ok(())
    }

    /// Writes text for programs into a column behind those that show; it makes no row taller.
    pub fn aside(&mut self, col: u16, text: &str) -> Result<(), XlsxError> {
        if !text.is_empty() {
            self.sheet.write_string(self.row, col, clean(text))?;
        }
        Ok(())
    }

    /// Makes the row as tall as a text in a column that is shown.
    fn grow(&mut self, col: u16, text: &str, style: Style) {
        if !self.hidden.contains(&col) {
            let width = self.widths.get(usize::from(col)).copied().unwrap_or(8.0);
            #[allow(clippy::float_arithmetic)]
            let room = width - style.look.indent();
            self.lines = self.lines.max(lines(text, room));
        }
    }

    /// Frames an empty cell.
    pub fn blank(&mut self, col: u16, style: Style) -> Result<(), XlsxError> {
        self.sheet.write_blank(self.row, col, self.formats.get(style))?;
        Ok(())
    }

    /// Frames the empty cells of a range of columns.
    pub fn blanks(&mut self, first: u16, last: u16, style: Style) -> Result<(), XlsxError> {
        (first..=last).try_for_each(|col| self.blank(col, style))
    }

    /// Writes an exact amount as a number; as text where no number of fifteen digits holds it.
    pub fn amount(&mut self, col: u16, value: Decimal, style: Style) -> Result<(), XlsxError> {
        match as_number(value) {
            Some(number) => {
                self.sheet.write_number_with_format(self.row, col, number, self.formats.get(style))?;
                Ok(())
            }
            None => self.text(col, &value.normalize().to_string(), Look::Figure.on(style.fill)),
        }
    }

    /// Writes a formula of ours with the value that it has, so that it is right before anyone calculates.
    pub fn formula(&mut self, col: u16, formula: &str, result: &str, style: Style) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(result);
        self.sheet.write_formula_with_format(self.row, col, formula, self.formats.get(style))?;
        Ok(())
    }

    /// Writes text that leads somewhere; plain text where the sheet has all the links it can take.
    pub fn link(&mut self, col: u16, text: &str, target: &Target, style: Style) -> Result<(), XlsxError> {
        let plain = Style { look: if style.look == Look::Index { Look::Centre } else { Look::Text }, ..style };
        let Some(link) = target.link() else { return self.text(col, text, plain) };
        if self.links >= MOST_LINKS || text.is_empty() {
            self.unlinked += usize::from(!text.is_empty());
            return self.text(col, text, plain);
        }
        self.links += 1;
        let text = clean(text);
        self.grow(col, &text, style);
        if let Target::Beside { path, sheet, cell } = target {
            self.outwards.add(CellRef::new(self.row, u32::from(col)), path, sheet, *cell);
            self.sheet.write_string_with_format(self.row, col, text, self.formats.get(style))?;
            return Ok(());
        }
        let url = Url::new(link).set_text(text);
        self.sheet.write_url_with_format(self.row, col, url, self.formats.get(style))?;
        Ok(())
    }

    /// Writes text over several columns of this row.
    pub fn span(&mut self, first: u16, last: u16, text: &str, style: Style) -> Result<(), XlsxError> {
        if first >= last {
            return self.text(first, text, style);
        }
        let text = clean(text);
        let width: f64 = self.widths[usize::from(first)..=usize::from(last).min(self.widths.len() - 1)].iter().sum();
        if (first..=last).any(|col| !self.hidden.contains(&col)) {
            #[allow(clippy::float_arithmetic)]
            let room = width - style.look.indent();
            self.lines = self.lines.max(lines(&text, room));
        }
        self.sheet.merge_range(self.row, first, self.row, last, &text, self.formats.get(style))?;
        Ok(())
    }

    /// Writes text that leads somewhere over several columns of this row.
    pub fn link_span(
        &mut self,
        first: u16,
        last: u16,
        text: &str,
        target: &Target,
        style: Style,
    ) -> Result<(), XlsxError> {
        self.span(first, last, text, style)?;
        let lines = self.lines;
        self.link(first, text, target, style)?;
        self.lines = lines;
        Ok(())
    }

    /// A remark over the whole width, in a row of its own.
    pub fn remark(&mut self, text: &str) -> Result<(), XlsxError> {
        self.span(0, self.last(), text, Look::Remark.style())?;
        self.end_row()
    }

    /// A heading over the whole width, in a row of its own.
    pub fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.span(0, self.last(), text, Look::Heading.style())?;
        self.sheet.set_row_height(self.row, 22)?;
        self.skip();
        Ok(())
    }

    /// Ends the row: as tall as its tallest cell.
    pub fn end_row(&mut self) -> Result<(), XlsxError> {
        if self.lines > 1 {
            #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
            let height = (self.lines as f64 * LINE + AROUND).min(TALLEST);
            self.sheet.set_row_height(self.row, height)?;
        }
        self.skip();
        Ok(())
    }

    /// Makes this row at least so many lines tall.
    pub fn at_least(&mut self, lines: usize) {
        self.lines = self.lines.max(lines);
    }

    /// Goes on to the next row, its height left to the program that shows it.
    pub fn skip(&mut self) {
        self.row += 1;
        let (single, of_tall) = self.ended;
        self.ended = if self.lines > 1 { (single, of_tall + self.lines) } else { (single + 1, of_tall) };
        self.lines = 1;
    }

    /// How many points are left under the rows on the printed page on which they end, in the sheet's own size.
    #[must_use]
    pub fn room_below(&self) -> f64 {
        let (across, down) = if self.landscape { (842.0, 595.0) } else { (595.0, 842.0) };
        let (single, of_tall) = self.ended;
        #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
        {
            // A character is some 5.25 points wide, with 3.75 about the column; half an inch is left on either side.
            let wide: f64 = self.widths.iter().filter(|width| **width > 0.0).map(|width| width * 5.25 + 3.75).sum();
            let page = (down - 94.0) * (wide / (across - 72.0)).max(1.0);
            // Two tall rows share what stands about the lines of one: rather too much than too little.
            let used = single as f64 * ONE_LINE + of_tall as f64 * (LINE + AROUND / 2.0);
            page - used % page
        }
    }

    /// Offers a list of words in the cells of a column; other words may be typed.
    ///
    /// # Errors
    /// The words together are longer than Excel takes (255).
    pub fn choices(&mut self, col: u16, rows: (u32, u32), words: &[&str]) -> Result<(), XlsxError> {
        let list =
            DataValidation::new().allow_list_strings(words)?.set_error_style(DataValidationErrorStyle::Information);
        self.sheet.add_data_validation(rows.0, col, rows.1, col, &list)?;
        Ok(())
    }

    /// What else a sheet can do.
    pub fn sheet(&mut self) -> &mut Worksheet {
        &mut self.sheet
    }

    /// Puts the sheet behind those that the workbook has.
    pub fn close(mut self, book: &mut Book) {
        // Numbers and exact values stand as text where they are names of things or longer than Excel keeps.
        // The place is inside the sheet, so nothing is refused.
        let (last_row, last_col) = (self.row.max(1) - 1, self.last());
        self.sheet.ignore_error_range(0, 0, last_row, last_col, IgnoreError::NumberStoredAsText).ok();
        book.push(self.sheet, self.outwards);
    }
}

/// The number that stands for an exact amount, where it has fifteen digits or fewer.
#[must_use]
pub fn as_number(value: Decimal) -> Option<f64> {
    let number: f64 = value.to_string().parse().ok()?;
    let stored = crate::model::amount::from_stored(number)?;
    (stored.value == value && !stored.digits_cut).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_number_only_where_it_stays_exact() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(as_number(d("257.50")), Some(257.5));
        assert_eq!(as_number(d("-0.1")), Some(-0.1));
        assert_eq!(as_number(d("1234567890.12345678")), None);
        assert_eq!(as_number(d("0.3333333333333333333")), None);
    }
}
