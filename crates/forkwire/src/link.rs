//! Joins the protocol and the system: a [`Wire`] over a [`Transport`].
//!
//! Drivers are built on it: this crate's tokio [`crate::Channel`], and the event loop of the Node binding. Each waits for the
//! socket in its own way, and calls [`Link::flush`] and [`Link::fill`] when it is ready.

mod answers;
mod arrived;
#[cfg_attr(unix, path = "link/bare.rs")]
#[cfg_attr(windows, path = "link/framed.rs")]
mod framing;
mod moving;
#[cfg(test)]
#[cfg(unix)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use forkwire_proto::{
    DeclineReason, Event, Format, HandleInfo, HandleKind, Meta, PushError, Wire, WireError,
};
use forkwire_sys::Family;
use forkwire_sys::os::{self, Transport, is_passing_shortage};

pub use self::arrived::Arrived;
use self::arrived::Ends;
use self::framing::{Framing, MORE};
use crate::error::Error;

/// Slices offered to one sendmsg(2).
const SLICES: usize = 16;

/// macOS can lose a descriptor that is still in flight when its sender closes it, and Winsock does not specify what becomes
/// of a socket then. On these systems handles are held until the peer has acknowledged them. Linux does not need that.
const HOLD_SENT: bool = cfg!(not(target_os = "linux"));

/// The result of [`Link::flush`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// Everything is written.
    Empty,
    /// The socket is full: flush again when it is writable.
    Full,
    /// The next handles wait until the peer has acknowledged earlier ones: flush again after the next event.
    Window,
    /// The system is short of a resource: flush again after about a millisecond.
    Shortage,
}

/// The result of [`Link::fill`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// Bytes were read; poll the events. `more`: the read filled its buffer or stopped at handles, so there may be more.
    Read {
        /// Whether to read again before waiting.
        more: bool,
    },
    /// Nothing to read now.
    Empty,
    /// The peer's end is closed, everything was read, and the stream ended between two frames.
    End,
}

/// A connection over a socket.
#[derive(Debug)]
pub struct Link {
    wire: Wire<os::Handle>,
    socket: Arc<Transport>,
    framing: Framing,
    /// The error that ended writing.
    broken: Option<i32>,
    /// Messages that were settled before the last write began, if the system did not take all of it at once.
    settled: Option<u64>,
    held: VecDeque<os::Handle>,
    arrived: Vec<os::Handle>,
    /// When handles arrived last, there may have been no room for more.
    crowded: bool,
    /// What another process had read from the socket and not used, before the link moved here.
    early: VecDeque<u8>,
    /// What is never a handle on this channel.
    ends: Ends,
    /// Bytes that the socket has taken.
    bytes_sent: u64,
    bytes_received: u64,
}

impl Link {
    /// A link over a connected socket.
    pub fn new(socket: Transport, wire: Wire<os::Handle>) -> Self {
        Self {
            framing: Framing::new(&wire),
            wire,
            socket: Arc::new(socket),
            broken: None,
            settled: None,
            held: VecDeque::new(),
            arrived: Vec::new(),
            crowded: false,
            early: VecDeque::new(),
            ends: Ends::default(),
            bytes_sent: 0,
            bytes_received: 0,
        }
    }

    /// Bytes that the socket has taken since the start, including those of the protocol.
    pub fn bytes_sent(&self) -> u64 {
        // A named pipe is given more than the system takes at once.
        let unfinished = self.socket.unfinished().unwrap_or_default();
        self.bytes_sent.saturating_sub(unfinished as u64)
    }

    /// Bytes that were read from the socket since the start, including those of the protocol.
    pub fn bytes_received(&self) -> u64 {
        self.bytes_received
    }

    /// The socket, to wait for. It is closed when the last of these is dropped.
    pub fn socket(&self) -> &Arc<Transport> {
        &self.socket
    }

    /// Whether this process may have no descriptors left for handles that arrive next, if it keeps those that have arrived. Handles
    /// that find no room are refused.
    pub fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// The protocol, to change it.
    #[inline]
    pub fn wire_mut(&mut self) -> &mut Wire<os::Handle> {
        &mut self.wire
    }

    /// The protocol.
    pub fn wire(&self) -> &Wire<os::Handle> {
        &self.wire
    }

