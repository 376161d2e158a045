//! Handles that no listener takes: how many wait, and what becomes of them when the process exits.

use std::io::{IoSlice, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use forkwire::Format;
use forkwire_proto::{HandleInfo, HandleKind, Meta};
use forkwire_sys::HandleStream;
use forkwire_sys::unix::Socket;

use super::{HELLO, MESSAGE as PLAIN, NATIVE, channel};
use crate::batch::Batch;
use crate::core::reader::HELD_HANDLES;

/// The frames of a message `1` with a socket.
const MESSAGE: &[u8] = b"\x04\0\x01\0\0\0\0\0\x02\0\x01\0\x04\0\0\0\x01\0\x001";

fn send_socket(peer: &Socket) {
    let socket = OwnedFd::from(UnixStream::pair().unwrap().0);
    peer.send(&[IoSlice::new(MESSAGE)], &[socket]).unwrap();
}

#[test]
fn reading_stops_when_too_many_handles_wait_for_a_listener() {
    let (mut core, peer) = channel(NATIVE);
    core.reader.flowing = false;
    let peer = Socket::from_fd(OwnedFd::from(peer)).unwrap();
    peer.send(&[IoSlice::new(HELLO)], &[]).unwrap();
    for sent in 1..=HELD_HANDLES {
        assert!(core.wants_read(), "{sent}");
        send_socket(&peer);
        core.read();
    }
    send_socket(&peer);
    core.read();
    assert!(!core.wants_read());
    assert_eq!(core.reader.waiting_handles(), HELD_HANDLES);
    core.reader.held = Batch::default();
    assert!(core.wants_read());
}

#[test]
fn a_process_that_exits_refuses_the_handles_that_it_reads() {
    let (mut core, peer) = channel(NATIVE);
    let mut answers = peer.try_clone().unwrap();
    answers.read_exact(&mut [0; HELLO.len()]).unwrap();
    core.discard_received();
    let peer = Socket::from_fd(OwnedFd::from(peer)).unwrap();
    peer.send(&[IoSlice::new(HELLO)], &[]).unwrap();
    send_socket(&peer);
    core.read();
    assert!(core.reader.ready.is_empty() && core.reader.held.is_empty());
    let mut refusal = [0; 17];
    answers.read_exact(&mut refusal).unwrap();
    assert_eq!(refusal, *b"\x06\0\0\0\x09\0\0\0\x01\0\0\0\0\0\0\0\x03");
}

#[test]
fn a_receipt_for_handles_is_not_the_answer_that_is_waited_for() {
    const RECEIPT: &[u8] = b"\x05\0\0\0\x08\0\0\0\x01\0\0\0\0\0\0\0";
    let (mut core, mut peer) = channel(NATIVE);
    core.reader.dry = true;
    let info = HandleInfo::new(HandleKind::NetSocket);
    let socket = OwnedFd::from(UnixStream::pair().unwrap().0);
    let fill = |out: &mut Vec<u8>| out.push(b'1');
    let link = core.link.as_mut().unwrap();
    link.wire_mut()
        .push_with_handles(Meta::new(Format::Json), vec![(info, socket)], 1, fill)
        .unwrap();
    core.pushed();
    for (bytes, awaited) in [([HELLO, RECEIPT].concat(), true), (PLAIN.to_vec(), false)] {
        peer.write_all(&bytes).unwrap();
        core.read();
        let batch = std::mem::take(&mut core.reader.ready);
        core.begin_turn(batch.is_receipt());
        assert_eq!(core.awaits_answer(), awaited, "{bytes:?}");
    }
}
