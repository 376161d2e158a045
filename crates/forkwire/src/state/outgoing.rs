//! The sending half: putting messages on the wire.

use std::borrow::Cow;
use std::io;

use bytes::Bytes;
use forkwire_proto::{Format, Meta, PushError, Wire, is_utf8};
use forkwire_sys::os;

use super::State;
use crate::envelope;
use crate::error::{SendError, SendErrorKind};
use crate::handle::Handle;
use crate::handle::parts::{self, Label};
use crate::message::Message;

/// Payloads of at most this many bytes are copied after their headers. That is cheaper than one more slice for the kernel.
const COPIED: usize = 4 * 1024;

/// A message to send. Its payload stays with the caller, which may use the memory again.
#[derive(Debug)]
pub(crate) struct Outgoing<B> {
    pub(crate) meta: Meta,
    pub(crate) payload: B,
    pub(crate) handles: Vec<Handle>,
    /// The payload was encoded here, and need not be checked.
    encoded: bool,
}

impl<B: AsRef<[u8]> + Into<Bytes>> Outgoing<B> {
    /// A message of a value that this crate encoded.
    pub(crate) fn encoded(meta: Meta, payload: B, handles: Vec<Handle>) -> Self {
        Self {
            meta,
            payload,
            handles,
            encoded: true,
        }
    }

    /// Whether the payload passes the checks of the receiving channel.
    pub(crate) fn is_whole(&self) -> bool {
        self.encoded || self.meta.format != Format::Json || is_utf8(self.payload.as_ref())
    }

    pub(crate) fn into_message(self) -> Message {
        Message {
            meta: self.meta,
            payload: self.payload.into(),
            handles: self.handles,
        }
    }
}

/// A message that the program made.
impl From<Message> for Outgoing<Bytes> {
    fn from(message: Message) -> Self {
        let Message {
            meta,
            payload,
            handles,
        } = message;
        Self {
            meta,
            payload,
            handles,
            encoded: false,
        }
    }
}

/// A message that was queued.
#[derive(Debug)]
pub(crate) struct Queued {
    /// Its number among this channel's messages, from 1.
    number: u64,
    /// The descriptions of its handles.
    labels: Vec<Label>,
}

impl State {
    /// Puts a message into the backlog, and takes its handles. With `now` it is flushed next, so that a large one may be written
    /// without being copied.
    pub(crate) fn queue<B>(&mut self, outgoing: &mut Outgoing<B>, now: bool) -> Result<Queued, SendError>
    where
        B: AsRef<[u8]> + Into<Bytes>,
    {
        if let Some(fault) = self.fault() {
            return Err(SendError::channel(fault));
        }
        if self.link.is_broken() {
            let gone = io::Error::from(io::ErrorKind::BrokenPipe);
            return Err(SendError::channel(gone.into()));
        }
        let meta = outgoing.meta;
        if !outgoing.is_whole() {
            // The receiver would have to close the channel, or to drop the message.
            let reason = "the message is not UTF-8, which JSON must be";
            return Err(SendError::new(SendErrorKind::Format, reason));
        }
        let bytes = self.on_the_wire(meta, outgoing.payload.as_ref(), &outgoing.handles)?;
        let (labels, handles) = parts::split(std::mem::take(&mut outgoing.handles));
        if let Err(error) = self.push(meta, &bytes, &labels, handles, now) {
            let refused = describe(&error);
            drop(bytes);
            outgoing.handles = parts::join(labels.into_iter().zip(error.into_handles()));
            return Err(refused);
        }
        let number = self.pushed();
        self.returns.queued(number, labels.len(), self.link.settled());
        Ok(Queued { number, labels })
    }

    fn push(
        &mut self,
        meta: Meta,
        bytes: &[u8],
        labels: &[Label],
        handles: Vec<os::Handle>,
        now: bool,
    ) -> Result<(), PushError<os::Handle>> {
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(bytes);
        if !handles.is_empty() {
            let infos = labels.iter().map(|(info, _)| info.clone());
            let group = infos.zip(handles).collect();
            let wire = self.link.wire_mut();
            return wire.push_with_handles(meta, group, bytes.len(), fill).map(drop);
        }
        if now && bytes.len() > COPIED {
            self.link.push_borrowed(meta, &[bytes])
        } else {
            self.link.wire_mut().push(meta, bytes.len(), fill)
        }
    }

