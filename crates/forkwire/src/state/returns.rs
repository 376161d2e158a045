//! Handles that come back to their senders when the peer is gone.

use std::collections::{BTreeMap, VecDeque};

/// Which handles belong to which message. Several senders may wait at the same time, each for its own.
#[derive(Debug)]
pub(crate) struct Returns<H> {
    /// Messages with handles that may not have left: their numbers and how many handles they have.
    queued: VecDeque<(u64, usize)>,
    /// What has not left, by the numbers of the messages.
    unsent: Option<BTreeMap<u64, Vec<H>>>,
}

impl<H> Returns<H> {
    pub(crate) fn new() -> Self {
        Self {
            queued: VecDeque::new(),
            unsent: None,
        }
    }

    /// A message was queued, when `settled` messages had left.
    pub(crate) fn queued(&mut self, number: u64, handles: usize, settled: u64) {
        while self.queued.front().is_some_and(|(number, _)| *number <= settled) {
            self.queued.pop_front();
        }
        if handles > 0 {
            self.queued.push_back((number, handles));
        }
    }

    /// Whether the handles that have not left are known.
    pub(crate) fn is_open(&self) -> bool {
        self.unsent.is_some()
    }

    /// Sorts the handles that have not left, in the order of sending, by their messages. A message's handles leave
    /// together, so that the last ones are whole sets.
    pub(crate) fn open(&mut self, mut handles: Vec<H>) {
        let mut unsent = BTreeMap::new();
        while let Some((number, count)) = self.queued.pop_back() {
            let Some(start) = handles.len().checked_sub(count) else {
                break;
            };
            unsent.insert(number, handles.split_off(start));
        }
        self.unsent = Some(unsent);
    }

    /// The handles of a message. `None` if they have left.
    pub(crate) fn take(&mut self, number: u64) -> Option<Vec<H>> {
        self.unsent.as_mut()?.remove(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_gets_its_own_handles_back() {
        let mut returns = Returns::new();
        for (number, handles) in [(1, 1), (2, 0), (3, 2), (5, 3)] {
            returns.queued(number, handles, 0);
        }
        assert!(!returns.is_open());
        // The handle of the first message has left.
        returns.open(vec!["3a", "3b", "5a", "5b", "5c"]);
        assert!(returns.is_open());
        assert_eq!(returns.take(5), Some(vec!["5a", "5b", "5c"]));
        assert_eq!(returns.take(1), None);
        assert_eq!(returns.take(3), Some(vec!["3a", "3b"]));
        assert_eq!(returns.take(3), None);
    }

    #[test]
    fn messages_that_have_left_are_forgotten() {
        let mut returns = Returns::<()>::new();
        for number in 1..100 {
            returns.queued(number, 1, number - 1);
        }
        assert_eq!(returns.queued.len(), 1);
    }
}
