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

/// How long the report of a write that is over may take, which comes on another thread.
const REPORTED: Duration = Duration::from_millis(50);

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
    /// Those of the system: it is not a named pipe, or it was not opened for overlapped use.
    pub fn from_end(file: OwnedHandle) -> io::Result<Self> {
        let peer = server::parent_of(&file)?.map_or(Peer::Unknown, Peer::parent);
        Self::new(file, peer)
    }

    /// Takes over an end of a port. Its peer is that of `channel`, to which it belongs; without one, the end may move from process to
    /// process, and no handles can be passed.
    ///
    /// # Errors
    /// Those of [`Pipe::from_end`].
    pub fn from_port(end: impl Into<Handle>, channel: Option<&Self>) -> io::Result<Self> {
        let Handle::Other(file) = end.into() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        server::parent_of(&file)?; // it is a pipe
        Self::with_peer(file, channel.map_or_else(|| Arc::new(Peer::Anybody), Self::peer))
    }

    fn new(file: OwnedHandle, peer: Peer) -> io::Result<Self> {
        Self::with_peer(file, Arc::new(peer))
    }

    fn with_peer(file: OwnedHandle, peer: Arc<Peer>) -> io::Result<Self> {
        Ok(Self {
            port: Arc::new(Port::new(&file)?),
            state: Arc::new(State::new(file)),
            reader: Mutex::new(Reader::new()?),
            peer: Mutex::new(peer),
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
        if let Some(file) = self.detach() {
            self.discard(&file);
        }
    }

    /// A duplicate of the handle, for another process to go on with. It is not inherited.
    ///
    /// # Errors
    /// `BrokenPipe` if the pipe is shut down; or the system's error.
    pub fn duplicate(&self) -> io::Result<OwnedHandle> {
        self.file().ok_or(io::ErrorKind::BrokenPipe)?.try_clone()
    }

    /// What a pipe over the [duplicate](Pipe::duplicate) has to know of the stream: see [`Pipe::resume`]. `None`: not now, because handles
    /// have arrived that belong to the next byte, or because the system does not have all that was written: such a write is this
    /// process's, and would be cut if it ended. Blocks for at most 50 ms to find that out.
    pub fn suspend(&self) -> Option<Vec<u8>> {
        let written = self.wait(false, true, REPORTED).unwrap_or(false);
        if !written || self.unfinished().is_err() {
            return None;
        }
        self.lock_reader().place()
    }

    /// Goes on where another pipe was [suspended](Pipe::suspend). What it has said is taken from the beginning of `state`.
    ///
    /// # Errors
    /// `InvalidData` if it is not that.
    pub fn resume(&self, state: &mut &[u8]) -> io::Result<()> {
        self.lock_reader().set_place(state)
    }

    /// Leaves the stream to whoever has a duplicate. Nothing can be read or written here any more.
    pub fn leave(&self) {
        self.detach();
    }

    fn detach(&self) -> Option<Arc<OwnedHandle>> {
        let mut inner = self.state.lock();
        let file = inner.file.take()?;
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
        Some(file)
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
