//! The built program, run as a user runs it, from the root of the project.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::tree::root;

/// How a run ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// All that was said.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

pub fn gouji<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_gouji"))
        .args(args)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `check … --format json --ledger`.
pub fn check_json(args: &[&str]) -> Ended {
    gouji(["check"].iter().chain(args).chain(&["--format", "json", "--ledger"]))
}

/// Every file below a folder, sorted, with its bytes.
pub fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
            (name, std::fs::read(entry.path()).expect("readable"))
        })
        .collect();
    files.sort();
    files
}
