//! What a channel leaves to the other tasks, to the other half and to the program's own code.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Mutex;

use forkwire::{Bytes, Channel, Config, Error, Format, Message, SendErrorKind, Sender};
use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::{Deserialize, Deserializer};

/// More operations than a task may do in a row: tokio gives it 128 units.
const MANY: u64 = 1_000;

/// The same of small messages that are in memory, eight of which cost one unit.
const SMALL: u64 = 8_000;

/// Runs something whose every step is ready at once. Returns how often it yielded to the other tasks.
async fn yields(work: impl Future<Output = ()>) -> usize {
    let mut work = pin!(work);
    let mut yields = 0;
    poll_fn(|cx| {
        let poll = work.as_mut().poll(cx);
        yields += usize::from(poll.is_pending());
        poll
    })
    .await;
    yields
}

#[tokio::test]
async fn a_channel_that_is_always_ready_yields() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let sent = yields(async {
        for number in 0..MANY {
            a.send(&number).await.unwrap();
        }
    })
    .await;
    for expected in 0..MANY {
        assert_eq!(b.recv::<u64>().await.unwrap(), Some(expected));
    }
    let fed = yields(async {
        for number in 0..MANY {
            a.feed(Message::encode(Format::Json, &number).unwrap())
                .await
                .unwrap();
        }
    })
    .await;
    a.flush().await.unwrap();
    let streamed = yields(async {
        for _ in 0..MANY {
            b.next().await.unwrap().unwrap();
        }
    })
    .await;
    let queued = yields(async {
        for number in 0..2 * SMALL {
            a.queue(&number).await.unwrap();
        }
    })
    .await;
    a.flush().await.unwrap();
    let received = yields(async {
        for expected in 0..SMALL {
            assert_eq!(b.recv::<u64>().await.unwrap(), Some(expected));
        }
    })
    .await;
    let received_whole = yields(async {
        for _ in 0..SMALL {
            b.recv_message().await.unwrap().unwrap();
        }
    })
    .await;
    let reserved = yields(async {
        for number in 0..MANY {
            a.reserve().await.unwrap().send(&number).unwrap();
        }
    })
    .await;
    for yields in [sent, fed, streamed, queued, received, received_whole, reserved] {
        assert!(
            yields >= 7,
            "{sent} {fed} {streamed} {queued} {received} {received_whole} {reserved}"
        );
    }
}

static OTHER_HALF: Mutex<Option<Sender>> = Mutex::new(None);

/// Sends on the other half while it is decoded.
struct Answering;

impl<'de> Deserialize<'de> for Answering {
    fn deserialize<D: Deserializer<'de>>(decoder: D) -> Result<Self, D::Error> {
        let question = String::deserialize(decoder)?;
        let mut sender = OTHER_HALF.lock().unwrap();
        sender.as_mut().unwrap().try_send(&question).unwrap();
        Ok(Self)
    }
}

#[tokio::test]
async fn a_value_may_send_on_the_other_half_while_it_is_decoded() {
    let (a, mut b) = Channel::pair().unwrap();
    let (sender, mut receiver) = a.into_split();
    *OTHER_HALF.lock().unwrap() = Some(sender);
    b.send("a question").await.unwrap();
    receiver.recv::<Answering>().await.unwrap().unwrap();
    assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("a question"));
    OTHER_HALF.lock().unwrap().take();
}

#[tokio::test]
async fn a_message_in_memory_of_its_own_is_decoded_after_others() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let large = "x".repeat(3_000_000);
    let sending = async {
        a.send("small").await.unwrap();
        a.send(&large).await.unwrap();
        a.send(&7).await.unwrap();
        a.send("small").await.unwrap();
    };
    let receiving = async {
        assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("small"));
        assert_eq!(b.recv::<String>().await.unwrap().as_ref(), Some(&large));
        let Err(Error::Unexpected { message, .. }) = b.recv::<String>().await else {
            panic!("a number was taken for a string")
        };
        assert_eq!(message.payload, b"7"[..]);
        assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("small"));
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn a_permit_sends_one_message_although_the_backlog_is_full() {
    let (mut a, mut b) = Channel::pair_with(&Config::native().high_water_mark(1)).unwrap();
    let mut sent = 0;
    loop {
        let Some(permit) = tokio::task::unconstrained(a.reserve()).now_or_never() else {
            break;
        };
        permit.unwrap().send(&vec![sent; 1_000]).unwrap();
        sent += 1;
    }
    // The last one did not fit into the socket.
    assert_eq!(a.try_send(&0).unwrap_err().kind, SendErrorKind::Full);
    assert!(sent > 10, "{sent}");
    let received = async {
        for expected in 0..sent {
            let numbers: Vec<usize> = b.recv().await.unwrap().unwrap();
            assert_eq!(numbers[0], expected);
        }
    };
    tokio::join!(async { a.flush().await.unwrap() }, received);
}

/// Sends `count` messages of 256 KiB and receives as many: sends first, and receives when it is told to. Returns how often
/// that was.
async fn send_then_receive(mut channel: Channel, count: usize) -> usize {
    let payload = Bytes::from(vec![b'1'; 256 * 1024]);
    let mut told = 0;
    for _ in 0..count {
        let mut next = Some(Message::new(Format::Json, payload.clone()));
        while let Some(message) = next.take() {
            if let Err(error) = channel.send_message(message).await {
                assert_eq!(error.kind, SendErrorKind::Unread, "{error}");
                told += 1;
                assert_eq!(channel.recv_message().await.unwrap().unwrap().payload, payload);
                // What does not come back is queued.
                next = error.message;
            }
        }
    }
    for _ in told..count {
        assert_eq!(channel.recv_message().await.unwrap().unwrap().payload, payload);
    }
    told
}

#[tokio::test]
async fn two_ends_that_send_before_they_receive_go_on() {
    let (a, b) = Channel::pair().unwrap();
    // Far more than the sockets hold is read ahead.
    let told = tokio::join!(send_then_receive(a, 20), send_then_receive(b, 20));
    assert_eq!(told, (0, 0));
}

#[tokio::test]
async fn two_ends_that_read_too_far_ahead_get_an_error_and_go_on() {
    for config in [Config::native(), Config::node(Format::Json)] {
        let (a, b) = Channel::pair_with(&config.read_ahead(1 << 20)).unwrap();
        let (a, b) = tokio::join!(send_then_receive(a, 20), send_then_receive(b, 20));
        assert!(a + b > 0);
    }
}

#[tokio::test]
async fn an_error_leaves_the_text_of_its_source_to_the_source() {
    let (mut a, b) = Channel::pair().unwrap();
    drop(b);
    let closed = a.send("x").await.unwrap_err();
    let unexpected = Message::new(Format::Json, "{").decode::<u8>().unwrap_err();
    let unexpected = Error::Unexpected {
        message: Box::new(Message::new(Format::Json, "{")),
        source: unexpected,
    };
    let value = a
        .send(&std::collections::BTreeMap::from([((1, 2), 3)]))
        .await
        .unwrap_err();
    let errors: [&dyn std::error::Error; 3] = [&closed, &unexpected, &value];
    for error in errors {
        let source = error.source().unwrap();
        assert!(
            !error.to_string().contains(&source.to_string()),
            "{error}: {source}"
        );
    }
}

#[cfg(unix)] // on Windows, a channel needs no reactor
#[test]
fn a_channel_outside_of_a_runtime_is_an_error() {
    let error = Channel::pair().unwrap_err();
    assert!(error.to_string().contains("runtime"), "{error}");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(async { Channel::pair().unwrap_err() });
    assert!(error.to_string().contains("enable_io"), "{error}");
}
