//! Names of files as papers show them: a file's own name, unless two have it.

use std::collections::HashMap;

use crate::facts::Submission;

/// Short names by the names that a run gives files.
#[derive(Debug, Clone, Default)]
pub struct FileNames(HashMap<String, String>);

impl FileNames {
    /// Names the files of some submissions apart.
    pub fn of<'s>(submissions: impl Iterator<Item = &'s Submission>) -> Self {
        let files: Vec<&str> = submissions.flat_map(|one| &one.files).map(|file| &*file.file).collect();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for file in &files {
            *seen.entry(stem(file)).or_default() += 1;
        }
        let name = |file: &str| {
            let own = stem(file);
            if seen.get(own) == Some(&1) { own.to_owned() } else { file.to_owned() }
        };
        Self(files.iter().map(|file| ((*file).to_owned(), name(file))).collect())
    }

    #[must_use]
    pub fn short<'f>(&'f self, file: &'f str) -> &'f str {
        self.0.get(file).map_or(file, String::as_str)
    }
}

/// A file's own name without its extension.
fn stem(file: &str) -> &str {
    let own = file.rsplit('/').next().unwrap_or(file);
    own.rsplit_once('.').map_or(own, |(stem, _)| stem)
}
