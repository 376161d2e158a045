//! What a link reads: bytes and handles from the socket, and events from the protocol.

use std::io;

use forkwire_proto::{Event, WireError};
use forkwire_sys::os;

use super::framing::MORE;
use super::{HOLD_SENT, Link};
use crate::error::Error;

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

impl Link {
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

    /// Drops handles that were held for the peer and that it has now.
    fn release_answered(&mut self) {
        while self.held.len() > self.wire.in_flight() {
            self.held.pop_front();
        }
    }
}
