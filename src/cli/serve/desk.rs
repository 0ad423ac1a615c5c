//! Answers side by side: a thread for each request, so that a client that stalls holds up nobody but itself.
//!
//! The library that speaks HTTP waits on a socket as long as the client likes, also when a request is let go, and
//! nothing here can end that wait. So a request waits in a thread of its own, which goes when its client does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tiny_http::Request;

use super::guard::Guard;
use super::routes;
use super::session::Session;

/// Requests that are answered, or stall, at once; beyond them nobody is heard until one of them ends.
const MOST: usize = 256;
/// How long answers that are under way are waited for when the program ends.
const GRACE: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(10);

/// Takes requests and has them answered.
pub struct Desk {
    session: Arc<Session>,
    guard: Arc<Guard>,
    busy: Arc<AtomicUsize>,
}

/// One request under way.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk {
    pub fn new(session: Arc<Session>, guard: Arc<Guard>) -> Self {
        Self { session, guard, busy: Arc::default() }
    }

    /// Whether no further request can be taken now.
    pub fn is_full(&self) -> bool {
        self.busy.load(Ordering::Relaxed) >= MOST
    }

    /// Answers a request in a thread of its own.
    pub fn answer(&self, request: Request) {
        let (session, guard) = (Arc::clone(&self.session), Arc::clone(&self.guard));
        self.busy.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&self.busy));
        let work = move || {
            let _place = place;
            routes::answer(request, &session, &guard);
        };
        // Without a thread for it the client is answered by a closed connection.
        let _ = std::thread::Builder::new().name("answer".into()).spawn(work);
    }

    /// Waits a little for the answers that are under way; what stalls ends with the program.
    pub fn close(&self) {
        let until = Instant::now() + GRACE;
        while self.busy.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            std::thread::sleep(LOOK);
        }
    }
}
