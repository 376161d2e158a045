//! A call that is asked for many times and made once.

#[cfg(all(test, forkwire_loom))]
use loom::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(all(test, forkwire_loom)))]
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a call is under way to another thread. What the call is about lies under a lock: it is put there before
/// [`Pending::ask`] and looked for behind [`Pending::begin`], so that whoever is told that a call is on its way has
/// put it there in time.
#[derive(Debug)]
pub(crate) struct Pending(AtomicBool);

impl Pending {
    pub(crate) fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Asks for a call. Returns whether the caller has to make it.
    pub(crate) fn ask(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// The call has come: what is asked for from now on needs another one.
    pub(crate) fn begin(&self) {
        self.0.store(false, Ordering::Release);
    }
}
