//! Opening one file: its bytes under the limits, and its book, in this process or in a worker.

use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;

use super::worker;
use crate::model::Words;
use crate::read::{Book, Bound, Limits, ReadError, is_fragile, read_book_within};

/// What one file may ask for; a submission never comes near.
#[derive(Debug, Clone, ClapArgs)]
#[allow(clippy::struct_field_names, reason = "fields are named as their options are")]
#[command(next_help_heading = "单个文件的上限 · Limits on one file")]
pub struct LimitArgs {
    /// 读取、识别的时间，和核对一份报送的时间 · time for reading and recognising, and for checking one submission
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().seconds)]
    pub max_seconds: u64,
    /// 一份文件所用的内存 · memory for one file
    #[arg(long, value_name = "MB", default_value_t = Limits::default().memory_bytes >> 20)]
    pub max_memory: u64,
    /// 文件大小 · size of the file
    #[arg(long, value_name = "MB", default_value_t = Limits::default().file_bytes >> 20)]
    pub max_file: u64,
    /// 全部部件展开后的大小 · all parts once unpacked
    #[arg(long, value_name = "MB", default_value_t = Limits::default().total_bytes >> 20)]
    pub max_unpacked: u64,
    /// 单个部件展开后的大小 · one part once unpacked
    #[arg(long, value_name = "MB", default_value_t = Limits::default().part_bytes >> 20)]
    pub max_part: u64,
    /// 压缩倍数（1 MB 以上的部件） · how many times a part above 1 MB may grow
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    pub max_ratio: u64,
    /// 包内条目数 · entries in the package
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries)]
    pub max_entries: usize,
    /// 有内容的单元格数 · cells that hold something
    #[arg(long, value_name = "N", default_value_t = Limits::default().cells)]
    pub max_cells: u64,
    /// 单元格文字总量 · text of all cells
    #[arg(long, value_name = "MB", default_value_t = Limits::default().text_bytes >> 20)]
    pub max_text: u64,
    /// 一张表的合并区域数 · merged ranges of a sheet
    #[arg(long, value_name = "N", default_value_t = Limits::default().merges)]
    pub max_merges: u64,
    /// 一张表读出的数 · figures read of a sheet
    #[arg(long, value_name = "N", default_value_t = Limits::default().figures)]
    pub max_figures: u64,
    /// 识别附件的工作表最多有内容的行数 · rows with content of a sheet that may hold an annex
    #[arg(long, value_name = "N", default_value_t = Limits::default().rows)]
    pub max_rows: u64,
    /// 这样的工作表最多合并的格数 · merged cells of such a sheet
    #[arg(long, value_name = "N", default_value_t = Limits::default().covered)]
    pub max_covered: u64,
}

impl Default for LimitArgs {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            max_seconds: limits.seconds,
            max_memory: limits.memory_bytes >> 20,
            max_file: limits.file_bytes >> 20,
            max_unpacked: limits.total_bytes >> 20,
            max_part: limits.part_bytes >> 20,
            max_ratio: limits.ratio,
            max_entries: limits.entries,
            max_cells: limits.cells,
            max_text: limits.text_bytes >> 20,
            max_merges: limits.merges,
            max_figures: limits.figures,
            max_rows: limits.rows,
            max_covered: limits.covered,
        }
    }
}

impl LimitArgs {
    /// How long the checks of one submission may take.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.max_seconds)
    }

    /// The limits of a file whose reading begins now.
    #[must_use]
    pub fn starting_now(&self) -> Limits {
        let bytes = |mb: u64| mb.saturating_mul(1 << 20);
        Limits {
            file_bytes: bytes(self.max_file),
            total_bytes: bytes(self.max_unpacked),
            part_bytes: bytes(self.max_part),
            ratio: self.max_ratio,
            entries: self.max_entries,
            cells: self.max_cells,
            merges: self.max_merges,
            figures: self.max_figures,
            rows: self.max_rows,
            covered: self.max_covered,
            text_bytes: bytes(self.max_text),
            memory_bytes: bytes(self.max_memory),
            seconds: self.max_seconds,
            until: Instant::now().checked_add(Duration::from_secs(self.max_seconds)),
            ..Limits::default()
        }
    }
}

/// Reads a file's bytes; what is no regular file, or too large, is not read at all.
pub fn bytes(path: &Path, limits: &LimitArgs) -> Result<Vec<u8>, Words> {
    let unopened = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Words::new(
                "无法打开：没有这个文件。请检查路径。",
                "cannot be opened: there is no such file. Check the path.",
            );
        }
        Words::new(
            format!("无法打开：{error}。请检查权限。"),
            format!("cannot be opened: {error}. Check its permissions."),
        )
    };
    let about = std::fs::metadata(path).map_err(unopened)?;
    if !about.is_file() {
        return Err(Words::new("不是普通文件，不读取。请给出工作簿。", "not a regular file. Name a workbook."));
    }
    let most = limits.starting_now().file_bytes;
    if about.len() > most {
        return Err(too_large(most, about.len()).words());
    }
    let file = std::fs::File::open(path).map_err(unopened)?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0));
    // A file that grows meanwhile is read to the limit and refused there.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unopened)?;
    Ok(bytes)
}

fn too_large(limit: u64, found: u64) -> ReadError {
    ReadError::TooLarge { file: String::new(), part: String::new(), bound: Bound::File, limit, found }
}

/// Reads a workbook; one whose reader may end its process is read in a worker.
pub fn book(name: &str, bytes: Vec<u8>, limits: &LimitArgs) -> Result<Book, ReadError> {
    book_within(name, bytes, limits.starting_now())
}

/// As [`book()`], of a file whose time has begun.
pub fn book_within(name: &str, bytes: Vec<u8>, limits: Limits) -> Result<Book, ReadError> {
    if is_fragile(&bytes) { worker::read_apart(name, &bytes, limits) } else { read_book_within(name, bytes, limits) }
}
