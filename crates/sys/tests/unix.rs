//! What only the real socket has: close-on-exec, cut ancillary data, what a descriptor is.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::io::{ErrorKind, IoSlice};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::time::Duration;

use forkwire_sys::Family;
use forkwire_sys::HandleStream;
use forkwire_sys::unix::{Socket, classify, duplicate, is_socket};

/// Descriptor flags from the kernel's own view of this process.
fn is_close_on_exec(fd: &impl AsRawFd) -> bool {
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
    let flags = info
        .lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .unwrap()
        .trim();
    u32::from_str_radix(flags, 8).unwrap() & 0o2_000_000 != 0
}

#[test]
fn every_descriptor_is_close_on_exec_from_the_start() {
    let (a, b) = Socket::pair().unwrap();
    assert!(is_close_on_exec(&a) && is_close_on_exec(&b));
    let file = std::fs::File::open("/dev/null").unwrap();
    let copy = duplicate(file.as_raw_fd()).unwrap();
    assert!(is_close_on_exec(&copy));
    a.send(&[IoSlice::new(b"x")], &[copy]).unwrap();
    let mut handles = Vec::new();
    b.recv(&mut [0; 8], &mut handles).unwrap();
    assert!(is_close_on_exec(&handles[0]));
}

#[test]
fn a_closed_descriptor_is_an_error() {
    for fd in [-1, -7, 1_000_000] {
        assert!(duplicate(fd).is_err());
    }
}

#[test]
fn sockets_are_classified() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let udp4 = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (pipe, _other) = UnixStream::pair().unwrap();
    let folder = std::env::temp_dir().join(format!("forkwire-sys-{}", std::process::id()));
    let pipe_server = UnixListener::bind(&folder).unwrap();
    std::fs::remove_file(&folder).unwrap();
    let class = |fd: &dyn AsFd| classify(&fd).map(|class| (class.family, class.listening));
    assert_eq!(class(&listener), Some((Family::Tcp, true)));
    assert_eq!(class(&stream), Some((Family::Tcp, false)));
    stream.shutdown(std::net::Shutdown::Both).unwrap();
    assert_eq!(class(&stream), Some((Family::Tcp, false)), "one that is over");
    assert_eq!(class(&udp4), Some((Family::Udp4, false)));
    assert_eq!(class(&pipe), Some((Family::Pipe, false)));
    assert_eq!(class(&pipe_server), Some((Family::Pipe, true)));
    let file = std::fs::File::open("/dev/null").unwrap();
    assert_eq!(class(&file), None);
    assert!(is_socket(pipe.as_fd()) && !is_socket(file.as_fd()));
}

#[test]
fn a_blocking_descriptor_does_not_block_us() {
    // As a shell or another parent may hand it over.
    let (stream, _other) = UnixStream::pair().unwrap();
    stream.set_nonblocking(false).unwrap();
    let socket = Socket::from_fd(stream.into()).unwrap();
    assert_eq!(
        socket.recv(&mut [0; 8], &mut Vec::new()).err().unwrap().kind(),
        ErrorKind::WouldBlock
    );
}

#[test]
fn shutting_down_ends_the_stream_although_a_copy_is_open() {
    let (a, b) = Socket::pair().unwrap();
    let copy = duplicate(a.as_raw_fd()).unwrap();
    a.send(&[IoSlice::new(b"bye")], &[]).unwrap();
    assert!(!b.is_hung_up());
    a.shut_down();
    drop(a);
    assert!(b.is_hung_up());
    let mut buffer = [0; 8];
    assert_eq!(b.recv(&mut buffer, &mut Vec::new()).unwrap().bytes, 3);
    assert_eq!(b.recv(&mut buffer, &mut Vec::new()).unwrap().bytes, 0);
    drop(copy);
}

#[test]
fn waiting_for_room_ends_with_room_or_the_timeout() {
    let (a, b) = Socket::pair().unwrap();
    while a.send(&[IoSlice::new(&[0; 4096])], &[]).is_ok() {}
    assert!(!a.wait(true, true, Duration::from_millis(1)).unwrap());
    while b.recv(&mut [0; 8192], &mut Vec::new()).is_ok() {}
    assert!(a.wait(false, true, Duration::from_secs(60)).unwrap());
}

/// Run as a process of its own by the test below, with few descriptors allowed.
#[test]
#[ignore = "started by the test of cut ancillary data"]
fn with_few_descriptors_what_fits_is_received_and_the_cut_is_reported() {
    let (a, b) = Socket::pair().unwrap();
    let file: OwnedFd = std::fs::File::open("/dev/null").unwrap().into();
    let sent = [
        duplicate(file.as_raw_fd()).unwrap(),
        duplicate(file.as_raw_fd()).unwrap(),
        file,
    ];
    a.send(&[IoSlice::new(b"x")], &sent).unwrap();
    let mut filler: Vec<OwnedFd> = Vec::new();
    while let Ok(copy) = duplicate(a.as_raw_fd()) {
        filler.push(copy);
    }
    filler.pop();
    let mut handles = Vec::new();
    let received = b.recv(&mut [0; 8], &mut handles).unwrap();
    assert_eq!((received.bytes, received.cut, handles.len()), (1, true, 1));
    // None at all fits.
    a.send(&[IoSlice::new(b"y")], &sent).unwrap();
    let received = b.recv(&mut [0; 8], &mut handles).unwrap();
    assert_eq!((received.bytes, received.cut, handles.len()), (1, true, 1));
    handles.clear();
    assert!(
        duplicate(a.as_raw_fd()).is_ok(),
        "what did arrive was closed with its owner"
    );
}

#[test]
fn cut_ancillary_data_leaks_nothing_and_is_reported() {
    let name = "with_few_descriptors_what_fits_is_received_and_the_cut_is_reported";
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "ulimit -n 64 && exec '{}' --ignored --exact {name} --test-threads=1",
        program.display()
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
