//! The record of the peer's requests: which of them have to be answered.

use std::collections::VecDeque;

use super::numbered::NumberSet;
use super::{Groups, MAX_REQUESTS, take};
use crate::error::WireError;
use crate::event::DeclineReason;

/// The peer's requests.
#[derive(Debug, Default)]
pub(crate) struct Serving {
    /// Requests received so far: the number of the last one.
    received: u64,
    open: NumberSet,
    /// The numbers of the messages that are answers, and that the transport may not have taken.
    unsent: VecDeque<u64>,
    /// Declines that are not on the wire.
    declines: VecDeque<(u64, DeclineReason)>,
    pub(super) groups: Groups,
}

impl Serving {
    /// The record of an end that has received so many requests, all of which are over.
    pub(crate) fn resume(received: u64) -> Self {
        Self {
            received,
            ..Self::default()
        }
    }

    /// Requests received so far.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Whether every request was answered.
    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty() && self.declines.is_empty()
    }

    /// The peer has sent a request. `settled` messages of this end have left.
    pub(crate) fn receive(&mut self, id: u64, settled: u64, position: u64) -> Result<(), WireError> {
        if id != self.received + 1 {
            return Err(WireError::malformed("a request out of order", position));
        }
        while self.unsent.front().is_some_and(|message| *message <= settled) {
            self.unsent.pop_front();
        }
        if self.open.len() + self.unsent.len() + self.declines.len() >= MAX_REQUESTS {
            let what = "more requests under way than one channel allows";
            return Err(WireError::malformed(what, position));
        }
        self.received = id;
        self.open.insert(id);
        Ok(())
    }

    /// Books the handle group of the request that was received last.
    pub(crate) fn carry(&mut self, group: u64) {
        self.groups.push_back((group, self.received));
    }

    /// Whether a request can be answered: it was not answered, declined or cancelled.
    pub(crate) fn is_open(&self, id: u64) -> bool {
        self.open.contains(&id)
    }

    /// Message number `message` of this end answers a request that is open.
    pub(crate) fn answer(&mut self, id: u64, message: u64) {
        if self.open.remove(&id) {
            self.unsent.push_back(message);
        }
    }

    /// Answers a request without a response. False if it is not open.
    pub(crate) fn decline(&mut self, id: u64, reason: DeclineReason) -> bool {
        let open = self.open.remove(&id);
        if open {
            self.declines.push_back((id, reason));
        }
        open
    }

    /// The peer has cancelled a request. False if that has no effect, because the answer is on its way.
    pub(crate) fn cancel(&mut self, id: u64, position: u64) -> Result<bool, WireError> {
        if id == 0 || id > self.received {
            return Err(WireError::malformed(
                "a cancellation of a request that was not sent",
                position,
            ));
        }
        Ok(self.decline(id, DeclineReason::Cancelled))
    }

    pub(crate) fn next_decline(&mut self) -> Option<(u64, DeclineReason)> {
        self.declines.pop_front()
    }

    pub(crate) fn has_declines(&self) -> bool {
        !self.declines.is_empty()
    }

    /// This end has taken a handle group.
    pub(crate) fn accepted(&mut self, group: u64) {
        take(&mut self.groups, group);
    }

    /// This end has refused a handle group. If it belonged to a request, the refusal is the answer.
    pub(crate) fn refused(&mut self, group: u64) {
        if let Some(id) = take(&mut self.groups, group) {
            self.forget(id);
        }
    }

    /// Something else answers for a request.
    pub(crate) fn forget(&mut self, id: u64) {
        self.open.remove(&id);
    }

    /// Requests that this end has to answer.
    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }
}
