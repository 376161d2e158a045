//! Whatever bytes and handles come: no panic, a fault that names a place inside the stream, bounded memory.

mod support;

use forkwire_proto::{Config, Connection, Event, HandleInfo, HandleKind, WireError};
use proptest::prelude::*;
use proptest::sample::Index;
use support::naive::{self, Item};
use support::stream::{Batch, Stream, feed, receiver, words};
use support::{cases, drain, json, read_into, wire};

/// Frames with any header, whose length may lie.
fn odd_frames() -> impl Strategy<Value = Vec<u8>> {
    let number = || prop_oneof![5 => 0..4_u8, 1 => any::<u8>()];
    let header = (
        0..10_u8,
        prop_oneof![6 => Just(0), 1 => any::<u8>()],
        number(),
        prop_oneof![9 => Just(0), 1 => any::<u8>()],
    );
    let len = prop_oneof![6 => Just(None), 1 => (0..20_u32).prop_map(Some), 1 => any::<u32>().prop_map(Some)];
    let sizes = prop_oneof![Just(0_usize), Just(6), Just(8), Just(9), 0..40_usize];
    let body = sizes.prop_flat_map(move |size| prop::collection::vec(number(), size));
    let frame = (header, len, body).prop_map(|((kind, flags, handles, zero), len, body)| {
        let len = len.unwrap_or(u32::try_from(body.len()).unwrap_or(0));
        let mut frame = wire::header(kind, flags, handles, len);
        frame[3] = zero;
        frame.extend(body);
        frame
    });
    prop::collection::vec(frame, 0..20).prop_map(|frames| frames.concat())
}

fn any_handles() -> impl Strategy<Value = Vec<(Index, Vec<Option<u32>>)>> {
    let handle = prop_oneof![8 => Just(Some(1)), 1 => Just(None)];
    prop::collection::vec((any::<Index>(), prop::collection::vec(handle, 0..4)), 0..8)
}

/// One thing done to a valid stream.
#[derive(Clone, Debug)]
enum Damage {
    Set(u8),
    Flip(u8),
    Remove(usize),
    Insert(Vec<u8>),
    Cut,
    Length(u32),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<u8>().prop_map(Damage::Set),
        (0..8_u8).prop_map(Damage::Flip),
        (1..40_usize).prop_map(Damage::Remove),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(Damage::Insert),
        Just(Damage::Cut),
        any::<u32>().prop_map(Damage::Length),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>, at: usize) {
        match self {
            Self::Set(byte) => bytes[at] = *byte,
            Self::Flip(bit) => bytes[at] ^= 1 << bit,
            Self::Remove(count) => drop(bytes.drain(at..bytes.len().min(at + count))),
            Self::Insert(more) => drop(bytes.splice(at..at, more.iter().copied())),
            Self::Cut => bytes.truncate(at),
            Self::Length(len) => {
                let end = bytes.len().min(at + 4);
                bytes[at..end].copy_from_slice(&len.to_le_bytes()[..end - at]);
            }
        }
    }
}

/// Feeds what may be anything. Returns what was told before the fault, if there was one.
fn survive(stream: &Stream, cuts: &[Index]) -> (Vec<Item>, Result<(), WireError>) {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut connection = receiver();
    let (mut told, mut read) = (Vec::new(), 0);
    let result = feed(&mut connection, stream, cuts, |_, at, items| {
        read = at;
        told = items.to_vec();
    });
    let result = result.map(drop).and_then(|()| connection.handle_eof());
    if let Err(error) = &result {
        assert!(
            error.position() <= stream.bytes.len() as u64,
            "{error} after {read} bytes"
        );
        assert!(error.code().starts_with("ERR_FORKWIRE_"));
    }
    (told, result)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn random_bytes_are_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..3_000),
        greets in any::<bool>(),
        cuts in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let greeting = if greets { wire::hello(wire::VERSION) } else { Vec::new() };
        let (_told, _fault) = survive(&Stream { bytes: [greeting, bytes].concat(), batches: Vec::new() }, &cuts);
    }

    #[test]
    fn odd_frames_and_handles_are_survived(
        frames in odd_frames(),
        handles in any_handles(),
        cuts in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let bytes = [wire::hello(wire::VERSION), frames].concat();
        let place = |(at, handles): (Index, _)| Batch { offset: at.index(bytes.len()), handles };
        let mut batches: Vec<Batch> = handles.into_iter().map(place).collect();
        batches.sort_by_key(|batch| batch.offset);
        let (_told, _fault) = survive(&Stream { bytes, batches }, &cuts);
    }

    #[test]
    fn messages_before_the_damage_are_still_delivered(
        words in words(0..200_usize),
        damages in prop::collection::vec((any::<Index>(), damage()), 1..4),
        cuts in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let valid = Stream::new(&words);
        let mut stream = valid.clone();
        let mut first = valid.bytes.len();
        for (place, damage) in damages {
            if !stream.bytes.is_empty() {
                let at = place.index(stream.bytes.len());
                damage.apply(&mut stream.bytes, at);
                first = first.min(at);
            }
        }
        let (_, result) = survive(&stream, &cuts);
        // Told in full before the damaged bytes are even read.
        let front = Stream { bytes: stream.bytes[..first.min(stream.bytes.len())].to_vec(), ..valid.clone() };
        let (told, judged) = survive(&front, &cuts);
        prop_assert_eq!(told, naive::decode(&front.bytes, &valid.handles()));
        if let (Err(error), true) = (result, judged.is_ok()) {
            prop_assert!(error.position() >= first as u64, "{} for a fault at {}", error, first);
        }
    }
}

