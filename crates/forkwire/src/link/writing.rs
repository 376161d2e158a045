//! What a link writes: as much as the socket takes at once, and how far that has come.

use std::io::{self, IoSlice};

use forkwire_proto::{Format, Meta, PushError, Wire};
use forkwire_sys::os::{self, is_passing_shortage};

use super::{HOLD_SENT, Link};

/// Slices offered to one sendmsg(2).
const SLICES: usize = 16;

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

impl Link {
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

    /// Records that a write began when `settled` messages were settled.
    fn began_after(&mut self, settled: u64) {
        let whole = matches!(self.socket.unfinished(), Ok(0));
        // What began earlier and goes on is what was settled before that.
        self.settled = (!whole).then(|| self.settled.map_or(settled, |before| before.min(settled)));
    }

    fn broke(&mut self, error: io::Error) -> io::Error {
        self.broken = Some(error.raw_os_error().unwrap_or(os::EPIPE));
        error
    }
}