    /// Messages whose last byte the system has. The protocol may count more, because a named pipe accepts messages for which
    /// it has no room yet.
    pub fn settled(&self) -> u64 {
        match self.settled {
            Some(before) if !matches!(self.socket.unfinished(), Ok(0)) => before,
            _ => self.wire.settled(),
        }
    }

    /// Messages whose last byte the system does not have.
    pub fn unsettled(&self) -> u64 {
        self.wire.settled() - self.settled() + self.wire.unsettled() as u64
    }

    /// Bytes that the system does not have.
    pub fn backlog_bytes(&self) -> usize {
        self.wire.backlog_bytes() + self.socket.unfinished().unwrap_or_default()
    }

    /// Whether something is queued, or not taken by the system.
    pub fn wants_write(&self) -> bool {
        self.wire.wants_write() || !matches!(self.socket.unfinished(), Ok(0))
    }

    /// Whether writing has failed for good.
    #[inline]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Queues a message whose payload is written straight from `parts` as far as the socket takes it at once.
    ///
    /// # Errors
    /// Those of [`forkwire_proto::Connection::push_borrowed`]. The next [`Link::flush`] reports a failure to write.
    pub fn push_borrowed(&mut self, meta: Meta, parts: &[&[u8]]) -> Result<(), PushError<os::Handle>> {
        self.push_through(|wire, write| wire.push_borrowed(meta, parts, write))
    }

    /// As [`Link::push_borrowed`], for a request. Returns its number.
    ///
    /// # Errors
    /// Those of [`forkwire_proto::Connection::push_request_borrowed`].
    pub fn push_request_borrowed(
        &mut self,
        format: Format,
        parts: &[&[u8]],
    ) -> Result<u64, PushError<os::Handle>> {
        self.push_through(|wire, write| wire.push_request_borrowed(format, parts, write))
    }

    /// As [`Link::push_borrowed`], for the response to request `id`.
    ///
    /// # Errors
    /// Those of [`forkwire_proto::Connection::push_response_borrowed`].
    pub fn push_response_borrowed(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        parts: &[&[u8]],
    ) -> Result<(), PushError<os::Handle>> {
        self.push_through(|wire, write| wire.push_response_borrowed(id, failed, format, parts, write))
    }

