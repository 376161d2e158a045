//! What waiting for an answer without sleeping leaves as it is: the messages, the other tasks, and the end of the channel.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use forkwire::{Channel, Config, Format, Latency};

const ALL: [Latency; 3] = [Latency::Low, Latency::Balanced, Latency::Idle];

fn pair(latency: Latency) -> (Channel, Channel) {
    Channel::pair_with(&Config::native().latency(latency)).unwrap()
}

/// Questions and answers, one after the other.
async fn converse(mut a: Channel, mut b: Channel) {
    let answering = tokio::spawn(async move {
        while let Some(number) = b.recv::<u32>().await.unwrap() {
            b.send(&(number + 1)).await.unwrap();
        }
    });
    for number in 0..100 {
        a.send(&number).await.unwrap();
        assert_eq!(a.recv::<u32>().await.unwrap(), Some(number + 1));
    }
    a.close().await.unwrap();
    answering.await.unwrap();
}

#[tokio::test]
async fn two_ends_on_one_thread_converse() {
    for latency in ALL {
        let (a, b) = pair(latency);
        converse(a, b).await;
    }
    let (a, b) = ends::node_pair(Format::Clone);
    converse(a, b).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_ends_on_two_threads_converse() {
    for latency in ALL {
        let (a, b) = pair(latency);
        converse(a, b).await;
    }
}

#[tokio::test]
async fn other_tasks_run_while_an_answer_is_waited_for() {
    for latency in ALL {
        let (mut a, mut b) = pair(latency);
        let ticks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&ticks);
        // It answers when it has run many times, which it would not if the receiver kept the thread.
        let answering = tokio::spawn(async move {
            assert_eq!(b.recv::<u32>().await.unwrap(), Some(1));
            for _ in 0..1_000 {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
            b.send(&2).await.unwrap();
            b
        });
        a.send(&1).await.unwrap();
        assert_eq!(a.recv::<u32>().await.unwrap(), Some(2));
        assert_eq!(ticks.load(Ordering::Relaxed), 1_000);
        drop(answering.await.unwrap());
    }
}

#[tokio::test]
async fn a_wait_that_is_dropped_loses_no_message() {
    for latency in ALL {
        let (mut a, mut b) = pair(latency);
        for number in 0..100 {
            a.send(&number).await.unwrap();
            tokio::select! {
                biased;
                received = a.recv::<u32>() => panic!("nobody has answered: {received:?}"),
                () = tokio::task::yield_now() => {}
            }
            assert_eq!(b.recv::<u32>().await.unwrap(), Some(number));
            b.send(&number).await.unwrap();
            assert_eq!(a.recv::<u32>().await.unwrap(), Some(number));
        }
    }
}

#[tokio::test]
async fn the_end_of_the_channel_ends_a_wait() {
    for latency in ALL {
        let (mut a, b) = pair(latency);
        a.send("a question").await.unwrap();
        let closing = tokio::spawn(b.close());
        assert_eq!(a.recv::<u32>().await.unwrap(), None);
        closing.await.unwrap().unwrap();
    }
}

#[test]
fn each_has_a_name() {
    for latency in ALL {
        assert_eq!(Latency::from_name(latency.name()), Some(latency));
    }
    assert_eq!(Latency::from_name("quick"), None);
}
