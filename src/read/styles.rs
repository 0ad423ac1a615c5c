//! The number format of every cell style.
//!
//! # Source
//! ECMA-376 part 1, 18.8.10 (`cellXfs`), 18.8.30 (`numFmt`, with the built-in formats and those of zh-CN).

use std::collections::HashMap;

use super::numfmt::NumberFormat;
use super::walk::{Piece, Walk};
use super::xml::XmlFault;
use crate::markup::tokens::Kind;

/// Elements that are open where a child of the root was just opened.
const IN_ROOT: usize = 2;

/// The number formats by style index.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: Vec<NumberFormat>,
    by_style: Vec<usize>,
    general: NumberFormat,
}

impl Styles {
    /// Gives the format of a style; `General` where the index names none.
    pub(super) fn format(&self, style: usize) -> &NumberFormat {
        self.by_style.get(style).and_then(|at| self.formats.get(*at)).unwrap_or(&self.general)
    }
}

/// Reads the styles part.
pub(super) fn read_styles(text: &str) -> Result<Styles, XmlFault> {
    let mut walk = Walk::new(text);
    let mut custom: HashMap<u32, String> = HashMap::new();
    let mut ids: Vec<u32> = Vec::new();
    let mut in_cell_xfs = false;
    while let Some(piece) = walk.step()? {
        match (piece.kind, walk.name(piece)) {
            (Kind::Open | Kind::Empty, Some("numFmt")) => {
                if let (Some(id), Some(code)) = (format_id(piece), piece.attribute("formatCode")) {
                    custom.entry(id).or_insert_with(|| code.into_owned());
                }
            }
            (Kind::Open, Some("cellXfs")) if walk.depth() == IN_ROOT => in_cell_xfs = true,
            (Kind::Close, Some("cellXfs")) => in_cell_xfs = false,
            (Kind::Open, None) if in_cell_xfs => return Err("an element stands among the cell styles".to_owned()),
            (Kind::Open | Kind::Empty, Some("xf")) if in_cell_xfs => ids.push(format_id(piece).unwrap_or(0)),
            _ => {}
        }
    }
    Ok(resolve(&custom, &ids))
}

fn format_id(piece: Piece<'_>) -> Option<u32> {
    piece.attribute("numFmtId").and_then(|id| id.trim().parse().ok())
}

/// Reads each code once, however many styles use it.
fn resolve(custom: &HashMap<u32, String>, ids: &[u32]) -> Styles {
    let mut styles = Styles::default();
    let mut known: HashMap<u32, usize> = HashMap::new();
    for id in ids {
        let at = *known.entry(*id).or_insert_with(|| {
            let code = custom.get(id).map_or_else(|| builtin(*id), String::as_str);
            styles.formats.push(NumberFormat::parse(code));
            styles.formats.len() - 1
        });
        styles.by_style.push(at);
    }
    styles
}

/// The code of a built-in format; those above 26 as Chinese Excel has them.
fn builtin(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 => "\"¥\"#,##0;\"¥\"\\-#,##0",
        6 => "\"¥\"#,##0;[Red]\"¥\"\\-#,##0",
        7 => "\"¥\"#,##0.00;\"¥\"\\-#,##0.00",
        8 => "\"¥\"#,##0.00;[Red]\"¥\"\\-#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 | 33 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        34 | 55 => "上午/下午h\"时\"mm\"分\"",
        35 | 56 => "上午/下午h\"时\"mm\"分\"ss\"秒\"",
        37 => "#,##0;-#,##0",
        38 => "#,##0;[Red]-#,##0",
        39 => "#,##0.00;-#,##0.00",
        40 => "#,##0.00;[Red]-#,##0.00",
        41 => "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
        42 => "_ \"¥\"* #,##0_ ;_ \"¥\"* -#,##0_ ;_ \"¥\"* \"-\"_ ;_ @_ ",
        43 => "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ",
        44 => "_ \"¥\"* #,##0.00_ ;_ \"¥\"* -#,##0.00_ ;_ \"¥\"* \"-\"??_ ;_ @_ ",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mmss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_name_their_number_format() {
        let text = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="0.00_ "/></numFmts>
            <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="176"/><xf numFmtId="10"/></cellXfs>
            <dxfs><dxf><numFmt numFmtId="177" formatCode="@"/></dxf></dxfs></styleSheet>"#;
        let styles = read_styles(text).unwrap();
        for (style, code) in [(0, "General"), (1, "0.00_ "), (2, "0.00%"), (99, "General")] {
            assert_eq!(styles.format(style).code(), code);
        }
    }
}
