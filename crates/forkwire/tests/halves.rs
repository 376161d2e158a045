//! A channel in two halves.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use forkwire::{Channel, Format, Receiver, RefuseReason, Sender};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tasks_use_the_halves_at_the_same_time() {
    let (a, b) = Channel::pair().unwrap();
    let count = 3_000;
    let text = "x".repeat(5_000);
    let mut tasks = Vec::new();
    for channel in [a, b] {
        let (mut sender, mut receiver) = channel.into_split();
        let text = text.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..count {
                sender.send(&text).await.unwrap();
            }
            sender.close().await.unwrap();
        }));
        tasks.push(tokio::spawn(async move {
            let mut count_in = 0;
            while let Some(text) = receiver.recv::<String>().await.unwrap() {
                count_in += 1;
                assert_eq!(text.len(), 5_000);
            }
            assert_eq!(count_in, count);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

enum Half {
    Sender(#[expect(dead_code, reason = "only kept")] Sender),
    Receiver(#[expect(dead_code, reason = "only kept")] Box<Receiver>),
}

/// Answers to handles are read by whichever half is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_handles_than_the_window_pass_in_both_directions() {
    for node in [false, true] {
        let (a, b) = if node {
            ends::node_pair(Format::Json)
        } else {
            Channel::pair().unwrap()
        };
        let mut tasks = Vec::new();
        for channel in [a, b] {
            let (mut sender, mut receiver) = channel.into_split();
            tasks.push(tokio::spawn(async move {
                for number in 0..700 {
                    let stream = ends::socket();
                    sender.send_with(&number, [stream]).await.unwrap();
                }
                Half::Sender(sender)
            }));
            tasks.push(tokio::spawn(async move {
                for expected in 0..700 {
                    let (number, handles) = receiver.recv_with::<i32>().await.unwrap().unwrap();
                    assert_eq!((number, handles.len()), (expected, 1));
                }
                Half::Receiver(Box::new(receiver))
            }));
        }
        // On Node's wire a half that goes ends both: they stay until all are through.
        let mut halves = Vec::new();
        for task in tasks {
            halves.push(task.await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_dropped_sender_ends_after_what_it_queued() {
    let (a, mut b) = Channel::pair().unwrap();
    let (mut sender, mut receiver) = a.into_split();
    while sender.try_send(&vec![0; 1_000]).is_ok() {}
    drop(sender);
    let rest = tokio::spawn(async move { receiver.recv::<()>().await.unwrap() });
    let mut count_in = 0;
    while b.recv::<Vec<i32>>().await.unwrap().is_some() {
        count_in += 1;
    }
    assert!(count_in > 50, "{count_in}");
    drop(b);
    assert_eq!(rest.await.unwrap(), None);
}

#[tokio::test]
async fn without_a_receiver_handles_are_refused_and_messages_discarded() {
    let (a, mut b) = Channel::pair().unwrap();
    let (mut sender, receiver) = a.into_split();
    drop(receiver);
    let stream = ends::socket();
    b.send("to nobody").await.unwrap();
    b.send_with("to nobody", [stream]).await.unwrap();
    let (closed, ()) = tokio::join!(b.close(), async {
        // What is sent fills the socket, so that the sender reads meanwhile.
        let large = "x".repeat(5_000_000);
        let _ = sender.send(&large).await;
    });
    closed.unwrap();
}

#[tokio::test]
async fn closing_one_direction_leaves_the_other_open() {
    let (a, mut b) = Channel::pair().unwrap();
    let (sender, mut receiver) = a.into_split();
    sender.close().await.unwrap();
    assert!(b.recv::<()>().await.unwrap().is_none());
    b.send("still").await.unwrap();
    assert_eq!(receiver.recv::<String>().await.unwrap().unwrap(), "still");
    let stream = ends::socket();
    b.send_with("too", [stream]).await.unwrap();
    let (closed, got) = tokio::join!(b.close(), receiver.recv_with::<String>());
    closed.unwrap();
    assert_eq!(got.unwrap().unwrap().1.len(), 1);
    assert!(receiver.recv::<()>().await.unwrap().is_none());
}

#[tokio::test]
async fn refusals_reach_the_sending_half() {
    let (a, mut b) = Channel::pair().unwrap();
    let (mut sender, mut receiver) = a.into_split();
    let file = std::fs::File::open("/dev/null").unwrap();
    let handle = forkwire::Handle::new(forkwire::HandleKind::NetServer, file);
    sender.send_with("no server", [handle]).await.unwrap();
    sender.send("next").await.unwrap();
    assert_eq!(b.recv::<String>().await.unwrap().unwrap(), "next");
    b.send("seen").await.unwrap();
    assert_eq!(receiver.recv::<String>().await.unwrap().unwrap(), "seen");
    assert_eq!(sender.take_refused(), [(1, RefuseReason::Kind)]);
}

/// More than is read ahead for a receiver: the receiver is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_does_not_wait_for_handles_that_nobody_takes() {
    let (mut a, b) = Channel::pair().unwrap();
    let (mut sender, mut receiver) = b.into_split();
    let flood = tokio::spawn(async move {
        for _ in 0..3_000 {
            let stream = ends::socket();
            if sender.send_with("flood", [stream]).await.is_err() {
                break;
            }
        }
        sender
    });
    let stream = ends::socket();
    a.send_with("mine", [stream]).await.unwrap();
    // Answered for when it is received, after some of the flood.
    let (closed, got) = tokio::join!(a.close(), receiver.recv_with::<String>());
    closed.unwrap();
    assert_eq!(got.unwrap().unwrap().1.len(), 1);
    flood.await.unwrap();
}
