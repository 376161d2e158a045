//! Who is to be woken when the socket is ready.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// The tasks of the two halves.
#[derive(Debug, Default)]
pub(crate) struct Wakers {
    pub(crate) sender: Slot,
    pub(crate) receiver: Slot,
}

/// A task that waits, if one does.
#[derive(Debug, Default)]
pub(crate) struct Slot(Mutex<Option<Waker>>);

impl Slot {
    pub(crate) fn register(&self, waker: &Waker) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *slot {
            Some(registered) => registered.clone_from(waker),
            None => *slot = Some(waker.clone()),
        }
    }

    /// Wakes the task, which registers again if it goes on waiting.
    pub(crate) fn wake(&self) {
        let waker = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.sender.wake();
        self.receiver.wake();
    }
}
