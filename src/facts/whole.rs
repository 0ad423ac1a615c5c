//! Files that appear whole or not at all.
//!
//! A file is written beside its place under a name of its own, brought to the disk, and renamed into its place; then
//! the folder is brought to the disk too, so that a power cut leaves the old file or the new one. A link that stands at
//! the place is replaced, never written through. What a killed run left beside is taken away by the next one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How the names of files under way begin and end; hidden, so that no one takes them for results.
const PREFIX: &str = ".gouji-";
const SUFFIX: &str = ".part";
/// Files under way are locked from the moment they are named; this long after, one without a lock is nobody's.
const ABANDONED: Duration = Duration::from_secs(60);

/// Writes a file whole or not at all, over whatever stands there.
///
/// # Errors
/// What the disk or `write` says; then nothing has changed at the place.
pub fn write_whole<E: From<io::Error>>(path: &Path, write: impl FnOnce(&mut File) -> Result<(), E>) -> Result<(), E> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    sweep(folder);
    let mut file = builder().tempfile_in(folder)?;
    // Where a disk knows no locks, age alone tells what was left behind.
    let _ = file.as_file().try_lock();
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    settle(folder);
    Ok(())
}

/// A result has the rights of any new file of this user.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Brings the folder's own entries to the disk, where the system can.
#[cfg(unix)]
fn settle(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn settle(_: &Path) {}

/// Takes away what runs that were killed left in a folder: old, and locked by nobody. A run looks once into each
/// folder, so that ten thousand files cost no more apiece than one.
fn sweep(folder: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if !swept.insert(folder.to_owned()) {
        return;
    }
    drop(swept);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    let old = |changed: SystemTime| changed.elapsed().is_ok_and(|age| age > ABANDONED);
    let Ok(file) = File::open(path) else { return false };
    file.metadata().and_then(|about| about.modified()).is_ok_and(old) && file.try_lock().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_write_that_fails_leaves_what_stood_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("甲.json");
        write_whole(&place, |file| file.write_all(b"old")).unwrap();
        let failed: io::Result<()> = write_whole(&place, |file| {
            file.write_all(b"half of the ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert_eq!((fs::read(&place).unwrap(), names(folder.path())), (b"old".to_vec(), vec!["甲.json".to_owned()]));
    }

    #[test]
    fn only_what_is_old_and_nobodys_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, age: u64| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
            file
        };
        drop(make(".gouji-dead.part", 3600));
        drop(make(".gouji-young.part", 1));
        drop(make(".others.part", 3600));
        let held = make(".gouji-held.part", 3600);
        held.lock().unwrap();
        write_whole(&folder.path().join("甲.json"), |file| file.write_all(b"new")).unwrap();
        assert_eq!(names(folder.path()), [".gouji-held.part", ".gouji-young.part", ".others.part", "甲.json"]);
    }
}
