//! Systems that cannot wait for a number in the memory of several processes: it is looked at again and again.
//!
//! `WaitOnAddress` of Windows stays within its process, and macOS has the like for several since 14.4 only. An event or a semaphore
//! would have to travel beside each memory, and one for each number that somebody waits for.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{POLL, Wait};

/// Most numbers that one thread looks at.
pub(super) const MOST: usize = 1024;

/// Sleeps for a moment. False: look again.
pub(super) fn wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    if word.load(Ordering::SeqCst) == expected {
        std::thread::sleep(timeout.map_or(POLL, |left| left.min(POLL)));
    }
    false
}

/// Nobody sleeps who could be woken.
pub(super) fn wake(_: &AtomicU32, _: u32) -> usize {
    0
}

/// Wakes a thread from [`Bell::sleep`].
#[derive(Debug, Default)]
pub(super) struct Bell {
    rings: Mutex<u32>,
    rang: Condvar,
}

impl Bell {
    pub(super) fn ring(&self) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        *rings = rings.wrapping_add(1);
        self.rang.notify_one();
    }

    /// To be given to [`Bell::sleep`]: what rings from here on is heard there.
    pub(super) fn listen(&self) -> u32 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until the bell rings, or it is time to look again.
    pub(super) fn sleep(&self, heard: u32, waits: &[&Wait], deadline: Option<Instant>) -> Option<usize> {
        let left = deadline.map_or(POLL, |at| at.saturating_duration_since(Instant::now()));
        if !waits.is_empty() {
            // More exact than a condition variable of Windows, which counts in ticks of 15 ms. A bell is heard after it.
            std::thread::sleep(left.min(POLL));
            return None;
        }
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.rang.wait_timeout_while(rings, left, |rings| *rings == heard));
        None
    }
}
