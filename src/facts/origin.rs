//! Where an output comes from: program, rule pack, and the inputs by their content.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Submission;
use crate::model::Lang;

/// Files that a line names one by one; of more it tells the number and one hash.
const NAMED: usize = 20;

/// What every output carries, so that it can be told later from what it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub rules_sha256: String,
    /// Files as they were given, with the SHA-256 of their bytes in lower-case hexadecimal.
    pub files: Vec<(Arc<str>, String)>,
}

impl Origin {
    #[must_use]
    pub fn of<'s>(rules_sha256: &str, submissions: impl IntoIterator<Item = &'s Submission>) -> Self {
        let files = submissions.into_iter().flat_map(|one| &one.files);
        Self {
            rules_sha256: rules_sha256.to_owned(),
            files: files.map(|f| (f.file.clone(), f.sha256.clone())).collect(),
        }
    }

    /// As an object: `tool` as in the run's JSON, and `files`.
    #[must_use]
    pub fn json(&self) -> Value {
        let files: Vec<Value> =
            self.files.iter().map(|(file, sha256)| json!({"file": &**file, "sha256": sha256})).collect();
        json!({
            "tool": {"name": "gouji", "version": env!("CARGO_PKG_VERSION"), "rules_sha256": self.rules_sha256},
            "files": files,
        })
    }

    /// As one line for people.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        let (version, rules) = (env!("CARGO_PKG_VERSION"), &self.rules_sha256);
        let files = if self.files.len() > NAMED { self.together(lang) } else { self.one_by_one(lang) };
        match lang {
            Lang::Zh => format!("gouji 勾稽 {version}；公式包 SHA-256 {rules}；{files}"),
            Lang::En => format!("gouji {version}; rule pack SHA-256 {rules}; {files}"),
        }
    }

    fn one_by_one(&self, lang: Lang) -> String {
        let files: Vec<String> = self.files.iter().map(|(file, sha256)| format!("{file} SHA-256 {sha256}")).collect();
        if lang == Lang::Zh { format!("输入 {}", files.join("、")) } else { format!("inputs {}", files.join(", ")) }
    }

    /// The hash of all hashes, sorted, a line feed between them.
    fn together(&self, lang: Lang) -> String {
        let mut hashes: Vec<&str> = self.files.iter().map(|(_, sha256)| sha256.as_str()).collect();
        hashes.sort_unstable();
        let digest = Sha256::digest(hashes.join("\n").as_bytes());
        let all = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let count = self.files.len();
        match lang {
            Lang::Zh => format!("输入{count}份，其 SHA-256 排序相连后的 SHA-256 {all}"),
            Lang::En => format!("{count} inputs, SHA-256 of their sorted SHA-256 {all}"),
        }
    }
}
