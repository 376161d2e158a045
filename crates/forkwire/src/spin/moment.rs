//! Waiting a moment for a number in shared memory, before the thread sleeps or has another one wait.

use std::cell::RefCell;
use std::time::Instant;

use forkwire_sys::segment::{Wait, WaitOutcome};

use super::SpinWait;
use crate::latency::Latency;

thread_local! {
    static SPIN: RefCell<SpinWait> = RefCell::new(SpinWait::new(Latency::Balanced));
}

/// Whether the number has changed within a moment, as far as waiting has paid on this thread before. `is_wanted` says now and
/// then whether something else wants the thread.
pub fn has_changed(wait: &Wait, is_wanted: impl Fn() -> bool) -> bool {
    SPIN.with(|spin| {
        let look = || wait.is_over();
        spin.borrow_mut().until(Instant::now(), look, is_wanted) && !wait.holds()
    })
}

/// As [`Wait::block`].
pub fn block(wait: &Wait) -> WaitOutcome {
    if wait.is_over() || !has_changed(wait, || false) {
        return wait.block();
    }
    WaitOutcome::Ok
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may fail anywhere
    use std::sync::Arc;
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use forkwire_sys::segment::Segment;

    use super::*;

    fn wait(expected: i32, timeout: Option<Duration>) -> Wait {
        Wait::new(Segment::create(64).unwrap(), 1, expected, timeout).unwrap()
    }

    #[test]
    fn outcomes_are_those_of_a_wait_that_sleeps_at_once() {
        assert_eq!(block(&wait(5, None)), WaitOutcome::NotEqual);
        for time in [
            Duration::ZERO,
            Duration::from_micros(30),
            Duration::from_millis(1),
        ] {
            assert_eq!(block(&wait(0, Some(time))), WaitOutcome::TimedOut);
        }
    }

    #[test]
    fn a_change_meanwhile_is_seen_unless_others_want_the_thread() {
        let memory = Segment::create(64).unwrap();
        let wait = Wait::new(Arc::clone(&memory), 1, 0, None).unwrap();
        assert!(!has_changed(&wait, || true));
        let changes = || {
            memory.atomic_u32(1).unwrap().store(1, Ordering::SeqCst);
            false
        };
        // A machine that others need may keep it from looking: the account of another thread is fresh.
        let seen = std::thread::scope(|scope| scope.spawn(|| has_changed(&wait, changes)).join().unwrap());
        assert_eq!(seen, !wait.holds());
    }
}
