//! Waiting for a socket on tokio's reactor.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};
use tokio::io::{self as tokio_io, Interest};
use tokio::runtime::Handle;

use super::Socket;

/// A socket that tasks wait for. The reactor remembers what it is ready for until that is cleared.
#[derive(Debug)]
pub struct Watch(AsyncFd<Arc<Socket>>);

/// What a socket was ready for.
#[derive(Debug)]
pub struct Ready<'a>(AsyncFdReadyGuard<'a, Arc<Socket>>);

impl Watch {
    /// Registers a socket with the reactor of the current tokio runtime.
    ///
    /// # Errors
    /// The caller is not in a tokio runtime, or in one without I/O enabled. In the second case tokio panics. This function
    /// catches that, but the panic hook prints tokio's message. Otherwise the system's error: no descriptors or no memory are
    /// left.
    pub fn new(socket: Arc<Socket>) -> io::Result<Self> {
        if Handle::try_current().is_err() {
            return Err(io::Error::other(
                "a channel needs a tokio runtime: call this from a task, or within Runtime::enter",
            ));
        }
        let register = || {
            // SAFETY: a Socket owns its descriptor for all of its life and never replaces it, and the Arc keeps it alive.
            unsafe { AsyncFd::register(socket) }
        };
        // tokio has no way to find out whether a runtime has I/O enabled. It panics before anything is registered.
        match catch_unwind(AssertUnwindSafe(register)) {
            Ok(watched) => Ok(Self(watched?)),
            Err(_) => Err(io::Error::other(
                "a channel needs a tokio runtime with I/O enabled: see Builder::enable_io",
            )),
        }
    }

    /// The socket.
    pub fn transport(&self) -> &Socket {
        self.0.get_ref()
    }

    /// Ready when there may be something to read. Only the last task that polled is woken.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        self.0.poll_read_ready(cx).map_ok(Ready)
    }

    /// Ready when there may be room to write. Only the last task that polled is woken.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        self.0.poll_write_ready(cx).map_ok(Ready)
    }

    /// Waits for either of them, and forever for neither.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub async fn ready(&self, read: bool, write: bool) -> io::Result<Ready<'_>> {
        let interest = match (read, write) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        self.0.ready(interest).await.map(Ready)
    }
}

impl Ready<'_> {
    /// There may be something to read.
    pub fn readable(&self) -> bool {
        self.0.ready().is_readable()
    }

    /// There may be room to write.
    pub fn writable(&self) -> bool {
        self.0.ready().is_writable()
    }

    /// Clears the readiness that this was returned for, after an attempt that would have blocked.
    pub fn clear(&mut self) {
        self.0.clear_ready();
    }

    /// Clears the readiness to be read.
    pub fn clear_readable(&mut self) {
        self.0.clear_ready_matching(tokio_io::Ready::READABLE);
    }

    /// Clears the readiness to be written.
    pub fn clear_writable(&mut self) {
        self.0.clear_ready_matching(tokio_io::Ready::WRITABLE);
    }
}
