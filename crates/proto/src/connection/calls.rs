//! Requests, responses, and what ends a request without one.

use std::io::IoSlice;

use super::incoming::Group;
use super::{Closing, Connection, too_large};
use crate::body::Body;
use crate::error::{PushError, WireError};
use crate::event::{Call, DeclineReason, Format, RequestEvent};
use crate::frame::{Control, FLAG_FAILED, HEADER_LEN, Header, ID_LEN, Kind, put_control};
use crate::handle::HandleInfo;
use crate::requests::{Answered, CANCEL};

/// Bytes in front of the payload.
const HEAD: usize = HEADER_LEN + ID_LEN;

/// A request or response that has arrived.
#[derive(Clone, Copy)]
pub(super) struct Arrived {
    pub(super) call: Call,
    /// It answers a request that was cancelled.
    late: bool,
}

impl<H> Connection<H> {
    // Commands

    /// Whether one more request may be sent. [`crate::MAX_REQUESTS`] may be under way.
    pub fn has_room_for_request(&self) -> bool {
        self.requests.ours.has_room()
    }

    /// Queues a request, and returns its number. Otherwise as [`Self::push`].
    pub fn push_request(
        &mut self,
        format: Format,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        self.requests.check_room()?;
        self.push_call(Call::Request(self.requests.ours.next()), format, reserve, fill)?;
        Ok(self.requests.ours.begin(self.pushed()))
    }

