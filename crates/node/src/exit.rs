//! The exit of a process or of a worker thread: what is queued is written before it is gone.
//!
//! JavaScript asks for it in `'exit'`. A program can prevent that event (`removeAllListeners`, `process.reallyExit()`, a worker
//! that its main thread ends). So the end of the environment and the end of the process ask for it again.

#[cfg(test)]
#[cfg(unix)]
mod tests;

use std::cell::Cell;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::core::{Core, SharedCore};
use crate::ffi::at_exit;

/// The length of one channel's turn. A peer that does not read must not use up the time of the others.
const TURN: Duration = Duration::from_millis(20);

thread_local! {
    /// When the exit of this thread began, on Rust's monotonic clock, because a program may have faked JavaScript's.
    // Clippy does not see the `const` where the standard library keeps thread-locals by keys, as for windows-gnu.
    #[allow(clippy::missing_const_for_thread_local)]
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
}

static OPEN: Mutex<Vec<Open>> = Mutex::new(Vec::new());

/// A channel that has not been closed.
struct Open {
    owner: ThreadId,
    core: Weak<SharedCore>,
}

/// How a channel spends the exit.
#[derive(Debug, Default)]
pub(crate) struct AtExit {
    timeout: Duration,
    reported: bool,
}

impl AtExit {
    /// `timeout` counts from the moment that the exit began, however many messages follow.
    pub(crate) const fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            reported: false,
        }
    }
}

/// From now on the channel is written at exit.
pub(crate) fn register(core: &Arc<SharedCore>) {
    at_exit::call_once(flush_process);
    open().push(Open {
        owner: thread::current().id(),
        core: Arc::downgrade(core),
    });
}

/// The channel is closed.
pub(crate) fn forget(core: &Arc<SharedCore>) {
    let gone = |other: &Weak<SharedCore>| other.strong_count() == 0 || other.as_ptr() == Arc::as_ptr(core);
    open().retain(|entry| !gone(&entry.core));
}

/// Writes what the channels of this thread have queued, and blocks the thread for as long as they may take. With `last`,
/// JavaScript takes nothing more, so what arrives meanwhile is read and dropped. Otherwise two processes that exit at the same
/// time, with more queued than the kernel takes, would wait for each other.
pub(crate) fn flush_thread(last: bool) {
    let owner = thread::current().id();
    flush(&collect(|entry| entry.owner == owner), last);
}

/// Writes what one channel has queued, during the exit.
pub(crate) fn flush_one(core: &Arc<SharedCore>) {
    flush(&[Arc::clone(core)], true);
}

/// The process ends. Environments of worker threads have usually ended before, and nothing of theirs is open then.
fn flush_process() {
    flush(&collect(|_| true), true);
}

fn open() -> MutexGuard<'static, Vec<Open>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn collect(wanted: impl Fn(&Open) -> bool) -> Vec<Arc<SharedCore>> {
    let open = open();
    let wanted = open.iter().filter(|entry| wanted(entry));
    wanted.filter_map(|entry| entry.core.upgrade()).collect()
}

fn flush(all: &[Arc<SharedCore>], last: bool) {
    let began = BEGAN.get().unwrap_or_else(|| {
        let now = Instant::now();
        BEGAN.set(Some(now));
        now
    });
    if last {
        for core in all {
            core.lock().discard_received();
        }
    }
    let mut left = all.to_vec();
    while !left.is_empty() {
        left.retain(|core| {
            let mut core = core.lock();
            let time = core.ends.at_exit.timeout.saturating_sub(began.elapsed());
            let bytes = core.flush_within(if all.len() == 1 { time } else { time.min(TURN) });
            if bytes > 0 && time.is_zero() {
                report(&mut core, bytes);
            }
            bytes > 0 && !time.is_zero()
        });
        if !left.is_empty() {
            // Those that are done read on, because their peers may be exiting too and wait for that.
            for core in all {
                core.lock().flush_within(Duration::ZERO);
            }
        }
    }
}

/// Reports the loss once on standard error, because no JavaScript runs any more that could print it.
fn report(core: &mut Core, bytes: usize) {
    let AtExit { timeout, reported } = &mut core.ends.at_exit;
    // With a timeout of 0 the program has asked for the loss.
    if timeout.is_zero() || std::mem::replace(reported, true) {
        return;
    }
    let timeout = timeout.as_millis();
    let messages = core.link.as_ref().map_or(0, forkwire::link::Link::unsettled);
    let line = format!(
        "(forkwire:{}) [ERR_FORKWIRE_FLUSH_TIMEOUT] Warning: the other process did not take {messages} message{} \
         ({bytes} bytes) within {timeout} ms of this one's exit. They are lost. The option flushTimeout sets the time.\n",
        std::process::id(),
        if messages == 1 { "" } else { "s" },
    );
    // If it is closed or full, the report is lost too.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
