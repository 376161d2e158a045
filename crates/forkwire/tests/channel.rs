//! The tokio channel over a real socket pair.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;

#[cfg(unix)]
use forkwire::Error;
use forkwire::{Channel, Format, Handle, HandleKind, Message, RefuseReason, SendErrorKind};

fn json(text: &str) -> Message {
    Message::new(Format::Json, text.to_owned())
}

#[tokio::test]
async fn messages_arrive_in_order_whatever_their_size() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let sizes = [0, 1, 100, 65_536, 3_000_000, 5, 70_000];
    let sender = tokio::spawn(async move {
        for (index, size) in sizes.into_iter().enumerate() {
            let byte = u8::try_from(index).unwrap();
            a.send_message(Message::new(Format::Clone, vec![byte; size]))
                .await
                .unwrap();
        }
        a.close().await.unwrap();
    });
    for (index, size) in sizes.into_iter().enumerate() {
        let message = b.recv_message().await.unwrap().unwrap();
        assert_eq!(message.payload.len(), size);
        assert!(message.payload.iter().all(|byte| usize::from(*byte) == index));
    }
    assert!(b.recv_message().await.unwrap().is_none());
    sender.await.unwrap();
}

#[tokio::test]
async fn a_handle_arrives_usable_with_its_message() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let message = json("\"server\"").with_handle(listener);
    a.send_message(message).await.unwrap();
    let mut message = b.recv_message().await.unwrap().unwrap();
    assert_eq!(message.payload, b"\"server\""[..]);
    let listener = TcpListener::try_from(message.handles.pop().unwrap()).unwrap();
    let mut client = TcpStream::connect(address).unwrap();
    let (mut accepted, _) = listener.accept().unwrap();
    client.write_all(b"x").unwrap();
    let mut byte = [0];
    accepted.read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"x");
}

#[tokio::test]
async fn closing_waits_until_every_handle_is_acknowledged() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let count = 2_000;
    let sender = tokio::spawn(async move {
        for _ in 0..count {
            let stream = ends::socket();
            a.send_message(json("0").with_handle(stream)).await.unwrap();
        }
        a.close().await.unwrap();
    });
    let mut received = 0;
    while let Some(message) = b.recv_message().await.unwrap() {
        received += message.handles.len();
    }
    assert_eq!(received, count);
    sender.await.unwrap();
}

#[tokio::test]
async fn a_handle_that_is_not_what_it_says_is_refused_and_its_message_not_delivered() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let file = ends::file();
    a.send_message(json("1").with_handle(Handle::new(HandleKind::NetSocket, file)))
        .await
        .unwrap();
    a.send_message(json("2")).await.unwrap();
    assert_eq!(b.recv_message().await.unwrap().unwrap().payload, b"2"[..]);
    b.send_message(json("3")).await.unwrap();
    assert_eq!(a.recv_message().await.unwrap().unwrap().payload, b"3"[..]);
    assert_eq!(a.take_refused(), [(1, RefuseReason::Kind)]);
}

async fn swap(channel: &mut Channel, payload: &[u8]) {
    channel
        .send_message(Message::new(Format::Json, payload.to_vec()))
        .await
        .unwrap();
    let received = channel.recv_message().await.unwrap().unwrap();
    assert_eq!(received.payload.len(), payload.len());
}

#[tokio::test]
async fn both_sides_may_send_more_than_the_socket_holds_at_the_same_time() {
    let (mut a, mut b) = Channel::pair().unwrap();
    // Each side sends before it receives: without reading meanwhile both would wait for ever.
    let payload = vec![b'1'; 600_000];
    tokio::join!(swap(&mut a, &payload), swap(&mut b, &payload));
}

#[tokio::test]
async fn a_message_too_large_comes_back_whole_with_its_handles() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let stream = ends::socket();
    let mut message = json("1");
    for _ in 0..300 {
        let copy = stream.try_clone().unwrap();
        message = message.with_handle(copy);
    }
    let error = a.send_message(message).await.unwrap_err();
    let message = error.message.unwrap();
    assert_eq!((&*message.payload, message.handles.len()), (&b"1"[..], 300));
    a.send_message(json("2")).await.unwrap();
    assert_eq!(b.recv_message().await.unwrap().unwrap().payload, b"2"[..]);
}

#[tokio::test]
async fn a_dead_peer_is_an_error_to_the_sender_and_the_end_to_the_receiver() {
    let (mut a, b) = Channel::pair().unwrap();
    drop(b);
    let error = a.send_message(json("1")).await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed);
    assert_eq!(error.message.unwrap().payload, b"1"[..]);
    assert!(a.recv_message().await.unwrap().is_none());
}

#[cfg(unix)]
#[tokio::test]
async fn malformed_data_is_an_error_with_its_position() {
    let (stream, mut other) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd(stream.into()).unwrap();
    other.write_all(b"{\"not\":\"forkwire\"}\n").unwrap();
    let Err(Error::Wire(error)) = channel.recv_message().await else {
        panic!("garbage was taken")
    };
    assert_eq!((error.code(), error.position()), ("ERR_FORKWIRE_MALFORMED", 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_stream_that_ends_inside_a_frame_is_an_error() {
    let (stream, mut other) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd(stream.into()).unwrap();
    other.write_all(&[1, 0, 0, 0, 6]).unwrap();
    drop(other);
    let Err(Error::Wire(error)) = channel.recv_message().await else {
        panic!("a cut frame was taken")
    };
    assert_eq!(error.code(), "ERR_FORKWIRE_TRUNCATED");
}

#[tokio::test]
async fn a_receive_that_is_cancelled_loses_nothing() {
    let (mut a, mut b) = Channel::pair().unwrap();
    for _ in 0..10 {
        let cancelled = tokio::time::timeout(std::time::Duration::ZERO, b.recv_message()).await;
        assert!(cancelled.is_err());
    }
    a.send_message(json("1")).await.unwrap();
    a.send_message(json("2")).await.unwrap();
    assert_eq!(b.recv_message().await.unwrap().unwrap().payload, b"1"[..]);
    assert_eq!(b.recv_message().await.unwrap().unwrap().payload, b"2"[..]);
}
