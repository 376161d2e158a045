//! One end of a duplex named pipe.

mod carry;
mod wait;

use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use windows_sys::Win32::System::IO::CancelIoEx;

use super::completion::Port;
use super::handle::Handle;
use super::is_broken;
use super::peer::Peer;
use super::read::{Reader, available};
use super::server::{self, Server};
use super::state::State;
use crate::handle_stream::Received;

/// A connected pipe. At most one write is pending: until the system has all of it, `send` fails with `WouldBlock`.
///
/// After it is dropped or shut down, it is closed once the last write is done or the peer is gone. This process must not end
/// earlier: [`Pipe::wait`] for writing waits for that.
#[derive(Debug)]
pub struct Pipe {
    port: Arc<Port>,
    state: Arc<State>,
    reader: Mutex<Reader>,
    peer: Mutex<Arc<Peer>>,
}

impl Pipe {
    /// Two connected ends in this process, for tests. The first plays the parent.
    ///
    /// # Errors
    /// Those of [`Server::new`] and [`Pipe::accept`].
    pub fn pair() -> io::Result<(Self, Self)> {
        let server = Server::new()?;
        let id = std::process::id();
        let client = Self::connect(server.name(), id)?;
        Ok((Self::accept(server, id, Duration::ZERO)?, client))
    }

    /// Waits until the child has opened the parent's end of a pipe, for at most `timeout`, which ends up to 49 days away.
    /// `child` is the process id that must have opened it; its process must not have been waited for, so that the id is
    /// still its own.
    ///
    /// # Errors
    /// `TimedOut`; `PermissionDenied` if another process has opened the pipe, or if this one may not pass handles to the
    /// child; or another error of the system.
    pub fn accept(server: Server, child: u32, timeout: Duration) -> io::Result<Self> {
        Self::new(server.connected(child, timeout)?, Peer::child(child)?)
    }

    /// Opens the pipe that the parent, the process `parent`, created.
    ///
    /// # Errors
    /// Those of [`open`](super::open).
    pub fn connect(name: &str, parent: u32) -> io::Result<Self> {
        Self::new(server::open(name, parent)?, Peer::parent(parent))
    }

    /// Takes over an end of a pipe that was opened for overlapped use, such as an inherited one. If it is the one that
    /// was opened by name, the process that made the pipe is its peer; the peer of the other is said by [`Pipe::set_peer`].
    ///
    /// # Errors
    /// Those of the system: it is not a named pipe, it was not opened for overlapped use, or another end in this process is the
    /// same one.
    pub fn from_end(file: OwnedHandle) -> io::Result<Self> {
        let peer = server::parent_of(&file)?.map_or(Peer::Unknown, Peer::parent);
        Self::new(file, peer)
    }

    fn new(file: OwnedHandle, peer: Peer) -> io::Result<Self> {
        Ok(Self {
            port: Arc::new(Port::new(&file)?),
            state: Arc::new(State::new(file)),
            reader: Mutex::new(Reader::new()?),
            peer: Mutex::new(Arc::new(peer)),
        })
    }

    /// The child process at the other end: handles can be passed from now on. It must not have been waited for, so that
    /// the id is still its own. Nothing happens on the end whose peer made the pipe.
    ///
    /// A process that this one may not open is not an error here, but only when a handle is sent to it.
    pub fn set_peer(&self, process: u32) {
        let mut peer = self.lock_peer();
        if !matches!(**peer, Peer::Parent { .. }) {
            *peer = Arc::new(Peer::child(process).unwrap_or_else(Peer::OutOfReach));
        }
    }

    /// Whether `handle` can be sent to the peer.
    ///
    /// # Errors
    /// `NotConnected` until the peer is named; `PermissionDenied` if this process has no rights over it.
    pub fn may_send(&self, handle: &Handle) -> io::Result<()> {
        self.peer().may_send(handle)
    }

    /// Ends both directions. The peer reads what was written, and then the end. Nothing can be read here any more.
    pub fn shut_down(&self) {
        let mut inner = self.state.lock();
        let Some(file) = inner.file.take() else { return };
        if let Some((_, address)) = inner.watching {
            // SAFETY: the address is only compared with those of what is under way, and this one is, or was a moment
            // ago: its callback waits for `inner`. (CancelIoEx function, ioapiset.h)
            unsafe { CancelIoEx(file.as_raw_handle(), address as *const _) };
        }
        if inner.writing.is_some() {
            inner.kept = Some(Arc::clone(&file));
        }
        let mut tasks = inner.readers.take();
        tasks.append(&mut inner.writers.take());
        self.state.tell(inner, tasks);
        self.discard(&file);
    }

    /// Named pipes cannot be closed one way: the peer reads the end when the pipe is shut down or dropped.
    pub fn finish_sending(&self) {}

    /// Closes the handles in what nobody will read, which already belong to this process. It reads only what is there now, so
    /// that a peer that keeps writing delays nothing.
    fn discard(&self, file: &OwnedHandle) {
        let mut left = available(file).unwrap_or(0) as usize;
        let mut buffer = [0; 4096];
        let mut reader = self.lock_reader();
        let peer = self.peer();
        while let (1.., Ok(Received { bytes, .. })) =
            (left, reader.recv(file, &peer, &mut buffer, &mut Vec::new()))
        {
            if bytes == 0 {
                break;
            }
            left = left.saturating_sub(bytes);
        }
    }

    fn file(&self) -> Option<Arc<OwnedHandle>> {
        self.state.lock().file.clone()
    }

    fn peer(&self) -> Arc<Peer> {
        Arc::clone(&self.lock_peer())
    }

    fn lock_peer(&self) -> MutexGuard<'_, Arc<Peer>> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// Maps all errors of a peer that is gone to `BrokenPipe`.
fn broken(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) if is_broken(code) => io::Error::new(io::ErrorKind::BrokenPipe, error),
        _ => error,
    }
}
