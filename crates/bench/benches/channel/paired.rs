//! The same exchange over each connection in turn, round after round: a machine that becomes slower or faster does so for
//! all of them. The ratios are the medians of those within each round.

mod node;
mod report;
mod sample;

use crate::ends::{Bare, Forkwire, Interprocess, Ipc, Many};
use crate::measure::SIZES;

use self::report::Row;
use self::sample::{Case, Exchange, Sample, measure};

type Measure = fn(Case) -> Sample;

/// The first is what the others are compared with.
const ENDS: [(&str, Measure); 6] = [
    ("bare socket", |case| measure::<Bare>(Bare::pair, case)),
    ("forkwire", |case| {
        measure::<Forkwire<false>>(Forkwire::<false>::pair, case)
    }),
    ("forkwire, idle", |case| {
        measure::<Forkwire<true>>(Forkwire::<true>::pair, case)
    }),
    ("forkwire, recv_many", |case| {
        measure::<Many>(Forkwire::<false>::pair, case)
    }),
    ("interprocess", |case| {
        measure::<Interprocess>(Interprocess::pair, case)
    }),
    ("ipc-channel", |case| measure::<Ipc>(Ipc::pair, case)),
];

const EXCHANGES: [Exchange; 3] = [Exchange::RoundTrip, Exchange::OneByOne, Exchange::Gathered];

/// Measures all cases whose names contain `filter`, in so many rounds, and prints a table.
pub(crate) fn run(rounds: usize, filter: &str) {
    let cases = EXCHANGES
        .iter()
        .flat_map(|&exchange| SIZES.map(|size| Case { exchange, size }));
    let cases: Vec<_> = cases.filter(|case| case.to_string().contains(filter)).collect();
    if !cases.is_empty() {
        report::head(&ENDS.map(|(name, _)| name));
    }
    for case in cases {
        let samples = (0..rounds).map(|_| ENDS.map(|(_, measure)| measure(case)));
        Row::new(&case, samples.collect()).print();
    }
    node::run(rounds, filter);
}
