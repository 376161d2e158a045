//! What sending promises: backpressure, cancellation, and what comes back when it fails.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::collections::HashMap;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixStream;

#[cfg(unix)]
use forkwire::Error;
use forkwire::{Channel, Config, Format, HIGH_WATER_MARK, Handle, Message, SendErrorKind};
use futures_util::{FutureExt, SinkExt, StreamExt};

/// Fills the socket and then the backlog; returns how many messages went in.
fn fill(channel: &mut Channel) -> usize {
    let mut sent = 0;
    loop {
        match channel.try_send(&vec![sent; 1_000]) {
            Ok(()) => sent += 1,
            Err(error) => {
                assert_eq!(error.kind, SendErrorKind::Full, "{error}");
                assert!(error.message.unwrap().payload.len() > 1_000);
                return sent;
            }
        }
    }
}

async fn drain(channel: &mut Channel, count: usize) {
    for expected in 0..count {
        let numbers: Vec<usize> = channel.recv().await.unwrap().unwrap();
        assert!(numbers.len() == 1_000 && numbers[0] == expected);
    }
}

#[tokio::test]
async fn a_message_that_does_not_fit_is_refused_at_once_and_fits_later() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let sent = fill(&mut a);
    let flushed = async {
        a.flush().await.unwrap();
        a.try_send("last").unwrap();
    };
    tokio::join!(flushed, drain(&mut b, sent));
    assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("last"));
}

#[tokio::test]
async fn a_send_that_is_cancelled_while_it_waits_for_room_has_sent_nothing() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let sent = fill(&mut a);
    for _ in 0..1_000 {
        assert!(a.send("too much").now_or_never().is_none());
    }
    // Receiving writes what is left, too.
    assert!(a.recv::<String>().now_or_never().is_none());
    tokio::join!(async { a.close().await.unwrap() }, async {
        drain(&mut b, sent).await;
        assert!(b.recv::<String>().await.unwrap().is_none());
    });
}

#[tokio::test]
async fn a_send_that_is_cancelled_later_leaves_its_message_whole() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let large = "x".repeat(10_000_000);
    assert!(a.send(&large).now_or_never().is_none());
    let sender = tokio::spawn(async move {
        a.send("behind").await.unwrap();
        a
    });
    assert_eq!(b.recv::<String>().await.unwrap().unwrap(), large);
    assert_eq!(b.recv::<String>().await.unwrap().unwrap(), "behind");
    sender.await.unwrap();
}

#[tokio::test]
async fn a_cancelled_flush_goes_on_in_the_next() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let sent = fill(&mut a);
    assert!(a.flush().now_or_never().is_none());
    tokio::join!(async { a.flush().await.unwrap() }, drain(&mut b, sent));
}

#[tokio::test]
async fn a_sender_in_the_middle_of_a_message_gets_it_back_when_the_peer_dies() {
    let (mut a, b) = Channel::pair().unwrap();
    let message = Message::new(Format::Clone, vec![7; 10_000_000]);
    let (error, ()) = tokio::join!(async { a.send_message(message).await.unwrap_err() }, async {
        drop(b);
    });
    assert_eq!(error.kind, SendErrorKind::Closed);
    assert_eq!(error.message.unwrap().payload.len(), 10_000_000);
}

#[tokio::test]
async fn trying_to_send_to_a_dead_peer_gives_the_message_back() {
    let (mut a, b) = Channel::pair().unwrap();
    drop(b);
    for _ in 0..3 {
        let stream = ends::socket();
        let message = Message::new(Format::Json, "1").with_handle(stream);
        let error = a.try_send_message(message).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Closed);
        assert_eq!(error.message.unwrap().handles.len(), 1);
    }
}

#[tokio::test]
async fn handles_behind_a_full_socket_come_back_when_the_peer_dies() {
    let (mut a, b) = Channel::pair().unwrap();
    fill(&mut a);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (error, ()) = tokio::join!(
        async { a.send_with("it", [listener]).await.unwrap_err() },
        async {
            drop(b);
        }
    );
    let mut message = error.message.unwrap();
    let listener = TcpListener::try_from(message.handles.remove(0)).unwrap();
    assert_eq!(listener.local_addr().unwrap(), address);
}

/// A socket, and what somebody has read from it.
fn socket_with(buffered: &[u8]) -> Handle {
    Handle::from(ends::socket()).with_buffered(buffered)
}

