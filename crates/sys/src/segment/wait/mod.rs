//! Waiting for a number in shared memory to change, across processes.
//!
//! A notifier changes the number, and then calls [`notify`]. A waiter says which value it has seen, and sleeps only while the
//! memory has that value, so that no wake-up is lost between its look and its sleep (futex(2)).

#[cfg(target_os = "linux")]
mod futex;
#[cfg(not(target_os = "linux"))]
mod polling;
mod thread;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use self::futex as system;
#[cfg(all(test, target_os = "linux"))]
pub(in crate::segment) use self::futex::force_polling;
#[cfg(not(target_os = "linux"))]
use self::polling as system;
pub use self::thread::{Done, Ticket, cancel, start};
use super::Segment;

/// How often the number is looked at where the system cannot wait for it, or not for several at once.
const POLL: Duration = Duration::from_millis(1);

/// How a wait ended. The names are those of `Atomics.wait()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitOutcome {
    /// Somebody notified, or the number has changed.
    Ok,
    /// The number had another value from the start.
    NotEqual,
    /// The time is over.
    TimedOut,
}

impl WaitOutcome {
    /// The name that JavaScript has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotEqual => "not-equal",
            Self::TimedOut => "timed-out",
        }
    }
}

/// A number to wait for.
#[derive(Clone, Debug)]
pub struct Wait {
    segment: Arc<Segment>,
    index: usize,
    expected: u32,
    deadline: Option<Instant>,
}

impl Wait {
    /// Waits while the number at `index`, in steps of 4 bytes, is `expected`; for at most `timeout`.
    ///
    /// # Errors
    /// `InvalidInput` if `index` lies beyond the memory.
    pub fn new(
        segment: Arc<Segment>,
        index: usize,
        expected: i32,
        timeout: Option<Duration>,
    ) -> io::Result<Self> {
        segment.word(index)?;
        Ok(Self {
            segment,
            index,
            expected: expected.cast_unsigned(),
            // A time that the clock cannot reach means no limit.
            deadline: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
        })
    }

    /// Whether there is nothing to wait for any more: the number differs, or the time is over.
    pub fn is_over(&self) -> bool {
        !self.holds() || self.deadline.is_some_and(|at| at <= Instant::now())
    }

    /// Blocks this thread.
    pub fn block(&self) -> WaitOutcome {
        let Some(word) = self.word() else {
            return WaitOutcome::NotEqual;
        };
        if !self.holds() {
            return WaitOutcome::NotEqual;
        }
        loop {
            let left = self
                .deadline
                .map(|at| at.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return WaitOutcome::TimedOut;
            }
            if system::wait(word, self.expected, left) || !self.holds() {
                return WaitOutcome::Ok;
            }
        }
    }

    /// Whether the number still has the value.
    pub fn holds(&self) -> bool {
        self.word()
            .is_some_and(|word| word.load(Ordering::SeqCst) == self.expected)
    }

    fn word(&self) -> Option<&AtomicU32> {
        self.segment.atomic_u32(self.index)
    }
}

/// Wakes at most `count` of those who wait for the number at `index`, in all processes. Returns how many the system woke.
///
/// # Errors
/// `InvalidInput` if `index` lies beyond the memory.
pub fn notify(segment: &Segment, index: usize, count: u32) -> io::Result<usize> {
    Ok(system::wake(segment.word(index)?, count))
}

impl Segment {
    fn word(&self, index: usize) -> io::Result<&AtomicU32> {
        self.atomic_u32(index).ok_or_else(|| {
            let most = self.len() / size_of::<u32>();
            let what =
                format!("the index {index} lies beyond the memory, which has {most} numbers of 4 bytes");
            io::Error::new(io::ErrorKind::InvalidInput, what)
        })
    }
}
