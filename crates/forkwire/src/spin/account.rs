//! Whether waiting for an answer pays on one channel, and how much of its time may be lost where it does not. It knows no
//! clock: the caller says what time it is.

use std::time::Duration;

/// What falling asleep and being woken costs: a wait of up to this long that ends with an answer has cost nothing.
const SLEEP: Duration = Duration::from_micros(40);

/// Of this many parts of a channel's time, one may be lost on waits that did not pay: 5 %.
const SHARE: u32 = 20;

/// Most time that can be saved up to be lost.
const SAVINGS: Duration = Duration::from_millis(2);

/// Turns that go by without a wait after misses in a row: doubles with each, up to this many.
const MOST_SKIPPED: u32 = 256;

/// Turns that go by without a wait after one in which others wanted the processor. Four times as many with each, up to
/// [`MOST_SKIPPED`], and one less with each answer: one disturbance is soon over, and a program that computes is left alone.
const CROWDED: u32 = 16;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is something to read.
    Answered,
    /// The patience is over.
    Nothing,
    /// Something else needs the thread.
    Interrupted,
    /// Other tasks had the thread for long.
    Busy,
    /// Another thread had the processor for long: others want it.
    Crowded {
        /// There is something to read all the same.
        found: bool,
    },
}

impl Outcome {
    /// Whether there is something to read.
    pub(super) fn has_found(self) -> bool {
        match self {
            Self::Answered => true,
            Self::Nothing | Self::Interrupted | Self::Busy => false,
            Self::Crowded { found } => found,
        }
    }
}

#[derive(Debug)]
pub(super) struct Account {
    /// Time that may be lost.
    savings: Duration,
    /// When that was counted last.
    counted: Duration,
    /// Turns still to go by.
    skip: u32,
    /// Turns that the last miss costs.
    cost: u32,
    /// Turns that the last wait costs in which others wanted the processor, less what answers have made good.
    crowd: u32,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            savings: SAVINGS,
            counted: Duration::ZERO,
            skip: 0,
            cost: 0,
            crowd: 0,
        }
    }
}

impl Account {
    /// A message was sent and may be answered soon. Whether to wait up to `patience` for that. `now` never falls.
    pub(super) fn begin(&mut self, now: Duration, patience: Duration) -> bool {
        let earned = now.saturating_sub(self.counted) / SHARE;
        self.counted = now;
        self.savings = (self.savings + earned).min(SAVINGS);
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.savings >= patience
    }

    /// A wait of `waited` ended, for which `patience` was given.
    pub(super) fn end(&mut self, waited: Duration, patience: Duration, outcome: Outcome) {
        let lost = match outcome {
            Outcome::Answered => waited.saturating_sub(SLEEP),
            // Most of it the processor was with others.
            Outcome::Busy | Outcome::Crowded { .. } => waited.min(patience),
            Outcome::Nothing | Outcome::Interrupted => waited,
        };
        self.savings = self.savings.saturating_sub(lost);
        self.skip = match outcome {
            Outcome::Answered => {
                self.cost = 0;
                self.crowd = self.crowd.saturating_sub(1);
                0
            }
            Outcome::Interrupted => self.cost,
            Outcome::Nothing | Outcome::Busy => {
                self.cost = (self.cost * 2).clamp(1, MOST_SKIPPED);
                self.cost
            }
            Outcome::Crowded { .. } => {
                self.crowd = (self.crowd * 4).clamp(CROWDED, MOST_SKIPPED);
                self.crowd
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = us(120);

    const fn us(micros: u64) -> Duration {
        Duration::from_micros(micros)
    }

    /// Requests one after the other, each answered after so long, with `pause` between them. Returns the time spent on
    /// waits that got nothing, the number of waits, and the time in all.
    fn converse(
        account: &mut Account,
        answers: impl Iterator<Item = Duration>,
        pause: Duration,
    ) -> (Duration, u32, Duration) {
        let (mut now, mut lost, mut waits) = (Duration::ZERO, Duration::ZERO, 0);
        for answer in answers {
            if account.begin(now, PATIENCE) {
                waits += 1;
                if answer <= PATIENCE {
                    account.end(answer, PATIENCE, Outcome::Answered);
                } else {
                    account.end(PATIENCE, PATIENCE, Outcome::Nothing);
                    lost += PATIENCE;
                }
            }
            now += answer + pause;
        }
        (lost, waits, now)
    }

    #[test]
    fn every_quick_answer_is_waited_for() {
        let mut account = Account::default();
        let (lost, waits, _) = converse(&mut account, std::iter::repeat_n(us(8), 10_000), us(1));
        assert_eq!((lost, waits), (Duration::ZERO, 10_000));
    }

    #[test]
    fn two_sleeping_ends_resume_a_conversation() {
        let mut account = Account::default();
        // The first answers come from an end that has to be woken.
        let answers = std::iter::repeat_n(us(90), 4).chain(std::iter::repeat_n(us(8), 100));
        let (_, waits, _) = converse(&mut account, answers, us(1));
        assert_eq!(waits, 104);
    }

    #[test]
    fn backs_off_after_repeated_misses() {
        for answer in [us(200), us(1_000), us(5_000)] {
            let mut account = Account::default();
            let (lost, waits, _) = converse(&mut account, std::iter::repeat_n(answer, 10_000), us(1));
            assert!(
                waits < 60 && lost < us(120) * 60,
                "{answer:?}: {waits} waits, {lost:?}"
            );
        }
    }

    /// Whatever comes: the time that is lost is at most a twentieth of all, and what was saved up at first.
    #[test]
    fn at_most_a_twentieth_is_lost_in_any_order_of_answers() {
        for seed in 1..200_u64 {
            let mut state = seed;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state
            };
            let slow = next() % 3_000 + 1;
            let odds = next() % 4 + 1;
            let answers: Vec<_> = (0..2_000)
                .map(|_| {
                    if next() % odds == 0 {
                        us(next() % 60)
                    } else {
                        us(next() % slow)
                    }
                })
                .collect();
            let mut account = Account::default();
            let (lost, _, all) = converse(&mut account, answers.into_iter(), us(next() % 50));
            assert!(lost <= all / SHARE + SAVINGS, "seed {seed}: {lost:?} of {all:?}");
        }
    }

    /// Turns that go by until the next wait.
    fn skipped(account: &mut Account, now: Duration) -> usize {
        (0..1_000).take_while(|_| !account.begin(now, PATIENCE)).count()
    }

    #[test]
    fn where_others_want_the_processor_it_sleeps_for_ever_longer_even_if_an_answer_came() {
        let mut account = Account::default();
        for (second, turns) in (1..).zip([16, 64, 256, 256]) {
            account.end(us(250), PATIENCE, Outcome::Crowded { found: true });
            assert_eq!(skipped(&mut account, us(second * 1_000_000)), turns);
        }
    }

    #[test]
    fn others_that_wanted_the_processor_long_ago_are_forgotten() {
        let mut account = Account::default();
        for _ in 0..2 {
            account.end(us(250), PATIENCE, Outcome::Crowded { found: false });
            assert_eq!(skipped(&mut account, us(1_000_000)), 16);
            for _ in 0..16 {
                account.end(us(8), PATIENCE, Outcome::Answered);
            }
        }
    }
}
