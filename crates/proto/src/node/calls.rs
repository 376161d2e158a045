//! The requests of a connection: the record of [`crate::requests`], with internal messages for its frames.

use super::call::{self, Contents, MOST_AROUND, Step};
use super::connection::NodeConnection;
use super::frame::write_frame;
use crate::error::{PushError, WireError};
use crate::event::{Call, DeclineReason, Event, Format, Meta, Payload};
use crate::requests::Answered;

/// Bytes of control messages up to which another one is added. It leaves room for the answers about handles.
const MOST_CONTROL: usize = 512;

impl<H> NodeConnection<H> {
    /// Announces that this end has requests. A stock end ignores that, as it ignores requests.
    pub fn push_hello(&mut self) -> Result<(), PushError<H>> {
        let format = self.format;
        let meta = Meta::new(format).with_internal(true);
        self.push(meta, MOST_AROUND, |out| call::write_hello(format, out))
    }

    /// As [`crate::Connection::has_room_for_request`].
    pub fn has_room_for_request(&self) -> bool {
        self.requests.ours.has_room()
    }

    /// As [`crate::Connection::push_request`]. A payload is in the connection's own format, and one of no bytes is `undefined`.
    pub fn push_request(
        &mut self,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        self.requests.check_room()?;
        self.push_call(Call::Request(self.requests.ours.next()), reserve, fill)?;
        Ok(self.requests.ours.begin(self.pushed()))
    }

    /// As [`crate::Connection::push_response`]. For the payload see [`Self::push_request`].
    pub fn push_response(
        &mut self,
        id: u64,
        failed: bool,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.requests.check_awaited(id)?;
        self.push_call(Call::Response { id, failed }, reserve, fill)?;
        self.requests.theirs.answer(id, self.pushed());
        Ok(())
    }

    /// As [`crate::Connection::cancel`].
    pub fn cancel(&mut self, id: u64) -> bool {
        self.requests.ours.cancel(id)
    }

    /// As [`crate::Connection::decline`].
    pub fn decline(&mut self, id: u64, reason: DeclineReason) -> bool {
        self.requests.theirs.decline(id, reason)
    }

    /// As [`crate::Connection::awaited`].
    pub fn awaited(&self) -> usize {
        self.requests.ours.awaited()
    }

    /// As [`crate::Connection::is_serving`].
    pub fn is_serving(&self, id: u64) -> bool {
        self.requests.theirs.is_open(id)
    }

    /// As [`crate::Connection::serving`].
    pub fn serving(&self) -> usize {
        self.requests.theirs.open()
    }

    /// As [`crate::Connection::partial_call`]. The number is 0, because only the beginning is looked at.
    pub fn partial_call(&self) -> Option<Call> {
        call::partial(self.decoder.large_beginning()?)
    }

    /// Messages that were pushed: the number of the last one.
    fn pushed(&self) -> u64 {
        self.settled() + self.unsettled() as u64
    }

    fn push_call(
        &mut self,
        call: Call,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        let format = self.format;
        let meta = Meta::new(format).with_internal(true);
        self.push(meta, MOST_AROUND + reserve, |out| {
            call::write(format, call, out, fill);
        })
    }

    /// Whether messages that end requests wait to be written.
    pub(super) fn has_call_controls(&self) -> bool {
        self.requests.has_ends(self.settled())
    }

    /// Queues some of them, once the last ones are gone: they must not pile up for a peer that does not read.
    pub(super) fn queue_call_controls(&mut self) {
        if !self.has_call_controls() || self.backlog.has_control() {
            return;
        }
        while self.backlog.control().len() < MOST_CONTROL {
            let settled = self.backlog.settled();
            let Some((id, reason)) = self.requests.next_end(settled) else {
                break;
            };
            let format = self.format;
            // It fails only for what is too large.
            let _ = write_frame(self.backlog.control(), format, usize::MAX, |out| {
                call::write_cancel(format, id, reason, out);
            });
        }
    }

    /// A message about a request. One that cannot be read is an internal message like any other.
    pub(super) fn take_call(
        &mut self,
        step: Step,
        message: Vec<u8>,
        position: u64,
    ) -> Result<Option<Event<'static, H>>, WireError> {
        let Some(Contents { id, payload, reason }) = call::read(self.format, &message) else {
            return Ok(Some(Event::Message {
                meta: Meta::new(self.format).with_internal(true),
                payload: Payload::Owned(message),
                position,
            }));
        };
        let call = match step {
            Step::Cancel => {
                let reason = reason.unwrap_or(DeclineReason::Other as u8);
                return Ok(self.requests.end(id, reason, position)?.map(Event::Requests));
            }
            Step::Request => {
                self.requests.theirs.receive(id, self.settled(), position)?;
                Call::Request(id)
            }
            Step::Response { failed } => {
                if self.requests.ours.answer(id, position)? == Answered::Late {
                    return Ok(None);
                }
                Call::Response { id, failed }
            }
        };
        // A clone of no bytes is undefined: see docs/protocol.md.
        let format = if payload.is_some() {
            self.format
        } else {
            Format::Clone
        };
        Ok(Some(Event::Call {
            call,
            format,
            payload: Payload::Owned(payload.unwrap_or_default()),
            position,
        }))
    }
}
