//! One end of a channel: the native wire without the I/O.

mod calls;
mod incoming;
mod suspend;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::io::IoSlice;

use crate::arrivals::Arrivals;
use crate::backlog::{Backlog, Transmit};
use crate::body::{Memory, fresh};
use crate::decoder::Decoder;
use crate::error::PushError;
use crate::event::Meta;
use crate::frame::{Control, HEADER_LEN, Header, Kind, put_control};
use crate::handle::{HandleInfo, MAX_HANDLES, RefuseReason};
use crate::ledger::Ledger;
use crate::requests::Requests;

/// Settings of one end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The largest body of a message, in bytes, in both directions. Default: 536,870,912 (the longest string of V8).
    pub max_message: usize,
}

impl Config {
    /// Settings with this limit for the body of a message, in bytes.
    pub fn new(max_message: usize) -> Self {
        Self { max_message }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message: 512 * 1024 * 1024,
        }
    }
}

/// The progress of the close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    /// Messages can be pushed.
    Open,
    /// Waits until every message is taken, because control frames would overtake them.
    Asked,
    /// Among the control frames, or gone.
    Said,
}

/// One end of a channel over handles of type `H`. See the crate's documentation for the order of calls.
pub struct Connection<H> {
    config: Config,
    backlog: Backlog<H>,
    /// Our handle groups, as the peer answers for them.
    ledger: Ledger,
    decoder: Decoder,
    arrivals: Arrivals<H>,
    /// The peer's handle groups, as our acknowledgements leave. This mirrors the peer's own ledger and enforces the window.
    inbound: Ledger,
    /// The peer's handle groups up to this one are answered. An acknowledgement leaves when `inbound` is behind.
    answered: u64,
    /// Handle groups whose handles did not all arrive. Each is refused when the ones before it are answered.
    lost: VecDeque<u64>,
    /// Refusals that are not control frames yet, in the order of the handle groups.
    refusals: Vec<(u64, RefuseReason)>,
    requests: Requests,
    greeted: bool,
    closing: Closing,
    peer_closed: bool,
}

impl<H> Connection<H> {
    /// A connection whose hello is ready to be written.
    pub fn new(config: Config) -> Self {
        Self::with_memory(config, fresh)
    }

    /// As [`Self::new`], but large bodies are received into memory from `memory` instead of the allocator.
    pub fn with_memory(config: Config, memory: Memory) -> Self {
        let mut backlog = Backlog::new();
        put_control(backlog.control(), Control::Hello);
        Self {
            decoder: Decoder::new(config.max_message, memory),
            config,
            backlog,
            ledger: Ledger::default(),
            arrivals: Arrivals::default(),
            inbound: Ledger::default(),
            answered: 0,
            lost: VecDeque::new(),
            refusals: Vec::new(),
            requests: Requests::default(),
            greeted: false,
            closing: Closing::Open,
            peer_closed: false,
        }
    }

    // Commands

    /// Queues a message. `fill` appends the payload: at most `reserve` bytes without a reallocation. The vector may already
    /// contain other messages.
    pub fn push(
        &mut self,
        meta: Meta,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        self.append(|len| meta.header(0, len), 1, HEADER_LEN + reserve, fill)
            .map_err(too_large)
    }

