//! The peer's requests: whether they are delivered, wait, or are declined.

use forkwire::Format;
use forkwire::link::Link;
use forkwire_proto::{Call, DeclineReason, Payload, RefuseReason, RequestEvent};
use forkwire_sys::os;

use super::Core;
use super::reader::Reader;
use crate::batch::{Batch, Item};

/// Reasons of `onCallEnd` beyond those of the wire, as `index.d.ts` documents them.
mod end {
    /// The peer has given up its request.
    pub(super) const CANCELLED_BY_PEER: u32 = 0;
    /// The response to a request of ours was lost with its handles.
    pub(super) const LOST: u32 = 256;
}

/// What becomes of requests that arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They wait, unless messages are delivered: then JavaScript has to say what becomes of them.
    #[default]
    Hold,
    Deliver,
    Decline(DeclineReason),
}

#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) mode: Mode,
    /// Requests that wait.
    pub(crate) held: Batch,
    /// Their numbers.
    ids: Vec<u64>,
}

impl Reader {
    /// Takes a request or a response without handles. If it is to be declined: its number, and why.
    pub(super) fn take_call(
        &mut self,
        call: Call,
        format: Format,
        payload: Payload<'_>,
        position: u64,
    ) -> Option<(u64, DeclineReason)> {
        let declined = self.declined(call);
        if declined.is_none() {
            self.calls(call).call(call, format, payload, position);
        }
        declined
    }

    /// Why a request is declined.
    fn declined(&self, call: Call) -> Option<(u64, DeclineReason)> {
        match (call, self.requests.mode) {
            (Call::Request(id), Mode::Decline(reason)) => Some((id, reason)),
            _ => None,
        }
    }

    /// Whether anything that the peer sends is delivered at once.
    pub(crate) fn delivers(&self) -> bool {
        self.flowing || self.requests.mode == Mode::Deliver
    }

    /// Requests that need not wait any more follow what is ready already.
    pub(super) fn release_requests(&mut self) {
        if !self.requests.ids.is_empty() && self.delivers_requests() {
            self.requests.ids = Vec::new();
            let held = std::mem::take(&mut self.requests.held);
            self.ready.append(held);
        }
    }

    fn delivers_requests(&self) -> bool {
        self.requests.mode == Mode::Deliver || (self.requests.mode == Mode::Hold && self.flowing)
    }

    /// Whether what is being received will be delivered at once: a request or a response, or otherwise a message.
    pub(super) fn takes(&self, call: Option<Call>) -> bool {
        match call {
            None => self.flowing,
            Some(Call::Request(_)) => self.requests.mode != Mode::Hold || self.flowing,
            Some(Call::Response { .. }) => true,
        }
    }

    /// Where a request goes, or a response, for which JavaScript always waits.
    fn calls(&mut self, call: Call) -> &mut Batch {
        match call {
            Call::Request(id) if !self.delivers_requests() => {
                self.requests.ids.push(id);
                &mut self.requests.held
            }
            _ => &mut self.ready,
        }
    }
}

/// Takes an event that concerns requests.
pub(super) fn take_event(reader: &mut Reader, link: &mut Link, event: RequestEvent<os::Handle>) {
    match event {
        RequestEvent::WithHandles { number, handles, .. } | RequestEvent::Late { number, handles }
            if reader.discarding =>
        {
            drop(handles);
            link.discard(number);
        }
        RequestEvent::WithHandles {
            number,
            call,
            format,
            payload,
            handles,
            position,
        } => {
            if let Some((_, declined)) = reader.declined(call) {
                drop(handles);
                link.refuse(number, refusal(declined));
                return;
            }
            match (link.answer(number, handles), call) {
                (Some(handles), _) => {
                    let batch = reader.calls(call);
                    batch.call_with_handles(call, format, payload, handles, position);
                }
                (None, Call::Response { id, .. }) => lost(reader, id),
                (None, Call::Request(_)) => {}
            }
        }
        RequestEvent::Late { number, handles } => {
            drop(handles);
            link.accept(number);
        }
        RequestEvent::ResponseLost { id } => lost(reader, id),
        // Nobody waits for it any more, wherever it is. This comes after the request, so that JavaScript knows which one is meant.
        RequestEvent::Cancelled { id } => {
            let reason = end::CANCELLED_BY_PEER;
            let batch = if reader.requests.ids.contains(&id) {
                &mut reader.requests.held
            } else {
                &mut reader.ready
            };
            batch.push(Item::CallEnd { id, reason });
        }
        RequestEvent::Declined { id, reason } => {
            let reason = u32::from(reason as u8);
            reader.ready.push(Item::CallEnd { id, reason });
        }
        _ => {}
    }
}

/// Why the handles of a request that is declined are refused. The refusal is its answer, and the requester keeps them.
fn refusal(declined: DeclineReason) -> RefuseReason {
    if declined == DeclineReason::NoHandler {
        RefuseReason::Unserved
    } else {
        RefuseReason::Exit
    }
}

fn lost(reader: &mut Reader, id: u64) {
    let reason = end::LOST;
    reader.ready.push(Item::CallEnd { id, reason });
}

impl Core {
    /// Whether JavaScript takes requests or awaits responses.
    #[cfg(unix)]
    pub(crate) fn takes_calls(&self) -> bool {
        let awaits = || self.link.as_ref().is_some_and(|link| link.wire().awaited() > 0);
        self.reader.requests.mode == Mode::Deliver || awaits()
    }

    /// What becomes of requests from now on, those that wait included.
    pub(crate) fn set_requests(&mut self, mode: Mode) {
        self.reader.requests.mode = mode;
        self.reader.release_requests();
        let Mode::Decline(reason) = mode else { return };
        let ids = std::mem::take(&mut self.reader.requests.ids);
        drop(std::mem::take(&mut self.reader.requests.held));
        for id in ids {
            self.decline(id, reason);
        }
        self.write();
    }

    pub(crate) fn decline(&mut self, id: u64, reason: DeclineReason) {
        if let Some(link) = &mut self.link {
            link.decline(id, reason);
        }
    }
}
