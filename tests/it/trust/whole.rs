//! Nothing is lost: killed at any moment, on a full disk, in a folder that vanishes, beside another run.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{folder, is_kind, put, submission, text};
use crate::support::program::{files_below, gouji};

/// Every file that stands under its own name opens to its last byte.
fn all_whole(folder: &Path) {
    for (name, bytes) in files_below(folder) {
        if name.rsplit('/').next().is_some_and(|name| name.starts_with(".gouji-")) {
            continue;
        }
        if is_kind(&name, "json") {
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            continue;
        }
        if is_kind(&name, "html") {
            assert!(bytes.trim_ascii_end().ends_with(b"</html>"), "{name}");
            continue;
        }
        let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
        for number in 0..package.len() {
            let mut entry = package.by_index(number).unwrap_or_else(|error| panic!("{name}: {error}"));
            std::io::copy(&mut entry, &mut std::io::sink()).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

fn left_over(folder: &Path) -> Vec<String> {
    files_below(folder).into_iter().map(|(name, _)| name).filter(|name| name.contains(".gouji-")).collect()
}

/// A folder with some copies of the submission, each a unit of its own.
fn pile(count: usize) -> tempfile::TempDir {
    let folder = folder();
    for number in 0..count {
        fs::create_dir(folder.path().join(format!("{number}"))).expect("writable");
        put(folder.path(), &format!("{number}/甲.xlsx"), &submission());
    }
    folder
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gouji"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_any_moment_it_leaves_whole_files_and_the_next_run_makes_them_all() {
    let (input, out) = (pile(6), folder());
    let before = files_below(input.path());
    let mut written = 0;
    // As long as a whole run takes here, so that the moments are spread over all of it.
    let start = std::time::Instant::now();
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(&out.path().join("whole"))]).code, 1);
    let whole = start.elapsed();
    fs::remove_dir_all(out.path().join("whole")).expect("removable");
    for moment in 1..=16u32 {
        let mut child =
            program().args(["check", &text(input.path()), "-o", &text(out.path())]).spawn().expect("it starts");
        if moment % 2 == 0 {
            std::thread::sleep(whole * moment / 15);
        } else {
            // While it writes: the first file has just come, whole or under way.
            let begun = || fs::read_dir(out.path()).is_ok_and(|mut files| files.next().is_some());
            while !begun() && child.try_wait().expect("it runs").is_none() {
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(u64::from(moment)));
        }
        let _ = child.kill();
        child.wait().expect("it ends");
        all_whole(out.path());
        written = written.max(files_below(out.path()).len());
        if moment < 12 {
            fs::remove_dir_all(out.path()).expect("removable");
            fs::create_dir(out.path()).expect("writable");
        }
    }
    assert!(written > 0, "no run came so far as to write");
    // What the killed runs left is theirs until it is old.
    for name in left_over(out.path()) {
        let file = fs::File::options().write(true).open(out.path().join(name)).expect("it is there");
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).expect("its own");
    }
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(out.path())]).code, 1);
    all_whole(out.path());
    assert_eq!(left_over(out.path()), Vec::<String>::new());
    assert_eq!(files_below(input.path()), before, "the input is as it was");
}

/// Runs with a bound on the size of every file, as a disk that is full at that size.
#[cfg(unix)]
fn on_a_full_disk(blocks: u32, args: &[&str]) -> (i32, String) {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let ended =
        Command::new("bash").args(["-c", &script, env!("CARGO_BIN_EXE_gouji")]).args(args).output().expect("bash");
    (
        ended.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&ended.stderr).into_owned() + &String::from_utf8_lossy(&ended.stdout),
    )
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_stood_there_and_says_so() {
    let (input, out) = (pile(1), folder());
    let args = ["check", &text(input.path()), "-o", &text(out.path())];
    assert_eq!(gouji(args).code, 1);
    let before = files_below(out.path());
    for blocks in [0, 1, 8, 16] {
        let (code, said) = on_a_full_disk(blocks, &args);
        assert_eq!(code, 2, "{blocks}: {said}");
        assert!(said.contains("磁盘空间不足") && said.contains("disk is full"), "{blocks}: {said}");
        let after = files_below(out.path());
        assert_eq!(after, before, "{blocks}: the old files stand, and no part of a new one");
    }
    let facts = text(&out.path().join("facts.json"));
    let (code, said) = on_a_full_disk(8, &["import", &text(input.path()), "-o", &facts]);
    assert!(code == 2 && said.contains("disk is full") && !Path::new(&facts).exists(), "{said}");
}

