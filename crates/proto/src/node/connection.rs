//! One end of a channel on Node's own wire.

use std::collections::VecDeque;
use std::fmt;
use std::io::IoSlice;

use super::command::Command;
use super::decoder::{Body, Decoder};
use super::outbound::{Framed, Outbound, Retry};
use crate::backlog::{Backlog, Transmit};
use crate::connection::Config;
use crate::error::{PushError, WireError};
use crate::event::{Event, Format, Meta, Payload};
use crate::handle::{Descriptor, RefuseReason};

/// `{cmd: 'NODE_HANDLE_ACK'}` and `{cmd: 'NODE_HANDLE_NACK'}`, framed in each mode. The advanced ones are what V8's
/// serializer makes of them: a version, an object with one property, both of them one-byte strings.
const JSON_ACK: &[u8] = b"{\"cmd\":\"NODE_HANDLE_ACK\"}\n";
const JSON_NACK: &[u8] = b"{\"cmd\":\"NODE_HANDLE_NACK\"}\n";
const CLONE_ACK: &[u8] = b"\0\0\0\x1b\xff\x0fo\"\x03cmd\"\x0fNODE_HANDLE_ACK{\x01";
const CLONE_NACK: &[u8] = b"\0\0\0\x1c\xff\x0fo\"\x03cmd\"\x10NODE_HANDLE_NACK{\x01";

/// Handles that may have come before their envelopes; Node itself never sends a second before the first is answered.
const MAX_WAITING: usize = 64;

/// One end of a channel over handles of type `H`. Its methods are those of [`crate::Connection`]; the differences:
/// every message is in the channel's one format, a message has at most one handle, its payload is Node's envelope
/// (`{cmd: 'NODE_HANDLE', type, msg}`), and what a received handle is said to be stands there and not in a description.
pub struct NodeConnection<H> {
    format: Format,
    config: Config,
    backlog: Backlog<H>,
    outbound: Outbound<H>,
    decoder: Decoder,
    arrived: VecDeque<H>,
    /// Parcels received.
    received: u64,
    closed: bool,
}

impl<H> NodeConnection<H> {
    /// A connection in one of the two modes: `Json` for `'json'`, `Clone` for `'advanced'`.
    pub fn new(format: Format, config: Config) -> Self {
        Self {
            format,
            config,
            backlog: Backlog::new(),
            outbound: Outbound::new(),
            decoder: Decoder::new(format, config.max_message),
            arrived: VecDeque::new(),
            received: 0,
            closed: false,
        }
    }

    // Commands

    /// As [`crate::Connection::push`].
    pub fn push(
        &mut self,
        _meta: Meta,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), PushError<H>> {
        self.check_open(Vec::new())?;
        if self.outbound.is_waiting() {
            let bytes = self.frame(reserve, fill).map_err(|(len, max)| too_large(len, max, Vec::new()))?;
            self.outbound.park(Framed { bytes, handle: None });
            return Ok(());
        }
        let (format, max) = (self.format, self.config.max_message);
        let tail = self.backlog.tail(reserve + 5);
        let start = tail.len();
        match write_frame(tail, format, max, fill) {
            Ok(()) => {
                let added = tail.len() - start;
                self.backlog.commit(added);
                Ok(())
            }
            Err(len) => {
                self.backlog.abandon(start);
                Err(too_large(len, max, Vec::new()))
            }
        }
    }

