//! Whether the processors have room for a thread that waits without sleeping. It asks no system and knows no clock: the
//! caller passes what the system says and what time it is.

use std::time::Duration;

use forkwire_sys::unix::Processors;

/// What the system says is read again after so long.
const EVERY: Duration = Duration::from_millis(250);

/// Involuntary context switches a second from which on others want this thread's processor. Each time that it gives way
/// to another thread counts as one; on an idle machine there are a few.
const SWITCHES: f64 = 1_000.0;

/// Two ends that converse make a load of two at most, so that this much more than the processors can take is others'.
const EXCESS: f64 = 1.0;

/// What the processors have room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A processor for each end.
    Ample,
    /// One processor for both ends: an end that waits has to give way to the other one.
    Single,
    /// Others want the processors.
    None,
}

#[derive(Debug)]
struct Reading {
    at: Duration,
    switches: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Room {
    last: Option<Reading>,
    verdict: Option<Verdict>,
}

impl Room {
    /// What there is room for at `now`, which never falls. `read` asks the system; that happens rarely.
    pub(super) fn judge(&mut self, now: Duration, read: impl FnOnce() -> Processors) -> Verdict {
        let passed = self.last.as_ref().map(|last| now.saturating_sub(last.at));
        match self.verdict {
            Some(verdict) if passed.is_some_and(|passed| passed < EVERY) => verdict,
            _ => self.renew(now, &read()),
        }
    }

    fn renew(&mut self, now: Duration, processors: &Processors) -> Verdict {
        let verdict = if processors.usable == 1 {
            Verdict::Single
        } else if self.is_crowded(now, processors) {
            Verdict::None
        } else {
            Verdict::Ample
        };
        self.last = Some(Reading {
            at: now,
            switches: processors.switches,
        });
        self.verdict = Some(verdict);
        verdict
    }

    /// Only both signs together count: the load is that of a whole minute, and may be over; and two ends that the
    /// scheduler has put on one processor switch all the time, which passes.
    fn is_crowded(&self, now: Duration, processors: &Processors) -> bool {
        let Some(Reading {
            at,
            switches: Some(before),
        }) = self.last
        else {
            return false;
        };
        let (Some(load), Some(switches)) = (processors.load, processors.switches) else {
            return false;
        };
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let (online, switches) = (processors.online as f64, switches.saturating_sub(before) as f64);
        load >= online + EXCESS && switches >= SWITCHES * now.saturating_sub(at).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Processors = Processors {
        usable: 2,
        online: 2,
        load: Some(0.5),
        switches: Some(0),
    };

    /// The second verdict, a second after a first one on a quiet machine.
    fn second(processors: Processors) -> Verdict {
        let mut room = Room::default();
        assert_eq!(room.judge(Duration::ZERO, || QUIET), Verdict::Ample);
        room.judge(Duration::from_secs(1), || processors)
    }

    #[test]
    fn a_process_limited_to_one_processor_counts_one() {
        let usable = |usable| Processors {
            usable,
            online: 64,
            ..QUIET
        };
        assert_eq!(
            Room::default().judge(Duration::ZERO, || usable(1)),
            Verdict::Single
        );
        assert_eq!(
            Room::default().judge(Duration::ZERO, || usable(2)),
            Verdict::Ample
        );
    }

    #[test]
    fn a_machine_is_crowded_if_its_load_is_high_and_this_thread_gives_way_often() {
        let (load, switches) = (Some(3.0), Some(1_000));
        let crowded = Processors {
            load,
            switches,
            ..QUIET
        };
        assert_eq!(second(crowded), Verdict::None);
        assert_eq!(
            second(Processors {
                load: Some(2.9),
                ..crowded
            }),
            Verdict::Ample
        );
        assert_eq!(
            second(Processors {
                switches: Some(999),
                ..crowded
            }),
            Verdict::Ample
        );
        assert_eq!(
            second(Processors {
                online: 64,
                ..crowded
            }),
            Verdict::Ample
        );
    }

    #[test]
    fn a_load_that_the_system_does_not_report_is_not_a_crowd() {
        let (load, switches) = (Some(99.0), Some(99_999));
        assert_eq!(
            second(Processors {
                load,
                switches: None,
                ..QUIET
            }),
            Verdict::Ample
        );
        assert_eq!(
            second(Processors {
                load: None,
                switches,
                ..QUIET
            }),
            Verdict::Ample
        );
    }

    #[test]
    fn the_first_reading_has_nothing_to_compare_with() {
        let loaded = Processors {
            load: Some(99.0),
            switches: Some(99_999),
            ..QUIET
        };
        assert_eq!(Room::default().judge(Duration::ZERO, || loaded), Verdict::Ample);
    }

    #[test]
    fn the_system_is_asked_again_only_after_a_while_and_a_crowd_may_have_gone() {
        let ms = Duration::from_millis;
        let crowd = |switches| Processors {
            load: Some(5.0),
            switches: Some(switches),
            ..QUIET
        };
        let not_yet = || panic!("it was asked a moment ago");
        let mut room = Room::default();
        room.judge(ms(0), || crowd(0));
        assert_eq!(room.judge(ms(249), not_yet), Verdict::Ample);
        assert_eq!(room.judge(ms(250), || crowd(250)), Verdict::None);
        assert_eq!(room.judge(ms(499), not_yet), Verdict::None);
        assert_eq!(room.judge(ms(500), || crowd(251)), Verdict::Ample);
    }
}
