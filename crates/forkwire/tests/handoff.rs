//! A channel that a process inherits, on either wire, with this program as the parent.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use forkwire::{Channel, Error, Format, Message, SendErrorKind};
use serde_json::{Value, json};
use support::echo;

/// Starts the child with one end of a pair as its descriptor 0.
fn start(variables: &[(&str, &str)]) -> (UnixStream, Child) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let child = Command::new(echo())
        .stdin(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .envs(variables.iter().copied())
        .spawn()
        .unwrap();
    (ours, child)
}

async fn exchange(mut channel: Channel, mut child: Child) {
    let message = json!({"number": 1, "list": [true, null, "ä"]});
    channel.send(&message).await.unwrap();
    assert_eq!(channel.recv::<Value>().await.unwrap(), Some(message));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let sent = Message::encode(channel.format(), "server").unwrap();
    channel.send_message(sent.with_handle(listener)).await.unwrap();
    let mut back = channel.recv_message().await.unwrap().unwrap();
    assert_eq!(back.decode::<String>().unwrap(), "server");
    let listener = TcpListener::try_from(back.handles.pop().unwrap()).unwrap();
    let client = TcpStream::connect(address).unwrap();
    let (_, from) = listener.accept().unwrap();
    assert_eq!(from, client.local_addr().unwrap());

    channel.close().await.unwrap();
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn node_wire_in_both_modes() {
    for (mode, format) in [("json", Format::Json), ("advanced", Format::Clone)] {
        let (ours, child) = start(&[
            ("NODE_CHANNEL_FD", "0"),
            ("NODE_CHANNEL_SERIALIZATION_MODE", mode),
        ]);
        exchange(Channel::from_fd_on_node_wire(ours.into(), format).unwrap(), child).await;
    }
}

#[tokio::test]
async fn native_wire() {
    let words = r#"{"fd":0,"serialization":"json","addon":"/none.node","highWaterMark":131072}"#;
    let (ours, child) = start(&[("FORKWIRE_CHANNEL", words), ("NODE_CHANNEL_FD", "7")]);
    exchange(Channel::from_fd(ours.into()).unwrap(), child).await;
}

/// The child ends with an error, and not in a wait for ever.
#[test]
fn a_descriptor_that_is_not_a_channel_is_an_error() {
    let cases = [
        [("NODE_CHANNEL_FD", "")],
        [("NODE_CHANNEL_FD", "x")],
        [("NODE_CHANNEL_FD", "99")],
        [("NODE_CHANNEL_FD", "1")],
    ];
    for variables in cases {
        let (_ours, mut child) = start(&variables);
        assert!(!child.wait().unwrap().success(), "{variables:?}");
    }
}

#[tokio::test]
async fn what_nodes_wire_cannot_carry_comes_back() {
    let (a, b) = UnixStream::pair().unwrap();
    let mut a = Channel::from_fd_on_node_wire(a.into(), Format::Json).unwrap();
    let mut b = Channel::from_fd_on_node_wire(b.into(), Format::Json).unwrap();
    let socket = || UnixStream::pair().unwrap().0;
    let two = Message::new(Format::Json, "1")
        .with_handle(socket())
        .with_handle(socket());
    for (message, handles, kind) in [
        (Message::new(Format::Clone, "1"), 0, SendErrorKind::Format),
        (two, 2, SendErrorKind::Handles),
    ] {
        let error = a.send_message(message).await.unwrap_err();
        assert_eq!(error.kind, kind, "{}", error.reason);
        assert_eq!(error.message.unwrap().handles.len(), handles);
    }
    // A line end is white space in JSON, and the end of a message on the wire.
    a.send_message(Message::new(Format::Json, "{\n  \"a\": 1\n}"))
        .await
        .unwrap();
    assert_eq!(b.recv::<Value>().await.unwrap(), Some(json!({"a": 1})));
}

#[tokio::test]
async fn a_message_of_another_type_leaves_the_channel_open() {
    let (mut a, mut b) = Channel::pair().unwrap();
    a.send("text").await.unwrap();
    a.send(&7).await.unwrap();
    let Err(Error::Unexpected { message, .. }) = b.recv::<u32>().await else {
        panic!("a string was taken for a number")
    };
    assert_eq!(message.payload, br#""text""#[..]);
    assert_eq!(b.recv::<u32>().await.unwrap(), Some(7));
}

/// On Node's wire the second handle waits for the answer to the first: a peer that is gone will not give it.
#[tokio::test]
async fn a_peer_that_goes_before_it_acknowledges_is_an_error() {
    let (a, b) = UnixStream::pair().unwrap();
    let mut a = Channel::from_fd_on_node_wire(a.into(), Format::Json).unwrap();
    let message = || Message::new(Format::Json, "1").with_handle(UnixStream::pair().unwrap().0);
    a.send_message(message()).await.unwrap();
    drop(b);
    let error = a.send_message(message()).await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed);
    // It was queued after the first, so all of it is here.
    assert_eq!(error.message.unwrap().handles.len(), 1);
}
