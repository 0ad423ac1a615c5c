//! Disks and folders that refuse, for real: a disk that is full, a target that cannot be written, inputs that cannot be
//! opened or never end.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::{folder, put, submission, text};
use crate::support::program::{files_below, gouji};

/// Runs a script in a mount namespace of its own, so that it may mount a disk without touching this machine's.
/// `$0` is the program, `$1` the input, `$2` the target, `$3` a folder for what is to be looked at afterwards.
fn apart(script: &str, input: &Path, target: &Path, kept: &Path) -> Output {
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "bash", "-c", script, env!("CARGO_BIN_EXE_gouji")])
        .args([input, target, kept])
        .output()
        .expect("unshare is there")
}

#[test]
#[ignore = "mounts a small disk"]
fn a_disk_that_is_really_full_keeps_what_stood_there() {
    let (input, target, kept) = (folder(), folder(), folder());
    put(input.path(), "甲.xlsx", &submission());
    let before = files_below(input.path());
    let script = r#"
        mount -t tmpfs -o size=12m tmpfs "$2" || exit 90
        "$0" check "$1" -o "$2" > "$3/first" 2>&1; [ $? -eq 1 ] || exit 91
        cp -r "$2" "$3/before"
        cat /dev/zero > "$2/filler" 2> /dev/null
        "$0" check "$1" -o "$2" > "$3/said" 2>&1; code=$?
        rm "$2/filler"; cp -r "$2" "$3/after"; exit $code"#;
    let ended = apart(script, input.path(), target.path(), kept.path());
    let said = fs::read_to_string(kept.path().join("said")).unwrap_or_default();
    assert_eq!(ended.status.code(), Some(2), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains("磁盘空间不足") && said.contains("disk is full"), "{said}");
    let (old, new) = (files_below(&kept.path().join("before")), files_below(&kept.path().join("after")));
    assert!(old.len() >= 3 && old == new, "the old files stand, and no part of a new one");
    assert_eq!(files_below(input.path()), before, "the input is as it was");
}

#[test]
#[ignore = "mounts a folder read-only"]
fn a_target_that_cannot_be_written_is_a_message_and_stays_empty() {
    let (input, target, kept) = (folder(), folder(), folder());
    put(input.path(), "甲.xlsx", &submission());
    let script = r#"
        mount --bind "$2" "$2" && mount -o remount,bind,ro "$2" || exit 90
        "$0" check "$1" -o "$2" > "$3/said" 2>&1"#;
    let ended = apart(script, input.path(), target.path(), kept.path());
    let said = fs::read_to_string(kept.path().join("said")).unwrap_or_default();
    assert_eq!(ended.status.code(), Some(2), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains(&text(target.path())) && !said.contains("panicked"), "{said}");
    assert!(files_below(target.path()).is_empty());
}

#[test]
#[ignore = "runs as another user where this one may read everything"]
fn an_input_that_may_not_be_opened_is_named_and_the_others_are_done() {
    use std::os::unix::fs::PermissionsExt as _;
    let input = folder();
    let right = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its own");
    right(input.path(), 0o755);
    put(input.path(), "甲.xlsx", &submission());
    let locked = put(input.path(), "锁.xlsx", &submission());
    right(Path::new(&locked), 0o000);
    let mut command = Command::new(env!("CARGO_BIN_EXE_gouji"));
    if fs::read(&locked).is_ok() {
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_gouji")]);
    }
    let ended = command.args(["check", &text(input.path())]).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("锁.xlsx") && said.contains("GJ301"), "{said}");
}

#[test]
fn a_pipe_and_a_lock_file_among_the_inputs_stop_nothing() {
    let (input, out) = (folder(), folder());
    put(input.path(), "甲.xlsx", &submission());
    put(input.path(), "~$甲.xlsx", b"\x05owner");
    assert!(Command::new("mkfifo").arg(input.path().join("管.xlsx")).status().expect("mkfifo").success());
    let ended = gouji(["check", &text(input.path()), "-o", &text(out.path())]);
    assert!((1..=2).contains(&ended.code), "{}", ended.said());
    assert!(ended.out.contains("GJ301"), "{}", ended.said());
    assert!(files_below(out.path()).iter().any(|(name, _)| name.contains("甲.annotated.xlsx")));
}

#[test]
fn an_output_folder_that_is_the_input_changes_no_input() {
    let input = folder();
    put(input.path(), "甲.xlsx", &submission());
    let before = files_below(input.path());
    for _ in 0..2 {
        let ended = gouji(["check", &text(input.path()), "-o", &text(input.path())]);
        assert!((1..=2).contains(&ended.code), "{}", ended.said());
        let now = files_below(input.path());
        assert!(before.iter().all(|one| now.contains(one)), "every input stands as it was");
    }
}
