//! One measurement of one case.

use std::fmt;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::ends::End;
use crate::measure::{BATCH, batches, round_trips, with_counter, with_echo};

/// What is exchanged.
#[derive(Clone, Copy)]
pub(crate) enum Exchange {
    RoundTrip,
    OneByOne,
    Gathered,
}

#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) exchange: Exchange,
    /// Bytes of a payload.
    pub(crate) size: usize,
}

/// For each message (or round trip), both ends together.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) elapsed: Duration,
    pub(crate) processor: Duration,
}

impl Case {
    /// Messages in a measurement: they take about a tenth of a second.
    fn messages(self) -> u32 {
        match (self.exchange, self.size > 10_000) {
            (Exchange::RoundTrip, false) => 8_000,
            (Exchange::RoundTrip, true) => 2_000,
            (Exchange::OneByOne, false) => 64 * BATCH,
            (Exchange::Gathered, false) => 256 * BATCH,
            (Exchange::OneByOne | Exchange::Gathered, true) => 8 * BATCH,
        }
    }
}

/// Opens a connection, warms it up, and measures the case.
pub(crate) fn measure<E: End>(make: fn() -> (E::Seed, E::Seed), case: Case) -> Sample {
    let payload = E::payload("1".repeat(case.size));
    let count = u64::from(case.messages());
    let sample = match case.exchange {
        Exchange::RoundTrip => {
            let (runtime, mut end) = with_echo::<E>(make);
            let mut run = |count| round_trips(&runtime, &mut end, &payload, count);
            run(count / 10);
            timed(|| run(count))
        }
        Exchange::OneByOne | Exchange::Gathered => {
            let gather = matches!(case.exchange, Exchange::Gathered);
            let (runtime, mut end) = with_counter::<E>(make);
            let mut run = |count| batches(&runtime, &mut end, &payload, count, gather);
            run(1);
            timed(|| run(count / u64::from(BATCH)))
        }
    };
    Sample {
        elapsed: sample.elapsed / case.messages(),
        processor: sample.processor / case.messages(),
    }
}

fn timed(run: impl FnOnce() -> Duration) -> Sample {
    let before = processor_time();
    let elapsed = run();
    Sample {
        elapsed,
        processor: processor_time().saturating_sub(before),
    }
}

/// Processor time of this process so far: of both ends, and of the kernel for them.
pub(super) fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("figures of this process");
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exchange = match self.exchange {
            Exchange::RoundTrip => "round trip",
            Exchange::OneByOne => "one by one",
            Exchange::Gathered => "gathered",
        };
        write!(f, "{exchange}, {} B", self.size)
    }
}