#[test]
fn a_folder_that_vanishes_or_is_none_is_a_message() {
    let (input, out) = (pile(1), folder());
    let file = put(out.path(), "file", b"precious");
    for place in [format!("{file}/below"), file.clone()] {
        let ended = gouji(["check", &text(input.path()), "-o", &place]);
        assert_eq!(ended.code, 2, "{}", ended.said());
        assert!(ended.err.contains(&place) && !ended.said().contains("panicked"), "{}", ended.said());
    }
    assert_eq!(fs::read(&file).expect("it is there"), b"precious");
    // Gone between two runs, and made again.
    let deep = out.path().join("a/b");
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(&deep)]).code, 1);
    fs::remove_dir_all(out.path().join("a")).expect("removable");
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(&deep)]).code, 1);
    all_whole(&deep);
}

#[test]
fn a_folder_that_vanishes_while_it_is_written_to_leaves_no_part_of_a_file() {
    let (input, out) = (pile(6), folder());
    let place = out.path().join("out");
    let mut child = program().args(["check", &text(input.path()), "-o", &text(&place)]).spawn().expect("it starts");
    for _ in 0..200 {
        if place.exists() {
            let _ = fs::rename(&place, out.path().join("moved"));
        }
        if child.try_wait().expect("it runs").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let status = child.wait().expect("it ends");
    assert!(status.code().is_some_and(|code| (0..=2).contains(&code)), "{status}");
    all_whole(out.path());
}

#[test]
fn two_runs_into_one_folder_leave_the_files_of_one() {
    let (input, out, alone) = (pile(4), folder(), folder());
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(alone.path())]).code, 1);
    let start = || program().args(["check", &text(input.path()), "-o", &text(out.path())]).spawn().expect("it starts");
    let both = [start(), start()];
    for mut child in both {
        assert_eq!(child.wait().expect("it ends").code(), Some(1));
    }
    assert_eq!(files_below(out.path()), files_below(alone.path()));
}

#[cfg(unix)]
#[test]
fn a_link_at_the_output_is_replaced_and_never_written_through() {
    let (input, out) = (pile(1), folder());
    let precious = put(out.path(), "precious", b"precious");
    let place = out.path().join("out");
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(&place)]).code, 1);
    let results: Vec<PathBuf> = files_below(&place).into_iter().map(|(name, _)| place.join(name)).collect();
    for result in &results {
        fs::remove_file(result).expect("removable");
        std::os::unix::fs::symlink(&precious, result).expect("linkable");
    }
    assert_eq!(gouji(["check", &text(input.path()), "-o", &text(&place)]).code, 1);
    assert_eq!(fs::read(&precious).expect("it is there"), b"precious");
    for result in &results {
        assert!(!result.is_symlink(), "{}", result.display());
    }
}

#[cfg(unix)]
#[test]
fn results_have_the_rights_of_this_users_new_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let (input, out) = (pile(1), folder());
    let facts = text(&out.path().join("facts.json"));
    let ended = Command::new("bash")
        .args([
            "-c",
            "umask 077; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_gouji"),
            "import",
            &text(input.path()),
            "-o",
            &facts,
        ])
        .output()
        .expect("bash");
    assert!(ended.status.success());
    assert_eq!(fs::metadata(&facts).expect("written").permissions().mode() & 0o777, 0o600);
}

#[test]
fn no_command_writes_over_what_it_read() {
    let folder = folder();
    let file = put(folder.path(), "甲.xlsx", &submission());
    let marks = put(folder.path(), "marks.json", b"{\"marks\":[]}");
    let before = files_below(folder.path());
    for args in [
        vec!["annotate", &file, "--marks", &marks, "-o", &file],
        vec!["annotate", &file, "--remove", "-o", &file],
        vec!["redact", &file, "-o", &file],
    ] {
        let ended = gouji(&args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.said());
        assert_eq!(files_below(folder.path()), before, "{args:?}");
    }
}
