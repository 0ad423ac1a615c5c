//! How much a package may ask for before it is refused: what a real submission never comes near.

/// Bounds on what is inflated and held while one file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
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
    /// Bytes of text kept of one file; one shared string may stand in a million cells.
    pub text_bytes: u64,
}

impl Default for Limits {
    /// 512 MiB in all, 256 MiB a part, 1000 to 1 above 1 MiB, 10,000 entries, 5 million cells with 256 MiB
    /// of text.
    fn default() -> Self {
        Self {
            total_bytes: 512 << 20,
            part_bytes: 256 << 20,
            ratio: 1000,
            ratio_from: 1 << 20,
            entries: 10_000,
            cells: 5_000_000,
            text_bytes: 256 << 20,
        }
    }
}
