//! One end of a channel on Node's own wire.

use std::collections::VecDeque;
use std::io::IoSlice;

use super::decoder::Decoder;
use super::frame::{CLONE_ACK, CLONE_NACK, JSON_ACK, JSON_NACK, write_frame};
use super::outbound::{Framed, Outbound};
use crate::backlog::{Backlog, Transmit};
use crate::connection::Config;
use crate::error::PushError;
use crate::event::{Format, Meta};
use crate::handle::{HandleInfo, RefuseReason};
use crate::requests::Requests;

/// One end of a channel over handles of type `H`. It has the methods of [`crate::Connection`]. The differences: every message
/// is in the channel's one format, and a message has at most one handle. Its payload is then Node's envelope
/// (`{cmd: 'NODE_HANDLE', type, msg}`), which says what the handle is, instead of a description.
pub struct NodeConnection<H> {
    pub(super) format: Format,
    pub(super) config: Config,
    pub(super) backlog: Backlog<H>,
    pub(super) outbound: Outbound<H>,
    pub(super) decoder: Decoder,
    pub(super) arrived: VecDeque<H>,
    /// Handle groups received.
    pub(super) received: u64,
    /// The handle group that was just reported as refused. That it is answered for is the next event.
    pub(super) given_up: Option<u64>,
    pub(super) requests: Requests,
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
            given_up: None,
            requests: Requests::default(),
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
            let bytes = self
                .frame(reserve, fill)
                .map_err(|(len, max)| too_large(len, max, Vec::new()))?;
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
        parts: &[&[u8]],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) -> Result<(), PushError<H>> {
        let max = self.config.max_message;
        let len = parts.iter().map(|part| part.len()).sum();
        let length = u32::try_from(len).ok().filter(|_| len <= max);
        let direct = !self.closed && self.backlog.is_empty() && !self.outbound.is_waiting();
        let (Some(length), true) = (length, direct) else {
            return self.push(meta, len, |out| {
                for part in parts {
                    out.extend_from_slice(part);
                }
            });
        };
        let length = length.to_be_bytes();
        let (head, end): (&[u8], &[u8]) = match self.format {
            Format::Json => (&[], b"\n"),
            Format::Clone => (&length, &[]),
        };
        self.backlog.push_written(head, parts, end, write);
        Ok(())
    }

    /// As [`crate::Connection::push_with_handles`]: `fill` writes the whole envelope. More than one handle is
    /// [`PushError::TooManyHandles`]: this wire has no place for them.
    pub fn push_with_handles(
        &mut self,
        handles: Vec<(HandleInfo, H)>,
        reserve: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<u64, PushError<H>> {
        let mut handles: Vec<H> = self.check_open(handles.into_iter().map(|(_, handle)| handle).collect())?;
        if handles.len() > 1 {
            return Err(PushError::TooManyHandles { handles });
        }
        let Some(handle) = handles.pop() else {
            return Err(PushError::TooManyHandles { handles });
        };
        let bytes = match self.frame(reserve, fill) {
            Ok(bytes) => bytes,
            Err((len, max)) => return Err(too_large(len, max, vec![handle])),
        };
        let number = self.outbound.next_number();
        let framed = Framed {
            bytes,
            handle: Some(handle),
        };
        if self.outbound.is_waiting() {
            self.outbound.park(framed);
        } else {
            self.queue(framed, false);
        }
        Ok(number)
    }

    /// Accepts a received handle group.
    pub fn accept(&mut self, _group: u64) {
        let ack = if self.format == Format::Json {
            JSON_ACK
        } else {
            CLONE_ACK
        };
        self.backlog.control().extend_from_slice(ack);
    }

    /// Reports to the peer that the handle of a group did not arrive, or was not taken.
    pub fn refuse(&mut self, _group: u64, _reason: RefuseReason) {
        let nack = if self.format == Format::Json {
            JSON_NACK
        } else {
            CLONE_NACK
        };
        self.backlog.control().extend_from_slice(nack);
    }

    /// Closes this direction: nothing can be pushed afterwards. The wire has no frame for it.
    pub fn close(&mut self) {
        self.closed = true;
    }

    // Output

    /// As [`crate::Connection::transmit`].
    pub fn transmit<'a>(&'a mut self, slices: &mut [IoSlice<'a>]) -> Transmit<'a, H> {
        self.queue_call_controls();
        self.backlog.transmit(slices, |_| true)
    }

    /// As [`crate::Connection::transmitted`], but the handles stay here, because they may have to be sent again.
    pub fn transmitted(&mut self, bytes: usize) {
        for handle in self.backlog.transmitted(bytes) {
            self.outbound.handle_left(handle);
        }
    }

    /// As [`crate::Wire::take_unsent_handles`].
    pub(crate) fn take_unsent_handles(&mut self) -> Vec<H> {
        let mut handles = self.backlog.take_handles();
        handles.extend(self.outbound.take_handles());
        handles
    }

    pub(super) fn unpark(&mut self) {
        while let Some(framed) = self.outbound.unpark() {
            self.queue(framed, false);
        }
    }

    /// Adds a framed message to the backlog. With `again`, it was settled before and does not count a second time.
    pub(super) fn queue(&mut self, framed: Framed<H>, again: bool) {
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
        if self.closed {
            Err(PushError::Closed { handles })
        } else {
            Ok(handles)
        }
    }
}

fn too_large<H>(len: usize, max: usize, handles: Vec<H>) -> PushError<H> {
    PushError::TooLarge { len, max, handles }
}
