//! What the operations under way on a pipe leave behind, for whoever waits.

use std::os::windows::io::OwnedHandle;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::export::Export;

#[derive(Debug, Default)]
pub(super) struct State {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    /// The number of the write that is under way.
    pub(super) writing: Option<u64>,
    /// Why writing has ended for good.
    pub(super) failed: Option<u32>,
    /// The number and the address of the operation that waits for something to read.
    pub(super) watching: Option<(u64, usize)>,
    /// The pipe, once nobody else has it, until the last write is done.
    pub(super) kept: Option<Arc<OwnedHandle>>,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
    last: u64,
}

impl Inner {
    /// A number for an operation that is about to begin.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl State {
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives `inner` up until something changes, for `timeout` at most.
    pub(super) fn wait<'a>(&self, inner: MutexGuard<'a, Inner>, timeout: Duration) -> MutexGuard<'a, Inner> {
        self.changed
            .wait_timeout(inner, timeout)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// A write is over.
    pub(super) fn written(&self, write: u64, result: u32, export: Export) {
        let mut inner = self.lock();
        if result == 0 {
            export.sent();
        } else {
            inner.failed = Some(result);
        }
        let mut kept = None;
        if inner.writing == Some(write) {
            inner.writing = None;
            kept = inner.kept.take();
        }
        self.changed.notify_all();
        let waker = inner.writer.take();
        drop((inner, kept));
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// There is something to read, or never will be.
    pub(super) fn readable(&self, watch: u64) {
        let mut inner = self.lock();
        if inner.watching.is_some_and(|(number, _)| number == watch) {
            inner.watching = None;
        }
        self.changed.notify_all();
        let waker = inner.reader.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
