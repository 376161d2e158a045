//! Waiting for a pipe, with the interface of a reactor. There is none: the system's thread pool wakes the tasks.

use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Pipe;

/// A pipe that tasks wait for.
#[derive(Debug)]
pub struct Watch(Arc<Pipe>);

/// What a pipe was ready for. Each poll checks again, so that there is nothing to clear.
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    readable: bool,
    writable: bool,
    watch: PhantomData<&'a Watch>,
}

impl Watch {
    /// Watches a pipe.
    ///
    /// # Errors
    /// Never.
    #[allow(clippy::unnecessary_wraps)] // reactors may have no room
    pub fn new(pipe: Arc<Pipe>) -> io::Result<Self> {
        Ok(Self(pipe))
    }

    /// The pipe.
    pub fn transport(&self) -> &Pipe {
        &self.0
    }

    /// Ready when there is something to read, the end or an error included.
    ///
    /// # Errors
    /// Never.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        // If the pipe cannot be waited for, reading it reports the failure.
        self.0.poll_readable(cx).map(|_| Ok(Ready::new(true, false)))
    }

    /// Ready when a write would take something or fail.
    ///
    /// # Errors
    /// Never.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        self.0.poll_writable(cx).map(|()| Ok(Ready::new(false, true)))
    }

    /// Waits for either of them, and forever for neither.
    ///
    /// # Errors
    /// Never.
    pub async fn ready(&self, read: bool, write: bool) -> io::Result<Ready<'_>> {
        poll_fn(|cx| {
            let readable = read && self.poll_readable(cx).is_ready();
            let writable = write && self.poll_writable(cx).is_ready();
            if readable || writable {
                Poll::Ready(Ok(Ready::new(readable, writable)))
            } else {
                Poll::Pending
            }
        })
        .await
    }
}

impl Ready<'_> {
    fn new(readable: bool, writable: bool) -> Self {
        Self {
            readable,
            writable,
            watch: PhantomData,
        }
    }

    /// There is something to read.
    pub fn readable(&self) -> bool {
        self.readable
    }

    /// There is room to write.
    pub fn writable(&self) -> bool {
        self.writable
    }

    /// Does nothing here: see [`Ready`].
    pub fn clear(&mut self) {}

    /// Does nothing here: see [`Ready`].
    pub fn clear_readable(&mut self) {}

    /// Does nothing here: see [`Ready`].
    pub fn clear_writable(&mut self) {}
}
