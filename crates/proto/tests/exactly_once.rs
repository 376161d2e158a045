//! Promise 1 of the channel: every send ends once, with null if the transport has taken its last byte and with an error
//! if it has not, on both wires, whatever the order of writes, short writes, full sockets, answers, failures and ends.
//!
//! The driver here does what a binding does: it calls back for what is settled after each step, and with an error for
//! all the rest when the channel is over. The oracle only looks at the bytes that were taken.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod node_support;
mod sender;
mod support;

use std::rc::Rc;

use forkwire_proto::Format;
use node_support::cases;
use proptest::prelude::*;
use sender::{Sender, Step, Taken};

/// How it ends: after the steps the transport takes so many bytes more, and then fails.
#[derive(Clone, Debug)]
struct Schedule {
    steps: Vec<Step>,
    last: Taken,
    late: usize,
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let size = || prop_oneof![8 => 0..200_usize, 1 => 10_000..140_000_usize];
    let some = || {
        prop_oneof![
            6 => prop_oneof![1 => Just(0), 3 => 0..60_usize, 3 => 0..3_000_usize].prop_map(Taken::AtMost),
            4 => (0..3_usize).prop_map(Taken::AllBut),
        ]
    };
    let step = prop_oneof![
        40 => size().prop_map(Step::Push),
        30 => (size(), some()).prop_map(|(size, most)| Step::PushBorrowed(size, most)),
        20 => size().prop_map(Step::PushWithHandles),
        80 => (1..8_usize, some()).prop_map(|(slices, most)| Step::Write(slices, most)),
        40 => prop::bool::weighted(0.7).prop_map(Step::Answer),
        1 => Just(Step::Close),
    ];
    (prop::collection::vec(step, 0..120), some(), 0..4_usize).prop_map(|(steps, last, late)| Schedule {
        steps,
        last,
        late,
    })
}

fn run(node: Option<Format>, schedule: &Schedule) {
    let mut sender = Sender::new(node);
    for step in &schedule.steps {
        sender.step(step);
    }
    // The peer dies: a last write goes through in part, later ones and later sends do not.
    sender.step(&Step::Write(4, schedule.last));
    sender.broken = true;
    assert_eq!(sender.wire.handle_eof(), Ok(()));
    for size in 0..schedule.late {
        sender.step(&Step::Push(size));
        sender.step(&Step::PushBorrowed(size, Taken::AllBut(0)));
        sender.step(&Step::PushWithHandles(size));
        sender.step(&Step::Write(8, Taken::AllBut(0)));
    }
    sender.end();
    sender.check();
    let Sender { wire, handle, .. } = sender;
    drop(wire);
    assert_eq!(Rc::strong_count(&handle), 1, "every handle is closed");
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn every_send_ends_once_on_the_native_wire(schedule in schedule()) {
        run(None, &schedule);
    }

    #[test]
    fn every_send_ends_once_on_nodes_wire(schedule in schedule(), format in node_support::format()) {
        run(Some(format), &schedule);
    }
}
