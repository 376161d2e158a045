//! Requests and answers with handles.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;

use forkwire::{Channel, Command, Handle, Incoming, Request, RequestError, SendErrorKind};
use serde_json::json;

async fn next_request(channel: &mut Channel) -> Request {
    match channel.recv_incoming().await.unwrap() {
        Some(Incoming::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

/// A stream, and whether its other end was closed.
fn pair() -> (UnixStream, impl FnOnce() -> bool) {
    let (given, mut kept) = UnixStream::pair().unwrap();
    kept.set_read_timeout(Some(std::time::Duration::from_secs(20)))
        .unwrap();
    (given, move || kept.read(&mut [0]).unwrap() == 0)
}

#[tokio::test]
async fn handles_go_with_a_request_and_come_with_its_answer() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let (given, mut kept) = UnixStream::pair().unwrap();
    let handle = Handle::from(given).with_buffered("read before");
    let answer = async {
        let mut request = next_request(&mut theirs).await;
        assert_eq!(request.decode::<String>().unwrap(), "take it");
        assert_eq!(request.handles().len(), 1);
        let handles = request.take_handles();
        assert_eq!(handles[0].buffered(), b"read before");
        request.reply_with("and back", handles).unwrap();
        // Until the peer has the handle.
        assert!(theirs.recv::<()>().await.unwrap().is_none());
    };
    let ask = async {
        let (answer, mut handles) = ours.request_with::<_, String>("take it", [handle]).await.unwrap();
        assert_eq!(answer, "and back");
        let handle = handles.remove(0);
        assert_eq!(handle.buffered(), b"read before");
        let mut stream = UnixStream::try_from(handle).unwrap();
        stream.write_all(b"here").unwrap();
        drop(ours);
    };
    tokio::join!(ask, answer);
    let mut text = [0; 4];
    kept.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"here");
}

#[tokio::test]
async fn handles_of_a_request_that_nobody_serves_are_refused() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let reading = tokio::spawn(async move { theirs.recv::<i64>().await });
    let (given, is_closed) = pair();
    let answer = ours.request_with::<_, i64>(&1, [given]).await;
    assert!(matches!(answer, Err(RequestError::NoHandler)), "{answer:?}");
    assert!(ours.take_refused().is_empty(), "the refusal is the answer");
    assert!(is_closed());
    drop(ours);
    assert!(reading.await.unwrap().unwrap().is_none());
}

#[tokio::test]
async fn handles_that_nobody_takes_are_closed() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    // Of a request that is answered without a look at them.
    let ((given, is_closed), (wanted, is_wanted_closed)) = (pair(), pair());
    let answer = async {
        next_request(&mut theirs).await.reply_with(&2, [wanted]).unwrap();
        next_request(&mut theirs).await.reply(&3).unwrap();
    };
    let ask = async {
        // Of an answer to somebody who wants none.
        assert_eq!(ours.request::<_, i64>(&1).await.unwrap(), 2);
        assert_eq!(ours.request_with::<_, i64>(&1, [given]).await.unwrap().0, 3);
    };
    tokio::join!(ask, answer);
    assert!(is_closed());
    assert!(is_wanted_closed());
}

#[tokio::test]
async fn handles_of_a_late_answer_are_closed() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let request = tokio::select! {
        answer = ours.request::<_, i64>(&1) => panic!("{answer:?}"),
        request = next_request(&mut theirs) => request,
    };
    let (given, is_closed) = pair();
    request.reply_with(&2, [given]).unwrap();
    let (again, ()) = tokio::join!(ours.request::<_, i64>(&3), async {
        next_request(&mut theirs).await.reply(&4).unwrap();
    });
    assert_eq!(again.unwrap(), 4);
    assert!(is_closed());
}

#[tokio::test]
async fn handles_of_a_request_that_is_not_sent_come_back() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let many = || (0..300).map(|_| UnixStream::pair().unwrap().0);
    match ours.request_with::<_, i64>(&1, many()).await {
        Err(RequestError::NotSent(error)) => {
            assert_eq!(error.kind, SendErrorKind::Handles);
            assert_eq!(error.message.unwrap().handles.len(), 300);
        }
        other => panic!("{other:?}"),
    }
    let (answer, ()) = tokio::join!(ours.request::<_, i64>(&1), async {
        let error = next_request(&mut theirs)
            .await
            .reply_with(&1, many())
            .unwrap_err();
        assert_eq!(error.message.unwrap().handles.len(), 300);
    });
    assert!(matches!(answer, Err(RequestError::Unanswered)), "{answer:?}");
}

#[tokio::test]
async fn a_node_child_takes_a_listener_and_gives_one_back() {
    let Some(package) = support::package() else { return };
    let mut command = Command::node(support::script("requests/serve.cjs"));
    let mut child = command.package(&package).spawn().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let question = json!({"giveBack": true});
    let (answer, mut handles) = child
        .channel
        .request_with::<_, String>(&question, [listener])
        .await
        .unwrap();
    assert_eq!(answer, "here");
    let listener = TcpListener::try_from(handles.remove(0)).unwrap();
    assert_eq!(listener.local_addr().unwrap(), address);
    drop(child.channel);
    assert!(child.process.wait().await.unwrap().success());
}
