//! Requests between two channels, and with Node.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use forkwire::{Channel, Command, Incoming, Request, RequestError};
use serde_json::json;
use tokio::task::JoinHandle;

async fn next_request(channel: &mut Channel) -> Request {
    match channel.recv_incoming().await.unwrap() {
        Some(Incoming::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

/// Doubles numbers, and fails for those that are negative, until the channel ends.
fn serve(mut channel: Channel) -> JoinHandle<usize> {
    tokio::spawn(async move {
        let mut served = 0;
        while let Some(incoming) = channel.recv_incoming().await.unwrap() {
            let Incoming::Request(request) = incoming else {
                continue;
            };
            served += 1;
            match request.decode::<i64>() {
                Ok(number) if number < 0 => request.fail("it is negative").unwrap(),
                Ok(number) => request.reply(&(2 * number)).unwrap(),
                Err(error) => request.fail(error).unwrap(),
            }
        }
        served
    })
}

#[tokio::test]
async fn requests_are_answered_one_by_one() {
    let (mut ours, theirs) = Channel::pair().unwrap();
    let served = serve(theirs);
    for number in 0..100_i64 {
        let double: i64 = ours.request(&number).await.unwrap();
        assert_eq!(double, 2 * number);
    }
    drop(ours);
    assert_eq!(served.await.unwrap(), 100);
}

#[tokio::test]
async fn clones_of_a_sender_ask_at_the_same_time() {
    let (ours, theirs) = Channel::pair().unwrap();
    let served = serve(theirs);
    let (sender, mut receiver) = ours.into_split();
    let asking: Vec<_> = (0..200_i64)
        .map(|number| {
            let mut sender = sender.clone();
            tokio::spawn(async move { sender.request::<_, i64>(&number).await.unwrap() })
        })
        .collect();
    drop(sender);
    for (number, answer) in (0..).zip(asking) {
        assert_eq!(answer.await.unwrap(), 2 * number);
    }
    assert!(receiver.recv::<()>().await.unwrap().is_none());
    assert_eq!(served.await.unwrap(), 200);
}

#[tokio::test]
async fn a_failure_arrives_with_its_message() {
    let (mut ours, theirs) = Channel::pair().unwrap();
    let _served = serve(theirs);
    match ours.request::<_, i64>(&-1).await {
        Err(RequestError::Failed(failure)) => {
            assert_eq!(
                (&failure.name[..], &failure.message[..]),
                ("Error", "it is negative")
            );
        }
        other => panic!("{other:?}"),
    }
    match ours.request::<_, String>(&1).await {
        Err(RequestError::Unexpected(_)) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(ours.request::<_, i64>(&1).await.unwrap(), 2);
}

#[tokio::test]
async fn messages_and_requests_do_not_meet() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    ours.send("a message").await.unwrap();
    let ask = async { ours.request::<_, i64>(&1).await.unwrap() };
    let answer = async {
        let mut messages = 0;
        loop {
            match theirs.recv_incoming().await.unwrap().unwrap() {
                Incoming::Message(message) => {
                    assert_eq!(message.payload, r#""a message""#);
                    messages += 1;
                }
                Incoming::Request(request) => {
                    request.reply(&5).unwrap();
                    return messages;
                }
            }
        }
    };
    assert_eq!(tokio::join!(ask, answer).0, 5);
}

#[tokio::test]
async fn a_program_that_receives_only_messages_declines() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let reading = tokio::spawn(async move { theirs.recv::<i64>().await });
    assert!(matches!(
        ours.request::<_, i64>(&1).await,
        Err(RequestError::NoHandler)
    ));
    drop(ours);
    assert!(reading.await.unwrap().unwrap().is_none());
}

#[tokio::test]
async fn a_request_that_is_dropped_is_declined() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let ask = async { ours.request::<_, i64>(&1).await };
    let drop_it = async { drop(next_request(&mut theirs).await) };
    assert!(matches!(
        tokio::join!(ask, drop_it).0,
        Err(RequestError::NoHandler)
    ));
}

#[tokio::test]
async fn dropping_the_future_cancels() {
    let (mut ours, theirs) = Channel::pair().unwrap();
    let mut asked = theirs;
    let request = tokio::select! {
        answer = ours.request::<_, i64>(&1) => panic!("{answer:?}"),
        request = next_request(&mut asked) => request,
    };
    // Somebody has to read.
    tokio::select! {
        () = request.cancelled() => {}
        incoming = asked.recv_incoming() => panic!("{incoming:?}"),
    }
    request.reply(&2).unwrap();
    let (again, ()) = tokio::join!(ours.request::<_, i64>(&3), async {
        let request = next_request(&mut asked).await;
        assert_eq!(request.decode::<i64>().unwrap(), 3);
        request.reply(&4).unwrap();
    });
    assert_eq!(again.unwrap(), 4);
}

#[tokio::test]
async fn a_peer_that_was_gone_before_did_not_get_the_request() {
    let (mut ours, theirs) = Channel::pair().unwrap();
    drop(theirs);
    assert!(ours.recv::<()>().await.unwrap().is_none());
    let answer = ours.request::<_, i64>(&1).await;
    assert!(
        matches!(answer, Err(RequestError::PeerGone { delivered: false })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_peer_that_dies_with_the_request_unread_may_have_got_it() {
    let (mut ours, theirs) = Channel::pair().unwrap();
    let mut theirs = Some(theirs);
    let answer = tokio::select! {
        biased;
        answer = ours.request::<_, i64>(&1) => answer,
        // The request is in its socket, which makes the end of it a reset.
        () = async { theirs.take(); std::future::pending().await } => unreachable!(),
    };
    assert!(
        matches!(answer, Err(RequestError::PeerGone { delivered: true })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_handler_answers_requests_at_the_same_time() {
    let (ours, mut theirs) = Channel::pair().unwrap();
    let (release, released) = tokio::sync::watch::channel(());
    let served = tokio::spawn(async move {
        let handler = move |number: i64| {
            let mut released = released.clone();
            async move {
                if number == 0 {
                    released.changed().await.unwrap();
                }
                if number < 0 {
                    Err("it is negative")
                } else {
                    Ok(2 * number)
                }
            }
        };
        theirs.serve(handler).await.unwrap();
    });
    let (mut first, receiver) = ours.into_split();
    let mut second = first.clone();
    let waiting = tokio::spawn(async move { first.request::<_, i64>(&0).await });
    assert_eq!(second.request::<_, i64>(&5).await.unwrap(), 10);
    match second.request::<_, i64>(&-1).await {
        Err(RequestError::Failed(failure)) => assert_eq!(failure.message, "it is negative"),
        other => panic!("{other:?}"),
    }
    let wrong = second.request::<_, i64>("no number").await;
    assert!(matches!(wrong, Err(RequestError::Failed(_))), "{wrong:?}");
    assert!(!waiting.is_finished());
    release.send(()).unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), 0);
    drop(second);
    drop(receiver);
    served.await.unwrap();
}

#[tokio::test]
async fn a_handler_whose_request_is_given_up_is_dropped() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    let served = tokio::spawn(async move {
        let handler = move |number: i64| {
            // Dropped with the future.
            let begun = begun.clone();
            async move {
                begun.send(number).unwrap();
                if number == 0 {
                    std::future::pending::<()>().await;
                }
                drop(begun);
                Ok::<_, &str>(number)
            }
        };
        theirs.serve(handler).await.unwrap();
    });
    tokio::select! {
        answer = ours.request::<_, i64>(&0) => panic!("{answer:?}"),
        number = has_begun.recv() => assert_eq!(number, Some(0)),
    }
    assert_eq!(ours.request::<_, i64>(&1).await.unwrap(), 1);
    drop(ours);
    // It would wait for a handler that goes on.
    served.await.unwrap();
}

#[tokio::test]
async fn a_node_child_answers_and_asks_back() {
    let Some(package) = support::package() else { return };
    let mut command = Command::node(support::script("requests/serve.cjs"));
    let child = command.package(&package).spawn().unwrap();
    let (mut sender, mut receiver) = child.channel.into_split();
    let sum: i64 = sender.request(&json!({"a": 1, "b": 2})).await.unwrap();
    assert_eq!(sum, 3);
    match sender.request::<_, i64>(&json!({"fail": "asked for"})).await {
        Err(RequestError::Failed(failure)) => {
            assert_eq!(
                (&failure.name[..], &failure.message[..]),
                ("TypeError", "asked for")
            );
            assert_eq!(failure.own["code"], "E_FAIL");
        }
        other => panic!("{other:?}"),
    }
    let answers = sender.clone();
    let question = json!({"a": 20});
    let (sum, ()) = tokio::join!(sender.request::<_, i64>(&question), async {
        match receiver.recv_incoming(&answers).await.unwrap() {
            Some(Incoming::Request(request)) => request.reply(&22).unwrap(),
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(sum.unwrap(), 42);
}

#[test]
fn a_node_parent_learns_that_a_rust_child_serves_nothing() {
    let Some(package) = support::package() else { return };
    for node in support::nodes() {
        let output = std::process::Command::new(&node)
            .arg(support::script("requests/ask-nobody.cjs"))
            .args([&package, &support::echo()])
            .output()
            .unwrap();
        let faults = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {faults}", node.display());
    }
}
