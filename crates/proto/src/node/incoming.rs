//! The receiving half of a connection.

use super::command::{Command, wraps_internal};
use super::connection::NodeConnection;
use super::decoder::Frame;
use super::frame::JSON_NACK;
use super::outbound::Retry;
use crate::body::Body;
use crate::error::WireError;
use crate::event::{Event, Meta, Payload};
use crate::handle::{HandleInfo, RefuseReason};
use crate::text;

/// The most handles that may arrive before their envelopes. Node never sends a second one before the first is answered.
const MAX_WAITING: usize = 64;

/// The most bytes of answers that may wait for a peer that does not read them.
const MAX_ANSWERS: usize = MAX_WAITING * JSON_NACK.len();

impl<H> NodeConnection<H> {
    /// As [`crate::Connection::spare`].
    pub fn spare(&mut self) -> &mut [u8] {
        self.decoder.spare()
    }

    /// As [`crate::Connection::spares`].
    pub fn spares(&mut self) -> (&mut [u8], &mut [u8]) {
        self.decoder.spares()
    }

    /// As [`crate::Connection::handle_read`]. A handle that was lost on the way shows when its envelope is read.
    pub fn handle_read(&mut self, bytes: usize, handles: Vec<H>, _cut: bool) -> Result<(), WireError> {
        self.decoder.advance(bytes);
        self.arrived.extend(handles);
        if self.arrived.len() > MAX_WAITING {
            return Err(WireError::malformed(
                "handles that no envelope announces",
                self.decoder.position(),
            ));
        }
        Ok(())
    }

    /// As [`crate::Connection::handle_eof`].
    pub fn handle_eof(&self) -> Result<(), WireError> {
        self.decoder.finish()
    }

    /// As [`crate::Connection::poll_event`].
    pub fn poll_event(&mut self) -> Result<Option<Event<'_, H>>, WireError> {
        if let Some(through) = self.given_up.take() {
            return Ok(Some(Event::Acknowledged { through }));
        }
        loop {
            let Some(Frame { position, body, .. }) = self.decoder.next_frame()? else {
                return Ok(None);
            };
            let body = match body {
                Ok(body) => body,
                // Whether the handle belongs to this message or to a later one was in what was lost.
                Err(lost) if !self.arrived.is_empty() => return Err(lost.at(position)),
                Err(lost) => {
                    let (meta, payload) = (Meta::new(self.format), Vec::new());
                    let fault = lost.at(position);
                    return Ok(Some(Event::Unreadable { fault, meta, payload }));
                }
            };
            let bytes = match &body {
                Body::Buffered(range) => self.decoder.slice(range.clone()),
                Body::Owned(bytes) => bytes,
            };
            let command = Command::of(self.format, bytes);
            // The channel's own answers do not reach the application.
            let fault = match command {
                Command::Ack | Command::Nack => None,
                _ => text::check(self.format, bytes, position).err(),
            };
            if let Some(fault) = fault {
                return self.unreadable(fault, command, body, position).map(Some);
            }
            match command {
                Command::None | Command::Internal => {
                    let meta = Meta {
                        format: self.format,
                        internal: command == Command::Internal,
                    };
                    let payload = match body {
                        Body::Buffered(range) => Payload::Borrowed(self.decoder.slice(range)),
                        Body::Owned(bytes) => Payload::Owned(bytes),
                    };
                    return Ok(Some(Event::Message {
                        meta,
                        payload,
                        position,
                    }));
                }
                Command::Handle => {
                    self.check_answers(position)?;
                    self.received += 1;
                    let number = self.received;
                    let Some(handle) = self.arrived.pop_front() else {
                        self.refuse(number, RefuseReason::Limit);
                        continue;
                    };
                    let payload = self.own(body);
                    let meta = Meta {
                        format: self.format,
                        internal: wraps_internal(self.format, &payload),
                    };
                    let handles = vec![(
                        HandleInfo {
                            kind: HandleInfo::UNSPECIFIED,
                            note: String::new(),
                        },
                        handle,
                    )];
                    return Ok(Some(Event::MessageWithHandles {
                        number,
                        meta,
                        payload,
                        handles,
                        position,
                    }));
                }
                Command::Call(step) => {
                    let message = self.own(body);
                    if let Some(event) = self.take_call(step, message, position)? {
                        return Ok(Some(event));
                    }
                }
                // The peer cannot know of an envelope that has not left whole.
                Command::Ack | Command::Nack if self.backlog.bytes() > 0 => {}
                Command::Ack => {
                    let Some(through) = self.outbound.acknowledged() else {
                        continue;
                    };
                    self.unpark();
                    return Ok(Some(Event::Acknowledged { through }));
                }
                Command::Nack => match self.outbound.refused() {
                    Some((_, Retry::Again(framed))) => self.queue(framed, true),
                    Some((group, Retry::GivenUp)) => {
                        self.unpark();
                        self.given_up = Some(group);
                        return Ok(Some(Event::Refused {
                            group,
                            reason: RefuseReason::Limit,
                        }));
                    }
                    None => {}
                },
            }
        }
    }

    /// A message that does not match its format. Its handle is closed.
    fn unreadable(
        &mut self,
        fault: WireError,
        command: Command,
        body: Body,
        position: u64,
    ) -> Result<Event<'static, H>, WireError> {
        if command == Command::Handle {
            self.check_answers(position)?;
            // Answered as accepted, because the same bytes would be no better the next time.
            self.received += 1;
            drop(self.arrived.pop_front());
            self.accept(self.received);
        }
        let meta = Meta {
            format: self.format,
            internal: command == Command::Internal,
        };
        let payload = self.own(body);
        Ok(Event::Unreadable { fault, meta, payload })
    }

    fn own(&self, body: Body) -> Vec<u8> {
        match body {
            Body::Buffered(range) => self.decoder.slice(range).to_vec(),
            Body::Owned(bytes) => bytes,
        }
    }

    fn check_answers(&mut self, position: u64) -> Result<(), WireError> {
        if self.backlog.control().len() <= MAX_ANSWERS {
            return Ok(());
        }
        let what = "handles from a peer that does not read the answers";
        Err(WireError::malformed(what, position))
    }
}
