//! Connection's decoder against the naive one, however the stream is cut and however early handles come.

mod support;

use std::collections::BTreeSet;

use forkwire_proto::{Connection, WireError};
use proptest::prelude::*;
use support::naive::{self, Item};
use support::stream::{Stream, Word, feed, meta, receiver, words};
use support::{cases, drain, wire};

/// Sizes around the decoder's own steps, and up to several buffers.
fn any_size() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![
        2 => Just(0_usize),
        6 => 1..200_usize,
        2 => 16_300..16_500_usize,
        2 => 65_400..65_600_usize,
        1 => 0..300_000_usize,
    ]
}

fn disturbances() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let early = prop_oneof![Just(0), 0..30_usize, 0..100_000_usize];
    let lost = prop_oneof![4 => Just(0), 1 => 1..5_usize, 1 => Just(1000)];
    prop::collection::vec((early, lost), 12)
}

/// After any read: exactly what the whole frames so far say was told, and the end of the stream would be judged right.
fn check_prefix(stream: &Stream, connection: &Connection<u32>, at: usize, items: &[Item]) {
    let prefix = &stream.bytes[..at];
    assert_eq!(
        items,
        naive::decode(prefix, &stream.handles()),
        "after {at} bytes"
    );
    let expected = naive::unfinished(prefix).map_or(Ok(()), |(start, missing)| {
        Err(WireError::Truncated {
            position: start as u64,
            missing: missing as u64,
        })
    });
    assert_eq!(connection.handle_eof(), expected, "after {at} bytes");
}

/// Handle groups that lost a handle are refused, everything else is accepted: with one acknowledgement for all.
fn check_answers(stream: &Stream, connection: &mut Connection<u32>, items: &[Item]) {
    let answers = drain(connection);
    let told = naive::decode(&answers, &[]);
    let frames = naive::frames(&stream.bytes);
    let groups = frames
        .iter()
        .filter(|frame| frame.is_message() && frame.handles > 0)
        .count() as u64;
    let delivered = |group| {
        items
            .iter()
            .any(|item| matches!(item, Item::Group { number, .. } if *number == group))
    };
    let mut expected: Vec<Item> = (1..=groups)
        .filter(|&group| !delivered(group))
        .map(|group| Item::Refused(group, forkwire_proto::RefuseReason::Limit))
        .collect();
    expected.extend((groups > 0).then_some(Item::Acknowledged(groups)));
    assert_eq!(told, expected);
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn random_cuts_change_nothing(
        words in words(any_size()),
        disturbances in disturbances(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let mut stream = Stream::new(&words);
        stream.disturb(&disturbances);
        let cuts: BTreeSet<usize> = cuts.iter().map(|cut| cut.index(stream.bytes.len())).collect();
        let mut connection = receiver();
        let items = feed(&mut connection, &stream, cuts, |_, _, _| {}).unwrap();
        prop_assert_eq!(&items, &naive::decode(&stream.bytes, &stream.handles()));
        prop_assert_eq!(connection.handle_eof(), Ok(()));
        prop_assert_eq!(connection.buffered(), 0);
        check_answers(&stream, &mut connection, &items);
    }

    #[test]
    fn a_stream_read_byte_by_byte_yields_each_frame_with_its_last_byte(
        words in words(0..60_usize),
        disturbances in disturbances(),
    ) {
        let mut stream = Stream::new(&words[..words.len().min(5)]);
        stream.disturb(&disturbances);
        let mut connection = receiver();
        let cuts = 1..stream.bytes.len();
        feed(&mut connection, &stream, cuts, |connection, at, items| check_prefix(&stream, connection, at, items))
            .unwrap();
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn one_cut_at_any_byte_changes_nothing(words in words(0..60_usize), disturbances in disturbances()) {
        let mut stream = Stream::new(&words[..words.len().min(4)]);
        stream.disturb(&disturbances);
        for cut in 0..stream.bytes.len() {
            let check = |connection: &_, at, items: &_| check_prefix(&stream, connection, at, items);
            feed(&mut receiver(), &stream, [cut], check).unwrap();
        }
    }

    #[test]
    fn a_large_message_may_be_cut_near_each_of_its_ends(meta in meta(), size in 16_000..300_000_usize) {
        let stream = Stream::new(&[Word::Message(meta, 3), Word::Message(meta, size), Word::Message(meta, 5)]);
        let frames = naive::frames(&stream.bytes);
        let expected = naive::decode(&stream.bytes, &[]);
        for edge in [frames[2].start, frames[2].end(), size / 2] {
            for cut in edge - 10..edge + 10 {
                let items = feed(&mut receiver(), &stream, [cut], |_, _, _| {}).unwrap();
                prop_assert!(items == expected, "cut at {}", cut);
            }
        }
    }
}

#[test]
fn handles_that_come_with_much_earlier_bytes_wait_for_their_frame() {
    let mut connection = receiver();
    let early = [wire::hello(wire::VERSION), wire::json(b"1")].concat();
    support::read_into(&mut connection, &early, vec![7], false).unwrap();
    assert!(matches!(connection.poll_event(), Ok(Some(_))) && matches!(connection.poll_event(), Ok(None)));
    let kind = forkwire_proto::HandleInfo::new(forkwire_proto::HandleKind::NetServer);
    let late = [
        wire::handles(1),
        wire::group(wire::CLONE, 1, std::slice::from_ref(&kind), b"x"),
    ]
    .concat();
    support::read_into(&mut connection, &late, Vec::new(), false).unwrap();
    let event = connection.poll_event().unwrap().unwrap();
    let Item::Group {
        number: 1, handles, ..
    } = support::item(event, |id| id)
    else {
        panic!("a group")
    };
    assert_eq!(handles, [(kind, 7)]);
}
