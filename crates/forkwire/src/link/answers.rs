//! Answers for the handle groups of the peer, which it gets in the order of the groups.

use std::collections::VecDeque;

use forkwire_proto::{HandleInfo, RefuseReason, Wire};
use forkwire_sys::os;

use super::{Arrived, Link};

/// What becomes of a handle group.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Accept,
    Refuse(RefuseReason),
}

/// Answers that wait for an earlier one, which the application has not given yet.
#[derive(Debug, Default)]
pub(super) struct Answers(VecDeque<(u64, Option<Answer>)>);

impl Link {
    /// Answers for a handle group: accepts it if each handle is what its description says, with the handles' families;
    /// otherwise refuses it and closes the handles.
    pub fn answer(&mut self, group: u64, handles: Vec<(HandleInfo, os::Handle)>) -> Option<Vec<Arrived>> {
        let arrived = self.check(group, handles)?;
        self.accept(group);
        Some(arrived)
    }

    /// As [`Link::answer`], but leaves it to the application to accept the group, with [`Link::decide`].
    pub fn defer(&mut self, group: u64, handles: Vec<(HandleInfo, os::Handle)>) -> Option<Vec<Arrived>> {
        let arrived = self.check(group, handles)?;
        self.answers.0.push_back((group, None));
        Some(arrived)
    }

    /// Answers for a group whose answer was deferred. Later calls for the same group change nothing.
    pub fn decide(&mut self, group: u64, taken: bool) {
        let Some((_, answer @ None)) = self.answers.0.iter_mut().find(|(number, _)| *number == group) else {
            return;
        };
        *answer = Some(if taken {
            Answer::Accept
        } else {
            Answer::Refuse(RefuseReason::Declined)
        });
        while let Some((group, Some(answer))) = self.answers.0.front().copied() {
            self.answers.0.pop_front();
            self.tell(group, answer);
        }
    }

    /// Accepts a handle group.
    pub fn accept(&mut self, group: u64) {
        self.settle(group, Answer::Accept);
    }

    /// Refuses a handle group, whose handles are closed.
    pub fn refuse(&mut self, group: u64, reason: RefuseReason) {
        self.settle(group, Answer::Refuse(reason));
    }

    /// Answers for a message with handles that nobody will take any more, and whose handles are closed. The peer gets its own
    /// back. On Node's wire they count as taken: a refusal would only have them sent again, and a warning printed.
    pub fn discard(&mut self, group: u64) {
        match &self.wire {
            Wire::Native(_) => self.refuse(group, RefuseReason::Exit),
            Wire::Node(_) => self.accept(group),
        }
    }

    fn check(&mut self, group: u64, handles: Vec<(HandleInfo, os::Handle)>) -> Option<Vec<Arrived>> {
        let arrived: Option<Vec<_>> = handles
            .into_iter()
            .map(|(info, handle)| self.check_one(info, handle))
            .collect();
        if arrived.is_none() {
            self.refuse(group, RefuseReason::Kind);
        }
        arrived
    }

    fn settle(&mut self, group: u64, answer: Answer) {
        if self.answers.0.is_empty() {
            self.tell(group, answer);
        } else {
            self.answers.0.push_back((group, Some(answer)));
        }
    }

    fn tell(&mut self, group: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.wire.accept(group),
            Answer::Refuse(reason) => self.wire.refuse(group, reason),
        }
    }
}
