//! Ports: by their names, as handles, and with a Node process at the other end.
#![cfg(any(target_os = "linux", windows))]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/mod.rs"]
mod support;

use forkwire::{Channel, Child, Command, Handle, HandleKind, Incoming, Port, PortError, Sender, WireChoice};

/// Receives for the offers alone, as long as the channel lives.
fn keep_receiving(channel: Channel) -> Sender {
    let (sender, mut receiver) = channel.into_split();
    tokio::spawn(async move { while let Ok(Some(_)) = receiver.recv_message().await {} });
    sender
}

async fn names(ours_first: bool, both: bool) {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    if ours_first || both {
        let mut port = ours.port("x").await.unwrap();
        port.send("early").await.unwrap();
        if both {
            // Neither has received the other's offer.
            let mut other = theirs.port("x").await.unwrap();
            other.send("early too").await.unwrap();
            let (_ours, _theirs) = (keep_receiving(ours), keep_receiving(theirs));
            return talk(port, other, Some("early too")).await;
        }
        let mut theirs = keep_receiving(theirs);
        tokio::task::yield_now().await;
        let other = theirs.port("x").await.unwrap();
        let _ours = keep_receiving(ours);
        return talk(port, other, None).await;
    }
    let mut other = theirs.port("x").await.unwrap();
    other.send("early too").await.unwrap();
    let mut ours = keep_receiving(ours);
    tokio::task::yield_now().await;
    let mut port = ours.port("x").await.unwrap();
    port.send("early").await.unwrap();
    let _theirs = keep_receiving(theirs);
    talk(port, other, Some("early too")).await;
}

async fn talk(mut port: Port, mut other: Port, early: Option<&str>) {
    assert_eq!(other.recv::<String>().await.unwrap().as_deref(), Some("early"));
    if early.is_some() {
        assert_eq!(port.recv::<String>().await.unwrap().as_deref(), early);
    }
    for n in 0..500 {
        port.send(&n).await.unwrap();
        assert_eq!(other.recv::<i32>().await.unwrap(), Some(n));
        other.send(&(n + 1)).await.unwrap();
        assert_eq!(port.recv::<i32>().await.unwrap(), Some(n + 1));
    }
    other.send("last").await.unwrap();
    other.close().await.unwrap();
    assert_eq!(port.recv::<String>().await.unwrap().as_deref(), Some("last"));
    assert_eq!(port.recv::<()>().await.unwrap(), None);
}

#[tokio::test]
async fn a_name_leads_to_the_same_port_whichever_end_asks_first() {
    names(true, false).await;
    names(false, false).await;
    names(true, true).await;
}

#[tokio::test]
async fn a_name_is_used_once_at_a_time_and_again_afterwards() {
    let (ours, theirs) = Channel::pair().unwrap();
    let (mut ours, mut theirs) = (keep_receiving(ours), keep_receiving(theirs));
    for round in 0..5 {
        let mut port = ours.port("x").await.unwrap();
        assert!(matches!(ours.port("x").await, Err(PortError::InUse)));
        port.send(&round).await.unwrap();
        let mut other = theirs.port("x").await.unwrap();
        assert_eq!(other.recv::<i32>().await.unwrap(), Some(round));
    }
    assert!(matches!(ours.port("").await, Err(PortError::Name)));
}

#[tokio::test]
async fn a_port_moves_with_what_was_not_received() {
    let (mut ours, mut theirs) = Channel::pair().unwrap();
    let (mut port, mut other) = Port::pair().unwrap();
    for n in 0..100 {
        port.send(&(n, "x".repeat(300))).await.unwrap();
    }
    for n in 0..10 {
        // In either way. A message may be made before it is asked for, and is not taken by that.
        let (number, _) = if n % 2 == 0 {
            other.recv::<(i32, String)>().await.unwrap().unwrap()
        } else {
            other.recv_message().await.unwrap().unwrap().decode().unwrap()
        };
        assert_eq!(number, n);
    }
    ours.send_with("a port", [other]).await.unwrap();
    let (_, mut handles) = theirs.recv_with::<String>().await.unwrap().unwrap();
    assert_eq!(handles[0].kind(), Some(HandleKind::Port));
    let mut moved = Port::try_from(handles.remove(0)).unwrap();
    for n in 10..100 {
        assert_eq!(moved.recv::<(i32, String)>().await.unwrap().unwrap().0, n);
    }
    moved.send("back").await.unwrap();
    assert_eq!(port.recv::<String>().await.unwrap().as_deref(), Some("back"));
    drop(port);
    assert_eq!(moved.recv::<()>().await.unwrap(), None);
}

