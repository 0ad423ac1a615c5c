//! The project's own files, by paths relative to its root.

use std::path::PathBuf;

/// Where the tests run: the root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn sample(path: &str) -> PathBuf {
    root().join("samples").join(path)
}

/// Whether expected texts are to be filled in rather than compared.
pub fn blessing() -> bool {
    std::env::var_os("GOUJI_BLESS").is_some_and(|value| value == "1")
}
