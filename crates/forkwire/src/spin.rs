//! Waiting a moment for the answer to what was just sent, before the thread goes to sleep: a conversation of requests and
//! answers then needs no sleep and no wake-up for each of them.

mod account;
mod apart;
mod moment;
mod pace;
mod room;
mod turns;

use std::time::{Duration, Instant};

use forkwire_sys::unix::{Processors, is_filtered, leave_processor, runnable};

pub use self::account::Outcome;
pub use self::moment::{block, has_changed};
pub(crate) use self::turns::{Turn, Turns, after_others};

use self::account::Account;
use self::apart::Apart;
use self::pace::Pace;
use self::room::{Room, Verdict};
use crate::latency::Latency;

/// How long one answer is waited for. Both ends may be asleep at first, and to wake them takes 40 us each: with less than
/// this, two ends that have once fallen asleep would do so for ever.
const PATIENCE: Duration = Duration::from_micros(120);

/// The same where there is one processor, on which the peer runs only while this end gives way.
const PATIENCE_SINGLE: Duration = Duration::from_micros(20);

/// The same for a program that asked for low latency at any cost.
const PATIENCE_LOW: Duration = Duration::from_millis(1);

/// Longest conversation without a turn of the event loop.
const CONVERSATION: Duration = Duration::from_millis(20);

/// A thread that comes back from giving way after so long has met others that want the processor: then sleeping, from
/// which the scheduler wakes it with preference, is better than giving way. After less it has probably met the peer. To
/// give way to that is quicker than to sleep, and only while both ends want it does the scheduler give one of them another
/// processor.
const CROWDED: Duration = Duration::from_micros(200);

/// Other tasks of a runtime's thread that run for so long want it more.
const BUSY: Duration = Duration::from_micros(10);

/// Looks at the socket between two looks at what else wants the thread.
const LOOKS: u32 = 16;

/// Spins for answers on one channel, as long as that pays.
#[derive(Debug)]
pub struct SpinWait {
    latency: Latency,
    account: Account,
    room: Room,
    pace: Pace,
    apart: Apart,
    /// The clock of both counts from here.
    start: Instant,
}

/// One wait.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    began: Instant,
    patience: Duration,
    /// What the processors have room for. `None`: that does not matter.
    room: Option<Verdict>,
}

impl SpinWait {
    /// For one channel.
    pub fn new(latency: Latency) -> Self {
        Self {
            latency,
            account: Account::default(),
            room: Room::default(),
            pace: Pace::default(),
            apart: Apart::default(),
            start: Instant::now(),
        }
    }

    /// Calls `look` until it finds something, for as long as the answer may be on its way. False: nothing came, other
    /// work waits for the loop (`is_wanted`), or it is not worth trying. `began`: when the conversation did.
    pub fn until(
        &mut self,
        began: Instant,
        look: impl FnMut() -> bool,
        is_wanted: impl Fn() -> bool,
    ) -> bool {
        match self.begin() {
            Some(wait) if wait.began - began <= CONVERSATION => {
                let (now, outcome) = wait.spin(&mut self.pace, look, is_wanted);
                self.end(wait, now, outcome);
                if outcome == Outcome::Answered && wait.room != Some(Verdict::Single) {
                    self.keep_apart(now);
                }
                outcome.has_found()
            }
            _ => false,
        }
    }

    /// An answer came. If the peer runs on this thread's processor while another one is idle, the thread moves.
    fn keep_apart(&mut self, now: Instant) {
        if self.apart.answered(self.pace.shares(), now - self.start)
            && runnable().is_some_and(|runnable| apart::is_free(runnable, forkwire_sys::unix::online()))
            && apart::has_all(&Processors::read())
            && !is_filtered()
        {
            leave_processor();
        }
    }

    /// A message was sent, and may be answered soon: how to wait for that. `None`: not at all.
    pub fn begin(&mut self) -> Option<Wait> {
        let began = match self.latency {
            Latency::Idle => return None,
            _ => Instant::now(),
        };
        if self.latency == Latency::Low {
            return Some(Wait {
                began,
                patience: PATIENCE_LOW,
                room: None,
            });
        }
        let now = began - self.start;
        let verdict = self.room.judge(now, Processors::read);
        let patience = match verdict {
            Verdict::Ample => PATIENCE,
            Verdict::Single => PATIENCE_SINGLE,
            Verdict::None => return None,
        };
        self.account.begin(now, patience).then_some(Wait {
            began,
            patience,
            room: Some(verdict),
        })
    }

    /// A wait ended so at `now`.
    pub fn end(&mut self, wait: Wait, now: Instant, outcome: Outcome) {
        self.account.end(now - wait.began, wait.patience, outcome);
    }
}

impl Wait {
    /// Spins until `look` finds something, the patience is over, or `is_wanted` says now and then that something else wants
    /// the thread. Returns when and how it ended.
    fn spin(
        self,
        pace: &mut Pace,
        mut look: impl FnMut() -> bool,
        is_wanted: impl Fn() -> bool,
    ) -> (Instant, Outcome) {
        let mut now = Instant::now();
        for looks in 1_u32.. {
            let before = now;
            // The peer may need this very processor.
            if self.room == Some(Verdict::Single) || pace.gives_way(looks) {
                std::thread::yield_now();
                pace.gave_way(before.elapsed());
            }
            let found = look();
            now = Instant::now();
            if self.room.is_some() && now - before > CROWDED {
                return (now, Outcome::Crowded { found });
            }
            if found {
                return (now, Outcome::Answered);
            }
            if now - self.began >= self.patience {
                break;
            }
            if looks % LOOKS == 0 && is_wanted() {
                return (now, Outcome::Interrupted);
            }
        }
        (now, Outcome::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_a_conversation_that_has_lasted_too_long() {
        let long_ago = Instant::now().checked_sub(CONVERSATION * 2).unwrap();
        let never = || panic!("the loop has other things to do");
        for latency in [Latency::Low, Latency::Balanced, Latency::Idle] {
            assert!(!SpinWait::new(latency).until(long_ago, never, || false));
        }
    }

    #[test]
    fn leaves_when_other_work_waits_for_the_loop() {
        for latency in [Latency::Low, Latency::Balanced] {
            let mut spin = SpinWait::new(latency);
            let mut looks = 0;
            let nothing = || {
                looks += 1;
                false
            };
            assert!(!spin.until(Instant::now(), nothing, || true));
            assert!(looks <= LOOKS, "{looks}");
        }
    }

    #[test]
    fn never_waits_for_a_program_that_prefers_to_sleep() {
        let never = || panic!("it should sleep");
        assert!(!SpinWait::new(Latency::Idle).until(Instant::now(), never, || false));
    }

    #[test]
    fn low_latency_waits_each_time_and_for_long_however_often_nothing_came() {
        let mut spin = SpinWait::new(Latency::Low);
        for _ in 0..10 {
            let began = Instant::now();
            assert!(!spin.until(began, || false, || false));
            assert!(began.elapsed() >= PATIENCE_LOW);
        }
    }
}
