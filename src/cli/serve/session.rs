//! What lies on the disk while the page is served: files handed in, results, and where the run is.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

use super::job::{self, Made};
use super::names;
use crate::answers::files::SCHEMA;
use crate::cli::args::Reading;
use crate::cli::interrupt;
use crate::cli::walk::shown;

/// Bytes of one file, bytes and number of all of them.
pub const LARGEST: u64 = 64 << 20;
const ALL: u64 = 2 << 30;
const MOST: usize = 20_000;

/// Which year a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    Now,
    Before,
}

impl Year {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "now" => Some(Self::Now),
            "before" => Some(Self::Before),
            _ => None,
        }
    }

    /// The folder of its files, which is how their names begin in every output.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Now => "本年",
            Self::Before => "上年",
        }
    }
}

/// The file of explanations that were typed on the page.
pub const EXPLANATIONS: &str = "审核说明.json";
/// Explanations that one session keeps.
const MOST_ANSWERS: usize = 100_000;

/// The folder of results.
pub const RESULTS: &str = "结果";

/// Why a file was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    Name,
    TooLarge,
    TooMany,
    Running,
    Disk,
}

/// One served page.
pub struct Session {
    root: PathBuf,
    temporary: Mutex<Option<TempDir>>,
    pub reading: Reading,
    state: Arc<Mutex<State>>,
    worker: Mutex<Option<JoinHandle<()>>>,
    answering: Mutex<()>,
    ending: AtomicBool,
}

/// Where the run is.
#[derive(Default)]
pub struct State {
    pub running: bool,
    /// How often a run has ended.
    pub runs: u64,
    pub fault: Option<String>,
    pub made: Arc<Made>,
}

