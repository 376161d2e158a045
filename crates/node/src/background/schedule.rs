//! Decides when a background writer starts, writes and stops. Kept under the channel's lock. [`crate::background`] acts on it.

/// Quiet rounds after which the background writer stops. Starting it again costs more than these.
pub(crate) const QUIET: u32 = 32;

/// The channel's side.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    /// Whether a background writer runs.
    running: bool,
    /// Counts the visits of the JavaScript thread, so that the background writer sees whether it came back.
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
        /// Whether it was not here.
        away: bool,
    },
    /// It was not here for a whole round, and something waits: write for it.
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

    /// Something was queued. Returns true if a background writer should be started.
    pub(crate) fn start(&mut self) -> bool {
        !std::mem::replace(&mut self.running, true)
    }

    /// The background writer could not be started, or has nothing left to do.
    pub(crate) fn stop(&mut self) {
        self.running = false;
    }
}

impl Rounds {
    /// One look at the channel. Stopping is recorded under the same lock, so that the next message to be queued finds no
    /// background writer and starts another one.
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
