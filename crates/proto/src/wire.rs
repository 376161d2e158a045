//! Either of the two wires behind one interface, for drivers that serve both.

use std::io::IoSlice;

use crate::backlog::Transmit;
use crate::connection::Connection;
use crate::error::{PushError, WireError};
use crate::event::{Call, DeclineReason, Event, Format, Meta};
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

    #[inline]
    pub fn push_bytes(&mut self, meta: Meta, payload: &[u8]) -> Result<(), PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_bytes(meta, payload),
            Self::Node(connection) => {
                connection.push(meta, payload.len(), |out| out.extend_from_slice(payload))
            }
        }
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

    /// As [`NodeConnection::push_hello`]. The native wire has a hello of its own.
    pub fn push_hello(&mut self) -> Result<(), PushError<H>> {
        match self {
            Self::Native(_) => Ok(()),
            Self::Node(connection) => connection.push_hello(),
        }
    }

    pub fn has_room_for_request(&self) -> bool {
        either!(self, connection => connection.has_room_for_request())
    }

    pub fn push_request(
        &mut self,
        format: Format,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_request(format, reserve, fill),
            Self::Node(connection) => connection.push_request(reserve, fill),
        }
    }

    pub fn push_request_borrowed(
        &mut self,
        format: Format,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<u64, PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_request_borrowed(format, parts, write),
            Self::Node(connection) => connection.push_request(len_of(parts), copy(parts)),
        }
    }

    /// As [`Connection::push_request_with_handles`]. On Node's wire, requests have none: [`PushError::TooManyHandles`].
    pub fn push_request_with_handles(
        &mut self,
        format: Format,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(u64, u64), PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_request_with_handles(format, handles, reserve, fill),
            Self::Node(_) => Err(no_handles(handles)),
        }
    }

    pub fn push_response(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_response(id, failed, format, reserve, fill),
            Self::Node(connection) => connection.push_response(id, failed, reserve, fill),
        }
    }

    pub fn push_response_borrowed(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        match self {
            Self::Native(connection) => connection.push_response_borrowed(id, failed, format, parts, write),
            Self::Node(connection) => connection.push_response(id, failed, len_of(parts), copy(parts)),
        }
    }

    /// As [`Connection::push_response_with_handles`], and [`Self::push_request_with_handles`].
    pub fn push_response_with_handles(
        &mut self,
        id: u64,
        format: Format,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        match self {
            Self::Native(connection) => {
                connection.push_response_with_handles(id, format, handles, reserve, fill)
            }
            Self::Node(_) => Err(no_handles(handles)),
        }
    }

    pub fn cancel(&mut self, id: u64) -> bool {
        either!(self, connection => connection.cancel(id))
    }

    pub fn decline(&mut self, id: u64, reason: DeclineReason) -> bool {
        either!(self, connection => connection.decline(id, reason))
    }

    pub fn awaited(&self) -> usize {
        either!(self, connection => connection.awaited())
    }

    pub fn is_serving(&self, id: u64) -> bool {
        either!(self, connection => connection.is_serving(id))
    }

    pub fn serving(&self) -> usize {
        either!(self, connection => connection.serving())
    }

    pub fn partial_call(&self) -> Option<Call> {
        either!(self, connection => connection.partial_call())
    }

    pub fn native(&self) -> Option<&Connection<H>> {
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

fn len_of(parts: &[&[u8]]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}

fn copy(parts: &[&[u8]]) -> impl FnOnce(&mut Vec<u8>) {
    move |out| {
        for part in parts {
            out.extend_from_slice(part);
        }
    }
}

fn no_handles<H>(handles: Vec<(HandleInfo, H)>) -> PushError<H> {
    let handles = handles.into_iter().map(|(_, handle)| handle).collect();
    PushError::TooManyHandles { handles }
}