    /// `push` gets the wire, and what writes to the socket.
    fn push_through<R>(
        &mut self,
        push: impl FnOnce(&mut Wire<os::Handle>, &mut dyn FnMut(&[IoSlice<'_>]) -> usize) -> R,
    ) -> R {
        let before = self.wire.settled();
        let Self {
            wire,
            socket,
            framing,
            broken,
            bytes_sent,
            ..
        } = self;
        let pushed = push(wire, &mut |slices| {
            if broken.is_some() {
                return 0;
            }
            // An error counts as nothing taken: flush runs into the same condition again.
            let taken = framing.send(socket, slices, &[]).unwrap_or(0);
            *bytes_sent += taken as u64;
            taken
        });
        self.began_after(before);
        pushed
    }

    /// Records that a write began when `settled` messages were settled.
    fn began_after(&mut self, settled: u64) {
        let whole = matches!(self.socket.unfinished(), Ok(0));
        // What began earlier and goes on is what was settled before that.
        self.settled = (!whole).then(|| self.settled.map_or(settled, |before| before.min(settled)));
    }

    /// Writes as much as the socket takes.
    ///
    /// # Errors
    /// Permanent errors of sendmsg(2) (`EPIPE`, `ECONNRESET`). Nothing can be written after one, and every later call returns
    /// it again.
    pub fn flush(&mut self) -> io::Result<Flushed> {
        if let Some(errno) = self.broken {
            return Err(io::Error::from_raw_os_error(errno));
        }
        match self.socket.unfinished() {
            Ok(0) => self.settled = None,
            Ok(_) => return Ok(Flushed::Full),
            Err(error) => return Err(self.broke(error)),
        }
        loop {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let next = self.wire.transmit(&mut slices);
            if next.slices == 0 {
                return Ok(if self.wire.wants_write() {
                    Flushed::Window
                } else {
                    Flushed::Empty
                });
            }
            let offered = next.bytes;
            match self
                .framing
                .send(&self.socket, &slices[..next.slices], next.handles)
            {
                Ok(taken) => {
                    self.bytes_sent += taken as u64;
                    let before = self.wire.settled();
                    let gone = self.wire.transmitted(taken);
                    if HOLD_SENT {
                        self.held.extend(gone);
                    }
                    self.began_after(before);
                    // A short write means that the socket is full: another call would only confirm it.
                    if taken < offered || self.settled.is_some() {
                        return Ok(Flushed::Full);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Flushed::Full),
                Err(error) if is_passing_shortage(&error) => return Ok(Flushed::Shortage),
                Err(error) => return Err(self.broke(error)),
            }
        }
    }

    fn broke(&mut self, error: io::Error) -> io::Error {
        self.broken = Some(error.raw_os_error().unwrap_or(os::EPIPE));
        error
    }

    /// Reads once. Every event must have been polled before.
    ///
    /// # Errors
    /// Those of recvmsg(2); [`WireError`] for bytes or handles that cannot be, and for an end inside a frame.
    pub fn fill(&mut self) -> Result<Filled, Error> {
        if !self.early.is_empty() {
            self.fill_early()?;
            return Ok(Filled::Read { more: true });
        }
        let (buffer, rest) = self.wire.spares();
        let room = buffer.len() + rest.len();
        let received =
            match self
                .framing
                .recv(&self.socket, buffer, rest, &mut self.arrived, self.bytes_received)
            {
                Ok(received) => received,
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Filled::Empty);
                }
                Err(error) => return Err(error),
            };
        if received.bytes == 0 {
            self.end()?;
            return Ok(Filled::End);
        }
        self.bytes_received += received.bytes as u64;
        let more = MORE || received.bytes == room || !self.arrived.is_empty() || received.cut;
        let handles = if self.arrived.is_empty() {
            Vec::new()
        } else {
            self.crowded = os::is_crowded(&self.arrived);
            std::mem::take(&mut self.arrived)
        };
        self.wire.handle_read(received.bytes, handles, received.cut)?;
        Ok(Filled::Read { more })
    }

    /// The next event of what was read. Lets go of the handles that were held for the peer and that it has acknowledged.
    ///
    /// # Errors
    /// Those of [`forkwire_proto::Connection::poll_event`].
    #[inline]
    pub fn poll_event(&mut self) -> Result<Option<Event<'_, os::Handle>>, WireError> {
        if HOLD_SENT {
            self.release_answered();
        }
        self.wire.poll_event()
    }

    /// Checks that the stream, of which no more can be read, ended between two frames. [`Link::fill`] does so by itself at
    /// an orderly end.
    ///
    /// # Errors
    /// [`WireError::Truncated`] if it did not.
    pub fn end(&self) -> Result<(), WireError> {
        self.framing.finish()?;
        self.wire.handle_eof()
    }

    /// Checks whether `handle` can be sent to the peer, on this wire.
    ///
    /// # Errors
    /// `InvalidInput` if the wire carries no such handle, or if nothing can be done with such a descriptor in another process; those
    /// of [`Transport::may_send`].
    pub fn may_send(&self, info: &HandleInfo, handle: &os::Handle) -> io::Result<()> {
        self.framing.may_send(handle)?;
        if info.kind == HandleKind::Descriptor as u8 {
            self.ends.may_send(handle, &self.socket)?;
        }
        self.socket.may_send(handle)
    }

    /// Names the socket at the other end by its [inode](forkwire_sys::os::inode), so that this end never takes it as a handle: the
    /// channel could not end any more.
    pub fn set_peer_inode(&mut self, inode: Option<u64>) {
        self.ends.set_peer(inode);
    }

    fn check_one(&mut self, info: HandleInfo, handle: os::Handle) -> Option<Arrived> {
        let arrived = Arrived::check(&self.wire, info, handle)?;
        let may_be_end = arrived.family == Some(Family::Pipe);
        (!may_be_end || !self.ends.have(&arrived.fd, &self.socket)).then_some(arrived)
    }

    /// Ends a request of the peer without a response.
    pub fn decline(&mut self, id: u64, reason: DeclineReason) {
        self.wire.decline(id, reason);
    }

    /// Drops handles that were held for the peer and that it has now.
    fn release_answered(&mut self) {
        while self.held.len() > self.wire.in_flight() {
            self.held.pop_front();
        }
    }
}
