//! Handles as the sockets of `std` and tokio, and that none of them leaks.
//!
//! One test, since it counts the descriptors of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};

use forkwire::{Channel, Error, Format, Handle, HandleKind, Message};

fn open() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// One of each, and what Node makes of it.
fn all() -> Vec<(Handle, HandleKind)> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let path = std::env::temp_dir().join(format!("forkwire-handles-{}", std::process::id()));
    let unix_listener = UnixListener::bind(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let unix_stream = UnixStream::pair().unwrap().0;
    let udp = || UdpSocket::bind("127.0.0.1:0").unwrap();
    let bare = OwnedFd::from(unix_stream.try_clone().unwrap());
    vec![
        (listener.into(), HandleKind::NetServer),
        (stream.into(), HandleKind::NetSocket),
        (unix_listener.into(), HandleKind::NetServer),
        (unix_stream.into(), HandleKind::NetSocket),
        (udp().into(), HandleKind::DgramSocket),
        (OwnedFd::from(udp()).into(), HandleKind::DgramNative),
        (bare.into(), HandleKind::NetNative),
    ]
}

/// Turns a handle into what it is, by way of all that it is not.
fn identify(handle: Handle) -> &'static str {
    let handle = match TcpStream::try_from(handle) {
        Ok(_) => return "tcp stream",
        Err(error) => error.handle,
    };
    let handle = match TcpListener::try_from(handle) {
        Ok(_) => return "tcp listener",
        Err(error) => error.handle,
    };
    let handle = match UnixStream::try_from(handle) {
        Ok(_) => return "unix stream",
        Err(error) => error.handle,
    };
    let handle = match UnixListener::try_from(handle) {
        Ok(_) => return "unix listener",
        Err(error) => error.handle,
    };
    match UdpSocket::try_from(handle) {
        Ok(_) => "udp socket",
        Err(error) => panic!("{error}"),
    }
}

const NAMES: [&str; 7] = [
    "tcp listener",
    "tcp stream",
    "unix listener",
    "unix stream",
    "udp socket",
    "udp socket",
    "unix stream",
];

fn pair(node: Option<Format>) -> (Channel, Channel) {
    let Some(format) = node else {
        return Channel::pair().unwrap();
    };
    let (a, b) = UnixStream::pair().unwrap();
    let channel = |fd: UnixStream| Channel::from_fd_on_node_wire(fd.into(), format).unwrap();
    (channel(a), channel(b))
}

/// There and back, one by one, and, where the wire allows it, all with one message.
async fn pass_all(node: Option<Format>) {
    let (mut a, mut b) = pair(node);
    for ((handle, kind), name) in all().into_iter().zip(NAMES) {
        a.send_with(name, [handle]).await.unwrap();
        let mut message = b.recv_message().await.unwrap().unwrap();
        assert_eq!(message.handles[0].kind(), Some(kind));
        assert_eq!(message.decode::<String>().unwrap(), name);
        b.send_with("back", message.handles.drain(..)).await.unwrap();
        let (_, mut handles) = a.recv_with::<String>().await.unwrap().unwrap();
        assert_eq!(identify(handles.remove(0)), name);
    }
    let handles: Vec<_> = all().into_iter().map(|(handle, _)| handle).collect();
    match a.send_with("all", handles).await {
        Ok(()) => {
            let (_, handles) = b.recv_with::<String>().await.unwrap().unwrap();
            assert_eq!(handles.into_iter().map(identify).collect::<Vec<_>>(), NAMES);
        }
        Err(error) => assert_eq!(error.message.unwrap().handles.len(), NAMES.len()),
    }
}

/// Everything that can become of a handle, but to be taken.
async fn lose_all(node: Option<Format>) {
    let socket = || UnixStream::pair().unwrap().0;
    let (mut a, mut b) = pair(node);
    // Of another type than was asked for: the error has it.
    a.send_with("text", [socket()]).await.unwrap();
    let Err(Error::Unexpected { message, .. }) = b.recv::<u32>().await else {
        panic!("a text was taken for a number")
    };
    assert_eq!(message.handles.len(), 1);
    // Not asked for.
    a.send_with("text", [socket()]).await.unwrap();
    b.recv::<String>().await.unwrap();
    // Not what it says.
    let file = std::fs::File::open("/dev/null").unwrap();
    a.send_with("file", [Handle::new(HandleKind::NetSocket, file)])
        .await
        .unwrap();
    // In the socket, parked after it, and in the inbox of an end that is dropped.
    for _ in 0..10 {
        let message = Message::encode(a.format(), "late").unwrap().with_handle(socket());
        a.try_send_message(message).unwrap();
    }
    b.send_with("unread", [socket()]).await.unwrap();
    drop(a);
    let _ = b.send_with("to nobody", [socket()]).await;
}

#[tokio::test]
async fn each_is_delivered_given_back_or_closed() {
    // The runtime and the sockets of the first channel may bring descriptors that stay.
    pass_all(None).await;
    let before = open();
    for node in [None, Some(Format::Json), Some(Format::Clone)] {
        pass_all(node).await;
        lose_all(node).await;
        assert_eq!(open(), before, "{node:?}");
    }
}
