//! At which looks of a wait a thread gives way to others. It knows no clock and no system: the caller says how long the
//! others ran.

use std::time::Duration;

/// Looks between two times of giving way, where nothing else wants the processor. Giving way takes as long as a look does, so
/// at each of them it would be noticed later that something has come.
const LOOKS: u32 = 16;

/// A thread that comes back from giving way after so long has let another one run. If there is none, that takes a microsecond.
const SWITCHED: Duration = Duration::from_micros(3);

/// Whether a thread has its processor for itself.
#[derive(Debug, Default)]
pub(super) struct Pace {
    shares: bool,
}

impl Pace {
    /// Whether to give way before look number `look` of a wait, from 1 on. On a processor that others want, the peer perhaps, it
    /// does so at each.
    pub(super) fn gives_way(&self, look: u32) -> bool {
        self.shares || look.is_multiple_of(LOOKS)
    }

    /// Whether another thread ran when this one gave way last.
    pub(super) fn shares(&self) -> bool {
        self.shares
    }

    /// The thread gave way for `away`.
    pub(super) fn gave_way(&mut self, away: Duration) {
        self.shares = away > SWITCHED;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(pace: &Pace, looks: u32) -> usize {
        (1..=looks).filter(|&look| pace.gives_way(look)).count()
    }

    #[test]
    fn a_thread_gives_way_now_and_then() {
        assert_eq!(count(&Pace::default(), 160), 10);
    }

    #[test]
    fn a_thread_gives_way_at_each_look_as_long_as_others_run_on_its_processor() {
        let mut pace = Pace::default();
        pace.gave_way(Duration::from_micros(8));
        assert_eq!(count(&pace, 160), 160);
        pace.gave_way(Duration::from_micros(1));
        assert_eq!(count(&pace, 160), 10);
    }
}