#[tokio::test]
async fn buffered_bytes_travel_with_their_socket() {
    let (mut a, mut b) = Channel::pair().unwrap();
    for format in [Format::Json, Format::Clone] {
        for read in [&[&b"GET \xff\0"[..]][..], &[b"", b"two", b""]] {
            let message = Message::encode(format, "sockets").unwrap();
            let handles = read.iter().map(|buffered| socket_with(buffered));
            a.send_message(message.with_handles(handles)).await.unwrap();
            let received = b.recv_message().await.unwrap().unwrap();
            assert_eq!(received.decode::<String>().unwrap(), "sockets");
            // And once more, undecoded.
            b.send_message(received).await.unwrap();
            let back = a.recv_message().await.unwrap().unwrap();
            assert_eq!(
                back.handles.iter().map(Handle::buffered).collect::<Vec<_>>(),
                read
            );
        }
    }
}

#[tokio::test]
async fn buffered_bytes_come_back_with_their_socket() {
    let (mut node, other) = ends::node_pair(Format::Json);
    let error = node
        .send_with("it", [socket_with(b"buffered")])
        .await
        .unwrap_err();
    assert_eq!(
        error.kind,
        SendErrorKind::Handles,
        "Node's wire has no place for it"
    );
    assert_eq!(error.message.unwrap().handles[0].buffered(), b"buffered");
    drop(other);

    let (mut a, b) = Channel::pair().unwrap();
    drop(b);
    let error = a.send_with("it", [socket_with(b"buffered")]).await.unwrap_err();
    assert_eq!(error.message.unwrap().handles[0].buffered(), b"buffered");
}

#[tokio::test]
async fn many_small_messages_are_read_ahead_within_bounds_too() {
    let (mut a, mut b) = Channel::pair_with(&Config::native().read_ahead(1 << 20)).unwrap();
    let full = fill(&mut a);
    let mut accepted = 0;
    let error = loop {
        // It waits for room, and reads meanwhile.
        let mut sending = std::pin::pin!(a.send("one more"));
        if let Some(sent) = tokio::task::unconstrained(sending.as_mut()).now_or_never() {
            break sent.unwrap_err();
        }
        match b.try_send(&0) {
            Ok(()) => accepted += 1,
            Err(error) => assert_eq!(error.kind, SendErrorKind::Full),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(error.kind, SendErrorKind::Unread, "{full} messages wait");
    assert_eq!(error.message.unwrap().payload, br#""one more""#[..]);
    assert!(accepted < 300_000, "{accepted} messages of one byte were taken");
    // It goes on when it receives.
    let receiving = async {
        for _ in 0..accepted {
            assert_eq!(a.recv::<i32>().await.unwrap(), Some(0));
        }
        a.send("another").await.unwrap();
    };
    tokio::join!(receiving, drain(&mut b, full));
    assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("another"));
}

#[tokio::test]
async fn a_value_that_has_no_json_is_an_error_and_the_channel_goes_on() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let no_json = HashMap::from([((1, 2), 3)]);
    assert_eq!(a.send(&no_json).await.unwrap_err().kind, SendErrorKind::Value);
    let stream = ends::socket();
    let error = a.send_with(&no_json, [stream]).await.unwrap_err();
    assert_eq!(error.message.unwrap().handles.len(), 1);
    a.send("text").await.unwrap();
    assert_eq!(b.recv::<String>().await.unwrap().unwrap(), "text");
}

#[tokio::test]
async fn a_stream_returns_in_order_what_a_sink_gathered() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let count = 20_000;
    let sender = tokio::spawn(async move {
        for number in 0..count {
            a.feed(Message::encode(Format::Json, &number).unwrap())
                .await
                .unwrap();
        }
        SinkExt::<Message>::close(&mut a).await.unwrap();
        a
    });
    let mut expected = 0;
    while let Some(message) = b.next().await {
        assert_eq!(message.unwrap().decode::<i32>().unwrap(), expected);
        expected += 1;
    }
    assert_eq!(expected, count);
    sender.await.unwrap();
}

#[tokio::test]
async fn a_sink_is_not_ready_above_the_mark() {
    let (mut a, _b) = Channel::pair().unwrap();
    let message = || Message::new(Format::Json, vec![b'1'; 4_000]);
    let mut fed = 0;
    while a.feed(message()).now_or_never().is_some() {
        fed += message().payload.len();
        assert!(fed < 64 * HIGH_WATER_MARK, "a feed never waits");
    }
}

/// The error of the stream comes once, after everything before it, and then the end.
#[cfg(unix)]
#[tokio::test]
async fn a_fault_is_returned_once_after_the_messages() {
    use std::io::Write;
    let (stream, mut other) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd_on_node_wire(stream.into(), Format::Clone).unwrap();
    other
        .write_all(&[0, 0, 0, 3, 0xff, 15, b'0', 0xff, 0xff, 0xff, 0xff])
        .unwrap();
    assert_eq!(channel.recv::<()>().await.unwrap(), Some(()));
    assert!(matches!(channel.recv::<()>().await, Err(Error::Wire(_))));
    assert!(channel.recv::<()>().await.unwrap().is_none());
    assert_eq!(channel.send(&1).await.unwrap_err().kind, SendErrorKind::Closed);
}
