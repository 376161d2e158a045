//! The sending half: what is put on the wire.

use std::borrow::Cow;
use std::io;

use forkwire_proto::{Format, HandleInfo, Meta, PushError};
use forkwire_sys::os;

use super::State;
use crate::envelope;
use crate::error::{SendError, SendErrorKind};
use crate::handle::Handle;
use crate::message::Message;

/// Payloads up to this many bytes are cheaper copied behind their headers, to be one slice to the kernel, than written
/// from where they are.
const COPIED: usize = 4 * 1024;

/// A message that is in the backlog, or out already.
#[derive(Debug)]
pub(crate) struct Queued {
    /// Which it is of this channel's messages, from 1.
    number: u64,
    /// What is left of it here: all but its handles.
    pub(crate) message: Message,
    /// What its handles are.
    labels: Vec<Label>,
}

/// A handle's description without the handle: what it is, and what had been read from it.
type Label = (HandleInfo, Vec<u8>);

impl State {
    /// Puts a message into the backlog. `now`: it is flushed next, so that a large one may be written from where it is.
    pub(crate) fn queue(&mut self, mut message: Message, now: bool) -> Result<Queued, SendError> {
        if let Some(fault) = self.fault() {
            return Err(SendError::channel(fault).with(message));
        }
        if self.link.is_broken() {
            let gone = io::Error::from(io::ErrorKind::BrokenPipe);
            return Err(SendError::channel(gone.into()).with(message));
        }
        let bytes = match self.on_the_wire(message.meta, &message.payload, &message.handles) {
            Ok(bytes) => bytes,
            Err(error) => return Err(error.with(message)),
        };
        let meta = message.meta;
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(&bytes);
        let (labels, handles): (Vec<Label>, Vec<_>) = std::mem::take(&mut message.handles)
            .into_iter()
            .map(|Handle { info, fd, buffered }| ((info, buffered), fd))
            .unzip();
        let pushed = if !handles.is_empty() {
            let group = labels.iter().map(|(info, _)| info.clone()).zip(handles).collect();
            let connection = self.link.wire_mut();
            connection
                .push_with_handles(meta, group, bytes.len(), fill)
                .map(drop)
        } else if now && bytes.len() > COPIED {
            self.link.push_borrowed(meta, &[&bytes])
        } else {
            self.link.wire_mut().push(meta, bytes.len(), fill)
        };
        drop(bytes);
        if let Err(error) = pushed {
            let refused = describe(&error);
            message.handles = reunite(labels, error.into_handles());
            return Err(refused.with(message));
        }
        let state = self.link.wire();
        Ok(Queued {
            number: state.settled() + state.unsettled() as u64,
            message,
            labels,
        })
    }

    /// As [`State::queue`], for a message about which there is nothing to find out. False: it is not one.
    #[cfg(feature = "stream")]
    pub(crate) fn push_plain(&mut self, message: &Message) -> bool {
        if self.node || !message.handles.is_empty() || self.fault.is_some() || self.link.is_broken() {
            return false;
        }
        let payload = message.payload.as_slice();
        if !is_whole(message.meta, payload) {
            return false;
        }
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(payload);
        let connection = self.link.wire_mut();
        connection.push(message.meta, payload.len(), fill).is_ok()
    }

    /// The peer is gone: gives back the message that was queued last, if it did not leave whole and its handles are
    /// all here.
    pub(crate) fn unqueue(&mut self, queued: Queued) -> Option<Message> {
        let Queued {
            number,
            mut message,
            labels,
        } = queued;
        if self.link.settled() >= number {
            return None;
        }
        if !labels.is_empty() {
            let mut unsent = self.link.wire_mut().take_unsent_handles();
            let own = unsent.split_off(unsent.len().checked_sub(labels.len())?);
            message.handles = reunite(labels, own);
        }
        Some(message)
    }

    /// The bytes that stand for a message, or why it cannot be sent on this wire.
    fn on_the_wire<'a>(
        &self,
        meta: Meta,
        payload: &'a [u8],
        handles: &[Handle],
    ) -> Result<Cow<'a, [u8]>, SendError> {
        if !is_whole(meta, payload) {
            // The receiver would have to close the channel, or to drop the message.
            let reason = "the message is not UTF-8, which json is";
            return Err(SendError::new(SendErrorKind::Format, reason));
        }
        let refuse = |reason: &str| Err(SendError::new(SendErrorKind::Handles, reason));
        for handle in handles {
            if let Err(error) = self.link.may_send(&handle.fd) {
                return refuse(&error.to_string());
            }
        }
        if !self.node {
            let envelope = envelope::wrap_several(meta.format, payload, handles)?;
            return Ok(envelope.map_or(Cow::Borrowed(payload), Cow::Owned));
        }
        if meta.format != self.format {
            let reason = "on Node's wire every message has the channel's one format: see Channel::format";
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
                refuse("Node's wire has no place for what was read from a socket: see Handle::buffered")
            }
            [handle] => match envelope::wrap(meta.format, &payload, &handle.info, &handle.fd) {
                Ok(Some(envelope)) => Ok(Cow::Owned(envelope)),
                Ok(None) => refuse("Node's wire has no name for handles of this kind"),
                Err(error) => Err(error.into()),
            },
            _ => refuse("Node's wire carries one handle a message: send them one by one"),
        }
    }
}

/// Whether the bytes can be what they are said to be, as far as the receiver's channel looks at them.
fn is_whole(meta: Meta, payload: &[u8]) -> bool {
    meta.format != Format::Json || std::str::from_utf8(payload).is_ok()
}

fn reunite(labels: Vec<Label>, handles: Vec<os::Handle>) -> Vec<Handle> {
    let pairs = labels.into_iter().zip(handles);
    pairs
        .map(|((info, buffered), fd)| Handle { info, fd, buffered })
        .collect()
}

fn describe<H>(error: &PushError<H>) -> SendError {
    let kind = match error {
        PushError::TooLarge { .. } => SendErrorKind::TooLarge,
        PushError::TooManyHandles { .. } => SendErrorKind::Handles,
        _ => SendErrorKind::Closed,
    };
    SendError::new(kind, error.to_string())
}

/// A line end ends the message on Node's wire. In JSON it can only be white space.
fn one_line(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\n') {
        return Cow::Borrowed(text);
    }
    let spaced = text.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte });
    Cow::Owned(spaced.collect())
}
