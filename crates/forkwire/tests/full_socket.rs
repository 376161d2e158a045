//! A socket that is full, and one of which the peer has ended its direction. The reactor waits for room by a registration of its own, made
//! when a task first needs it.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use forkwire::{Channel, Config, Format, Message};

/// More than any socket takes at once.
const LARGE: usize = 4 * 1024 * 1024;

fn large() -> Message {
    Message::new(Format::Json, format!("\"{}\"", "x".repeat(LARGE - 2)))
}

fn native() -> (Channel, Channel) {
    Channel::pair_with(&Config::native()).unwrap()
}

/// Whether the future still waits after it was polled once.
async fn waits<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

/// Several times, because the second wait for room uses what the first one has registered.
async fn send_more_than_fits((mut ours, mut theirs): (Channel, Channel)) {
    for _ in 0..3 {
        let mut sending = pin!(ours.send_message(large()));
        assert!(waits(sending.as_mut()).await);
        let receiving = tokio::spawn(async move {
            let received = theirs.recv_message().await.unwrap().unwrap();
            (theirs, received.payload.len())
        });
        sending.await.unwrap();
        let received;
        (theirs, received) = receiving.await.unwrap();
        assert_eq!(received, LARGE);
    }
}

async fn lose_the_peer((mut ours, theirs): (Channel, Channel)) {
    let mut sending = pin!(ours.send_message(large()));
    assert!(waits(sending.as_mut()).await);
    let peer = tokio::spawn(async move { drop(theirs) });
    sending.await.unwrap_err();
    peer.await.unwrap();
}

async fn send_to_a_peer_that_has_ended_its_direction() {
    let (mut ours, theirs) = native();
    let (sender, mut receiver) = theirs.into_split();
    {
        let mut receiving = pin!(ours.recv_message());
        assert!(waits(receiving.as_mut()).await);
        let ending = tokio::spawn(async move { drop(sender) });
        assert!(receiving.await.unwrap().is_none());
        ending.await.unwrap();
    }
    let mut sending = pin!(ours.send_message(large()));
    assert!(waits(sending.as_mut()).await);
    let receiving =
        tokio::spawn(async move { receiver.recv_message().await.unwrap().unwrap().payload.len() });
    sending.await.unwrap();
    assert_eq!(receiving.await.unwrap(), LARGE);
}

async fn all() {
    for pair in [native(), ends::node_pair(Format::Json)] {
        send_more_than_fits(pair).await;
    }
    for pair in [native(), ends::node_pair(Format::Json)] {
        lose_the_peer(pair).await;
    }
    send_to_a_peer_that_has_ended_its_direction().await;
}

#[tokio::test]
async fn a_write_goes_on_when_there_is_room_on_one_thread() {
    all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_goes_on_when_there_is_room_on_two_threads() {
    // In a task: what block_on() runs is not on a worker.
    tokio::spawn(all()).await.unwrap();
}
