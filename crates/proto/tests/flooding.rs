//! Both sides flood each other with handles, far beyond the window, and nobody waits for ever.

mod support;

use forkwire_proto::{HandleInfo, HandleKind};
use proptest::prelude::*;
use support::link::Shape;
use support::pair::{Pair, Step};
use support::{cases, json, wire};

fn infos(count: usize) -> Vec<HandleInfo> {
    vec![HandleInfo::new(HandleKind::NetSocket); count]
}

fn small_link() -> Shape {
    Shape {
        capacity: 1_500,
        segment: 400,
        stops_before: false,
    }
}

#[test]
fn both_sides_pass_thousands_of_handles_through_a_small_link() {
    let mut pair = Pair::new(small_link());
    for n in 0..1_500 {
        for side in [0, 1] {
            pair.step(&Step::PushWithHandles(side, json(), n % 50, infos(1 + n % 3)));
        }
    }
    pair.settle();
    assert_eq!(pair.links[0].handles, 3_000);
    assert_eq!(pair.book.live(), 0);
}

#[test]
fn batches_of_the_largest_size_continue_after_a_full_window() {
    let mut pair = Pair::new(small_link());
    for _ in 0..20 {
        for side in [0, 1] {
            pair.step(&Step::PushWithHandles(side, json(), 10, infos(253)));
            pair.step(&Step::Push(side, json(), 10));
        }
    }
    pair.settle();
    assert_eq!(pair.links[1].handles, 20 * 253);
}

#[test]
fn a_peer_that_answers_nothing_holds_a_window_of_handles_and_no_more() {
    let mut pair = Pair::new(Shape {
        capacity: 1 << 20,
        ..small_link()
    });
    pair.run(&vec![Step::PushWithHandles(0, json(), 10, infos(1)); 1_000]);
    loop {
        let wrote = pair.step(&Step::Transmit(0, 8, usize::MAX));
        let read = pair.step(&Step::Receive(1, usize::MAX, usize::MAX));
        if !(wrote || read) {
            break;
        }
    }
    // Batches are not split, so the last ones may not fit.
    assert!(pair.links[0].handles > wire::WINDOW - 253 && pair.links[0].handles <= wire::WINDOW);
    assert!(
        pair.ends[0].connection.unsettled() > 0,
        "messages beyond the window wait"
    );
    // The other direction is not held up, nor are its acknowledgements.
    pair.step(&Step::PushWithHandles(1, json(), 10, infos(5)));
    while pair.step(&Step::Transmit(1, 8, usize::MAX)) | pair.step(&Step::Receive(0, usize::MAX, usize::MAX))
    {
    }
    pair.run(&[
        Step::Answer(0, None),
        Step::Transmit(0, 8, usize::MAX),
        Step::Receive(1, usize::MAX, usize::MAX),
    ]);
    assert_eq!(
        pair.ends[1].connection.unanswered(),
        0,
        "answered past a full window"
    );
    pair.settle();
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_mix_of_batches_makes_progress(
        counts in prop::collection::vec((0..2_usize, prop_oneof![1..4_usize, 200..=253_usize]), 1..60),
        capacity in 20..3_000_usize,
        answers in 0..3_usize,
    ) {
        let mut pair = Pair::new(Shape { capacity, segment: 100, stops_before: true });
        for (n, (side, count)) in counts.into_iter().enumerate() {
            pair.step(&Step::PushWithHandles(side, json(), n, infos(count)));
            pair.step(&Step::Transmit(side, 8, usize::MAX));
            pair.step(&Step::Receive(1 - side, usize::MAX, usize::MAX));
            pair.run(&vec![Step::Answer(1 - side, None); answers]);
        }
        pair.settle();
    }
}
