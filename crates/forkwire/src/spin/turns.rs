//! Waiting without sleeping in an async runtime, where other tasks may want the thread.

use std::pin::pin;
use std::task::Context;
use std::time::Instant;

use super::account::Outcome;
use super::room::Verdict;
use super::{BUSY, SpinWait, Wait};
use crate::latency::Latency;

/// What a task does that has found nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It reads: there is something now.
    Read,
    /// It lets the other tasks run, and looks again.
    Yield,
    /// It waits to be woken.
    Sleep,
}

/// The waits of a receiver, in turns with the other tasks of its thread: before each short spin, whatever is ready runs.
/// If that takes long, others want the thread, and the receiver sleeps.
#[derive(Debug)]
pub(crate) struct Turns {
    spin: SpinWait,
    /// The wait that goes on, and since when the other tasks have had the thread.
    waiting: Option<(Wait, Instant)>,
    /// Messages that had been sent when the last wait began: there is nothing to wait for until that changes.
    sent: u64,
}

impl Turns {
    pub(crate) fn new(latency: Latency) -> Self {
        Self {
            spin: SpinWait::new(latency),
            waiting: None,
            sent: 0,
        }
    }

    /// There is nothing to read, and so many messages were sent. `look` returns whether there is something now.
    pub(crate) fn next(&mut self, sent: u64, look: impl FnMut() -> bool) -> Turn {
        let Some((wait, since)) = self.waiting.take() else {
            return self.begin(sent);
        };
        let now = Instant::now();
        let others = wait.room == Some(Verdict::Ample) && now - since > BUSY;
        let (now, outcome) = if others {
            (now, Outcome::Busy)
        } else {
            wait.spin(&mut self.spin.pace, look, || true)
        };
        if outcome == Outcome::Interrupted {
            self.waiting = Some((wait, now));
            return Turn::Yield;
        }
        self.spin.end(wait, now, outcome);
        if outcome.has_found() {
            Turn::Read
        } else {
            Turn::Sleep
        }
    }

    fn begin(&mut self, sent: u64) -> Turn {
        if std::mem::replace(&mut self.sent, sent) == sent {
            return Turn::Sleep;
        }
        let Some(wait) = self.spin.begin() else {
            return Turn::Sleep;
        };
        self.waiting = Some((wait, wait.began));
        Turn::Yield
    }

    /// A message came, perhaps while the others ran.
    pub(crate) fn received(&mut self) {
        if let Some((wait, _)) = self.waiting.take() {
            self.spin.end(wait, Instant::now(), Outcome::Answered);
        }
    }
}

/// Has the task polled again after all others that are ready, and after a look at the reactor.
pub(crate) fn after_others(cx: &mut Context<'_>) {
    // It takes the waker at its first poll, and need not be kept.
    let _ = Future::poll(pin!(tokio::task::yield_now()), cx);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes turns at once until the receiver reads or sleeps.
    fn outcome(turns: &mut Turns, sent: u64, mut look: impl FnMut() -> bool) -> Turn {
        loop {
            match turns.next(sent, &mut look) {
                Turn::Yield => {}
                turn => return turn,
            }
        }
    }

    #[test]
    fn the_others_run_before_every_look() {
        let mut turns = Turns::new(Latency::Low);
        let never = || panic!("the others come first");
        assert_eq!(turns.next(1, never), Turn::Yield);
        assert_eq!(turns.next(1, || true), Turn::Read);
    }

    #[test]
    fn nothing_is_waited_for_if_nothing_was_sent() {
        for latency in [Latency::Low, Latency::Balanced] {
            let never = || panic!("there will be no answer");
            assert_eq!(Turns::new(latency).next(0, never), Turn::Sleep);
        }
        let mut turns = Turns::new(Latency::Low);
        assert_eq!(outcome(&mut turns, 1, || true), Turn::Read);
        assert_eq!(turns.next(1, || true), Turn::Sleep, "the answer has come");
        assert_eq!(outcome(&mut turns, 2, || true), Turn::Read);
    }

    #[test]
    fn an_answer_that_does_not_come_is_waited_for_once() {
        let mut turns = Turns::new(Latency::Low);
        let began = Instant::now();
        assert_eq!(outcome(&mut turns, 1, || false), Turn::Sleep);
        assert!(began.elapsed() >= super::super::PATIENCE_LOW);
        assert_eq!(turns.next(1, || true), Turn::Sleep);
    }

    #[test]
    fn a_program_that_prefers_to_sleep_never_waits() {
        let never = || panic!("it should sleep");
        assert_eq!(outcome(&mut Turns::new(Latency::Idle), 1, never), Turn::Sleep);
    }

    #[test]
    fn a_thread_that_others_want_is_left_to_them() {
        let mut turns = Turns::new(Latency::Balanced);
        let now = Instant::now();
        let wait = Wait {
            began: now,
            patience: super::super::PATIENCE,
            room: Some(Verdict::Ample),
        };
        turns.waiting = Some((wait, now));
        while now.elapsed() <= BUSY {}
        let never = || panic!("the others took long");
        assert_eq!(turns.next(1, never), Turn::Sleep);
        // And the next answer is not waited for.
        assert_eq!(turns.next(2, never), Turn::Sleep);
    }

    #[test]
    fn a_message_that_came_in_between_ends_the_wait() {
        let mut turns = Turns::new(Latency::Low);
        assert_eq!(turns.next(1, || false), Turn::Yield);
        turns.received();
        assert!(turns.waiting.is_none());
    }
}
