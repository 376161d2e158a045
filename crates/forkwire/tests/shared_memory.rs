//! Memory between two ends of a channel, and that nothing of it leaks.
//!
//! One test, since it counts the descriptors and mappings of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::os::unix::net::UnixStream;

use forkwire::v8::{Document, Object, SharedView, ViewKind};
use forkwire::{Channel, Format, Handle, HandleKind, Message, SendErrorKind, SharedMemory};

fn open() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .filter(|line| line.contains("memfd:forkwire"))
        .count()
}

fn with(handles: impl IntoIterator<Item = Handle>) -> Message {
    Message::new(Format::Json, "1").with_handles(handles)
}

#[tokio::test]
async fn memory_arrives_and_everything_else_under_its_kind_is_refused() {
    let (mut a, mut b) = Channel::pair().unwrap();
    let before = open();
    for _ in 0..300 {
        arrives(&mut a, &mut b).await;
        views_arrive(&mut a, &mut b).await;
        is_refused(&mut a, &mut b).await;
    }
    node_has_no_name_for_it().await;
    assert_eq!((open(), mappings()), (before, 0));
}

async fn arrives(a: &mut Channel, b: &mut Channel) {
    let memories = [4096, 100_000].map(|size| SharedMemory::create(size).unwrap());
    memories[1].write_at(b"shared", 99_000).unwrap();
    a.send_message(with(memories.iter().map(|memory| memory.to_handle().unwrap())))
        .await
        .unwrap();
    let mut received = b.recv_message().await.unwrap().unwrap();
    let second = SharedMemory::try_from(received.handles.remove(1)).unwrap();
    let mut bytes = [0; 6];
    second.read_at(&mut bytes, 99_000).unwrap();
    assert_eq!(&bytes, b"shared");
    // It goes on, and is still mapped once.
    b.send_message(with([second.to_handle().unwrap()])).await.unwrap();
    let mut back = a.recv_message().await.unwrap().unwrap();
    assert_eq!(back.handles[0].kind(), Some(HandleKind::SharedMemory));
    let back = SharedMemory::try_from(back.handles.remove(0)).unwrap();
    assert_eq!((back.as_ptr(), mappings()), (memories[1].as_ptr(), 2));
}

/// A memory beside the message, and two in it.
async fn views_arrive(a: &mut Channel, b: &mut Channel) {
    let memories = [(); 3].map(|()| SharedMemory::create(4096).unwrap());
    let mut document = Document::new();
    let view = |memory| SharedView {
        memory,
        kind: ViewKind::Int32Array,
        offset: 8,
        len: 16,
    };
    let views = [1, 0, 1].map(|memory| document.insert(view(memory)));
    let root = document.insert(Object::array(views));
    document.set_root(root);
    let message = Message::from_document(&document)
        .unwrap()
        .with_handle(memories[2].to_handle().unwrap())
        .with_memories(&memories[..2])
        .unwrap();
    a.send_message(message).await.unwrap();

    let mut received = b.recv_message().await.unwrap().unwrap();
    let inside = received.take_memories().unwrap();
    assert_eq!(received.document().unwrap(), document);
    let same = |one: &SharedMemory, two: &SharedMemory| one.as_ptr() == two.as_ptr();
    assert!(inside.len() == 2 && inside.iter().zip(&memories).all(|(one, two)| same(one, two)));
    let beside = SharedMemory::try_from(received.handles.remove(0)).unwrap();
    assert!(received.handles.is_empty() && same(&beside, &memories[2]));
}

/// The next message arrives all the same.
async fn is_refused(a: &mut Channel, b: &mut Channel) {
    let socket = UnixStream::pair().unwrap().0;
    let file = std::fs::File::open("/dev/null").unwrap();
    let lies = [
        Handle::new(HandleKind::SharedMemory, socket),
        Handle::new(HandleKind::SharedMemory, file),
        Handle::new(
            HandleKind::NetSocket,
            std::os::fd::OwnedFd::from(SharedMemory::create(1).unwrap().to_handle().unwrap()),
        ),
    ];
    for lie in lies {
        a.send_message(with([lie])).await.unwrap();
        a.send_message(Message::new(Format::Json, "2")).await.unwrap();
        let next = b.recv_message().await.unwrap().unwrap();
        assert_eq!(&*next.payload, b"2");
    }
}

async fn node_has_no_name_for_it() {
    let (end, _peer) = UnixStream::pair().unwrap();
    let mut channel = Channel::from_fd_on_node_wire(end.into(), Format::Json).unwrap();
    let memory = SharedMemory::create(1).unwrap();
    let error = channel
        .send_message(with([memory.to_handle().unwrap()]))
        .await
        .unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Handles);
    assert_eq!(error.message.unwrap().handles.len(), 1, "it comes back");
}
