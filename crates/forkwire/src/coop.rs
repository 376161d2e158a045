//! tokio's cooperative budget. A task whose channel is always ready yields now and then, so that others run.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use tokio::task::coop;

/// Polls `poll` if the task has budget left, and otherwise has it polled again soon. Progress costs one unit.
pub(crate) fn poll_within_budget<T>(
    cx: &mut Context<'_>,
    poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    pin!(coop::cooperative(poll_fn(poll))).poll(cx)
}

/// Waits until the task has budget, and takes one unit.
pub(crate) async fn take_budget() {
    coop::consume_budget().await;
}

/// Steps for one unit of the budget. A small message that is in memory already takes a fraction of the time of a read or a
/// write, for which the unit is meant.
const STEPS: u8 = 8;

/// The small steps that a unit of the budget still pays for.
#[derive(Debug, Default)]
pub(crate) struct Steps(u8);

impl Steps {
    /// A unit was taken.
    #[inline]
    pub(crate) fn renew(&mut self) {
        self.0 = STEPS - 1;
    }

    /// Takes a step. False if it needs a unit.
    #[inline]
    pub(crate) fn take(&mut self) -> bool {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}
