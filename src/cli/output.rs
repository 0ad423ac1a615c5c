//! Writing: to a temporary sibling that is renamed when whole.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::walk::Input;

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
