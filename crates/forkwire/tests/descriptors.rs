//! Descriptors other than sockets: each arrives as the kind it was, those of no use elsewhere are refused, and none leaks.
//!
//! One test, since it counts the descriptors of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::fs::File;
use std::io::{PipeReader, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use forkwire::{Channel, Error, Format, Handle, HandleKind, Message, SendErrorKind};

fn open() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn with(handle: impl Into<Handle>) -> Message {
    Message::new(Format::Json, "1").with_handle(handle.into())
}

async fn pass(from: &mut Channel, to: &mut Channel, handle: impl Into<Handle>) -> Handle {
    from.send_message(with(handle)).await.unwrap();
    let mut message = to.recv_message().await.unwrap().unwrap();
    assert_eq!(message.handles[0].kind(), Some(HandleKind::Descriptor));
    message.handles.remove(0)
}

/// A copy of tokio's own: nothing else in safe Rust makes one.
fn epoll() -> OwnedFd {
    let is_epoll = |fd: &i32| {
        let name = std::fs::read_link(format!("/proc/self/fd/{fd}"));
        name.is_ok_and(|name| name.to_str() == Some("anon_inode:[eventpoll]"))
    };
    forkwire_sys::unix::duplicate((0..1024).find(is_epoll).unwrap()).unwrap()
}

/// There and back: the offset is one for all.
async fn a_file_keeps_its_offset(a: &mut Channel, b: &mut Channel) {
    let path = std::env::temp_dir().join(format!("forkwire-descriptors-{}", std::process::id()));
    let mut own = File::create_new(&path).unwrap();
    own.write_all(b"one").unwrap();
    let mut there = File::try_from(pass(a, b, own.try_clone().unwrap()).await).unwrap();
    there.write_all(b"two").unwrap();
    assert_eq!(own.stream_position().unwrap(), 6);
    let mut back = File::try_from(pass(b, a, there).await).unwrap();
    back.seek(SeekFrom::Start(0)).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "onetwo");
    std::fs::remove_file(&path).unwrap();
}

async fn the_output_of_a_program_is_read_elsewhere(a: &mut Channel, b: &mut Channel) {
    let mut echo = Command::new("echo")
        .arg("hello")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let handle = pass(a, b, echo.stdout.take().unwrap()).await;
    let mut text = String::new();
    PipeReader::try_from(handle)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "hello\n");
    echo.wait().unwrap();
}

async fn a_socket_goes_as_a_descriptor_if_that_is_asked_for(a: &mut Channel, b: &mut Channel) {
    let (end, mut other) = UnixStream::pair().unwrap();
    let handle = pass(a, b, Handle::new(HandleKind::Descriptor, end)).await;
    let handle = File::try_from(handle).unwrap_err().handle;
    UnixStream::try_from(handle).unwrap().write_all(b"x").unwrap();
    other.read_exact(&mut [0]).unwrap();
}

/// The handle comes back, and the channel goes on.
async fn what_makes_no_sense_elsewhere_is_refused(a: &mut Channel, own: &UnixStream) {
    let end = OwnedFd::from(own.try_clone().unwrap());
    for (fd, reason) in [(epoll(), "epoll"), (end, "end of this channel")] {
        let error = a
            .send_message(with(Handle::new(HandleKind::Descriptor, fd)))
            .await
            .unwrap_err();
        assert_eq!(error.kind, SendErrorKind::Handles);
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(error.message.unwrap().handles.len(), 1);
    }
}

async fn a_receiver_refuses_its_own_end(a: &mut Channel, b: &mut Channel, end_of_b: &UnixStream) {
    let end = OwnedFd::from(end_of_b.try_clone().unwrap());
    for kind in [HandleKind::Descriptor, HandleKind::NetSocket, HandleKind::Port] {
        let end = end.try_clone().unwrap();
        a.send_message(with(Handle::new(kind, end))).await.unwrap();
        a.send_message(Message::new(Format::Json, "2")).await.unwrap();
        assert_eq!(&*b.recv_message().await.unwrap().unwrap().payload, b"2");
    }
}

async fn node_has_no_name_for_it() {
    let (end, _peer) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd_on_node_wire(end.into(), Format::Json).unwrap();
    let file = File::open("/dev/null").unwrap();
    let error = channel.send_message(with(file)).await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Handles);
}

#[tokio::test]
async fn descriptors_arrive_or_are_refused_and_none_leaks() {
    let (mine, theirs) = UnixStream::pair().unwrap();
    let (copy_of_mine, copy_of_theirs) = (mine.try_clone().unwrap(), theirs.try_clone().unwrap());
    let mut a = Channel::from_fd(mine.into()).unwrap();
    let mut b = Channel::from_fd(theirs.into()).unwrap();
    let before = open();
    for _ in 0..100 {
        a_file_keeps_its_offset(&mut a, &mut b).await;
        the_output_of_a_program_is_read_elsewhere(&mut a, &mut b).await;
        a_socket_goes_as_a_descriptor_if_that_is_asked_for(&mut a, &mut b).await;
        what_makes_no_sense_elsewhere_is_refused(&mut a, &copy_of_mine).await;
        a_receiver_refuses_its_own_end(&mut a, &mut b, &copy_of_theirs).await;
        node_has_no_name_for_it().await;
    }
    assert_eq!(open(), before);
    drop((copy_of_mine, copy_of_theirs));
    drop(a);
    assert!(matches!(b.recv_message().await, Ok(None) | Err(Error::Io(_))));
}
