//! It can be trusted with other people's files: bounded, exact, inert, whole, discreet, and true about itself.

mod bounds;
#[cfg(target_os = "linux")]
mod disk;
mod figures;
mod inert;
mod personal;
mod raw;
mod served;
mod truth;
mod whole;

use std::path::Path;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Whether a file is of a kind, by its extension.
fn is_kind(name: &str, kind: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case(kind))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Writes a file and gives its path as an argument.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the folder is writable");
    text(&path)
}

fn submission() -> Vec<u8> {
    std::fs::read(crate::support::tree::sample("2024/shuangpai-2024.xlsx")).expect("the sample")
}
