//! Json that is not UTF-8: refused where it is made, and found where it arrives.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[cfg(unix)]
use std::io::Write;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::os::unix::net::UnixStream;

use forkwire::{Channel, Format, Message, SendErrorKind};
#[cfg(unix)]
use forkwire::{Error, WireError};

#[tokio::test]
async fn json_that_is_not_utf8_is_not_sent() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let error = a
        .send_message(Message::new(Format::Json, &b"\"\xff\""[..]))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("UTF-8"), "{error}");
    assert_eq!(error.kind, SendErrorKind::Format);
    assert_eq!(error.message.unwrap().payload, b"\"\xff\""[..]);
    // Clone bytes may be anything, and the channel goes on.
    a.send_message(Message::new(Format::Clone, &b"\xff\xff"[..]))
        .await
        .unwrap();
    assert_eq!(b.recv_message().await.unwrap().unwrap().payload, b"\xff\xff"[..]);
}

#[cfg(unix)]
#[tokio::test]
async fn json_that_is_not_utf8_ends_the_native_wire_and_one_message_on_nodes() {
    let (ours, mut peer) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd(OwnedFd::from(ours)).unwrap();
    peer.write_all(b"\x01\0\0\0\x06\0\0\0FKWR\x02\0\x02\0\0\0\x03\0\0\0\"\xff\"")
        .unwrap();
    let error = channel.recv_message().await.unwrap_err();
    assert!(
        matches!(error, Error::Wire(WireError::NotUtf8 { position: 23 })),
        "{error}"
    );

    let (ours, mut peer) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd_on_node_wire(OwnedFd::from(ours), Format::Json).unwrap();
    peer.write_all(b"\"\xff\"\n2\n").unwrap();
    let error = channel.recv::<String>().await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { .. }), "{error}");
    assert_eq!(channel.recv::<u8>().await.unwrap(), Some(2));
}

#[cfg(unix)]
#[tokio::test]
async fn messages_that_came_in_one_array_are_received_one_by_one() {
    let (ours, mut peer) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd(OwnedFd::from(ours)).unwrap();
    let several = |text: &[u8]| {
        let header = [8, 0, 0, 0, u8::try_from(text.len()).unwrap(), 0, 0, 0];
        [&header, text].concat()
    };
    let hello = b"\x01\0\0\0\x06\0\0\0FKWR\x02\0".to_vec();
    let all = [
        hello,
        several(b"[1,[2,3],\"4,5\"]"),
        several(b"[]"),
        several(b"[6]"),
        several(b"{}"),
        several(b"[7]"),
    ];
    peer.write_all(&all.concat()).unwrap();
    for expected in ["1", "[2,3]", "\"4,5\"", "6"] {
        let message = channel.recv_message().await.unwrap().unwrap();
        assert_eq!(message.payload, expected.as_bytes());
    }
    // A value that is not an array spoils only itself.
    let error = channel.recv::<u8>().await.unwrap_err();
    assert!(matches!(error, Error::Unexpected { .. }), "{error}");
    assert_eq!(channel.recv::<u8>().await.unwrap(), Some(7));
}
