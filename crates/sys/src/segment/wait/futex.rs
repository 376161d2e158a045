//! futex(2) and `futex_waitv` (Linux 5.16). None of them is private to the process.

use std::io;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{POLL, Wait};

/// Most numbers of one wait for several: `FUTEX_WAITV_MAX` (linux/futex.h), with one for the bell.
pub(super) const MOST: usize = 127;

/// The same on all architectures.
const SYS_FUTEX_WAITV: libc::c_long = 449;

/// `FUTEX2_SIZE_U32` and `FUTEX2_PRIVATE` (linux/futex.h).
const U32: u32 = 0x02;
const PRIVATE: u32 = 0x80;

/// The system cannot wait for several numbers at once: it is too old, or a filter of system calls forbids it.
static POLLING: AtomicBool = AtomicBool::new(false);

/// `struct futex_waitv` (linux/futex.h).
#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    value: u64,
    address: u64,
    flags: u32,
    reserved: u32,
}

impl Entry {
    fn new(word: &AtomicU32, value: u32, flags: u32) -> Self {
        Self {
            value: u64::from(value),
            address: word.as_ptr() as u64,
            flags,
            reserved: 0,
        }
    }
}

/// Sleeps while the word has the value. True: somebody notified. False: look again.
pub(super) fn wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    futex_wait(word, expected, timeout, libc::FUTEX_WAIT)
}

fn futex_wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>, operation: libc::c_int) -> bool {
    let timeout = timeout.map(timespec);
    let time = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the word is alive and aligned; the time is null or lives for the call.
    let result = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, expected, time) };
    result == 0
}

/// Wakes at most `count`, and returns how many.
pub(super) fn wake(word: &AtomicU32, count: u32) -> usize {
    futex_wake(word, count, libc::FUTEX_WAKE)
}

fn futex_wake(word: &AtomicU32, count: u32, operation: libc::c_int) -> usize {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    // SAFETY: the word is alive and aligned.
    let woken = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, count) };
    usize::try_from(woken).unwrap_or_default()
}

/// Wakes a thread from [`Bell::sleep`].
#[derive(Debug, Default)]
pub(super) struct Bell(AtomicU32);

impl Bell {
    pub(super) fn ring(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        futex_wake(&self.0, 1, libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG);
    }

    /// To be given to [`Bell::sleep`]: what rings from here on is heard there.
    pub(super) fn listen(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sleeps until the bell rings, one of the numbers changes or is notified of, or the time is over. Returns the place of
    /// a number that was notified of.
    pub(super) fn sleep(&self, heard: u32, waits: &[&Wait], deadline: Option<Instant>) -> Option<usize> {
        if !POLLING.load(Ordering::Relaxed) {
            match self.sleep_on_all(heard, waits, deadline) {
                // The bell is the first.
                Ok(woken) => return woken.checked_sub(1),
                Err(error) if is_missing(&error) => POLLING.store(true, Ordering::Relaxed),
                Err(_) => return None,
            }
        }
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let turn = if waits.is_empty() {
            left
        } else {
            Some(left.map_or(POLL, |left| left.min(POLL)))
        };
        futex_wait(&self.0, heard, turn, libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG);
        None
    }

    fn sleep_on_all(&self, heard: u32, waits: &[&Wait], deadline: Option<Instant>) -> io::Result<usize> {
        let mut entries = vec![Entry::new(&self.0, heard, U32 | PRIVATE)];
        let words = waits
            .iter()
            .filter_map(|wait| Some(Entry::new(wait.word()?, wait.expected, U32)));
        entries.extend(words);
        let deadline = deadline.map(monotonic);
        let time = deadline.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: the entries point at words that the waits keep mapped; the time is null or lives for the call.
        let woken = unsafe {
            libc::syscall(
                SYS_FUTEX_WAITV,
                entries.as_ptr(),
                entries.len(),
                0,
                time,
                libc::CLOCK_MONOTONIC,
            )
        };
        usize::try_from(woken).map_err(|_| io::Error::last_os_error())
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOSYS | libc::EPERM | libc::EINVAL)
    )
}

/// The time on the kernel's clock at that moment.
fn monotonic(at: Instant) -> libc::timespec {
    let mut now = timespec(Duration::ZERO);
    // SAFETY: there is room for a time; this clock always exists.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let now = Duration::new(
        u64::try_from(now.tv_sec).unwrap_or_default(),
        u32::try_from(now.tv_nsec).unwrap_or_default(),
    );
    timespec(now.saturating_add(at.saturating_duration_since(Instant::now())))
}

#[allow(clippy::cast_lossless, clippy::cast_possible_wrap)] // below a billion; c_long has 32 or 64 bits
fn timespec(time: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: libc::time_t::try_from(time.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: time.subsec_nanos() as libc::c_long,
    }
}

#[cfg(test)]
pub(in crate::segment) fn force_polling(on: bool) {
    POLLING.store(on, Ordering::Relaxed);
}
