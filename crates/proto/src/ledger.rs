//! The record of handles in flight in one direction: which handle groups the receiver has answered for. The sender keeps one
//! to wait when the window is full, and the receiver keeps one to enforce the window.

use std::collections::VecDeque;

use crate::error::WireError;

/// How many handles may be unanswered at one time. At the limit the backlog waits before the next handle, so that a peer
/// that does not read holds only so many of our descriptors in the kernel. (Linux counts them against `RLIMIT_NOFILE`:
/// unix(7), `ETOOMANYREFS`.)
pub(crate) const WINDOW: usize = 512;

/// A handle group is a message with handles; handle groups are numbered from 1 in the order of sending.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Handle counts of the handle groups that were opened and not answered, oldest first.
    open: VecDeque<u32>,
    /// Handle groups answered so far. The oldest open one is `answered + 1`.
    answered: u64,
    /// The last handle group that was refused.
    refused: u64,
    /// Handles given to the transport and not answered.
    in_flight: usize,
}

impl Ledger {
    /// The record of a direction in which `answered` handle groups were opened and all of them were answered.
    pub(crate) fn resume(answered: u64) -> Self {
        Self {
            answered,
            refused: answered,
            ..Self::default()
        }
    }

    /// Records a new handle group of `count` handles and returns its number.
    pub(crate) fn open(&mut self, count: usize) -> u64 {
        self.open.push_back(u32::try_from(count).unwrap_or(u32::MAX));
        self.answered + self.open.len() as u64
    }

    /// Records `handles` as being on the wire.
    pub(crate) fn sent(&mut self, handles: usize) {
        self.in_flight += handles;
    }

    /// Whether `handles` more may go on the wire. A batch is never larger than the window, so an empty wire always has room.
    pub(crate) fn has_room(&self, handles: usize) -> bool {
        self.in_flight + handles <= WINDOW
    }

    /// The peer answered for every handle group up to `through`. It cannot answer for what was not sent.
    pub(crate) fn answer(&mut self, through: u64, position: u64) -> Result<(), WireError> {
        if through <= self.answered || through > self.answered + self.open.len() as u64 {
            return Err(WireError::malformed(
                "an acknowledgement of a handle group that is not under way",
                position,
            ));
        }
        if !self.is_sent(through) {
            return Err(WireError::malformed(
                "an acknowledgement of handles that were not sent",
                position,
            ));
        }
        self.settle(through);
        Ok(())
    }

    /// Removes every handle group up to `through`.
    pub(crate) fn settle(&mut self, through: u64) {
        while self.answered < through {
            let Some(count) = self.open.pop_front() else {
                return;
            };
            self.in_flight = self.in_flight.saturating_sub(count as usize);
            self.answered += 1;
        }
    }

    /// The peer refused `group`. Refusals come in the order of the handle groups, each before the answer that covers it.
    pub(crate) fn refuse(&mut self, group: u64, position: u64) -> Result<(), WireError> {
        if group <= self.refused || !self.is_open(group) || !self.is_sent(group) {
            return Err(WireError::malformed(
                "a refusal of a handle group that is not under way",
                position,
            ));
        }
        self.refused = group;
        Ok(())
    }

    /// Whether the handles of every open handle group up to `through` are on the wire.
    fn is_sent(&self, through: u64) -> bool {
        let mut left = self.in_flight;
        (self.answered..through).zip(&self.open).all(|(_, &count)| {
            let enough = left >= count as usize;
            left = left.saturating_sub(count as usize);
            enough
        })
    }

    /// Handle groups answered so far.
    pub(crate) fn answered(&self) -> u64 {
        self.answered
    }

    /// Whether `group` was opened and not answered.
    pub(crate) fn is_open(&self, group: u64) -> bool {
        group > self.answered && group <= self.answered + self.open.len() as u64
    }

    /// Handles given to the transport and not answered.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Handle groups that were opened and not answered.
    pub(crate) fn unanswered(&self) -> usize {
        self.open.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbered_from_one_and_answered_cumulatively() {
        let mut ledger = Ledger::default();
        assert_eq!((ledger.open(1), ledger.open(2), ledger.open(1)), (1, 2, 3));
        ledger.sent(3);
        ledger.answer(2, 0).unwrap();
        assert_eq!(ledger.unanswered(), 1);
        assert!(!ledger.is_open(2) && ledger.is_open(3) && !ledger.is_open(4));
    }

    #[test]
    fn answers_for_the_past_the_future_and_the_unsent_are_faults() {
        let mut ledger = Ledger::default();
        ledger.open(1);
        ledger.open(1);
        ledger.sent(1);
        ledger.answer(1, 0).unwrap();
        assert!(ledger.answer(1, 0).is_err(), "twice");
        assert!(ledger.answer(3, 0).is_err(), "never opened");
        assert!(ledger.answer(2, 0).is_err(), "opened but not sent");
    }

    #[test]
    fn refusals_name_sent_groups_once_and_in_order() {
        let mut ledger = Ledger::default();
        for number in 1..=4 {
            assert_eq!(ledger.open(2), number);
        }
        ledger.sent(6);
        assert!(ledger.refuse(0, 0).is_err(), "no group");
        ledger.refuse(2, 0).unwrap();
        assert!(ledger.refuse(2, 0).is_err(), "twice");
        assert!(ledger.refuse(1, 0).is_err(), "out of order");
        assert!(ledger.refuse(4, 0).is_err(), "opened but not sent");
        ledger.answer(3, 0).unwrap();
        assert!(ledger.refuse(3, 0).is_err(), "answered");
        assert_eq!(
            (ledger.answered(), ledger.unanswered(), ledger.in_flight()),
            (3, 1, 0)
        );
    }

    #[test]
    fn the_window_closes_and_opens_again() {
        let mut ledger = Ledger::default();
        ledger.open(WINDOW);
        assert!(ledger.has_room(WINDOW));
        ledger.sent(WINDOW);
        assert!(!ledger.has_room(1));
        ledger.answer(1, 0).unwrap();
        assert!(ledger.has_room(WINDOW));
    }
}
