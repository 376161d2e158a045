//! The record of our requests: which of them await an answer.

use std::collections::VecDeque;

use super::numbered::NumberMap;
use super::{Answered, Groups, MAX_REQUESTS, take};
use crate::error::WireError;

/// Our requests.
#[derive(Debug, Default)]
pub(crate) struct Outstanding {
    /// Requests begun so far: the number of the last one.
    begun: u64,
    open: NumberMap<Open>,
    /// Those among `open` that were cancelled.
    cancelled: usize,
    /// Cancellations that are not on the wire, each with the number of the message that its request is.
    cancels: VecDeque<(u64, u64)>,
    pub(super) groups: Groups,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    /// With the number of the message that the request is.
    Awaited(u64),
    Cancelled,
}

impl Outstanding {
    /// The record of an end that has begun so many requests, none of which is under way.
    pub(crate) fn resume(begun: u64) -> Self {
        Self {
            begun,
            ..Self::default()
        }
    }

    /// Requests begun so far.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    /// Whether no request is under way, cancelled ones included.
    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_empty() && self.cancels.is_empty()
    }

    /// Whether one more request may be sent.
    pub(crate) fn has_room(&self) -> bool {
        self.open.len() < MAX_REQUESTS
    }

    /// Books the request that is message number `message` of this end. Returns its number.
    pub(crate) fn begin(&mut self, message: u64) -> u64 {
        self.begun += 1;
        self.open.insert(self.begun, Open::Awaited(message));
        self.begun
    }

    /// The number that the next request gets.
    pub(crate) fn next(&self) -> u64 {
        self.begun + 1
    }

    /// Books the handle group of the request that was begun last.
    pub(crate) fn carry(&mut self, group: u64) {
        self.groups.push_back((group, self.begun));
    }

    /// Gives a request up. False if it is not awaited.
    pub(crate) fn cancel(&mut self, id: u64) -> bool {
        let Some(state) = self.open.get_mut(&id) else {
            return false;
        };
        let Open::Awaited(message) = *state else {
            return false;
        };
        *state = Open::Cancelled;
        self.cancelled += 1;
        self.cancels.push_back((id, message));
        true
    }

    /// The next cancellation that may leave: one whose request has left whole, as `settled` messages have.
    pub(crate) fn next_cancel(&mut self, settled: u64) -> Option<u64> {
        let ready = |(_, message): &mut (u64, u64)| *message <= settled;
        // Requests leave in order; a cancellation that waits for its request holds back those of later ones only for now.
        let at = self.cancels.iter_mut().position(ready)?;
        self.cancels.remove(at).map(|(id, _)| id)
    }

    /// Whether cancellations wait that may leave.
    pub(crate) fn has_cancels(&self, settled: u64) -> bool {
        self.cancels.iter().any(|(_, message)| *message <= settled)
    }

    /// The peer has answered, or declined.
    pub(crate) fn answer(&mut self, id: u64, position: u64) -> Result<Answered, WireError> {
        match self.open.remove(&id) {
            Some(Open::Awaited(_)) => Ok(Answered::Awaited),
            Some(Open::Cancelled) => {
                self.cancelled -= 1;
                self.cancels.retain(|(cancelled, _)| *cancelled != id);
                Ok(Answered::Late)
            }
            None => Err(WireError::malformed(
                "an answer to a request that is not under way",
                position,
            )),
        }
    }

    /// The peer has refused a handle group. If it belonged to a request, that is over.
    pub(crate) fn refused(&mut self, group: u64) {
        if let Some(id) = take(&mut self.groups, group) {
            self.forget(id);
        }
    }

    /// The peer has answered for all handle groups up to this one.
    pub(crate) fn acknowledged(&mut self, through: u64) {
        while self.groups.front().is_some_and(|(group, _)| *group <= through) {
            self.groups.pop_front();
        }
    }

    fn forget(&mut self, id: u64) {
        if matches!(self.open.remove(&id), Some(Open::Cancelled)) {
            self.cancelled -= 1;
            self.cancels.retain(|(cancelled, _)| *cancelled != id);
        }
    }

    /// Requests that await an answer.
    pub(crate) fn awaited(&self) -> usize {
        self.open.len() - self.cancelled
    }
}
