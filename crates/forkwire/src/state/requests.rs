//! Requests in both directions, as far as this end has to remember them.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use forkwire_proto::{DeclineReason, Format, HandleInfo, Meta, PushError, Wire};
use forkwire_sys::os;

use super::{OVERHEAD, Outgoing, State, describe};
use crate::error::{SendError, SendErrorKind};
use crate::handle::Handle;
use crate::handle::parts;

/// What came in answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Response {
        format: Format,
        failed: bool,
        payload: Bytes,
        handles: Vec<Handle>,
    },
    Declined(DeclineReason),
    /// Its handles could not be taken, at this end or, of the request, at the other.
    Lost,
}

/// A request of the peer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: u64,
    pub(crate) format: Format,
    pub(crate) payload: Bytes,
    pub(crate) handles: Vec<Handle>,
}

/// A request of this end.
#[derive(Debug)]
pub(super) struct Awaited {
    /// The number of its message.
    message: u64,
    /// The number of its handle group.
    pub(super) group: Option<u64>,
    pub(super) answer: Option<Answer>,
}

/// Whether requests of the peer are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Serves {
    /// The program has not received anything yet.
    #[default]
    Undecided,
    Yes,
    /// It receives messages only.
    No,
}

#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(super) awaited: HashMap<u64, Awaited>,
    pub(super) asked: VecDeque<Asked>,
    pub(super) serves: Serves,
}

impl State {
    /// Queues a request, and returns its number.
    pub(crate) fn queue_request(&mut self, mut request: Outgoing<Vec<u8>>) -> Result<u64, SendError> {
        if self.node && !request.handles.is_empty() {
            return Err(no_handles().with(request.into_message()));
        }
        let format = request.meta.format;
        let queued = if request.handles.is_empty() {
            let pushed = self.link.push_request_borrowed(format, &[&request.payload]);
            pushed.map(|id| (id, None)).map_err(|error| describe(&error))
        } else {
            self.queue_handles(&mut request, |wire, group, bytes| {
                let fill = |out: &mut Vec<u8>| out.extend_from_slice(bytes);
                let pushed = wire.push_request_with_handles(format, group, bytes.len(), fill);
                pushed.map(|(id, group)| (id, Some(group)))
            })
        };
        let (id, group) = queued.map_err(|error| error.with(request.into_message()))?;
        let awaited = Awaited {
            message: self.pushed(),
            group,
            answer: None,
        };
        self.requests.awaited.insert(id, awaited);
        Ok(id)
    }

    /// Queues the answer to a request of the peer. If nothing waits for it any more, it is dropped.
    pub(crate) fn queue_response(
        &mut self,
        id: u64,
        failed: bool,
        format: Format,
        payload: &[u8],
        handles: Vec<Handle>,
    ) -> Result<(), SendError> {
        if !self.is_asked(id) {
            return Ok(());
        }
        if handles.is_empty() {
            let pushed = self.link.push_response_borrowed(id, failed, format, &[payload]);
            return pushed.map_err(|error| describe(&error));
        }
        let mut response = Outgoing::encoded(Meta::new(format), payload.to_vec(), handles);
        if self.node {
            return Err(no_handles().with(response.into_message()));
        }
        let queued = self.queue_handles(&mut response, |wire, group, bytes| {
            let fill = |out: &mut Vec<u8>| out.extend_from_slice(bytes);
            wire.push_response_with_handles(id, format, group, bytes.len(), fill)
        });
        queued
            .map(drop)
            .map_err(|error| error.with(response.into_message()))
    }

    /// Queues a request or a response with handles by `push`, and takes them from it.
    fn queue_handles<R>(
        &mut self,
        outgoing: &mut Outgoing<Vec<u8>>,
        push: impl FnOnce(
            &mut Wire<os::Handle>,
            Vec<(HandleInfo, os::Handle)>,
            &[u8],
        ) -> Result<R, PushError<os::Handle>>,
    ) -> Result<R, SendError> {
        let bytes = self.on_the_wire(outgoing.meta, &outgoing.payload, &outgoing.handles)?;
        let (labels, handles) = parts::split(std::mem::take(&mut outgoing.handles));
        let infos = labels.iter().map(|(info, _)| info.clone());
        let group = infos.zip(handles).collect();
        match push(self.link.wire_mut(), group, &bytes) {
            Ok(pushed) => {
                let number = self.pushed();
                self.returns.queued(number, labels.len(), self.link.settled());
                Ok(pushed)
            }
            Err(error) => {
                let refused = describe(&error);
                drop(bytes);
                outgoing.handles = parts::join(labels.into_iter().zip(error.into_handles()));
                Err(refused)
            }
        }
    }

    /// The answer, if it is there. The request is over then.
    pub(crate) fn take_answer(&mut self, id: u64) -> Option<Answer> {
        self.requests.awaited.get(&id)?.answer.as_ref()?;
        self.forget_awaited(id)?.answer
    }

    /// The peer is gone without an answer. Whether it may have got the request.
    pub(crate) fn abandon_request(&mut self, id: u64) -> bool {
        let awaited = self.forget_awaited(id);
        awaited.is_none_or(|awaited| awaited.message <= self.link.settled())
    }

    fn forget_awaited(&mut self, id: u64) -> Option<Awaited> {
        let awaited = self.requests.awaited.remove(&id)?;
        if let Some(Answer::Response { handles, .. }) = &awaited.answer {
            self.held_handles -= handles.len();
        }
        Some(awaited)
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn cancel_request(&mut self, id: u64) {
        if self.forget_awaited(id).is_some() {
            self.link.wire_mut().cancel(id);
            // As far as the socket takes it. The rest leaves with the next call that waits.
            let _ = self.flush();
        }
    }

    /// The program takes requests from now on.
    pub(crate) fn take_requests(&mut self) {
        self.requests.serves = Serves::Yes;
    }

    /// The program receives messages. If it has never taken requests, they are declined.
    pub(crate) fn decide_on_requests(&mut self) {
        if self.requests.serves != Serves::Undecided {
            return;
        }
        self.requests.serves = Serves::No;
        while let Some(asked) = self.take_asked() {
            self.link.decline(asked.id, DeclineReason::NoHandler);
        }
    }

    /// The next request of the peer.
    pub(crate) fn take_asked(&mut self) -> Option<Asked> {
        let asked = self.requests.asked.pop_front()?;
        self.uncount(&asked);
        Some(asked)
    }

    pub(super) fn uncount(&mut self, asked: &Asked) {
        self.held -= asked.payload.len() + OVERHEAD;
        self.held_handles -= asked.handles.len();
    }

    pub(super) fn decline_all(&mut self) {
        self.requests.serves = Serves::No;
        while let Some(asked) = self.take_asked() {
            self.link.decline(asked.id, DeclineReason::Closing);
        }
    }

    /// Whether a request of the peer can still be answered.
    pub(crate) fn is_asked(&self, id: u64) -> bool {
        self.link.wire().is_serving(id)
    }
}

fn no_handles() -> SendError {
    SendError::new(
        SendErrorKind::Wire,
        "on Node's own wire, requests and their answers carry no handles: send these as messages, or use the native wire",
    )
}
