//! The walk-through is run as it is written: its commands, how they end, and what it says that they print.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::tree::root;

/// Runs the commands of a page in a folder, checking every printed text against the last of them; gives how many commands
/// were run and lines compared. What `own` takes is neither.
fn walk(page: &str, folder: &Path, own: impl Fn(&str, &str) -> bool) -> (usize, usize) {
    let text = fs::read_to_string(root().join("docs/guide").join(page)).expect("the page is there");
    let (mut printed, mut runs, mut compared) = (String::new(), 0, 0);
    for (number, block) in text.split("```").enumerate().filter(|(number, _)| number % 2 == 1) {
        let (language, body) = block.split_once('\n').expect("a block has lines");
        match language {
            _ if own(language, body) => {}
            "sh" => {
                printed.clear();
                for line in body.lines().filter(|line| !line.is_empty()) {
                    printed.push_str(&run(line, folder));
                    runs += 1;
                }
            }
            "text" => {
                for line in body.lines() {
                    assert!(printed.contains(line), "{page}, block {number}: `{line}` is not in\n{printed}");
                    compared += 1;
                }
            }
            _ => {}
        }
    }
    (runs, compared)
}

/// Follows a new province's form from example to check.
fn follow(page: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("docs/guide/example/new-province"), folder.path());
    let own = |language: &str, body: &str| {
        if language == "toml" {
            let rules = fs::read_to_string(folder.path().join("rules.toml")).expect("the rules are there");
            assert!(rules.contains(body.trim()), "{page}: the rule shown is not the one that runs");
        }
        language == "toml" || (language == "text" && body.starts_with("gouji"))
    };
    let (runs, compared) = walk(page, folder.path(), own);
    assert!(runs >= 6 && compared >= 6, "{page}: {runs} commands, {compared} lines");
    let draft = fs::read_to_string(folder.path().join("my.toml")).expect("the draft was written");
    assert!(draft.contains("[[block]]") && draft.contains("请看 look"), "{draft}");
}

fn run(line: &str, folder: &Path) -> String {
    let (command, said) = line.split_once('#').unwrap_or((line, "ends with 0"));
    let (command, file) =
        command.split_once('>').map_or((command, None), |(command, file)| (command, Some(file.trim())));
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("gouji"), "{line}");
    let output = Command::new(env!("CARGO_BIN_EXE_gouji"))
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    let out = String::from_utf8(output.stdout).expect("output is UTF-8");
    let err = String::from_utf8(output.stderr).expect("output is UTF-8");
    let ends: i32 = said.trim().trim_start_matches("ends with ").parse().expect("an exit status");
    assert_eq!(output.status.code(), Some(ends), "{line}\n{out}{err}");
    if let Some(file) = file {
        fs::write(folder.join(file), &out).expect("writable");
    }
    format!("{out}{err}")
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("readable");
        let place = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place).expect("writable");
        } else {
            fs::copy(entry.path(), &place).expect("writable");
        }
    }
}

#[test]
fn the_walk_through_runs_in_chinese() {
    follow("new-province.zh-CN.md");
}

#[test]
fn the_walk_through_runs_in_english() {
    follow("new-province.md");
}

/// Follows the season: the samples, and what the office and the unit wrote, in one folder.
fn follow_season(page: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("docs/guide/example/season"), folder.path());
    fs::create_dir(folder.path().join("samples")).expect("writable");
    for year in ["2023", "2024"] {
        copy(&root().join("samples").join(year), &folder.path().join("samples").join(year));
    }
    let words = fs::read_to_string(folder.path().join("说明/2024.toml")).expect("the words are there");
    let own = |language: &str, body: &str| {
        let shown = !matches!(language, "sh" | "text");
        assert!(!shown || body.lines().all(|line| words.contains(line)), "{page}: {body} is not what is read");
        shown
    };
    let (runs, compared) = walk(page, folder.path(), own);
    assert!(runs >= 12 && compared >= 8, "{page}: {runs} commands, {compared} lines");
}

#[test]
fn the_season_runs_in_chinese() {
    follow_season("season.md");
}

#[test]
fn the_season_runs_in_english() {
    follow_season("season.en.md");
}

#[test]
fn what_the_readme_tries_comes_out_as_it_says() {
    for page in ["README.md", "README.zh-CN.md"] {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let (_, after) = text.split_once("```sh\ngouji check samples/2024 --what-if").expect("the example");
        let (command, after) = after.split_once("```").expect("an end");
        let (_, after) = after.split_once("```text\n").expect("what it prints");
        let (printed, _) = after.split_once("```").expect("an end");
        let words = command.split_whitespace().map(|word| word.trim_matches('"'));
        let ended = crate::support::program::gouji(["check", "samples/2024", "--what-if"].into_iter().chain(words));
        assert!(ended.out.starts_with(printed), "{page}: {}", ended.said());
    }
}
