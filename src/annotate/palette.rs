//! The colours of marks.

use crate::model::Severity;
use crate::ooxml::styles::Styles;

/// Fills under dark writing: the usual one, and one to tell from it where a cell has just that already.
const LIGHT: [[&str; 2]; 3] = [["FFFFC7CE", "FFFFA7A7"], ["FFFFEB9C", "FFFFD966"], ["FFDDEBF7", "FFBDD7EE"]];
/// Fills under white writing.
const DARK: [[&str; 2]; 3] = [["FFC00000", "FF8E0000"], ["FF9C5700", "FF7F4700"], ["FF1F4E78", "FF16375A"]];

/// Gives the fill of a severity for dark writing.
pub(super) fn plain(severity: Severity) -> &'static str {
    LIGHT[severity as usize][0]
}

/// Chooses the fill for a cell: the writing stays legible, and the colour differs from what is there.
pub(super) fn fill_for(styles: &Styles, style: usize, severity: Severity) -> &'static str {
    let shades = if styles.writes_light(style) { DARK } else { LIGHT };
    let [usual, other] = shades[severity as usize];
    if styles.solid_colour_of(style).as_deref() == Some(usual) { other } else { usual }
}

/// Tells whether a colour is one of ours.
pub(super) fn is_ours(colour: &str) -> bool {
    LIGHT.iter().chain(&DARK).flatten().any(|ours| colour.eq_ignore_ascii_case(ours))
}
