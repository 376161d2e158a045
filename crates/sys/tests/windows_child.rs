//! The named pipe between two processes: what is passed works in the other one, both ways.
#![cfg(windows)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::fs::File;
use std::io::{ErrorKind, IoSlice, PipeReader, PipeWriter, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::windows::io::OwnedHandle;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use forkwire_sys::HandleStream;
use forkwire_sys::windows::{Handle, Pipe, Server};

/// Names the pipe and the parent for the child.
const VARIABLE: &str = "FORKWIRE_SYS_TEST_PIPE";

fn send(pipe: &Pipe, bytes: &[u8], handles: &[Handle]) {
    while !matches!(pipe.send(&[IoSlice::new(bytes)], handles), Ok(taken) if taken == bytes.len()) {
        assert!(pipe.wait(false, true, Duration::MAX).unwrap());
    }
}

/// One read that brings something: the bytes, none at the end, and the handles.
fn recv(pipe: &Pipe) -> (Vec<u8>, Vec<Handle>) {
    let mut buffer = vec![0; 4096];
    let mut handles = Vec::new();
    loop {
        match pipe.recv(&mut buffer, &mut handles) {
            Ok(received) => {
                assert!(!received.cut);
                buffer.truncate(received.bytes);
                return (buffer, handles);
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert!(pipe.wait(true, false, Duration::MAX).unwrap());
    }
}

fn other(handle: Handle) -> OwnedHandle {
    match handle {
        Handle::Other(handle) => handle,
        Handle::Socket(_) => panic!("a socket"),
    }
}

fn start(role: &str) -> (Child, Pipe) {
    let server = Server::new().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", role, "--test-threads=1"])
        .env(VARIABLE, format!("{} {}", std::process::id(), server.name()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let pipe = Pipe::accept(server, child.id(), Duration::from_secs(600)).unwrap();
    (child, pipe)
}

fn parent() -> Pipe {
    let variable = std::env::var(VARIABLE).unwrap();
    let (id, name) = variable.split_once(' ').unwrap();
    Pipe::connect(name, id.parse().unwrap()).unwrap()
}

#[test]
#[ignore = "the child of a test below"]
fn returns_what_it_was_given() {
    let pipe = parent();
    loop {
        let (bytes, handles) = recv(&pipe);
        if bytes.is_empty() {
            return;
        }
        send(&pipe, &bytes, &handles);
    }
}

#[test]
fn handles_work_after_a_journey_there_and_back() {
    let (mut child, pipe) = start("returns_what_it_was_given");
    let there_and_back = |handle: Handle| {
        send(&pipe, b"handle", &[handle]);
        let (bytes, mut handles) = recv(&pipe);
        assert_eq!((bytes.as_slice(), handles.len()), (&b"handle"[..], 1));
        handles.remove(0)
    };
    let file = File::open(std::env::current_exe().unwrap()).unwrap();
    let length = file.metadata().unwrap().len();
    let file = File::from(other(there_and_back(file.into())));
    assert_eq!(file.metadata().unwrap().len(), length);

    let (reader, writer) = std::io::pipe().unwrap();
    let mut reader = PipeReader::from(other(there_and_back(OwnedHandle::from(reader).into())));
    let mut writer = PipeWriter::from(other(there_and_back(OwnedHandle::from(writer).into())));
    writer.write_all(b"through").unwrap();
    drop(writer);
    let mut text = String::new();
    // It ends: no copy of the writing end is left in the child.
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "through");

    let socket = |handle| match there_and_back(handle) {
        Handle::Socket(socket) => socket,
        Handle::Other(_) => panic!("no socket"),
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let listener = TcpListener::from(socket(listener.into()));
    let mut stream = TcpStream::from(socket(TcpStream::connect(address).unwrap().into()));
    let (mut accepted, _) = listener.accept().unwrap();
    stream.write_all(b"hello").unwrap();
    drop(stream);
    text.clear();
    accepted.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");

    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = datagrams.local_addr().unwrap();
    let datagrams = UdpSocket::from(socket(datagrams.into()));
    UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .send_to(b"datagram", address)
        .unwrap();
    let mut buffer = [0; 64];
    assert_eq!(datagrams.recv(&mut buffer).unwrap(), 8);

    drop(pipe);
    assert!(child.wait().unwrap().success());
}

#[test]
fn bytes_and_handles_keep_their_order_in_a_flood() {
    let (mut child, pipe) = start("returns_what_it_was_given");
    let (mut sent, mut received) = (0_u32, 0_u32);
    let (reader, _writer) = std::io::pipe().unwrap();
    let mut rest = Vec::new();
    while received < 2000 {
        // So many at a time and no more, or both would wait for the other to read.
        while sent < 2000 && sent - received < 16 {
            let copy = || Handle::from(OwnedHandle::from(reader.try_clone().unwrap()));
            let handles: Vec<_> = (sent.is_multiple_of(7)).then(copy).into_iter().collect();
            send(&pipe, &sent.to_le_bytes(), &handles);
            sent += 1;
        }
        let (bytes, handles) = recv(&pipe);
        assert!(!bytes.is_empty(), "the child has ended");
        if rest.is_empty() {
            assert_eq!(handles.len(), usize::from(received.is_multiple_of(7)));
        }
        rest.extend_from_slice(&bytes);
        while let Some((number, behind)) = rest.split_first_chunk() {
            assert_eq!(u32::from_le_bytes(*number), received);
            received += 1;
            rest = behind.to_vec();
        }
    }
    drop(pipe);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_child_that_is_killed_is_the_end_of_the_stream() {
    let (mut child, pipe) = start("returns_what_it_was_given");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(recv(&pipe).0.is_empty());
    let error = pipe.send(&[IoSlice::new(b"x")], &[]).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
}

#[test]
#[ignore = "the child of a test below"]
fn says_something_large_and_ends() {
    let pipe = parent();
    let mut left = 3_000_000;
    while left > 0 {
        match pipe.send(&[IoSlice::new(&vec![7; left])], &[]) {
            Ok(taken) => left -= taken,
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert!(pipe.wait(false, true, Duration::MAX).unwrap());
    }
}

#[test]
fn what_a_child_said_last_is_read_to_the_end() {
    let (mut child, pipe) = start("says_something_large_and_ends");
    let mut read = 0;
    loop {
        match recv(&pipe).0.len() {
            0 => break,
            bytes => read += bytes,
        }
    }
    assert_eq!(read, 3_000_000);
    assert!(child.wait().unwrap().success());
}
