//! Progress on standard error, on a terminal only: count, rate and time left; and for a served page, as numbers.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::{Lang, Words};

/// Files from which progress is worth showing.
const WORTH: usize = 8;

/// A count of files that moves while it lives and leaves nothing behind.
pub struct Progress(ProgressBar);

static WHAT: Mutex<Option<Words>> = Mutex::new(None);
static DONE: AtomicUsize = AtomicUsize::new(0);
static TOTAL: AtomicUsize = AtomicUsize::new(0);

/// What is being counted, how far it is, and where it ends.
pub fn meter() -> (Words, usize, usize) {
    let what = WHAT.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    (what, DONE.load(Ordering::Relaxed), TOTAL.load(Ordering::Relaxed))
}

impl Progress {
    /// Begins to count; `what` names the work: `读取`.
    #[must_use]
    pub fn new(total: usize, what: &Words, lang: Lang) -> Self {
        *WHAT.lock().unwrap_or_else(PoisonError::into_inner) = Some(what.clone());
        DONE.store(0, Ordering::Relaxed);
        TOTAL.store(total, Ordering::Relaxed);
        if total <= WORTH || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let left = if lang == Lang::Zh { "剩余" } else { "left" };
        let layout = format!("{{prefix}} {{wide_bar}} {{pos}}/{{len}}  {{per_sec}}  {left} {{eta}}");
        let style = ProgressStyle::with_template(&layout).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
        Self(bar.with_style(style).with_prefix(what.get(lang).to_owned()))
    }

    pub fn step(&self) {
        DONE.fetch_add(1, Ordering::Relaxed);
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
