//! A link that moves to another process, as the end of a port does that is sent.

use std::collections::VecDeque;
use std::sync::Arc;

use forkwire_proto::{Config, Connection, Memory, Run, Wire, WireError};
use forkwire_sys::os::Transport;

use super::Link;

impl Link {
    /// A link over a socket that had another one, which was [suspended](Link::suspend) into `state`.
    ///
    /// # Errors
    /// [`WireError::Malformed`] for bytes that are not a state.
    pub fn resume(
        socket: Transport,
        config: Config,
        memory: Memory,
        state: &[u8],
    ) -> Result<Self, WireError> {
        let mut state = state;
        let what = "received a malformed state of a port";
        socket
            .resume(&mut state)
            .map_err(|_| WireError::Malformed { what, position: 0 })?;
        let (connection, unread) = Connection::resume(config, memory, state)?;
        let mut link = Self::new(socket, Wire::Native(connection));
        link.early = VecDeque::from(unread);
        Ok(link)
    }

    /// Turns the link into bytes from which [`Link::resume`] goes on over a duplicate of the socket. The socket stays open, and the caller
    /// leaves it ([`Transport::leave`]). Every event
    /// must have been polled. `None`, with nothing changed, if that is not possible now (see [`Connection::suspend`]), or if
    /// the wire is Node's.
    pub fn suspend(&mut self) -> Option<Vec<u8>> {
        self.suspend_after(&Run::default())
    }

    /// As [`Link::suspend`], with the messages that are left in a run that was taken.
    pub fn suspend_after(&mut self, run: &Run) -> Option<Vec<u8>> {
        let Wire::Native(connection) = &mut self.wire else {
            return None;
        };
        if self.broken.is_some() {
            return None;
        }
        let mut state = self.socket.suspend()?;
        state.append(&mut connection.suspend_after(run)?);
        state.extend(self.early.drain(..));
        Some(state)
    }

    /// Whether there is something to read that the socket does not know of.
    pub fn has_early(&self) -> bool {
        !self.early.is_empty()
    }

    /// The socket, if nothing else holds it.
    pub fn into_socket(self) -> Option<Transport> {
        Arc::into_inner(self.socket)
    }

    /// Reads from what came with the link.
    pub(super) fn fill_early(&mut self) -> Result<(), WireError> {
        let buffer = self.wire.spare();
        let bytes = buffer.len().min(self.early.len());
        for (place, byte) in buffer.iter_mut().zip(self.early.drain(..bytes)) {
            *place = byte;
        }
        self.wire.handle_read(bytes, Vec::new(), false)
    }
}
