//! The cell styles of our list, added at the end of the workbook's own.

use super::palette;
use crate::model::Severity;
use crate::ooxml::PackageError;
use crate::ooxml::styles::{List, Styles};

/// Indexes of the styles, by what they are for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ListingStyles {
    pub title: usize,
    pub headline: usize,
    pub header: usize,
    pub text: usize,
    pub centred: usize,
    pub figure: usize,
    pub link: usize,
    pub typed: usize,
    pub severity: [usize; 3],
    pub resolved: usize,
    pub hidden: usize,
}

struct Parts {
    font: usize,
    fill: usize,
    border: usize,
}

fn style(styles: &mut Styles, parts: &Parts, horizontal: &str, vertical: &str) -> Result<usize, PackageError> {
    let Parts { font, fill, border } = parts;
    // Writing keeps off the frame; what is centred does so anyway.
    let indent = u8::from(horizontal != "center");
    styles.add_style(&format!(
        "<xf numFmtId=\"49\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" applyNumberFormat=\"1\" applyFont=\"1\" \
         applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment horizontal=\"{horizontal}\" vertical=\"{vertical}\" \
         indent=\"{indent}\" wrapText=\"1\"/></xf>"
    ))
}

/// Styles that the list adds.
const NEEDED: usize = 13;

/// Adds the styles of the list; in a workbook that is full of styles, the list does without.
pub(super) fn add(styles: &mut Styles) -> Result<ListingStyles, PackageError> {
    if styles.room() < NEEDED {
        return Ok(ListingStyles::default());
    }
    let font = |size: u32, extra: &str, name: &str, colour: &str| {
        format!(
            "<font>{extra}<sz val=\"{size}\"/><color rgb=\"{colour}\"/><name val=\"{name}\"/><charset val=\"134\"/></font>"
        )
    };
    let body = styles.add(List::Fonts, &font(10, "", "宋体", "FF000000"));
    let bold = styles.add(List::Fonts, &font(10, "<b/>", "宋体", "FF000000"));
    let title = styles.add(List::Fonts, &font(16, "<b/>", "黑体", "FF000000"));
    let link = styles.add(List::Fonts, &font(10, "<u/>", "宋体", "FF0563C1"));
    let grey = styles.add(List::Fonts, &font(10, "", "宋体", "FF595959"));
    let side = |name: &str| format!("<{name} style=\"thin\"><color rgb=\"FF808080\"/></{name}>");
    let sides: String = ["left", "right", "top", "bottom"].iter().map(|name| side(name)).collect();
    let border = styles.add(List::Borders, &format!("<border>{sides}<diagonal/></border>"));
    let plain = styles.add(List::Borders, "<border><left/><right/><top/><bottom/><diagonal/></border>");
    let header_fill = styles.add_fill("FFD9E1F2");
    let typed_fill = styles.add_fill("FFFFFFF2");
    let resolved_fill = styles.add_fill("FFEDEDED");
    let mut severity = [0; 3];
    for level in [Severity::Error, Severity::Warning, Severity::Note] {
        let fill = styles.add_fill(palette::plain(level));
        severity[level as usize] = style(styles, &Parts { font: bold, fill, border }, "center", "center")?;
    }
    let framed = |font: usize, fill: usize| Parts { font, fill, border };
    Ok(ListingStyles {
        title: style(styles, &Parts { font: title, fill: 0, border: plain }, "center", "center")?,
        headline: style(styles, &Parts { font: body, fill: 0, border: plain }, "left", "center")?,
        header: style(styles, &framed(bold, header_fill), "center", "center")?,
        text: style(styles, &framed(body, 0), "left", "center")?,
        centred: style(styles, &framed(body, 0), "center", "center")?,
        figure: style(styles, &framed(body, 0), "right", "center")?,
        link: style(styles, &framed(link, 0), "center", "center")?,
        typed: style(styles, &framed(body, typed_fill), "left", "center")?,
        severity,
        resolved: style(styles, &framed(grey, resolved_fill), "left", "center")?,
        hidden: styles.add_style(&format!(
            "<xf numFmtId=\"49\" fontId=\"{body}\" fillId=\"0\" borderId=\"{plain}\" applyNumberFormat=\"1\"/>"
        ))?,
    })
}
