//! The example of `docs/protocol.md`, byte by byte.

mod support;

use forkwire_proto::{Config, Connection, Event, HandleInfo, HandleKind};
use support::{drain, json, read_into};

const HELLO: &[u8] = b"\x01\0\0\0\x06\0\0\0FKWR\x02\0";

#[test]
fn the_documented_example_is_what_is_written() {
    let mut parent = Connection::new(Config::default());
    parent
        .push(json(), 3, |out| out.extend_from_slice(b"[1]"))
        .unwrap();
    let handles = vec![(HandleInfo::new(HandleKind::NetSocket), 7)];
    parent
        .push_with_handles(json(), handles, 2, |out| out.extend_from_slice(b"{}"))
        .unwrap();
    let written = drain(&mut parent);
    let expected = [
        HELLO,
        b"\x02\0\0\0\x03\0\0\0[1]",
        b"\x04\0\x01\0\0\0\0\0",
        b"\x02\0\x01\0\x05\0\0\0\x01\0\0{}",
    ];
    assert_eq!(written, expected.concat());

    let mut child = Connection::new(Config::default());
    read_into(&mut child, &written, vec![7], false).unwrap();
    while let Some(event) = child.poll_event().unwrap() {
        if let Event::MessageWithHandles { number, .. } = event {
            child.accept(number);
        }
    }
    let answer = b"\x05\0\0\0\x08\0\0\0\x01\0\0\0\0\0\0\0";
    assert_eq!(drain(&mut child), [HELLO, answer].concat());
}
