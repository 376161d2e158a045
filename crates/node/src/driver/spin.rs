//! Waiting a moment for the answer to what was just sent, before the loop goes to sleep: a conversation of requests and
//! answers then needs no sleep and no wake-up for each of them.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long one answer is waited for: about as long as falling asleep and being woken take together.
const PATIENCE: Duration = Duration::from_micros(20);

/// Longest conversation without a look at timers and other events of the loop.
const CONVERSATION: Duration = Duration::from_millis(1);

/// A thread that comes back from giving way after so long has met others that want the processor: then sleeping, from
/// which the scheduler wakes it with preference, is better than giving way.
const CROWDED: Duration = Duration::from_micros(200);

/// Turns that go by without spinning after misses in a row: doubles with each, up to this many.
const MOST_SKIPPED: u32 = 256;

/// Whether spinning is worth its while on this channel: learned from how it went.
#[derive(Debug, Default)]
pub(super) struct SpinWait {
    /// Turns still to go by.
    skip: Cell<u32>,
    /// What the next miss costs.
    cost: Cell<u32>,
}

impl SpinWait {
    /// Calls `look` until it finds something, for as long as the answer may be on its way. False: nothing came, or it
    /// is not worth trying. `began`: when the conversation did.
    pub(super) fn until(&self, began: Instant, mut look: impl FnMut() -> bool) -> bool {
        if !self.is_worth_it() || began.elapsed() > CONVERSATION {
            return false;
        }
        let mut now = Instant::now();
        let deadline = now + PATIENCE;
        loop {
            // The peer may need this very processor.
            std::thread::yield_now();
            let found = look();
            let before = std::mem::replace(&mut now, Instant::now());
            let crowded = now - before > CROWDED;
            if found || crowded || now >= deadline {
                self.learn(found, crowded);
                return found;
            }
        }
    }

    /// Counts a turn.
    fn is_worth_it(&self) -> bool {
        let skip = self.skip.get();
        self.skip.set(skip.saturating_sub(1));
        skip == 0
    }

    fn learn(&self, found: bool, crowded: bool) {
        let cost = match (found, crowded) {
            (_, true) => MOST_SKIPPED,
            (true, false) => 0,
            (false, false) => (self.cost.get() * 2).clamp(1, MOST_SKIPPED),
        };
        self.cost.set(cost);
        self.skip.set(cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_off_after_repeated_misses() {
        let spin = SpinWait::default();
        let mut tries = 0;
        for _ in 0..10_000 {
            if spin.is_worth_it() {
                tries += 1;
                spin.learn(false, false);
            }
        }
        assert!(tries < 60, "{tries}");
    }

    #[test]
    fn spins_again_after_an_answer() {
        let spin = SpinWait::default();
        spin.learn(false, false);
        spin.learn(false, false);
        spin.learn(true, false);
        assert!(spin.is_worth_it());
    }

    #[test]
    fn sleeps_on_a_crowded_processor_even_if_an_answer_came() {
        let spin = SpinWait::default();
        spin.learn(true, true);
        assert!((0..MOST_SKIPPED).all(|_| !spin.is_worth_it()));
        assert!(spin.is_worth_it());
    }

    #[test]
    fn ends_a_conversation_that_has_lasted_too_long() {
        let long_ago = Instant::now().checked_sub(CONVERSATION * 2).unwrap();
        assert!(!SpinWait::default().until(long_ago, || panic!("the loop has other things to do")));
    }
}
