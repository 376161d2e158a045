//! `settled` counts exactly the messages whose last byte the transport has taken; what is not settled is counted too.

mod support;

use std::io::IoSlice;

use forkwire_proto::{Config, Connection, HandleInfo, HandleKind};
use proptest::prelude::*;
use support::pair::{Pair, Step};
use support::schedule::{shape, step};
use support::{cases, json, naive};

proptest! {
    #![proptest_config(cases(96))]

    /// One-sided, so that queues are deep; the equations are checked after every step.
    #[test]
    fn every_push_is_settled_or_unsettled(
        shape in shape(),
        steps in prop::collection::vec(step(), 0..120),
        most in 1..5_000_usize,
    ) {
        let mut pair = Pair::new(shape);
        for step in steps.iter().filter(|step| !matches!(step, Step::Receive(..))) {
            pair.step(step);
        }
        while pair.step(&Step::Transmit(0, 3, most)) {
            pair.receive(1, usize::MAX, usize::MAX);
        }
        pair.settle();
        prop_assert!(pair.ends.iter().all(|end| end.connection.settled() == end.pushed));
    }

    /// Written a byte at a time, each message settles with its last byte and no earlier.
    #[test]
    fn a_message_settles_with_its_last_byte(sizes in prop::collection::vec(0..40_usize, 1..20), at in 0..20_usize) {
        let mut connection = Connection::<u32>::new(Config::default());
        for (n, &size) in sizes.iter().enumerate() {
            if n == at {
                let handles = vec![(HandleInfo::new(HandleKind::NetSocket), 1)];
                connection.push_with_handles(json(), handles, size, |out| out.extend(vec![b'x'; size])).unwrap();
            } else {
                connection.push(json(), size, |out| out.extend(vec![b'x'; size])).unwrap();
            }
        }
        let mut written = Vec::new();
        loop {
            let whole = naive::frames(&written).iter().filter(|frame| frame.is_message()).count();
            prop_assert_eq!(connection.settled(), whole as u64);
            prop_assert_eq!(connection.unsettled(), sizes.len() - whole);
            let mut slices = [IoSlice::new(&[]); 1];
            if connection.transmit(&mut slices).bytes == 0 {
                break;
            }
            written.push(slices[0][0]);
            connection.transmitted(1);
        }
        prop_assert_eq!(connection.unsettled(), 0);
    }

    /// What the transport takes at once is settled at once; of the rest, nothing is lost and nothing doubled.
    #[test]
    fn a_borrowed_message_is_written_without_a_copy(size in 0..100_000_usize, take in 0..120_000_usize) {
        let mut connection = Connection::<u32>::new(Config::default());
        let hello = support::drain(&mut connection);
        let payload = support::payload(size, 1);
        let mut written = Vec::new();
        let write = |slices: &[IoSlice<'_>]| {
            written = slices.iter().flat_map(|slice| slice.iter().copied()).take(take).collect();
            written.len()
        };
        connection.push_borrowed(json(), &[&payload], write).unwrap();
        prop_assert_eq!(connection.settled(), u64::from(take >= size + 8));
        prop_assert_eq!(connection.backlog_bytes(), (size + 8).saturating_sub(take));
        written.extend(support::drain(&mut connection));
        prop_assert_eq!(connection.settled(), 1);
        prop_assert!(written == support::wire::json(&payload));
        prop_assert_eq!(hello, support::wire::hello(support::wire::VERSION));
    }
}

#[test]
fn a_borrowed_message_overtakes_nothing() {
    let mut connection = Connection::<u32>::new(Config::default());
    let never = |_: &[IoSlice<'_>]| panic!("the hello waits");
    connection.push_borrowed(json(), &[b"1"], never).unwrap();
    let expected = [
        support::wire::hello(support::wire::VERSION),
        support::wire::json(b"1"),
    ]
    .concat();
    assert_eq!(support::drain(&mut connection), expected);
}
