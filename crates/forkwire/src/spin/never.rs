//! Where the system has no cheap look at whether there is something to read, a receiver always sleeps.

use std::task::Context;

use forkwire_sys::segment::{Wait, WaitOutcome};

use crate::latency::Latency;

/// Whether a number in shared memory has changed within a moment: it is not waited for.
pub fn has_changed(_wait: &Wait, _is_wanted: impl Fn() -> bool) -> bool {
    false
}

/// As [`Wait::block`].
pub fn block(wait: &Wait) -> WaitOutcome {
    wait.block()
}

/// What a task does that has found nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)] // it never does anything else
pub(crate) enum Turn {
    Read,
    Yield,
    Sleep,
}

#[derive(Debug)]
pub(crate) struct Turns;

#[allow(clippy::unused_self)] // what spins has a state
impl Turns {
    pub(crate) fn new(_latency: Latency) -> Self {
        Self
    }

    pub(crate) fn next(&mut self, _sent: u64, _look: impl FnMut() -> bool) -> Turn {
        Turn::Sleep
    }

    pub(crate) fn received(&mut self) {}
}

pub(crate) fn after_others(_cx: &mut Context<'_>) {}
