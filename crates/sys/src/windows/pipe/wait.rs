//! Waiting for a pipe.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use windows_sys::Win32::Storage::FileSystem::ReadFile;

use super::{Pipe, broken};
use crate::windows::completion::Started;
use crate::windows::is_broken;
use crate::windows::read::{available, is_closing};
use crate::windows::state::Inner;

impl Pipe {
    /// Blocks until there is something to read (if `read`), the end included, or until `send` would take something or fail (if
    /// `write`), for at most `timeout`. Returns false on timeout.
    ///
    /// # Errors
    /// Those of the system's wait.
    pub fn wait(&self, read: bool, write: bool, timeout: Duration) -> io::Result<bool> {
        let deadline = Instant::now().checked_add(timeout);
        let mut inner = self.state.lock();
        loop {
            if (write && inner.writing.is_none()) || (read && self.watch(&mut inner)?) {
                return Ok(true);
            }
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return Ok(false);
            }
            inner = self.state.wait(inner, left);
        }
    }

    /// Ready when there is something to read, the end included. Every task that polled is woken.
    ///
    /// # Errors
    /// Those of the system's wait.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.state.lock();
        match self.watch(&mut inner) {
            Ok(true) => Poll::Ready(Ok(())),
            Ok(false) => {
                inner.readers.add(cx.waker());
                Poll::Pending
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Ready when `send` would take something or fail. Every task that polled is woken.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.state.lock();
        if inner.writing.is_none() {
            return Poll::Ready(());
        }
        inner.writers.add(cx.waker());
        Poll::Pending
    }

    /// Bytes of the last `send` that the system does not have yet: they wait for room in the pipe, and are lost if this
    /// process ends.
    ///
    /// # Errors
    /// The error of a failed write. Its bytes were taken but did not leave, and nothing can be written any more.
    pub fn unfinished(&self) -> io::Result<usize> {
        let inner = self.state.lock();
        match inner.failed {
            #[allow(clippy::cast_possible_wrap)] // the system's codes are small
            Some(code) => Err(broken(io::Error::from_raw_os_error(code as i32))),
            None => Ok(inner.writing.map_or(0, |write| write.bytes)),
        }
    }

    /// Whether the peer has closed its end. There may still be bytes to read.
    pub fn is_hung_up(&self) -> bool {
        match self.file() {
            Some(file) => is_closing(&file),
            None => true,
        }
    }

    /// Whether there is something to read now. If not, the state changes when there is.
    fn watch(&self, inner: &mut Inner) -> io::Result<bool> {
        let Some(file) = inner.file.clone() else {
            return Ok(true);
        };
        match available(&file) {
            Ok(0) => {}
            Ok(_) => return Ok(true),
            Err(error) if error.raw_os_error().is_some_and(is_broken) => return Ok(true),
            Err(error) => return Err(error),
        }
        if inner.watching.is_some() {
            return Ok(false);
        }
        let watch = inner.number();
        let state = Arc::clone(&self.state);
        // A read of zero bytes waits for data and takes none, as in libuv (src/win/pipe.c).
        let started = self.port.start(
            Vec::new(),
            |_, overlapped| {
                // SAFETY: no buffer is needed; the structure lives until the operation is over.
                // (ReadFile function, fileapi.h)
                unsafe {
                    ReadFile(
                        file.as_raw_handle(),
                        ptr::null_mut(),
                        0,
                        ptr::null_mut(),
                        overlapped,
                    )
                }
            },
            move |_| state.readable(watch),
        );
        match started {
            Ok(Started::Done) => Ok(true),
            Ok(Started::Pending(address)) => {
                inner.watching = Some((watch, address));
                Ok(false)
            }
            Err(error) if error.raw_os_error().is_some_and(is_broken) => Ok(true),
            Err(error) => Err(error),
        }
    }
}
