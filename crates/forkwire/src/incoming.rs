//! The receiving half: what becomes of what the wire tells.

use std::os::fd::OwnedFd;

use forkwire_proto::{Descriptor, Event, Meta, RefuseReason};

use crate::accounting;
use crate::channel::Channel;
use crate::envelope::{self, Opened};
use crate::error::Error;
use crate::link::Arrived;
use crate::message::Message;

impl Channel {
    pub(crate) fn take_events(&mut self) -> Result<(), Error> {
        while let Some(event) = self.link.connection().poll_event()? {
            match event {
                Event::Message { meta, payload, .. } => {
                    let payload = payload.into_vec();
                    let answer = meta.internal.then(|| accounting::answer(meta.format, &payload));
                    match answer.flatten() {
                        Some(answer) => self.queue_internal(meta.format, &answer),
                        None => self.keep(Message {
                            meta,
                            payload,
                            handles: Vec::new(),
                        }),
                    }
                }
                Event::Parcel {
                    number,
                    meta,
                    payload,
                    handles,
                    ..
                } => self.take_parcel(number, meta, payload, handles),
                // Its reader finds out by itself: these bytes are no json.
                Event::Spoiled { meta, payload, .. } => self.keep(Message {
                    meta,
                    payload,
                    handles: Vec::new(),
                }),
                Event::Refused { parcel, reason } => self.refused.push((parcel, reason)),
                Event::Acknowledged { .. } => self.link.release_answered(),
                Event::Closed => self.ended = true,
                _ => {}
            }
        }
        // Acknowledgements go out as soon as they fit; a peer that is gone does not need them.
        let _ = self.link.flush();
        Ok(())
    }

    fn take_parcel(
        &mut self,
        number: u64,
        meta: Meta,
        payload: Vec<u8>,
        mut handles: Vec<(Descriptor, OwnedFd)>,
    ) {
        let (meta, payload) = if self.node {
            let Some(opened) = envelope::open(meta.format, &payload) else {
                drop(handles);
                self.link.connection().refuse(number, RefuseReason::Kind);
                return;
            };
            let Opened {
                meta,
                descriptor,
                payload,
            } = opened;
            if let [(place, _)] = handles.as_mut_slice() {
                *place = descriptor;
            }
            (meta, payload)
        } else {
            (meta, payload)
        };
        if let Some(arrived) = self.link.answer(number, handles) {
            let handles = arrived.into_iter().map(Arrived::into_pair).collect();
            self.keep(Message {
                meta,
                payload,
                handles,
            });
        }
    }

    fn keep(&mut self, message: Message) {
        self.held += message.payload.len();
        self.inbox.push_back(message);
    }
}

impl Arrived {
    fn into_pair(self) -> (Descriptor, OwnedFd) {
        (
            Descriptor {
                kind: self.kind as u8,
                note: self.note,
            },
            self.fd,
        )
    }
}
