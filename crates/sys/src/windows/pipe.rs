//! One end of a duplex named pipe.

use std::io::{self, IoSlice};
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use windows_sys::Win32::Storage::FileSystem::{ReadFile, WriteFile};
use windows_sys::Win32::System::IO::CancelIoEx;

use super::completion::{Port, Started};
use super::export::Export;
use super::handle::Handle;
use super::is_broken;
use super::peer::Peer;
use super::read::{Reader, available};
use super::segment::{HEADER, header};
use super::server::Server;
use super::state::{Inner, State};
use crate::transport::{Received, Transport, check_send};

/// Most bytes that one send takes. They are copied, since the system reads them until the peer has made room.
const MAX_SEND: usize = 256 * 1024;

/// A connected pipe. One write is under way at most: until the system has all of it, `send` says `WouldBlock`.
///
/// Dropped, it is closed when the last write is done, or the peer gone; this process must not end earlier, which
/// [`Pipe::wait`] for writing tells.
#[derive(Debug)]
pub struct Pipe {
    file: Arc<OwnedHandle>,
    port: Arc<Port>,
    state: Arc<State>,
    reader: Mutex<Reader>,
    peer: Arc<Peer>,
}

impl Pipe {
    /// Two connected ends in this process, for tests. The first plays the parent.
    ///
    /// # Errors
    /// As [`Server::new`] and [`Server::accept`].
    pub fn pair() -> io::Result<(Self, Self)> {
        let server = Server::new()?;
        let id = std::process::id();
        let client = Self::connect(server.name(), id)?;
        Ok((server.accept(id, Duration::ZERO)?, client))
    }

    pub(super) fn new(file: OwnedHandle, peer: Peer) -> io::Result<Self> {
        Ok(Self {
            port: Arc::new(Port::new(&file)?),
            file: Arc::new(file),
            state: Arc::default(),
            reader: Mutex::new(Reader::new()?),
            peer: Arc::new(peer),
        })
    }

    /// Blocks until there is something to read (if `read`), be it the end, or `send` would take something (if `write`),
    /// be it an error; at most `timeout`. False: the time is over.
    ///
    /// # Errors
    /// What the system says to waiting.
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

    /// Ready when there is something to read, be it the end. It remembers the last task that asked.
    ///
    /// # Errors
    /// What the system says to waiting.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.state.lock();
        match self.watch(&mut inner) {
            Ok(true) => Poll::Ready(Ok(())),
            Ok(false) => {
                inner.reader = Some(cx.waker().clone());
                Poll::Pending
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Ready when `send` would take something, be it an error. It remembers the last task that asked.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.state.lock();
        if inner.writing.is_none() {
            return Poll::Ready(());
        }
        inner.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Whether there is something to read now. If not, the state changes when there is.
    fn watch(&self, inner: &mut Inner) -> io::Result<bool> {
        match available(&self.file) {
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
        // A read of no bytes waits for some and takes none, as libuv does (src/win/pipe.c).
        let started = self.port.start(
            Vec::new(),
            |_, overlapped| {
                // SAFETY: no buffer is needed; the structure lives until the operation is over.
                // (ReadFile function, fileapi.h)
                unsafe {
                    ReadFile(
                        self.file.as_raw_handle(),
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

    /// Begins to write one segment. `inner` is held, so that the end of it is not told before its beginning.
    fn write(&self, inner: &mut Inner, segment: Vec<u8>, export: Export) -> io::Result<()> {
        let write = inner.number();
        inner.writing = Some(write);
        let length = u32::try_from(segment.len()).unwrap_or(u32::MAX);
        let state = Arc::clone(&self.state);
        let started = self.port.start(
            segment,
            |bytes, overlapped| {
                // SAFETY: that many bytes are there, and they and the structure live until the operation is over. The
                // count is not asked for, as is right for an overlapped write. (WriteFile function, fileapi.h)
                unsafe {
                    WriteFile(
                        self.file.as_raw_handle(),
                        bytes,
                        length,
                        ptr::null_mut(),
                        overlapped,
                    )
                }
            },
            move |result| state.written(write, result, export),
        );
        if !matches!(started, Ok(Started::Pending(_))) {
            inner.writing = None;
        }
        started.map(drop).map_err(broken)
    }
}

impl Transport for Pipe {
    type Handle = Handle;

    fn send(&self, bytes: &[IoSlice<'_>], handles: &[Handle]) -> io::Result<usize> {
        check_send(bytes, handles.len())?;
        let taken = bytes.iter().map(|slice| slice.len()).sum::<usize>().min(MAX_SEND);
        if taken == 0 {
            return Ok(0);
        }
        let mut inner = self.state.lock();
        if let Some(code) = inner.failed {
            #[allow(clippy::cast_possible_wrap)] // the system's codes are small
            return Err(broken(io::Error::from_raw_os_error(code as i32)));
        }
        if inner.writing.is_some() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut records = Vec::new();
        let export = Export::new(&self.peer, handles, &mut records)?;
        let mut segment = Vec::with_capacity(HEADER + records.len() + taken);
        segment.extend_from_slice(&header(records.len(), taken)?);
        segment.append(&mut records);
        let end = segment.len() + taken;
        for slice in bytes {
            let part = slice.len().min(end - segment.len());
            segment.extend_from_slice(&slice[..part]);
        }
        self.write(&mut inner, segment, export)?;
        Ok(taken)
    }

    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<Handle>) -> io::Result<Received> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.recv(&self.file, &self.peer, buffer, handles)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let mut inner = self.state.lock();
        if let Some((_, address)) = inner.watching {
            // SAFETY: the address is only compared with those of what is under way, and this one is, or was a moment
            // ago: its callback waits for `inner`. (CancelIoEx function, ioapiset.h)
            unsafe { CancelIoEx(self.file.as_raw_handle(), address as *const _) };
        }
        if inner.writing.is_some() {
            inner.kept = Some(Arc::clone(&self.file));
        }
        (inner.reader, inner.writer) = (None, None);
        drop(inner);
        // The handles in what nobody will read are this process's already. No more than what is there now: a peer that
        // goes on writing holds nothing up.
        let mut left = available(&self.file).unwrap_or(0) as usize;
        let mut buffer = [0; 4096];
        while let (1.., Ok(Received { bytes, .. })) = (left, self.recv(&mut buffer, &mut Vec::new())) {
            if bytes == 0 {
                break;
            }
            left = left.saturating_sub(bytes);
        }
    }
}

/// A peer that is gone is a broken pipe, however the system puts it.
fn broken(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) if is_broken(code) => io::Error::new(io::ErrorKind::BrokenPipe, error),
        _ => error,
    }
}
