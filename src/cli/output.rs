//! Writing: to a temporary sibling that is renamed when whole.

use std::collections::HashSet;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::walk::Input;
use crate::facts::origin::Origin;
use crate::facts::whole::write_whole;
use crate::read::fenced;

/// The places of the files that were read; nothing is ever written over one.
pub struct Sources(HashSet<PathBuf>);

impl Sources {
    /// Finds where files really stand, whatever links lead to them.
    pub fn of<'i>(inputs: impl IntoIterator<Item = &'i Input>) -> Self {
        Self(inputs.into_iter().filter_map(|input| input.path.canonicalize().ok()).collect())
    }

    /// Adds files that were read besides workbooks.
    pub fn add(&mut self, paths: &[PathBuf]) {
        self.0.extend(paths.iter().filter_map(|path| path.canonicalize().ok()));
    }

    fn refuse(&self, path: &Path) -> anyhow::Result<()> {
        if path.canonicalize().is_ok_and(|target| self.0.contains(&target)) {
            bail!(
                "输出 {0} 就是输入文件，不能覆盖；请换一个名字 · the output {0} is an input file and is never written over; choose another name",
                path.display()
            );
        }
        Ok(())
    }
}

/// Writes a file whole or not at all, never over one of the sources.
pub fn write_file(path: &Path, bytes: &[u8], sources: &Sources) -> anyhow::Result<()> {
    sources.refuse(path)?;
    write_whole(path, |file| file.write_all(bytes)).map_err(|error: std::io::Error| {
        let why = unwritable(path, &error);
        anyhow::Error::new(error).context(why)
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => format!(
            "写不到 {path}：磁盘空间不足，请腾出空间或换一个位置；原有的文件没有变 · cannot write {path}: the disk is full. Make room, or choose another place; what stood there is unchanged"
        ),
        _ => format!(
            "写不到 {path}，请换一个可写的位置，或关闭占用它的程序 · cannot write {path}: choose a place that can be written, or close the program that holds it"
        ),
    }
}

/// A table of commas has no room to tell where it comes from, so a small file beside it does: `facts.csv-metadata.json`.
pub fn write_origin(table: &Path, origin: &Origin, sources: &Sources) -> anyhow::Result<()> {
    let mut name = table.file_name().unwrap_or_default().to_owned();
    name.push("-metadata.json");
    write_file(&table.with_file_name(name), &serde_json::to_vec_pretty(&origin.json())?, sources)
}

/// Makes a workbook; its writer keeps rows in a temporary file, and where the disk has no room for that, it panics.
pub fn made<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    fenced(work).unwrap_or_else(|why| {
        let folder = std::env::temp_dir();
        let folder = folder.display();
        bail!(
            "临时文件夹 {folder} 写不进去，或磁盘空间不足，请腾出空间 · the temporary folder {folder} cannot be written, or the disk is full: make room ({why})"
        )
    })
}

/// Gives every input its own place under the output folder.
pub fn places(inputs: &[Input], folder: &Path, extension: impl Fn(&Input) -> &'static str) -> Vec<PathBuf> {
    let mut taken: HashSet<PathBuf> = HashSet::new();
    inputs
        .iter()
        .map(|input| {
            let stem = input.relative.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let stem = stem.strip_suffix(".annotated").unwrap_or(&stem).to_owned();
            let parent = input.relative.parent().unwrap_or_else(|| Path::new(""));
            let name =
                |suffix: &str| folder.join(parent).join(format!("{stem}{suffix}.annotated.{}", extension(input)));
            let mut place = name("");
            let mut number = 2;
            while !taken.insert(lower(&place)) {
                place = name(&format!("-{number}"));
                number += 1;
            }
            place
        })
        .collect()
}

/// Gives every input the place below a folder that it had below its own; what is no .xlsx or .xlsm becomes one.
pub fn places_of(inputs: &[Input], folder: &Path) -> Vec<PathBuf> {
    let mut taken: HashSet<PathBuf> = HashSet::new();
    let place = |input: &Input| {
        let macros = input.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsm"));
        let wanted = folder.join(input.relative.with_extension(if macros { "xlsm" } else { "xlsx" }));
        let stem = wanted.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let numbered = (2..).map(|number| wanted.with_file_name(format!("{stem}-{number}.xlsx")));
        std::iter::once(wanted.clone()).chain(numbered).find(|place| taken.insert(lower(place))).unwrap_or(wanted)
    };
    inputs.iter().map(place).collect()
}

/// Two names that differ only in case are one on many disks.
pub fn lower(path: &Path) -> PathBuf {
    PathBuf::from(path.to_string_lossy().to_lowercase())
}
