//! Charts that spreadsheet programs draw themselves: columns and bars, told apart by pattern as well as by colour.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartPatternFill, ChartPatternFillType, ChartPoint, ChartSolidFill, ChartType, Color, ObjectMovement, XlsxError,
};

use super::page::{Page, clean};

/// Pixels of a row of fifteen points, and of one character's column width with its share of the frame.
const ROW: u32 = 20;
const CHARACTER: f64 = 7.0;

/// How a series is told apart; a black-and-white printer keeps the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Last year.
    Before,
    /// This year.
    Now,
    /// What needs a look.
    Beyond,
}

/// One row of columns or bars.
#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    /// The column that holds the values; rows are the graph's.
    pub col: u16,
    pub ink: Ink,
}

/// A chart over some rows of the sheet that it stands on.
#[derive(Debug, Clone)]
pub struct Graph {
    pub title: String,
    /// What the value axis counts, with its unit.
    pub values: String,
    pub sheet: String,
    /// First and last row of the data.
    pub rows: (u32, u32),
    pub labels: u16,
    pub series: Vec<Series>,
    /// Bars lie, in the order of the rows; columns stand.
    pub lying: bool,
    /// Values stand at the ends.
    pub valued: bool,
    /// Points of the first series that need a look.
    pub beyond: Vec<bool>,
    /// The value axis begins at nought, whatever the values are.
    pub from_zero: bool,
    /// Values are counts up to so many: of a few, the axis shows whole ones.
    pub counts: Option<usize>,
    /// How values are shown at the ends of columns, and on the axis.
    pub number: &'static str,
    pub axis: &'static str,
}

impl Graph {
    /// Puts the chart at a row and a column, so many pixels large.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn insert(&self, page: &mut Page, at: (u32, u16), size: (u32, u32)) -> Result<(), XlsxError> {
        let mut chart = Chart::new(if self.lying { ChartType::Bar } else { ChartType::Column });
        let (first, last) = self.rows;
        for (number, one) in self.series.iter().enumerate() {
            let series = chart
                .add_series()
                .set_name(clean(&one.name).as_str())
                .set_categories((self.sheet.as_str(), first, self.labels, last, self.labels))
                .set_values((self.sheet.as_str(), first, one.col, last, one.col))
                .set_format(&mut format(one.ink))
                .set_gap(if self.series.len() > 1 { 70 } else { 40 });
            if number == 0 && self.beyond.contains(&true) {
                let point = |beyond: &bool| {
                    ChartPoint::new().set_format(&mut format(if *beyond { Ink::Beyond } else { one.ink }))
                };
                series.set_points(&self.beyond.iter().map(point).collect::<Vec<_>>());
            }
            if self.valued {
                let mut label = ChartDataLabel::new();
                label.show_value().set_font(&font(7)).set_num_format(self.number);
                series.set_data_label(&label);
            }
        }
        chart.title().set_name(clean(&self.title).as_str()).set_font(font(11).set_bold());
        // In a chart of bars that lie, the horizontal axis is that of the values.
        let grid = ChartLine::new().set_color(Color::RGB(0x00D9_D9D9)).set_width(0.5).clone();
        let values = if self.lying { chart.x_axis() } else { chart.y_axis() };
        values
            .set_font(&font(8))
            .set_name(clean(&self.values).as_str())
            .set_name_font(&font(8))
            .set_num_format(self.axis);
        if self.from_zero {
            values.set_min(0);
        }
        if self.counts.is_some_and(|most| most < 6) {
            values.set_major_unit(1);
        }
        values.set_major_gridlines(true).set_major_gridlines_line(&grid);
        let labels = if self.lying { chart.y_axis() } else { chart.x_axis() };
        labels
            .set_font(&font(if last - first > 30 { 7 } else { 8 }))
            .set_label_position(ChartAxisLabelPosition::Low)
            .set_major_gridlines(false);
        if self.lying {
            // The first row stands on top, and every row has its label.
            labels.set_reverse().set_label_interval(1);
            chart.x_axis().set_label_position(ChartAxisLabelPosition::High);
        }
        if self.series.len() > 1 {
            chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(8));
        } else {
            chart.legend().set_hidden();
        }
        chart.set_width(size.0).set_height(size.1).set_alt_text(&self.title);
        chart.set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
        page.sheet().insert_chart_with_offset(at.0, at.1, &chart, 4, 4)?;
        Ok(())
    }

    /// Puts the chart under what is written, as wide as the paper, and goes on below it.
    ///
    /// # Errors
    /// As `rust_xlsxwriter` has them; none is expected.
    pub fn insert_below(&self, page: &mut Page, widths: &[f64], height: u32) -> Result<(), XlsxError> {
        self.insert(page, (page.row, 0), (pixels(widths).saturating_sub(8), height))?;
        reserve(page, height)
    }
}

/// Keeps rows free under a chart so many pixels high.
///
/// # Errors
/// As `rust_xlsxwriter` has them; none is expected.
pub fn reserve(page: &mut Page, height: u32) -> Result<(), XlsxError> {
    for _ in 0..(height + 8).div_ceil(ROW) {
        let row = page.row;
        page.sheet().set_row_height(row, 15)?;
        page.skip();
    }
    Ok(())
}

/// Pixels of some columns.
#[must_use]
pub fn pixels(widths: &[f64]) -> u32 {
    #[allow(clippy::float_arithmetic, clippy::cast_sign_loss)]
    let each = |width: &f64| (width * CHARACTER + 5.0) as u32;
    widths.iter().map(each).sum()
}

fn font(size: u32) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name("宋体").set_size(size).unset_bold();
    font
}

fn format(ink: Ink) -> ChartFormat {
    let mut format = ChartFormat::new();
    let colour = match ink {
        Ink::Before => 0x0080_8080,
        Ink::Now => 0x0044_72C4,
        Ink::Beyond => 0x00C5_5A11,
    };
    match ink {
        Ink::Before | Ink::Beyond => {
            let pattern = if ink == Ink::Before {
                ChartPatternFillType::Dotted20Percent
            } else {
                ChartPatternFillType::DiagonalStripesWideUpwards
            };
            let mut fill = ChartPatternFill::new();
            fill.set_pattern(pattern).set_foreground_color(Color::RGB(colour)).set_background_color(Color::White);
            format.set_pattern_fill(&fill);
        }
        Ink::Now => _ = format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))),
    }
    format.set_border(ChartLine::new().set_color(Color::RGB(colour)).set_width(0.75));
    format
}
