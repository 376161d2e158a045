//! Requests on Node's own wire keep the rules of those on the native one.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod requests_support;
mod support;

use forkwire_proto::{
    Config, DeclineReason, Event, Format, HandleInfo, MAX_REQUESTS, NodeConnection, PushError, Wire,
};
use proptest::prelude::*;
use requests_support::{Pair, Step, step};
use support::cases;
use support::schedule::shape;

/// The same steps without handles, which requests do not have there.
fn bare(steps: Vec<Step>) -> Vec<Step> {
    let without = |step| match step {
        Step::Request(side, format, len, _) => Some(Step::Request(side, format, len, 0)),
        Step::Respond(side, which, failed, len, _) => Some(Step::Respond(side, which, failed, len, 0)),
        Step::Refuse(..) => None,
        step => Some(step),
    };
    steps.into_iter().filter_map(without).collect()
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn each_request_ends_once(shape in shape(), steps in prop::collection::vec(step(), 0..150)) {
        let mut pair = Pair::on_node_wire(shape, Format::Clone);
        pair.run(&bare(steps));
        pair.settle();
        prop_assert_eq!(pair.book.live(), 0);
        for end in &pair.ends {
            prop_assert!(end.requests.values().all(|request| request.outcome.is_some()));
            prop_assert_eq!((end.connection.awaited(), end.connection.serving()), (0, 0));
        }
    }

    #[test]
    fn a_request_that_never_left_is_told_from_one_that_may_have_arrived(
        shape in shape(),
        steps in prop::collection::vec(step(), 0..100),
        dead in 0..2_usize,
    ) {
        let mut pair = Pair::on_node_wire(shape, Format::Clone);
        pair.run(&bare(steps));
        let read: Vec<u64> = pair.ends[dead].begun.clone();
        pair.kill(dead);
        let end = &pair.ends[1 - dead];
        for (id, request) in &end.requests {
            if request.message > end.connection.settled() {
                prop_assert!(!read.contains(id), "the dead end read a request that was not settled");
            }
        }
    }
}

fn json() -> NodeConnection<u32> {
    NodeConnection::new(Format::Json, Config::default())
}

fn read(connection: &mut NodeConnection<u32>, text: &str) {
    for part in text.as_bytes().chunks(1024) {
        connection.spare()[..part.len()].copy_from_slice(part);
        connection.handle_read(part.len(), Vec::new(), false).unwrap();
    }
}

#[test]
fn broken_rules_are_faults() {
    for text in [
        r#"{"cmd":"NODE_FORKWIRE_REQUEST","id":2,"msg":1}"#,
        r#"{"cmd":"NODE_FORKWIRE_REQUEST","id":0,"msg":1}"#,
        r#"{"cmd":"NODE_FORKWIRE_RESPONSE","id":1,"msg":1}"#,
        r#"{"cmd":"NODE_FORKWIRE_FAILURE","id":1}"#,
        r#"{"cmd":"NODE_FORKWIRE_CANCEL","id":1,"reason":1}"#,
        r#"{"cmd":"NODE_FORKWIRE_CANCEL","id":1,"reason":0}"#,
    ] {
        let mut end = json();
        read(&mut end, &format!("[]\n{text}\n"));
        assert!(
            matches!(end.poll_event(), Ok(Some(Event::Message { .. }))),
            "{text}"
        );
        let fault = end.poll_event().unwrap_err();
        assert_eq!(
            (fault.code(), fault.position()),
            ("ERR_FORKWIRE_MALFORMED", 3),
            "{text}"
        );
    }
}

#[test]
fn a_message_that_is_not_about_a_request_is_internal_like_any_other() {
    for text in [
        r#"{"cmd":"NODE_FORKWIRE_REQUEST"}"#,
        r#"{"cmd":"NODE_FORKWIRE_RESPONSE","id":"1"}"#,
        r#"{"cmd":"NODE_FORKWIRE_HELLO","version":1}"#,
    ] {
        let mut end = json();
        read(&mut end, &format!("{text}\n"));
        match end.poll_event() {
            Ok(Some(Event::Message { meta, payload, .. })) => {
                assert!(meta.internal);
                assert_eq!(payload.as_slice(), text.as_bytes());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn no_more_requests_are_under_way_than_the_limit() {
    let mut end = json();
    for _ in 0..MAX_REQUESTS {
        end.push_request(1, |out| out.push(b'1')).unwrap();
    }
    assert!(matches!(
        end.push_request(1, |out| out.push(b'1')),
        Err(PushError::TooManyRequests { .. })
    ));

    let mut end = json();
    let request = |id: usize| format!("{{\"cmd\":\"NODE_FORKWIRE_REQUEST\",\"id\":{id},\"msg\":1}}\n");
    for id in 1..=MAX_REQUESTS {
        read(&mut end, &request(id));
        assert!(matches!(end.poll_event(), Ok(Some(Event::Call { .. }))));
    }
    read(&mut end, &request(MAX_REQUESTS + 1));
    assert_eq!(end.poll_event().unwrap_err().code(), "ERR_FORKWIRE_MALFORMED");
}

#[test]
fn declines_do_not_pile_up_for_a_peer_that_does_not_read() {
    let mut end = json();
    for id in 1..=1_000_u64 {
        let request = format!("{{\"cmd\":\"NODE_FORKWIRE_REQUEST\",\"id\":{id},\"msg\":1}}\n");
        read(&mut end, &request);
        assert!(matches!(end.poll_event(), Ok(Some(Event::Call { .. }))));
        assert!(end.decline(id, DeclineReason::NoHandler));
    }
    let mut slices = [std::io::IoSlice::new(&[]); 8];
    assert!(end.transmit(&mut slices).bytes < 1024);
    assert!(end.wants_write());
}

#[test]
fn handles_of_a_request_are_given_back() {
    let mut end: Wire<u32> = Wire::Node(json());
    let info = || HandleInfo::new(forkwire_proto::HandleKind::NetSocket);
    match end.push_request_with_handles(Format::Json, vec![(info(), 7)], 0, |_| {}) {
        Err(PushError::TooManyHandles { handles }) => assert_eq!(handles, [7]),
        other => panic!("{other:?}"),
    }
}
