//! What there is of everything on every system.
#![allow(dead_code, clippy::unwrap_used)] // not all tests use all of it, and a test may fail anywhere

use forkwire::{Channel, Format};

/// A connected socket to pass.
#[cfg(unix)]
pub(crate) fn socket() -> std::os::unix::net::UnixStream {
    std::os::unix::net::UnixStream::pair().unwrap().0
}

/// A connected socket to pass.
#[cfg(windows)]
pub(crate) fn socket() -> std::net::TcpStream {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap()
}

/// A handle that no channel passes.
#[cfg(unix)]
pub(crate) fn file() -> std::os::fd::OwnedFd {
    std::fs::File::open("/dev/null").unwrap().into()
}

/// A handle that no channel passes.
#[cfg(windows)]
pub(crate) fn file() -> std::os::windows::io::OwnedHandle {
    std::fs::File::open(std::env::current_exe().unwrap())
        .unwrap()
        .into()
}

/// Two channels on Node's own wire.
#[cfg(unix)]
pub(crate) fn node_pair(format: Format) -> (Channel, Channel) {
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    (
        Channel::from_fd_on_node_wire(a.into(), format).unwrap(),
        Channel::from_fd_on_node_wire(b.into(), format).unwrap(),
    )
}

/// Two channels on Node's own wire.
#[cfg(windows)]
pub(crate) fn node_pair(format: Format) -> (Channel, Channel) {
    let (a, b) = forkwire_sys::windows::create_pair().unwrap();
    let parent = Channel::from_pipe_on_node_wire(a, format).unwrap();
    parent.set_peer(std::process::id());
    (parent, Channel::from_pipe_on_node_wire(b, format).unwrap())
}
