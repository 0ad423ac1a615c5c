//! How much a file may ask for before it is refused: what a real submission never comes near.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::error::Bound;

/// Bytes that a kept cell costs beside its text, which it holds as stored and as shown.
pub const CELL: u64 = 400;
/// Bytes that a text costs beside its letters.
const TEXT: u64 = 48;
/// Cells after which the clock is looked at again.
const BETWEEN_LOOKS: u64 = 4096;

/// Bounds on what is inflated and held while one file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of all parts together once inflated.
    pub total_bytes: u64,
    /// Bytes of one part once inflated.
    pub part_bytes: u64,
    /// Inflated bytes for each packed byte, for parts above `ratio_from`.
    pub ratio: u64,
    /// Inflated bytes from which the ratio counts; small parts of blanks are harmless.
    pub ratio_from: u64,
    /// Entries in a package.
    pub entries: usize,
    /// Cells kept of one file, and cells that an older format may spread over.
    pub cells: u64,
    /// Merged ranges of one sheet.
    pub merges: u64,
    /// Figures of one sheet that was recognised; ties between rows cost more than the rows.
    pub figures: u64,
    /// Rows with content of a sheet in which forms are looked for; a sheet with more is said not to be one.
    pub rows: u64,
    /// Cells that the merged ranges of such a sheet may cover.
    pub covered: u64,
    /// Bytes of text kept of one file; one shared string may stand in a million cells.
    pub text_bytes: u64,
    /// Bytes of memory for what is kept of one file, and for the worker that reads an older format.
    pub memory_bytes: u64,
    /// Seconds for one file.
    pub seconds: u64,
    /// When those seconds are over; whoever has a clock sets it.
    #[serde(skip)]
    pub until: Option<Instant>,
}

impl Default for Limits {
    /// 256 MiB a file, 512 MiB unpacked, 256 MiB a part, 1000 to 1 above 1 MiB, 10,000 entries, 5 million cells with
    /// 256 MiB of text, 1 million merged ranges, 20,000 figures of a sheet, 20,000 rows and 4 million merged cells of
    /// a sheet that is looked at, 1 GiB of memory, 60 seconds.
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            total_bytes: 512 << 20,
            part_bytes: 256 << 20,
            ratio: 1000,
            ratio_from: 1 << 20,
            entries: 10_000,
            cells: 5_000_000,
            merges: 1_000_000,
            figures: 20_000,
            rows: 20_000,
            covered: 4_000_000,
            text_bytes: 256 << 20,
            memory_bytes: 1 << 30,
            seconds: 60,
            until: None,
        }
    }
}

/// A limit that was passed: which, what it is, and what was found.
pub(super) type Over = (Bound, u64, u64);

/// Cells and bytes of text kept so far, of all sheets.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Spent {
    pub cells: u64,
    pub text: u64,
    /// Bytes of the shared strings, and of the part that is being read.
    strings: u64,
    part: u64,
}

impl Spent {
    /// Counts the shared strings, which are held while sheets are read.
    pub(super) fn strings(&mut self, strings: &[String]) {
        self.strings = strings.iter().map(|one| one.len() as u64 + TEXT).sum();
    }

    /// Counts the part that is read next in the place of the one before.
    pub(super) fn part(&mut self, bytes: usize) {
        self.part = bytes as u64;
    }

    /// Counts one more cell, and what it holds.
    pub(super) fn cell(&mut self, text: usize, limits: &Limits) -> Result<(), Over> {
        self.cells += 1;
        self.text += text as u64;
        let memory = self.cells.saturating_mul(CELL).saturating_add(2 * self.text) + self.strings + self.part;
        let bounds = [
            (Bound::Cells, limits.cells, self.cells),
            (Bound::Text, limits.text_bytes, self.text),
            (Bound::Memory, limits.memory_bytes, memory),
        ];
        if let Some(over) = bounds.into_iter().find(|(_, limit, found)| found > limit) {
            return Err(over);
        }
        if self.cells.is_multiple_of(BETWEEN_LOOKS) { limits.in_time() } else { Ok(()) }
    }
}

impl Limits {
    /// Looks at the clock.
    pub(super) fn in_time(&self) -> Result<(), Over> {
        if self.is_over() { Err((Bound::Seconds, self.seconds, self.seconds)) } else { Ok(()) }
    }

    /// Whether the time of the file is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() > until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_met_in_its_turn() {
        let count = |limits: Limits, cells: u64, text: usize| {
            let mut spent = Spent::default();
            (0..cells).try_for_each(|_| spent.cell(text, &limits)).map_err(|(bound, _, _)| bound)
        };
        let limits = Limits { cells: 9, text_bytes: 90, memory_bytes: 9 * CELL + 160, ..Limits::default() };
        assert_eq!(count(limits, 9, 1), Ok(()));
        assert_eq!(count(limits, 10, 1), Err(Bound::Cells));
        assert_eq!(count(limits, 1, 91), Err(Bound::Text));
        assert_eq!(count(limits, 9, 10), Err(Bound::Memory));
        let late = Limits { until: Some(Instant::now()), ..Limits::default() };
        assert_eq!(count(late, BETWEEN_LOOKS - 1, 1), Ok(()));
        assert_eq!(count(late, BETWEEN_LOOKS, 1), Err(Bound::Seconds));
    }
}
