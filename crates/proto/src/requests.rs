//! The record of requests in both directions: which of ours await an answer, and which of the peer's are being served.
//!
//! Requests of a direction are numbered from 1, without gaps. Each ends exactly once, with a response or with a decline,
//! and a cancelled one does too. So an answer that nothing waits for is a fault, unless its request was cancelled.

mod numbered;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::error::WireError;
use crate::event::DeclineReason;

use self::numbered::{NumberMap, NumberSet};

/// Requests of one direction that may be under way at the same time. The responder counts a request until the transport
/// has taken its answer, so that a peer that does not read its answers cannot make them pile up without bound.
pub const MAX_REQUESTS: usize = 65_536;

/// Where the handles of a request lead: the handle group, and the request.
type Groups = VecDeque<(u64, u64)>;

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
    groups: Groups,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    /// With the number of the message that the request is.
    Awaited(u64),
    Cancelled,
}

/// What an answer means to this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    Awaited,
    /// Its request was cancelled.
    Late,
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
    groups: Groups,
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

/// Takes the request of a handle group. Groups are answered in order, and refused in order.
fn take(groups: &mut Groups, group: u64) -> Option<u64> {
    let at = groups.iter().position(|(number, _)| *number >= group)?;
    let (number, id) = groups[at];
    if number != group {
        return None;
    }
    groups.remove(at);
    Some(id)
}
