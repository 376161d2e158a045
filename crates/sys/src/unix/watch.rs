//! Waiting for a socket on tokio's reactor.

mod shortage;

use std::future::poll_fn;
use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::io::Interest;
use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};
use tokio::runtime::Handle;

use self::shortage::Shortage;
use super::Socket;

/// A socket that tasks wait for. The reactor remembers what it is ready for until that is cleared.
///
/// It is registered for reading alone: otherwise the system would wake the reactor whenever the peer reads, since there is
/// more room to write then.
#[derive(Debug)]
pub struct Watch {
    reads: AsyncFd<Arc<Socket>>,
    /// A duplicate, made when a task first has to wait for room.
    writes: OnceLock<AsyncFd<OwnedFd>>,
    shortage: Shortage,
    runtime: Handle,
}

/// What a socket was ready for.
#[derive(Debug, Default)]
pub struct Ready<'a> {
    reads: Option<AsyncFdReadyGuard<'a, Arc<Socket>>>,
    writes: Option<AsyncFdReadyGuard<'a, OwnedFd>>,
    writable: bool,
}

impl Watch {
    /// Registers a socket with the reactor of the current tokio runtime.
    ///
    /// # Errors
    /// The caller is not in a tokio runtime, or in one without I/O enabled. In the second case tokio panics. This function
    /// catches that, but the panic hook prints tokio's message. Otherwise the system's error: no descriptors or no memory are
    /// left.
    pub fn new(socket: Arc<Socket>) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            io::Error::other(
                "a channel needs a tokio runtime: call this from a task, or within Runtime::enter",
            )
        })?;
        let register = || {
            // SAFETY: a Socket owns its descriptor for all of its life and never replaces it, and the Arc keeps it alive.
            unsafe { AsyncFd::register_with_interest(socket, Interest::READABLE) }
        };
        // tokio has no way to find out whether a runtime has I/O enabled. It panics before anything is registered.
        match catch_unwind(AssertUnwindSafe(register)) {
            Ok(reads) => Ok(Self {
                reads: reads?,
                writes: OnceLock::new(),
                shortage: Shortage::default(),
                runtime,
            }),
            Err(_) => Err(io::Error::other(
                "a channel needs a tokio runtime with I/O enabled: see Builder::enable_io",
            )),
        }
    }

    /// The socket.
    pub fn transport(&self) -> &Socket {
        self.reads.get_ref()
    }

    /// Ready when there may be something to read. Only the last task that polled is woken.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        self.reads.poll_read_ready(cx).map_ok(|guard| Ready {
            reads: Some(guard),
            ..Ready::default()
        })
    }

    /// Ready when there may be room to write. Only the last task that polled is woken.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready<'_>>> {
        let writes = match self.writes() {
            Ok(writes) => writes,
            // The process is out of descriptors, or the system out of memory.
            Err(error) if error.raw_os_error().is_some() => {
                let room = self.shortage.poll_writable(cx, self.reads.get_ref());
                return room.map(|()| {
                    Ok(Ready {
                        writable: true,
                        ..Ready::default()
                    })
                });
            }
            Err(error) => return Poll::Ready(Err(error)),
        };
        writes.poll_write_ready(cx).map_ok(|guard| Ready {
            writes: Some(guard),
            writable: true,
            ..Ready::default()
        })
    }

    fn writes(&self) -> io::Result<&AsyncFd<OwnedFd>> {
        if let Some(writes) = self.writes.get() {
            return Ok(writes);
        }
        let duplicate = self.transport().duplicate()?;
        // The task may run on another runtime, or on none.
        let _entered = self.runtime.enter();
        // SAFETY: an OwnedFd owns its descriptor, and nothing replaces this one.
        let writes = unsafe { AsyncFd::register_with_interest(duplicate, Interest::WRITABLE) }?;
        Ok(self.writes.get_or_init(|| writes))
    }

    /// Waits for either of them, and forever for neither.
    ///
    /// # Errors
    /// The runtime is shutting down.
    pub async fn ready(&self, read: bool, write: bool) -> io::Result<Ready<'_>> {
        poll_fn(|cx| {
            let mut ready = Ready::default();
            if read && let Poll::Ready(found) = self.poll_readable(cx)? {
                ready.reads = found.reads;
            }
            if write && let Poll::Ready(found) = self.poll_writable(cx)? {
                (ready.writes, ready.writable) = (found.writes, found.writable);
            }
            if ready.readable() || ready.writable() {
                return Poll::Ready(Ok(ready));
            }
            Poll::Pending
        })
        .await
    }
}

impl Ready<'_> {
    /// There may be something to read.
    pub fn readable(&self) -> bool {
        self.reads.is_some()
    }

    /// There may be room to write.
    pub fn writable(&self) -> bool {
        self.writable
    }

    /// Clears the readiness that this was returned for, after an attempt that would have blocked.
    pub fn clear(&mut self) {
        self.clear_readable();
        self.clear_writable();
    }

    /// Clears the readiness to be read.
    pub fn clear_readable(&mut self) {
        if let Some(guard) = &mut self.reads {
            guard.clear_ready();
        }
    }

    /// Clears the readiness to be written.
    pub fn clear_writable(&mut self) {
        if let Some(guard) = &mut self.writes {
            guard.clear_ready();
        }
    }
}
