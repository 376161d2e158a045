//! How a direction, and a channel, ends.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/ends.rs"]
mod ends;

use std::net::TcpListener;

use forkwire::{Channel, Command, Config, Error, Format, SendErrorKind, WireChoice};

/// A pair on each wire.
fn pairs() -> [(Channel, Channel); 2] {
    [Channel::pair().unwrap(), ends::node_pair(Format::Json)]
}

#[tokio::test]
async fn a_dropped_sender_ends_its_direction_and_leaves_the_other() {
    for (a, mut b) in pairs() {
        let (mut sender, mut receiver) = a.into_split();
        sender.send("last").await.unwrap();
        drop(sender);
        assert_eq!(b.recv::<String>().await.unwrap().as_deref(), Some("last"));
        assert_eq!(b.recv::<String>().await.unwrap(), None);
        b.send("still").await.unwrap();
        assert_eq!(receiver.recv::<String>().await.unwrap().as_deref(), Some("still"));
    }
}

#[tokio::test]
async fn a_dropped_sender_ends_after_everything_that_is_queued() {
    for (a, mut b) in pairs() {
        let (mut sender, mut receiver) = a.into_split();
        let mut sent = 0;
        while sender.try_send(&vec![sent; 1_000]).is_ok() {
            sent += 1;
        }
        drop(sender);
        let rest = tokio::spawn(async move { receiver.recv::<()>().await.unwrap() });
        for expected in 0..sent {
            let numbers: Vec<usize> = b.recv().await.unwrap().unwrap();
            assert_eq!(numbers[0], expected);
        }
        assert_eq!(b.recv::<()>().await.unwrap(), None);
        drop(b);
        assert_eq!(rest.await.unwrap(), None);
    }
}

/// The peer may ask for a handle again, until it has acknowledged it.
#[tokio::test]
async fn a_dropped_sender_ends_when_its_handles_are_acknowledged() {
    for (a, mut b) in pairs() {
        let (mut sender, mut receiver) = a.into_split();
        let message = forkwire::Message::new(Format::Json, "1").with_handle(ends::socket());
        sender.try_send_message(message).unwrap();
        drop(sender);
        let rest = tokio::spawn(async move { receiver.recv::<()>().await.unwrap() });
        let (_, handles) = b.recv_with::<u8>().await.unwrap().unwrap();
        assert_eq!(handles.len(), 1);
        assert_eq!(b.recv::<()>().await.unwrap(), None);
        drop(b);
        assert_eq!(rest.await.unwrap(), None);
    }
}

#[tokio::test]
async fn node_disconnects_when_the_sender_is_dropped() {
    let program = "process.on('message', (m) => process.send('got ' + m));
        process.on('disconnect', () => process.stdout.write('disconnected'));";
    let mut command = Command::new("node");
    command
        .args(["-e", program])
        .stdout(forkwire::Stdio::piped())
        .wire(WireChoice::Node);
    let (channel, process) = command.spawn().unwrap().into_parts();
    let (mut sender, mut receiver) = channel.into_split();
    sender.send("one").await.unwrap();
    assert_eq!(
        receiver.recv::<String>().await.unwrap().as_deref(),
        Some("got one")
    );
    drop(sender);
    assert_eq!(receiver.recv::<String>().await.unwrap(), None);
    let output = process.wait_with_output().await.unwrap();
    assert_eq!(output.stdout, b"disconnected");
}

#[tokio::test]
async fn a_direction_lives_as_long_as_one_of_its_senders() {
    for (a, mut b) in pairs() {
        let (sender, _receiver) = a.into_split();
        let mut tasks = Vec::new();
        for task in 0..4 {
            let mut sender = sender.clone();
            tasks.push(tokio::spawn(async move {
                for number in 0..100 {
                    sender.send(&(task, number)).await.unwrap();
                }
            }));
        }
        drop(sender);
        let mut next = [0; 4];
        while let Some((task, number)) = b.recv::<(usize, i32)>().await.unwrap() {
            assert_eq!(number, next[task]);
            next[task] += 1;
        }
        assert_eq!(next, [100; 4]);
        for task in tasks {
            task.await.unwrap();
        }
    }
}

#[tokio::test]
async fn closing_one_sender_closes_all() {
    for (a, mut b) in pairs() {
        let (sender, _receiver) = a.into_split();
        let mut other = sender.clone();
        sender.close().await.unwrap();
        assert_eq!(b.recv::<()>().await.unwrap(), None);
        let error = other.send("late").await.unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Closed);
        assert!(error.message.is_some());
    }
}

#[tokio::test]
async fn handles_come_back_to_their_sender() {
    for config in [Config::native(), Config::node(Format::Json)] {
        // Room for all of them while the socket is full.
        let (a, b) = Channel::pair_with(&config.high_water_mark(100_000_000)).unwrap();
        let (mut first, _receiver) = a.into_split();
        let (mut second, mut third) = (first.clone(), first.clone());
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let addresses = listeners
            .each_ref()
            .map(|listener| listener.local_addr().unwrap());
        let [two, three] = listeners;
        let large = "x".repeat(10_000_000);
        let (large, two, three, ()) = tokio::join!(
            first.send(&large),
            second.send_with("two", [two]),
            third.send_with("three", [three]),
            async { drop(b) }
        );
        assert_eq!(large.unwrap_err().message.unwrap().payload.len(), 10_000_002);
        for (result, address) in [two, three].into_iter().zip(addresses) {
            let mut message = result.unwrap_err().message.unwrap();
            let listener = TcpListener::try_from(message.handles.remove(0)).unwrap();
            assert_eq!(listener.local_addr().unwrap(), address);
        }
        // All of them came back.
        first.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_sender_learns_that_the_peer_is_gone_without_sending() {
    for (a, mut b) in pairs() {
        let (mut sender, mut receiver) = a.into_split();
        b.send("unread").await.unwrap();
        let mut other = sender.clone();
        let waiting = tokio::spawn(async move { other.closed().await });
        sender.send("alive").await.unwrap();
        assert!(!waiting.is_finished());
        b.recv::<String>().await.unwrap();
        drop(b);
        waiting.await.unwrap();
        sender.closed().await;
        // What was read ahead is there.
        assert_eq!(
            receiver.recv::<String>().await.unwrap().as_deref(),
            Some("unread")
        );
        assert_eq!(receiver.recv::<String>().await.unwrap(), None);
    }
}

#[tokio::test]
async fn closing_after_a_message_came_back_is_not_an_error() {
    for (mut a, b) in pairs() {
        drop(b);
        let error = a.send("x").await.unwrap_err();
        assert!(error.message.is_some());
        a.close().await.unwrap();
    }
}

#[tokio::test]
async fn closing_with_a_message_that_is_lost_is_an_error() {
    for (mut a, b) in pairs() {
        while a.try_send(&vec![0; 1_000]).is_ok() {}
        drop(b);
        assert!(matches!(a.close().await, Err(Error::Io(_))));
    }
}
