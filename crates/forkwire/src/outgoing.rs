//! The sending half: what is put on the wire.

use std::borrow::Cow;
use std::os::fd::OwnedFd;

use forkwire_proto::{Descriptor, Format, Meta};

use crate::channel::Channel;
use crate::envelope;
use crate::error::{Error, SendError};
use crate::message::Message;

impl Channel {
    /// Puts a message into the backlog, or straight into the socket as far as that takes it.
    pub(crate) fn queue(&mut self, message: Message) -> Result<(), SendError<Message>> {
        let Message {
            meta,
            payload,
            handles,
        } = message;
        let bytes = match self.on_the_wire(meta, &payload, &handles) {
            Ok(bytes) => bytes,
            Err((reason, source)) => {
                return Err(SendError {
                    reason,
                    source,
                    message: Some(Message {
                        meta,
                        payload,
                        handles,
                    }),
                });
            }
        };
        let descriptors: Vec<_> = handles.iter().map(|(descriptor, _)| descriptor.clone()).collect();
        let pushed = if handles.is_empty() {
            self.link.push_borrowed(meta, &[&bytes])
        } else {
            let fill = |out: &mut Vec<u8>| out.extend_from_slice(&bytes);
            self.link
                .connection()
                .push_parcel(meta, handles, bytes.len(), fill)
                .map(drop)
        };
        let Err(error) = pushed else { return Ok(()) };
        let reason = error.to_string();
        let handles = descriptors.into_iter().zip(error.into_handles()).collect();
        Err(SendError {
            reason,
            source: None,
            message: Some(Message {
                meta,
                payload,
                handles,
            }),
        })
    }

    /// The answer to a question that the channel itself answers.
    pub(crate) fn queue_internal(&mut self, format: Format, payload: &[u8]) {
        // A channel that is closed for sending has nobody who asks.
        let _ = self.link.push_borrowed(
            Meta {
                format,
                internal: true,
            },
            &[payload],
        );
    }

    /// The bytes that stand for a message, or why it cannot be sent on this wire.
    fn on_the_wire<'a>(
        &self,
        meta: Meta,
        payload: &'a [u8],
        handles: &[(Descriptor, OwnedFd)],
    ) -> Result<Cow<'a, [u8]>, (String, Option<Error>)> {
        let refuse = |reason: &str| Err((reason.to_owned(), None));
        // The receiver would have to close the channel, or to drop the message.
        if meta.format == Format::Json && std::str::from_utf8(payload).is_err() {
            return refuse("the message is not UTF-8, which json is");
        }
        if !self.node {
            return Ok(Cow::Borrowed(payload));
        }
        if meta.format != self.format {
            return refuse("on Node's wire every message has the channel's one format: see Channel::format");
        }
        let payload = if meta.format == Format::Json {
            one_line(payload)
        } else {
            Cow::Borrowed(payload)
        };
        match handles {
            [] => Ok(payload),
            [(descriptor, handle)] => match envelope::wrap(meta.format, &payload, descriptor, handle) {
                Ok(Some(envelope)) => Ok(Cow::Owned(envelope)),
                Ok(None) => refuse("Node's wire has no name for handles of this kind"),
                Err(error) => Err((error.to_string(), Some(error))),
            },
            _ => refuse("Node's wire carries one handle a message: send them one by one"),
        }
    }
}

/// A line end ends the message on Node's wire. In JSON it can only be white space.
fn one_line(text: &[u8]) -> Cow<'_, [u8]> {
    if text.contains(&b'\n') {
        text.iter()
            .map(|&byte| if byte == b'\n' { b' ' } else { byte })
            .collect::<Vec<_>>()
            .into()
    } else {
        Cow::Borrowed(text)
    }
}
