//! What only the named pipe has: who may be at the other end, waiting, what a hostile peer may write.
#![cfg(windows)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, IoSlice, Write};
use std::os::windows::io::AsRawHandle;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use forkwire_sys::HandleStream;
use forkwire_sys::windows::{Handle, Pipe, Server, create_pair};
use windows_sys::Win32::Foundation::{GetHandleInformation, HANDLE_FLAG_INHERIT};

fn send(pipe: &Pipe, bytes: &[u8]) -> std::io::Result<usize> {
    pipe.send(&[IoSlice::new(bytes)], &[])
}

fn recv(pipe: &Pipe) -> std::io::Result<usize> {
    Ok(pipe.recv(&mut [0; 64], &mut Vec::new())?.bytes)
}

/// A child that writes what it likes.
fn hostile() -> (Pipe, File) {
    let server = Server::new().unwrap();
    let client = OpenOptions::new().read(true).write(true).open(server.name());
    let pipe = Pipe::accept(server, std::process::id(), Duration::ZERO).unwrap();
    (pipe, client.unwrap())
}

#[test]
fn only_the_expected_process_is_accepted() {
    let server = Server::new().unwrap();
    let _client = Pipe::connect(server.name(), std::process::id()).unwrap();
    let error = Pipe::accept(server, 1, Duration::ZERO).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
}

#[test]
fn only_the_expected_process_is_connected_to() {
    let server = Server::new().unwrap();
    let error = Pipe::connect(server.name(), 1).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
}

#[test]
fn a_pipe_can_be_opened_once() {
    let server = Server::new().unwrap();
    let id = std::process::id();
    let _client = Pipe::connect(server.name(), id).unwrap();
    assert!(Pipe::connect(server.name(), id).is_err());
}

#[test]
fn names_differ() {
    let names = [(); 2].map(|()| Server::new().unwrap().name().to_owned());
    assert_ne!(names[0], names[1]);
}

#[test]
fn nobody_connecting_is_a_timeout() {
    for timeout in [Duration::ZERO, Duration::from_millis(5)] {
        let server = Server::new().unwrap();
        let error = Pipe::accept(server, std::process::id(), timeout).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    }
}

#[test]
fn a_received_handle_is_not_inherited() {
    let (a, b) = Pipe::pair().unwrap();
    for (from, to) in [(&a, &b), (&b, &a)] {
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        from.send(&[IoSlice::new(b"x")], &[file.into()]).unwrap();
        let mut handles = Vec::new();
        to.recv(&mut [0; 8], &mut handles).unwrap();
        let Some(Handle::Other(handle)) = handles.pop() else {
            panic!("no handle")
        };
        let mut flags = 0;
        // SAFETY: the handle is open and the output is a local variable. (GetHandleInformation function, handleapi.h)
        let result = unsafe { GetHandleInformation(handle.as_raw_handle(), &raw mut flags) };
        assert_ne!(result, 0);
        assert_eq!(flags & HANDLE_FLAG_INHERIT, 0);
        assert!(File::from(handle).metadata().unwrap().is_file());
    }
}

/// Tells a channel when it is woken.
struct Bell(Sender<()>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // Whoever does not listen any more has seen enough.
        let _ = self.0.send(());
    }
}

#[test]
fn a_task_is_woken_when_there_is_something_to_read() {
    let (a, b) = Pipe::pair().unwrap();
    let (bell, rung) = channel();
    let waker = Waker::from(Arc::new(Bell(bell)));
    let cx = &mut Context::from_waker(&waker);
    for _ in 0..100 {
        while b.poll_readable(cx).is_ready() {
            assert_eq!(recv(&b).unwrap(), 1);
        }
        send(&a, b"x").unwrap();
        rung.recv().unwrap();
        assert!(matches!(b.poll_readable(cx), Poll::Ready(Ok(()))));
    }
    assert_eq!(recv(&b).unwrap(), 1);
    assert!(b.poll_readable(cx).is_pending());
    drop(a);
    rung.recv().unwrap();
    assert_eq!(recv(&b).unwrap(), 0, "the end");
}

#[test]
fn a_task_is_woken_when_there_is_room() {
    let (a, b) = Pipe::pair().unwrap();
    let (bell, rung) = channel();
    let waker = Waker::from(Arc::new(Bell(bell)));
    let cx = &mut Context::from_waker(&waker);
    while a.poll_writable(cx).is_ready() {
        send(&a, &[0; 4096]).unwrap();
    }
    assert_eq!(send(&a, b"x").err().unwrap().kind(), ErrorKind::WouldBlock);
    while recv(&b).is_ok() {}
    rung.recv().unwrap();
    assert!(a.poll_writable(cx).is_ready());
    assert_eq!(send(&a, b"x").unwrap(), 1);
}

#[test]
fn waiting_ends_with_the_time_or_with_what_was_waited_for() {
    let (a, b) = Pipe::pair().unwrap();
    assert!(!b.wait(true, false, Duration::from_millis(1)).unwrap());
    send(&a, b"x").unwrap();
    assert!(b.wait(true, false, Duration::MAX).unwrap());
    while a.wait(false, true, Duration::ZERO).unwrap() {
        send(&a, &[0; 4096]).unwrap();
    }
    assert!(!a.wait(false, true, Duration::from_millis(1)).unwrap());
    drop(b);
    assert!(a.wait(true, true, Duration::MAX).unwrap());
}

