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
