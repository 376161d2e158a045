//! Each rule of the wire, broken once: which fault it is and where.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use forkwire_proto::{Config, Connection, HandleInfo, HandleKind, WireError};
use support::naive::Item;
use support::{drain, json, read_into, wire};

/// Feeds a hello and `bytes`, with one handle for each count in `batches`, to an end with one handle group of two handles
/// under way and another one that waits after it, unsent.
fn fault(bytes: &[u8], batches: &[usize]) -> WireError {
    let mut connection = Connection::new(Config::new(1_000));
    let kind = HandleInfo::new(HandleKind::NetSocket);
    connection
        .push_with_handles(json(), vec![(kind.clone(), 0); 2], 0, |_| {})
        .unwrap();
    drain(&mut connection);
    connection
        .push_with_handles(json(), vec![(kind, 0)], 0, |_| {})
        .unwrap();
    for &count in batches {
        read_into(&mut connection, &[], vec![0; count], false).unwrap();
    }
    read_into(
        &mut connection,
        &[&wire::hello(wire::VERSION), bytes].concat(),
        Vec::new(),
        false,
    )
    .unwrap();
    loop {
        match connection.poll_event() {
            Ok(event) => assert!(event.is_some(), "no fault in {bytes:?}"),
            Err(fault) => return fault,
        }
    }
}

/// The frames that break it, the handles that come beforehand, words of the fault, and its place.
type Rule<'a> = (&'a [Vec<u8>], &'a [usize], &'a str, u64);

/// Length of a hello: where the first frame after it begins.
const FIRST: u64 = 14;

fn check(rules: &[Rule]) {
    for (frames, batches, what, position) in rules {
        let fault = fault(&frames.concat(), batches);
        assert!(fault.to_string().contains(what), "{fault} for {what}");
        assert_eq!(
            (fault.code(), fault.position()),
            ("ERR_FORKWIRE_MALFORMED", *position),
            "{what}"
        );
    }
}

#[test]
fn every_broken_rule_of_requests_is_named_with_the_place_of_its_frame() {
    check(&[
        (
            &[wire::frame(wire::REQUEST, 0, 0, b"7 bytes")],
            &[],
            "without a number",
            FIRST,
        ),
        (
            &[wire::call(wire::REQUEST, 4, 1, b"")],
            &[],
            "unknown flags",
            FIRST,
        ),
        (
            &[wire::call(wire::REQUEST, 0, 1, b"\xff")],
            &[],
            "not UTF-8",
            FIRST + 16,
        ),
        (
            &[wire::call(wire::REQUEST, 0, 2, b"1")],
            &[],
            "out of order",
            FIRST,
        ),
        (
            &[wire::call(wire::RESPONSE, 0, 1, b"1")],
            &[],
            "an answer to a request that is not under way",
            FIRST,
        ),
        (
            &[wire::cancel(1, 1)],
            &[],
            "an answer to a request that is not under way",
            FIRST,
        ),
        (
            &[wire::call(wire::REQUEST, 0, 1, b"1"), wire::cancel(2, 0)],
            &[],
            "cancellation of a request that was not sent",
            FIRST + 17,
        ),
        (
            &[wire::close(), wire::call(wire::REQUEST, 0, 1, b"1")],
            &[],
            "after the close",
            FIRST + 8,
        ),
    ]);
}

