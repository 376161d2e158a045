//! Files, pipes and sockets of UDP as handles between two processes on Windows.
#![cfg(windows)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

#[path = "support/mod.rs"]
mod support;

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Seek, Write};
use std::net::UdpSocket;
use std::os::windows::io::OwnedHandle;
use std::time::Duration;

use forkwire::{Channel, Command, Handle, HandleKind, WireChoice};

/// This program, as the child below.
fn child() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--nocapture", "--exact", "returns_what_it_gets"])
        .wire(WireChoice::Native);
    command
}

#[tokio::test]
#[ignore = "the child of the tests below"]
async fn returns_what_it_gets() {
    let mut channel = Channel::from_env().unwrap().unwrap();
    while let Some((word, handles)) = channel.recv_with::<String>().await.unwrap() {
        channel.send_with(&word, handles).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_comes_back_as_the_same_open_file() {
    let path = std::env::temp_dir().join(format!("forkwire-{}", std::process::id()));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    file.write_all(b"one two").unwrap();
    let mut child = child().spawn().unwrap();
    child
        .channel
        .send_with("a file", [file.try_clone().unwrap()])
        .await
        .unwrap();
    let (_, mut handles) = child.channel.recv_with::<String>().await.unwrap().unwrap();
    let handle = handles.remove(0);
    assert_eq!(handle.kind(), Some(HandleKind::Descriptor));
    let mut back = File::try_from(handle).unwrap();
    back.seek(std::io::SeekFrom::Start(4)).unwrap();
    let mut rest = String::new();
    file.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "two", "the position is one for both");
    drop((file, back));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn the_ends_of_pipes_come_back_in_their_order() {
    let mut child = child().spawn().unwrap();
    let pipes: Vec<(PipeReader, PipeWriter)> = (0..10).map(|_| std::io::pipe().unwrap()).collect();
    let (readers, writers): (Vec<_>, Vec<_>) = pipes.into_iter().unzip();
    let sent = writers
        .into_iter()
        .map(|writer| Handle::from(OwnedHandle::from(writer)));
    child.channel.send_with("pipes", sent).await.unwrap();
    let (_, handles) = child.channel.recv_with::<String>().await.unwrap().unwrap();
    for (number, handle) in handles.into_iter().enumerate() {
        let mut writer = PipeWriter::from(OwnedHandle::try_from(handle).unwrap());
        writer.write_all(&[u8::try_from(number).unwrap()]).unwrap();
    }
    // Until the child has acknowledged what it was sent, this end keeps a copy of each.
    child.channel.flush().await.unwrap();
    for (number, mut reader) in readers.into_iter().enumerate() {
        let mut byte = [0];
        reader.read_exact(&mut byte).unwrap();
        assert_eq!(usize::from(byte[0]), number);
    }
}

/// No libuv has bound it to a completion port yet, so that of the child can.
#[tokio::test]
async fn a_socket_of_udp_is_a_datagram_socket_in_a_node_child() {
    let Some(package) = support::package() else {
        return;
    };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut child = Command::node(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/datagrams.cjs"))
        .package(package)
        .wire(WireChoice::Native)
        .spawn()
        .unwrap();
    child.channel.send_with("a socket", [socket]).await.unwrap();
    let class: Option<String> = child.channel.recv().await.unwrap();
    assert_eq!(class.as_deref(), Some("Socket"));
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    client.send_to(b"hello", address).unwrap();
    let mut answer = [0; 16];
    let bytes = client.recv(&mut answer).unwrap();
    assert_eq!(&answer[..bytes], b"got hello");
}
