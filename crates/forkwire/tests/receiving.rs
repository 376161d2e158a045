//! Small messages that were read together: each way to receive them gets the next ones, whatever was used before.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use forkwire::{Channel, Message};
use futures_util::FutureExt;

/// A message of another size each time, which begins with its number.
fn text(number: usize) -> String {
    format!("{number} {}", "x".repeat(number * 37 % 700))
}

async fn send(mut channel: Channel, count: usize) {
    for number in 0..count {
        channel.queue(&text(number)).await.unwrap();
    }
    channel.close().await.unwrap();
}

#[tokio::test]
async fn all_ways_to_receive_take_the_next_messages() {
    const COUNT: usize = 5_000;
    let (ours, mut theirs) = Channel::pair().unwrap();
    let receive = async {
        let mut messages: Vec<Message> = Vec::new();
        let mut number = 0;
        for turn in 0.. {
            match turn % 5 {
                0 => match theirs.recv::<String>().await.unwrap() {
                    Some(value) => assert_eq!(value, text(number)),
                    None => break,
                },
                1 | 2 => match theirs.recv_message().await.unwrap() {
                    Some(message) => assert_eq!(message.decode::<String>().unwrap(), text(number)),
                    None => break,
                },
                _ => {
                    let limit = turn % 47;
                    let received = theirs.recv_many(&mut messages, limit).await.unwrap();
                    assert_eq!(received, messages.len());
                    assert!(received <= limit);
                    if limit > 0 && received == 0 {
                        break;
                    }
                    for message in messages.drain(..) {
                        assert_eq!(message.decode::<String>().unwrap(), text(number));
                        number += 1;
                    }
                    continue;
                }
            }
            number += 1;
        }
        assert_eq!(number, COUNT);
    };
    tokio::join!(send(ours, COUNT), receive);
}

#[tokio::test]
async fn many_are_received_as_far_as_they_are_there_and_none_are_lost_with_a_dropped_future() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let mut messages = Vec::new();
    assert!(theirs.recv_many(&mut messages, 10).now_or_never().is_none());
    assert_eq!(theirs.recv_many(&mut messages, 0).await.unwrap(), 0);
    for number in 0..100 {
        ours.queue(&text(number)).await.unwrap();
    }
    ours.flush().await.unwrap();
    let mut limits = [1, 10, usize::MAX].into_iter();
    while messages.len() < 100 {
        let limit = limits.next().unwrap_or(usize::MAX);
        let before = messages.len();
        let received = theirs.recv_many(&mut messages, limit).await.unwrap();
        assert_eq!(messages.len() - before, received);
        assert!((1..=limit).contains(&received));
    }
    for (number, message) in messages.drain(..).enumerate() {
        assert_eq!(message.decode::<String>().unwrap(), text(number));
    }
    ours.close().await.unwrap();
    assert_eq!(theirs.recv_many(&mut messages, 10).await.unwrap(), 0);
}

/// They were read while this end waited to send.
#[tokio::test]
async fn messages_that_were_read_ahead_are_received_together() {
    const COUNT: usize = 1_000;
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let answer = async {
        for number in 0..COUNT {
            theirs.queue(&text(number)).await.unwrap();
        }
        theirs.flush().await.unwrap();
        while theirs.recv::<String>().await.unwrap().unwrap() != "last" {}
    };
    let ask = async {
        // More than the socket takes before the other end reads, which it does after it has written.
        ours.send(&"x".repeat(4 * 1024 * 1024)).await.unwrap();
        ours.send("last").await.unwrap();
    };
    tokio::join!(answer, ask);
    let mut messages = Vec::new();
    while messages.len() < COUNT {
        ours.recv_many(&mut messages, COUNT).await.unwrap();
    }
    for (number, message) in messages.iter().enumerate() {
        assert_eq!(message.decode::<String>().unwrap(), text(number));
    }
}

/// Only where the allocator keeps its records between two pieces of memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_small_message_that_is_kept_keeps_no_more_than_4_kib() {
    const COUNT: usize = 2_000;
    const HEADER: usize = 8;
    let (ours, mut theirs) = Channel::pair().unwrap();
    let mut messages = Vec::new();
    let receive = async { while theirs.recv_many(&mut messages, COUNT).await.unwrap() > 0 {} };
    tokio::join!(send(ours, COUNT), receive);
    assert_eq!(messages.len(), COUNT);
    // Payloads share memory if only a frame's header lies between them.
    let (mut shared, mut most) = (0, 0);
    let mut end = std::ptr::null::<u8>();
    for message in &messages {
        let range = message.payload.as_ptr_range();
        let follows = range.start == end.wrapping_add(HEADER);
        shared = if follows { shared } else { 0 } + HEADER + message.payload.len();
        most = most.max(shared);
        end = range.end;
    }
    assert!((2_000..=4 * 1024).contains(&most), "{most}");
}
