//! Waiting a moment for the answer to what was just sent, before the loop goes to sleep: a conversation of requests and
//! answers then needs no sleep and no wake-up for each of them.

mod account;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use self::account::{Account, Outcome};

/// Longest conversation without a turn of the loop.
const CONVERSATION: Duration = Duration::from_millis(20);

/// A thread that comes back from giving way after so long has met others that want the processor: then sleeping, from
/// which the scheduler wakes it with preference, is better than giving way.
const CROWDED: Duration = Duration::from_micros(200);

/// The same after which the processor is shared, with the peer or with others. To sleep is as quick then, unless there is
/// no other processor.
const SHARED: Duration = Duration::from_micros(10);

/// Looks at the socket between two looks at what else waits for the loop.
const LOOKS: u32 = 16;

/// Spins for answers on one channel, as long as that pays.
#[derive(Debug)]
pub(super) struct SpinWait {
    account: RefCell<Account>,
    /// The clock of the account counts from here.
    start: Instant,
    /// There is no other processor, so that it is shared in any case.
    alone: bool,
}

impl SpinWait {
    pub(super) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            account: RefCell::new(Account::new(processors)),
            start: Instant::now(),
            alone: processors == 1,
        }
    }

    /// Calls `look` until it finds something, for as long as the answer may be on its way. False: nothing came, other
    /// work waits for the loop (`is_wanted`), or it is not worth trying. `began`: when the conversation did.
    pub(super) fn until(
        &self,
        began: Instant,
        mut look: impl FnMut() -> bool,
        is_wanted: impl Fn() -> bool,
    ) -> bool {
        let first = Instant::now();
        if first - began > CONVERSATION {
            return false;
        }
        let Some(patience) = self.account.borrow_mut().begin(first - self.start) else {
            return false;
        };
        let mut now = first;
        let mut looks = 0;
        let outcome = loop {
            // The peer may need this very processor.
            std::thread::yield_now();
            let found = look();
            let before = std::mem::replace(&mut now, Instant::now());
            looks += 1;
            if now - before > CROWDED {
                break Outcome::Crowded { found };
            }
            if !self.alone && now - before > SHARED {
                break Outcome::Shared { found };
            }
            if found {
                break Outcome::Answered;
            }
            if now - first >= patience {
                break Outcome::Nothing;
            }
            if looks % LOOKS == 0 && is_wanted() {
                break Outcome::Interrupted;
            }
        };
        self.account.borrow_mut().end(now - first, outcome);
        match outcome {
            Outcome::Answered => true,
            Outcome::Nothing | Outcome::Interrupted => false,
            Outcome::Crowded { found } | Outcome::Shared { found } => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_a_conversation_that_has_lasted_too_long() {
        let long_ago = Instant::now().checked_sub(CONVERSATION * 2).unwrap();
        let never = || panic!("the loop has other things to do");
        assert!(!SpinWait::new().until(long_ago, never, || false));
    }

    #[test]
    fn leaves_when_other_work_waits_for_the_loop() {
        let spin = SpinWait::new();
        let mut looks = 0;
        let nothing = || {
            looks += 1;
            false
        };
        assert!(!spin.until(Instant::now(), nothing, || true));
        assert!(looks <= LOOKS, "{looks}");
    }
}
