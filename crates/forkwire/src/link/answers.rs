//! Answers for the handle groups and the requests of the peer.

use forkwire_proto::{DeclineReason, HandleInfo, RefuseReason, Wire};
use forkwire_sys::Family;
use forkwire_sys::os;

use super::{Arrived, Link};

impl Link {
    /// Answers for a handle group: accepts it if each handle is what its description says, with the handles' families;
    /// otherwise refuses it and closes the handles.
    pub fn answer(&mut self, group: u64, handles: Vec<(HandleInfo, os::Handle)>) -> Option<Vec<Arrived>> {
        let arrived: Option<Vec<_>> = handles
            .into_iter()
            .map(|(info, handle)| self.check_one(info, handle))
            .collect();
        match arrived {
            Some(_) => self.accept(group),
            None => self.refuse(group, RefuseReason::Kind),
        }
        arrived
    }

    /// Accepts a handle group.
    pub fn accept(&mut self, group: u64) {
        self.wire.accept(group);
    }

    /// Refuses a handle group, whose handles are closed.
    pub fn refuse(&mut self, group: u64, reason: RefuseReason) {
        self.wire.refuse(group, reason);
    }

    /// Answers for a message with handles that nobody will take any more, and whose handles are closed. The peer gets its own
    /// back. On Node's wire they count as taken: a refusal would only have them sent again, and a warning printed.
    pub fn discard(&mut self, group: u64) {
        match &self.wire {
            Wire::Native(_) => self.refuse(group, RefuseReason::Exit),
            Wire::Node(_) => self.accept(group),
        }
    }

    /// Ends a request of the peer without a response.
    pub fn decline(&mut self, id: u64, reason: DeclineReason) {
        self.wire.decline(id, reason);
    }

    fn check_one(&mut self, info: HandleInfo, handle: os::Handle) -> Option<Arrived> {
        let arrived = Arrived::check(&self.wire, info, handle)?;
        let may_be_end = arrived.family == Some(Family::Pipe);
        (!may_be_end || !self.ends.have(&arrived.fd, &self.socket)).then_some(arrived)
    }
}
