use super::*;
use crate::event::{Event, Format, Payload};
use crate::frame::Header;
use crate::frame::Kind;
use crate::handle::HandleKind;
use crate::ledger::WINDOW;

const META: Meta = Meta {
    format: Format::Json,
    internal: false,
};

/// An end that heard the peer's hello and said its own.
fn greeted() -> Connection<u32> {
    let mut connection = Connection::new(Config { max_message: 100_000 });
    read(&mut connection, &control(Control::Hello), &[]);
    drain(&mut connection);
    connection
}

fn control(frame: Control) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_control(&mut bytes, frame);
    bytes
}

fn read(connection: &mut Connection<u32>, bytes: &[u8], handles: &[u32]) {
    connection.spare()[..bytes.len()].copy_from_slice(bytes);
    connection
        .handle_read(bytes.len(), handles.to_vec(), false)
        .unwrap();
    if handles.is_empty() {
        assert_eq!(connection.poll_event(), Ok(None));
    }
}

/// Reads a handle group of one handle that came (or, `cut`, was lost). Its number, if it is delivered.
fn receive_group(connection: &mut Connection<u32>, cut: bool) -> Option<u64> {
    let announcement = Header {
        handles: 1,
        ..Header::control(Kind::Handles, 0)
    };
    let header = Header {
        handles: 1,
        ..Header::control(Kind::Json, 3)
    };
    let bytes = [&announcement.encode()[..], &header.encode(), &[1, 0, 0]].concat();
    connection.spare()[..bytes.len()].copy_from_slice(&bytes);
    let handles = if cut { vec![] } else { vec![5] };
    connection.handle_read(bytes.len(), handles, cut).unwrap();
    match connection.poll_event().unwrap() {
        Some(Event::MessageWithHandles { number, .. }) => Some(number),
        other => {
            assert_eq!(other, None);
            None
        }
    }
}

/// Everything that would be written.
fn drain(connection: &mut Connection<u32>) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let mut slices = [IoSlice::new(&[]); 8];
        let offer = connection.transmit(&mut slices);
        let (count, bytes) = (offer.slices, offer.bytes);
        if bytes == 0 {
            return out;
        }
        slices[..count]
            .iter()
            .for_each(|slice| out.extend_from_slice(slice));
        connection.transmitted(bytes);
        assert!(out.len() < 1_000_000, "there is an end to it");
    }
}

fn push(connection: &mut Connection<u32>, payload: &[u8]) -> Result<(), PushError<u32>> {
    connection.push(META, payload.len(), |out| out.extend_from_slice(payload))
}

fn text(payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap();
    [&Header::control(Kind::Json, len).encode(), payload].concat()
}

#[test]
fn a_new_end_has_its_hello_to_write() {
    let mut connection = Connection::<u32>::new(Config::default());
    assert!(connection.wants_write() && connection.backlog_bytes() == 0 && connection.settled() == 0);
    assert_eq!(drain(&mut connection), b"\x01\0\0\0\x06\0\0\0FKWR\x02\0");
    assert!(!connection.wants_write());
}

#[test]
fn one_acknowledgement_covers_all_groups_answered_since_the_last() {
    let mut connection = greeted();
    for number in 1..=3 {
        assert_eq!(receive_group(&mut connection, false), Some(number));
        connection.accept(number);
    }
    assert!(connection.wants_write());
    assert_eq!(drain(&mut connection), control(Control::Ack(3)));
    assert!(!connection.wants_write());
}

#[test]
fn answers_do_not_pile_up_in_front_of_a_peer_that_does_not_read() {
    let mut connection = greeted();
    for number in 1..=3 {
        receive_group(&mut connection, false);
        connection.accept(number);
        connection.transmit(&mut [IoSlice::new(&[]); 4]);
    }
    let expected = [control(Control::Ack(1)), control(Control::Ack(3))].concat();
    assert_eq!(drain(&mut connection), expected);
}

#[test]
fn refusals_do_not_pile_up_in_front_of_a_peer_that_does_not_read() {
    let announcement = Header {
        handles: 1,
        ..Header::control(Kind::Handles, 0)
    };
    let mut connection = greeted();
    // One window of refusals waits for the transport, and another one to follow.
    for number in 1..=2 * WINDOW as u64 {
        assert_eq!(receive_group(&mut connection, false), Some(number));
        connection.refuse(number, RefuseReason::Kind);
        connection.transmit(&mut [IoSlice::new(&[]); 4]);
        if connection.inbound.in_flight() == WINDOW {
            break;
        }
    }
    assert_eq!(connection.refusals.len(), WINDOW);
    let bytes = announcement.encode();
    connection.spare()[..bytes.len()].copy_from_slice(&bytes);
    connection.handle_read(bytes.len(), vec![5], false).unwrap();
    assert!(connection.poll_event().is_err(), "beyond the window");
}

#[test]
fn refusals_come_before_the_acknowledgement_that_covers_them() {
    let mut connection = greeted();
    for number in 1..=3 {
        assert_eq!(receive_group(&mut connection, false), Some(number));
    }
    connection.accept(1);
    connection.refuse(2, RefuseReason::Kind);
    connection.accept(3);
    let expected = [
        control(Control::Refuse(2, RefuseReason::Kind)),
        control(Control::Ack(3)),
    ]
    .concat();
    assert_eq!(drain(&mut connection), expected);
}

