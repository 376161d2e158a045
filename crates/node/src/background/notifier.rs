//! How the background writer reports what it has written.

use std::sync::Arc;

use tokio::sync::Notify;

#[cfg(unix)]
use crate::ffi::wake::Waker;

/// What the background writer notifies. Waiting until the socket is writable would not do. Linux reports a stream socket of
/// the Unix domain as writable only while most of its buffer is free (`unix_writable()` in the kernel's `af_unix.c`). If the
/// peer does not read, that may never happen.
#[derive(Debug)]
pub(crate) enum Notifier {
    /// The task of the driver, which wakes the JavaScript thread.
    Task(Arc<Notify>),
    /// The JavaScript thread itself.
    #[cfg(unix)]
    Thread(Waker),
}

impl Notifier {
    pub(crate) fn notify(&self) {
        match self {
            Self::Task(changed) => changed.notify_one(),
            #[cfg(unix)]
            Self::Thread(waker) => waker.wake(),
        }
    }
}
