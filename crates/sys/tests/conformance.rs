//! One suite over every transport: the contract of `HandleStream`, with handles as each transport has them.

#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::io::{self, ErrorKind, IoSlice};

use forkwire_sys::{HandleStream, MAX_HANDLES};
use support::Fixture;

macro_rules! conformance {
    ($($name:ident),* $(,)?) => {
        #[cfg(unix)]
        mod unix_socket {
            $(#[test] fn $name() { super::$name::<super::support::UnixSocket>(); })*
        }
        #[cfg(windows)]
        mod named_pipe {
            $(#[test] fn $name() { super::$name::<super::support::NamedPipe>(); })*
        }
        #[cfg(windows)]
        mod named_pipe_with_sockets {
            $(#[test] fn $name() { super::$name::<super::support::NamedPipeWithSockets>(); })*
        }
        mod in_memory {
            $(#[test] fn $name() { super::$name::<super::support::Memory>(); })*
        }
    };
}

conformance!(
    bytes_arrive_as_they_were_sent,
    a_read_into_two_buffers_fills_the_first_before_the_second,
    an_empty_stream_would_block_and_a_dropped_end_ends_it,
    bytes_sent_before_the_end_are_read_before_it,
    writing_to_a_dropped_end_is_a_broken_pipe,
    a_peer_that_left_bytes_unread_is_the_end_not_an_error,
    a_full_stream_takes_less_and_then_nothing,
    handles_come_with_the_first_byte_of_their_send,
    one_read_brings_the_handles_of_one_send,
    a_short_write_has_taken_all_its_handles,
    a_failed_send_has_taken_no_handle,
    as_many_handles_as_allowed_travel_at_once,
    one_handle_too_many_is_refused_and_nothing_is_sent,
    handles_without_bytes_are_refused,
    unread_handles_are_closed_with_the_stream,
);

fn send<T: HandleStream>(end: &T, bytes: &[u8], handles: &[T::Handle]) -> io::Result<usize> {
    end.send(&[IoSlice::new(bytes)], handles)
}

/// Reads into a buffer of `room` bytes: the bytes, and the handles that came.
fn recv<T: HandleStream>(end: &T, room: usize) -> io::Result<(Vec<u8>, Vec<T::Handle>)> {
    let mut buffer = vec![0; room];
    let mut handles = Vec::new();
    let received = end.recv(&mut buffer, &mut handles)?;
    buffer.truncate(received.bytes);
    Ok((buffer, handles))
}

fn fill<T: HandleStream>(end: &T) -> usize {
    let block = [7; 4096];
    let mut sent = 0;
    loop {
        match send(end, &block, &[]) {
            Ok(taken) => sent += taken,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                return sent;
            }
        }
    }
}

fn bytes_arrive_as_they_were_sent<F: Fixture>() {
    let (a, b) = F::pair();
    let sent = a
        .send(
            &[IoSlice::new(b"one"), IoSlice::new(b""), IoSlice::new(b"two")],
            &[],
        )
        .unwrap();
    assert_eq!(sent, 6);
    assert_eq!(recv(&b, 4).unwrap().0, b"onet");
    assert_eq!(recv(&b, 4).unwrap().0, b"wo");
}

fn a_read_into_two_buffers_fills_the_first_before_the_second<F: Fixture>() {
    let (a, b) = F::pair();
    send(&a, b"one and two", &[]).unwrap();
    let mut bytes = Vec::<u8>::new();
    while bytes.len() < 11 {
        let (mut first, mut second) = ([0; 3], [0; 4]);
        let received = b.recv_two(&mut first, &mut second, &mut Vec::new()).unwrap();
        assert!(received.bytes > 0);
        bytes.extend([&first[..], &second].concat().iter().take(received.bytes));
    }
    assert_eq!(bytes, b"one and two");
}

fn an_empty_stream_would_block_and_a_dropped_end_ends_it<F: Fixture>() {
    let (a, b) = F::pair();
    assert_eq!(recv(&b, 1).err().unwrap().kind(), ErrorKind::WouldBlock);
    drop(a);
    assert_eq!(recv(&b, 1).unwrap().0, b"");
}

fn bytes_sent_before_the_end_are_read_before_it<F: Fixture>() {
    let (a, b) = F::pair();
    send(&a, b"last words", &[]).unwrap();
    drop(a);
    assert_eq!(recv(&b, 100).unwrap().0, b"last words");
    assert_eq!(recv(&b, 100).unwrap().0, b"");
}

fn writing_to_a_dropped_end_is_a_broken_pipe<F: Fixture>() {
    let (a, b) = F::pair();
    drop(b);
    assert_eq!(send(&a, b"x", &[]).err().unwrap().kind(), ErrorKind::BrokenPipe);
}

fn a_peer_that_left_bytes_unread_is_the_end_not_an_error<F: Fixture>() {
    let (a, b) = F::pair();
    send(&a, b"never read", &[]).unwrap();
    send(&b, b"answer", &[]).unwrap();
    drop(b);
    assert_eq!(recv(&a, 100).unwrap().0, b"answer");
    assert_eq!(recv(&a, 100).unwrap().0, b"");
}

fn a_full_stream_takes_less_and_then_nothing<F: Fixture>() {
    let (a, b) = F::pair();
    let sent = fill(&a);
    assert!(sent > 0);
    let mut read = 0;
    while let Ok((bytes, _)) = recv(&b, 1 << 20) {
        read += bytes.len();
    }
    assert_eq!(read, sent);
    F::settle(&a);
    assert!(send(&a, b"x", &[]).is_ok(), "room again");
}

fn handles_come_with_the_first_byte_of_their_send<F: Fixture>() {
    let (a, b) = F::pair();
    let (handle, identity) = F::handle();
    send(&a, b"before", &[]).unwrap();
    send(&a, b"with", &[handle]).unwrap();
    let (bytes, handles) = recv(&b, 6).unwrap();
    assert_eq!((bytes.as_slice(), handles.len()), (&b"before"[..], 0));
    let (bytes, handles) = recv(&b, 1).unwrap();
    assert_eq!((bytes.as_slice(), handles.len()), (&b"w"[..], 1));
    assert_eq!(F::identity(&handles[0]), identity);
    let (bytes, handles) = recv(&b, 100).unwrap();
    assert_eq!((bytes.as_slice(), handles.len()), (&b"ith"[..], 0));
}

fn one_read_brings_the_handles_of_one_send<F: Fixture>() {
    let (a, b) = F::pair();
    let mut identities = Vec::new();
    for _ in 0..3 {
        let (handle, identity) = F::handle();
        identities.push(identity);
        send(&a, b"x", &[handle]).unwrap();
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        let (_, handles) = recv(&b, 100).unwrap();
        assert_eq!(handles.len(), 1);
        seen.push(F::identity(&handles[0]));
    }
    assert_eq!(seen, identities);
}

fn a_short_write_has_taken_all_its_handles<F: Fixture>() {
    let (a, b) = F::pair();
    let (handle, identity) = F::handle();
    let large = vec![1; 8 << 20];
    let taken = send(&a, &large, &[handle]).unwrap();
    assert!(taken < large.len(), "the stream is not that large");
    let mut all = Vec::new();
    while let Ok((_, handles)) = recv(&b, 1 << 16) {
        all.extend(handles.iter().map(F::identity));
    }
    assert_eq!(all, [identity]);
}

fn a_failed_send_has_taken_no_handle<F: Fixture>() {
    let (a, b) = F::pair();
    fill(&a);
    let (handle, _) = F::handle();
    assert_eq!(
        send(&a, b"x", &[handle]).err().unwrap().kind(),
        ErrorKind::WouldBlock
    );
    while let Ok((_, handles)) = recv(&b, 1 << 16) {
        assert!(handles.is_empty());
    }
}

fn as_many_handles_as_allowed_travel_at_once<F: Fixture>() {
    let (a, b) = F::pair();
    let (handles, identities): (Vec<_>, Vec<_>) = (0..MAX_HANDLES).map(|_| F::handle()).unzip();
    send(&a, b"x", &handles).unwrap();
    let (_, received) = recv(&b, 1).unwrap();
    assert_eq!(received.iter().map(F::identity).collect::<Vec<_>>(), identities);
}

fn one_handle_too_many_is_refused_and_nothing_is_sent<F: Fixture>() {
    let (a, b) = F::pair();
    let handles: Vec<_> = (0..=MAX_HANDLES).map(|_| F::handle().0).collect();
    assert_eq!(
        send(&a, b"x", &handles).err().unwrap().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(recv(&b, 1).err().unwrap().kind(), ErrorKind::WouldBlock);
}

fn handles_without_bytes_are_refused<F: Fixture>() {
    let (a, _b) = F::pair();
    let (handle, _) = F::handle();
    assert_eq!(
        send(&a, b"", &[handle]).err().unwrap().kind(),
        ErrorKind::InvalidInput
    );
}

fn unread_handles_are_closed_with_the_stream<F: Fixture>() {
    let (a, b) = F::pair();
    let (handle, identity) = F::handle();
    send(&a, b"x", &[handle]).unwrap(); // the sender's own copy ends here
    assert!(F::is_open(identity), "the one in flight keeps it open");
    drop((a, b));
    assert!(!F::is_open(identity));
}
