//! Where a link leads.

use crate::model::CellRef;
use crate::workpaper::names::{Spot, address};

/// UTF-16 units that a link may hold.
const LONGEST_LINK: usize = 2_000;

/// A cell to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Inside(Spot),
    /// A workbook beside this one, by its path from here.
    Beside {
        path: String,
        sheet: String,
        cell: CellRef,
    },
}

impl Target {
    #[must_use]
    pub fn inside(sheet: &str, row: u32, col: u32) -> Self {
        Self::Inside(Spot::new(sheet, row, col))
    }

    /// The link as it is written; none where it would be too long, or hold what no markup can.
    pub(super) fn link(&self) -> Option<String> {
        let link = match self {
            Self::Inside(spot) => format!("internal:{}", spot.address()),
            Self::Beside { path, sheet, cell } => {
                format!("file:///{path}#{}", address(sheet, *cell))
            }
        };
        let fit = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
        (link.encode_utf16().count() <= LONGEST_LINK && link.chars().all(fit)).then_some(link)
    }
}
