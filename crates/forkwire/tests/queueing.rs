//! What queueing promises: order among everything that is sent, backpressure, and errors that lose nothing.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::collections::HashMap;

use forkwire::{Channel, Config, Format, HIGH_WATER_MARK, Message, SendErrorKind};
use futures_util::{FutureExt, SinkExt};
use serde::Serialize;

/// On both wires, in both formats.
fn pairs() -> Vec<(Channel, Channel)> {
    let mut pairs: Vec<_> = [Format::Json, Format::Clone].map(ends::node_pair).into();
    for format in [Format::Json, Format::Clone] {
        pairs.push(Channel::pair_with(&Config::native().serialization(format)).unwrap());
    }
    pairs
}

#[tokio::test]
async fn values_that_are_queued_sent_and_fed_arrive_in_their_order() {
    for (mut a, mut b) in pairs() {
        let large = "x".repeat(100_000);
        let sending = async {
            for number in (0..3_000).step_by(5) {
                a.queue(&number).await.unwrap();
                a.feed(Message::encode(a.format(), &(number + 1)).unwrap())
                    .await
                    .unwrap();
                a.queue(&(number + 2)).await.unwrap();
                if number % 100 == 0 {
                    a.queue(&large).await.unwrap();
                    a.send(&large).await.unwrap();
                }
                a.try_send(&(number + 3)).unwrap();
                a.send(&(number + 4)).await.unwrap();
            }
        };
        let receiving = async {
            for number in 0..3_000 {
                assert_eq!(b.recv::<u32>().await.unwrap(), Some(number));
                if number % 100 == 2 {
                    assert_eq!(b.recv::<String>().await.unwrap().as_ref(), Some(&large));
                    assert_eq!(b.recv::<String>().await.unwrap().as_ref(), Some(&large));
                }
            }
        };
        tokio::join!(sending, receiving);
    }
}

#[tokio::test]
async fn values_and_whole_messages_are_received_from_the_same_read() {
    let (mut a, mut b) = Channel::pair().unwrap();
    for number in 0..1_000 {
        a.queue(&number).await.unwrap();
    }
    a.flush().await.unwrap();
    for number in (0..1_000).step_by(2) {
        assert_eq!(b.recv::<u32>().await.unwrap(), Some(number));
        let message = b.recv_message().await.unwrap().unwrap();
        assert_eq!(message.decode::<u32>().unwrap(), number + 1);
    }
    a.close().await.unwrap();
    assert!(b.recv_message().await.unwrap().is_none());
}

#[tokio::test]
async fn queueing_waits_above_the_mark_and_queues_nothing_when_it_is_dropped() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let value = "x".repeat(4_000);
    let mut queued = 0;
    while a.queue(&value).now_or_never().is_some() {
        queued += 1;
        assert!(
            queued * value.len() < 64 * HIGH_WATER_MARK,
            "queueing never waits"
        );
    }
    let receiving = async {
        for _ in 0..queued {
            assert_eq!(b.recv::<String>().await.unwrap().as_ref(), Some(&value));
        }
        assert_eq!(b.recv::<u8>().await.unwrap(), Some(1));
    };
    tokio::join!(async { a.send(&1).await.unwrap() }, receiving);
}

/// A value that cannot be encoded to its end.
struct Broken;

impl Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeSeq};
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element("half")?;
        Err(S::Error::custom("the other half is missing"))
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_encoded_leaves_nothing_behind() {
    for (mut a, mut b) in pairs() {
        a.queue("before").await.unwrap();
        a.queue(&Broken).await.unwrap_err();
        a.queue("after").await.unwrap();
        a.flush().await.unwrap();
        assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("before"));
        assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("after"));
    }
}

#[tokio::test]
async fn a_value_beyond_the_limit_comes_back() {
    let config = Config::native().max_message_size(1_000);
    let (mut a, _b) = Channel::pair_with(&config).unwrap();
    for len in [2_000, 20_000] {
        let error = a.queue(&"x".repeat(len)).await.unwrap_err();
        assert_eq!(error.kind, SendErrorKind::TooLarge);
        assert_eq!(error.message.unwrap().payload.len(), len + 2);
    }
    // JSON has no such keys.
    let map = HashMap::from([(vec![1], 1)]);
    assert_eq!(a.queue(&map).await.unwrap_err().kind, SendErrorKind::Value);
}

#[tokio::test]
async fn queueing_for_a_peer_that_is_gone_fails() {
    let (mut a, b) = Channel::pair().unwrap();
    drop(b);
    a.queue("lost").await.unwrap();
    a.flush().await.unwrap_err();
    let error = a.queue("not sent").await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed);
    assert_eq!(error.message.unwrap().payload, "\"not sent\"");
}
