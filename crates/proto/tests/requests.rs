//! Requests between two ends: whatever the schedule of answers, cancellations, deaths and goodbyes, each ends once, and both
//! ends agree on which are under way.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod requests_support;
mod support;

use forkwire_proto::{
    Call, Config, Connection, DeclineReason, Event, Format, MAX_REQUESTS, PushError, RequestEvent,
};
use proptest::prelude::*;
use requests_support::{Pair, Step, step};
use support::schedule::shape;
use support::{cases, drain, read_into, wire};

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn each_request_ends_once(shape in shape(), steps in prop::collection::vec(step(), 0..200)) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        pair.settle();
        for side in [0, 1] {
            prop_assert!(pair.ends[side].requests.values().all(|request| request.outcome.is_some()));
            prop_assert_eq!((pair.ends[side].connection.awaited(), pair.ends[side].connection.serving()), (0, 0));
        }
        prop_assert_eq!(pair.book.live(), 0);
    }

    #[test]
    fn a_request_that_never_left_is_told_from_one_that_may_have_arrived(
        shape in shape(),
        steps in prop::collection::vec(step(), 0..150),
        dead in 0..2_usize,
    ) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        let alive = 1 - dead;
        let read: Vec<u64> = pair.ends[dead].begun.clone();
        pair.kill(dead);
        let end = &pair.ends[alive];
        for (id, request) in &end.requests {
            if request.message > end.connection.settled() {
                prop_assert!(!read.contains(id), "the dead end read a request that was not settled");
            }
        }
    }

    #[test]
    fn goodbyes_let_declines_pass(
        shape in shape(),
        steps in prop::collection::vec(step(), 0..100),
        closing in 0..2_usize,
    ) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        pair.step(&Step::Close(closing));
        pair.settle();
        prop_assert!(pair.ends[1 - closing].requests.values().all(|request| request.outcome.is_some()));
    }
}

fn end() -> Connection<u32> {
    let mut end = Connection::new(Config::default());
    read_into(&mut end, &wire::hello(wire::VERSION), Vec::new(), false).unwrap();
    assert_eq!(end.poll_event(), Ok(None));
    drain(&mut end);
    end
}

fn request(end: &mut Connection<u32>, payload: &[u8]) -> u64 {
    let fill = |out: &mut Vec<u8>| out.extend_from_slice(payload);
    end.push_request(Format::Json, payload.len(), fill).unwrap()
}

#[test]
fn a_request_and_its_answer_are_the_documented_bytes() {
    let (mut ours, mut theirs) = (end(), end());
    assert_eq!(request(&mut ours, b"[1]"), 1);
    let bytes = drain(&mut ours);
    assert_eq!(bytes, wire::call(wire::REQUEST, 0, 1, b"[1]"));
    read_into(&mut theirs, &bytes, Vec::new(), false).unwrap();
    let Ok(Some(Event::Call { call, format, .. })) = theirs.poll_event() else {
        panic!("no request")
    };
    assert_eq!((call, format), (Call::Request(1), Format::Json));
    theirs
        .push_response(1, true, Format::Clone, 1, |out| out.push(b'2'))
        .unwrap();
    let bytes = drain(&mut theirs);
    assert_eq!(bytes, wire::call(wire::RESPONSE, 2 | 4, 1, b"2"));
    read_into(&mut ours, &bytes, Vec::new(), false).unwrap();
    let answer = Call::Response { id: 1, failed: true };
    assert!(
        matches!(ours.poll_event(), Ok(Some(Event::Call { call, format: Format::Clone, .. })) if call == answer)
    );
}

#[test]
fn a_cancelled_request_is_answered_without_the_application() {
    let (mut ours, mut theirs) = (end(), end());
    let id = request(&mut ours, b"1");
    assert!(ours.cancel(id), "it is awaited");
    let bytes = drain(&mut ours);
    assert_eq!(
        bytes,
        [wire::call(wire::REQUEST, 0, 1, b"1"), wire::cancel(1, 0)].concat()
    );
    read_into(&mut theirs, &bytes, Vec::new(), false).unwrap();
    assert!(matches!(theirs.poll_event(), Ok(Some(Event::Call { .. }))));
    assert_eq!(
        theirs.poll_event(),
        Ok(Some(Event::Requests(RequestEvent::Cancelled { id })))
    );
    let late = theirs.push_response(id, false, Format::Json, 0, |_| {});
    assert!(matches!(late, Err(PushError::NotAwaited { .. })));
    let bytes = drain(&mut theirs);
    assert_eq!(bytes, wire::cancel(1, DeclineReason::Cancelled as u8));
    read_into(&mut ours, &bytes, Vec::new(), false).unwrap();
    assert_eq!(ours.poll_event(), Ok(None), "nobody waits for it");
}

#[test]
fn no_more_requests_are_under_way_than_the_limit() {
    let mut ours = end();
    for _ in 0..MAX_REQUESTS {
        request(&mut ours, b"1");
    }
    assert!(!ours.has_room_for_request());
    let one_more = ours.push_request(Format::Json, 0, |_| {});
    assert!(matches!(one_more, Err(PushError::TooManyRequests { .. })));
    ours.cancel(1);
    assert!(!ours.has_room_for_request(), "the peer may be busy with it");
    read_into(&mut ours, &wire::cancel(1, 2), Vec::new(), false).unwrap();
    assert_eq!(ours.poll_event(), Ok(None));
    assert!(ours.has_room_for_request());
}

#[test]
fn a_peer_that_floods_with_cancelled_requests_and_reads_nothing_is_stopped() {
    let mut victim = end();
    let mut fault = None;
    for n in 1_u64..=3 * MAX_REQUESTS as u64 {
        let id = n.to_le_bytes();
        let both = [
            wire::frame(wire::REQUEST, 0, 0, &id),
            wire::frame(wire::CANCEL, 0, 0, &[&id[..], &[0]].concat()),
        ];
        read_into(&mut victim, &both.concat(), Vec::new(), false).unwrap();
        let mut slices = [std::io::IoSlice::new(&[]); 8];
        victim.transmit(&mut slices);
        while fault.is_none() {
            match victim.poll_event() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => fault = Some(error),
            }
        }
        if fault.is_some() {
            break;
        }
    }
    let fault = fault.expect("a fault");
    assert!(fault.to_string().contains("more requests under way"), "{fault}");
}
