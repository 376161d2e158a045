//! The state of a connection.

use std::fmt;

use super::connection::NodeConnection;

impl<H> NodeConnection<H> {
    /// Unsent bytes, those that wait for an answer included.
    pub fn backlog_bytes(&self) -> usize {
        self.backlog.bytes() + self.outbound.parked_bytes()
    }

    /// Whether anything waits to be written.
    pub fn wants_write(&self) -> bool {
        !self.backlog.is_empty() || self.outbound.parked() > 0 || self.has_call_controls()
    }

    /// As [`crate::Connection::settled`].
    pub fn settled(&self) -> u64 {
        self.backlog.settled()
    }

    /// As [`crate::Connection::unsettled`].
    pub fn unsettled(&self) -> usize {
        self.backlog.unsettled() + self.outbound.parked()
    }

    /// As [`crate::Connection::unanswered`].
    pub fn unanswered(&self) -> usize {
        self.outbound.unanswered()
    }

    /// As [`crate::Connection::in_flight`].
    pub fn in_flight(&self) -> usize {
        self.outbound.in_flight()
    }

    /// As [`crate::Connection::buffered`].
    pub fn buffered(&self) -> usize {
        self.decoder.buffered()
    }
}

impl<H> fmt::Debug for NodeConnection<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeConnection")
            .field("format", &self.format)
            .field("backlog_bytes", &self.backlog_bytes())
            .field("settled", &self.settled())
            .field("unanswered", &self.unanswered())
            .finish_non_exhaustive()
    }
}