#[test]
fn every_broken_rule_is_named_with_the_place_of_its_frame() {
    let note = |note: &str| HandleInfo::from_wire(1, note.to_owned());
    let group = |count: usize| wire::group(wire::JSON, 0, &vec![note(""); count], b"{}");
    let cut_short = wire::frame(wire::JSON, 0, 1, &[1, 5, 0, b'n', b'o']);
    let not_utf8 = wire::frame(wire::JSON, 0, 1, &[1, 1, 0, 0xff]);
    let json = wire::json(b"{}");
    let rules: &[Rule] = &[
        (&[wire::hello(wire::VERSION)], &[], "not the hello", FIRST),
        (&[wire::frame(wire::JSON, 2, 0, b"")], &[], "unknown flags", FIRST),
        (
            &[wire::frame(wire::ACK, 1, 0, &[0; 8])],
            &[],
            "unknown flags",
            FIRST,
        ),
        (&[vec![2, 0, 0, 1, 0, 0, 0, 0]], &[], "unknown flags", FIRST),
        (
            &[wire::frame(wire::CLOSE, 0, 1, b"")],
            &[],
            "handles that can have none",
            FIRST,
        ),
        (
            &[wire::frame(wire::SEVERAL, 1, 0, b"[]")],
            &[],
            "unknown flags",
            FIRST,
        ),
        (
            &[wire::frame(wire::SEVERAL, 0, 1, b"[]")],
            &[],
            "handles that can have none",
            FIRST,
        ),
        (&[wire::several(b"[\xff]")], &[], "not UTF-8", FIRST + 9),
        (
            &[wire::frame(wire::ACK, 0, 0, &[1; 7])],
            &[],
            "wrong length",
            FIRST,
        ),
        (&[wire::close(), json.clone()], &[], "after the close", FIRST + 8),
        (&[wire::close(), wire::close()], &[], "after the close", FIRST + 8),
        (&[wire::handles(0)], &[], "announces none", FIRST),
        (&[wire::handles(1)], &[], "did not come", FIRST),
        (&[wire::handles(1)], &[2], "more handles than announced", FIRST),
        (&[wire::handles(2)], &[1], "fewer handles than announced", FIRST),
        (
            &[wire::handles(254)],
            &[253],
            "more handles than one transfer",
            FIRST,
        ),
        (&[group(1)], &[1], "more handles than were announced", FIRST),
        (
            &[wire::handles(1), group(2)],
            &[1],
            "more handles than were announced",
            FIRST + 8,
        ),
        (&[wire::handles(1), cut_short], &[1], "cut short", FIRST + 8),
        (&[wire::handles(1), not_utf8], &[1], "not UTF-8", FIRST + 8),
        (
            &[wire::handles(253), wire::handles(253), wire::handles(7)],
            &[253, 253, 7],
            "window",
            FIRST + 16,
        ),
        (&[wire::ack(0)], &[], "not under way", FIRST),
        (&[wire::ack(3)], &[], "not under way", FIRST),
        (&[wire::ack(2)], &[], "handles that were not sent", FIRST),
        (&[json.clone(), wire::refuse(0, 1)], &[], "refusal", FIRST + 10),
        (&[wire::refuse(2, 1)], &[], "refusal", FIRST),
        (
            &[wire::refuse(1, 1), wire::refuse(1, 1)],
            &[],
            "refusal",
            FIRST + 17,
        ),
        (&[wire::ack(1), wire::refuse(1, 1)], &[], "refusal", FIRST + 16),
    ];
    check(rules);
}

#[test]
fn unknown_kinds_and_oversize_bodies_have_faults_of_their_own() {
    assert_eq!(
        fault(&wire::frame(99, 0, 0, b""), &[]),
        WireError::UnknownKind {
            kind: 99,
            version: 2,
            position: FIRST
        }
    );
    assert_eq!(
        fault(&wire::header(wire::CLONE, 0, 0, u32::MAX), &[]),
        WireError::TooLarge {
            len: u64::from(u32::MAX),
            max: 1_000,
            position: FIRST
        }
    );
    assert_eq!(
        fault(&wire::header(wire::ACK, 0, 0, 9), &[]),
        WireError::TooLarge {
            len: 9,
            max: 8,
            position: FIRST
        }
    );
}

/// What a stranger says first, and the fault.
fn greeting(bytes: &[u8]) -> WireError {
    let mut connection = Connection::<u32>::new(Config::default());
    read_into(&mut connection, bytes, Vec::new(), false).unwrap();
    connection.poll_event().unwrap_err()
}

#[test]
fn the_first_frame_is_the_hello_of_this_version() {
    assert_eq!(
        greeting(&wire::hello(1)),
        WireError::Version { ours: 2, theirs: 1 }
    );
    assert_eq!(greeting(&wire::hello(3)).code(), "ERR_FORKWIRE_VERSION");
    let stranger = wire::frame(wire::HELLO, 0, 0, b"HTTP/1");
    assert_eq!(greeting(&stranger).code(), "ERR_FORKWIRE_MALFORMED");
    assert!(matches!(
        greeting(b"{\"cmd\":\"NODE_HANDLE\"}"),
        WireError::UnknownKind {
            kind: b'{',
            position: 0,
            ..
        }
    ));
}

#[test]
fn a_message_in_place_of_the_hello_is_a_fault_before_its_body_comes() {
    let fault = greeting(&wire::header(wire::JSON, 0, 0, 1 << 28));
    assert!(
        fault.to_string().contains("no hello") && fault.position() == 0,
        "{fault}"
    );
}

#[test]
fn answers_may_follow_the_close() {
    let mut connection = Connection::new(Config::default());
    let handles = vec![(HandleInfo::new(HandleKind::NetSocket), 0)];
    connection.push_with_handles(json(), handles, 0, |_| {}).unwrap();
    drain(&mut connection);
    let bytes = [
        wire::hello(wire::VERSION),
        wire::close(),
        wire::refuse(1, 77),
        wire::ack(1),
    ]
    .concat();
    read_into(&mut connection, &bytes, Vec::new(), false).unwrap();
    let mut told = Vec::new();
    while let Some(event) = connection.poll_event().unwrap() {
        told.push(support::item(event, |id| id));
    }
    let refused = Item::Refused(1, forkwire_proto::RefuseReason::Other);
    assert_eq!(told, [Item::Closed, refused, Item::Acknowledged(1)]);
    assert!(connection.peer_closed());
}
