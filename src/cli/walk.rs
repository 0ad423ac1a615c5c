//! Paths → files: folders are walked in order, what is no workbook is accounted for.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::model::Words;
use crate::report::Problem;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub path: PathBuf,
    /// As shown in every output, `/` between its parts.
    pub name: String,
    /// Below the folder that the user named; only the file's own name where the file was named.
    pub relative: PathBuf,
}

const WORKBOOKS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];
/// Files that are likely submissions in a form that is not read.
const SUBMITTED: [&str; 6] = ["doc", "docx", "wps", "et", "pdf", "xlt"];

/// Lists the workbooks under some paths, sorted, each once. Paths begin at `root`, where there is one, and names leave
/// it out.
#[must_use]
pub fn walk(paths: &[PathBuf], root: Option<&Path>) -> (Vec<Input>, Vec<Problem>) {
    let mut inputs: Vec<Input> = Vec::new();
    let mut problems = Vec::new();
    let shown = |path: &Path| shown(root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path));
    for path in paths {
        let path = &root.map_or_else(|| path.clone(), |root| root.join(path));
        let before = inputs.len();
        if path.is_dir() {
            walk_folder(path, &shown, &mut inputs, &mut problems);
            if inputs.len() == before {
                problems.push(failed(
                    &shown(path),
                    Words::new(
                        "文件夹里没有工作簿（.xlsx .xlsm .xls .xlsb .ods）。请确认路径，或先把附件另存为 .xlsx。",
                        "the folder holds no workbook (.xlsx .xlsm .xls .xlsb .ods). Check the path, or save the annexes as .xlsx first.",
                    ),
                ));
            }
        } else if path.is_file() {
            let relative = path.file_name().map(PathBuf::from).unwrap_or_default();
            inputs.push(Input { path: path.clone(), name: shown(path), relative });
        } else {
            let (zh, en) = if path.exists() {
                ("不是普通文件，不读取。请给出工作簿或文件夹。", "not a regular file. Name a workbook or a folder.")
            } else {
                ("找不到这个文件或文件夹。请检查路径。", "no such file or folder. Check the path.")
            };
            problems.push(failed(&shown(path), Words::new(zh, en)));
        }
    }
    let mut seen = std::collections::HashSet::new();
    inputs.retain(|input| seen.insert(input.path.canonicalize().unwrap_or_else(|_| input.path.clone())));
    (inputs, problems)
}

fn walk_folder(folder: &Path, shown: &dyn Fn(&Path) -> String, inputs: &mut Vec<Input>, problems: &mut Vec<Problem>) {
    for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|e| e.depth() == 0 || !is_hidden(e))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = shown(error.path().unwrap_or(folder));
                let words = Words::new(format!("无法读取：{error}"), format!("cannot be read: {error}"));
                problems.push(failed(&at, words));
                continue;
            }
        };
        let path = entry.path();
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
        if name.ends_with(".annotated.xlsx") || name.ends_with(".annotated.xlsm") {
            let words = Words::new("本程序标注过的副本，不再核对", "an annotated copy of ours is not checked again");
            problems.push(Problem { file: shown(path), words, failed: false });
        } else if name == "workpapers.xlsx" || name.ends_with(" workpapers.xlsx") {
            let words = Words::new("本程序生成的底稿，不再核对", "workpapers of ours are not checked again");
            problems.push(Problem { file: shown(path), words, failed: false });
        } else if WORKBOOKS.contains(&extension.as_str()) {
            let relative = path.strip_prefix(folder).unwrap_or(path).to_path_buf();
            inputs.push(Input { path: path.to_path_buf(), name: shown(path), relative });
        } else if SUBMITTED.contains(&extension.as_str()) {
            let words = Words::new(
                format!(".{extension} 不是工作簿，未核对。请向报送单位要 .xlsx，或把各附件粘贴到工作表。"),
                format!(
                    "a .{extension} is no workbook and was not checked. Ask the unit for the .xlsx, or paste each annex into a sheet."
                ),
            );
            problems.push(failed(&shown(path), words));
        }
    }
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || name.starts_with("~$")
}

fn failed(file: &str, words: Words) -> Problem {
    Problem { file: file.to_owned(), words, failed: true }
}

/// A path with `/` between its parts.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