    /// As [`Self::push_request`], without a copy if that can be avoided: see [`Self::push_borrowed`].
    pub fn push_request_borrowed(
        &mut self,
        format: Format,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<u64, PushError<H>> {
        self.requests.check_room()?;
        self.push_call_borrowed(Call::Request(self.requests.ours.next()), format, parts, write)?;
        Ok(self.requests.ours.begin(self.pushed()))
    }

    /// As [`Self::push_request`], with handles. Returns the number of the request, and that of the handle group.
    pub fn push_request_with_handles(
        &mut self,
        format: Format,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(u64, u64), PushError<H>> {
        if !self.requests.ours.has_room() {
            let handles = handles.into_iter().map(|(_, handle)| handle).collect();
            return Err(PushError::TooManyRequests { handles });
        }
        let call = Call::Request(self.requests.ours.next());
        let group = self.push_call_with_handles(call, format, handles, reserve, fill)?;
        let id = self.requests.ours.begin(self.pushed());
        self.requests.ours.carry(group);
        Ok((id, group))
    }

    /// Queues the response to request `id` of the peer. `failed`: the payload says why there is no answer. Otherwise as
    /// [`Self::push`].
    ///
    /// [`PushError::NotAwaited`] if the request was answered, declined or cancelled before.
    pub fn push_response(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.requests.check_awaited(id)?;
        self.push_call(Call::Response { id, failed }, format, reserve, fill)?;
        self.requests.theirs.answer(id, self.pushed());
        Ok(())
    }

    /// As [`Self::push_response`], without a copy if that can be avoided: see [`Self::push_borrowed`].
    pub fn push_response_borrowed(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        self.requests.check_awaited(id)?;
        self.push_call_borrowed(Call::Response { id, failed }, format, parts, write)?;
        self.requests.theirs.answer(id, self.pushed());
        Ok(())
    }

    /// As [`Self::push_response`], with handles. Returns the number of the handle group.
    pub fn push_response_with_handles(
        &mut self,
        id: u64,
        format: Format,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        if !self.requests.theirs.is_open(id) {
            let handles = handles.into_iter().map(|(_, handle)| handle).collect();
            return Err(PushError::NotAwaited { handles });
        }
        let call = Call::Response { id, failed: false };
        let group = self.push_call_with_handles(call, format, handles, reserve, fill)?;
        self.requests.theirs.answer(id, self.pushed());
        Ok(group)
    }

    /// Gives up a request of this end. What the peer still answers is dropped. False if it does not await an answer.
    pub fn cancel(&mut self, id: u64) -> bool {
        self.requests.ours.cancel(id)
    }

    /// Ends a request of the peer without a response. False if it was answered, declined or cancelled before.
    pub fn decline(&mut self, id: u64, reason: DeclineReason) -> bool {
        self.requests.theirs.decline(id, reason)
    }

    // Getters

    /// Requests of this end that await an answer.
    pub fn awaited(&self) -> usize {
        self.requests.ours.awaited()
    }

    /// Whether request `id` of the peer can be answered: it was not answered, declined or cancelled.
    pub fn is_serving(&self, id: u64) -> bool {
        self.requests.theirs.is_open(id)
    }

    /// The request or response that is large and has not arrived whole.
    pub fn partial_call(&self) -> Option<Call> {
        let header = self
            .decoder
            .large_header()
            .filter(|header| header.kind.is_call())?;
        Some(call_of(header, self.decoder.id()))
    }

    /// Requests of the peer that this end has not answered.
    pub fn serving(&self) -> usize {
        self.requests.theirs.open()
    }

    // Sending

    /// Messages that were pushed: the number of the last one.
    fn pushed(&self) -> u64 {
        self.settled() + self.unsettled() as u64
    }

    fn push_call(
        &mut self,
        call: Call,
        format: Format,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        let max = self.config.max_message;
        let tail = self.backlog.tail(HEAD + reserve);
        let start = tail.len();
        tail.extend_from_slice(&[0; HEADER_LEN]);
        tail.extend_from_slice(&call.id().to_le_bytes());
        fill(tail);
        let len = tail.len() - start - HEAD;
        let Some(header) = call.header(format, 0, len + ID_LEN).filter(|_| len <= max) else {
            self.backlog.abandon(start);
            return Err(too_large((len, max)));
        };
        tail[start..start + HEADER_LEN].copy_from_slice(&header.encode());
        self.backlog.commit(HEAD + len);
        Ok(())
    }

    fn push_call_borrowed(
        &mut self,
        call: Call,
        format: Format,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        self.queue_answers();
        let (max, len) = (self.config.max_message, parts.iter().map(|part| part.len()).sum());
        if !self.backlog.is_empty() {
            return self.push_call(call, format, len, |out| {
                for part in parts {
                    out.extend_from_slice(part);
                }
            });
        }
        let header = call.header(format, 0, len.saturating_add(ID_LEN));
        let Some(header) = header.filter(|_| len <= max) else {
            return Err(too_large((len, max)));
        };
        let mut head = [0; HEAD];
        head[..HEADER_LEN].copy_from_slice(&header.encode());
        head[HEADER_LEN..].copy_from_slice(&call.id().to_le_bytes());
        self.backlog.push_written(&head, parts, &[], write);
        Ok(())
    }

    fn push_call_with_handles(
        &mut self,
        call: Call,
        format: Format,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        let header = |count, len| call.header(format, count, len);
        self.push_group(&call.id().to_le_bytes(), header, handles, reserve, fill)
    }

    /// Whether frames that end requests wait to be written.
    pub(super) fn has_call_controls(&self) -> bool {
        self.requests.has_ends(self.settled())
    }

    /// Makes control frames of them. Only when the last ones are gone, so that they do not pile up in front of a peer that
    /// does not read.
    pub(super) fn queue_call_controls(&mut self) {
        if !self.has_call_controls() || self.backlog.has_control() {
            return;
        }
        while let Some((id, reason)) = self.requests.next_end(self.backlog.settled()) {
            // After this end has closed, nothing more is awaited from it.
            if reason != CANCEL || self.closing != Closing::Said {
                put_control(self.backlog.control(), Control::Cancel(id, reason));
            }
        }
    }

    // Receiving

    /// Books a request or a response that has arrived. `None`: it is a response that nothing waits for, without handles.
    pub(super) fn begin_call(&mut self, header: Header, position: u64) -> Result<Option<Arrived>, WireError> {
        let (id, settled) = (self.decoder.id(), self.settled());
        let call = call_of(header, id);
        let late = match call {
            Call::Request(_) => {
                self.requests.theirs.receive(id, settled, position)?;
                false
            }
            Call::Response { .. } => self.requests.ours.answer(id, position)? == Answered::Late,
        };
        Ok((!late || header.handles > 0).then_some(Arrived { call, late }))
    }

    pub(super) fn open_call_group(
        &mut self,
        header: Header,
        Arrived { call, late }: Arrived,
        body: &Body,
        position: u64,
    ) -> Result<Option<RequestEvent<H>>, WireError> {
        let group: Option<Group<H>> = self.draw_group(header, HEAD, body, position)?;
        let Some((number, payload, handles)) = group else {
            return Ok(self.lose_response(call).filter(|_| !late));
        };
        if late {
            return Ok(Some(RequestEvent::Late { number, handles }));
        }
        if let Call::Request(_) = call {
            self.requests.theirs.carry(number);
        }
        Ok(Some(RequestEvent::WithHandles {
            number,
            call,
            format: header.meta().format,
            payload,
            handles,
            position,
        }))
    }

    /// There was no memory for a request or a response.
    pub(super) fn lose_call(
        &mut self,
        header: Header,
        position: u64,
    ) -> Result<Option<RequestEvent<H>>, WireError> {
        let Some(Arrived { call, late }) = self.begin_call(header, position)? else {
            return Ok(None);
        };
        self.lose_handles(header, position)?;
        if header.handles == 0 && matches!(call, Call::Request(_)) {
            self.requests.theirs.decline(call.id(), DeclineReason::Unreadable);
        }
        Ok(self.lose_response(call).filter(|_| !late))
    }

    /// The application learns of a response that was lost. A request whose handles were lost is answered by their refusal.
    fn lose_response(&mut self, call: Call) -> Option<RequestEvent<H>> {
        match call {
            Call::Request(id) => {
                self.requests.theirs.forget(id);
                None
            }
            Call::Response { id, .. } => Some(RequestEvent::ResponseLost { id }),
        }
    }
}

fn call_of(header: Header, id: u64) -> Call {
    if header.kind == Kind::Request {
        return Call::Request(id);
    }
    let failed = header.flags & FLAG_FAILED != 0;
    Call::Response { id, failed }
}
