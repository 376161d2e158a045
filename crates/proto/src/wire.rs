//! Either of the two wires behind one interface, for drivers that serve both.

use std::io::IoSlice;

use crate::backlog::Transmit;
use crate::connection::Connection;
use crate::error::{PushError, WireError};
use crate::event::{Call, Event, Meta};
use crate::handle::{HandleInfo, RefuseReason};
use crate::node::NodeConnection;
use crate::run::Run;

/// One end of a channel on one of the wires. [`Connection`] documents the methods, and [`NodeConnection`] documents where
/// Node's wire differs.
#[derive(Debug)]
// The larger variant is the usual one, and each channel has one.
#[allow(clippy::large_enum_variant)]
pub enum Wire<H> {
    /// Between two forkwire ends.
    Native(Connection<H>),
    /// Node's own.
    Node(NodeConnection<H>),
}

/// Calls the method of the wire in use.
macro_rules! either {
    ($self:ident, $connection:ident => $call:expr) => {
        match $self {
            Wire::Native($connection) => $call,
            Wire::Node($connection) => $call,
        }
    };
}

#[allow(missing_docs)] // each is documented at Connection
impl<H> Wire<H> {
    pub fn push(
        &mut self,
        meta: Meta,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        either!(self, connection => connection.push(meta, reserve, fill))
    }

    pub fn push_borrowed(
        &mut self,
        meta: Meta,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        either!(self, connection => connection.push_borrowed(meta, parts, write))
    }

    pub fn push_with_handles(
        &mut self,
        meta: Meta,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_with_handles(meta, handles, reserve, fill),
            Self::Node(connection) => connection.push_with_handles(handles, reserve, fill),
        }
    }

    pub fn accept(&mut self, group: u64) {
        either!(self, connection => connection.accept(group));
    }

    pub fn refuse(&mut self, group: u64, reason: RefuseReason) {
        either!(self, connection => connection.refuse(group, reason));
    }

    pub fn close(&mut self) {
        either!(self, connection => connection.close());
    }

    pub fn transmit<'a>(&'a mut self, slices: &mut [IoSlice<'a>]) -> Transmit<'a, H> {
        either!(self, connection => connection.transmit(slices))
    }

    pub fn transmitted(&mut self, bytes: usize) -> Vec<H> {
        match self {
            Self::Native(connection) => connection.transmitted(bytes),
            Self::Node(connection) => {
                connection.transmitted(bytes);
                Vec::new()
            }
        }
    }

    /// The transport is gone. Returns the handles that it did not take, in order. Nothing can be sent afterwards.
    pub fn take_unsent_handles(&mut self) -> Vec<H> {
        self.close();
        either!(self, connection => connection.take_unsent_handles())
    }

    pub fn poll_event(&mut self) -> Result<Option<Event<'_, H>>, WireError> {
        either!(self, connection => connection.poll_event())
    }

    /// Node's wire has no runs: its messages are looked at one by one.
    pub fn take_run(&mut self, run: &mut Run) {
        if let Self::Native(connection) = self {
            connection.take_run(run);
        }
    }

    pub fn spare(&mut self) -> &mut [u8] {
        either!(self, connection => connection.spare())
    }

    pub fn spares(&mut self) -> (&mut [u8], &mut [u8]) {
        either!(self, connection => connection.spares())
    }

    pub fn handle_read(&mut self, bytes: usize, handles: Vec<H>, cut: bool) -> Result<(), WireError> {
        either!(self, connection => connection.handle_read(bytes, handles, cut))
    }

    pub fn handle_eof(&self) -> Result<(), WireError> {
        either!(self, connection => connection.handle_eof())
    }

    pub fn backlog_bytes(&self) -> usize {
        either!(self, connection => connection.backlog_bytes())
    }

    pub fn wants_write(&self) -> bool {
        either!(self, connection => connection.wants_write())
    }

    pub fn settled(&self) -> u64 {
        either!(self, connection => connection.settled())
    }

    pub fn unsettled(&self) -> usize {
        either!(self, connection => connection.unsettled())
    }

    pub fn unanswered(&self) -> usize {
        either!(self, connection => connection.unanswered())
    }

    /// As [`Connection::awaited`]. Node's wire has no requests of its own.
    pub fn awaited(&self) -> usize {
        self.native().map_or(0, Connection::awaited)
    }

    /// As [`Connection::serving`].
    pub fn serving(&self) -> usize {
        self.native().map_or(0, Connection::serving)
    }

    /// As [`Connection::partial_call`].
    pub fn partial_call(&self) -> Option<Call> {
        self.native().and_then(Connection::partial_call)
    }

    pub fn native(&self) -> Option<&Connection<H>> {
        match self {
            Self::Native(connection) => Some(connection),
            Self::Node(_) => None,
        }
    }

    pub fn native_mut(&mut self) -> Option<&mut Connection<H>> {
        match self {
            Self::Native(connection) => Some(connection),
            Self::Node(_) => None,
        }
    }

    pub fn in_flight(&self) -> usize {
        either!(self, connection => connection.in_flight())
    }

    pub fn buffered(&self) -> usize {
        either!(self, connection => connection.buffered())
    }
}
