//! When a relief is called, and when it goes home. Kept under the channel's lock; [`crate::relief`] acts on it.

/// Quiet rounds after which the relief goes home: waking it again costs more than these.
pub(crate) const QUIET: u32 = 32;

/// The channel's side.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// A relief is there.
    on: bool,
    /// Counts the JavaScript thread's visits, so that the relief sees whether it came back.
    visits: u64,
}

/// The relief's side.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    quiet: u32,
    seen: Option<u64>,
}

/// What a relief is to do after a look at the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// The JavaScript thread was here since the last look, or nothing waits.
    Stay {
        /// It was not here.
        away: bool,
    },
    /// It was not, and something waits: write for it.
    Write,
    /// Nothing has waited for a while.
    GoHome,
}

impl Watch {
    /// The JavaScript thread is here.
    pub(crate) fn visit(&mut self) {
        self.visits = self.visits.wrapping_add(1);
    }

    /// Whether a relief is there.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Something was queued. True: a relief is to be started.
    pub(crate) fn call(&mut self) -> bool {
        !std::mem::replace(&mut self.on, true)
    }

    /// The relief could not be started, or has nothing more to look after.
    pub(crate) fn dismiss(&mut self) {
        self.on = false;
    }
}

impl Rounds {
    /// One look. Going home is booked with it, under the same lock: a message that is queued next finds nobody there
    /// and calls another relief.
    pub(crate) fn look(&mut self, watch: &mut Watch, waiting: bool) -> Duty {
        let away = self.seen.replace(watch.visits) == Some(watch.visits);
        if waiting {
            self.quiet = 0;
            return if away { Duty::Write } else { Duty::Stay { away } };
        }
        self.quiet += 1;
        if self.quiet < QUIET {
            return Duty::Stay { away };
        }
        watch.dismiss();
        Duty::GoHome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_is_written_once_the_thread_has_stayed_away_for_a_round() {
        let (mut watch, mut rounds) = (Watch::default(), Rounds::default());
        assert!(watch.call() && !watch.call());
        assert_eq!(rounds.look(&mut watch, true), Duty::Stay { away: false });
        assert_eq!(rounds.look(&mut watch, true), Duty::Write);
        watch.visit();
        assert_eq!(rounds.look(&mut watch, true), Duty::Stay { away: false });
    }

    #[test]
    fn a_relief_goes_home_after_quiet_rounds_in_a_row_and_can_be_called_again() {
        let (mut watch, mut rounds) = (Watch::default(), Rounds::default());
        watch.call();
        let look = |rounds: &mut Rounds, watch: &mut Watch, waiting| rounds.look(watch, waiting);
        for _ in 1..QUIET {
            assert!(matches!(look(&mut rounds, &mut watch, false), Duty::Stay { .. }));
        }
        look(&mut rounds, &mut watch, true);
        for _ in 1..QUIET {
            assert!(matches!(look(&mut rounds, &mut watch, false), Duty::Stay { .. }));
        }
        assert_eq!(look(&mut rounds, &mut watch, false), Duty::GoHome);
        assert!(watch.call());
    }
}