#[tokio::test]
async fn a_handle_that_is_not_a_port_comes_back() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    assert!(Port::try_from(Handle::from(listener)).is_err());
    let (port, _other) = Port::pair().unwrap();
    let mut handle = Handle::try_from(port).unwrap();
    handle = handle.with_buffered([9, 0, 0, 0, 1]);
    assert!(Port::try_from(handle).is_err(), "its state is cut short");
}

/// A Node child that runs `what` of `ports.cjs`. `None`: the npm package is not built.
fn spawn(what: &str) -> Option<Child> {
    let package = support::package()?;
    let mut command = Command::node(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ports.cjs"));
    command.arg(what).package(package).wire(WireChoice::Native);
    Some(command.spawn().unwrap())
}

#[tokio::test]
async fn a_node_child_and_this_process_use_one_name() {
    let Some(Child { channel, process, .. }) = spawn("echo") else {
        return;
    };
    let mut sender = keep_receiving(channel);
    let mut port = sender.port("echo").await.unwrap();
    port.send("from Rust").await.unwrap();
    assert_eq!(port.recv::<String>().await.unwrap().as_deref(), Some("hello"));
    let echo: serde_json::Value = port.recv().await.unwrap().unwrap();
    assert_eq!(echo["echo"], "from Rust");
    drop(port);
    drop(process);
}

#[tokio::test]
async fn ports_go_to_a_node_child_and_come_back() {
    let Some(mut child) = spawn("give back") else {
        return;
    };
    let (mut port, other) = Port::pair().unwrap();
    for n in 0..50 {
        port.send(&n).await.unwrap();
    }
    child.channel.send_with("take it", [other]).await.unwrap();
    let (_, mut handles) = child.channel.recv_with::<String>().await.unwrap().unwrap();
    let mut moved = Port::try_from(handles.remove(0)).unwrap();
    assert_eq!(
        port.recv::<(String, i32)>().await.unwrap(),
        Some(("child".to_owned(), 0))
    );
    // What the child had read and not taken comes with it.
    for n in 1..50 {
        assert_eq!(moved.recv::<i32>().await.unwrap(), Some(n));
    }
    moved.send("here again").await.unwrap();
    assert_eq!(
        port.recv::<String>().await.unwrap().as_deref(),
        Some("here again")
    );
}

#[tokio::test]
async fn requests_go_over_a_port_in_both_directions() {
    let Some(Child { channel, process, .. }) = spawn("requests") else {
        return;
    };
    let mut sender = keep_receiving(channel);
    let mut port = sender.port("sums").await.unwrap();
    match port.recv_incoming().await.unwrap() {
        Some(Incoming::Request(request)) => {
            assert_eq!(request.decode::<String>().unwrap(), "b");
            request.reply(&22).unwrap();
        }
        other => panic!("{other:?}"),
    }
    let question = serde_json::json!({"a": 20});
    assert_eq!(port.request::<_, i64>(&question).await.unwrap(), 42);
    drop(port);
    drop(process);
}

#[tokio::test]
async fn a_port_with_requests_under_way_is_not_sent() {
    let (mut port, mut other) = Port::pair().unwrap();
    let request = tokio::select! {
        answer = port.request::<_, i64>(&1) => panic!("{answer:?}"),
        incoming = other.recv_incoming() => incoming.unwrap(),
    };
    assert!(matches!(request, Some(Incoming::Request(_))), "{request:?}");
    let error = Handle::try_from(other).unwrap_err();
    assert!(error.to_string().contains("requests"), "{error}");
}
