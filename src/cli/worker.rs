//! The worker: this program again, reading one file of an older format under limits of its own.
//!
//! Readers of .xls, .xlsb and .ods were seen to end their process on damaged bytes, where nothing can be caught. So the
//! file's bytes go to a child over a pipe, and the book comes back over another; whatever becomes of the child is a
//! message about that file. The child opens no file, no socket and no other program.
//!
//! On Unix the system itself bounds the child's memory and processor time; everywhere a watch inside the child ends it
//! when it holds too much, and this side ends it when its time is over.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::Exit;
use crate::read::wire::{self, Order};
use crate::read::{Book, Bound, Limits, ReadError, read_book_within};

/// The command that makes this program a worker; it is typed by nobody.
pub const COMMAND: &str = "read-worker";
/// How a worker ends that holds too much.
pub const FULL: u8 = 70;
/// Between two looks at the memory held.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes of the worker's last words that are kept.
const LAST_WORDS: u64 = 64 << 10;

/// Reads a workbook in a worker.
///
/// # Errors
/// What the worker says of the file, or what became of the worker.
pub fn read_apart(file: &str, bytes: &[u8], limits: Limits) -> Result<Book, ReadError> {
    let failed =
        |detail: String| ReadError::ReaderFailed { file: file.to_owned(), format: form_of(bytes).into(), detail };
    let over = |bound, limit| {
        let (file, part) = (file.to_owned(), String::new());
        Err(ReadError::TooLarge { file, part, bound, limit, found: limit })
    };
    let mut child = start().map_err(|error| failed(format!("the worker could not be started: {error}")))?;
    let order = Order { file: file.to_owned(), limits };
    match talk(&mut child, &order, bytes) {
        Ended::Late => over(Bound::Seconds, limits.seconds),
        Ended::Told { status, out, said } => match wire::receive(&out) {
            Some(outcome) if status.success() => outcome,
            _ if is_full(status, &said) => over(Bound::Memory, limits.memory_bytes),
            _ if is_late(status) => over(Bound::Seconds, limits.seconds),
            _ => Err(failed(format!("the reader broke off, {status}"))),
        },
        Ended::Lost(error) => Err(failed(error.to_string())),
    }
}

/// What came of a worker.
enum Ended {
    Told { status: ExitStatus, out: Vec<u8>, said: String },
    Late,
    Lost(std::io::Error),
}

fn start() -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(COMMAND).env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Sends the order, and waits for the answer until the time is over.
fn talk(child: &mut Child, order: &Order, bytes: &[u8]) -> Ended {
    let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Ended::Lost(std::io::ErrorKind::BrokenPipe.into());
    };
    let (tell, told) = mpsc::channel();
    let most = order.limits.memory_bytes;
    std::thread::scope(|threads| {
        // A worker that has gone away needs no more; what became of it tells its status.
        threads.spawn(move || send(order, bytes, input));
        threads.spawn(move || {
            let (mut out, mut said) = (Vec::new(), Vec::new());
            let read = output.take(most).read_to_end(&mut out);
            let _ = errors.take(LAST_WORDS).read_to_end(&mut said);
            let _ = tell.send(read.map(|_| (out, said)));
        });
        let left = order.limits.until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let answer = told.recv_timeout(left);
        if answer.is_err() {
            let _ = child.kill();
        }
        match (answer, child.wait()) {
            (Err(_), _) => Ended::Late,
            (Ok(Err(error)), _) | (_, Err(error)) => Ended::Lost(error),
            (Ok(Ok((out, said))), Ok(status)) => {
                Ended::Told { status, out, said: String::from_utf8_lossy(&said).into_owned() }
            }
        }
    })
}

fn send(order: &Order, bytes: &[u8], input: ChildStdin) {
    let _ = order.send(bytes, input);
}

/// The allocator's last words, or the watch's own status.
fn is_full(status: ExitStatus, said: &str) -> bool {
    status.code() == Some(i32::from(FULL)) || said.contains("memory allocation")
}

/// The system ends a process whose processor time is over with a signal of its own.
#[cfg(unix)]
fn is_late(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    // SIGKILL at the hard limit, SIGXCPU at the soft one.
    status.signal().is_some_and(|signal| signal == signal_hook::consts::SIGXCPU)
}

#[cfg(not(unix))]
fn is_late(_: ExitStatus) -> bool {
    false
}

fn form_of(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"PK") { ".xlsb/.ods" } else { ".xls" }
}

/// Is the worker: takes an order from standard input, gives the outcome on standard output.
///
/// # Errors
/// The order is none, or a pipe broke.
pub fn serve() -> anyhow::Result<Exit> {
    let Some((order, bytes)) = Order::receive(std::io::stdin().lock())? else {
        anyhow::bail!("{COMMAND} 由程序自己调用 · {COMMAND} is called by the program itself");
    };
    confine(&order.limits);
    if is_overfull(order.limits.memory_bytes) {
        return Ok(Exit::Full);
    }
    watch(order.limits.memory_bytes);
    let outcome = read_book_within(&order.file, bytes, order.limits);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    wire::send(&outcome, &mut out)?;
    out.flush()?;
    Ok(Exit::Clean)
}

/// Asks the system to bound this process; what it does not know, it leaves.
#[cfg(unix)]
fn confine(limits: &Limits) {
    use rlimit::Resource;
    let set = |resource: Resource, most: u64| {
        let hard = resource.get().map_or(most, |(_, hard)| hard.min(most));
        let _ = resource.set(most.min(hard), hard);
    };
    // An allocator keeps room in advance; what it has already is not what the file asks for.
    let now = memory_stats::memory_stats().map_or(0, |now| now.virtual_mem as u64);
    set(Resource::AS, now.saturating_add(limits.memory_bytes));
    set(Resource::CPU, limits.seconds.saturating_add(1));
    // No core file, and no other file either.
    set(Resource::CORE, 0);
    set(Resource::FSIZE, 0);
}

#[cfg(not(unix))]
fn confine(_: &Limits) {}

fn is_overfull(most: u64) -> bool {
    memory_stats::memory_stats().is_some_and(|now| now.physical_mem as u64 > most)
}

/// Ends this process when it holds more than it may.
fn watch(most: u64) {
    let look = move || {
        loop {
            if is_overfull(most) {
                std::process::exit(i32::from(FULL));
            }
            std::thread::sleep(LOOK);
        }
    };
    // Without a thread for it, the system's own bound remains.
    let _ = std::thread::Builder::new().name("memory watch".into()).spawn(look);
}