    /// Messages that were queued since the start.
    pub(crate) fn pushed(&self) -> u64 {
        let state = self.link.wire();
        state.settled() + state.unsettled() as u64
    }

    /// Queues a message without handles whose payload was checked. Returns false, with nothing queued, if it needs to be
    /// translated for the wire, or cannot be sent.
    #[inline]
    pub(crate) fn push_plain(&mut self, meta: Meta, payload: &[u8]) -> bool {
        if self.fault.is_some() || self.link.is_broken() {
            return false;
        }
        match self.link.wire_mut() {
            Wire::Native(connection) => connection.push_bytes(meta, payload).is_ok(),
            Wire::Node(_) => false,
        }
    }

    /// Gives the handles of a message back after the peer has gone. `None` if the message has left, or its handles have.
    pub(crate) fn unqueue(&mut self, queued: Queued) -> Option<Vec<Handle>> {
        let Queued { number, labels } = queued;
        if self.link.settled() >= number {
            return None;
        }
        let mut handles = Vec::new();
        if !labels.is_empty() {
            if !self.returns.is_open() {
                let unsent = self.link.wire_mut().take_unsent_handles();
                self.returns.open(unsent);
            }
            handles = parts::join(labels.into_iter().zip(self.returns.take(number)?));
        }
        self.returned += 1;
        Some(handles)
    }

    /// Messages that have neither left nor come back.
    pub(crate) fn undelivered(&self) -> u64 {
        self.link.unsettled().saturating_sub(self.returned)
    }

    /// The bytes of a message on this wire, or why it cannot be sent there.
    pub(super) fn on_the_wire<'a>(
        &self,
        meta: Meta,
        payload: &'a [u8],
        handles: &[Handle],
    ) -> Result<Cow<'a, [u8]>, SendError> {
        let refuse = |reason: &str| Err(SendError::new(SendErrorKind::Handles, reason));
        for handle in handles {
            if let Err(error) = self.link.may_send(&handle.info, &handle.fd) {
                return refuse(&error.to_string());
            }
        }
        if !self.node {
            let envelope = envelope::wrap_several(meta.format, payload, handles)?;
            return Ok(envelope.map_or(Cow::Borrowed(payload), Cow::Owned));
        }
        if meta.format != self.format {
            let reason = "on Node's wire all messages have the channel's format: see Channel::format";
            return Err(SendError::new(SendErrorKind::Format, reason));
        }
        let payload = if meta.format == Format::Json {
            one_line(payload)
        } else {
            Cow::Borrowed(payload)
        };
        match handles {
            [] => Ok(payload),
            [handle] if !handle.buffered().is_empty() => {
                refuse("Node's wire cannot carry what was read from a socket before: see Handle::buffered")
            }
            [handle] => match envelope::wrap(meta.format, &payload, &handle.info, &handle.fd) {
                Ok(Some(envelope)) => Ok(Cow::Owned(envelope)),
                Ok(None) => refuse("Node has no name for handles of this kind"),
                Err(error) => Err(error.into()),
            },
            _ => refuse("Node's wire carries one handle per message: send them one by one"),
        }
    }
}

pub(crate) fn describe<H>(error: &PushError<H>) -> SendError {
    let kind = match error {
        PushError::TooLarge { .. } => SendErrorKind::TooLarge,
        PushError::TooManyHandles { .. } => SendErrorKind::Handles,
        _ => SendErrorKind::Closed,
    };
    SendError::new(kind, error.to_string())
}

/// Replaces line ends, which end a message on Node's wire. In JSON they can only be white space.
fn one_line(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\n') {
        return Cow::Borrowed(text);
    }
    let spaced = text.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte });
    Cow::Owned(spaced.collect())
}