    /// As [`crate::Connection::push_borrowed`].
    pub fn push_borrowed(
        &mut self,
        meta: Meta,
        payload: &[u8],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        let max = self.config.max_message;
        let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= max);
        let direct = !self.closed && self.backlog.is_empty() && !self.outbound.is_waiting();
        let (Some(length), true) = (length, direct) else {
            return self.push(meta, payload.len(), |out| out.extend_from_slice(payload));
        };
        let length = length.to_be_bytes();
        let parts: [&[u8]; 2] = match self.format {
            Format::Json => [payload, b"\n"],
            Format::Clone => [&length, payload],
        };
        let total = parts[0].len() + parts[1].len();
        let taken = write(&parts.map(IoSlice::new)).min(total);
        self.backlog.commit_written(&parts, taken);
        Ok(())
    }

    /// As [`crate::Connection::push_parcel`]: `fill` writes the whole envelope. More than one handle is
    /// [`PushError::TooManyHandles`]: this wire has no place for them.
    pub fn push_parcel(
        &mut self,
        handles: Vec<(Descriptor, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        let mut handles: Vec<H> = self.check_open(handles.into_iter().map(|(_, handle)| handle).collect())?;
        let (1, Some(handle)) = (handles.len(), handles.pop()) else {
            return Err(PushError::TooManyHandles { handles });
        };
        let bytes = match self.frame(reserve, fill) {
            Ok(bytes) => bytes,
            Err((len, max)) => return Err(too_large(len, max, vec![handle])),
        };
        let number = self.outbound.next_number();
        let framed = Framed { bytes, handle: Some(handle) };
        if self.outbound.is_waiting() {
            self.outbound.park(framed);
        } else {
            self.queue(framed, false);
        }
        Ok(number)
    }

    /// Takes a received parcel.
    pub fn accept(&mut self, _parcel: u64) {
        let ack = if self.format == Format::Json { JSON_ACK } else { CLONE_ACK };
        self.backlog.control().extend_from_slice(ack);
    }

    /// Says that a parcel's handle did not come, or was not taken.
    pub fn refuse(&mut self, _parcel: u64, _reason: RefuseReason) {
        let nack = if self.format == Format::Json { JSON_NACK } else { CLONE_NACK };
        self.backlog.control().extend_from_slice(nack);
    }

    /// Nothing can be pushed afterwards. The wire has no word for it.
    pub fn close(&mut self) {
        self.closed = true;
    }

    // Output

    /// As [`crate::Connection::transmit`].
    pub fn transmit<'a>(&'a mut self, slices: &mut [IoSlice<'a>]) -> Transmit<'a, H> {
        self.backlog.transmit(slices, |_| true)
    }

    /// As [`crate::Connection::transmitted`]; the handles stay here, to be sent again if need be.
    pub fn transmitted(&mut self, bytes: usize) {
        for handle in self.backlog.transmitted(bytes) {
            self.outbound.handle_left(handle);
        }
    }

    /// As [`crate::Connection::poll_event`].
    pub fn poll_event(&mut self) -> Result<Option<Event<'_, H>>, WireError> {
        loop {
            let Some(body) = self.decoder.next_payload()? else { return Ok(None) };
            let command = match &body {
                Body::Buffered(range) => Command::of(self.format, self.decoder.slice(range.clone())),
                Body::Owned(bytes) => Command::of(self.format, bytes),
            };
            match command {
                Command::None | Command::Internal => {
                    let meta = Meta { format: self.format, internal: command == Command::Internal };
                    let payload = match body {
                        Body::Buffered(range) => Payload::Borrowed(self.decoder.slice(range)),
                        Body::Owned(bytes) => Payload::Owned(bytes),
                    };
                    return Ok(Some(Event::Message { meta, payload }));
                }
                Command::Handle => {
                    self.received += 1;
                    let number = self.received;
                    let Some(handle) = self.arrived.pop_front() else {
                        self.refuse(number, RefuseReason::Limit);
                        continue;
                    };
                    let payload = match body {
                        Body::Buffered(range) => self.decoder.slice(range).to_vec(),
                        Body::Owned(bytes) => bytes,
                    };
                    let meta = Meta::new(self.format);
                    let handles = vec![(Descriptor { kind: Descriptor::UNSAID, note: String::new() }, handle)];
                    return Ok(Some(Event::Parcel { number, meta, payload, handles }));
                }
                Command::Ack => {
                    let Some(through) = self.outbound.acknowledged() else { continue };
                    self.unpark();
                    return Ok(Some(Event::Acknowledged { through }));
                }
                Command::Nack => match self.outbound.refused() {
                    Some((_, Retry::Again(framed))) => self.queue(framed, true),
                    Some((parcel, Retry::GivenUp)) => {
                        self.unpark();
                        return Ok(Some(Event::Refused { parcel, reason: RefuseReason::Limit }));
                    }
                    None => {}
                },
            }
        }
    }

    // Input

    /// As [`crate::Connection::spare`].
    pub fn spare(&mut self) -> &mut [u8] {
        self.decoder.spare()
    }

    /// As [`crate::Connection::handle_read`]. A handle that was lost on the way shows when its envelope is read.
    pub fn handle_read(&mut self, bytes: usize, handles: Vec<H>, _cut: bool) -> Result<(), WireError> {
        self.decoder.advance(bytes);
        self.arrived.extend(handles);
        if self.arrived.len() > MAX_WAITING {
            return Err(WireError::malformed("handles that no envelope announces", self.decoder.position()));
        }
        Ok(())
    }

    /// As [`crate::Connection::handle_eof`].
    pub fn handle_eof(&self) -> Result<(), WireError> {
        self.decoder.finish()
    }

    // Getters

    /// Unsent bytes, those that wait for an answer included.
    pub fn backlog_bytes(&self) -> usize {
        self.backlog.bytes() + self.outbound.parked_bytes()
    }

    /// Whether anything waits to be written.
    pub fn wants_write(&self) -> bool {
        !self.backlog.is_empty() || self.outbound.parked() > 0
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

    fn unpark(&mut self) {
        while let Some(framed) = self.outbound.unpark() {
            self.queue(framed, false);
        }
    }

    /// Gives a framed message to the backlog. `again`: it was settled before, and does not count once more.
    fn queue(&mut self, framed: Framed<H>, again: bool) {
        let Framed { bytes, handle } = framed;
        if let Some(handle) = handle {
            self.backlog.attach_handle(handle);
            if !again {
                self.outbound.start(bytes.clone());
            }
        }
        let added = bytes.len();
        self.backlog.tail(added).extend_from_slice(&bytes);
        if again {
            self.backlog.commit_again(added);
        } else {
            self.backlog.commit(added);
        }
    }

    fn frame(&self, reserve: usize, fill: impl FnOnce(&mut Vec<u8>)) -> Result<Vec<u8>, (usize, usize)> {
        let max = self.config.max_message;
        let mut bytes = Vec::with_capacity(reserve + 5);
        write_frame(&mut bytes, self.format, max, fill).map_err(|len| (len, max))?;
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    fn check_open(&self, handles: Vec<H>) -> Result<Vec<H>, PushError<H>> {
        if self.closed { Err(PushError::Closed { handles }) } else { Ok(handles) }
    }
}

/// Appends a whole frame. If the payload is too large, its length is returned and `out` is left as it came to be.
fn write_frame(out: &mut Vec<u8>, format: Format, max: usize, fill: impl FnOnce(&mut Vec<u8>)) -> Result<(), usize> {
    let start = out.len();
    match format {
        Format::Json => {
            fill(out);
            let len = out.len() - start;
            if len > max {
                return Err(len);
            }
            out.push(b'\n');
        }
        Format::Clone => {
            out.extend_from_slice(&[0; 4]);
            fill(out);
            let len = out.len() - start - 4;
            let length = u32::try_from(len).ok().filter(|_| len <= max).ok_or(len)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}

fn too_large<H>(len: usize, max: usize, handles: Vec<H>) -> PushError<H> {
    PushError::TooLarge { len, max, handles }
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
