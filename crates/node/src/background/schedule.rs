//! When a background writer starts, writes and stops. Kept under the channel's lock; [`crate::background`] acts on it.

/// Quiet rounds after which the background writer stops: waking it again costs more than these.
pub(crate) const QUIET: u32 = 32;

/// The channel's side.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    /// A background writer runs.
    running: bool,
    /// Counts the JavaScript thread's visits, so that the background writer sees whether it came back.
    visits: u64,
}

/// The background writer's side.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    quiet: u32,
    seen: Option<u64>,
}

/// What the background writer does after a look at the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The JavaScript thread was here since the last look, or nothing waits.
    Wait {
        /// It was not here.
        away: bool,
    },
    /// It was not, and something waits: write for it.
    Write,
    /// Nothing has waited for a while.
    Stop,
}

impl Schedule {
    /// The JavaScript thread is here.
    pub(crate) fn visit(&mut self) {
        self.visits = self.visits.wrapping_add(1);
    }

    /// Whether a background writer runs.
    pub(crate) fn is_running(&self) -> bool {
        self.running
    }

    /// Something was queued. True: a background writer is to be started.
    pub(crate) fn start(&mut self) -> bool {
        !std::mem::replace(&mut self.running, true)
    }

    /// The background writer could not be started, or has nothing more to look after.
    pub(crate) fn stop(&mut self) {
        self.running = false;
    }
}

impl Rounds {
    /// One look. Stopping is booked with it, under the same lock: a message that is queued next finds no background
    /// writer and starts another.
    pub(crate) fn look(&mut self, schedule: &mut Schedule, waiting: bool) -> Step {
        let away = self.seen.replace(schedule.visits) == Some(schedule.visits);
        if waiting {
            self.quiet = 0;
            return if away { Step::Write } else { Step::Wait { away } };
        }
        self.quiet += 1;
        if self.quiet < QUIET {
            return Step::Wait { away };
        }
        schedule.stop();
        Step::Stop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_backlog_once_the_thread_has_stayed_away_for_a_round() {
        let (mut schedule, mut rounds) = (Schedule::default(), Rounds::default());
        assert!(schedule.start() && !schedule.start());
        assert_eq!(rounds.look(&mut schedule, true), Step::Wait { away: false });
        assert_eq!(rounds.look(&mut schedule, true), Step::Write);
        schedule.visit();
        assert_eq!(rounds.look(&mut schedule, true), Step::Wait { away: false });
    }

    #[test]
    fn stops_after_quiet_rounds_in_a_row_and_can_be_started_again() {
        let (mut schedule, mut rounds) = (Schedule::default(), Rounds::default());
        schedule.start();
        let look = |rounds: &mut Rounds, schedule: &mut Schedule, waiting| rounds.look(schedule, waiting);
        for _ in 1..QUIET {
            assert!(matches!(
                look(&mut rounds, &mut schedule, false),
                Step::Wait { .. }
            ));
        }
        look(&mut rounds, &mut schedule, true);
        for _ in 1..QUIET {
            assert!(matches!(
                look(&mut rounds, &mut schedule, false),
                Step::Wait { .. }
            ));
        }
        assert_eq!(look(&mut rounds, &mut schedule, false), Step::Stop);
        assert!(schedule.start());
    }
}
