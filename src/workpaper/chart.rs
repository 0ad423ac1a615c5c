//! The chart of a lead schedule: budget beside execution, told apart by pattern as well as by colour.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartPatternFill, ChartPatternFillType, ChartSolidFill,
    ChartType, Color, XlsxError,
};

use super::desk::Desk;
use super::lead::{ACTUAL, BUDGET, Charted, INITIAL, PRIOR};
use super::lead_rows::Column;
use super::page::{Page, clean};

/// Pixels that a line takes: at ease, and where there is less room.
const A_LINE: [u32; 3] = [26, 22, 18];

/// Puts the chart under the table.
pub fn insert(page: &mut Page, desk: &Desk<'_>, sheet: &str, charted: &Charted) -> Result<(), XlsxError> {
    let Charted { first, last, title, columns } = charted;
    let mut chart = Chart::new(ChartType::Bar);
    let font = |size: u32| {
        let mut font = ChartFont::new();
        font.set_name("宋体").set_size(size);
        font
    };
    let looks = [
        (
            Column::Budget,
            BUDGET,
            desk.say("全年预算", "Adjusted budget"),
            Some(ChartPatternFillType::DiagonalStripesWideUpwards),
            0x001F_4E78,
        ),
        (Column::Actual, ACTUAL, desk.say("执行数", "Executed"), None, 0x0044_72C4),
        (
            Column::Prior,
            PRIOR,
            desk.say("上年决算", "Last year"),
            Some(ChartPatternFillType::Dotted20Percent),
            0x0080_8080,
        ),
    ];
    for (column, col, name, pattern, colour) in looks {
        // Where no line has an adjusted budget, the initial one stands for it.
        let (col, name) = match column {
            Column::Budget if !columns.contains(&Column::Budget) => (INITIAL, desk.say("年初预算", "Initial budget")),
            Column::Prior if !columns.contains(&Column::Prior) => continue,
            _ => (col, name),
        };
        let mut format = ChartFormat::new();
        match pattern {
            Some(pattern) => {
                let mut fill = ChartPatternFill::new();
                fill.set_pattern(pattern).set_foreground_color(Color::RGB(colour)).set_background_color(Color::White);
                format.set_pattern_fill(&fill);
            }
            None => _ = format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))),
        }
        format.set_border(rust_xlsxwriter::ChartLine::new().set_color(Color::RGB(colour)).set_width(0.75));
        chart
            .add_series()
            .set_name(clean(name).as_str())
            .set_categories((sheet, *first, 0, *last, 0))
            .set_values((sheet, *first, col, *last, col))
            .set_format(&mut format);
    }
    chart.title().set_name(clean(title).as_str()).set_font(&font(11));
    // In a bar chart the lines stand on the upright axis: they read down as in the table.
    chart.y_axis().set_font(&font(8)).set_reverse();
    chart.x_axis().set_font(&font(8)).set_num_format("#,##0");
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
    // Columns that a template hides are drawn all the same.
    chart.show_hidden_data();
    let lines = last - first + 1;
    let room = page.room_below();
    // A chart is not cut by the end of a page: it is drawn smaller, or goes to the next. Four pixels are three points,
    // and two rows of air stand about it.
    let height_of = |a_line: u32| 110 + a_line * lines;
    let fitting = A_LINE.into_iter().map(height_of).find(|height| f64::from(height * 3 / 4 + 40) <= room);
    chart.set_width(1_000).set_height(fitting.unwrap_or(height_of(A_LINE[0])));
    let row = page.row + 1;
    if fitting.is_none() {
        page.sheet().set_page_breaks(&[row])?;
    }
    page.sheet().insert_chart_with_offset(row, 0, &chart, 10, 4)?;
    Ok(())
}
