//! What arrives of requests: those of the peer, and the answers to those of this end.

use bytes::Bytes;
use forkwire_proto::{Call, DeclineReason, Format, HandleInfo, Meta, RefuseReason, RequestEvent};
use forkwire_sys::os;

use super::requests::Serves;
use super::{Answer, Asked, OVERHEAD, State};
use crate::envelope::{self, Contents};
use crate::handle::Handle;
use crate::link::Arrived;

/// A payload with its handles.
type Group = (Vec<u8>, Vec<(HandleInfo, os::Handle)>);

impl State {
    /// Whether requests that arrive are declined.
    fn declines(&self) -> bool {
        self.receiver_gone || self.requests.serves == Serves::No
    }

    pub(super) fn take_call(&mut self, call: Call, format: Format, payload: Bytes) {
        match call {
            Call::Request(id) if self.declines() => self.link.decline(id, DeclineReason::NoHandler),
            _ => self.keep_call(call, format, payload, Vec::new()),
        }
    }

    fn keep_call(&mut self, call: Call, format: Format, payload: Bytes, handles: Vec<Handle>) {
        match call {
            Call::Request(id) => {
                self.held += payload.len() + OVERHEAD;
                self.held_handles += handles.len();
                self.requests.asked.push_back(Asked {
                    id,
                    format,
                    payload,
                    handles,
                });
            }
            Call::Response { id, failed } => self.answer(
                id,
                Answer::Response {
                    format,
                    failed,
                    payload,
                    handles,
                },
            ),
        }
    }

    /// A request or a response with handles. A refusal of a request's is its answer.
    fn take_call_with_handles(&mut self, number: u64, call: Call, meta: Meta, group: Group) {
        let (payload, handles) = group;
        if matches!(call, Call::Request(_)) && self.declines() {
            drop(handles);
            self.link.wire_mut().refuse(number, RefuseReason::Unserved);
            return;
        }
        let taken = if let Some((_, contents)) = envelope::open_several(meta, payload) {
            let arrived = self.link.answer(number, handles);
            arrived.map(|arrived| (contents, Arrived::join(arrived)))
        } else {
            drop(handles);
            self.link.wire_mut().refuse(number, RefuseReason::Kind);
            None
        };
        match (taken, call) {
            (Some((Contents { payload, buffered }, mut handles)), _) => {
                for (handle, bytes) in handles.iter_mut().zip(buffered) {
                    handle.buffered = bytes;
                }
                self.keep_call(call, meta.format, payload.into(), handles);
            }
            (None, Call::Response { id, .. }) => self.answer(id, Answer::Lost),
            (None, Call::Request(_)) => {}
        }
    }

    pub(super) fn take_request_event(&mut self, event: RequestEvent<os::Handle>) {
        match event {
            RequestEvent::WithHandles {
                number,
                call,
                format,
                payload,
                handles,
                ..
            } => self.take_call_with_handles(number, call, Meta::new(format), (payload, handles)),
            RequestEvent::Late { number, handles } => {
                drop(handles);
                self.link.wire_mut().accept(number);
            }
            RequestEvent::Cancelled { id } => {
                if let Some(at) = self.requests.asked.iter().position(|asked| asked.id == id)
                    && let Some(asked) = self.requests.asked.remove(at)
                {
                    self.uncount(&asked);
                }
                self.answered = true;
            }
            RequestEvent::Declined { id, reason } => self.answer(id, Answer::Declined(reason)),
            RequestEvent::ResponseLost { id } => self.answer(id, Answer::Lost),
            _ => {}
        }
    }

    /// The peer has refused a handle group. If it belonged to a request, that is its answer. Returns whether it did.
    pub(super) fn take_refusal(&mut self, group: u64, reason: RefuseReason) -> bool {
        let mut awaited = self.requests.awaited.iter();
        let Some((&id, _)) = awaited.find(|(_, awaited)| awaited.group == Some(group)) else {
            return false;
        };
        let answer = match reason {
            RefuseReason::Unserved => Answer::Declined(DeclineReason::NoHandler),
            RefuseReason::Exit => Answer::Declined(DeclineReason::Closing),
            _ => Answer::Lost,
        };
        self.answer(id, answer);
        true
    }

    fn answer(&mut self, id: u64, answer: Answer) {
        if let Some(awaited) = self.requests.awaited.get_mut(&id) {
            if let Answer::Response { handles, .. } = &answer {
                self.held_handles += handles.len();
            }
            awaited.answer = Some(answer);
            self.answered = true;
        }
    }
}
