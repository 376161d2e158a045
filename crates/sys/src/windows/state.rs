//! The state that the operations of a pipe share with the tasks that wait for them.

use std::os::windows::io::OwnedHandle;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::export::Export;

#[derive(Debug)]
pub(super) struct State {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
pub(super) struct Inner {
    /// The pipe, until it is shut down.
    pub(super) file: Option<Arc<OwnedHandle>>,
    /// The pending write.
    pub(super) writing: Option<Write>,
    /// Why writing has ended for good.
    pub(super) failed: Option<u32>,
    /// The number and the address of the operation that waits for something to read.
    pub(super) watching: Option<(u64, usize)>,
    /// The pipe, once it is shut down, until the last write is done.
    pub(super) kept: Option<Arc<OwnedHandle>>,
    pub(super) readers: Tasks,
    pub(super) writers: Tasks,
    last: u64,
}

/// A write that the system has not finished.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    pub(super) number: u64,
    /// Bytes of the stream in it.
    pub(super) bytes: usize,
}

/// Tasks that wait for the same thing.
#[derive(Debug, Default)]
pub(super) struct Tasks(Vec<Waker>);

impl Tasks {
    /// Adds a task, unless it is there already.
    pub(super) fn add(&mut self, waker: &Waker) {
        if !self.0.iter().any(|own| own.will_wake(waker)) {
            self.0.push(waker.clone());
        }
    }

    pub(super) fn take(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.0)
    }
}

impl Inner {
    /// A number for an operation that is about to begin.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl State {
    pub(super) fn new(file: OwnedHandle) -> Self {
        Self {
            inner: Mutex::new(Inner {
                file: Some(Arc::new(file)),
                writing: None,
                failed: None,
                watching: None,
                kept: None,
                readers: Tasks::default(),
                writers: Tasks::default(),
                last: 0,
            }),
            changed: Condvar::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Releases `inner` until something changes, for at most `timeout`.
    pub(super) fn wait<'a>(&self, inner: MutexGuard<'a, Inner>, timeout: Duration) -> MutexGuard<'a, Inner> {
        self.changed
            .wait_timeout(inner, timeout)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Records that a write is over.
    pub(super) fn written(&self, write: u64, result: u32, export: Export) {
        let mut inner = self.lock();
        if result == 0 {
            export.sent();
        } else {
            inner.failed = Some(result);
        }
        let mut kept = None;
        if inner.writing.is_some_and(|own| own.number == write) {
            inner.writing = None;
            kept = inner.kept.take();
        }
        let tasks = inner.writers.take();
        self.tell(inner, tasks);
        drop(kept);
    }

    /// Records that there is something to read, or never will be.
    pub(super) fn readable(&self, watch: u64) {
        let mut inner = self.lock();
        if inner.watching.is_some_and(|(number, _)| number == watch) {
            inner.watching = None;
        }
        let tasks = inner.readers.take();
        self.tell(inner, tasks);
    }

    /// Releases `inner`, and wakes the waiting tasks.
    pub(super) fn tell(&self, inner: MutexGuard<'_, Inner>, tasks: Vec<Waker>) {
        self.changed.notify_all();
        drop(inner);
        for task in tasks {
            task.wake();
        }
    }
}