impl Session {
    /// Makes its folders, and the page without any file.
    ///
    /// # Errors
    /// A folder that cannot be written; broken forms or rules.
    pub fn open(mut reading: Reading, keep: Option<&Path>) -> anyhow::Result<Self> {
        let temporary = if keep.is_none() { Some(tempfile::Builder::new().prefix("gouji-").tempdir()?) } else { None };
        let root = match (keep, &temporary) {
            (Some(folder), _) => folder.to_path_buf(),
            (None, Some(folder)) => folder.path().to_path_buf(),
            (None, None) => PathBuf::new(),
        };
        for year in [Year::Now, Year::Before] {
            let folder = root.join(year.folder());
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("不能创建文件夹 {0} · cannot create the folder {0}", folder.display()))?;
        }
        reading.root = Some(root.clone());
        let made = job::empty(&reading)?;
        let state = State { made: Arc::new(made), ..State::default() };
        Ok(Self {
            root,
            temporary: Mutex::new(temporary),
            reading,
            state: Arc::new(Mutex::new(state)),
            worker: Mutex::default(),
            answering: Mutex::default(),
            ending: AtomicBool::new(false),
        })
    }

    /// The folder that stays; none where all goes with the program.
    pub fn kept(&self) -> Option<String> {
        held(&self.temporary).is_none().then(|| shown(&self.root))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        held(&self.state)
    }

    /// The files of a year, by their names below its folder, sorted.
    pub fn files(&self, year: Year) -> Vec<String> {
        let folder = self.root.join(year.folder());
        let files = WalkDir::new(&folder).sort_by_file_name().into_iter().flatten();
        let files = files.filter(|entry| entry.file_type().is_file());
        files.map(|entry| shown(entry.path().strip_prefix(&folder).unwrap_or(entry.path()))).collect()
    }

    /// Takes a file in; one of the same name is replaced.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn put(&self, year: Year, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        if self.state().running {
            return Err(Refused::Running);
        }
        if bytes.len() as u64 > LARGEST {
            return Err(Refused::TooLarge);
        }
        let (files, size) = self.taken();
        if files >= MOST || size + bytes.len() as u64 > ALL {
            return Err(Refused::TooMany);
        }
        let place = self.root.join(year.folder()).join(names::place(name).ok_or(Refused::Name)?);
        let folder = place.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&place, bytes)).map_err(|_| Refused::Disk)
    }

    fn taken(&self) -> (usize, u64) {
        let files = [Year::Now, Year::Before].into_iter().flat_map(|year| WalkDir::new(self.root.join(year.folder())));
        let sizes = files.flatten().filter_map(|entry| entry.metadata().ok()).filter(std::fs::Metadata::is_file);
        sizes.fold((0, 0), |(files, size), one| (files + 1, size + one.len()))
    }

    /// Takes a file out again.
    pub fn remove(&self, year: Year, name: &str) -> bool {
        let Some(place) = names::place(name).filter(|_| !self.state().running) else { return false };
        std::fs::remove_file(self.root.join(year.folder()).join(place)).is_ok()
    }

    /// Takes everything out: files, results and the page of them.
    ///
    /// # Errors
    /// Broken forms or rules.
    pub fn clear(&self) -> anyhow::Result<()> {
        if self.state().running {
            return Ok(());
        }
        for folder in [Year::Now.folder(), Year::Before.folder(), RESULTS] {
            let _ = std::fs::remove_dir_all(self.root.join(folder));
            std::fs::create_dir_all(self.root.join(folder))?;
        }
        let _ = std::fs::remove_file(self.root.join(EXPLANATIONS));
        let made = Arc::new(job::empty(&self.reading)?);
        let mut state = self.state();
        (state.made, state.fault, state.runs) = (made, None, state.runs + 1);
        Ok(())
    }

    /// Keeps what was said of a finding, or lets it go where `record` says no reason; read by the next run.
    ///
    /// # Errors
    /// Why it was not kept.
    pub fn explain(&self, record: Value) -> Result<(), Refused> {
        let key = record.get("key").and_then(Value::as_str).filter(|key| !key.is_empty()).ok_or(Refused::Name)?;
        let said = record.get("reason").and_then(Value::as_str).is_some_and(|reason| !reason.trim().is_empty());
        let _alone = held(&self.answering);
        let mut all = self.explanations();
        all.retain(|one| one.get("key").and_then(Value::as_str) != Some(key));
        if said {
            if all.len() >= MOST_ANSWERS {
                return Err(Refused::TooMany);
            }
            all.push(record);
        }
        let text = json!({ "schema": SCHEMA, "explanations": all }).to_string();
        std::fs::write(self.root.join(EXPLANATIONS), text).map_err(|_| Refused::Disk)
    }

    /// What was said so far.
    pub fn explanations(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.root.join(EXPLANATIONS)).unwrap_or_default();
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        value.get("explanations").and_then(Value::as_array).cloned().unwrap_or_default()
    }

    /// Starts a run, where none is under way.
    pub fn check(&self) -> bool {
        {
            let mut state = self.state();
            if state.running {
                return false;
            }
            (state.running, state.fault) = (true, None);
            interrupt::cancel(false);
        }
        let (reading, root, state) = (self.reading.clone(), self.root.clone(), Arc::clone(&self.state));
        let work = move || {
            let outcome = std::panic::catch_unwind(|| job::run(&reading, &root)).unwrap_or_else(|_| {
                Err(anyhow::anyhow!("程序出错，本次没有核对完 · the program failed; this run is not whole"))
            });
            let mut state = held(&state);
            match outcome {
                Ok(made) => state.made = Arc::new(made),
                // The results of the run before are gone; its page still says what it found.
                Err(fault) => {
                    state.made = Arc::new(Made { page: state.made.page.clone(), downloads: Vec::new() });
                    state.fault = Some(format!("{fault:#}"));
                }
            }
            (state.running, state.runs) = (false, state.runs + 1);
        };
        *held(&self.worker) = Some(std::thread::spawn(work));
        true
    }

    /// Stops the run that is under way between two files.
    pub fn cancel(&self) {
        let state = self.state();
        if state.running {
            interrupt::cancel(true);
        }
    }

    /// Asks the program to end; a run under way is stopped.
    pub fn end(&self) {
        self.cancel();
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Whether the program was asked to end.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// Waits for the run that is under way, and takes the temporary folder away.
    pub fn close(&self) {
        if let Some(worker) = held(&self.worker).take() {
            let _ = worker.join();
        }
        drop(held(&self.temporary).take());
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
