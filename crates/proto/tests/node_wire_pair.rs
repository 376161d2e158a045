//! Two ends on Node's wire: order, parking until an answer comes, handles sent again, and what is settled.

mod node_support;

use std::rc::Rc;

use forkwire_proto::{Config, HandleInfo, HandleKind, NodeConnection};
use node_support::pair::{Pair, Step, step};
use node_support::{Item, Kind, cases, drain, format, frame, payload, read};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(150))]

    /// Every invariant is checked after every step: see the model.
    #[test]
    fn everything_arrives_in_order_and_every_handle_ends_once(
        format in format(),
        steps in prop::collection::vec(step(), 0..150),
    ) {
        let mut pair = Pair::new(format);
        for step in steps {
            pair.step(step);
        }
        pair.settle();
        for side in [0, 1] {
            let (end, peer) = (&pair.ends[side], &pair.ends[1 - side]);
            prop_assert!(end.is_empty(), "everything arrives");
            prop_assert_eq!(end.connection.settled(), end.pushed);
            prop_assert_eq!((end.connection.backlog_bytes(), end.connection.unanswered()), (0, 0));
            prop_assert_eq!(end.answered, end.groups);
            prop_assert_eq!(end.refused.len() as u64, end.owed);
            prop_assert_eq!(peer.connection.buffered(), 0);
        }
        for token in &pair.tokens {
            prop_assert_eq!(Rc::strong_count(token), 1, "nobody keeps handle {}", token);
        }
    }

    /// Answers that come at any time, envelopes that lie, bytes that are nothing.
    #[test]
    fn any_input_is_survived(
        format in format(),
        words in prop::collection::vec((0..8_u8, 0..60_usize, any::<prop::sample::Index>()), 0..60),
    ) {
        let config = Config::new(5_000);
        let mut connection = NodeConnection::<u32>::new(format, config);
        let (mut told, mut fault) = (Vec::new(), None);
        for (id, (what, size, at)) in (0..).zip(words) {
            let kinds = [Kind::Plain, Kind::Internal, Kind::Handle, Kind::Ack, Kind::Nack];
            let mut bytes = frame(format, &payload(format, kinds[usize::from(what) % 5], id, size));
            if what >= 5 {
                let place = at.index(bytes.len());
                bytes[place] = bytes[place].wrapping_add(u8::try_from(size).unwrap());
            }
            if what == 6 {
                let handles = vec![(HandleInfo::new(HandleKind::NetServer), id)];
                connection.push_with_handles(handles, 0, |out| out.extend(payload(format, Kind::Handle, id, 100))).unwrap();
            }
            // Written in part: what answers it then cannot be an honest answer.
            let mut slices = [std::io::IoSlice::new(&[]); 4];
            let offered = connection.transmit(&mut slices).bytes;
            if offered > 0 {
                connection.transmitted(1 + at.index(offered));
            }
            let handles = if at.index(3) == 0 { vec![id] } else { Vec::new() };
            if let Err(error) = read(&mut connection, &bytes, handles, &mut told) {
                fault = Some(error);
                break;
            }
            for item in told.drain(..) {
                if let Item::Group { number, .. } = item {
                    connection.accept(number);
                }
            }
            prop_assert!(connection.buffered() <= 5_000 + 65_536);
        }
        if let Some(error) = fault {
            prop_assert!(error.code().starts_with("ERR_FORKWIRE_"));
        }
    }
}

#[test]
fn a_handle_that_never_comes_is_sent_four_times_and_refused() {
    for format in [forkwire_proto::Format::Json, forkwire_proto::Format::Clone] {
        let mut pair = Pair::new(format);
        pair.step(Step::PushWithHandles(0, 10));
        pair.step(Step::Push(0, 10));
        for _ in 0..4 {
            assert!(pair.ends[0].refused.is_empty());
            assert!(pair.step(Step::Transmit(0, usize::MAX)));
            pair.step(Step::Receive(1, usize::MAX, true));
            pair.step(Step::Transmit(1, usize::MAX));
            pair.step(Step::Receive(0, usize::MAX, false));
        }
        assert_eq!(
            (pair.ends[0].refused.as_slice(), pair.ends[0].answered),
            (&[1][..], 1)
        );
        pair.settle();
        assert!(pair.ends[0].is_empty(), "the next message arrives");
    }
}

#[test]
fn a_message_has_one_handle() {
    let mut connection = NodeConnection::<u32>::new(forkwire_proto::Format::Json, Config::default());
    for count in [0, 2] {
        let handles = (0..count)
            .map(|id| (HandleInfo::new(HandleKind::NetServer), id))
            .collect();
        let error = connection.push_with_handles(handles, 0, |_| {}).unwrap_err();
        assert_eq!(error.into_handles(), (0..count).collect::<Vec<_>>());
    }
    assert!(drain(&mut connection).is_empty());
}

/// Envelopes without handles from a peer that never reads: the answers do not pile up for ever.
#[test]
fn answers_that_are_not_read_are_bounded() {
    for format in [forkwire_proto::Format::Json, forkwire_proto::Format::Clone] {
        let mut connection = NodeConnection::<u32>::new(format, Config::default());
        let envelope = frame(format, &payload(format, Kind::Handle, 0, 0));
        let mut told = Vec::new();
        let fault = (0..1_000).find_map(|_| read(&mut connection, &envelope, Vec::new(), &mut told).err());
        assert_eq!(fault.map(|fault| fault.code()), Some("ERR_FORKWIRE_MALFORMED"));
        assert!(drain(&mut connection).len() < 4_096);
    }
}

#[test]
fn handles_that_no_envelope_announces_are_bounded() {
    let mut connection = NodeConnection::<u32>::new(forkwire_proto::Format::Json, Config::default());
    let fault = (0..1_000).find_map(|id| read(&mut connection, b"1\n", vec![id], &mut Vec::new()).err());
    assert_eq!(fault.map(|fault| fault.code()), Some("ERR_FORKWIRE_MALFORMED"));
}
