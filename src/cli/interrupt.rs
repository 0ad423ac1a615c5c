//! Ctrl-C: the first stops a run between two files, the second ends it at once.
//!
//! Files under way are finished or never appear: every output is renamed into its place when it is whole.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The exit status of a run that was interrupted, as shells know it: 128 and the number of the signal.
pub const STATUS: u8 = 130;

fn flagged() -> &'static Arc<AtomicBool> {
    static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    ASKED.get_or_init(Arc::default)
}

/// Listens for Ctrl-C from now on; where that cannot be had, Ctrl-C ends the program as ever.
pub fn listen() {
    let asked = flagged();
    // In this order: the second signal finds the flag that the first one set.
    let _ = flag::register_conditional_shutdown(SIGINT, i32::from(STATUS), Arc::clone(asked));
    let _ = flag::register(SIGINT, Arc::clone(asked));
}

/// Takes a request to end like a first Ctrl-C from now on, so that a temporary folder is taken away.
pub fn listen_to_end() {
    let _ = flag::register(SIGTERM, Arc::clone(flagged()));
    // The window that the program was started in was closed.
    #[cfg(unix)]
    let _ = flag::register(signal_hook::consts::SIGHUP, Arc::clone(flagged()));
}

/// Set by whoever serves a run and is asked to stop that run alone.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Stops the run under way between two files, as a first Ctrl-C does, or lets the next one run.
pub fn cancel(stop: bool) {
    CANCELLED.store(stop, Ordering::Relaxed);
}

/// Whether the user has asked to stop what runs.
pub fn asked() -> bool {
    ended() || CANCELLED.load(Ordering::Relaxed)
}

/// Whether the user has asked the program to end.
pub fn ended() -> bool {
    flagged().load(Ordering::Relaxed)
}
