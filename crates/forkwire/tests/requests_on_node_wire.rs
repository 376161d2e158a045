//! Requests on Node's own wire, between two ends that have forkwire.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use forkwire::{
    Channel, Child, Command, Config, Format, Incoming, Request, RequestError, SendErrorKind, WireChoice,
};
use serde_json::{Value, json};

const FORMATS: [Format; 2] = [Format::Json, Format::Clone];

async fn next_request(channel: &mut Channel) -> Request {
    match channel.recv_incoming().await.unwrap() {
        Some(Incoming::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_a_failure_and_a_decline_arrive() {
    for format in FORMATS {
        let (mut ours, mut theirs) = Channel::pair_with(&Config::node(format)).unwrap();
        let asked = tokio::spawn(async move {
            let double: i64 = ours.request(&21).await.unwrap();
            let nothing: Option<i64> = ours.request(&0).await.unwrap();
            let large: String = ours.request(&"x".repeat(300_000)).await.unwrap();
            let failure = ours.request::<_, i64>(&"fail").await;
            (double, nothing, large.len(), failure, ours)
        });
        next_request(&mut theirs).await.reply(&42).unwrap();
        next_request(&mut theirs).await.reply(&()).unwrap();
        let large = next_request(&mut theirs).await;
        let text: String = large.decode().unwrap();
        large.reply(&text).unwrap();
        next_request(&mut theirs).await.fail("asked for").unwrap();
        theirs.flush().await.unwrap();
        let (double, nothing, large, failure, mut ours) = asked.await.unwrap();
        assert_eq!((double, nothing, large), (42, None, 300_000));
        match failure {
            Err(RequestError::Failed(failure)) => assert_eq!(failure.message, "asked for"),
            other => panic!("{other:?}"),
        }

        let mut asked = Box::pin(ours.request::<_, i64>(&1));
        tokio::select! {
            answer = &mut asked => panic!("{answer:?}"),
            request = next_request(&mut theirs) => drop(request),
        }
        theirs.flush().await.unwrap();
        assert!(matches!(
            asked.await,
            Err(RequestError::Unanswered | RequestError::NoHandler)
        ));
    }
}

#[tokio::test]
async fn a_dropped_request_cancels_at_the_other_end() {
    for format in FORMATS {
        let (mut ours, mut theirs) = Channel::pair_with(&Config::node(format)).unwrap();
        let request = tokio::select! {
            answer = ours.request::<_, i64>(&1) => panic!("{answer:?}"),
            request = next_request(&mut theirs) => request,
        };
        // Somebody has to read.
        tokio::select! {
            () = request.cancelled() => {}
            incoming = theirs.recv_incoming() => panic!("{incoming:?}"),
        }
        request.reply(&1).unwrap();
        // The numbers are still in step.
        let (answer, ()) = tokio::join!(ours.request::<_, i64>(&2), async {
            next_request(&mut theirs).await.reply(&3).unwrap();
            theirs.flush().await.unwrap();
        });
        assert_eq!(answer.unwrap(), 3);
    }
}

#[tokio::test]
async fn handles_of_a_request_come_back() {
    let (mut ours, _theirs) = Channel::pair_with(&Config::node(Format::Json)).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    match ours.request_with::<_, i64>(&1, [listener]).await {
        Err(RequestError::NotSent(error)) => {
            assert_eq!(error.kind, SendErrorKind::Wire);
            assert_eq!(error.message.unwrap().handles.len(), 1);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_node_child_that_has_loaded_forkwire_answers_and_asks_back() {
    let Some(package) = support::package() else { return };
    for node in support::nodes() {
        for format in FORMATS {
            let mut command = Command::node_at(&node, support::script("requests/serve.cjs"));
            command
                .node_arg("--require")
                .node_arg(package.join("dist/child.js"));
            command.wire(WireChoice::Node).serialization(format);
            let Child {
                channel, mut process, ..
            } = command.spawn().unwrap();
            let (mut sender, mut receiver) = channel.into_split();
            let sum: i64 = sender.request(&json!({"a": 1, "b": 2})).await.unwrap();
            assert_eq!(sum, 3);
            match sender.request::<_, i64>(&json!({"fail": "asked for"})).await {
                Err(RequestError::Failed(failure)) => assert_eq!(failure.own["code"], "E_FAIL"),
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
            drop((sender, answers, receiver));
            assert!(process.wait().await.unwrap().success());
        }
    }
}

#[tokio::test]
async fn a_stock_child_that_has_sent_a_message_has_no_requests() {
    let mut command = Command::node(support::script("requests/stock.cjs"));
    let Child { mut channel, .. } = command.wire(WireChoice::Node).spawn().unwrap();
    let answer = channel.request::<_, Value>(&1).await;
    match answer {
        Err(RequestError::NotSent(error)) => {
            assert_eq!(error.kind, SendErrorKind::Wire);
            assert!(error.reason.contains("forkwire/child"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    // Nothing was sent, and the message that gave it away is still there.
    assert_eq!(channel.recv::<String>().await.unwrap().unwrap(), "here");
    channel.send("answer").await.unwrap();
    assert_eq!(channel.recv::<String>().await.unwrap().unwrap(), "answer");
}

#[test]
fn a_node_parent_learns_on_nodes_wire_that_a_rust_child_serves_nothing() {
    let Some(package) = support::package() else { return };
    for node in support::nodes() {
        let output = std::process::Command::new(&node)
            .arg(support::script("requests/ask-nobody.cjs"))
            .args([&package, &support::echo()])
            .arg("node")
            .output()
            .unwrap();
        let faults = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {faults}", node.display());
    }
}