    /// As [`Self::push`], of a payload that is in memory already.
    #[inline]
    pub fn push_bytes(&mut self, meta: Meta, payload: &[u8]) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        let max = self.config.max_message;
        match meta.header(0, payload.len()).filter(|_| payload.len() <= max) {
            Some(header) => {
                self.backlog.push_frame(header.encode(), payload);
                Ok(())
            }
            None => Err(too_large((payload.len(), max))),
        }
    }

    /// Queues a JSON array of which each element is a message, `count` (at least one) in all. They are settled together.
    /// Otherwise as [`Self::push`].
    pub fn push_several(
        &mut self,
        count: u32,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        let header = |len| Some(Header::control(Kind::Several, u32::try_from(len).ok()?));
        self.append(header, u64::from(count), HEADER_LEN + reserve, fill)
            .map_err(too_large)
    }

    /// Queues a message whose payload need not be copied if the transport takes it at once. Its `parts` may be anywhere in
    /// memory. `write` is called at most once, and only if nothing else waits, with the header and as many of the parts as it
    /// can take. It returns how many bytes were taken. The rest is copied.
    pub fn push_borrowed(
        &mut self,
        meta: Meta,
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        self.queue_answers();
        let len = parts.iter().map(|part| part.len()).sum();
        if !self.backlog.is_empty() {
            return self.push(meta, len, |out| {
                for part in parts {
                    out.extend_from_slice(part);
                }
            });
        }
        let max = self.config.max_message;
        let Some(header) = meta.header(0, len).filter(|_| len <= max) else {
            return Err(PushError::TooLarge {
                len,
                max,
                handles: Vec::new(),
            });
        };
        self.backlog.push_written(&header.encode(), parts, &[], write);
        Ok(())
    }

    /// Queues a message with handles and returns the handle group's number. Otherwise as [`Self::push`].
    pub fn push_with_handles(
        &mut self,
        meta: Meta,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        self.push_group(&[], |count, len| meta.header(count, len), handles, reserve, fill)
    }

    /// The body begins with `start`, before the descriptions. It does not count as payload.
    fn push_group(
        &mut self,
        start: &[u8],
        header: impl FnOnce(u8, usize) -> Option<Header>,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        let (infos, handles): (Vec<_>, Vec<_>) = handles.into_iter().unzip();
        let handles = self.check_open(handles)?;
        let mut head = start.to_vec();
        let fits = infos.iter().all(|info| info.encode(&mut head).is_some());
        let count = match u8::try_from(handles.len()) {
            Ok(count) if fits && (1..=MAX_HANDLES).contains(&handles.len()) => count,
            _ => return Err(PushError::TooManyHandles { handles }),
        };
        // The payload is made first. If it is too large, the handles can still be given back.
        let mut body = Vec::with_capacity(reserve);
        fill(&mut body);
        let len = head.len() + body.len();
        let max = self.config.max_message;
        let header = header(count, len).filter(|_| len - start.len() <= max);
        let Some(header) = header else {
            return Err(PushError::TooLarge { len, max, handles });
        };
        let number = self.ledger.open(handles.len());
        self.backlog.push_handles(handles);
        let tail = self.backlog.tail(HEADER_LEN + len);
        tail.extend_from_slice(&header.encode());
        tail.extend_from_slice(&head);
        tail.extend_from_slice(&body);
        self.backlog.commit(HEADER_LEN + len);
        Ok(number)
    }

    /// Accepts a received handle group, so that the peer may forget its handles.
    pub fn accept(&mut self, group: u64) {
        debug_assert!(
            group == self.answered + 1 && self.inbound.is_open(group),
            "handle groups are answered in order"
        );
        self.answered = self.answered.max(group);
        self.requests.theirs.accepted(group);
        self.refuse_lost();
    }

    /// Refuses a received handle group. The caller drops the handles, and the peer keeps its own.
    pub fn refuse(&mut self, group: u64, reason: RefuseReason) {
        self.refusals.push((group, reason));
        self.requests.theirs.refused(group);
        self.accept(group);
    }

    /// Closes this direction after everything that is queued. Nothing can be pushed afterwards, but acknowledgements still leave.
    pub fn close(&mut self) {
        if self.closing == Closing::Open {
            self.closing = Closing::Asked;
        }
    }

    // Output

    /// Fills `slices` with what may be written now. The result says how many there are (zero if there is nothing to write), and
    /// which handles go along.
    pub fn transmit<'a>(&'a mut self, slices: &mut [IoSlice<'a>]) -> Transmit<'a, H> {
        self.queue_answers();
        if self.closing == Closing::Asked && self.backlog.bytes() == 0 {
            self.closing = Closing::Said;
            put_control(self.backlog.control(), Control::Close);
        }
        let ledger = &self.ledger;
        self.backlog.transmit(slices, |handles| ledger.has_room(handles))
    }

    /// The transport took `bytes` (at least one) of what [`Self::transmit`] offered, and its handles with them. Call it before
    /// any command, because a command could change what is at the front.
    ///
    /// Returns the handles. A system that loses handles in flight when their sender closes them needs them kept until they are
    /// acknowledged. Elsewhere they are dropped.
    pub fn transmitted(&mut self, bytes: usize) -> Vec<H> {
        let gone = self.backlog.transmitted(bytes);
        self.ledger.sent(gone.len());
        gone
    }

    /// As [`crate::Wire::take_unsent_handles`].
    pub(crate) fn take_unsent_handles(&mut self) -> Vec<H> {
        self.backlog.take_handles()
    }

    // Getters

    /// Unsent bytes of messages.
    pub fn backlog_bytes(&self) -> usize {
        self.backlog.bytes()
    }

    /// Whether anything waits to be written, control frames included. True as well while handles wait for the window and
    /// [`Self::transmit`] therefore offers nothing. The caller then waits for the peer's answers.
    pub fn wants_write(&self) -> bool {
        !self.backlog.is_empty()
            || self.answered > self.inbound.answered()
            || self.closing == Closing::Asked
            || self.has_call_controls()
    }

    /// Messages of which the transport has taken the last byte, since the start.
    pub fn settled(&self) -> u64 {
        self.backlog.settled()
    }

    /// Messages that were pushed and that the transport has not completely taken.
    pub fn unsettled(&self) -> usize {
        self.backlog.unsettled()
    }

    /// Handle groups that were pushed and that the peer has not answered for.
    pub fn unanswered(&self) -> usize {
        self.ledger.unanswered()
    }

    /// Handles that the transport has taken and that the peer has not answered for.
    pub fn in_flight(&self) -> usize {
        self.ledger.in_flight()
    }

    /// Bytes of incomplete frames.
    pub fn buffered(&self) -> usize {
        self.decoder.buffered()
    }

    /// Whether the peer has said that it will send nothing more.
    pub fn peer_closed(&self) -> bool {
        self.peer_closed
    }

    #[inline]
    fn check_open(&self, handles: Vec<H>) -> Result<Vec<H>, PushError<H>> {
        if self.closing == Closing::Open {
            Ok(handles)
        } else {
            Err(PushError::Closed { handles })
        }
    }

    /// Appends the header for the payload's length, and the payload. On failure nothing stays, and the lengths are returned.
    fn append(
        &mut self,
        header: impl FnOnce(usize) -> Option<Header>,
        messages: u64,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), (usize, usize)> {
        let max = self.config.max_message;
        let tail = self.backlog.tail(reserve);
        let start = tail.len();
        tail.extend_from_slice(&[0; HEADER_LEN]);
        fill(tail);
        let len = tail.len() - start - HEADER_LEN;
        let Some(header) = header(len).filter(|_| len <= max) else {
            self.backlog.abandon(start);
            return Err((len, max));
        };
        tail[start..start + HEADER_LEN].copy_from_slice(&header.encode());
        self.backlog.commit_several(HEADER_LEN + len, messages);
        Ok(())
    }

    /// Refuses the lost handle groups whose turn has come. Answers are cumulative, so they must not overtake the application's.
    fn refuse_lost(&mut self) {
        while self.lost.front() == Some(&(self.answered + 1)) {
            self.lost.pop_front();
            self.answered += 1;
            self.refusals.push((self.answered, RefuseReason::Limit));
        }
    }

    /// Makes control frames of the answers since the last time: the refusals, then one acknowledgement for all. It does so only
    /// once the last ones have left, so that they do not pile up for a peer that does not read.
    fn queue_answers(&mut self) {
        self.queue_call_controls();
        if self.answered == self.inbound.answered() || self.backlog.has_control() {
            return;
        }
        for (group, reason) in self.refusals.drain(..) {
            put_control(self.backlog.control(), Control::Refuse(group, reason));
        }
        self.inbound.settle(self.answered);
        put_control(self.backlog.control(), Control::Ack(self.answered));
    }
}

fn too_large<H>((len, max): (usize, usize)) -> PushError<H> {
    PushError::TooLarge {
        len,
        max,
        handles: Vec::new(),
    }
}

impl<H> fmt::Debug for Connection<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("backlog_bytes", &self.backlog_bytes())
            .field("settled", &self.settled())
            .field("unanswered", &self.unanswered())
            .field("closing", &self.closing)
            .field("peer_closed", &self.peer_closed)
            .finish_non_exhaustive()
    }
}