#[test]
fn messages_under_way_when_an_end_is_dropped_arrive() {
    let (a, b) = Pipe::pair().unwrap();
    let mut sent = 0;
    while let Ok(taken) = send(&a, &[7; 10_000]) {
        sent += taken;
    }
    drop(a);
    let mut read = 0;
    loop {
        match recv(&b) {
            Ok(0) => break,
            Ok(bytes) => read += bytes,
            // The last write is done, and the end follows.
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(b.wait(true, false, Duration::MAX).unwrap());
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(read, sent);
}

#[test]
fn a_malformed_segment_is_an_error_every_time() {
    // Too much, too little, and a record of a kind that there is not.
    for bytes in [[255; 9], [0; 9], [1, 0, 0, 0, 1, 0, 0, 0, 9]] {
        let (pipe, mut client) = hostile();
        client.write_all(&bytes).unwrap();
        for _ in 0..2 {
            let error = loop {
                match recv(&pipe) {
                    Ok(_) => panic!("it was taken"),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        assert!(pipe.wait(true, false, Duration::MAX).unwrap());
                    }
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), ErrorKind::InvalidData);
        }
    }
}

#[test]
fn a_handle_that_the_child_does_not_have_is_reported_as_cut() {
    for number in [0, 1 << 30, u64::MAX, u64::MAX - 1, u64::from(u32::MAX)] {
        let (pipe, mut client) = hostile();
        client.write_all(&[9, 0, 0, 0, 1, 0, 0, 0, 2]).unwrap();
        client.write_all(&number.to_le_bytes()).unwrap();
        client.write_all(b"x").unwrap();
        let mut handles = Vec::new();
        let received = pipe.recv(&mut [0; 8], &mut handles).unwrap();
        assert_eq!((received.bytes, received.cut, handles.len()), (1, true, 0));
    }
}

#[test]
fn a_socket_that_was_not_exported_is_reported_as_cut() {
    let (pipe, mut client) = hostile();
    client.write_all(&[0x75, 2, 0, 0, 1, 0, 0, 0, 1]).unwrap(); // 629 bytes of records
    client.write_all(&[0xee; 628]).unwrap();
    client.write_all(b"x").unwrap();
    let mut handles = Vec::new();
    let received = pipe.recv(&mut [0; 8], &mut handles).unwrap();
    assert_eq!((received.bytes, received.cut, handles.len()), (1, true, 0));
}

fn port() -> (Pipe, Pipe) {
    let (ours, theirs) = create_pair().unwrap();
    let open = |end| Pipe::from_port(end, None).unwrap();
    (open(ours), open(theirs))
}

/// The pipe as another process goes on with it.
fn moved(pipe: Pipe) -> Pipe {
    let (end, state) = (pipe.duplicate().unwrap(), pipe.suspend().unwrap());
    pipe.leave();
    drop(pipe);
    let pipe = Pipe::from_port(end, None).unwrap();
    let mut rest = &state[..];
    pipe.resume(&mut rest).unwrap();
    assert!(rest.is_empty());
    pipe
}

#[test]
fn a_pipe_that_moves_goes_on_within_a_segment() {
    let (a, mut b) = port();
    let sent: Vec<u8> = (0..200).collect();
    for part in sent.chunks(100) {
        assert_eq!(send(&a, part).unwrap(), 100);
    }
    let mut got = Vec::new();
    while got.len() < sent.len() {
        let mut buffer = [0; 7];
        let bytes = b.recv(&mut buffer, &mut Vec::new()).unwrap().bytes;
        got.extend_from_slice(&buffer[..bytes]);
        b = moved(b);
    }
    assert_eq!(got, sent);
}

#[test]
fn a_pipe_that_moved_is_waited_for_and_written() {
    let (a, b) = port();
    assert!(
        !b.wait(true, false, Duration::from_millis(1)).unwrap(),
        "a wait is pending"
    );
    let b = moved(moved(b));
    let writer = std::thread::spawn(move || {
        send(&a, b"there").unwrap();
        assert!(a.wait(true, false, Duration::MAX).unwrap());
        (recv(&a).unwrap(), a)
    });
    assert!(b.wait(true, false, Duration::MAX).unwrap());
    assert_eq!(recv(&b).unwrap(), 5);
    send(&b, b"back").unwrap();
    let (bytes, a) = writer.join().unwrap();
    assert_eq!(bytes, 4);
    drop(a);
    assert!(b.wait(true, false, Duration::MAX).unwrap());
    assert_eq!(recv(&b).unwrap(), 0, "the end");
}

#[test]
fn a_state_that_is_not_one_of_a_pipe_is_refused() {
    let (pipe, _other) = port();
    let header = |head: u32, left: u32| [head.to_le_bytes(), left.to_le_bytes()].concat();
    let states = [
        vec![0; 7],
        header(1, 0),
        [header(1, 1), vec![0]].concat(),
        // The header of a segment without records, and a byte after it.
        [header(9, 0), vec![0, 0, 0, 0, 5, 0, 0, 0, 1]].concat(),
    ];
    for state in states {
        let error = pipe.resume(&mut &state[..]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{state:?}");
    }
}

#[test]
fn a_port_without_a_channel_carries_no_handles() {
    let (a, b) = port();
    let file: Handle = File::open(std::env::current_exe().unwrap()).unwrap().into();
    let error = a.may_send(&file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    a.send(&[IoSlice::new(b"x")], &[file]).unwrap();
    let mut handles = Vec::new();
    let received = b.recv(&mut [0; 8], &mut handles).unwrap();
    assert!(received.cut && handles.is_empty());
}
