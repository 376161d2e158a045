//! Rust as the parent.

use std::net::TcpListener;

use forkwire::v8::{BigInt, Document, Object, Value as Js};
use forkwire::{Channel, Child, Command, Format, Message, SendErrorKind, WireChoice};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::support::{echo, nodes, package, script};

const FORMATS: [Format; 2] = [Format::Json, Format::Clone];

#[tokio::test]
async fn of_rust_on_either_wire() {
    for format in FORMATS {
        for wire in [WireChoice::Native, WireChoice::Node] {
            let mut command = Command::new(echo());
            command.wire(wire);
            check(command, format, wire == WireChoice::Native, true).await;
        }
    }
}

#[tokio::test]
async fn of_stock_node() {
    for node in nodes() {
        for format in FORMATS {
            let mut command = Command::node_at(&node, script("matrix/child.cjs"));
            command.wire(WireChoice::Node);
            check(command, format, false, true).await;
        }
    }
}

#[tokio::test]
async fn of_node_with_the_package() {
    let Some(package) = package() else { return };
    for node in nodes() {
        for format in FORMATS {
            let mut command = Command::node_at(&node, script("matrix/child.cjs"));
            command.package(&package);
            // On Windows a connection that such a child has accepted ahead stays with it when it has closed its server.
            check(command, format, true, cfg!(unix)).await;
        }
    }
}

#[tokio::test]
async fn a_missing_package_is_an_error_if_it_was_named() {
    let directory = std::env::temp_dir();
    let mut command = Command::node(script("matrix/child.cjs"));
    command.package(&directory);
    let error = command.spawn().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
}

/// Starts the command twice, and tries all that its wire allows. `reached`: a listener that comes back is connected to.
async fn check(mut command: Command, format: Format, native: bool, reached: bool) {
    command.serialization(format);
    for _ in 0..2 {
        let Child {
            mut channel,
            mut process,
            ..
        } = command.spawn().unwrap();
        plain_values(&mut channel).await;
        rich_values(&mut channel).await;
        a_socket(&mut channel).await;
        a_listener(&mut channel, reached).await;
        handles_of_the_childs(&mut channel, reached).await;
        several(&mut channel, native).await;
        channel.close().await.unwrap();
        let status = process.wait().await.unwrap();
        assert!(status.success(), "{command:?}: {status}");
    }
}

async fn plain_values(channel: &mut Channel) {
    let values = json!(["", "ä€𝄞\n", 0, -1.5, true, null, [], {"a": [1, {"b": null}]}]);
    for value in values.as_array().unwrap() {
        channel.send(value).await.unwrap();
        assert_eq!(channel.recv::<Value>().await.unwrap().as_ref(), Some(value));
    }
}

async fn rich_values(channel: &mut Channel) {
    if channel.format() == Format::Json {
        return;
    }
    let mut document = Document::new();
    let buffer = document.insert(Object::buffer(*b"bytes"));
    let set = document.insert(Object::set([Js::Undefined, Js::from(f64::NAN)]));
    let map = document.insert(Object::map([(Js::from(buffer), Js::from(set))]));
    let cycle = document.insert(Object::array([
        Js::from(map),
        Js::from(-0.0),
        BigInt::from(1_i64 << 60).into(),
    ]));
    if let Some(Object::Map(entries)) = document.get_mut(map) {
        entries.push(("self".into(), cycle.into()));
    }
    document.set_root(cycle);
    channel
        .send_message(Message::from_document(&document).unwrap())
        .await
        .unwrap();
    let back = channel.recv_message().await.unwrap().unwrap();
    assert_eq!(back.document().unwrap(), document);
}

/// What the other end of a connection sends until it ends.
async fn text(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

async fn a_socket(channel: &mut Channel) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, _) = listener.accept().unwrap();
    channel.send_with("socket", [accepted]).await.unwrap();
    let (word, mut handles) = channel.recv_with::<String>().await.unwrap().unwrap();
    assert_eq!((word.as_str(), handles.len()), ("socket", 1));
    let mut back = TcpStream::try_from(handles.remove(0)).unwrap();
    back.write_all(b"back").await.unwrap();
    drop(back);
    assert_eq!(text(client).await, "back");
}

async fn a_listener(channel: &mut Channel, reached: bool) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    channel.send_with("listener", [listener]).await.unwrap();
    let (_, mut handles) = channel.recv_with::<String>().await.unwrap().unwrap();
    let back = tokio::net::TcpListener::try_from(handles.remove(0)).unwrap();
    assert_eq!(back.local_addr().unwrap(), address);
    if reached {
        is_reached(&back).await;
    }
}

/// Connects to a listener, and accepts. A Node child on Windows has accepted one ahead, which it ends when it closes its own
/// server: whose turn it is comes after that.
async fn is_reached(listener: &tokio::net::TcpListener) {
    let address = listener.local_addr().unwrap();
    loop {
        let mut client = TcpStream::connect(address).await.unwrap();
        let own = client.local_addr().unwrap();
        let mut byte = [0];
        tokio::select! {
            accepted = listener.accept() => return assert_eq!(accepted.unwrap().1, own),
            ended = client.read(&mut byte) => assert!(cfg!(windows), "{ended:?}"),
        }
    }
}

async fn handles_of_the_childs(channel: &mut Channel, reached: bool) {
    channel.send("listen").await.unwrap();
    let (address, mut handles) = channel.recv_with::<String>().await.unwrap().unwrap();
    let listener = tokio::net::TcpListener::try_from(handles.remove(0)).unwrap();
    assert_eq!(listener.local_addr().unwrap().to_string(), address);
    if reached {
        is_reached(&listener).await;
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    channel
        .send(&json!({"connect": listener.local_addr().unwrap().port()}))
        .await
        .unwrap();
    let (mut accepted, _) = listener.accept().await.unwrap();
    let (_, mut handles) = channel.recv_with::<String>().await.unwrap().unwrap();
    let connected = TcpStream::try_from(handles.remove(0)).unwrap();
    accepted.write_all(b"mine").await.unwrap();
    drop(accepted);
    assert_eq!(text(connected).await, "mine");
}

async fn several(channel: &mut Channel, native: bool) {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let addresses = listeners
        .each_ref()
        .map(|listener| listener.local_addr().unwrap());
    let sent = channel.send_with("several", listeners).await;
    if !native {
        let error = sent.unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Handles);
        assert_eq!(error.message.unwrap().handles.len(), 3);
        return;
    }
    let (word, handles) = channel.recv_with::<String>().await.unwrap().unwrap();
    assert_eq!(word, "several");
    let back: Vec<_> = handles
        .into_iter()
        .map(|handle| TcpListener::try_from(handle).unwrap().local_addr().unwrap())
        .collect();
    assert_eq!(back, addresses);
}