/// One whole handle group with one handle, and its announcement.
fn group() -> Vec<u8> {
    let kind = HandleInfo::new(HandleKind::NetSocket);
    [wire::handles(1), wire::group(wire::JSON, 0, &[kind], b"1")].concat()
}

/// A peer that never reads cannot make our answers pile up: it is held to the window.
#[test]
fn a_peer_that_does_not_read_its_answers_is_stopped_at_the_window() {
    for refuses in [false, true] {
        let mut connection = Connection::new(Config::default());
        read_into(&mut connection, &wire::hello(wire::VERSION), Vec::new(), false).unwrap();
        let mut taken = 0_u32;
        let fault = loop {
            let read = read_into(&mut connection, &group(), vec![taken], false);
            match read.and_then(|()| connection.poll_event().map(|event| event.is_some())) {
                Ok(told) => assert!(told),
                Err(fault) => break fault,
            }
            taken += 1;
            assert!(taken as usize <= 2 * wire::WINDOW, "nothing stops it");
            if refuses {
                connection.refuse(u64::from(taken), forkwire_proto::RefuseReason::Limit);
            } else {
                connection.accept(u64::from(taken));
            }
            let mut slices = [std::io::IoSlice::new(&[]); 8];
            assert!(
                connection.transmit(&mut slices).bytes < 100 + 17 * wire::WINDOW,
                "transmit is bounded"
            );
        };
        assert!(fault.to_string().contains("window"), "{fault}");
        assert!(
            (wire::WINDOW..=2 * wire::WINDOW).contains(&(taken as usize)),
            "{taken} groups"
        );
    }
}

#[test]
fn handles_that_nothing_announces_are_bounded() {
    let mut connection = Connection::new(Config::default());
    read_into(&mut connection, &wire::hello(wire::VERSION), Vec::new(), false).unwrap();
    let faults = |n| read_into(&mut connection, &[], vec![n; 253], false).is_err();
    assert!((0..5).any(faults), "more than four transfers");
}

#[test]
fn messages_up_to_the_limit_pass_and_longer_ones_are_a_fault_at_their_header() {
    for (size, passes) in [(0, true), (19_999, true), (20_000, true), (20_001, false)] {
        let mut connection = Connection::<u32>::new(Config::new(20_000));
        let payload = vec![b'x'; size];
        let bytes = [wire::hello(wire::VERSION), wire::json(&payload)].concat();
        read_into(&mut connection, &bytes, Vec::new(), false).unwrap();
        match connection.poll_event() {
            Ok(Some(Event::Message { payload: told, .. })) => assert!(passes && told.as_slice() == payload),
            Err(fault) => {
                assert_eq!(
                    fault,
                    WireError::TooLarge {
                        len: 20_001,
                        max: 20_000,
                        position: 14
                    }
                );
                assert!(!passes);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn our_own_acknowledgements_are_not_the_peers_to_repeat() {
    let mut connection = Connection::new(Config::default());
    let handles = vec![(HandleInfo::new(HandleKind::NetSocket), 1_u32)];
    connection.push_with_handles(json(), handles, 0, |_| {}).unwrap();
    drain(&mut connection);
    let bytes = [wire::hello(wire::VERSION), wire::ack(1), wire::ack(1)].concat();
    read_into(&mut connection, &bytes, Vec::new(), false).unwrap();
    assert_eq!(
        connection.poll_event(),
        Ok(Some(Event::Acknowledged { through: 1 }))
    );
    assert_eq!(connection.poll_event().unwrap_err().position(), 30);
}
