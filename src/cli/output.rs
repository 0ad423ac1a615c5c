//! Writing: to a temporary sibling that is renamed when whole; and progress on a terminal.

use std::collections::HashSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};

use super::walk::Input;

/// Writes a file whole or not at all, never over one of the inputs.
pub fn write_file(path: &Path, bytes: &[u8], inputs: &[Input]) -> anyhow::Result<()> {
    refuse_input(path, inputs)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| unwritable(folder))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(|| unwritable(folder))?;
    file.write_all(bytes).with_context(|| unwritable(path))?;
    file.as_file().sync_all().with_context(|| unwritable(path))?;
    share(file.path());
    file.persist(path).with_context(|| unwritable(path))?;
    Ok(())
}

fn unwritable(path: &Path) -> String {
    format!(
        "写不到 {0}，请换一个可写的位置，或关闭占用它的程序 · cannot write {0}: choose a place that can be written, or close the program that holds it",
        path.display()
    )
}

/// A temporary file is private; a result has the rights of any new file.
#[cfg(unix)]
fn share(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn share(_path: &Path) {}

fn refuse_input(path: &Path, inputs: &[Input]) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let Some(target) = real(path) else { return Ok(()) };
    if inputs.iter().any(|input| real(&input.path).as_ref() == Some(&target)) {
        bail!(
            "输出 {0} 就是输入文件，不能覆盖；请换一个名字 · the output {0} is an input file and is never written over; choose another name",
            path.display()
        );
    }
    Ok(())
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

/// Two names that differ only in case are one on many disks.
pub fn lower(path: &Path) -> PathBuf {
    PathBuf::from(path.to_string_lossy().to_lowercase())
}

/// Counts files on standard error, on a terminal only.
pub struct Progress {
    total: usize,
    done: AtomicUsize,
    shown: bool,
}

impl Progress {
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { total, done: AtomicUsize::new(0), shown: total > 8 && std::io::stderr().is_terminal() }
    }

    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{done}/{}", self.total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K");
        }
    }
}
