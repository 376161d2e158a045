//! The record of requests in both directions: which of ours await an answer, and which of the peer's are being served.
//!
//! Requests of a direction are numbered from 1, without gaps. Each ends exactly once, with a response or with a decline,
//! and a cancelled one does too. So an answer that nothing waits for is a fault, unless its request was cancelled.

mod numbered;
mod outstanding;
mod serving;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

pub(crate) use self::outstanding::Outstanding;
pub(crate) use self::serving::Serving;
use crate::error::{PushError, WireError};
use crate::event::{DeclineReason, RequestEvent};

/// The reason with which a requester gives up a request.
pub(crate) const CANCEL: u8 = 0;

/// Requests of one direction that may be under way at the same time. The responder counts a request until the transport
/// has taken its answer, so that a peer that does not read its answers cannot make them pile up without bound.
pub const MAX_REQUESTS: usize = 65_536;

/// Where the handles of a request lead: the handle group, and the request.
type Groups = VecDeque<(u64, u64)>;

/// The requests of a connection, in both directions.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) ours: Outstanding,
    pub(crate) theirs: Serving,
}

impl Requests {
    /// Whether no request is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.ours.is_idle() && self.theirs.is_idle()
    }

    /// Whether one more request may be sent.
    pub(crate) fn check_room<H>(&self) -> Result<(), PushError<H>> {
        if self.ours.has_room() {
            return Ok(());
        }
        Err(PushError::TooManyRequests { handles: Vec::new() })
    }

    /// Whether request `id` of the peer can be answered.
    pub(crate) fn check_awaited<H>(&self, id: u64) -> Result<(), PushError<H>> {
        if self.theirs.is_open(id) {
            return Ok(());
        }
        Err(PushError::NotAwaited { handles: Vec::new() })
    }

    /// Whether requests end without a response, and the peer can be told so now that `settled` messages have left.
    pub(crate) fn has_ends(&self, settled: u64) -> bool {
        self.theirs.has_declines() || self.ours.has_cancels(settled)
    }

    /// The next request that ends without a response, with the reason for the peer.
    pub(crate) fn next_end(&mut self, settled: u64) -> Option<(u64, u8)> {
        if let Some((id, reason)) = self.theirs.next_decline() {
            return Some((id, reason as u8));
        }
        self.ours.next_cancel(settled).map(|id| (id, CANCEL))
    }

    /// The peer ends a request without a response. Either end does so for requests of one direction, and the reason says which.
    pub(crate) fn end<H>(
        &mut self,
        id: u64,
        reason: u8,
        position: u64,
    ) -> Result<Option<RequestEvent<H>>, WireError> {
        if reason == CANCEL {
            let open = self.theirs.cancel(id, position)?;
            return Ok(open.then_some(RequestEvent::Cancelled { id }));
        }
        let awaited = self.ours.answer(id, position)? == Answered::Awaited;
        let reason = DeclineReason::from_byte(reason);
        Ok(awaited.then_some(RequestEvent::Declined { id, reason }))
    }
}

/// What an answer means to this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    Awaited,
    /// Its request was cancelled.
    Late,
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
