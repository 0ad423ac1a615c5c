//! What stands over and under a paper: title, header lines, column headers, footer.

use rust_xlsxwriter::XlsxError;

use super::Page;
use crate::model::Lang;
use crate::workpaper::style::Look;

/// Rows that can still be read where they are made to fit one page, upright and lying.
const ONE_PAGE: (u32, u32) = (70, 48);

/// What stands over and under a paper.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub title: String,
    /// Pairs of a label and its content, three a line.
    pub meta: Vec<(String, String)>,
    /// The paper's index number, in the footer.
    pub index: String,
    pub lang: Lang,
}

impl Page {
    /// Writes title and header lines, and the footer with page and index.
    pub fn head(&mut self, head: &Head) -> Result<(), XlsxError> {
        self.block(head)?;
        let (page, tool) = match head.lang {
            Lang::Zh => ("第 &P 页 共 &N 页", "勾稽"),
            Lang::En => ("page &P of &N", "gouji"),
        };
        let index = head.index.replace('&', "&&");
        self.sheet.set_footer(format!("&L&9{index}&C&9{page}&R&9{tool} {}", env!("CARGO_PKG_VERSION")));
        Ok(())
    }

    /// Writes title and header lines alone.
    pub fn block(&mut self, head: &Head) -> Result<(), XlsxError> {
        self.formats.speak(head.lang);
        self.span(0, self.last(), &head.title, Look::Title.style())?;
        self.sheet.set_row_height(self.row, 30)?;
        self.skip();
        let thirds = self.thirds();
        for line in head.meta.chunks(3) {
            for ((label, content), (first, last)) in line.iter().zip(&thirds) {
                let colon = if head.lang == Lang::Zh { "：" } else { ": " };
                self.span(*first, *last, &format!("{label}{colon}{content}"), Look::Meta.style())?;
            }
            self.end_row()?;
        }
        Ok(())
    }

    /// Prints the sheet on one page where it has few enough rows to be read so: a table that spills over by a row or
    /// a chart that is cut is worse than smaller type.
    pub fn fit_one_page(&mut self) {
        let most = if self.landscape { ONE_PAGE.1 } else { ONE_PAGE.0 };
        if self.row <= most {
            self.sheet.set_print_fit_to_pages(1, 1);
        }
    }

    /// Columns in three parts of about one width.
    fn thirds(&self) -> Vec<(u16, u16)> {
        let total: f64 = self.widths.iter().sum();
        let last_shown = (0..=self.last()).rev().find(|col| !self.hidden.contains(col)).unwrap_or(0);
        let mut parts = Vec::new();
        let (mut first, mut width) = (0u16, 0.0);
        for (col, one) in self.widths.iter().enumerate() {
            #[allow(clippy::float_arithmetic)]
            {
                width += one;
            }
            #[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
            let full = width >= total * (parts.len() + 1) as f64 / 3.0 - 0.01;
            let col = col as u16;
            if (full && parts.len() < 2 && col < last_shown) || col == self.last() {
                parts.push((first, col));
                first = col + 1;
            }
        }
        parts
    }

    /// Writes a line of column headers; it is printed again on every page, and rows under it move alone.
    pub fn header(&mut self, titles: &[&str], frozen_columns: u16) -> Result<(), XlsxError> {
        self.titles(titles)?;
        self.sheet.set_repeat_rows(self.row - 1, self.row - 1)?;
        self.sheet.set_freeze_panes(self.row, frozen_columns)?;
        Ok(())
    }

    /// Writes a line of column headers in the middle of a paper.
    pub fn titles(&mut self, titles: &[&str]) -> Result<(), XlsxError> {
        for (col, title) in titles.iter().enumerate() {
            self.text(col as u16, title, Look::Header.style())?;
        }
        self.end_row()
    }
}
