//! Two ends of a conversation on one processor, while another one has nothing to do: a scheduler may leave them there, and a round trip
//! then takes twice as long. This decides when an end moves. It asks no system and knows no clock.

use std::time::Duration;

use forkwire_sys::unix::Processors;

/// Answers in a row for which another thread had to run on this processor: then it is the peer that does.
const TOGETHER: u32 = 32;

/// Time from one attempt to move to the next. One that only finds others busy takes 12 us, and one that moves some 100.
const EVERY: Duration = Duration::from_millis(10);

/// Of so many other processors, one may be busy: the kernel chooses the new one without a look at that.
const BUSY: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Apart {
    together: u32,
    /// No attempt before this.
    next: Duration,
}

impl Apart {
    /// An answer came. `switched`: another thread ran on this processor right before that. Whether to try to move, at `now`.
    pub(super) fn answered(&mut self, switched: bool, now: Duration) -> bool {
        self.together = if switched { self.together + 1 } else { 0 };
        if self.together < TOGETHER || now < self.next {
            return false;
        }
        self.together = 0;
        self.next = now + EVERY;
        true
    }
}

/// Whether so many threads that want to run, these two ends included, leave a processor free.
pub(super) fn is_free(runnable: usize, online: usize) -> bool {
    online > 1 && runnable <= 2 + (online - 2) / BUSY
}

/// Whether this process may use the whole machine. One that may not has been given its processors, and stays on them.
pub(super) fn has_all(processors: &Processors) -> bool {
    processors.usable == processors.online
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::ZERO;

    /// Answers until one of them has an end move, at most a thousand.
    fn answers(apart: &mut Apart, switched: bool, now: Duration) -> usize {
        1 + (0..1_000).take_while(|_| !apart.answered(switched, now)).count()
    }

    #[test]
    fn an_end_moves_after_many_answers_of_a_peer_on_its_processor() {
        assert_eq!(answers(&mut Apart::default(), true, START), 32);
    }

    #[test]
    fn an_end_with_a_processor_of_its_own_stays() {
        let mut apart = Apart::default();
        assert_eq!(answers(&mut apart, false, START), 1_001);
        for _ in 0..100 {
            assert!((0..31).all(|_| !apart.answered(true, START)));
            assert!(!apart.answered(false, START));
        }
    }

    #[test]
    fn attempts_are_far_between() {
        let mut apart = Apart::default();
        assert_eq!(answers(&mut apart, true, START), 32);
        assert_eq!(answers(&mut apart, true, EVERY.mul_f64(0.9)), 1_001);
        assert!(apart.answered(true, EVERY));
        assert_eq!(answers(&mut apart, true, EVERY * 2), 32);
    }

    #[test]
    fn a_processor_is_free_if_hardly_any_other_thread_runs() {
        for (online, most) in [(2, 2), (4, 2), (10, 3), (64, 9)] {
            assert!(is_free(most, online), "{online}");
            assert!(!is_free(most + 1, online), "{online}");
        }
        assert!(!is_free(1, 1));
    }
}
