//! Requests in both directions, as far as this end has to remember them.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use forkwire_proto::{Call, DeclineReason, Format, PushError, RefuseReason, RequestEvent};
use forkwire_sys::os;

use super::{OVERHEAD, State};

/// What came in answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Response {
        format: Format,
        failed: bool,
        payload: Bytes,
    },
    Declined(DeclineReason),
    /// It came with handles, which this end does not take.
    Lost,
}

/// A request of the peer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: u64,
    pub(crate) format: Format,
    pub(crate) payload: Bytes,
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
    /// Requests of this end that are awaited, each with the number of its message.
    awaited: HashMap<u64, (u64, Option<Answer>)>,
    asked: VecDeque<Asked>,
    serves: Serves,
}

impl State {
    /// Queues a request, and returns its number.
    pub(crate) fn queue_request(
        &mut self,
        format: Format,
        payload: &[u8],
    ) -> Result<u64, PushError<os::Handle>> {
        let id = self.link.push_request_borrowed(format, &[payload])?;
        let message = self.pushed();
        self.requests.awaited.insert(id, (message, None));
        Ok(id)
    }

    /// The answer, if it is there. The request is over then.
    pub(crate) fn take_answer(&mut self, id: u64) -> Option<Answer> {
        let (_, answer) = self.requests.awaited.get_mut(&id)?;
        let answer = answer.take()?;
        self.requests.awaited.remove(&id);
        Some(answer)
    }

    /// The peer is gone without an answer. Whether it may have got the request.
    pub(crate) fn abandon_request(&mut self, id: u64) -> bool {
        let message = self.requests.awaited.remove(&id);
        message.is_none_or(|(message, _)| message <= self.link.settled())
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn cancel_request(&mut self, id: u64) {
        if self.requests.awaited.remove(&id).is_some()
            && let Some(connection) = self.link.wire_mut().native_mut()
        {
            connection.cancel(id);
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
        self.held -= asked.payload.len() + OVERHEAD;
        Some(asked)
    }

    pub(super) fn decline_all(&mut self) {
        self.requests.serves = Serves::No;
        while let Some(asked) = self.take_asked() {
            self.link.decline(asked.id, DeclineReason::Closing);
        }
    }

    /// Whether a request of the peer can still be answered.
    pub(crate) fn is_asked(&self, id: u64) -> bool {
        self.link
            .wire()
            .native()
            .is_some_and(|connection| connection.is_serving(id))
    }

    pub(super) fn take_call(&mut self, call: Call, format: Format, payload: Bytes) {
        match call {
            Call::Request(id) if self.receiver_gone || self.requests.serves == Serves::No => {
                self.link.decline(id, DeclineReason::NoHandler);
            }
            Call::Request(id) => {
                self.held += payload.len() + OVERHEAD;
                self.requests.asked.push_back(Asked { id, format, payload });
            }
            Call::Response { id, failed } => self.answer(
                id,
                Answer::Response {
                    format,
                    failed,
                    payload,
                },
            ),
        }
    }

    pub(super) fn take_request_event(&mut self, event: RequestEvent<os::Handle>) {
        match event {
            RequestEvent::WithHandles {
                number,
                call,
                handles,
                ..
            } => {
                drop(handles);
                self.link.wire_mut().refuse(number, RefuseReason::Other);
                if let Call::Response { id, .. } = call {
                    self.answer(id, Answer::Lost);
                }
            }
            RequestEvent::Late { number, handles } => {
                drop(handles);
                self.link.wire_mut().accept(number);
            }
            RequestEvent::Cancelled { id } => {
                if let Some(at) = self.requests.asked.iter().position(|asked| asked.id == id)
                    && let Some(asked) = self.requests.asked.remove(at)
                {
                    self.held -= asked.payload.len() + OVERHEAD;
                }
                self.answered = true;
            }
            RequestEvent::Declined { id, reason } => self.answer(id, Answer::Declined(reason)),
            RequestEvent::ResponseLost { id } => self.answer(id, Answer::Lost),
            _ => {}
        }
    }

    fn answer(&mut self, id: u64, answer: Answer) {
        if let Some((_, place)) = self.requests.awaited.get_mut(&id) {
            *place = Some(answer);
            self.answered = true;
        }
    }
}
