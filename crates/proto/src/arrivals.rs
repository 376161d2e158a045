//! The receiver's side of handle passing: handles that the transport delivered and that wait for their frames.

use std::collections::VecDeque;

use crate::error::WireError;
use crate::handle::MAX_HANDLES;

/// The most handles that may wait for their frames. The frames of an honest peer come with their handles, so this is generous.
const MAX_WAITING: usize = 4 * MAX_HANDLES;

/// Handles as they arrived: in batches (one per ancillary transfer), then announced by a handles frame, then drawn by
/// the messages that follow it.
#[derive(Debug)]
pub(crate) struct Arrivals<H> {
    batches: VecDeque<Batch<H>>,
    waiting: usize,
    /// Announced handles. `None` is one that the kernel dropped.
    announced: VecDeque<Option<H>>,
}

#[derive(Debug)]
struct Batch<H> {
    handles: Vec<H>,
    cut: bool,
}

impl<H> Default for Arrivals<H> {
    fn default() -> Self {
        Self {
            batches: VecDeque::new(),
            waiting: 0,
            announced: VecDeque::new(),
        }
    }
}

impl<H> Arrivals<H> {
    /// Whether no handle waits for its message.
    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.announced.is_empty()
    }

    /// Takes one ancillary transfer. `cut` says that the kernel dropped some or all of its handles (`MSG_CTRUNC`).
    pub(crate) fn arrive(&mut self, handles: Vec<H>, cut: bool, position: u64) -> Result<(), WireError> {
        if handles.is_empty() && !cut {
            return Ok(());
        }
        self.waiting += handles.len();
        self.batches.push_back(Batch { handles, cut });
        if self.waiting > MAX_WAITING || self.batches.len() > MAX_WAITING {
            return Err(WireError::malformed("handles that no frame announces", position));
        }
        Ok(())
    }

    /// A handles frame announced `count`: pairs the oldest batch with it.
    pub(crate) fn announce(&mut self, count: u8, position: u64) -> Result<(), WireError> {
        let count = usize::from(count);
        if count == 0 {
            return Err(WireError::malformed(
                "a handles frame that announces none",
                position,
            ));
        }
        let Some(batch) = self.batches.pop_front() else {
            return Err(WireError::malformed(
                "handles announced that did not come",
                position,
            ));
        };
        let got = batch.handles.len();
        self.waiting -= got;
        if got > count {
            return Err(WireError::malformed("more handles than announced", position));
        }
        if got < count && !batch.cut {
            return Err(WireError::malformed("fewer handles than announced", position));
        }
        // The kernel installs descriptors in order and stops at the first failure: what is missing is the end.
        self.announced.extend(batch.handles.into_iter().map(Some));
        self.announced.extend((got..count).map(|_| None));
        Ok(())
    }

    /// A message claims the next `count` announced handles. `Ok(None)` if some of them were dropped on the way. The others are
    /// dropped here, which closes them.
    pub(crate) fn draw(&mut self, count: u8, position: u64) -> Result<Option<Vec<H>>, WireError> {
        let count = usize::from(count);
        if self.announced.len() < count {
            return Err(WireError::malformed(
                "a message with more handles than were announced",
                position,
            ));
        }
        Ok(self.announced.drain(..count).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_drawn_in_the_order_they_came() {
        let mut arrivals = Arrivals::default();
        arrivals.arrive(vec![1, 2], false, 0).unwrap();
        arrivals.arrive(vec![3], false, 0).unwrap();
        arrivals.announce(2, 0).unwrap();
        arrivals.announce(1, 0).unwrap();
        assert_eq!(arrivals.draw(1, 0), Ok(Some(vec![1])));
        assert_eq!(arrivals.draw(2, 0), Ok(Some(vec![2, 3])));
    }

    #[test]
    fn a_cut_batch_costs_only_the_messages_whose_handles_are_missing() {
        let mut arrivals = Arrivals::default();
        arrivals.arrive(vec![1], true, 0).unwrap();
        arrivals.arrive(vec![9], false, 0).unwrap();
        arrivals.announce(3, 0).unwrap();
        arrivals.announce(1, 0).unwrap();
        assert_eq!(arrivals.draw(1, 0), Ok(Some(vec![1])));
        assert_eq!(arrivals.draw(2, 0), Ok(None));
        assert_eq!(arrivals.draw(1, 0), Ok(Some(vec![9])));
    }

    #[test]
    fn announcements_and_arrivals_must_agree() {
        let mut arrivals = Arrivals::<u32>::default();
        assert!(arrivals.announce(1, 0).is_err(), "nothing came");
        arrivals.arrive(vec![1, 2], false, 0).unwrap();
        assert!(arrivals.announce(1, 0).is_err(), "too many came");
        arrivals.arrive(vec![1], false, 0).unwrap();
        assert!(arrivals.announce(2, 0).is_err(), "too few came");
        assert!(arrivals.draw(1, 0).is_err(), "none announced");
    }

    #[test]
    fn unannounced_handles_are_bounded() {
        let mut arrivals = Arrivals::default();
        let result = (0..=MAX_WAITING).try_for_each(|n| arrivals.arrive(vec![n], false, 0));
        assert!(result.is_err());
    }
}
