//! A call that is asked for many times and made once.

#[cfg(all(test, forkwire_loom))]
use loom::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(all(test, forkwire_loom)))]
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a call is under way to another thread. Its data is under a lock: it is put there before [`Pending::ask`], and
/// taken after [`Pending::begin`]. So if `ask` says that a call is already on its way, that call finds the data.
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
