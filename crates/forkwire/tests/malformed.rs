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
    peer.write_all(b"\x01\0\0\0\x06\0\0\0FKWR\x01\0\x02\0\0\0\x03\0\0\0\"\xff\"")
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
