//! The receiving side of a channel: reading, and messages that wait for JavaScript.

use forkwire::link::{Filled, Link};
use forkwire::{Error, WireError};
use forkwire_proto::Event;

use super::requests::{self, Requests};
use super::{Core, StreamEnd};
use crate::batch::{Batch, Item};

/// Handles that may wait for a listener before reading stops.
pub(super) const HELD_HANDLES: usize = 256;

/// Bytes that may wait for a listener while this end awaits the answers to its own requests.
const WHILE_AWAITING: usize = 64 << 20;

/// The state of reading.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not a state machine
pub(crate) struct Reader {
    /// For JavaScript, now.
    pub(crate) ready: Batch,
    /// Messages that wait for a listener.
    pub(crate) held: Batch,
    pub(crate) flowing: bool,
    /// The peer's requests.
    pub(crate) requests: Requests,
    /// The event loop has turned. Until then nothing is read, so that the program's listeners exist for the first message.
    pub(crate) begun: bool,
    /// The peer has hung up. What the kernel still has is read regardless of the limits.
    pub(crate) hung_up: bool,
    /// The last read found nothing more.
    pub(crate) dry: bool,
    /// The process is exiting, and JavaScript takes nothing more. What arrives is read, so that a peer that waits for that can
    /// finish, and dropped.
    pub(crate) discarding: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            ready: Batch::default(),
            held: Batch::default(),
            flowing: false,
            requests: Requests::default(),
            begun: true,
            hung_up: false,
            dry: false,
            discarding: false,
        }
    }
}

impl Reader {
    /// The batch for a message. Internal messages need no listener of the program.
    fn batch(&mut self, internal: bool) -> &mut Batch {
        if self.flowing || internal {
            &mut self.ready
        } else {
            &mut self.held
        }
    }

    /// Turned on, what waited for a listener follows what is ready already, which came before. Returns whether this is a
    /// change.
    pub(crate) fn set_flowing(&mut self, on: bool) -> bool {
        let changed = std::mem::replace(&mut self.flowing, on) != on;
        if changed && on {
            let held = std::mem::take(&mut self.held);
            self.ready.append(held);
            self.release_requests();
        }
        changed
    }

    /// Bytes received that JavaScript has not taken, with an allowance for each message.
    pub(crate) fn waiting_bytes(&self) -> usize {
        self.held.bytes() + self.ready.bytes() + self.requests.held.bytes()
    }

    /// Handles received that JavaScript has not taken.
    pub(crate) fn waiting_handles(&self) -> usize {
        self.held.handles() + self.ready.handles() + self.requests.held.handles()
    }
}

impl Core {
    /// Whether to read on: not past the end, and not while too much waits for JavaScript.
    pub(crate) fn wants_read(&self) -> bool {
        let Some(link) = &self.link else { return false };
        let reader = &self.reader;
        if self.ends.received.is_some() {
            return false;
        }
        if reader.discarding {
            return true;
        }
        if !reader.begun {
            return false;
        }
        let partial = if reader.takes(link.wire().partial_call()) {
            0
        } else {
            link.wire().buffered()
        };
        // An answer may come after messages that nobody takes until it has arrived.
        let limit = if link.wire().awaited() == 0 {
            self.limits.receive
        } else {
            self.limits.receive.max(WHILE_AWAITING)
        };
        let handles = reader.waiting_handles();
        // JavaScript may close what it takes, so those are waited for before there is no room for others.
        let most = || if link.is_crowded() { 1 } else { HELD_HANDLES };
        let has_room = reader.waiting_bytes() + partial < limit && (handles == 0 || handles < most());
        reader.hung_up || has_room
    }

    /// Reads what the socket has, within the limits.
    pub(crate) fn read(&mut self) {
        self.reader.dry = false;
        for _ in 0..self.sizes.reads {
            if !self.wants_read() {
                break;
            }
            let Some(link) = &mut self.link else { return };
            match link.fill() {
                Ok(Filled::Read { more }) => {
                    if let Err(error) = self.take_events() {
                        self.ends.received = Some(StreamEnd::Fault(error));
                    }
                    // After the peer has hung up, a short read does not mean an empty socket.
                    if !more && !self.reader.hung_up {
                        self.reader.dry = true;
                        break;
                    }
                }
                Ok(Filled::Empty) => {
                    self.reader.dry = true;
                    break;
                }
                Err(Error::Wire(error)) => self.ends.received = Some(StreamEnd::Fault(error)),
                Ok(Filled::End) => self.ends.received = Some(StreamEnd::Eof),
                // A socket that cannot be read has ended.
                Err(_) => self.ends.received = Some(StreamEnd::of(link)),
            }
        }
        // Acknowledgements, and handles that waited for some.
        if self.link.as_ref().is_some_and(Link::wants_write) && !self.writer.blocked {
            self.write();
        }
        if self.ends.received.is_some() {
            self.fail_backlog();
        }
    }

    /// Reads to the end after the socket has failed, because nothing will report more data.
    #[cfg(unix)]
    pub(crate) fn read_to_end(&mut self) {
        self.reader.hung_up = true;
        while self.wants_read() {
            self.read();
            if let (true, Some(link)) = (self.reader.dry, &self.link) {
                self.ends.received = Some(StreamEnd::of(link));
                self.fail_backlog();
            }
        }
    }

    fn take_events(&mut self) -> Result<(), WireError> {
        let Self {
            link: Some(link),
            reader,
            ends,
            ..
        } = self
        else {
            return Ok(());
        };
        while let Some(event) = link.poll_event()? {
            match event {
                Event::Message { .. } | Event::Unreadable { .. } | Event::Call { .. }
                    if reader.discarding => {}
                Event::MessageWithHandles { number, handles, .. } if reader.discarding => {
                    drop(handles);
                    link.discard(number);
                }
                Event::Message {
                    meta,
                    payload,
                    position,
                } => reader.batch(meta.internal).message(meta, payload, position),
                Event::Several { payload, position } => reader.batch(false).several(payload, position),
                Event::Unreadable { fault, .. } => reader.batch(false).unreadable(&fault),
                Event::MessageWithHandles {
                    number,
                    meta,
                    payload,
                    handles,
                    position,
                } => {
                    if let Some(handles) = link.answer(number, handles) {
                        let batch = reader.batch(meta.internal);
                        batch.message_with_handles(meta, payload, handles, position);
                    }
                }
                Event::Acknowledged { through } => reader.ready.push(Item::Acknowledged(through)),
                Event::Refused { group, reason } => reader.ready.push(Item::Refused(group, reason)),
                Event::Call {
                    call,
                    format,
                    payload,
                    position,
                } => {
                    if let Some((id, reason)) = reader.take_call(call, format, payload, position) {
                        link.decline(id, reason);
                    }
                }
                Event::Closed => ends.received = Some(StreamEnd::Eof),
                Event::Requests(event) => requests::take_event(reader, link, event),
                _ => {}
            }
        }
        Ok(())
    }
}