#[test]
fn a_lost_group_is_refused_when_those_before_it_are_answered() {
    let mut connection = greeted();
    assert_eq!(receive_group(&mut connection, false), Some(1));
    assert_eq!(receive_group(&mut connection, true), None);
    assert_eq!(receive_group(&mut connection, false), Some(3));
    assert!(
        drain(&mut connection).is_empty(),
        "the application has not answered for the first"
    );
    connection.accept(1);
    let expected = [
        control(Control::Refuse(2, RefuseReason::Limit)),
        control(Control::Ack(2)),
    ]
    .concat();
    assert_eq!(drain(&mut connection), expected);
    connection.accept(3);
    assert_eq!(drain(&mut connection), control(Control::Ack(3)));
}

#[test]
fn a_lost_group_with_nothing_before_it_is_refused_at_once() {
    let mut connection = greeted();
    assert_eq!(receive_group(&mut connection, true), None);
    let expected = [
        control(Control::Refuse(1, RefuseReason::Limit)),
        control(Control::Ack(1)),
    ]
    .concat();
    assert_eq!(drain(&mut connection), expected);
}

#[test]
fn the_close_comes_after_everything_queued() {
    let mut connection = greeted();
    push(&mut connection, b"1").unwrap();
    push(&mut connection, b"2").unwrap();
    connection.transmit(&mut [IoSlice::new(&[]); 4]);
    connection.transmitted(3);
    connection.close();
    connection.close();
    let expected = [&text(b"1")[3..], &text(b"2"), &control(Control::Close)].concat();
    assert_eq!(drain(&mut connection), expected);
    assert!(!connection.wants_write());
}

#[test]
fn a_closed_end_takes_no_message_and_still_answers() {
    let mut connection = greeted();
    receive_group(&mut connection, false);
    connection.close();
    assert!(connection.wants_write());
    assert_eq!(
        push(&mut connection, b"1"),
        Err(PushError::Closed { handles: vec![] })
    );
    let borrowed = connection.push_borrowed(META, &[b"1"], |_| panic!("closed"));
    assert_eq!(borrowed, Err(PushError::Closed { handles: vec![] }));
    let kind = HandleInfo::new(HandleKind::NetSocket);
    let group = connection.push_with_handles(META, vec![(kind, 9)], 0, |_| {});
    assert_eq!(group, Err(PushError::Closed { handles: vec![9] }));
    assert_eq!(drain(&mut connection), control(Control::Close));
    connection.accept(1);
    assert_eq!(drain(&mut connection), control(Control::Ack(1)));
}

#[test]
fn a_message_that_is_too_large_leaves_the_others_as_they_were() {
    let mut connection = greeted();
    push(&mut connection, b"1").unwrap();
    let too_large = Err(PushError::TooLarge {
        len: 100_001,
        max: 100_000,
        handles: vec![],
    });
    assert_eq!(push(&mut connection, &vec![0; 100_001]), too_large);
    push(&mut connection, b"2").unwrap();
    assert_eq!(drain(&mut connection), [text(b"1"), text(b"2")].concat());
    let never = |_: &[IoSlice<'_>]| panic!("nothing of it is written");
    assert_eq!(
        connection.push_borrowed(META, &[&vec![0; 100_001]], never),
        too_large
    );
    assert_eq!((connection.settled(), connection.unsettled()), (2, 0));
}

#[test]
fn a_group_that_is_refused_here_gives_its_handles_back() {
    let mut connection = greeted();
    let kind = HandleInfo::new(HandleKind::NetServer);
    let long = HandleInfo {
        note: "n".repeat(65_536),
        ..kind.clone()
    };
    let many = vec![(kind.clone(), 1); 254];
    assert_eq!(
        connection
            .push_with_handles(META, many, 0, |_| {})
            .unwrap_err()
            .into_handles()
            .len(),
        254
    );
    assert_eq!(
        connection
            .push_with_handles(META, vec![(long, 2)], 0, |_| {})
            .unwrap_err()
            .into_handles(),
        [2]
    );
    let fill = |out: &mut Vec<u8>| out.resize(99_998, 0);
    let error = connection
        .push_with_handles(META, vec![(kind, 3)], 0, fill)
        .unwrap_err();
    assert_eq!(
        error,
        PushError::TooLarge {
            len: 100_001,
            max: 100_000,
            handles: vec![3]
        }
    );
    assert!(!connection.wants_write() && connection.unanswered() == 0);
}

#[test]
fn large_messages_come_in_memory_of_their_own_and_small_ones_in_place() {
    let mut connection = greeted();
    let bytes = [text(b"1"), text(&vec![b'x'; 30_000])].concat();
    let (front, back) = bytes.split_at(20_000);
    connection.spare()[..front.len()].copy_from_slice(front);
    connection.handle_read(front.len(), vec![], false).unwrap();
    let borrowed = Event::Message {
        position: 14,
        meta: META,
        payload: Payload::Borrowed(b"1"),
    };
    assert_eq!(connection.poll_event(), Ok(Some(borrowed)));
    assert_eq!(connection.poll_event(), Ok(None));
    assert_eq!(
        connection.spare().len(),
        back.len(),
        "a read goes no further than the message"
    );
    connection.spare().copy_from_slice(back);
    connection.handle_read(back.len(), vec![], false).unwrap();
    let owned = Event::Message {
        position: 23,
        meta: META,
        payload: Payload::Owned(vec![b'x'; 30_000]),
    };
    assert_eq!(connection.poll_event(), Ok(Some(owned)));
}
