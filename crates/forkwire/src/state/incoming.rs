//! The receiving half: handling the events of the wire.

use forkwire_proto::{Event, Format, HandleInfo, Meta, Payload, RefuseReason, Run, is_hello};
use forkwire_sys::os;
use serde_json::value::RawValue;

use super::State;
use crate::accounting;
use crate::envelope::{self, Contents, Opened};
use crate::handle::Handle;
use crate::handle::parts::{self, Label};
use crate::link::Arrived;
use crate::message::Message;
use crate::peer::Peer;

/// The result of an event.
enum Pulled<R> {
    Taken(R),
    /// What is in the inbox now: a message with handles, unless it was refused, or several messages.
    Kept,
    Other,
}

impl State {
    /// Passes messages to `take` until it takes one; those for which it returns `None` are dropped. Small ones that follow
    /// are left in `run`. `None` if more must be read first, or the channel has ended.
    pub(crate) fn pull<R>(
        &mut self,
        run: &mut Run,
        take: &mut impl FnMut(Meta, Payload<'_>, Vec<Handle>) -> Option<R>,
    ) -> Option<R> {
        loop {
            while let Some(Message {
                meta,
                payload,
                handles,
            }) = self.unkeep()
            {
                if let Some(taken) = take(meta, Payload::Owned(payload.into()), handles) {
                    return Some(taken);
                }
            }
            if self.fault.is_none() {
                self.link.wire_mut().take_run(run);
                while let Some((meta, payload)) = run.next_message() {
                    if let Some(taken) = take(meta, Payload::Borrowed(payload), Vec::new()) {
                        return Some(taken);
                    }
                }
            }
            match self.pull_event(take)? {
                Pulled::Taken(taken) => return Some(taken),
                // The acknowledgements of one read leave together, and at once: on Node's wire the peer waits for them.
                Pulled::Kept => self.stash(),
                Pulled::Other => {}
            }
        }
    }

    /// Handles the next event. A message without handles goes straight to `take`. `None` if there is no event.
    fn pull_event<R>(
        &mut self,
        take: &mut impl FnMut(Meta, Payload<'_>, Vec<Handle>) -> Option<R>,
    ) -> Option<Pulled<R>> {
        if self.fault.is_some() {
            return None;
        }
        let event = match self.link.poll_event() {
            Ok(event) => event?,
            Err(error) => {
                self.fail(error.into());
                return None;
            }
        };
        match event {
            Event::Message { meta, payload, .. } => {
                if meta.internal {
                    let answer = accounting::answer(meta.format, payload.as_slice());
                    let is_hello = self.node && is_hello(meta.format, payload.as_slice());
                    if let Some(answer) = answer {
                        self.queue_internal(meta.format, &answer);
                        return Some(Pulled::Other);
                    }
                    if is_hello {
                        self.peer = Peer::Forkwire;
                        self.answered = true;
                        return Some(Pulled::Other);
                    }
                } else if self.peer.is_unknown() {
                    self.peer = Peer::Stock;
                    self.answered = true;
                }
                return Some(take(meta, payload, Vec::new()).map_or(Pulled::Other, Pulled::Taken));
            }
            Event::Several { payload, .. } => {
                let Ok(messages) = serde_json::from_slice::<Vec<&RawValue>>(payload.as_slice()) else {
                    // The reader gets the error when it decodes the message.
                    let taken = take(Meta::new(Format::Json), payload, Vec::new());
                    return Some(taken.map_or(Pulled::Other, Pulled::Taken));
                };
                let messages: Vec<_> = messages
                    .into_iter()
                    .map(|message| Message::new(Format::Json, message.get().as_bytes().to_vec()))
                    .collect();
                for message in messages {
                    self.keep(message);
                }
                return Some(Pulled::Kept);
            }
            Event::MessageWithHandles {
                number,
                meta,
                payload,
                handles,
                ..
            } => {
                self.take_group(number, meta, payload, handles);
                return Some(Pulled::Kept);
            }
            // Decoding it fails, because these bytes are not JSON.
            Event::Unreadable { meta, payload, .. } => {
                let taken = take(meta, Payload::Owned(payload), Vec::new());
                return Some(taken.map_or(Pulled::Other, Pulled::Taken));
            }
            Event::Refused { group, reason } => {
                if !self.take_refusal(group, reason) {
                    self.refused.push((group, reason));
                }
                self.answered = true;
            }
            Event::Acknowledged { .. } => self.answered = true,
            Event::Closed => self.finished = true,
            Event::Call {
                call,
                format,
                payload,
                ..
            } => {
                let payload = payload.into_vec().into();
                self.take_call(call, format, payload);
            }
            Event::Requests(event) => self.take_request_event(event),
            _ => {}
        }
        Some(Pulled::Other)
    }

    /// Takes all events, so that there is room to read, and acknowledgements are seen.
    pub(crate) fn stash(&mut self) {
        let mut kept = Vec::new();
        loop {
            let mut keep = |meta, payload: Payload<'_>, handles| {
                kept.push(Message {
                    meta,
                    payload: payload.into_vec().into(),
                    handles,
                });
                None::<()>
            };
            let more = self.pull_event(&mut keep).is_some();
            for message in kept.drain(..) {
                self.keep(message);
            }
            if !more {
                break;
            }
        }
        // As many as the socket takes. A peer that is gone does not need them.
        let _ = self.flush();
    }

    fn take_group(
        &mut self,
        number: u64,
        meta: Meta,
        payload: Vec<u8>,
        mut handles: Vec<(HandleInfo, os::Handle)>,
    ) {
        if self.receiver_gone {
            drop(handles);
            self.link.wire_mut().refuse(number, RefuseReason::Other);
            return;
        }
        let opened = if self.node {
            envelope::open(meta.format, &payload).map(|Opened { meta, info, payload }| {
                if let [(place, _)] = handles.as_mut_slice() {
                    *place = info;
                }
                let buffered = Vec::new();
                (meta, Contents { payload, buffered })
            })
        } else {
            envelope::open_several(meta, payload)
        };
        let Some((meta, Contents { payload, buffered })) = opened else {
            drop(handles);
            self.link.wire_mut().refuse(number, RefuseReason::Kind);
            return;
        };
        if let Some(arrived) = self.link.answer(number, handles) {
            let mut handles = Arrived::join(arrived);
            for (handle, bytes) in handles.iter_mut().zip(buffered) {
                handle.buffered = bytes;
            }
            if meta.internal && self.names.offer(&mut handles) {
                return;
            }
            self.keep(Message {
                meta,
                payload: payload.into(),
                handles,
            });
        }
    }

    /// Queues the answer to a question that the channel answers itself.
    fn queue_internal(&mut self, format: Format, payload: &[u8]) {
        let meta = Meta::new(format).with_internal(true);
        // It fails if this end is closed for sending, and then nobody waits for the answer.
        let _ = self.link.push_borrowed(meta, &[payload]);
    }
}

impl Arrived {
    /// The handles as the program has them.
    pub(super) fn join(arrived: Vec<Self>) -> Vec<Handle> {
        parts::join(arrived.into_iter().map(Self::into_labelled))
    }

    fn into_labelled(self) -> (Label, os::Handle) {
        let info = HandleInfo::from_wire(self.kind as u8, self.note);
        ((info, Vec::new()), self.fd)
    }
}
